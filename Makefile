# duty_desk: `make help` lists what there is.
# A distribution's own Python is built with profiles and runs half as fast again as one that was compiled without: it comes first.
PYTHON ?= $(or $(shell /usr/bin/python3 -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo /usr/bin/python3),python3)
VENV := $(or $(DUTY_DESK_VENV),.venv)
PY := $(VENV)/bin/python
APP ?=
ONLY ?=
CLAUSE ?=
export APP ONLY CLAUSE

.PHONY: help run test check venv venv-dev drill shots bench messages psql shell fix

help: ## this list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

venv: ## the virtual environment with what the product runs on
	@$(PYTHON) -m ops.venv $(VENV) requirements.txt

venv-dev: ## the same with what tests and checks need
	@$(PYTHON) -m ops.venv $(VENV) requirements-dev.txt

run: venv ## start everything and print the address
	@exec $(PY) -m ops.run

test: venv-dev ## everything, or one app: make test APP=logbook; one clause: make test CLAUSE=A18
	@exec $(PY) -m ops.test

check: venv-dev ## linters, types, import contract, house rules, migrations, translations, deployment
	@exec $(PY) -m ops.check

drill: venv-dev ## the long failure tests whose short form is in the suite
	@exec $(PY) -m ops.drill

shots: venv-dev ## pictures of every page in both languages and widths, under var/shots
	@exec $(PY) -m ops.shots

bench: venv-dev ## figures beside their yardsticks: make bench ONLY=entries
	@exec $(PY) -m bench

messages: venv-dev ## collect new texts into the translation files
	@$(PY) -m ops.translations update

psql: venv ## a database prompt on the running installation
	@exec $(PY) -m ops.services psql

shell: venv ## a Django prompt on the running installation
	@exec $(PY) -m ops.services shell

fix: venv-dev ## let the linter mend what it can
	@$(PY) -m ruff check --fix . ; $(PY) -m ruff format .

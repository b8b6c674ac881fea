"""`make check`: linters, import contract, house rules, missing migrations, system checks for deployment."""

import os
import re
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ops.machine import ROOT

BIN = Path(sys.executable).parent
HOUSE_RULES = [
    (r"\b(TODO|FIXME|XXX)\b", (".py", ".html", ".js"), "say it in an issue, or do it"),
    (r"<[^>]+\sstyle=", (".html",), "put it into a style sheet: the content security policy refuses inline style"),
    (r"<[^>]+\son[a-z]+=", (".html",), "listen in a script of static/: the content security policy refuses inline script"),
    (r"<script(?![^>]*\bsrc=)", (".html",), "put it into a script of static/"),
    (r"(src|href)=\"(https?:)?//", (".html",), "serve it from static/: nothing is loaded from elsewhere"),
    (r"\b_\(\s*f[\"']|gettext(_lazy)?\(\s*f[\"']", (".py",), "use named placeholders: a formatted text cannot be translated"),
    (r"/(home|root|Users)/\w+", (".py", ".html", ".js", ".md"), "name no path of a machine"),
]
APPS = [
    "desks", "notices", "logbook", "office", "rosters", "escalations", "registers", "rounds", "handover", "inspections", "duty_desk", "ops",
]
RULES_ONLY = [(r"timezone\.now\(\)|datetime\.now\(", "take `now` as an argument")]


def house_rules() -> Iterator[str]:
    """Each breach of our own prohibitions as file, line and what to write instead."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    for name in listed:
        path = ROOT / name
        if path == Path(__file__) or not path.is_file() or path.suffix not in {".py", ".html", ".js", ".md"}:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            for pattern, suffixes, instead in HOUSE_RULES:
                if path.suffix in suffixes and re.search(pattern, line):
                    yield f"{name}:{number}: {line.strip()[:80]}\n    {instead}"
            if path.name == "rules.py" or path.parent.name == "rules":
                for pattern, instead in RULES_ONLY:
                    if re.search(pattern, line):
                        yield f"{name}:{number}: {line.strip()[:80]}\n    {instead}"


def main() -> int:
    """Runs every check, also after one has failed; the exit code says whether all are clean."""
    production = {
        "DUTY_DESK_MODE": "production", "SECRET_KEY": secrets.token_urlsafe(60), "ALLOWED_HOSTS": "duty.example.org",
        "DATABASE_URL": "postgresql://duty_app@127.0.0.1:1/duty_desk", "FILES_DIR": tempfile.gettempdir(),
    }
    clean = os.environ | {"DUTY_DESK_MODE": "test"}
    commands: list[tuple[str, list[str | Path], dict[str, str]]] = [
        ("ruff", [BIN / "ruff", "check", "."], clean),
        ("types", [BIN / "mypy", *APPS], clean),
        ("import contract", [BIN / "lint-imports", "--no-cache"], clean),
        ("missing migrations", [sys.executable, "-W", "ignore", "manage.py", "makemigrations", "--check", "--dry-run"], clean),
        ("translations", [sys.executable, "-m", "ops.translations", "check"], clean),
        ("deployment", [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"], clean | production),
    ]
    bad = []
    for name, command, environment in commands:
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        print(f"{'ok  ' if done.returncode == 0 else 'BAD '} {name}", flush=True)
        if done.returncode:
            bad.append(name)
            print(done.stdout[-6000:], done.stderr[-3000:], sep="\n", flush=True)
    breaches = list(house_rules())
    print(f"{'BAD ' if breaches else 'ok  '} house rules", *breaches, sep="\n", flush=True)
    return 1 if bad or breaches else 0


if __name__ == "__main__":
    sys.exit(main())

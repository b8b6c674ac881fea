"""`make shots`: pictures of every page on sample data, in both widths and two languages, under `var/shots`.

It serves the sample site from a database of its own on 127.0.0.1 and ends everything it started.
"""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

from ops import translations
from ops.machine import ROOT, Trouble, die_with_parent, free_port, stop_process, var_dir, writable
from ops.packages import CHROMIUM, FLAGS, install_packages
from ops.services import Postgres, Redis

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WIDTHS = (1280, 360)
LANGUAGES = ("en", "zh-hans")
# Pages whose pictures at 1280 the README shows: docs/pictures/desk.png and roster.png.
DESK, ROSTER = "/desk/front/", "/rosters/front/2026-12/edit/"
DRAFTING = "/rosters/front/2026-12/draft/"
# What can be looked at once the month is drafted, which the sample data leave to the reader.
DRAFTED = {"supervisor": [ROSTER]}
# The worker's part, done at once.
DRAFT = "from rosters.models import DraftRun\nfrom rosters.tasks import draft\nfor run in DraftRun.objects.all():\n    draft(run.pk)"
PAGES = {
    "zhou": [DESK, "/log/front/", "/log/front/?q=6%E6%A0%8B", "/log/front/21/", "/log/front/follow-ups/", "/handover/front/", "/handover/front/paper/handover/", "/rosters/front/", "/rosters/front/requests/", "/rosters/front/leave/", "/registers/front/custody/", "/escalations/front/spoken/", "/notices/", "/profile/", "/rosters/front/wishes/", "/rosters/front/balances/", "/rosters/front/2026-11/mine/", "/rosters/front/2026-11/hours/", "/rosters/front/away/?alone=1"],
    "supervisor": ["/", "/handover/front/omissions/", "/log/front/proof/", "/log/front/keeping/", "/rosters/front/", "/rosters/front/changes/", "/rosters/front/presence/", "/rosters/front/presence/1/", "/rosters/front/hours/", "/rosters/front/week/", "/rosters/front/leave/all/", "/rosters/front/swaps/", "/rosters/front/swaps/3/", "/rosters/front/leave/2/", "/rosters/front/fill/1/", "/rosters/front/support/", "/rosters/front/support/?day=2026-12-05&from_time=23:00&until_time=05:00", "/rosters/front/balances/", "/rosters/front/reserve/", "/inspections/front/", "/office/front/briefing/", "/escalations/front/", "/handover/front/held/", "/handover/front/patterns/", "/rosters/front/staff/", "/rosters/front/2026-12/days/", DRAFTING, "/rosters/front/2026-12/wishes/"],
    "security": ["/"],
    "head": ["/", "/escalations/", "/log/front/", "/log/front/access/", "/log/front/exports/", "/log/front/promises/", "/book/taikoo-sample/", "/book/taikoo-sample/proof/"],
    "siteadmin": ["/admin/", "/log/front/import/", "/book/taikoo-sample/"],
}


def _manage(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Trouble(f"manage.py {' '.join(arguments)}: {done.stderr[-1500:]}")
    return done.stdout


def _signed_in(browser: "Browser", address: str, login: str, width: int, language: str) -> "Page":
    from desks.sample_secrets import PASSWORD

    context = browser.new_context(viewport={"width": width, "height": 860}, locale=language)
    context.add_cookies([{"name": "django_language", "value": language, "url": address}])
    page = context.new_page()
    page.goto(f"{address}/sign-in/")
    page.fill("input[name=login]", login)
    page.fill("input[name=secret]", PASSWORD)
    page.click("main form button[type=submit]")
    page.wait_for_load_state("networkidle")
    return page


def _draft_a_month(browser: "Browser", address: str, language: str, environment: dict[str, str]) -> None:
    """The supervisor drafts December and uses the draft."""
    page = _signed_in(browser, address, "supervisor", max(WIDTHS), language)
    page.goto(address + DRAFTING)
    page.click("#draft-form button[type=submit]")
    page.wait_for_load_state("networkidle")
    _manage(environment, "shell", "--no-imports", "-c", DRAFT)
    page.goto(address + DRAFTING)
    page.click("form[action$='/use/'] button[type=submit]")
    page.wait_for_load_state("networkidle")
    page.context.close()


def _take(port: int, language: str, folder: Path, environment: dict[str, str]) -> None:
    from playwright.sync_api import sync_playwright

    address = f"http://127.0.0.1:{port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        _draft_a_month(browser, address, language, environment)
        for login, paths in PAGES.items():
            for width in WIDTHS:
                page = _signed_in(browser, address, login, width, language)
                for path in (*paths, *DRAFTED.get(login, ())):
                    answer = page.goto(address + path)
                    name = f"{login}-{re.sub(r'[^0-9a-z]+', '-', path).strip('-') or 'home'}-{width}-{language}.png"
                    page.screenshot(path=str(folder / name), full_page=width == 360)
                    wide = page.evaluate("document.documentElement.scrollWidth")
                    status = answer.status if answer is not None else 0
                    print(f"{status} {name}{' wider than the window' if wide > width else ''}", flush=True)
                page.context.close()
        browser.close()


def main() -> int:
    """Takes the pictures; those of an earlier time are overwritten."""
    try:
        install_packages()
        translations.compile_all()
        folder = writable(var_dir() / "shots")
        postgres = Postgres(folder / "servers", durable=False)
        postgres.start()
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    redis = Redis(folder / "servers", postgres.secrets()["redis"])
    web: subprocess.Popen[bytes] | None = None
    try:
        redis.start()
        for language in LANGUAGES:
            name = f"shots_{language.replace('-', '_')}_{os.getpid()}"
            postgres.make_database(name)
            told = os.environ | {
                "DATABASE_URL": postgres.login("duty_app", name).url, "REDIS_URL": redis.url, "LANGUAGE_CODE": language,
                "SECRET_KEY": postgres.secrets()["secret_key"],
            }
            owner = told | {"DATABASE_OWNER_URL": postgres.login("duty_owner", name).url}
            _manage(owner, "migrate", "-v", "0")
            _manage(owner, "signing_key", "--make")
            _manage(owner, "sample_data")
            port = free_port()
            web = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "duty_desk.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "4", "--no-control-socket", "--log-level", "error"],
                cwd=ROOT, env=told, preexec_fn=die_with_parent,  # noqa: PLW1509
            )
            for _ in range(200):
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/health/", timeout=1)
                    break
                except OSError:
                    time.sleep(0.05)
            _take(port, language, folder, told)
            stop_process(web, signal.SIGTERM)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    finally:
        stop_process(web, signal.SIGTERM)
        redis.stop()
        postgres.stop()
    print(f"The pictures are in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

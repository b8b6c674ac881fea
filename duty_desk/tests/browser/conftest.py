"""A real browser on a real server, on the sample site, with a clock that the test moves."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.cache import cache
from django.utils import translation
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from desks import record_clock
from desks.models import Desk, Person
from desks.sample_secrets import PASSWORD, PIN
from desks.testing_database import Laid
from duty_desk.sample.story import tell
from ops.packages import CHROMIUM, FLAGS

SHANGHAI = ZoneInfo("Asia/Shanghai")
# Playwright's own loop runs in the test's thread, beside which the database is used on purpose.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
# A busy machine draws a page late; nothing here is timed.
expect.set_options(timeout=120_000)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests; each test opens contexts of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, timeout=180_000)
        yield browser
        browser.close()


# A refusal is an answer, and what was under way when its page was left is cut off: htmx says both as errors.
NO_FAULTS = ("Failed to load resource: the server responded with a status of 422", "Response Status Error Code 422", "htmx:afterRequest", "htmx:sendAbort")


class Stage:
    """The sample site on a server, browsers on it, and the clock of server and record."""

    def __init__(self, browser: Browser, address: str, language: str, traveller: time_machine.Traveller) -> None:
        self.browser, self.address, self.language = browser, address, language
        self.traveller = traveller
        self.contexts: list[BrowserContext] = []
        self.faults: list[str] = []
        self.desk = Desk.objects.get(slug="front")

    def at(self, day: str, clock: str) -> datetime:
        """Moves the clocks to a wall-clock time of the site; they run on from there."""
        moment = datetime.combine(datetime.fromisoformat(day).date(), time.fromisoformat(clock), SHANGHAI)
        self.traveller.move_to(moment.astimezone(UTC))
        record_clock.set_to(moment)
        return moment

    def computer(self, *logins: str, width: int = 1280) -> Page:
        """A browser at which these people sign in, one after the other; the last one is the actor."""
        context = self.browser.new_context(viewport={"width": width, "height": 900}, locale=self.language, accept_downloads=True)
        context.add_cookies([{"name": "django_language", "value": self.language, "url": self.address}])
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(180_000)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda line: self.faults.append(line.text) if line.type == "error" and not line.text.startswith(NO_FAULTS) else None)
        for login in logins:
            self.sign_in(page, login)
        return page

    def sign_in(self, page: Page, login: str) -> None:
        """Signs one more person in at this browser."""
        page.goto(f"{self.address}/sign-in/")
        self.sign_in_here(page, login)

    def sign_in_here(self, page: Page, login: str) -> None:
        """Signs the person in on the page that asks for it."""
        page.fill("input[name=login]", login)
        page.fill("main input[name=secret]", PASSWORD)
        page.click("main form button[type=submit]")
        page.wait_for_url(lambda url: "/sign-in/" not in url)

    def person(self, login: str) -> Person:
        """One of the sample people."""
        return Person.objects.get(login=login)

    def go(self, page: Page, path: str) -> None:
        """Opens a page and insists that it is there."""
        answer = page.goto(self.address + path)
        assert answer is not None and answer.status == 200, f"{path}: {answer and answer.status}"

    pin = PIN


# The rows of the told story by language: told once, put back for each further test.
_TOLD: dict[str, Laid] = {}


@pytest.fixture
def stage(
    request: pytest.FixtureRequest, transactional_db: None, as_owner, live_server: object, chromium: Browser
) -> Iterator[Stage]:
    """The evening of 24 November 2026: yesterday and today are told, the desk is closed for the night."""
    language = getattr(request, "param", "en")
    evening = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
    with time_machine.travel(evening, tick=True) as traveller:
        if language in _TOLD:
            with as_owner():
                _TOLD[language].put_back()
        else:
            with translation.override(language):
                tell(language, evening)
            with as_owner():
                _TOLD[language] = Laid()
        record_clock.install()
        made = Stage(chromium, live_server.url, language, traveller)
        made.at("2026-11-24", "23:00")
        try:
            yield made
        finally:
            for context in made.contexts:
                context.close()
            record_clock.remove()
            cache.clear()
    assert not made.faults, made.faults



"""The incoming signs on their own phone while the desk's screen waits and then goes on by itself (A29, I4)."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from desks.binding import Confirmation
from duty_desk.sample.shifts import start_day
from duty_desk.tests.browser.conftest import Stage
from duty_desk.tests.browser.test_every_page import RULES
from handover import actions
from handover.models import Handover
from handover.queries import digest_now
from handover.tests import steps
from logbook.queries import current_watch

pytestmark = pytest.mark.browser
TOKEN = "a-code_that-the-test-knows"


def half_signed(stage: Stage) -> Handover:
    """The morning's holder has signed; their colleague takes over."""
    now = stage.at("2026-11-25", "08:00")
    holder, colleague = stage.person("huang"), stage.person("lin")
    start_day(stage.desk, holder, colleague, lambda kind: "问是否完成", now)
    row = steps.prepare(actions.start_handover(actor=holder, desk=stage.desk, incoming=colleague, now=now), now)
    actions.sign_out(
        confirmed=Confirmation(holder, "pin", now), handover=row, digest=digest_now(row), seen=steps.seen(row), now=now
    )
    return row


def fits(page: Page, width: int) -> list[str]:
    """What axe finds on it, and whether it is wider than the window."""
    found = [each["id"] for each in Axe().run(page, options=RULES).response["violations"]]
    return found + ([] if page.evaluate("document.documentElement.scrollWidth") <= width else ["too wide"])


@pytest.mark.clause("A29")
@pytest.mark.parametrize("stage", ["en"], indirect=True)
def test_the_code_is_read_by_the_phone_and_the_screen_goes_on(stage: Stage, monkeypatch) -> None:
    monkeypatch.setattr("handover.actions.phone.secrets.token_urlsafe", lambda _length: TOKEN)
    row = half_signed(stage)
    screen, phone = stage.computer("huang"), stage.computer("lin", width=360)
    stage.go(screen, "/handover/front/")
    screen.click("#show-code")
    expect(screen.locator("#phone-code .qr")).to_be_visible()
    assert fits(screen, 1280) == []
    stage.go(phone, f"/handover/front/{row.pk}/phone/{TOKEN}/")
    assert fits(phone, 360) == []
    phone.fill("input[name=secret]", "000000")
    phone.click("#phone-sign-button")
    expect(phone.locator("#phone-sign")).to_contain_text("wrong")
    phone.fill("input[name=secret]", stage.pin)
    phone.keyboard.press("Enter")
    phone.wait_for_url(f"**/handover/front/{row.pk}/")
    screen.wait_for_url(f"**/handover/front/{row.pk}/")
    watch = current_watch(stage.desk)
    assert watch is not None and watch.holder == stage.person("lin")
    expect(screen.locator("#signatures")).to_contain_text("own phone")

"""An emergency on a phone of 360 pixels: from the entry over the calls to the arrival on site (A4, A15, A16, I8)."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from duty_desk.tests.browser.conftest import Stage
from duty_desk.tests.browser.test_every_page import RULES
from escalations.clock import call_tree_moves
from escalations.models import Call, Escalation
from logbook.actions import record_entry

pytestmark = pytest.mark.browser


def look(page: Page, what: str) -> None:
    """Nothing is wider than the phone, and nobody is shut out."""
    # What is looked for may stand there before the stylesheet does.
    page.wait_for_load_state("load")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 360, f"{what}: {wide} px wide"
    found = [f"{each['id']}: {each['nodes'][0]['target']}" for each in Axe().run(page, options=RULES).response["violations"]]
    assert not found, f"{what}: {found}"


@pytest.mark.clause("A16")
@pytest.mark.parametrize("stage", ["en"], indirect=True)
def test_from_the_entry_to_the_arrival_on_a_phone(stage: Stage) -> None:
    now = stage.at("2026-11-24", "23:10")
    entry = record_entry(actor=stage.person("liang"), desk=stage.desk, now=now, text="Water main burst, garage B2", kind="emergency", place="B2")
    page = stage.computer("liang", width=360)
    stage.go(page, f"/log/front/{entry.number}/")
    expect(page.locator("a[href='tel:13800138100']")).to_be_visible()
    look(page, "the entry")
    page.get_by_role("button", name="Call for help").click()
    page.wait_for_url(lambda url: "/escalations/front/" in url)
    expect(page.locator("#calls")).to_contain_text("Xu Wenting")
    look(page, "the first call")

    page.locator("#calls").get_by_role("button", name="No answer").click()
    expect(page.locator("#calls a[href='tel:13800138101']")).to_be_visible()
    look(page, "the second call")
    now = stage.at("2026-11-24", "23:16")
    assert call_tree_moves(now) == 1
    page.reload()
    expect(page.locator("#calls a[href='tel:13800138102']")).to_be_visible()

    # Security calls back on a phone of their own, and sees nothing but what they were called for.
    contact = stage.computer("security", width=360)
    stage.go(contact, "/")
    contact.get_by_role("link", name="Open").first.click()
    expect(contact.locator("main")).to_contain_text("Water main burst")
    assert contact.get_by_text("Mr. Zheng").count() == 0
    look(contact, "the contact's page")
    contact.get_by_role("button", name="I am coming").click()
    expect(contact.locator("main")).to_contain_text("is coming")

    page.reload()
    expect(page.locator("#calls")).to_contain_text("expected")
    page.locator("#calls .call-row").filter(has_text="is coming").get_by_role("button", name="Is on site").click()
    expect(page.locator("#calls")).to_contain_text("on site")
    look(page, "arrived")
    made = Escalation.objects.get(entry=entry)
    states = list(Call.objects.filter(escalation=made).order_by("pk").values_list("state", flat=True))
    assert states == ["unanswered", "arrived", "dropped"]

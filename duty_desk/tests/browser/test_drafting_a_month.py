"""A supervisor drafts a month, pins a cell, drafts again, edits by keyboard and submits (A5, A6, I10)."""

from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from desks.binding import Confirmation
from duty_desk.tests.browser.conftest import Stage
from duty_desk.tests.browser.test_every_page import RULES
from rosters import actions
from rosters.actions import drafts
from rosters.models import DraftRun, Roster, RosterPin, StaffTerms
from rosters.queries import plan_of_roster

pytestmark = pytest.mark.browser
PATH = "/rosters/front/2027-01/"


def drafted(stage: Stage, page) -> None:
    """Asks for a draft by the page; the worker's part is done here, and the page sees it end by itself."""
    page.select_option("#id_seconds", "5")
    page.click("#draft-form button[type=submit]")
    expect(page.locator("[hx-trigger='every 1s']")).to_be_visible()
    actions.run_draft(DraftRun.objects.get(state="queued").pk, now=timezone.now())
    page.click(".card form[action$='/use/'] button[type=submit]")
    page.wait_for_url(f"**{PATH}")


@pytest.mark.clause("A5")
def test_stopping_a_draft_is_heard_however_slow_the_finger_is(stage: Stage, monkeypatch) -> None:
    monkeypatch.setattr(drafts, "_send", lambda pk: None)
    page = stage.computer("supervisor")
    stage.go(page, f"{PATH}draft/")
    page.click("#draft-form button[type=submit]")
    # The card asks each second how far the draft is, and would be exchanged twice meanwhile.
    with page.expect_navigation():
        page.locator("[hx-trigger='every 1s'] form[action$='/stop/'] button").click(delay=2500)
    assert DraftRun.objects.get().stopped_by.login == "supervisor"


@pytest.mark.clause("A5")
@pytest.mark.parametrize("stage", ["en", "zh-hans"], indirect=True)
def test_draft_pin_draft_again_edit_and_submit(stage: Stage, monkeypatch) -> None:
    monkeypatch.setattr(drafts, "_send", lambda pk: None)
    page = stage.computer("supervisor")
    stage.go(page, f"{PATH}draft/")
    drafted(stage, page)
    page.click(".page-head a[href$='/edit/']")
    expect(page.locator(".edit-bar")).to_be_visible()
    cell = page.locator("a[data-cell]").first
    cell.click()
    page.keyboard.press("1")
    page.keyboard.press("p")
    page.keyboard.press("ArrowRight")
    second = page.locator("td:has(> a[data-cell])").nth(1)
    page.keyboard.press("2" if second.get_attribute("data-codes") == "early" else "1")
    page.keyboard.press("Control+z")
    expect(page.locator("td.changed")).not_to_have_count(0)
    page.reload()
    expect(page.locator("td.pin.changed")).to_have_count(1)
    page.click(".edit-bar [type=submit]")
    expect(page.locator(".messages")).to_be_visible()
    pin = RosterPin.objects.get()
    expect(page.locator("td.pin")).to_have_count(1)
    expect(page.locator("td.changed")).to_have_count(0)
    version = Roster.objects.get(desk=stage.desk, month="2027-01-01").version

    stage.go(page, f"{PATH}draft/")
    page.check("#id_keeps")
    drafted(stage, page)
    roster = Roster.objects.get(desk=stage.desk, month="2027-01-01")
    line = next(line for line in plan_of_roster(roster).lines if line.person == pin.person)
    assert roster.version == version + 1 and len(line.cells[pin.site_day].shifts) == 1, "the pinned cell stands"

    shuts_out = [
        (path, violation["id"], [node["target"] for node in violation["nodes"]][:3])
        for path in ("draft/", "edit/", f"edit/?cell={pin.person_id}-2027-01-01", f"why/?cell={pin.person_id}-2027-01-01", "versions/")
        for violation in (stage.go(page, PATH + path), Axe().run(page, options=RULES).response["violations"])[1]
    ]
    assert not shuts_out

    stage.go(page, PATH)
    page.click("#submit-form button[type=submit]")
    page.locator("dialog[open] .btn-primary, dialog[open] button[value=yes]").first.click()
    page.wait_for_url(f"**{PATH}")
    expect(page.locator(".messages")).to_be_visible()
    roster.refresh_from_db()
    assert roster.state == "submitted"


@pytest.mark.clause("A5")
def test_cells_are_chosen_copied_filled_and_taken_back_by_keyboard_and_by_touch(stage: Stage, monkeypatch) -> None:
    """On a phone, by taps alone, and at the computer, by keys alone: the same acts."""
    monkeypatch.setattr(drafts, "_send", lambda pk: None)
    page = stage.computer("supervisor")
    stage.go(page, f"{PATH}draft/")
    drafted(stage, page)
    codes = lambda place, row: place.locator("#edit-grid tbody tr").nth(row).locator("td[data-codes]")  # noqa: E731

    def shown(place, row: int, number: int) -> list[str]:
        return [cell.inner_text() for cell in codes(place, row).locator("a").all()[:number]]

    stage.go(page, f"{PATH}edit/")
    codes(page, 0).locator("a").first.click()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("1")
    assert [shown(page, row, 2) for row in (0, 1)] == [["E", "E"], ["E", "E"]]
    page.keyboard.press("Control+c")
    for _step in range(2):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Control+v")
    assert all(words == "E" for words in shown(page, 1, 2))
    before = shown(page, 0, 6)
    page.keyboard.press("Delete")
    assert shown(page, 0, 6) != before or shown(page, 1, 6)
    page.keyboard.press("Control+z")
    assert shown(page, 0, 6) == before

    phone = stage.computer("supervisor", width=360)
    stage.go(phone, f"{PATH}edit/")
    first = codes(phone, 2).locator("a")
    first.nth(0).click()
    phone.locator("[data-do=several]").click()
    first.nth(2).click()
    phone.locator("[data-code=late]").click()
    assert shown(phone, 2, 3) == ["L", "L", "L"]
    phone.locator("[data-do=copy]").click()
    codes(phone, 3).locator("a").first.click()
    phone.locator("[data-do=paste]").click()
    assert shown(phone, 3, 3) == ["L", "L", "L"]
    phone.locator("[data-do=undo]").click()
    phone.locator("[data-do=undo]").click()
    expect(phone.locator("td.changed")).to_have_count(0)


@pytest.mark.clause("A5")
def test_staff_read_their_month_and_acknowledge_it_and_drafts_stand_beside_each_other_on_a_phone(stage: Stage, monkeypatch) -> None:
    monkeypatch.setattr(drafts, "_send", lambda pk: None)
    page = stage.computer("supervisor", width=360)
    stage.go(page, f"{PATH}draft/")
    drafted(stage, page)
    roster = Roster.objects.get(desk=stage.desk, month="2027-01-01")
    line = plan_of_roster(roster).lines[0]
    busy = next(day for day, cell in line.cells.items() if cell.shifts)
    StaffTerms.objects.create(desk=stage.desk, person=line.person, from_on=date(2026, 1, 1), week_hours=40, days_off=[busy.weekday()])
    run = DraftRun.objects.get()
    for path in ("", f"versions/?from=1&to=d{run.pk}", f"why/?draft={run.pk}&cell={line.person.pk}-{busy.isoformat()}"):
        stage.go(page, PATH + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
        assert not Axe().run(page, options=RULES).response["violations"], path
    stage.go(page, PATH)
    expect(page.locator("td.bad")).not_to_have_count(0)
    now = timezone.now()
    actions.review_and_report(
        actor=roster.drafted_by, roster=roster, confirmed=Confirmation(roster.drafted_by, "pin", now), now=now, reason="已与本人商量",
    )
    phone = stage.computer(line.person.login, width=360)
    stage.go(phone, f"{PATH}mine/")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    assert not Axe().run(phone, options=RULES).response["violations"]
    phone.get_by_role("button", name="I have seen my duties").click()
    expect(phone.get_by_text("acknowledged", exact=True)).to_be_visible()

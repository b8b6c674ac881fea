"""What is typed is offered, kept for its writer and stored once, whatever happens to the sign-in; a long list is made meanwhile."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from duty_desk.tests.browser.conftest import Stage
from duty_desk.tests.browser.test_a_day_at_the_desk import switch_to
from logbook.actions import record_entry, run_export
from logbook.models import Entry, ExportJob

pytestmark = pytest.mark.browser


def stored(page: Page, count: int) -> Entry:
    """The newest entry, once there are so many."""
    for _ in range(1800):
        if Entry.objects.count() >= count:
            return Entry.objects.latest("pk")
        page.wait_for_timeout(100)
    raise AssertionError("the line did not reach the log")


def a_line_is_helped(page: Page) -> None:
    """A phrase by a tap, a unit and a handler by their first characters, a phone number moved to its field by a tap."""
    text, place, handler = (page.locator(f"#composer-{name}") for name in ("text", "place", "handler"))
    page.locator("[data-phrase]").first.evaluate("phrase => { phrase.closest('details').open = true; }")
    page.locator("[data-phrase]").first.click()
    phrase = page.locator("[data-phrase]").first.get_attribute("data-phrase") or "-"
    assert phrase in text.input_value()
    text.fill("#repair call 13912345678 before coming")
    page.locator("#composer-offer").click()
    expect(text).to_have_value("call before coming")
    expect(page.locator("#composer-phone")).to_have_value("13912345678")
    place.press_sequentially("9-18")
    page.locator("#composer-place-offered [role=option]").first.wait_for()
    place.press("ArrowDown")
    place.press("Enter")
    expect(place).to_have_value("9栋1808")
    handler.press_sequentially("lift w")
    page.locator("#composer-handler-offered [role=option]").first.click()
    expect(handler).to_have_value("Lift Works Ltd.")


@pytest.mark.clause("A8", "A16", "A17", "I9", "I10")
@pytest.mark.parametrize("stage", ["en"], indirect=True)
def test_nothing_typed_is_lost_or_shown_to_another(stage: Stage) -> None:
    stage.desk.settings.take_back_seconds = 0
    stage.desk.settings.save()
    matter = record_entry(
        actor=stage.person("liang"), desk=stage.desk, now=stage.at("2026-11-24", "23:01"), text="The lift stands still", kind="repair",
        place="9栋1808", handler="Lift Works Ltd.",
    )
    page = stage.computer("zhou", "liang")
    stage.go(page, "/desk/front/")
    before = Entry.objects.count()
    page.locator("[data-emergency]").click()
    assert stored(page, before + 1).kind == "emergency"

    # The same person writes a line, and in another tab adds to an entry; both are kept for them, and for nobody else.
    page.fill("#composer-text", "Half a line")
    tab = page.context.new_page()
    stage.go(tab, f"/log/front/{matter.number}/")
    for tool, words in (("again", "Stuck as well"), ("add", "The mechanic comes at nine")):
        tab.locator(f"#{tool} summary").click()
        tab.fill(f"#{tool} [name=text]", words)
    page.bring_to_front()
    switch_to(stage, page, "zhou")
    expect(page.locator("#composer-text")).to_have_value("")
    tab.reload()
    expect(tab.locator("#again [name=text]")).to_have_value("")
    switch_to(stage, page, "liang")
    expect(page.locator("#composer-text")).to_have_value("Half a line")
    tab.reload()
    expect(tab.locator("#again [name=text]")).to_have_value("Stuck as well")
    tab.fill("#again [name=text]", "")
    a_line_is_helped(page)

    page.context.clear_cookies(name="sessionid")
    page.locator("#composer-text").press("Enter")
    expect(page.locator("#outbox li.waits")).to_contain_text("signed out")
    tab.locator("#add-form button[type=submit]").click()
    tab.wait_for_url("**/sign-in/**")
    stage.sign_in_here(tab, "liang")
    expect(tab.locator("#add [name=text]")).to_be_visible()
    expect(tab.locator("#add [name=text]")).to_have_value("The mechanic comes at nine")

    # The line goes by itself, after a while; this is what hurries it.
    page.evaluate("window.dispatchEvent(new Event('online'))")
    line = stored(page, before + 2)
    assert (line.words.text, line.place, line.handler, line.kind) == ("call before coming", "9栋1808", "Lift Works Ltd.", "repair")
    tab.locator("#add-form button[type=submit]").click()
    assert stored(tab, before + 3).words.text == "The mechanic comes at nine"
    expect(tab.locator("#add [name=text]")).to_have_value("")
    expect(page.locator("#outbox li")).to_have_count(0)
    assert Entry.objects.count() == before + 3
    stage.faults[:] = [fault for fault in stage.faults if "401" not in fault]


@pytest.mark.clause("A20")
@pytest.mark.parametrize("stage", ["en"], indirect=True)
def test_a_long_list_is_made_in_the_background(stage: Stage, settings, tmp_path: Path) -> None:
    settings.LONG_LIST, settings.EXPORTS_DIR = {"csv": 5, "xlsx": 5, "pdf": 5}, tmp_path
    page = stage.computer("supervisor")
    stage.go(page, "/log/front/export/?format=csv&kind=repair")
    page.get_by_role("button", name="Make the file").click()
    expect(page.locator("#export-job progress")).to_be_visible()
    job = ExportJob.objects.get()
    mine = ExportJob.objects.filter(pk=job.pk)
    mine.update(state="running", done=3)
    expect(page.locator("#export-job")).to_contain_text(f"3 of {job.total} rows")
    mine.update(state="asked", done=0)
    assert run_export(job.pk, now=job.asked_at)
    take = page.get_by_role("link", name="Take the file")
    with page.expect_download() as download:
        take.click()
    content = Path(download.value.path()).read_text("utf-8-sig")
    assert len(content.splitlines()) >= job.total and "Repair" in content

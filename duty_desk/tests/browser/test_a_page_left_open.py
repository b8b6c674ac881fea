"""What a desk page that stands open takes and shows: a text too large for any request, and more rows than one answer brings (A17, I8, I10)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from duty_desk.tests.browser.conftest import Stage
from logbook.actions import record_entry
from logbook.models import Entry
from logbook.views.feed import AT_MOST

pytestmark = pytest.mark.browser


def _answering(status: int) -> Callable[[Route], None]:
    return lambda route: route.fulfill(status=status, body="<p>no</p>")


@pytest.mark.clause("A17", "I10")
@pytest.mark.parametrize("stage", ["en"], indirect=True)
def test_what_is_too_large_is_refused_by_its_own_words_and_stays(stage: Stage) -> None:
    stage.at("2026-11-25", "09:00")
    stage.desk.settings.take_back_seconds = 0
    stage.desk.settings.save()
    page = stage.computer("lin")
    stage.go(page, "/desk/front/")
    before = Entry.objects.count()
    page.evaluate("document.getElementById('composer-text').value = 'x'.repeat(5.1 * 1024 * 1024)")
    page.click("#composer-save")
    expect(page.locator("#text-error")).to_have_text("The text is longer than 4,000 characters. Divide it into several entries.")
    assert page.evaluate("document.getElementById('composer-text').value.length") == int(5.1 * 1024 * 1024)
    for status, said in ((400, "too large, or came incomplete"), (413, "too large, or came incomplete"), (404, "may not write here any more")):
        page.route("**/record/", _answering(status), times=1)
        page.fill("#composer-text", "Kitchen floods")
        page.click("#composer-save")
        expect(page.locator("#text-error")).to_contain_text(said)
        expect(page.locator("#composer-text")).to_have_value("Kitchen floods")
    assert Entry.objects.count() == before
    stage.faults[:] = [fault for fault in stage.faults if "Failed to load resource" not in fault]


@pytest.mark.clause("I8")
@pytest.mark.parametrize("stage", ["en"], indirect=True)
def test_a_page_that_was_hidden_misses_no_row(stage: Stage) -> None:
    now = stage.at("2026-11-25", "09:00")
    page = stage.computer("lin")
    stage.go(page, "/desk/front/")
    newest = Entry.objects.filter(book__desk=stage.desk).latest("number").number
    page.evaluate("Object.defineProperty(document, 'hidden', { configurable: true, get: () => true })")
    for place in range(AT_MOST + 5):
        record_entry(actor=stage.person("huang"), desk=stage.desk, now=now, text=f"Line {place}")
    page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    last = newest + AT_MOST + 5
    expect(page.locator(f"#entry-{last}")).to_be_visible()
    shown = page.locator("#feed article.entry").evaluate_all("rows => rows.map((row) => Number(row.dataset.number))")
    assert shown[: AT_MOST + 5] == list(range(last, newest, -1))

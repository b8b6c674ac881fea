"""Photos at the desk, in a browser: chosen, shown, sent, seen on the entry's page; and one that waits for the network (A17, I10)."""

import pytest
from playwright.sync_api import Page, expect

from duty_desk.tests.browser.conftest import Stage
from logbook.models import Entry
from logbook.rules import attachments_in
from logbook.tests.pictures import photo, photo_from_a_phone

pytestmark = pytest.mark.browser


def file(name: str, content: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "image/jpeg", "buffer": content}


def choose(page: Page, *files: dict[str, object]) -> None:
    page.locator("#composer input[type=file]").set_input_files(list(files))


def saved(page: Page, count: int) -> Entry:
    """The newest entry, once there are so many."""
    for _ in range(1800):
        if Entry.objects.count() >= count:
            return Entry.objects.latest("pk")
        page.wait_for_timeout(100)
    raise AssertionError("the line did not reach the log")


@pytest.mark.clause("A17", "I10")
def test_photos_of_an_entry(stage: Stage, files) -> None:
    stage.desk.settings.take_back_seconds = 0
    stage.desk.settings.save()
    page = stage.computer("zhou", width=360)
    stage.go(page, "/desk/front/")
    before = Entry.objects.count()
    choose(page, file("leak.jpg", photo_from_a_phone(size=(640, 480))), file("script.png", b"<script>alert(1)</script>"), file("meter.jpg", photo(size=(480, 640), colour="green")))
    expect(page.locator("#composer .photo-tiles > li")).to_have_count(2)
    expect(page.locator("#photos-error")).to_contain_text("script.png: This is not a photo")
    expect(page.locator("#composer .photo-state").nth(1)).to_have_text("uploaded")
    page.fill("#composer-text", "3栋802 Water under the kitchen sink")
    # A draft keeps its photos, also when the page is loaded anew.
    stage.go(page, "/desk/front/")
    expect(page.locator("#composer .photo-tiles img")).to_have_count(2)
    expect(page.locator("#composer .photo-state").nth(1)).to_have_text("uploaded")
    page.locator("#composer .photo-remove").nth(1).click()
    expect(page.locator("#composer .photo-tiles > li")).to_have_count(1)
    page.locator("#composer-text").press("Enter")
    entry = saved(page, before + 1)
    assert len(attachments_in(entry.fields)) == 1
    expect(page.locator("#composer .photo-tiles > li")).to_have_count(0)
    expect(page.locator(f"#entry-{entry.number} .photo-mark")).to_have_text("1 photo")
    page.locator(f"#entry-{entry.number} .photo-mark").click()
    expect(page.locator("#photos img")).to_have_count(1)
    assert page.locator("#photos img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 320

    # A further photo comes with an addition.
    page.locator("#add summary").click()
    page.locator("#add input[type=file]").set_input_files([file("later.jpg", photo(size=(64, 64), colour="blue"))])
    expect(page.locator("#add .photo-state")).to_have_text("uploaded")
    page.fill("#add textarea", "The plumber has been")
    page.locator("#add-form button[type=submit]").click()
    page.wait_for_load_state()
    expect(page.locator("#photos img")).to_have_count(2)


@pytest.mark.clause("A17", "I10")
def test_a_photo_waits_for_the_network_and_goes_first_and_once(stage: Stage, files) -> None:
    stage.desk.settings.take_back_seconds = 0
    stage.desk.settings.save()
    page = stage.computer("zhou")
    stage.go(page, "/desk/front/")
    before = Entry.objects.count()
    page.route("**/log/front/photos/", lambda route: route.abort())
    page.route("**/log/front/record/", lambda route: route.abort())
    choose(page, file("leak.jpg", photo(size=(640, 480))))
    expect(page.locator("#composer .photo-state")).to_have_text("waits for the network")
    page.fill("#composer-text", "Leak in the garage")
    page.locator("#composer-text").press("Enter")
    page.fill("#composer-text", "A second line, after it")
    page.locator("#composer-text").press("Enter")
    expect(page.locator("#outbox li")).to_have_count(2)
    expect(page.locator("#outbox li.waits").first).to_contain_text("photos: 1")
    # The browser is closed and opened again; then the network is back.
    stage.go(page, "/desk/front/")
    expect(page.locator("#outbox li")).to_have_count(2)
    page.unroute("**/log/front/photos/")
    page.unroute("**/log/front/record/")
    page.locator("#outbox li button").first.click()
    saved(page, before + 2)
    expect(page.locator("#outbox li")).to_have_count(0)
    first, second = Entry.objects.order_by("-pk")[:2][::-1]
    assert (first.words.text, len(attachments_in(first.fields))) == ("Leak in the garage", 1)
    assert (second.words.text, attachments_in(second.fields)) == ("A second line, after it", [])
    assert Entry.objects.count() == before + 2
    stage.faults[:] = [fault for fault in stage.faults if "ERR_FAILED" not in fault]
    assert page.evaluate("indexedDB.databases().then(() => new Promise(done => { const asked = indexedDB.open('duty-desk-photos'); asked.onsuccess = () => { const turn = asked.result.transaction('photos').objectStore('photos').count(); turn.onsuccess = () => done(turn.result); }; }))") == 0

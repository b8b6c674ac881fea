"""Counting and checking at a phone: a key goes out and comes back, a difference is counted twice, a photo of what fails (A27, A28, B1.9)."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from duty_desk.tests.browser.conftest import Stage
from duty_desk.tests.browser.test_every_page import RULES
from handover.models import Handover
from logbook.models import FollowUp
from logbook.rules import attachments_in
from logbook.tests.pictures import photo
from registers.models import CustodyIssue

pytestmark = pytest.mark.browser


def nothing_found(page: Page) -> None:
    """Nobody is shut out, and nothing is wider than the phone."""
    # Without its stylesheet a page is wider than any phone.
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    found = Axe().run(page, options=RULES).response["violations"]
    assert not found, [(each["id"], [" ".join(node["target"]) for node in each["nodes"]]) for each in found]


def issue_a_key(stage: Stage, page: Page) -> None:
    """A key goes out by its number; what was typed stays through the refusal."""
    stage.go(page, "/registers/front/custody/?open=issue")
    page.fill("#issue-piece", "21")
    page.locator("#issue-form button[type=submit]").click()
    expect(page.locator("#issue-form .invalid-feedback")).to_contain_text("Nobody is named who takes it.")
    expect(page.locator("#issue-piece")).to_have_value("21")
    page.select_option("#issue-item", "spare_keys")
    page.fill("#issue-taken_by", "Mr. Wang, engineering")
    nothing_found(page)
    page.locator("#issue-form button[type=submit]").click()
    expect(page.locator("#out")).to_contain_text("№ 21")


def count_with_a_difference(page: Page, handover: Handover) -> None:
    """One radio is missing: explained, counted a second time; the rest is correct in one act."""
    line = handover.counts.get(item__code="radios")
    radios, one_less = page.locator(f"#count-{line.pk}"), f"{line.expected - 1:.0f}"
    radios.locator("summary").click()
    for typed, words in (("1e9", "from 0 to 9,999,999.99"), (one_less, "count it a second time")):
        radios.locator("input[name=counted]").fill(typed)
        radios.locator("input[name=explanation]").fill("One is being repaired")
        radios.locator("button").click()
        expect(radios).to_contain_text(words)
    radios.locator("input[name=counted]").fill(one_less)
    radios.locator("button").click()
    expect(radios).to_contain_text("is asked")
    page.click("#count-all")
    expect(page.locator("#count-all")).to_have_count(0)


def check_with_a_lamp_out(page: Page, handover: Handover) -> None:
    """A lamp fails with a photo, beside a file that is none, and becomes a follow-up; the rest is in order in one act."""
    lights = page.locator(f"#check-{handover.checks.get(item__code='lights').pk}")
    lights.locator("button[value=fail]").click()
    expect(lights.locator("input[type=file]")).to_have_count(1)
    lights.locator("input[name=remark]").fill("Left lamp is dark")
    files = {"lamp.jpg": photo(size=(320, 240)), "no.jpg": b"none"}
    lights.locator("input[type=file]").set_input_files(
        [{"name": name, "mimeType": "image/jpeg", "buffer": content} for name, content in files.items()]
    )
    lights.locator("button[value=follow_up]").click()
    expect(lights).to_contain_text("no.jpg: This is not a photo")
    expect(lights.locator("input[name=remark]")).to_have_value("Left lamp is dark")
    nothing_found(page)
    lights.locator("button[value=follow_up]").click()
    expect(lights.locator(".photos-shown img")).to_have_count(1)
    line = handover.checks.select_related("entry", "follow_up").get(item__code="lights")
    assert FollowUp.objects.get(root=line.follow_up).state == "open" and len(attachments_in(line.entry.fields)) == 1
    page.click("#check-all")
    expect(page.locator("#check-all")).to_have_count(0)


@pytest.mark.clause("A27", "A28", "B1.9")
def test_a_morning_s_count_with_a_difference_and_a_lamp_that_is_out(stage: Stage, files) -> None:
    stage.at("2026-11-25", "08:00")
    page = stage.computer("huang", width=360)
    issue_a_key(stage, page)
    issue = CustodyIssue.objects.filter(piece="21")
    stage.go(page, "/handover/front/")
    page.click("#open-desk")
    expect(page.locator("#guided .steps")).to_be_visible()
    handover = Handover.objects.get(state="preparing")
    count_with_a_difference(page, handover)
    check_with_a_lamp_out(page, handover)
    if page.locator("#ack-rest").count():
        page.click("#ack-rest")
        expect(page.locator("#ack-rest")).to_have_count(0)
    page.fill("#sign-incoming-secret", stage.pin)
    page.click("#sign-incoming")
    page.wait_for_function("() => !document.querySelector('#sign-incoming')")
    assert Handover.objects.get(pk=handover.pk).state == "completed"

    stage.go(page, "/registers/front/custody/")
    page.click(f"#back-{issue.get().pk}")
    expect(page.locator("#out")).not_to_contain_text("№ 21")
    assert issue.get().state == "back"
    expect(page.locator("#differences")).to_contain_text("Radios")
    nothing_found(page)


@pytest.mark.clause("A28")
def test_a_desk_that_counts_blind_asks_for_every_number_and_then_shows_what_was_expected(stage: Stage) -> None:
    stage.desk.settings.blind_count = True
    stage.desk.settings.save()
    stage.at("2026-11-25", "08:00")
    page = stage.computer("huang", width=360)
    stage.go(page, "/handover/front/")
    page.click("#open-desk")
    expect(page.locator("#blind")).to_be_visible()
    lines = {line.item.code: line for line in Handover.objects.get(state="preparing").counts.select_related("item")}
    for code, line in lines.items():
        page.fill(f"#sheet-counted_{line.pk}", "-1" if code == "radios" else f"{line.expected:.2f}")
    page.click("#count-sheet-keep")
    radios = page.locator(f"#count-{lines['radios'].pk}")
    expect(radios.locator(".invalid-feedback")).to_contain_text("from 0 to 9,999,999.99")
    expect(page.locator(f"#sheet-counted_{lines['cash_box'].pk}")).to_have_value(f"{lines['cash_box'].expected:.2f}")
    nothing_found(page)
    expected = lines["radios"].expected
    page.fill(f"#sheet-counted_{lines['radios'].pk}", f"{expected - 1:.0f}")
    page.click("#count-sheet-keep")
    expect(page.locator("#count-sheet-keep")).to_have_count(0)
    expect(radios).to_contain_text(f"Expected {expected:.0f}")
    expect(radios).to_contain_text("count it a second time")
    nothing_found(page)

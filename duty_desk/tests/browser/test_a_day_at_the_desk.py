"""A day at the desk, as its people live it in a browser: two on each shift at one computer, in English and in Chinese."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from duty_desk.tests.browser.conftest import Stage
from handover.models import Handover, Signature
from inspections.models import Finding, Inspection
from logbook.models import Entry, FollowUp
from logbook.queries import current_watch, watch_people
from logbook.verify import verify
from rosters.models import Absence, Duty, Roster

pytestmark = pytest.mark.browser
ROSTER = Path(__file__).parents[2] / "sample" / "roster-2026-12.csv"

# What the early shift writes: the line as it is typed, and the kind that it becomes.
LINES = [
    ("#repair 5栋1203 Water drips from the kitchen ceiling", "repair"),
    ("#zx Asked when the pool opens; told 7:00", "enquiry"),
    ("＃快递 7栋802 Two parcels put on shelf A-3", "parcel"),
    ("/visitor 10栋2202 Visitor for Mr. Chen let in after a call", "visitor"),
    ("、留言 For the manager: call back about the annual inspection", "message"),
    ("Handed an umbrella to the resident of 2栋", "other"),
]


def switch_to(stage: Stage, page: Page, login: str) -> None:
    """A tap on the name chip and the PIN make the person the actor, without leaving the page."""
    person = stage.person(login)
    seat = page.locator("details.seat", has=page.locator(f"input[name=person][value='{person.pk}']")).first
    seat.locator("summary").click()
    # Who acts already is asked for the PIN again after a while: then only the answer tells that it is done. Quick fingers
    # type where the focus is.
    with page.expect_response(lambda answer: answer.request.method == "POST" and "/people/switch/" in answer.url):
        page.keyboard.type(stage.pin)
        page.keyboard.press("Enter")
    page.wait_for_function("pk => document.querySelector('input[name=_actor]')?.value === pk", arg=str(person.pk))
    # The parts of the page that depend on the actor come anew a moment later.
    expect(page.locator("body[aria-busy]")).to_have_count(0)


def write(page: Page, line: str) -> None:
    """Types a line and presses Enter; waits until it is in the log."""
    before = Entry.objects.count()
    page.locator("#composer-text").click()
    # Key by key what chooses the kind, the rest at once.
    page.locator("#composer-text").press_sequentially(line[:10])
    page.keyboard.insert_text(line[10:])
    page.locator("#composer-text").press("Enter")
    for _ in range(1800):
        if Entry.objects.count() > before:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{line!r} did not reach the log")


def compose_and_take_back(stage: Stage, page: Page) -> None:
    """Enter belongs to the input method while it composes; a draft is one in two tabs; a saved line can be taken back."""
    keys = page.context.new_cdp_session(page)
    other = page.context.new_page()
    stage.go(other, "/desk/front/")
    page.bring_to_front()
    page.locator("#composer-text").click()
    before = Entry.objects.count()
    keys.send("Input.imeSetComposition", {"text": "yongchi", "selectionStart": 7, "selectionEnd": 7})
    for code in (229, 13):
        keys.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", "windowsVirtualKeyCode": code, "key": "Enter", "code": "Enter"})
    expect(page.locator("#composer-text")).to_have_value("yongchi")
    expect(page.locator("#outbox li")).to_have_count(0)
    keys.send("Input.insertText", {"text": "＃报修 3栋802 泳池旁灯不亮"})
    expect(page.locator("#composer-text")).to_have_value("3栋802 泳池旁灯不亮")
    expect(other.locator("#composer-text")).to_have_value("3栋802 泳池旁灯不亮")
    page.locator("#composer-text").press("Enter")
    expect(other.locator("#composer-text")).to_have_value("")
    # A slow finger: the line counts its seconds down meanwhile.
    page.locator("#outbox li button").first.click(delay=1300)
    for tab in (page, other):
        expect(tab.locator("#composer-text")).to_have_value("3栋802 泳池旁灯不亮")
    expect(page.locator("#composer input[name=place]")).to_have_value("3栋802")
    other.close()
    page.fill("#composer-text", "")
    page.fill("#composer input[name=place]", "")
    assert Entry.objects.count() == before


def press(page: Page, button: str) -> None:
    """Presses a button that leads to a new page, and waits for it."""
    with page.expect_navigation():
        page.click(button)


def yes(page: Page) -> None:
    """Answers the question that a binding act asks once."""
    page.locator("dialog#confirm[open] button[value=yes]").click()


def sign(stage: Stage, page: Page, side: str) -> None:
    """Signs one side of the handover on the page with the PIN."""
    ready = page.locator(f"#sign-{side}-secret")
    assert ready.is_enabled(), page.locator("#sign").inner_text()
    page.fill(f"#sign-{side}-secret", stage.pin)
    page.click(f"#sign-{side}")


def put_in_order(page: Page) -> None:
    """Counts and checks what has not been counted and checked: all correct, all in order."""
    for name in ("count-all", "check-all"):
        page.click(f"#{name}")
        expect(page.locator(f"#{name}")).to_have_count(0)


def unfold(page: Page, inside: str) -> None:
    """Opens the fold around something, unless it is open."""
    fold = page.locator(f"details:has({inside})").last
    if fold.get_attribute("open") is None:
        fold.locator("> summary").click()


def bring_in_the_roster(stage: Stage) -> None:
    page = stage.computer("supervisor")
    stage.go(page, "/rosters/front/import/")
    page.select_option("select[name=month]", "2026-12")
    page.set_input_files("input[name=file]", ROSTER)
    page.click("#import-form button[type=submit]")
    expect(page.locator("table.grid")).to_be_visible()
    page.click("#confirm-form button[type=submit]")
    page.wait_for_url("**/rosters/front/2026-12/**")
    page.fill("#review-form input[name=secret]", stage.pin)
    page.click("#review-form button[type=submit]")
    yes(page)
    page.wait_for_load_state()
    expect(page.locator("#review-form")).to_have_count(0)
    assert Roster.objects.get(desk=stage.desk, month="2026-12-01").state == "reported"
    assert Duty.objects.filter(desk=stage.desk, site_day__month=12).count() > 80


def open_the_desk(stage: Stage, page: Page, first: str, colleague: str) -> None:
    """The first of the day opens the desk together with a colleague; the night's matters come with it."""
    stage.go(page, "/handover/front/")
    page.check(f"input[name=colleagues][value='{stage.person(colleague).pk}']")
    page.click("#open-desk")
    expect(page.locator("#guided .steps")).to_be_visible()
    if page.locator("#ack-rest").count():
        page.click("#ack-rest")
        expect(page.locator("#ack-rest")).to_have_count(0)
    put_in_order(page)
    sign(stage, page, "incoming")
    page.wait_for_function("() => !document.querySelector('#sign-incoming')")
    watch = current_watch(stage.desk)
    assert watch is not None
    assert [person.login for person in watch_people(watch)] == [first, colleague]


def inspect(stage: Stage) -> None:
    """The supervisor inspects on a phone before 9:30: one item fails and is put right, the rest passes in one tap."""
    page = stage.computer("supervisor", width=390)
    stage.go(page, "/inspections/front/")
    press(page, "button[name=occasion][value=morning]")
    tidy = page.locator("#inspection-form .check-row").nth(2)
    saved = tidy.locator("[role=status]")
    tidy.locator("input[type=radio][value=fail]").check(force=True)
    expect(saved).not_to_be_empty()
    # The row saves itself when a field is left, and is sent once more with the whole form.
    for field, words in (("r", "Two umbrellas behind the desk"), ("c", "Put into the stand")):
        with page.expect_response(lambda answer: "/inspections/" in answer.url and answer.request.method == "POST"):
            tidy.locator(f"input[id^={field}]").fill(words)
            tidy.locator(f"input[id^={field}]").blur()
    press(page, "button[name=do][value=rest]")
    press(page, "button[name=do][value=finish]")
    done = Inspection.objects.get(desk=stage.desk, site_day="2026-11-25", occasion="morning")
    assert done.state == "done" and done.done_at < done.due_at
    assert Finding.objects.get(result__inspection=done).correction == "Put into the stand"


def take_a_meal(stage: Stage, page: Page) -> None:
    """The holder goes for a meal in one tap: the part passes to the colleague, and comes back."""
    page.wait_for_load_state()
    press(page, ".meal-now button")
    assert "/desk/" in page.url, page.locator("main").inner_text()
    absence = Absence.objects.get(person=stage.person("huang"))
    assert absence.cover == stage.person("lin")
    watch = current_watch(stage.desk)
    assert watch is not None and watch.holder == stage.person("lin")
    stage.at("2026-11-25", "12:25")
    switch_to(stage, page, "huang")
    press(page, "#back-form button")
    switch_to(stage, page, "lin")
    press(page, "#part-back-form button")
    watch = current_watch(stage.desk)
    assert watch is not None and watch.holder == stage.person("huang")


def correct_and_follow_up(stage: Stage, page: Page) -> None:
    """One entry is corrected with a reason in one tap, one matter moves and is closed."""
    wrong = Entry.objects.filter(book__desk=stage.desk, kind="enquiry").latest("number")
    stage.go(page, f"/log/front/{wrong.number}/")
    unfold(page, "#correct-form")
    page.locator("#correct-form input[name=reason]").first.check()
    page.fill("#correct-form textarea[name=text]", "Asked when the pool opens; told 6:30")
    press(page, "#correct-form button[type=submit]")
    assert wrong.answers.get(act="correction").words.text.endswith("6:30")

    matter = Entry.objects.filter(book__desk=stage.desk, kind="repair").latest("number")
    stage.go(page, f"/log/front/{matter.number}/")
    unfold(page, "#move-form")
    page.locator("#move-form input[name=state][value=closed]").check()
    page.fill("#move-form input[name=result]", "Valve replaced by engineering")
    press(page, "#move-form button[type=submit]")
    assert FollowUp.objects.get(root=matter).state == "closed"


def prepare_the_handover(stage: Stage, page: Page) -> Handover:
    """The late shift comes to the same computer; matters are told and confirmed one by one, a key is missing."""
    for login in ("zheng", "wu"):
        stage.sign_in(page, login)
    stage.go(page, "/handover/front/")
    page.select_option("select[name=incoming]", str(stage.person("wu").pk))
    page.check(f"input[name=colleagues][value='{stage.person('zheng').pk}']")
    page.click("#begin-handover")
    expect(page.locator("#guided .steps")).to_be_visible()
    handover = Handover.objects.get(desk=stage.desk, mode="face", state="preparing")
    keys = handover.counts.get(item__code="spare_keys")
    page.locator(f"#count-{keys.pk} summary").click()
    page.fill(f"#count-{keys.pk} input[name=counted]", "34")
    page.click(f"#count-{keys.pk} button[type=submit]")
    unexplained = page.locator(f"#count-{keys.pk} input[name=explanation]")
    expect(unexplained).to_be_focused()
    expect(unexplained).to_be_in_viewport()
    expect(page.locator("#refuse")).not_to_have_attribute("open", "")
    unexplained.fill("Key 3 is out with engineering")
    page.click(f"#count-{keys.pk} button[type=submit]")
    expect(page.locator(f"#count-{keys.pk} .differs")).to_be_visible()
    page.fill(f"#count-{keys.pk} input[name=counted]", "34")
    page.click(f"#count-{keys.pk} button[type=submit]")
    expect(page.locator(f"#count-{keys.pk} details[open]")).to_have_count(0)
    put_in_order(page)
    page.fill("textarea[name=remarks]", "The umbrella stand is full")
    switch_to(stage, page, "huang")
    expect(page.locator("textarea[name=remarks]")).to_have_value("The umbrella stand is full")
    page.fill("textarea[name=remarks]", "")
    for matter in handover.matters.filter(group="one_by_one"):
        form = page.locator(f"#matter-{matter.pk} form:has(#tell-{matter.pk})")
        form.locator("input[name=next_step]").fill("Call back before 17:30")
        when = form.locator("input[name=by_when]")
        if when.count() and not when.input_value():
            when.fill("2026-11-25T17:30")
        page.click(f"#tell-{matter.pk}")
        expect(page.locator(f"#matter-{matter.pk} .next b")).to_be_visible()
    switch_to(stage, page, "wu")
    for matter in handover.matters.filter(group="one_by_one"):
        page.click(f"#ack-{matter.pk}")
        expect(page.locator(f"#matter-{matter.pk} .ack.done")).to_be_visible()
    if page.locator("#ack-rest").count():
        page.click("#ack-rest")
        expect(page.locator("#ack-rest")).to_have_count(0)
    return handover


def refuse_and_decide(stage: Stage, page: Page, handover: Handover) -> None:
    """The incoming refuses with a ground and a remedy; the outgoing keeps the desk; the supervisor sends it back."""
    page.click("a[data-open=refuse]")
    page.select_option("#refuse select[name=side]", "incoming")
    page.select_option("#refuse select[name=ground]", index=1)
    page.fill("#refuse textarea[name=remedy]", "The desk is tidied before 16:20")
    page.fill("#refuse input[name=secret]", stage.pin)
    page.click("#refuse button[type=submit]")
    expect(page.locator("#stop")).to_be_visible()
    handover.refresh_from_db()
    assert handover.state == "refused"
    watch = current_watch(stage.desk)
    assert watch is not None and watch.holder == stage.person("huang")
    above = stage.computer("supervisor", width=390)
    stage.go(above, "/handover/front/")
    above.locator("#decide input[name=outcome]").first.check()
    fields = above.locator("#decide textarea")
    for turn in range(fields.count()):
        fields.nth(turn).fill("Tidy up together, then go on")
    if above.locator("#decide input[name=secret]").count():
        above.fill("#decide input[name=secret]", stage.pin)
    above.click("#decide button[type=submit]")
    expect(above.locator("#stop")).to_have_count(0)
    handover.refresh_from_db()
    assert handover.state == "preparing"


def sign_twice_while_a_colleague_writes(stage: Stage, page: Page, handover: Handover) -> None:
    """The colleague goes on writing at another browser; that voids nothing; both sign over the same content."""
    other = stage.computer("lin")
    stage.go(other, "/desk/front/")
    stage.go(page, "/handover/front/")
    switch_to(stage, page, "huang")
    for heard in page.locator("[id^=heard-with-]").all():
        heard.check()
    sign(stage, page, "outgoing")
    expect(page.locator("#box-outgoing.done")).to_be_visible()
    write(other, "The lift of 5栋 is back in service")
    sign(stage, page, "incoming")
    page.wait_for_function("() => !document.querySelector('#sign-incoming')")
    handover.refresh_from_db()
    assert handover.state == "completed"
    signed = {row.role: row for row in Signature.objects.filter(handover=handover, digest=handover.signatures.latest("pk").digest)}
    assert signed["outgoing"].digest == signed["incoming"].digest
    assert signed["outgoing"].person == stage.person("huang") and signed["incoming"].person == stage.person("wu")
    watch = current_watch(stage.desk)
    assert watch is not None
    assert [person.login for person in watch_people(watch)] == ["wu", "zheng"]


def print_the_record(stage: Stage, page: Page, handover: Handover) -> None:
    """The printed record holds the shift's entries, both signatures and the last digest."""
    stage.go(page, f"/handover/front/{handover.pk}/print/")
    page.emulate_media(media="print")
    words = page.locator("main").inner_text()
    assert "Water drips from the kitchen ceiling" in words
    newest = Entry.objects.filter(book__desk=stage.desk).latest("number")
    assert bytes(newest.digest).hex() in words and handover.digest in words
    expect(page.locator(".sign-line")).to_have_count(2)
    for login in ("huang", "wu"):
        assert stage.person(login).name in words or stage.person(login).name_latin in words
    assert page.evaluate("getComputedStyle(document.body).minHeight") == "0px", "paper has no empty sheet after the last line"
    page.emulate_media(media="screen")


def close_for_the_night(stage: Stage, page: Page) -> None:
    """The last holder counts, names who has each urgent matter overnight, and signs alone."""
    stage.go(page, "/handover/front/")
    switch_to(stage, page, "wu")
    stage.go(page, "/handover/front/")
    page.click("#close-desk")
    expect(page.locator("#guided .steps")).to_be_visible()
    closing = Handover.objects.get(desk=stage.desk, mode="closing", state="preparing")
    for matter in closing.matters.filter(group="one_by_one"):
        form = page.locator(f"#matter-{matter.pk} form:has(#tell-{matter.pk})")
        form.locator("input[name=overnight]").fill("Security duty room")
        page.click(f"#tell-{matter.pk}")
        expect(page.locator(f"#matter-{matter.pk} .ack svg").first).to_be_visible()
    put_in_order(page)
    sign(stage, page, "outgoing")
    page.wait_for_function("() => !document.querySelector('#sign-outgoing')")
    assert current_watch(stage.desk) is None


@pytest.mark.clause("A5", "A10", "A17", "A18", "A23", "A26", "A28", "A29", "A32", "A35", "I3", "I4")
@pytest.mark.parametrize("stage", ["en", "zh-hans"], indirect=True)
def test_a_day_at_the_desk(stage: Stage) -> None:
    stage.desk.settings.take_back_seconds = 30
    stage.desk.settings.save()
    bring_in_the_roster(stage)

    stage.at("2026-11-25", "07:50")
    desk = stage.computer("lin", "huang")
    open_the_desk(stage, desk, "huang", "lin")
    stage.go(desk, "/desk/front/")
    compose_and_take_back(stage, desk)
    stage.desk.settings.take_back_seconds = 0
    stage.desk.settings.save()
    stage.go(desk, "/desk/front/")
    for line, kind in LINES:
        write(desk, line)
        assert Entry.objects.latest("pk").kind == kind, line
    correct_and_follow_up(stage, desk)

    stage.at("2026-11-25", "09:05")
    inspect(stage)
    stage.at("2026-11-25", "12:00")
    stage.go(desk, "/desk/front/")
    switch_to(stage, desk, "huang")
    take_a_meal(stage, desk)

    stage.at("2026-11-25", "15:50")
    handover = prepare_the_handover(stage, desk)
    refuse_and_decide(stage, desk, handover)
    sign_twice_while_a_colleague_writes(stage, desk, handover)
    print_the_record(stage, desk, handover)

    stage.at("2026-11-25", "22:00")
    close_for_the_night(stage, desk)

    stage.at("2026-11-26", "07:55")
    morning = stage.computer("zhou", "he")
    open_the_desk(stage, morning, "he", "zhou")
    assert not verify([stage.desk.books.get()]).breaches

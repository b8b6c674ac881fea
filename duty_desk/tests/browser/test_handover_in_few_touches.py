"""A usual handover at a phone in Chinese, touch by touch; then stopped, refused and closed by the keyboard alone (A26–A30, C11, E2).

A touch is one click or one key: the digits of a PIN count each. The number that was needed is printed.
"""

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from desks import binding
from desks.models import Person
from duty_desk.tests.browser.conftest import Stage
from handover import actions
from handover.models import Handover, Refusal
from handover.queries import digest_now
from handover.tests import steps
from handover.tests.scenes import roster_duty
from logbook.actions import move_follow_up, record_entry
from logbook.models import Entry, FollowUp
from logbook.queries import current_watch, open_follow_ups_of
from registers.models import CustodyItem
from rosters.queries import duties_at

pytestmark = pytest.mark.browser
MOST = 30


class Hand:
    """Touches a page and counts it."""

    def __init__(self, page: Page) -> None:
        self.page, self.touches = page, 0

    def tap(self, selector: str) -> None:
        """One click, once what it is on is there."""
        self.page.click(selector)
        self.touches += 1

    def keys(self, text: str) -> None:
        """Types into whatever has the focus, key by key, and sends it with Enter."""
        for each in text:
            self.page.keyboard.press(each)
        self.page.keyboard.press("Enter")
        self.touches += len(text) + 1

    def reach(self, selector: str) -> None:
        """Goes there with the Tab key alone."""
        for _ in range(400):
            if self.page.evaluate("selector => document.activeElement?.matches(selector)", selector):
                return
            self.page.keyboard.press("Tab")
            self.touches += 1
        raise AssertionError(f"the keyboard does not reach {selector}")

    def press(self, selector: str) -> None:
        """Goes there and presses Enter."""
        self.reach(selector)
        self.page.keyboard.press("Enter")
        self.touches += 1

    def write(self, selector: str, text: str) -> None:
        """Goes there and types."""
        self.reach(selector)
        self.page.keyboard.insert_text(text)
        self.touches += len(text)


def five_matters_and_twelve_items(stage: Stage) -> None:
    """Three matters from before, unchanged; the early shift opens the desk and writes two more, one of them urgent, each with its next step."""
    lin, huang = stage.person("lin"), stage.person("huang")
    before = stage.at("2026-11-24", "23:10")
    with transaction.atomic():
        for follow_up in open_follow_ups_of(stage.desk).select_related("root"):
            move_follow_up(actor=lin, root=follow_up.root, now=before, state="closed", result="已办结", text="已办结")
        CustodyItem.objects.bulk_create(
            CustodyItem(desk=stage.desk, code=f"key_{place}", label_en=f"Key {place}", label_zh_hans=f"{place} 号钥匙", expected=1, position=100 + place)
            for place in range(12 - CustodyItem.objects.filter(desk=stage.desk, current=True).count())
        )
        for place in range(3):
            written(stage, lin, before, f"{place + 1}栋大堂灯不亮", due=timedelta(days=9))
    opened = stage.at("2026-11-25", "07:55")
    open_early(stage, opened, huang, lin)
    for place in range(2):
        written(stage, huang, opened, f"{place + 5}栋厨房漏水", due=timedelta(hours=20), urgency="" if place else "urgent")
    assert open_follow_ups_of(stage.desk).count() == 5
    change = stage.at("2026-11-25", "16:00")
    if not duties_at(stage.desk, change):
        for login in ("wu", "zheng"):
            roster_duty(stage.desk, stage.person(login), change, change + timedelta(hours=6))


def written(stage: Stage, person: Person, now: datetime, text: str, due: timedelta, urgency: str = "") -> None:
    """A repair with a due time and the next step as its thread has it."""
    entry = record_entry(actor=person, desk=stage.desk, now=now, text=text, kind="repair", place="大堂", due_at=now + due, urgency=urgency)
    move_follow_up(actor=person, root=entry, now=now, state="in_progress", next_step="工程部王工 17:00 前回电", text="已报工程")


def open_early(stage: Stage, now: datetime, first: Person, colleague: Person) -> None:
    """Opens the desk through the acts, with the sample people's own PIN."""
    row = steps.prepare(actions.open_desk(actor=first, desk=stage.desk, now=now, colleagues=[colleague]), now)
    confirmed = binding.confirm(first, stage.pin, now=now)
    actions.sign_opening(confirmed=confirmed, handover=row, digest=digest_now(row), seen=steps.seen(row), now=now)


def usual(stage: Stage, page: Page) -> int:
    """From the page of the handover to the second signature, nothing wrong, one matter critical and said back; how many touches."""
    hand, pin = Hand(page), stage.pin
    stage.go(page, "/handover/front/")
    hand.tap("#begin-handover")
    expect(page.locator("#guided .steps")).to_be_visible()
    row = Handover.objects.get(desk=stage.desk, mode="face", state="preparing")
    alone = list(row.matters.filter(group="one_by_one"))
    assert (len(alone), row.matters.count(), row.counts.count()) == (2, 5, 12)
    critical = row.matters.get(severity="critical")
    for matter in alone:
        hand.tap(f"#tell-{matter.pk}")
        expect(page.locator(f"#matter-{matter.pk} .next b")).to_be_visible()
    hand.tap("#count-check-all")
    for name in ("count-all", "check-all"):
        expect(page.locator(f"#{name}")).to_have_count(0)
    incoming = row.incoming
    seat = f"details.seat:has(input[name=person][value='{incoming.pk}'])"
    with page.expect_response(lambda answer: answer.request.method == "POST" and "/people/switch/" in answer.url):
        hand.tap(f"{seat} summary >> nth=0")
        hand.keys(pin)
    page.wait_for_function("pk => document.querySelector('input[name=_actor]')?.value === pk", arg=str(incoming.pk))
    expect(page.locator("body[aria-busy]")).to_have_count(0)
    for matter in alone:
        hand.tap(f"#ack-{matter.pk}")
        expect(page.locator(f"#matter-{matter.pk} .ack.done").first).to_be_visible()
    hand.tap("#ack-rest")
    # The outgoing ticks, beside the PIN, that the critical one was said back rightly.
    expect(page.locator("#sign-outgoing-secret")).to_be_focused()
    hand.tap(f"#heard-with-{critical.pk}")
    for side in ("outgoing", "incoming"):
        expect(page.locator(f"#sign-{side}-secret")).to_be_focused()
        hand.keys(pin)
        if side == "outgoing":
            expect(page.locator("#box-outgoing.done")).to_be_visible()
    page.wait_for_url("**/handover/front/*/")
    row.refresh_from_db()
    watch = current_watch(stage.desk)
    assert row.state == "completed" and row.together == "yes" and watch is not None and watch.holder == incoming
    assert row.matters.get(pk=critical.pk).heard_by == row.outgoing
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, "nothing is wider than the phone"
    return hand.touches


def stopped_and_refused_by_keyboard(stage: Stage, page: Page, back: Person) -> None:
    """A fault stops it and it goes on; then the incoming refuses, and the supervisor lets that stand: not one click."""
    hand = Hand(page)
    stage.go(page, "/handover/front/")
    hand.reach("select[name=incoming]")
    for _ in range(20):
        if page.locator("select[name=incoming]").input_value() == str(back.pk):
            break
        page.keyboard.press("ArrowDown")
    hand.press("#begin-handover")
    expect(page.locator("#guided .steps")).to_be_visible()
    row = Handover.objects.get(desk=stage.desk, mode="face", state="preparing")
    hand.press("#suspend > summary")
    hand.write("#suspend textarea[name=fault]", "3 号水泵跳闸")
    hand.press("#suspend button[type=submit]")
    expect(page.locator("#resume")).to_be_visible()
    row.refresh_from_db()
    assert row.state == "suspended"
    hand.press("#resume")
    expect(page.locator("#resume")).to_have_count(0)
    hand.press("#refuse > summary")
    hand.reach("#refuse select[name=side]")
    page.keyboard.press("Home")
    hand.write("#refuse textarea[name=remedy]", "16:20 前整理好柜台")
    hand.write("#refuse input[name=secret]", stage.pin)
    page.keyboard.press("Enter")
    expect(page.locator("#stop")).to_be_visible()
    row.refresh_from_db()
    assert row.state == "refused" and Refusal.objects.get(handover=row).person == back
    above = stage.computer("supervisor")
    stage.go(above, "/handover/front/")
    chief = Hand(above)
    chief.reach("#decide input[name=outcome]")
    above.keyboard.press("ArrowDown")
    chief.write("#decide textarea[name=reason]", "换人接班")
    chief.press("#decide button[type=submit]")
    expect(above.locator("#decide")).to_have_count(0)
    row.refresh_from_db()
    assert row.state == "upheld"


def closed_by_keyboard(stage: Stage, page: Page) -> None:
    """The last holder closes the desk without a click, and names who has the urgent matter overnight."""
    hand = Hand(page)
    stage.go(page, "/handover/front/")
    hand.press("#close-desk")
    expect(page.locator("#guided .steps")).to_be_visible()
    (urgent,) = Handover.objects.get(desk=stage.desk, mode="closing", state="preparing").matters.filter(group="one_by_one")
    hand.write(f"#matter-{urgent.pk} input[name=overnight]", "保安部值班")
    page.keyboard.press("Enter")
    expect(page.locator(f"#matter-{urgent.pk} .ack").first).to_contain_text("保安部值班")
    for name in ("count-all", "check-all"):
        hand.press(f"#{name}")
        expect(page.locator(f"#{name}")).to_have_count(0)
    expect(page.locator("#sign-outgoing-secret")).to_be_focused()
    hand.keys(stage.pin)
    page.wait_for_url("**/handover/front/*/")
    assert current_watch(stage.desk) is None


@pytest.mark.clause("A26", "A28", "A29", "A30", "C11", "I3")
@pytest.mark.parametrize("stage", ["zh-hans"], indirect=True)
def test_a_usual_handover_takes_at_most_thirty_touches_and_needs_no_mouse(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    five_matters_and_twelve_items(stage)
    stage.at("2026-11-25", "15:50")
    page = stage.computer("zheng", "wu", "huang", width=390)
    touches = usual(stage, page)
    with capsys.disabled():
        print(f"\na usual handover, five open matters and twelve items: {touches} touches of at most {MOST}")  # noqa: T201
    assert touches <= MOST
    holder = current_watch(stage.desk).holder
    stopped_and_refused_by_keyboard(stage, page, stage.person("huang"))
    assert current_watch(stage.desk).holder == holder
    closed_by_keyboard(stage, page)
    assert Entry.objects.filter(code="handover_suspended_both").exists() and FollowUp.objects.filter(state="in_progress").count() == 5

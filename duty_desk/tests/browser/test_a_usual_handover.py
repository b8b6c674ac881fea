"""A usual handover at one screen: prepared during the watch, five open matters and the count with nothing wrong, both sign.

It counts what the two people do: at most thirty key strokes and clicks (a PIN of six digits is six).
"""

import pytest
from playwright.sync_api import Page, expect

from duty_desk.sample.shifts import start_day
from duty_desk.tests.browser.conftest import Stage
from handover.models import Handover
from logbook.actions import move_follow_up, record_entry
from logbook.queries import current_watch, open_follow_ups_of

pytestmark = pytest.mark.browser


class Hands:
    """What two people press and type, counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.done = page, 0

    def press(self, what: str) -> None:
        """One click, or Enter on what has the focus."""
        self.done += 1
        self.page.click(what)

    def type(self, what: str, words: str) -> None:
        """As many key strokes as there are characters."""
        self.done += len(words)
        self.page.fill(what, words)


@pytest.mark.clause("A26")
def test_a_usual_handover_takes_thirty_key_strokes_and_clicks_at_most(stage: Stage) -> None:
    before = stage.at("2026-11-24", "23:30")
    holder = stage.person("huang")
    for matter in open_follow_ups_of(stage.desk):
        move_follow_up(actor=holder, root=matter.root, now=before, state="closed", result="settled")
    old = [
        record_entry(actor=holder, desk=stage.desk, now=before, text=f"Tap drips {number}", kind="repair", place="5-1203")
        for number in range(5)
    ]
    now = stage.at("2026-11-25", "08:00")
    start_day(stage.desk, holder, stage.person("lin"), lambda kind: "Call back", now)
    for entry, severity in zip(old, ("critical", "watch", "stable", "stable", "stable"), strict=True):
        move_follow_up(
            actor=holder, root=entry, now=stage.at("2026-11-25", "08:05"), state="in_progress", next_step="Engineering calls back",
            severity=severity,
        )
    page = stage.computer("huang")
    page.set_default_timeout(40_000)
    stage.go(page, "/handover/front/")
    hands = Hands(page)
    hands.press("#prepare-handover")
    expect(page.locator("#comes")).to_be_visible()
    handover = Handover.objects.get(desk=stage.desk, state="preparing")
    alone = list(handover.matters.filter(group="one_by_one").order_by("root__number"))
    assert len(alone) == 5
    for matter in alone:
        hands.press(f"#tell-{matter.pk}")
        expect(page.locator(f"#matter-{matter.pk} .next b")).to_be_visible()
    # Who takes over comes and signs in at this computer, as at the beginning of every duty.
    stage.sign_in(page, "wu")
    stage.go(page, "/handover/front/")
    hands.press("#begin-handover")
    expect(page.locator("#sign")).to_be_visible()
    for matter in alone:
        hands.press(f"#ack-{matter.pk}")
        expect(page.locator(f"#matter-{matter.pk} .ack.done").first).to_be_visible()
    for name in ("count-all", "check-all"):
        hands.press(f"#{name}")
        expect(page.locator(f"#{name}")).to_have_count(0)
    hands.press("[id^=heard-with-]")
    for side in ("outgoing", "incoming"):
        hands.type(f"#sign-{side}-secret", stage.pin)
        hands.press(f"#sign-{side}")
        if side == "outgoing":
            expect(page.locator("#box-outgoing.done")).to_be_visible()
    page.wait_for_url("**/handover/front/*/")
    handover.refresh_from_db()
    watch = current_watch(stage.desk)
    assert handover.state == "completed" and handover.together == "yes"
    assert watch is not None and watch.holder == stage.person("wu")
    assert hands.done <= 30, hands.done

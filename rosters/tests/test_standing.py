"""A roster that breaks hard rules: refused outright for what law, protection and role forbid, else submitted with a reason alone (A5, A6, A13)."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db import DatabaseError, transaction

from desks.models import Membership, Role
from desks.refusal import Refused
from desks.testing import PIN, Town, signed_in
from logbook.models import Entry
from rosters import actions
from rosters.models import RosterException, ShiftType, StaffTerms
from rosters.patterns import CellChange
from rosters.rules.facts import ABSOLUTE, SOFT, Breach, Code
from rosters.rules.plans import why_not_stand
from rosters.tests.scenes import DECEMBER, confirmed, drafted, reported

OTHERS = {"butler": "早早晚休", "second_butler": "休早晚早"}
REASON = "两人病假，已与本人商量"


@pytest.fixture
def second(town: Town, morning):
    """A second person who may draft and review."""
    Membership.objects.create(person=town.nobody, site=town.site, role=Role.SUPERVISOR, starts_at=morning)
    return town.nobody


def agreed(town: Town, **more: object) -> None:
    """The agent has Wednesdays off; the usual pattern gives some of them a duty."""
    StaffTerms.objects.create(desk=town.desk, person=town.agent, from_on=date(2026, 11, 1), week_hours=Decimal(40), **{"days_off": [2]} | more)


@pytest.mark.clause("A5")
def test_what_was_agreed_is_broken_with_a_reason_that_stays_with_the_version(town: Town, morning, second) -> None:
    agreed(town)
    roster = drafted(town, morning)
    with pytest.raises(Refused) as refused:
        actions.submit(actor=town.supervisor, roster=roster, now=morning)
    assert (refused.value.clause, refused.value.field) == ("A5", "excuse")
    assert "He Jiayi" in str(refused.value.reason) and "2 Dec" in str(refused.value.reason) and "has this weekday off" in str(refused.value.reason)
    roster.refresh_from_db()
    assert roster.state == "draft" and not RosterException.objects.exists()
    roster = actions.submit(actor=town.supervisor, roster=roster, now=morning, reason=f" {REASON} ")
    row = RosterException.objects.get()
    assert (row.reason, row.version, row.given_by) == (REASON, 1, town.supervisor) and {each["code"] for each in row.breaches} == {"day_off"}
    entry = Entry.objects.get(code="roster_exception")
    assert entry.audience == "supervisors" and entry.fields["count"] == str(len(row.breaches))
    actions.approve(actor=second, roster=roster, confirmed=confirmed(second, morning), now=morning)
    assert RosterException.objects.count() == 1, "the reason given at submitting holds at the review"


@pytest.mark.clause("A5")
def test_what_was_agreed_after_submitting_needs_a_reason_of_who_approves(town: Town, morning, second) -> None:
    roster = actions.submit(actor=town.supervisor, roster=drafted(town, morning), now=morning, reason="没有什么")
    assert not RosterException.objects.exists(), "a reason that nothing asks for is not kept"
    agreed(town)
    with pytest.raises(Refused, match="breaks what was agreed"):
        actions.approve(actor=second, roster=roster, confirmed=confirmed(second, morning), now=morning)
    actions.approve(actor=second, roster=roster, confirmed=confirmed(second, morning), now=morning, reason=REASON)
    assert RosterException.objects.get().given_by == second


@pytest.mark.clause("A5", "A6", "A13", "I5")
@pytest.mark.parametrize("broken", ["rest day", "nights", "overtime of a protected", "role", "skill", "leave", "two at once"])
def test_no_reason_lets_stand_what_law_protection_leave_and_role_forbid(town: Town, morning, broken: str) -> None:
    pattern = {"agent": "早" if broken == "rest day" else "早晚休"}
    roster = drafted(town, morning, **pattern, **OTHERS)
    if broken == "nights":
        ShiftType.objects.filter(desk=town.desk, code="late").update(night=True)
    if broken in {"nights", "overtime of a protected"}:
        what = "no_nights" if broken == "nights" else "no_overtime"
        actions.protect(actor=town.supervisor, desk=town.desk, person=town.agent, what=what, from_on=date(2026, 11, 24), until_on=None, now=morning)
    if broken == "overtime of a protected":
        change = CellChange(town.agent.pk, date(2026, 12, 2), ("late",), ("early", "late"))
        roster = actions.edit_cells(actor=town.supervisor, roster=roster, seen=1, changes=[change], pins={}, now=morning)
    if broken == "two at once":
        ShiftType.objects.filter(desk=town.desk, code="late").update(starts="09:00")
        change = CellChange(town.agent.pk, date(2026, 12, 2), ("late",), ("early", "late"))
        roster = actions.edit_cells(actor=town.supervisor, roster=roster, seen=1, changes=[change], pins={}, now=morning)
    if broken == "role":
        Membership.objects.filter(person=town.agent).update(ends_at=morning.replace(month=12, day=5))
    if broken == "skill":
        ShiftType.objects.filter(desk=town.desk, code="late").update(skills=["english"])
    if broken == "leave":
        from rosters.models import Leave

        Leave.objects.create(
            desk=town.desk, person=town.agent, filed_by=town.agent, asked_at=morning, kind="annual", state="approved", decided_by=town.supervisor,
            decided_at=morning, starts_at=morning.replace(month=12, day=1), ends_at=morning.replace(month=12, day=9),
        )
    for act in (
        lambda: actions.submit(actor=town.supervisor, roster=roster, now=morning, reason=REASON),
        lambda: actions.review_and_report(actor=town.supervisor, roster=roster, confirmed=confirmed(town.supervisor, morning), now=morning, reason=REASON),
    ):
        with pytest.raises(Refused):
            act()
    roster.refresh_from_db()
    assert roster.state == "draft" and not RosterException.objects.exists()


def test_hard_and_soft_and_what_no_reason_cures_are_told_apart() -> None:
    assert not ABSOLUTE & SOFT
    day = (date(2026, 12, 1),)
    for code in Code:
        if code in SOFT:
            continue
        found = [Breach(code, 1, day)]
        refused = why_not_stand(breaches=found, excused=(), reason=REASON, named="x")
        assert (refused is not None) == (code in ABSOLUTE)
        assert why_not_stand(breaches=found, excused=found, reason="", named="x") is None or code in ABSOLUTE
        assert why_not_stand(breaches=found, excused=(), reason="  ", named="x").field == (None if code in ABSOLUTE else "excuse")
    long = why_not_stand(breaches=[Breach(Code.DAY_OFF, 1, day)], excused=(), reason="x" * 501, named="x")
    assert long is not None and long.field == "excuse"
    assert why_not_stand(breaches=(), excused=(), reason="", named="") is None


@pytest.mark.clause("A6")
def test_missing_people_and_short_rest_keep_nothing_back(town: Town, morning) -> None:
    roster = drafted(town, morning, agent="晚早休", **OTHERS)
    assert actions.submit(actor=town.supervisor, roster=roster, now=morning).state == "submitted"


@pytest.mark.clause("I6")
def test_what_lies_behind_keeps_nothing_back_and_what_comes_does(town: Town, morning) -> None:
    agreed(town, days_off=[0])
    until_today = "休" + "早休休休休休休" * 3 + "早早休休休休休休"
    roster = drafted(town, morning, month=date(2026, 11, 1), agent=until_today, **OTHERS)
    assert roster.planned.filter(person=town.agent, site_day=date(2026, 11, 23)).exists(), "a Monday off that has been worked already"
    assert actions.submit(actor=town.supervisor, roster=roster, now=morning).state == "submitted"
    coming = drafted(town, morning, agent="休休休休休休早", **OTHERS)
    with pytest.raises(Refused, match="breaks what was agreed"):
        actions.submit(actor=town.supervisor, roster=coming, now=morning)


@pytest.mark.clause("I5")
def test_what_duties_at_another_desk_break_alone_keeps_nothing_back(town: Town, morning) -> None:
    from rosters.tests.test_in_force import also_at_the_side

    also_at_the_side(town, morning)
    reported(town, morning, desk=town.other_desk, agent="早")
    roster = drafted(town, morning, **OTHERS)
    assert actions.submit(actor=town.supervisor, roster=roster, now=morning).state == "submitted"


@pytest.mark.clause("I1")
def test_the_reason_stays_whoever_writes(town: Town, morning) -> None:
    agreed(town)
    actions.submit(actor=town.supervisor, roster=drafted(town, morning), now=morning, reason=REASON)
    for act in (lambda: RosterException.objects.all().delete(), lambda: RosterException.objects.update(reason="x")):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


@pytest.mark.clause("A5", "I10")
def test_the_page_asks_for_the_reason_and_links_to_the_cells_and_shows_it_afterwards(town: Town, morning, second) -> None:
    agreed(town)
    drafted(town, morning)
    client, path = signed_in(town.supervisor), f"/rosters/{town.desk.slug}/2026-12/"
    with time_machine.travel(morning, tick=False):
        page = client.get(path).content.decode()
        assert "needs a reason" in page and "may not stand" not in page and f"?cell={town.agent.pk}-2026-12-02#cell" in page and 'name="excuse"' in page
        refused = client.post(f"{path}submit/", {"version": 1, "excuse": " "})
        assert refused.status_code == 422 and "say why it stands" in refused.content.decode()
        long = client.post(f"{path}submit/", {"version": 1, "excuse": "<b>" * 200})
        assert long.status_code == 422 and "&lt;b&gt;" in long.content.decode()
        assert client.post(f"{path}submit/", {"version": 1, "excuse": REASON}).status_code == 302
        reviewer = signed_in(second)
        page = reviewer.get(path).content.decode()
        assert REASON in page and "stands with a reason" in page and 'name="excuse"' not in page and "/why/?cell=" in page
        assert reviewer.post(f"{path}approve/", {"version": 1, "secret": PIN}).status_code == 302
        for more in ("", "print/", "versions/"):
            assert REASON in reviewer.get(path + more).content.decode(), more
        assert reviewer.post(f"{path}report/", {"version": 1, "secret": PIN}).status_code == 302
        for more in ("", "print/"):
            page = signed_in(town.butler).get(path + more).content.decode()
            assert REASON not in page and "weekday off" not in page


@pytest.mark.clause("A5")
def test_a_lawful_month_is_asked_for_no_reason(town: Town, morning) -> None:
    drafted(town, morning)
    with time_machine.travel(morning, tick=False):
        page = signed_in(town.supervisor).get(f"/rosters/{town.desk.slug}/{DECEMBER:%Y-%m}/").content.decode()
    assert 'name="excuse"' not in page

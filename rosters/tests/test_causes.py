"""Solving again says of each changed cell why: leave, people missing, a rule that the old cell would break, what was weighed (A5, A6, A13, I9)."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from desks.testing import Town, signed_in
from rosters.causes import MOST_EXPLAINED, with_causes
from rosters.models import DraftRun, Leave, ShiftNeed, ShiftType
from rosters.patterns import CellChange, Difference, differences, edited
from rosters.planning import Plan
from rosters.queries import people_of_month, plan_of_roster, shifts_of
from rosters.tests.scenes import DECEMBER, drafted

SECOND = date(2026, 12, 2)
FREE = {"agent": "早早早早早休休", "colleague": "休休休休休早早", "butler": "休", "second_butler": "休"}


def on_leave(town: Town, person, first: int, until: int) -> None:
    """From the first day's midnight to the last one's, in Shanghai."""
    Leave.objects.create(
        desk=town.desk, person=person, filed_by=person, asked_at=datetime(2026, 11, 20, tzinfo=UTC), kind="sick", state="approved", decided_by=town.supervisor,
        decided_at=datetime(2026, 11, 20, tzinfo=UTC), starts_at=datetime(2026, 12, first - 1, 16, tzinfo=UTC) if first > 1 else datetime(2026, 11, 30, 16, tzinfo=UTC),
        ends_at=datetime(2026, 12, until, 16, tzinfo=UTC),
    )


def changed(town: Town, before: Plan, *cells: tuple) -> tuple[Plan, list[Difference]]:
    """The plan with other cells, and what differs."""
    after = plan_of_roster(drafted_roster(town))
    people = {person.pk: person for person in people_of_month(town.desk, DECEMBER)}
    work = [CellChange(person.pk, date(2026, 12, day), old, new) for person, day, old, new in cells]
    after = edited(after, work, people, {shift.code: shift for shift in shifts_of(town.desk)})
    return after, differences(before, after)


def needing(town: Town, people: int) -> None:
    """Each shift needs so many people on each day."""
    ShiftNeed.objects.filter(desk=town.desk).delete()
    ShiftType.objects.filter(desk=town.desk).update(needed=people)


def drafted_roster(town: Town):
    from rosters.models import Roster

    return Roster.objects.get(desk=town.desk, month=DECEMBER)


def said(town: Town, before: Plan, after: Plan, found: list[Difference]) -> dict[tuple[str, int], str]:
    return {
        (each.person.display_name, each.day.day): " / ".join(f"{cause.words} {cause.clause}".strip() for cause in each.causes)
        for each in with_causes(town.desk, DECEMBER, before, after, found)
    }


@pytest.mark.clause("A5", "A13")
def test_leave_is_the_reason_of_who_goes_and_the_need_of_who_takes_over(town: Town, morning) -> None:
    needing(town, 1)
    before = plan_of_roster(drafted(town, morning, **FREE))
    on_leave(town, town.agent, 2, 2)
    after, found = changed(town, before, (town.agent, 2, ("early",), ()), (town.butler, 2, (), ("early",)))
    words = said(town, before, after, found)
    assert words["He Jiayi", 2] == "if it had stayed: is not there on this day A13"
    assert words["Zhou Min", 2] == "takes over from He Jiayi / if it had stayed: Early, 1 missing of 1 A6"
    assert "sick" not in str(words)


@pytest.mark.clause("A5")
def test_a_rest_day_due_after_another_changed_cell_is_the_reason(town: Town, morning) -> None:
    before = plan_of_roster(drafted(town, morning, **(FREE | {"butler": "早早早早休早早早"})))
    after, found = changed(town, before, (town.butler, 5, (), ("early",)), (town.butler, 7, ("early",), ()))
    words = said(town, before, after, found)["Zhou Min", 7]
    assert "days in a row without a rest day" in words and "Labour Law 38" in words


@pytest.mark.clause("A5")
def test_protection_laid_meanwhile_and_two_who_exchange_are_explained(town: Town, morning) -> None:
    from rosters import actions

    ShiftType.objects.filter(desk=town.desk, code="late").update(night=True)
    before = plan_of_roster(drafted(town, morning, agent="晚休", butler="休早", colleague="早休"))
    actions.protect(actor=town.supervisor, desk=town.desk, person=town.agent, what="no_nights", from_on=date(2026, 11, 24), until_on=None, now=morning)
    after, found = changed(town, before, (town.agent, 1, ("late",), ("early",)), (town.colleague, 1, ("early",), ("late",)))
    words = said(town, before, after, found)
    assert words["He Jiayi", 1].endswith("does no nights A5") and "takes over from He Jiayi" in words["Huang Zhiqiang", 1]
    assert "He Jiayi 1 Dec" in words["Huang Zhiqiang", 1] or "Late" in words["Huang Zhiqiang", 1]


@pytest.mark.clause("A5")
def test_what_no_rule_asks_for_is_what_was_weighed_or_follows(town: Town, morning) -> None:
    needing(town, 0)
    before = plan_of_roster(drafted(town, morning, **FREE))
    after, found = changed(town, before, (town.agent, 5, ("early",), ()), (town.second_butler, 5, (), ("early",)))
    words = said(town, before, after, found)
    assert all(value for value in words.values()), words
    assert not any("missing" in value for value in words.values())


@pytest.mark.clause("A5")
def test_a_whole_other_month_is_listed_without_reasons(town: Town, morning) -> None:
    before = plan_of_roster(drafted(town, morning))
    found = [Difference(town.agent, DECEMBER, (), ())] * (MOST_EXPLAINED + 1)
    assert with_causes(town.desk, DECEMBER, before, before, found) == found and with_causes(town.desk, DECEMBER, before, before, []) == []


@pytest.mark.clause("A5")
def test_who_left_the_desk_meanwhile_is_told_as_such(town: Town, morning) -> None:
    before = plan_of_roster(drafted(town, morning))
    (each,) = with_causes(town.desk, DECEMBER, before, before, [Difference(town.away.agent, DECEMBER, (), ())])
    assert [cause.clause for cause in each.causes] == ["A6"]


@pytest.mark.clause("A5", "A20")
def test_the_drafting_page_and_the_used_version_say_why(town: Town, morning) -> None:
    roster = drafted(town, morning, **FREE)
    on_leave(town, town.agent, 2, 2)
    plan = plan_of_roster(roster)
    rows = {}
    for line in plan.lines:
        rows[str(line.person.pk)] = [cell.shifts[0].code if cell.shifts else None for cell in line.cells.values()]
    rows[str(town.agent.pk)][1], rows[str(town.butler.pk)][1] = None, "early"
    run = DraftRun.objects.create(
        desk=town.desk, month=DECEMBER, seconds=10, keeps=True, base_version=1, asked_by=town.supervisor, asked_at=morning, changed_at=morning, state="done",
        found="good", cost=1, bound=1.0, rows=rows,
    )
    with time_machine.travel(morning, tick=False):
        client, path = signed_in(town.supervisor), f"/rosters/{town.desk.slug}/2026-12/"
        page = client.get(f"{path}draft/").content.decode()
        assert "is not there on this day" in page and "takes over from He Jiayi" in page
        assert client.post(f"{path}draft/{run.pk}/use/").status_code == 302
        assert "takes over from He Jiayi" in client.get(f"{path}versions/").content.decode()
        assert signed_in(town.agent).get(f"{path}draft/").status_code == 403

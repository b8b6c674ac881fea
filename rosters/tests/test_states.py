"""A roster's way from draft to reported: who may, in which order, once, each step kept (A5, I9)."""

import pytest
import time_machine
from django.db import DatabaseError, transaction

from desks.refusal import Refused
from desks.testing import Town, signed_in
from logbook.models import Entry
from rosters import actions
from rosters.models import CellRemark, Duty, Roster
from rosters.queries import plan_to_bring_in
from rosters.queries.drafts import remarks_of
from rosters.tests.scenes import DECEMBER, confirmed, drafted, reported, roster_table


@pytest.fixture
def second(town: Town, morning):
    """A second person who may draft and review: the project's other supervisor."""
    from desks.models import Membership, Role

    Membership.objects.create(person=town.nobody, site=town.site, role=Role.SUPERVISOR, starts_at=morning)
    return town.nobody


@pytest.mark.clause("A5")
def test_two_people_draft_and_review_step_by_step(town: Town, morning, second) -> None:
    roster = drafted(town, morning)
    roster = actions.submit(actor=town.supervisor, roster=roster, now=morning)
    roster = actions.approve(actor=second, roster=roster, confirmed=confirmed(second, morning), now=morning)
    assert roster.state == "approved" and Duty.objects.filter(roster=roster).count() == roster.planned.count()
    roster = actions.report(actor=second, roster=roster, confirmed=confirmed(second, morning), now=morning)
    assert (roster.state, roster.reported_at) == ("reported", morning)
    steps = [(row.state, row.history_user) for row in roster.history.order_by("history_id")]
    assert steps == [
        ("draft", town.supervisor), ("submitted", town.supervisor), ("approved", second), ("reported", second),
    ]
    codes = list(Entry.objects.filter(book__desk=town.desk).order_by("number").values_list("code", flat=True))
    assert codes == ["roster_brought_in", "roster_submitted", "roster_approved", "roster_reported"]


@pytest.mark.clause("A5")
def test_one_person_reviews_and_reports_in_one_act(town: Town, morning) -> None:
    roster = reported(town, morning)
    assert roster.state == "reported"
    assert [row.state for row in roster.history.order_by("history_id")] == ["draft", "approved", "reported"]


@pytest.mark.clause("A5")
def test_an_own_draft_is_not_approved_alone_and_another_s_not_in_one_act(town: Town, morning, second) -> None:
    roster = actions.submit(actor=town.supervisor, roster=drafted(town, morning), now=morning)
    own = confirmed(town.supervisor, morning)
    with pytest.raises(Refused, match="one act"):
        actions.approve(actor=town.supervisor, roster=roster, confirmed=own, now=morning)
    with pytest.raises(Refused, match="Somebody else"):
        actions.review_and_report(actor=second, roster=roster, confirmed=confirmed(second, morning), now=morning)
    assert not Duty.objects.exists()


@pytest.mark.clause("A5")
def test_it_is_returned_with_a_reason_and_brought_in_again_as_the_next_version(town: Town, morning, second) -> None:
    roster = actions.submit(actor=town.supervisor, roster=drafted(town, morning), now=morning)
    with pytest.raises(Refused) as refused:
        actions.return_roster(actor=second, roster=roster, reason="  ", now=morning)
    assert refused.value.field == "reason"
    roster = actions.return_roster(actor=second, roster=roster, reason="周末排班不均", now=morning)
    assert (roster.state, roster.history.first().history_change_reason) == ("returned", "周末排班不均")
    again = drafted(town, morning, agent="早晚", butler="晚早")
    assert (again.pk, again.version, again.state) == (roster.pk, 2, "draft")
    assert set(again.lines.values_list("version", flat=True)) == {1, 2}


@pytest.mark.clause("A5")
@pytest.mark.parametrize("state", ["submitted", "approved", "reported"])
def test_nothing_is_brought_in_over_a_month_under_review_or_approved(town: Town, morning, second, state: str) -> None:
    roster = actions.submit(actor=town.supervisor, roster=drafted(town, morning), now=morning)
    if state != "submitted":
        roster = actions.approve(actor=second, roster=roster, confirmed=confirmed(second, morning), now=morning)
    if state == "reported":
        actions.report(actor=second, roster=roster, confirmed=confirmed(second, morning), now=morning)
    with pytest.raises(Refused) as refused:
        drafted(town, morning, agent="早", butler="晚")
    assert refused.value.field == "month"
    assert Roster.objects.get(pk=roster.pk).version == 1
    shown = plan_to_bring_in(roster_table(town), town.desk, DECEMBER, morning)
    assert [(problem.place, problem.reason) for problem in shown.problems] == [("", refused.value.reason)]


@pytest.mark.clause("A5")
@pytest.mark.parametrize("part", ["agent", "butler", "head", "auditor", "administrator", "operator", "nobody"])
def test_only_the_supervisor_drafts_and_reviews(town: Town, morning, part: str) -> None:
    person = getattr(town, part)
    table = roster_table(town)
    with pytest.raises(Refused):
        actions.bring_in(actor=person, desk=town.desk, month=DECEMBER, table=table, name="x", now=morning)
    roster = drafted(town, morning)
    for act in (actions.submit, lambda **more: actions.return_roster(reason="x", **more)):
        with pytest.raises(Refused):
            act(actor=person, roster=roster, now=morning)
    for act in (actions.approve, actions.report, actions.review_and_report):
        with pytest.raises(Refused):
            act(actor=person, roster=roster, confirmed=confirmed(person, morning), now=morning)
    assert Roster.objects.get(pk=roster.pk).state == "draft"


def test_another_site_s_supervisor_is_refused(town: Town, morning) -> None:
    roster = drafted(town, morning)
    stranger = town.away.supervisor
    with pytest.raises(Refused):
        actions.review_and_report(actor=stranger, roster=roster, confirmed=confirmed(stranger, morning), now=morning)


@pytest.mark.clause("I9")
def test_another_s_pin_approves_nothing(town: Town, morning) -> None:
    roster = drafted(town, morning)
    with pytest.raises(Refused):
        actions.review_and_report(
            actor=town.supervisor, roster=roster, confirmed=confirmed(town.head, morning), now=morning
        )


def test_what_is_final_is_not_submitted_returned_or_reported_again(town: Town, morning) -> None:
    roster = reported(town, morning)
    own = confirmed(town.supervisor, morning)
    for act in (
        lambda: actions.submit(actor=town.supervisor, roster=roster, now=morning),
        lambda: actions.return_roster(actor=town.supervisor, roster=roster, reason="x", now=morning),
        lambda: actions.report(actor=town.supervisor, roster=roster, confirmed=own, now=morning),
        lambda: actions.review_and_report(actor=town.supervisor, roster=roster, confirmed=own, now=morning),
    ):
        with pytest.raises(Refused):
            act()


@pytest.mark.clause("A6")
def test_who_has_lost_the_role_since_is_found_at_the_review(town: Town, morning) -> None:
    from desks.models import Membership

    roster = drafted(town, morning)
    row = Membership.objects.get(person=town.agent)
    row.ends_at = morning.replace(year=2026, month=12, day=10)
    row.save()
    with pytest.raises(Refused, match="may not take a duty"):
        reviewed = confirmed(town.supervisor, morning)
        actions.review_and_report(actor=town.supervisor, roster=roster, confirmed=reviewed, now=morning)
    assert Roster.objects.get(pk=roster.pk).state == "draft" and not Duty.objects.exists()


@pytest.mark.clause("A5")
def test_a_roster_is_returned_with_remarks_on_cells_which_stay_until_it_is_final(town: Town, morning, second) -> None:
    roster = actions.submit(actor=town.supervisor, roster=drafted(town, morning), now=morning)
    with time_machine.travel(morning, tick=False):
        client, path = signed_in(second), f"/rosters/{town.desk.slug}/2026-12/"
        sent = {"version": 1, "reason": "请调整", "person_1": town.agent.pk, "day_1": "2026-12-02", "words_1": "连上三个早班"}
        half = client.post(f"{path}return/", sent | {"day_2": "2026-12-03"})
        assert half.status_code == 422 and "a person, a day and words" in half.content.decode() and "连上三个早班" in half.content.decode()
        assert client.post(f"{path}return/", sent | {"person_1": town.away.agent.pk}).status_code == 422
        assert client.post(f"{path}return/", sent).status_code == 302
        pages = [signed_in(town.supervisor).get(path + more).content.decode() for more in ("", "edit/")]
        assert all("连上三个早班" in page and f"?cell={town.agent.pk}-2026-12-02" in page for page in pages)
    assert CellRemark.objects.get().version == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        CellRemark.objects.update(words="")
    roster = drafted(town, morning)
    assert [each.words for each in remarks_of(roster)] == ["连上三个早班"], "who mends it still reads them"
    roster = actions.submit(actor=town.supervisor, roster=roster, now=morning)
    for cell in ((town.away.agent.pk, DECEMBER, "x"), (town.agent.pk, DECEMBER.replace(year=2027), "x"), (town.agent.pk, DECEMBER, " ")):
        with pytest.raises(Refused):
            actions.return_roster(actor=second, roster=roster, reason="再改", remarks=[cell], now=morning)
    assert Roster.objects.get().state == "submitted"

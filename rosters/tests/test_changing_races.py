"""Two at once on real PostgreSQL: one duty, one taker; approve beside withdraw; a swap beside a roster that is brought in (A13, I5, I6)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection

from desks.clock import next_month
from desks.models import Desk, Membership, Role
from desks.refusal import Refused
from desks.testing import Town, read_town
from logbook.tests.test_concurrent_writers import together
from notices.models import Notice
from rosters import actions
from rosters.clock_requests import expire_requests
from rosters.models import Duty, DutyChange, EmptyDuty, Leave, Swap
from rosters.tests.changing import CALM, DAY, agreed, asked, duty, leave_asked, month_out
from rosters.tests.scenes import DECEMBER, confirmed, drafted, roster_table


@pytest.fixture
def place(transactional_db, morning) -> Town:
    """December is out; these tests commit."""
    made = read_town()
    month_out(made, morning)
    return made


def refused(raised: list[Exception]) -> list[bool]:
    return [isinstance(error, Refused) for error in raised]


@pytest.mark.clause("A13")
def test_two_colleagues_take_one_offered_duty_and_one_has_it(place: Town, morning) -> None:
    swap = asked(place, morning, people=(), for_all=True)
    takers = [place.butler, place.second_butler, place.colleague]
    raised = together([lambda each=each: actions.agree(actor=each, swap=swap, now=morning) and None for each in takers])
    assert refused(raised) == [True] * 2
    swap.refresh_from_db()
    assert swap.state == "agreed" and Notice.objects.filter(code="tell_swap_agreed").count() == 1


@pytest.mark.clause("A13")
def test_control_past_the_book_and_the_claim_both_would_have_taken_it(place: Town, morning) -> None:
    """With the guard off the second overwrites the first: so the test above shows something."""
    import threading

    swap = asked(place, morning, people=(), for_all=True)
    both = threading.Barrier(2, timeout=20)

    def take(person) -> None:
        row = Swap.objects.get(pk=swap.pk)
        assert row.state == "requested"
        both.wait()
        row.state, row.taken_by, row.agreed_at = "agreed", person, morning
        row.save()

    assert together([lambda each=each: take(each) for each in (place.butler, place.second_butler)]) == []
    assert Swap.objects.get().state == "agreed", "both believe that the duty is theirs, and the later one overwrote the other"


@pytest.mark.clause("A13")
def test_one_duty_asked_about_twice_at_once_has_one_request(place: Town, morning) -> None:
    raised = together([lambda: asked(place, morning) and None] * 3)
    assert refused(raised) == [True] * 2 and Swap.objects.count() == 1


@pytest.mark.clause("A13")
def test_two_requests_for_one_duty_past_the_acts_are_stopped_by_the_database(place: Town, morning) -> None:
    own = duty(place.agent)
    values = {
        "person": place.agent, "filed_by": place.agent, "asked_at": morning, "desk": place.desk, "duty": own, "starts_at": own.starts_at,
        "ends_at": own.ends_at, "way": "give",
    }
    raised = together([lambda: Swap.objects.create(**values) and None] * 2)
    assert [type(error) for error in raised] == [IntegrityError] and "swap_one_request_for_a_duty" in str(raised[0])


@pytest.mark.clause("I9")
def test_approved_and_withdrawn_at_once_is_one_of_the_two(place: Town, morning) -> None:
    swap = agreed(place, morning)
    raised = together([
        lambda: actions.decide_swap(actor=place.supervisor, swap=swap, approve=True, reason="", now=morning) and None,
        lambda: actions.withdraw_swap(actor=place.agent, swap=swap, now=morning) and None,
    ])
    assert refused(raised) == [True]
    swap.refresh_from_db()
    holder = Duty.objects.get(site_day=DAY, shift_code="early", taken_out_by__isnull=True).person
    assert (swap.state, holder) in [("approved", place.butler), ("withdrawn", place.agent)]


@pytest.mark.clause("I9")
def test_two_supervisors_approve_and_refuse_at_once_and_one_wins(place: Town, morning) -> None:
    second = place.nobody
    Membership.objects.create(person=second, site=place.site, role=Role.SUPERVISOR, starts_at=morning)
    swap = agreed(place, morning)
    raised = together([
        lambda: actions.decide_swap(actor=place.supervisor, swap=swap, approve=True, reason="", now=morning) and None,
        lambda: actions.decide_swap(actor=second, swap=swap, approve=False, reason="人手不够", now=morning) and None,
    ])
    assert refused(raised) == [True]
    swap.refresh_from_db()
    assert DutyChange.objects.count() == (1 if swap.state == "approved" else 0)


@pytest.mark.clause("A13")
def test_leave_and_a_swap_of_one_duty_approved_at_once_leave_one_holder_or_one_gap(place: Town, morning) -> None:
    swap, leave = agreed(place, morning), leave_asked(place, morning)
    raised = together([
        lambda: actions.decide_swap(actor=place.supervisor, swap=swap, approve=True, reason="", now=morning) and None,
        lambda: actions.decide_leave(actor=place.supervisor, leave=leave, approve=True, reason="", now=morning) and None,
    ])
    holders = list(Duty.objects.filter(site_day=DAY, shift_code="early", taken_out_by__isnull=True))
    swap.refresh_from_db()
    if swap.state == "approved":
        assert raised == [] and [row.person for row in holders] == [place.butler] and not EmptyDuty.objects.exists()
    else:
        assert refused(raised) == [True] and swap.state == "expired" and holders == [] and EmptyDuty.objects.count() == 1
    assert Leave.objects.get().state == "approved"


@pytest.mark.clause("I9")
def test_leave_approved_and_withdrawn_at_once_is_one_of_the_two(place: Town, morning) -> None:
    leave = leave_asked(place, morning)
    raised = together([
        lambda: actions.decide_leave(actor=place.supervisor, leave=leave, approve=True, reason="", now=morning) and None,
        lambda: actions.withdraw_leave(actor=place.agent, leave=leave, now=morning) and None,
    ])
    assert refused(raised) == [True]
    leave.refresh_from_db()
    assert EmptyDuty.objects.count() == (1 if leave.state == "approved" else 0)


@pytest.mark.clause("I6")
def test_a_swap_decided_while_the_month_and_the_next_are_brought_in_stands(place: Town, morning) -> None:
    """The month in force takes no plan any more; the next month's does not touch it."""
    swap = agreed(place, morning)
    january = next_month(DECEMBER)

    def bring_in(month) -> None:
        table = roster_table(place, month, agent="早", butler="晚")
        actions.bring_in(actor=place.supervisor, desk=place.desk, month=month, table=table, name="x.csv", now=morning)

    raised = together([
        lambda: actions.decide_swap(actor=place.supervisor, swap=swap, approve=True, reason="", now=morning) and None,
        lambda: bring_in(DECEMBER), lambda: bring_in(january),
    ])
    assert refused(raised) == [True]
    assert Duty.objects.get(site_day=DAY, shift_code="early", taken_out_by__isnull=True).person == place.butler


@pytest.mark.clause("I5")
def test_a_swap_and_another_desk_s_approval_never_put_one_person_on_two_duties(place: Town, morning) -> None:
    for person, role in ((place.agent, Role.AGENT), (place.butler, Role.BUTLER)):
        Membership.objects.create(person=person, site=place.site, desk=place.other_desk, role=role, starts_at=morning)
    swap = agreed(place, morning)
    other = drafted(place, morning, desk=Desk.objects.get(pk=place.other_desk.pk), agent="休早", butler="早休")
    own = confirmed(place.supervisor, morning)
    raised = together([
        lambda: actions.decide_swap(actor=place.supervisor, swap=swap, approve=True, reason="", now=morning) and None,
        lambda: actions.review_and_report(actor=place.supervisor, roster=other, confirmed=own, now=morning) and None,
    ])
    assert refused(raised) == [True]
    with connection.cursor() as cursor:
        cursor.execute("""SELECT count(*) FROM rosters_duty a JOIN rosters_duty b ON a.person_id = b.person_id AND a.id < b.id
            AND a.taken_out_by_id IS NULL AND b.taken_out_by_id IS NULL AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at""")
        assert cursor.fetchone() == (0,)


@pytest.mark.clause("A13")
def test_two_taps_name_one_stand_in(place: Town) -> None:
    now = duty(place.agent).starts_at - timedelta(minutes=30)
    empty = actions.report_sick(actor=place.supervisor, duty=duty(place.agent), reason="", now=now)
    people = [place.butler, place.second_butler, place.butler]
    raised = together([
        lambda each=each: actions.name_stand_in(actor=place.supervisor, empty=empty, person=each, reason="急", now=now) and None
        for each in people
    ])
    assert refused(raised) == [True] * 2
    assert Duty.objects.filter(site_day=DAY, shift_code="early", taken_out_by__isnull=True).count() == 1
    assert Notice.objects.filter(code="tell_stand_in").count() == 1


@pytest.mark.clause("I7")
def test_the_clock_and_the_supervisor_at_the_very_start_settle_it_once(place: Town, morning) -> None:
    from django.db import transaction

    swap, begins = agreed(place, morning), duty(place.agent).starts_at

    def tick() -> None:
        with transaction.atomic():
            expire_requests(begins)

    together([
        tick, tick,
        lambda: actions.decide_swap(
            actor=place.supervisor, swap=swap, approve=True, reason="", now=begins - timedelta(seconds=1)
        ) and None,
    ])
    swap.refresh_from_db()
    assert swap.state in {"approved", "expired"} and swap.history.count() == 3
    assert CALM["agent"] == "早休"

"""Sick calls and stand-ins: who comes first, calls noted, named in two taps, a running duty handed on (A13, A23, I5, I6, I7)."""

from datetime import timedelta

import pytest
import time_machine
from django.db import Error, transaction
from django.utils import timezone

from desks.clock import local_day
from desks.refusal import Refused
from desks.testing import Town, signed_in
from notices.models import Notice
from rosters import actions
from rosters.models import Duty, DutyChange, EmptyDuty, Leave, StandInCall
from rosters.queries import stand_ins_for
from rosters.tests.changing import DAY, NEXT, approved, duty, month_out
from rosters.tests.scenes import reported


def told(code: str) -> set[str]:
    return {row.person.login.rpartition("-")[2] for row in Notice.objects.filter(code=code).select_related("person")}


def sick(town: Town, now) -> EmptyDuty:
    return actions.report_sick(actor=town.supervisor, duty=duty(town.agent), reason="", now=now)


@pytest.mark.clause("A13")
def test_a_sick_call_is_settled_by_the_supervisor_in_two_acts_and_all_it_touches_are_told(december: Town) -> None:
    half_an_hour_before = duty(december.agent).starts_at - timedelta(minutes=30)
    empty = sick(december, half_an_hour_before)
    made = actions.name_stand_in(actor=december.supervisor, empty=empty, person=december.butler, reason="", now=half_an_hour_before)
    assert (made.person, made.starts_at, made.ends_at) == (december.butler, empty.starts_at, empty.ends_at)
    assert made.brought_in_by.kind == "stand_in"
    assert EmptyDuty.objects.get().filled_by == made.brought_in_by
    assert told("tell_stand_in") == {"butler"} and Notice.objects.get(code="tell_stand_in").acknowledge
    assert told("tell_stand_in_beside") == {"colleague"}
    leave = Leave.objects.get()
    assert (leave.state, leave.kind, leave.ends_at) == ("approved", "sick", empty.ends_at)
    away = Notice.objects.filter(person=december.agent, code__in=["tell_stand_in_beside", "tell_duty_to_fill"])
    assert not away.exists(), "who is away is left in peace"


@pytest.mark.clause("A13")
def test_two_taps_on_the_pages(december: Town) -> None:
    own = duty(december.agent)
    with time_machine.travel(own.starts_at - timedelta(minutes=30), tick=False):
        boss = signed_in(december.supervisor)
        root = f"/rosters/{december.desk.slug}"
        assert f"/duties/{own.pk}/" in boss.get(f"{root}/changes/").content.decode()
        first = boss.post(f"{root}/duties/{own.pk}/sick/", {"reason": ""})
        page = boss.get(first["Location"]).content.decode()
        assert page.index("Zhou Min") < page.index("Huang Zhiqiang"), "who would work two shifts on end comes later"
        boss.post(first["Location"] + "call/", {"person": december.second_butler.pk, "answer": "no_answer"})
        assert "no answer" in boss.get(first["Location"]).content.decode()
        boss.post(first["Location"] + "name/", {"person": december.butler.pk})
        assert "takes the duty" in boss.get(first["Location"]).content.decode()
    assert duty(december.butler).brought_in_by is not None
    assert StandInCall.objects.get().called_by == december.supervisor


@pytest.mark.clause("A13")
def test_the_reserve_comes_first_then_who_had_fewest(town: Town, morning) -> None:
    month_out(town, morning, agent="早休", colleague="晚休", butler="休早", second_butler="休休休晚休休")
    now = duty(town.agent).starts_at - timedelta(minutes=30)
    empty = sick(town, now)
    free = [fit.person for fit in stand_ins_for(empty, now) if fit.standing.fits]
    assert free == [town.second_butler, town.butler]
    actions.set_reserve(actor=town.supervisor, desk=town.desk, day=DAY, people=[town.butler], now=now)
    assert told("tell_in_reserve") == {"butler"}
    assert stand_ins_for(empty, now)[0].person == town.butler
    actions.set_reserve(actor=town.supervisor, desk=town.desk, day=DAY, people=[town.butler, town.second_butler], now=now)
    assert Notice.objects.filter(code="tell_in_reserve", person=town.butler).count() == 1


@pytest.mark.clause("A13")
def test_a_stand_in_is_eligible_free_and_rested_or_the_supervisor_says_why(december: Town) -> None:
    now = duty(december.agent).starts_at - timedelta(minutes=30)
    empty = sick(december, now)
    for person, clause in ((december.head, "A6"), (december.agent, "A13")):
        with pytest.raises(Refused) as refused:
            actions.name_stand_in(actor=december.supervisor, empty=empty, person=person, reason="", now=now)
        assert refused.value.clause == clause
    with pytest.raises(Refused) as refused:
        actions.name_stand_in(actor=december.supervisor, empty=empty, person=december.colleague, reason="", now=now)
    assert refused.value.field == "reason"
    made = actions.name_stand_in(actor=december.supervisor, empty=empty, person=december.colleague, reason="无人可替", now=now)
    assert made.person == december.colleague
    with pytest.raises(Refused, match="settled already"):
        actions.name_stand_in(actor=december.supervisor, empty=empty, person=december.butler, reason="", now=now)


@pytest.mark.clause("A3", "I8")
def test_the_project_head_reads_what_is_to_be_filled_and_names_nobody(december: Town, morning) -> None:
    url = f"/rosters/{december.desk.slug}/fill/{sick(december, morning).pk}/"
    with time_machine.travel(morning, tick=False):
        head = signed_in(december.head)
        page = head.get(url).content.decode()
        assert "Zhou Min" in page and "/name/" not in page and "/call/" not in page
        assert head.post(f"{url}name/", {"person": december.butler.pk}).status_code == 403
        assert [signed_in(person).get(url).status_code for person in (december.agent, december.auditor, december.away.head)] == [404] * 3


@pytest.mark.clause("I9")
def test_a_duty_is_left_empty_with_a_reason(december: Town, morning) -> None:
    empty = sick(december, morning)
    with pytest.raises(Refused) as refused:
        actions.leave_empty(actor=december.supervisor, empty=empty, reason=" ", now=morning)
    assert refused.value.field == "reason"
    assert actions.leave_empty(actor=december.supervisor, empty=empty, reason="当天闭台", now=morning).state == "left"


@pytest.mark.clause("A13")
@pytest.mark.parametrize("part", ["agent", "butler", "head", "auditor"])
def test_only_the_supervisor_does_any_of_it(december: Town, morning, part: str) -> None:
    actor, empty = getattr(december, part), sick(december, morning)
    own = duty(december.colleague)
    acts = [
        lambda: actions.report_sick(actor=actor, duty=own, reason="", now=morning),
        lambda: actions.name_stand_in(actor=actor, empty=empty, person=december.butler, reason="", now=morning),
        lambda: actions.note_call(actor=actor, empty=empty, person=december.butler, answer="comes", now=morning),
        lambda: actions.leave_empty(actor=actor, empty=empty, reason="x", now=morning),
        lambda: actions.hand_over_duty(actor=actor, duty=own, person=december.butler, reason="x", now=morning),
        lambda: actions.extend_duty(actor=actor, duty=own, ends_at=own.ends_at + timedelta(hours=1), reason="x", now=morning),
        lambda: actions.set_reserve(actor=actor, desk=december.desk, day=DAY, people=[], now=morning),
    ]
    for act in acts:
        with pytest.raises(Refused):
            act()
    before = DutyChange.objects.count()
    assert before == 1


@pytest.mark.clause("A23")
def test_a_call_that_was_noted_stays(december: Town, morning) -> None:
    call = actions.note_call(actor=december.supervisor, empty=sick(december, morning), person=december.butler, answer="declined", now=morning)
    with pytest.raises(Error), transaction.atomic():
        StandInCall.objects.filter(pk=call.pk).update(answer="comes")


@pytest.mark.clause("A13")
def test_a_coming_duty_or_a_part_of_it_is_handed_to_somebody_at_once(december: Town, morning) -> None:
    own = duty(december.agent)
    with pytest.raises(Refused) as refused:
        actions.hand_over_duty(actor=december.supervisor, duty=own, person=december.butler, reason="", now=morning)
    assert refused.value.field == "reason"
    noon = own.starts_at + timedelta(hours=3)
    made = actions.hand_over_duty(actor=december.supervisor, duty=own, person=december.butler, reason="培训", now=morning, starts_at=noon)
    assert (made.starts_at, made.ends_at) == (noon, own.ends_at) and duty(december.agent).ends_at == noon
    assert told("tell_duty_handed_over") == {"agent"}


@pytest.fixture
def running(town: Town):
    """This month is out and the agent's early shift of today began two hours ago by the database's own clock."""
    now = timezone.now()
    today = local_day(now, town.site.zone)
    reported(town, now - timedelta(days=40), month=today.replace(day=1), agent="早", second_butler="晚")
    change = DutyChange.objects.create(desk=town.desk, kind="support", decided_by=town.supervisor, decided_at=now, reason="忙")
    return Duty.objects.create(
        person=town.colleague, desk=town.desk, site_day=today, starts_at=now - timedelta(hours=2), ends_at=now + timedelta(hours=4),
        shift_code="early", shift_version=1, origin="change", brought_in_by=change,
    )


@pytest.mark.clause("I6")
def test_a_running_duty_is_handed_on_from_the_next_minute_and_what_was_worked_stays(town: Town, running: Duty) -> None:
    now = timezone.now()
    made = actions.hand_over_duty(actor=town.supervisor, duty=running, person=town.butler, reason="身体不适", now=now)
    worked = Duty.objects.get(person=town.colleague, taken_out_by__isnull=True, site_day=running.site_day)
    assert worked.starts_at == running.starts_at and worked.ends_at == made.starts_at
    assert now < made.starts_at <= now + timedelta(minutes=1) and made.ends_at == running.ends_at


@pytest.mark.clause("I6")
def test_who_must_go_home_during_a_duty_keeps_what_was_worked(town: Town, running: Duty) -> None:
    now = timezone.now()
    empty = actions.report_sick(actor=town.supervisor, duty=running, reason="", now=now)
    assert now < empty.starts_at and empty.ends_at == running.ends_at
    made = actions.name_stand_in(actor=town.supervisor, empty=empty, person=town.butler, reason="", now=now + timedelta(minutes=20))
    assert made.starts_at > now + timedelta(minutes=20)


@pytest.mark.today
@pytest.mark.clause("I6")
def test_a_running_duty_is_taken_out_by_no_change_that_forgets_what_was_worked(town: Town, running: Duty) -> None:
    now = timezone.now()
    change = DutyChange.objects.create(desk=town.desk, kind="stand_in", decided_by=town.supervisor, decided_at=now, reason="x")

    def kept(**changed) -> None:
        values = {
            "person": town.colleague, "desk": town.desk, "site_day": running.site_day, "starts_at": running.starts_at, "ends_at": now,
            "shift_code": "early", "shift_version": 1, "origin": "change", "brought_in_by": change,
        } | changed
        Duty.objects.create(**values)

    for changed in (
        None, {"ends_at": now - timedelta(minutes=5)}, {"starts_at": running.starts_at + timedelta(minutes=5)},
        {"person": town.butler}, {"site_day": running.site_day - timedelta(days=1)},
    ):
        with pytest.raises(Error, match="worked"), transaction.atomic():
            from django.db import connection

            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS duty_one_at_a_time DEFERRED")
            if changed is not None:
                kept(**changed)
            Duty.objects.filter(pk=running.pk).update(taken_out_by=change)


@pytest.mark.clause("I6")
def test_what_is_over_is_neither_handed_on_nor_reported_nor_extended(december: Town) -> None:
    own = duty(december.agent)
    after = own.ends_at
    for act in (
        lambda: actions.hand_over_duty(actor=december.supervisor, duty=own, person=december.butler, reason="x", now=after),
        lambda: actions.report_sick(actor=december.supervisor, duty=own, reason="", now=after),
        lambda: actions.extend_duty(actor=december.supervisor, duty=own, ends_at=after + timedelta(hours=1), reason="x", now=after),
    ):
        with pytest.raises(Refused, match="over"):
            act()


@pytest.mark.clause("A7")
def test_an_extension_is_a_duty_of_its_own_that_begins_where_the_other_ends(december: Town, morning) -> None:
    own = duty(december.colleague)
    with pytest.raises(Refused) as refused:
        actions.extend_duty(actor=december.supervisor, duty=own, ends_at=own.ends_at, reason="活动", now=morning)
    assert refused.value.field == "ends_at"
    made = actions.extend_duty(actor=december.supervisor, duty=own, ends_at=own.ends_at + timedelta(hours=2), reason="活动", now=morning)
    assert (made.starts_at, made.person, made.brought_in_by.kind) == (own.ends_at, december.colleague, "extension")
    assert told("tell_duty_extended") == {"colleague"}
    late = duty(december.second_butler, NEXT)
    assert late.ends_at < made.ends_at + timedelta(days=1)


@pytest.mark.clause("A13")
def test_who_gave_a_duty_of_that_time_away_comes_after_those_who_are_free(december: Town, morning) -> None:
    approved(december, morning)
    empty = actions.report_sick(actor=december.supervisor, duty=duty(december.butler), reason="", now=morning)
    fits = [fit for fit in stand_ins_for(empty, morning) if fit.standing.fits]
    assert [fit.person for fit in fits if fit.gave_away] == [december.agent] == [fits[-1].person]
    with time_machine.travel(morning, tick=False):
        page = signed_in(december.supervisor).get(f"/rosters/{december.desk.slug}/fill/{empty.pk}/").content.decode()
    assert page.count("gave a duty of that time away") == 1

"""Leave: asked for, decided, its duties out and to be filled; its kind is nobody else's business (A13, E4, I6, I9)."""

from datetime import time, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from desks.clock import at, day_bounds
from desks.models import Membership, Role
from desks.refusal import Refused
from desks.testing import Town, signed_in
from logbook.models import Entry
from notices.models import Notice
from rosters import actions
from rosters.grid import grid_of
from rosters.models import Duty, DutyChange, EmptyDuty, Leave, Roster, ShiftNeed, ShiftType
from rosters.queries import days_of_kind, needs_of, plan_in_force, shifts_of
from rosters.tests.changing import DAY, duty, kind_of, leave_asked, month_out
from rosters.tests.scenes import reported


def told(code: str) -> set[str]:
    return {row.person.login.rpartition("-")[2] for row in Notice.objects.filter(code=code).select_related("person")}


def early_there(town: Town, now) -> tuple[int, bool]:
    """How many the grid counts on the early shift of the day, and whether that is too few."""
    roster = Roster.objects.get(desk=town.desk, month=DAY.replace(day=1))
    ShiftNeed.objects.filter(desk=town.desk).delete()
    ShiftType.objects.filter(desk=town.desk).update(needed=1)
    kinds = days_of_kind(town.site, roster.month, town.desk)
    grid = grid_of(plan_in_force(roster), shifts=shifts_of(town.desk), today=DAY, kinds=kinds, needs=needs_of(town.desk, kinds))
    return next(line for line in grid.totals if line.shift.code == "early").counts[DAY.day - 1]


def approve(town: Town, leave: Leave, now) -> Leave:
    return actions.decide_leave(actor=town.supervisor, leave=leave, approve=True, reason="", now=now)


@pytest.mark.clause("A13")
def test_nothing_changes_before_it_is_decided_and_then_the_duty_waits_for_a_stand_in(december: Town, morning) -> None:
    leave = leave_asked(december, morning)
    assert not EmptyDuty.objects.exists() and duty(december.agent).taken_out_by is None
    assert told("tell_leave_decide") == {"supervisor"}
    leave = approve(december, leave, morning)
    empty = EmptyDuty.objects.get()
    assert (leave.state, empty.state) == ("approved", "open")
    assert empty.duty.taken_out_by.kind == "leave" and empty.duty.taken_out_by.decided_by == december.supervisor
    assert not Duty.objects.filter(person=december.agent, site_day=DAY, taken_out_by__isnull=True).exists()
    assert told("tell_leave_approved") == {"agent"}


@pytest.mark.clause("A13")
def test_leave_of_hours_takes_only_that_part_out(december: Town, morning) -> None:
    own, zone = duty(december.agent), december.site.zone
    begin, end = own.starts_at + timedelta(hours=1), own.starts_at + timedelta(hours=3)
    leave = leave_asked(december, morning, starts_at=begin, ends_at=end)
    approve(december, leave, morning)
    rows = Duty.objects.filter(person=december.agent, site_day=DAY, taken_out_by__isnull=True).order_by("starts_at")
    assert [(row.starts_at, row.ends_at) for row in rows] == [(own.starts_at, begin), (end, own.ends_at)]
    assert [(row.starts_at, row.ends_at) for row in EmptyDuty.objects.all()] == [(begin, end)]
    assert begin.astimezone(zone).date() == DAY


@pytest.mark.clause("A13")
def test_leave_of_several_days_holds_at_every_desk_of_the_site(town: Town, morning) -> None:
    for person, role in ((town.agent, Role.AGENT), (town.butler, Role.BUTLER)):
        Membership.objects.create(person=person, site=town.site, desk=town.other_desk, role=role, starts_at=morning)
    month_out(town, morning)
    reported(town, morning, desk=town.other_desk, agent="休早", butler="早休")
    approve(town, leave_asked(town, morning, days=2), morning)
    empties = EmptyDuty.objects.order_by("starts_at")
    assert [row.desk for row in empties] == [town.desk, town.other_desk]
    assert DutyChange.objects.filter(kind="leave").count() == 2


@pytest.mark.clause("A13")
def test_the_kind_of_leave_stands_in_no_entry_and_no_notice_and_only_deciders_see_it(december: Town, morning) -> None:
    leave = leave_asked(december, morning, kind=kind_of(december, "sick"))
    approve(december, leave, morning)
    for row in [*Entry.objects.all(), *Notice.objects.all()]:
        words = str(row.fields)
        assert "sick" not in words and "病假" not in words and "Sick" not in words
    assert all(row.audience == "supervisors" for row in Entry.objects.filter(code__startswith="leave"))
    url = f"/rosters/{december.desk.slug}/leave/{leave.pk}/"
    assert "Sick leave" in signed_in(december.agent).get(url).content.decode()
    assert "Sick leave" in signed_in(december.supervisor).get(url).content.decode()
    assert "Sick leave" not in signed_in(december.head).get(url).content.decode()
    assert signed_in(december.colleague).get(url).status_code == 404
    assert signed_in(december.away.supervisor).get(url).status_code == 404


@pytest.mark.clause("E4")
def test_too_near_a_duty_only_the_supervisor_writes_it_down(december: Town) -> None:
    near = duty(december.agent).starts_at - timedelta(hours=5)
    with pytest.raises(Refused) as refused:
        leave_asked(december, near, starts_at=duty(december.agent).starts_at)
    assert (refused.value.clause, refused.value.field) == ("E4", "since")
    with pytest.raises(Refused) as refused:
        leave_asked(december, near, actor=december.supervisor, reason=" ", starts_at=duty(december.agent).starts_at)
    assert refused.value.field == "reason"
    leave = leave_asked(december, near, actor=december.supervisor, starts_at=duty(december.agent).starts_at)
    assert leave.filed_by == december.supervisor and told("tell_leave_filed") == {"agent"}


@pytest.mark.clause("A13")
def test_no_lead_is_asked_for_days_without_a_duty(december: Town) -> None:
    evening = at(DAY, duty(december.agent).starts_at.time().replace(hour=23), december.site.zone)
    assert leave_asked(december, evening, day=DAY + timedelta(days=1)).state == "requested"


@pytest.mark.clause("A13")
@pytest.mark.parametrize("since,until,field", [(1, 0, "until"), (-40, -39, "since"), (0, 400, "until")])
def test_a_time_that_makes_no_sense_is_refused_beside_its_field(december: Town, morning, since: int, until: int, field: str) -> None:
    begin = duty(december.agent).starts_at
    with pytest.raises(Refused) as refused:
        leave_asked(december, morning, starts_at=begin + timedelta(days=since), ends_at=begin + timedelta(days=until))
    assert refused.value.field == field


@pytest.mark.clause("A13")
def test_two_leaves_of_one_person_never_overlap(december: Town, morning) -> None:
    first = leave_asked(december, morning, days=2)
    with pytest.raises(Refused, match="already"):
        leave_asked(december, morning, day=DAY + timedelta(days=1))
    with pytest.raises(IntegrityError, match="leave_one_at_a_time"), transaction.atomic():
        Leave.objects.create(
            person=december.agent, filed_by=december.agent, asked_at=morning, desk=december.desk, kind="annual",
            starts_at=first.starts_at, ends_at=first.ends_at,
        )
    actions.withdraw_leave(actor=december.agent, leave=first, now=morning)
    assert leave_asked(december, morning, day=DAY + timedelta(days=1)).state == "requested"


@pytest.mark.clause("I9")
def test_a_refusal_has_a_reason_and_takes_nothing_out(december: Town, morning) -> None:
    leave = leave_asked(december, morning)
    with pytest.raises(Refused) as refused:
        actions.decide_leave(actor=december.supervisor, leave=leave, approve=False, reason="", now=morning)
    assert refused.value.field == "reason"
    leave = actions.decide_leave(actor=december.supervisor, leave=leave, approve=False, reason="当天有检查", now=morning)
    assert leave.state == "refused" and duty(december.agent).taken_out_by is None
    notice = Notice.objects.get(code="tell_leave_refused")
    assert notice.person == december.agent and notice.fields["words"] == "当天有检查"


@pytest.mark.clause("A13")
def test_who_has_no_say_neither_asks_for_another_nor_decides_nor_withdraws(december: Town, morning) -> None:
    with pytest.raises(Refused):
        leave_asked(december, morning, actor=december.colleague)
    leave = leave_asked(december, morning)
    for person in (december.agent, december.colleague, december.head, december.away.supervisor):
        with pytest.raises(Refused):
            actions.decide_leave(actor=person, leave=leave, approve=True, reason="", now=morning)
    with pytest.raises(Refused):
        actions.withdraw_leave(actor=december.colleague, leave=leave, now=morning)
    with pytest.raises(Refused) as refused:
        leave_asked(december, morning, kind=kind_of(december.away), day=DAY + timedelta(days=2))
    assert refused.value.field == "kind"


@pytest.mark.clause("A13")
def test_a_swap_of_a_duty_that_leave_takes_out_is_over_and_who_agreed_hears_of_it(december: Town, morning) -> None:
    from rosters.models import Swap
    from rosters.tests.changing import agreed

    swap = agreed(december, morning)
    approve(december, leave_asked(december, morning), morning)
    assert Swap.objects.get(pk=swap.pk).state == "expired"
    assert told("tell_swap_over") == {"butler"}


@pytest.mark.clause("A13", "A5")
def test_a_later_roster_puts_nobody_on_duty_during_leave(december: Town, morning) -> None:
    from datetime import date

    from rosters.actions import NotBroughtIn
    from rosters.tests.scenes import confirmed, drafted

    january = date(2027, 1, 1)
    early = drafted(december, morning, month=january, agent="早休", butler="休早")
    approve(december, leave_asked(december, morning, day=date(2027, 1, 5)), morning)
    with pytest.raises(Refused, match="on leave then"):
        actions.review_and_report(
            actor=december.supervisor, roster=early, confirmed=confirmed(december.supervisor, morning), now=morning
        )
    with pytest.raises(NotBroughtIn, match="on leave then"):
        drafted(december, morning, month=january, agent="早休", butler="休早")


@pytest.mark.clause("A13")
def test_the_grid_shows_the_hours_of_a_part_and_its_shift_once(december: Town, morning) -> None:
    own = duty(december.agent)
    begin, end = own.starts_at + timedelta(hours=2), own.starts_at + timedelta(hours=3)
    approve(december, leave_asked(december, morning, starts_at=begin, ends_at=end), morning)
    page = signed_in(december.agent).get(f"/rosters/{december.desk.slug}/2026-12/").content.decode()
    assert "08:00–10:00, 11:00–16:00" in page and ">E*<" in page
    assert early_there(december, morning) == (0, True), "for an hour nobody is there"
    empty = EmptyDuty.objects.get()
    actions.name_stand_in(actor=december.supervisor, empty=empty, person=december.second_butler, reason="顶一小时", now=morning)
    assert early_there(december, morning) == (1, False), "the parts of two people cover one duty"


@pytest.mark.clause("A13", "I9")
def test_who_is_back_sooner_may_have_their_duty_again_and_what_others_took_stays_theirs(december: Town, morning) -> None:
    leave = approve(december, leave_asked(december, morning, days=5), morning)
    first, second, third = EmptyDuty.objects.order_by("starts_at")
    actions.name_stand_in(actor=december.supervisor, empty=second, person=december.butler, reason="", now=morning)
    with pytest.raises(Refused, match="on leave"):
        actions.name_stand_in(actor=december.supervisor, empty=third, person=december.agent, reason="", now=morning)
    until = day_bounds(DAY + timedelta(days=1), december.site.zone)[1]
    for actor, end, reason, field in (
        (december.agent, until, "x", None), (december.supervisor, until, " ", "reason"), (december.supervisor, leave.ends_at, "x", "until"),
        (december.supervisor, morning, "x", "until"),
    ):
        with pytest.raises(Refused) as refused:
            actions.shorten_leave(actor=actor, leave=leave, until=end, reason=reason, now=morning)
        assert refused.value.field == field
    leave = actions.shorten_leave(actor=december.supervisor, leave=leave, until=until, reason="提前返岗", now=morning)
    assert (leave.state, leave.ends_at) == ("approved", until) and told("tell_leave_shortened") == {"agent"}
    made = actions.name_stand_in(actor=december.supervisor, empty=third, person=december.agent, reason="", now=morning)
    assert made.person == december.agent
    assert duty(december.butler, DAY + timedelta(days=2)).brought_in_by.kind == "stand_in"
    with pytest.raises(Refused, match="on leave"):
        actions.name_stand_in(actor=december.supervisor, empty=first, person=december.agent, reason="", now=morning)


@pytest.mark.clause("A13")
def test_leave_that_has_not_begun_is_called_off_and_its_time_is_free_again(december: Town, morning) -> None:
    from django.db import Error

    leave = approve(december, leave_asked(december, morning), morning)
    for attack in ({"kind": "sick"}, {"ends_at": leave.ends_at + timedelta(days=1)}, {"state": "requested"}, {"state": "withdrawn"}):
        with pytest.raises(Error), transaction.atomic():
            Leave.objects.filter(pk=leave.pk).update(**attack)
    with pytest.raises(Refused, match="has begun"):
        actions.shorten_leave(actor=december.supervisor, leave=leave, until=None, reason="x", now=leave.starts_at)
    url = f"/rosters/{december.desk.slug}/leave/{leave.pk}/"
    import time_machine

    with time_machine.travel(morning, tick=False):
        boss = signed_in(december.supervisor)
        assert boss.post(f"{url}shorten/", {"until": "", "reason": ""}).status_code == 422
        assert boss.post(f"{url}shorten/", {"until": "2026-12-40", "reason": "x"}).status_code == 422
        boss.post(f"{url}shorten/", {"until": "", "reason": "行程取消"})
        assert "called off" in boss.get(url).content.decode()
    assert told("tell_leave_called_off") == {"agent"}
    assert leave_asked(december, morning).state == "requested"


@pytest.mark.clause("A13")
def test_from_the_form_to_the_stand_in(december: Town, morning) -> None:
    import time_machine

    with time_machine.travel(morning, tick=False):
        agent, boss = signed_in(december.agent), signed_in(december.supervisor)
        page = f"/rosters/{december.desk.slug}/leave/"
        wrong = agent.post(page, {"kind": "", "since": "2026-12-13", "reason": "回老家"})
        assert wrong.status_code == 422 and "回老家" in wrong.content.decode()
        made = agent.post(page, {"kind": "annual", "since": "2026-12-13", "reason": "回老家"})
        leave = Leave.objects.get()
        assert made["Location"].endswith(f"/leave/{leave.pk}/")
        assert "回老家" in boss.get(f"/rosters/{december.desk.slug}/changes/").content.decode()
        refused = boss.post(f"{page}{leave.pk}/decide/", {"outcome": "refuse", "reason": ""})
        assert refused.status_code == 422
        boss.post(f"{page}{leave.pk}/decide/", {"outcome": "approve", "reason": ""})
        empty = EmptyDuty.objects.get()
        assert f"/fill/{empty.pk}/" in boss.get(f"{page}{leave.pk}/").content.decode()


@pytest.mark.clause("A13", "I10", "I11")
def test_leave_of_hours_ends_sooner_to_the_minute_and_a_time_alone_calls_nothing_off(december: Town, morning) -> None:
    own = duty(december.agent)
    leave = approve(december, leave_asked(december, morning, starts_at=own.starts_at, ends_at=own.ends_at), morning)
    url = f"/rosters/{december.desk.slug}/leave/{leave.pk}/shorten/"
    with time_machine.travel(morning, tick=False):
        boss = signed_in(december.supervisor)
        alone = boss.post(url, {"until": "", "until_time": "10:00", "reason": "提前回来"})
        assert alone.status_code == 422 and "Choose the day of this time too" in alone.content.decode()
        assert Leave.objects.get().state == "approved"
        assert boss.post(url, {"until": str(DAY), "until_time": "10:00", "reason": "提前回来"}).status_code == 302
        page = boss.get(f"/rosters/{december.desk.slug}/leave/{leave.pk}/").content.decode()
    assert Leave.objects.get().ends_at == at(DAY, time(10), december.site.zone) and "08:00–10:00" in page


@pytest.mark.clause("A13", "I8")
def test_the_grid_shows_leave_to_whose_it_is_and_who_drafts_without_its_kind(december: Town, morning) -> None:
    approve(december, leave_asked(december, morning), morning)
    address = f"/rosters/{december.desk.slug}/2026-12/"
    with time_machine.travel(morning, tick=False):
        seen = {part: signed_in(getattr(december, part)).get(address).content.decode() for part in ("agent", "supervisor", "butler")}
    for part, count in (("agent", 1), ("supervisor", 1), ("butler", 0)):
        assert seen[part].count('<td class="leave" title="on leave"') == count, part
        assert "nnual" not in seen[part].split('id="grid"')[1].split("</table>")[0]

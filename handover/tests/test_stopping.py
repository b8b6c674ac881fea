"""Grounds of each side, the deadline of a refusal, what stops a handover, a fault with its two parts (C9–C11, D4, E9)."""

from datetime import timedelta

import pytest

from desks.refusal import Refused
from desks.testing import Town, signed_in
from handover import actions
from handover.clock import raise_undecided_refusals
from handover.models import Handover, Overtime
from handover.queries import facts_of
from handover.rules_of_stopping import steps_passed, why_not_by_when
from handover.tests import steps
from handover.tests.test_refusing import ground, refuse
from logbook.actions import move_follow_up, record_entry
from logbook.models import Entry
from notices.models import Notice


@pytest.mark.clause("E9")
def test_a_ground_about_the_one_who_comes_is_the_outgoing_s_alone(held: Town, morning, under_way) -> None:
    for code in ("not_fit", "not_on_time"):
        with pytest.raises(Refused) as refused:
            refuse(held, under_way, morning, code=code)
        assert (refused.value.clause, refused.value.field) == ("E9", "ground")
        with steps.undone():
            assert refuse(held, under_way, morning, person=held.agent, code=code).side == "outgoing"


@pytest.mark.clause("C9")
def test_the_grounds_of_the_regulations_are_in_the_desk_s_list(held: Town, morning, under_way) -> None:
    for code in ("unclear_state", "poor_records", "untidy", "difference", "left_out"):
        with steps.undone():
            assert refuse(held, under_way, morning, code=code).ground_code == code


@pytest.mark.clause("C9")
def test_a_remedy_has_a_time_that_comes_and_is_told(held: Town, morning, under_way) -> None:
    for wrong in (morning, morning - timedelta(days=1), morning + timedelta(hours=24, seconds=1)):
        assert why_not_by_when(wrong, morning).field == "by_when"
    assert why_not_by_when(morning + timedelta(hours=24), morning) is None
    by_when = morning + timedelta(minutes=20)
    given = {"confirmed": steps.confirmed(held.butler, morning), "handover": under_way, "ground": ground(held, "untidy"), "remedy": "整理", "now": morning}
    with pytest.raises(Refused):
        actions.refuse(**given, by_when=morning)
    refusal = actions.refuse(**given, by_when=by_when)
    assert refusal.by_when == by_when and refusal.entry.fields["by_when_at"] == by_when.isoformat()
    assert Notice.objects.get(code="handover_refused_until_told").fields["by_when_at"] == by_when.isoformat()


@pytest.mark.clause("E9")
def test_details_about_a_person_are_an_entry_that_only_supervisors_read(held: Town, morning, under_way) -> None:
    refusal = actions.refuse(
        confirmed=steps.confirmed(held.agent, morning), handover=under_way, ground=ground(held, "not_fit"), remedy="换人接班",
        note="走路不稳", now=morning,
    )
    assert (refusal.note.audience, refusal.note.refers_to) == ("supervisors", refusal.entry)
    assert "走路不稳" not in refusal.remark + refusal.remedy + str(refusal.entry.fields) + refusal.entry.words.text
    assert "走路不稳" not in str(list(Notice.objects.values_list("fields", flat=True)))
    page = f"/handover/{held.desk.slug}/"
    shown = signed_in(held.supervisor).get(page)
    assert "走路不稳" in shown.content.decode() and "Not fit for duty" in shown.content.decode()
    assert held.butler not in [each.person for each in shown.context["stand_ins"]]
    for person in (held.agent, held.butler, held.colleague):
        words = signed_in(person).get(page).content.decode()
        assert "走路不稳" not in words and "Not fit for duty" not in words.split('id="stop"')[1].split("</section>")[0]


@pytest.mark.clause("E9")
def test_nobody_decides_then_the_supervisor_is_reminded_and_then_the_project_head_told_each_once(held: Town, morning, under_way) -> None:
    refusal = refuse(held, under_way, morning)
    ten = timedelta(minutes=held.desk.settings.refusal_minutes)
    second = timedelta(seconds=1)
    assert raise_undecided_refusals(morning + ten - second) == 0
    assert raise_undecided_refusals(morning + ten) == 1
    assert raise_undecided_refusals(morning + 2 * ten - second) == 0
    assert raise_undecided_refusals(morning + 2 * ten) == 1
    assert raise_undecided_refusals(morning + timedelta(days=3)) == 0
    told = Notice.objects.filter(code="refusal_waits_told").order_by("pk")
    assert [notice.person for notice in told] == [held.supervisor, held.head]
    assert list(Entry.objects.filter(code="refusal_waits").values_list("refers_to", flat=True)) == [refusal.entry_id] * 2


@pytest.mark.clause("E9")
def test_a_decided_refusal_is_not_told_and_a_clock_that_was_down_tells_both_steps(held: Town, morning, under_way) -> None:
    refusal = refuse(held, under_way, morning)
    actions.decide_refusal(actor=held.supervisor, refusal=refusal, outcome="back", reason="已整理", now=morning)
    assert raise_undecided_refusals(morning + timedelta(hours=1)) == 0
    refuse(held, under_way, morning)
    assert raise_undecided_refusals(morning + timedelta(hours=1)) == 2
    assert steps_passed(morning, timedelta(minutes=10), morning - timedelta(days=1)) == 0


@pytest.mark.clause("A10")
def test_the_time_of_a_refusal_is_work_to_the_minute(held: Town, morning, under_way) -> None:
    refusal = refuse(held, under_way, morning)
    actions.decide_refusal(actor=held.supervisor, refusal=refusal, outcome="back", reason="已整理", now=morning)
    later = morning + timedelta(minutes=12, seconds=59)
    steps.prepare(under_way, later)
    steps.sign("outgoing", under_way, later)
    done = steps.sign("incoming", under_way, later)
    kept = Overtime.objects.get()
    assert (kept.person, kept.cause, kept.minutes, kept.since, kept.until) == (held.agent, "refusal", 12, morning, later)
    assert kept.entry == done.entry and done.entry.fields["waited_minutes"] == "12"


@pytest.mark.clause("C10")
def test_while_an_accident_is_open_nobody_signs_where_the_desk_says_so_and_afterwards_they_do(held: Town, morning, under_way) -> None:
    emergency = record_entry(actor=held.agent, desk=held.desk, now=morning, text="水管爆裂", kind="emergency")
    actions.bring_up_to_date(actor=held.agent, handover=under_way, now=morning)
    steps.prepare(under_way, morning)
    row = Handover.objects.select_related("desk__settings").get(pk=under_way.pk)
    assert facts_of(row, steps.seen(row)).stopping == 0
    held.desk.settings.stopping_kinds = ["emergency"]
    held.desk.settings.save()
    page = signed_in(held.agent).get(f"/handover/{held.desk.slug}/").content.decode()
    assert 'id="stopping"' in page and f"#{emergency.number}" in page
    with pytest.raises(Refused):
        steps.sign("outgoing", under_way, morning)
    move_follow_up(actor=held.agent, root=emergency, now=morning, state="closed", result="已修复")
    actions.bring_up_to_date(actor=held.agent, handover=under_way, now=morning)
    steps.prepare(under_way, morning)
    steps.sign("outgoing", under_way, morning)
    record_entry(actor=held.agent, desk=held.desk, now=morning, text="又爆裂", kind="emergency")
    with pytest.raises(Refused):
        steps.sign("incoming", under_way, morning)


@pytest.mark.clause("C11")
def test_a_fault_names_who_deals_and_who_assists_and_what_was_written_meanwhile_is_shown(held: Town, morning, under_way) -> None:
    actions.suspend(actor=held.agent, handover=under_way, fault="配电房跳闸", now=morning)
    stopped = Entry.objects.get(code="handover_suspended_both")
    assert (stopped.fields["deals_ref"], stopped.fields["assists_ref"]) == (str(held.agent.ref), str(held.butler.ref))
    written = record_entry(actor=held.butler, desk=held.desk, now=morning, text="协助合闸", kind="enquiry")
    actions.resume(actor=held.agent, handover=under_way, now=morning)
    resumed = Entry.objects.get(code="handover_resumed_after")
    assert (resumed.fields["from_number"], resumed.fields["to_number"]) == (str(written.number), str(written.number))
    client = signed_in(held.butler)
    for _ in range(2):
        page = client.get(f"/handover/{held.desk.slug}/").content.decode()
        assert 'id="meanwhile"' in page and "协助合闸" in page.split('id="meanwhile"')[1]
        actions.bring_up_to_date(actor=held.agent, handover=under_way, now=morning)


@pytest.mark.clause("A22")
def test_reservations_are_offered_before_a_refusal_where_the_desk_says_so(held: Town, morning, under_way) -> None:
    client, page = signed_in(held.butler), f"/handover/{held.desk.slug}/"
    assert "The mild way first" in client.get(page).content.decode()
    held.desk.settings.reservations_first = False
    held.desk.settings.save()
    assert "The mild way first" not in client.get(page).content.decode()


@pytest.mark.clause("C10")
def test_an_open_accident_stops_a_closing_but_never_that_somebody_opens_the_desk(town: Town, morning) -> None:
    town.desk.settings.stopping_kinds = ["emergency"]
    town.desk.settings.save()
    record_entry(actor=town.agent, desk=town.desk, now=morning, text="水管爆裂", kind="emergency")
    assert steps.open_desk(town.desk, town.agent, morning).state == "completed"
    closing = steps.prepare(actions.close_desk(actor=town.agent, desk=town.desk, now=morning), morning)
    with pytest.raises(Refused):
        steps.sign("outgoing", closing, morning)
    reason = ground(town, "other", "takeover_reason")
    confirmed = steps.confirmed(town.supervisor, morning)
    assert actions.take_over(confirmed=confirmed, desk=town.desk, reason=reason, now=morning).holder == town.supervisor

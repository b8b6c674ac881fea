"""Closing for the night and opening in the morning: counted, named, signed alone (A28, A30, I3)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from desks.refusal import Refused
from desks.testing import Town
from handover import actions
from handover.models import Handover
from handover.tests import steps
from logbook.actions import record_entry
from logbook.models import Entry, Watch
from logbook.queries import current_watch, watch_people
from logbook.verify import verify
from notices.models import Notice


@pytest.mark.clause("I3")
def test_the_last_holder_names_who_has_each_urgent_matter_and_signs_alone(held: Town, morning) -> None:
    handover = actions.close_desk(actor=held.agent, desk=held.desk, now=morning)
    assert set(handover.matters.values_list("why", "group")) == {("critical", "one_by_one"), ("new", "rest")}
    actions.count_all_correct(actor=held.agent, handover=handover, now=morning)
    actions.check_all_pass(actor=held.agent, handover=handover, now=morning)
    with pytest.raises(Refused):
        steps.sign("outgoing", handover, morning)
    matter = handover.matters.get(why="critical")
    with pytest.raises(Refused) as refused:
        actions.name_overnight(actor=held.agent, matter=matter, overnight=" ", now=morning)
    assert refused.value.field == "overnight"
    actions.name_overnight(actor=held.agent, matter=matter, overnight="保安部夜班", now=morning)
    done = steps.sign("outgoing", handover, morning)
    assert (done.state, done.entry.code, current_watch(held.desk)) == ("completed", "desk_closed", None)
    assert Watch.objects.get(pk=handover.watch_id).ending == "closing"


@pytest.mark.clause("A30")
def test_the_first_holder_counts_takes_over_the_night_s_matters_as_one_entry_and_signs(held: Town, morning) -> None:
    steps.close_desk(held.desk, held.agent, morning)
    dawn = morning + timedelta(hours=10)
    record_entry(actor=held.supervisor, desk=held.desk, now=dawn, text="夜间爆管", kind="emergency", place="2栋大堂")
    handover = actions.open_desk(actor=held.butler, desk=held.desk, now=dawn, colleagues=[held.second_butler])
    assert handover.outgoing == held.agent and set(handover.matters.values_list("group", flat=True)) == {"rest"}
    with pytest.raises(Refused):
        steps.sign("incoming", handover, dawn)
    steps.prepare(handover, dawn)
    done = steps.sign("incoming", handover, dawn)
    entry = Entry.objects.filter(code="night_taken_over").latest("number")
    assert done.entry == entry and entry.fields["count"] == "3"
    assert entry.fields["matters"] == ", ".join(str(matter.root.number) for matter in handover.matters.order_by("root__number"))
    watch = current_watch(held.desk)
    assert (watch.holder, done.watch) == (held.butler, watch) and watch.first_number <= entry.number
    assert set(watch_people(watch)) == {held.butler, held.second_butler}
    assert verify().breaches == []


@pytest.mark.clause("A28")
def test_a_difference_in_the_morning_is_a_question_to_the_closer_first(held: Town, morning) -> None:
    steps.close_desk(held.desk, held.agent, morning)
    dawn = morning + timedelta(hours=10)
    handover = actions.open_desk(actor=held.butler, desk=held.desk, now=dawn)
    line = handover.counts.get(item__code="cash_box")
    for _time in range(2):
        actions.count_item(actor=held.butler, line=line, counted=Decimal("480.50"), explanation="少 19.50", now=dawn)
    asked = Notice.objects.get(code="count_question_told")
    assert asked.person == held.agent and asked.fields["counted"] == "CNY 480.50"
    assert not Notice.objects.filter(person=held.supervisor, code__in=["count_differs_told", "opening_differs_told"]).exists()
    steps.prepare(handover, dawn)
    steps.sign("incoming", handover, dawn)
    assert Notice.objects.get(code="opening_differs_told").person == held.supervisor


@pytest.mark.clause("I3")
def test_the_very_first_opening_has_nobody_before_it(town: Town, morning) -> None:
    handover = actions.open_desk(actor=town.agent, desk=town.desk, now=morning)
    assert handover.outgoing is None and handover.matters.count() == 0
    line = handover.counts.get(item__code="radios")
    for _time in range(2):
        actions.count_item(actor=town.agent, line=line, counted=Decimal(3), explanation="一部送修", now=morning)
    assert Notice.objects.get(code="count_differs_told").person == town.supervisor
    steps.prepare(handover, morning)
    assert steps.sign("incoming", handover, morning).state == "completed"


@pytest.mark.clause("I3")
def test_who_closed_may_open_again_and_a_second_opening_is_refused(held: Town, morning) -> None:
    steps.close_desk(held.desk, held.agent, morning)
    handover = actions.open_desk(actor=held.agent, desk=held.desk, now=morning)
    with pytest.raises(Refused):
        actions.open_desk(actor=held.butler, desk=held.desk, now=morning)
    steps.prepare(handover, morning)
    assert steps.sign("incoming", handover, morning).state == "completed"


@pytest.mark.clause("A27")
def test_what_was_in_order_at_the_closing_and_is_not_at_the_opening_is_told_to_the_closer_and_the_supervisor(town: Town, morning) -> None:
    steps.hand_over_yesterday(town, morning)
    row = actions.open_desk(actor=town.agent, desk=town.desk, now=morning)
    actions.check_item(actor=town.agent, line=row.checks.get(item__code="lights"), result="fail", remark="不亮", now=morning)
    steps.prepare(row, morning)
    steps.sign("incoming", row, morning)
    entry = Entry.objects.get(code="opening_found_otherwise")
    assert entry.refers_to == Handover.objects.get(mode="closing").entry
    told = Notice.objects.filter(code="opening_found_told")
    assert {notice.person for notice in told} == {town.butler, town.supervisor} and "灯光" in told[0].fields["items_zh_hans"]

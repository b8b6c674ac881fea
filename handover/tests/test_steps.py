"""Telling, confirming, asking, counting, checking: who does which, and what the supervisor is told (A25–A28, A30)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from desks.refusal import Refused
from desks.testing import Town
from handover import actions
from handover.queries import digest_now
from logbook.actions import move_follow_up
from logbook.models import Entry, FollowUp
from logbook.reading import text_of
from notices.models import Notice


@pytest.mark.clause("A26")
def test_the_outgoing_tells_with_the_next_step_which_becomes_the_follow_up_s(held: Town, morning, under_way) -> None:
    matter = under_way.matters.get(why="critical")
    with pytest.raises(Refused) as refused:
        actions.tell_matter(actor=held.agent, matter=matter, next_step=" ", now=morning)
    assert refused.value.field == "next_step"
    with pytest.raises(Refused):
        actions.tell_matter(actor=held.butler, matter=matter, next_step="x", now=morning)
    with pytest.raises(Refused):
        actions.tell_matter(actor=held.agent, matter=matter, next_step="x", severity="stable", now=morning)
    told = actions.tell_matter(actor=held.colleague, matter=matter, next_step="王工 16:30 前回电", now=morning)
    follow_up = FollowUp.objects.get(root=matter.root)
    assert (follow_up.next_step, told.told_number) == ("王工 16:30 前回电", follow_up.last_entry.number)
    before = Entry.objects.count()
    actions.tell_matter(actor=held.agent, matter=matter, next_step="王工 16:30 前回电", now=morning)
    assert Entry.objects.count() == before


@pytest.mark.clause("A30", "E8")
def test_the_incoming_confirms_what_was_told_and_again_when_it_is_told_anew(held: Town, morning, under_way) -> None:
    matter = under_way.matters.get(why="critical")
    with pytest.raises(Refused):
        actions.acknowledge_matter(actor=held.butler, matter=matter, now=morning)
    actions.tell_matter(actor=held.agent, matter=matter, next_step="等回电", now=morning)
    with pytest.raises(Refused):
        actions.acknowledge_matter(actor=held.agent, matter=matter, now=morning)
    done = actions.acknowledge_matter(actor=held.butler, matter=matter, said_back="16:30 没有就找班长", now=morning)
    assert done.said_back == "16:30 没有就找班长" and done.acknowledged_by == held.butler
    again = actions.tell_matter(actor=held.agent, matter=matter, next_step="17:00 再打", now=morning)
    assert again.acknowledged_at is None and again.said_back == ""


@pytest.mark.clause("A26")
def test_a_matter_that_waits_goes_on_waiting_when_it_is_told_with_a_new_next_step(held: Town, morning, under_way) -> None:
    matter = under_way.matters.get(why="critical")
    until = morning + timedelta(hours=3)
    move_follow_up(actor=held.agent, root=matter.root, now=morning, state="waiting", waiting_for="电梯公司", waiting_until=until)
    actions.tell_matter(actor=held.agent, matter=matter, next_step="电梯公司 12:00 前到", now=morning)
    told = FollowUp.objects.get(root=matter.root)
    assert (told.state, told.waiting_for, told.waiting_until, told.next_step) == ("waiting", "电梯公司", until, "电梯公司 12:00 前到")


@pytest.mark.clause("A26")
def test_the_unchanged_rest_is_confirmed_in_one_act(held: Town, morning) -> None:
    from datetime import timedelta

    later = morning + timedelta(days=1)
    handover = actions.start_handover(actor=held.agent, desk=held.desk, incoming=held.butler, now=morning)
    handover.matters.update(group="rest", why="")
    with pytest.raises(Refused):
        actions.acknowledge_rest(actor=held.agent, handover=handover, now=later)
    assert actions.acknowledge_rest(actor=held.butler, handover=handover, now=later) == 2
    assert actions.acknowledge_rest(actor=held.butler, handover=handover, now=later) == 0


@pytest.mark.clause("A25")
def test_questions_and_answers_are_kept_and_change_nothing_of_the_content(held: Town, morning, under_way) -> None:
    before = digest_now(under_way)
    matter = under_way.matters.get(why="new")
    asked = actions.ask(actor=held.butler, handover=under_way, matter=matter, question="业主在家吗？", now=morning)
    with pytest.raises(Refused):
        actions.answer(actor=held.butler, question=asked, words="在", now=morning)
    done = actions.answer(actor=held.agent, question=asked, words=" 七点前在家 ", now=morning)
    assert (text_of(done.answer_entry), done.answered_by, done.answer) == ("七点前在家", held.agent, "")
    assert [entry.refers_to for entry in (asked.entry, done.answer_entry)] == [matter.root, matter.root]
    assert done.answer_entry.fields["answers"] == str(asked.entry.number)
    for words in ("", "again"):
        with pytest.raises(Refused):
            actions.answer(actor=held.agent, question=asked, words=words, now=morning)
    with pytest.raises(Refused):
        actions.ask(actor=held.agent, handover=under_way, question="x", now=morning)
    with pytest.raises(Refused):
        actions.ask(actor=held.butler, handover=under_way, question="  ", now=morning)
    assert digest_now(under_way) == before


@pytest.mark.clause("A28")
def test_a_difference_needs_words_and_is_told_to_the_supervisor_once_for_each_amount(held: Town, morning, under_way) -> None:
    line = under_way.counts.get(item__code="spare_keys")
    with pytest.raises(Refused) as refused:
        actions.count_item(actor=held.butler, line=line, counted=Decimal(35), explanation="", now=morning)
    assert refused.value.field == "explanation"
    told = Notice.objects.filter(code="count_differs_told")
    actions.count_item(actor=held.butler, line=line, counted=Decimal(35), explanation="3 号被老张借走", now=morning)
    assert not told.exists()
    for _ in range(2):
        actions.count_item(actor=held.agent, line=line, counted=Decimal(35), explanation="", now=morning)
    assert [notice.person for notice in told] == [held.supervisor]
    assert told[0].fields["counted"] == "35"
    assert actions.count_all_correct(actor=held.agent, handover=under_way, now=morning) == 5
    line.refresh_from_db()
    assert line.counted == 35
    actions.count_item(actor=held.agent, line=line, counted=Decimal(36), explanation="归还了", now=morning)
    line.refresh_from_db()
    assert line.explanation == "" and not line.differs


@pytest.mark.clause("A27")
def test_what_fails_in_the_environment_needs_a_remark(held: Town, morning, under_way) -> None:
    line = under_way.checks.get(item__code="lights")
    for result, remark in (("fail", " "), ("", ""), ("broken", "x")):
        with pytest.raises(Refused):
            actions.check_item(actor=held.butler, line=line, result=result, remark=remark, now=morning)
    done = actions.check_item(actor=held.butler, line=line, result="fail", remark="灯不亮", now=morning)
    assert (done.result, done.remark, done.checked_by) == ("fail", "灯不亮", held.butler)
    assert actions.check_all_pass(actor=held.agent, handover=under_way, now=morning) == 7


def test_who_stands_on_neither_side_changes_nothing(held: Town, morning, under_way) -> None:
    line = under_way.checks.first()
    for stranger in (held.second_butler, held.supervisor, held.auditor, held.away.agent, held.administrator, held.operator):
        for attempt in (
            lambda who=stranger: actions.check_item(actor=who, line=line, result="pass", remark="", now=morning),
            lambda who=stranger: actions.count_all_correct(actor=who, handover=under_way, now=morning),
            lambda who=stranger: actions.write_remarks(actor=who, handover=under_way, remarks="x", now=morning),
            lambda who=stranger: actions.reserve(actor=who, handover=under_way, reservations="x", now=morning),
            lambda who=stranger: actions.bring_up_to_date(actor=who, handover=under_way, now=morning),
        ):
            with pytest.raises(Refused):
                attempt()


def test_every_step_names_its_actor_in_the_history(held: Town, morning, under_way) -> None:
    actions.write_remarks(actor=held.butler, handover=under_way, remarks="注意 3 号门", now=morning)
    line = under_way.counts.first()
    actions.count_item(actor=held.agent, line=line, counted=line.expected, explanation="", now=morning)
    assert under_way.history.order_by("-history_id")[0].history_user == held.butler
    assert line.history.order_by("-history_id")[0].history_user == held.agent
    for act, lines in ((actions.count_all_correct, under_way.counts), (actions.check_all_pass, under_way.checks)):
        many = act(actor=held.butler, handover=under_way, now=morning)
        last = [each.history.order_by("-history_id")[0] for each in lines.all()]
        assert many > 1 and sum(each.history_user == held.butler and each.history_type == "~" for each in last) == many

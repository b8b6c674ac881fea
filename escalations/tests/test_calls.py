"""The call tree is worked through until somebody answers; who comes and who is there is recorded (A15, A16, I7, I9)."""

from datetime import timedelta

import pytest

from desks.claims import AlreadyChanged
from desks.refusal import Refused
from desks.testing import Town
from escalations import actions
from escalations.clock import call_tree_moves, escalations_unanswered
from escalations.models import Call, EscalationStep
from escalations.queries import departments_of, present_call
from escalations.tests.calling import ENGINEERING, SECURITY, emergency, give, make_contact, present
from escalations.tests.scenes import confirmed
from escalations.tests.test_raise import told
from logbook.actions import add_to_entry, move_follow_up, record_entry, retract_entry
from logbook.models import Entry
from logbook.reading import wording_of
from logbook.verify import verify
from notices.models import Notice

MINUTE = timedelta(minutes=1)


def say(who, call, said, now, minutes=None) -> Call:
    return actions.say_of_call(actor=who, call=call, said=said, minutes=minutes, now=now)


@pytest.mark.clause("A16")
def test_an_emergency_calls_the_first_at_once_and_nothing_else_calls_anybody(town: Town, morning) -> None:
    made = emergency(town, morning)
    call = present(made)
    assert (call.step.role, call.asked_at, call.due_at) == ("supervisor", morning, morning + 5 * MINUTE)
    assert told(town, "asked_in_emergency") == {"supervisor"} and told(town, "called_in_emergency") == set(), "told once"
    entry = record_entry(actor=town.agent, desk=town.desk, now=morning, text="业主要求赔偿")
    assert present_call(actions.raise_escalation(actor=town.agent, entry=entry, now=morning)) is None


@pytest.mark.clause("A16")
def test_no_answer_calls_the_next_at_once_and_the_log_says_so(town: Town, morning) -> None:
    give(town, ENGINEERING, morning, name="郑工", phone="138 0013 8102")
    made = emergency(town, morning)
    say(town.agent, present(made), "no_answer", morning + MINUTE)
    call = present(made)
    assert (call.step.position, call.due_at) == (ENGINEERING, morning + 6 * MINUTE), "a step that nobody can be reached at is passed over"
    step = made.steps.get(kind="no_answer")
    assert step.by == town.agent
    words = wording_of(step.entry, town.desk)
    assert words == "No answer from Supervisor (Xu Wenting) about #1 (written down by He Jiayi). Next: Engineering supervisor (郑工)."
    assert "138" not in str(list(Entry.objects.values_list("fields", flat=True))), "phones never stand in the log"
    assert verify().breaches == []


@pytest.mark.clause("A16")
def test_who_answers_comes_and_arrives_is_recorded_with_its_times(town: Town, morning) -> None:
    contact = make_contact(town)
    give(town, SECURITY, morning, person=contact, phone="13800138101")
    made = emergency(town, morning)
    say(town.agent, present(made), "no_answer", morning)
    call = present(made)
    assert told(town, "called_in_emergency") == set() and Notice.objects.filter(person=contact, code="called_in_emergency").count() == 1
    say(town.agent, call, "answered", morning + MINUTE)
    coming = say(contact, call, "coming", morning + 2 * MINUTE, minutes=10)
    assert coming.expected_at == morning + 12 * MINUTE
    assert say(town.agent, call, "arrived", morning + 9 * MINUTE).state == "arrived"
    kinds = list(made.steps.order_by("pk").values_list("kind", "by__login"))
    assert kinds[1:] == [
        ("no_answer", "taikoo-agent"), ("answered", "taikoo-agent"), ("coming", "security"), ("arrived", "taikoo-agent"),
    ]
    assert [row.history_user for row in call.history.order_by("history_id")][1:] == [town.agent, contact, town.agent]
    assert call_tree_moves(morning + timedelta(days=1)) == 0, "somebody answered: nobody else is called"


@pytest.mark.clause("A16")
def test_the_clock_calls_the_next_on_the_minute_and_only_once(town: Town, morning) -> None:
    made = emergency(town, morning)
    due = morning + 5 * MINUTE
    assert call_tree_moves(due - timedelta(microseconds=1)) == 0
    assert [call_tree_moves(due), call_tree_moves(due), call_tree_moves(morning - timedelta(days=1))] == [1, 0, 0]
    assert present(made).step.role == "project_head"
    assert told(town, "called_in_emergency") == {"head"}
    step = made.steps.get(kind="no_answer")
    assert step.by is None and step.entry.author is None and "within 5 minutes" in wording_of(step.entry, town.desk)


@pytest.mark.clause("I7")
def test_after_a_night_without_a_beat_the_tree_goes_on_one_by_one(town: Town, morning) -> None:
    give(town, SECURITY, morning, person=make_contact(town))
    made, late = emergency(town, morning), morning + timedelta(hours=9)
    assert [call_tree_moves(late), call_tree_moves(late), call_tree_moves(late + 4 * MINUTE)] == [1, 0, 0]
    assert (present(made).step.position, told(town, "called_in_emergency")) == (SECURITY, set())
    assert call_tree_moves(late + 5 * MINUTE) == 1 and told(town, "called_in_emergency") == {"head"}


@pytest.mark.clause("A16")
def test_the_end_of_the_tree_is_told_loudly_begins_again_and_comes_to_rest(town: Town, morning) -> None:
    made, now = emergency(town, morning), morning
    rounds = []
    for _step in range(12):
        now += 5 * MINUTE
        if not call_tree_moves(now):
            break
        rounds.append(Notice.objects.filter(code="call_tree_ended").count())
    assert rounds == [0, 2, 2, 4, 4, 6], "supervisor and project head at the end of each of three rounds"
    assert present_call(made) is None and told(town, "call_tree_ended") == {"supervisor", "head"}
    words = [wording_of(step.entry, town.desk) for step in made.steps.filter(kind="no_answer").order_by("pk")]
    assert "it begins again with Supervisor" in words[1] and "go on by hand" in words[-1]
    again = actions.call_next(actor=town.agent, escalation=made, now=now)
    assert (again.step.role, again.round) == ("supervisor", 4), "by hand it goes on for ever"
    assert verify().breaches == []


@pytest.mark.clause("A16")
@pytest.mark.parametrize("answer", ["acknowledge", "decide", "phone", "pass_up"])
def test_acknowledging_or_deciding_counts_as_the_answer(town: Town, morning, answer: str) -> None:
    made = emergency(town, morning)
    call, pin = present(made), confirmed(town.supervisor, morning)
    if answer == "acknowledge":
        actions.acknowledge_escalation(actor=town.supervisor, escalation=made, now=morning)
    elif answer == "decide":
        actions.decide_escalation(actor=town.supervisor, confirmed=pin, escalation=made, now=morning, decision="关阀")
    elif answer == "phone":
        actions.record_phone_decision(actor=town.agent, escalation=made, now=morning, decision="关阀", decided_by=town.supervisor)
    else:
        actions.pass_up(actor=town.supervisor, confirmed=pin, escalation=made, now=morning, reason="须上报")
    call.refresh_from_db()
    assert call.state == "answered" and call_tree_moves(morning + timedelta(days=1)) == 0


@pytest.mark.clause("A16")
def test_the_project_head_whom_the_tree_came_to_decides_and_nobody_whom_it_did_not(town: Town, morning) -> None:
    made = emergency(town, morning)
    with pytest.raises(Refused):
        actions.acknowledge_escalation(actor=town.head, escalation=made, now=morning)
    call_tree_moves(morning + 5 * MINUTE)
    pin = confirmed(town.head, morning)
    done = actions.decide_escalation(actor=town.head, confirmed=pin, escalation=made, now=morning + 6 * MINUTE, decision="全部断电")
    assert (done.state, done.level) == ("decided", "supervisor")
    other = record_entry(actor=town.agent, desk=town.desk, now=morning, text="业主要求赔偿")
    plain = actions.raise_escalation(actor=town.agent, entry=other, now=morning)
    call_tree_moves(morning + timedelta(hours=5))
    with pytest.raises(Refused):
        actions.decide_escalation(actor=town.head, confirmed=pin, escalation=plain, now=morning, decision="x")


@pytest.mark.clause("A16")
def test_who_answered_a_call_is_not_asked_once_more_and_without_a_tree_the_head_is_told_as_before(town: Town, morning) -> None:
    made = emergency(town, morning)
    say(town.agent, present(made), "answered", morning)
    assert escalations_unanswered(morning + timedelta(hours=2)) == 0
    for position in (1, 4):
        give(town, position, morning, current=False)
    emergency(town, morning, text="电梯困人")
    assert escalations_unanswered(morning + timedelta(hours=2)) == 2
    assert told(town, "emergency_unanswered") == {"head"}


@pytest.mark.clause("A15")
def test_a_department_is_called_out_of_its_turn_beside_the_tree(town: Town, morning) -> None:
    step = give(town, ENGINEERING, morning, name="郑工", phone="13800138102")
    made = emergency(town, morning)
    beside = actions.call_beside(actor=town.agent, escalation=made, step=step, now=morning)
    assert (beside.beside, present(made).step.role) == (True, "supervisor")
    with pytest.raises(Refused):
        actions.call_beside(actor=town.butler, escalation=made, step=step, now=morning)
    say(town.agent, beside, "no_answer", morning)
    assert present(made).step.role == "supervisor", "the tree does not go on from it"
    call_tree_moves(morning + 5 * MINUTE)
    assert present(made).step.position == ENGINEERING


@pytest.mark.clause("A16")
def test_who_did_not_answer_may_call_back_and_nobody_else_is_called(town: Town, morning) -> None:
    made = emergency(town, morning)
    first = present(made)
    say(town.agent, first, "no_answer", morning)
    second = present(made)
    say(town.supervisor, first, "coming", morning + MINUTE, minutes=20)
    second.refresh_from_db()
    assert (second.state, present_call(made)) == ("dropped", None)
    assert actions.call_next(actor=town.agent, escalation=made, now=morning).step.role == "supervisor"


@pytest.mark.clause("A16")
def test_an_emergency_that_is_over_calls_nobody_any_more(town: Town, morning) -> None:
    made = emergency(town, morning)
    move_follow_up(actor=town.agent, root=made.entry, now=morning, state="closed", result="误报")
    assert call_tree_moves(morning + timedelta(hours=1)) == 0


@pytest.mark.clause("A16")
def test_security_is_called_for_its_own_matters_and_where_nobody_knows_yet(town: Town, morning) -> None:
    give(town, SECURITY, morning, phone="13800138101")
    give(town, ENGINEERING, morning, phone="13800138102")
    known = emergency(town, morning, handler="engineering")
    said = emergency(town, morning, text="打架", own={"mobilised": "9:05 秩序维护部 3 人"})
    unknown = emergency(town, morning, text="冒烟")
    for made, position in ((known, ENGINEERING), (said, SECURITY), (unknown, SECURITY)):
        say(town.agent, present(made), "no_answer", morning)
        assert present(made).step.position == position


@pytest.mark.clause("A15", "A16")
def test_a_department_that_was_mobilised_later_is_called_as_well_unless_that_was_retracted(town: Town, morning) -> None:
    give(town, SECURITY, morning, phone="13800138101")
    give(town, ENGINEERING, morning, phone="13800138102")
    made = emergency(town, morning, text="冒烟", handler="engineering")
    assert departments_of(made.entry, town.desk) == {"engineering"}
    added = add_to_entry(actor=town.agent, entry=made.entry, now=morning, text="", own={"mobilised": "9:10 秩序维护部"})
    assert departments_of(made.entry, town.desk) == {"engineering", "security"}
    say(town.agent, present(made), "no_answer", morning)
    assert present(made).step.position == SECURITY
    retract_entry(actor=town.supervisor, entry=added, now=morning, reason="误报")
    assert departments_of(made.entry, town.desk) == {"engineering"}


@pytest.mark.clause("A16")
def test_a_step_for_off_hours_is_passed_over_while_the_desk_is_open(town: Town, morning) -> None:
    give(town, SECURITY, morning, phone="13800138101", when="off_hours")
    night = morning + timedelta(hours=13)  # 22:00 in Shanghai: the very minute at which the desk closes
    for now, position in ((night - MINUTE, 4), (night, SECURITY)):
        made = emergency(town, now)
        say(town.agent, present(made), "no_answer", now)
        assert present(made).step.position == position


@pytest.mark.clause("A16")
@pytest.mark.parametrize("part", ["head", "auditor", "administrator", "nobody"])
def test_nobody_else_says_of_a_call(town: Town, morning, part: str) -> None:
    made = emergency(town, morning)
    people = [town.away.supervisor] if part == "head" else [getattr(town, part)]
    for person in people:
        with pytest.raises(Refused):
            say(person, present(made), "answered", morning)
        with pytest.raises(Refused):
            actions.call_next(actor=person, escalation=made, now=morning)
    assert EscalationStep.objects.count() == 1


@pytest.mark.clause("A16")
def test_a_contact_says_of_themselves_alone_and_never_that_they_did_not_answer(town: Town, morning) -> None:
    contact = make_contact(town)
    give(town, SECURITY, morning, person=contact)
    made = emergency(town, morning)
    with pytest.raises(Refused):
        say(contact, present(made), "answered", morning)
    say(town.agent, present(made), "no_answer", morning)
    with pytest.raises(Refused):
        say(contact, present(made), "no_answer", morning)
    for minutes in (None, 0, 601):
        with pytest.raises(Refused) as refused:
            say(contact, present(made), "coming", morning, minutes)
        assert refused.value.field == "minutes"
    with pytest.raises(Refused):
        say(town.agent, present(made), "<b>", morning)


@pytest.mark.clause("I9")
def test_what_was_said_is_not_said_twice_and_a_closed_one_not_at_all(town: Town, morning) -> None:
    made = emergency(town, morning)
    call = present(made)
    say(town.agent, call, "no_answer", morning)
    with pytest.raises(AlreadyChanged):
        say(town.butler, call, "no_answer", morning)
    assert Call.objects.count() == 2
    actions.record_phone_decision(actor=town.agent, escalation=made, now=morning, decision="关阀", decided_by=town.supervisor)
    actions.close_escalation(actor=town.agent, escalation=made, now=morning, done="已关")
    with pytest.raises(Refused):
        say(town.agent, call, "arrived", morning)

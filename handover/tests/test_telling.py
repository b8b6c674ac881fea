"""Telling critical matters, the closed loop, questions as entries, news read, higher risk (A25, A26, A30)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from desks.refusal import Refused
from desks.testing import Town, signed_in
from handover import actions, content, risk, rules
from handover.figures import how_long_by_month
from handover.models import Handover, HandoverReading
from handover.news import important_new, last_of_incoming, new_entries
from handover.preparing import risks_found
from handover.queries import content_of, digest_now, facts_of
from handover.rules import what_stands_in_the_way
from handover.summary import SummaryFacts, drafted
from handover.tests import scenes, steps
from logbook.actions import join_watch, move_follow_up, record_entry
from logbook.models import Entry, FollowUp
from logbook.queries import current_watch
from logbook.reading import text_of
from logbook.verify import verify
from notices.models import Notice

NOON = datetime(2026, 11, 27, 4, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)


def codes(handover: Handover) -> set[str]:
    """What stands in the way of signing."""
    row = Handover.objects.get(pk=handover.pk)
    return {each.code for each in what_stands_in_the_way(facts_of(row, steps.seen(row)))}


def setting(town: Town, **values: object) -> None:
    for name, value in values.items():
        setattr(town.desk.settings, name, value)
    town.desk.settings.save()


@pytest.mark.clause("A26")
@pytest.mark.parametrize(
    ("severity", "owner", "by_when", "if_then", "asks", "field"),
    [
        ("critical", "王工", LATER, "", False, None), ("critical", "", LATER, "", False, "owner"),
        ("critical", "王工", None, "", False, "by_when"), ("critical", "王工", NOON, "", False, "by_when"),
        ("critical", "王工", LATER, "", True, "if_then"), ("critical", "王工", LATER, "找班长", True, None),
        ("watch", "", None, "", True, None), ("stable", "", None, "", True, None),
    ],
)
def test_a_critical_matter_is_carried_only_with_who_and_by_when(severity, owner, by_when, if_then, asks, field) -> None:
    refusal = rules.why_not_carried(
        severity=severity, owner=owner, by_when=by_when, if_then=if_then, asks_if_then=asks, now=NOON
    )
    assert (refusal and refusal.field) == field


@pytest.mark.clause("A26")
def test_who_and_by_when_stand_in_the_log_in_the_signed_lines_and_at_the_next_handover(held: Town, morning, under_way) -> None:
    matter = under_way.matters.get(why="critical")
    assert matter.owner == "Engineering" and matter.by_when == FollowUp.objects.get(root=matter.root).due_at
    for carried, field in (
        (actions.Carried("", morning + timedelta(hours=1)), "owner"), (actions.Carried("王工", None), "by_when"),
        (actions.Carried("王工", morning), "by_when"),
    ):
        with pytest.raises(Refused) as refused:
            actions.tell_matter(actor=held.agent, matter=matter, next_step="回电", carried=carried, now=morning)
        assert (refused.value.clause, refused.value.field) == ("A26", field)
    at = morning + timedelta(hours=30)
    told = actions.tell_matter(
        actor=held.agent, matter=matter, next_step="回电", carried=actions.Carried("王工", at, "没来就找班长"), now=morning
    )
    assert "王工" in text_of(FollowUp.objects.get(root=matter.root).last_entry)
    text = content.text_of(content_of(under_way))
    assert f"owner 王工\nbywhen {at:%Y-%m-%dT%H:%MZ}\nifthen 没来就找班长\n" in text
    steps.prepare(under_way, morning)
    steps.sign("outgoing", under_way, morning)
    steps.sign("incoming", under_way, morning)
    again = actions.start_handover(actor=held.butler, desk=held.desk, incoming=held.agent, now=morning + timedelta(hours=8))
    carried_on = again.matters.get(root=told.root)
    assert (carried_on.owner, carried_on.by_when, carried_on.if_then) == ("王工", at, "没来就找班长")


@pytest.mark.clause("A30")
def test_the_loop_is_closed_by_the_outgoing_or_nobody_signs(held: Town, morning, under_way) -> None:
    steps.prepare(under_way, morning)
    matter = under_way.matters.get(why="critical")
    actions.tell_matter(actor=held.agent, matter=matter, next_step="17:00 再打", now=morning)
    with pytest.raises(Refused):
        actions.hear_matter(actor=held.agent, matter=matter, now=morning)
    actions.acknowledge_matter(actor=held.butler, matter=matter, now=morning)
    assert codes(under_way) == {"unheard"}
    with pytest.raises(Refused):
        steps.sign("outgoing", under_way, morning)
    with pytest.raises(Refused):
        actions.hear_matter(actor=held.butler, matter=matter, now=morning)
    before = digest_now(under_way)
    assert actions.hear_matter(actor=held.colleague, matter=matter, now=morning).heard_by == held.colleague
    assert codes(under_way) == set() and digest_now(under_way) == before
    steps.sign("outgoing", under_way, morning)
    actions.acknowledge_matter(actor=held.butler, matter=matter, said_back="我 17:00 打", now=morning)
    assert codes(under_way) == {"unheard"}


@pytest.mark.clause("A30")
@pytest.mark.parametrize(("asked", "typed", "left"), [("critical", False, {"unheard"}), ("none", False, set()), ("all", True, None)])
def test_what_is_said_back_is_a_setting(held: Town, morning, under_way, asked: str, typed: bool, left: set[str] | None) -> None:
    setting(held, read_back=asked, read_back_typed=typed)
    row = Handover.objects.get(pk=under_way.pk)
    for matter in row.matters.filter(group="one_by_one"):
        actions.tell_matter(actor=held.agent, matter=matter, next_step="回访", carried=steps.carried(matter, morning), now=morning)
        if typed:
            with pytest.raises(Refused) as refused:
                actions.acknowledge_matter(actor=held.butler, matter=matter, now=morning)
            assert (refused.value.clause, refused.value.field) == ("A30", "said_back")
        else:
            actions.acknowledge_matter(actor=held.butler, matter=matter, now=morning)
    if left is not None:
        assert codes(row) - {"uncounted", "unchecked"} == left
    normal = row.matters.get(why="new")
    if asked != "all":
        with pytest.raises(Refused):
            actions.hear_matter(actor=held.agent, matter=normal, now=morning)


@pytest.mark.clause("A25")
def test_questions_and_answers_are_entries_beside_the_matter(held: Town, morning, under_way) -> None:
    matter = under_way.matters.get(why="critical")
    steps.prepare(under_way, morning)
    asked = actions.ask(actor=held.butler, handover=under_way, matter=matter, question="业主在家吗？", now=morning)
    general = actions.ask(actor=held.butler, handover=under_way, question="昨晚停电了？", now=morning)
    actions.answer(actor=held.agent, question=asked, words="七点前", now=morning)
    done = actions.answer(actor=held.colleague, question=general, words="没有", now=morning)
    assert asked.entry.root == matter.root and asked.entry.fields["question"] == "true"
    assert (done.answer_entry.code, done.answer_entry.refers_to) == ("handover_answered", general.entry)
    assert codes(under_way) == set(), "a question moves no matter"
    html = signed_in(held.butler).get(f"/log/{held.desk.slug}/{matter.root.number}/").content.decode()
    assert "业主在家吗？" in html and "七点前" in html and "Answer" in html
    for hostile in ("", "x" * 100_000, "a\x00b"):
        with pytest.raises(Refused):
            actions.ask(actor=held.butler, handover=under_way, matter=matter, question=hostile, now=morning)
    assert verify().breaches == []


FACTS = risk.RiskFacts(
    emergency_running=False, critical_open=False, difference_open=False, somebody_comes=True, last_here=NOON - timedelta(days=2),
    desk_is_new=False, stands_in=False,
)


@pytest.mark.clause("A25")
@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []), ({"emergency_running": True}, ["emergency"]), ({"critical_open": True}, ["critical"]),
        ({"difference_open": True}, ["difference"]), ({"stands_in": True}, ["stand_in"]),
        ({"last_here": NOON - timedelta(days=14)}, []), ({"last_here": NOON - timedelta(days=14, seconds=1)}, ["away"]),
        ({"last_here": None}, ["new_here"]), ({"last_here": None, "desk_is_new": True}, []),
        ({"last_here": None, "stands_in": True, "somebody_comes": False}, []),
        ({"emergency_running": True, "stands_in": True}, ["emergency", "stand_in"]),
    ],
)
def test_handovers_of_higher_risk_are_recognised_with_their_reasons(changes: dict, found: list[str]) -> None:
    assert risk.why_higher_risk(replace(FACTS, **changes), now=NOON, away=timedelta(days=14)) == found
    assert risk.asks_more(found) is bool({"emergency", "away", "new_here", "stand_in"} & set(found))


@pytest.mark.clause("A26")
def test_a_handover_of_higher_risk_asks_for_more_and_blocks_only_by_setting(held: Town, morning) -> None:
    scenes.roster_duty(held.desk, held.second_butler, morning + timedelta(minutes=5), morning + timedelta(hours=8))
    setting(held, risk_needs_consent=True)
    row = actions.start_handover(actor=held.agent, desk=held.desk, incoming=held.butler, now=morning)
    assert row.risks == ["stand_in"] and "risk stand_in\n" in content.text_of(content_of(row))
    assert [each.person for each in Notice.objects.filter(code="handover_risk_told")] == [held.supervisor]
    matter = row.matters.get(why="critical")
    actions.tell_matter(actor=held.agent, matter=matter, next_step="回电", now=morning)
    with pytest.raises(Refused) as refused:
        actions.acknowledge_matter(actor=held.butler, matter=matter, now=morning)
    assert refused.value.field == "said_back"
    steps.prepare(row, morning)
    assert codes(row) == {"consent", "unread"}
    entry = important_new(row, last_of_incoming(row)).get()
    assert entry == matter.root
    for actor in (held.agent, held.supervisor):
        with pytest.raises(Refused):
            actions.read_entry(actor=actor, handover=row, entry=entry, now=morning)
    with pytest.raises(Refused) as one_by_one:
        actions.read_all(actor=held.butler, handover=row, now=morning)
    assert f"#{entry.number}" in str(one_by_one.value.reason)
    for _ in range(2):
        actions.read_entry(actor=held.butler, handover=row, entry=entry, now=morning)
    assert actions.read_all(actor=held.butler, handover=row, now=morning) == new_entries(row, last_of_incoming(row)).count() - 1
    assert HandoverReading.objects.filter(handover=row, entry=entry).count() == 1
    with pytest.raises(Refused):
        actions.agree_to_risk(actor=held.agent, handover=row, now=morning)
    actions.agree_to_risk(actor=held.supervisor, handover=row, now=morning)
    assert codes(row) == set()
    steps.sign("outgoing", row, morning)
    assert steps.sign("incoming", row, morning).state == "completed"


@pytest.mark.clause("C10")
def test_a_running_emergency_marks_it_and_who_is_of_the_watch_is_not_new(held: Town, morning) -> None:
    fire = record_entry(actor=held.agent, desk=held.desk, now=morning, text="电梯困人", kind="emergency")
    row = actions.start_handover(actor=held.agent, desk=held.desk, incoming=held.colleague, now=morning)
    assert row.risks == ["emergency"] and not new_entries(row, last_of_incoming(row)).exists()
    move_follow_up(actor=held.agent, root=fire, now=morning, state="closed", result="已救出")
    assert risks_found(Handover.objects.get(pk=row.pk), morning) == []


@pytest.mark.clause("A25")
def test_what_is_new_since_the_own_last_watch_counts_all_watches_between(held: Town, morning) -> None:
    steps.hand_over(held.desk, held.butler, morning)
    left = Entry.objects.order_by("number").last().number
    steps.hand_over(held.desk, held.second_butler, morning + timedelta(hours=8))
    urgent = record_entry(
        actor=held.second_butler, desk=held.desk, now=morning + timedelta(hours=9), text="水管爆", kind="repair", place="地下", urgency="urgent"
    )
    row = actions.start_handover(actor=held.second_butler, desk=held.desk, incoming=held.agent, now=morning + timedelta(hours=10))
    new = list(new_entries(row, last_of_incoming(row)).values_list("number", flat=True))
    assert min(new) == left + 1 and urgent.number in new
    assert list(important_new(row, last_of_incoming(row))) == [urgent]


@pytest.mark.clause("A25")
def test_the_summary_names_what_is_urgent_first_and_counts(held: Town) -> None:
    facts = SummaryFacts(
        entries=3, by_kind=[("Repair", 2), ("Enquiry", 1)], critical=[7], overdue=[2, 3], by_why={"critical": 1, "new": 2, "": 4},
        escalated=[9], emergencies=[],
    )
    assert drafted(facts).splitlines() == [
        "Critical: #7.", "Overdue: #2, #3.", "Escalated, not closed: #9.", "7 open matters: 2 new, 4 unchanged.",
        "3 entries in this watch: Repair 2, Enquiry 1.",
    ]
    empty = replace(facts, entries=0, by_kind=[], critical=[], overdue=[], by_why={}, escalated=[])
    assert drafted(empty).splitlines() == ["No open matters.", "0 entries in this watch."]
    assert "…" in drafted(replace(facts, overdue=list(range(1, 9))))


@pytest.mark.clause("C8")
def test_how_long_handovers_take_is_counted_by_month_without_names(held: Town, morning) -> None:
    assert how_long_by_month(held.desk) == []
    for hours, minutes, people in ((0, 4, (held.butler,)), (8, 9, (held.agent,))):
        at = morning + timedelta(hours=hours)
        row = steps.prepare(actions.start_handover(actor=people[0], desk=held.desk, incoming=people[0], now=at), at)
        for side in ("outgoing", "incoming"):
            steps.sign(side, row, at + timedelta(minutes=minutes))
    (month,) = how_long_by_month(held.desk)
    assert (month.handovers, month.median, month.longest) == (2, timedelta(minutes=6, seconds=30), timedelta(minutes=9))
    html = signed_in(held.supervisor).get(f"/handover/{held.desk.slug}/past/").content.decode()
    assert 'id="how-long"' in html and 'id="how-long"' not in signed_in(held.agent).get(f"/handover/{held.desk.slug}/past/").content.decode()


@pytest.mark.clause("A26")
def test_the_page_shows_what_is_prepared_by_itself(held: Town, morning, under_way) -> None:
    client = signed_in(held.agent, held.butler)
    html = client.get(f"/handover/{held.desk.slug}/").content.decode()
    assert 'id="summary-words"' in html and "Repair 2" in html and 'name="owner" value="Engineering"' in html
    matter = under_way.matters.get(why="critical")
    answer = client.post(
        f"/handover/{held.desk.slug}/{under_way.pk}/matters/{matter.pk}/tell/",
        {"next_step": "回电", "severity": "critical", "owner": "", "by_when": "2026-11-24T18:00", "if_then": ""},
    )
    assert answer.status_code == 422 and "says who does the next step" in answer.content.decode()
    assert join_watch(actor=held.agent, watch=current_watch(held.desk), person=held.second_butler, now=morning)

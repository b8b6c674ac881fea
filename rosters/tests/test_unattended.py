"""A desk that nobody keeps past its limit is raised once to who answers by the rule, heard and settled; the amount is words (A10, B1.13, B2.6)."""

from datetime import time, timedelta

import pytest
import time_machine
from django.db import Error, transaction
from hypothesis import given
from hypothesis import strategies as st

from desks.models import Choice
from desks.refusal import Refused
from desks.testing import Town, read_town, signed_in
from logbook.actions import close_watch, join_watch, leave_watch, open_watch, record_entry
from logbook.models import Entry
from logbook.queries import current_watch
from logbook.tests.test_concurrent_writers import together
from notices.models import Notice
from rosters import actions, lists, rules
from rosters.models import Absence, PresenceCase, ShiftType
from rosters.queries import gap_of, gaps_at
from rosters.tests.scenes import november
from rosters.tests.test_check_in import START, minutes

SECOND = timedelta(seconds=1)
LEFT = START + minutes(60)
LIMIT = LEFT + minutes(10)


@pytest.fixture
def kept(town: Town, morning) -> Town:
    """Agent and colleague have the early shift; the agent opened the desk on time and is alone."""
    november(town, morning)
    open_watch(actor=town.agent, desk=town.desk, now=START)
    return town


def leave(town: Town, now=LEFT, what: str = "errand", actor=None, cover=None, alone: bool = True) -> Absence:
    return actions.leave_for_a_while(actor=actor or town.agent, desk=town.desk, what=what, cover=cover, alone=alone, now=now)


def the_case() -> PresenceCase:
    return PresenceCase.objects.select_related("about", "left_by", "desk__settings").get()


@pytest.mark.clause("A10", "B1.13")
def test_the_last_one_says_that_nobody_can_stay_and_the_log_says_it_too(kept: Town) -> None:
    with pytest.raises(Refused, match="Nobody would stay") as refused:
        leave(kept, alone=False)
    assert "nobody can stay" in refused.value.remedy
    absence = leave(kept)
    entry = Entry.objects.get(code="away_alone")
    assert absence.cover is None and entry.author == kept.agent and current_watch(kept.desk).holder == kept.agent
    with pytest.raises(Refused, match="away already"):
        leave(kept)


@pytest.mark.clause("A10")
def test_who_has_a_colleague_there_names_them_and_leaves_nobody_alone(kept: Town) -> None:
    join_watch(actor=kept.agent, watch=current_watch(kept.desk), person=kept.colleague, now=START + minutes(1))
    with pytest.raises(Refused, match="A colleague is at the desk") as refused:
        leave(kept)
    assert refused.value.field == "cover"
    leave(kept, cover=kept.colleague, alone=False)
    assert actions.raise_unattended(LIMIT + minutes(15)) == 0


@pytest.mark.clause("B1.13", "I7")
def test_past_the_limit_it_is_raised_once_to_the_person_and_after_as_long_again_to_the_supervisor(kept: Town) -> None:
    leave(kept)
    assert actions.raise_unattended(LIMIT) == 0, "more than ten minutes, not ten"
    assert actions.raise_unattended(LIMIT + SECOND) == 1
    case = the_case()
    assert (case.kind, case.since, case.about, case.left_by, case.because, case.duty) == ("unattended", LEFT, kept.agent, kept.agent, "errand", None)
    entry = Entry.objects.get(pk=case.entry_id)
    assert (entry.code, entry.author, entry.audience) == ("desk_unattended", None, "supervisors")
    told = lambda: {(row.person.login, row.code) for row in Notice.objects.filter(matter="presence").select_related("person")}  # noqa: E731
    assert told() == {("taikoo-agent", "desk_unattended_you_told")}
    for now in (LIMIT, LIMIT + SECOND, LIMIT + minutes(10)):
        assert actions.raise_unattended(now) == 0
    assert told() == {("taikoo-agent", "desk_unattended_you_told")}
    for now in (LIMIT + minutes(10) + SECOND, LIMIT + minutes(30)):
        assert actions.raise_unattended(now) == 0
    assert told() == {("taikoo-agent", "desk_unattended_you_told"), ("taikoo-supervisor", "desk_unattended_told")}


@pytest.mark.clause("B1.13")
def test_who_is_back_in_time_or_whose_watch_was_taken_over_leaves_no_gap(kept: Town) -> None:
    actions.come_back(actor=kept.agent, absence=leave(kept), now=LIMIT)
    assert actions.raise_unattended(LIMIT + minutes(30)) == 0
    absence = leave(kept, LIMIT + minutes(40))
    join_watch(actor=kept.agent, watch=current_watch(kept.desk), person=kept.colleague, now=LIMIT + minutes(45))
    assert actions.raise_unattended(LIMIT + minutes(70)) == 0
    actions.come_back(actor=kept.colleague, absence=absence, now=LIMIT + minutes(80))
    assert gaps_at(kept.desk, START, LIMIT + minutes(90), LIMIT + minutes(90)) == [
        rules.Gap(LEFT, LIMIT, kept.agent.pk), rules.Gap(LIMIT + minutes(40), LIMIT + minutes(45), kept.agent.pk)
    ]


@pytest.mark.clause("B1.13")
def test_who_closes_the_desk_in_the_middle_of_a_duty_leaves_it_unattended(kept: Town) -> None:
    close_watch(actor=kept.agent, watch=current_watch(kept.desk), now=LEFT)
    assert actions.raise_unattended(LIMIT + SECOND) == 1
    assert (the_case().about, the_case().because) == (kept.agent, "")


@pytest.mark.clause("B1.13")
def test_a_gap_that_goes_on_into_the_next_shift_is_one_time_to_its_end(kept: Town) -> None:
    change = START + timedelta(hours=8)
    close_watch(actor=kept.agent, watch=current_watch(kept.desk), now=change - minutes(20))
    assert actions.raise_unattended(change - minutes(5)) == 1
    open_watch(actor=kept.butler, desk=kept.desk, now=change + minutes(30))
    later = change + timedelta(hours=3)
    assert gap_of(the_case(), later) == rules.Gap(change - minutes(20), change + minutes(30), kept.agent.pk)
    assert actions.raise_unattended(later) == 0


@pytest.mark.clause("A9")
def test_leaving_because_of_an_emergency_is_no_gap(kept: Town) -> None:
    record_entry(actor=kept.agent, desk=kept.desk, now=LEFT, text="2号梯困人", kind="emergency")
    leave(kept, what="emergency", alone=False)
    assert actions.raise_unattended(LIMIT + minutes(60)) == 0 and gaps_at(kept.desk, START, LIMIT, LIMIT) == []


@pytest.mark.clause("A22")
def test_who_never_came_is_asked_about_that_and_nobody_about_the_desk(town: Town, morning) -> None:
    november(town, morning)
    open_watch(actor=town.agent, desk=town.desk, now=START - timedelta(days=1))
    close_watch(actor=town.agent, watch=current_watch(town.desk), now=START - timedelta(hours=20))
    assert actions.raise_unattended(START + minutes(29)) == 0
    actions.raise_no_shows(START + minutes(30))
    assert set(PresenceCase.objects.filter(duty__starts_at=START).values_list("about__login", "kind")) == {
        ("taikoo-agent", "no_show"), ("taikoo-colleague", "no_show")
    }


@pytest.mark.clause("A10")
def test_outside_duties_nobody_need_be_there(kept: Town) -> None:
    after = START + timedelta(hours=14)
    assert gaps_at(kept.desk, after, after + minutes(60), after + timedelta(hours=1)) == []
    kept.desk.settings.unattended_minutes = 0
    kept.desk.settings.save()
    leave(kept)
    assert actions.raise_unattended(LIMIT + minutes(60)) == 0


@pytest.mark.clause("B1.13")
def test_only_whose_role_counts_makes_the_desk_attended(kept: Town, morning) -> None:
    kept.desk.settings.attended_by = ["agent"]
    kept.desk.settings.save()
    leave(kept, cover=kept.butler, alone=False)
    assert actions.raise_unattended(LIMIT + SECOND) == 1
    assert the_case().about == kept.agent, "the butler stays, and is no agent"


@pytest.mark.clause("B1.13")
@pytest.mark.parametrize("what,second,answers", [
    ("meal", True, "butler"), ("visitor", True, "butler"), ("errand", True, "agent"), ("meal", False, "agent"),
])
def test_the_second_shift_answers_for_a_visitor_or_meal_of_the_first(town: Town, morning, what: str, second: bool, answers: str) -> None:
    late = ShiftType.objects.get(desk=town.desk, code="late", current=True)
    late.starts = time(15)
    late.save()
    november(town, morning)
    Choice.objects.create(desk=town.desk, purpose="absence_reason", code="visitor", label_en="Visitor", position=9)
    town.desk.settings.unattended_answer = "second_shift" if second else "who_left"
    town.desk.settings.save()
    open_watch(actor=town.agent, desk=town.desk, now=START)
    both = START + timedelta(hours=7)
    leave(town, both - minutes(30), what)
    assert actions.raise_unattended(both - minutes(15)) == 1
    assert the_case().about == town.agent, "the second shift has not begun"
    actions.come_back(actor=town.agent, absence=Absence.objects.get(), now=both - minutes(10))
    leave(town, both + minutes(5), what)
    assert actions.raise_unattended(both + minutes(16)) == 1
    case = PresenceCase.objects.get(since=both + minutes(5))
    assert (case.about, case.left_by, case.because) == (getattr(town, answers), town.agent, what)


@pytest.mark.clause("A22", "B2.6")
def test_the_person_is_heard_a_special_reason_has_no_consequence_and_another_may_be_asked_too(kept: Town) -> None:
    leave(kept)
    actions.raise_unattended(LIMIT + SECOND)
    case, now = the_case(), LIMIT + minutes(5)
    actions.state_presence(actor=kept.agent, case=case, words="住户晕倒，送上救护车", now=now)
    assert Notice.objects.filter(person=kept.supervisor, code="presence_stated_told").exists()
    for person, said in ((kept.butler, "nothing to do"), (None, "nothing to do"), (kept.agent, "asked already")):
        with pytest.raises(Refused, match=said) as refused:
            actions.ask_another(actor=kept.supervisor, case=case, person=person, now=now)
        assert refused.value.field == "person"
    for who in (kept.agent, kept.head, kept.away.supervisor):
        with pytest.raises(Refused, match="Only the supervisor"):
            actions.ask_another(actor=who, case=case, person=kept.colleague, now=now)
    other = actions.ask_another(actor=kept.supervisor, case=case, person=kept.colleague, now=now)
    assert (other.about, other.raised_by, other.since) == (kept.colleague, kept.supervisor, LEFT)
    made = actions.settle_presence(
        actor=kept.supervisor, case=case, outcome="none", special_reason=True, reason="救人", now=now + minutes(1)
    )
    assert made.special_reason and PresenceCase.objects.count() == 2
    assert actions.raise_unattended(LIMIT + minutes(30)) == 0


@pytest.mark.clause("B1.13")
def test_a_late_or_no_show_case_has_nobody_else_to_ask(kept: Town) -> None:
    actions.raise_no_shows(START + minutes(30))
    case = PresenceCase.objects.get(about=kept.colleague)
    with pytest.raises(Refused, match="own duty"):
        actions.ask_another(actor=kept.supervisor, case=case, person=kept.agent, now=LIMIT)


@pytest.mark.clause("I7")
def test_two_clocks_at_once_raise_it_once(transactional_db) -> None:
    town = read_town()
    november(town, START)
    open_watch(actor=town.agent, desk=town.desk, now=START)
    leave(town)
    assert together([lambda: actions.raise_unattended(LIMIT + SECOND) and None] * 3) == []
    assert PresenceCase.objects.count() == 1


@pytest.mark.clause("B1.13", "I1")
def test_the_database_holds_who_left_and_who_may_answer(kept: Town) -> None:
    leave(kept)
    actions.raise_unattended(LIMIT + SECOND)
    row = the_case()
    entry = record_entry(actor=kept.agent, desk=kept.desk, now=LIMIT, text="另一条")
    given = {"desk": kept.desk, "kind": "unattended", "since": LEFT, "left_by": kept.agent, "about": kept.colleague, "raised_at": LIMIT, "entry": entry, "raised_by": kept.supervisor}
    for wrong in (
        {"left_by": kept.butler}, {"about": kept.second_butler}, {"since": None}, {"kind": "late"}, {"desk": kept.other_desk}, {"raised_by": None},
        {"about": kept.agent},
    ):
        with pytest.raises(Error), transaction.atomic():
            PresenceCase.objects.create(**given | wrong)
    with pytest.raises(Error), transaction.atomic():
        PresenceCase.objects.filter(pk=row.pk).update(about=kept.colleague)


@pytest.mark.clause("I8")
def test_the_pages_are_for_the_person_and_who_settles_and_show_the_rules_words_alone(kept: Town) -> None:
    leave(kept, what="meal")
    actions.raise_unattended(LIMIT + SECOND)
    case, root = the_case(), f"/rosters/{kept.desk.slug}/presence/"
    with time_machine.travel(LIMIT + minutes(20), tick=False):
        page = signed_in(kept.supervisor).get(f"{root}{case.pk}/").content.decode()
        assert "30 minutes" in page and "costs" not in page and "anybody of the watch" in page and kept.colleague.display_name in page
        kept.desk.settings.unattended_amount = "50 元 <b>"
        kept.desk.settings.attended_by = ["agent"]
        kept.desk.settings.save()
        page = signed_in(kept.supervisor).get(f"{root}{case.pk}/").content.decode()
        assert "it costs 50 元 &lt;b&gt;" in page
        assert signed_in(kept.agent).get(f"{root}{case.pk}/").status_code == 200
        for person in (kept.butler, kept.away.supervisor):
            assert signed_in(person).get(f"{root}{case.pk}/").status_code == 404
        client = signed_in(kept.supervisor)
        assert client.post(f"{root}{case.pk}/ask/", {"person": "999"}).status_code == 422
        assert client.post(f"{root}{case.pk}/ask/", {}).status_code == 422
        assert client.post(f"{root}{case.pk}/ask/", {"person": kept.colleague.pk}).status_code == 302
        assert signed_in(kept.agent).post(f"{root}{case.pk}/ask/", {"person": kept.colleague.pk}).status_code == 403
        listed = client.get(root).content.decode()
        assert listed.count(" · left the desk unattended</a>") == 2
        hours = lists._hours("", kept.desk, kept.supervisor, {}, LIMIT + minutes(20))
        words = str([hours.headings, *hours.rows])
        assert "50" not in words.replace("0:50", "") and "元" not in words


@pytest.mark.clause("A10")
def test_on_the_page_the_last_one_ticks_that_nobody_can_stay(kept: Town) -> None:
    with time_machine.travel(LEFT, tick=False):
        client = signed_in(kept.agent)
        shown = client.get(f"/desk/{kept.desk.slug}/").content.decode()
        assert f"/rosters/{kept.desk.slug}/away/?alone=1" in shown
        page = client.get(f"/rosters/{kept.desk.slug}/away/?alone=1").content.decode()
        assert "Nobody can stay" in page and "checked" in page
        assert client.post(f"/rosters/{kept.desk.slug}/away/", {"what": "errand"}).status_code == 422
        assert client.post(f"/rosters/{kept.desk.slug}/away/", {"what": "errand", "alone": "on"}).status_code == 302
        assert "Nobody is at the desk" in client.get(f"/desk/{kept.desk.slug}/").content.decode()


MOMENTS = st.integers(0, 48)
TIMES = st.lists(st.tuples(MOMENTS, MOMENTS), max_size=3)


@pytest.mark.clause("B1.13")
@given(planned=TIMES, first=TIMES, second=TIMES)
def test_gaps_are_just_the_planned_moments_at_which_nobody_is_there(planned: list, first: list, second: list) -> None:
    def spans(pairs: list) -> list:
        return [(START + minutes(min(pair)), START + minutes(max(pair))) for pair in pairs if pair[0] != pair[1]]

    own = {person: rules.merged(spans(pairs)) for person, pairs in enumerate((first, second))}
    found = rules.gaps_of(spans(planned), own)
    inside = lambda moment, pairs: any(begin <= moment < end for begin, end in pairs)  # noqa: E731
    for minute in range(49):
        moment = START + minutes(minute)
        empty = inside(moment, spans(planned)) and not any(inside(moment, pairs) for pairs in own.values())
        assert inside(moment, [(gap.begin, gap.end) for gap in found]) == empty
    for gap in found:
        before = [end for pairs in own.values() for begin, end in pairs if end <= gap.begin and end > min(b for b, e in rules.merged(spans(planned)) if b <= gap.begin < e) - SECOND]
        assert (gap.left_by is None) == (not before)


@pytest.mark.clause("B1.13")
def test_a_part_of_the_watch_that_leaves_does_not_make_it_unattended(kept: Town) -> None:
    watch = current_watch(kept.desk)
    join_watch(actor=kept.agent, watch=watch, person=kept.colleague, now=START + minutes(2))
    leave_watch(actor=kept.agent, watch=watch, person=kept.colleague, now=LEFT)
    assert actions.raise_unattended(LIMIT + minutes(30)) == 0

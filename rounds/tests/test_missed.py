"""Missed rounds: raised once by the clock, to the holder first and then to the supervisor; explained afterwards (C3, I7, I9)."""

from datetime import timedelta

import pytest
from django.db import Error, transaction

from desks.models import DeskSettings, OpeningHours
from desks.refusal import Refused
from desks.testing import Town
from logbook.actions import open_watch
from logbook.models import Entry
from notices.models import Notice
from rounds import actions
from rounds.clock import raise_missed_rounds
from rounds.models import Round, RoundMiss, RoundReason
from rounds.queries import missed_in, slots_of_day
from rounds.tests.scenes import lay_round, long_ago

MINUTE = timedelta(minutes=1)


@pytest.fixture
def lobby(town: Town, morning) -> Round:
    """Due at 8:30; the agent has held the desk since eight. At nine its grace is just over."""
    open_watch(actor=town.agent, desk=town.desk, now=morning - timedelta(hours=1))
    return lay_round(town.desk, long_ago(morning))


def told(code: str) -> set[str]:
    return set(Notice.objects.filter(code=code).values_list("person__login", flat=True))


@pytest.mark.clause("C3")
def test_the_clock_raises_it_once_and_tells_the_holder_first_then_the_supervisor(town: Town, morning, lobby) -> None:
    assert raise_missed_rounds(morning) == 0, "its grace lasts until nine"
    late = morning + MINUTE
    assert raise_missed_rounds(late) == 1 and raise_missed_rounds(late) == 0
    miss = RoundMiss.objects.get()
    assert miss.due_at == morning - 30 * MINUTE and miss.entry.author is None and miss.entry.code == "round_missed"
    assert told("round_missed_told") == {"taikoo-agent"} and told("round_missed_supervisor") == set()
    assert raise_missed_rounds(late + 29 * MINUTE) == 0
    assert raise_missed_rounds(late + 30 * MINUTE) == 1 and raise_missed_rounds(late + 31 * MINUTE) == 0
    assert told("round_missed_supervisor") == {"taikoo-supervisor"}
    assert Entry.objects.filter(code="round_missed").count() == 1


@pytest.mark.clause("C3")
def test_walked_late_the_supervisor_is_not_told_and_it_stays_missed(town: Town, morning, lobby) -> None:
    raise_missed_rounds(morning + MINUTE)
    walk = actions.walk_round(actor=town.agent, round=lobby, due_at=morning - 30 * MINUTE, now=morning + 5 * MINUTE)
    assert walk.late and raise_missed_rounds(morning + timedelta(hours=2)) == 0
    assert told("round_missed_supervisor") == set() and RoundMiss.objects.count() == 1
    (slot, _later) = slots_of_day(town.desk, morning.date(), morning)
    assert slot.state == "walked_late" and slot.miss is not None


@pytest.mark.clause("C3")
def test_by_setting_both_are_told_at_once_and_with_nobody_at_the_desk_the_supervisor(town: Town, morning, lobby) -> None:
    DeskSettings.objects.filter(desk=town.desk).update(round_supervisor_minutes=0)
    raise_missed_rounds(morning + MINUTE)
    assert told("round_missed_supervisor") == {"taikoo-supervisor"}


@pytest.mark.clause("C3")
def test_nothing_is_missed_at_a_desk_that_has_not_begun_or_is_closed(town: Town, morning) -> None:
    row = lay_round(town.desk, long_ago(morning))
    assert raise_missed_rounds(morning + MINUTE) == 0, "no watch yet"
    assert [slot.state for slot in slots_of_day(town.desk, morning.date(), morning + MINUTE)] == ["coming"], "and its page says so"
    open_watch(actor=town.agent, desk=town.desk, now=morning - timedelta(hours=1))
    OpeningHours.objects.filter(desk=town.desk, weekday=morning.weekday()).delete()
    assert raise_missed_rounds(morning + MINUTE) == 0, "closed on this weekday"
    assert raise_missed_rounds(morning + timedelta(days=1, minutes=1)) == 1
    row.current = False
    row.save()
    assert raise_missed_rounds(morning + timedelta(days=2)) == 1, "the one that is raised already is told on; nothing else is due"
    assert RoundMiss.objects.count() == 1


@pytest.mark.clause("C3")
def test_a_clock_that_was_away_catches_up_each_once(town: Town, morning, lobby) -> None:
    assert raise_missed_rounds(morning + timedelta(days=1, minutes=1)) == 3
    assert sorted(RoundMiss.objects.values_list("due_at", flat=True)) == [
        morning - 30 * MINUTE, morning + timedelta(hours=5), morning + timedelta(days=1) - 30 * MINUTE,
    ]


@pytest.mark.clause("I9")
def test_it_is_explained_afterwards_and_stays_missed(town: Town, morning, lobby) -> None:
    raise_missed_rounds(morning + MINUTE)
    miss, later = RoundMiss.objects.get(), morning + timedelta(hours=9)
    for who, words in ((town.head, "忙"), (town.away.agent, "忙"), (town.nobody, "忙"), (town.agent, " "), (town.agent, "忙" * 501)):
        with pytest.raises(Refused):
            actions.explain_miss(actor=who, miss=miss, words=words, now=later)
    reason = actions.explain_miss(actor=town.agent, miss=miss, words="电梯困人，全员在场", now=later)
    assert reason.entry.refers_to == miss.entry and reason.entry.words.text == "电梯困人，全员在场"
    actions.explain_miss(actor=town.supervisor, miss=miss, words="属实", now=later)
    assert RoundReason.objects.count() == 2 and RoundMiss.objects.count() == 1


@pytest.mark.clause("I4")
def test_what_a_stretch_of_the_log_says_of_them_does_not_change_with_what_comes_later(town: Town, morning, lobby) -> None:
    raise_missed_rounds(morning + MINUTE)
    miss = RoundMiss.objects.get()
    actions.explain_miss(actor=town.agent, miss=miss, words="忙", now=morning)
    actions.walk_round(actor=town.agent, round=lobby, due_at=miss.due_at, now=morning + 2 * MINUTE)
    (first,) = missed_in(town.desk, 1, miss.number)
    assert first.walk is None and first.reasons == []
    (now,) = missed_in(town.desk, 1, miss.number + 2)
    assert now.walk is not None and len(now.reasons) == 1
    assert missed_in(town.desk, miss.number + 1, miss.number + 9) == [] == missed_in(town.other_desk, 1, 99)


@pytest.mark.clause("I1")
def test_a_missed_round_does_not_go_away(town: Town, morning, lobby) -> None:
    raise_missed_rounds(morning + MINUTE)
    raise_missed_rounds(morning + timedelta(hours=2))
    for attack in (
        lambda: RoundMiss.objects.all().delete(), lambda: RoundMiss.objects.update(due_at=morning), lambda: RoundMiss.objects.update(told_at=None),
    ):
        with pytest.raises(Error), transaction.atomic():
            attack()
    assert RoundMiss.objects.count() == 1

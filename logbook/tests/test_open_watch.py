"""A desk is opened once, by somebody who may hold it, and closed by its holder (A6, A23, I3)."""

from datetime import timedelta

import pytest
from django.db import Error, IntegrityError, transaction

from desks.refusal import Refused
from desks.testing import Town
from logbook import actions
from logbook.models import Entry, Watch, WatchMember
from logbook.queries import current_watch, watch_people
from logbook.tests.test_concurrent_writers import place, together  # noqa: F401
from logbook.verify import verify


def opened(town: Town, now, *, actor=None, desk=None, colleagues=()) -> Watch:
    return actions.open_watch(actor=actor or town.agent, desk=desk or town.desk, now=now, colleagues=colleagues)


@pytest.mark.clause("I3")
def test_opening_begins_the_watch_with_the_number_of_its_entry(town: Town, morning) -> None:
    actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="before")
    watch = opened(town, morning, colleagues=[town.colleague, town.butler, town.colleague])
    entry = Entry.objects.get(code="desk_opened")
    assert (watch.first_number, watch.holder, watch.started_at) == (entry.number, town.agent, morning) and entry.number == 2
    assert watch_people(watch) == [town.agent, town.colleague, town.butler]
    assert current_watch(town.desk) == watch and watch.history.first().history_user == town.agent


@pytest.mark.clause("A6")
@pytest.mark.parametrize("part", ["head", "auditor", "administrator"])
def test_who_may_not_hold_the_desk_does_not_open_it_nor_come_as_a_colleague(town: Town, morning, part: str) -> None:
    for person in (getattr(town, part), town.away.agent, town.nobody, town.operator):
        with pytest.raises(Refused):
            opened(town, morning, actor=person)
        with pytest.raises(Refused):
            opened(town, morning, colleagues=[person])
    assert not Watch.objects.exists() and not Entry.objects.exists()


@pytest.mark.clause("I3")
def test_a_desk_that_is_held_is_not_opened_again_and_nobody_holds_two(town: Town, morning) -> None:
    opened(town, morning, actor=town.supervisor)
    with pytest.raises(Refused, match="held already"):
        opened(town, morning, actor=town.agent)
    with pytest.raises(Refused, match="another desk"):
        opened(town, morning, actor=town.supervisor, desk=town.other_desk)
    assert Watch.objects.count() == 1 and Entry.objects.count() == 1


@pytest.mark.clause("I3")
def test_the_database_holds_one_watch_for_each_desk_and_holder(town: Town, morning) -> None:
    watch = opened(town, morning)
    for odd in (
        Watch(desk=town.desk, holder=town.butler, started_at=morning, first_number=9),
        Watch(desk=town.other_desk, holder=town.agent, started_at=morning, first_number=1),
        Watch(desk=town.other_desk, holder=town.butler, started_at=morning, first_number=5, ended_at=morning, last_number=4, ending="closing"),
        Watch(desk=town.other_desk, holder=town.butler, started_at=morning, first_number=5, ended_at=morning),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            odd.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        WatchMember.objects.create(watch=watch, person=town.agent, joined_at=morning)


@pytest.mark.clause("A23")
def test_the_holder_closes_and_the_last_number_is_the_closing_entry_s(town: Town, morning) -> None:
    watch = opened(town, morning, colleagues=[town.colleague])
    for other in (town.colleague, town.supervisor, town.away.agent):
        with pytest.raises(Refused):
            actions.close_watch(actor=other, watch=watch, now=morning)
    later = morning + timedelta(hours=8)
    closed = actions.close_watch(actor=town.agent, watch=watch, now=later)
    assert (closed.ending, closed.ended_at, closed.last_number) == ("closing", later, Entry.objects.get(code="desk_closed").number)
    assert current_watch(town.desk) is None and set(closed.members.values_list("left_at", flat=True)) == {later}
    with pytest.raises(Refused):
        actions.close_watch(actor=town.agent, watch=watch, now=later)
    assert opened(town, later).first_number == closed.last_number + 1


@pytest.mark.clause("I3")
def test_an_ended_watch_stays_as_it_was_and_none_is_removed(town: Town, morning) -> None:
    watch = opened(town, morning)
    for change in ({"first_number": 7}, {"started_at": morning - timedelta(days=1)}, {"desk": town.other_desk}):
        with pytest.raises(Error, match="I3"), transaction.atomic():
            Watch.objects.filter(pk=watch.pk).update(**change)
    actions.close_watch(actor=town.agent, watch=watch, now=morning)
    for attack in (
        lambda: Watch.objects.filter(pk=watch.pk).update(ended_at=None, last_number=None, ending=""),
        lambda: Watch.objects.filter(pk=watch.pk).update(holder=town.butler),
        lambda: Watch.objects.filter(pk=watch.pk)._raw_delete("default"),
        lambda: watch.history.all().delete(), lambda: watch.history.update(history_user=town.butler),
    ):
        with pytest.raises(Error), transaction.atomic():
            attack()


@pytest.mark.clause("I3")
def test_two_open_at_once_and_one_does(place, morning) -> None:  # noqa: F811
    people = [place.agent, place.colleague, place.butler, place.supervisor]
    raised = together([lambda person=person: opened(place, morning, actor=person) and None for person in people])
    assert len(raised) == 3 and all(isinstance(each, Refused) for each in raised)
    assert Watch.objects.filter(ended_at__isnull=True).count() == 1 and Entry.objects.filter(code="desk_opened").count() == 1
    assert verify().breaches == []


@pytest.mark.clause("I3")
def test_control_without_the_book_s_lock_the_database_s_net_holds_and_nothing_of_the_loser_stays(place, morning, monkeypatch) -> None:  # noqa: F811
    import threading

    from logbook.actions import watches

    actions.book_of(place.desk)
    both, act = threading.Barrier(2), watches.record_act

    def act_together(**values):
        both.wait(20)
        return act(**values)

    monkeypatch.setattr(watches, "hold_books", lambda *books: None)
    monkeypatch.setattr(watches, "record_act", act_together)
    raised = together([lambda person=person: opened(place, morning, actor=person) and None for person in (place.agent, place.butler)])
    assert len(raised) == 1 and isinstance(raised[0], Refused)
    assert Watch.objects.count() == 1 and Entry.objects.count() == 1 and verify().breaches == []


@pytest.mark.clause("I3")
def test_two_desks_want_one_person_at_once_and_one_gets_them(place, morning) -> None:  # noqa: F811
    desks = [place.desk, place.other_desk]
    raised = together([lambda desk=desk: opened(place, morning, actor=place.supervisor, desk=desk) and None for desk in desks])
    assert len(raised) == 1 and isinstance(raised[0], Refused)
    assert Watch.objects.count() == 1

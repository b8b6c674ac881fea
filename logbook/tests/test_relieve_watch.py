"""A watch ends with the number of its completing entry, and the next begins with the one after it (I3)."""

import pytest

from desks.refusal import Refused
from desks.testing import Town
from logbook import actions
from logbook.models import Entry, Watch
from logbook.queries import current_watch, watch_people
from logbook.tests.test_concurrent_writers import place, together  # noqa: F401
from logbook.verify import verify


@pytest.fixture
def watch(town: Town, morning) -> Watch:
    return actions.open_watch(actor=town.agent, desk=town.desk, now=morning, colleagues=[town.colleague])


def relieve(town: Town, watch: Watch, now, *, to, actor=None, completing=None, **more) -> Watch | None:
    from django.db import transaction

    with transaction.atomic():
        actions.hold_books(actions.book_of(watch.desk))
        entry = completing or actions.record_act(
            actor=actor or town.supervisor, desk=watch.desk, now=now, code="desk_closed", fields={"holder": "x"}
        )
        return actions.relieve_watch(
            actor=actor or town.supervisor, watch=watch, completing=entry, ending=more.pop("ending", "takeover"), next_holder=to,
            now=now, **more,
        )


@pytest.mark.clause("I3")
def test_the_numbers_of_two_watches_meet_without_gap_or_overlap(town: Town, morning, watch: Watch) -> None:
    actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="x")
    following = relieve(town, watch, morning, to=town.butler, colleagues=[town.colleague])
    watch.refresh_from_db()
    assert following is not None and following.first_number == watch.last_number + 1 == 4
    assert watch.ending == "takeover" and watch_people(following) == [town.butler, town.colleague]
    numbers = {entry.number for entry in Entry.objects.all()}
    assert numbers == set(range(watch.first_number, watch.last_number + 1))


@pytest.mark.clause("I3")
def test_without_a_next_holder_the_desk_is_in_a_gap(town: Town, morning, watch: Watch) -> None:
    assert relieve(town, watch, morning, to=None, ending="release") is None
    assert current_watch(town.desk) is None and not watch.members.filter(left_at__isnull=True).exists()


@pytest.mark.clause("I3")
def test_what_ended_does_not_end_twice_and_not_with_another_desk_s_entry(town: Town, morning, watch: Watch) -> None:
    other = actions.record_act(actor=town.supervisor, desk=town.other_desk, now=morning, code="desk_opened")
    with pytest.raises(ValueError):
        relieve(town, watch, morning, to=town.butler, completing=other)
    relieve(town, watch, morning, to=town.butler)
    with pytest.raises(Refused, match="ended already"):
        relieve(town, watch, morning, to=town.supervisor)
    assert Watch.objects.count() == 2 and current_watch(town.desk).holder == town.butler


@pytest.mark.clause("A6")
def test_a_next_holder_who_may_not_or_holds_another_desk_leaves_everything_as_it_was(town: Town, morning, watch: Watch) -> None:
    actions.open_watch(actor=town.supervisor, desk=town.other_desk, now=morning)
    for to in (town.supervisor, town.head, town.away.agent):
        with pytest.raises(Refused):
            relieve(town, watch, morning, to=to)
    with pytest.raises(Refused):
        relieve(town, watch, morning, to=town.butler, colleagues=[town.nobody])
    assert current_watch(town.desk).holder == town.agent and Entry.objects.filter(code="desk_closed").count() == 0
    assert verify().breaches == []


@pytest.mark.clause("I3")
def test_two_take_over_at_once_while_others_write_and_one_does(place, morning) -> None:  # noqa: F811
    watch = actions.open_watch(actor=place.agent, desk=place.desk, now=morning)

    def write() -> None:
        for _ in range(5):
            actions.record_entry(actor=place.colleague, desk=place.desk, now=morning, text="x")

    works = [lambda to=to: relieve(place, watch, morning, to=to) and None for to in (place.butler, place.supervisor)]
    raised = together([*works, write, write])
    assert len(raised) == 1 and isinstance(raised[0], Refused)
    first, second = Watch.objects.order_by("pk")
    assert second.first_number == first.last_number + 1 and verify().breaches == []

"""Colleagues come and go with their own times; the holder's part passes between them in one tap (A23, I3)."""

from datetime import timedelta

import pytest

from desks.refusal import Refused
from desks.testing import Town
from desks.wording import name_of
from logbook import actions
from logbook.models import Entry, Watch
from logbook.queries import current_watch, watch_people
from logbook.reading import rows_for
from logbook.tests.test_concurrent_writers import place, together  # noqa: F401


@pytest.fixture
def watch(town: Town, morning) -> Watch:
    return actions.open_watch(actor=town.agent, desk=town.desk, now=morning, colleagues=[town.colleague])


@pytest.mark.clause("I3")
def test_a_colleague_joins_leaves_and_comes_again_each_with_an_own_time(town: Town, morning, watch: Watch) -> None:
    hour = timedelta(hours=1)
    actions.join_watch(actor=town.butler, watch=watch, person=town.butler, now=morning + hour)
    actions.leave_watch(actor=town.butler, watch=watch, person=town.butler, now=morning + 2 * hour)
    actions.join_watch(actor=town.agent, watch=watch, person=town.butler, now=morning + 3 * hour)
    times = watch.members.filter(person=town.butler).order_by("pk").values_list("joined_at", "left_at")
    assert list(times) == [(morning + hour, morning + 2 * hour), (morning + 3 * hour, None)]
    assert [entry.code for entry in Entry.objects.order_by("number")] == ["desk_opened", "colleague_joined", "colleague_left", "colleague_joined"]
    found = rows_for(Entry.objects.filter(code="colleague_left"), reader=town.agent, desk=town.desk, now=morning)
    assert found[0].worded == "Zhou Min left the watch."


@pytest.mark.clause("A6")
@pytest.mark.parametrize("part", ["head", "auditor", "administrator"])
def test_who_may_not_be_on_duty_here_does_not_join(town: Town, morning, watch: Watch, part: str) -> None:
    for person in (getattr(town, part), town.away.agent, town.nobody):
        with pytest.raises(Refused):
            actions.join_watch(actor=town.agent, watch=watch, person=person, now=morning)


@pytest.mark.clause("I3")
def test_nobody_joins_twice_or_leaves_without_being_there(town: Town, morning, watch: Watch) -> None:
    for person in (town.agent, town.colleague):
        with pytest.raises(Refused):
            actions.join_watch(actor=person, watch=watch, person=person, now=morning)
    with pytest.raises(Refused):
        actions.leave_watch(actor=town.butler, watch=watch, person=town.butler, now=morning)


@pytest.mark.clause("A23")
def test_the_holder_does_not_leave_but_passes_the_part_on_and_then_may(town: Town, morning, watch: Watch) -> None:
    with pytest.raises(Refused):
        actions.leave_watch(actor=town.agent, watch=watch, person=town.agent, now=morning)
    actions.pass_holder(actor=town.agent, watch=watch, to=town.colleague, now=morning)
    assert current_watch(town.desk).holder == town.colleague and watch_people(current_watch(town.desk))[0] == town.colleague
    actions.leave_watch(actor=town.agent, watch=watch, person=town.agent, now=morning)
    assert Entry.objects.get(code="holder_passed").fields == name_of("from", town.agent) | name_of("to", town.colleague)
    assert [row.history_type for row in watch.history.all()] == ["~", "+"]


@pytest.mark.clause("I3")
def test_the_part_passes_only_from_the_holder_to_a_colleague_who_is_there(town: Town, morning, watch: Watch) -> None:
    for actor, to in [
        (town.colleague, town.colleague), (town.supervisor, town.colleague), (town.agent, town.butler), (town.agent, town.agent),
        (town.away.agent, town.colleague),
    ]:
        with pytest.raises(Refused):
            actions.pass_holder(actor=actor, watch=watch, to=to, now=morning)
    assert current_watch(town.desk).holder == town.agent


@pytest.mark.clause("I3")
def test_it_does_not_pass_to_a_colleague_who_holds_another_desk(town: Town, morning, watch: Watch) -> None:
    actions.join_watch(actor=town.agent, watch=watch, person=town.supervisor, now=morning)
    actions.open_watch(actor=town.supervisor, desk=town.other_desk, now=morning)
    with pytest.raises(Refused, match="another desk"):
        actions.pass_holder(actor=town.agent, watch=watch, to=town.supervisor, now=morning)
    assert not Entry.objects.filter(code="holder_passed").exists()


@pytest.mark.clause("I3")
def test_nothing_of_this_happens_in_a_watch_that_has_ended(town: Town, morning, watch: Watch) -> None:
    actions.close_watch(actor=town.agent, watch=watch, now=morning)
    for act in (
        lambda: actions.join_watch(actor=town.butler, watch=watch, person=town.butler, now=morning),
        lambda: actions.leave_watch(actor=town.colleague, watch=watch, person=town.colleague, now=morning),
        lambda: actions.pass_holder(actor=town.agent, watch=watch, to=town.colleague, now=morning),
    ):
        with pytest.raises(Refused, match="ended"):
            act()


@pytest.mark.clause("I3")
def test_two_passes_at_once_leave_one_holder_and_one_entry(place, morning) -> None:  # noqa: F811
    watch = actions.open_watch(actor=place.agent, desk=place.desk, now=morning, colleagues=[place.colleague, place.butler])
    works = [lambda to=to: actions.pass_holder(actor=place.agent, watch=watch, to=to, now=morning) and None for to in (place.colleague, place.butler)]
    raised = together(works)
    assert len(raised) == 1 and isinstance(raised[0], Refused)
    assert Entry.objects.filter(code="holder_passed").count() == 1


@pytest.mark.clause("I3")
def test_one_joins_twice_at_once_and_is_there_once(place, morning) -> None:  # noqa: F811
    watch = actions.open_watch(actor=place.agent, desk=place.desk, now=morning)
    raised = together([lambda: actions.join_watch(actor=place.butler, watch=watch, person=place.butler, now=morning) and None] * 3)
    assert len(raised) == 2 and all(isinstance(each, Refused) for each in raised)
    assert watch.members.filter(person=place.butler).count() == 1

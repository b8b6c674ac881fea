"""A meal or an errand is one tap with somebody who stays; the holder's part goes and comes back (A10, I3)."""

import re
from datetime import timedelta

import pytest

from desks.refusal import Refused
from desks.testing import Town, signed_in
from logbook.actions import close_watch, leave_watch, open_watch, pass_holder
from logbook.models import Entry
from logbook.queries import current_watch, watch_people
from logbook.queries.entries import book_ids_of
from rosters import actions, panels, queries
from rosters.models import Absence

LATER = timedelta(minutes=20)


@pytest.fixture
def watch(town: Town, morning):
    return open_watch(actor=town.agent, desk=town.desk, now=morning, colleagues=[town.butler])


def leave(town: Town, person, cover, now, what: str = "meal") -> Absence:
    return actions.leave_for_a_while(actor=person, desk=town.desk, what=what, cover=cover, now=now)


def codes(town: Town) -> list[str]:
    return list(Entry.objects.filter(book__desk=town.desk).order_by("number").values_list("code", flat=True))


@pytest.mark.clause("A10")
def test_a_colleague_leaves_and_comes_back(town: Town, morning, watch) -> None:
    absence = leave(town, town.butler, town.agent, morning)
    assert queries.away_now(town.desk) == [absence] and absence.part == "none"
    actions.come_back(actor=town.butler, absence=absence, now=morning + LATER)
    assert queries.away_now(town.desk) == [] and current_watch(town.desk).holder == town.agent
    assert codes(town) == ["desk_opened", "away_for_meal", "back_at_desk"]
    assert [row.history_user for row in absence.history.all()] == [town.butler, town.butler]


@pytest.mark.clause("A10")
def test_the_holder_s_part_passes_with_the_tap_and_comes_back_when_the_cover_says_so(town: Town, morning, watch) -> None:
    absence = leave(town, town.agent, town.butler, morning)
    assert current_watch(town.desk).holder == town.butler
    absence = actions.come_back(actor=town.butler, absence=absence, now=morning + LATER)
    assert current_watch(town.desk).holder == town.agent and absence.part == "returned"


@pytest.mark.clause("A10")
def test_who_says_it_themselves_gets_the_part_back_from_the_cover(town: Town, morning, watch) -> None:
    absence = leave(town, town.agent, town.butler, morning, "errand")
    absence = actions.come_back(actor=town.agent, absence=absence, now=morning + LATER)
    assert current_watch(town.desk).holder == town.butler
    with pytest.raises(Refused):
        actions.pass_part_back(actor=town.agent, absence=absence, now=morning + LATER)
    actions.pass_part_back(actor=town.butler, absence=absence, now=morning + LATER)
    assert current_watch(town.desk).holder == town.agent
    with pytest.raises(Refused):
        actions.pass_part_back(actor=town.butler, absence=absence, now=morning + LATER)


@pytest.mark.clause("A10")
def test_a_cover_from_outside_joins_the_watch_with_the_tap(town: Town, morning) -> None:
    open_watch(actor=town.agent, desk=town.desk, now=morning)
    leave(town, town.agent, town.supervisor, morning)
    found = current_watch(town.desk)
    assert found.holder == town.supervisor and set(watch_people(found)) == {town.supervisor, town.agent}
    assert codes(town) == ["desk_opened", "colleague_joined", "holder_passed", "away_for_meal"]


@pytest.mark.clause("A10")
@pytest.mark.parametrize("cover", [None, "agent", "auditor", "head", "stranger"])
def test_without_somebody_who_may_stay_it_is_refused_with_what_to_do(town: Town, morning, watch, cover) -> None:
    person = town.away.agent if cover == "stranger" else getattr(town, cover) if cover else None
    with pytest.raises(Refused) as refused:
        leave(town, town.agent, person, morning)
    assert refused.value.clause == "A10" and refused.value.field == "cover" and refused.value.remedy
    assert not Absence.objects.exists() and current_watch(town.desk).holder == town.agent


@pytest.mark.clause("A10")
def test_the_last_one_who_is_there_stays(town: Town, morning, watch) -> None:
    leave(town, town.butler, town.agent, morning)
    with pytest.raises(Refused, match="is away"):
        leave(town, town.agent, town.butler, morning)
    leave(town, town.agent, town.colleague, morning)
    assert current_watch(town.desk).holder == town.colleague
    with pytest.raises(Refused, match="away already"):
        leave(town, town.agent, town.colleague, morning)


def test_who_is_not_of_the_watch_or_gives_no_known_reason_is_refused(town: Town, morning, watch) -> None:
    with pytest.raises(Refused, match="not of the watch"):
        leave(town, town.colleague, town.agent, morning)
    with pytest.raises(Refused) as refused:
        leave(town, town.butler, town.agent, morning, "party")
    assert refused.value.field == "what"
    close_watch(actor=town.agent, watch=watch, now=morning)
    with pytest.raises(Refused):
        leave(town, town.butler, town.agent, morning)


def test_an_absence_ends_with_its_watch_and_with_leaving_it(town: Town, morning, watch) -> None:
    absence = leave(town, town.butler, town.agent, morning)
    leave_watch(actor=town.butler, watch=watch, person=town.butler, now=morning)
    assert queries.away_now(town.desk) == []
    close_watch(actor=town.agent, watch=watch, now=morning + LATER)
    with pytest.raises(Refused, match="has ended"):
        actions.come_back(actor=town.butler, absence=absence, now=morning + LATER)


def test_only_the_watch_says_that_somebody_is_back_and_only_once(town: Town, morning, watch) -> None:
    absence = leave(town, town.butler, town.agent, morning)
    with pytest.raises(Refused):
        actions.come_back(actor=town.colleague, absence=absence, now=morning)
    actions.come_back(actor=town.agent, absence=absence, now=morning)
    with pytest.raises(Refused, match="back already"):
        actions.come_back(actor=town.butler, absence=absence, now=morning)


def test_a_part_that_went_on_to_a_third_does_not_come_back_by_itself(town: Town, morning, watch) -> None:
    from logbook.actions import join_watch

    join_watch(actor=town.agent, watch=watch, person=town.colleague, now=morning)
    absence = leave(town, town.agent, town.butler, morning)
    pass_holder(actor=town.butler, watch=current_watch(town.desk), to=town.colleague, now=morning)
    actions.come_back(actor=town.colleague, absence=absence, now=morning)
    assert current_watch(town.desk).holder == town.colleague


@pytest.fixture
def at(time_machine_to):
    return time_machine_to


@pytest.fixture
def time_machine_to():
    import time_machine

    with time_machine.travel(0, tick=False) as traveller:
        yield traveller.move_to


@pytest.mark.clause("B1.15")
@pytest.mark.parametrize(("minutes", "long"), [(30, False), (31, True)])
def test_that_a_meal_has_become_long_is_shown_to_the_person_alone(town: Town, morning, watch, at, rf, minutes: int, long: bool) -> None:
    leave(town, town.butler, town.agent, morning)
    at(morning + timedelta(minutes=minutes))
    for person, shown in ((town.butler, long), (town.agent, False), (town.supervisor, False)):
        request = rf.get("/")
        request.user = person
        assert [line["long"] for line in panels.strip(request, town.desk)["away"]] == [shown]


@pytest.mark.clause("A10")
def test_the_page_takes_one_tap_and_shows_a_refusal_beside_the_field(town: Town, morning, watch) -> None:
    client = signed_in(town.butler)
    answer = client.post(f"/rosters/{town.desk.slug}/away/", {"what": "meal", "cover": ""})
    assert answer.status_code == 422 and "Nobody would stay" in answer.content.decode()
    answer = client.post(f"/rosters/{town.desk.slug}/away/", {"what": "meal", "cover": town.agent.pk})
    assert answer.status_code == 302
    absence = Absence.objects.get()
    assert b"back-form" in client.get(f"/desk/{town.desk.slug}/").content
    assert client.post(f"/rosters/{town.other_desk.slug}/away/{absence.pk}/back/").status_code in {403, 404}
    assert signed_in(town.away.agent).post(f"/rosters/{town.away.desk.slug}/away/{absence.pk}/back/").status_code == 404
    assert client.post(f"/rosters/{town.desk.slug}/away/{absence.pk}/back/").status_code == 302
    assert Absence.objects.get().back_at is not None


def test_the_desk_page_asks_the_rosters_in_two_queries_and_one_about_emergencies(town: Town, morning, watch, rf, django_assert_num_queries) -> None:
    request = rf.get("/")
    request.user = town.agent
    leave(town, town.butler, town.agent, morning)
    book_ids_of(town.desk)
    with django_assert_num_queries(3):
        shown = panels.strip(request, town.desk)
        buttons = panels.leave_buttons(request, town.desk)
    (line,) = shown["away"]
    assert (line["what"], line["absence"].cover, line["absence"].since) == ("Meal", town.agent, morning)
    assert (buttons["covers"], [row.label for row in buttons["reasons"]]) == ([], ["Meal", "Errand"])


@pytest.mark.clause("A10")
def test_a_meal_is_one_tap_where_it_is_plain_who_stays(town: Town, watch) -> None:
    client = signed_in(town.butler)
    page = client.get(f"/desk/{town.desk.slug}/").content.decode()
    (form,) = re.findall(r'<form class="meal-now".*?</form>', page, re.S)
    assert f'name="cover" value="{town.agent.pk}"' in form and f"Meal: {town.agent.name_latin or town.agent.name} stays" in form
    assert client.post(f"/rosters/{town.desk.slug}/away/", {"what": "meal", "cover": town.agent.pk}).status_code == 302
    assert "meal-now" not in client.get(f"/desk/{town.desk.slug}/").content.decode()

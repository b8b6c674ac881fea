"""How far each person has been shown the log: beside an entry, a day and its review; each sees their own (A20, A21)."""

from datetime import timedelta

import pytest

from desks.testing import Town, signed_in
from logbook import actions
from logbook.models import Entry
from logbook.queries import own_read_up_to, read_up_to
from logbook.tests.pages import find, tree, words


def fill(town: Town, now, count: int = 5) -> list[Entry]:
    return [actions.record_entry(actor=town.agent, desk=town.desk, now=now, text=f"x{number}") for number in range(count)]


def read(town: Town, person, now, page: str, first: int | None, last: int | None, desk=None, **filters) -> None:
    actions.record_reading(
        actor=person, desk=desk or town.desk, session_key="s", page=page, filters=filters, from_number=first, to_number=last, now=now
    )


@pytest.mark.clause("A20")
def test_it_is_the_newest_number_of_a_page_that_shows_the_log_as_it_goes_on(town: Town, morning) -> None:
    fill(town, morning)
    later = morning + timedelta(hours=1)
    read(town, town.agent, morning, "desk", 1, 3)
    read(town, town.agent, later, "log", 1, 2)
    read(town, town.butler, morning, "log", 5, 5, text="x4")
    read(town, town.butler, morning, "entry", 5, 5, entry=5)
    read(town, town.butler, morning, "follow_ups", 1, 5)
    read(town, town.colleague, morning, "log", None, None)
    read(town, town.colleague, later, "review", 2, 4, day="2026-11-24")
    read(town, town.colleague, later, "desk", 1, 5, desk=town.other_desk)
    told = {each.person: (each.number, each.at) for each in read_up_to(town.desk, later)}
    assert told == {
        town.agent: (3, morning), town.colleague: (4, later), town.butler: (None, None), town.second_butler: (None, None),
        town.supervisor: (None, None),
    }
    assert (own_read_up_to(town.desk, town.agent).number, own_read_up_to(town.desk, town.head).number) == (3, None)


@pytest.mark.clause("A21")
def test_supervisor_head_and_auditor_see_everybody_s_and_others_their_own(town: Town, morning) -> None:
    entry = fill(town, morning)[2]
    read(town, town.agent, morning, "desk", 1, 2)
    for person, people in ((town.supervisor, 5), (town.head, 5), (town.auditor, 5), (town.agent, 1), (town.butler, 1)):
        (card,) = find(tree(signed_in(person).get(f"/log/{town.desk.slug}/{entry.number}/")), "section", id="read-up-to")
        assert len(find(card, "li")) == people
    (card,) = find(tree(signed_in(town.supervisor).get(f"/log/{town.desk.slug}/{entry.number}/")), "section", id="read-up-to")
    (row,) = [each for each in find(card, "li") if "#2" in words(each)]
    assert find(row, "span", class_="num tag warn"), "this entry came after what was shown"
    for address in (f"/log/{town.desk.slug}/review/2026-11-24/", f"/log/{town.desk.slug}/day/2026-11-24/print/"):
        assert find(tree(signed_in(town.supervisor).get(address)), "section", id="read-up-to")


@pytest.mark.clause("A25")
def test_who_was_asked_by_name_has_or_has_not_said_so(town: Town, morning) -> None:
    entry = fill(town, morning)[0]
    actions.ask_to_read(actor=town.agent, entry=entry, people=[town.butler], now=morning)
    read(town, town.butler, morning, "desk", 1, 6)
    (card,) = find(tree(signed_in(town.supervisor).get(f"/log/{town.desk.slug}/{entry.number}/")), "section", id="read-by")
    assert "not yet" in words(card), "that it was shown does not say that it was read"


def test_it_costs_one_query_however_much_was_read(town: Town, morning, django_assert_num_queries) -> None:
    fill(town, morning, 2)
    for number in range(30):
        read(town, town.agent, morning, "desk", number + 1, number + 1)
    with django_assert_num_queries(1):
        assert read_up_to(town.desk, morning)[0].number == 30

"""Who is on duty, who relieves, whose duty it is: half-open, in the site's zone (A24, I11)."""

from datetime import UTC, datetime, timedelta

import pytest

from desks.testing import Town
from rosters import queries
from rosters.tests.scenes import DECEMBER, drafted, reported

# 1 December 2026, 16:00 in Shanghai: the change of shift.
CHANGE = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)


def people(duties) -> set:
    return {duty.person for duty in duties}


def test_a_draft_puts_nobody_on_duty(town: Town, morning) -> None:
    drafted(town, morning)
    assert not queries.duties_on(town.desk, DECEMBER)
    assert queries.next_change_of(town.desk, morning) is None
    assert queries.relief_for(town.desk, morning) == []


@pytest.mark.clause("I11")
def test_duties_are_half_open_in_the_site_s_zone(town: Town, morning) -> None:
    reported(town, morning)
    assert people(queries.duties_on(town.desk, DECEMBER)) == {town.agent, town.colleague, town.butler}
    assert people(queries.duties_at(town.desk, CHANGE - timedelta(microseconds=1))) == {town.agent, town.colleague}
    assert people(queries.duties_at(town.desk, CHANGE)) == {town.butler}
    early = queries.duty_of(town.agent, town.desk, CHANGE - timedelta(hours=8))
    assert (early.starts_at, early.ends_at) == (CHANGE - timedelta(hours=8), CHANGE)


def test_the_next_change_and_the_relief(town: Town, morning) -> None:
    reported(town, morning)
    before = CHANGE - timedelta(minutes=1)
    assert queries.next_change_of(town.desk, before) == CHANGE
    assert people(queries.relief_for(town.desk, before)) == {town.butler}
    assert queries.next_change_of(town.desk, CHANGE) == CHANGE + timedelta(hours=16)


@pytest.mark.clause("A24")
def test_a_duty_counts_from_its_lead(town: Town, morning) -> None:
    reported(town, morning)
    lead = timedelta(minutes=15)
    assert queries.duty_of(town.butler, town.desk, CHANGE - lead, lead).starts_at == CHANGE
    assert queries.duty_of(town.butler, town.desk, CHANGE - lead - timedelta(seconds=1), lead) is None
    assert queries.duty_of(town.butler, town.desk, CHANGE + timedelta(hours=6), lead) is None


def test_the_same_questions_cost_the_same_however_many_duties(town: Town, morning, django_assert_num_queries) -> None:
    reported(town, morning)
    with django_assert_num_queries(1):
        assert [duty.person.name for duty in queries.duties_on(town.desk, DECEMBER)]
    with django_assert_num_queries(2):
        assert queries.relief_for(town.desk, morning)

"""Names resolve to exactly one person, and people are found by role, desk and time (A3, A6)."""

from datetime import timedelta

import pytest

from desks.models import ActingSupervisor, Membership
from desks.queries import desks_of, duty_pool, heads_of, people_by_name, resolve_name, supervisors_of
from desks.refusal import Refused
from desks.testing import Town, make_person


@pytest.mark.clause("A6")
def test_a_name_resolves_by_any_of_its_ways(town: Town, morning) -> None:
    names = people_by_name(town.site, morning)
    for way in ("何嘉怡", "he jiayi", "ＨＥ  Jiayi", "0001"):
        assert resolve_name(way, names) == town.agent


def test_an_unknown_or_ambiguous_name_is_refused(town: Town, morning) -> None:
    twin = make_person("twin", "何嘉怡", town.agent.employer, "0099")
    Membership.objects.create(person=twin, site=town.site, desk=town.desk, role="agent", starts_at=morning)
    names = people_by_name(town.site, morning)
    for name in ("何嘉怡", "查无此人", ""):
        with pytest.raises(Refused):
            resolve_name(name, names)
    assert resolve_name("0099", names) == twin


@pytest.mark.clause("A6")
def test_only_the_roles_of_the_settings_are_in_the_pool(town: Town, morning) -> None:
    assert set(duty_pool(town.desk, morning)) == {town.agent, town.colleague, town.butler, town.second_butler}
    assert not set(duty_pool(town.other_desk, morning))


@pytest.mark.clause("A3")
def test_who_acts_for_the_supervisor_is_one_of_them(town: Town, morning) -> None:
    assert supervisors_of(town.site, morning) == [town.supervisor]
    ActingSupervisor.objects.create(
        person=town.butler, site=town.site, rights=["log.review"], named_by=town.supervisor,
        starts_at=morning, ends_at=morning + timedelta(hours=1),
    )
    assert set(supervisors_of(town.site, morning)) == {town.supervisor, town.butler}
    assert supervisors_of(town.site, morning + timedelta(hours=1)) == [town.supervisor]
    assert heads_of(town.site, morning) == [town.head]


def test_desks_of_a_person(town: Town, morning) -> None:
    assert desks_of(town.agent, morning) == [town.desk]
    assert set(desks_of(town.head, morning)) == {town.desk, town.other_desk}
    assert desks_of(town.nobody, morning) == []

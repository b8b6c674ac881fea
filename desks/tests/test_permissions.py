"""Who may do what, where and when (A3, A20, I8)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from desks.models import ActingSupervisor, Membership, Role
from desks.permissions import ACTING_RIGHTS, desk_for, forget, may
from desks.testing import Town


@pytest.mark.clause("A20")
def test_a_role_holds_at_its_desk_only(town: Town, morning) -> None:
    assert may(town.agent, "log.write", desk=town.desk, now=morning)
    assert not may(town.agent, "log.write", desk=town.other_desk, now=morning)
    assert not may(town.agent, "log.write", desk=town.away.desk, now=morning)


def test_a_role_of_the_site_holds_at_each_desk(town: Town, morning) -> None:
    assert may(town.supervisor, "log.review", desk=town.other_desk, now=morning)
    assert may(town.supervisor, "site.overview", site=town.site, now=morning)
    assert not may(town.agent, "site.overview", site=town.site, now=morning)


@pytest.mark.clause("A20")
def test_a_stranger_gets_nothing_and_the_wrong_role_a_refusal(town: Town, morning) -> None:
    with pytest.raises(Http404):
        desk_for(town.away.supervisor, town.desk.slug, "log.read", now=morning)
    with pytest.raises(PermissionDenied):
        desk_for(town.auditor, town.desk.slug, "log.write", now=morning)
    with pytest.raises(Http404):
        desk_for(town.supervisor, "no-such-desk", "log.read", now=morning)


def test_a_role_ends_at_its_very_moment(town: Town, morning) -> None:
    row = Membership.objects.get(person=town.agent)
    row.ends_at = morning
    row.save()
    forget(town.agent)
    assert may(town.agent, "log.write", desk=town.desk, now=morning - timedelta(microseconds=1))
    assert not may(town.agent, "log.write", desk=town.desk, now=morning)


def test_a_person_who_left_may_nothing(town: Town, morning) -> None:
    town.agent.ended_at = morning
    assert not may(town.agent, "log.write", desk=town.desk, now=morning)


@pytest.mark.clause("A3")
def test_an_acting_supervisor_has_the_ticked_rights_for_the_hours(town: Town, morning) -> None:
    ActingSupervisor.objects.create(
        person=town.butler, site=town.site, rights=["log.review", "site.set_up"], named_by=town.supervisor,
        starts_at=morning, ends_at=morning + timedelta(hours=2),
    )
    forget(town.butler)
    assert "log.review" in ACTING_RIGHTS
    assert may(town.butler, "log.review", desk=town.desk, now=morning)
    assert not may(town.butler, "roster.review", desk=town.desk, now=morning), "not ticked"
    assert not may(town.butler, "site.set_up", site=town.site, now=morning), "not a supervisor's right"
    assert not may(town.butler, "log.review", desk=town.desk, now=morning + timedelta(hours=2))
    assert not may(town.butler, "log.review", desk=town.away.desk, now=morning)


def test_the_operator_reads_no_log_and_signs_nothing(town: Town, morning) -> None:
    assert not may(town.operator, "log.read", desk=town.desk, now=morning)
    assert not may(town.operator, "handover.take_part", desk=town.desk, now=morning)


def test_no_right_is_asked_without_a_place(town: Town) -> None:
    with pytest.raises(ValueError):
        may(town.agent, "log.read")
    with pytest.raises(KeyError):
        may(town.agent, "no.such.right", desk=town.desk)


def test_roles_are_all_in_the_table() -> None:
    from desks.permissions import RIGHTS

    named = {role for roles in RIGHTS.values() for role in roles}
    assert named == set(Role)


@pytest.mark.clause("I10")
@pytest.mark.parametrize(
    ("referer", "back"),
    [("http://testserver/desk/front/?x=1", "/desk/front/"), ("https://evil.example/desk/front/", "/"), ("", "/")],
)
def test_whose_session_ended_comes_back_to_the_page_with_the_form(client, town: Town, referer: str, back: str) -> None:
    address = f"/log/{town.desk.slug}/record/"
    answer = client.post(address, {"text": "x"}, headers={"referer": referer} if referer else {})
    assert answer["Location"] == f"/sign-in/?next={back}"
    part = client.post(address, {"text": "x"}, headers={"hx-request": "true"})
    assert part.status_code == 401 and not part.content

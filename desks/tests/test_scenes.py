"""Tests that share a scene find it as it was laid, each of them (see desks/testing_scenes.py)."""

import pytest
from django.db import connection

from desks.models import Membership, Role
from desks.testing import Town
from desks.testing_scenes import STAGE, scene


@scene
def second_supervisor(town: Town, morning) -> None:
    """One more supervises."""
    Membership.objects.create(person=town.nobody, site=town.site, role=Role.SUPERVISOR, starts_at=morning)


@pytest.mark.clause("I1")
@pytest.mark.parametrize("turn", range(3))
def test_what_one_test_writes_no_other_finds(second_supervisor: Town, turn: int) -> None:
    assert Membership.objects.filter(person=second_supervisor.nobody).count() == 1, turn
    settings = second_supervisor.desk.settings
    assert settings.rest_hours != 3
    settings.rest_hours = 3
    settings.save()
    assert connection.in_atomic_block


@pytest.mark.clause("I1")
def test_a_test_without_the_scene_finds_an_empty_stage(town: Town) -> None:
    assert STAGE.shows_nothing() and not Membership.objects.filter(person=town.nobody).exists()

"""A change of state is claimed once, with its one history row (I9)."""

import pytest
from django.db import transaction

from desks.claims import AlreadyChanged, claim
from desks.models import Desk
from desks.testing import Town


def test_the_first_claim_wins_and_writes_one_history_row(town: Town, morning) -> None:
    before = Desk.history.filter(id=town.desk.pk).count()
    with transaction.atomic():
        row = claim(Desk, town.desk.pk, old=True, new=False, actor=town.supervisor, reason="closed", now=morning, state_field="active")
    assert row.active is False
    newest = Desk.history.filter(id=town.desk.pk).latest("history_id")
    assert Desk.history.filter(id=town.desk.pk).count() == before + 1
    assert (newest.history_user, newest.history_change_reason, newest.history_date) == (town.supervisor, "closed", morning)


def test_the_second_claim_is_refused_and_writes_nothing(town: Town, morning) -> None:
    change = {"old": True, "new": False, "actor": town.supervisor, "reason": "closed", "now": morning, "state_field": "active"}
    with transaction.atomic():
        claim(Desk, town.desk.pk, **change)
    before = Desk.history.filter(id=town.desk.pk).count()
    with pytest.raises(AlreadyChanged), transaction.atomic():
        claim(Desk, town.desk.pk, **change)
    assert Desk.history.filter(id=town.desk.pk).count() == before

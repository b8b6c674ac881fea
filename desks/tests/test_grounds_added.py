"""Desks that stand already get the grounds that they lacked, once, with their history (C12, E9)."""

from importlib import import_module

import pytest
from django.db import connection

from desks.models import Choice
from desks.testing import Town

FRESH = {"left_out", "not_on_time"}


@pytest.mark.clause("E9")
def test_a_desk_without_them_gets_both_and_one_with_them_nothing(town: Town, as_owner) -> None:
    kept = Choice.objects.get(desk=town.other_desk, purpose="refusal_ground", code="left_out")
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM desks_choice WHERE desk_id = %s AND code = ANY(%s)", [town.desk.pk, sorted(FRESH)])
        for _again in range(2):
            cursor.execute(import_module("desks.migrations.0013_signing_and_stopping").GROUNDS)
    rows = Choice.objects.filter(desk=town.desk, purpose="refusal_ground", code__in=FRESH)
    assert {row.code for row in rows} == FRESH and len(rows) == 2 and all(row.history.count() == 1 for row in rows)
    last = Choice.objects.filter(desk=town.desk, purpose="refusal_ground").exclude(code__in=FRESH).order_by("position").last()
    assert all(row.position > last.position for row in rows)
    assert Choice.objects.get(desk=town.other_desk, purpose="refusal_ground", code="left_out").pk == kept.pk

"""Nothing that is kept goes by another path, on any floor: not changed, not removed, not emptied, not even by the owner (A19, I1, I12)."""

from importlib import import_module

import pytest
from django.db import Error, connection, transaction

from desks.models import Desk, Site
from desks.table_class import classes_by_table
from desks.testing import Town, read_town

# What the record's triggers derive and can derive again; framework's own.
DERIVED_ANEW = {"logbook_followup", "logbook_searchtext", "logbook_searchname", "desks_installation", "django_migrations"}
KEPT = sorted(table for table, table_class in classes_by_table().items() if table_class != "state" and table not in DERIVED_ANEW)
MOVING = ["handover_handover", "handover_handovermatter", "escalations_escalation", "escalations_call", "logbook_watch", "logbook_proofrequest", "rosters_duty"]
GUARDS = """SELECT c.relname, bool_or(t.tgtype::int & 16 <> 0), bool_or(t.tgtype::int & 8 <> 0), bool_or(t.tgtype::int & 32 <> 0)
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgenabled = 'A' AND NOT t.tgisinternal
AND (t.tgtype::int & 2 <> 0 OR t.tgoldtable IS NOT NULL AND t.tgtype::int & 8 <> 0) GROUP BY 1"""


@pytest.mark.clause("I1")
def test_every_kept_table_has_a_guard_against_each_way_of_losing_it(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(GUARDS)
        guarded = {table: ways for table, *ways in cursor.fetchall()}
    assert {table: guarded.get(table) for table in KEPT} == {table: [True, True, True] for table in KEPT}


@pytest.mark.clause("I12")
def test_no_kept_table_is_emptied_not_even_by_the_owner(town: Town, as_owner) -> None:
    through = []
    with as_owner(), connection.cursor() as cursor:
        for table in [*KEPT, *MOVING, "desks_desk", "desks_person"]:
            try:
                with transaction.atomic():
                    cursor.execute(f"TRUNCATE {table} CASCADE")
                through.append(table)
            except Error as error:
                assert "is part of the record and is not emptied" in str(error), table
    assert through == []


@pytest.mark.clause("I12")
def test_a_desk_is_not_taken_to_another_site_from_under_its_holds(town: Town, as_owner) -> None:
    other = Site.objects.create(code="elsewhere", label_en="Elsewhere")
    town.desk.label_en = "Front desk"
    town.desk.save()
    with pytest.raises(Error, match="stays at its site"), transaction.atomic():
        Desk.objects.filter(pk=town.desk.pk).update(site=other)
    with as_owner(), pytest.raises(Error, match="stays at its site"), transaction.atomic():
        Desk.objects.filter(pk=town.desk.pk).update(site=other)


@pytest.mark.clause("I12")
def test_a_history_is_not_made_old_and_then_removed(town: Town, as_owner) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'history_goes_by_age' ORDER BY 1")
        tables = [table for (table,) in cursor.fetchall()]
        filled = 0
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table}")
            if cursor.fetchone()[0]:
                filled += 1
                with pytest.raises(Error, match="part of the record"), transaction.atomic():
                    cursor.execute(f"UPDATE {table} SET history_date = '2001-01-01'")
    assert filled and len(tables) > 20


@pytest.mark.clause("I12")
def test_the_guards_can_be_taken_back_and_put_again(transactional_db, as_owner) -> None:
    step = import_module("logbook.migrations.0023_nothing_goes_by_another_path")
    read_town()

    def counted() -> tuple[int, int]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FILTER (WHERE tgname = 'record_refuses_emptying'), count(*) FILTER (WHERE tgname = 'history_goes_by_age') FROM pg_trigger")
            return cursor.fetchone()

    with as_owner():
        before = counted()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(step.UNDO)
            assert counted() == (len(step._before.NEVER_EMPTIED), before[1])
            cursor.execute(step.GUARD)
        assert counted() == before

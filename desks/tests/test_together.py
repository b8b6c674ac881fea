"""Changes of a migration that are made together come to the same as one after the other."""

import pytest
from django.db import connection, migrations, models
from django.db.migrations.operations import AddField, AddIndex, CreateModel, RunSQL
from django.db.migrations.state import ProjectState

from desks.together import Together, together

KEY = ("id", models.BigAutoField(primary_key=True))


def _operations() -> list:
    return [
        CreateModel("First", [KEY]),
        CreateModel("Second", [KEY, ("first", models.ForeignKey("desks.first", models.PROTECT))]),
        AddField("first", "second", models.ForeignKey("desks.second", models.PROTECT, null=True)),
        AddIndex("first", models.Index(fields=["second"], name="together_second")),
        RunSQL("SELECT 1", "SELECT 1"),
        AddField("second", "words", models.TextField(default="")),
    ]


def _columns() -> dict[str, list[str]]:
    with connection.cursor() as cursor:
        names = [name for name in connection.introspection.table_names(cursor) if name in {"desks_first", "desks_second"}]
        return {name: [each.name for each in connection.introspection.get_table_description(cursor, name)] for name in names}


def test_only_plain_changes_that_follow_one_another_are_joined() -> None:
    made = together(_operations())
    assert [type(each) for each in made] == [Together, RunSQL, AddField]
    assert [type(each) for each in made[0].operations] == [CreateModel, CreateModel, AddField, AddIndex]
    assert together([]) == []


def test_the_state_is_the_same() -> None:
    apart, joined = ProjectState(), ProjectState()
    for state, operations in ((apart, _operations()), (joined, together(_operations()))):
        for operation in operations:
            operation.state_forwards("desks", state)
    assert apart == joined


@pytest.mark.django_db
def test_the_database_is_the_same_forwards_and_backwards(as_owner) -> None:
    found = []
    for operations in (_operations(), together(_operations())):
        migration = migrations.Migration("0001_tried", "desks")
        migration.operations = operations
        with as_owner():
            with connection.schema_editor(atomic=False) as editor:
                after = migration.apply(ProjectState(), editor)
            found.append((_columns(), after.models.keys()))
            with connection.schema_editor(atomic=False) as editor:
                migration.unapply(ProjectState(), editor)
        assert _columns() == {}
    assert found[0] == found[1]
    assert found[0][0] == {"desks_first": ["id", "second_id"], "desks_second": ["id", "first_id", "words"]}

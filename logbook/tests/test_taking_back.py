"""What tests commit is taken back whole, and every guard of the record stands again just as it stood."""

import pytest
from django.db import connection

from conftest import owners_hands
from desks.models import Person
from desks.testing import Town, read_town
from desks.testing_database import Laid
from logbook.actions import open_watch, record_entry
from logbook.models import Entry

TRIGGERS = "SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2"


def _asked(words: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(words)
        return cursor.fetchall()


@pytest.fixture
def place(transactional_db) -> Town:
    return read_town()


def test_what_a_test_commits_is_taken_back_and_the_guards_stand_as_before(place, morning) -> None:
    with owners_hands():
        laid = Laid()
    people, guards = _asked("SELECT * FROM desks_person ORDER BY id"), _asked(TRIGGERS)
    assert {state for *_, state in guards} >= {"A"}
    open_watch(actor=place.agent, desk=place.desk, now=morning)
    record_entry(actor=place.agent, desk=place.desk, now=morning, text="x", kind="repair", place="5栋")
    Person.objects.filter(pk=place.butler.pk).update(name="renamed")
    assert Entry.objects.exists()
    with owners_hands():
        laid.put_back()
    assert not Entry.objects.exists()
    assert _asked("SELECT * FROM desks_person ORDER BY id") == people
    assert _asked(TRIGGERS) == guards

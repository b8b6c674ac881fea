"""Recording an entry: what the database gives, and what is refused (A17, A18, I1, I2, I10)."""

import hashlib
import itertools
from datetime import timedelta
from uuid import uuid4

import psycopg2
import pytest

from desks.refusal import Refused
from desks.testing import Town
from logbook import actions
from logbook.models import Entry, EntryDigest, EntryText, FollowUp, PersonalValue

KEY = uuid4()


@pytest.mark.clause("A17")
def test_numbers_without_a_gap_and_each_points_at_the_one_before(town: Town, morning) -> None:
    made = [actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text=f"第{n}条") for n in range(3)]
    assert [entry.number for entry in made] == [1, 2, 3]
    assert bytes(made[0].previous) == bytes(32)
    for before, after in itertools.pairwise(made):
        assert bytes(after.previous) == bytes(before.digest)
        assert after.recorded_at >= before.recorded_at
    for entry in made:
        assert hashlib.sha256(b"\x00" + entry.leaf.encode()).digest() == bytes(entry.digest)


@pytest.mark.clause("A17")
def test_text_and_personal_values_stand_apart_with_salts_of_their_own(town: Town, morning) -> None:
    entry = actions.record_entry(
        actor=town.agent, desk=town.desk, now=morning, text="漏水", kind="repair", place="5栋1203", customer="李先生",
        phone="13800138000",
    )
    assert Entry.objects.get(pk=entry.pk).intake is None
    assert entry.words.text == "漏水"
    assert {PersonalValue.objects.get(pk=pk).value for pk in entry.personal.values()} == {"李先生", "13800138000"}
    assert "漏水" not in entry.leaf and "李先生" not in entry.leaf


@pytest.mark.clause("A1")
def test_a_matter_that_is_not_settled_is_a_follow_up_with_its_due_time(town: Town, morning) -> None:
    entry = actions.record_entry(
        actor=town.agent, desk=town.desk, now=morning, text="漏水", kind="repair", place="5栋1203", urgency="urgent"
    )
    matter = FollowUp.objects.get(root=entry)
    assert (matter.state, matter.handler, matter.due_at) == ("open", "engineering", morning + timedelta(minutes=240))


def test_a_matter_settled_at_once_is_none(town: Town, morning) -> None:
    entry = actions.record_entry(
        actor=town.agent, desk=town.desk, now=morning, text="漏水", kind="repair", place="5栋1203", result="已修复"
    )
    assert not FollowUp.objects.filter(root=entry).exists()


@pytest.mark.clause("A17")
@pytest.mark.parametrize("text", ["", "  \n", "长" * 4001, "a\x00b", "a\x1bb", "\ud800"])
def test_a_text_that_cannot_be_is_refused_and_leaves_nothing(town: Town, morning, text: str) -> None:
    with pytest.raises(Refused) as refused:
        actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text=text)
    assert refused.value.field == "text"
    assert not Entry.objects.filter(book__desk=town.desk).exists()


@pytest.mark.clause("A17")
def test_a_place_is_needed_where_the_kind_needs_one_and_the_future_is_refused(town: Town, morning) -> None:
    with pytest.raises(Refused) as refused:
        actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="漏水", kind="repair")
    assert refused.value.field == "place"
    with pytest.raises(Refused) as refused:
        actions.record_entry(
            actor=town.agent, desk=town.desk, now=morning, text="x", occurred_at=morning + timedelta(minutes=3)
        )
    assert refused.value.field == "occurred_at"


@pytest.mark.clause("A17")
@pytest.mark.parametrize(("minutes", "late"), [(60, False), (61, True)])
def test_late_entries_are_marked(town: Town, morning, minutes: int, late: bool) -> None:
    entry = actions.record_entry(
        actor=town.agent, desk=town.desk, now=morning, text="x", occurred_at=morning - timedelta(minutes=minutes),
        late_reason="忙" if late else "", sure=True,
    )
    assert entry.late is late


@pytest.mark.clause("I10")
def test_the_same_key_stores_once_and_another_content_is_refused(town: Town, morning) -> None:
    first = actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="一次", key=KEY)
    again = actions.record_entry(
        actor=town.agent, desk=town.desk, now=morning + timedelta(seconds=9), text="一次", key=KEY
    )
    assert again.pk == first.pk
    with pytest.raises(Refused):
        actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="两次", key=KEY)
    other = actions.record_entry(actor=town.colleague, desk=town.desk, now=morning, text="别人", key=KEY)
    assert other.number == 2


@pytest.mark.clause("A18")
def test_the_orm_cannot_change_or_remove_what_is_saved(town: Town, morning) -> None:
    from django.db import Error, transaction

    entry = actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="原文")
    attacks = [
        lambda: Entry.objects.filter(pk=entry.pk).update(place="x"),
        lambda: Entry.objects.filter(pk=entry.pk)._raw_delete("default"),
        lambda: EntryText.objects.filter(pk=entry.pk).update(text="改"),
        lambda: EntryDigest.objects.filter(number=1).update(number=9),
        lambda: FollowUp.objects.update(state="closed"),
        lambda: EntryText.objects.create(entry=entry, text="x", salt=b""),
        entry.save,
    ]
    for attack in attacks:
        with pytest.raises(Error), transaction.atomic():
            attack()


@pytest.mark.clause("A18")
def test_even_the_owner_s_update_is_refused_by_the_trigger(town: Town, morning, as_owner) -> None:
    from django.db import Error, connection, transaction

    entry = actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="原文")
    attacks = ("UPDATE logbook_entry SET place = 'x' WHERE id = %s", "DELETE FROM logbook_entrytext WHERE entry_id = %s")
    with as_owner():
        for attack in attacks:
            with pytest.raises(Error, match="part of the record"), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(attack, [entry.pk])


@pytest.mark.clause("I2")
def test_forged_numbers_times_and_digests_are_overwritten_by_the_database(town: Town, morning) -> None:
    book = actions.book_of(town.desk)
    forged = Entry.objects.create(
        book=book, number=77, recorded_at=morning - timedelta(days=900), digest=b"x" * 32, previous=b"y" * 32, leaf="lie",
        author=town.agent, occurred_at=morning, personal={"customer": 1}, intake={"text": "hi"},
    )
    forged.refresh_from_db()
    assert forged.number == 1 and forged.recorded_at > morning - timedelta(days=899)
    assert forged.personal == {} and forged.leaf.startswith("duty-desk-entry/1\n")


@pytest.mark.clause("I2")
@pytest.mark.parametrize("fields", [{"text": "x"}, {"Bad": "x"}, {"x": 1}, {"": "x"}, {"a" * 41: "x"}])
def test_a_field_that_could_hide_another_is_refused(town: Town, morning, fields: dict) -> None:
    from django.db import Error, transaction

    with pytest.raises(Error), transaction.atomic():
        Entry.objects.create(book=actions.book_of(town.desk), author=town.agent, occurred_at=morning, fields=fields)


@pytest.mark.clause("I1")
@pytest.mark.parametrize(
    "setting", ["SET session_replication_role = replica", "SELECT set_config('session_replication_role', 'replica', false)"]
)
def test_a_real_login_of_the_application_s_role_cannot_step_round_the_triggers(app_login, setting: str) -> None:
    with app_login.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
        cursor.execute(setting)
    app_login.rollback()

"""I3 and I4 attacked through the ORM and through raw SQL: what the database itself refuses (A29, I1)."""

from functools import partial

import psycopg2
import pytest
from django.db import Error, connection, transaction

from desks.testing import Town
from handover import content
from handover.models import Handover, Signature
from handover.queries import content_of
from handover.tests import steps
from logbook.actions import record_act


def refused(attack, words: str = "") -> None:
    with pytest.raises(Error, match=words or None), transaction.atomic():
        attack()


def signature(row: Handover, **changes) -> Signature:
    text = content.text_of(content_of(row))
    values = {
        "handover": row, "person": row.outgoing, "role": "outgoing", "meaning": "hands_over", "signed_at": row.started_at,
        "digest": content.digest_of(text), "content": text, "method": "pin", "last_seen_number": 1,
    } | changes
    return Signature(**values)


@pytest.mark.clause("I4")
def test_a_handover_is_not_completed_without_both_signatures_over_its_digest(held: Town, morning, under_way) -> None:
    steps.prepare(under_way, morning)
    row = Handover.objects.get(pk=under_way.pk)
    mine = signature(row)
    entry = record_act(
        actor=held.agent, desk=held.desk, now=morning, code="handover_completed",
        fields={"digest": mine.digest, "handover": str(row.ref)},
    )
    rows = Handover.objects.filter(pk=row.pk)
    done = {"state": "completed", "entry": entry, "ended_at": morning, "digest": mine.digest}
    refused(lambda: rows.update(state="signed_out"), "has not signed")
    refused(lambda: rows.update(**done), "outgoing has not signed")
    mine.save()
    refused(lambda: rows.update(**done), "incoming has not signed")
    refused(lambda: rows.update(**(done | {"digest": ""})))
    signature(row, person=row.incoming, role="incoming", meaning="takes_over").save()
    other = record_act(actor=held.agent, desk=held.desk, now=morning, code="desk_closed", fields={"holder": "x"})
    refused(lambda: rows.update(**(done | {"entry": other})), "another handover")
    elsewhere = record_act(
        actor=held.agent, desk=held.other_desk, now=morning, code="handover_completed", fields=entry.fields
    )
    refused(lambda: rows.update(**(done | {"entry": elsewhere})), "another handover")
    refused(lambda: rows.update(**(done | {"digest": "0" * 64})), "has not signed this content")
    assert rows.update(**done) == 1


@pytest.mark.clause("I4")
def test_a_forged_signature_is_refused(held: Town, under_way) -> None:
    for changes, words in (
        ({"person": held.butler}, "Each signs"), ({"person": held.supervisor}, "Each signs"),
        ({"role": "incoming", "meaning": "takes_over"}, "Each signs"), ({"meaning": "closes"}, "kind of handover"),
        ({"digest": "0" * 64}, "own handover"), ({"content": "another text\n"}, "own handover"), ({"digest": "x"}, ""),
    ):
        refused(signature(under_way, **changes).save, words)


@pytest.mark.clause("I4")
def test_a_signature_of_another_handover_does_not_fit_here(held: Town, morning, under_way) -> None:
    text = content.text_of(content_of(under_way)).replace(str(under_way.ref), "11111111-1111-1111-1111-111111111111")
    refused(signature(under_way, content=text, digest=content.digest_of(text)).save, "own handover")


@pytest.mark.clause("I4")
def test_the_same_role_signs_the_same_content_once(held: Town, under_way) -> None:
    signature(under_way).save()
    refused(signature(under_way).save)


@pytest.mark.clause("I4")
def test_what_is_completed_never_changes(held: Town, morning) -> None:
    done = steps.hand_over(held.desk, held.butler, morning)
    rows = Handover.objects.filter(pk=done.pk)
    matter, count, check = done.matters.first(), done.counts.first(), done.checks.first()
    for attack in (
        lambda: rows.update(remarks="x"), lambda: rows.update(state="preparing"), lambda: rows.update(incoming=held.agent),
        lambda: rows._raw_delete("default"), lambda: type(matter).objects.filter(pk=matter.pk).update(next_step="x"),
        lambda: type(count).objects.filter(pk=count.pk).update(counted=1),
        lambda: type(check).objects.filter(pk=check.pk).update(result="na"), matter.delete,
        lambda: done.colleagues.create(person=held.agent),
        lambda: done.questions.create(question="x", asked_by=held.agent, asked_at=morning),
        signature(done).save, lambda: Signature.objects.filter(handover=done).update(method="password"),
        lambda: Signature.objects.filter(handover=done)._raw_delete("default"),
    ):
        refused(attack)


@pytest.mark.clause("I4")
def test_a_handover_does_not_begin_at_its_end(held: Town, morning) -> None:
    given = {"desk": held.desk, "outgoing": held.agent, "incoming": held.butler, "started_at": morning, "started_by": held.agent}
    for state in ("cancelled", "upheld", "completed"):
        refused(partial(Handover.objects.create, **given, state=state))


@pytest.mark.clause("I4")
def test_nobody_stands_on_both_sides_in_the_database_either(held: Town, morning, under_way) -> None:
    refused(lambda: Handover.objects.filter(pk=under_way.pk).update(incoming=held.agent))
    steps.prepare(under_way, morning)
    steps.sign("outgoing", under_way, morning)
    refused(lambda: Handover.objects.filter(pk=under_way.pk).update(incoming=None), "somebody_takes_over")


@pytest.mark.clause("I1")
@pytest.mark.parametrize("table", ["signature", "refusal", "refusaldecision", "namedrelief", "release", "handovercounting", "handoverreading"])
def test_the_owner_s_own_update_of_what_is_kept_is_refused(db: None, as_owner, table: str) -> None:
    with as_owner(), pytest.raises(Error, match="part of the record"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE handover_{table} SET id = id")


ATTACKS = [
    "UPDATE handover_signature SET method = 'pin'", "DELETE FROM handover_signature", "TRUNCATE handover_handover CASCADE",
    "ALTER TABLE handover_handover DISABLE TRIGGER handover_moves", "DROP TRIGGER signature_fits ON handover_signature",
    "SET session_replication_role = replica", "SELECT set_config('session_replication_role', 'replica', false)",
    "CREATE OR REPLACE FUNCTION handover_moves() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "UPDATE handover_handoverreading SET read_at = now()", "DELETE FROM handover_handoverreading",
    "UPDATE handover_historicalhandover SET state = 'completed'", "DELETE FROM handover_historicalhandover",
]


@pytest.mark.clause("I4")
def test_a_login_of_the_application_s_role_cannot_step_round_it(app_login) -> None:
    for attack in ATTACKS:
        with app_login.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute(attack)
        app_login.rollback()

"""Counts of a handover, differences explained and settled; what stands is never changed (A28, I1)."""

from decimal import Decimal

import psycopg2
import pytest
from django.db import Error, transaction

from desks.refusal import Refused
from desks.testing import Town, signed_in
from logbook.actions import record_act
from logbook.models import Entry
from registers import actions
from registers.actions import Counted
from registers.models import CustodyCount, CustodyDifference, CustodyItem
from registers.queries import custody_of, explanations_of, open_differences


@pytest.fixture
def counted(town: Town, morning):
    """The radios counted with one missing, everything else as expected."""
    entry = record_act(actor=town.agent, desk=town.desk, now=morning, code="desk_closed", fields={"holder": "何嘉怡"})
    lines = [
        Counted(row.item, row.expected, row.expected - (1 if row.item.code == "radios" else 0), "" if row.item.code != "radios" else "充电中")
        for row in custody_of(town.desk)
    ]
    actions.record_counts(actor=town.agent, desk=town.desk, entry=entry, lines=lines, counted_with=None, now=morning)
    return entry


@pytest.mark.clause("A28")
def test_the_preset_brings_the_items_and_the_last_count_is_what_the_next_expects(town: Town, counted) -> None:
    rows = {row.item.code: row for row in custody_of(town.desk)}
    assert set(rows) == {"radios", "spare_keys", "access_cards", "stamps", "parking_stamps", "cash_box"}
    assert rows["radios"].expected == 3 and rows["spare_keys"].expected == 36
    assert rows["cash_box"].expected_text == "CNY 500.00"
    assert custody_of(town.other_desk)[0].last is None


@pytest.mark.clause("A28")
def test_a_new_version_of_an_item_goes_on_with_its_count(town: Town, counted) -> None:
    old = CustodyItem.objects.get(desk=town.desk, code="radios")
    CustodyItem.objects.filter(pk=old.pk).update(current=False)
    CustodyItem.objects.create(desk=town.desk, code="radios", version=2, position=1, label_en="Radios, digital", expected=9)
    (row,) = [row for row in custody_of(town.desk) if row.item.code == "radios"]
    assert (row.item.version, row.expected) == (2, 3)


@pytest.mark.clause("A28")
def test_a_difference_without_explanation_is_refused_and_leaves_nothing(town: Town, morning) -> None:
    entry = record_act(actor=town.agent, desk=town.desk, now=morning, code="desk_closed", fields={"holder": "x"})
    (row, *_rest) = custody_of(town.desk)
    with pytest.raises(Refused):
        actions.record_counts(
            actor=town.agent, desk=town.desk, entry=entry, lines=[Counted(row.item, row.expected, Decimal(1))],
            counted_with=None, now=morning,
        )
    assert not CustodyCount.objects.exists()


@pytest.mark.clause("A28")
def test_people_of_the_desk_explain_and_the_supervisor_settles_once(town: Town, morning, counted) -> None:
    (difference,) = open_differences(town.desk)
    said = actions.explain_difference(actor=town.agent, difference=difference, text="  在 3 号楼充电 ", now=morning)
    assert said.refers_to_id == counted.pk and said.words.text == "在 3 号楼充电"
    assert explanations_of([difference]) == {counted.pk: {"radios": [said]}}
    for actor, words in ((town.agent, "x"), (town.supervisor, "  "), (town.away.supervisor, "x")):
        with pytest.raises(Refused):
            actions.settle_difference(actor=actor, difference=difference, result="found", reason=words, now=morning)
    for actor, words in ((town.auditor, "x"), (town.agent, "\n")):
        with pytest.raises(Refused):
            actions.explain_difference(actor=actor, difference=difference, text=words, now=morning)
    settled = actions.settle_difference(actor=town.supervisor, difference=difference, result="accepted", reason="已找到" * 60, now=morning)
    assert (settled.state, settled.settled_by) == ("settled", town.supervisor)
    assert settled.history.order_by("-history_id")[0].history_user == town.supervisor
    assert Entry.objects.get(code="custody_difference_settled_as").fields["counted"] == "3"
    with pytest.raises(Refused):
        actions.settle_difference(actor=town.supervisor, difference=difference, result="accepted", reason="again", now=morning)
    with pytest.raises(Refused):
        actions.explain_difference(actor=town.agent, difference=difference, text="later", now=morning)


@pytest.mark.clause("I1")
def test_counts_and_settled_differences_stay_as_they_were(town: Town, morning, counted, as_owner) -> None:
    (difference,) = open_differences(town.desk)
    actions.settle_difference(actor=town.supervisor, difference=difference, result="accepted", reason="找到", now=morning)
    attacks = [
        lambda: CustodyCount.objects.update(counted=4),
        lambda: CustodyCount.objects.all()._raw_delete("default"),
        lambda: CustodyDifference.objects.update(settled_reason="x"),
        lambda: CustodyDifference.objects.all()._raw_delete("default"),
    ]
    for attack in attacks:
        with pytest.raises(Error), transaction.atomic():
            attack()
    with as_owner(), pytest.raises(Error, match="part of the record"), transaction.atomic():
        CustodyCount.objects.update(counted=4)


@pytest.mark.clause("I1")
def test_a_login_of_the_application_s_role_cannot_change_a_count(app_login) -> None:
    for attack in ("UPDATE registers_custodycount SET counted = 4", "DELETE FROM registers_custodycount"):
        with app_login.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute(attack)
        app_login.rollback()


@pytest.mark.clause("A28")
@pytest.mark.parametrize("changes", [{"explanation": ""}, {"counted": Decimal(-1)}])
def test_the_database_takes_no_unexplained_and_no_negative_count(town: Town, morning, counted, changes: dict) -> None:
    row = CustodyCount.objects.get(item_code="radios")
    again = record_act(actor=town.agent, desk=town.desk, now=morning, code="desk_closed", fields={"holder": "x"})
    row.pk, row.entry = None, again
    for name, value in changes.items():
        setattr(row, name, value)
    with pytest.raises(Error), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.clause("A28")
def test_hostile_words_are_shown_as_text_and_the_list_costs_the_same(
    town: Town, morning, counted, django_assert_max_num_queries
) -> None:
    (difference,) = open_differences(town.desk)
    actions.explain_difference(actor=town.agent, difference=difference, text="<script>alert(1)</script>", now=morning)
    client = signed_in(town.supervisor)
    with django_assert_max_num_queries(20):
        page = client.get(f"/registers/{town.desk.slug}/custody/").content.decode()
    assert "<script>alert(1)" not in page and "&lt;script&gt;alert(1)" in page
    history = client.get(f"/registers/{town.desk.slug}/custody/radios/").content.decode()
    assert "充电中" in history
    assert client.get(f"/registers/{town.desk.slug}/custody/nothing/").status_code == 404


@pytest.mark.clause("A28")
def test_the_pages_say_what_was_refused_and_keep_what_was_typed(town: Town, counted) -> None:
    (difference,) = open_differences(town.desk)
    address = f"/registers/{town.desk.slug}/differences/{difference.pk}/settle/"
    assert signed_in(town.agent).post(address, {"reason": "x"}).status_code == 403
    assert signed_in(town.away.supervisor).post(address, {"reason": "x"}).status_code == 404
    other = f"/registers/{town.other_desk.slug}/differences/{difference.pk}/settle/"
    assert signed_in(town.supervisor).post(other, {"reason": "x"}).status_code == 404
    refused = signed_in(town.supervisor).post(address, {"reason": " ", "result": "lost"})
    assert refused.status_code == 422 and "A difference is settled with a reason." in refused.content.decode()
    assert signed_in(town.supervisor).post(address, {"reason": "found", "result": "found"}).status_code == 302

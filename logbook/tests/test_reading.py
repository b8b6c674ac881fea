"""What a reader may see of an entry: restricted texts, masked personal values, acts in the reader's language (A20, I8)."""

from datetime import timedelta

import pytest
from django.utils import translation

from desks.testing import Town
from logbook import actions
from logbook.models import Entry
from logbook.queries import entries_of
from logbook.reading import rows_for


def rows(town: Town, reader, now, **narrowed):
    return rows_for(entries_of(town.desk, **narrowed), reader=reader, desk=town.desk, now=now)


@pytest.fixture
def complaint(town: Town, morning) -> Entry:
    return actions.record_entry(
        actor=town.butler, desk=town.desk, now=morning, text="投诉何嘉怡态度", kind="complaint", place="3栋802",
        customer="王女士", phone="13800138000", audience="supervisors", handler="客服部", fields={"note": "秘密"},
    )


@pytest.mark.clause("I8")
@pytest.mark.parametrize("part", ["agent", "butler", "colleague"])
def test_staff_see_number_and_kind_of_what_is_for_supervisors_only(town: Town, morning, complaint, part: str) -> None:
    actions.correct_entry(actor=town.supervisor, entry=complaint, now=morning, text="投诉何嘉怡，态度生硬", reason="笔误")
    found = rows(town, getattr(town, part), morning)
    assert [row.number for row in found] == [2, 1] and all(row.hidden for row in found)
    assert all(row.entry.kind == "complaint" for row in found)
    for row in [*found, *found[1].answers]:
        shown = [row.text, row.customer, row.phone, row.worded, row.entry.place, row.entry.handler, str(row.entry.fields)]
        assert "".join(shown) == "{}" and row.follow_up is None and row.entry.reason == ""
        assert not hasattr(row.entry, "words") and not hasattr(row.entry, "follow_up")
    assert Entry.objects.get(pk=complaint.pk).place == "3栋802" and found[1].corrected


@pytest.mark.clause("I8")
def test_supervisor_head_and_auditor_read_it(town: Town, morning, complaint) -> None:
    for part in ("supervisor", "head", "auditor"):
        (row,) = rows(town, getattr(town, part), morning)
        assert not row.hidden and row.text == "投诉何嘉怡态度" and row.follow_up.state == "open"


@pytest.mark.clause("I8")
def test_a_search_does_not_find_what_its_reader_may_not_read(town: Town, morning, complaint) -> None:
    for narrowed in ({"text": "态度"}, {"place": "802"}):
        assert len(rows(town, town.supervisor, morning, **narrowed)) == 1
        assert rows(town, town.agent, morning, **narrowed, see_restricted=False) == []
    assert len(rows(town, town.agent, morning, kind="complaint", see_restricted=False)) == 1


@pytest.mark.clause("I8")
def test_customers_are_masked_for_everybody_until_an_act_shows_them(town: Town, morning) -> None:
    actions.record_entry(
        actor=town.agent, desk=town.desk, now=morning, text="x", customer="王女士", phone="13800138000"
    )
    for reader, may_reveal in ((town.agent, True), (town.head, True), (town.auditor, False)):
        (row,) = rows(town, reader, morning)
        assert (row.customer, row.phone, row.masked, row.may_reveal) == ("王**", "138****8000", True, may_reveal)
    (clear,) = rows_for(entries_of(town.desk), reader=town.head, desk=town.desk, now=morning, unmasked=True)
    assert (clear.customer, clear.phone, clear.masked) == ("王女士", "13800138000", False)


@pytest.mark.clause("A18")
def test_answers_stand_with_their_original_and_say_what_does_not_hold(town: Town, morning) -> None:
    first = actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="一")
    other = actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="二")
    actions.open_watch(actor=town.supervisor, desk=town.desk, now=morning)
    correction = actions.correct_entry(actor=town.supervisor, entry=first, now=morning, text="壹", reason="笔误")
    actions.correct_entry(actor=town.supervisor, entry=correction, now=morning, text="弌", reason="笔误")
    actions.add_to_entry(actor=town.agent, entry=other, now=morning, text="补充")
    actions.retract_entry(actor=town.supervisor, entry=other, now=morning, reason="重复")
    by_number = {row.number: row for row in rows(town, town.agent, morning)}
    assert by_number[1].corrected and by_number[1].struck and not by_number[1].retracted
    assert [row.text for row in by_number[1].answers] == ["壹"] and by_number[1].answers[0].answers[0].text == "弌"
    assert by_number[1].answers[0].corrected
    assert by_number[2].retracted and [row.entry.act for row in by_number[2].answers] == ["addition", "retraction"]
    assert by_number[4].text == "壹" and by_number[4].corrected


@pytest.mark.clause("I9")
def test_an_act_is_worded_in_the_reader_s_language_and_an_unknown_one_is_shown_as_it_is(town: Town, morning) -> None:
    actions.open_watch(actor=town.agent, desk=town.desk, now=morning)
    actions.record_act(actor=None, desk=town.desk, now=morning, code="nobody_knows", fields={"a": "<b>"})
    actions.record_act(actor=None, desk=town.desk, now=morning, code="desk_opened", fields={})
    broken, unknown, known = rows(town, town.agent, morning)
    assert known.worded == "He Jiayi opened the desk." and known.text == ""
    assert unknown.worded == "nobody_knows · <b>" and broken.worded
    with translation.override("zh-hans"):
        assert rows(town, town.agent, morning)[2].worded


@pytest.mark.clause("A17")
def test_late_and_follow_up_are_said(town: Town, morning) -> None:
    actions.record_entry(
        actor=town.agent, desk=town.desk, now=morning, text="x", kind="help", occurred_at=morning - timedelta(hours=3), late_reason="忙", sure=True
    )
    (row,) = rows(town, town.agent, morning)
    assert row.late and not row.imported and row.follow_up.state == "open"


@pytest.mark.clause("I8")
def test_the_number_of_queries_does_not_grow_with_the_entries(town: Town, morning, django_assert_num_queries) -> None:
    def write(count: int) -> None:
        for _ in range(count):
            entry = actions.record_entry(
                actor=town.agent, desk=town.desk, now=morning, text="x", kind="help", customer="王女士", phone="13800138000"
            )
            actions.add_to_entry(actor=town.agent, entry=entry, now=morning, text="y")

    write(2)
    rows(town, town.agent, morning)  # the desk's books are read once for as long as the object lives
    with django_assert_num_queries(3):  # entries, answers, personal values
        rows(town, town.agent, morning)
    write(20)
    with django_assert_num_queries(3):
        rows(town, town.agent, morning)

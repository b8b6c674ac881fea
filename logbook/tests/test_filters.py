"""What the log is narrowed by reaches over years: everybody who ever wrote, every kind there ever was (A17)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from desks.models import EntryKind, Membership
from desks.testing import Town, signed_in
from logbook import actions
from logbook.forms.filters import LogFilter
from logbook.kept import named
from logbook.models import Entry
from logbook.queries import writers_of
from logbook.tests.pages import find, rows, tree, words
from logbook.words import DeskWords


def write(town: Town, actor, **values) -> Entry:
    return actions.record_entry(actor=actor, desk=values.pop("desk", town.desk), now=timezone.now(), text="x", **values)


@pytest.mark.clause("A17")
def test_everybody_who_wrote_is_offered_also_who_left_or_had_it_entered_and_nobody_of_another_desk(town: Town) -> None:
    write(town, town.supervisor)
    gone = write(town, town.colleague)
    write(town, town.butler, desk=town.other_desk)
    actions.record_entry(actor=town.agent, entered_by=town.head, desk=town.desk, now=timezone.now(), text="y")
    Membership.objects.filter(person=town.colleague).update(ends_at=timezone.now() - timedelta(days=1))
    town.colleague.ended_at = timezone.now() - timedelta(days=1)
    town.colleague.save()
    assert writers_of(town.desk) == [*sorted([town.agent, town.supervisor, town.head], key=lambda each: each.pk), town.colleague]
    page = tree(signed_in(town.head).get(f"/log/{town.desk.slug}/?person={town.colleague.pk}"))
    assert rows(page) == [gone.number] and not find(page, "div", class_="invalid-feedback")


def test_who_wrote_is_read_from_the_indexes_in_one_statement(town: Town) -> None:
    write(town, town.agent)
    with CaptureQueriesContext(connection) as sent:
        assert writers_of(town.desk) == [town.agent]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sent[-1]['sql']}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute("SELECT indexname FROM pg_indexes WHERE indexname IN ('entry_written_by', 'entry_entered_by')")
        assert len(cursor.fetchall()) == 2
    # Which of the book's indexes it takes depends on how small the server thinks the table is; from writer to writer it goes by one.
    assert plan.count("Recursive Union") == 2 and "Seq Scan on logbook_entry" not in plan, plan


@pytest.mark.clause("A17")
def test_a_retired_kind_is_still_offered_after_those_in_use(town: Town) -> None:
    entry = write(town, town.agent, kind="enquiry")
    EntryKind.objects.filter(desk=town.desk, code="enquiry").update(current=False)
    offered = [code for code, _label in LogFilter({}, writers=named(town.desk), words=DeskWords(town.desk)).fields["kind"].choices]
    assert offered[-1] == "enquiry" and len(offered) == len(set(offered))
    assert rows(tree(signed_in(town.agent).get(f"/log/{town.desk.slug}/?kind=enquiry"))) == [entry.number]


@pytest.mark.clause("A17")
def test_what_cannot_be_narrowed_by_says_so_beside_its_field(town: Town) -> None:
    write(town, town.agent)
    for query, said in (
        (f"person={town.away.agent.pk}", "has written nothing"), ("person=x", "has written nothing"), ("kind=nope", "never had this kind"),
        ("state=nope", "There is no such state"),
    ):
        page = tree(signed_in(town.agent).get(f"/log/{town.desk.slug}/?{query}"))
        assert rows(page) == [1] and said in words(page), query
    follow_ups = words(tree(signed_in(town.agent).get(f"/log/{town.desk.slug}/follow-ups/?kind=nope")))
    assert "never had this kind" in follow_ups
    chosen = find(tree(signed_in(town.agent).get(f"/log/{town.desk.slug}/?person={town.agent.pk}")), "option", value=str(town.agent.pk))
    assert "selected" in dict(chosen[0].attributes)

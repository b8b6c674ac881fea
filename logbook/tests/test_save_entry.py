"""Saving what the composer sends, with and without its script (A17, I8, I10)."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from desks.models import EntryKind
from desks.testing import Town, signed_in
from logbook.actions import record_entry
from logbook.forms import ComposerForm
from logbook.models import Entry, FollowUp
from logbook.tests.pages import attribute, find, tree

SCRIPT = {"HTTP_HX_REQUEST": "true"}


def _address(town: Town) -> str:
    return f"/log/{town.desk.slug}/record/"


@pytest.mark.clause("A17")
def test_one_line_is_enough_and_the_answer_is_its_number(town: Town) -> None:
    answer = signed_in(town.agent).post(_address(town), {"text": "业主来电", "key": str(uuid4())}, **SCRIPT)
    assert (answer.status_code, answer.json()) == (201, {"number": 1})
    entry = Entry.objects.get()
    assert (entry.words.text, entry.kind, entry.author) == ("业主来电", "other", town.agent)


def test_without_a_script_the_desk_page_follows(town: Town) -> None:
    answer = signed_in(town.agent).post(_address(town), {"text": "#bx 5栋1203 漏水", "place": "5栋1203"})
    assert (answer.status_code, answer["Location"]) == (302, f"/desk/{town.desk.slug}/")
    entry = Entry.objects.get()
    assert (entry.kind, entry.words.text) == ("repair", "5栋1203 漏水")
    assert FollowUp.objects.get().state == "open"


@pytest.mark.clause("I10")
def test_the_same_sending_twice_is_stored_once_however_late_the_second_comes(town: Town) -> None:
    sent = {"text": "一次", "key": str(uuid4()), "written_at": (datetime.now(tz=UTC) - timedelta(minutes=5)).isoformat(timespec="seconds")}
    client = signed_in(town.agent)
    numbers = [client.post(_address(town), sent, **SCRIPT).json()["number"] for _ in range(3)]
    assert numbers == [1, 1, 1] and Entry.objects.count() == 1
    assert Entry.objects.get().occurred_at == datetime.fromisoformat(sent["written_at"]), "when it was written, not when it came"
    changed = client.post(_address(town), sent | {"text": "两次"}, **SCRIPT)
    assert changed.status_code == 422 and Entry.objects.count() == 1


@pytest.mark.clause("A17")
@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "长" * 4001}, "text"),
        ({"text": "a\x00b"}, "text"),
        ({"text": "漏水", "kind": "repair"}, "place"),
        ({"text": "x", "kind": "nonsense"}, "kind"),
        ({"text": "x", "occurred_at": "2099-01-01T10:00"}, "occurred_at"),
        ({"text": "x", "occurred_at": "yesterday"}, "occurred_at"),
        ({"text": "x", "due_at": "99999-01-01T10:00"}, "due_at"),
        ({"text": "x", "phone": "1" * 41}, "phone"),
        ({"text": "x", "urgency": "nonsense"}, "urgency"),
    ],
)
def test_a_refusal_stands_beside_its_field_and_nothing_typed_is_lost(town: Town, sent: dict, field: str) -> None:
    client = signed_in(town.agent)
    assert list(client.post(_address(town), sent, **SCRIPT).json()["errors"]) == [field]
    answer = client.post(_address(town), sent | {"customer": "李先生"})
    assert answer.status_code == 422 and not Entry.objects.exists()
    page = tree(answer)
    assert attribute(find(page, "input", name="customer")[0], "value") == "李先生"
    if field in {"place", "occurred_at"}:
        assert attribute(find(page, "input", name=field)[0], "aria-invalid") == "true"


def test_a_refused_draft_is_offered_the_place_that_it_names(town: Town) -> None:
    answer = signed_in(town.agent).post(_address(town), {"text": "5栋1203 漏水", "kind": "repair"})
    assert attribute(find(tree(answer), "input", name="place")[0], "value") == "5栋1203"


@pytest.mark.clause("A9")
def test_an_emergency_is_one_tap_and_filled_in_afterwards(town: Town) -> None:
    client = signed_in(town.agent)
    answer = client.post(_address(town), {"text": "", "emergency": "1"})
    entry = Entry.objects.get()
    assert (entry.kind, entry.urgency) == ("emergency", "emergency") and entry.words.text
    assert answer["Location"] == f"/log/{town.desk.slug}/{entry.number}/"
    assert find(tree(client.get(answer["Location"])), "form", id="add-form")


@pytest.mark.clause("A1")
@pytest.mark.parametrize(
    ("sent", "states"),
    [
        ({"kind": "help"}, ["open"]),
        ({"kind": "help", "outcome": "settled"}, []),
        ({"kind": "help", "result": "已解决"}, []),
        ({"kind": "enquiry"}, []),
        ({"kind": "enquiry", "outcome": "open"}, ["open"]),
    ],
)
def test_a_matter_stays_open_or_is_settled_as_its_writer_says(town: Town, sent: dict, states: list[str]) -> None:
    signed_in(town.agent).post(_address(town), sent | {"text": "x"})
    assert list(FollowUp.objects.values_list("state", flat=True)) == states


def test_a_department_is_stored_by_its_code_and_anybody_else_by_name(town: Town) -> None:
    client = signed_in(town.agent)
    for words in ("工程维修部", "王师傅"):
        client.post(_address(town), {"text": "x", "kind": "help", "handler": words})
    assert list(FollowUp.objects.order_by("root__number").values_list("handler", flat=True)) == ["engineering", "王师傅"]


@pytest.mark.clause("I9")
def test_a_line_of_somebody_else_is_not_stored_under_the_actors_name(town: Town) -> None:
    client = signed_in(town.agent, town.colleague)
    answer = client.post(_address(town), {"text": "x"}, HTTP_X_ACTOR=str(town.colleague.pk), **SCRIPT)
    assert answer.status_code == 422 and answer["HX-Trigger"] == "seat-needed"
    assert not Entry.objects.exists()


@pytest.mark.clause("I8")
def test_who_may_not_write_here_writes_nothing(town: Town) -> None:
    for person, status in ((town.auditor, 403), (town.head, 403), (town.away.agent, 404), (town.operator, 404)):
        assert signed_in(person).post(_address(town), {"text": "x"}, **SCRIPT).status_code == status
    assert signed_in(town.agent).get(_address(town)).status_code == 405
    assert not Entry.objects.exists()


def test_a_forged_form_without_its_token_is_refused(town: Town) -> None:
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(town.agent)
    assert client.post(_address(town), {"text": "x"}, **SCRIPT).status_code == 403
    assert not Entry.objects.exists()


def test_a_saved_entry_costs_few_queries_and_always_as_many(town: Town) -> None:
    client = signed_in(town.agent)
    client.post(_address(town), {"text": "the first one makes the book"}, **SCRIPT)
    counts = []
    for number in range(3):
        with CaptureQueriesContext(connection) as context:
            client.post(_address(town), {"text": f"x{number}", "kind": "other", "key": str(uuid4())}, **SCRIPT)
        counts.append(len(context))
    assert len(set(counts)) == 1 and counts[0] <= 6, [query["sql"][:110] for query in context.captured_queries]


def test_the_kinds_that_are_kept_are_those_of_now(town: Town) -> None:
    client = signed_in(town.agent)
    assert client.post(_address(town), {"text": "x", "kind": "enquiry"}, **SCRIPT).status_code == 201
    kind = EntryKind.objects.get(desk=town.desk, code="enquiry", current=True)
    kind.needs_place = True
    kind.save()
    assert client.post(_address(town), {"text": "x", "kind": "enquiry"}, **SCRIPT).status_code == 422
    kind.current = False
    kind.save()
    assert "kind" in client.post(_address(town), {"text": "x", "kind": "enquiry", "place": "5-1203"}, **SCRIPT).json()["errors"]


@pytest.mark.parametrize("entries", [10, 1000])
def test_saving_costs_two_queries_however_long_the_log_is(town: Town, entries: int) -> None:
    for number in range(entries):
        record_entry(actor=town.agent, desk=town.desk, now=datetime.now(tz=UTC), text=f"x{number}")
    client = signed_in(town.agent)
    client.post(_address(town), {"text": "the first one writes down which desk this browser shows"}, **SCRIPT)
    with CaptureQueriesContext(connection) as asked:
        assert client.post(_address(town), {"text": "x", "key": str(uuid4())}, **SCRIPT).status_code == 201
    said = [each["sql"] for each in asked if "SAVEPOINT" not in each["sql"]]
    assert len(said) == 2, "session with actor and gate, insert"


@pytest.mark.clause("I1", "A17")
def test_what_an_entry_leaves_empty_stands_as_it_does_in_an_entry_that_says_everything(town: Town) -> None:
    """A plain entry is inserted by its usual columns alone, one that says more by all of them: what neither says is alike."""
    actor, now = town.agent, timezone.now()
    plain = record_entry(actor=actor, desk=town.desk, now=now, text="来电")
    more = record_entry(actor=actor, desk=town.desk, now=now, text="来电", handler="engineering", follow_up=True, source="phone", due_at=now + timedelta(hours=2))
    said = {"source", "handler", "due_at", "follow_state", "id", "number", "recorded_at", "previous", "leaf", "digest", "secret", "request_digest"}
    rows = [Entry.objects.filter(pk=each.pk).values().get() for each in (plain, more)]
    assert {name for name in rows[0] if rows[0][name] != rows[1][name]} <= said
    for entry, row in zip((plain, more), rows, strict=True):
        assert {name: getattr(entry, name) for name in row} == row, "what the act gives back is what stands"


@pytest.mark.clause("I11")
def test_forms_of_desks_in_two_zones_read_each_moment_by_their_own(town: Town) -> None:
    town.away.site.timezone = "Asia/Urumqi"
    town.away.desk.site = town.away.site
    forms = [ComposerForm({"text": "x", "occurred_at": "2026-03-01T10:00"}, desk=desk) for desk in (town.desk, town.away.desk, town.desk)]
    assert [form.is_valid() and form.cleaned_data["occurred_at"].astimezone(UTC).hour for form in forms] == [2, 4, 2]


@pytest.mark.clause("A17")
def test_every_field_that_cannot_be_is_named_and_what_is_good_is_kept(town: Town) -> None:
    sent = {"text": "来电", "occurred_at": "yesterday", "urgency": "loud", "kind": "k" * 41, "place": "3栋802"}
    answer = signed_in(town.agent).post(_address(town), sent, **SCRIPT)
    assert answer.status_code == 422 and set(answer.json()["errors"]) == {"occurred_at", "urgency", "kind"}
    assert Entry.objects.count() == 0


@pytest.mark.clause("A17")
def test_an_end_of_line_is_one_character_wherever_the_text_was_copied_from(town: Town) -> None:
    signed_in(town.agent).post(_address(town), {"text": "一\r\n二\r三\u2028四\u2029五\u2029"}, **SCRIPT)
    assert Entry.objects.get().words.text == "一\n二\n三\n四\n五"

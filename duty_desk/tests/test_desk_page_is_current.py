"""What the desk page keeps is never out of date: somebody else's act on any floor shows at the next look (docs/decisions/0022)."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from desks.gate import read_gate
from desks.hooks import panels
from desks.models import ActingSupervisor, Choice, EntryKind
from desks.permissions import ACTING_RIGHTS
from desks.testing import Town, signed_in
from escalations.actions import raise_escalation
from handover.actions import start_handover
from handover.tests.scenes import roster_duty
from inspections.tests.making import finished
from logbook import actions
from logbook.board import desk_facts, parts_of
from logbook.models import Entry, Watch
from notices.actions import tell
from office.actions.briefing import acknowledge_briefing, write_briefing
from office.models import Briefing
from registers.actions import issue_item
from registers.models import CustodyItem
from rosters.actions import leave_for_a_while


@pytest.fixture
def watch(town: Town, morning: datetime):
    """The agent and the colleague hold the desk; the clock stands, so that every look falls into the same minute."""
    with time_machine.travel(morning, tick=False):
        actions.open_watch(actor=town.agent, desk=town.desk, now=morning, colleagues=[town.colleague])
        actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="Wasser", kind="repair", place="5-1203", handler="engineering")
        write_briefing(actor=town.supervisor, desk=town.desk, day=morning.date(), text="Aufzug 3 steht", now=morning)
        yield


def _look(client: Client, town: Town) -> str:
    answer = client.get(f"/desk/{town.desk.slug}/")
    assert answer.status_code == 200
    return answer.content.decode()


def _save(thing: object, **values: object) -> None:
    for name, value in values.items():
        setattr(thing, name, value)
    thing.save()  # type: ignore[attr-defined]


def _act_for_the_supervisor(town: Town, now: datetime) -> None:
    ActingSupervisor.objects.create(
        person=town.agent, site=town.site, rights=list(ACTING_RIGHTS), starts_at=now, ends_at=now + timedelta(days=1), named_by=town.supervisor
    )


ACTS: dict[str, tuple[Callable[[Town, datetime], object], str]] = {
    "an entry": (lambda town, now: actions.record_entry(actor=town.colleague, desk=town.desk, now=now, text="Paket"), "Paket"),
    "a follow-up": (
        lambda town, now: actions.move_follow_up(
            actor=town.colleague, root=Entry.objects.get(words__text="Wasser"), now=now, state="in_progress", next_step="Rohrzange"
        ),
        "Rohrzange",
    ),
    "somebody joins": (lambda town, now: actions.join_watch(actor=town.butler, watch=Watch.objects.get(), person=town.butler, now=now), "Zhou Min"),
    "a duty": (
        lambda town, now: roster_duty(town.desk, town.second_butler, now - timedelta(hours=1), now + timedelta(hours=5)), "Chen Guowei",
    ),
    "a meal": (
        lambda town, now: leave_for_a_while(actor=town.colleague, desk=town.desk, what="meal", cover=town.agent, now=now),
        "He Jiayi stays",
    ),
    "a handover": (
        lambda town, now: start_handover(actor=town.colleague, desk=town.desk, incoming=town.second_butler, now=now),
        "He Jiayi hands over to Chen Guowei",
    ),
    "a key": (
        lambda town, now: issue_item(
            actor=town.colleague, item=CustodyItem.objects.get(desk=town.desk, code="spare_keys", current=True), piece="12", amount=Decimal(1),
            taken_by="Schlosser", now=now,
        ),
        "Spare keys, cabinet 1 № 12",
    ),
    "an inspection": (finished, "inspected at 09:00"),
    "a briefing": (
        lambda town, now: write_briefing(actor=town.supervisor, desk=town.desk, day=now.date(), text="Aufzug 3 läuft", now=now), "läuft",
    ),
    "an acknowledgement": (
        lambda town, now: acknowledge_briefing(actor=town.colleague, briefing=Briefing.objects.get(), now=now), "acknowledged",
    ),
    "an escalation": (
        lambda town, now: raise_escalation(actor=town.colleague, entry=Entry.objects.get(words__text="Wasser"), now=now),
        'aria-label="Escalations"',
    ),
    "a notice": (
        lambda town, now: tell(
            people=[town.agent], site=town.site, matter="entry", matter_id="1", occasion="x", code="desk_opened", now=now
        ),
        "<b>2<span",
    ),
    "a name": (lambda town, now: _save(town.colleague, name_latin="Huang Qiang"), "Huang Qiang"),
    "a kind": (lambda town, now: _save(EntryKind.objects.get(desk=town.desk, code="parcel", current=True), label_en="Packet"), "Packet"),
    "a choice": (
        lambda town, now: _save(Choice.objects.get(desk=town.desk, purpose="department", code="engineering", current=True), label_en="Works"),
        "Works",
    ),
    "the desk's name": (lambda town, now: _save(town.desk, label_en="Lobby"), "Lobby"),
    "a setting": (lambda town, now: _save(town.desk.settings, take_back_seconds=17), 'data-take-back="17"'),
    "a right": (_act_for_the_supervisor, "Change</a>"),
}


@pytest.mark.clause("A10")
@pytest.mark.parametrize("what", ACTS)
def test_an_act_of_somebody_else_shows_at_the_next_look(town: Town, morning: datetime, watch: None, what: str) -> None:
    act, words = ACTS[what]
    client = signed_in(town.agent)
    assert words not in _look(client, town)
    with CaptureQueriesContext(connection) as asked:
        assert words not in _look(client, town)
    assert not any('"rosters_duty"' in each["sql"] for each in asked), "the page was kept, the panels were not asked"
    act(town, morning)
    assert words in _look(client, town)


@pytest.mark.clause("I8")
def test_readers_never_share_what_is_theirs(town: Town, watch: None) -> None:
    pages = {person: _look(signed_in(person), town) for person in (town.agent, town.supervisor, town.head, town.agent)}
    assert "Change</a>" in pages[town.supervisor] and "Change</a>" not in pages[town.agent]
    for person, page in pages.items():
        assert set(re.findall(r'name="_actor" value="(\d+)"', page)) <= {str(person.pk)}
        assert f'"X-Actor": "{person.pk}"' in page


def test_every_answer_has_a_token_of_its_own_that_opens_its_forms(town: Town, watch: None) -> None:
    client, pages = signed_in(town.colleague), []
    client.handler.enforce_csrf_checks = True
    for _ in range(3):
        pages.append(set(re.findall(r'name="csrfmiddlewaretoken" value="([^"]*)"', _look(client, town))))
    assert all(re.fullmatch("[0-9A-Za-z]{64}", token) for page in pages for token in page), "nothing else stands where a token belongs"
    assert pages[1] and not pages[1] & pages[2], "kept parts, and yet another token"
    leave = f"/desk/{town.desk.slug}/watch/leave/"
    assert client.post(leave, {"csrfmiddlewaretoken": "x" * 64}).status_code == 403
    assert client.post(leave, {"csrfmiddlewaretoken": pages[2].pop()}).status_code == 302


def test_while_a_floor_tells_no_state_nothing_is_kept(town: Town, morning: datetime, watch: None, monkeypatch) -> None:
    desk = read_gate(town.agent, town.desk.slug, now=morning, knows=desk_facts()).desk
    made: list[int] = []
    for known, expected in ((True, 1), (False, 3)):
        for _ in range(2):
            parts = parts_of(desk, desk.known, reader=town.agent, now=morning)
            parts.get("counted", lambda: made.append(1) or "x")
            parts.settle(lambda: True)
        assert len(made) == expected, known
        monkeypatch.setitem(panels._things, "desk.aside.later", lambda request, desk: None)


def test_what_changed_while_it_was_made_is_not_kept(town: Town, morning: datetime, watch: None) -> None:
    desk = read_gate(town.agent, town.desk.slug, now=morning, knows=desk_facts()).desk
    made: list[int] = []
    for still, expected in ((False, 1), (True, 2), (True, 2)):
        parts = parts_of(desk, desk.known, reader=town.agent, now=morning)
        parts.get("settled", lambda: made.append(1) or "x")
        parts.settle(lambda still=still: still)
        assert len(made) == expected


@pytest.mark.parametrize("entries", [10, 1000])
def test_a_kept_page_costs_one_query_however_long_the_log_is(town: Town, morning: datetime, watch: None, entries: int) -> None:
    for number in range(entries):
        actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text=f"x{number}")
    client = signed_in(town.agent)
    _look(client, town)
    with CaptureQueriesContext(connection) as asked:
        _look(client, town)
    # In a test that is rolled back nobody can be sure that a reading stands recorded: it is looked up each time.
    reading = [each["sql"] for each in asked if "SAVEPOINT" not in each["sql"] and "logbook_accessrecord" not in each["sql"]]
    assert len(reading) == 1, "session with actor and gate"

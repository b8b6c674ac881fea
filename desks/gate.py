"""What every page of a desk asks first, in one statement: the desk of the address, what the reader is, and facts (I8).

Facts are what later floors know of a desk (desks.hooks.facts); a page names those that it needs.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection

from desks.by_hand import Columns, Statement
from desks.hooks import facts
from desks.models import ActingSupervisor, Desk, DeskSettings, Membership, Person, Site

_DESK, _SITE, _SETTINGS, _PERSON = Columns(Desk), Columns(Site), Columns(DeskSettings), Columns(Person)
_MEMBERSHIP, _ACTING = Columns(Membership), Columns(ActingSupervisor)


@dataclass(frozen=True)
class Known:
    """What the gate read for a page, as plain values: who asked, the desk with its settings, and the facts by name."""

    person_id: int
    place: tuple[Any, ...]
    facts: dict[str, Any]


@dataclass(frozen=True)
class Gate:
    """The desk of the address or None, all that the person is and was, and what is known of the desk."""

    desk: Desk | None
    memberships: list[Membership]
    acting: list[ActingSupervisor]


@dataclass
class _Opening:
    """A page of a desk that is about to be opened: its address, the facts that it needs, and who was read with the session."""

    slug: str
    knows: tuple[str, ...]
    ahead: Person | None = None


# For which page of a desk the actor of a request is about to be read.
_about_to_open: ContextVar[_Opening | None] = ContextVar("about_to_open", default=None)

SESSION = "SELECT session_data FROM django_session WHERE session_key = %(key)s AND expire_date > %(now)s"

# The rows that are read whole, by the names that the statement has for them; the last only where the actor is read.
_ROWS: tuple[tuple[str, Columns[Any]], ...] = (("desk", _DESK), ("site", _SITE), ("settings", _SETTINGS), ("actor", _PERSON))
# What each connection has read of them, by row and version. A version never changes; what it is called means something to one server only.
_seen: WeakKeyDictionary[Any, dict[tuple[str, str], tuple[Any, ...]]] = WeakKeyDictionary()
_MOST_SEEN = 200


@cache
def _statement(knows: tuple[str, ...], actor: bool, session: bool, whole: bool) -> Statement:
    rows = _ROWS if actor else _ROWS[:-1]
    asked = [f"({SESSION})"] if session else []
    asked += [f"(SELECT json_agg(m)::text FROM {table} AS m WHERE m.person_id = %(person)s)" for table in ("desks_membership", "desks_actingsupervisor")]
    asked += [f"({facts.get(name)})" for name in knows]
    asked += [f"{name}.id || ' ' || {name}.xmin::text || ' ' || {name}.ctid::text" for name, _columns in rows]
    asked += [columns.of(name) for name, columns in rows] if whole else []
    types = {"person": "bigint", "slug": "text", "now": "timestamptz"} | ({"key": "text"} if session else {})
    # Joined from the left: what the person is comes also with an address that no desk has.
    return Statement(f"""SELECT {", ".join(asked)}
    FROM (VALUES (1)) AS one LEFT JOIN desks_desk AS desk ON desk.slug = %(slug)s LEFT JOIN desks_site AS site ON site.id = desk.site_id
        LEFT JOIN desks_desksettings AS settings ON settings.desk_id = desk.id
        {"LEFT JOIN desks_person AS actor ON actor.id = %(person)s" if actor else ""}""", types)


def _read(
    knows: tuple[str, ...], asked: dict[str, Any], *, actor: bool = False, session: bool = False
) -> tuple[Sequence[Any], list[tuple[Any, ...]]]:
    """What the statement tells, and the values of its rows: they are sent only where this connection has not seen their version.

    A hundred values of rows that hardly ever change were half of what the statement cost (docs/decisions/0022).
    """
    rows = _ROWS if actor else _ROWS[:-1]
    told = _statement(knows, actor, session, whole=False).one(asked)
    begin, end = len(told) - len(rows), len(told)
    seen = _seen.setdefault(connection.connection, {})
    found: list[tuple[Any, ...] | None] = [
        seen.get((name, version)) if version is not None else (None,) * len(columns)
        for (name, columns), version in zip(rows, told[begin:], strict=True)
    ]
    values = [each for each in found if each is not None]
    if len(values) < len(rows):
        told = _statement(knows, actor, session, whole=True).one(asked)
        if len(seen) > _MOST_SEEN:
            seen.clear()
        values, at = [], end
        for (name, columns), version in zip(rows, told[begin:end], strict=True):
            values.append(tuple(told[at : at + len(columns)]))
            at += len(columns)
            if version is not None:
                seen[name, version] = values[-1]
    return told[:begin], values


def read_gate(person: Person, slug: str, *, now: datetime, knows: Sequence[str] = ()) -> Gate:
    """Reads the desk of that address with site and settings, the person's memberships and acting times, and the facts.

    What is known stands on the desk as `known`.
    """
    return _gate(person, tuple(knows), *_read(tuple(knows), {"person": person.pk, "slug": slug, "now": now}))


@contextmanager
def about_to_open(slug: str, knows: Sequence[str]) -> Iterator[None]:
    """While this lasts, whoever reads the actor of the request reads the gate of the desk of that address with them (`read_actor`)."""
    before = _about_to_open.set(_Opening(slug, tuple(knows)))
    try:
        yield
    finally:
        _about_to_open.reset(before)


def read_session(key: str, *, now: datetime, expected: int | None) -> str | None:
    """What is stored of a session that has not expired, or None.

    Where a page of a desk is about to be opened, the person who is `expected` to be its actor is read in the same
    statement, with the gate. That is a guess and nothing more: `read_actor` takes it if the session names that person.
    """
    opening = _about_to_open.get()
    if opening is None or expected is None:
        row = _sessions().one({"key": key, "now": now})
        return row[0] if row is not None else None
    asked = {"person": expected, "slug": opening.slug, "now": now, "key": key}
    (stored, *told), rows = _read(opening.knows, asked, actor=True, session=True)
    opening.ahead = _actor(opening, told, rows)
    return stored


def read_actor(pk: int, *, now: datetime) -> Person | None:
    """The person of that key, and with them in one statement the gate of the page that is about to be opened.

    What it says waits with the person for `gate_with`. Where no page of a desk is about to be opened: the person alone.
    """
    opening = _about_to_open.get()
    if opening is None:
        row = _people().one({"pk": pk})
        return _PERSON.read(row) if row is not None else None
    ahead, opening.ahead = opening.ahead, None
    if ahead is not None and ahead.pk == pk:
        return ahead
    return _actor(opening, *_read(opening.knows, {"person": pk, "slug": opening.slug, "now": now}, actor=True))


def _actor(opening: _Opening, told: Sequence[Any], rows: list[tuple[Any, ...]]) -> Person | None:
    *place, actor = rows
    if actor[0] is None:
        return None
    person = _PERSON.read(actor)
    person._gate = ((opening.slug, opening.knows), _gate(person, opening.knows, told, place))  # type: ignore[attr-defined]
    return person


def gate_with(person: Person, slug: str, *, now: datetime, knows: Sequence[str]) -> Gate:
    """The gate that was read with the person, once, if it is that of this address and these facts; else it is read now."""
    asked, gate = getattr(person, "_gate", (None, None))
    if gate is None or asked != (slug, tuple(knows)):
        return read_gate(person, slug, now=now, knows=knows)
    # By name, not by __dict__: the actor of a request is a lazy object around the person.
    delattr(person, "_gate")
    return gate


@cache
def _sessions() -> Statement:
    return Statement(SESSION, {"key": "text", "now": "timestamptz"})


@cache
def _people() -> Statement:
    return Statement(f"SELECT {_PERSON.of('person')} FROM desks_person AS person WHERE person.id = %(pk)s", {"pk": "bigint"})


def _gate(person: Person, knows: tuple[str, ...], told: Sequence[Any], rows: list[tuple[Any, ...]]) -> Gate:
    member, acts, *known = told
    memberships = [_MEMBERSHIP.read_json(row) for row in json.loads(member or "[]")]
    acting = [_ACTING.read_json(row) for row in json.loads(acts or "[]")]
    for each in (*memberships, *acting):
        each._state.fields_cache["person"] = person
    of_desk, of_site, of_settings = rows
    if of_desk[0] is None:
        return Gate(None, memberships, acting)
    # What stands in the rows is alike: only the objects are tied to one another, without Django's checks of each.
    desk = _DESK.read(of_desk)
    desk._state.fields_cache["site"] = _SITE.read(of_site)
    desk._state.fields_cache["settings"] = None
    if of_settings[0] is not None:
        desk._state.fields_cache["settings"] = settings = _SETTINGS.read(of_settings)
        settings._state.fields_cache["desk"] = desk
    desk.known = Known(person.pk, (*of_desk, *of_site, *of_settings), dict(zip(knows, known, strict=True)))
    return Gate(desk, memberships, acting)


def stands_as(person: Person, desk: Desk, now: datetime) -> bool:
    """Whether a second look at what is known of the desk finds what the gate has read: then what was made meanwhile shows just that."""
    gate = read_gate(person, desk.slug, now=now, knows=tuple(desk.known.facts))
    return gate.desk is not None and gate.desk.known == desk.known


def known_of(desk: Desk, person: Person, now: datetime, knows: Sequence[str]) -> tuple[Any, ...]:
    """The facts of those names as they stand now, for an act that no page of the desk has called."""
    asked = ", ".join(f"({facts.get(name)})" for name in knows)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {asked} FROM desks_desk AS desk WHERE desk.id = %(desk)s", {"desk": desk.pk, "person": person.pk, "now": now})
        return cursor.fetchone()

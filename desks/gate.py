"""What every page of a desk asks first, in one statement: the desk of the address, what the reader is, and facts (I8).

Facts are what later floors know of a desk (desks.hooks.facts); a page names those that it needs.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection

from desks.by_hand import Columns, Statement
from desks.hooks import facts
from desks.models import ActingSupervisor, Desk, DeskSettings, Membership, Person, Site

_DESK, _SITE, _SETTINGS = Columns(Desk), Columns(Site), Columns(DeskSettings)
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


@cache
def _statement(knows: tuple[str, ...]) -> Statement:
    # Joined from the left: what the person is comes also with an address that no desk has.
    asked = "".join(f"({facts.get(name)}), " for name in knows)
    return Statement(f"""SELECT (SELECT json_agg(m)::text FROM desks_membership AS m WHERE m.person_id = %(person)s),
        (SELECT json_agg(a)::text FROM desks_actingsupervisor AS a WHERE a.person_id = %(person)s), {asked}
        {_DESK.of("desk")}, {_SITE.of("site")}, {_SETTINGS.of("settings")}
    FROM (VALUES (1)) AS one LEFT JOIN desks_desk AS desk ON desk.slug = %(slug)s LEFT JOIN desks_site AS site ON site.id = desk.site_id
        LEFT JOIN desks_desksettings AS settings ON settings.desk_id = desk.id""", {"person": "bigint", "slug": "text", "now": "timestamptz"})


def read_gate(person: Person, slug: str, *, now: datetime, knows: Sequence[str] = ()) -> Gate:
    """Reads the desk of that address with site and settings, the person's memberships and acting times, and the facts.

    What is known stands on the desk as `known`.
    """
    member, acts, *values = _statement(tuple(knows)).one({"person": person.pk, "slug": slug, "now": now})
    memberships = [_MEMBERSHIP.read_json(row) for row in json.loads(member or "[]")]
    acting = [_ACTING.read_json(row) for row in json.loads(acts or "[]")]
    for row in (*memberships, *acting):
        row.person = person
    known, values = values[: len(knows)], values[len(knows) :]
    if values[0] is None:
        return Gate(None, memberships, acting)
    begin, end = len(_DESK), len(_DESK) + len(_SITE)
    desk = _DESK.read(values[:begin])
    desk.site = _SITE.read(values[begin:end])
    if values[end] is None:
        desk._state.fields_cache["settings"] = None
    else:
        settings = _SETTINGS.read(values[end:])
        settings.desk = desk
    desk.known = Known(person.pk, tuple(values), dict(zip(knows, known, strict=True)))
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

"""Telling people, exactly once, and what they do with it (A23, I7, I9). Telling belongs to the act that it tells of."""

import json
from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction

from desks.hooks import messages
from desks.models import Person, Site
from notices import rules
from notices.models import Heartbeat, Notice, NoticeReading
from notices.queries import unread_of

# A single statement: people in the order of their ids, so that two acts telling the same people never deadlock.
TELL = """
INSERT INTO notices_notice (person_id, site_id, matter, matter_id, occasion, code, fields, url, told_at, acknowledge)
SELECT person, %(site)s, %(matter)s, %(matter_id)s, %(occasion)s, %(code)s, %(fields)s::jsonb, %(url)s, %(now)s,
       %(acknowledge)s
FROM unnest(%(people)s::bigint[]) AS person
ON CONFLICT ON CONSTRAINT notice_told_once DO NOTHING
"""


@transaction.atomic
def tell(
    *,
    people: Iterable[Person],
    site: Site,
    matter: str,
    matter_id: str | int,
    occasion: str,
    code: str,
    fields: dict[str, str] | None = None,
    url: str = "",
    now: datetime,
    acknowledge: bool = False,
) -> int:
    """Tells each of the people once about the occasion of the matter, inside the caller's transaction.

    Returns how many were told just now; who was told before is not told again, whoever asks and however often (I7).
    `occasion` is a stable text by the rule ("due:2026-12-25T16:00"), never made from the present time. `code` is
    worded on reading with `fields` (desks/wording.py). `url` leads to a page of this program. `now` is aware.
    Raises LookupError for a code without wording and ValueError for an address elsewhere: mistakes of the caller.
    """
    if messages.get(code) is None:
        raise LookupError(f"No floor has registered a wording for the message code {code!r}.")
    if not rules.is_inside(url):
        raise ValueError(f"A notice leads to a page of this program, not to {url!r}.")
    ids = sorted({person.pk for person in people if person.is_active})
    if not ids:
        return 0
    values = {
        "people": ids, "site": site.pk, "matter": matter, "matter_id": str(matter_id), "occasion": occasion,
        "code": code, "fields": json.dumps(fields or {}), "url": url, "now": now, "acknowledge": acknowledge,
    }
    with connection.cursor() as cursor:
        cursor.execute(TELL, values)
        return cursor.rowcount


@transaction.atomic
def read_notice(*, actor: Person, notice: Notice, now: datetime) -> Notice:
    """Marks one's own notice as read; reading again changes nothing. Raises Refused (I8)."""
    if refusal := rules.why_not_read(own=actor.pk == notice.person_id):
        raise refusal
    _note([notice.pk], NoticeReading.Kind.READ, now)
    return notice


@transaction.atomic
def read_all(*, actor: Person, up_to: int, now: datetime) -> int:
    """Marks the actor's notices up to that id as read; returns how many were unread.

    What was told after the page had been shown stays unread, and what must be acknowledged waits on.
    """
    unread = list(unread_of(actor, now).filter(pk__lte=up_to).values_list("pk", flat=True))
    _note(unread, NoticeReading.Kind.READ, now)
    return len(unread)


@transaction.atomic
def acknowledge_notice(*, actor: Person, notice: Notice, now: datetime) -> Notice:
    """Acknowledges one's own notice, which also is read then; the first time counts. Raises Refused (I8)."""
    if refusal := rules.why_not_acknowledge(own=actor.pk == notice.person_id, needed=notice.acknowledge):
        raise refusal
    for kind in NoticeReading.Kind:
        _note([notice.pk], kind, now)
    return notice


def note_heartbeat(*, part: str, now: datetime, failing: Iterable[str] = ()) -> None:
    """Notes that a part beside the web has just done its work; `failing` names the clock's acts that failed."""
    row = Heartbeat(part=part, at=now, failing=list(failing))
    Heartbeat.objects.bulk_create([row], update_conflicts=True, unique_fields=["part"], update_fields=["at", "failing"])


def _note(notices: Iterable[int], kind: str, now: datetime) -> None:
    rows = [NoticeReading(notice_id=pk, kind=kind, at=now) for pk in notices]
    NoticeReading.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)

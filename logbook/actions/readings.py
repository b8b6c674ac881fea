"""Recording who read the log and who took entries out (A20, I8)."""

import hashlib
import json
import re
import unicodedata
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from desks.keeping import Kept
from desks.models import Desk, Person, Site
from desks.permissions import may
from desks.refusal import Refused
from desks.whence import address
from logbook import rules
from logbook.models import AccessRecord, Entry, PersonalValue
from logbook.queries import on_duty_at
from logbook.reading import numbers_in_text_of
from logbook.rules import not_yet_read

# The class of the advisory locks that let one refresh of a session at a time look what was read before ("read").
LOCK_CLASS = 1919246692
# A day of the calendar has as many digits as a short number, and names nobody.
DAYS, A_DAY = {"day", "until"}, re.compile(r"\d{4}-\d{2}-\d{2}")
LOOKS_LIKE_A_NUMBER = re.compile(r"\d(?:[\s\-()+.]*\d){5,}")


# What was read last under each heading, known to stand in the database: a record is never changed or removed (I1), so that
# who has seen it there once need not look again.
recorded = Kept(4096)


def record_reading(
    *, actor: Person, session_key: str | None, page: str, filters: dict[str, Any], from_number: int | None,
    to_number: int | None, now: datetime, count: int | None = None, desk: Desk | None = None, site: Site | None = None,
) -> AccessRecord | None:
    """Records that the actor was shown entries of the desk's or the site's book from one number to another (I8).

    Exactly one of desk and site says whose book. Nothing new leaves no record. `page` names the page and `filters` what it
    was narrowed by (without the paging); both numbers are None for a page without entries. The first reading of a page and filter in a session is always recorded, also of an empty page.
    `count` is how many entries were shown, where the range has holes. Returns the new record, or None.
    """
    asked = _identity(actor=actor, desk=desk, site=site, session_key=session_key, page=page, filters=filters)
    heading = (connection.settings_dict["NAME"], actor.pk, _place_key(asked), asked["session"], page, asked["filter_digest"])
    if _covers(recorded.find(heading), from_number, to_number):
        return None
    with transaction.atomic():
        made = _record_what_is_fresh(asked, from_number, to_number, count, now)
        transaction.on_commit(lambda: recorded.put(heading, (from_number, to_number)))
    return made


def _covers(recorded: tuple[int | None, int | None] | None, from_number: int | None, to_number: int | None) -> bool:
    if recorded is None or recorded == (from_number, to_number):
        return recorded is not None
    first, last = recorded
    if first is None or last is None or from_number is None or to_number is None:
        return False
    return first <= from_number and to_number <= last


def _record_what_is_fresh(
    asked: dict[str, Any], from_number: int | None, to_number: int | None, count: int | None, now: datetime
) -> AccessRecord | None:
    earlier = AccessRecord.objects.filter(
        **{name: value for name, value in asked.items() if name != "filters"}, kind=AccessRecord.Kind.READ
    )
    if from_number is None or to_number is None:
        fresh: list[tuple[int | None, int | None]] = [] if earlier.exists() else [(None, None)]
    else:
        fresh = _fresh(earlier, from_number, to_number)
        if fresh:
            _one_at_a_time(asked)
            fresh = _fresh(earlier, from_number, to_number)
    made = [
        AccessRecord(**asked, at=now, address=address(), from_number=first, to_number=last, count=_shown(first, last, from_number, to_number, count))
        for first, last in fresh
    ]
    # Two empty pages at once meet in the unique constraint, and one of them leaves nothing.
    AccessRecord.objects.bulk_create(made, ignore_conflicts=from_number is None)
    return made[-1] if made else None


@transaction.atomic
def record_export(
    *, actor: Person, session_key: str | None, page: str, filters: dict[str, Any], from_number: int | None,
    to_number: int | None, count: int, now: datetime, file_digest: str = "", desk: Desk | None = None, site: Site | None = None,
) -> AccessRecord:
    """Records that the actor took `count` entries out of the desk's or the site's book, in the file of that SHA-256 (A20, I8).

    Each export is recorded.
    """
    asked = _identity(actor=actor, desk=desk, site=site, session_key=session_key, page=page, filters=filters)
    return AccessRecord.objects.create(
        **asked, kind=AccessRecord.Kind.EXPORT, at=now, address=address(), from_number=from_number, to_number=to_number, count=count,
        file_digest=file_digest,
    )


@transaction.atomic
def reveal_personal(*, actor: Person, entry: Entry, session_key: str | None, now: datetime) -> dict[str, str]:
    """A customer's values of one entry in clear, by name, and the phone numbers that its text holds, as "numbers"; each time leaves a record of who, which entry, when and from where (A20, I8).

    For who is on duty at the site, and for who leads it. Raises Refused.
    """
    desk, numbers = entry.book.desk, numbers_in_text_of(entry)
    refusal = rules.why_not_reveal(
        may_see=may(actor, "log.see_personal", desk=desk, now=now), on_duty=on_duty_at(desk.site_id, actor),
        leads=may(actor, "log.see_restricted", desk=desk, now=now),
        has_values=bool(numbers) or PersonalValue.objects.filter(pk__in=entry.personal.values()).exists(),
    )
    if entry.audience == Entry.Audience.SUPERVISORS and not may(actor, "log.see_restricted", desk=desk, now=now):
        refusal = Refused("A20", _("This entry is for supervisors only."), _("Ask the supervisor."))
    if refusal:
        raise refusal
    asked = _identity(actor=actor, desk=desk, session_key=session_key, page="entry", filters={"entry": entry.number})
    AccessRecord.objects.create(
        **asked, kind=AccessRecord.Kind.REVEAL, at=now, address=address(), from_number=entry.number, to_number=entry.number, count=1
    )
    values = dict(PersonalValue.objects.filter(pk__in=entry.personal.values()).values_list("pk", "value"))
    found = {name: values[pk] for name, pk in entry.personal.items() if pk in values}
    further = [each for each in numbers if each != found.get("phone")]
    return found | ({"numbers": " ".join(further)} if further else {})


def _identity(
    *, actor: Person, session_key: str | None, page: str, filters: dict[str, Any], desk: Desk | None = None, site: Site | None = None
) -> dict[str, Any]:
    if (desk is None) == (site is None):
        raise ValueError("An access record is of a desk or of a site.")
    kept = recordable(filters)
    return {
        "person": actor,
        "desk": desk,
        "site": site,
        "session": salted_hmac("logbook.AccessRecord.session", session_key or "", algorithm="sha256").hexdigest(),
        "page": page,
        "filters": kept,
        "filter_digest": hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest(),
    }


def _place_key(asked: dict[str, Any]) -> str:
    return f"site {asked['site'].pk}" if asked["site"] is not None else str(asked["desk"].pk)


def recordable(filters: dict[str, Any]) -> dict[str, str]:
    """The filters as they are kept: empty ones left out, what looks like a person's number as a keyed digest."""
    return {
        name: str(value) if name in DAYS and A_DAY.fullmatch(str(value)) else _recordable(str(value))
        for name, value in sorted(filters.items()) if value not in {None, ""}
    }


def _recordable(value: str) -> str:
    folded = unicodedata.normalize("NFKC", value)
    if not LOOKS_LIKE_A_NUMBER.search(folded):
        return value[:200]
    digits = "".join(each for each in folded if each.isdigit())
    return "hmac-sha256:" + salted_hmac("logbook.AccessRecord.filter", digits, algorithm="sha256").hexdigest()


def _fresh(earlier: Any, from_number: int, to_number: int) -> list[tuple[int | None, int | None]]:
    read = earlier.filter(to_number__gte=from_number, from_number__lte=to_number).values_list("from_number", "to_number")
    return [*not_yet_read(from_number, to_number, list(read))]


def _one_at_a_time(asked: dict[str, Any]) -> None:
    key = f"{asked['person'].pk} {asked['session']} {_place_key(asked)} {asked['page']} {asked['filter_digest']}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK_CLASS, key])


def _shown(first: int | None, last: int | None, from_number: int | None, to_number: int | None, count: int | None) -> int:
    if first is None or last is None:
        return 0
    return count if count is not None and (first, last) == (from_number, to_number) else last - first + 1

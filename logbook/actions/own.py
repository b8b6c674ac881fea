"""The fields of a kind, filled in after the entry was written: by an addition, or by a step of its matter (A8, A15)."""

from collections.abc import Mapping
from datetime import datetime

from desks.models import KindField
from logbook import rules
from logbook.models import Entry


def own_of_kind(entry: Entry, given: Mapping[str, str], now: datetime) -> tuple[dict[str, str], str]:
    """What is given for the fields of the entry's kind, in the version it was written in: as stored, and in words.

    None is needed here, for the entry stands already; a timed line without a time gets that of `now`. Asks the database
    only where something is given. Raises Refused for what is no value of its field (A17).
    """
    if not given:
        return {}, ""
    desk = entry.book.desk
    fields = list(
        KindField.objects.filter(kind__desk=desk, kind__code=entry.kind, kind__version=entry.kind_version, current=True).order_by("position", "code")
    )
    values = rules.own_values(fields, given, occurred_at=now, zone=desk.site.zone)
    if refusal := rules.why_not_own_values(kind=entry.kind, fields=fields, given=given, values=values, stays_open=False, afterwards=True):
        raise refusal
    words = [(field.label, field.sort, values[rules.OWN + field.code]) for field in fields if rules.OWN + field.code in values]
    return values, "; ".join(str(label) if sort == KindField.Sort.TICK else f"{label}: {rules.in_one_line(value)}" for label, sort, value in words)

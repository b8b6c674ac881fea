"""The fields of a kind, filled in after the entry was written: by an addition, a correction, or a step of its matter (A8, A15, A18)."""

from collections.abc import Mapping
from datetime import UTC, datetime

from django.utils.translation import gettext_lazy as _

from desks.models import KindField
from desks.refusal import Refused
from desks.wording import with_label
from logbook import rules
from logbook.models import Entry, FollowUp


def corrected_values(entry: Entry, own: dict[str, str], happened_at: datetime | None, now: datetime) -> dict[str, str]:
    """What a correction says besides text and place, as named values. Raises Refused (A17, A18)."""
    if happened_at is not None:
        if entry.act == Entry.Act.ADDITION:
            raise Refused("A18", _("An addition has no time of its own that could be wrong."), _("Correct the entry that it adds to."), field="occurred_at")
        if refusal := rules.why_not_happened(happened_at=happened_at, now=now):
            raise refusal
    values = _own_corrected(entry, own, happened_at=happened_at or entry.occurred_at)
    return values | ({rules.HAPPENED: happened_at.astimezone(UTC).isoformat()} if happened_at is not None else {})


def _own_corrected(entry: Entry, given: Mapping[str, str], *, happened_at: datetime) -> dict[str, str]:
    """What a correction says of the fields of the entry's kind, as stored; an empty value takes back what stood there (A8, A18).

    A timed line without a time gets that of `happened_at`, when the entry happened. Raises Refused for what is no value of its field, and
    where a field that the kind needs would stand empty.
    """
    if not given:
        return {}
    desk, fields = entry.book.desk, _fields_of(entry)
    values = rules.own_values(fields, given, occurred_at=happened_at, zone=desk.site.zone)
    matter = FollowUp.objects.filter(root=entry.root_id or entry.pk).first()
    taken_back = [code for code in given if rules.OWN + code not in values]
    refusal = rules.why_not_own_values(
        kind=entry.kind, fields=fields, given=given, values=values, stays_open=False, afterwards=True
    ) or rules.why_not_taken_back(
        kind=entry.kind, fields=fields, taken_back=taken_back, stays_open=matter is not None and matter.state in rules.OPEN_STATES
    )
    if refusal:
        raise refusal
    return values | {rules.OWN + code: "" for code in taken_back}


def own_of_kind(entry: Entry, given: Mapping[str, str], now: datetime) -> tuple[dict[str, str], str]:
    """What is given for the fields of the entry's kind, in the version it was written in: as stored, and in words.

    None is needed here, for the entry stands already; a timed line without a time gets that of `now`. Asks the database
    only where something is given. Raises Refused for what is no value of its field (A17).
    """
    if not given:
        return {}, ""
    desk = entry.book.desk
    fields = _fields_of(entry)
    values = rules.own_values(fields, given, occurred_at=now, zone=desk.site.zone)
    if refusal := rules.why_not_own_values(kind=entry.kind, fields=fields, given=given, values=values, stays_open=False, afterwards=True):
        raise refusal
    words = [(field.label, field.sort, values[rules.OWN + field.code]) for field in fields if rules.OWN + field.code in values]
    return values, "; ".join(with_label(str(label), "" if sort == KindField.Sort.TICK else rules.in_one_line(value)) for label, sort, value in words)


def _fields_of(entry: Entry) -> list[KindField]:
    rows = KindField.objects.filter(kind__desk=entry.book.desk_id, kind__code=entry.kind, kind__version=entry.kind_version, current=True)
    return list(rows.order_by("position", "code"))

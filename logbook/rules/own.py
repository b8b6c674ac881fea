"""The values of a kind's own fields (A8, A12, A15)."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from desks.models import KindField
from desks.refusal import Refused
from logbook.rules.words import OWN, cleaned, why_not_value

# The field that says of a message when and how it was passed on (B2.2): of a matter that is closed it is the result.
PASSED_ON = "passed_on"
LONGEST_LINE = 400
MOST_LINES = 60
TIMED = re.compile(r"^([01]?[0-9]|2[0-3])[:：]([0-5][0-9])\s*")
MONEY = re.compile(r"^[0-9]{1,9}(\.[0-9]{1,2})?$")


def own_values(
    fields: Iterable[KindField], given: Mapping[str, str], *, occurred_at: datetime, zone: ZoneInfo
) -> dict[str, str]:
    """The values of a kind's own fields as they are stored, by stored name; what is empty is left out (A8, A12, A15).

    Money gets two decimals, lines lose empty ones, a timed line without a time gets that of the occurrence, on the wall
    clock of the site's `zone`.
    """
    found = {}
    for field in fields:
        value = cleaned(given.get(field.code, ""))
        if field.sort == KindField.Sort.TICK:
            value = "true" if value else ""
        elif field.sort == KindField.Sort.MONEY:
            value = unicodedata.normalize("NFKC", value).replace(",", "").lstrip("¥$ ")
            value = f"{Decimal(value):.2f}" if MONEY.match(value) else value
        elif field.sort in {KindField.Sort.LINES, KindField.Sort.TIMED_LINES}:
            lines = [" ".join(line.split()) for line in value.split("\n") if line.strip()]
            if field.sort == KindField.Sort.TIMED_LINES:
                lines = [_timed(line, occurred_at.astimezone(zone)) for line in lines]
            value = "\n".join(lines)
        if value:
            found[OWN + field.code] = value
    return found


def in_one_line(value: str) -> str:
    """A value of several lines as a list shows it: beside one another."""
    return value.replace("\n", "; ")


def _timed(line: str, local: datetime) -> str:
    found = TIMED.match(line)
    if found is None:
        return f"{local:%H:%M} {line}"
    return f"{int(found[1]):02}:{found[2]} {line[found.end():]}".rstrip()


def why_not_own_values(
    *, kind: str, fields: Iterable[KindField], given: Iterable[str], values: Mapping[str, str], stays_open: bool,
    afterwards: bool = False,
) -> Refused | None:
    """Why these are no values of the kind's own fields, or None; each stands beside its field (A17).

    `given` are the codes that were sent, `values` what `own_values` made of them. None is needed `afterwards`, when the
    entry of the kind stands already.
    """
    fields = list(fields)
    if unknown := set(given) - {field.code for field in fields}:
        return Refused(
            "A17", _("This kind of entry has no such field: %(names)s") % {"names": ", ".join(sorted(unknown))},
            _("Load the page again; the kinds have been changed."),
        )
    for field in fields:
        value, place = values.get(OWN + field.code, ""), f"{kind}__{field.code}"
        needed = field.needed == KindField.Needed.ALWAYS or (field.needed == KindField.Needed.OPEN and stays_open)
        if needed and not value and not afterwards:
            return Refused(
                "A17", _("This kind of entry needs: %(name)s.") % {"name": field.label}, _("Fill it in."), field=place
            )
        if field.sort == KindField.Sort.MONEY and value and not MONEY.match(value):
            return Refused("A17", _("This is no amount of money."), _("Write it like 120 or 120.50."), field=place)
        lines = value.split("\n")
        if len(lines) > MOST_LINES:
            return Refused(
                "A17", _("These are more than %(most)d lines.") % {"most": MOST_LINES}, _("Divide it into several entries."),
                field=place,
            )
        for line in lines:
            if refusal := why_not_value(name=place, value=line, longest=LONGEST_LINE):
                return refusal
    return None


def why_not_taken_back(*, kind: str, fields: Iterable[KindField], taken_back: Iterable[str], stays_open: bool) -> Refused | None:
    """Why a correction cannot take back these values, by the codes of their fields, or None: what the kind needs stays (A8, A18)."""
    codes = set(taken_back)
    for field in fields:
        needed = field.needed == KindField.Needed.ALWAYS or (field.needed == KindField.Needed.OPEN and stays_open)
        if needed and field.code in codes:
            return Refused(
                "A17", _("This kind of entry needs: %(name)s.") % {"name": field.label}, _("Fill it in."), field=f"{kind}__{field.code}"
            )
    return None

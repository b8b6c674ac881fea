"""How readings and their limits are written in pages (C7)."""

from decimal import Decimal

from django import template

from desks.models import ChecklistItem
from handover.models import HandoverCheckLine

register = template.Library()


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


@register.filter
def reading(line: HandoverCheckLine) -> str:
    """What was read off, with its unit; empty for none."""
    return "" if line.reading is None else f"{_plain(line.reading)} {line.item.unit}".rstrip()


@register.filter
def limits(item: ChecklistItem) -> str:
    """Between which numbers a reading is a good one; empty where it has no limits."""
    lowest, highest = item.lowest, item.highest
    if lowest is None and highest is None:
        return ""
    if lowest is not None and highest is not None:
        said = f"{_plain(lowest)}–{_plain(highest)}"
    else:
        said = f"≥ {_plain(lowest)}" if lowest is not None else f"≤ {_plain(highest or Decimal(0))}"
    return f"{said} {item.unit}".rstrip()

"""How readings and their limits are written in pages (C7); where pages lead, and the mark on their lines, in a practice (A25)."""

from decimal import Decimal
from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

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


@register.simple_tag(takes_context=True)
def act_url(context: Context, name: str, *values: Any) -> str:
    """Where the form of an act goes; in a practice to the practice, which plays it."""
    address = reverse(name, args=values)
    practice = context.get("practice")
    return practice.act_at(address) if practice else address


@register.simple_tag(takes_context=True)
def page_url(context: Context, name: str, *values: Any) -> str:
    """Where a link leads; in a practice to the real desk's page of that name, and back to the practice for what only exists there."""
    practice = context.get("practice")
    return practice.page_at(name, values) if practice else reverse(name, args=values)


@register.simple_tag(takes_context=True)
def practice_mark(context: Context) -> str:
    """The mark that every line of a practice carries; nothing in a handover."""
    return format_html('<span class="tag warn">{}</span> ', _("Practice")) if context.get("practice") else ""

"""How amounts of custody items are written in pages (A28)."""

from decimal import Decimal

from django import template

from registers.rules import written

register = template.Library()


@register.filter
def amount(value: Decimal | None, unit: str = "") -> str:
    """The amount with its unit as people write it; empty for None."""
    return "" if value is None else written(value, unit)


@register.filter
def signed_amount(value: Decimal, unit: str = "") -> str:
    """The amount with a sign, for a difference."""
    return f"{'+' if value > 0 else '−'}{written(abs(value), unit)}"

"""How the rounds' pages write days of an address and readings."""

from datetime import date, datetime
from decimal import Decimal

from django import template

from desks.clock import local_day
from desks.models import Desk

register = template.Library()


@register.filter
def site_day(moment: datetime, desk: Desk) -> date:
    """The site's day of an aware moment, as an address names it: 2026-11-24."""
    return local_day(moment, desk.site.zone)


@register.filter
def plain(value: Decimal) -> str:
    """A reading without zeros at its end."""
    return f"{value.normalize():f}"

"""Telling people of a month's roster: always under one matter, so that nobody is told twice (I7)."""

from collections.abc import Iterable
from datetime import date, datetime

from django.urls import reverse

from desks.models import Desk, Person
from desks.wording import in_each_language
from notices.actions import tell


def tell_about(
    desk: Desk, month: date, people: Iterable[Person], occasion: str, code: str, now: datetime, **fields: str
) -> int:
    """Tells the people of the occasion; returns how many were told just now."""
    return tell(
        people=people, site=desk.site, matter="roster", matter_id=f"{desk.pk}:{month:%Y-%m}", occasion=occasion, code=code,
        fields={"month": f"{month:%Y-%m}"} | in_each_language("desk", desk) | fields, now=now,
        url=reverse("rosters:month", args=[desk.slug, month]),
    )

"""Telling people of a month's roster: always under one matter, so that nobody is told twice (I7)."""

from collections.abc import Iterable
from datetime import date, datetime

from django.urls import reverse

from desks.models import Desk, Person
from desks.wording import in_each_language
from notices.actions import tell


def tell_about(
    desk: Desk, month: date, people: Iterable[Person], occasion: str, code: str, now: datetime, url: str = "", **fields: str
) -> int:
    """Tells the people of the occasion; returns how many were told just now. Without another `url` it leads to the month."""
    return tell(
        people=people, site=desk.site, matter="roster", matter_id=f"{desk.pk}:{month:%Y-%m}", occasion=occasion, code=code,
        fields={"month": f"{month:%Y-%m}"} | in_each_language("desk", desk) | fields, now=now,
        url=url or reverse("rosters:month", args=[desk.slug, month]),
    )


def tell_person_matter(
    desk: Desk, matter: str, pk: int, people: Iterable[Person], occasion: str, code: str, now: datetime, *, page: str,
    own_page: bool = True, acknowledge: bool = False, **fields: str,
) -> int:
    """Tells the people of a leave, an empty duty or a debt of the desk; `page` names its own address, or one of the desk."""
    return tell(
        people=people, site=desk.site, matter=matter, matter_id=pk, occasion=occasion, code=code, now=now,
        fields=in_each_language("desk", desk) | fields, url=reverse(page, args=[desk.slug, pk] if own_page else [desk.slug]), acknowledge=acknowledge,
    )

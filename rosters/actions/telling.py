"""Telling people of a month's roster: always under one matter, so that nobody is told twice (I7)."""

from collections.abc import Iterable
from datetime import date, datetime

from django.urls import reverse

from desks.models import Desk, Person
from desks.queries import who_supervises
from desks.wording import in_each_language, name_of
from notices.actions import tell
from rosters.models import Leave


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
    url = reverse(page, args=[desk.slug, pk] if own_page else [desk.slug])
    given = in_each_language("desk", desk) | fields
    if matter == "leave":
        # About their own leave they hear also while it lasts: that it ends sooner, for one.
        return tell(
            people=people, site=desk.site, matter=matter, matter_id=pk, occasion=occasion, code=code, now=now, fields=given, url=url,
            acknowledge=acknowledge,
        )
    return tell_who_is_there(desk, matter, pk, people, occasion, code, now, given, url, acknowledge=acknowledge)


def tell_who_is_there(
    desk: Desk, matter: str, pk: int, people: Iterable[Person], occasion: str, code: str, now: datetime, fields: dict[str, str], url: str, *,
    acknowledge: bool = False,
) -> int:
    """Tells the people, but leaves in peace who is on leave now: of each of them the supervisor is told instead (A13). Returns how many were told."""
    known = {person.pk: person for person in people}
    away = set(
        Leave.objects.filter(person__in=known, desk__site=desk.site_id, state="approved", starts_at__lte=now, ends_at__gt=now)
        .values_list("person", flat=True)
    )
    told = tell(
        people=[person for key, person in known.items() if key not in away], site=desk.site, matter=matter, matter_id=pk, occasion=occasion,
        code=code, now=now, fields=fields, url=url, acknowledge=acknowledge,
    )
    deciders = [person for person in who_supervises("duty.decide", desk, now) if person.pk not in away] if away else []
    for key in sorted(away):
        told += tell(
            people=[person for person in deciders if person.pk != key], site=desk.site, matter=matter, matter_id=pk,
            occasion=f"{occasion}:away:{key}", code="tell_left_in_peace", now=now, fields=fields | name_of("away", known[key]), url=url,
        )
    return told

"""What is kept, held, veiled and erased, and who may see or search it (A20, I1, I12)."""

from datetime import datetime

from django.db.models import QuerySet

from desks.models import Desk, Person, Site
from desks.permissions import may
from logbook import rules
from logbook.models import Entry, LegalHold, PersonalPeriod, VeilRequest
from logbook.models.keeping import USUAL_DAYS
from logbook.queries.entries import book_ids_of
from logbook.queries.watches import on_duty_at


def open_veil_requests_of(desk: Desk) -> QuerySet[VeilRequest]:
    """The requests to veil a text of the desk that nobody has answered, oldest first (A18)."""
    rows = VeilRequest.objects.filter(entry__book__desk=desk, veil__isnull=True, declined__isnull=True)
    return rows.select_related("entry", "entry__book__desk__site", "asked_by").order_by("pk")


def searches_personal(desk: Desk, person: Person, now: datetime) -> bool:
    """Whether the person's searches of this desk's log also look among customers' names and phone numbers (A20, I8)."""
    known = desk.known.facts.get("logbook.on_duty") if desk.known is not None and desk.known.person_id == person.pk else None
    return rules.may_search_personal(
        may_see=may(person, "log.see_personal", desk=desk, now=now), on_duty=on_duty_at(desk.site_id, person) if known is None else known,
        leads=may(person, "log.see_restricted", desk=desk, now=now),
    )


def holds_of(desk: Desk) -> QuerySet[LegalHold]:
    """The legal holds that lie on the desk, the newest first (I12)."""
    return LegalHold.objects.filter(desk=desk, lift__isnull=True).select_related("placed_by", "entry", "note").order_by("-pk")


def erasures_of(desk: Desk) -> QuerySet[Entry]:
    """The entries of the desk that say what was erased by rule, the newest first (A20)."""
    return Entry.objects.filter(book__in=book_ids_of(desk), code__startswith="personal_erased_").order_by("-pk")


def period_days(site: Site, name: str, now: datetime) -> int:
    """How many days that kind of value stands at the site now (A20)."""
    rows = PersonalPeriod.objects.filter(site=site, name=name, takes_effect_at__lte=now).order_by("-takes_effect_at", "-pk")
    return rows.values_list("days", flat=True).first() or USUAL_DAYS


def periods_of(site: Site, name: str, now: datetime) -> dict[str, int | PersonalPeriod | None]:
    """How many days that kind of value stands at the site, who set it, and what takes effect later (A20)."""
    rows = PersonalPeriod.objects.filter(site=site, name=name).select_related("set_by").order_by("-takes_effect_at", "-pk")
    present = rows.filter(takes_effect_at__lte=now).first()
    return {"days": present.days if present else USUAL_DAYS, "present": present, "coming": rows.filter(takes_effect_at__gt=now).first()}

"""What kind of day each day of a site is, for all of it or for one of its desks; how many people it needs (A5, A6)."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from desks.models import Desk, Site
from rosters.calendars import public_year
from rosters.models import ShiftNeed, SiteDay
from rosters.planning import days_of
from rosters.queries.duties import shifts_of
from rosters.rules.days import KindOfDay, Name, NeedRow, OwnDay, is_open, kind_of, people_needed


def kinds_between(site: Site, first: date, last: date, desk: Desk | None = None) -> dict[date, KindOfDay]:
    """The kind of each day from the first to the last, both included; with a desk its own days count too. One query."""
    named = SiteDay.objects.filter(site=site, current=True, day__range=(first, last)).filter(Q(desk__isnull=True) | Q(desk=desk))
    own: dict[date, list[OwnDay]] = {}
    for row in named:
        name = Name(row.label_en, row.label_zh_hans, row.label_zh_hant)
        own.setdefault(row.day, []).append(OwnDay(row.what, name, row.desk_id is not None))
    days = (date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1))
    return {day: kind_of(day, year=public_year(site.region, day.year), own=own.get(day, ())) for day in days}


def kind_of_day(site: Site, day: date, desk: Desk | None = None) -> KindOfDay:
    """The kind of one day of the site."""
    return kinds_between(site, day, day, desk)[day]


def days_of_kind(site: Site, month: date, desk: Desk | None = None) -> dict[date, KindOfDay]:
    """The kind of each day of the month that begins with that day."""
    days = days_of(month)
    return kinds_between(site, days[0], days[-1], desk)


def unpublished_years(site: Site, days: Iterable[date]) -> list[int]:
    """The years among these days that the site's public calendar does not know: their holidays are not guessed."""
    return sorted({day.year for day in days if not public_year(site.region, day.year).published})


def open_days_of(desk: Desk, kinds: dict[date, KindOfDay]) -> set[date]:
    """The days on which the desk opens: by its hours, or because the site has named them working days, and not closed."""
    opens = set(desk.opening_hours.values_list("weekday", flat=True))
    return {day for day, kind in kinds.items() if is_open(kind, opens)}


def need_rows_of(desk: Desk) -> list[NeedRow]:
    """The rows of people needed that are in use at the desk."""
    rows = ShiftNeed.objects.filter(desk=desk, current=True)
    return [NeedRow(row.shift_code, row.on, row.people, row.skill) for row in rows]


def needs_of(desk: Desk, kinds: dict[date, KindOfDay]) -> dict[tuple[date, str, str], int]:
    """People needed by day, shift code and skill ("" for all of them); what needs nobody is left out."""
    rows, shifts = need_rows_of(desk), shifts_of(desk)
    opens = set(desk.opening_hours.values_list("weekday", flat=True))
    return {
        (day, shift.code, skill): people
        for day, kind in kinds.items()
        for shift in shifts
        for skill, people in people_needed(kind, shift=shift.code, usual=shift.needed, rows=rows, open_weekdays=opens).items()
    }

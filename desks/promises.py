"""The yearly promise of confidentiality: its wording, when it is due, and the act (A20)."""

import calendar
from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.db.models import Min
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from desks.keeping import Kept
from desks.models import DeskSettings, Person, Promise, Site
from desks.models.settings import LONGEST_PROMISE
from desks.places import Place
from desks.refusal import Refused
from desks.whence import address

VERSION = 1
# A wording that somebody has promised is never reworded here: a new wording is a new version.
WORDINGS = {
    1: _(
        "What stands in the log is for internal use only. I tell nobody outside what I read there about residents, visitors and "
        "colleagues, I look only at what my work needs, and I take nothing out of it without permission."
    )
}

# When people have last promised, by site, known to stand in the database.
given = Kept(1024)


def next_promise_at(last: datetime, months: int) -> datetime:
    """When a promise is due again: so many months later, on the month's last day at most (A20)."""
    year, month = divmod(last.year * 12 + last.month - 1 + months, 12)
    return last.replace(year=year, month=month + 1, day=min(last.day, calendar.monthrange(year, month + 1)[1]))


def is_due(last: datetime | None, months: int, now: datetime) -> bool:
    """Whether a reader of the log promises before reading on: never promised, or the time is over (A20)."""
    return last is None or next_promise_at(last, months) <= now


def owes_promise(person: Person, of: Place, now: datetime) -> bool:
    """Whether the person must promise before the log of this desk, or the site's own book, is shown; of a desk one query, until they have.

    A promise is never taken back, so that one which was seen in the database once need not be looked for again while it holds.
    """
    site, months = of.pk if isinstance(of, Site) else of.site_id, promise_months_of(of)
    whose = (connection.settings_dict["NAME"], person.pk, site)
    if (seen := given.find(whose)) is not None and not is_due(seen, months, now):
        return False
    last = Promise.objects.filter(person=person, site=site).order_by("-at").values_list("at", flat=True).first()
    # Within a transaction it may be one that never was.
    if last is not None and not connection.in_atomic_block:
        given.put(whose, last)
    return is_due(last, months, now)


def promise_months_of(of: Place) -> int:
    """After how many months it is asked anew: what is set at the desk, and never more than a year, also where a longer time was set before (A20).

    The site's own book asks as often as the desk of the site that asks most often; the promise is one for the whole site.
    """
    if isinstance(of, Site):
        set_there = DeskSettings.objects.filter(desk__site=of, desk__active=True).aggregate(least=Min("promise_months"))["least"]
        return min(set_there or LONGEST_PROMISE, LONGEST_PROMISE)
    return min(of.settings.promise_months, LONGEST_PROMISE)


def promise_confidentiality(*, actor: Person, site: Site, version: int, now: datetime) -> Promise:
    """Records that the actor promised, with the wording as it was read. Raises Refused for a wording that has changed since."""
    if version != VERSION:
        raise Refused("A20", _("The wording has changed since you opened this page."), _("Read it again, then promise."))
    return Promise.objects.create(
        person=actor, site=site, at=now, version=version, language=get_language() or "en", text=str(WORDINGS[version]),
        address=address(),
    )


def promises_by_person(site: Site, people: Iterable[Person]) -> dict[int, list[Promise]]:
    """All promises of these people at the site, the newest first, by person."""
    found: dict[int, list[Promise]] = {}
    for promise in Promise.objects.filter(site=site, person__in=people).order_by("-at"):
        found.setdefault(promise.person_id, []).append(promise)
    return found

"""Whom the supervisor may name with one tap when the relief does not come: eligible, free and rested first (A13, A23)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max

from desks.models import Desk, Person
from desks.queries import people_of_desk
from handover.relief import relief_of
from handover.rules_of_stopping import is_rested
from logbook.models import Watch, WatchMember
from rosters.models import Duty, Leave

HOLDING_ROLES = ["agent", "butler", "supervisor"]
# For how long a stand-in must be free where the roster says nothing about the relief's duty.
USUAL_DUTY = timedelta(hours=8)


@dataclass(frozen=True)
class StandIn:
    """Somebody who may hold the desk, with what speaks against it."""

    person: Person
    here: bool
    """Of the watch already: the holder's part passes with one tap."""
    free: bool
    rested: bool
    rostered: bool
    """Whether the relief's own duty is theirs: then they are late, not a stand-in."""

    @property
    def fits(self) -> bool:
        """Whether nothing speaks against it."""
        return self.free and self.rested and not self.rostered


def stand_ins(desk: Desk, watch: Watch, now: datetime) -> list[StandIn]:
    """Everybody who may hold the desk but its holder; who is free and rested comes first, colleagues of the watch before others.

    Free: no other watch now, and no duty anywhere nor leave until the relief's duty would end. Rested: the desk's hours since the
    last duty or watch ended (A13). The same number of queries however many people.
    """
    people = [person for person in people_of_desk(desk, now, HOLDING_ROLES) if person.pk != watch.holder_id]
    ids = [person.pk for person in people]
    relief = relief_of(watch, now)
    until = max(relief.ends_at, now) if relief is not None and relief.starts_at <= now else now + USUAL_DUTY
    rostered = {person.pk for person in relief.people} if relief is not None and relief.starts_at <= now else set()
    busy = set(
        Duty.objects.filter(taken_out_by__isnull=True, person__in=ids, starts_at__lt=until, ends_at__gt=now)
        .values_list("person", flat=True)
    )
    # Who is on leave is left in peace: naming them would be refused.
    busy |= set(
        Leave.objects.filter(person__in=ids, state="approved", starts_at__lt=until, ends_at__gt=now).values_list("person", flat=True)
    )
    there = WatchMember.objects.filter(person__in=ids, left_at__isnull=True, watch__ended_at__isnull=True)
    here = set(there.filter(watch=watch).values_list("person", flat=True))
    elsewhere = set(there.exclude(watch=watch).values_list("person", flat=True))
    last = _last_ends(ids, watch, now)
    rest = timedelta(hours=desk.settings.rest_hours)
    found = [
        StandIn(
            person, here=person.pk in here, free=person.pk not in busy | elsewhere, rostered=person.pk in rostered,
            rested=person.pk in here or is_rested(last.get(person.pk), now, rest),
        )
        for person in people
    ]
    return sorted(found, key=lambda each: (not each.fits, not each.here, str(each.person)))


def _last_ends(ids: Iterable[int], watch: Watch, now: datetime) -> dict[int, datetime]:
    """When each person's last duty or watch, at any desk, ended before now."""
    duties = Duty.objects.filter(taken_out_by__isnull=True, person__in=ids, ends_at__lte=now)
    watches = WatchMember.objects.filter(person__in=ids, left_at__lte=now).exclude(watch=watch)
    ends: dict[int, datetime] = dict(duties.values_list("person").annotate(Max("ends_at")))
    for person, left in watches.values_list("person").annotate(Max("left_at")):
        ends[person] = max(left, ends.get(person, left))
    return ends

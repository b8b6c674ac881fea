"""The clock's acts of this floor: both are reminded of the change, a relief that has not come is raised once (A23, A24)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from desks.queries import who_supervises
from desks.wording import listed, name_of
from handover.relief import missing_relief_of
from logbook.actions import book_of, hold_books, record_act
from logbook.models import Entry, Watch
from logbook.queries import watch_people
from notices.actions import tell
from rosters.queries import relief_for


def raise_missing_reliefs(now: datetime) -> int:
    """Tells the supervisor of each desk whose relief has not come, once for each watch and duty; how many desks.

    Catches up by itself: after a stop it raises what is still so, and nothing that is over (I7).
    """
    watches = Watch.objects.filter(ended_at__isnull=True, desk__active=True)
    return sum(_raise(watch, now) for watch in watches.select_related("desk__site", "desk__settings", "holder"))


@transaction.atomic
def remind_of_change(now: datetime) -> int:
    """Reminds the people of each watch, and who relieves them, before the change of shift; how many were told just now (A24).

    Once for each duty's beginning (I7), so long before it as the desk's settings say. A shift that has taken over before
    its own duty began is not reminded of itself.
    """
    told = 0
    watches = Watch.objects.filter(ended_at__isnull=True, desk__active=True)
    for watch in watches.select_related("desk__site", "desk__settings", "holder").order_by("pk"):
        before = timedelta(minutes=watch.desk.settings.handover_reminder_minutes)
        duties = relief_for(watch.desk, now) if before else []
        there = watch_people(watch)
        coming = [duty.person for duty in duties if duty.person not in there]
        if not coming or duties[0].starts_at - before > now or watch.holder_id in {duty.person_id for duty in duties}:
            continue
        at = duties[0].starts_at.isoformat()
        fields = {"due_at": at, "lead": str(watch.desk.settings.arrival_lead_minutes)} | name_of("holder", watch.holder)
        for people, code in ((there, "change_outgoing_told"), (coming, "change_incoming_told")):
            told += tell(
                people=people, site=watch.desk.site, matter="handover", matter_id=f"desk-{watch.desk_id}", occasion=f"change:{at}",
                code=code, fields=fields, url=reverse("handover:page", args=[watch.desk.slug]), now=now,
            )
    return told


@transaction.atomic
def _raise(watch: Watch, now: datetime) -> int:
    relief = missing_relief_of(watch, now)
    if relief is None:
        return 0
    book = book_of(watch.desk)
    hold_books(book)
    fields = listed("missing", [name_of("missing", person) for person in relief.people]) | name_of("holder", watch.holder)
    told = tell(
        people=who_supervises("handover.decide", watch.desk, now), site=watch.desk.site, matter="handover", matter_id=f"watch-{watch.pk}",
        occasion=f"relief-missing:{relief.starts_at.isoformat()}", code="relief_missing_told", fields=fields,
        url=reverse("handover:page", args=[watch.desk.slug]) + "#supervisor", now=now, acknowledge=True,
    )
    at = relief.starts_at.isoformat()
    if Entry.objects.filter(book=book, code="relief_missing", number__gte=watch.first_number, fields__due_since=at).exists():
        return int(bool(told))
    record_act(actor=None, desk=watch.desk, now=now, code="relief_missing", fields=fields | {"due_since": at})
    return 1

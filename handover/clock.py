"""The clock's acts of this floor: both are reminded of the change, a relief that has not come, a refusal that nobody decides (A23, A24, E9).

Nothing here completes a handover or moves a watch: the clock only tells.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from desks.models import Desk, Person
from desks.queries import heads_of, who_supervises
from desks.wording import in_each_language, listed, name_of
from handover.models import Handover, Refusal
from handover.relief import Relief, missing_relief_of
from handover.rules_of_stopping import steps_passed, whole_minutes
from logbook.actions import book_of, hold_books, record_act
from logbook.models import Entry, Watch
from logbook.queries import watch_people
from notices.actions import tell
from rosters.queries import relief_for

# Two reminders of one duty that lie closer together are one.
APART = timedelta(hours=1)


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
    its own duty began is not reminded of itself. For who relieves this and the reminder at the arrival lead are one
    (`_remind_to_come`), unless the settings put an hour between them.
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
        told += tell(
            people=there, site=watch.desk.site, matter="handover", matter_id=f"desk-{watch.desk_id}", occasion=f"change:{at}",
            code="change_outgoing_told", fields=fields, url=reverse("handover:page", args=[watch.desk.slug]), now=now,
        )
        told += _remind_to_come(watch.desk, coming, duties[0].starts_at, now, "change_incoming_told", fields)
    return told


def _remind_to_come(
    desk: Desk, people: list[Person], starts_at: datetime, now: datetime, code: str, fields: dict[str, str]
) -> int:
    """Reminds of a duty that begins at `starts_at`, once for each occasion; how many were told.

    Before the change of shift and at the arrival lead are one occasion, and whoever comes first tells: two notices within
    an hour say the same thing twice. Who was put on the duty between the two still gets the later one. Where the settings
    put them an hour apart or more, from the lead on is an occasion of its own.
    """
    lead = timedelta(minutes=desk.settings.arrival_lead_minutes)
    before = timedelta(minutes=desk.settings.handover_reminder_minutes)
    again = before - lead >= APART and starts_at - now <= lead
    return tell(
        people=people, site=desk.site, matter="handover", matter_id=f"desk-{desk.pk}", code=code, fields=fields,
        occasion=f"comes:{starts_at.isoformat()}{':lead' if again else ''}", url=reverse("handover:page", args=[desk.slug]), now=now,
    )


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


def remind_reliefs(now: datetime) -> int:
    """Reminds whoever relieves a watch from the arrival lead on, and again once their duty has begun; how many were told (A24, I7).

    Who was reminded of the change of shift less than an hour before is not reminded at the lead too (`_remind_to_come`).
    """
    watches = Watch.objects.filter(ended_at__isnull=True, desk__active=True)
    return sum(_remind(watch, now) for watch in watches.select_related("desk__site", "desk__settings", "holder"))


@transaction.atomic
def _remind(watch: Watch, now: datetime) -> int:
    desk = watch.desk
    late = missing_relief_of(watch, now)
    lead = timedelta(minutes=desk.settings.arrival_lead_minutes)
    there = watch_people(watch)
    soon = [
        duty for duty in relief_for(desk, now)
        if duty.starts_at - now <= lead and duty.person not in there and not hasattr(duty, "check_in")
    ]
    fields = name_of("holder", watch.holder) | in_each_language("desk", desk)
    told = 0
    if soon:
        starts_at = soon[0].starts_at
        told += _remind_to_come(
            desk, [duty.person for duty in soon], starts_at, now, "relief_reminder_told", fields | {"starts_at": starts_at.isoformat()},
        )
    if late:
        starts = late.starts_at.isoformat()
        told += tell(
            people=late.people, site=desk.site, matter="handover", matter_id=f"watch-{watch.pk}", code="relief_late_you_told",
            occasion=f"relief_late_you_told:{starts}", url=reverse("handover:page", args=[desk.slug]), now=now,
            fields=fields | {"starts_at": starts},
        )
    return told


def raise_reliefs_over_limit(now: datetime) -> int:
    """Past the desk's limit somebody must be named, rostered or not, or come: told to supervisor and project head once (A23)."""
    watches = Watch.objects.filter(ended_at__isnull=True, desk__active=True)
    raised = 0
    for watch in watches.select_related("desk__site", "desk__settings", "holder"):
        relief = missing_relief_of(watch, now)
        limit = timedelta(minutes=watch.desk.settings.relief_limit_minutes)
        if relief is not None and now - relief.starts_at >= limit:
            raised += _raise_over_limit(watch, relief, now)
    return raised


@transaction.atomic
def _raise_over_limit(watch: Watch, relief: Relief, now: datetime) -> int:
    desk, book = watch.desk, book_of(watch.desk)
    hold_books(book)
    fields = {**name_of("holder", watch.holder), "minutes": str(whole_minutes(relief.starts_at, now))}
    told = tell(
        people=dict.fromkeys([*who_supervises("handover.decide", desk, now), *heads_of(desk.site, now)]), site=desk.site, matter="handover",
        matter_id=f"watch-{watch.pk}", occasion=f"relief-limit:{relief.starts_at.isoformat()}", code="relief_over_limit_told",
        fields=fields, url=reverse("handover:page", args=[desk.slug]) + "#supervisor", now=now, acknowledge=True,
    )
    if told:
        record_act(
            actor=None, desk=desk, now=now, code="relief_over_limit", fields=fields | {"due_since": relief.starts_at.isoformat()}
        )
    return int(bool(told))


def raise_undecided_refusals(now: datetime) -> int:
    """A refusal that waits longer than the desk's minutes: the supervisor is reminded, then the project head told (E9, I7)."""
    waiting = Refusal.objects.filter(handover__state=Handover.State.REFUSED, decision__isnull=True)
    waiting = waiting.select_related("handover__desk__site", "handover__desk__settings", "handover__outgoing", "person", "entry")
    return sum(_raise_undecided(refusal, now) for refusal in waiting)


@transaction.atomic
def _raise_undecided(refusal: Refusal, now: datetime) -> int:
    desk: Desk = refusal.handover.desk
    passed = steps_passed(refusal.refused_at, timedelta(minutes=desk.settings.refusal_minutes), now)
    if not passed:
        return 0
    hold_books(book_of(desk))
    if not Handover.objects.filter(pk=refusal.handover_id, state=Handover.State.REFUSED).exists():
        return 0
    fields = {**name_of("person", refusal.person), "since_at": refusal.refused_at.isoformat()}
    holder = refusal.handover.outgoing
    told = 0
    for step, people in enumerate((who_supervises("handover.decide", desk, now), heads_of(desk.site, now))[:passed], start=1):
        now_told = tell(
            people=people, site=desk.site, matter="handover", matter_id=refusal.handover_id,
            occasion=f"refusal-waits:{refusal.pk}:{step}", code="refusal_waits_told",
            fields=fields | (name_of("holder", holder) if holder else {}),
            url=reverse("handover:page", args=[desk.slug]) + "#stop", now=now, acknowledge=True,
        )
        if now_told:
            record_act(
                actor=None, desk=desk, now=now, code="refusal_waits", fields=fields | {"step": str(step)},
                refers_to=refusal.entry, audience=refusal.entry.audience,
            )
        told += now_told
    return told

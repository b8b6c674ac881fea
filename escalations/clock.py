"""What the clock tells: overdue follow-ups, and escalations that nobody has answered (A1, A4, A9, I7).

Each act asks the database what is true now and tells it once; nothing is remembered beside the notices themselves,
so that a beat that was down tells what still holds and nothing else.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Max, Q
from django.urls import reverse

from desks.models import Desk, Person
from desks.wording import in_each_language
from escalations import rules
from escalations.actions import address_of, fields_of
from escalations.models import Escalation, Level
from escalations.queries import deciders_of
from logbook.models import FollowUp
from logbook.queries import current_watch, overdue_follow_ups_of
from logbook.rules import counts_from as due_that_counts
from notices.actions import tell
from notices.queries import told_about


@transaction.atomic
def follow_ups_overdue(now: datetime) -> int:
    """Tells each overdue matter once for each due time: whoever holds the desk, and the supervisor where it is grave.

    Grave is urgent, critical, or late by more than `escalation_minutes`. A matter that came in by an import and was
    overdue then is not told one by one (imported_overdue). A desk that nobody holds: the holder is told once it opens.
    """
    told = 0
    for desk in _desks():
        matters = [matter for matter in overdue_follow_ups_of(desk, now) if not _came_in_overdue(matter)]
        if not matters:
            continue
        known = told_about("entry", (str(matter.root_id) for matter in matters))
        watch = current_watch(desk)
        supervisors = deciders_of(desk, Level.SUPERVISOR, now)
        for matter in matters:
            due = counts_from(matter)
            grave = rules.goes_to_supervisor(
                urgency=matter.urgency, severity=matter.severity, late_by=now - due, settings=desk.settings
            )
            asked = {"follow_up_due": [watch.holder] if watch else [], "follow_up_overdue": supervisors if grave else []}
            for code, people in asked.items():
                if (str(matter.root_id), _occasion(due), code) not in known:
                    told += _tell_overdue(desk, matter, due, people, code, now)
    return told


@transaction.atomic
def imported_overdue(now: datetime) -> int:
    """Tells the supervisor once, for each import, how many old matters came in overdue and are still open."""
    told = 0
    for desk in _desks():
        old = [matter for matter in overdue_follow_ups_of(desk, now) if _came_in_overdue(matter)]
        if not old:
            continue
        imported = desk.books.aggregate(last=Max("entries__number", filter=Q(entries__original_recorded_at__isnull=False)))
        told += tell(
            people=deciders_of(desk, Level.SUPERVISOR, now), site=desk.site, matter="entry", matter_id=f"book-{old[0].book_id}",
            occasion=f"imported:{imported['last']}", code="imported_overdue", now=now,
            fields={"count": str(len(old)), **in_each_language("desk", desk)},
            url=reverse("logbook:follow_ups", args=[desk.slug]),
        )
    return told


@transaction.atomic
def escalations_unanswered(now: datetime) -> int:
    """Tells who is asked once more when nobody has acknowledged within the limit; of an emergency after twice that
    time the project head as well (A4, A9)."""
    rows = Escalation.objects.filter(state=Escalation.State.RAISED, asked_at__lte=now, desk__active=True)
    rows = rows.select_related("desk__site", "desk__settings", "entry").select_for_update(of=("self",)).order_by("pk")
    told = 0
    for escalation in rows:
        settings, asked = escalation.desk.settings, escalation.asked_at
        if rules.is_unanswered(asked_at=asked, now=now, settings=settings):
            people = deciders_of(escalation.desk, escalation.level, now)
            told += _tell_unanswered(escalation, people, "still_asked_to_decide", now)
        rises = escalation.emergency and escalation.level == Level.SUPERVISOR
        if rises and rules.is_unanswered(asked_at=asked, now=now, settings=settings, limits=2):
            heads = deciders_of(escalation.desk, Level.PROJECT_HEAD, now)
            told += _tell_unanswered(escalation, heads, "emergency_unanswered", now)
    return told


def counts_from(matter: FollowUp) -> datetime:
    """The due time that counts: of one that waited for a later moment, that moment."""
    assert matter.due_at is not None, "an overdue matter has a due time"
    return due_that_counts(state=matter.state, due_at=matter.due_at, waiting_until=matter.waiting_until)


def _desks() -> Iterable[Desk]:
    return Desk.objects.filter(active=True).select_related("site", "settings").order_by("pk")


def _came_in_overdue(matter: FollowUp) -> bool:
    root = matter.root
    return root.original_recorded_at is not None and root.recorded_at is not None and counts_from(matter) <= root.recorded_at


def _occasion(due: datetime) -> str:
    return f"due:{due.isoformat()}"


def _tell_overdue(desk: Desk, matter: FollowUp, due: datetime, people: list[Person], code: str, now: datetime) -> int:
    number = matter.root.number
    return tell(
        people=people, site=desk.site, matter="entry", matter_id=matter.root_id, occasion=_occasion(due), code=code, now=now,
        fields={"number": str(number), "due_at": due.isoformat(), **in_each_language("desk", desk)},
        url=reverse("logbook:entry", args=[desk.slug, number]),
    )


def _tell_unanswered(escalation: Escalation, people: list[Person], code: str, now: datetime) -> int:
    asked = escalation.asked_at.isoformat()
    return tell(
        people=people, site=escalation.desk.site, matter="escalation", matter_id=escalation.pk,
        occasion=f"unanswered:{asked}", code=code, fields=fields_of(escalation, asked_at=asked), url=address_of(escalation),
        now=now,
    )

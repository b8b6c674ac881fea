"""What the clock tells and does: overdue follow-ups, escalations that nobody has answered, the call tree of an emergency,
decisions by phone that nobody has confirmed (A1, A4, A9, A11, A16, I7).

Each act asks the database what is true now and tells it once; nothing is remembered beside the notices themselves,
so that a beat that was down tells what still holds and nothing else.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max, Q
from django.urls import reverse

from desks.clock import at, local_day
from desks.models import Desk, Person
from desks.queries import who_supervises
from desks.wording import in_each_language
from escalations import rules
from escalations.actions import address_of, fields_of, move_on
from escalations.models import Call, Escalation, Level
from escalations.queries import deciders_of, due_calls, level_asked, unconfirmed_of
from logbook.actions import book_of, hold_books
from logbook.models import FollowUp
from logbook.queries import current_watch, overdue_follow_ups_of
from logbook.rules import counts_from as due_that_counts
from notices.actions import tell
from notices.queries import told_about


@transaction.atomic
def follow_ups_overdue(now: datetime) -> int:
    """Tells each overdue matter once for each due time: whoever holds the desk, and the supervisor where it is grave;
    while nobody supervises, the project head.

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
        supervisors = who_supervises("escalation.decide", desk, now)
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
    """Tells the supervisor, or while nobody supervises the project head, once for each import how many old matters came in overdue and are still open."""
    told = 0
    for desk in _desks():
        old = [matter for matter in overdue_follow_ups_of(desk, now) if _came_in_overdue(matter)]
        if not old:
            continue
        imported = desk.books.aggregate(last=Max("entries__number", filter=Q(entries__original_recorded_at__isnull=False)))
        told += tell(
            people=who_supervises("escalation.decide", desk, now), site=desk.site, matter="entry", matter_id=f"book-{old[0].book_id}",
            occasion=f"imported:{imported['last']}", code="imported_overdue", now=now,
            fields={"count": str(len(old)), **in_each_language("desk", desk)},
            url=reverse("logbook:follow_ups", args=[desk.slug]),
        )
    return told


@transaction.atomic
def escalations_unanswered(now: datetime) -> int:
    """Tells who is asked once more when nobody has acknowledged within the limit; while nobody supervises, the project head (A4).

    Of an emergency whose call tree reaches nobody, after twice that time the project head as well (A9); where there is
    a tree, that is what moves it up (`call_tree_moves`), and who has answered a call is not asked once more.
    """
    rows = Escalation.objects.filter(state=Escalation.State.RAISED, asked_at__lte=now, desk__active=True)
    rows = rows.select_related("desk__site", "desk__settings", "entry").select_for_update(of=("self",)).order_by("pk")
    told = 0
    for escalation in rows:
        settings, asked = escalation.desk.settings, escalation.asked_at
        if not rules.is_unanswered(asked_at=asked, now=now, settings=settings):
            continue
        level = level_asked(escalation, now)
        calls = list(escalation.calls.select_related("step")) if escalation.emergency else []
        if not any(call.step.role and call.state in Call.TAKEN for call in calls):
            told += _tell_unanswered(escalation, deciders_of(escalation.desk, level, now), "still_asked_to_decide", now)
        rises = escalation.emergency and level == Level.SUPERVISOR and not calls
        if rises and rules.is_unanswered(asked_at=asked, now=now, settings=settings, limits=2):
            heads = deciders_of(escalation.desk, Level.PROJECT_HEAD, now)
            told += _tell_unanswered(escalation, heads, "emergency_unanswered", now)
    return told


@transaction.atomic
def call_tree_moves(now: datetime) -> int:
    """Calls the next of the tree where nobody answered in time; returns how many emergencies moved (A16).

    One step each at a time, however long the clock stood still, and all books at once, in the order of their keys (I2).
    """
    due = list(due_calls(now).select_related("escalation__desk__site", "escalation__desk__settings"))
    if due:
        hold_books(*{book_of(call.escalation.desk) for call in due})
    return sum(move_on(call=call, now=now) for call in due)


@transaction.atomic
def spoken_unconfirmed(now: datetime) -> int:
    """Tells each supervisor, or while nobody supervises the project head, once about a past day's decisions by phone that
    nobody has confirmed, from the desk's inspection time on, as a missing review is told (A11, A21). Returns how many were told."""
    told = 0
    for desk in _desks():
        today = local_day(now, desk.site.zone)
        if now < at(today, desk.settings.inspection_time, desk.site.zone):
            continue
        counts: dict[date, int] = {}
        for step in unconfirmed_of(desk):
            day = local_day(step.at, desk.site.zone)
            if day < today:
                counts[day] = counts.get(day, 0) + 1
        if not counts:
            continue
        people, code = deciders_of(desk, Level.SUPERVISOR, now), "spoken_unconfirmed"
        if not people:
            # The day's review is the supervisors'; the project head confirms on the escalation's page.
            people, code = deciders_of(desk, Level.PROJECT_HEAD, now), "spoken_unconfirmed_head"
        for day, count in sorted(counts.items()):
            review = reverse("logbook:review", args=[desk.slug, day.isoformat()])
            told += tell(
                people=people, site=desk.site, matter="spoken_decisions", matter_id=desk.pk,
                occasion=f"unconfirmed:{day.isoformat()}", code=code, now=now,
                fields={"day_on": day.isoformat(), "count": str(count), **in_each_language("desk", desk)},
                url=review if code == "spoken_unconfirmed" else reverse("escalations:list", args=[desk.slug]) + "?show=all",
            )
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

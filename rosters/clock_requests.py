"""The clock's acts about requests: what nobody decided expires, empty duties are raised ahead, debts are settled or overdue (A13, B2.5, I7).

The database says what is due, so that a beat that was away catches up; each tells under a stable occasion, and so once.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from desks.claims import AlreadyChanged, claim
from desks.clock import local_day
from desks.models import Membership, Person
from desks.wording import name_of
from logbook.actions import book_of, hold_books, record_act
from rosters.actions.changing import deciders, tell_swap, words_of
from rosters.actions.leaves import time_of
from rosters.actions.telling import tell_person_matter
from rosters.models import LIVE, Duty, EmptyDuty, Leave, Repayment, RequestState, Swap
from rosters.queries import attendances

# No desk looks further ahead (desks/models/settings.py).
FURTHEST = timedelta(days=31)
SETTLING = timedelta(minutes=30)
"""For so long nobody is told again of a duty that has just become empty."""


def expire_requests(now: datetime) -> int:
    """Ends requests whose duty has begun without a decision: nothing has changed, and who waited is told. Returns how many."""
    begun = Q(starts_at__lte=now) | Q(state=RequestState.AGREED, returns__starts_at__lte=now)
    swaps = list(Swap.objects.filter(begun, state__in=LIVE).select_related("desk__site", "desk__settings").order_by("pk"))
    leaves = list(Leave.objects.filter(state=RequestState.REQUESTED, starts_at__lte=now).select_related("desk__site", "person").order_by("pk"))
    hold_books(*{book_of(row.desk) for row in (*swaps, *leaves)})
    return sum(_expire_swap(swap, now) for swap in swaps) + sum(_expire_leave(leave, now) for leave in leaves)


def _expire_swap(swap: Swap, now: datetime) -> int:
    try:
        swap = claim(Swap, swap.pk, old=LIVE, new=RequestState.EXPIRED, actor=None, reason="", now=now)
    except AlreadyChanged:
        return 0
    fields = name_of("person", swap.person) | words_of(swap.duty, swap.starts_at, swap.ends_at)
    record_act(actor=None, desk=swap.desk, now=now, code="swap_expired", fields=fields)
    tell_swap(swap, {person for person in (swap.person, swap.taken_by) if person}, "expired", "tell_swap_expired", now)
    return 1


def _expire_leave(leave: Leave, now: datetime) -> int:
    try:
        leave = claim(Leave, leave.pk, old=RequestState.REQUESTED, new=RequestState.EXPIRED, actor=None, reason="", now=now)
    except AlreadyChanged:
        return 0
    fields = name_of("person", leave.person) | time_of(leave)
    record_act(actor=None, desk=leave.desk, now=now, code="leave_expired", fields=fields, audience="supervisors")
    people = {leave.person, *deciders(leave.desk, now)}
    tell_person_matter(leave.desk, "leave", leave.pk, people, "expired", "tell_leave_expired", now, page="rosters:leave", **fields)
    return 1


def raise_empty_duties(now: datetime) -> int:
    """Tells who decides of coming duties that nobody has, or whose holder has left, as long ahead as the desk says. Returns how many were told."""
    told = 0
    waiting = EmptyDuty.objects.filter(state=EmptyDuty.State.OPEN, ends_at__gt=now, starts_at__lte=now + FURTHEST)
    for empty in waiting.select_related("desk__site", "desk__settings", "duty__person", "duty__desk__site"):
        # What has just become empty was told then; if it still is after a while, whoever was busy with it hears of it again.
        if empty.starts_at <= now + timedelta(days=empty.desk.settings.empty_ahead_days) and empty.since + SETTLING <= now:
            people = deciders(empty.desk, now, empty.duty.person)
            fields = words_of(empty.duty, empty.starts_at, empty.ends_at)
            told += tell_person_matter(
                empty.desk, "empty_duty", empty.pk, people, "ahead", "tell_duty_still_empty", now, page="rosters:fill", **fields
            )
    for duty in duties_of_who_left(now).select_related("desk__settings"):
        if duty.starts_at <= now + timedelta(days=duty.desk.settings.empty_ahead_days):
            fields = name_of("person", duty.person) | words_of(duty)
            told += tell_person_matter(
                duty.desk, "duty", duty.pk, deciders(duty.desk, now), "holder_left", "tell_holder_left", now, page="rosters:duty", **fields
            )
    return told


def duties_of_who_left(now: datetime) -> QuerySet[Duty]:
    """Coming duties in force whose person is nothing at the site any more when they begin."""
    roles = Membership.objects.filter(
        Q(desk__isnull=True) | Q(desk=OuterRef("desk")), Q(ends_at__isnull=True) | Q(ends_at__gt=OuterRef("starts_at")),
        person=OuterRef("person"), site=OuterRef("desk__site"), starts_at__lte=OuterRef("starts_at"),
    )
    coming = Duty.objects.filter(taken_out_by__isnull=True, starts_at__gt=now, starts_at__lte=now + FURTHEST)
    left = Q(person__ended_at__isnull=False, person__ended_at__lte=F("starts_at"))
    return coming.filter(left | ~Exists(roles)).select_related("person", "desk__site").order_by("starts_at")


def settle_repayments(now: datetime) -> int:
    """Settles what a duty done has repaid, and tells once of what is overdue (B2.5). Returns how many were settled or told."""
    owed = list(
        Repayment.objects.filter(state=Repayment.State.OWED)
        .select_related("swap__person", "swap__taken_by", "swap__desk__site", "swap__desk__settings", "swap__duty").order_by("due_on", "pk")
    )
    hold_books(*{book_of(debt.swap.desk) for debt in owed})
    done = 0
    for debt in owed:
        duty = _repaying(debt, now)
        if duty is not None:
            done += _settle(debt, duty, now)
        elif debt.due_on < local_day(now, debt.swap.desk.site.zone):
            people = {debt.swap.person, *deciders(debt.swap.desk, now)}
            done += _tell(debt, people, f"overdue:{debt.due_on}", "tell_repay_overdue", now)
    return done


def _repaying(debt: Repayment, now: datetime) -> Duty | None:
    """The first duty that the debtor took from the creditor since and has done, and that settles nothing else.

    Done is what somebody came for: of the watch, checked in, or corrected so; a duty in force to which nobody came repays nothing. Where
    the desk kept no watches yet nobody can say otherwise, and it counts.
    """
    duties = list(
        Duty.objects.filter(
            person=debt.swap.person_id, taken_out_by__isnull=True, ends_at__lte=now, repays__isnull=True,
            brought_in_by__swap__person=debt.swap.taken_by_id, brought_in_by__swap__taken_by=debt.swap.person_id,
            brought_in_by__swap__desk=debt.swap.desk_id, brought_in_by__swap__decided_at__gte=debt.swap.decided_at,
        ).exclude(brought_in_by__swap__way=Swap.Way.EXCHANGE).order_by("ends_at", "pk")
    )
    came = attendances(debt.swap.desk, duties, now)
    return next((duty for duty in duties if came[duty.pk].done or came[duty.pk].unknown), None)


def _settle(debt: Repayment, duty: Duty, now: datetime) -> int:
    try:
        debt = claim(
            Repayment, debt.pk, old=Repayment.State.OWED, new=Repayment.State.REPAID, actor=None, reason="", now=now, duty=duty,
            settled_at=now,
        )
    except AlreadyChanged:
        return 0
    names = name_of("person", debt.swap.person) | name_of("taker", debt.swap.taken_by)  # type: ignore[arg-type]
    record_act(
        actor=None, desk=debt.swap.desk, now=now, code="duty_repaid", fields=names | {"taken_on": debt.swap.duty.site_day.isoformat()},
        audience="supervisors",
    )
    _tell(debt, [debt.swap.person, debt.swap.taken_by], "repaid", "tell_repaid", now)  # type: ignore[list-item]
    return 1


def _tell(debt: Repayment, people: Iterable[Person], occasion: str, code: str, now: datetime) -> int:
    fields = name_of("person", debt.swap.person) | name_of("taker", debt.swap.taken_by)  # type: ignore[arg-type]
    return tell_person_matter(
        debt.swap.desk, "repayment", debt.pk, people, occasion, code, now, page="rosters:requests", own_page=False,
        due_on=debt.due_on.isoformat(), **fields,
    )

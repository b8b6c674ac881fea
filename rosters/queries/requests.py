"""Reads about requests and stand-ins: who may take a duty and whose turn it is, what waits for whom (A13, B2.5, I5)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import Q, QuerySet

from desks.models import Desk, Person
from desks.queries import duty_pool
from rosters.models import LIVE, Duty, EmptyDuty, Leave, LeavePhoto, Repayment, Reserve, Roster, Swap
from rosters.queries.fits import Fit, Piece, Pool


def fits_of(
    desk: Desk, people: Iterable[Person], piece: Piece, now: datetime, *, without: Collection[Duty] = (), any_role: bool = False, fair: bool = False
) -> list[Fit]:
    """How each of the people stands to a time at the desk; `without` are duties that they would no longer have.

    With `fair` each has their share so far, which an act need not know. The same number of queries however many people.
    """
    known = list(people)
    pool = Pool(desk, known, [piece], now, fair=fair)
    return [pool.fit(person, piece, without=without, any_role=any_role) for person in known]


def fit_of(desk: Desk, person: Person, piece: Piece, now: datetime, *, any_role: bool = False) -> Fit:
    """As `fits_of`, of one person."""
    return fits_of(desk, [person], piece, now, any_role=any_role)[0]


def _fair_order(fit: Fit) -> tuple[float, float, int]:
    """Who is furthest below the fair share of what the time counts as comes first, then of hours."""
    return round(fit.load.ahead, 3), round(fit.load.hours_ahead, 1), fit.person.pk


def stand_ins_for(empty: EmptyDuty, now: datetime) -> list[Fit]:
    """Who could take an empty duty, best first: the day's reserve, then who fits, those furthest below their fair share first (A13).

    Who gave a duty of that time away in a swap comes after them.
    """
    desk, piece = empty.desk, Piece.of(empty.duty, min(max(empty.starts_at, now), empty.ends_at), empty.ends_at)
    reserve = set(Reserve.objects.filter(desk=desk, site_day=empty.duty.site_day).values_list("person", flat=True))
    given = Duty.objects.filter(desk=desk, taken_out_by__kind="swap", starts_at__lt=empty.ends_at, ends_at__gt=empty.starts_at)
    gave = set(given.values_list("person", flat=True))
    found = [
        replace(fit, reserve=fit.person.pk in reserve, gave_away=fit.person.pk in gave)
        for fit in fits_of(desk, duty_pool(desk, now), piece, now, fair=True)
    ]
    return sorted(
        found,
        key=lambda fit: (
            not fit.standing.may, not (fit.reserve and fit.standing.fits), not fit.standing.fits, fit.gave_away, *_fair_order(fit),
        ),
    )


def takers_of(desk: Desk, duty: Duty, starts_at: datetime, ends_at: datetime, now: datetime, *, fair: bool = True) -> list[Fit]:
    """Everybody else of the desk with how they stand to the time, those who fit first."""
    people = [person for person in duty_pool(desk, now) if person.pk != duty.person_id]
    found = fits_of(desk, people, Piece.of(duty, starts_at, ends_at), now, fair=fair)
    return sorted(found, key=lambda fit: (not fit.standing.may, not fit.standing.fits, *_fair_order(fit)))


def stand_of(swap: Swap, taker: Person, returns: Duty | None, now: datetime) -> list[Fit]:
    """How the taker stands to the duty and, in an exchange, its person to the other one; each without what they give."""
    pieces = [Piece.of(swap.duty, swap.starts_at, swap.ends_at), *([Piece.of(returns)] if returns else [])]
    return _stand(Pool(swap.desk, {taker, swap.person}, pieces, now, fair=False), swap, taker, returns)


def stands_of(desk: Desk, swaps: Sequence[Swap], now: datetime) -> dict[int, list[Fit]]:
    """As `stand_of`, with everybody's share, of every swap of the desk that a colleague agreed to, by its key. The same number of queries however many."""
    agreed = [(swap, swap.taken_by) for swap in swaps if swap.taken_by is not None]
    if not agreed:
        return {}
    pieces = [Piece.of(duty) for swap, _taker in agreed for duty in (swap.duty, swap.returns) if duty is not None]
    pool = Pool(desk, {person for swap, taker in agreed for person in (swap.person, taker)}, pieces, now, fair=True)
    return {swap.pk: _stand(pool, swap, taker, swap.returns) for swap, taker in agreed}


def _stand(pool: Pool, swap: Swap, taker: Person, returns: Duty | None) -> list[Fit]:
    gone = [swap.duty, *([returns] if returns else [])]
    found = [pool.fit(taker, Piece.of(swap.duty, swap.starts_at, swap.ends_at), without=gone)]
    if returns is not None:
        found.append(pool.fit(swap.person, Piece.of(returns), without=gone))
    return found


def duties_ahead(person: Person, desk: Desk, now: datetime) -> list[Duty]:
    """The person's duties in force at the desk that have not begun, once their roster is out, soonest first."""
    return list(
        Duty.objects.filter(person=person, desk=desk, taken_out_by__isnull=True, starts_at__gt=now)
        .filter(Q(roster__isnull=True) | Q(roster__state=Roster.State.REPORTED))
        .select_related("desk__site", "person").order_by("starts_at")
    )


def swaps_for(person: Person, desk: Desk) -> QuerySet[Swap]:
    """Open swaps of the desk that the person was asked about, or that anybody may take; not their own, nor what they declined."""
    asked = Q(invites__person=person, invites__declined_at__isnull=True) | Q(for_all=True)
    declined = Swap.objects.filter(invites__person=person, invites__declined_at__isnull=False)
    return (
        Swap.objects.filter(asked, desk=desk, state="requested").exclude(person=person).exclude(pk__in=declined.values("pk"))
        .select_related("person", "duty__desk__site").distinct().order_by("starts_at")
    )


def own_swaps(person: Person, desk: Desk) -> QuerySet[Swap]:
    """Every swap of the desk that the person asked for or agreed to, the newest first: also those that changed nothing."""
    return (
        Swap.objects.filter(Q(person=person) | Q(taken_by=person), desk=desk)
        .select_related("person", "taken_by", "duty__desk__site", "returns", "decided_by", "filed_by").order_by("-asked_at", "-pk")
    )


def to_decide(desk: Desk) -> tuple[list[Swap], list[Leave]]:
    """What waits for the supervisor at the desk, soonest first: swaps that a colleague agreed to, and leave."""
    swaps = Swap.objects.filter(desk=desk, state="agreed").select_related(
        "person", "taken_by", "duty__desk__site", "returns", "filed_by"
    )
    leaves = Leave.objects.filter(desk=desk, state__in=LIVE).select_related("person", "filed_by", "desk__site")
    return list(swaps.order_by("starts_at")), list(leaves.order_by("starts_at"))


def duties_touched(leave: Leave, now: datetime) -> list[Duty]:
    """The person's duties in force, at any desk of the site, that the leave would take out in whole or in part."""
    return touched_by([leave], now)[leave.pk]


def touched_by(leaves: Sequence[Leave], now: datetime) -> dict[int | None, list[Duty]]:
    """As `duties_touched`, of several at one site, by the key of the leave. One query."""
    if not leaves:
        return {}
    rows = Duty.objects.filter(
        person__in={leave.person_id for leave in leaves}, desk__site=leaves[0].desk.site_id, taken_out_by__isnull=True,
        starts_at__lt=max(leave.ends_at for leave in leaves), ends_at__gt=max(now, min(leave.starts_at for leave in leaves)),
    ).select_related("desk__site", "desk__settings", "person").order_by("starts_at")
    duties = list(rows)
    return {
        leave.pk: [
            duty for duty in duties
            if duty.person_id == leave.person_id and duty.starts_at < leave.ends_at and duty.ends_at > max(leave.starts_at, now)
        ]
        for leave in leaves
    }


def files_of_leave(digests: Collection[str]) -> set[str]:
    """Those of the stored files that belong to leave: they stay as long as it needs them (`desks.hooks.kept_files`)."""
    return set(LeavePhoto.objects.filter(digest__in=list(digests)).values_list("digest", flat=True))


def empty_duties(desk: Desk, now: datetime) -> list[EmptyDuty]:
    """Duties of the desk that wait for a stand-in and are not over, soonest first."""
    return list(
        EmptyDuty.objects.filter(desk=desk, state="open", ends_at__gt=now)
        .select_related("duty__person", "duty__desk__site", "desk__site").order_by("starts_at")
    )


def debts_of(person: Person, desk: Desk) -> QuerySet[Repayment]:
    """What the person owes or is owed at the desk and has not been repaid."""
    return (
        Repayment.objects.filter(Q(swap__person=person) | Q(swap__taken_by=person), swap__desk=desk, state="owed")
        .select_related("swap__person", "swap__taken_by", "swap__duty").order_by("due_on")
    )


def owes(debtor_id: int, creditor_id: int, desk: Desk) -> bool:
    """Whether the one owes the other a duty of the desk."""
    return Repayment.objects.filter(
        swap__person=debtor_id, swap__taken_by=creditor_id, swap__desk=desk, state="owed"
    ).exists()

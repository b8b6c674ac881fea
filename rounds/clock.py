"""The clock's act on rounds: what was missed is recorded once, and told to the holder first, then to the supervisor (C3, I7)."""

from datetime import datetime, timedelta

from logbook.actions import book_of, hold_books
from rounds.actions import raise_missed_round, tell_of_missed_round
from rounds.models import Round, RoundMiss, RoundWalk
from rounds.queries import hours_of, schedules_of
from rounds.rules import dues_around, is_missed

# A clock that was away catches up so far; what was missed before stands in no watch that anybody still hands over.
LOOK_BACK = timedelta(days=3)


def raise_missed_rounds(now: datetime) -> int:
    """Records what was missed and tells what is to be told, each once; how many. Nothing counts before a desk's first watch."""
    missed = _missed(now)
    waiting = [
        miss
        for miss in RoundMiss.objects.filter(told_at__isnull=True, due_at__gte=now - LOOK_BACK, desk__active=True)
        .select_related("desk__site", "desk__settings", "round")
        .order_by("due_at", "pk")
        if now >= miss.raised_at + timedelta(minutes=miss.desk.settings.round_supervisor_minutes)
    ]
    # All books at once, in their order: an act that holds two of them must not wait for us while we wait for it.
    hold_books(*{book_of(each.desk) for each in (*(row for row, _due in missed), *waiting)})
    return sum(raise_missed_round(round=row, due_at=due, now=now) for row, due in missed) + sum(
        tell_of_missed_round(miss=miss, now=now) for miss in waiting
    )


def _missed(now: datetime) -> list[tuple[Round, datetime]]:
    """The rounds and times whose grace is over, that stand neither as walked nor as missed; oldest first."""
    rounds = list(Round.objects.filter(current=True, desk__active=True).select_related("desk__site", "desk__settings"))
    if not rounds:
        return []
    desks = {row.desk_id: row.desk for row in rounds}
    hours, schedules, found = hours_of(desks.values()), schedules_of(rounds, now), []
    for row in rounds:
        if row.pk not in schedules:
            continue
        grace = timedelta(minutes=row.grace_minutes)
        for due in dues_around(schedules[row.pk], hours.get(row.desk_id, {}), now, LOOK_BACK, timedelta(), row.desk.site.zone):
            if is_missed(due_at=due, grace=grace, now=now):
                found.append((row, due))
    since = now - LOOK_BACK
    told = {
        each for model in (RoundWalk, RoundMiss)
        for each in model.objects.filter(desk__in=desks, due_at__gte=since).values_list("desk", "round_code", "due_at")
    }
    return sorted(
        ((row, due) for row, due in found if (row.desk_id, row.code, due) not in told), key=lambda each: (each[1], each[0].pk)
    )

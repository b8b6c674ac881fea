"""Refusals, differences and late reliefs by desk and by person, and how long handovers take (A22, A34, E2).

Facts for who supervises, counted from the record: they say where to look and ask, and judge nobody. How long handovers take
names nobody. Nothing here is read for a page that staff share.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import F

from desks.clock import local_day, month_bounds
from desks.models import Desk, Person
from handover.models import Handover, Refusal
from logbook.models import Entry
from logbook.queries import book_ids_of
from registers.models import CustodyCount
from rosters.models import Duty

Mode, State = Handover.Mode, Handover.State
MONTHS = (1, 3, 12)


@dataclass
class Counts:
    """What is counted, of a desk or of one person."""

    given: int = 0
    """Handovers and closings completed as the outgoing."""
    taken: int = 0
    """Handovers and openings completed as the incoming."""
    refused: int = 0
    """Refusals that the person gave; of a desk all of them."""
    met: int = 0
    """Refusals that the other side gave at a handover of the person."""
    upheld: int = 0
    """Of the refusals met, those that the supervisor let stand."""
    differences: int = 0
    """Items that differed in a count of what the person handed over."""
    late: int = 0
    """Reliefs that were raised as missing while the person was rostered to come."""
    waited: timedelta = timedelta(0)
    """How long the person stayed past the start of the relief's duty, by the handovers that ended it."""

    @property
    def anything(self) -> bool:
        """Whether there is anything beside handovers that went as they should."""
        return bool(self.refused or self.met or self.differences or self.late or self.waited)


@dataclass
class Pattern:
    """A desk's counts in a time, together and by person."""

    desk: Desk
    whole: Counts = field(default_factory=Counts)
    people: dict[Person, Counts] = field(default_factory=dict)

    def of(self, person: Person | None) -> Counts:
        """The person's counts, to add to; for nobody counts that are thrown away."""
        return self.people.setdefault(person, Counts()) if person is not None else Counts()

    @property
    def sorted_people(self) -> list[tuple[Person, Counts]]:
        """The people by name: no order that would rank them."""
        return sorted(self.people.items(), key=lambda pair: str(pair[0]))


def pattern_of(desk: Desk, begin: datetime, end: datetime) -> Pattern:
    """The counts of [begin, end), by the moments at which things were recorded."""
    pattern = Pattern(desk)
    done = list(
        Handover.objects.filter(desk=desk, state=State.COMPLETED, started_at__gte=begin, started_at__lt=end)
        .select_related("outgoing", "incoming", "entry")
    )
    for row in done:
        pattern.whole.given += row.mode != Mode.OPENING
        pattern.whole.taken += row.mode != Mode.CLOSING
        if row.mode != Mode.OPENING:
            pattern.of(row.outgoing).given += 1
        if row.mode != Mode.CLOSING:
            pattern.of(row.incoming).taken += 1
        waited = timedelta(minutes=int(row.entry.fields.get("waited_minutes", "0"))) if row.entry is not None else timedelta(0)
        if waited:
            pattern.whole.waited += waited
            pattern.of(row.outgoing).waited += waited
    _count_differences(pattern, done)
    _count_refusals(pattern, begin, end)
    _count_late(pattern, begin, end)
    return pattern


def _count_differences(pattern: Pattern, done: Iterable[Handover]) -> None:
    by_entry = {row.entry_id: row for row in done}
    differing = CustodyCount.objects.filter(entry__in=by_entry).exclude(counted=F("expected"))
    for entry_id, count in Counter(differing.values_list("entry", flat=True)).items():
        pattern.whole.differences += count
        pattern.of(by_entry[entry_id].outgoing).differences += count


def _count_refusals(pattern: Pattern, begin: datetime, end: datetime) -> None:
    rows = Refusal.objects.filter(handover__desk=pattern.desk, refused_at__gte=begin, refused_at__lt=end)
    for each in rows.select_related("person", "handover__outgoing", "handover__incoming", "decision"):
        stands = hasattr(each, "decision") and each.decision.outcome == "upheld"
        pattern.whole.refused += 1
        pattern.whole.met += 1
        pattern.whole.upheld += stands
        pattern.of(each.person).refused += 1
        other = pattern.of(each.handover.outgoing if each.side == "incoming" else each.handover.incoming)
        other.met += 1
        other.upheld += stands


def _count_late(pattern: Pattern, begin: datetime, end: datetime) -> None:
    """Who was rostered to come when the relief was raised as missing; where the duty was changed since, only the desk counts it."""
    raised = Entry.objects.filter(
        book__in=book_ids_of(pattern.desk), act=Entry.Act.ACT, code="relief_missing", occurred_at__gte=begin, occurred_at__lt=end
    )
    starts = [datetime.fromisoformat(fields["due_since"]) for fields in raised.values_list("fields", flat=True)]
    pattern.whole.late = len(starts)
    for duty in Duty.objects.filter(desk=pattern.desk, starts_at__in=starts, taken_out_by__isnull=True).select_related("person"):
        pattern.of(duty.person).late += 1


def months_back(today: date, count: int) -> list[date]:
    """The first days of the last so many months, the newest first, this one among them."""
    months = [today.replace(day=1)]
    while len(months) < count:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return months


def asked_months(asked: Mapping[str, str]) -> int:
    """How many months an address asks for; three where it says none of those that there are."""
    typed = asked.get("months", "")
    return int(typed) if typed in {str(each) for each in MONTHS} else 3


def asked_bounds(asked: Mapping[str, str], desk: Desk, now: datetime) -> tuple[datetime, datetime]:
    """From the first day of the oldest month asked for until just after now."""
    first = months_back(local_day(now, desk.site.zone), asked_months(asked))[-1]
    return month_bounds(first, desk.site.zone)[0], now + timedelta(microseconds=1)

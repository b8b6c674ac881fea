"""A month's plan against what was so: each person's figures, what they say of them, the sign-off (A10, A22)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from desks.clock import month_bounds
from desks.models import Desk, Person
from rosters import rules
from rosters.models import Duty, DutyChange, MonthAnswer, MonthSignOff, PresenceCase, ShiftType, TimeCorrection
from rosters.planning import days_of
from rosters.queries.attendance import at_desk, attendances
from rosters.queries.duties import in_force, shift_types_by_key
from rosters.rules import Attendance, Figures

SWAP = DutyChange.Kind.SWAP


@dataclass(frozen=True)
class DutyRow:
    """One duty with what became of it."""

    duty: Duty
    shift: ShiftType
    attendance: Attendance
    correction: TimeCorrection | None
    case: PresenceCase | None
    swapped: bool


@dataclass(frozen=True)
class PersonMonth:
    """One person's month at the desk."""

    person: Person
    figures: Figures
    rows: list[DutyRow]
    answer: MonthAnswer | None
    signed: dict[str, int] | None
    """The figures that the sign-off holds for them."""

    @property
    def is_stale(self) -> bool:
        """Whether the figures have changed since the person answered."""
        return self.answer is not None and self.answer.figures != self.figures.as_kept()

    @property
    def is_confirmed(self) -> bool:
        """Whether the person says that the figures as they stand are right."""
        return self.answer is not None and self.answer.answer == MonthAnswer.Answer.CONFIRMED and not self.is_stale

    @property
    def is_contested(self) -> bool:
        """Whether the person says that they are not, and nothing has changed since."""
        return self.answer is not None and self.answer.answer == MonthAnswer.Answer.CONTESTED and not self.is_stale

    @property
    def signed_worked(self) -> int:
        """The minutes worked in all that the sign-off holds; 0 without one."""
        return Figures(**self.signed).worked if self.signed is not None else 0

    @property
    def differs(self) -> bool:
        """Whether something has changed since the sign-off."""
        return self.signed is not None and self.signed != self.figures.as_kept()


@dataclass(frozen=True)
class MonthTruth:
    """A desk's month: who was to be there and who was."""

    desk: Desk
    month: date
    people: list[PersonMonth]
    sign_off: MonthSignOff | None
    now: datetime

    @cached_property
    def is_over(self) -> bool:
        """Whether the month has passed, with every duty that began in it."""
        last = max((row.duty.ends_at for each in self.people for row in each.rows), default=self.now)
        return self.now >= max(month_bounds(self.month, self.desk.site.zone)[1], last)

    @property
    def open_cases(self) -> list[PresenceCase]:
        """Cases of the month's duties that are not settled."""
        return [row.case for each in self.people for row in each.rows if row.case is not None and not hasattr(row.case, "outcome")]

    @property
    def has_unknown(self) -> bool:
        """Whether duties stand in it from before the desk kept its watches."""
        return any(each.figures.unknown for each in self.people)

    @property
    def unanswered(self) -> list[PersonMonth]:
        """Who has neither confirmed nor contested the figures as they stand."""
        return [each for each in self.people if not each.is_confirmed and not each.is_contested]

    @property
    def contested(self) -> list[PersonMonth]:
        """Who says that they are wrong."""
        return [each for each in self.people if each.is_contested]

    def of(self, person: Person) -> PersonMonth | None:
        """One person's month, or None where they had no duty and were never at the desk."""
        return next((each for each in self.people if each.person.pk == person.pk), None)


def month_truth(desk: Desk, month: date, now: datetime, person: Person | None = None) -> MonthTruth:
    """The month up to now, for everybody or for one person; the number of readings is the same however many there are.

    A duty belongs to the month in which it begins (I11). Time at the desk that touches no duty counts in the month in which it begins.
    """
    days = days_of(month)
    begin, end = month_bounds(month, desk.site.zone)
    within = in_force(desk).filter(site_day__range=(days[0], days[-1])).select_related("person", "brought_in_by")
    duties = list(within.filter(person=person) if person is not None else within)
    known = attendances(desk, duties, now)
    spans = at_desk(desk, None if person is None else [person.pk], begin, end, now)
    people = {duty.person_id: duty.person for duty in duties}
    people |= {row.pk: row for row in Person.objects.filter(pk__in=spans.keys() - people.keys())}
    swapped_out = _swapped_out(desk, days, person)
    people |= {row.pk: row for row in Person.objects.filter(pk__in=swapped_out.keys() - people.keys())}
    outside = _outside(people, spans, begin, end)
    corrections = {row.duty_id: row for row in TimeCorrection.objects.filter(duty__in=duties).select_related("made_by").order_by("pk")}
    cases = {row.duty_id: row for row in PresenceCase.objects.filter(duty__in=duties).select_related("outcome", "statement")}
    answers = {row.person_id: row for row in MonthAnswer.objects.filter(desk=desk, month=month, person__in=people).order_by("pk")}
    sign_off = MonthSignOff.objects.filter(desk=desk, month=month).select_related("signed_by", "entry").first()
    types = shift_types_by_key(desk)
    made = []
    for key in sorted(people, key=lambda each: (people[each].name, each)):
        rows = [
            DutyRow(
                duty, types[duty.shift_code, duty.shift_version], known[duty.pk], corrections.get(duty.pk), cases.get(duty.pk),
                duty.brought_in_by is not None and duty.brought_in_by.kind == SWAP,
            )
            for duty in duties if duty.person_id == key
        ]
        figures = rules.figures_of(
            ((rules.minutes_of(row.duty.ends_at - row.duty.starts_at), row.attendance) for row in rows),
            outside=outside.get(key, 0), swapped_in=sum(row.swapped for row in rows), swapped_out=swapped_out.get(key, 0),
        )
        if not rows and key not in outside and key not in swapped_out:
            continue
        signed = sign_off.figures.get(str(key), Figures().as_kept()) if sign_off is not None else None
        made.append(PersonMonth(people[key], figures, rows, answers.get(key), signed))
    return MonthTruth(desk, month, made, sign_off, now)


def _swapped_out(desk: Desk, days: list[date], person: Person | None) -> dict[int, int]:
    """How many duties of the month each has given away in a swap."""
    rows = Duty.objects.filter(desk=desk, site_day__range=(days[0], days[-1]), taken_out_by__kind=SWAP)
    return Counter((rows.filter(person=person) if person is not None else rows).values_list("person", flat=True))


def _outside(people: Iterable[int], spans: dict[int, list[rules.Span]], begin: datetime, end: datetime) -> dict[int, int]:
    """The minutes of each who was at the desk in times that touch no duty of theirs, anywhere; a time that began before the month is not its."""
    duties: dict[int, list[rules.Span]] = {}
    rows = Duty.objects.filter(person__in=list(people), taken_out_by__isnull=True, starts_at__lt=end, ends_at__gt=begin)
    for person, starts, ends in rows.values_list("person", "starts_at", "ends_at"):
        duties.setdefault(person, []).append((starts, ends))
    found = {
        person: rules.outside([span for span in rules.merged(times) if span[0] >= begin], duties.get(person, []))
        for person, times in spans.items()
    }
    return {person: sum(rules.minutes_of(stop - start) for start, stop in free) for person, free in found.items() if free}

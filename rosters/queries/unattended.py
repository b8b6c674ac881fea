"""Reads of when a desk was unattended: from its duties, its watches, check-ins, and who was away from it (A10, B1.13)."""

from datetime import datetime, timedelta

from django.db.models import Q

from desks.models import Desk, DeskSettings, Membership, Person
from desks.models.settings import UnattendedAnswer
from rosters import rules
from rosters.models import Absence, Duty, PresenceCase
from rosters.queries.attendance import at_desk, spans_of
from rosters.queries.duties import in_force
from rosters.rules import Gap, Span

LOOK_BACK = timedelta(hours=12)
"""A clock that stood still catches up for so long; nobody is asked about what is older."""


def gaps_at(desk: Desk, begin: datetime, end: datetime, now: datetime) -> list[Gap]:
    """When, in duties that touch [begin, end), nobody whose role counts was at the desk, up to `now` (A10, B1.13).

    Who left because of an emergency is no gap (A9). The whole of each duty is looked at, so that who was there before is known.
    """
    duties = list(in_force(desk).filter(starts_at__lt=min(end, now), ends_at__gt=begin))
    if not duties:
        return []
    first, last = min(duty.starts_at for duty in duties), min(max(duty.ends_at for duty in duties), now)
    there = at_desk(desk, None, first, last, now)
    for person, spans in spans_of(desk, duties, now).items():
        there[person] = rules.merged([*there.get(person, []), *spans])
    if desk.settings.attended_by:
        counted = _of_roles(desk, there, first, last)
        there = {person: spans for person, spans in there.items() if person in counted}
    away: dict[int, list[Span]] = {}
    rows = Absence.objects.filter(Q(back_at__isnull=True) | Q(back_at__gt=first), watch__desk=desk, since__lt=last).exclude(what=rules.EMERGENCY)
    for row in rows.select_related("watch"):
        ended = row.back_at or row.watch.ended_at or now
        away.setdefault(row.person_id, []).append((row.since, max(row.since, ended)))
    planned = [(duty.starts_at, min(duty.ends_at, now)) for duty in duties]
    there = {person: rules.minus(spans, away.get(person, [])) for person, spans in there.items()}
    return [gap for gap in rules.gaps_of(planned, there) if gap.begin < end and gap.end > begin]


def _of_roles(desk: Desk, people: dict[int, list[Span]], first: datetime, last: datetime) -> set[int]:
    rows = Membership.objects.filter(
        Q(desk=desk) | Q(desk__isnull=True), Q(ends_at__isnull=True) | Q(ends_at__gt=first), site=desk.site,
        person__in=list(people), role__in=desk.settings.attended_by, starts_at__lt=last,
    )
    return set(rows.values_list("person", flat=True))


def unattended_now(desk: Desk, now: datetime) -> list[Gap]:
    """The gaps of late that are past the desk's limit and that nobody was asked about yet, oldest first (B1.13, I7).

    Where nobody had come yet for any duty of that time, the people are asked why they did not come, if the desk asks that at all.
    """
    minutes = desk.settings.unattended_minutes
    found = [gap for gap in gaps_at(desk, now - LOOK_BACK, now, now) if rules.is_unattended(gap, minutes=minutes) and gap.left_by is not None]
    if not found:
        return []
    asked = set(PresenceCase.objects.filter(desk=desk, since__in=[gap.begin for gap in found]).values_list("since", flat=True))
    return [gap for gap in found if gap.begin not in asked]


def gap_of(case: PresenceCase, now: datetime) -> Gap | None:
    """The time of a case of an unattended desk as the record has it by now; None where a correction has closed it."""
    assert case.since is not None
    # It may last beyond the duties in which it began, into those that follow.
    found = gaps_at(case.desk, case.since, case.since + timedelta(days=1), now)
    return next((gap for gap in found if gap.begin == case.since), None)


def because_of(desk: Desk, gap: Gap) -> str:
    """The code of the reason for which the last one left, or nothing where they left without one."""
    row = Absence.objects.filter(watch__desk=desk, person=gap.left_by, since=gap.begin).order_by("-pk").first()
    return row.what if row is not None else ""


def on_duty_at(desk: Desk, moment: datetime) -> list[Duty]:
    """The duties of the desk in force at a moment, the earliest shift first."""
    return list(in_force(desk).filter(starts_at__lte=moment, ends_at__gt=moment))


def proposed_for(desk: Desk, gap: Gap, because: str) -> Person:
    """Who answers for the gap by the desk's rule (B1.13)."""
    assert gap.left_by is not None
    duties = on_duty_at(desk, gap.begin)
    second = desk.settings.unattended_answer == UnattendedAnswer.SECOND_SHIFT
    shifts = {duty.person_id: duty.starts_at for duty in reversed(duties)}
    return Person.objects.get(pk=rules.who_answers(left_by=gap.left_by, because=because, shifts=shifts, second_shift=second))


def may_be_asked(case: PresenceCase) -> list[Person]:
    """Who else may answer for an unattended desk: whoever had a duty there then and was not asked yet."""
    assert case.since is not None
    asked = set(PresenceCase.objects.filter(desk=case.desk, since=case.since).values_list("about", flat=True))
    return [person for person in dict.fromkeys(duty.person for duty in on_duty_at(case.desk, case.since)) if person.pk not in asked]


def watched_desks() -> list[Desk]:
    """The desks that have a limit for being unattended."""
    having = DeskSettings.objects.filter(unattended_minutes__gt=0).values("desk")
    return list(Desk.objects.filter(active=True, pk__in=having).select_related("site", "settings").order_by("pk"))

"""Who relieves the watch, whether the relief is missing, and how long the holder has waited (A23, A24)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from desks.models import Desk, Person
from handover.models import Handover, Overtime, Refusal
from handover.queries import gap_since, open_handover
from handover.rules import relief_is_missing
from handover.rules_of_stopping import whole_minutes
from logbook.models import Watch
from logbook.queries import current_watch, watch_people
from rosters.models import CheckIn, Duty
from rosters.queries import duties_at, relief_for


@dataclass(frozen=True)
class Relief:
    """The duties that relieve the watch: those that began during it, else those that begin next."""

    duties: list[Duty]
    starts_at: datetime
    ends_at: datetime
    missing: bool
    waited: timedelta
    """How long the holder has stayed past the start of the relief's duty; it counts as work (A23)."""

    @property
    def people(self) -> list[Person]:
        """Who relieves, in the order of the roster."""
        return [duty.person for duty in self.duties]


def relief_of(watch: Watch, now: datetime) -> Relief | None:
    """The relief of the open watch at that moment, or None where the roster has none.

    A shift that took over before its own duty began is not relieved by itself; nor is a holder whose duty was extended, beside
    whom others begin.
    """
    begun = _begun(watch, now)
    if watch.holder_id in {duty.person_id for duty in begun}:
        there = {person.pk for person in watch_people(watch)}
        begun = [duty for duty in begun if duty.person_id not in there]
    return _relief(watch, begun or relief_for(watch.desk, now), now)


def missing_relief_of(watch: Watch, now: datetime) -> Relief | None:
    """The relief of the open watch where it should be there and is not, else None (A23)."""
    relief = _relief(watch, _begun(watch, now), now)
    return relief if relief is not None and relief.missing else None


@dataclass(frozen=True)
class Wait:
    """Since when the holder stays past the time of the relief, why, and for how many whole minutes; it counts as work."""

    since: datetime
    cause: str
    minutes: int


def wait_of(watch: Watch, now: datetime) -> Wait | None:
    """How long the holder of the open watch has waited by now, or None (A23, E9).

    From the start of the relief's duty while nobody of it is of the watch; where a refusal came before that, from the refusal.
    """
    if gap_since(watch) is not None:
        return None
    relief = relief_of(watch, now)
    begins: list[tuple[datetime, str]] = []
    if relief is not None and relief.waited and not set(relief.people) & set(watch_people(watch)):
        begins.append((relief.starts_at, Overtime.Cause.RELIEF))
    first = Refusal.objects.filter(handover__watch=watch).order_by("refused_at").first()
    if first is not None:
        begins.append((first.refused_at, Overtime.Cause.REFUSAL))
    if not begins:
        return None
    since, cause = min(begins)
    return Wait(since, cause, whole_minutes(since, now))


def _begun(watch: Watch, now: datetime) -> list[Duty]:
    """The duties under way that began while this watch held the desk; of several changes, the newest."""
    begun = [duty for duty in duties_at(watch.desk, now) if duty.starts_at > watch.started_at]
    newest = max((duty.starts_at for duty in begun), default=None)
    return [duty for duty in begun if duty.starts_at == newest]


def _relief(watch: Watch, duties: list[Duty], now: datetime) -> Relief | None:
    if not duties:
        return None
    starts_at, ends_at = duties[0].starts_at, max(duty.ends_at for duty in duties)
    grace = timedelta(minutes=watch.desk.settings.relief_grace_minutes)
    people = {duty.person_id for duty in duties}
    missing = relief_is_missing(starts_at, ends_at, grace=grace, now=now, present=False) and not (
        gap_since(watch) is not None or people & {person.pk for person in watch_people(watch)}
    )
    if missing and (handover := open_handover(watch.desk)) is not None:
        missing = not (people & _acting(handover))
    missing = missing and not CheckIn.objects.filter(duty__in=duties, at__lte=now).exists()
    return Relief(duties, starts_at, ends_at, missing, max(timedelta(0), now - starts_at))


def _acting(handover: Handover) -> set[int]:
    """Who has done something in the handover already, and so has come."""
    rows = (
        handover.matters.values_list("acknowledged_by", flat=True),
        handover.counts.values_list("counted_by", flat=True),
        handover.checks.values_list("checked_by", flat=True),
        handover.questions.values_list("asked_by", flat=True),
        handover.refusals.values_list("person", flat=True),
    )
    return {handover.started_by_id} | {pk for values in rows for pk in values if pk is not None}


def expected_people(desk: Desk, now: datetime) -> list[Person]:
    """Who is expected to hold the desk next: the watch's relief; at a closed desk the duties under way or next."""
    watch = current_watch(desk)
    if watch is not None:
        relief = relief_of(watch, now)
        return relief.people if relief else []
    lead = timedelta(minutes=desk.settings.arrival_lead_minutes)
    return [duty.person for duty in duties_at(desk, now + lead) or duties_at(desk, now) or relief_for(desk, now)]

"""How a decided change carries itself out on the duties in force: the steps that leave, swap and stand-in share (I5, I6, I11)."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import IntegrityError, connection
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from desks.claims import claim
from desks.models import Desk, Person
from desks.queries import supervisors_with, who_supervises
from desks.refusal import Refused
from desks.wording import in_each_language, name_of
from rosters import rules
from rosters.actions.telling import tell_who_is_there
from rosters.models import Duty, DutyChange, RequestState, ShiftType, Swap

DECIDE = "duty.decide"


def whole_minute_after(now: datetime) -> datetime:
    """From when a running duty is another's: the next whole minute."""
    return (now + timedelta(minutes=1)).replace(second=0, microsecond=0)


def hold_people(people: Iterable[int]) -> None:
    """Locks the people's rows in the order of their ids, as an approval does: two desks that change one person's duties wait."""
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=set(people)).order_by("pk").values_list("pk"))


def held_duty(pk: int) -> Duty:
    """The duty's row, locked. Raises Refused where a change has taken it out meanwhile (I6)."""
    duty = Duty.objects.select_for_update(of=("self",)).select_related("person", "desk__site", "desk__settings").get(pk=pk)
    if duty.taken_out_by_id is not None:
        raise Refused("I6", _("This duty is no longer in force."), _("Look at the roster again."))
    return duty


@contextmanager
def exchanging() -> Iterator[None]:
    """Within it two people may exchange overlapping duties; at its end nobody is on two. Raises Refused (I5)."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS duty_one_at_a_time DEFERRED")
        try:
            yield
            cursor.execute("SET CONSTRAINTS duty_one_at_a_time IMMEDIATE")
        except IntegrityError as error:
            if "duty_one_at_a_time" not in str(error):
                raise
            raise Refused(
                "I5", _("Somebody would be on two duties at once."), _("Load the page again: their duties have changed.")
            ) from error


def decided(desk: Desk, kind: str, actor: Person, now: datetime, reason: str) -> DutyChange:
    """Lays the decision down to which every changed duty points (I6, I9)."""
    return DutyChange.objects.create(desk=desk, kind=kind, decided_by=actor, decided_at=now, reason=reason)


def bring_in(
    change: DutyChange, like: Duty, person: Person, starts_at: datetime, ends_at: datetime, now: datetime
) -> Duty:
    """A duty of the person by the change, with the day and the shift of another."""
    duty = Duty(
        person=person, desk=like.desk, site_day=like.site_day, starts_at=starts_at, ends_at=ends_at, shift_code=like.shift_code,
        shift_version=like.shift_version, origin=Duty.Origin.CHANGE, brought_in_by=change,
    )
    duty._history_user, duty._history_date = change.decided_by, now
    duty.save()
    return duty


def take_out(
    duty: Duty, change: DutyChange, now: datetime, *, since: datetime | None = None, until: datetime | None = None, but: int | None = None
) -> tuple[datetime, datetime]:
    """Takes a duty, or the part of it between two moments, out of force; its person keeps what is left. Inside `exchanging`.

    What has been worked stays: of a running duty at most what comes after this minute goes. Other requests for it are over,
    but the one of that id. Returns the part that went.
    """
    since, until = max(since or duty.starts_at, duty.starts_at), min(until or duty.ends_at, duty.ends_at)
    if duty.starts_at <= now:
        since = max(since, whole_minute_after(now))
    if since >= until:
        raise Refused("I6", _("This duty is over."), _("What has been worked is never changed."))
    for begin, end in rules.parts_left(duty.starts_at, duty.ends_at, since, until):
        bring_in(change, duty, duty.person, begin, end, now)
    duty.taken_out_by = change
    duty._history_user, duty._history_date = change.decided_by, now
    duty.save(update_fields=["taken_out_by"])
    _end_requests(duty, change, now, but)
    return since, until


def _end_requests(duty: Duty, change: DutyChange, now: datetime, but: int | None) -> None:
    """Open swaps of a duty that is gone are over, and who waits for them hears of it."""
    rows = Swap.objects.filter(state__in=["requested", "agreed"]).exclude(pk=but)
    for swap in (rows.filter(duty=duty) | rows.filter(returns=duty)).select_related("person", "taken_by", "desk__site"):
        claim(
            Swap, swap.pk, old=("requested", "agreed"), new=RequestState.EXPIRED, actor=change.decided_by,
            reason="the duty was changed", now=now,
        )
        people = [person for person in (swap.person, swap.taken_by) if person is not None and person != duty.person]
        tell_swap(swap, people, "expired", "tell_swap_over", now)


def words_of(duty: Duty, starts_at: datetime | None = None, ends_at: datetime | None = None) -> dict[str, str]:
    """Fields for `%(duty_on)s %(shift)s %(from_time)s–%(until_time)s`: the duty, or the part of it, on the site's clock."""
    zone = duty.desk.site.zone
    shift = ShiftType.objects.get(desk=duty.desk, code=duty.shift_code, version=duty.shift_version)
    return {
        "duty_on": duty.site_day.isoformat(), **in_each_language("shift", shift),
        "from_time": f"{(starts_at or duty.starts_at).astimezone(zone):%H:%M}",
        "until_time": f"{(ends_at or duty.ends_at).astimezone(zone):%H:%M}",
    }


def tell_swap(swap: Swap, people: Iterable[Person], state: str, code: str, now: datetime, **fields: str) -> int:
    """Tells people of a swap; each time that it comes to the state there is an occasion of its own (I7)."""
    occasion = f"{state}:{swap.history.filter(state=swap.state).count()}"
    named = name_of("person", swap.person) | (name_of("taker", swap.taken_by) if swap.taken_by else {})
    given = named | in_each_language("desk", swap.desk) | words_of(swap.duty, swap.starts_at, swap.ends_at) | fields
    return tell_who_is_there(
        swap.desk, "swap", swap.pk, people, occasion, code, now, given, reverse("rosters:swap", args=[swap.desk.slug, swap.pk])
    )


def deciders(desk: Desk, now: datetime, *but: Person | None) -> list[Person]:
    """Who is told that something waits for a decision: the supervisors, or in their place the project heads."""
    return [person for person in who_supervises(DECIDE, desk, now) if person not in but]


def others_decide(desk: Desk, actor: Person, now: datetime) -> bool:
    """Whether somebody besides the actor could decide."""
    return any(person != actor for person in supervisors_with(DECIDE, desk, now))

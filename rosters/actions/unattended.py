"""An unattended desk: raised once to who answers for it, then to who supervises; somebody else may be asked too (A10, B1.13, B2.6)."""

from datetime import datetime, timedelta

from django.db import transaction

from desks.models import Person
from desks.queries import who_supervises
from desks.wording import in_each_language, name_of
from logbook.actions import book_of, hold_books
from rosters import rules
from rosters.actions.attendance import must_settle, open_case, tell_of
from rosters.models import PresenceCase
from rosters.queries.unattended import (
    LOOK_BACK,
    because_of,
    may_be_asked,
    on_duty_at,
    proposed_for,
    unattended_now,
    watched_desks,
)


@transaction.atomic
def raise_unattended(now: datetime) -> int:
    """Raises each time for which a desk has been unattended past its limit, once: to who answers for it by the rule (B1.13, I7).

    After as long again who supervises is told, unless it is settled by then. Whatever the person says is told at once. It looks
    again under the lock. Returns how many were raised just now.
    """
    desks = watched_desks()
    waiting = [desk for desk in desks if unattended_now(desk, now)]
    hold_books(*(book_of(desk) for desk in waiting))
    raised = 0
    for desk in waiting:
        for gap in unattended_now(desk, now):
            because = because_of(desk, gap)
            left = Person.objects.get(pk=gap.left_by)
            case = PresenceCase(
                desk=desk, kind=PresenceCase.Kind.UNATTENDED, since=gap.begin, because=because, left_by=left,
                about=proposed_for(desk, gap, because), raised_at=now,
            )
            fields = {"since_at": gap.begin.isoformat(), "minutes": str(desk.settings.unattended_minutes)}
            open_case(
                case, code="desk_unattended", tells_supervisors=False, fields=fields | name_of("left", left) | in_each_language("desk", desk)
            )
            raised += 1
    _tell_supervisors(now)
    return raised


def _tell_supervisors(now: datetime) -> None:
    rows = PresenceCase.objects.filter(
        kind=PresenceCase.Kind.UNATTENDED, raised_by__isnull=True, outcome__isnull=True, raised_at__gt=now - LOOK_BACK
    )
    for case in rows.select_related("desk__site", "desk__settings", "about").order_by("pk"):
        if now < case.raised_at + timedelta(minutes=case.desk.settings.unattended_minutes):
            continue
        assert case.since is not None
        fields = {"since_at": case.since.isoformat()} | name_of("person", case.about) | in_each_language("desk", case.desk)
        tell_of(case, who_supervises("presence.settle", case.desk, now), "desk_unattended_told", now, acknowledge=True, **fields)


@transaction.atomic
def ask_another(*, actor: Person, case: PresenceCase, person: Person | None, now: datetime) -> PresenceCase:
    """The supervisor asks somebody else about the same unattended desk: a case of their own, the first one stays (B1.13, A22).

    Raises Refused for anybody who had no duty there then, who was asked already, or for oneself.
    """
    desk = case.desk
    hold_books(book_of(desk))
    must_settle(actor, desk, now)
    unattended = case.kind == PresenceCase.Kind.UNATTENDED and case.since is not None
    present = {duty.person_id for duty in on_duty_at(desk, case.since)} if unattended and case.since is not None else set()
    if refusal := rules.why_not_ask_another(
        unattended=unattended, knows_desk=person is not None and person.pk in present, own=person == actor,
        asked=unattended and person not in may_be_asked(case),
    ):
        raise refusal
    assert person is not None and case.since is not None
    made = PresenceCase(
        desk=desk, kind=case.kind, since=case.since, because=case.because, left_by=case.left_by, about=person, raised_by=actor, raised_at=now
    )
    return open_case(made, code="unattended_asked", fields={"since_at": case.since.isoformat()})



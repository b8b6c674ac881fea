"""Checking in, and what follows when somebody does not come or comes late: raised, heard, settled (A22, A24)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from desks.claims import AlreadyChanged
from desks.models import Desk, Person
from desks.permissions import may
from desks.queries import who_supervises
from desks.refusal import Refused
from desks.wording import name_of
from logbook.actions import book_of, hold_books, record_act
from logbook.models import Entry
from logbook.queries import current_watch, watch_people
from notices.actions import tell
from rosters import rules
from rosters.models import CheckIn, Duty, PresenceCase, PresenceOutcome, PresenceStatement
from rosters.queries import attendances, duties_without_anybody, duty_to_check_in

SUPERVISORS = Entry.Audience.SUPERVISORS
Kind = PresenceCase.Kind


@transaction.atomic
def check_in(*, actor: Person, desk: Desk, now: datetime) -> CheckIn:
    """The actor says that they are at the desk for their duty, at `now`, the server's time. Raises Refused (A24, E6)."""
    hold_books(book_of(desk))
    watch = current_watch(desk)
    duty = duty_to_check_in(actor, desk, now)
    if refusal := rules.why_not_check_in(
        has_duty=duty is not None, of_watch=watch is not None and actor in watch_people(watch),
        done=duty is not None and hasattr(duty, "check_in"),
    ):
        raise refusal
    assert duty is not None
    entry = record_act(
        actor=actor, desk=desk, now=now, code="checked_in", fields=name_of("person", actor) | {"duty_at": duty.starts_at.isoformat()}
    )
    return CheckIn.objects.create(duty=duty, person=actor, at=now, entry=entry)


@transaction.atomic
def raise_no_shows(now: datetime) -> int:
    """Raises each duty for which nobody has come past its desk's limit, once; how many were raised just now (A22, I7).

    After a standstill it raises what is still so, and nobody who has come meanwhile: it looks again under the lock.
    """
    desks = Desk.objects.filter(active=True, settings__no_show_minutes__gt=0).select_related("site", "settings").order_by("pk")
    waiting = [desk for desk in desks if duties_without_anybody(desk, now)]
    hold_books(*(book_of(desk) for desk in waiting))
    raised = 0
    for desk in waiting:
        for duty in duties_without_anybody(desk, now):
            limit = duty.starts_at + timedelta(minutes=desk.settings.no_show_minutes)
            open_case(
                PresenceCase(desk=desk, kind=Kind.NO_SHOW, duty=duty, about=duty.person, raised_at=now), code="no_show",
                fields={"duty_at": duty.starts_at.isoformat(), "limit_at": limit.isoformat()},
            )
            raised += 1
    return raised


@transaction.atomic
def ask_about_lateness(*, actor: Person, duty: Duty, now: datetime) -> PresenceCase:
    """The supervisor asks somebody why they came late for a duty. Raises Refused (A22, A24)."""
    desk = duty.desk
    hold_books(book_of(desk))
    must_settle(actor, desk, now)
    found = attendances(desk, [duty], now)[duty.pk]
    if refusal := rules.why_not_ask_late(
        late=found.arrival == rules.Arrival.LATE, asked=PresenceCase.objects.filter(duty=duty).exists(), own=actor.pk == duty.person_id
    ):
        raise refusal
    assert found.arrived_at is not None
    return open_case(
        PresenceCase(desk=desk, kind=Kind.LATE, duty=duty, about=duty.person, raised_by=actor, raised_at=now), code="lateness_asked",
        fields={"duty_at": duty.starts_at.isoformat(), "came_at": found.arrived_at.isoformat(), "minutes": str(found.late)},
    )


def open_case(case: PresenceCase, *, code: str, fields: dict[str, str], tells_supervisors: bool = True) -> PresenceCase:
    """Writes the entry and the case, within an act that holds the desk's book; the person is asked, and of what the clock raises who settles is told."""
    said = name_of("person", case.about) | fields | (name_of("by", case.raised_by) if case.raised_by is not None else {})
    case.entry = record_act(actor=case.raised_by, desk=case.desk, now=case.raised_at, code=code, fields=said, audience=SUPERVISORS)
    case.save(force_insert=True)
    tell_of(case, [case.about], f"{code}_you_told", case.raised_at, acknowledge=True, **said)
    if case.raised_by is None and tells_supervisors:
        tell_of(case, who_supervises("presence.settle", case.desk, case.raised_at), f"{code}_told", case.raised_at, acknowledge=True, **said)
    return case


@transaction.atomic
def state_presence(*, actor: Person, case: PresenceCase, words: str, now: datetime) -> PresenceStatement:
    """The person says what happened, once; who settles is told. Raises Refused for anybody else (A22)."""
    desk = case.desk
    hold_books(book_of(desk))
    if actor.pk != case.about_id:
        raise Refused("A22", _("Only the person whom it is about is asked."), _("Each speaks for themselves."))
    if PresenceStatement.objects.filter(case=case).exists() or PresenceOutcome.objects.filter(case=case).exists():
        raise AlreadyChanged("A22", _("This was said or settled already."), _("Add to its entry."), field="words")
    if not words.strip():
        raise Refused("A22", _("A statement has words."), _("Write what happened, in your own words."), field="words")
    entry = record_act(
        actor=actor, desk=desk, now=now, code="presence_stated", refers_to=case.entry, text=words.strip(), audience=SUPERVISORS,
        fields=name_of("person", actor) | {"number": str(case.entry.number)},
    )
    made = PresenceStatement.objects.create(case=case, words=words.strip(), said_by=actor, said_at=now, entry=entry)
    tell_of(case, who_supervises("presence.settle", desk, now), "presence_stated_told", now, **name_of("person", actor))
    return made


@transaction.atomic
def settle_presence(
    *, actor: Person, case: PresenceCase, outcome: str, special_reason: bool, reason: str, now: datetime
) -> PresenceOutcome:
    """The supervisor settles a case under the site's rules, after the person was heard or the time for it is over (A22).

    A special reason that is accepted has no consequence. Raises Refused before that, about oneself, without a reason, for
    anybody else, and the second time.
    """
    desk = case.desk
    hold_books(book_of(desk))
    must_settle(actor, desk, now)
    if refusal := rules.why_not_settle(
        settled=PresenceOutcome.objects.filter(case=case).exists(), own=actor.pk == case.about_id,
        heard=PresenceStatement.objects.filter(case=case).exists(), waits_until=case.may_settle_at, now=now,
    ):
        raise refusal
    if outcome not in PresenceOutcome.Outcome.values:
        raise Refused("A22", _("Choose what follows."), field="outcome")
    if special_reason and outcome != PresenceOutcome.Outcome.NONE:
        raise Refused(
            "B2.6", _("A special reason has no consequence."), _("Choose “no consequence”, or take the special reason out."), field="outcome"
        )
    if not reason.strip():
        raise Refused("A22", _("An outcome has a reason."), _("Write why, and what follows."), field="reason")
    entry = record_act(
        actor=actor, desk=desk, now=now, code=f"presence_settled_{outcome}", refers_to=case.entry, text=reason.strip(), audience=SUPERVISORS,
        fields=name_of("person", actor) | {"number": str(case.entry.number)},
    )
    made = PresenceOutcome.objects.create(
        case=case, outcome=outcome, special_reason=special_reason, reason=reason.strip(), settled_by=actor, settled_at=now, entry=entry
    )
    tell_of(case, [case.about], "presence_settled_told", now, acknowledge=True, **name_of("person", actor), words=reason.strip())
    return made


def must_settle(actor: Person, desk: Desk, now: datetime) -> None:
    """Raises Refused for whoever does not settle such cases at the desk (A22)."""
    if not may(actor, "presence.settle", desk=desk, now=now):
        raise Refused("A22", _("Only the supervisor deals with lateness and absence."), _("The supervisor has been told."))


def tell_of(case: PresenceCase, people: Sequence[Person], code: str, now: datetime, *, acknowledge: bool = False, **fields: str) -> None:
    """Tells people of a case, once for each occasion, with the way to its page."""
    tell(
        people=people, site=case.desk.site, matter="presence", matter_id=case.pk, occasion=code, code=code, fields=fields, now=now,
        acknowledge=acknowledge, url=reverse("rosters:case", args=[case.desk.slug, case.pk]),
    )

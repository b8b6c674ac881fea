"""The review of a roster, by which its duties come into force (A5, I5, I6)."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from simple_history.utils import bulk_create_with_history

from desks.binding import Confirmation
from desks.claims import claim
from desks.models import Desk, Person
from desks.refusal import Refused, Words
from logbook.actions import book_of, hold_books
from rosters import rules
from rosters.actions.plans import STATE, must, must_be_own, must_be_seen, note, tell_of, tell_reported
from rosters.actions.standing import must_stand
from rosters.models import Duty, Roster
from rosters.planning import Plan, check_overlaps, check_people
from rosters.queries import ground_of, plan_of_roster


@transaction.atomic
def approve(*, actor: Person, roster: Roster, confirmed: Confirmation, now: datetime, reason: str = "") -> Roster:
    """Approves somebody else's submitted roster: its duties are in force from now on.

    `reason` is why it stands though it breaks what was agreed, where none was given at submitting. Raises Refused (A5, A6, A13, I5).
    """
    must(actor, "roster.review", roster.desk, now)
    must_be_own(actor, confirmed)
    if refusal := rules.why_not_approve(own=roster.drafted_by_id == actor.pk):
        raise refusal
    roster, count = _put_in_force(roster, (STATE.SUBMITTED,), actor, reason, now)
    note(roster, "roster_approved", actor, now, duties=str(count))
    tell_of(roster, [roster.drafted_by], "approved", "tell_roster_approved", now)
    return roster


@transaction.atomic
def review_and_report(*, actor: Person, roster: Roster, confirmed: Confirmation, now: datetime, reason: str = "") -> Roster:
    """Reviews and reports an own draft in one act: approved, in force and published; `reason` as in `approve`. Raises Refused (A5, A6, A13, I5)."""
    must(actor, "roster.review", roster.desk, now)
    must_be_own(actor, confirmed)
    if refusal := rules.why_not_review_alone(own=roster.drafted_by_id == actor.pk):
        raise refusal
    roster, count = _put_in_force(roster, (STATE.DRAFT, STATE.RETURNED, STATE.SUBMITTED), actor, reason, now)
    roster = claim(
        Roster, roster.pk, old=STATE.APPROVED, new=STATE.REPORTED, actor=actor, reason="", now=now, reported_at=now
    )
    note(roster, "roster_reviewed_and_reported", actor, now, duties=str(count))
    tell_reported(roster, now)
    return roster


def _put_in_force(roster: Roster, states: tuple[str, ...], actor: Person, reason: str, now: datetime) -> tuple[Roster, int]:
    """Claims the approval and writes the duties, in this order:

    1. the book, then the people's rows: two desks that approve one person's duties at once wait for each other;
    2. the roster's state, which one of several reviewers wins;
    3. the plan once more against people and duties of now, which have changed since it was brought in, and against the hard rules;
    4. the duties, with the database's own refusal of two at once as the net (I5).
    """
    desk = roster.desk
    version = roster.version
    hold_books(book_of(desk))
    planned = roster.planned.filter(version=version).values("person")
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=planned).order_by("pk").values_list("pk"))
    roster = claim(Roster, roster.pk, old=states, new=STATE.APPROVED, actor=actor, reason="", now=now)
    must_be_seen(roster, version)
    plan = plan_of_roster(roster)
    refuse_problems(plan, desk, roster.month, now, remedy=_("Return the roster, and bring a changed one in."))
    must_stand(roster, plan, actor=actor, reason=reason, now=now)
    duties = _duties_of(plan, roster)
    try:
        with transaction.atomic():
            bulk_create_with_history(duties, Duty, default_user=actor, default_date=now)
    except IntegrityError as error:
        if "duty_one_at_a_time" in str(error):
            raise Refused(
                "I5", _("Somebody of this roster is on another duty at the same time."),
                _("Return the roster, and bring a changed one in."),
            ) from error
        raise
    return roster, len(duties)


def refuse_problems(plan: Plan, desk: Desk, month: date, now: datetime, *, remedy: Words = "") -> None:
    """Raises Refused for a plan that cannot stand: somebody without the role, on leave, or on two duties at once (A6, A13, I5)."""
    ground = ground_of(desk, month, now)
    check_people(plan, ground)
    people = bool(plan.problems)
    check_overlaps(plan, ground)
    if plan.problems:
        raise Refused(
            "A6" if people else "I5", " ".join(str(problem.reason) for problem in plan.problems[:3]),
            remedy or plan.problems[0].remedy,
        )


def _duties_of(plan: Plan, roster: Roster) -> list[Duty]:
    made = []
    for person, day, shift in plan.duties:
        begins, ends = rules.span_of(day=day, starts=shift.starts, ends=shift.ends, zone=roster.desk.site.zone)
        made.append(
            Duty(
                person=person, desk=roster.desk, site_day=day, starts_at=begins, ends_at=ends, roster=roster,
                shift_code=shift.code, shift_version=shift.version,
            )
        )
    return sorted(made, key=lambda duty: (duty.person_id, duty.starts_at))

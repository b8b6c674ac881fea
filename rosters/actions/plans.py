"""Bringing a roster in, submitting, returning and reporting it (A5, I6). Approval stands in reviews.py."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from desks.binding import Confirmation
from desks.claims import AlreadyChanged, claim
from desks.models import Desk, Person
from desks.permissions import may
from desks.queries import duty_pool, heads_of, who_supervises
from desks.refusal import Refused, Words
from desks.wording import name_of
from logbook.actions import book_of, hold_books, record_act
from rosters import rules
from rosters.actions.standing import must_stand
from rosters.actions.telling import tell_about
from rosters.models import CellRemark, PlannedDuty, Roster, RosterLine
from rosters.planning import Plan, plan_of
from rosters.queries import ground_of, plan_of_roster, why_not_bring_in
from rosters.queries.own_month import own_months
from rosters.reading import Table

STATE = Roster.State
Remark = tuple[int, date, str]
"""The person's key, the day, and what is said of the cell."""


class NotBroughtIn(Refused):
    """A file with problems was not brought in; `plan` holds every one of them."""

    def __init__(self, plan: Plan) -> None:
        first = plan.problems[0]
        words = _("The file has %(count)d problems and was not brought in. The first: %(place)s %(reason)s")
        super().__init__(
            "A5",
            words % {"count": len(plan.problems), "place": first.place, "reason": first.reason},
            _("Mend them in the file and choose it again; nothing has been changed."),
            field="file",
        )
        self.plan = plan


@transaction.atomic
def bring_in(*, actor: Person, desk: Desk, month: date, table: Table, name: str, now: datetime) -> Roster:
    """Makes the table the draft of the desk's month: the first version, or the next one of a draft or returned roster.

    `month` is the first day of the site's month. Raises NotBroughtIn where the plan has a problem, and Refused for a
    month that is over, far away, being reviewed or approved (A5, A6, I6). All of it takes effect or nothing.
    """
    must(actor, "roster.draft", desk, now)
    hold_books(book_of(desk))
    roster = Roster.objects.select_for_update(of=("self",)).filter(desk=desk, month=month).first()
    if refusal := why_not_bring_in(desk, month, roster, now):
        raise refusal
    plan = plan_of(table, ground_of(desk, month, now))
    if plan.problems:
        raise NotBroughtIn(plan)
    roster = next_version(roster, desk, month, plan, actor=actor, reason=name, now=now)
    note(roster, "roster_brought_in", actor, now, audience="supervisors", duties=str(plan.count), file=name)
    return roster


def next_version(
    roster: Roster | None, desk: Desk, month: date, plan: Plan, *, actor: Person, reason: str, now: datetime
) -> Roster:
    """Makes the plan the next version of a draft or returned roster, or the first of the month; the desk's book is held.

    Raises AlreadyChanged where the roster is no draft any more (I9). The one door by which plans are laid.
    """
    if roster is None:
        roster = Roster(desk=desk, month=month, drafted_by=actor)
        roster._history_user, roster._history_date, roster._change_reason = actor, now, reason
        roster.save()
    else:
        roster = claim(
            Roster, roster.pk, old=(STATE.DRAFT, STATE.RETURNED), new=STATE.DRAFT, actor=actor, reason=reason, now=now,
            version=roster.version + 1, drafted_by=actor,
        )
    _lay(roster, plan)
    return roster


def _lay(roster: Roster, plan: Plan) -> None:
    version = roster.version
    people = [line.person for line in plan.lines if line.person is not None]
    RosterLine.objects.bulk_create(
        RosterLine(roster=roster, version=version, position=place, person=person)
        for place, person in enumerate(people, start=1)
    )
    PlannedDuty.objects.bulk_create(
        PlannedDuty(
            roster=roster, version=version, person=person, site_day=day, shift_code=shift.code, shift_version=shift.version
        )
        for person, day, shift in plan.duties
    )


@transaction.atomic
def submit(*, actor: Person, roster: Roster, now: datetime, reason: str = "") -> Roster:
    """Hands a draft, or a returned roster that stays as it is, over for review; `reason` is why it stands though it breaks what was agreed.

    Raises Refused, also for what law, protection, leave and role forbid (A5, A6, A13, I5).
    """
    must(actor, "roster.draft", roster.desk, now)
    hold_books(book_of(roster.desk))
    seen = roster.version
    roster = claim(
        Roster, roster.pk, old=(STATE.DRAFT, STATE.RETURNED), new=STATE.SUBMITTED, actor=actor, reason="", now=now
    )
    must_be_seen(roster, seen)
    must_stand(roster, plan_of_roster(roster), actor=actor, reason=reason, now=now)
    note(roster, "roster_submitted", actor, now, audience="supervisors")
    reviewers = who_supervises("roster.review", roster.desk, now)
    tell_of(roster, [each for each in reviewers if each != actor], "submitted", "tell_roster_submitted", now)
    return roster


@transaction.atomic
def return_roster(*, actor: Person, roster: Roster, reason: str, now: datetime, remarks: Sequence[Remark] = ()) -> Roster:
    """Returns a submitted roster with a reason, and remarks on cells, which the one who drafted it reads. Raises Refused (A5, I9)."""
    must(actor, "roster.review", roster.desk, now)
    if refusal := rules.why_not_return(reason):
        raise refusal
    hold_books(book_of(roster.desk))
    seen = roster.version
    roster = claim(
        Roster, roster.pk, old=STATE.SUBMITTED, new=STATE.RETURNED, actor=actor, reason=reason.strip(), now=now
    )
    must_be_seen(roster, seen)
    _remark(roster, remarks, actor, now)
    note(roster, "roster_returned", actor, now, audience="supervisors", text=reason)
    tell_of(roster, [roster.drafted_by], "returned", "tell_roster_returned", now, words=reason.strip())
    return roster


def _remark(roster: Roster, remarks: Sequence[Remark], actor: Person, now: datetime) -> None:
    people = set(roster.lines.filter(version=roster.version).values_list("person", flat=True))
    for person, day, words in remarks:
        if refusal := rules.why_not_remark(of_roster=person in people and day.replace(day=1) == roster.month, words=words):
            raise refusal
    CellRemark.objects.bulk_create(
        CellRemark(roster=roster, version=roster.version, person_id=person, site_day=day, words=words.strip(), made_by=actor, made_at=now)
        for person, day, words in remarks
    )


@transaction.atomic
def report(*, actor: Person, roster: Roster, confirmed: Confirmation, now: datetime) -> Roster:
    """Reports an approved roster to the project head, which also publishes it to staff. Raises Refused (A5)."""
    must(actor, "roster.review", roster.desk, now)
    must_be_own(actor, confirmed)
    hold_books(book_of(roster.desk))
    roster = claim(
        Roster, roster.pk, old=STATE.APPROVED, new=STATE.REPORTED, actor=actor, reason="", now=now, reported_at=now
    )
    note(roster, "roster_reported", actor, now)
    tell_reported(roster, now)
    return roster


def must_be_own(actor: Person, confirmed: Confirmation) -> None:
    """Raises Refused where the PIN or password was somebody else's (A29)."""
    if confirmed.person.pk != actor.pk:
        raise Refused("A29", _("Everybody confirms with their own PIN or password."), field="secret")


def must_be_seen(roster: Roster, seen: int) -> None:
    """Raises AlreadyChanged where a newer version was brought in after the actor had looked at the roster (I9)."""
    if roster.version != seen:
        raise AlreadyChanged(
            "I9",
            _("A newer version of this roster was brought in meanwhile."),
            _("Look at the newer version, then decide."),
        )


def must(actor: Person, right: str, desk: Desk, now: datetime) -> None:
    """Raises Refused for who has not the right at the desk (A5)."""
    if not may(actor, right, desk=desk, now=now):
        words: Words = _("Rosters of this desk are drafted and reviewed by the supervisor, or who acts for them.")
        raise Refused("A5", words, _("Ask the supervisor."))


def tell_reported(roster: Roster, now: datetime) -> None:
    """Tells the project head, everybody with duties what the month is for them, and who else may take one that it is out (A5)."""
    heads = heads_of(roster.desk.site, now)
    tell_of(roster, heads, "reported", "tell_roster_to_head", now)
    planned = Person.objects.filter(pk__in=roster.lines.filter(version=roster.version).values("person"))
    staff = {*planned, *duty_pool(roster.desk, now)} - set(heads)
    own = own_months(roster)
    tell_of(roster, [person for person in staff if person.pk not in own], "reported", "tell_roster_reported", now)
    page = reverse("rosters:own_month", args=[roster.desk.slug, roster.month])
    for person in sorted((person for person in staff if person.pk in own), key=lambda each: each.pk):
        tell_of(roster, [person], "reported", "tell_roster_own", now, url=page, **own[person.pk].as_fields())


def tell_of(roster: Roster, people: Iterable[Person], state: str, code: str, now: datetime, url: str = "", **fields: str) -> None:
    """Tells people that the roster has come to the state; each time that it comes there is an occasion of its own (I7)."""
    occasion = f"{state}:{roster.history.filter(state=state).count()}"
    tell_about(roster.desk, roster.month, people, occasion, code, now, url, **fields)


def note(
    roster: Roster, code: str, actor: Person, now: datetime, *, audience: str = "staff", text: str = "", **fields: str
) -> None:
    """Records an act about the roster in the desk's book; a draft's is for supervisors, as the draft itself is."""
    named = {**name_of("person", actor), "month": f"{roster.month:%Y-%m}", "version": str(roster.version)}
    record_act(actor=actor, desk=roster.desk, now=now, code=code, fields=named | fields, text=text, audience=audience)

"""What is agreed with staff: terms, protection, skills and training, each from a day until a day (A5, A6, I6, I9).

Nothing of it is asked for a reason that lies in the person: why somebody is protected stands nowhere.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from desks.clock import local_day
from desks.models import Choice, Desk, OpeningHours, Person
from desks.permissions import may
from desks.refusal import Refused
from desks.wording import in_each_language, in_every_language, name_of
from logbook.actions import book_of, hold_books, record_act
from notices.actions import tell
from rosters import rules
from rosters.models import PersonSkill, Protection, StaffTerms, TrainingPair
from rosters.models.staff import Dated
from rosters.queries import in_pool_from

D = TypeVar("D", bound=Dated)


def _must(actor: Person, desk: Desk, now: datetime) -> None:
    if not may(actor, "roster.draft", desk=desk, now=now):
        raise Refused("A5", _("What is agreed with staff is kept by the supervisor, or who acts for them."), _("Ask the supervisor."))


def _saved(row: D, actor: Person, now: datetime, reason: str = "") -> D:
    """Saves with who, when and why; two that hold on one day are refused by the database."""
    row._history_user, row._history_date, row._change_reason = actor, now, reason
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Refused(
            "A5", _("The same is agreed already for some of these days."), _("End the earlier one first, or choose other days."), field="from_on"
        ) from error
    return row


def _note(desk: Desk, actor: Person, now: datetime, code: str, person: Person, **fields: str) -> None:
    """Into the desk's book, for supervisors: what is agreed with somebody is nobody else's to read."""
    record_act(actor=actor, desk=desk, now=now, code=code, fields={**name_of("person", person), **fields}, audience="supervisors")


def _tell(row: Dated, person: Person, desk: Desk, now: datetime) -> None:
    """Tells the person to look whether what was written down is right; each change is an occasion of its own (I7)."""
    kind = row._meta.model_name
    tell(
        people=[person], site=desk.site, matter="agreed", matter_id=f"{kind}:{row.pk}", occasion=f"changed:{row.history.count()}",
        code="tell_agreed", fields=in_each_language("desk", desk), url=reverse("rosters:wishes", args=[desk.slug]), now=now,
    )


def _check(desk: Desk, person: Person, from_on: date, until_on: date | None, is_first: bool, now: datetime) -> None:
    today = local_day(now, desk.site.zone)
    for refusal in (
        rules.why_not_agreed(in_pool=in_pool_from(desk, person, max(from_on, today))),
        rules.why_not_from(from_on=from_on, today=today, is_first=is_first),
        rules.why_not_until(from_on=from_on, until_on=until_on, today=min(today, from_on) if is_first else today),
    ):
        if refusal:
            raise refusal


@transaction.atomic
def set_terms(
    *, actor: Person, desk: Desk, person: Person, from_on: date, week_hours: Decimal, system: str, days_off: list[int],
    free_weekends: int, days_in_row: int | None, reason: str, now: datetime, period_months: int = 1,
) -> StaffTerms:
    """Writes down the person's terms from that day of the site on; those before end the day before (A5).

    Terms that begin on the same day, today or later, are changed in place. Raises Refused for a day in the past unless they are
    the first, for one before terms that stand already, and without a reason where others held.
    """
    hold_books(book_of(desk))
    _must(actor, desk, now)
    rows = list(StaffTerms.objects.select_for_update().filter(desk=desk, person=person).order_by("from_on"))
    _check(desk, person, from_on, None, not rows, now)
    if refusal := rules.why_not_days_off(days_off):
        raise refusal
    last = rows[-1] if rows else None
    if last is not None and last.from_on > from_on:
        raise Refused(
            "A5", _("Other terms begin on %(day)s.") % {"day": last.from_on.isoformat()},
            _("Choose that day to change them, or a later one."), field="from_on",
        )
    if last is not None and not reason.strip():
        raise Refused("I9", _("Other terms hold: a change says why."), _("Say it in a few words, nothing personal."), field="reason")
    row = last if last is not None and last.from_on == from_on else StaffTerms(desk=desk, person=person, from_on=from_on)
    if last is not None and last is not row and (last.until_on is None or last.until_on >= from_on):
        last.until_on = from_on - timedelta(days=1)
        _saved(last, actor, now, reason.strip())
    row.week_hours, row.system, row.days_off = week_hours, system, sorted(set(days_off))
    row.free_weekends, row.days_in_row, row.until_on = free_weekends, days_in_row, None
    row.period_months = period_months if system == StaffTerms.System.COMPREHENSIVE else StaffTerms.Period.MONTH
    _saved(row, actor, now, reason.strip())
    _note(
        desk, actor, now, "staff_terms_set", person, from_on=from_on.isoformat(), because=reason.strip(),
        **in_every_language("terms", lambda: terms_in_words(row)),
    )
    _tell(row, person, desk, now)
    return row


def terms_in_words(row: Any) -> str:
    """Terms in one line, in the reader's language; `row` may be one of their history."""
    parts = [
        gettext("%(hours)s hours a week") % {"hours": f"{float(row.week_hours):g}"},
        str(StaffTerms.System(row.system).label),
    ]
    if row.period_months > 1:
        parts.append(gettext("counted over %(period)s") % {"period": StaffTerms.Period(row.period_months).label})
    if row.days_off:
        parts.append(gettext("off: %(days)s") % {"days": ", ".join(str(OpeningHours.Weekday(day).label) for day in row.days_off)})
    if row.free_weekends:
        parts.append(gettext("free weekends: %(count)d") % {"count": row.free_weekends})
    if row.days_in_row:
        parts.append(gettext("at most %(count)d days in a row") % {"count": row.days_in_row})
    return " · ".join(parts)


@transaction.atomic
def protect(
    *, actor: Person, desk: Desk, person: Person, what: str, from_on: date, until_on: date | None, now: datetime
) -> Protection:
    """Protects the person from nights, or from overtime, at every desk of the site; no reason is asked or kept (A5).

    The desk is that at which it is written down. Raises Refused for days in the past and where the same holds already.
    """
    hold_books(book_of(desk))
    _must(actor, desk, now)
    _check(desk, person, from_on, until_on, False, now)
    row = _saved(Protection(site=desk.site, person=person, what=what, from_on=from_on, until_on=until_on), actor, now)
    _note(desk, actor, now, "staff_protected", person, from_on=from_on.isoformat(), until_on=until_on.isoformat() if until_on else "")
    _tell(row, person, desk, now)
    return row


@transaction.atomic
def give_skill(
    *, actor: Person, desk: Desk, person: Person, skill: str, from_on: date, until_on: date | None, now: datetime
) -> PersonSkill:
    """Writes down that the person has a skill that shifts of the desk ask for (A6). Raises Refused for one that it does not know."""
    hold_books(book_of(desk))
    _must(actor, desk, now)
    choice = Choice.objects.filter(desk=desk, purpose=Choice.Purpose.SKILL, code=skill, current=True).first()
    if choice is None:
        raise Refused("A6", _("This desk knows no such skill."), _("Choose one of the list; the site’s administrator adds others."), field="skill")
    has_one = PersonSkill.objects.filter(desk=desk, person=person, skill=skill).exists()
    _check(desk, person, from_on, until_on, not has_one, now)
    row = _saved(PersonSkill(desk=desk, person=person, skill=skill, from_on=from_on, until_on=until_on), actor, now)
    _note(
        desk, actor, now, "staff_skill_given", person, from_on=from_on.isoformat(), until_on=until_on.isoformat() if until_on else "",
        **in_each_language("skill", choice),
    )
    return row


@transaction.atomic
def pair_up(
    *, actor: Person, desk: Desk, learner: Person, guide: Person, from_on: date, until_on: date | None, now: datetime
) -> TrainingPair:
    """From that day on the learner is planned on the guide's shifts (A5). Raises Refused for one and the same person, or a second guide."""
    hold_books(book_of(desk))
    _must(actor, desk, now)
    if learner == guide:
        raise Refused("A5", _("Nobody guides themselves."), _("Choose a colleague."), field="guide")
    for each in (learner, guide):
        _check(desk, each, from_on, until_on, False, now)
    row = _saved(TrainingPair(desk=desk, learner=learner, guide=guide, from_on=from_on, until_on=until_on), actor, now)
    _note(
        desk, actor, now, "staff_paired", learner, from_on=from_on.isoformat(), until_on=until_on.isoformat() if until_on else "",
        **name_of("guide", guide),
    )
    return row


@transaction.atomic
def end_agreement(*, actor: Person, desk: Desk, row: Protection | PersonSkill | TrainingPair, until_on: date, now: datetime) -> None:
    """Ends a protection, a skill or a pair with that day as its last; what has not begun yet is taken back. Raises Refused (I6)."""
    hold_books(book_of(desk))
    _must(actor, desk, now)
    fresh = type(row).objects.select_for_update().get(pk=row.pk)
    today = local_day(now, desk.site.zone)
    person = fresh.learner if isinstance(fresh, TrainingPair) else fresh.person
    if fresh.from_on > today and until_on < fresh.from_on:
        fresh._history_user, fresh._history_date = actor, now
        fresh.delete()
    else:
        if fresh.until_on is not None and fresh.until_on < today:
            raise Refused("I6", _("This has ended already."), _("Load the page again."), field="until_on")
        if refusal := rules.why_not_until(from_on=fresh.from_on, until_on=until_on, today=today):
            raise refusal
        fresh.until_on = until_on
        _saved(fresh, actor, now)
    _note(desk, actor, now, f"{fresh._meta.model_name}_ended", person, until_on=until_on.isoformat())
    if isinstance(fresh, Protection) and fresh.pk is not None:
        _tell(fresh, person, desk, now)

"""What people do about a month that was worked: correct a time, confirm or contest, sign off (A10, A22, I6, I9)."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from desks.binding import Confirmation
from desks.models import Desk, Person
from desks.permissions import may
from desks.queries import who_supervises
from desks.refusal import Refused
from desks.wording import in_each_language, name_of
from logbook.actions import book_of, hold_books, record_act
from logbook.models import Entry
from notices.actions import tell
from rosters import rules
from rosters.actions.plans import must_be_own
from rosters.models import Duty, MonthAnswer, MonthSignOff, TimeCorrection
from rosters.queries import month_truth

SUPERVISORS = Entry.Audience.SUPERVISORS


@transaction.atomic
def correct_time(
    *, actor: Person, duty: Duty, arrived_at: datetime | None, left_at: datetime | None, reason: str, now: datetime
) -> TimeCorrection:
    """The supervisor corrects when somebody was at the desk for a duty, or says that they were not: both times empty.

    Nothing is overwritten: the newest correction holds, also after the sign-off, and says so. The person is told. Raises Refused (A22, I9).
    """
    desk = duty.desk
    hold_books(book_of(desk))
    _must_settle(actor, desk, now)
    if refusal := rules.why_not_correct(
        begun=duty.starts_at <= now and duty.taken_out_by_id is None, own=actor.pk == duty.person_id, starts_at=duty.starts_at,
        ends_at=duty.ends_at, arrived_at=arrived_at, left_at=left_at, now=now, reason=reason,
    ):
        raise refusal
    month = duty.site_day.replace(day=1)
    signed = MonthSignOff.objects.filter(desk=desk, month=month).exists()
    fields = name_of("person", actor) | name_of("of", duty.person) | {"duty_at": duty.starts_at.isoformat()}
    if arrived_at is None or left_at is None:
        code = "time_corrected_away"
    else:
        code = "time_corrected"
        fields |= {"came_at": arrived_at.isoformat(), "went_at": left_at.isoformat()}
    entry = record_act(
        actor=actor, desk=desk, now=now, code=f"{code}_signed" if signed else code, fields=fields, text=reason.strip(), audience=SUPERVISORS
    )
    made = TimeCorrection.objects.create(
        duty=duty, arrived_at=arrived_at, left_at=left_at, reason=reason.strip(), after_sign_off=signed, made_by=actor, made_at=now, entry=entry
    )
    _tell(desk, month, [duty.person], f"corrected:{entry.number}", "time_corrected_told", duty.person, now, **fields, words=reason.strip())
    return made


@transaction.atomic
def answer_month(
    *, actor: Person, desk: Desk, month: date, answer: str, words: str, confirmed: Confirmation, now: datetime
) -> MonthAnswer:
    """The actor says that their own month is right, or what is wrong with it; the figures as they stand are kept with it.

    May be said again: the newest answer holds. A contested month is told to who settles. Raises Refused (A22).
    """
    hold_books(book_of(desk))
    must_be_own(actor, confirmed)
    if answer not in MonthAnswer.Answer.values:
        raise Refused("A22", _("Say whether your month is right."), field="answer")
    truth = month_truth(desk, month, now, actor)
    own = truth.of(actor)
    contested = answer == MonthAnswer.Answer.CONTESTED
    if refusal := rules.why_not_answer(over=truth.is_over, has_row=own is not None, contested=contested, words=words):
        raise refusal
    assert own is not None
    entry = record_act(
        actor=actor, desk=desk, now=now, code=f"month_{answer}", fields=name_of("person", actor) | {"month": f"{month:%Y-%m}"},
        text=words.strip(), audience=SUPERVISORS,
    )
    made = MonthAnswer.objects.create(
        desk=desk, month=month, person=actor, answer=answer, words=words.strip(), figures=own.figures.as_kept(), at=now, entry=entry,
        method=confirmed.method,
    )
    if contested:
        _tell(
            desk, month, who_supervises("presence.settle", desk, now), f"contested:{entry.number}", "month_contested_told", actor, now,
            **name_of("person", actor), words=words.strip(),
        )
    return made


@transaction.atomic
def sign_month_off(
    *, actor: Person, desk: Desk, month: date, words: str, confirmed: Confirmation, now: datetime
) -> MonthSignOff:
    """The supervisor signs the month's hours off: everybody's figures as they stand are kept. Raises Refused (A22, I9).

    Words are needed where somebody has not confirmed, or contests.
    """
    hold_books(book_of(desk))
    _must_settle(actor, desk, now)
    must_be_own(actor, confirmed)
    truth = month_truth(desk, month, now)
    if refusal := rules.why_not_sign_off(
        over=truth.is_over, signed=truth.sign_off is not None, open_cases=len(truth.open_cases), words=words,
        unanswered=[each.person.display_name for each in truth.unanswered], contested=[each.person.display_name for each in truth.contested],
    ):
        raise refusal
    entry = record_act(
        actor=actor, desk=desk, now=now, code="month_signed_off", text=words.strip(), audience=SUPERVISORS,
        fields=name_of("person", actor) | {"month": f"{month:%Y-%m}", "people": str(len(truth.people)), "method": confirmed.method},
    )
    figures = {str(each.person.pk): each.figures.as_kept() for each in truth.people}
    try:
        with transaction.atomic():
            made = MonthSignOff.objects.create(
                desk=desk, month=month, figures=figures, words=words.strip(), signed_by=actor, signed_at=now, method=confirmed.method, entry=entry
            )
    except IntegrityError as error:
        raise Refused("I9", _("This month is signed off already."), _("Load the page again.")) from error
    for each in truth.people:
        _tell(desk, month, [each.person], "signed-off", "month_signed_off_told", each.person, now, **name_of("person", actor))
    return made


def _must_settle(actor: Person, desk: Desk, now: datetime) -> None:
    if not may(actor, "presence.settle", desk=desk, now=now):
        raise Refused("A22", _("Only the supervisor corrects times and signs a month off."), _("Contest your month, and say what is wrong."))


def _tell(
    desk: Desk, month: date, people: list[Person], occasion: str, code: str, whose: Person, now: datetime, **fields: str
) -> None:
    tell(
        people=people, site=desk.site, matter="hours", matter_id=f"{desk.pk}:{month:%Y-%m}", occasion=occasion, code=code,
        fields=fields | {"month": f"{month:%Y-%m}"} | in_each_language("desk", desk), now=now,
        url=reverse("rosters:own_hours", args=[desk.slug, month, whose.pk]),
    )

"""Periods of personal values, legal holds, and the erasing by rule (A18, A20, I1, I12). The database holds the rules."""

from datetime import date, datetime

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from desks.hooks import periods
from desks.models import Desk, Person, Site
from desks.permissions import may
from desks.refusal import Refused
from desks.wording import name_of
from logbook import rules
from logbook.actions.books import book_of, hold_books, site_book_of
from logbook.actions.record import record_act
from logbook.models import Book, Entry, ErasureRun, LegalHold, LegalHoldLift, PersonalPeriod

# The kinds of personal values that entries carry.
PERSONAL_NAMES = ("customer", "phone")


@transaction.atomic
def set_personal_period(
    *, actor: Person, site: Site, name: str, days: int, reason: str, now: datetime
) -> PersonalPeriod:
    """Sets how many days a kind of personal value stands after its matter was closed; in force a day later (A20, I1).

    Writes the site's book. Raises Refused for who may not, a kind that there is none of, and a period out of bounds.
    """
    if not may(actor, "log.set_periods", site=site, now=now):
        raise Refused("A20", _("The site administrator sets the periods."), _("Ask the administrator."))
    hold_books(site_book_of(site))
    reason = rules.cleaned(reason)
    if refusal := rules.why_not_period(name=name, known=[*PERSONAL_NAMES, *(kind for kind, _label in periods)], days=days, reason=reason):
        raise refusal
    said = name_of("by", actor) | {"value_name": name, "days": str(days), "why": reason}
    note = record_act(actor=actor, site=site, now=now, code=f"personal_period_{name}", fields=said)
    made = PersonalPeriod.objects.create(site=site, name=name, days=days, reason=reason, set_by=actor, note=note)
    made.refresh_from_db()
    return made


@transaction.atomic
def place_hold(
    *, actor: Person, desk: Desk, scope: str, reason: str, now: datetime, month: date | None = None, number: int | None = None
) -> LegalHold:
    """Places a legal hold on the desk, one of its months, or an entry's thread or customer (I12). Writes the desk's book.

    `month` is any day of the site's month; `number` names the entry. Nothing held is erased, veiled or purged. Takes the
    locks of all books of the site first, so that no erasing goes on meanwhile. Raises Refused.
    """
    if not may(actor, "log.hold", desk=desk, now=now):
        raise Refused("I12", _("The supervisor places legal holds."), _("Ask the supervisor."))
    hold_books(book_of(desk), *Book.objects.filter(site=desk.site_id))
    month = month.replace(day=1) if month is not None and scope == LegalHold.Scope.MONTH else None
    named = scope in {LegalHold.Scope.THREAD, LegalHold.Scope.CUSTOMER}
    entry = Entry.objects.filter(book__desk=desk, number=number).order_by("-book__epoch").first() if named and number else None
    reason = rules.cleaned(reason)
    today = now.astimezone(desk.site.zone).date()
    refusal = rules.why_not_hold(scope=scope, month=month, today=today, entry_found=entry is not None, reason=reason)
    if refusal:
        raise refusal
    held = {"month": f"{month:%Y-%m}"} if month is not None else {"number": str(entry.number)} if entry is not None else {}
    note = record_act(
        actor=actor, desk=desk, now=now, code=f"hold_placed_{scope}", fields=name_of("by", actor) | {"why": reason} | held, refers_to=entry
    )
    return LegalHold.objects.create(
        desk=desk, scope=scope, month=month, entry=entry, reason=reason, placed_by=actor, placed_at=now, note=note
    )


@transaction.atomic
def lift_hold(*, actor: Person, hold: LegalHold, reason: str, now: datetime) -> LegalHoldLift:
    """Lifts a legal hold, with a reason; what it held follows its periods again (I12). Raises Refused."""
    desk = hold.desk
    if not may(actor, "log.hold", desk=desk, now=now):
        raise Refused("I12", _("The supervisor lifts legal holds."), _("Ask the supervisor."))
    hold_books(book_of(desk))
    reason = rules.cleaned(reason)
    if not reason:
        raise Refused("I9", _("A hold is lifted for a reason."), _("Say why."), field="reason")
    note = record_act(
        actor=actor, desk=desk, now=now, code="hold_lifted", refers_to=hold.note,
        fields=name_of("by", actor) | {"why": reason, "number": str(hold.note.number)},
    )
    try:
        with transaction.atomic():
            return LegalHoldLift.objects.create(hold=hold, reason=reason, lifted_by=actor, lifted_at=now, note=note)
    except IntegrityError as error:
        raise Refused("I12", _("This hold has been lifted already."), _("Load the page again.")) from error


@transaction.atomic
def erase_personal_values(*, desk: Desk, day: date, now: datetime) -> int:
    """Erases personal values of the desk whose period is over, for the site's day; returns how many (A20, I1).

    The database's function decides which, by its own clock, takes the book's lock and writes the entry that says so. A
    call erases 500 values at most, so that nobody who writes waits long; that nothing is left is recorded, and a further
    call for the day does nothing.
    """
    if ErasureRun.objects.filter(desk=desk, day=day).exists():
        return 0
    with connection.cursor() as cursor:
        for book in Book.objects.filter(desk=desk).order_by("pk"):
            for name in PERSONAL_NAMES:
                cursor.execute("SELECT record_erase_personal(%s, %s)", [book.pk, name])
                if erased := cursor.fetchone()[0]:
                    return erased
    ErasureRun.objects.create(desk=desk, day=day, at=now)
    return 0


def is_held(entry: Entry) -> bool:
    """Whether a legal hold lies on the entry, as the database's functions see it (I12)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT record_held(%s)", [entry.pk])
        return bool(cursor.fetchone()[0])

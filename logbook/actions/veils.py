"""Veiling a secret that was typed by mistake: one person asks, a supervisor confirms (A18, I1; docs/record.md)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from desks.binding import Confirmation
from desks.models import Desk, Person
from desks.permissions import may
from desks.queries import heads_of, supervisors_with
from desks.refusal import Refused
from desks.whence import address
from desks.wording import in_each_language, name_of
from logbook import rules
from logbook.actions.books import hold_books
from logbook.actions.keeping import is_held
from logbook.actions.record import record_act
from logbook.models import Entry, EntryText, VeilDeclined, VeilRequest
from logbook.queries import open_veil_requests_of
from notices.actions import tell


@transaction.atomic
def ask_veil(
    *, actor: Person, confirmed: Confirmation, entries: Sequence[Entry], reason: str, now: datetime
) -> list[VeilRequest]:
    """Asks to veil the texts of these entries of one desk, all or none, and tells the supervisors (A18).

    The confirmation is the actor's own PIN or password. Raises Refused.
    """
    desk = entries[0].book.desk
    if confirmed.person.pk != actor.pk:
        raise Refused("A18", _("A request is signed with one's own PIN."), _("Enter your own PIN."), field="secret")
    if not may(actor, "log.ask_veil", desk=desk, now=now):
        raise Refused("A18", _("Staff of the desk ask to veil a text."), _("Ask whoever is on duty."))
    hold_books(*{entry.book for entry in entries})
    reason = rules.cleaned(reason)
    made = []
    for entry in entries:
        refusal = rules.why_not_ask_veil(
            has_text=EntryText.objects.filter(entry=entry).exists(), held=is_held(entry), reason=reason,
            asked_already=open_veil_requests_of(desk).filter(entry=entry).exists(),
        ) or rules.why_not_value(name="reason", value=reason, longest=200)
        if refusal:
            raise refusal
        record_act(
            actor=actor, desk=desk, now=now, code="veil_asked", refers_to=entry, audience=entry.audience,
            fields=name_of("by", actor) | {"number": str(entry.number), "why": reason, "method": confirmed.method},
        )
        request = VeilRequest.objects.create(
            entry=entry, asked_by=actor, asked_at=now, reason=reason, method=confirmed.method
        )
        made.append(request)
        _tell_wanted(request, desk, now)
    return made


def _tell_wanted(request: VeilRequest, desk: Desk, now: datetime) -> None:
    """Tells who may confirm; where nobody but who asked may, the project heads, who can name somebody who may (A3)."""
    people = [person for person in supervisors_with("log.confirm_veil", desk, now) if person.pk != request.asked_by_id]
    code = "veil_wanted" if people else "veil_wanted_head"
    tell(
        people=people or heads_of(desk.site, now), site=desk.site, matter="veil", matter_id=request.pk, occasion="asked", code=code,
        url=reverse("logbook:entry", args=[desk.slug, request.entry.number]) + "#decide_veil", now=now,
        fields=name_of("by", request.asked_by) | {"number": str(request.entry.number)} | in_each_language("desk", desk),
    )


@transaction.atomic
def confirm_veil(*, actor: Person, confirmed: Confirmation, request: VeilRequest, now: datetime) -> Entry:
    """Veils the text that somebody else asked to veil; returns the entry that says so (A18, I1).

    The database's function moves text and salt to where only an auditor reads them. Raises Refused.
    """
    desk = request.entry.book.desk
    if confirmed.person.pk != actor.pk:
        raise Refused("A18", _("A veil is signed with one's own PIN."), _("Enter your own PIN."), field="secret")
    hold_books(request.entry.book)
    refusal = rules.why_not_confirm_veil(
        open_request=open_veil_requests_of(desk).filter(pk=request.pk).exists(), same_person=request.asked_by_id == actor.pk,
        may_confirm=may(actor, "log.confirm_veil", desk=desk, now=now), held=is_held(request.entry),
    )
    if refusal:
        raise refusal
    with connection.cursor() as cursor:
        cursor.execute("SELECT record_veil(%s, %s, %s)", [request.pk, actor.pk, confirmed.method])
        note = Entry.objects.get(pk=cursor.fetchone()[0])
    tell(
        people=[request.asked_by], site=desk.site, matter="veil", matter_id=request.pk, occasion="veiled", code="veil_done",
        fields=name_of("by", actor) | {"number": str(request.entry.number)},
        url=reverse("logbook:entry", args=[desk.slug, request.entry.number]), now=now,
    )
    return note


@transaction.atomic
def decline_veil(*, actor: Person, request: VeilRequest, reason: str, now: datetime) -> VeilDeclined:
    """Says that the text stays readable, and why; who asked is told (A18, I9). Raises Refused."""
    desk = request.entry.book.desk
    hold_books(request.entry.book)
    reason = rules.cleaned(reason)
    if not may(actor, "log.confirm_veil", desk=desk, now=now):
        raise Refused("A18", _("A supervisor answers a request to veil."), _("Ask the supervisor."))
    if not open_veil_requests_of(desk).filter(pk=request.pk).exists():
        raise Refused("A18", _("This request has been answered already."), _("Load the page again."))
    if not reason:
        raise Refused("I9", _("Declining has a reason."), _("Say why the text stays."), field="reason")
    said = name_of("by", actor) | {"number": str(request.entry.number), "why": reason}
    record_act(
        actor=actor, desk=desk, now=now, code="veil_declined", fields=said, refers_to=request.entry, audience=request.entry.audience
    )
    try:
        with transaction.atomic():
            made = VeilDeclined.objects.create(request=request, declined_by=actor, declined_at=now, reason=reason)
    except IntegrityError as error:
        raise Refused("A18", _("This request has been answered already."), _("Load the page again.")) from error
    tell(
        people=[request.asked_by], site=desk.site, matter="veil", matter_id=request.pk, occasion="declined", code="veil_declined_told",
        fields=said, url=reverse("logbook:entry", args=[desk.slug, request.entry.number]), now=now,
    )
    return made


@transaction.atomic
def read_sealed(*, actor: Person, confirmed: Confirmation, entry: Entry, session_key: str | None, why: str, now: datetime) -> str:
    """The veiled text, for an auditor, with PIN or password and a reason; the database leaves the access record itself (I8)."""
    if confirmed.person.pk != actor.pk:
        raise Refused("I8", _("Reading under a veil is signed with one's own PIN."), _("Enter your own PIN."), field="secret")
    if not may(actor, "log.read_sealed", desk=entry.book.desk, now=now):
        raise Refused("I8", _("Only an auditor of the site reads what is veiled."), _("Ask the auditor."))
    why = rules.cleaned(why)
    if not why:
        raise Refused("I9", _("Reading under a veil has a reason."), _("Say why."), field="reason")
    session = salted_hmac("logbook.AccessRecord.session", session_key or "", algorithm="sha256").hexdigest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT record_read_sealed(%s, %s, %s, %s, %s)", [entry.pk, actor.pk, session, why, address()])
        text = cursor.fetchone()[0]
    if text is None:
        raise Refused("I8", _("Nothing of this entry is veiled."), _("Load the page again."))
    return text

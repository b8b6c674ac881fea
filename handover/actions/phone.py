"""The incoming signs on their own phone: a code on the desk's screen, opened once within a minute, over one content (A29, I4).

The phone is signed in as the incoming; the code proves that they stand before the desk's screen, their PIN or password
that it is they. The signature itself is `sign_in`, under the same rules.
"""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from desks.binding import Confirmation
from desks.models import Person
from desks.refusal import Refused
from handover.actions.ground import check_part, locked
from handover.actions.signing import sign_in
from handover.models import Handover, PhoneStep, PhoneTicket, Signature
from handover.queries import digest_now, facts_of, sides_of
from handover.rules import what_stands_in_the_way, why_not_same_content, why_not_sign
from handover.rules_of_stopping import PHONE_OPENS_WITHIN, PHONE_SIGNS_WITHIN
from logbook.actions import book_of, hold_books


@dataclass(frozen=True)
class Code:
    """A code that was just made: the token stands in the picture and nowhere else."""

    ticket: PhoneTicket
    token: str


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _refused(reason: object, *, clause: str = "A29") -> Refused:
    return Refused(clause, str(reason), _("Have a new code shown on the desk's screen, or sign there."))


@transaction.atomic
def show_code(*, actor: Person, handover: Handover, seen: int, now: datetime) -> Code:
    """Makes a code for the incoming, over the content of this moment. Anybody of the handover may have it shown.

    Raises Refused where the desk does not allow it, something stands in the way, or the outgoing has not signed this content.
    """
    hold_books(book_of(handover.desk))
    row = locked(handover)
    check_part(actor, row.desk, now)
    if not row.desk.settings.phone_signing:
        raise Refused("A29", _("At this desk nobody signs on a phone."), _("Sign at the desk's screen."))
    if row.mode != Handover.Mode.FACE or not row.may_change or row.incoming is None or not sides_of(row, actor, now):
        raise Refused("A29", _("This handover is not open for signing now."), _("Load the page again and look at what it says."))
    if refusal := why_not_sign(what_stands_in_the_way(facts_of(row, seen))):
        raise refusal
    digest = digest_now(row)
    if not row.signatures.filter(role=Signature.Role.OUTGOING, person=row.outgoing, digest=digest).exists():
        raise Refused("A29", _("The outgoing has not signed this content."), _("The outgoing signs first."))
    token = secrets.token_urlsafe(24)
    ticket = PhoneTicket.objects.create(
        handover=row, person=row.incoming, token_digest=_hashed(token), digest=digest, made_by=actor, made_at=now,
        expires_at=now + PHONE_OPENS_WITHIN,
    )
    return Code(ticket, token)


@transaction.atomic
def open_code(*, actor: Person, handover: Handover, token: str, now: datetime) -> PhoneTicket:
    """Opens the code on the phone: the first time within its minute; loaded anew by the same person until it is signed.

    Raises Refused for another person, after the minute, once it was signed with, and when the handover is not open for signing.
    """
    ticket = _ticket(actor, handover, token)
    opened = ticket.steps.filter(kind=PhoneStep.Kind.OPENED).first()
    if ticket.steps.filter(kind=PhoneStep.Kind.SIGNED).exists():
        raise _refused(_("This code was used already."))
    if not handover.may_change:
        raise _refused(_("This handover is not open for signing now."))
    if opened is None:
        if now >= ticket.expires_at:
            raise _refused(_("This code was shown more than a minute ago."))
        try:
            with transaction.atomic():
                PhoneStep.objects.create(ticket=ticket, kind=PhoneStep.Kind.OPENED, at=now)
        except IntegrityError:  # Loaded twice at once by the same person: it is open.
            return ticket
    elif now - opened.at >= PHONE_SIGNS_WITHIN:
        raise _refused(_("This page was opened too long ago."))
    return ticket


@transaction.atomic
def sign_on_phone(*, confirmed: Confirmation, handover: Handover, token: str, seen: int, now: datetime) -> Handover:
    """The incoming signs on the phone what the desk's screen showed, which completes the handover (A29, I4).

    A code that was not opened yet is opened with it. Raises Refused as `open_code` and `sign_in` do, and when the content
    has changed since the code was shown.
    """
    hold_books(book_of(handover.desk))
    row = locked(handover)
    ticket = open_code(actor=confirmed.person, handover=row, token=token, now=now)
    if refusal := why_not_same_content(ticket.digest, digest_now(row)):
        raise refusal
    try:
        with transaction.atomic():
            PhoneStep.objects.create(ticket=ticket, kind=PhoneStep.Kind.SIGNED, at=now)
    except IntegrityError as error:
        raise _refused(_("This code was used already.")) from error
    return sign_in(confirmed=replace(confirmed, method="phone"), handover=row, digest=ticket.digest, seen=seen, now=now)


def _ticket(actor: Person, handover: Handover, token: str) -> PhoneTicket:
    """The ticket of this handover that the token stands for. Raises Refused for none, and for another person's."""
    ticket = PhoneTicket.objects.select_related("person").filter(token_digest=_hashed(token), handover=handover).first()
    if ticket is None:
        raise _refused(_("There is no such code for this handover."))
    if ticket.person_id != actor.pk or handover.incoming_id != actor.pk:
        raise Refused(
            "A29", _("This code is for the person who takes over; you are signed in as somebody else."),
            _("Each signs on their own phone, signed in as themselves."),
        )
    return ticket

"""Witnesses of checkpoints: named and ended by the site's administrator, and each checkpoint sent to each of them (A18, I2, I7)."""

import logging
import smtplib
import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from desks.models import Person, Site
from desks.permissions import may
from desks.queries import heads_of
from desks.refusal import Refused
from desks.wording import in_each_language, name_of
from logbook import rules
from logbook.actions.books import hold_books, site_book_of
from logbook.actions.record import record_act
from logbook.letters import letter_of
from logbook.models import Checkpoint, Sending, Witness
from logbook.queries import due_sendings, sending_elsewhere, tries_of
from notices.actions import tell

logger = logging.getLogger(__name__)
Outcome = Sending.Outcome
# The class of the advisory lock under which a worker begins a sending ("witn").
LOCK = (2003399790, 1)
PATIENCE = timedelta(seconds=50)
"""So long a worker begins further letters: with the slowest server the last one ends within the limit of a task."""


@transaction.atomic
def add_witness(*, actor: Person, site: Site, name: str, address: str, now: datetime) -> Witness:
    """Names an address outside to which the site's checkpoints go from now on; an entry of the site's book says so (A18).

    Raises Refused for who does not set up the site, a name or an address that is none, and an address that is one already.
    """
    name, address = name.strip(), address.strip()
    if refusal := rules.why_not_witness(may=_may(actor, site, now), name=name, address=address):
        raise refusal
    hold_books(site_book_of(site))
    witness = Witness(site=site, name=name, address=address, since_at=now)
    try:
        _save(witness, actor, now, "added")
    except IntegrityError as error:
        raise Refused(
            "A18", _("This address is a witness of the site already."), _("Look at the list; end that one first."), field="address"
        ) from error
    record_act(actor=actor, site=site, now=now, code="witness_added", fields=name_of("by", actor) | {"name": name, "address": address})
    return witness


@transaction.atomic
def end_witness(*, actor: Person, witness: Witness, reason: str, now: datetime) -> Witness:
    """Ends a witness: nothing is sent there any more; an entry of the site's book says why. Raises Refused (A18, I9)."""
    hold_books(site_book_of(witness.site))
    fresh = Witness.objects.select_for_update(of=("self",)).select_related("site").get(pk=witness.pk)
    if refusal := rules.why_not_end_witness(may=_may(actor, fresh.site, now), ended=fresh.ended_at is not None, reason=reason):
        raise refusal
    fresh.ended_at = now
    _save(fresh, actor, now, reason.strip())
    said = name_of("by", actor) | {"name": fresh.name, "address": fresh.address, "because": reason.strip()}
    record_act(actor=actor, site=fresh.site, now=now, code="witness_ended", fields=said)
    return fresh


def send_to_witnesses(*, clock: Callable[[], datetime] = timezone.now) -> int:
    """Sends what is due, one letter after the other; returns how many went. One worker sends at a time, so that one stays free.

    Not to be called within a transaction. For each letter:
    1. Write down that it begins, and commit: a worker that is killed after this leaves a letter of which nobody sends another.
    2. Talk to the mail server.
    3. Write down what came of it. Only a failure of which it is known that nothing went is tried again, a few times.
    """
    began, sent = clock(), 0
    if settings.MAIL_GOES == "nowhere":
        return 0
    for checkpoint, witness in due_sendings(began):
        now = clock()
        if now - began > PATIENCE:
            break
        sending = _begin(checkpoint, witness, now)
        if sending is None:
            break
        outcome, error = _deliver(checkpoint, witness)
        _answer(sending, outcome, error, clock())
        sent += outcome in {Outcome.SENT, Outcome.FILED}
    return sent


@transaction.atomic
def _begin(checkpoint: Checkpoint, witness: Witness, now: datetime) -> Sending | None:
    """Takes the letter; None where another worker is at it, or it is not due any more."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", LOCK)
    tries = tries_of([checkpoint]).get((checkpoint.pk, witness.pk), [])
    present = Witness.objects.select_for_update(no_key=True).filter(pk=witness.pk, ended_at__isnull=True)
    if sending_elsewhere(now) or not rules.is_due(tries, now) or not present.exists():
        return None
    return Sending.objects.create(checkpoint=checkpoint, witness=witness, attempt=len(tries) + 1, outcome=Outcome.BEGUN, at=now)


def _deliver(checkpoint: Checkpoint, witness: Witness) -> tuple[Outcome, str]:
    """What came of handing the letter to the mail server, and what went wrong."""
    try:
        letter = letter_of(checkpoint, witness)
        letter.message()
        way = get_connection()
        way.open()
    except Exception as error:  # nothing of the letter has left, whatever it was
        logger.warning("A checkpoint could not be sent to a witness: %s", error)
        return Outcome.FAILED, _said(error)
    try:
        return _hand_over(letter, way)
    finally:
        try:
            way.close()
        except (smtplib.SMTPException, OSError):
            logger.info("The mail server did not say goodbye.")


def _hand_over(letter: EmailMessage, way: BaseEmailBackend) -> tuple[Outcome, str]:
    letter.connection = way
    try:
        went = letter.send()
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError) as error:
        # The server has said no.
        logger.warning("The mail server did not take a checkpoint for a witness: %s", error)
        return Outcome.FAILED, _said(error)
    except Exception as error:  # the server may have taken it before its answer was lost
        logger.warning("Whether a checkpoint went to a witness is not known: %s", error)
        return Outcome.UNKNOWN, _said(error)
    if not went:
        return Outcome.UNKNOWN, ""
    return (Outcome.FILED if settings.MAIL_GOES == "file" else Outcome.SENT), ""


@transaction.atomic
def _answer(sending: Sending, outcome: Outcome, error: str, now: datetime) -> None:
    """Writes down what came of it; after the last failure the project heads are told, once a day for each witness."""
    checkpoint, witness = sending.checkpoint, sending.witness
    Sending.objects.create(checkpoint=checkpoint, witness=witness, attempt=sending.attempt, outcome=outcome, at=now, error=error)
    if outcome != Outcome.FAILED or sending.attempt < rules.MOST_SENDINGS:
        return
    site, desk = checkpoint.book.site, checkpoint.book.desk
    tell(
        people=heads_of(site, now), site=site, matter="witness", matter_id=witness.pk, acknowledge=True, now=now,
        occasion=f"failed:{now.astimezone(site.zone):%Y-%m-%d}", code="witness_not_reached",
        fields=in_each_language("desk", desk or site) | {"name": witness.name},
        url=reverse("logbook:proof", args=[desk.slug]) if desk is not None else "",
    )


def _may(actor: Person, site: Site, now: datetime) -> bool:
    """The site's administrator, and the operator as everywhere in the administration."""
    return actor.is_superuser or may(actor, "site.set_up", site=site, now=now)


def _save(witness: Witness, actor: Person, now: datetime, reason: str) -> None:
    witness._history_user, witness._history_date, witness._change_reason = actor, now, reason  # type: ignore[attr-defined]
    with transaction.atomic():
        witness.save()


def _said(error: Exception) -> str:
    """The error in one line, without what cannot be read."""
    text = f"{type(error).__name__}: {error}"
    return " ".join("".join(" " if unicodedata.category(each)[0] == "C" else each for each in text).split())[:300]

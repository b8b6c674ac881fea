"""Proving one entry to an outsider: asked with recipient and purpose, decided by the project head, given, all recorded (A18, A20)."""

from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from desks.binding import Confirmation
from desks.claims import claim
from desks.models import Person
from desks.permissions import may
from desks.queries import heads_of
from desks.refusal import Refused
from desks.wording import name_of
from logbook.actions.books import hold_books
from logbook.actions.checkpoints import make_checkpoint
from logbook.actions.readings import record_export
from logbook.actions.record import record_act
from logbook.models import Checkpoint, Entry, ProofRequest
from logbook.proof.outsider import names_in_leaf, opened_values, proof_text
from logbook.proof.reads import checkpoint_over
from logbook.rules import why_not_proof, why_not_proof_decision
from notices.actions import tell


@transaction.atomic
def ask_for_proof(
    *, actor: Person, entry: Entry, recipient: str, purpose: str, shown: list[str], now: datetime
) -> ProofRequest:
    """Asks the project head to have the entry proven to the recipient, with these fields shown. Raises Refused (A20)."""
    desk = entry.book.desk
    if not may(actor, "log.ask_proof", desk=desk, now=now):
        raise Refused("A20", _("The supervisor and the auditor ask for a proof."), _("Ask one of them."))
    known = names_in_leaf(entry)
    if refusal := why_not_proof(recipient=recipient, purpose=purpose, shown=shown, known=known):
        raise refusal
    opened_values(entry, shown)
    hold_books(entry.book)
    made = ProofRequest(
        entry=entry, recipient=recipient.strip(), purpose=purpose.strip(), shown=[name for name in known if name in shown],
        asked_by=actor, asked_at=now,
    )
    made._history_user = actor
    made.save()
    _record(made, actor, "proof_asked", now)
    tell(
        people=heads_of(desk.site, now), site=desk.site, matter="proof", matter_id=made.pk, occasion="asked", code="proof_asked_told",
        fields=_said(made) | name_of("by", actor) | {"recipient": made.recipient}, url=_page(made), now=now,
    )
    return made


@transaction.atomic
def decide_proof(*, confirmed: Confirmation, asked: ProofRequest, approve: bool, reason: str, now: datetime) -> ProofRequest:
    """The project head approves, with the checkpoint that the proof leads to, or refuses with a reason. Raises Refused."""
    actor, book = confirmed.person, asked.entry.book
    if not may(actor, "log.decide_proof", desk=book.desk, now=now):
        raise Refused("A20", _("The project head decides what is proven outside."), _("Ask the project head."))
    if refusal := why_not_proof_decision(approve=approve, reason=reason):
        raise refusal
    hold_books(book)
    checkpoint = None
    if approve:
        opened_values(asked.entry, asked.shown)
        checkpoint = checkpoint_over(book, asked.entry.number) or make_checkpoint(
            book=book, occasion=Checkpoint.Occasion.PROOF, now=now
        )
    state = ProofRequest.State.APPROVED if approve else ProofRequest.State.REFUSED
    done = claim(
        ProofRequest, asked.pk, old=ProofRequest.State.ASKED, new=state, actor=actor, reason=reason.strip() or "approved", now=now,
        refusal=_("This request has been decided already."), decided_by=actor, decided_at=now, refused_because=reason.strip(),
        checkpoint=checkpoint,
    )
    _record(done, actor, "proof_approved" if approve else "proof_refused", now)
    tell(
        people=[done.asked_by], site=book.site, matter="proof", matter_id=done.pk, occasion="decided",
        code="proof_approved_told" if approve else "proof_refused_told", fields=_said(done) | {"why": done.refused_because}, url=_page(done),
        now=now,
    )
    return done


@transaction.atomic
def give_proof(*, actor: Person, asked: ProofRequest, session_key: str | None, page: str, now: datetime) -> str:
    """The proof of an approved request as a text; that it was taken out is recorded in the book and with the readings, which keep its SHA-256.

    Raises Refused before the approval and for who may not see the proof (A20).
    """
    desk = asked.entry.book.desk
    if not may(actor, "log.prove", desk=desk, now=now) or asked.state != ProofRequest.State.APPROVED or asked.checkpoint is None:
        raise Refused("A20", _("This proof has not been approved."), _("Wait for the project head."))
    hold_books(asked.entry.book)
    made = proof_text(asked.entry, asked.checkpoint, asked.shown)
    _record(asked, actor, "proof_given", now)
    record_export(
        actor=actor, desk=desk, session_key=session_key, page=page, filters={"proof": asked.pk}, from_number=asked.entry.number,
        to_number=asked.entry.number, count=1, now=now, file_digest=sha256(made.encode()).hexdigest(),
    )
    return made


def _record(asked: ProofRequest, actor: Person, code: str, now: datetime) -> Entry:
    """An entry that answers the proven one; recipient and purpose are its text, which can be veiled."""
    return record_act(
        actor=actor, desk=asked.entry.book.desk, now=now, code=code, refers_to=asked.entry, audience=Entry.Audience.SUPERVISORS,
        fields=_said(asked) | {"request": str(asked.pk), "shown": " ".join(asked.shown)} | ({"why": asked.refused_because} if asked.refused_because else {}),
        text=f"{asked.recipient}\n{asked.purpose}",
    )


def _said(asked: ProofRequest) -> dict[str, str]:
    return {"number": str(asked.entry.number)}


def _page(asked: ProofRequest) -> str:
    return reverse("logbook:proof_request", args=[asked.entry.book.desk.slug, asked.pk])

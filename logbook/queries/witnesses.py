"""Which checkpoints wait for which witness, and what came of those that were sent (A18, I2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from logbook.models import Checkpoint, Sending, Witness
from logbook.rules import OVER_AFTER, STOPPED_AFTER, Try, is_due

Occasion, Outcome = Checkpoint.Occasion, Sending.Outcome
SENT_OUT = [Occasion.DAY, Occasion.HANDOVER, Occasion.CLOSING, Occasion.TAKEOVER, Occasion.RELEASE, Occasion.KEY]
"""Of these occasions: one for a proof or an export lies in the file that it was made for."""


@dataclass(frozen=True)
class Sent:
    """How it stands with one checkpoint and one witness, as a page shows it."""

    witness: Witness
    tone: str
    words: Promise | str
    at: datetime | None = None
    error: str = ""


def due_sendings(now: datetime) -> list[tuple[Checkpoint, Witness]]:
    """What is due to be sent now, oldest first; asks for nothing more where no site has a witness."""
    witnesses: dict[int, list[Witness]] = {}
    for each in Witness.objects.filter(ended_at__isnull=True).order_by("pk"):
        witnesses.setdefault(each.site_id, []).append(each)
    if not witnesses:
        return []
    found = Checkpoint.objects.filter(book__site__in=witnesses, occasion__in=SENT_OUT, made_at__gt=now - OVER_AFTER, made_at__lte=now)
    checkpoints = list(found.select_related("book__site", "book__desk", "key").order_by("pk"))
    tries = tries_of(checkpoints)
    return [
        (checkpoint, witness) for checkpoint in checkpoints for witness in witnesses[checkpoint.book.site_id]
        if checkpoint.made_at >= witness.since_at and is_due(tries.get((checkpoint.pk, witness.pk), []), now)
    ]


def tries_of(checkpoints: Iterable[Checkpoint]) -> dict[tuple[int, int], list[Try]]:
    """Every attempt to send these checkpoints, in order, by the keys of checkpoint and witness."""
    found: dict[tuple[int, int], dict[int, Try]] = {}
    # In order of their keys: a beginning stands before its answer.
    for row in Sending.objects.filter(checkpoint__in=[each.pk for each in checkpoints]).order_by("pk"):
        tries = found.setdefault((row.checkpoint_id, row.witness_id), {})
        if row.outcome == Outcome.BEGUN:
            tries[row.attempt] = Try(row.at)
        else:
            tries[row.attempt] = Try(tries[row.attempt].begun_at, row.outcome, row.at, row.error)
    return {pair: [tries[number] for number in sorted(tries)] for pair, tries in found.items()}


def sent_of(checkpoints: Iterable[Checkpoint], now: datetime) -> dict[int, list[Sent]]:
    """To whom each of these checkpoints went or should go, by its key: when it went, that it waits, or that it failed."""
    checkpoints = list(checkpoints)
    tries = tries_of(checkpoints)
    witnesses = list(Witness.objects.filter(site__in={each.book.site_id for each in checkpoints}).order_by("pk"))
    found: dict[int, list[Sent]] = {}
    for checkpoint in checkpoints:
        for witness in witnesses:
            done = tries.get((checkpoint.pk, witness.pk))
            named = witness.since_at <= checkpoint.made_at and (witness.ended_at is None or witness.ended_at > checkpoint.made_at)
            wanted = named and witness.site_id == checkpoint.book.site_id and checkpoint.occasion in SENT_OUT
            if done or wanted:
                found.setdefault(checkpoint.pk, []).append(_shown(checkpoint, witness, done or [], now))
    return found


def witnesses_unreached() -> bool:
    """Whether a witness waits for checkpoints while this installation has no way to send mail."""
    return settings.MAIL_GOES == "nowhere" and Witness.objects.filter(ended_at__isnull=True).exists()


def sending_elsewhere(now: datetime) -> bool:
    """Whether some worker is sending right now: has begun, not answered, and not been at it for too long."""
    answered = Q(
        checkpoint__sendings__witness=F("witness"), checkpoint__sendings__attempt=F("attempt"),
        checkpoint__sendings__outcome__in=[each for each in Outcome if each != Outcome.BEGUN],
    )
    begun = Sending.objects.filter(outcome=Outcome.BEGUN, at__gt=now - STOPPED_AFTER)
    return begun.exclude(pk__in=begun.filter(answered).values("pk")).exists()


def _shown(checkpoint: Checkpoint, witness: Witness, tries: list[Try], now: datetime) -> Sent:
    if not tries:
        if witness.ended_at is not None or now - checkpoint.made_at >= OVER_AFTER:
            return Sent(witness, "bad", _("not sent"))
        if settings.MAIL_GOES == "nowhere":
            return Sent(witness, "bad", _("not sent: no mail server is set"))
        return Sent(witness, "info", _("about to be sent"))
    last = tries[-1]
    if not last.outcome and now - last.begun_at < STOPPED_AFTER:
        return Sent(witness, "info", Outcome.BEGUN.label, last.begun_at)
    if not last.outcome:
        return Sent(witness, "warn", Outcome.UNKNOWN.label, last.begun_at, str(_("The program was stopped while it was sending.")))
    tones = {Outcome.SENT: "good", Outcome.FAILED: "bad"}
    return Sent(witness, tones.get(last.outcome, "warn"), Outcome(last.outcome).label, last.answered_at, last.error)  # type: ignore[call-overload]

"""Witnesses of checkpoints: who may be one, and when a checkpoint is due to one (A18, I2)."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from desks.refusal import Refused

LONGEST_NAME = 100
LONGEST_ADDRESS = 254
AGAIN_AFTER = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=8))
"""After the first, second, third and fourth failure; a fifth is the last."""
MOST_SENDINGS = len(AGAIN_AFTER) + 1
OVER_AFTER = timedelta(days=2)
"""A checkpoint that is older is not begun to be sent: a newer one covers what it covers."""
STOPPED_AFTER = timedelta(minutes=4)
"""A beginning without an answer for so long is of a worker that was stopped: no task lives longer."""


@dataclass(frozen=True)
class Try:
    """One attempt to send: when it began, what came of it (empty: nothing known), and when that was known."""

    begun_at: datetime
    outcome: str = ""
    answered_at: datetime | None = None
    error: str = ""


def why_not_witness(*, may: bool, name: str, address: str) -> Refused | None:
    """Why nobody may be made a witness under that name and address, or None (A18)."""
    if not may:
        return Refused("A18", _("The site administrator names the witnesses."), _("Ask the administrator."))
    if not name.strip() or len(name) > LONGEST_NAME or _unseen(name):
        return Refused(
            "A18", _("The name of a witness has 1 to 100 characters that can be read."), _("Write who it is, in words."), field="name"
        )
    try:
        validate_email(address)
        plain = len(address) <= LONGEST_ADDRESS and address.count("@") == 1 and not _unseen(address) and " " not in address
    except ValidationError:
        plain = False
    if not plain:
        return Refused(
            "A18", _("This is not an e-mail address."), _("Write one address like office@example.com, without a name."), field="address"
        )
    return None


def why_not_end_witness(*, may: bool, ended: bool, reason: str) -> Refused | None:
    """Why a witness may not be ended, or None: once, and with a reason (A18, I9)."""
    if not may:
        return Refused("A18", _("The site administrator names the witnesses."), _("Ask the administrator."))
    if ended:
        return Refused("A18", _("This witness has ended already."), _("Add a new one, if it is to begin again."))
    if not reason.strip():
        return Refused("I9", _("A witness is not ended without a reason."), _("Write it in a word or two."), field="reason")
    if len(reason.strip()) > 200:
        return Refused("I9", _("The reason is longer than 200 characters."), _("Shorten it."), field="reason")
    return None


def is_due(tries: Sequence[Try], now: datetime) -> bool:
    """Whether another attempt is due: the first at once, then after each failure that is known, a few times.

    Of an attempt without an answer, or with one that nobody understood, none is due: the mail may have gone (I7).
    """
    if not tries:
        return True
    last = tries[-1]
    if last.outcome != "failed" or last.answered_at is None or len(tries) >= MOST_SENDINGS:
        return False
    return now >= last.answered_at + AGAIN_AFTER[len(tries) - 1]


def _unseen(text: str) -> bool:
    """Whether the text holds control or direction characters, or half a surrogate."""
    return any(unicodedata.category(each) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for each in text)

"""What may be counted, issued and taken back, and how numbers of items are written (A28, B1.9)."""

import re
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext_lazy as _

from desks.refusal import Refused

HIGHEST = Decimal("9999999.99")


def written(amount: Decimal, unit: str) -> str:
    """An amount as people write it: pieces without decimals, money with two and its currency."""
    if unit:
        return f"{unit} {amount:,.2f}"
    return f"{amount.normalize():f}" if amount != amount.to_integral_value() else f"{amount:.0f}"


def read_amount(text: str, field: str = "counted") -> Decimal:
    """The number that was typed, full-width digits included. Raises Refused for anything but 0 to 9,999,999.99 (A28)."""
    plain = text.strip().replace(",", "").replace("，", "").replace("．", ".")
    try:
        amount = Decimal(plain)
    except InvalidOperation as error:
        raise Refused("A28", _("This is not a number."), _("Write what you counted in digits."), field=field) from error
    if not amount.is_finite() or amount < 0 or amount > HIGHEST:
        raise Refused(
            "A28", _("A count is a number from 0 to 9,999,999.99."), _("Count again and write the number."), field=field
        )
    if amount != amount.quantize(Decimal("0.01")):
        raise Refused("A28", _("A count has two decimals at most."), _("Count again and write the number."), field=field)
    return amount.quantize(Decimal("0.01"))


def why_not_counted(expected: Decimal, counted: Decimal, explanation: str) -> Refused | None:
    """Why a count may not stand, or None: a difference needs an explanation (A28)."""
    if counted != expected and not explanation.strip():
        return Refused(
            "A28",
            _("The count differs from what is expected, and there is no explanation."),
            _("Count a second time; if it still differs, write what is known about it."),
            field="explanation",
        )
    return None


PIECE = re.compile(r"\S(.{0,18}\S)?")


def why_not_moved(
    *, amount: Decimal, whole: bool, numbered: bool, piece: str, there: Decimal, takes_away: bool
) -> Refused | None:
    """Why so much of an item does not go out or come in, or None (A28, B1.9).

    `whole` says that it is counted in pieces, `there` how much the desk has by the last count and what moved since. The
    answer never says that number: at a desk that counts blind nobody learns it here.
    """
    if amount <= 0:
        return Refused("B1.9", _("Nothing is not an amount."), _("Write how many, or how much."), field="amount")
    if whole and amount != amount.to_integral_value():
        return Refused("B1.9", _("Pieces are whole."), _("Write how many in whole numbers."), field="amount")
    if numbered and not piece:
        return Refused("B1.9", _("Each piece of this item has its own number."), _("Write which one it is."), field="piece")
    if piece and not PIECE.fullmatch(piece):
        return Refused("B1.9", _("A number has 20 characters at most."), _("Write it as it stands on the piece."), field="piece")
    if takes_away and amount > there:
        return Refused(
            "A28", _("The desk does not have so much of it by its last count."), _("Count it, and say what differs."), field="amount"
        )
    return None


def why_not_issued(*, taken_by: str, due_at: datetime | None, now: datetime) -> Refused | None:
    """Why nothing is issued to whom and until when it was said, or None (B1.9). Moments are aware."""
    if not taken_by.strip():
        return Refused("B1.9", _("Nobody is named who takes it."), _("Write name and department."), field="taken_by")
    if due_at is not None and due_at <= now:
        return Refused("B1.9", _("This time has passed already."), _("Write when it is expected back."), field="due_at")
    return None


def why_not_extended(*, due_at: datetime, present: datetime | None, now: datetime) -> Refused | None:
    """Why something is not expected back at another time, or None (B1.9). Moments are aware."""
    if due_at <= now:
        return Refused("B1.9", _("This time has passed already."), _("Write when it is expected back."), field="due_at")
    if due_at == present:
        return Refused("B1.9", _("It is expected back at this time already."), _("Write another time, or leave it as it is."), field="due_at")
    return None


def why_not_back(*, amount: Decimal, left: Decimal) -> Refused | None:
    """Why so much does not come back, or None: no more than is out (B1.9)."""
    if amount <= 0:
        return Refused("B1.9", _("Nothing is not an amount."), _("Write how many, or how much."), field="amount")
    if amount > left:
        return Refused("B1.9", _("More came back than is out."), _("Write what came back of this; the rest came in by itself."), field="amount")
    return None

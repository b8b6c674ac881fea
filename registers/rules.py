"""What may be counted, and how numbers of items are written (A28)."""

from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext_lazy as _

from desks.refusal import Refused

HIGHEST = Decimal("9999999.99")


def written(amount: Decimal, unit: str) -> str:
    """An amount as people write it: pieces without decimals, money with two and its currency."""
    if unit:
        return f"{unit} {amount:,.2f}"
    return f"{amount.normalize():f}" if amount != amount.to_integral_value() else f"{amount:.0f}"


def read_amount(text: str) -> Decimal:
    """The number that was typed, full-width digits included. Raises Refused for anything but 0 to 9,999,999.99 (A28)."""
    plain = text.strip().replace(",", "").replace("，", "").replace("．", ".")
    try:
        amount = Decimal(plain)
    except InvalidOperation as error:
        raise Refused("A28", _("This is not a number."), _("Write what you counted in digits."), field="counted") from error
    if not amount.is_finite() or amount < 0 or amount > HIGHEST:
        raise Refused(
            "A28", _("A count is a number from 0 to 9,999,999.99."), _("Count again and write the number."), field="counted"
        )
    if amount != amount.quantize(Decimal("0.01")):
        raise Refused("A28", _("A count has two decimals at most."), _("Count again and write the number."), field="counted")
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

"""What may be counted and how amounts are written (A28)."""

from decimal import Decimal

import pytest

from desks.refusal import Refused
from registers.rules import read_amount, why_not_counted, written


@pytest.mark.clause("A28")
@pytest.mark.parametrize(
    ("typed", "amount"), [("4", "4.00"), (" 36 ", "36.00"), ("５００．５", "500.50"), ("1,250.00", "1250.00"), ("0", "0.00")]
)
def test_numbers_as_people_type_them_are_read(typed: str, amount: str) -> None:
    assert read_amount(typed) == Decimal(amount)


@pytest.mark.clause("A28")
@pytest.mark.parametrize("typed", ["", "four", "-1", "NaN", "Infinity", "1e9", "1.234", "10000000", "<b>4</b>"])
def test_what_is_no_count_is_refused_beside_its_field(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        read_amount(typed)
    assert refused.value.field == "counted"


@pytest.mark.clause("A28")
def test_a_difference_needs_an_explanation() -> None:
    four, three = Decimal(4), Decimal(3)
    assert why_not_counted(four, four, "") is None
    assert why_not_counted(four, three, "one is charging") is None
    refusal = why_not_counted(four, three, "  ")
    assert refusal is not None and refusal.field == "explanation"


def test_pieces_without_decimals_and_money_with_two() -> None:
    assert written(Decimal("36.00"), "") == "36"
    assert written(Decimal("2.50"), "") == "2.5"
    assert written(Decimal("1500"), "CNY") == "CNY 1,500.00"

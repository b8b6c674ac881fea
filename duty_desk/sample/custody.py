"""What goes out of the sample desk's custody and comes back: a key, visitors' cards, a fee into the cash box (A28, B1.9)."""

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING

from duty_desk.sample.words import CARDS_FOR, CARDS_TO, FEE, KEY_FOR, KEY_TO
from registers.actions import issue_item, move_for_good, take_back
from registers.models import CustodyIssue, CustodyItem

if TYPE_CHECKING:
    from duty_desk.sample.story import Storyteller

Act = tuple[datetime, Callable[[datetime], object]]


def _item(story: "Storyteller", code: str) -> CustodyItem:
    return CustodyItem.objects.get(desk=story.desk, code=code, current=True)


def key_goes_out(story: "Storyteller", day: date, *, comes_back: bool) -> list[Act]:
    """Engineering takes the key of the switch room in the morning; on one of the two days it is back before the change of shift."""
    first = story.person(story.rota.on(day).early[0])

    def issue(moment: datetime) -> None:
        issue_item(
            actor=first, item=_item(story, "spare_keys"), piece="12", amount=Decimal(1), taken_by=story.worded(KEY_TO),
            purpose=story.worded(KEY_FOR), now=moment,
        )

    def back(moment: datetime) -> None:
        take_back(actor=first, issue=CustodyIssue.objects.get(desk=story.desk, state="out", piece="12"), now=moment)

    return [(story.when(day, time(9, 35)), issue), *([(story.when(day, time(11, 20)), back)] if comes_back else [])]


def cards_and_a_fee(story: "Storyteller", day: date) -> list[Act]:
    """A firm gets three cards until the evening; a fee for an unlocked door comes into the cash box."""
    second = story.person(story.rota.on(day).early[1])

    def cards(moment: datetime) -> None:
        issue_item(
            actor=second, item=_item(story, "access_cards"), amount=Decimal(3), taken_by=story.worded(CARDS_TO),
            purpose=story.worded(CARDS_FOR), due_at=story.when(day, time(18)), now=moment,
        )

    def fee(moment: datetime) -> None:
        move_for_good(actor=second, item=_item(story, "cash_box"), amount=Decimal(30), comes_in=True, reason=story.worded(FEE), now=moment)

    return [(story.when(day, time(8, 55)), cards), (story.when(day, time(9, 25)), fee)]

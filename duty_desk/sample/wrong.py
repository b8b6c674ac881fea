"""What does not fit at the sample desk: a card and a radio are missing, rain comes in, a lamp is out (A27, A28, A33)."""

from datetime import datetime
from typing import TYPE_CHECKING

from desks.models import Person
from duty_desk.sample.words import CARD_MISSING, LAMP_OUT, LAMP_RIGHT, RADIO_MISSING, RAIN
from handover import actions
from handover.models import Handover

if TYPE_CHECKING:
    from duty_desk.sample.story import Storyteller


def at_the_change(story: "Storyteller", handover: Handover, now: datetime) -> None:
    """A visitor's card is missing, which stays open; rain comes in under the lobby's door, which becomes a follow-up."""
    someone = handover.incoming
    assert someone is not None
    _one_less(handover, "access_cards", story.worded(CARD_MISSING), someone, now)
    line = handover.checks.get(item__code="floor")
    failed = actions.check_item(actor=someone, line=line, result="fail", remark=story.worded(RAIN), now=now)
    actions.follow_up_check(actor=someone, line=failed, now=now)


def at_the_opening(story: "Storyteller", handover: Handover, now: datetime) -> None:
    """A radio that was there in the evening is missing in the morning; a lamp is out, and is put right at once: both are findings."""
    someone = handover.incoming
    assert someone is not None
    _one_less(handover, "radios", story.worded(RADIO_MISSING), someone, now)
    line = handover.checks.get(item__code="lights")
    failed = actions.check_item(actor=someone, line=line, result="fail", remark=story.worded(LAMP_OUT), now=now)
    actions.put_right(actor=someone, line=failed, words=story.worded(LAMP_RIGHT), now=now)


def _one_less(handover: Handover, code: str, explanation: str, actor: Person, now: datetime) -> None:
    """One is missing, at the second count too."""
    line = handover.counts.get(item__code=code)
    for _count in range(2):
        actions.count_item(actor=actor, line=line, counted=line.expected - 1, explanation=explanation, now=now)

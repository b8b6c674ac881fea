"""Yesterday evening the desk was empty for twelve minutes: raised by the clock, explained, and settled the next morning (A10, B1.13, B2.6)."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from duty_desk.sample.words import LEFT_ALONE_SAID, LEFT_ALONE_SETTLED
from rosters import actions
from rosters.models import Absence, PresenceCase

if TYPE_CHECKING:
    from duty_desk.sample.story import Storyteller


def desk_was_left_alone(story: "Storyteller", day: date) -> list[tuple[datetime, Callable[[datetime], object]]]:
    """One of the late shift is on an errand when the other has to leave too, in the evening of that day."""
    first, second = (story.person(login) for login in story.rota.on(day).late)

    def back(person: str) -> Callable[[datetime], object]:
        who = story.person(person)
        return lambda now: actions.come_back(actor=who, absence=Absence.objects.get(person=who, back_at__isnull=True), now=now)

    def say(now: datetime) -> None:
        actions.state_presence(actor=first, case=PresenceCase.objects.get(desk=story.desk), words=story.worded(LEFT_ALONE_SAID), now=now)

    return [
        (
            story.when(day, time(20)),
            lambda now: actions.leave_for_a_while(actor=second, desk=story.desk, what="errand", cover=first, now=now),
        ),
        (
            story.when(day, time(20, 4)),
            lambda now: actions.leave_for_a_while(actor=first, desk=story.desk, what="errand", cover=None, alone=True, now=now),
        ),
        (story.when(day, time(20, 15)), actions.raise_unattended),
        (story.when(day, time(20, 16)), back(story.rota.on(day).late[1])),
        (story.when(day, time(20, 18)), back(story.rota.on(day).late[0])),
        (story.when(day, time(20, 40)), say),
    ]


def settle_what_was_left_alone(story: "Storyteller", moment: datetime) -> None:
    """The supervisor accepts the special reason on the next morning."""
    actions.settle_presence(
        actor=story.person("supervisor"), case=PresenceCase.objects.get(desk=story.desk), outcome="none", special_reason=True,
        reason=story.worded(LEFT_ALONE_SETTLED), now=moment,
    )

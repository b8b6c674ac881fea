"""Yesterday's handover left something out: reported by the late shift, answered, decided the next morning (A30, C12)."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from duty_desk.sample.words import LEFT_OUT, LEFT_OUT_DECIDED, LEFT_OUT_SAID
from handover import actions
from handover.models import Handover, OmissionReport
from logbook.models import Entry

if TYPE_CHECKING:
    from duty_desk.sample.story import Storyteller


def something_was_left_out(story: "Storyteller", day: date) -> list[tuple[datetime, Callable[[datetime], object]]]:
    """The report and what the person says about it, of that day's late shift."""
    shift = story.rota.on(day)

    def report(moment: datetime) -> None:
        handover = Handover.objects.get(desk=story.desk, mode=Handover.Mode.FACE)
        shows = Entry.objects.filter(book__desk=story.desk, kind="parcel").order_by("number").first()
        assert shows is not None
        actions.report_omission(
            actor=story.person(shift.late[0]), handover=handover, what=story.worded(LEFT_OUT), evidence=shows.number, now=moment
        )

    def say(moment: datetime) -> None:
        actions.state_omission(
            actor=story.person(shift.early[0]), report=OmissionReport.objects.get(desk=story.desk), words=story.worded(LEFT_OUT_SAID),
            now=moment,
        )

    return [
        (story.when(day, time(17, 10)), report),
        (story.when(day, time(17, 40)), say),
    ]


def decide_what_was_left_out(story: "Storyteller", moment: datetime) -> None:
    """The supervisor decides about it on the next morning."""
    actions.decide_omission(
        actor=story.person("supervisor"), report=OmissionReport.objects.get(desk=story.desk), outcome="left_out",
        reason=story.worded(LEFT_OUT_DECIDED), now=moment,
    )

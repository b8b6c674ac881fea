"""Yesterday's emergency at the sample desk: a lift stands still, told from the first call to the photo and the result (A15, A16)."""

import io
from collections.abc import Callable
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from desks.binding import Confirmation
from duty_desk.sample.words import (
    LIFT,
    LIFT_CALLED,
    LIFT_DECIDED,
    LIFT_DONE,
    LIFT_MEASURES,
    LIFT_MOBILISED,
    LIFT_PHOTO,
    LIFT_UNDER_WAY,
)
from escalations.actions import (
    acknowledge_escalation,
    close_escalation,
    decide_escalation,
    raise_escalation,
    say_of_call,
)
from escalations.models import Call, Escalation
from logbook.actions import add_to_entry, keep_photo, move_follow_up, record_entry
from logbook.models import Entry

if TYPE_CHECKING:
    from duty_desk.sample.story import Storyteller

Step = tuple[datetime, Callable[[datetime], object]]


def lift_stands_still(story: "Storyteller", day: date) -> list[Step]:
    """The steps of the matter, all of the early shift of that day."""
    holder = story.person(story.rota.on(day).early[0])
    supervisor, security = story.person("supervisor"), story.person("security")

    def entry() -> Entry:
        return Entry.objects.get(book__desk=story.desk, kind="emergency", root=None)

    def escalation() -> Escalation:
        return entry().escalations.get()

    def call() -> Call:
        return Call.objects.filter(escalation=escalation()).latest("pk")

    def record(moment: datetime) -> None:
        record_entry(
            actor=holder, desk=story.desk, now=moment, text=story.worded(LIFT), kind="emergency", source="phone", place="6栋",
            own={"mobilised": story.worded(LIFT_MOBILISED), "measures": story.worded(LIFT_MEASURES)},
        )

    def close(moment: datetime) -> None:
        close_escalation(actor=holder, escalation=escalation(), now=moment, done=story.worded(LIFT_DONE))
        move_follow_up(actor=holder, root=entry(), now=moment, state="closed", result=story.worded(LIFT_DONE))

    steps: list[tuple[time, Callable[[datetime], object]]] = [
        (time(14, 41), record),
        (time(14, 42), lambda moment: raise_escalation(actor=holder, entry=entry(), now=moment, reason=story.worded(LIFT_CALLED))),
        (time(14, 43), lambda moment: say_of_call(actor=holder, call=call(), said="no_answer", now=moment)),
        (time(14, 44), lambda moment: say_of_call(actor=holder, call=call(), said="coming", minutes=5, now=moment)),
        (time(14, 45), lambda moment: move_follow_up(
            actor=holder, root=entry(), now=moment, state="in_progress", text=story.worded(LIFT_UNDER_WAY), handler="security",
        )),
        (time(14, 48), lambda moment: say_of_call(actor=security, call=call(), said="arrived", now=moment)),
        (time(14, 51), lambda moment: acknowledge_escalation(actor=supervisor, escalation=escalation(), now=moment)),
        (time(14, 53), lambda moment: decide_escalation(
            actor=supervisor, confirmed=Confirmation(supervisor, "pin", moment), escalation=escalation(), now=moment,
            decision=story.worded(LIFT_DECIDED),
        )),
        (time(15, 4), lambda moment: add_to_entry(
            actor=holder, entry=entry(), now=moment, text=story.worded(LIFT_PHOTO),
            photos=[keep_photo(actor=holder, file=(drawn := _display()), size=drawn.getbuffer().nbytes, now=moment)],
        )),
        (time(15, 9), close),
    ]
    return [(story.when(day, clock), act) for clock, act in steps]


def _display() -> io.BytesIO:
    """A drawing of the lift's display between two floors, as if it were the photo."""
    picture = Image.new("RGB", (640, 480), (58, 64, 72))
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((190, 60, 450, 300), 18, fill=(16, 20, 24), outline=(150, 156, 162), width=6)
    pen.polygon([(320, 90), (350, 130), (290, 130)], fill=(226, 84, 60))
    # The figure eight of a display of seven bars.
    for bar in ((270, 150, 370, 162), (270, 206, 370, 218), (270, 262, 370, 274), (262, 158, 274, 212), (366, 158, 378, 212), (262, 214, 274, 268), (366, 214, 378, 268)):
        pen.rounded_rectangle(bar, 5, fill=(226, 84, 60))
    pen.rectangle((0, 400, 640, 480), fill=(88, 80, 70))
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=80)
    made.seek(0)
    return made

"""How a matter stands against what was promised, in words, for its entry's page (A1, A9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from desks.models import Desk
from desks.templatetags.desks_tags import duration, local_moment, tag
from logbook.models import Entry, FollowUp
from logbook.queries import first_acts_of, raises_of, watch_ends
from logbook.rules import OPEN_STATES, first_step_due
from logbook.todo import age_words, waits_until
from logbook.words import DeskWords


@dataclass(frozen=True)
class Clock:
    """One clock of a matter: what it measures, how it stands, and the moment beside it."""

    label: str
    tag: SafeString
    note: str


def clocks_of(matter: FollowUp, thread: Sequence[Entry], *, desk: Desk, words: DeskWords, now: datetime) -> list[Clock]:
    """The clocks of a matter, with the first entry of its thread first: first step, settlement, age, and that it was raised."""
    root = thread[0]
    clocks = [_first_step(matter, thread, desk, words, now), *_settlement(matter, root, desk, now)]
    age = age_words(matter, watch_ends(desk, matter.opened_at, now), now)
    label = _("Open for") if matter.state in OPEN_STATES else _("Was open for")
    clocks.append(Clock(label, tag("", age, "clock"), ""))
    if raised := raises_of([matter]).get(matter.root_id):
        clocks.append(Clock(
            _("Raised"), tag("bad", _("the supervisors were told"), "flag"),
            f"#{raised.number} · {local_moment(raised.occurred_at, desk)}",
        ))
    return [clock for clock in clocks if clock is not None]


def _first_step(matter: FollowUp, thread: Sequence[Entry], desk: Desk, words: DeskWords, now: datetime) -> Clock | None:
    root = thread[0]
    promised = first_step_due(kind=words.kind_row(root), urgency=root.urgency, opened_at=matter.opened_at)
    if promised is None or root.original_recorded_at is not None:
        return None
    steps = [each.recorded_at for each in thread if each.act == Entry.Act.FOLLOW_UP and each.recorded_at is not None]
    step = min([*steps, *first_acts_of([root.pk]).values()], default=None)
    note = _("promised within %(amount)s") % {"amount": duration(promised - matter.opened_at)}
    if step is not None:
        tone = "bad" if step > promised else "good"
        said = _("after %(amount)s") % {"amount": duration(max(step - matter.opened_at, timedelta(0)))}
    elif matter.state not in OPEN_STATES:
        return None
    else:
        tone, said = _left(promised, now)
    return Clock(_("First step"), tag(tone, said), note)


def _settlement(matter: FollowUp, root: Entry, desk: Desk, now: datetime) -> list[Clock]:
    clocks = []
    first, until = root.due_at, waits_until(matter)
    if matter.state == FollowUp.State.CLOSED:
        if first is not None and root.original_recorded_at is None:
            late = matter.changed_at > first
            said = _("%(amount)s late") % {"amount": duration(matter.changed_at - first)} if late else _("in time")
            clocks.append(Clock(_("Settled"), tag("bad" if late else "good", said), _first_due(first, desk)))
    elif until is not None and matter.state in OPEN_STATES:
        tone, said = _left(until, now)
        clocks.append(Clock(_("Due"), tag(tone, said), local_moment(until, desk)))
        if first is not None and first != until:
            clocks.append(Clock(_("Due at first"), tag("", _("this one counts"), "clock"), local_moment(first, desk)))
    return clocks


def _first_due(first: datetime, desk: Desk) -> str:
    return _("was due %(moment)s") % {"moment": local_moment(first, desk)}


def _left(until: datetime, now: datetime) -> tuple[str, str]:
    amount = duration(abs(until - now))
    if until <= now:
        return "bad", _("overdue %(amount)s") % {"amount": amount}
    return "info", _("in %(amount)s") % {"amount": amount}

"""How a matter moves from its beginning to its end (A1, A9, A30)."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from desks.models import EntryKind
from desks.refusal import Refused

# The named value of a closing step that says so; "called_back" is what is said of a call that was missed (A12).
CALLED_BACK = "customer_called_back"
OPEN_STATES = ("open", "in_progress", "waiting")
MOVES = {
    "open": ("open", "in_progress", "waiting", "closed"),
    "in_progress": ("open", "in_progress", "waiting", "closed"),
    "waiting": ("open", "in_progress", "waiting", "closed"),
    "closed": ("open",),
    "retracted": (),
}


def due_from(*, kind: EntryKind, urgency: str, occurred_at: datetime) -> datetime:
    """When a matter of this kind and urgency is due (A1, A9)."""
    minutes = kind.due_minutes if urgency == "normal" else kind.due_minutes_urgent
    return occurred_at + timedelta(minutes=minutes)


def first_step_due(*, kind: EntryKind | None, urgency: str, opened_at: datetime) -> datetime | None:
    """Until when the first step is promised by this version of the kind, or None where it promises nothing (A9)."""
    if kind is None:
        return None
    minutes = kind.response_minutes if urgency in {"", "normal"} else kind.response_minutes_urgent
    return opened_at + timedelta(minutes=minutes) if minutes else None


def counts_from(*, state: str, due_at: datetime, waiting_until: datetime | None) -> datetime:
    """The due time that counts: of a matter that waits for a later moment, that moment (A1)."""
    return max(due_at, waiting_until) if state == "waiting" and waiting_until else due_at


def watches_since(moment: datetime, ends: Sequence[datetime]) -> int:
    """Through how many watches a matter was carried since the moment: those that ended after it, of these ends in their order (A1)."""
    return len(ends) - bisect_right(ends, moment)


def why_not_called_back(*, new: str, offered: bool) -> Refused | None:
    """Why a step cannot say that the customer was called back, or None: closing does, where the kind offers it (A1, A8)."""
    if new != "closed":
        return Refused(
            "A1", _("Only closing a matter says that the customer was called back."), _("Close it, or take the tick away."),
            field="called_back",
        )
    if not offered:
        return Refused(
            "A8", _("This kind of entry does not ask whether the customer was called back."), _("Write it as what was done."),
            field="called_back",
        )
    return None


def why_not_move(*, old: str, new: str, result: str, waiting_for: str) -> Refused | None:
    """Why a follow-up may not go from one state to another, or None (A1, A30)."""
    if new not in MOVES.get(old, ()):
        return Refused(
            "A1", _("This matter is not open any more."), _("Reopen it first, or write a new entry."), field="state"
        )
    if new == "closed" and not result:
        return Refused("A1", _("A matter is closed with a result."), _("Say how it ended."), field="result")
    if new == "waiting" and not waiting_for:
        return Refused("A1", _("A waiting matter waits for somebody."), _("Say for whom."), field="waiting_for")
    return None


def why_not_until(
    *, waiting_until: datetime | None, due_at: datetime | None, present_until: datetime | None, present_due: datetime | None, now: datetime
) -> Refused | None:
    """Why a step cannot have the matter wait, or be due, until then, or None: what is said anew is a time to come (A1, A9).

    What it was before stays as it was, past or not: a step repeats it.
    """
    if waiting_until is not None and waiting_until < now and waiting_until != present_until:
        return Refused(
            "A1", _("A matter does not wait until a time that is past."), _("Choose a later time, or leave it empty."), field="waiting_until"
        )
    if due_at is not None and due_at < now and due_at != present_due:
        return Refused(
            "A9", _("A matter is not due anew at a time that is past."), _("Choose a later time, or leave it empty: it stays due as it was."),
            field="due_at",
        )
    return None


LONGEST_RESULT = 400


def why_not_settle(
    *, how: str, asked: int, found: int, unfit: list[int], result: str, due_at: datetime | None, now: datetime
) -> Refused | None:
    """Why these imported matters cannot be closed, re-dated or joined together, or None (A1)."""
    if how not in {"close", "redate", "join"}:
        return Refused("A1", _("Matters are closed, re-dated or joined."), _("Choose one of the three."), field="how")
    if not asked:
        return Refused("A1", _("No matter is chosen."), _("Tick the matters that it is about."), field="roots")
    if asked != found or unfit:
        numbers = ", ".join(f"#{number}" for number in unfit)
        return Refused(
            "A1", _("Some of these are no open imported matters of this desk any more: %(numbers)s") % {"numbers": numbers or "–"},
            _("Load the page again and choose anew."), field="roots",
        )
    if how == "close" and not result:
        return Refused("A1", _("A matter is closed with a result."), _("Say how they ended."), field="result")
    if len(result) > LONGEST_RESULT:
        return Refused("A1", _("The result is longer than 400 characters."), _("Say it in a sentence."), field="result")
    if how == "redate" and (due_at is None or due_at <= now):
        return Refused("A1", _("A matter is re-dated to a time to come."), _("Choose a later time."), field="due_at")
    if how == "join" and asked < 2:
        return Refused("A1", _("Two matters or more are joined."), _("Tick another one."), field="roots")
    return None

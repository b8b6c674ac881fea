"""What is allowed in the log, as pure functions (A1, A9, A17, A18)."""

import unicodedata
from datetime import date, datetime, timedelta

from django.utils.translation import gettext_lazy as _

from desks.models import DeskSettings, EntryKind
from desks.refusal import Refused

LONGEST_TEXT = 4000
FUTURE_SLACK = timedelta(minutes=2)
OPEN_STATES = ("open", "in_progress", "waiting")
MOVES = {
    "open": ("open", "in_progress", "waiting", "closed"),
    "in_progress": ("open", "in_progress", "waiting", "closed"),
    "waiting": ("open", "in_progress", "waiting", "closed"),
    "closed": ("open",),
    "retracted": (),
}


def cleaned(text: str) -> str:
    """The text as it is stored: line ends one character, ends trimmed, nothing else changed."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def has_unreadable(text: str) -> bool:
    """Whether the text holds control characters other than line end and tabulator, or halves of characters."""
    return any(unicodedata.category(each) in {"Cc", "Cs"} and each not in "\n\t" for each in text)


def why_not_value(*, name: str, value: str, longest: int | None) -> Refused | None:
    """Why this cannot be the value of a field besides the text, or None (A17: clear and legible)."""
    if longest is not None and len(value) > longest:
        return Refused(
            "A17", _("This is longer than %(longest)d characters.") % {"longest": longest},
            _("Say it shorter, or put it into the text."), field=name,
        )
    if has_unreadable(value):
        return Refused(
            "A17", _("This holds characters that cannot be read."), _("Type it instead of pasting it."), field=name
        )
    return None


def why_not_text(text: str) -> Refused | None:
    """Why this cannot be an entry's text, or None (A17: clear and legible)."""
    if not text:
        return Refused("A17", _("An entry needs a text."), _("Write what happened, in one line."), field="text")
    if len(text) > LONGEST_TEXT:
        return Refused(
            "A17", _("The text is longer than 4,000 characters."), _("Divide it into several entries."), field="text"
        )
    if has_unreadable(text):
        return Refused(
            "A17", _("The text holds characters that cannot be read."), _("Type it instead of pasting it."), field="text"
        )
    return None


def why_not_entry(*, text: str, place: str, kind: EntryKind, occurred_at: datetime, now: datetime) -> Refused | None:
    """Why this may not be recorded, or None: text, place where the kind needs one, not in the future (A17)."""
    if refusal := why_not_text(text):
        return refusal
    if kind.needs_place and not place:
        return Refused(
            "A17", _("This kind of entry needs a place."), _("Write the unit or the public area."), field="place"
        )
    if occurred_at > now + FUTURE_SLACK:
        return Refused(
            "A17", _("This would have happened in the future."), _("Correct the time of occurrence."), field="occurred_at"
        )
    return None


def is_late(*, occurred_at: datetime, now: datetime, settings: DeskSettings) -> bool:
    """Whether an entry recorded now is a late one: longer after it happened than the desk's limit (A17)."""
    return now - occurred_at > timedelta(minutes=settings.late_entry_minutes)


def due_from(*, kind: EntryKind, urgency: str, occurred_at: datetime) -> datetime:
    """When a matter of this kind and urgency is due (A1, A9)."""
    minutes = kind.due_minutes if urgency == "normal" else kind.due_minutes_urgent
    return occurred_at + timedelta(minutes=minutes)


def why_not_correct(*, own: bool, during_watch: bool, may_correct_others: bool) -> Refused | None:
    """Why somebody may not correct or retract an entry, or None: own ones during the watch, others the supervisor (A18)."""
    if may_correct_others or (own and during_watch):
        return None
    if own:
        return Refused(
            "A18", _("The watch in which you wrote this has ended."), _("Ask the supervisor to correct it, or add to it.")
        )
    return Refused("A18", _("Only its author and the supervisor correct an entry."), _("Ask the author or the supervisor."))


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


def why_not_review(*, day: date, today: date, up_to: int, newest: int, signed_up_to: int, unread: int) -> Refused | None:
    """Why the log of a day cannot be signed as read up to a number, or None (A21)."""
    if day > today:
        return Refused("A21", _("This day has not begun."), _("Sign it when there is something to read."))
    if not 0 < up_to <= newest:
        return Refused("A21", _("There is no entry of this number yet."), _("Load the page again."))
    if up_to <= signed_up_to or unread == 0:
        return Refused("A21", _("This has been signed already, and nothing was written since."), _("There is nothing to do."))
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


def not_yet_read(first: int, last: int, read: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The parts of the range of numbers that none of the ranges read before holds, in order (I8)."""
    parts, begin = [], first
    for low, high in sorted(read):
        if low > begin:
            parts.append((begin, min(low - 1, last)))
        begin = max(begin, high + 1)
        if begin > last:
            break
    return parts + ([(begin, last)] if begin <= last else [])


def why_not_proof(*, recipient: str, purpose: str, shown: list[str], known: list[str]) -> Refused | None:
    """Why an entry may not be proven outside so, or None: for somebody, for a purpose, with fields that it has (A20)."""
    if not recipient.strip():
        return Refused("A20", _("A proof is for somebody."), _("Write who gets it."), field="recipient")
    if not purpose.strip():
        return Refused("A20", _("A proof has a purpose."), _("Write what it is for."), field="purpose")
    if len(recipient) > 120 or len(purpose) > 200 or "\x00" in recipient + purpose:
        return Refused("A20", _("Recipient or purpose is too long."), _("Write it shorter."), field="purpose")
    if not shown or not set(shown) <= set(known):
        return Refused("A20", _("A proof shows at least one field of the entry."), _("Choose what it shows."), field="shown")
    return None


def why_not_proof_decision(*, approve: bool, reason: str) -> Refused | None:
    """Why a request for a proof may not be decided so, or None: a refusal has a reason, in at most 200 characters (A20)."""
    if len(reason) > 200 or "\x00" in reason:
        return Refused("A20", _("The reason is too long."), _("Write it shorter."), field="reason")
    if not approve and not reason.strip():
        return Refused("A20", _("A refusal has a reason."), _("Write it."), field="reason")
    return None

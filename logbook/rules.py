"""What is allowed in the log, as pure functions (A1, A9, A17, A18)."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from desks.models import DeskSettings, EntryKind, KindField
from desks.refusal import Refused
from logbook import numbers
from logbook.models.keeping import LONGEST_DAYS, SHORTEST_DAYS

LONGEST_TEXT = 4000
FUTURE_SLACK = timedelta(minutes=2)
# A line that took longer than this from the keyboard to the book was kept back by the network.
KEPT_BACK = timedelta(minutes=2)
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
    return why_not_identity(value, field=name)


def why_not_identity(text: str, *, field: str) -> Refused | None:
    """Why this text may not stand, or None: the number of an identity document is not kept (A20, I1)."""
    places = numbers.identity_numbers_in(text)
    if not places:
        return None
    words = " ".join(document_seen(numbers.ending_of(text[begin:end])) for begin, end in places)
    return Refused(
        "A20", _("The number of an identity document is not kept."), _("Write in its place: %(words)s") % {"words": words},
        field=field,
    )


def document_seen(ending: str) -> str:
    """What stands in the place of an identity number: that it was seen, and its last four characters."""
    return gettext("[document seen, ends in %(ending)s]") % {"ending": ending}


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
    return why_not_identity(text, field="text")


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


OWN = "own_"
LONGEST_LINE = 400
MOST_LINES = 60
TIMED = re.compile(r"^([01]?[0-9]|2[0-3])[:：]([0-5][0-9])\s*")
MONEY = re.compile(r"^[0-9]{1,9}(\.[0-9]{1,2})?$")


def own_values(
    fields: Iterable[KindField], given: Mapping[str, str], *, occurred_at: datetime, zone: ZoneInfo
) -> dict[str, str]:
    """The values of a kind's own fields as they are stored, by stored name; what is empty is left out (A8, A12, A15).

    Money gets two decimals, lines lose empty ones, a timed line without a time gets that of the occurrence, on the wall
    clock of the site's `zone`.
    """
    found = {}
    for field in fields:
        value = cleaned(given.get(field.code, ""))
        if field.sort == KindField.Sort.TICK:
            value = "true" if value else ""
        elif field.sort == KindField.Sort.MONEY:
            value = unicodedata.normalize("NFKC", value).replace(",", "").lstrip("¥$ ")
            value = f"{Decimal(value):.2f}" if MONEY.match(value) else value
        elif field.sort in {KindField.Sort.LINES, KindField.Sort.TIMED_LINES}:
            lines = [" ".join(line.split()) for line in value.split("\n") if line.strip()]
            if field.sort == KindField.Sort.TIMED_LINES:
                lines = [_timed(line, occurred_at.astimezone(zone)) for line in lines]
            value = "\n".join(lines)
        if value:
            found[OWN + field.code] = value
    return found


def _timed(line: str, local: datetime) -> str:
    found = TIMED.match(line)
    if found is None:
        return f"{local:%H:%M} {line}"
    return f"{int(found[1]):02}:{found[2]} {line[found.end():]}".rstrip()


def why_not_own_values(
    *, kind: str, fields: Iterable[KindField], given: Iterable[str], values: Mapping[str, str], stays_open: bool
) -> Refused | None:
    """Why these are no values of the kind's own fields, or None; each stands beside its field (A17).

    `given` are the codes that were sent, `values` what `own_values` made of them.
    """
    fields = list(fields)
    if unknown := set(given) - {field.code for field in fields}:
        return Refused(
            "A17", _("This kind of entry has no such field: %(names)s") % {"names": ", ".join(sorted(unknown))},
            _("Load the page again; the kinds have been changed."),
        )
    for field in fields:
        value, place = values.get(OWN + field.code, ""), f"{kind}__{field.code}"
        needed = field.needed == KindField.Needed.ALWAYS or (field.needed == KindField.Needed.OPEN and stays_open)
        if needed and not value:
            return Refused(
                "A17", _("This kind of entry needs: %(name)s.") % {"name": field.label}, _("Fill it in."), field=place
            )
        if field.sort == KindField.Sort.MONEY and value and not MONEY.match(value):
            return Refused("A17", _("This is no amount of money."), _("Write it like 120 or 120.50."), field=place)
        lines = value.split("\n")
        if len(lines) > MOST_LINES:
            return Refused(
                "A17", _("These are more than %(most)d lines.") % {"most": MOST_LINES}, _("Divide it into several entries."),
                field=place,
            )
        for line in lines:
            if refusal := why_not_value(name=place, value=line, longest=LONGEST_LINE):
                return refusal
    return None


def is_late(*, occurred_at: datetime, now: datetime, settings: DeskSettings) -> bool:
    """Whether an entry recorded now is a late one: longer after it happened than the desk's limit (A17)."""
    return now - occurred_at > timedelta(minutes=settings.late_entry_minutes)


def why_not_time(
    *, occurred_at: datetime, typed_at: datetime, late_reason: str, sure: bool, during_emergency: bool,
    desk_since: datetime | None, settings: DeskSettings,
) -> Refused | None:
    """Why an entry may not be said to have happened then without a word, or None (A9, A17).

    What was typed long after it happened says why; what is said to have happened very long ago, or before the desk's
    book began, is asked about. Not during an emergency, whose entries come when there is time for them.
    """
    ago = typed_at - occurred_at
    before = desk_since is not None and occurred_at < desk_since
    if not sure and (ago > timedelta(days=settings.far_past_days) or before):
        reason = _("This would have happened before the desk's book began.") if before else _(
            "This would have happened %(days)d days ago."
        ) % {"days": ago.days}
        return Refused("A17", reason, _("Correct the time, or tick that it really happened then."), field="sure")
    if ago > timedelta(minutes=settings.late_entry_minutes) and not late_reason and not during_emergency:
        return Refused("A17", _("This happened a while ago."), _("Say in a word why it is entered late."), field="late_reason")
    return None


def why_not_again(*, is_open: bool, place: str) -> Refused | None:
    """Why this cannot be one more report of the same matter, or None (A9)."""
    if not is_open:
        return Refused("A1", _("This matter is not open any more."), _("Write a new entry."), field="place")
    if not place:
        return Refused("A17", _("Another report says where it comes from."), _("Write the unit or the public area."), field="place")
    return None


LONGEST_PIN = timedelta(days=31)


def why_not_pinned(*, until: datetime | None, now: datetime) -> Refused | None:
    """Why an entry cannot stay on the desk page until then, or None: a time to come, a month at most (A25)."""
    if until is not None and not now < until <= now + LONGEST_PIN:
        return Refused(
            "A25", _("An entry stays on the desk page until a time to come, a month at most."), _("Correct the time."),
            field="pinned_until",
        )
    return None


def needs_consent(*, occurred_at: datetime, now: datetime, decides: bool, settings: DeskSettings) -> bool:
    """Whether the supervisor must consent to an entry that comes so late (A17); not to the supervisor's own."""
    return not decides and now - occurred_at > timedelta(minutes=settings.late_consent_minutes)


def why_not_decide_late(*, asked: bool, decided: bool, agrees: bool, reason: str) -> Refused | None:
    """Why a late entry cannot be decided on, or None: once, and a refusal says why (A17, I9)."""
    if not asked:
        return Refused("A17", _("This entry waits for nobody's consent."), _("There is nothing to do."))
    if decided:
        return Refused("A17", _("This has been decided already."), _("Load the page again."))
    if not agrees and not reason:
        return Refused("I9", _("Whoever does not consent says why."), _("Write it in a word or two."), field="reason")
    return None


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


def why_not_period(*, name: str, known: Collection[str], days: int, reason: str) -> Refused | None:
    """Why a kind of personal value cannot have this period, or None: a floor, and never longer than the record (A20, I1)."""
    if name not in known:
        return Refused("A20", _("There is no such kind of personal value."), _("Choose one of the list."), field="name")
    if days < SHORTEST_DAYS:
        return Refused(
            "A20", _("Personal values stand for %(days)d days at least.") % {"days": SHORTEST_DAYS},
            _("Choose a longer period: complaints come late."), field="days",
        )
    if days > LONGEST_DAYS:
        return Refused(
            "A20", _("Personal values go before the record does: %(days)d days at most.") % {"days": LONGEST_DAYS},
            _("Choose a shorter period; a legal hold keeps what a dispute needs."), field="days",
        )
    return None if reason else Refused("I9", _("A change of the period has a reason."), _("Say why."), field="reason")


def why_not_hold(*, scope: str, month: date | None, today: date, entry_found: bool, reason: str) -> Refused | None:
    """Why a legal hold cannot be placed so, or None (I12). `month` is the first day of the site's month."""
    if scope == "month" and (month is None or month > today):
        return Refused("I12", _("A hold on a month names a month that has begun."), _("Choose the month."), field="month")
    if scope in {"thread", "customer"} and not entry_found:
        return Refused("I12", _("This desk has no entry of this number."), _("Write the number of the entry."), field="number")
    return None if reason else Refused("I9", _("A legal hold has a reason."), _("Say what it is for."), field="reason")


def why_not_ask_veil(*, has_text: bool, held: bool, asked_already: bool, reason: str) -> Refused | None:
    """Why nobody can ask to veil this text, or None (A18, I1)."""
    if not has_text:
        return Refused("A18", _("This entry has no text, or it is veiled already."), _("Load the page again."))
    if held:
        return Refused("I12", _("A legal hold lies on this entry."), _("Ask the supervisor to lift the hold first."))
    if asked_already:
        return Refused("A18", _("Somebody has asked to veil this already."), _("Wait for the supervisor."))
    return None if reason else Refused("I9", _("A text is veiled for a reason."), _("Say why, without the secret."), field="reason")


def why_not_confirm_veil(*, same_person: bool, may_confirm: bool, held: bool, open_request: bool) -> Refused | None:
    """Why this person cannot veil what somebody asked for, or None: two people, the second a supervisor (A18, I1)."""
    if not open_request:
        return Refused("A18", _("This request has been answered already."), _("Load the page again."))
    if same_person:
        return Refused("A18", _("Two people veil a text: you asked for it."), _("Another supervisor confirms it."))
    if not may_confirm:
        return Refused("A18", _("A supervisor confirms a veil."), _("Ask the supervisor."))
    if held:
        return Refused("I12", _("A legal hold lies on this entry."), _("Lift the hold first."))
    return None


# What the record keeps of an entry's time and consent: nobody wrote it as a word.
NOT_WORDS = {"consent", "typed_at", "pinned_until"}


def searched_words(fields: dict[str, str]) -> list[str]:
    """What a search finds of an entry's fields: the kind's own ones whole, of others what somebody wrote, no ticks (A8, A17)."""
    return [
        value for name, value in fields.items()
        if value != "true" and (name.startswith(OWN) or (name not in NOT_WORDS and not value.isdigit()))
    ]


def may_search_phones(*, may_see: bool, on_duty: bool, leads: bool) -> bool:
    """Whether a search also looks among phone numbers: for whom `why_not_reveal` would let see them (A20, I8).

    A hit tells the number that its page masks, and leaves no record of having been shown.
    """
    return may_see and (on_duty or leads)


def why_not_reveal(*, may_see: bool, on_duty: bool, leads: bool, has_values: bool) -> Refused | None:
    """Why a customer's name and phone stay masked for this person, or None (A20, I8)."""
    if not may_see:
        return Refused("A20", _("Your role sees customers masked."), _("Ask whoever is on duty to call."))
    if not (on_duty or leads):
        return Refused("A20", _("Only who is on duty sees customers unmasked."), _("Join the watch, or ask whoever holds the desk."))
    if not has_values:
        return Refused("A20", _("This entry has no customer or phone."), _("It has none, or its period has run out."))
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

"""Entries as one reader may see them: texts for supervisors only are left out, personal values masked by role (A20, I8)."""

import copy
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from desks.models import Desk, Person
from desks.permissions import may
from desks.templatetags.desks_tags import masked_phone
from desks.wording import worded
from logbook.models import Entry, FollowUp, PersonalValue
from logbook.queries import consents_of

ANSWERS = (Entry.Act.CORRECTION, Entry.Act.ADDITION, Entry.Act.RETRACTION)
# What an entry for supervisors only shows to nobody else, besides its text and its personal values.
BLANKED = ("place", "source", "reason", "handler", "waiting_for", "next_step", "result", "severity", "urgency")


@dataclass
class Row:
    """One entry as its reader may see it; templates show nothing of the entry that this row does not hand on."""

    entry: Entry
    number: int
    text: str
    hidden: bool
    """For supervisors only, and the reader is none: number, kind, times and author stand, the rest does not."""
    customer: str
    phone: str
    masked: bool
    """Customer and phone are masked for this reader."""
    worded: str
    """An act in the reader's language; empty for what somebody wrote."""
    late: bool
    imported: bool
    follow_up: FollowUp | None
    answers: list["Row"] = field(default_factory=list)
    """Corrections, additions and retractions of this entry, in their order, each with its own answers."""
    corrected: bool = False
    retracted: bool = False
    consent: str = ""
    """Of an entry that came very late: the supervisor's consent is "asked", "given" or "refused" (A17)."""
    question: bool = False
    """A supervisor's question to the author (A21)."""

    @property
    def struck(self) -> bool:
        """Whether the text does not hold any more: corrected or retracted."""
        return self.corrected or self.retracted


def rows_for(entries: Iterable[Entry], *, reader: Person, desk: Desk, now: datetime) -> list[Row]:
    """The entries as rows for this reader, in the order given; two queries, however many entries."""
    entries = list(entries)
    answers = _answers_in_threads_of(entries)
    values = _personal_values([*entries, *(each for group in answers.values() for each in group)])
    consents = consents_of(entries)
    sees_restricted = may(reader, "log.see_restricted", desk=desk, now=now)
    sees_personal = may(reader, "log.see_personal", desk=desk, now=now)

    def row(entry: Entry) -> Row:
        hidden = entry.audience == Entry.Audience.SUPERVISORS and not sees_restricted
        said = {} if hidden else {name: values.get(pk, "") for name, pk in entry.personal.items()}
        customer, phone = said.get("customer", ""), said.get("phone", "")
        if not sees_personal:
            customer, phone = masked_name(customer), masked_phone(phone)
        theirs = [row(answer) for answer in answers.get(entry.pk, [])]
        return Row(
            entry=_blanked(entry) if hidden else entry,
            number=entry.number,
            text="" if hidden else text_of(entry),
            hidden=hidden,
            customer=customer,
            phone=phone,
            masked=not sees_personal,
            worded="" if hidden else wording_of(entry, desk),
            late=entry.late,
            imported=entry.original_recorded_at is not None,
            follow_up=None if hidden else getattr(entry, "follow_up", None),
            answers=theirs,
            corrected=any(each.entry.act == Entry.Act.CORRECTION for each in theirs),
            retracted=any(each.entry.act == Entry.Act.RETRACTION for each in theirs),
            consent="" if hidden else _consent_of(entry, consents),
            question=entry.fields.get("question") == "true",
        )

    return [row(entry) for entry in entries]


def _consent_of(entry: Entry, consents: dict[int, bool]) -> str:
    if "consent" not in entry.fields:
        return ""
    return {None: "asked", True: "given", False: "refused"}[consents.get(entry.pk)]


def text_of(entry: Entry) -> str:
    """What was written; empty for an act without words of its own."""
    words = getattr(entry, "words", None)
    return words.text if words is not None else ""


def wording_of(entry: Entry, place: Desk) -> str:
    """The act in the reader's language, from its message code and named values; empty for an entry without a code."""
    return worded(entry.code, entry.fields, place) if entry.code else ""


def masked_name(name: str) -> str:
    """A person's name of which the first character can be read (I8)."""
    name = name.strip()
    return f"{name[0]}**" if name else ""


def _answers_in_threads_of(entries: list[Entry]) -> dict[int, list[Entry]]:
    """Every correction, addition and retraction in the entries' threads, by the entry it answers."""
    roots = {entry.root_id or entry.pk for entry in entries}
    found: dict[int, list[Entry]] = {}
    rows = Entry.objects.filter(root__in=roots, act__in=ANSWERS).select_related("words", "author", "entered_by", "follow_up")

    for answer in rows.order_by("number"):
        found.setdefault(answer.refers_to_id or 0, []).append(answer)
    return found


def _personal_values(entries: list[Entry]) -> dict[int, str]:
    keys = [pk for entry in entries for pk in entry.personal.values()]
    return dict(PersonalValue.objects.filter(pk__in=keys).values_list("pk", "value")) if keys else {}


def _blanked(entry: Entry) -> Entry:
    """A copy that a template can show without giving away what only supervisors read."""
    shown = copy.copy(entry)
    for name in BLANKED:
        setattr(shown, name, "")
    shown.due_at = shown.waiting_until = None
    shown.fields, shown.personal, shown.leaf = {}, {}, ""
    shown._state = copy.copy(entry._state)
    shown._state.fields_cache = {
        name: value for name, value in entry._state.fields_cache.items() if name in {"author", "entered_by", "book"}
    } | {"words": None, "follow_up": None}
    return shown

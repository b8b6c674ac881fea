"""Entries as one reader may see them: texts for supervisors only are left out, personal values and phone numbers in texts masked (A20, I8)."""

import copy
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from desks.models import Person
from desks.permissions import may
from desks.places import Place, as_argument
from desks.templatetags.desks_tags import local_date, masked_phone
from desks.wording import in_reader_s_language, worded
from logbook.models import Entry, ErasedValue, FollowUp, PersonalValue
from logbook.numbers import masked_in, phones_in
from logbook.queries import VEILED, consents_of, said_in_threads
from logbook.rules import OWN, Attachment, attachments_in

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
    """Customer, phone and the phone numbers in what was written are masked here, as on every page until somebody asks to see them."""
    may_reveal: bool
    """The reader's role may see them unmasked; the act that shows them leaves a record."""
    in_text: frozenset[str]
    """The personal values that the text, as it is shown, says anyway, by name."""
    numbers: str
    """The phone numbers that were written beside that of its own field, masked, for who may ask for them; empty for most."""
    erased: dict[str, str]
    """Personal values that were erased by rule: name -> words that say so."""
    veiled: bool
    """The text is veiled by two people; `text` says by whom."""
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
    photos: list[Attachment] = field(default_factory=list)
    """The photos that this reader may see: none of a hidden entry, and none of one whose text is veiled."""

    @property
    def system(self) -> bool:
        """Whether the system wrote it by itself, and nobody."""
        return self.entry.author_id is None and self.entry.act == Entry.Act.ACT

    @property
    def struck(self) -> bool:
        """Whether the text does not hold any more: corrected or retracted."""
        return self.corrected or self.retracted


def rows_for(
    entries: Iterable[Entry], *, reader: Person, desk: Place, now: datetime, unmasked: bool = False
) -> list[Row]:
    """The entries as rows for this reader, in the order given; two queries, however many entries.

    `desk` may be the site, for its own book. A third where values were erased. Customers, and phone numbers in texts, are masked
    unless `unmasked`: then an act has left a record.
    """
    entries = list(entries)
    consents = consents_of(entries)
    answers, veils = _answers_in_threads_of(entries)
    everything = [*entries, *(each for group in answers.values() for each in group)]
    values = _personal_values(everything)
    erased = _erased([pk for entry in everything for pk in entry.personal.values() if pk not in values], desk)
    sees_restricted = may(reader, "log.see_restricted", now=now, **as_argument(desk))
    sees_personal = may(reader, "log.see_personal", now=now, **as_argument(desk))

    def row(entry: Entry) -> Row:
        hidden = entry.audience == Entry.Audience.SUPERVISORS and not sees_restricted
        said = {} if hidden else {name: values.get(pk, "") for name, pk in entry.personal.items()}
        customer, phone = said.get("customer", ""), said.get("phone", "")
        veil = veils.get(entry.pk)
        text = text_of(entry, unmasked=unmasked) if veil is None else veil_words(veil)
        numbers = numbers_in_text_of(entry) if sees_personal and not hidden and not unmasked else []
        in_text = frozenset(name for name, value in said.items() if value and value in text)
        if not unmasked:
            customer, phone = masked_name(customer), masked_phone(phone)
        theirs = [row(answer) for answer in answers.get(entry.pk, [])]
        return Row(
            entry=_blanked(entry) if hidden else entry,
            number=entry.number,
            text="" if hidden else text,
            hidden=hidden,
            customer=customer,
            phone=phone,
            masked=not unmasked,
            may_reveal=sees_personal and not unmasked and (any(said.values()) or bool(numbers)),
            in_text=in_text,
            numbers=" ".join(masked for each in numbers if (masked := masked_phone(each)) != phone),
            erased={} if hidden else {name: erased[pk] for name, pk in entry.personal.items() if pk in erased},
            veiled=veil is not None,
            worded="" if hidden else wording_of(entry, desk),
            late=entry.late,
            imported=entry.original_recorded_at is not None,
            follow_up=None if hidden else getattr(entry, "follow_up", None),
            answers=theirs,
            corrected=any(each.entry.act == Entry.Act.CORRECTION for each in theirs),
            retracted=any(each.entry.act == Entry.Act.RETRACTION for each in theirs),
            consent="" if hidden else _consent_of(entry, consents),
            question=entry.fields.get("question") == "true",
            photos=[] if hidden or veil is not None else attachments_in(entry.fields),
        )

    return [row(entry) for entry in entries]


def _consent_of(entry: Entry, consents: dict[int, bool]) -> str:
    if "consent" not in entry.fields:
        return ""
    return {None: "asked", True: "given", False: "refused"}[consents.get(entry.pk)]


def text_of(entry: Entry, *, unmasked: bool = False) -> str:
    """What was written, phone numbers in it masked unless `unmasked`; empty for an act without words of its own."""
    words = getattr(entry, "words", None)
    if words is None:
        return ""
    return words.text if unmasked else masked_in(words.text)


def numbers_in_text_of(entry: Entry) -> list[str]:
    """The phone numbers that were written outside their field, as they were: in the text, the kind's own fields, the result and the next step."""
    own = [value for name, value in entry.fields.items() if name.startswith(OWN)]
    return phones_in("\n".join([text_of(entry, unmasked=True), *own, entry.result, entry.next_step]))


def wording_of(entry: Entry, place: Place) -> str:
    """The act in the reader's language, from its message code and named values; empty for an entry without a code."""
    return worded(entry.code, entry.fields, place) if entry.code else ""


def masked_name(name: str) -> str:
    """A person's name of which the first character can be read (I8)."""
    name = name.strip()
    return f"{name[0]}**" if name else ""


def veil_words(note: Entry) -> str:
    """What stands in the place of a veiled text, from the entry that says so."""
    said = {name: in_reader_s_language(note.fields, name) or "–" for name in ("asked_by", "confirmed_by", "why")} | {"number": note.number}
    return _("Veiled by %(asked_by)s and %(confirmed_by)s, see #%(number)s: %(why)s") % said


def _answers_in_threads_of(entries: list[Entry]) -> tuple[dict[int, list[Entry]], dict[int, Entry]]:
    """Every correction, addition and retraction in the entries' threads, by the entry it answers; and the veils of any of them."""
    found: dict[int, list[Entry]] = {}
    veils: dict[int, Entry] = {}
    for answer in said_in_threads({entry.root_id or entry.pk for entry in entries}):
        if answer.code == VEILED:
            veils[answer.refers_to_id or 0] = answer
        else:
            found.setdefault(answer.refers_to_id or 0, []).append(answer)
    return found, veils


def _personal_values(entries: list[Entry]) -> dict[int, str]:
    keys = [pk for entry in entries for pk in entry.personal.values()]
    return dict(PersonalValue.objects.filter(pk__in=keys).values_list("pk", "value")) if keys else {}


def _erased(keys: list[int], desk: Place) -> dict[int, str]:
    """Of values that do not stand any more: the words that say by which entry and on which of the site's days they went."""
    if not keys:
        return {}
    rows = ErasedValue.objects.filter(pk__in=keys).values_list("pk", "note__number", "note__recorded_at")
    return {
        pk: _("erased by rule on %(day)s, see #%(number)s") % {"day": local_date(at, desk), "number": number} for pk, number, at in rows
    }


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

"""A row of the log as its template shows it: every word chosen here, so that a page of many rows stays quick (A17, A18)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from desks.clock import local_day
from desks.hooks import periods
from desks.models import KindField, Person
from desks.places import Place, site_of
from desks.templatetags.desks_tags import comma, local_date, local_moment, local_time, short_date, shown_name, tag
from desks.wording import with_label
from logbook.held import Held, held_before, held_by
from logbook.models import Entry, FollowUp
from logbook.numbers import masked_in
from logbook.queries import ANSWERS
from logbook.reading import Row
from logbook.rules import CALLED_BACK, HAPPENED, OPEN_STATES, OWN, in_one_line
from logbook.words import CALLS, DeskWords

ACTS = {
    Entry.Act.CORRECTION: lambda: _("Correction"),
    Entry.Act.ADDITION: lambda: _("Addition"),
    Entry.Act.RETRACTION: lambda: _("Retracted"),
    Entry.Act.FOLLOW_UP: lambda: _("Follow-up"),
}

PERSONAL_LABELS = {"customer": gettext_lazy("Customer"), "phone": gettext_lazy("Phone")}


def period_labels() -> dict[str, Promise | str]:
    """Every kind of personal value for which a site sets a period, with what it is called: the log's own, then other floors' (A20)."""
    return PERSONAL_LABELS | dict(periods)


CONSENTS = {
    "asked": ("warn", gettext_lazy("waits for the supervisor's consent")),
    "given": ("good", gettext_lazy("the supervisor consents")),
    "refused": ("bad", gettext_lazy("the supervisor does not consent")),
}


@dataclass
class Line:
    """One entry on a page."""

    row: Row
    number: int
    day: date
    """The site's day under which it stands."""
    time: str
    iso: str
    text: str
    said: str
    """What somebody wrote beside an act that is worded by itself; empty for most."""
    struck: bool
    kind: str
    kind_tone: str
    heading: str
    """What act it is, where it is not a plain entry."""
    who: str
    meta: str
    place: str
    customer: str
    phone: str
    numbers: str
    """Phone numbers of the text that can be asked for."""
    erased: str
    """What personal values were erased by rule, in words."""
    tags: list[SafeString]
    result: str
    """How it ended, as one of the tags says it; empty for most."""
    pinned_until: str
    """Until when it stands on the desk page, in words; empty for most."""
    reason: str
    late_reason: str
    answers_number: int | None
    """The number of the entry that this one answers or moves."""
    own_values: list[tuple[str, str]] = field(default_factory=list)
    """The kind's own fields: label and value, an empty value for a tick."""
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    """Of a correction: which of the kind's own fields, or which time, it has changed; label, before, after."""
    thread: list["Line"] = field(default_factory=list)
    clock: str = ""
    other_day: str = ""
    """`time` in its two parts; the day is there only where it is not the one under which the entry stands."""
    new_day: bool = False
    own: bool = False
    photos: str = ""
    """How many photos it carries, in words; empty for most."""
    began_with: "Line | None" = None
    """Of a hit within a thread: the entry with which the thread began."""

    @property
    def by(self) -> str:
        """The keys of who wrote and who entered it, for scripts; empty for an act."""
        entry = self.row.entry
        if entry.act == Entry.Act.ACT:
            return ""
        return " ".join(str(key) for key in (entry.author_id, entry.entered_by_id) if key is not None)

    @property
    def iso_day(self) -> str:
        """The site's day under which it stands, for scripts."""
        return self.day.isoformat()

    @property
    def nests(self) -> bool:
        """Whether it stands beside its original where that is on the page: corrections, additions, retractions."""
        return self.row.entry.act in ANSWERS

    @property
    def open(self) -> bool:
        """Whether its matter is open."""
        return self.row.follow_up is not None and self.row.follow_up.state in OPEN_STATES

    @property
    def hidden(self) -> bool:
        """Whether this reader may not read the text."""
        return self.row.hidden


def lines_of(rows: list[Row], *, desk: Place, words: DeskWords, reader: Person, now: datetime) -> list[Line]:
    """The rows of the desk's log, or of the site's book, as lines, newest first as they come; each knows whether a new day begins with it."""
    zone = site_of(desk).zone
    before_each = held_before(rows)
    lines = [_line(row, zone, words, reader, now, before_each) for row in rows]
    before: date | None = None
    for line in lines:
        line.new_day, before = line.day != before, line.day
    return lines


def without_nested(lines: list[Line]) -> list[Line]:
    """The lines without those corrections, additions and retractions that stand beside their original on the page."""
    nested = {answer.number for answer in in_threads(lines)}
    return [line for line in lines if line.number not in nested]


def in_threads(lines: list[Line]) -> list[Line]:
    """What stands beside these lines: their corrections, additions and retractions, and those of what they belong to, each with its own."""
    beside = [answer for line in lines for each in (line, line.began_with) if each is not None for answer in each.thread]
    return [*beside, *in_threads(beside)] if beside else []


def holding(row: Row) -> Row:
    """The row whose words hold: the newest correction that was not retracted, or the row itself."""
    for answer in reversed(row.answers):
        if answer.entry.act == Entry.Act.CORRECTION and not answer.retracted:
            return holding(answer)
    return row


def _line(row: Row, zone: ZoneInfo, words: DeskWords, reader: Person, now: datetime, before_each: Mapping[int, Held]) -> Line:
    entry = row.entry
    recorded = entry.recorded_at or entry.occurred_at
    stands_under = entry.occurred_at if row.imported else recorded
    day = local_day(stands_under, zone)
    clock = local_time(entry.occurred_at, zone)
    happened_on = local_day(entry.occurred_at, zone)
    in_words = short_date if happened_on.year == day.year else local_date
    other_day = in_words(entry.occurred_at, zone) if happened_on != day else ""
    text = row.worded or row.text
    heading = ACTS[Entry.Act(entry.act)]() if entry.act in ACTS else ""
    if entry.act == Entry.Act.FOLLOW_UP:
        text = _move_words(entry, row.text, words, zone)
        text = masked_in(text) if row.masked else text
    if row.question:
        heading = _("Question")
    elif entry.fields.get("answers"):
        heading = _("Answer")
    elif entry.fields.get("again"):
        heading = _("Reported again")
    writer = shown_name(entry.author)
    if entry.entered_by_id and entry.entered_by_id != entry.author_id:
        writer = _("%(author)s, entered by %(person)s") % {"author": writer, "person": shown_name(entry.entered_by)}
    changes = changes_of(row, before_each.get(entry.pk), words, zone) if entry.act == Entry.Act.CORRECTION else []
    return Line(
        row=row,
        number=row.number,
        day=day,
        time=f"{other_day} {clock}" if other_day else clock,
        clock=clock,
        other_day=other_day,
        iso=entry.occurred_at.isoformat(),
        text=text,
        said=row.text if row.worded else "",
        struck=row.corrected or row.retracted,
        kind=words.kind_of(entry) if entry.kind else "",
        kind_tone="bad" if entry.kind == "emergency" else "",
        heading=heading,
        who=writer or _("system"),
        meta=" · ".join(part for part in (words.source(entry.source), writer) if part),
        place="" if entry.place and entry.place in text else entry.place,
        customer="" if "customer" in row.in_text else row.customer,
        phone="" if "phone" in row.in_text else row.phone,
        numbers=row.numbers,
        erased=erased_words(row),
        tags=_tags(row, words, zone, now),
        result=result_of(row),
        reason=words.reason(entry.reason) if entry.act in {Entry.Act.CORRECTION, Entry.Act.ADDITION} else "",
        pinned_until=due_words(datetime.fromisoformat(entry.fields["pinned_until"]), zone, now) if "pinned_until" in entry.fields else "",
        late_reason=entry.reason if entry.late and entry.act == Entry.Act.ENTRY else "",
        answers_number=_answered(entry),
        thread=[_line(answer, zone, words, reader, now, before_each) for answer in row.answers],
        own_values=[] if changes else _unsaid(own_values_of(row, words), text) if heading else own_values_of(row, words),
        changes=changes,
        photos=photo_words(len(row.photos)),
        own=reader.pk in {entry.author_id, entry.entered_by_id} and entry.act != Entry.Act.ACT,
    )


def photo_words(count: int) -> str:
    """How many photos there are, in words; empty for none."""
    return ngettext("%(count)d photo", "%(count)d photos", count) % {"count": count} if count else ""


def own_values_of(row: Row, words: DeskWords) -> list[tuple[str, str]]:
    """What the entry says in its kind's own fields, to be shown: label and value; lines stand beside one another."""
    said = words.own_values_of(row.entry)
    shown = masked_in if row.masked else str
    return [(own.label, "" if own.sort == KindField.Sort.TICK else shown(in_one_line(value))) for own, value in said if value]


def changes_of(row: Row, before: Held | None, words: DeskWords, zone: ZoneInfo) -> list[tuple[str, str, str]]:
    """What a correction has changed of the kind's own fields and of the time: label, before, after; a dash where nothing stood or stands.

    Where what held before is not at hand, that is left out.
    """
    shown = masked_in if row.masked else str

    def said(sort: str, value: str) -> str:
        return (_("yes") if sort == KindField.Sort.TICK else shown(in_one_line(value))) if value else "–"

    found = [
        (own.label, said(own.sort, before.own.get(OWN + own.code, "")) if before is not None else "", said(own.sort, value))
        for own, value in words.own_values_of(row.entry)
    ]
    if HAPPENED in row.entry.fields:
        old = local_moment(before.happened_at, zone) if before is not None else ""
        found.append((_("Happened"), old, local_moment(datetime.fromisoformat(row.entry.fields[HAPPENED]), zone)))
    return found


def _unsaid(values: list[tuple[str, str]], text: str) -> list[tuple[str, str]]:
    """Those of the values that the words of an addition or a step do not say anyway."""
    return [(label, value) for label, value in values if (value or label) not in text]


def result_of(row: Row) -> str:
    """How the entry or its matter ended, as this reader may see it."""
    result = row.follow_up.result if row.follow_up is not None else row.entry.result
    return masked_in(result) if row.masked else result


def erased_words(row: Row) -> str:
    """Which personal values of the entry were erased, and by which entry; those that went together in one clause."""
    names: dict[str, list[str]] = {}
    for name, words in row.erased.items():
        names.setdefault(words, []).append(str(PERSONAL_LABELS.get(name, name)))
    return "; ".join(with_label(comma().join(group), words) for words, group in names.items())


def _answered(entry: Entry) -> int | None:
    if entry.act not in ACTS or entry.refers_to_id is None:
        return None
    known = entry._state.fields_cache.get("refers_to")
    return known.number if known is not None else getattr(entry, "answers_number", None)


def _tags(row: Row, words: DeskWords, zone: ZoneInfo, now: datetime) -> list[SafeString]:
    """The marks of an entry: late, imported, outside the watch, for supervisors only, and the state of its matter."""
    entry, tags = row.entry, []
    if row.system:
        tags.append(tag("", _("system"), "settings"))
    if row.imported:
        tags.append(tag("", _("from the paper log"), "upload"))
    elif row.late:
        tags.append(tag("warn", _("late, recorded %(time)s") % {"time": local_time(entry.recorded_at, zone)}))
    tags += _tags_of_time(row, zone)
    if row.consent:
        tags.append(tag(*CONSENTS[row.consent]))
    if entry.fields.get("outside_watch"):
        tags.append(tag("", _("outside the watch")))
    tags += [tag("", str(label)) for name, label in CALLS if entry.fields.get(name)]
    if again := sum(1 for answer in row.answers if answer.entry.fields.get("again")):
        words_of = ngettext("reported %(count)d more time", "reported %(count)d more times", again)
        tags.append(tag("warn", words_of % {"count": again}))
    if entry.audience == Entry.Audience.SUPERVISORS:
        tags.append(tag("info", _("supervisors only"), "lock"))
    if row.retracted:
        tags.append(tag("bad", _("retracted"), "cross"))
    if row.follow_up is not None:
        tags.append(state_tag(row.follow_up, words, zone, now))
    elif entry.result and entry.act == Entry.Act.ENTRY:
        tags.append(tag("good", _("settled: %(result)s") % {"result": result_of(row)}))
    if entry.urgency == "urgent" and row.follow_up is not None and row.follow_up.state != FollowUp.State.CLOSED:
        tags.append(tag("warn", pgettext("urgency", "urgent"), "flag"))
    return tags


def _tags_of_time(row: Row, zone: ZoneInfo) -> list[SafeString]:
    """When it really happened, where a correction says so, and when it was typed, where the network kept it back."""
    entry, tags = row.entry, []
    if row.corrected and entry.act == Entry.Act.ENTRY and (happened := held_by(row).happened_at) not in {None, entry.occurred_at}:
        tags.append(tag("info", _("happened %(moment)s, as corrected") % {"moment": local_moment(happened, zone)}, "clock"))
    if "typed_at" in entry.fields:
        typed = datetime.fromisoformat(entry.fields["typed_at"])
        tags.append(tag("", _("typed %(time)s, kept back by the network") % {"time": local_time(typed, zone)}))
    return tags


def state_tag(matter: FollowUp, words: DeskWords, zone: ZoneInfo, now: datetime) -> SafeString:
    """The state of an open matter in a tag: closed, waiting for whom, overdue, or open until when."""
    if matter.state == FollowUp.State.CLOSED:
        return tag("good", _("closed: %(result)s") % {"result": masked_in(matter.result)} if matter.result else _("closed"))
    if matter.state == FollowUp.State.RETRACTED:
        return tag("", _("no longer followed up"))
    until = matter.waiting_until if matter.state == FollowUp.State.WAITING and matter.waiting_until else matter.due_at
    when = due_words(until, zone, now) if until else ""
    if matter.state == FollowUp.State.WAITING:
        what = _("waiting for %(whom)s") % {"whom": words.department(matter.waiting_for)}
    else:
        what = " ".join(part for part in (matter.get_state_display(), words.department(matter.handler)) if part)
    late = until is not None and until <= now
    return tag("bad" if late else "warn", " · ".join(part for part in (what, when) if part), None)


def due_words(moment: datetime, zone: ZoneInfo, now: datetime) -> str:
    """When something is due: the time today, the day beside it otherwise."""
    day, today = local_day(moment, zone), local_day(now, zone)
    clock = local_time(moment, zone)
    if day == today:
        return clock
    if day == today + timedelta(days=1):
        return _("tomorrow %(time)s") % {"time": clock}
    return f"{short_date(moment, zone)} {clock}"


def _move_words(entry: Entry, text: str, words: DeskWords, zone: ZoneInfo) -> str:
    """What a step of a follow-up says: the state it led to, for whom and until when, the result, the words."""
    state = dict(FollowUp.State.choices).get(entry.follow_state, entry.follow_state)
    parts = [str(state)]
    if entry.waiting_for:
        parts.append(_("for %(whom)s") % {"whom": words.department(entry.waiting_for)})
    if entry.waiting_until:
        parts.append(_("until %(moment)s") % {"moment": f"{short_date(entry.waiting_until, zone)} {local_time(entry.waiting_until, zone)}"})
    if entry.handler:
        parts.append(_("handled by %(whom)s") % {"whom": words.department(entry.handler)})
    if entry.due_at:
        parts.append(_("due %(moment)s") % {"moment": f"{short_date(entry.due_at, zone)} {local_time(entry.due_at, zone)}"})
    if entry.fields.get(CALLED_BACK):
        parts.append(_("customer called back"))
    said = " · ".join(parts)
    rest = [part for part in (entry.result, entry.next_step and _("next: %(step)s") % {"step": entry.next_step}, text) if part]
    return with_label(said, " · ".join(rest))

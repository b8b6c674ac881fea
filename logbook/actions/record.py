"""Recording, correcting, adding, retracting (A17, A18, I1, I10). Nothing here ever changes what stands."""

import hashlib
import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import CharField
from django.utils.translation import gettext_lazy as _

from desks.models import Desk, Person, Site
from desks.permissions import may
from desks.refusal import Refused
from logbook import rules
from logbook.actions.books import book_of, hold_books, site_book_of
from logbook.folding import VERSION, search_text
from logbook.models import Book, Entry, PersonalValue
from logbook.queries import current_watch, kind_to_record

LONGEST_PERSONAL = PersonalValue._meta.get_field("value").max_length
# What a search finds beside the text and the kind's own fields.
SEARCHED = ("place", "result", "next_step")
LONGEST = {field.name: field.max_length for field in Entry._meta.get_fields() if isinstance(field, CharField)}


class SentDifferently(Refused):
    """The same key came with another content; the draft stays with its writer (I10)."""


def record_entry(
    *,
    actor: Person,
    desk: Desk,
    now: datetime,
    text: str,
    kind: str = "other",
    occurred_at: datetime | None = None,
    source: str = "",
    place: str = "",
    customer: str = "",
    phone: str = "",
    urgency: str = "",
    handler: str = "",
    due_at: datetime | None = None,
    follow_up: bool | None = None,
    result: str = "",
    audience: str = "staff",
    fields: dict[str, str] | None = None,
    key: UUID | None = None,
    entered_by: Person | None = None,
) -> Entry:
    """Records one entry in the desk's book and returns it.

    Moments are aware. `follow_up` says whether the matter stays open; None leaves it to the kind, a `result` settles
    it at once. `key` is the browser's: the same one stores once and returns what stands (I10). Raises Refused for a
    text, place, time or kind that cannot be (A17), and SentDifferently.

    The one statement that writes takes the book's lock itself (I2) and the database holds the key, so that nobody
    waits for this act while it thinks: reads come before the transaction, which is the insert alone.
    """
    asked = request_digest_of(
        desk=desk.pk, text=text, kind=kind, occurred_at=occurred_at, source=source, place=place, customer=customer,
        phone=phone, urgency=urgency, handler=handler, due_at=due_at, follow_up=follow_up, result=result,
        audience=audience, fields=fields,
    )
    wanted = kind_to_record(desk, kind, actor)
    text = rules.cleaned(text)
    happened = occurred_at or now
    refusal = (
        rules.why_not_entry(text=text, place=place, kind=wanted, occurred_at=happened, now=now)
        if wanted is not None
        else Refused("A8", _("This desk has no such kind of entry."), _("Choose another kind."), field="kind")
    )
    if refusal:
        # What was stored once stays stored, whatever the rule says of it by now.
        if key is not None and (stored := stored_under(actor, key, asked)):
            return stored
        raise refusal
    stays_open = (wanted.makes_follow_up and not result) if follow_up is None else follow_up
    urgency = urgency or wanted.urgency
    return insert_entry(
        book=wanted.book_id or book_of(desk),
        author=actor,
        entered_by=entered_by,
        act=Entry.Act.ENTRY,
        kind=wanted.code,
        kind_version=wanted.version,
        audience=audience,
        occurred_at=happened,
        late=rules.is_late(occurred_at=happened, now=now, settings=desk.settings),
        source=source,
        place=place,
        urgency=urgency,
        handler=handler or (wanted.handler if stays_open else ""),
        due_at=(due_at or rules.due_from(kind=wanted, urgency=urgency, occurred_at=happened)) if stays_open else None,
        follow_state="open" if stays_open else "",
        result=result,
        fields=(fields or {}) | ({} if wanted.of_the_watch else {"outside_watch": "true"}),
        key=key,
        request_digest=asked if key else "",
        text=text,
        personal={"customer": customer, "phone": phone},
    )


@transaction.atomic
def record_act(
    *,
    actor: Person | None,
    now: datetime,
    code: str,
    desk: Desk | None = None,
    site: Site | None = None,
    fields: dict[str, str] | None = None,
    refers_to: Entry | None = None,
    text: str = "",
    audience: str = "staff",
) -> Entry:
    """Records an act (a watch opened, an inspection done …) by its message code and named values.

    It is worded on reading, in the reader's language. Nobody as the actor means the system. Exactly one of desk and
    site says whose book. Later floors call this, so that the log alone tells the whole story.
    """
    book = book_of(desk) if desk is not None else site_book_of(site) if site is not None else None
    if book is None:
        raise ValueError("record_act() needs a desk or a site.")
    hold_books(book)
    return insert_entry(
        book=book, author=actor, act=Entry.Act.ACT, code=code, audience=audience, occurred_at=now,
        fields=fields or {}, refers_to=refers_to, text=rules.cleaned(text),
    )


@transaction.atomic
def correct_entry(
    *, actor: Person, entry: Entry, now: datetime, text: str, reason: str, place: str = "", key: UUID | None = None
) -> Entry:
    """Writes a correction that points at the original; both stay readable (A18). Raises Refused."""
    return _answer(
        actor=actor, entry=entry, now=now, act=Entry.Act.CORRECTION, text=text, reason=reason, place=place, key=key
    )


@transaction.atomic
def retract_entry(*, actor: Person, entry: Entry, now: datetime, reason: str, key: UUID | None = None) -> Entry:
    """Writes that an entry does not hold; it stays readable, and a follow-up of it ends (A18). Raises Refused."""
    return _answer(
        actor=actor, entry=entry, now=now, act=Entry.Act.RETRACTION, text=reason, reason=reason, place="", key=key
    )


@transaction.atomic
def add_to_entry(
    *, actor: Person, entry: Entry, now: datetime, text: str, key: UUID | None = None, fields: dict[str, str] | None = None
) -> Entry:
    """Adds to an own entry, at any time; a supervisor may add to any (A17). Raises Refused."""
    return _answer(
        actor=actor, entry=entry, now=now, act=Entry.Act.ADDITION, text=text, reason="", place="", key=key, fields=fields
    )


def _answer(
    *, actor: Person, entry: Entry, now: datetime, act: str, text: str, reason: str, place: str, key: UUID | None,
    fields: dict[str, str] | None = None,
) -> Entry:
    if entry.act not in {Entry.Act.ENTRY, Entry.Act.CORRECTION, Entry.Act.ADDITION}:
        raise Refused("A18", _("Acts and steps of a follow-up are not corrected."), _("Write an addition or a new step."))
    desk = entry.book.desk
    asked = request_digest_of(entry=entry.pk, act=act, text=text, reason=reason, place=place, fields=fields)
    hold_books(entry.book)
    if key is not None and (stored := stored_under(actor, key, asked)):
        return stored
    text = rules.cleaned(text)
    if refusal := rules.why_not_text(text):
        raise refusal
    others = may(actor, "log.correct_others", desk=desk, now=now)
    own = actor.pk in {entry.author_id, entry.entered_by_id}
    if act == Entry.Act.ADDITION:
        if not (own or others):
            raise Refused("A17", _("Only its author and the supervisor add to an entry."), _("Write an entry of your own."))
    else:
        watch = current_watch(desk)
        refusal = rules.why_not_correct(
            own=own, during_watch=watch is not None and entry.number >= watch.first_number, may_correct_others=others
        )
        if refusal:
            raise refusal
        if not reason:
            raise Refused("A18", _("A correction has a reason."), _("Choose one, or write it."), field="reason")
        if Entry.objects.filter(refers_to=entry, act=Entry.Act.RETRACTION).exists():
            raise Refused("A18", _("This entry has been retracted."), _("Write a new entry."))
    root = entry.root or entry
    ends_follow_up = act == Entry.Act.RETRACTION and hasattr(entry, "follow_up")
    return insert_entry(
        book=entry.book, author=actor, act=act, kind=entry.kind, kind_version=entry.kind_version, audience=entry.audience,
        occurred_at=now, reason=reason, place=place, refers_to=entry, root=root,
        follow_state="retracted" if ends_follow_up else "", fields=fields or {}, key=key,
        request_digest=asked if key else "", text=text,
    )


def request_digest_of(**content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def stored_under(actor: Person, key: UUID, asked: str) -> Entry | None:
    """What stands under the writer's key. Raises SentDifferently for another content."""
    stored = Entry.objects.filter(author=actor, key=key).first()
    if stored is not None and stored.request_digest != asked:
        raise SentDifferently(
            "I10", _("This was sent before with another content."), _("Look at the log, then write it as a new entry.")
        )
    return stored


def insert_entry(*, book: Book | int, text: str, personal: dict[str, str] | None = None, **values: Any) -> Entry:
    """The one insert: what can be erased goes in by `intake`, the database gives the rest back."""
    kept = {name: value for name, value in (personal or {}).items() if value}
    _refuse_what_cannot_stand(values, kept)
    said = [text, *(values.get(name, "") for name in SEARCHED)]
    if values["act"] != Entry.Act.ACT:
        said += [value for value in values.get("fields", {}).values() if value != "true" and not value.isdigit()]
    intake = {"text": text, "search": search_text(said), "folding": VERSION, "personal": kept}
    try:
        with transaction.atomic():
            return Entry.objects.create(**{"book_id" if isinstance(book, int) else "book": book}, intake=intake, **values)
    except IntegrityError as error:
        if "entry_sent_twice_stored_once" in str(error):
            stored = Entry.objects.get(author=values["author"], key=values["key"])
            if stored.request_digest == values["request_digest"]:
                return stored
            raise SentDifferently(
                "I10", _("This was sent before with another content."), _("Look at the log, then write it anew.")
            ) from error
        raise


def _refuse_what_cannot_stand(values: dict[str, Any], personal: dict[str, str]) -> None:
    """Raises Refused for a value that the database would not take, before it spoils the transaction (A17)."""
    said = [(name, value, LONGEST[name]) for name, value in values.items() if name in LONGEST]
    said += [(name, value, LONGEST_PERSONAL) for name, value in personal.items()]
    said += [(name, value, None) for name, value in values.get("fields", {}).items()]
    for name, value, limit in said:
        if refusal := rules.why_not_value(name=name, value=value, longest=limit):
            raise refusal

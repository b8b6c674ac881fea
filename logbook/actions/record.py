"""Recording, correcting, adding, retracting (A17, A18, I1, I10). Nothing here ever changes what stands."""

import json
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import CharField
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from desks.by_hand import Columns, Statement
from desks.models import Desk, Person, Site
from desks.permissions import may
from desks.refusal import Refused
from logbook import rules
from logbook.actions.attachments import holding
from logbook.actions.books import book_of, hold_books, site_book_of
from logbook.actions.own import corrected_values, own_of_kind
from logbook.actions.times import said_of_the_time, why_not_time
from logbook.files.tokens import attachments_by
from logbook.folding import VERSION, folded, search_text
from logbook.models import Book, Entry, FollowUp, PersonalValue
from logbook.models.record import GIVEN_BY_DATABASE
from logbook.queries import current_watch, recording_at
from logbook.rules import Attachment

_ENTRY = Columns(Entry)
LONGEST_PERSONAL = PersonalValue._meta.get_field("value").max_length
# What a search finds beside the text and the named values.
SEARCHED = ("code", "place", "result", "next_step", "handler", "waiting_for")
MOMENTS = ("occurred_at", "due_at", "waiting_until", "original_recorded_at")
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
    own: dict[str, str] | None = None,
    photos: Sequence[str] = (),
    typed_at: datetime | None = None,
    late_reason: str = "",
    sure: bool = False,
    pinned_until: datetime | None = None,
    key: UUID | None = None,
    entered_by: Person | None = None,
) -> Entry:
    """Records one entry in the desk's book and returns it. `own` holds the kind's own fields by their codes (A8).

    `photos` are the tokens of what its writer, or who enters it, uploaded (`keep_photo`); their digests become part of the entry (A17). Moments are aware. `follow_up` says whether the matter stays open; None leaves it to the kind, a `result` settles
    it at once. `typed_at` is when it was written, where the network kept it; `late_reason` says why it comes long after
    it happened, `sure` that it really happened so long ago. Until `pinned_until` the entry
    stands on top of the desk page. `key` is the browser's: the same one stores once and returns what stands (I10). Raises Refused for a
    text, place, time or kind that cannot be (A17), and SentDifferently.

    The one statement that writes takes the book's lock itself (I2) and the database holds the key, so that nobody
    waits for this act while it thinks: reads come before the transaction, which is the insert alone.
    """
    attached = _attached(entered_by or actor, photos)
    asked = request_digest_of(
        desk=desk.pk, text=text, kind=kind, occurred_at=occurred_at, source=source, place=place, customer=customer,
        phone=phone, urgency=urgency, handler=handler, due_at=due_at, follow_up=follow_up, result=result,
        audience=audience, fields=fields, **({"own": own} if own else {}), **({"late_reason": late_reason} if late_reason else {}),
        **({"pinned_until": pinned_until} if pinned_until else {}), **_said_of(attached),
    )
    needed = recording_at(desk, actor, now)
    wanted = needed.kinds.get(kind)
    text = rules.cleaned(text)
    happened = occurred_at or now
    values: dict[str, str] = {}
    refusal: Refused | None = None
    stays_open = False
    if wanted is None:
        refusal = Refused("A8", _("This desk has no such kind of entry."), _("Choose another kind."), field="kind")
    else:
        stays_open = (wanted.makes_follow_up and not result) if follow_up is None else follow_up
    refusal = refusal or rules.why_not_moments(
        {"occurred_at": happened, "due_at": due_at, "written_at": typed_at, "pinned_until": pinned_until}
    )
    if wanted is not None and refusal is None:
        values = rules.own_values(wanted.own, own or {}, occurred_at=happened, zone=desk.site.zone)
        refusal = rules.why_not_entry(
            text=text, place=place, kind=wanted, occurred_at=happened, now=now
        ) or rules.why_not_own_values(
            kind=kind, fields=wanted.own, given=own or {}, values=values, stays_open=stays_open
        ) or rules.why_not_value(
            name="late_reason", value=late_reason, longest=LONGEST["reason"]
        ) or why_not_time(desk, happened, min(typed_at or now, now), late_reason, sure) or rules.why_not_pinned(
            until=pinned_until, now=now
        )
    if refusal:
        # What was stored once stays stored, whatever the rule says of it by now.
        if key is not None and (stored := stored_under(actor, key, asked)):
            return stored
        raise refusal
    urgency = urgency or wanted.urgency
    return insert_entry(
        book=needed.book_id or book_of(desk),
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
        reason=late_reason,
        fields=(fields or {}) | values | said_of_the_time(actor, desk, happened, typed_at, now)
        | ({"pinned_until": pinned_until.astimezone(UTC).isoformat()} if pinned_until else {})
        | ({} if needed.of_the_watch else {"outside_watch": "true"}),
        key=key,
        request_digest=asked if key else "",
        text=text,
        personal={"customer": customer, "phone": phone},
        attached=attached,
    )


def _attached(actor: Person, photos: Sequence[str]) -> list[Attachment]:
    """What the tokens stand for. Raises Refused for too many, or one that is not the writer's (A17, I9)."""
    if refusal := rules.why_not_attached(len(photos), most=settings.FILES_MOST_IN_ENTRY):
        raise refusal
    return attachments_by(actor, photos)


def _said_of(attached: list[Attachment]) -> dict[str, list[str]]:
    """How the digest of a request tells them; an entry without any is asked for as ever."""
    return {"photos": [each.digest for each in attached]} if attached else {}


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
    photos: Sequence[str] = (),
) -> Entry:
    """Records an act (a watch opened, an inspection done …) by its message code and named values.

    It is worded on reading, in the reader's language; a search finds it by whom and what it names, and by its wording. `photos` as in `record_entry`, of the actor's. Nobody as the actor means the system. Exactly one of desk and
    site says whose book. Later floors call this, so that the log alone tells the whole story.
    """
    book = book_of(desk) if desk is not None else site_book_of(site) if site is not None else None
    if book is None:
        raise ValueError("record_act() needs a desk or a site.")
    if refusal := rules.why_not_identity(text, field="text"):
        raise refusal
    hold_books(book)
    return insert_entry(
        book=book, author=actor, act=Entry.Act.ACT, code=code, audience=audience, occurred_at=now,
        fields=fields or {}, refers_to=refers_to, text=rules.cleaned(text),
        attached=_attached(actor, photos) if actor is not None and photos else (),
    )


@transaction.atomic
def correct_entry(
    *, actor: Person, entry: Entry, now: datetime, text: str, reason: str, place: str = "", key: UUID | None = None,
    own: dict[str, str] | None = None, happened_at: datetime | None = None,
) -> Entry:
    """Writes a correction that points at the original; both stay readable (A18). Raises Refused.

    `own` holds those of the kind's own fields that were wrong, by their codes; an empty value takes back what stood there.
    `happened_at` (aware) says when it really happened, where the time was wrong. What is not given holds as it did; clocks and
    figures count from what was written first, as corrections move no matter.
    """
    return _answer(
        actor=actor, entry=entry, now=now, act=Entry.Act.CORRECTION, text=text, reason=reason, place=place, key=key,
        own=own, happened_at=happened_at,
    )


@transaction.atomic
def retract_entry(*, actor: Person, entry: Entry, now: datetime, reason: str, key: UUID | None = None) -> Entry:
    """Writes that an entry does not hold; it stays readable, and a follow-up of it ends (A18). Raises Refused."""
    if not reason.strip():
        raise Refused("A18", _("A retraction has a reason."), _("Choose one, or write it."), field="reason")
    return _answer(
        actor=actor, entry=entry, now=now, act=Entry.Act.RETRACTION, text=reason, reason=reason, place="", key=key
    )


@transaction.atomic
def add_to_entry(
    *, actor: Person, entry: Entry, now: datetime, text: str, key: UUID | None = None, fields: dict[str, str] | None = None,
    own: dict[str, str] | None = None, reason: str = "", photos: Sequence[str] = (),
) -> Entry:
    """Adds to an own entry, at any time; a supervisor may add to any (A17); a `reason` is not needed. Raises Refused.

    `own` and `photos` as in `record_entry`: what was left out of the kind's own fields, none of them needed (A8, A15).
    Where they alone say something the text says it in words, so that every list shows it and a veil can cover it.
    """
    return _answer(
        actor=actor, entry=entry, now=now, act=Entry.Act.ADDITION, text=text, reason=reason, place="", key=key, fields=fields,
        own=own, photos=photos,
    )


@transaction.atomic
def report_again(
    *, actor: Person, entry: Entry, now: datetime, place: str, text: str = "", key: UUID | None = None
) -> Entry:
    """Adds one more report of the same matter to its first entry: where from, and in a word what (A9, A17).

    Anybody who writes at the desk may: when thirty people call about one matter, whoever answers adds a line. Raises
    Refused without a place, or for an entry whose matter is not open.
    """
    place = rules.cleaned(place)
    if refusal := rules.why_not_value(name="place", value=place, longest=LONGEST["place"]):
        raise refusal
    matter = FollowUp.objects.filter(root=entry).first()
    refusal = rules.why_not_again(is_open=matter is not None and matter.state in rules.OPEN_STATES, place=place)
    if refusal:
        raise refusal
    return _answer(
        actor=actor, entry=entry, now=now, act=Entry.Act.ADDITION, text=text or place, reason="", place=place, key=key,
        fields={"again": "true"}, anybody=True,
    )


def add_by_anybody(*, actor: Person, entry: Entry, now: datetime, text: str, fields: dict[str, str]) -> Entry:
    """Adds to somebody else's entry, inside an act that has checked who may. Raises Refused for a text that cannot be (A17)."""
    return _answer(
        actor=actor, entry=entry, now=now, act=Entry.Act.ADDITION, text=text, reason="", place="", key=None, fields=fields, anybody=True
    )


def _answer(
    *, actor: Person, entry: Entry, now: datetime, act: str, text: str, reason: str, place: str, key: UUID | None,
    fields: dict[str, str] | None = None, anybody: bool = False, own: dict[str, str] | None = None, photos: Sequence[str] = (),
    happened_at: datetime | None = None,
) -> Entry:
    if entry.act not in {Entry.Act.ENTRY, Entry.Act.CORRECTION, Entry.Act.ADDITION}:
        raise Refused("A18", _("Acts and steps of a follow-up are not corrected."), _("Write an addition or a new step."))
    desk = entry.book.desk
    attached = _attached(actor, photos)
    asked = request_digest_of(
        entry=entry.pk, act=act, text=text, reason=reason, place=place, fields=fields,
        **({"own": own} if own else {}), **_said_of(attached), **({"happened_at": happened_at} if happened_at else {}),
    )
    hold_books(entry.book)
    if key is not None and (stored := stored_under(actor, key, asked)):
        return stored
    if act == Entry.Act.CORRECTION:
        values, said = corrected_values(entry, own or {}, happened_at, now), ""
    else:
        values, said = own_of_kind(entry, own or {}, now)
    text = rules.cleaned(text) or said[: rules.LONGEST_TEXT] or (gettext("Photos added.") if attached else "")
    if act == Entry.Act.RETRACTION and not text:
        raise Refused("A18", _("A retraction has a reason."), _("Choose one, or write it."), field="reason")
    if refusal := rules.why_not_value(name="reason_words", value=reason, longest=LONGEST["reason"]) or rules.why_not_text(text):
        raise refusal
    others = may(actor, "log.correct_others", desk=desk, now=now)
    is_own = actor.pk in {entry.author_id, entry.entered_by_id}
    if act == Entry.Act.ADDITION:
        if not (is_own or others or anybody):
            raise Refused("A17", _("Only its author and the supervisor add to an entry."), _("Write an entry of your own."))
    else:
        watch = current_watch(desk)
        refusal = rules.why_not_correct(
            own=is_own, during_watch=watch is not None and entry.number >= watch.first_number, may_correct_others=others
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
        follow_state="retracted" if ends_follow_up else "", fields=(fields or {}) | values, key=key,
        request_digest=asked if key else "", text=text, attached=attached,
    )


def request_digest_of(**content: Any) -> str:
    """A keyed digest: without the key nobody can try out which phone number or text was sent, once it is erased or veiled."""
    said = json.dumps(content, sort_keys=True, default=str)
    return salted_hmac("logbook.Entry.request", said, algorithm="sha256").hexdigest()


def stored_under(actor: Person, key: UUID, asked: str) -> Entry | None:
    """What stands under the writer's key. Raises SentDifferently for another content."""
    stored = Entry.objects.filter(author=actor, key=key).first()
    if stored is not None and stored.request_digest != asked:
        raise SentDifferently(
            "I10", _("This was sent before with another content."), _("Look at the log, then write it as a new entry.")
        )
    return stored


def insert_entry(
    *, book: Book | int, text: str, personal: dict[str, str] | None = None, attached: Sequence[Attachment] = (),
    **values: Any,
) -> Entry:
    """The one insert: what can be erased goes in by `intake`, the database gives the rest back.

    Attachments are named here alone, from what the act has checked; a field of such a name is refused.
    """
    if refusal := rules.why_not_named(values.get("fields", {})):
        raise refusal
    if attached:
        values["fields"] = values["fields"] | rules.attachment_fields(attached)
    kept = {name: value for name, value in (personal or {}).items() if value}
    _refuse_what_cannot_stand(values, kept)
    said = rules.searched_parts(
        act=values["act"], text=text, fields=values.get("fields", {}), **{name: values.get(name, "") for name in SEARCHED}
    )
    intake = {"text": text, "search": search_text(said), "folding": VERSION, "personal": kept}
    if "customer" in kept:
        intake["named"] = folded(kept["customer"])
    # Alone, the statement is its own transaction; within one it needs a savepoint, so that a refusal does not spoil the rest.
    alone = nullcontext() if not connection.in_atomic_block else transaction.atomic()
    try:
        with holding(attached), alone:
            return _insert(Entry(**{"book_id" if isinstance(book, int) else "book": book}, intake=intake, **values))
    except IntegrityError as error:
        if "entry_sent_twice_stored_once" in str(error):
            stored = Entry.objects.get(author=values["author"], key=values["key"])
            if stored.request_digest == values["request_digest"]:
                return stored
            raise SentDifferently(
                "I10", _("This was sent before with another content."), _("Look at the log, then write it anew.")
            ) from error
        raise


def _insert(entry: Entry) -> Entry:
    """Inserts the row by the prepared statement and takes from the database what it gives."""
    row = _insertion().one(_ENTRY.values(entry))
    for name, convert, value in zip(GIVEN_BY_DATABASE, _given_converters(), row, strict=True):
        setattr(entry, name, convert(value, None, connection) if convert else value)
    entry._state.adding, entry._state.db = False, connection.alias
    return entry


@cache
def _insertion() -> Statement:
    return _ENTRY.insert(GIVEN_BY_DATABASE)


@cache
def _given_converters() -> list[Any]:
    return [getattr(Entry._meta.get_field(name), "from_db_value", None) for name in GIVEN_BY_DATABASE]


def _refuse_what_cannot_stand(values: dict[str, Any], personal: dict[str, str]) -> None:
    """Raises Refused for a value that the database would not take, before it spoils the transaction (A17)."""
    said = [(name, value, LONGEST[name]) for name, value in values.items() if name in LONGEST]
    said += [(name, value, LONGEST_PERSONAL) for name, value in personal.items()]
    said += [(name, value, None) for name, value in values.get("fields", {}).items()]
    if refusal := rules.why_not_moments({name: values.get(name) for name in MOMENTS}):
        raise refusal
    for name, value, limit in said:
        if value and (refusal := rules.why_not_value(name=name, value=value, longest=limit)):
            raise refusal

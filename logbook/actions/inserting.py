"""The one insert, and what is checked at its door whoever asks for it (A17, A18, I1, I10)."""

import json
from collections.abc import Sequence
from contextlib import nullcontext
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import CharField
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from desks.by_hand import Columns, Insertion
from desks.models import Person
from desks.refusal import Refused
from logbook import rules
from logbook.actions.attachments import holding
from logbook.files.tokens import attachments_by
from logbook.folding import VERSION, folded, search_text
from logbook.models import Book, Entry, PersonalValue
from logbook.models.record import GIVEN_BY_DATABASE
from logbook.rules import Attachment

_ENTRY = Columns(Entry)
LONGEST_PERSONAL = PersonalValue._meta.get_field("value").max_length
# What a search finds beside the text and the named values.
SEARCHED = ("code", "place", "result", "next_step", "handler", "waiting_for")
MOMENTS = ("occurred_at", "due_at", "waiting_until", "original_recorded_at")
# The columns that most entries say anything in.
USUAL = (
    "book_id", "author_id", "act", "kind", "kind_version", "audience", "occurred_at", "place", "urgency", "fields", "key", "request_digest", "intake",
)
# What nobody types.
MADE_HERE = {"act", "request_digest"}
LONGEST = {field.name: field.max_length for field in Entry._meta.get_fields() if isinstance(field, CharField) and field.name not in MADE_HERE}


class SentDifferently(Refused):
    """The same key came with another content; the draft stays with its writer (I10)."""


def attached_by(actor: Person, photos: Sequence[str]) -> list[Attachment]:
    """What the tokens stand for. Raises Refused for too many, or one that is not the writer's (A17, I9)."""
    if refusal := rules.why_not_attached(len(photos), most=settings.FILES_MOST_IN_ENTRY):
        raise refusal
    return attachments_by(actor, photos)


def said_of_attached(attached: list[Attachment]) -> dict[str, list[str]]:
    """How the digest of a request tells them; an entry without any is asked for as ever."""
    return {"photos": [each.digest for each in attached]} if attached else {}


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
            return _insert(_ENTRY.new(**{"book_id" if isinstance(book, int) else "book": book}, intake=intake, **values))
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
    row = _insertion().of(entry)
    for name, convert, value in zip(GIVEN_BY_DATABASE, _given_converters(), row, strict=True):
        setattr(entry, name, convert(value, None, connection) if convert else value)
    entry._state.adding, entry._state.db = False, connection.alias
    return entry


@cache
def _insertion() -> Insertion[Entry]:
    return _ENTRY.insertion(GIVEN_BY_DATABASE, USUAL)


@cache
def _given_converters() -> list[Any]:
    return [getattr(Entry._meta.get_field(name), "from_db_value", None) for name in GIVEN_BY_DATABASE]


def _refuse_what_cannot_stand(values: dict[str, Any], personal: dict[str, str]) -> None:
    """Raises Refused for a value that the database would not take, before it spoils the transaction (A17)."""
    said = [(name, values[name], longest) for name, longest in LONGEST.items() if values.get(name)]
    said += [(name, value, LONGEST_PERSONAL) for name, value in personal.items()]
    said += [(name, value, None) for name, value in values.get("fields", {}).items()]
    if refusal := rules.why_not_moments({name: values.get(name) for name in MOMENTS}):
        raise refusal
    for name, value, limit in said:
        if value and (refusal := rules.why_not_value(name=name, value=value, longest=limit)):
            raise refusal

"""What is said of an entry later: corrections, additions, retractions, further reports (A17, A18). The entry itself stays as it is."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from desks.models import Person
from desks.permissions import may
from desks.refusal import Refused
from logbook import rules
from logbook.actions.books import hold_books
from logbook.actions.inserting import (
    LONGEST,
    attached_by,
    insert_entry,
    request_digest_of,
    said_of_attached,
    stored_under,
)
from logbook.actions.own import corrected_values, own_of_kind
from logbook.models import Entry, FollowUp
from logbook.queries import current_watch


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
    attached = attached_by(actor, photos)
    asked = request_digest_of(
        entry=entry.pk, act=act, text=text, reason=reason, place=place, fields=fields,
        **({"own": own} if own else {}), **said_of_attached(attached), **({"happened_at": happened_at} if happened_at else {}),
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

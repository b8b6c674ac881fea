"""Recording what happened, and acts by their codes (A17, I1, I10). Nothing here ever changes what stands."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from desks.models import Desk, Person, Site
from desks.refusal import Refused
from logbook import rules
from logbook.actions.books import book_of, hold_books, site_book_of
from logbook.actions.inserting import (
    LONGEST,
    attached_by,
    insert_entry,
    request_digest_of,
    said_of_attached,
    stored_under,
)
from logbook.actions.times import said_of_the_time, why_not_time
from logbook.models import Entry
from logbook.queries import recording_at


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
    attached = attached_by(entered_by or actor, photos)
    asked = request_digest_of(
        desk=desk.pk, text=text, kind=kind, occurred_at=occurred_at, source=source, place=place, customer=customer,
        phone=phone, urgency=urgency, handler=handler, due_at=due_at, follow_up=follow_up, result=result,
        audience=audience, fields=fields, **({"own": own} if own else {}), **({"late_reason": late_reason} if late_reason else {}),
        **({"pinned_until": pinned_until} if pinned_until else {}), **said_of_attached(attached),
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
        attached=attached_by(actor, photos) if actor is not None and photos else (),
    )

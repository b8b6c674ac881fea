"""Signing: two personal signatures over the same content, and what a complete handover sets in motion (A29, I3, I4).

Each act takes a Confirmation that `desks.binding.confirm` gave before the transaction, so that a wrong PIN is counted.
Locks: the book, then the handover, then the watch.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from desks.binding import Confirmation
from desks.claims import AlreadyChanged, claim
from desks.hooks import findings
from desks.models import Person
from desks.queries import who_supervises
from desks.refusal import Refused
from desks.wording import in_each_language, listed, name_of
from handover.actions.ground import check_part, locked
from handover.actions.telling import hear_matter
from handover.actions.waiting import keep_wait, waited
from handover.content import digest_of, text_of
from handover.models import Handover, HandoverMatter, Signature
from handover.queries import content_of, facts_of, found_otherwise, last_closing
from handover.rules import what_stands_in_the_way, why_not_same_content, why_not_sign
from logbook.actions import book_of, hold_books, open_watch, record_act, relieve_watch
from logbook.models import Entry, Watch
from logbook.queries import current_watch, head_of, watch_people
from notices.actions import tell
from registers.actions import Counted, record_counts, record_differences


@transaction.atomic
def sign_out(
    *, confirmed: Confirmation, handover: Handover, digest: str, seen: int, now: datetime, heard: Sequence[HandoverMatter] = ()
) -> Signature:
    """The outgoing signs over the content whose digest the page showed; `seen` is the newest entry it showed.

    With the same PIN they tick what the incoming said back rightly: the matters `heard` (A30).
    Raises Refused while something stands in the way, for anybody but the outgoing, and when the content changed.
    """
    hold_books(book_of(handover.desk))
    for matter in heard:
        hear_matter(actor=confirmed.person, matter=matter, now=now)
    row = _ready(handover, Handover.Mode.FACE, confirmed, "outgoing", seen, now)
    signature = _signed(row, confirmed, Signature.Role.OUTGOING, Signature.Meaning.HANDS_OVER, digest, seen, now)
    if row.state == Handover.State.PREPARING:
        claim(
            Handover, row.pk, old=Handover.State.PREPARING, new=Handover.State.SIGNED_OUT,
            actor=confirmed.person, reason="signed by the outgoing", now=now,
        )
    return signature


@transaction.atomic
def sign_in(*, confirmed: Confirmation, handover: Handover, digest: str, seen: int, now: datetime) -> Handover:
    """The incoming signs the same content, which completes the handover: entry, end of the watch, the next watch, counts.

    Raises Refused while the outgoing has not signed this very content (A29, I4), and as `sign_out` does.
    """
    hold_books(book_of(handover.desk))
    row = _ready(handover, Handover.Mode.FACE, confirmed, "incoming", seen, now)
    text = text_of(content_of(row))
    outgoing = row.signatures.filter(role=Signature.Role.OUTGOING, person=row.outgoing, digest=digest_of(text)).first()
    if outgoing is None:
        raise Refused(
            "A29", _("The outgoing has not signed this content."), _("The outgoing signs first."), field="secret"
        )
    assert row.watch is not None and row.outgoing is not None and row.incoming is not None
    signature = _signed(row, confirmed, Signature.Role.INCOMING, Signature.Meaning.TAKES_OVER, digest, seen, now, text)
    record_differences(actor=row.incoming, desk=row.desk, lines=_counted(row), now=now)
    entry = record_act(
        actor=row.incoming, desk=row.desk, now=now,
        code="handover_completed_reserved" if row.reservations else "handover_completed", text=row.reservations,
        fields=_fields(row, outgoing, signature)
        | name_of("outgoing", row.outgoing) | name_of("incoming", row.incoming) | waited(row.watch, now)
        | _together(row, now) | _on_paper(row),
    )
    keep_wait(row.watch, entry, now)
    relieve_watch(
        actor=row.incoming, watch=row.watch, completing=entry, ending=Watch.Ending.HANDOVER, next_holder=row.incoming,
        now=now, colleagues=_colleagues(row),
    )
    done = _completed(row, signature, entry, counted_with=row.outgoing, now=now)
    if row.reservations:
        tell(
            people=who_supervises("handover.decide", row.desk, now), site=row.desk.site, matter="handover", matter_id=row.pk,
            occasion="reservations", code="handover_reserved_told",
            fields={**name_of("incoming", row.incoming), "reservations": row.reservations}, url=_address(row), now=now,
        )
    return done


@transaction.atomic
def sign_closing(*, confirmed: Confirmation, handover: Handover, digest: str, seen: int, now: datetime) -> Handover:
    """The last holder signs alone: the desk is closed for the night with that entry (I3)."""
    hold_books(book_of(handover.desk))
    row = _ready(handover, Handover.Mode.CLOSING, confirmed, "outgoing", seen, now)
    assert row.watch is not None and row.outgoing is not None
    signature = _signed(row, confirmed, Signature.Role.OUTGOING, Signature.Meaning.CLOSES, digest, seen, now)
    record_differences(actor=row.outgoing, desk=row.desk, lines=_counted(row), now=now)
    entry = record_act(
        actor=row.outgoing, desk=row.desk, now=now, code="desk_closed",
        fields=_fields(row, signature) | name_of("holder", row.outgoing) | waited(row.watch, now),
    )
    keep_wait(row.watch, entry, now)
    relieve_watch(
        actor=row.outgoing, watch=row.watch, completing=entry, ending=Watch.Ending.CLOSING, next_holder=None, now=now
    )
    return _completed(row, signature, entry, counted_with=None, now=now)


@transaction.atomic
def sign_opening(*, confirmed: Confirmation, handover: Handover, digest: str, seen: int, now: datetime) -> Handover:
    """The first holder signs: the watch begins, and the night's matters are taken over with one entry of it (I3).

    A difference in the count, of which the closer was asked first, is told to the supervisor now (A28). What was in order
    at the closing and is not now is an entry about the closing, told to the closer and the supervisor. Both are findings,
    which the floor that keeps those follows up (A33).
    """
    hold_books(book_of(handover.desk))
    row = _ready(handover, Handover.Mode.OPENING, confirmed, "incoming", seen, now)
    assert row.incoming is not None
    if current_watch(row.desk) is not None:
        raise AlreadyChanged("I3", _("The desk is open already."), _("Take it over from its holder."))
    signature = _signed(row, confirmed, Signature.Role.INCOMING, Signature.Meaning.OPENS, digest, seen, now)
    watch = open_watch(actor=row.incoming, desk=row.desk, now=now, colleagues=_colleagues(row))
    record_differences(actor=row.incoming, desk=row.desk, lines=_counted(row), now=now)
    _say_found_otherwise(row, now)
    numbers = sorted(row.matters.values_list("root__number", flat=True))
    entry = record_act(
        actor=row.incoming, desk=row.desk, now=now, code="night_taken_over",
        fields=_fields(row, signature)
        | {**name_of("incoming", row.incoming), "count": str(len(numbers))}
        # With commas: numbers with a space between them can look like that of an identity document, which is refused.
        | ({"matters": ", ".join(map(str, numbers))} if numbers else {}),
    )
    done = _completed(row, signature, entry, counted_with=None, now=now, watch=watch)
    differing = [line for line in row.counts.select_related("item") if line.differs]
    if differing and row.outgoing is not None:
        tell(
            people=who_supervises("handover.decide", row.desk, now), site=row.desk.site, matter="handover", matter_id=row.pk,
            occasion="opening-differences", code="opening_differs_told",
            fields=listed("items", [in_each_language("items", line.item) for line in differing])
            | name_of("incoming", row.incoming),
            url=_address(row), now=now,
        )
    if keep := findings.get("opening_differs"):
        keep(actor=row.incoming, handover=done, now=now)
    return done


def _say_found_otherwise(row: Handover, now: datetime) -> None:
    """What passed when the desk was closed and fails now that it is opened (A27)."""
    closing = last_closing(row.desk)
    failing = found_otherwise(row)
    if not failing or closing is None or closing.entry is None or closing.outgoing is None or row.incoming is None:
        return
    fields = listed("items", [in_each_language("items", line.item) for line in failing]) | name_of("incoming", row.incoming)
    record_act(
        actor=row.incoming, desk=row.desk, now=now, code="opening_found_otherwise", fields=fields, refers_to=closing.entry
    )
    tell(
        people=[closing.outgoing, *who_supervises("handover.decide", row.desk, now)], site=row.desk.site, matter="handover", matter_id=row.pk,
        occasion="opening-found", code="opening_found_told", fields=fields, url=_address(row), now=now,
    )


def _ready(
    handover: Handover, mode: str, confirmed: Confirmation, side: str, seen: int, now: datetime
) -> Handover:
    """Locks the handover and checks everything that both signatures have in common."""
    row = locked(handover)
    if row.mode != mode or not row.may_change:
        raise AlreadyChanged(
            "A29", _("This handover is not open for signing now."), _("Load the page again and look at what it says.")
        )
    person: Person | None = getattr(row, side)
    if person is None or confirmed.person.pk != person.pk:
        raise Refused(
            "A29", _("Each signs for themselves, with their own PIN or password."), _("Nobody can sign for somebody else."),
            field="secret",
        )
    check_part(person, row.desk, now)
    if row.watch is not None and row.watch.ended_at is not None:
        raise AlreadyChanged("I3", _("This watch has ended already."), _("Load the page again."))
    if refusal := why_not_sign(what_stands_in_the_way(facts_of(row, seen))):
        raise refusal
    return row


def _signed(
    row: Handover, confirmed: Confirmation, role: str, meaning: str, digest: str, seen: int, now: datetime, text: str = ""
) -> Signature:
    """The signature over the content of this moment, which must be the one that was shown; `text` where it is read already.

    Signing the same content again gives the signature that is there: a change was made and undone.
    """
    text = text or text_of(content_of(row))
    present = digest_of(text)
    if refusal := why_not_same_content(digest, present):
        raise refusal
    there = row.signatures.filter(role=role, person=confirmed.person, digest=present).first()
    if there is not None:
        return there
    head, _digest = head_of(book_of(row.desk))
    signature = Signature.objects.create(
        handover=row, person=confirmed.person, role=role, meaning=meaning, signed_at=now, digest=present, content=text,
        method=confirmed.method, last_seen_number=max(row.cut_off, min(seen, head)),
    )
    tell(
        people=[confirmed.person], site=row.desk.site, matter="handover", matter_id=row.pk,
        occasion=f"signed:{role}:{present[:16]}", code="handover_signed_told",
        fields={"digest": present[:16], "method": confirmed.method}, url=_address(row), now=now,
    )
    return signature


def _together(row: Handover, now: datetime) -> dict[str, str]:
    """Whether it was gone through together, from when until when (C8)."""
    if not row.together or row.together_from is None:
        return {}
    return {"together": row.together, "together_from": row.together_from.isoformat(), "together_until": now.isoformat()}


def _counted(row: Handover) -> list[Counted]:
    """What was counted, as the registers keep it."""
    return [
        Counted(line.item, line.expected, line.counted, line.explanation)
        for line in row.counts.select_related("item")
        if line.counted is not None
    ]


def _on_paper(row: Handover) -> dict[str, str]:
    """The number of the entry of this watch by which the same two had signed on paper before (A35)."""
    assert row.watch is not None and row.outgoing is not None and row.incoming is not None
    sheets = Entry.objects.filter(
        book=book_of(row.desk), act=Entry.Act.ACT, code="handover_on_paper", number__gte=row.watch.first_number,
        fields__outgoing_ref=str(row.outgoing.ref), fields__incoming_ref=str(row.incoming.ref),
    )
    number = sheets.order_by("-number").values_list("number", flat=True).first()
    return {"paper_entry": str(number)} if number is not None else {}


def _colleagues(row: Handover) -> list[Person]:
    return [each.person for each in row.colleagues.select_related("person")]


def _fields(row: Handover, *signatures: Signature) -> dict[str, str]:
    """What the completing entry says of the content and of each signature (docs/handover-content.md)."""
    fields = {"handover": str(row.ref), "digest": signatures[0].digest, "cut_off": str(row.cut_off), "mode": row.mode}
    beside = [person for person in watch_people(row.watch) if person != row.outgoing] if row.watch else []
    for name, people in (("outgoing_with", beside), ("incoming_with", _colleagues(row))):
        if people:
            fields |= listed(name, [name_of(name, person) for person in people])
            fields |= {f"{name}_refs": " ".join(str(person.ref) for person in people)}
    for signature in signatures:
        fields |= {
            f"{signature.role}_ref": str(signature.person.ref),
            f"{signature.role}_meaning": signature.meaning,
            f"{signature.role}_signed_at": signature.signed_at.isoformat(),
            f"{signature.role}_method": signature.method,
            f"{signature.role}_last_seen": str(signature.last_seen_number),
        }
    return fields


def _completed(
    row: Handover, signature: Signature, entry: Entry, *, counted_with: Person | None, now: datetime, watch: Watch | None = None
) -> Handover:
    """The counts become part of the record, and the handover is complete."""
    actor = signature.person
    record_counts(actor=actor, desk=row.desk, entry=entry, lines=_counted(row), counted_with=counted_with, now=now)
    return claim(
        Handover, row.pk, old=(Handover.State.PREPARING, Handover.State.SIGNED_OUT), new=Handover.State.COMPLETED,
        actor=actor, reason="signed", now=now, ended_at=now, entry=entry, digest=signature.digest,
        **({"watch": watch} if watch else {}),
    )


def _address(row: Handover) -> str:
    return reverse("handover:record", args=[row.desk.slug, row.pk])

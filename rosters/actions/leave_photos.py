"""Photos of papers that belong to leave: attached, taken back, gone when their time is over (A13, A17, A20, I12).

They are taken in as photos of entries are, with the same checks and limits, but stand in no entry: a certificate is for the person
and for who decides, and the record goes to more readers. The book says only that photos were added or taken back.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from desks.clock import local_day
from desks.models import Person, Site
from desks.permissions import may
from desks.wording import name_of
from logbook.actions import book_of, files_no_longer_needed, hold_books, holding, record_act
from logbook.files.tokens import attachments_by
from logbook.models import LegalHold
from logbook.queries import period_days
from logbook.rules import why_not_attached
from rosters import rules
from rosters.actions.changing import DECIDE
from rosters.models import Leave, LeavePhoto

PERIOD = "leave_photo"
"""The name of their period, which a site sets as it sets those of entries' personal values; counted from the end of the leave, or of what
came to nothing."""
PORTION = 200


def attach_photos(leave: Leave, actor: Person, photos: Sequence[str], now: datetime) -> int:
    """Attaches uploads of the actor, by their tokens, inside the act that holds the book; returns how many are new. Raises Refused."""
    attachments = attachments_by(actor, photos)
    known = set(leave.photos.values_list("digest", flat=True))
    fresh = [each for each in attachments if each.digest not in known]
    if refusal := why_not_attached(len(known) + len(fresh), most=settings.FILES_MOST_IN_ENTRY):
        raise refusal
    with holding(fresh):
        for each in fresh:
            LeavePhoto.objects.create(
                leave=leave, digest=each.digest, media_type=each.media_type, size=each.size, added_by=actor, added_at=now
            )
    return len(fresh)


@transaction.atomic
def add_leave_photos(*, actor: Person, leave: Leave, photos: Sequence[str], now: datetime) -> int:
    """The person, or who decides, adds photos of a paper; a certificate may come after the leave was approved. Returns how many are new.

    `photos` are the tokens of the actor's uploads. Raises Refused (A13, A17, I9).
    """
    desk = leave.desk
    hold_books(book_of(desk))
    leave = Leave.objects.select_for_update(of=("self",)).select_related("person", "desk__site").get(pk=leave.pk)
    own, decides = actor.pk in {leave.person_id, leave.filed_by_id}, may(actor, DECIDE, desk=desk, now=now)
    if refusal := rules.why_not_add_photos(own=own, decides=decides, stands=leave.state in {"requested", "approved"}, any_sent=bool(photos)):
        raise refusal
    count = attach_photos(leave, actor, photos, now)
    if count:
        _note(leave, "leave_photos_added", actor, now, count)
    return count


@transaction.atomic
def remove_leave_photo(*, actor: Person, photo: LeavePhoto, now: datetime) -> None:
    """Takes a photo back: whose leave it is, or who added it, until it is decided; who decides at any time. Raises Refused (A13, A20, I12)."""
    leave = photo.leave
    hold_books(book_of(leave.desk))
    leave = Leave.objects.select_for_update(of=("self",)).select_related("person", "desk__site").get(pk=leave.pk)
    if refusal := rules.why_not_remove_photo(
        own=actor.pk in {leave.person_id, photo.added_by_id}, decides=may(actor, DECIDE, desk=leave.desk, now=now), live=leave.is_live,
        held=_is_held(leave),
    ):
        raise refusal
    photo.delete()
    files_no_longer_needed([photo.digest])
    _note(leave, "leave_photos_removed", actor, now, 1)


@transaction.atomic
def erase_leave_photos(now: datetime) -> int:
    """The clock's act: photos of leave whose time is over go, but those under a legal hold. Returns how many went (A20, I12)."""
    over = Q(pk__in=[])
    for site in Site.objects.filter(pk__in=LeavePhoto.objects.values("leave__desk__site")):
        limit = now - timedelta(days=period_days(site, PERIOD, now))
        past = Q(leave__state="approved", leave__ends_at__lt=limit) | (
            Q(leave__starts_at__lt=limit) & ~Q(leave__state__in=["requested", "approved"])
        )
        over |= Q(leave__desk__site=site, added_at__lt=limit) & past
    rows = LeavePhoto.objects.filter(over).select_related("leave__person", "leave__desk__site").order_by("pk")
    found: dict[int, list[LeavePhoto]] = {}
    for photo in rows[:PORTION]:
        found.setdefault(photo.leave_id, []).append(photo)
    due = [photos for photos in found.values() if not _is_held(photos[0].leave)]
    hold_books(*{book_of(photos[0].leave.desk) for photos in due})
    gone = 0
    for photos in due:
        count, _models = LeavePhoto.objects.filter(pk__in=[photo.pk for photo in photos]).delete()
        files_no_longer_needed([photo.digest for photo in photos])
        if count:
            _note(photos[0].leave, "leave_photos_erased", None, now, count)
        gone += count
    return gone


def _is_held(leave: Leave) -> bool:
    """Whether a legal hold lies on the desk, or on a month of the leave (I12)."""
    zone = leave.desk.site.zone
    first, last = local_day(leave.starts_at, zone).replace(day=1), local_day(leave.ends_at, zone)
    return LegalHold.objects.filter(
        Q(scope=LegalHold.Scope.DESK) | Q(scope=LegalHold.Scope.MONTH, month__range=(first, last)), desk=leave.desk, lift__isnull=True
    ).exists()


def _note(leave: Leave, code: str, actor: Person | None, now: datetime, count: int) -> None:
    by = name_of("by", actor) if actor is not None else {}
    record_act(
        actor=actor, desk=leave.desk, now=now, code=code, audience="supervisors", fields=by | name_of("person", leave.person) | {"count": str(count)}
    )

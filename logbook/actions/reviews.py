"""The daily review: a supervisor signs that the day's log was read (A21, I1)."""

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from desks.binding import Confirmation
from desks.clock import local_day
from desks.models import Desk, Person
from desks.permissions import may
from desks.refusal import Refused
from desks.wording import name_of
from logbook import rules
from logbook.actions.answers import add_by_anybody, add_to_entry
from logbook.actions.books import book_of, hold_books
from logbook.actions.record import record_act
from logbook.models import DailyReview, Entry, EntryDigest
from logbook.queries import entries_to_review, head_of, last_review_of
from notices.actions import tell


@transaction.atomic
def sign_daily_review(
    *, actor: Person, confirmed: Confirmation, desk: Desk, day: date, up_to: int, now: datetime
) -> DailyReview:
    """Signs that the log of the site's day was read up to the number `up_to`, the last one that the page showed (A21).

    What is written later for that day is unread again. Raises Refused for who may not review, a signature that is not
    the actor's own, a day that has not begun, and where nothing is unread.
    """
    if confirmed.person.pk != actor.pk:
        raise Refused("A21", _("A review is signed with one's own PIN."), _("Enter your own PIN."), field="secret")
    if not may(actor, "log.review", desk=desk, now=now):
        raise Refused("A21", _("The supervisor reviews the log."), _("Ask the supervisor."))
    book = book_of(desk)
    hold_books(book)
    before = last_review_of(desk, day)
    signed_up_to = before.up_to if before else 0
    unread = entries_to_review(desk, day).filter(number__gt=signed_up_to, number__lte=up_to).count()
    refusal = rules.why_not_review(
        day=day, today=local_day(now, desk.site.zone), up_to=up_to, newest=head_of(book)[0], signed_up_to=signed_up_to,
        unread=unread,
    )
    if refusal:
        raise refusal
    digest = bytes(EntryDigest.objects.get(book=book, number=up_to).digest)
    said = {"day_on": day.isoformat(), "number": str(up_to)}
    entry = record_act(
        actor=actor, desk=desk, now=now, code="day_reviewed",
        fields=said | {**name_of("reviewer", actor), "method": confirmed.method, "signed_digest": digest.hex()},
    )
    try:
        with transaction.atomic():
            made = DailyReview.objects.create(
                desk=desk, day=day, reviewer=actor, up_to=up_to, digest=digest, entries=unread, method=confirmed.method,
                signed_at=now, entry=entry,
            )
    except IntegrityError as error:
        raise Refused("A21", _("This has been signed already."), _("Load the page again.")) from error
    tell(
        people=[actor], site=desk.site, matter="review", matter_id=made.pk, occasion="signed", code="day_reviewed",
        fields=said | name_of("reviewer", actor), url=reverse("logbook:review", args=[desk.slug, day.isoformat()]), now=now,
    )
    return made


@transaction.atomic
def ask_about_entry(*, actor: Person, entry: Entry, now: datetime, text: str, key: UUID | None = None) -> Entry:
    """Adds a question to an entry, and tells its author, who answers by adding to it (A21). Raises Refused (A17)."""
    desk = entry.book.desk
    if not may(actor, "log.review", desk=desk, now=now):
        raise Refused("A21", _("The supervisor asks about an entry."), _("Write an entry of your own."))
    question = add_to_entry(actor=actor, entry=entry, now=now, text=text, key=key, fields={"question": "true"})
    if entry.author is not None and entry.author_id != actor.pk:
        tell(
            people=[entry.author], site=desk.site, matter="entry", matter_id=entry.pk, occasion=f"question:{question.number}",
            code="entry_question", fields={**name_of("asker", actor), "number": str(entry.number)},
            url=reverse("logbook:entry", args=[desk.slug, entry.number]), now=now,
        )
    return question


@transaction.atomic
def ask_openly(*, actor: Person, entry: Entry, now: datetime, text: str) -> Entry:
    """Adds a question to the first entry of a matter, so that it stays with the matter; inside an act that has checked who asks (A25)."""
    return add_by_anybody(actor=actor, entry=entry, now=now, text=text, fields={"question": "true"})


@transaction.atomic
def answer_question(*, actor: Person, question: Entry, now: datetime, text: str) -> Entry:
    """Adds the answer to a question beside it, naming the question; inside an act that has checked who answers (A25)."""
    asked_about = question.root or question
    return add_by_anybody(actor=actor, entry=asked_about, now=now, text=text, fields={"answers": str(question.number)})

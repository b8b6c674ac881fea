"""The verification of each night: run by the clock, stored, told where something does not hold (A18, I2)."""

import time
from datetime import datetime

from django.db import transaction

from desks.clock import local_day
from desks.models import Role
from desks.queries import heads_of, people_with_role
from desks.wording import in_each_language
from logbook.actions.checkpoints import proof_page_of
from logbook.models import Book, Verification
from logbook.proof.files import first_wrong_file
from logbook.proof.searched import first_wrong_search_text
from logbook.verify import verify
from notices.actions import tell


@transaction.atomic
def verify_book(*, book: Book, now: datetime) -> Verification | None:
    """Verifies the whole book, that its attached files are there and a part of its search texts, and keeps what was found; None where
    another process has done it this night.

    What does not hold is told to the site's auditors and project heads, who must acknowledge it.
    """
    begun = time.monotonic()
    report = verify([book])
    night = local_day(now, book.site.zone)
    breach = report.breaches[0] if report.breaches else first_wrong_file(book, night) or first_wrong_search_text(book, night)
    made = Verification(
        book=book, night=night, begun_at=now, seconds=round(time.monotonic() - begun, 3), entries=report.entries,
        checkpoints=report.checkpoints, kind=breach.kind if breach else "", number=breach.number if breach else None,
        what=breach.what if breach else "",
    )
    Verification.objects.bulk_create([made], ignore_conflicts=True)
    kept = Verification.objects.get(book=book, night=night)
    if kept.begun_at != now:
        return None
    if breach is not None:
        tell(
            people=[*heads_of(book.site, now), *people_with_role(book.site, Role.AUDITOR, now)], site=book.site,
            matter="verification", matter_id=book.pk, occasion=f"night:{night.isoformat()}", code="record_does_not_hold",
            fields=in_each_language("desk", book.desk or book.site) | {"number": str(breach.number)},
            url=proof_page_of(book), now=now, acknowledge=True,
        )
    return kept

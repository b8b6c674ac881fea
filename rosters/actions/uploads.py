"""Keeping a file between choosing it and confirming it, so that nothing chosen is lost on a refusal (I10)."""

from datetime import date, datetime

from django.db import transaction

from desks.models import Desk, Person
from rosters.models import RosterUpload
from rosters.reading import read_table


@transaction.atomic
def keep_upload(*, actor: Person, desk: Desk, month: date, name: str, content: bytes, now: datetime) -> RosterUpload:
    """Reads the file and keeps its table; the actor's earlier one for this month gives way. Raises Unreadable (A5)."""
    rows = read_table(content)
    RosterUpload.objects.filter(desk=desk, month=month, uploaded_by=actor).delete()
    return RosterUpload.objects.create(
        desk=desk, month=month, name=name[:200], rows=rows, uploaded_by=actor, uploaded_at=now
    )


@transaction.atomic
def put_aside(*, actor: Person, upload: RosterUpload) -> None:
    """Drops a file that was not brought in; nothing of it has taken effect."""
    upload.delete()

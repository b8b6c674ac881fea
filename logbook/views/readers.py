"""How far the log was shown to whom, beside an entry, a day and its review (A20, A21)."""

from datetime import datetime

from desks.models import Desk, Person
from desks.permissions import may
from logbook.queries import ReadUpTo, own_read_up_to, read_up_to


def shown_up_to(reader: Person, desk: Desk, now: datetime) -> list[ReadUpTo]:
    """Of each person of the desk, for supervisor, project head and auditor; everybody else sees their own."""
    return read_up_to(desk, now) if may(reader, "log.read_up_to", desk=desk, now=now) else [own_read_up_to(desk, reader)]

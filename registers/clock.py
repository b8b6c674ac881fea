"""The clock's act on what is out: past its time it is raised, once (B1.9, I7)."""

from datetime import datetime

from logbook.actions import book_of, hold_books
from registers.actions import raise_overdue_issue
from registers.models import CustodyIssue


def raise_overdue_issues(now: datetime) -> int:
    """Raises what should be back by now and is not; how many. Catches up after a stop, and never tells twice."""
    due = CustodyIssue.objects.filter(state=CustodyIssue.State.OUT, raised_at__isnull=True, due_at__lte=now, desk__active=True)
    waiting = list(due.select_related("desk__site", "item").order_by("due_at", "pk"))
    # All books at once, in their order: an act that holds two of them must not wait for us while we wait for it.
    hold_books(*{book_of(issue.desk) for issue in waiting})
    return sum(raise_overdue_issue(issue=issue, now=now) for issue in waiting)

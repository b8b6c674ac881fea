"""How well a desk keeps what it promises, by kind: counted from the record (A9)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from desks.models import Desk
from logbook.queries.entries import book_ids_of
from logbook.queries.follow_ups import first_step_codes

# A matter counts where it began, by the due time that it was given first: re-dating it does not make it punctual. What was
# promised for the first step stands in the version of the kind in which the entry was written.
FIGURES = """
WITH matter AS (
    SELECT root.kind, entry_kind.position, matter.state, matter.opened_at, matter.changed_at, root.due_at AS due,
           matter.opened_at + make_interval(mins => CASE WHEN root.urgency IN ('', 'normal') THEN entry_kind.response_minutes
               ELSE entry_kind.response_minutes_urgent END) AS first_due,
           LEAST(
               (SELECT min(step.recorded_at) FROM logbook_entry AS step WHERE step.root_id = root.id AND step.act = 'follow_up'),
               (SELECT min(act.recorded_at) FROM logbook_entry AS act WHERE act.refers_to_id = root.id AND act.act = 'act'
                   AND act.code = ANY(%(first_steps)s) AND act.author_id IS NOT NULL)
           ) AS first,
           entry_kind.calls_back, last.fields ? 'customer_called_back' AS called_back
    FROM logbook_followup AS matter
    JOIN logbook_entry AS root ON root.id = matter.root_id
    JOIN logbook_entry AS last ON last.id = matter.last_entry_id
    LEFT JOIN desks_entrykind AS entry_kind
        ON entry_kind.desk_id = %(desk)s AND entry_kind.code = root.kind AND entry_kind.version = root.kind_version
    WHERE matter.book_id = ANY(%(books)s) AND matter.opened_at >= %(begin)s AND matter.opened_at < %(end)s
      AND matter.state <> 'retracted' AND root.original_recorded_at IS NULL
      AND (%(see_restricted)s OR root.audience <> 'supervisors')
)
SELECT kind, count(*),
       count(*) FILTER (WHERE state = 'closed' AND (due IS NULL OR changed_at <= due)),
       count(*) FILTER (WHERE state = 'closed' AND changed_at > due),
       count(*) FILTER (WHERE state <> 'closed' AND due <= %(now)s),
       count(*) FILTER (WHERE state <> 'closed' AND (due IS NULL OR due > %(now)s)),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM changed_at - opened_at)) FILTER (WHERE state = 'closed'),
       count(*) FILTER (WHERE first_due > opened_at AND (first IS NOT NULL OR first_due <= %(now)s)),
       count(*) FILTER (WHERE first_due > opened_at AND COALESCE(first, %(now)s) > first_due),
       count(*) FILTER (WHERE state = 'closed' AND calls_back), count(*) FILTER (WHERE state = 'closed' AND called_back)
FROM matter GROUP BY kind ORDER BY min(position), kind
"""


@dataclass(frozen=True)
class KindFigures:
    """What became of the matters of one kind that began in a period."""

    kind: str
    opened: int
    in_time: int
    late: int
    """Settled, but after the first due time."""
    overdue: int
    """Not settled, and past the first due time."""
    open: int
    """Not settled, and not due yet."""
    median: timedelta | None
    """From the beginning to the closing, of half of those that are closed."""
    promised: int
    """Those with a target for the first step that was either taken or is past."""
    first_late: int
    asked_back: int
    """Closed ones whose kind asks whether the customer was called back."""
    called_back: int

    @property
    def breaches(self) -> int:
        """Promises not kept: settled late, overdue, or begun late."""
        return self.late + self.overdue + self.first_late

    @property
    def first_in_time(self) -> int:
        """How many were begun within the target."""
        return self.promised - self.first_late


def figures_of(desk: Desk, begin: datetime, end: datetime, now: datetime, *, see_restricted: bool = True) -> list[KindFigures]:
    """The figures of the desk's matters that began from `begin` until before `end`, by kind; one query (A9).

    Imported matters and those whose entry was retracted do not count; only with `see_restricted` those of supervisors do.
    """
    values = {
        "desk": desk.pk, "books": book_ids_of(desk), "begin": begin, "end": end, "now": now, "see_restricted": see_restricted,
        "first_steps": first_step_codes(),
    }
    with connection.cursor() as cursor:
        cursor.execute(FIGURES, values)
        return [
            KindFigures(
                kind, opened, in_time, late, overdue, still, None if median is None else timedelta(seconds=round(median)), promised,
                first_late, asked_back, called_back,
            )
            for kind, opened, in_time, late, overdue, still, median, promised, first_late, asked_back, called_back in cursor.fetchall()
        ]

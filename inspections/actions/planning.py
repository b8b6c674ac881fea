"""What the clock does with the two daily inspections: plan, remind, raise, mark as missed (A32, I7)."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.urls import reverse

from desks.claims import claim
from desks.models import Desk
from desks.queries import heads_of, who_supervises
from desks.wording import in_each_language
from inspections.models import Inspection
from inspections.queries import Due, due_inspections
from logbook.actions import book_of, hold_books, record_act
from notices.actions import tell


@transaction.atomic
def plan_inspections(*, desk: Desk, day: date, now: datetime) -> int:
    """Makes the rows of the inspections that fall due on a site's day, and keeps the due time of those not begun true.

    Returns how many rows were made; however many ask, each is made once.
    """
    made = 0
    for due in due_inspections(desk, day):
        if due.row is None:
            made += _make(due, now) is not None
        elif due.row.state == Inspection.State.PLANNED and due.row.due_at != due.due_at:
            claim(
                Inspection, due.row.pk, old="planned", new="planned", actor=None, reason="due time", now=now, due_at=due.due_at
            )
    return made


def _make(due: Due, now: datetime, **values: object) -> Inspection | None:
    row = Inspection(desk=due.desk, site_day=due.day, occasion=due.occasion, due_at=due.due_at, **values)
    row._history_user, row._history_date = values.get("inspector"), now
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        return None
    return row


@transaction.atomic
def remind_of_inspection(*, due: Due, now: datetime) -> int:
    """Tells whom it concerns, each once: before it is due who inspects, once it is overdue also the project heads.

    Returns how many were told just now. Staff of the desk are not told (A32).
    """
    if due.row is None or not due.is_waiting or now < due.remind_at:
        return 0
    site = due.desk.site
    overdue = now >= due.due_at
    if not overdue and due.state != Inspection.State.PLANNED:
        return 0
    people = [*who_supervises("inspection.do", due.desk, now), *(heads_of(site, now) if overdue else [])]
    what = "overdue" if overdue else "reminder"
    return tell(
        people=people, site=site, matter="inspection", matter_id=due.row.pk, occasion=what, code=f"inspection_{what}",
        fields=in_each_language("desk", due.desk) | {"due_at": due.due_at.isoformat()},
        url=reverse("inspections:page", args=[due.desk.slug]), now=now,
    )


@transaction.atomic
def miss_inspection(*, inspection: Inspection, now: datetime) -> Inspection:
    """Marks a daily inspection that nobody finished on its day as missed; the log says so to supervisors."""
    desk = inspection.desk
    hold_books(book_of(desk))
    row = claim(
        Inspection, inspection.pk, old=("planned", "in_progress"), new="missed", actor=None, reason="end of the day", now=now
    )
    fields = {"was_due_at": row.due_at.isoformat(), "occasion": row.occasion}
    record_act(actor=None, desk=desk, now=now, code="inspection_missed", fields=fields, audience="supervisors")
    return row

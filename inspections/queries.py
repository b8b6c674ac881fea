"""Which inspections are due, and reads of inspections and findings for several pages (A31, A32, A33)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet

from desks.clock import at
from desks.models import ChecklistItem, Desk, OpeningHours, Person, Role
from desks.queries import checklist_items
from inspections import rules
from inspections.models import Finding, Inspection, InspectionResult
from rosters.queries import duties_on

OPEN = (Finding.State.OPEN, Finding.State.ACTION_SET, Finding.State.DONE)
# What a finding is about.
OF = ("result__item", "result__inspection", "opening__entry", "counted__item", "checked__item")
# Who may own an action.
OWNER_ROLES = (Role.AGENT, Role.BUTLER, Role.SUPERVISOR, Role.PROJECT_HEAD)


@dataclass(frozen=True)
class Due:
    """An inspection that falls due on a day: its times, and its row once somebody or the clock has made one."""

    desk: Desk
    day: date
    occasion: str
    remind_at: datetime
    due_at: datetime
    row: Inspection | None

    @property
    def state(self) -> str:
        """The state of its row; planned before there is one."""
        return self.row.state if self.row else Inspection.State.PLANNED

    @property
    def is_waiting(self) -> bool:
        """Whether it is still to be done."""
        return self.state in {Inspection.State.PLANNED, Inspection.State.IN_PROGRESS}

    def tone_at(self, now: datetime) -> str:
        """How it is shown: bad when overdue, warn once reminded of."""
        return "bad" if now >= self.due_at else "warn" if now >= self.remind_at else "info"


def due_inspections(desk: Desk, day: date) -> list[Due]:
    """The two inspections that fall due on a site's day, or none on a day on which the desk is closed (A32).

    The first is due at the desk's inspection time, the second so many minutes after the change of shift, of which it
    is reminded; both times are settings.
    """
    hours = OpeningHours.objects.filter(desk=desk, weekday=day.weekday()).first()
    if hours is None:
        return []
    settings, zone = desk.settings, desk.site.zone
    rows = {row.occasion: row for row in Inspection.objects.filter(desk=desk, site_day=day).exclude(occasion="extra")}
    duties = [(duty.starts_at, duty.ends_at) for duty in duties_on(desk, day)]
    change = rules.change_of_shift(duties, at(day, hours.opens, zone), at(day, hours.closes, zone))
    morning = at(day, settings.inspection_time, zone)
    times = {
        "morning": (morning - timedelta(minutes=settings.inspection_reminder_minutes), morning),
        "handover": (change, change + timedelta(minutes=settings.handover_inspection_minutes)),
    }
    found = []
    for occasion, (remind_at, due_at) in times.items():
        row = rows.get(occasion)
        begun = row is not None and row.state != Inspection.State.PLANNED
        found.append(Due(desk, day, occasion, remind_at, row.due_at if begun else due_at, row))
    return found


def items_for(inspection: Inspection) -> list[tuple[ChecklistItem, InspectionResult | None]]:
    """The items of the desk's checklist with their results; once it is done, exactly what was inspected (A31)."""
    results = {result.item_id: result for result in inspection.results.select_related("item", "finding")}
    items = [result.item for result in results.values()]
    if inspection.state == Inspection.State.IN_PROGRESS:
        answered = {item.code for item in items}
        items += [item for item in checklist_items(inspection.desk, "inspection") if item.code not in answered]
    return [(item, results.get(item.pk)) for item in sorted(items, key=lambda item: (item.position, item.pk))]


def inspections_of(
    desk: Desk, *, occasion: str = "", state: str = "", since: date | None = None, until: date | None = None
) -> QuerySet[Inspection]:
    """The desk's inspections, newest first, with the number of failed items, narrowed by what is given; days are the site's."""
    rows = Inspection.objects.filter(desk=desk).exclude(state=Inspection.State.PLANNED)
    if occasion:
        rows = rows.filter(occasion=occasion)
    if state:
        rows = rows.filter(state=state)
    if since:
        rows = rows.filter(site_day__gte=since)
    if until:
        rows = rows.filter(site_day__lte=until)
    failed = Count("results", filter=Q(results__outcome="fail"))
    return rows.select_related("inspector").annotate(failed=failed).order_by("-site_day", "-started_at", "-pk")


def findings_of(desk: Desk, *, state: str = "", owner: Person | None = None) -> QuerySet[Finding]:
    """The desk's findings, newest first; `state` may be "unsettled" for all that still ask for something."""
    rows = Finding.objects.filter(desk=desk).select_related(*OF, "owner", "verified_by")
    if state == "unsettled":
        rows = rows.filter(state__in=OPEN)
    elif state:
        rows = rows.filter(state=state)
    return rows.filter(owner=owner) if owner else rows


def recent_with_same_item(finding: Finding) -> int:
    """How many other findings of the desk the same item had in the 90 days before (A33: repeated ones are shown)."""
    since = finding.found_at - timedelta(days=90)
    of = "counted__item__code" if finding.counted_id else "result__item__code" if finding.result_id else "checked__item__code"
    same = Finding.objects.filter(
        **{of: finding.item.code}, desk=finding.desk_id, found_at__gte=since, found_at__lte=finding.found_at
    )
    return same.exclude(pk=finding.pk).count()


def last_planned_day(desk: Desk) -> date | None:
    """The newest day for which the desk's daily inspections were planned."""
    rows = Inspection.objects.filter(desk=desk).exclude(occasion="extra").order_by("-site_day")
    return rows.values_list("site_day", flat=True).first()

"""What several tests need: an inspection under way, one that is finished, a finding."""

from datetime import datetime

from desks.queries import checklist_items
from desks.testing import Town
from inspections import actions
from inspections.models import Finding, Inspection


def started(town: Town, now: datetime, occasion: str = "morning") -> Inspection:
    """The day's inspection, begun by the supervisor."""
    return actions.start_inspection(actor=town.supervisor, desk=town.desk, occasion=occasion, now=now)


def finished(town: Town, now: datetime, *, failed: dict[str, tuple[str, str]] | None = None, occasion: str = "morning") -> Inspection:
    """A finished inspection; `failed` maps codes of items to what is wrong and what was corrected on the spot."""
    row = started(town, now, occasion)
    items = {item.code: item for item in checklist_items(town.desk, "inspection")}
    for code, (remark, correction) in (failed or {}).items():
        actions.set_result(
            actor=town.supervisor, inspection=row, item=items[code], outcome="fail", remark=remark, correction=correction, now=now
        )
    actions.pass_the_rest(actor=town.supervisor, inspection=row, now=now)
    return actions.finish_inspection(actor=town.supervisor, inspection=row, now=now)


def finding(town: Town, now: datetime, occasion: str = "morning") -> Finding:
    """An open finding about the environment."""
    row = finished(town, now, failed={"environment": ("台面杂物较多", "")}, occasion=occasion)
    return Finding.objects.get(result__inspection=row)

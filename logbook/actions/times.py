"""When something happened, when it was typed, and when it was recorded: what an entry says of it (A17)."""

from datetime import datetime

from desks.models import Desk, Person
from desks.permissions import may
from desks.refusal import Refused
from logbook import rules
from logbook.queries import desk_since, in_emergency


def why_not_time(desk: Desk, happened: datetime, typed_at: datetime, late_reason: str, sure: bool) -> Refused | None:
    """The rule of the time. Of what was typed as it happened the database is asked nothing, even if the network kept it back."""
    if typed_at - happened <= rules.KEPT_BACK:
        return None
    late = rules.is_late(occurred_at=happened, now=typed_at, settings=desk.settings)
    return rules.why_not_time(
        occurred_at=happened, typed_at=typed_at, late_reason=late_reason, sure=sure, settings=desk.settings,
        during_emergency=late and in_emergency(desk, typed_at), desk_since=None if sure else desk_since(desk),
    )


def said_of_the_time(
    actor: Person, desk: Desk, happened: datetime, typed_at: datetime | None, now: datetime
) -> dict[str, str]:
    """When it was typed, where the network kept it for a while, and that it waits for the supervisor's consent (A17)."""
    said = {}
    if typed_at is not None and now - typed_at > rules.KEPT_BACK:
        said["typed_at"] = typed_at.isoformat()
    if rules.is_late(occurred_at=happened, now=now, settings=desk.settings):
        decides = may(actor, "log.review", desk=desk, now=now)
        if rules.needs_consent(occurred_at=happened, now=now, decides=decides, settings=desk.settings):
            said["consent"] = "asked"
    return said

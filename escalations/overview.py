"""What the page of all escalations is made of: what waits for whom, what was decided, and how long the steps took (A4, A11)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from desks.models import Desk
from escalations.models import Escalation, EscalationStep, Level
from escalations.queries import levels_asked, with_times
from escalations.rules import WAITING

State, Kind = Escalation.State, EscalationStep.Kind


@dataclass(frozen=True)
class Board:
    """The escalations of some desks; `mine` wait for the reader, `theirs` for the other level."""

    mine: list[Escalation]
    theirs: list[Escalation]
    decided: QuerySet[Escalation]
    of_the_month: QuerySet[Escalation]
    heads: bool

    def decisions_of(self, escalations: list[Escalation]) -> dict[int, EscalationStep]:
        """The decision that holds, by the escalation's key; one query."""
        rows = EscalationStep.objects.filter(escalation__in=escalations, kind__in=[Kind.DECIDED, Kind.PHONE_DECIDED])
        return {step.escalation_id: step for step in rows.select_related("decided_by", "by", "entry__words").order_by("pk")}

    def medians(self) -> list[tuple[str, timedelta | None, int]]:
        """Of what was raised in the month: words, the median from being raised, and of how many."""
        rows = list(self.of_the_month.values_list("raised_at", "acknowledged_at", "decided_at", "closed_at"))
        found = []
        for place, words in enumerate((_("acknowledged after"), _("decided after"), _("closed after")), start=1):
            times = [row[place] - row[0] for row in rows if row[place] is not None]
            found.append((words, median(times) if times else None, len(times)))
        return found


def board_of(
    desks: list[Desk], *, begin_end: tuple[datetime, datetime], emergency: bool, state: str, now: datetime, heads: bool
) -> Board:
    """What the page shows of these desks: all that waits, and what was raised between the two moments and is decided.

    `state` is "waiting", "decided", "closed" or "" for all; `heads` says that the reader decides what waits for the
    project head, else what waits for the supervisors.
    """
    rows = with_times(Escalation.objects.filter(desk__in=desks))
    rows = rows.select_related("desk__site", "desk__settings", "entry", "entry__words", "raised_by")
    if emergency:
        rows = rows.filter(emergency=True)
    waiting = list(rows.filter(state__in=WAITING).order_by("-emergency", "asked_at", "pk")) if state in {"", "waiting"} else []
    own = Level.PROJECT_HEAD if heads else Level.SUPERVISOR
    levels = levels_asked(waiting, now)
    raised = rows.filter(raised_at__gte=begin_end[0], raised_at__lt=begin_end[1])
    wanted = {"": [State.DECIDED, State.CLOSED], "decided": [State.DECIDED], "closed": [State.CLOSED]}.get(state, [])
    return Board(
        mine=[each for each in waiting if levels[each.pk] == own], theirs=[each for each in waiting if levels[each.pk] != own],
        decided=raised.filter(state__in=wanted).order_by("-raised_at", "-pk"), of_the_month=raised, heads=heads,
    )

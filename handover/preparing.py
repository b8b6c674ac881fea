"""What the preparation of a handover draws from the desk's data and its log: steps, summary, risk (A25, A26, C7)."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count
from django.utils import translation

from desks.models import ChecklistItem, ChecklistTemplate, Desk, Person
from desks.queries import checklist_items
from escalations.queries import open_escalations_of
from handover.models import Handover, HandoverMatter
from handover.news import last_here
from handover.queries import named_relief, rounds_missed
from handover.relief import relief_of
from handover.risk import RiskFacts, why_higher_risk
from handover.summary import SummaryFacts, drafted
from logbook.models import Entry, Watch
from logbook.queries import entries_of, running_emergencies
from logbook.words import DeskWords
from registers.queries import open_differences
from rosters.models import Duty, DutyChange

HANDOVER = ChecklistTemplate.Purpose.HANDOVER
# The steps that the page itself fills; what else stands in the desk's list is the desk's own, and ticked.
STANDING = ("happened", "matters", "messages", "instructions", "count", "environment")
# Without these nothing is told (A25, A26): they cannot be taken out of use.
ALWAYS = frozenset({"happened", "matters"})


def step_labels(desk: Desk) -> dict[str, str]:
    """The standing steps that the desk uses, each with its own label; "" where the desk's list does not name it.

    A step is left out only where the list names it and it is out of use; a desk without a list has them all.
    """
    rows = ChecklistItem.objects.filter(template__desk=desk, template__purpose=HANDOVER, template__current=True, code__in=STANDING)
    named: dict[str, ChecklistItem] = {}
    for row in rows.order_by("current", "version"):
        named[row.code] = row
    used = [code for code in STANDING if code in ALWAYS or code not in named or named[code].current]
    return {code: named[code].label if code in named and named[code].current else "" for code in used}


def own_steps(desk: Desk) -> list[ChecklistItem]:
    """The steps that the desk has added to its list, in their order."""
    return [item for item in checklist_items(desk, HANDOVER) if item.code not in STANDING]


def kinds_in(desk: Desk, first: int, last: int | None, words: DeskWords | None = None) -> list[tuple[str, int]]:
    """How many entries of each kind the numbers hold, the most first; the labels in the reader's language (A25).

    `words` of the desk, where they are read already.
    """
    found = entries_of(desk, first=first, last=last).filter(act=Entry.Act.ENTRY).order_by().values_list("kind")
    labels = {kind.code: kind.label for kind in (words or DeskWords(desk)).kinds_ever}
    counted = found.annotate(many=Count("pk")).order_by("-many", "kind")
    return [(labels.get(code, code), many) for code, many in counted]


def summary_of(handover: Handover) -> str:
    """The summary by rule, in the installation's language, as the log stands at the cut-off."""
    desk, watch = handover.desk, handover.watch
    matters = list(handover.matters.select_related("root"))
    by_why: dict[str, int] = {}
    for matter in matters:
        by_why[matter.why] = by_why.get(matter.why, 0) + 1
    with translation.override(settings.LANGUAGE_CODE):
        kinds = kinds_in(desk, watch.first_number, handover.cut_off) if watch else []
        return drafted(SummaryFacts(
            entries=sum(many for _label, many in kinds), by_kind=kinds,
            critical=_numbers(matters, lambda each: each.severity == "critical"),
            overdue=_numbers(matters, lambda each: each.why == "overdue"), by_why=by_why,
            escalated=[each.entry.number for each in open_escalations_of(desk)],
            emergencies=[each.root.number for each in running_emergencies(desk)],
            rounds_missed=[each.miss.number for each in rounds_missed(handover)],
        ))


def _numbers(matters: list[HandoverMatter], wanted: Callable[[HandoverMatter], bool]) -> list[int]:
    return sorted(each.root.number for each in matters if wanted(each))


def risks_found(handover: Handover, now: datetime) -> list[str]:
    """Why this handover is of higher risk, as far as the desk's data say so now; nothing for a closing or an opening (A26)."""
    if handover.mode != Handover.Mode.FACE or handover.watch is None:
        return []
    desk, incoming = handover.desk, handover.incoming
    last = last_here(incoming, desk, now)
    away = timedelta(days=desk.settings.away_days)
    facts = RiskFacts(
        emergency_running=bool(running_emergencies(desk)),
        critical_open=False,
        difference_open=open_differences(desk).exists(),
        somebody_comes=incoming is not None,
        last_here=last.until if last else None,
        desk_is_new=not Watch.objects.filter(desk=desk, started_at__lt=now - away).exists(),
        stands_in=incoming is not None and _stands_in(incoming, handover.watch, now),
    )
    return why_higher_risk(facts, now=now, away=away)


def _stands_in(incoming: Person, watch: Watch, now: datetime) -> bool:
    """Whether somebody else was rostered, the supervisor named them, or their duty came by a stand-in."""
    named = named_relief(watch)
    if named is not None and named.person_id == incoming.pk:
        return True
    relief = relief_of(watch, now)
    if relief is None:
        return False
    own = [duty for duty in relief.duties if duty.person_id == incoming.pk]
    keys = [duty.pk for duty in own]
    return not own or Duty.objects.filter(pk__in=keys, brought_in_by__kind=DutyChange.Kind.STAND_IN).exists()

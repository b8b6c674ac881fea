"""The matters of a desk by their state (A1, A9, A30)."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Case, Count, Exists, F, Min, OuterRef, Q, QuerySet, When, Window
from django.db.models.functions import Greatest

from desks.clock import day_bounds, local_day
from desks.hooks import first_steps
from desks.models import Desk, Person
from logbook.models import Entry, FollowUp
from logbook.queries.entries import book_ids_of
from logbook.queries.rows import HEAVY
from logbook.queries.watches import ended_watches_ago
from logbook.rules import OPEN_STATES, counts_from

# The act by which the clock raises a matter that was passed on too often.
RAISED = "matter_carried"
# So many closed matters are counted and paged through here; older ones are found in the log.
CLOSED_SHOWN = 5000
# The due time that counts; the same as rules.counts_from.
COUNTS_FROM = Case(
    When(state="waiting", waiting_until__isnull=False, then=Greatest("due_at", "waiting_until")), default=F("due_at")
)


def _follow_ups_of(desk: Desk, see_restricted: bool) -> QuerySet[FollowUp]:
    found = FollowUp.objects.filter(book__in=book_ids_of(desk))
    return found if see_restricted else found.exclude(root__audience=Entry.Audience.SUPERVISORS)


def open_follow_ups_of(desk: Desk, *, see_restricted: bool = True) -> QuerySet[FollowUp]:
    """The desk's open matters, by due time, those without one last (A1); only with `see_restricted` those of supervisors."""
    return (
        _follow_ups_of(desk, see_restricted)
        .filter(state__in=OPEN_STATES)
        .select_related("root", "root__words", "root__author", "last_entry")
        .order_by("due_at", "root__number")
    )


def todo_of(desk: Desk, limit: int, now: datetime, *, see_restricted: bool = True) -> tuple[list[Entry], int, int]:
    """The first entries of the open matters by due time, how many are open and how many overdue; one query.

    See `open_follow_ups_of`.
    """
    matters = list(
        _follow_ups_of(desk, see_restricted)
        .filter(state__in=OPEN_STATES)
        .select_related("root", "root__words")
        .defer(*(f"root__{name}" for name in (*HEAVY, "words__salt")))
        .annotate(all_open=Window(Count("pk")), all_overdue=Window(Count("pk", filter=_overdue(now))))
        .order_by("due_at", "root__number")[:limit]
    )
    return [matter.root for matter in matters], *((matters[0].all_open, matters[0].all_overdue) if matters else (0, 0))


def _overdue(now: datetime) -> Q:
    return Q(due_at__lte=now) & ~(Q(state="waiting") & Q(waiting_until__gt=now))


def _raised() -> Exists:
    """Whether it was raised after the due time that counts: another due time is another occasion."""
    return Exists(Entry.objects.filter(refers_to=OuterRef("root_id"), code=RAISED, occurred_at__gt=OuterRef("counts_from")))


def narrowings(desk: Desk, person: Person, now: datetime) -> dict[str, Q]:
    """What the open matters of a desk are narrowed to, by name.

    The person's own are those that they handle by name (no account is needed for that, so the name is compared), that
    they wrote, or whose last step they took.
    """
    begin, end = day_bounds(local_day(now, desk.site.zone), desk.site.zone)
    names = [name for name in (person.name, person.name_latin) if name]
    handles = Q(*(Q(handler__iexact=name) for name in names), _connector=Q.OR)
    return {
        "mine": handles | Q(root__author=person) | Q(last_entry__author=person),
        "overdue": _overdue(now),
        "today": Q(due_at__gte=begin, due_at__lt=end) | Q(waiting_until__gte=begin, waiting_until__lt=end),
        "waiting": Q(state="waiting"),
        "raised": Q(_raised()),
    }


def narrowed_follow_ups(desk: Desk, show: str, person: Person, now: datetime, *, see_restricted: bool = True) -> QuerySet[FollowUp]:
    """The desk's matters as a list shows them: "closed", one of `narrowings`, or all that are open; see `open_follow_ups_of`."""
    if show == "closed":
        return closed_follow_ups_of(desk, see_restricted=see_restricted)
    found = open_follow_ups_of(desk, see_restricted=see_restricted)
    narrowed = narrowings(desk, person, now).get(show)
    return found.annotate(counts_from=COUNTS_FROM).filter(narrowed) if narrowed is not None else found


def counts_of(desk: Desk, person: Person, now: datetime, *, see_restricted: bool = True) -> dict[str, int]:
    """How many matters each of the lists holds, closed ones up to CLOSED_SHOWN; three queries. See `narrowed_follow_ups`."""
    rows = _follow_ups_of(desk, see_restricted)
    still_open = rows.filter(state__in=OPEN_STATES)
    sums = {name: Count("pk", filter=narrowed) for name, narrowed in narrowings(desk, person, now).items() if name != "raised"}
    counted = still_open.aggregate(open=Count("pk"), **sums)
    return counted | {
        "raised": still_open.annotate(counts_from=COUNTS_FROM).filter(_raised()).count(),
        "closed": rows.filter(state=FollowUp.State.CLOSED).order_by("-changed_at")[:CLOSED_SHOWN].count(),
    }


def raises_of(matters: Iterable[FollowUp]) -> dict[int, Entry]:
    """By the matter's first entry: the act that raised it for the due time that counts now; one query (A1)."""
    due = {
        matter.root_id: counts_from(state=matter.state, due_at=matter.due_at, waiting_until=matter.waiting_until)
        for matter in matters
        if matter.due_at is not None and matter.state in OPEN_STATES
    }
    found: dict[int, Entry] = {}
    if due:
        for entry in Entry.objects.filter(refers_to__in=due, code=RAISED).defer(*HEAVY).order_by("number"):
            if entry.occurred_at > due[entry.refers_to_id or 0]:
                found[entry.refers_to_id or 0] = entry
    return found


def first_acts_of(roots: Iterable[int]) -> dict[int, datetime]:
    """By the matter's first entry: when the first act was recorded that is a first step of it, a call for one; one query (A9, A16).

    Which acts those are the floors say in `desks.hooks.first_steps`; what the clock writes of itself is nobody's step.
    """
    keys = list(roots)
    if not keys:
        return {}
    acts = Entry.objects.filter(
        refers_to__in=keys, act=Entry.Act.ACT, code__in=first_step_codes(), author__isnull=False, recorded_at__isnull=False
    )
    return dict(acts.values("refers_to").annotate(first=Min("recorded_at")).values_list("refers_to", "first").order_by())


def first_step_codes() -> list[str]:
    """The codes of the acts that are a first step of the matter that they refer to (A9)."""
    return [code for code, _clause in first_steps]


def matters_to_raise(desk: Desk, now: datetime) -> QuerySet[FollowUp]:
    """Open matters that the desk's watches have carried past their due time as often as its settings allow, not raised yet (A1).

    Not those that wait for a date to come, nor what an import brought overdue: that is told together.
    """
    allowed = desk.settings.carried_shifts
    border = ended_watches_ago(desk, allowed, now) if allowed else None
    if border is None:
        return FollowUp.objects.none()
    rows = open_follow_ups_of(desk).annotate(counts_from=COUNTS_FROM).filter(~_raised(), due_at__lt=border, counts_from__lt=border)
    return rows.exclude(root__original_recorded_at__isnull=False, counts_from__lte=F("root__recorded_at"))


def overdue_follow_ups_of(desk: Desk, now: datetime, *, see_restricted: bool = True) -> QuerySet[FollowUp]:
    """Open matters past their due time; one that waits for a date counts from that date."""
    return open_follow_ups_of(desk, see_restricted=see_restricted).filter(_overdue(now))


def closed_follow_ups_of(desk: Desk, *, see_restricted: bool = True) -> QuerySet[FollowUp]:
    """The desk's closed matters, the newest first; see `open_follow_ups_of`."""
    return (
        _follow_ups_of(desk, see_restricted)
        .filter(state=FollowUp.State.CLOSED)
        .select_related("root", "root__words", "root__author", "last_entry")
        .order_by("-changed_at")
    )


def open_imported_of(desk: Desk) -> QuerySet[FollowUp]:
    """The desk's imported matters that are still open, oldest first (A1)."""
    return open_follow_ups_of(desk).filter(root__original_recorded_at__isnull=False).order_by("root__number")

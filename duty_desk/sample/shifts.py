"""Who is on duty at the sample desk on which day, and how a sample day opens, changes hands and closes (A26–A30, I3)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from desks.binding import Confirmation
from desks.models import Desk, Person
from handover import actions
from handover.models import Handover, HandoverMatter
from handover.queries import digest_now
from logbook.actions import book_of
from logbook.queries import current_watch, head_of

NextStep = Callable[[str], str]
"""What the outgoing says comes next, by the kind of the matter."""
Found = Callable[[Handover, datetime], None]
"""What the people of a handover find wrong, before they mark the rest as right."""
OPENS, CHANGE, CLOSES = time(8), time(15, 55), time(22)


@dataclass(frozen=True)
class Pairs:
    """The two of the early shift and the two of the late one, by sign-in name; the first of each holds the desk."""

    early: tuple[str, str]
    late: tuple[str, str]

    def mark(self, login: str) -> str:
        """What the roster's file says for the person."""
        return "早" if login in self.early else "晚" if login in self.late else "休"


@dataclass(frozen=True)
class Rota:
    """Two teams in turn; the one with the accounts that are printed first is there on the day of `today`."""

    today: date
    teams = (Pairs(("he", "zhou"), ("liang", "chen")), Pairs(("huang", "lin"), ("wu", "zheng")))

    def on(self, day: date) -> Pairs:
        """The pairs of a day."""
        return self.teams[(day - self.today).days % 2]

    @property
    def logins(self) -> list[str]:
        """Everybody who takes a turn."""
        return [login for team in self.teams for login in (*team.early, *team.late)]


def _prepared(handover: Handover, next_step: NextStep, overnight: str, now: datetime) -> Handover:
    """Everything that stands in the way of signing is done by the right people."""
    outgoing, incoming = handover.outgoing, handover.incoming
    for matter in handover.matters.filter(group="one_by_one").select_related("root"):
        if handover.mode == Handover.Mode.CLOSING:
            actions.name_overnight(actor=outgoing, matter=matter, overnight=overnight, now=now)
        else:
            said = matter.severity == HandoverMatter.Severity.CRITICAL
            actions.tell_matter(
                actor=outgoing, matter=matter, next_step=next_step(matter.root.kind), now=now,
                carried=_carried(matter, outgoing, now) if said else None,
            )
            actions.acknowledge_matter(
                actor=incoming, matter=matter, said_back=next_step(matter.root.kind) if said else "", now=now
            )
            if said:
                actions.hear_matter(actor=outgoing, matter=matter, now=now)
    someone = incoming or outgoing
    if incoming is not None:
        actions.acknowledge_rest(actor=incoming, handover=handover, now=now)
    actions.count_all_correct(actor=someone, handover=handover, now=now)
    actions.check_all_pass(actor=someone, handover=handover, now=now)
    return Handover.objects.get(pk=handover.pk)


def _carried(matter: HandoverMatter, outgoing: Person | None, now: datetime) -> actions.Carried:
    """Who does the next step of a critical matter and by when: as the log says, else its department within two hours."""
    later = matter.by_when if matter.by_when is not None and matter.by_when > now else now + timedelta(hours=2)
    return actions.Carried(matter.owner or str(outgoing), later, matter.if_then)


def _sign(act: Callable[..., object], person: Person, handover: Handover, now: datetime) -> None:
    row = Handover.objects.get(pk=handover.pk)
    act(
        confirmed=Confirmation(person, "pin", now), handover=row, digest=digest_now(row), seen=head_of(book_of(row.desk))[0], now=now
    )


def start_day(
    desk: Desk, first: Person, colleague: Person, next_step: NextStep, now: datetime, found: Found | None = None
) -> None:
    """The first holder of the day opens the desk with a colleague."""
    handover = actions.open_desk(actor=first, desk=desk, now=now, colleagues=[colleague])
    if found is not None:
        found(handover, now)
    _sign(actions.sign_opening, first, _prepared(handover, next_step, "", now), now)


def hand_over(
    desk: Desk, incoming: Person, colleague: Person, next_step: NextStep, now: datetime, found: Found | None = None
) -> None:
    """The holder hands the desk over to the late shift; both sign."""
    watch = current_watch(desk)
    assert watch is not None
    handover = actions.start_handover(actor=watch.holder, desk=desk, incoming=incoming, now=now, colleagues=[colleague])
    if found is not None:
        found(handover, now)
    prepared = _prepared(handover, next_step, "", now)
    _sign(actions.sign_out, watch.holder, prepared, now)
    _sign(actions.sign_in, incoming, prepared, now)


def stop_day(desk: Desk, overnight: str, now: datetime) -> None:
    """The last holder counts, names who has each urgent matter overnight, signs alone, and the desk is closed."""
    watch = current_watch(desk)
    assert watch is not None
    handover = actions.close_desk(actor=watch.holder, desk=desk, now=now)
    _sign(actions.sign_closing, watch.holder, _prepared(handover, lambda _kind: "", overnight, now), now)

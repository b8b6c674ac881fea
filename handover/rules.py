"""What a handover demands, as pure functions: which matters alone, what stands in the way, who may sign (A23–A30, I4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from desks.refusal import Refused, Words


@dataclass(frozen=True)
class MatterFacts:
    """What the rule must know of an open follow-up. Times are aware."""

    opened_at: datetime
    changed_at: datetime
    due_at: datetime | None
    urgency: str
    severity: str


def why_one_by_one(matter: MatterFacts, *, since: datetime, now: datetime, due_soon: timedelta) -> str:
    """Why the matter is gone through alone: critical, overdue, soon, new, changed; "" for the unchanged rest (A26).

    `since` is the beginning of the watch, `due_soon` the desk's setting.
    """
    if matter.urgency in {"urgent", "emergency"} or matter.severity == "critical":
        return "critical"
    if matter.due_at is not None and matter.due_at <= now:
        return "overdue"
    if matter.due_at is not None and matter.due_at <= now + due_soon:
        return "soon"
    if matter.opened_at >= since:
        return "new"
    if matter.changed_at >= since:
        return "changed"
    return ""


def severity_of(matter: MatterFacts, why: str) -> str:
    """Critical, watch or stable: as somebody has set it, else by urgency and due time (A26)."""
    if matter.severity:
        return matter.severity
    if why == "critical":
        return "critical"
    return "watch" if why in {"overdue", "soon"} else "stable"


WHY_WORDS: dict[str, Promise] = {
    "critical": _("urgent"),
    "overdue": _("overdue"),
    "soon": _("due soon"),
    "new": _("new in this watch"),
    "changed": _("changed in this watch"),
}


@dataclass(frozen=True)
class Facts:
    """The numbers that decide whether a handover may be signed."""

    mode: str
    state: str
    untold: int = 0
    unacknowledged: int = 0
    rest_open: bool = False
    uncounted: int = 0
    unexplained: int = 0
    counted_once: int = 0
    moved: int = 0
    unchecked: int = 0
    unanswered: int = 0
    without_remark: int = 0
    without_overnight: int = 0
    not_yet_included: int = 0
    holder_changed: bool = False
    nobody_comes: bool = False
    apart: bool = False
    unowned: int = 0
    unheard: int = 0
    untyped: int = 0
    unread: int = 0
    undone: int = 0
    consent_missing: bool = False
    stopping: int = 0
    """Open matters during which the desk is not handed over (C10)."""


@dataclass(frozen=True)
class Obstacle:
    """One thing that still stands in the way of signing: how many, in words, and where on the page it is settled."""

    code: str
    count: int
    words: Words
    anchor: str


def what_stands_in_the_way(facts: Facts) -> list[Obstacle]:
    """Everything that must be done before anybody signs, in the order of the page (A26–A30)."""
    found: list[Obstacle] = []

    def add(code: str, count: int, words: Words, anchor: str) -> None:
        if count:
            found.append(Obstacle(code, count, words, anchor))

    add("suspended", int(facts.state == "suspended"), _("the handover is suspended by a fault"), "stop")
    add("refused", int(facts.state == "refused"), _("a refusal waits for the supervisor's decision"), "stop")
    add(
        "stopping", facts.stopping,
        ngettext_lazy("open matter during which this desk is not handed over", "open matters during which this desk is not handed over",
                      facts.stopping),
        "stopping",
    )
    add("nobody_comes", int(facts.nobody_comes), _("nobody is named yet who takes over"), "comes")
    add("apart", int(facts.apart), _("it must be gone through together, face to face"), "together")
    add("consent", int(facts.consent_missing), _("a handover of higher risk waits for the supervisor"), "risk")
    add("holder_changed", int(facts.holder_changed), _("the holder's part has passed on since this handover began"), "matters")
    add(
        "not_yet_included", facts.not_yet_included,
        ngettext_lazy("open matter came in and is not in the list yet", "open matters came in and are not in the list yet",
                      facts.not_yet_included),
        "matters",
    )
    add(
        "untold", facts.untold,
        ngettext_lazy("matter to be told with its next step", "matters to be told with their next steps", facts.untold),
        "matters",
    )
    add(
        "unowned", facts.unowned,
        ngettext_lazy("critical matter without who does it and by when", "critical matters without who does them and by when",
                      facts.unowned),
        "matters",
    )
    add(
        "unread", facts.unread,
        ngettext_lazy("important entry to be read by the incoming", "important entries to be read by the incoming", facts.unread),
        "new-entries",
    )
    add(
        "unacknowledged", facts.unacknowledged,
        ngettext_lazy("matter to be confirmed by the incoming", "matters to be confirmed by the incoming",
                      facts.unacknowledged),
        "matters",
    )
    add(
        "untyped", facts.untyped,
        ngettext_lazy("critical matter to be said back in writing", "critical matters to be said back in writing", facts.untyped),
        "matters",
    )
    add(
        "unheard", facts.unheard,
        ngettext_lazy("matter said back, to be ticked by the outgoing", "matters said back, to be ticked by the outgoing",
                      facts.unheard),
        "matters",
    )
    add("rest", int(facts.rest_open), _("list of unchanged matters to be confirmed"), "rest")
    add(
        "overnight", facts.without_overnight,
        ngettext_lazy("urgent matter without a name for the night", "urgent matters without a name for the night",
                      facts.without_overnight),
        "matters",
    )
    add("uncounted", facts.uncounted, ngettext_lazy("item to be counted", "items to be counted", facts.uncounted), "count")
    add(
        "unexplained", facts.unexplained,
        ngettext_lazy("difference to be explained", "differences to be explained", facts.unexplained), "count",
    )
    add(
        "counted_once", facts.counted_once,
        ngettext_lazy("difference to be counted a second time", "differences to be counted a second time", facts.counted_once), "count",
    )
    add(
        "moved", facts.moved,
        ngettext_lazy("item went out or came back since it was counted: count it again",
                      "items went out or came back since they were counted: count them again", facts.moved),
        "count",
    )
    add(
        "unchecked", facts.unchecked,
        ngettext_lazy("thing at the desk to be checked", "things at the desk to be checked", facts.unchecked), "environment",
    )
    add(
        "remark", facts.without_remark,
        ngettext_lazy("failed check without a remark", "failed checks without a remark", facts.without_remark), "environment",
    )
    add(
        "unanswered", facts.unanswered,
        ngettext_lazy("failed check to be put right, followed up, or made a ground for refusing",
                      "failed checks to be put right, followed up, or made a ground for refusing", facts.unanswered),
        "environment",
    )
    add("undone", facts.undone, ngettext_lazy("step of the desk to be done", "steps of the desk to be done", facts.undone), "steps")
    return found


def is_said_back(*, severity: str, asked: str) -> bool:
    """Whether the incoming says this matter back; `asked` is the desk's setting: critical, all or none (A30)."""
    return asked == "all" or (asked == "critical" and severity == "critical")


def why_not_carried(
    *, severity: str, owner: str, by_when: datetime | None, if_then: str, asks_if_then: bool, now: datetime
) -> Refused | None:
    """Why a matter may not be carried over to the next shift yet, or None: a critical one says who does it, and by when (A26).

    By the desk's setting also what is done if that does not work out. `by_when` and `now` are aware.
    """
    if severity != "critical":
        return None
    if not owner:
        return Refused(
            "A26", _("A critical matter says who does the next step."), _("Write a name or a department."), field="owner"
        )
    if by_when is None:
        return Refused("A26", _("A critical matter says by when."), _("Give the time of the next step."), field="by_when")
    if by_when <= now:
        return Refused("A26", _("This time has passed."), _("Give a time to come."), field="by_when")
    if asks_if_then and not if_then:
        return Refused(
            "A26", _("A critical matter says what is done if that does not work out."), _("Write: if …, then …"), field="if_then"
        )
    return None


def why_not_said_back(*, typed: bool, said_back: str) -> Refused | None:
    """Why saying a matter back does not do yet, or None: in writing where the desk or the risk asks for it (A30)."""
    if typed and not said_back:
        return Refused(
            "A30", _("This matter is said back in writing."), _("Write what you will do next, and when."), field="said_back"
        )
    return None


def why_not_sign(obstacles: list[Obstacle]) -> Refused | None:
    """Why nobody may sign yet, or None (A29)."""
    if not obstacles:
        return None
    return Refused(
        "A29",
        _("Something still stands in the way of signing."),
        _("Go through the list beside the signatures; each line leads to its place."),
        field="secret",
    )


def why_not_pair(outgoing: int | None, incoming: int | None) -> Refused | None:
    """Why these two may not hand over to each other, or None: nobody stands on both sides (A29, I4)."""
    if outgoing is not None and outgoing == incoming:
        return Refused(
            "I4", _("Nobody hands over to themselves."), _("Choose the person who takes over."), field="incoming"
        )
    return None


def why_not_same_content(shown: str, present: str) -> Refused | None:
    """Why the signature may not be given over what the page showed, or None: the content has changed since (I4)."""
    if shown == present:
        return None
    return Refused(
        "I4",
        _("The content has changed since this page was shown."),
        _("Read what has changed and sign again."),
        field="secret",
    )


def is_counted_twice(countings: Sequence[Decimal]) -> bool:
    """Whether a difference was counted a second time and the last two numbers agree (A28). Oldest first."""
    return len(countings) > 1 and countings[-1] == countings[-2]


HIGHEST_READING = Decimal("999999999.999")


def read_reading(text: str) -> Decimal:
    """The number that was read off, full-width digits and a minus included. Raises Refused, beside its field (C7)."""
    plain = text.strip().replace(",", "").replace("，", "").replace("．", ".").replace("－", "-").replace("−", "-")
    try:
        reading = Decimal(plain)
    except InvalidOperation as error:
        raise Refused("C7", _("This is not a number."), _("Write what the instrument shows in digits."), field="reading") from error
    if not reading.is_finite() or abs(reading) > HIGHEST_READING:
        raise Refused("C7", _("No instrument shows this number."), _("Read it off again."), field="reading")
    if reading != reading.quantize(Decimal("0.001")):
        raise Refused("C7", _("A reading has three decimals at most."), _("Write it with fewer."), field="reading")
    return reading.quantize(Decimal("0.001"))


def is_within(reading: Decimal, lowest: Decimal | None, highest: Decimal | None) -> bool:
    """Whether the reading is a good one; the limits themselves are good, and one that is not set has no say (C7)."""
    return (lowest is None or reading >= lowest) and (highest is None or reading <= highest)


def relief_is_missing(
    duty_starts_at: datetime, duty_ends_at: datetime, *, grace: timedelta, now: datetime, present: bool
) -> bool:
    """Whether the relief of a duty is missing: it has begun, the grace is over, nobody of it is there (A23)."""
    return not present and duty_starts_at + grace <= now < duty_ends_at


def past_duty(
    starts_at: datetime, ends_at: datetime, duties: list[tuple[datetime, datetime]]
) -> list[tuple[datetime, datetime]] | None:
    """The times in which somebody held the desk past the end of a duty of theirs, outside of every duty; None without a duty (A10, A23).

    Time before a duty begins is arriving early, and not past anything.
    """
    if not duties:
        return None
    parts, at = [], max(starts_at, min(end for _begin, end in duties))
    for begin, end in [*sorted(duties), (ends_at, ends_at)]:
        if at < min(begin, ends_at):
            parts.append((at, min(begin, ends_at)))
        at = max(at, end)
    return parts

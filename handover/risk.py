"""Which handovers are of higher risk, and why, as a pure rule (A25, A26, C10)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

RISK_WORDS: dict[str, Promise] = {
    "emergency": _("an emergency is still running"),
    "critical": _("a critical matter is open"),
    "difference": _("a difference in the count is not settled"),
    "away": _("the incoming has been away for days"),
    "new_here": _("the incoming is new at this desk"),
    "stand_in": _("the incoming stands in"),
}
# With these the incoming knows less than usual, or must act at once: more is asked before both sign.
ASK_MORE = frozenset({"emergency", "away", "new_here", "stand_in"})


@dataclass(frozen=True)
class RiskFacts:
    """What the rule must know. Times are aware; `last_here` is the end of the incoming's last watch at the desk, if any."""

    emergency_running: bool
    critical_open: bool
    difference_open: bool
    somebody_comes: bool
    last_here: datetime | None
    desk_is_new: bool
    """Whether the desk has been held for less than the days that count as away: then everybody is new to it."""
    stands_in: bool


def why_higher_risk(facts: RiskFacts, *, now: datetime, away: timedelta) -> list[str]:
    """The codes of RISK_WORDS that hold, in their order; `away` is the desk's setting (A25, A26).

    What is said of the incoming counts once somebody is named.
    """
    comes = facts.somebody_comes
    holds = {
        "emergency": facts.emergency_running,
        "critical": facts.critical_open,
        "difference": facts.difference_open,
        "away": comes and facts.last_here is not None and now - facts.last_here > away,
        "new_here": comes and facts.last_here is None and not facts.desk_is_new,
        "stand_in": comes and facts.stands_in,
    }
    return [code for code in RISK_WORDS if holds[code]]


def asks_more(risks: list[str]) -> bool:
    """Whether critical matters are said back in writing and each new important entry is read alone (A25, A30)."""
    return bool(ASK_MORE & set(risks))

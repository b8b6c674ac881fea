"""The short summary that a handover begins with, drafted from the log by rule: counts, what is urgent first (A25, A26).

It names matters by number and kind alone: what an entry says stands in the entry, where it can be veiled (docs/record.md).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from desks.templatetags.desks_tags import comma

SHOWN = 5


@dataclass(frozen=True)
class SummaryFacts:
    """What the draft is made of; numbers are those of the matters' first entries."""

    entries: int
    by_kind: Sequence[tuple[str, int]]
    """Labels of kinds with how many entries of this watch, the most first."""
    critical: Sequence[int]
    overdue: Sequence[int]
    by_why: Mapping[str, int]
    """How many open matters by why they are told alone; "" is the unchanged rest."""
    escalated: Sequence[int]
    emergencies: Sequence[int]
    rounds_missed: Sequence[int] = ()
    """Numbers of the entries that say that a round was missed in this watch."""


def drafted(facts: SummaryFacts) -> str:
    """The summary in the language that is active: a line for each thing that there is, what is urgent first."""
    open_ones = sum(facts.by_why.values())
    lines = []
    if facts.emergencies:
        lines.append(_("Emergency still running: %(numbers)s.") % {"numbers": _numbers(facts.emergencies)})
    if facts.critical:
        lines.append(_("Critical: %(numbers)s.") % {"numbers": _numbers(facts.critical)})
    if facts.overdue:
        lines.append(_("Overdue: %(numbers)s.") % {"numbers": _numbers(facts.overdue)})
    if facts.escalated:
        lines.append(_("Escalated, not closed: %(numbers)s.") % {"numbers": _numbers(facts.escalated)})
    if facts.rounds_missed:
        lines.append(_("Rounds missed: %(numbers)s.") % {"numbers": _numbers(facts.rounds_missed)})
    if open_ones:
        said = ngettext("%(count)d open matter", "%(count)d open matters", open_ones) % {"count": open_ones}
        parts = [
            words % {"count": facts.by_why[why]}
            for why, words in (("new", _("%(count)d new")), ("changed", _("%(count)d changed")), ("soon", _("%(count)d due soon")),
                               ("", _("%(count)d unchanged")))
            if facts.by_why.get(why)
        ]
        lines.append(_("%(what)s: %(parts)s.") % {"what": said, "parts": comma().join(parts)} if parts else f"{said}.")
    else:
        lines.append(_("No open matters."))
    happened = ngettext("%(count)d entry in this watch", "%(count)d entries in this watch", facts.entries) % {"count": facts.entries}
    kinds = comma().join(f"{label} {count}" for label, count in facts.by_kind[:SHOWN])
    lines.append(_("%(what)s: %(parts)s.") % {"what": happened, "parts": kinds} if kinds else f"{happened}.")
    return "\n".join(lines)


def _numbers(numbers: Sequence[int]) -> str:
    shown = comma().join(f"#{number}" for number in numbers[:SHOWN])
    return f"{shown} …" if len(numbers) > SHOWN else shown

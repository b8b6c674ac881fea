"""When a desk is unattended and who answers for it, as pure functions (A10, B1.13, B2.6)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from desks.refusal import Refused
from rosters.rules.attendance import Span, merged

OF_THE_FIRST_SHIFT = ("visitor", "meal")
"""For these reasons of the first shift the second answers, where the desk has that rule (B1.13)."""


@dataclass(frozen=True)
class Gap:
    """A time in which somebody was rostered and nobody who counts was at the desk. Moments are in UTC."""

    begin: datetime
    end: datetime
    """The moment that was asked about, for a gap that still goes on."""
    left_by: int | None
    """Who was the last there before; None where nobody had come yet."""


def minus(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """What is left of the spans where the others are taken out; both in any order."""
    left = merged(spans)
    for begin, end in merged(taken):
        left = [piece for start, stop in left for piece in ((start, min(stop, begin)), (max(start, end), stop)) if piece[0] < piece[1]]
    return left


def gaps_of(planned: Iterable[Span], there: Mapping[int, Sequence[Span]]) -> list[Gap]:
    """The times within the planned ones in which none of these people was there, in order (A10, B1.13).

    `there` holds, by person, when somebody whose role counts was at the desk and not away from it.
    """
    spans = [(begin, end, person) for person, own in there.items() for begin, end in own]
    made = []
    for start, stop in merged(planned):
        for begin, end in minus([(start, stop)], [(first, last) for first, last, _person in spans]):
            before = [(last, person) for first, last, person in spans if start <= last <= begin and first < last]
            made.append(Gap(begin, end, max(before)[1] if before else None))
    return made


def is_unattended(gap: Gap, *, minutes: int) -> bool:
    """Whether it has lasted for more than so many minutes; 0 never (B1.13)."""
    return minutes > 0 and gap.end - gap.begin > timedelta(minutes=minutes)


def who_answers(*, left_by: int, because: str, shifts: Mapping[int, datetime], second_shift: bool) -> int:
    """Whom the rule proposes: who left last; where the desk has the rule, the second shift for a visitor or meal of the first (B1.13).

    `shifts` says of whoever had a duty at that moment when it began. Where no later shift has begun, the one who left answers.
    """
    own = shifts.get(left_by)
    if not second_shift or because not in OF_THE_FIRST_SHIFT or own is None or own > min(shifts.values()):
        return left_by
    later = sorted((begins, person) for person, begins in shifts.items() if begins > own)
    return later[0][1] if later else left_by


def why_not_ask_another(*, unattended: bool, asked: bool, own: bool, knows_desk: bool) -> Refused | None:
    """Why the supervisor does not ask this person about an unattended desk too, or None (B1.13, A22)."""
    if not unattended:
        return Refused("B1.13", _("Each answers for their own duty."), _("Settle this case."), field="person")
    if not knows_desk:
        return Refused("B1.13", _("This person had nothing to do with the desk then."), _("Choose somebody with a duty there."), field="person")
    if own:
        return Refused("A22", _("Nobody asks themselves."), _("Another supervisor or an acting one asks."), field="person")
    if asked:
        return Refused("A22", _("This was asked already."), _("Open the case."), field="person")
    return None

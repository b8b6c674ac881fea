"""How nights, weekends, holidays and hours are spread, and how unfair that is, as pure functions (A5, E4).

A fair share is in proportion to the contract: who works half the hours has half the nights. Nobody is measured against days on
which they were not of the desk.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from rosters.rules.days import DayKind, KindOfDay
from rosters.rules.facts import Turn

COUNTED = ("nights", "weekends", "holidays")


@dataclass(frozen=True)
class Count:
    """What a person has worked: duties, of them nights, duties on public holidays, weekends (each once), minutes."""

    duties: int = 0
    nights: int = 0
    weekends: int = 0
    holidays: int = 0
    minutes: int = 0

    @property
    def hours(self) -> float:
        """The minutes as hours, to a tenth."""
        return round(self.minutes / 60, 1)


def count_of(turns: Iterable[Turn], kinds: Mapping[date, KindOfDay]) -> Count:
    """Counts turns by the site's day on which they begin; those on days that are not among `kinds` are left out."""
    mine = [turn for turn in turns if turn.day in kinds]
    weekends = {kinds[turn.day].weekend for turn in mine} - {None}
    return Count(
        duties=len(mine), nights=sum(turn.night for turn in mine), weekends=len(weekends),
        holidays=sum(kinds[turn.day].kind == DayKind.HOLIDAY for turn in mine), minutes=sum(turn.minutes for turn in mine),
    )


def shares_of(total: int, weights: Mapping[int, int]) -> dict[int, Fraction]:
    """What each would fairly have of a total, in proportion to the weights; nobody anything where all weigh nothing."""
    whole = sum(weights.values())
    return {key: Fraction(total * weight, whole) if whole else Fraction(0) for key, weight in weights.items()}


def ahead_of(have: Mapping[int, int], weights: Mapping[int, int]) -> dict[int, Fraction]:
    """By how many each is above the fair share, below it where negative; who comes first is who is furthest below."""
    shares = shares_of(sum(have.values()), weights)
    return {key: count - shares.get(key, Fraction(0)) for key, count in have.items()}


def moves_to_fairness(have: Mapping[int, int], weights: Mapping[int, int]) -> int:
    """How many of what people have would at least have to be somebody else's, for all to stand at their fair share, rounded up or down.

    0 means that it cannot be spread better. Where all weigh nothing there is no share to be measured by, and it is 0.
    """
    if not sum(weights.values()):
        return 0
    shares = shares_of(sum(have.values()), weights)
    too_many = sum(max(0, count - math.ceil(shares.get(key, 0))) for key, count in have.items())
    too_few = sum(max(0, math.floor(share) - have.get(key, 0)) for key, share in shares.items())
    return max(too_many, too_few)


def unfairness(counts: Mapping[int, Count], weights: Mapping[str, Mapping[int, int]]) -> int:
    """One number for how unfair a spread is: how many nights, weekends and holidays together would at least have to be somebody
    else's for each person to have the fair share by contract, rounded up or down. 0 is as fair as can be.

    `weights` holds for each of `COUNTED` what each person's share is in proportion to: contract minutes of the days that count.
    """
    return sum(moves_to_fairness({key: getattr(count, name) for key, count in counts.items()}, weights[name]) for name in COUNTED)

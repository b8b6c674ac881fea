"""What a month of duties asks for, in plain data: the words the drafting engine is spoken to in (A3, A5, A23, E4).

Nothing here knows a database or a clock. Days are numbered from 0, shifts and people go by their keys, times are whole
minutes. A weight is the price of one breach; where a weight is `HARD` the rule is never broken, and a month in which it
cannot be kept is infeasible (`explaining.explain` then says why).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

HARD: Final = None
"""In place of a weight: never broken."""

Weight = int | None
Cell = str | None
"""What a person does on a day: the code of a shift, or None for a day off."""
Roster = Mapping[str, tuple[Cell, ...]]
"""Each person's days, by the person's key; every row as long as the month."""
Progress = Callable[[Roster | None, int | None, float, float], None]
"""Hears the best roster so far (None: none yet keeps every hard rule), its cost, the bound, and the seconds that passed."""

MINUTES_A_DAY = 24 * 60


class Rule(StrEnum):
    """The rules a roster is judged by. The value is the code that explanations and costs carry."""

    NEED = "need"
    """Too few people on a shift, or too few with a skill (`Need.skill`)."""
    SURPLUS = "surplus"
    """More people on a shift than needed."""
    MAY_TAKE = "may_take"
    """The person's role or skill does not allow the shift at all."""
    AWAY = "away"
    """Leave, a fixed day off, or another desk: not there on this day."""
    BARRED = "barred"
    """This one shift on this one day is not open to the person."""
    NO_NIGHTS = "no_nights"
    """The person is protected from nights on this day."""
    DAY_OVERTIME = "day_overtime"
    """The shift is longer than the person's normal day and the day's overtime together."""
    MONTH_OVERTIME = "month_overtime"
    """The month's minutes pass the contract and the month's overtime together."""
    LEAST_MINUTES = "least_minutes"
    """The month's minutes stay under what must at least be given."""
    REST_DAY = "rest_day"
    """No rest day within so many days in a row (one in seven by law)."""
    DAYS_IN_ROW = "days_in_row"
    """More working days in a row than agreed."""
    SHORT_RUN = "short_run"
    """Fewer working days in a row than wished."""
    SHORT_BREAK = "short_break"
    """Fewer days off in a row than wished."""
    REST = "rest"
    """Too few minutes between two duties on consecutive days."""
    FOLLOWS = "follows"
    """A shift that may not follow the one of the day before."""
    WEEKENDS = "weekends"
    """More worked weekends than agreed."""
    SHIFT_LIMIT = "shift_limit"
    """More duties of one kind of shift than agreed for the month."""
    PIN = "pin"
    """A cell that was fixed beforehand."""
    PAIR = "pair"
    """Somebody in training works without the one who trains."""
    WISH = "wish"
    """A wish of the person not met."""
    FAIR_NIGHTS = "fair_nights"
    FAIR_WEEKENDS = "fair_weekends"
    FAIR_HOLIDAYS = "fair_holidays"
    FAIR_HOURS = "fair_hours"
    """Further from the fair share than one would have to be."""
    CHANGE = "change"
    """A cell that differs from the roster that was there before."""


NEVER_GIVEN_UP = frozenset({Rule.NO_NIGHTS, Rule.REST_DAY, Rule.DAY_OVERTIME, Rule.MONTH_OVERTIME, Rule.MAY_TAKE})
"""What law and protection say is never proposed to be relaxed."""


@dataclass(frozen=True)
class Day:
    """A day of the month. Make-up working days have no `weekend`; a holiday in the week may belong to none either."""

    on: date
    weekend: int | None = None
    """The number of the weekend the day belongs to; days of the same weekend share it. None on working days."""
    holiday: bool = False


@dataclass(frozen=True)
class Shift:
    """A kind of shift, the same on every day."""

    code: str
    start: int
    """Minutes after the midnight its day begins with."""
    end: int
    """Minutes after that same midnight: more than 1440 when the shift passes midnight."""
    minutes: int
    """Minutes that count as work, without the break."""
    night: bool = False
    not_before: frozenset[str] = frozenset()
    """Shifts that may not be taken on the day after this one, whatever the minutes between them say."""


@dataclass(frozen=True)
class Limits:
    """What holds for a person over the month. None in a number means that there is no such limit."""

    rest_window: int | None = 7
    """In every so many days in a row at least one is off. Always hard."""
    max_days_in_row: int | None = 6
    max_days_weight: Weight = HARD
    min_rest: int = 600
    """Minutes from the end of a duty to the start of the next."""
    min_rest_weight: Weight = 20
    min_run: int = 1
    min_run_weight: Weight = 2
    """For each day that a run of working days is too short. A run that touches the month's end is not judged."""
    min_break: int = 1
    min_break_weight: Weight = 2
    """For each day that a run of days off is too short; not judged at the month's end."""
    max_weekends: int | None = None
    max_weekends_weight: Weight = HARD
    shift_limits: Mapping[str, int] = field(default_factory=dict)
    """At most so many duties of a shift in the month. Always hard."""


@dataclass(frozen=True)
class Balance:
    """What a person has truly worked over the running months before this one, for fairness."""

    nights: int = 0
    weekends: int = 0
    holidays: int = 0
    minutes: int = 0
    """Minutes worked above (below, if negative) what the contract asked for."""


@dataclass(frozen=True)
class Wish:
    """Want (or do not want) a shift, or a day off (`shift` None), on a day."""

    day: int
    shift: Cell
    want: bool = True
    weight: int = 1


@dataclass(frozen=True)
class Person:
    """Somebody who can be planned for the month, with everything that is theirs alone."""

    key: str
    may_take: frozenset[str]
    """Codes of the shifts that the person's role and skills allow."""
    skills: frozenset[str] = frozenset()
    contract_minutes: int = 0
    """Minutes that the contract asks for in this month. A fair share is in proportion to them."""
    day_minutes: int = 480
    """A normal day; what a shift has above it is the day's overtime."""
    day_overtime: int | None = 180
    month_overtime: int | None = 2160
    """Overtime at most, in minutes, on a day and in the month. None: no limit. Always hard."""
    least_minutes: int = 0
    """The month's minutes may not stay under this. Always hard."""
    no_overtime: bool = False
    """Protected: neither day nor month has overtime, whatever stands above."""
    away: Mapping[int, str] = field(default_factory=dict)
    """Days the person is not there, with a word for the kind (it is handed back in explanations, never interpreted)."""
    barred: frozenset[tuple[int, str]] = frozenset()
    """Single (day, shift) that are not open."""
    no_nights: frozenset[int] = frozenset()
    """Days on which the person is protected from nights."""
    limits: Limits = Limits()
    wishes: tuple[Wish, ...] = ()
    before: tuple[Cell, ...] = ()
    """The last days of the month before, the latest last. Empty: nothing is known, runs begin with the month and are not
    judged for being short."""
    balance: Balance = Balance()
    in_fairness: bool = True
    """Whether the person shares in nights, weekends and holidays by contract (somebody protected or on trial may not)."""

    @property
    def most_minutes(self) -> int | None:
        """The most minutes the person may be given in the month; None when there is no limit."""
        if self.no_overtime:
            return self.contract_minutes
        return None if self.month_overtime is None else self.contract_minutes + self.month_overtime

    @property
    def longest_day(self) -> int | None:
        """The most minutes a duty of the person may have; None when there is no limit."""
        if self.no_overtime:
            return self.day_minutes
        return None if self.day_overtime is None else self.day_minutes + self.day_overtime


@dataclass(frozen=True)
class Need:
    """How many people a shift needs on a day; with a skill, how many of them must have it."""

    day: int
    shift: str
    people: int
    under: Weight = 1000
    """For each one missing."""
    over: Weight = 10
    """For each one too many. Not looked at for a need with a skill."""
    skill: str | None = None


@dataclass(frozen=True)
class Pin:
    """A cell that stands: pre-assigned, pinned by the supervisor, or already worked."""

    person: str
    day: int
    shift: Cell


@dataclass(frozen=True)
class Pair:
    """Whenever `learner` works on one of the days, `guide` works the same shift."""

    learner: str
    guide: str
    weight: Weight = 50
    days: frozenset[int] | None = None
    """None: the whole month."""


@dataclass(frozen=True)
class Fairness:
    """Weights of the spread. One unit away from the fair share costs the weight, the second twice it, and so on."""

    nights: int = 3
    weekends: int = 3
    holidays: int = 3
    hours: int = 1
    """For each `hour_step` minutes that the month with its balance is away from the contract."""
    hour_step: int = 480


@dataclass(frozen=True)
class Problem:
    """A month to be planned. `checking.flaws_of` says what of it contradicts itself before anything is solved."""

    days: tuple[Day, ...]
    shifts: tuple[Shift, ...]
    people: tuple[Person, ...]
    needs: tuple[Need, ...]
    pins: tuple[Pin, ...] = ()
    pairs: tuple[Pair, ...] = ()
    fairness: Fairness = Fairness()
    former: Roster | None = None
    """The roster that stands: with it, solving again changes as little as possible. People not in it are free."""
    change_weight: int = 100
    """For each cell that differs from `former`."""

    def shift(self, code: str) -> Shift:
        """The shift of that code. Raises KeyError when there is none."""
        return {shift.code: shift for shift in self.shifts}[code]

    def person(self, key: str) -> Person:
        """The person of that key. Raises KeyError when there is none."""
        return {person.key: person for person in self.people}[key]


@dataclass(frozen=True)
class Instance:
    """One rule at one place: what explanations and costs are made of. Parts that do not apply are None."""

    rule: Rule
    person: str | None = None
    day: int | None = None
    shift: str | None = None
    skill: str | None = None


@dataclass(frozen=True)
class Breach:
    """A rule broken by a roster: how far (`amount`, in the rule's own unit) and what that costs (None: a hard rule)."""

    at: Instance
    amount: int
    cost: int | None


@dataclass(frozen=True)
class Clash:
    """Rules that cannot be kept together."""

    rules: tuple[Instance, ...]
    """Empty when the month can be done (or when time was over before that was known, see `minimal`)."""
    minimal: bool
    """Whether it is proven that without any one of them the rest can be kept."""
    relax: tuple[Instance, ...]
    """Those of the rules that one may give up, and without which the whole month can be done. Empty although rules clash:
    something else clashes besides."""


class Status(StrEnum):
    """How a solve ended."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"
    """The time was over before a roster, or a proof that there is none, was found."""


@dataclass(frozen=True)
class Result:
    """What solving gave. Without a roster, `cost` is None."""

    status: Status
    roster: Roster | None
    cost: int | None
    bound: float
    """No roster can cost less than this."""
    breaches: tuple[Breach, ...] = ()
    """Every soft rule that the roster breaks, from the checker and not from the solver; their costs add up to `cost`."""
    seconds: float = 0.0

    def cost_by_rule(self) -> dict[Rule, int]:
        """The cost in parts, by rule."""
        parts: dict[Rule, int] = {}
        for breach in self.breaches:
            parts[breach.at.rule] = parts.get(breach.at.rule, 0) + (breach.cost or 0)
        return parts

    def cost_by_person(self) -> dict[str, int]:
        """The cost in parts, by person; what belongs to no person (needs) is left out."""
        parts: dict[str, int] = {}
        for breach in self.breaches:
            if breach.at.person is not None:
                parts[breach.at.person] = parts.get(breach.at.person, 0) + (breach.cost or 0)
        return parts

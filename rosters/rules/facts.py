"""What the rules of working time look at, and what they find: plain data, without database or clock (A5, A6, I5)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from rosters.rules.days import KindOfDay


class System(StrEnum):
    """How working time is counted: the codes of `StaffTerms.System`."""

    STANDARD = "standard"
    COMPREHENSIVE = "comprehensive"
    FLEXIBLE = "flexible"


@dataclass(frozen=True)
class Span:
    """From a day until a day, both included; without a last day it stays open."""

    from_on: date
    until_on: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the day is in it."""
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)


@dataclass(frozen=True)
class Turn:
    """One duty of a person: the site's day on which it begins, its moments (aware), what it counts as."""

    day: date
    starts: datetime
    ends: datetime
    shift: str
    minutes: int
    """Working time in real minutes, without the break."""
    night: bool = False
    elsewhere: bool = False
    """At another desk: it counts for rest, runs and overtime, and is no work of the desk that is judged."""


@dataclass(frozen=True)
class Terms:
    """What is agreed for some days."""

    span: Span
    week_minutes: int
    system: System = System.STANDARD
    days_off: frozenset[int] = frozenset()
    free_weekends: int = 0
    days_in_row: int = 0
    """0: as the desk has it."""
    period_months: int = 1
    """Over how many calendar months the comprehensive system counts."""


@dataclass(frozen=True)
class Wanted:
    """A wish: a shift, or a day off where it is empty; wanted, or rather not."""

    day: date
    shift: str = ""
    want: bool = True
    weight: int = 1


@dataclass(frozen=True)
class Period:
    """What of a counting period lies outside the judged month: minutes of duties before it, contract minutes before and after it."""

    months: int
    minutes: int = 0
    contract: int = 0
    coming: int = 0


@dataclass(frozen=True)
class PersonFacts:
    """One person of the plan: duties, also of the days around, and all that holds for them."""

    key: int
    turns: tuple[Turn, ...] = ()
    terms: tuple[Terms, ...] = ()
    no_nights: tuple[Span, ...] = ()
    no_overtime: tuple[Span, ...] = ()
    away: frozenset[date] = frozenset()
    """Whole days of decided leave: they ask for no hours."""
    leave: tuple[tuple[datetime, datetime], ...] = ()
    """Decided leave as moments, from its start to before its end; of hours too."""
    may_take: Mapping[date, frozenset[str]] | None = None
    """Codes of the shifts that role and skills allow on each day; None where nobody asks."""
    there: frozenset[date] | None = None
    """Days on which the person has a role at the desk; None: all of them."""
    skills: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    wishes: tuple[Wanted, ...] = ()
    period: Period | None = None
    """Where hours are counted over more than the month; None where the month is judged."""

    def terms_on(self, day: date) -> Terms | None:
        """The terms of that day; None where the desk's usual ones hold."""
        return next((terms for terms in self.terms if terms.span.holds_on(day)), None)

    def system_on(self, day: date) -> System:
        """How working time is counted on that day."""
        terms = self.terms_on(day)
        return terms.system if terms is not None else System.STANDARD


@dataclass(frozen=True)
class Limits:
    """The desk's settings (`DeskSettings`), in minutes and days; a number of days that is 0 is no rule."""

    rest_day_within: int = 7
    days_in_row: int = 6
    overtime_day: int = 180
    overtime_month: int = 36 * 60
    day_minutes: int = 480
    week_minutes: int = 2400
    rest_minutes: int = 600


@dataclass(frozen=True)
class PairFacts:
    """Who is trained by whom, on which days."""

    learner: int
    guide: int
    span: Span


@dataclass(frozen=True)
class PlanFacts:
    """A plan to be judged: the days that are judged (a month), the people, what is needed, who is in training."""

    days: Mapping[date, KindOfDay]
    people: tuple[PersonFacts, ...]
    needs: Mapping[tuple[date, str, str], int] = field(default_factory=dict)
    """People needed by day, shift and skill ("" for all of them)."""
    pairs: tuple[PairFacts, ...] = ()
    limits: Limits = Limits()


class Code(StrEnum):
    """What can be broken."""

    OVERLAP = "overlap"
    MAY_TAKE = "may_take"
    AWAY = "away"
    DAY_OFF = "day_off"
    NO_NIGHTS = "no_nights"
    REST_DAY = "rest_day"
    DAYS_IN_ROW = "days_in_row"
    DAY_OVERTIME = "day_overtime"
    NO_OVERTIME = "no_overtime"
    MONTH_OVERTIME = "month_overtime"
    PERIOD_OVERTIME = "period_overtime"
    NO_OVERTIME_MONTH = "no_overtime_month"
    WEEKENDS = "weekends"
    REST = "rest"
    NEED = "need"
    NEED_SKILL = "need_skill"
    PAIR = "pair"
    WISH = "wish"


SOFT = frozenset({Code.REST, Code.NEED, Code.NEED_SKILL, Code.PAIR, Code.WISH})
ABSOLUTE = frozenset({
    Code.OVERLAP, Code.MAY_TAKE, Code.AWAY, Code.NO_NIGHTS, Code.REST_DAY, Code.DAY_OVERTIME, Code.NO_OVERTIME, Code.MONTH_OVERTIME, Code.PERIOD_OVERTIME,
    Code.NO_OVERTIME_MONTH,
})
"""What law, protection, leave and role forbid: no reason lets a roster stand with it. The other hard ones were agreed, and may stand with a reason."""
CLAUSES = {
    Code.OVERLAP: "I5", Code.MAY_TAKE: "A6", Code.AWAY: "A13", Code.DAY_OFF: "A5", Code.NO_NIGHTS: "A5", Code.REST_DAY: "LL38",
    Code.DAYS_IN_ROW: "A5", Code.DAY_OVERTIME: "LL41", Code.NO_OVERTIME: "A5", Code.MONTH_OVERTIME: "LL41", Code.PERIOD_OVERTIME: "LL41", Code.NO_OVERTIME_MONTH: "A5",
    Code.WEEKENDS: "A5", Code.REST: "A13", Code.NEED: "A6", Code.NEED_SKILL: "A6", Code.PAIR: "A5", Code.WISH: "A5",
}
"""The clause, or the article of the Labour Law (LL), that a breach is of."""

_WORDS = {
    Code.OVERLAP: _("on two duties at once"),
    Code.MAY_TAKE: _("has not the role or the skill for this shift"),
    Code.AWAY: _("is not there on this day"),
    Code.DAY_OFF: _("has this weekday off"),
    Code.NO_NIGHTS: _("does no nights"),
    Code.REST_DAY: ngettext_lazy("%(amount)d day in a row without a rest day; one in every %(within)d is due", "%(amount)d days in a row without a rest day; one in every %(within)d is due", "amount"),
    Code.DAYS_IN_ROW: _("%(amount)d days in a row; %(limit)d are agreed"),
    Code.DAY_OVERTIME: _("%(amount_hours)s hours of overtime on a day; %(limit_hours)s are allowed"),
    Code.NO_OVERTIME: _("does no overtime; %(amount_hours)s hours too long on this day"),
    Code.MONTH_OVERTIME: _("%(amount_hours)s hours of overtime in the month; %(limit_hours)s are allowed"),
    Code.PERIOD_OVERTIME: _("%(amount_hours)s hours of overtime in the period over which hours are counted; %(limit_hours)s are allowed"),
    Code.NO_OVERTIME_MONTH: _("does no overtime; %(amount_hours)s hours above the month’s contract"),
    Code.WEEKENDS: _("%(amount)d weekends free; %(limit)d are agreed"),
    Code.REST: _("%(amount_hours)s hours of rest before this duty; %(limit_hours)s should be"),
    Code.NEED: _("%(amount)d missing of %(limit)d"),
    Code.NEED_SKILL: _("%(amount)d missing of %(limit)d who have the skill"),
    Code.PAIR: _("in training, and not beside the one who guides"),
    Code.WISH: _("a wish is not met"),
}


@dataclass(frozen=True)
class Breach:
    """A rule that a plan breaks: at whom (None: at nobody, for a need), on which judged days, how far.

    `amount` and `limit` are in the rule's own unit: minutes for overtime and rest, else days, weekends, people, a weight.
    """

    code: Code
    person: int | None
    days: tuple[date, ...]
    shift: str = ""
    skill: str = ""
    amount: int = 1
    limit: int = 0

    @property
    def hard(self) -> bool:
        """Whether it may not stand at all; a soft one is weighed."""
        return self.code not in SOFT

    @property
    def absolute(self) -> bool:
        """Whether no reason lets a roster stand with it."""
        return self.code in ABSOLUTE

    @property
    def clause(self) -> str:
        """The clause or the article of law that it is of."""
        return CLAUSES[self.code]

    @property
    def words(self) -> str:
        """What is wrong, in the reader's language, without the person's name and the days, which stand beside it.

        For who drafts the roster: it may say from what somebody is protected, and is not for colleagues.
        """
        values = {
            "amount": self.amount, "limit": self.limit, "within": self.limit + 1,
            "amount_hours": f"{self.amount / 60:.1f}".removesuffix(".0"), "limit_hours": f"{self.limit / 60:.1f}".removesuffix(".0"),
        }
        return str(_WORDS[self.code] % values)

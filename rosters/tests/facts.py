"""Plans for tests of the rules of working time, and a second, slow way to judge them that shares nothing with the rules."""

import calendar
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from rosters.rules import span_of
from rosters.rules.days import DayKind, KindOfDay
from rosters.rules.facts import Limits, PairFacts, Period, PersonFacts, PlanFacts, Span, System, Terms, Turn, Wanted

SHANGHAI = ZoneInfo("Asia/Shanghai")
SHIFTS = {
    "early": (time(8), time(16), 30, False), "late": (time(14), time(23), 0, False), "night": (time(22), time(8), 60, True),
    "long": (time(8), time(20), 0, False), "round": (time(9), time(9), 0, True),
}
# The clock goes forward and back in these months; one is short, one is leap, one begins a year.
MONTHS = [date(2026, 12, 1), date(2026, 3, 1), date(2026, 11, 1), date(2028, 2, 1), date(2026, 10, 1), date(2027, 2, 1), date(2026, 4, 1)]
ZONES = ["Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Europe/London"]


def turn(day: date, shift: str = "early", *, zone: ZoneInfo = SHANGHAI, **more: object) -> Turn:
    """A duty of one of the shifts above on that day."""
    starts, ends, pause, night = SHIFTS[shift]
    begin, stop = span_of(day=day, starts=starts, ends=ends, zone=zone)
    minutes = int((stop.astimezone(UTC) - begin.astimezone(UTC)).total_seconds()) // 60 - pause
    return Turn(**{"day": day, "starts": begin, "ends": stop, "shift": shift, "minutes": minutes, "night": night} | more)


def days_of_month(first: date, **kinds: DayKind) -> dict[date, KindOfDay]:
    """The days of the month by their weekdays; others by keywords d1=…, d25=…."""
    days = [first.replace(day=number) for number in range(1, calendar.monthrange(first.year, first.month)[1] + 1)]
    return {
        day: KindOfDay(day, kinds.get(f"d{day.day}", DayKind.WEEKEND if day.weekday() >= 5 else DayKind.WORKING)) for day in days
    }


def _span(rnd: Random, first: date) -> Span:
    """Some days around the month, with an end or without."""
    begin = first + timedelta(days=rnd.randint(-20, 31))
    return Span(begin, rnd.choice([None, begin + timedelta(days=rnd.randint(0, 40))]))


def _spans(rnd: Random, first: date) -> tuple[Span, ...]:
    return tuple(_span(rnd, first) for _ in range(rnd.choice([0, 0, 1])))


def _terms_of(rnd: Random, span: Span) -> Terms:
    off = frozenset(rnd.sample(range(7), rnd.randint(0, 2)))
    return Terms(span, rnd.randint(600, 2700), rnd.choice(list(System)), off, rnd.randint(0, 3), rnd.randint(0, 6))


def _leave(rnd: Random, day: date, zone: ZoneInfo) -> tuple[tuple[datetime, datetime], ...]:
    """Some hours or days off that were decided, or none."""
    begins = datetime.combine(day, time(rnd.randint(4, 23)), tzinfo=zone)
    return rnd.choice([(), ((begins, (begins.astimezone(UTC) + timedelta(hours=rnd.randint(1, 60))).astimezone(zone)),)])


def _person(rnd: Random, key: int, first: date, zone: ZoneInfo) -> PersonFacts:
    """Somebody with any duties around the month, and any agreement."""
    shifts = list(SHIFTS)

    def around(low: int = -2, high: int = 32) -> date:
        return first + timedelta(days=rnd.randint(low, high))

    cells = dict.fromkeys((around(-12, 42), rnd.choice(shifts)) for _ in range(rnd.randint(0, 35)))
    cut = around(-5, 31)
    ways = [(), (Span(cut),), (Span(cut - timedelta(days=60), cut - timedelta(days=1)), Span(cut))]
    allowed = frozenset(rnd.sample(shifts, 3))
    days = {first + timedelta(days=number) for number in range(-12, 43)}
    return PersonFacts(
        key, tuple(turn(day, shift, zone=zone, elsewhere=rnd.random() < 0.1) for day, shift in cells),
        tuple(_terms_of(rnd, span) for span in rnd.choice(ways)), _spans(rnd, first), _spans(rnd, first),
        away=frozenset(around() for _ in range(rnd.randint(0, 3))), leave=_leave(rnd, around(), zone),
        may_take=rnd.choice([None, {day: allowed for day in days if day.day % 7}]),
        there=rnd.choice([None, frozenset(rnd.sample(sorted(days), 30))]), skills={"english": _spans(rnd, first)},
        wishes=tuple(Wanted(around(), rnd.choice(["", *shifts]), rnd.random() < 0.5, rnd.randint(1, 3)) for _ in range(rnd.randint(0, 3))),
        period=rnd.choice([None, None, Period(3, rnd.randint(0, 30000), rnd.randint(0, 20000), rnd.choice([0, 0, 9600]))]),
    )


def any_plan(rnd: Random) -> PlanFacts:
    """Any plan of a month."""
    first, zone = rnd.choice(MONTHS), ZoneInfo(rnd.choice(ZONES))
    days = days_of_month(first, **{f"d{rnd.randint(1, 28)}": rnd.choice(list(DayKind)) for _ in range(rnd.randint(0, 4))})
    some = tuple(_person(rnd, key, first, zone) for key in range(1, rnd.randint(1, 3) + 1))
    limits = Limits(
        rest_day_within=rnd.choice([0, 2, 7, 7, 7]), days_in_row=rnd.choice([0, 3, 6]), overtime_day=rnd.choice([0, 60, 180]),
        overtime_month=rnd.choice([0, 600, 2160]), rest_minutes=rnd.choice([0, 480, 600, 660]),
    )
    needs = {
        (rnd.choice(sorted(days)), rnd.choice(list(SHIFTS)), rnd.choice(["", "english"])): rnd.randint(1, 3) for _ in range(rnd.randint(0, 6))
    }
    pairs = tuple(PairFacts(1, rnd.choice([2, 3]), _span(rnd, first)) for _ in range(rnd.randint(0, 1)))
    return PlanFacts(days, some, needs, pairs, limits)


plans = st.randoms(use_true_random=True).map(any_plan)


STEP = 5 * 60
STEP = 5 * 60
Found = set[tuple[str, int | None, date, str]]


def slowly(facts: PlanFacts) -> Found:
    """Every (code, person, day, detail) that is wrong, found by looking at each day, minute and pair in turn."""
    found: Found = set()
    for person in facts.people:
        found |= {(code, person.key, day, detail) for code, day, detail in _of_person(facts, person) if day in facts.days}
    for (day, shift, skill), needed in facts.needs.items():
        count = 0
        for person in facts.people:
            on = any(each.day == day and each.shift == shift and not each.elsewhere for each in person.turns)
            able = not skill or any(_in(span, day) for span in person.skills.get(skill, ()))
            count += on and able
        if count < needed and day in facts.days:
            found.add(("need_skill" if skill else "need", None, day, f"{shift}{needed - count}"))
    for pair in facts.pairs:
        for person in facts.people:
            for each in person.turns if person.key == pair.learner else ():
                beside = any(
                    other.key == pair.guide and (one.day, one.shift, one.elsewhere) == (each.day, each.shift, False)
                    for other in facts.people for one in other.turns
                )
                if not each.elsewhere and _in(pair.span, each.day) and not beside and each.day in facts.days:
                    found.add(("pair", person.key, each.day, each.shift))
    return found


def _in(span: Span, day: date) -> bool:
    return day in {span.from_on + timedelta(days=number) for number in range((day - span.from_on).days + 1)} and (
        span.until_on is None or not day > span.until_on
    )


def _terms(person: PersonFacts, day: date) -> Terms | None:
    for terms in person.terms:
        if _in(terms.span, day):
            return terms
    return None


def _minutes_of(one: Turn) -> range:
    """Every five minutes of it, which is as fine as the shifts above are."""
    return range(int(datetime.timestamp(one.starts)) // STEP, int(datetime.timestamp(one.ends)) // STEP)


def _of_person(facts: PlanFacts, person: PersonFacts):
    limits = facts.limits
    taken = Counter(minute for each in person.turns for minute in _minutes_of(each))
    busy = set(taken)
    own_minutes_of_leave = {
        minute for begins, stops in person.leave for minute in range(int(begins.timestamp()) // STEP, int(stops.timestamp()) // STEP)
    }
    for each in person.turns:
        own = _minutes_of(each)
        if any(taken[minute] > 1 for minute in own):
            yield "overlap", each.day, ""
        free, start = 0, min(own)
        while free * 5 < limits.rest_minutes and start - free - 1 not in busy:
            free += 1
        before = [other for other in person.turns if start - 1 in _minutes_of(other)]
        straight_on = bool(before) and all(max(_minutes_of(other)) == start - 1 and other.day != each.day for other in before)
        if (free * 5 > 0 or straight_on) and free * 5 < limits.rest_minutes:
            rested = {other.day for other in person.turns if max(_minutes_of(other)) == start - free - 1}
            for day in [each.day] if each.day in facts.days else rested:
                yield "rest", day, str(free * 5)
        if not each.elsewhere:
            if person.may_take is not None and each.shift not in person.may_take.get(each.day, ()):
                yield "may_take", each.day, each.shift
            if each.day in person.away or own_minutes_of_leave & set(own):
                yield "away", each.day, each.shift
            terms = _terms(person, each.day)
            if terms and each.day.isoweekday() - 1 in terms.days_off:
                yield "day_off", each.day, each.shift
        if each.night and [span for span in person.no_nights if _in(span, each.day)]:
            yield "no_nights", each.day, each.shift
    yield from _of_days(facts, person)
    yield from _of_month(facts, person)


def _of_days(facts: PlanFacts, person: PersonFacts):
    limits = facts.limits
    yield from _of_runs(facts, person)
    for day in facts.days:
        terms = _terms(person, day)
        over = sum(each.minutes for each in person.turns if each.day == day) - 480
        protected = [span for span in person.no_overtime if _in(span, day)]
        if over > 0 and protected:
            yield "no_overtime", day, str(over)
        elif over > limits.overtime_day and (terms is None or terms.system == "standard"):
            yield "day_overtime", day, str(over)
        for wish in person.wishes:
            if wish.day == day:
                has = bool([1 for each in person.turns if each.day == day and wish.shift in {"", each.shift}])
                if (has if wish.shift else not has) is not wish.want:
                    yield "wish", day, f"{wish.shift}{wish.weight}"


def _of_runs(facts: PlanFacts, person: PersonFacts):
    worked = [each.day for each in person.turns]
    for code in ("rest_day", "days_in_row"):
        wrong = {day for day in facts.days if _too_many(code, facts, person, day)}
        for day in wrong:
            yield code, day, ""
        last, after = max(facts.days), max(facts.days) + timedelta(days=1)
        began = last
        while began - timedelta(days=1) in worked and began in worked:
            began -= timedelta(days=1)
        later = False
        while after in worked and last in worked:
            later = later or _too_many(code, facts, person, after)
            after += timedelta(days=1)
        if later and not [day for day in wrong if day >= began]:
            yield code, last, ""


def _too_many(code: str, facts: PlanFacts, person: PersonFacts, day: date) -> bool:
    worked, row = [each.day for each in person.turns], 0
    while day - timedelta(days=row) in worked:
        row += 1
    if code == "rest_day":
        return bool(facts.limits.rest_day_within) and row >= facts.limits.rest_day_within
    terms = _terms(person, day)
    most = terms.days_in_row if terms and terms.days_in_row else facts.limits.days_in_row
    return bool(most) and row > most


def _of_month(facts: PlanFacts, person: PersonFacts):
    contract, total, protected, flexible = 0.0, 0, False, False
    for day, kind in facts.days.items():
        terms = _terms(person, day)
        if kind.kind in {"working", "makeup"} and day not in person.away and (person.there is None or day in person.there):
            contract += (terms.week_minutes if terms else 2400) / 5
        total += sum(each.minutes for each in person.turns if each.day == day)
        protected = protected or any(_in(span, day) for span in person.no_overtime)
        flexible = flexible or bool(terms and terms.system == "flexible")
    over = total - round(contract)
    last = max((each.day for each in person.turns if each.day in facts.days), default=None)
    if last and over > 0 and protected:
        yield "no_overtime_month", last, str(over)
    elif last and over > max(0, facts.limits.overtime_month) and not flexible and person.period is None:
        yield "month_overtime", last, str(over)
    if last and person.period:
        had, asked = person.period.minutes + total, person.period.contract + round(contract) + person.period.coming
        if had - asked > 3 * facts.limits.overtime_month:
            yield "period_overtime", last, str(had - asked)
    weeks: dict[date, list[date]] = {}
    for day, kind in facts.days.items():
        if kind.kind == "weekend":
            weeks.setdefault(day - timedelta(days=day.weekday()), []).append(day)
    spoilt = [[day for day in days if any(each.day == day for each in person.turns)] for days in weeks.values()]
    terms = _terms(person, sorted(facts.days)[-1])
    if terms and weeks and spoilt.count([]) < min(terms.free_weekends, len(weeks)):
        for days in spoilt:
            for day in days:
                yield "weekends", day, str(spoilt.count([]))

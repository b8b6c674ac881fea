"""What a plan must keep of working time, and what it should: each rule a pure function with its clause or article (A5, A6, A13, I5).

They look at plain facts (rosters.rules.facts) and know neither database nor solver: drafts, edited grids and requests are all
judged by `breaches_of`. Days are days of the site; times are compared as moments, so that a night of a changed clock has the
hours that it really has. Turns before and after the judged days count for runs and rest: a run that becomes too long after the
judged days is told on the last of them, so that a duty at the month's end is judged with the month that follows.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, timedelta

from rosters.rules.days import KindOfDay
from rosters.rules.facts import Breach, Code, PersonFacts, PlanFacts, System, Turn

ONE_DAY = timedelta(days=1)


def breaches_of(facts: PlanFacts) -> list[Breach]:
    """Every breach of the plan, the hard ones first, then by day. The one entry for grid, drafts and requests."""
    found: list[Breach] = []
    for person in facts.people:
        for rule in (
            overlaps, not_taken, while_away, on_days_off, nights_of_protected, days_without_rest, too_many_days_in_row,
            overtime_of_days, overtime_of_month, overtime_of_period, too_short_rests, too_few_free_weekends, unmet_wishes,
        ):
            found += rule(facts, person)
    found += missing_people(facts)
    found += learners_alone(facts)
    return sorted(found, key=lambda each: (not each.hard, each.days, each.code, each.person or 0, each.shift))


def overlaps(facts: PlanFacts, person: PersonFacts) -> Iterator[Breach]:
    """Nobody is on two duties at once (I5)."""
    turns = sorted(person.turns, key=lambda turn: (turn.starts.astimezone(UTC), turn.ends.astimezone(UTC)))
    until = None
    for turn in turns:
        if until is not None and turn.starts.astimezone(UTC) < until.ends.astimezone(UTC):
            yield from _at(facts, Code.OVERLAP, person, {until.day, turn.day}, shift=turn.shift)
        if until is None or turn.ends.astimezone(UTC) > until.ends.astimezone(UTC):
            until = turn


def not_taken(facts: PlanFacts, person: PersonFacts) -> Iterator[Breach]:
    """Who has not the role or the skill for a shift on the day does not take it (A6)."""
    for turn in _own(person):
        if person.may_take is not None and turn.shift not in person.may_take.get(turn.day, frozenset()):
            yield from _at(facts, Code.MAY_TAKE, person, {turn.day}, shift=turn.shift)


def while_away(facts: PlanFacts, person: PersonFacts) -> Iterator[Breach]:
    """Whose leave was decided has no duty on its days, nor one that runs into its hours (A13)."""
    leave = [(begins.astimezone(UTC), stops.astimezone(UTC)) for begins, stops in person.leave]
    for turn in _own(person):
        starts, ends = turn.starts.astimezone(UTC), turn.ends.astimezone(UTC)
        if turn.day in person.away or any(begins < ends and starts < stops for begins, stops in leave):
            yield from _at(facts, Code.AWAY, person, {turn.day}, shift=turn.shift)


def on_days_off(facts: PlanFacts, person: PersonFacts) -> Iterator[Breach]:
    """A fixed day off is kept (A5)."""
    for turn in _own(person):
        terms = person.terms_on(turn.day)
        if terms is not None and turn.day.weekday() in terms.days_off:
            yield from _at(facts, Code.DAY_OFF, person, {turn.day}, shift=turn.shift)


def nights_of_protected(facts: PlanFacts, person: PersonFacts) -> Iterator[Breach]:
    """Who is protected from nights on a day has none that begins on it (A5)."""
    for turn in person.turns:
        if turn.night and any(span.holds_on(turn.day) for span in person.no_nights):
            yield from _at(facts, Code.NO_NIGHTS, person, {turn.day}, shift=turn.shift)


def days_without_rest(facts: PlanFacts, person: PersonFacts) -> Iterator[Breach]:
    """In every so many days in a row at least one is a rest day (Labour Law 38): a day of the site on which no duty begins.

    One breach for each run that is too long, from the first day by which it is.
    """
    window = facts.limits.rest_day_within
    if window:
        for run in _runs(person):
            bad = list(range(window - 1, len(run)))
            for places in _told(facts, run, bad):
                yield from _at(facts, Code.REST_DAY, person, places, amount=len(run), limit=window - 1)


def too_many_days_in_row(facts: PlanFacts, person: PersonFacts) -> Iterator[Breach]:
    """No more working days in a row than agreed with the person, or than the desk has (A5). The day counts on which it is too many."""
    for run in _runs(person):
        limits = [days_in_row_of(facts, person, day) for day in run]
        bad = [place for place, limit in enumerate(limits) if limit and place >= limit]
        for days in _told(facts, run, bad):
            own = [limits[place] for place in bad if run[place] in days] or [limits[place] for place in bad if run[place] > max(days)]
            yield from _at(facts, Code.DAYS_IN_ROW, person, days, amount=len(run), limit=min(own))


def _told(facts: PlanFacts, run: list[date], bad: list[int]) -> Iterator[set[date]]:
    """On which days a run is told of whose places `bad` are too many: on those that are judged; where all of them come after the
    judged days, on the last judged day that leads to them."""
    judged = {run[place] for place in bad if run[place] in facts.days}
    if judged:
        yield judged
        return
    for place in bad:
        leading = [day for day in run[:place] if day in facts.days]
        if leading:
            yield {leading[-1]}
            return


def days_in_row_of(facts: PlanFacts, person: PersonFacts, day: date) -> int:
    """How many working days in a row are agreed on that day; 0 is no limit."""
    terms = person.terms_on(day)
    return (terms.days_in_row if terms is not None else 0) or facts.limits.days_in_row


def overtime_of_days(facts: PlanFacts, person: PersonFacts) -> Iterator[Breach]:
    """A day has no more overtime than the law allows (Labour Law 41), and none where the person is protected from it (A5).

    What counts is what begins on the day. Whose hours are counted over a period, or who has no fixed ones, has no limit for a day.
    """
    minutes: Counter[date] = Counter()
    for turn in person.turns:
        minutes[turn.day] += turn.minutes
    for day, total in sorted(minutes.items()):
        over = total - facts.limits.day_minutes
        if over > 0 and any(span.holds_on(day) for span in person.no_overtime):
            yield from _at(facts, Code.NO_OVERTIME, person, {day}, amount=over)
        elif person.system_on(day) == System.STANDARD and over > facts.limits.overtime_day:
            yield from _at(facts, Code.DAY_OVERTIME, person, {day}, amount=over, limit=facts.limits.overtime_day)


def overtime_of_month(facts: PlanFacts, person: PersonFacts) -> Iterator[Breach]:
    """The judged month has no more overtime than the law allows (Labour Law 41), none where the person is protected on any of its days (A5).

    Overtime is what stands above the month's contract (`contract_minutes`); who has no fixed hours has none, and where hours are counted
    over a longer period that is judged (`overtime_of_period`).
    """
    contract = contract_minutes(facts, person)
    total = sum(turn.minutes for turn in person.turns if turn.day in facts.days)
    over = total - contract
    worked = {turn.day for turn in person.turns if turn.day in facts.days}
    if over <= 0 or not worked:
        return
    if any(span.holds_on(day) for span in person.no_overtime for day in facts.days):
        yield from _at(facts, Code.NO_OVERTIME_MONTH, person, {max(worked)}, amount=over)
    elif person.period is None and over > facts.limits.overtime_month and System.FLEXIBLE not in {person.system_on(day) for day in facts.days}:
        yield from _at(facts, Code.MONTH_OVERTIME, person, {max(worked)}, amount=over, limit=facts.limits.overtime_month)


def overtime_of_period(facts: PlanFacts, person: PersonFacts) -> Iterator[Breach]:
    """Whose hours are counted over a quarter or a year has, up to the judged month, no more of them than the whole period's contract and
    the overtime that the law allows for its months (Labour Law 41). What one month has too much another may have less: in the period's last month this is exact.
    """
    worked = [turn for turn in person.turns if turn.day in facts.days]
    if person.period is None or not worked:
        return
    room = room_of_period(facts, person)
    over = sum(turn.minutes for turn in worked) - room
    if over > 0:
        limit = facts.limits.overtime_month * person.period.months
        yield from _at(facts, Code.PERIOD_OVERTIME, person, {max(turn.day for turn in worked)}, amount=over + limit, limit=limit)


def room_of_period(facts: PlanFacts, person: PersonFacts) -> int:
    """How many minutes the judged month may have at most, for the period to keep its contract and the overtime allowed; below 0 where the
    months before have had too many."""
    period = person.period
    assert period is not None
    return period.contract + contract_minutes(facts, person) + period.coming + period.months * facts.limits.overtime_month - period.minutes


def contract_minutes(facts: PlanFacts, person: PersonFacts) -> int:
    """What the contract asks for in the judged month: a fifth of the week's hours for each working day on which the person is
    of the desk and not on leave (A5). A public holiday asks for nothing; a make-up day is a working day."""
    return round(sum(_day_of_contract(facts, person, kind) for kind in facts.days.values()))


def _day_of_contract(facts: PlanFacts, person: PersonFacts, kind: KindOfDay) -> float:
    there = person.there is None or kind.day in person.there
    if kind.is_off or not there or kind.day in person.away:
        return 0
    terms = person.terms_on(kind.day)
    return (terms.week_minutes if terms is not None else facts.limits.week_minutes) / 5


def too_short_rests(facts: PlanFacts, person: PersonFacts) -> Iterator[Breach]:
    """Between two duties there should be the desk's rest; in real hours, also where the clock changes between them (E4). Soft.

    Told on the day of the second, or of the first where only that is judged.

    Two of one day that follow without a break are one long turn, which overtime judges; two that overlap are no rest at all.
    """
    until, ended = None, set()
    for turn in sorted(person.turns, key=lambda each: each.starts.astimezone(UTC)):
        starts, ends = turn.starts.astimezone(UTC), turn.ends.astimezone(UTC)
        if until is not None:
            gap = (starts - until) // timedelta(minutes=1)
            if (gap > 0 or (gap == 0 and turn.day not in ended)) and gap < facts.limits.rest_minutes:
                days = {turn.day} if turn.day in facts.days else ended
                yield from _at(facts, Code.REST, person, days, shift=turn.shift, amount=gap, limit=facts.limits.rest_minutes)
        if until is None or ends > until:
            until, ended = ends, {turn.day}
        elif ends == until:
            ended.add(turn.day)


def too_few_free_weekends(facts: PlanFacts, person: PersonFacts) -> Iterator[Breach]:
    """As many weekends of the judged month are wholly free as was agreed on its last day (A5)."""
    last = max(facts.days)
    terms = person.terms_on(last)
    weekends = weekends_of(facts.days.values())
    if terms is None or not terms.free_weekends or not weekends:
        return
    busy = {turn.day for turn in person.turns}
    worked = [days for days in weekends if days & busy]
    free, wanted = len(weekends) - len(worked), min(terms.free_weekends, len(weekends))
    if free < wanted:
        days = {day for weekend in worked for day in weekend & busy}
        yield from _at(facts, Code.WEEKENDS, person, days, amount=free, limit=wanted)


def weekends_of(kinds: Iterable[KindOfDay]) -> list[frozenset[date]]:
    """The weekends among these days, each as its days; one that is cut by the month's border counts with the days that are there."""
    found: dict[tuple[int, int], set[date]] = {}
    for kind in kinds:
        if kind.weekend is not None:
            found.setdefault(kind.weekend, set()).add(kind.day)
    return [frozenset(days) for _number, days in sorted(found.items())]


def unmet_wishes(facts: PlanFacts, person: PersonFacts) -> Iterator[Breach]:
    """A wish is met where it can be (A5). Soft; the amount is its weight."""
    taken: dict[date, set[str]] = {}
    for turn in person.turns:
        taken.setdefault(turn.day, set()).add(turn.shift)
    for wish in person.wishes:
        there = taken.get(wish.day, set())
        met = (wish.shift in there) if wish.shift else not there
        if met != wish.want:
            yield from _at(facts, Code.WISH, person, {wish.day}, shift=wish.shift, amount=wish.weight)


def missing_people(facts: PlanFacts) -> Iterator[Breach]:
    """Each shift has the people that its day needs, and of them those with the skill (A6). Soft: the month is no worse off than the desk is."""
    there: Counter[tuple[date, str, str]] = Counter()
    for person in facts.people:
        # A learner who works beside the guide is counted as everybody is; the desk's needs say how many there must be.
        for day, shift in {(turn.day, turn.shift) for turn in _own(person)}:
            there[day, shift, ""] += 1
            for skill, spans in person.skills.items():
                if any(span.holds_on(day) for span in spans):
                    there[day, shift, skill] += 1
    for (day, shift, skill), needed in sorted(facts.needs.items()):
        missing = needed - there[day, shift, skill]
        if missing > 0 and day in facts.days:
            code = Code.NEED_SKILL if skill else Code.NEED
            yield Breach(code, None, (day,), shift=shift, skill=skill, amount=missing, limit=needed)


def learners_alone(facts: PlanFacts) -> Iterator[Breach]:
    """Who is in training works the shifts of the one who guides them (A5). Soft."""
    people = {person.key: person for person in facts.people}
    for pair in facts.pairs:
        learner, guide = people.get(pair.learner), people.get(pair.guide)
        if learner is None:
            continue
        guided = {(turn.day, turn.shift) for turn in _own(guide)} if guide is not None else set()
        for turn in _own(learner):
            if pair.span.holds_on(turn.day) and (turn.day, turn.shift) not in guided:
                yield from _at(facts, Code.PAIR, learner, {turn.day}, shift=turn.shift)


def _own(person: PersonFacts) -> Iterator[Turn]:
    """The person's turns at the desk that is judged."""
    return (turn for turn in person.turns if not turn.elsewhere)


def _runs(person: PersonFacts) -> Iterator[list[date]]:
    """The person's working days as runs of days in a row, in their order."""
    run: list[date] = []
    for day in sorted({turn.day for turn in person.turns}):
        if run and day - run[-1] != ONE_DAY:
            yield run
            run = []
        run.append(day)
    if run:
        yield run


def _at(
    facts: PlanFacts, code: Code, person: PersonFacts, days: set[date], *, shift: str = "", amount: int = 1, limit: int = 0
) -> Iterator[Breach]:
    """The breach with its days that are judged; nothing where it touches none of them."""
    judged = tuple(sorted(day for day in days if day in facts.days))
    if judged:
        yield Breach(code, person.key, judged, shift=shift, amount=amount, limit=limit)

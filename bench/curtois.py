"""Rostering instances of the form of Curtois and Qu: read, turned into a problem of the engine, checked by the form's rules.

The checker is written from the form alone and knows nothing of the engine; `problem_of` is the only bridge.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from rosters.engine.problem import Day, Fairness, Limits, Need, Person, Problem, Shift, Wish

MONDAY = date(2024, 1, 1)


@dataclass
class Staff:
    """A line of SECTION_STAFF."""

    key: str
    most_of: dict[str, int]
    most_minutes: int
    least_minutes: int
    longest_run: int
    shortest_run: int
    shortest_break: int
    most_weekends: int
    off: set[int] = field(default_factory=set)


@dataclass
class Instance:
    """An instance as its file says it."""

    horizon: int = 0
    minutes: dict[str, int] = field(default_factory=dict)
    not_after: dict[str, set[str]] = field(default_factory=dict)
    """Shifts that may not be taken on the day after the one named."""
    staff: dict[str, Staff] = field(default_factory=dict)
    on: list[tuple[str, int, str, int]] = field(default_factory=list)
    away_from: list[tuple[str, int, str, int]] = field(default_factory=list)
    cover: list[tuple[int, str, int, int, int]] = field(default_factory=list)


def parsed(text: str) -> Instance:
    """The instance in a text. Raises ValueError with the line that cannot be read."""
    instance, section = Instance(), ""
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("SECTION_"):
            section = line
            continue
        try:
            _take(instance, section, line.split(","))
        except (ValueError, KeyError, IndexError) as error:
            raise ValueError(f"line {number}: {raw!r} cannot be read ({error})") from error
    return instance


def _take(instance: Instance, section: str, parts: list[str]) -> None:
    if section == "SECTION_HORIZON":
        instance.horizon = int(parts[0])
    elif section == "SECTION_SHIFTS":
        instance.minutes[parts[0]] = int(parts[1])
        instance.not_after[parts[0]] = {code for code in parts[2].split("|") if code} if len(parts) > 2 else set()
    elif section == "SECTION_STAFF":
        most_of = {code: int(most) for code, most in (item.split("=") for item in parts[1].split("|") if item)}
        instance.staff[parts[0]] = Staff(parts[0], most_of, *(int(part) for part in parts[2:8]))
    elif section == "SECTION_DAYS_OFF":
        instance.staff[parts[0]].off.update(int(part) for part in parts[1:] if part)
    elif section in {"SECTION_SHIFT_ON_REQUESTS", "SECTION_SHIFT_OFF_REQUESTS"}:
        wished = instance.on if section == "SECTION_SHIFT_ON_REQUESTS" else instance.away_from
        instance.minutes[parts[2]], instance.staff[parts[0]]
        wished.append((parts[0], int(parts[1]), parts[2], int(parts[3])))
    elif section == "SECTION_COVER":
        instance.minutes[parts[1]]
        instance.cover.append((int(parts[0]), parts[1], int(parts[2]), int(parts[3]), int(parts[4])))
    else:
        raise ValueError(f"it stands in no section that is known: {section or 'none'}")


def problem_of(instance: Instance) -> Problem:
    """The instance in the engine's words."""
    days = tuple(
        Day(MONDAY + timedelta(day), weekend=day // 7 if day % 7 in {5, 6} else None) for day in range(instance.horizon)
    )
    shifts = tuple(
        Shift(code, 0, minutes, minutes, not_before=frozenset(instance.not_after[code]))
        for code, minutes in instance.minutes.items()
    )
    wishes: dict[str, list[Wish]] = {key: [] for key in instance.staff}
    for key, day, code, weight in instance.on:
        wishes[key].append(Wish(day, code, weight=weight))
    for key, day, code, weight in instance.away_from:
        wishes[key].append(Wish(day, code, want=False, weight=weight))
    people = tuple(
        Person(
            staff.key, frozenset(code for code in instance.minutes if staff.most_of.get(code, 0) > 0),
            contract_minutes=staff.least_minutes, month_overtime=max(0, staff.most_minutes - staff.least_minutes),
            day_overtime=None, least_minutes=staff.least_minutes, away=dict.fromkeys(staff.off, "off"),
            limits=Limits(
                rest_window=None, max_days_in_row=staff.longest_run, min_rest=0, min_run=staff.shortest_run, min_run_weight=None,
                min_break=staff.shortest_break, min_break_weight=None, max_weekends=staff.most_weekends,
                shift_limits={code: most for code, most in staff.most_of.items() if 0 < most < instance.horizon},
            ),
            wishes=tuple(wishes[staff.key]),
        )
        for staff in instance.staff.values()
    )
    needs = tuple(Need(day, code, people, under, over) for day, code, people, under, over in instance.cover)
    return Problem(days, shifts, people, needs, fairness=Fairness(nights=0, weekends=0, holidays=0, hours=0))


def written(roster: dict[str, tuple[str | None, ...]]) -> str:
    """The roster as lines of `ID: shift,shift,…`, `-` a day off."""
    return "".join(f"{key}: {','.join(cell or '-' for cell in row)}\n" for key, row in roster.items())


def read_back(text: str) -> dict[str, list[str]]:
    """A written roster, `-` and nothing both for a day off."""
    rows = (line.split(":", 1) for line in text.splitlines() if line.strip())
    return {key.strip(): ["" if cell.strip() == "-" else cell.strip() for cell in row.split(",")] for key, row in rows}


def faults(instance: Instance, roster: dict[str, list[str]]) -> list[str]:
    """Every hard rule of the form that the roster breaks, in words."""
    found = []
    if set(roster) != set(instance.staff):
        found.append(f"people differ: {sorted(set(roster) ^ set(instance.staff))}")
    for key, row in roster.items():
        if key in instance.staff:
            found += [f"{key}: {fault}" for fault in _faults_of(instance, instance.staff[key], row)]
    return found


def _faults_of(instance: Instance, staff: Staff, row: list[str]) -> list[str]:
    if len(row) != instance.horizon:
        return [f"{len(row)} days instead of {instance.horizon}"]
    unknown = {code for code in row if code and code not in instance.minutes}
    if unknown:
        return [f"shifts that are not there: {sorted(unknown)}"]
    found = [f"works on day off {day}" for day in staff.off if row[day]]
    for day in range(1, len(row)):
        if row[day] and row[day - 1] and row[day] in instance.not_after[row[day - 1]]:
            found.append(f"{row[day]} after {row[day - 1]} on day {day}")
    for code in instance.minutes:
        if row.count(code) > staff.most_of.get(code, 0):
            found.append(f"{row.count(code)} of {code}")
    minutes = sum(instance.minutes[code] for code in row if code)
    if not staff.least_minutes <= minutes <= staff.most_minutes:
        found.append(f"{minutes} minutes")
    found += _faults_of_runs(staff, row)
    weekends = sum(any(row[day] for day in (sat, sat + 1) if day < len(row)) for sat in range(5, len(row), 7))
    if weekends > staff.most_weekends:
        found.append(f"{weekends} weekends")
    return found


def _faults_of_runs(staff: Staff, row: list[str]) -> list[str]:
    found = []
    begin = 0
    while begin < len(row):
        end = begin
        while end < len(row) and bool(row[end]) == bool(row[begin]):
            end += 1
        length, inside = end - begin, begin > 0 and end < len(row)
        if row[begin]:
            if length > staff.longest_run:
                found.append(f"{length} days in a row from {begin}")
            if inside and length < staff.shortest_run:
                found.append(f"only {length} days in a row from {begin}")
        elif inside and length < staff.shortest_break:
            found.append(f"only {length} days off from {begin}")
        begin = end
    return found


def cost_of(instance: Instance, roster: dict[str, list[str]]) -> int:
    """What the roster costs by the form: wishes not met, cover short or over."""
    cost = sum(weight for key, day, code, weight in instance.on if roster[key][day] != code)
    cost += sum(weight for key, day, code, weight in instance.away_from if roster[key][day] == code)
    for day, code, people, under, over in instance.cover:
        there = sum(row[day] == code for row in roster.values())
        cost += under * max(0, people - there) + over * max(0, there - people)
    return cost

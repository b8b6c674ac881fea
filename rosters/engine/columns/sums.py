"""Sums over columns and over the days of one, compiled: what rows pay, which rows are touched, what an order of days costs."""

import numpy as np
from numpy.typing import NDArray

from rosters.engine.columns.shapes import Array, Days, Numbers, compiled


@compiled
def reduced_of(
    numbers: Numbers, begin: Numbers, index: Numbers, amount: Array, costs: Array, dual: Array
) -> Array:
    """Costs of columns less what rows pay for them; a column's rows and amounts lie between two of `begin`."""
    found = np.empty(len(numbers))
    for place in range(len(numbers)):
        number = numbers[place]
        total = costs[number]
        for at in range(begin[number], begin[number + 1]):
            total -= dual[index[at]] * amount[at]
        found[place] = total
    return found


@compiled
def activity_of(
    schedule: Days, shifts: int, begins: Numbers, rows: Numbers, values: Array, weekend_rows: Numbers, weekend_values: Array,
    first: NDArray[np.bool_], second: NDArray[np.bool_], room: Array,
) -> tuple[Numbers, Array]:
    """The rows that days touch and by how much: entries of a cell lie between two of `begins`. `room` is noughts, one for each
    row, and noughts again afterwards."""
    days = len(schedule)
    touched = np.empty(len(rows) + len(weekend_rows), np.int64)
    count, weekends = 0, 0
    for day in range(days):
        if schedule[day] < 0:
            continue
        if first[day] or (second[day] and not (day > 0 and schedule[day - 1] >= 0)):
            weekends += 1
        cell = day * shifts + schedule[day]
        for at in range(begins[cell], begins[cell + 1]):
            touched[count] = rows[at]
            room[rows[at]] += values[at]
            count += 1
    for at in range(len(weekend_rows)):
        touched[count] = weekend_rows[at]
        room[weekend_rows[at]] += weekend_values[at] * weekends
        count += 1
    found, amounts = np.empty(count, np.int64), np.empty(count)
    kept = 0
    for at in range(count):
        row = touched[at]
        if room[row] != 0:
            found[kept], amounts[kept] = row, room[row]
            kept += 1
            room[row] = 0
    return found[:kept].copy(), amounts[:kept].copy()


@compiled
def sequence_cost(
    schedule: Days, last: int, length: int, follow: Array, run_cap: int, run_open: bool, run_day: Array, run_end: Array,
    break_end: Array, fresh: bool,
) -> float:
    """What days cost by the order of duties, runs and breaks alone; infinite where that is never allowed."""
    total = 0.0
    pause = len(break_end)
    for day in range(len(schedule)):
        shift = schedule[day]
        if shift >= 0:
            if last >= 0:
                total += follow[last, shift]
                length += 1
            else:
                total += break_end[min(length, pause) - 1]
                length = 1
            if length > run_cap and not run_open:
                return np.inf
            total += run_day[min(length, run_cap) - 1]
        elif last >= 0:
            if not fresh:
                total += run_end[min(length, run_cap) - 1]
            length = 1
        else:
            length += 1
        fresh = fresh and shift >= 0
        last = shift
    return total

"""The dynamic program over one person's days, compiled: states forward day by day, the cheapest ends followed back.

A state after a day is (class of the last shift, days in a row) or (days off in a row), with worked weekends and minutes. All
days of a person lie one after another in one buffer: of each day first the states on duty, class by class, then those off;
in each the weekends, in each of these the minutes. Where only a stretch of days is open, the others are walked and not
searched. Compiled once per machine and kept beside the code.
"""

import numpy as np

from rosters.engine.columns.shapes import INF, NOTHING, Costs, Days, Lay, Numbers, Prices, Shape, compiled


@compiled
def _into(there, target, here, source, count, price):
    """Lowers so many places to what others have with a price."""
    for at in range(count):
        value = here[source + at] + price
        there[target + at] = min(there[target + at], value)


@compiled
def _end_of_run(shape, day, run):
    """What a first day off costs after a run (its length less one)."""
    return NOTHING if shape.fresh and day == run + 1 else shape.run_end[run]


@compiled
def _walk(shape, prices, state, w, m, begin, end, stands):
    """What days that stand cost from a state on, with the state, weekends and minutes after them."""
    cap, pause = len(shape.run_day), len(shape.break_end)
    off = shape.follow.shape[0] * cap
    total = NOTHING
    for day in range(begin, end):
        shift = stands[day]
        if shift < 0:
            total += prices.off[day]
            if state < off:
                total += _end_of_run(shape, day, state % cap)
                state = off
            else:
                state = min(state + 1, off + pause - 1)
            continue
        total += prices.work[day, shift]
        worked = shape.first[day]
        run = 0
        if state < off:
            run = state % cap + 1
            total += shape.follow[state // cap, shift]
            if run == cap and not shape.run_open:
                return INF, state, w, m
            run = min(run, cap - 1)
        else:
            total += shape.break_end[state - off]
            worked = worked or shape.second[day]
        if worked:
            total += prices.weekend
            w += 1
        total += shape.run_day[run]
        m += shape.minutes[shift]
        state = shape.own[shift] * cap + run
    return total, state, w, m


@compiled
def _lay(shape, lay, states, since, until, w, m, longest):
    """Lays the open days out: what can be reached from the first, and from what an end can be. Returns the room they take."""
    lay.begin[since], lay.low[since], lay.width[since], lay.weeks[since] = 0, m, 1, 1
    worked = 0
    for day in range(since, until):
        if shape.first[day] or (shape.second[day] and day == since):
            worked += 1
        lay.low[day + 1] = max(m, shape.least[day + 1])
        high = min(m + (day + 1 - since) * longest, shape.most[day + 1])
        lay.width[day + 1] = max(1, high - lay.low[day + 1] + 1)
        lay.weeks[day + 1] = max(1, min(worked, shape.cap[day + 1] - w) + 1) if shape.counts else 1
        lay.begin[day + 1] = lay.begin[day] + states * lay.width[day] * lay.weeks[day]
    return lay.begin[until] + states * lay.width[until] * lay.weeks[until]


@compiled
def _span(lay, day, length):
    """Which minutes go where when so many are worked: where they are taken from, where they come to, how many."""
    least = max(lay.low[day] + length, lay.low[day + 1])
    most = min(lay.low[day] + lay.width[day] - 1 + length, lay.low[day + 1] + lay.width[day + 1] - 1)
    return least - length - lay.low[day], least - lay.low[day + 1], most - least + 1


@compiled
def _gather(shape, lay, buffer, scratch, day, wanted, known, work):
    """Into the scratch: the cheapest end of a break of any length; then, for each way to follow that a shift of the day asks for,
    the cheapest last shift by days in a row. What its parent allows is not looked at again."""
    classes, cap = shape.follow.shape[0], len(shape.run_day)
    size = lay.weeks[day] * lay.width[day]
    here = lay.begin[day]
    scratch[:size] = INF
    for k in range(len(shape.break_end)):
        if shape.break_end[k] < INF:
            _into(scratch, 0, buffer, here + (classes * cap + k) * size, size, shape.break_end[k])
    wanted[:], known[:] = False, False
    for shift in range(len(shape.column)):
        column = shape.column[shift]
        while column >= 0 and work[day, shift] < INF and not wanted[column]:
            wanted[column] = True
            column = shape.parent[column]
    left = wanted.sum()
    while left:
        for column in range(len(shape.parent)):
            parent = shape.parent[column]
            if known[column] or not wanted[column] or (parent >= 0 and not known[parent]):
                continue
            to, source = size * (1 + column * cap), size * (1 + parent * cap)
            if parent >= 0:
                scratch[to : to + cap * size] = scratch[source : source + cap * size]
            else:
                scratch[to : to + cap * size] = INF
            for last in range(classes):
                if shape.extra[column, last] < INF:
                    _into(scratch, to, buffer, here + last * cap * size, cap * size, shape.extra[column, last])
            known[column] = True
            left -= 1


@compiled
def _cheapest_of_its_choice(shape, work, day, shift):
    """Of shifts that differ in nothing but the day's price, only the cheapest can be part of the cheapest days."""
    for other in range(len(shape.choice)):
        if other != shift and shape.choice[other] == shape.choice[shift] and (
            work[day, other] < work[day, shift] or (work[day, other] == work[day, shift] and other < shift)
        ):
            return False
    return True


@compiled
def _duty(shape, lay, prices, buffer, scratch, day, shift):
    """A shift on a day, after each state from which it may be taken."""
    cap = len(shape.run_day)
    size, size_now = lay.weeks[day] * lay.width[day], lay.weeks[day + 1] * lay.width[day + 1]
    source, target, count = _span(lay, day, shape.minutes[shift])
    if count <= 0:
        return
    to = lay.begin[day + 1] + shape.own[shift] * cap * size_now
    counted = shape.first[day] or shape.second[day]
    price = prices.work[day, shift] + (prices.weekend if counted else NOTHING)
    move = 1 if shape.counts and counted else 0
    for w in range(min(lay.weeks[day], lay.weeks[day + 1] - move)):
        line = to + (w + move) * lay.width[day + 1]
        _into(buffer, line + target, scratch, w * lay.width[day] + source, count, price)
    price = prices.work[day, shift] + (prices.weekend if shape.first[day] else NOTHING)
    move = 1 if shape.counts and shape.first[day] else 0
    for run in range(cap if shape.run_open else cap - 1):
        after = to + min(run + 1, cap - 1) * size_now
        before = size * (1 + shape.column[shift] * cap + run)
        for w in range(min(lay.weeks[day], lay.weeks[day + 1] - move)):
            line = after + (w + move) * lay.width[day + 1]
            _into(buffer, line + target, scratch, before + w * lay.width[day] + source, count, price)


@compiled
def _rest(shape, lay, prices, buffer, day):
    """A day off, after each state."""
    classes, cap, pause = shape.follow.shape[0], len(shape.run_day), len(shape.break_end)
    size, size_now = lay.weeks[day] * lay.width[day], lay.weeks[day + 1] * lay.width[day + 1]
    source, target, count = _span(lay, day, 0)
    price = prices.off[day]
    if count <= 0 or not price < INF:
        return
    for w in range(min(lay.weeks[day], lay.weeks[day + 1])):
        to = lay.begin[day + 1] + classes * cap * size_now + w * lay.width[day + 1] + target
        at = lay.begin[day] + w * lay.width[day] + source
        for run in range(cap):
            ends = _end_of_run(shape, day, run)
            if ends < INF:
                for own in range(classes):
                    _into(buffer, to, buffer, at + (own * cap + run) * size, count, price + ends)
        at += classes * cap * size
        for k in range(pause):
            _into(buffer, to + min(k + 1, pause - 1) * size_now, buffer, at + k * size, count, price)


@compiled
def _forward(shape, lay, prices, buffer, scratch, since, until):
    """The cheapest way into each state of each open day."""
    classes, cap, pause = shape.follow.shape[0], len(shape.run_day), len(shape.break_end)
    wanted, known = np.zeros(len(shape.parent), np.bool_), np.zeros(len(shape.parent), np.bool_)
    for day in range(since, until):
        size_now = lay.weeks[day + 1] * lay.width[day + 1]
        now = lay.begin[day + 1]
        buffer[now : now + (classes * cap + pause) * size_now] = INF
        _gather(shape, lay, buffer, scratch, day, wanted, known, prices.work)
        for shift in range(len(shape.choice)):
            may = shape.choice[shift] >= 0 and prices.work[day, shift] < INF
            if may and _cheapest_of_its_choice(shape, prices.work, day, shift):
                _duty(shape, lay, prices, buffer, scratch, day, shift)
        for state in range(classes * cap):
            if shape.run_day[state % cap] != 0:
                buffer[now + state * size_now : now + (state + 1) * size_now] += shape.run_day[state % cap]
        _rest(shape, lay, prices, buffer, day)


@compiled
def _value(lay, buffer, day, state, w, m):
    """What a state costs after so many days, infinite outside of what is kept."""
    if w < 0 or w >= lay.weeks[day] or m < lay.low[day] or m >= lay.low[day] + lay.width[day]:
        return INF
    return buffer[lay.begin[day] + (state * lay.weeks[day] + w) * lay.width[day] + m - lay.low[day]]


@compiled
def _before_duty(shape, lay, prices, buffer, day, state, w, m):
    """From where a state on duty was come to: state, weekends, minutes, and the shift."""
    classes, cap, pause = shape.follow.shape[0], len(shape.run_day), len(shape.break_end)
    own, run = state // cap, state % cap
    best, found = INF, (state, w, m, -1)
    for shift in range(len(shape.own)):
        if shape.own[shift] != own or not prices.work[day, shift] < INF:
            continue
        left = m - shape.minutes[shift]
        if run == 0:
            counted = shape.first[day] or shape.second[day]
            price = prices.work[day, shift] + (prices.weekend if counted else NOTHING)
            v = w - (1 if shape.counts and counted else 0)
            for k in range(pause):
                value = _value(lay, buffer, day, classes * cap + k, v, left) + shape.break_end[k] + price
                if value < best:
                    best, found = value, (classes * cap + k, v, left, shift)
        price = prices.work[day, shift] + (prices.weekend if shape.first[day] else NOTHING)
        v = w - (1 if shape.counts and shape.first[day] else 0)
        for last in range(classes):
            for former in range(max(0, run - 1), run + 1):
                if former == run and not (shape.run_open and run == cap - 1):
                    continue
                value = _value(lay, buffer, day, last * cap + former, v, left) + shape.follow[last, shift] + price
                if value < best:
                    best, found = value, (last * cap + former, v, left, shift)
    return found


@compiled
def _before_rest(shape, lay, buffer, day, state, w, m):
    """From which state a day off was come to."""
    classes, cap, pause = shape.follow.shape[0], len(shape.run_day), len(shape.break_end)
    off = classes * cap
    best, found = INF, state
    for former in range(off, off + pause):
        if min(former + 1, off + pause - 1) == state:
            value = _value(lay, buffer, day, former, w, m)
            if value < best:
                best, found = value, former
    if state == off:
        for former in range(off):
            value = _value(lay, buffer, day, former, w, m) + _end_of_run(shape, day, former % cap)
            if value < best:
                best, found = value, former
    return found


@compiled
def _back(shape, lay, prices, buffer, since, until, state, w, m, schedule):
    """Follows a state back to the first open day."""
    off = shape.follow.shape[0] * len(shape.run_day)
    for day in range(until - 1, since - 1, -1):
        if state < off:
            state, w, m, shift = _before_duty(shape, lay, prices, buffer, day, state, w, m)
            schedule[day] = shift
        else:
            state = _before_rest(shape, lay, buffer, day, state, w, m)
            schedule[day] = -1


@compiled
def _ends(shape, lay, prices, buffer, until, w, stands, ending, costs, found):
    """The cheapest ends, cheapest first: what they cost with the days that stand after them, and where they lie."""
    days, states = len(stands), shape.follow.shape[0] * len(shape.run_day) + len(shape.break_end)
    at = lay.begin[until]
    for state in range(states):
        later, _state, more, minutes = _walk(shape, prices, state, 0, 0, until, days, stands)
        for v in range(lay.weeks[until]):
            if not later < INF or (shape.counts and w + v + more > shape.cap[days]):
                at += lay.width[until]
                continue
            for m in range(lay.width[until]):
                units = lay.low[until] + m + minutes
                value = buffer[at] + later + (ending[units] if units < len(ending) else INF)
                slot = len(costs) - 1
                if value < costs[slot]:
                    while slot > 0 and value < costs[slot - 1]:
                        costs[slot], found[slot] = costs[slot - 1], found[slot - 1]
                        slot -= 1
                    costs[slot], found[slot] = value, at - lay.begin[until]
                at += 1


@compiled
def cheapest(
    shape: Shape, work: Costs, off: Costs, weekend: Costs, ending: Costs, start: Numbers, stands: Days, since: int, until: int,
    several: int,
) -> tuple[Costs, Days]:
    """The cheapest days of some people, `several` for each: costs (people × several) and days (the same × days).

    `start` is everybody's first state, `ending` the cost of the minutes at the end, `stands` what stands on days before `since`
    and from `until` on. Costs are infinite where there are no such days.
    """
    people, days, _shifts = work.shape
    states = shape.follow.shape[0] * len(shape.run_day) + len(shape.break_end)
    longest = 0
    for shift in range(len(shape.own)):
        if shape.own[shift] >= 0:
            longest = max(longest, shape.minutes[shift])
    lay = Lay(np.zeros(days + 1, np.int64), np.zeros(days + 1, np.int64), np.ones(days + 1, np.int64), np.ones(days + 1, np.int64))
    buffer, scratch = np.empty(0, np.float32), np.empty(0, np.float32)
    costs = np.full((people, several), INF, np.float32)
    schedules = np.full((people, several, days), -1, np.int8)
    for person in range(people):
        prices = Prices(work[person], off[person], weekend[person])
        before, state, w, m = _walk(shape, prices, start[person], 0, 0, 0, since, stands[person])
        if not before < INF:
            continue
        room = _lay(shape, lay, states, since, until, w, m, longest)
        if room > len(buffer):
            buffer = np.empty(room, np.float32)
        size = (lay.width[since : until + 1] * lay.weeks[since : until + 1]).max() * (1 + len(shape.parent) * len(shape.run_day))
        if size > len(scratch):
            scratch = np.empty(size, np.float32)
        buffer[:states] = INF
        buffer[state] = before
        _forward(shape, lay, prices, buffer, scratch, since, until)
        found = np.zeros(several, np.int64)
        _ends(shape, lay, prices, buffer, until, w, stands[person], ending[person], costs[person], found)
        for slot in range(several):
            schedule = schedules[person, slot]
            if costs[person, slot] < INF:
                schedule[:since], schedule[until:] = stands[person, :since], stands[person, until:]
                place, m = found[slot] // lay.width[until], found[slot] % lay.width[until] + lay.low[until]
                state, v = place // lay.weeks[until], place % lay.weeks[until]
                _back(shape, lay, prices, buffer, since, until, state, v, m, schedule)
    return costs, schedules

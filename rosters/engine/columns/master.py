"""The linear program that mixes columns, and the same as a whole-number program over a restricted set of them."""

import math

import highspy
import numpy as np
from numpy.typing import NDArray

from rosters.engine.columns.core import Array, Core
from rosters.engine.columns.pool import Pool

# The same in every program of a process: the solver refuses to change its number of threads once it has begun.
THREADS = 1


class _Silent(highspy.Highs):
    """The solver without its banner, which the first one of a process writes as soon as it hears of callbacks."""

    def enableCallbacks(self) -> None:  # noqa: N802
        """Silences it before anything can be written."""
        self.silent()
        super().enableCallbacks()


def _solver() -> highspy.Highs:
    solver = _Silent()
    solver.setOptionValue("threads", THREADS)
    solver.setOptionValue("presolve", "off")
    # Left to choose, it goes on from the last basis by the primal way after columns came, by the dual way after bounds.
    solver.setOptionValue("simplex_strategy", 0)
    return solver


class Master:
    """Columns of some people over the rows that are left when the others' columns stand, and with `open_days` all other days too."""

    def __init__(
        self, core: Core, pool: Pool, people: list[int], standing: list[int] | None = None, open_days: NDArray[np.bool_] | None = None
    ) -> None:
        rows = core.rows
        self.core, self.pool, self.people = core, pool, people
        self.place = {person: place for place, person in enumerate(people)}
        base = np.zeros(len(rows.low))
        self.used, self.offset = np.arange(len(rows.low)), 0.0
        if standing is not None:
            base = pool.activity([n for n in standing if pool.person[n] not in self.place])
            mine = np.isin(rows.person, people)
            if open_days is not None:
                mine &= open_days[rows.cell // core.shifts]
            weekend = np.isin(rows.weekend_person, people)
            self.used = np.union1d(rows.row[mine], rows.weekend_row[weekend])
            rest = np.ones(len(rows.low), bool)
            rest[self.used] = False
            self.offset = float(rows.costs(pool.activity(standing))[rest].sum())
        self.at = np.full(len(rows.low), -1)
        self.at[self.used] = np.arange(len(self.used))
        self.low, self.high = (rows.low - base)[self.used], (rows.high - base)[self.used]
        self.columns: list[int] = []
        self.place_of: dict[int, int] = {}
        self.solver, self.solved = _solver(), 0
        lower = np.concatenate([self.low, np.ones(len(people))])
        upper = np.concatenate([self.high, np.ones(len(people))])
        none = np.zeros(0, np.int32)
        self.solver.addRows(len(lower), lower, upper, 0, np.zeros(len(lower), np.int32), none, np.zeros(0))
        self._slack()

    def _slack(self) -> None:
        rows = self.core.rows
        parts = []
        for sign, costs, widths, side in (
            (1.0, rows.under_cost, rows.under_width, self.low), (-1.0, rows.over_cost, rows.over_width, self.high)
        ):
            row, step = np.nonzero(widths[self.used] > 0)
            good = np.isfinite(side[row])
            row, step = row[good], step[good]
            parts.append((row, np.full(len(row), sign), costs[self.used][row, step], widths[self.used][row, step]))
        self.slack_row, self.slack_sign, self.slack_cost, self.slack_width = (
            np.concatenate([part[i] for part in parts]) for i in range(4)
        )
        self.slacks = count = len(self.slack_row)
        self.cheapest_over, self.dearest_under = np.full(len(self.used), -math.inf), np.full(len(self.used), math.inf)
        endless = np.isinf(self.slack_width)
        for sign, ends in ((1.0, self.dearest_under), (-1.0, self.cheapest_over)):
            those = endless & (self.slack_sign == sign)
            ends[self.slack_row[those]] = sign * self.slack_cost[those]
        self.solver.addCols(
            count, self.slack_cost, np.zeros(count), self.slack_width, count, np.arange(count, dtype=np.int32),
            self.slack_row.astype(np.int32), self.slack_sign,
        )

    def add(self, numbers: list[int], closed: bool = False) -> int:
        """Takes columns in that are not in yet; returns how many. A closed one may not be used."""
        new = [n for n in dict.fromkeys(numbers) if n not in self.place_of]
        if not new:
            return 0
        parts = [self.at[self.pool.rows[n]] for n in new]
        inside = [part >= 0 for part in parts]
        lengths = [int(keep.sum()) + 1 for keep in inside]
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int32)
        flat = np.empty(sum(lengths), np.int32)
        value = np.ones(len(flat))
        for n, begin, length, part, keep in zip(new, starts.tolist(), lengths, parts, inside, strict=True):
            flat[begin : begin + length - 1] = part[keep]
            value[begin : begin + length - 1] = self.pool.values[n][keep]
            flat[begin + length - 1] = len(self.used) + self.place[self.pool.person[n]]
            self.place_of[n] = len(self.columns)
            self.columns.append(n)
        upper = np.full(len(new), 0.0 if closed else highspy.kHighsInf)
        self.solver.addCols(
            len(new), np.array([self.pool.cost[n] for n in new]), np.zeros(len(new)), upper, len(flat),
            starts, flat, value,
        )
        return len(new)

    def bound(self, numbers: list[int], low: float, high: float) -> None:
        """Sets the range of columns' shares."""
        places = np.array([self.place_of[n] + self.slacks for n in numbers], np.int32)
        if len(places):
            self.solver.changeColsBounds(len(places), places, np.full(len(places), low), np.full(len(places), high))

    def central(self, yes: bool) -> None:
        """Whether to solve by an interior point method, without going to a corner: sooner for large programs, with prices that
        need fewer rounds, but nothing to round from."""
        self.solver.setOptionValue("solver", "ipm" if yes else "choose")
        self.solver.setOptionValue("run_crossover", "off" if yes else "on")

    def solve(self, seconds: float = math.inf) -> bool:
        """Solves the relaxation; False when it could not be solved in time."""
        limit = self.solver.getRunTime() + max(0.05, seconds) if math.isfinite(seconds) else highspy.kHighsInf
        self.solver.setOptionValue("time_limit", limit)
        self.solver.run()
        self.solved += 1
        return self.solver.getModelStatus() == highspy.HighsModelStatus.kOptimal

    @property
    def value(self) -> float:
        """Cost of the relaxation, with what no column of these people can change."""
        return self.solver.getInfo().objective_function_value + self.offset

    def shares(self) -> Array:
        """How much of each column is used, in the order of `columns`."""
        return np.array(self.solver.getSolution().col_value[self.slacks :])

    def duals(self) -> tuple[Array, Array]:
        """Prices of all rows (nought where they do not matter here) and of the people."""
        raw = np.array(self.solver.getSolution().row_dual)
        full = np.zeros(len(self.core.rows.low))
        # What the solver is a hair outside of would make a proof worthless: prices are brought back to what slack allows.
        price = np.where(np.isfinite(self.low), raw[: len(self.used)], np.minimum(raw[: len(self.used)], 0.0))
        price = np.where(np.isfinite(self.high), price, np.maximum(price, 0.0))
        full[self.used] = np.clip(price, self.cheapest_over, self.dearest_under)
        return full, raw[len(self.used) :]

    def own(self, dual: Array) -> Array:
        """Prices without those of rows that do not matter here."""
        mine = np.zeros_like(dual)
        mine[self.used] = dual[self.used]
        return mine

    def floor(self, dual: Array, cheapest: float) -> float:
        """The bound that prices prove, with the sum of everybody's cheapest reduced cost."""
        price = dual[self.used]
        ends = np.where(price > 0, self.low, self.high)
        rows = float(np.where(price != 0, price * np.where(price != 0, ends, 0.0), 0.0).sum())
        reduced = self.slack_cost - self.slack_sign * price[self.slack_row]
        reduced[np.abs(reduced) < 1e-7] = 0
        if not np.isfinite(rows) or (reduced[np.isinf(self.slack_width)] < 0).any():
            return -math.inf
        slack = float((np.minimum(reduced, 0) * np.where(np.isinf(self.slack_width), 0, self.slack_width)).sum())
        return rows + slack + cheapest + self.offset

    def whole(self, start: list[int], seconds: float) -> list[int] | None:
        """The best roster of the columns that are in and legal, by person; `start` is one to begin with, or empty."""
        lp = self.solver.getLp()
        solver = _solver()
        solver.setOptionValue("presolve", "on")
        solver.setOptionValue("time_limit", seconds)
        solver.setOptionValue("mip_rel_gap", 0.0)
        solver.setOptionValue("mip_abs_gap", 0.99)
        solver.setOptionValue("mip_heuristic_effort", 0.2)
        solver.passModel(lp)
        count = len(self.columns)
        places = np.arange(self.slacks, self.slacks + count, dtype=np.int32)
        upper = np.array([1.0 if self.pool.legal[n] else 0.0 for n in self.columns])
        solver.changeColsBounds(count, places, np.zeros(count), upper)
        solver.changeColsIntegrality(count, places, np.full(count, 1, np.uint8))
        if start:
            at = np.array([self.place_of[n] for n in start], np.int32) + self.slacks
            solver.setSolution(len(at), at.astype(np.int32), np.ones(len(at)))
        solver.run()
        info = solver.getInfo()
        if info.primal_solution_status != 2:
            return None
        values = np.array(solver.getSolution().col_value[self.slacks :])
        chosen = [self.columns[i] for i in np.flatnonzero(values > 0.5)]
        by_person = {self.pool.person[n]: n for n in chosen}
        if len(by_person) != len(self.people):
            return None
        return [by_person[person] for person in self.people]

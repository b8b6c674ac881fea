"""Solves a month by CP-SAT: proves small ones, and stands beside the columns as the second of two independent ways."""

import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ortools.sat.python import cp_model

from rosters.engine.model import Model, Shares
from rosters.engine.problem import Problem, Roster, Status

STATUS = {
    cp_model.OPTIMAL: Status.OPTIMAL, cp_model.FEASIBLE: Status.FEASIBLE, cp_model.INFEASIBLE: Status.INFEASIBLE,
}

WHOLE = 0.05
"""Costs are whole numbers: how far a bound may be rounded up from."""
OFTEN = 0.2
"""Seconds between two looks at whether to stop."""


@dataclass(frozen=True)
class Proof:
    """What CP-SAT found."""

    status: Status
    roster: Roster | None
    cost: int | None
    bound: float


class _Heard(cp_model.CpSolverSolutionCallback):
    def __init__(self, model: Model, told: Callable[[Roster, int, float], None] | None, floor: float) -> None:
        super().__init__()
        self.of, self.told, self.floor = model, told, math.ceil(floor - WHOLE)

    def on_solution_callback(self) -> None:
        """Hands each better roster on, and ends with one that nothing can be better than."""
        if self.told is not None:
            self.told(self.of.roster(self.boolean_value), round(self.objective_value), self.best_objective_bound)
        if round(self.objective_value) <= self.floor:
            self.stop_search()


@contextmanager
def _heeding(solver: cp_model.CpSolver, stop: Callable[[], bool] | None) -> Iterator[None]:
    """Asks beside the solver, which may be long without a better roster, whether to stop."""
    if stop is None:
        yield
        return
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(OFTEN):
            if stop():
                solver.stop_search()

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _completed(model: Model, seconds: float, workers: int) -> None:
    """Turns a hint of cells into one of every variable: only then does the solver begin with the roster itself."""
    solver = cp_model.CpSolver()
    solver.parameters.fix_variables_to_their_hinted_value = True
    solver.parameters.num_workers = workers
    solver.parameters.max_time_in_seconds = 0.2 * seconds
    if solver.solve(model.model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return
    proto = model.model.proto
    model.model.clear_hints()
    for index in range(len(proto.variables)):
        variable = model.model.get_int_var_from_proto_index(index)
        model.model.add_hint(variable, solver.value(variable))


def proved(
    problem: Problem, seconds: float, seed: int = 0, workers: int = 8, hint: Roster | None = None,
    told: Callable[[Roster, int, float], None] | None = None, stop: Callable[[], bool] | None = None, effort: float | None = None,
    shares: Shares | None = None, floor: float = 0.0,
) -> Proof:
    """The month solved by CP-SAT, from `hint` on when there is one; no roster is known to cost less than `floor`. `effort` is a limit in the solver's own units of work, the same on every machine; with one
    worker and a seed the answer is then always the same. `stop` is asked several times a second, from another thread."""
    model = Model(problem, shares=shares)
    if hint is not None:
        model.hint(hint)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(0.01, seconds)
    solver.parameters.random_seed = seed
    solver.parameters.num_workers = workers
    if hint is not None:
        _completed(model, seconds, workers)
    if effort is not None:
        solver.parameters.max_deterministic_time = effort
    with _heeding(solver, stop):
        status = STATUS.get(solver.solve(model.model, _Heard(model, told, floor)), Status.UNKNOWN)
    if status is Status.INFEASIBLE:
        return Proof(status, None, None, math.inf)
    if status is Status.UNKNOWN:
        return Proof(status, None, None, solver.best_objective_bound)
    return Proof(status, model.roster(solver.boolean_value), round(solver.objective_value), solver.best_objective_bound)

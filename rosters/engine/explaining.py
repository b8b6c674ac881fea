"""Why there is no roster: the smallest set of hard rules that clash, and what of it could be given up (A3, E4)."""

import time
from collections.abc import Iterable
from dataclasses import replace

from ortools.sat.python import cp_model

from rosters.engine.model import Literal, Model
from rosters.engine.problem import HARD, NEVER_GIVEN_UP, Clash, Instance, Need, Problem, Rule

BACKGROUND = frozenset({Rule.MAY_TAKE})
"""Held for given: an explanation that lists everybody who may not take a shift at all helps nobody."""


class _Gates:
    """A literal for each rule that may be given up."""

    def __init__(self) -> None:
        self.model: cp_model.CpModel | None = None
        self.literals: dict[Instance, Literal] = {}
        self.waiting: list[Instance] = []

    def __call__(self, instance: Instance) -> Literal | None:
        if instance.rule in BACKGROUND or self.model is None:
            return None
        if instance not in self.literals:
            self.literals[instance] = self.model.new_bool_var("")
        return self.literals[instance]


class _GatedModel(Model):
    """A model without soft rules whose hard ones hang on literals."""

    def __init__(self, problem: Problem) -> None:
        self.gates = _Gates()
        super().__init__(problem, self.gates, soft=False)

    def _hard(self, constraint: cp_model.Constraint, instance: Instance) -> None:
        self.gates.model = self.model
        super()._hard(constraint, instance)


def explain(problem: Problem, seconds: float = 10.0, needs: Iterable[Need] = (), seed: int = 0) -> Clash:
    """The smallest clash among the hard rules. `needs` are ones that must be met here although the problem lets them go
    short at a price: so a shortage in a draft can be explained too.

    The set is minimal under inclusion: each of its rules is needed for the clash. With the time over before that is proven,
    what is left is handed out with `minimal` False.
    """
    asked = set(needs)
    hard = tuple(replace(need, under=HARD) if need in asked else need for need in problem.needs)
    return _Search(_GatedModel(replace(problem, needs=hard)), time.monotonic() + seconds, seed).clash()


class _Search:
    def __init__(self, model: _GatedModel, until: float, seed: int) -> None:
        self.model, self.until, self.seed = model, until, seed
        self.literals = model.gates.literals
        self.by_index = {literal.index: instance for instance, literal in self.literals.items()}

    def _kept_together(self, rules: Iterable[Instance]) -> tuple[bool | None, set[Instance]]:
        """Whether the rules can be kept together (None: time was over), and if not, some of them that cannot."""
        solver = cp_model.CpSolver()
        left = self.until - time.monotonic()
        if left <= 0:
            return None, set()
        solver.parameters.max_time_in_seconds = left
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = self.seed
        self.model.model.clear_assumptions()
        self.model.model.add_assumptions([self.literals[rule] for rule in rules])
        status = solver.solve(self.model.model)
        if status in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            return True, set()
        if status == cp_model.INFEASIBLE:
            core = {self.by_index[index] for index in solver.sufficient_assumptions_for_infeasibility()}
            return False, core
        return None, set()

    def clash(self) -> Clash:
        """1. some rules that clash; 2. one after another is left out, and stays out while the rest still clashes; 3. which
        of those that remain would free the whole month."""
        everything = list(self.literals)
        together, core = self._kept_together(everything)
        if together is not False:
            return Clash((), together is True, ())
        left = sorted(core, key=_rank)
        needed: list[Instance] = []
        minimal = True
        while left:
            candidate = left.pop(0)
            together, smaller = self._kept_together([*needed, *left])
            if together is False:
                left = [rule for rule in left if rule in smaller]
            else:
                minimal = minimal and together is True
                needed.append(candidate)
        relax = []
        for rule in needed:
            if rule.rule in NEVER_GIVEN_UP:
                continue
            together, _core = self._kept_together([other for other in everything if other != rule])
            if together:
                relax.append(rule)
        return Clash(tuple(sorted(needed, key=_place)), minimal, tuple(relax))


def _rank(instance: Instance) -> tuple[int, str, int]:
    """What is tried to be left out first: rules about many days before single facts that a supervisor knows by heart."""
    facts = [Rule.NEED, Rule.PIN, Rule.AWAY]
    return (facts.index(instance.rule) + 1 if instance.rule in facts else 0, instance.person or "", instance.day or 0)


def _place(instance: Instance) -> tuple[int, str, str, str]:
    """Order of reading: needs first, then people by key and day."""
    day = -1 if instance.day is None else instance.day
    return (0 if instance.person is None else 1, instance.person or "", f"{day:04d}", instance.rule)

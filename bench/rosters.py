"""Rostering measured: `python bench/rosters.py INSTANCE --seconds N --out FILE` solves an instance of the form of Curtois
and Qu with the product's own engine (`--desk PEOPLE`: a desk's month), writes the roster as `ID: shift,shift,…` and prints cost and bound over time.

What is printed as cost is worked out from the form's own rules, not by the engine.
"""

import argparse
import math
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import curtois, desk
from rosters.engine.checking import cost_of
from rosters.engine.problem import Result, Roster, Rule
from rosters.engine.solving import ready, solve


def _memory() -> float:
    """The most memory this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class _Told:
    """Prints progress, at most twice a second while only the bound moves."""

    def __init__(self) -> None:
        self.cost: int | None = None
        self.next = 0.0

    def __call__(self, roster: Roster | None, cost: int | None, bound: float, elapsed: float) -> None:
        if cost != self.cost or elapsed >= self.next:
            self.cost, self.next = cost, elapsed + 0.5
            print(f"{elapsed:8.2f} s   cost {'-' if cost is None else cost:>7}   bound {bound:10.2f}", flush=True)


def _gap(cost: float, bound: float) -> str:
    return f"{100 * (cost - bound) / cost:.2f} %" if cost else "0 %"


def solve_instance(path: Path, seconds: float, out: Path | None, seed: int) -> int:
    """Solves one instance; the exit code says whether the roster is legal."""
    instance = curtois.parsed(path.read_text(encoding="utf-8"))
    problem = curtois.problem_of(instance)
    print(f"{path.name}: {len(instance.staff)} people, {instance.horizon} days, {len(instance.minutes)} shifts", flush=True)
    began, used = time.monotonic(), time.process_time()
    result = solve(problem, seconds, progress=_Told(), seed=seed)
    if result.roster is None:
        print(f"no roster: {result.status}")
        return 1
    text = curtois.written(dict(result.roster))
    if out is not None:
        out.write_text(text, encoding="utf-8")
    back = curtois.read_back(text)
    faults = curtois.faults(instance, back)
    cost = curtois.cost_of(instance, back)
    print(
        f"cost {cost}   bound {result.bound:.2f}   gap {_gap(cost, result.bound)}   {result.status}   "
        f"{time.monotonic() - began:.1f} s   {time.process_time() - used:.1f} s of processor   {_memory():.0f} MB"
    )
    print("legal by the form's rules" if not faults else "NOT LEGAL: " + "; ".join(faults[:5]))
    if cost != result.cost:
        print(f"the engine's own figure differs: {result.cost}")
    return 1 if faults or cost != result.cost else 0


def solve_desk(people: int, seconds: float, seed: int) -> int:
    """Drafts a desk's month made from the seed, then again after a sick call; the exit code says whether both are legal."""
    problem = desk.month(people, seed)
    print(f"a desk's month: {people} people, {len(problem.days)} days, {len(problem.shifts)} shifts", flush=True)
    first = solve(problem, seconds, progress=_Told(), seed=seed)
    _say("drafted", first)
    if first.roster is None:
        return 1
    ill = desk.sick(problem, first.roster, seed)
    began = time.monotonic()
    again = solve(ill, 3.0, seed=seed)
    _say("after a sick call", again)
    changes = sum(breach.at.rule is Rule.CHANGE for breach in again.breaches)
    print(f"{changes} cells changed, {time.monotonic() - began:.2f} s with all that is around it   {_memory():.0f} MB")
    results = [(problem, first), (ill, again)]
    good = all(r.roster is not None and cost_of(p, r.roster) == r.cost for p, r in results)
    print("legal by the checker" if good else "NOT LEGAL")
    return 0 if good else 1


def _say(what: str, result: Result) -> None:
    cost = math.inf if result.cost is None else result.cost
    print(f"{what}: cost {cost}   bound {result.bound:.2f}   gap {_gap(cost, result.bound)}   {result.status}   {result.seconds:.2f} s")
    print("   " + ", ".join(f"{rule} {amount}" for rule, amount in sorted(result.cost_by_rule().items())))


def main() -> int:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("instance", type=Path, nargs="?", help="a file of the form of Curtois and Qu")
    parser.add_argument("--desk", type=int, metavar="PEOPLE", help="a desk's month of so many people instead of an instance")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    ready()
    if asked.desk:
        return solve_desk(asked.desk, asked.seconds, asked.seed)
    if asked.instance is None:
        parser.error("name an instance, or --desk")
    return solve_instance(asked.instance, asked.seconds, asked.out, asked.seed)


if __name__ == "__main__":
    sys.exit(main())

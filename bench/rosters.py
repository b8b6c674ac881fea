"""Rostering measured: `python bench/rosters.py INSTANCE --seconds N --out FILE` solves an instance of the form of Curtois
and Qu with the product's own engine, writes the roster as `ID: shift,shift,…` and prints cost and bound over time.

What is printed as cost is worked out from the form's own rules, not by the engine.
"""

import argparse
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import curtois
from rosters.engine.problem import Roster
from rosters.engine.solving import solve


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


def main() -> int:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("instance", type=Path, nargs="?", help="a file of the form of Curtois and Qu")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    return solve_instance(asked.instance, asked.seconds, asked.out, asked.seed)


if __name__ == "__main__":
    sys.exit(main())

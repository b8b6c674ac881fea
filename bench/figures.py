"""The figures of a run: printed as a table, written as `var/bench.json`."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One figure beside its yardstick; `ratio` is how many times the yardstick's cost ours is."""

    name: str
    value: float
    unit: str
    n: int
    yardstick: float | None = None
    ratio: float | None = None
    aim: str = ""
    met: bool | None = None


def table(figures: list[Figure]) -> str:
    """The figures in columns."""
    rows = [("name", "value", "unit", "n", "yardstick", "ratio", "aim", "met")]
    for each in figures:
        rows.append(
            (
                each.name, f"{each.value:,.2f}", each.unit, str(each.n), "" if each.yardstick is None else f"{each.yardstick:,.2f}",
                "" if each.ratio is None else f"{each.ratio:.2f}", each.aim, {True: "yes", False: "NO", None: ""}[each.met],
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)


def write(figures: list[Figure], path: Path) -> None:
    """Writes the list for programs; figures of an earlier run that this one did not measure stay."""
    names = {each.name for each in figures}
    kept = [row for row in json.loads(path.read_text()) if row["name"] not in names] if path.exists() else []
    path.write_text(json.dumps(kept + [asdict(each) for each in figures], indent=1) + "\n")

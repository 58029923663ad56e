"""The floor of `chiso score`: the same file to the same scores and ranks, in scaled integers, with nothing checked.

`python -m bench.floor.scoring FACTS OUT LEAVES`. It knows the generated set by heart and trusts every row.
"""

import csv
import sys
from pathlib import Path

from bench.generated_set import leaves

PLACES = 100
FULL = PLACES
TARGET = 90
_LEVELS = {"1": 100, "2": 50, "3": 0}
_ITEMS = {"1": 50, "2": 25, "3": 25}
Row = dict[str, dict[str, str]]


def score(facts: dict[str, str]) -> int:
    """One leaf in hundredths of a point."""
    if "numerator" in facts:
        reached, most = int(facts["numerator"]) * 100 * FULL, int(facts["denominator"]) * TARGET
        return min(FULL, (2 * reached + most) // (2 * most))
    if "level" in facts:
        return _LEVELS[facts["level"]]
    if "items" in facts:
        return sum(_ITEMS[item] for item in facts["items"].split(";"))
    count = int(facts["count"])
    return FULL if count >= 3 else 50 if count else 0


def read(path: str) -> dict[str, Row]:
    units: dict[str, Row] = {}
    with Path(path).open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        for unit, code, name, value in rows:
            units.setdefault(unit, {}).setdefault(code, {})[name] = value
    return units


def main(facts: str, out: str, count: str) -> None:
    asked = leaves(int(count))
    totals: dict[str, int] = {}
    lines = ["unit,level,code,score\n"]
    for unit, row in read(facts).items():
        areas: dict[int, int] = {}
        for leaf in asked:
            points = score(row[leaf.code])
            areas[leaf.area] = areas.get(leaf.area, 0) + points
            lines.append(f"{unit},leaf,{leaf.code},{points // PLACES}.{points % PLACES:02d}\n")
        lines += [f"{unit},area,{area + 1},{sum_ // PLACES}.{sum_ % PLACES:02d}\n" for area, sum_ in areas.items()]
        # Of 100, from a maximum of one point a leaf; half up.
        totals[unit] = (2 * sum(areas.values()) * 100 + len(asked)) // (2 * len(asked))
    rank_of: dict[int, int] = {}
    for place, total in enumerate(sorted(totals.values(), reverse=True), start=1):
        rank_of.setdefault(total, place)
    for unit, total in totals.items():
        lines.append(f"{unit},total,,{total // PLACES}.{total % PLACES:02d},{rank_of[total]}\n")
    Path(out).write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])

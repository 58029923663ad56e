"""A published result as open data: one row for each unit (CSV), and the scores of every leaf (JSON).

Facts and evidence stay with the units; decimals are written with a dot, as programs read them.
"""

import csv
import io
from typing import Any

from chiso.results.models import Publication

_BYTE_ORDER_MARK = "\ufeff"  # Without it spreadsheet programs misread Vietnamese letters.


def results_csv(publication: Publication) -> str:
    bundle = publication.result.bundle
    areas = list(dict.fromkeys(area["code"] for unit in bundle["units"] for area in unit["areas"]))
    out = io.StringIO()
    out.write(_BYTE_ORDER_MARK)
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["unit", "name", "block", "total", "rank", "class", *(f"percent_{code}" for code in areas)])
    for unit in bundle["units"]:
        percents = {area["code"]: area["percent"] for area in unit["areas"]}
        row = [unit["code"], unit["name"], unit["block"], unit["total"], unit["rank"], unit["grade"]]
        writer.writerow(row + [percents.get(code) for code in areas])
    return out.getvalue()


def results_json(publication: Publication, url: str) -> dict[str, Any]:
    bundle = publication.result.bundle
    return {
        "format": "chiso-publication/1",
        "url": url,
        "decision": {"number": publication.number, "date": publication.date.isoformat()},
        "round": bundle["round"],
        "year": bundle["year"],
        "authority": bundle["authority"],
        "digest": publication.result.digest,
        "units": [{name: value for name, value in unit.items() if name != "facts"} for unit in bundle["units"]],
    }

"""An index set of any number of leaves (chiso-index-set/1), and facts that answer it. The same each time."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

AREAS = 8
GROUP = 4
KINDS = ("ratio", "levels", "checklist", "count")
_RULES: dict[str, dict[str, Any]] = {
    "ratio": {
        "kind": "ratio",
        "numerator": "số nhiệm vụ hoàn thành đúng hạn",
        "denominator": "tổng số nhiệm vụ được giao",
        "curve": {"target": 90},
        "on_zero_denominator": "zero",
    },
    "levels": {
        "kind": "levels",
        "levels": [
            {"name": "Ban hành kịp thời, đủ nội dung", "points": 1},
            {"name": "Ban hành không kịp thời", "points": 0.5},
            {"name": "Không ban hành", "points": 0},
        ],
    },
    "checklist": {
        "kind": "checklist",
        "items": [
            {"name": "Có kế hoạch được phê duyệt", "points": 0.5},
            {"name": "Có báo cáo kết quả thực hiện", "points": 0.25},
            {"name": "Có phân công trách nhiệm", "points": 0.25},
        ],
    },
    "count": {
        "kind": "count",
        "unit": "sáng kiến",
        "steps": [{"from": 3, "points": 1}, {"from": 1, "points": 0.5}, {"else": 0}],
    },
}

_OFFICIAL = {"method": "official", "official_source": "Văn phòng UBND tỉnh"}


@dataclass(frozen=True)
class Leaf:
    """Where a leaf stands, and how it is scored. Every leaf is worth one point."""

    number: int
    area: int
    group: int
    code: str

    @property
    def kind(self) -> str:
        return KINDS[self.number % len(KINDS)]


def leaves(count: int) -> list[Leaf]:
    """Spread `count` leaves over the areas, in groups."""
    found: list[Leaf] = []
    for area in range(AREAS):
        for place in range(len(range(area, count, AREAS))):
            group = place // GROUP
            code = f"{area + 1}.{group + 1}.{place % GROUP + 1}"
            found.append(Leaf(len(found), area, group, code))
    return found


def write_set(count: int, *, official_every: int = 0) -> str:
    """The text of the set; every so-manieth leaf takes figures that another body supplies."""
    areas: list[dict[str, Any]] = []
    for leaf in leaves(count):
        if leaf.area == len(areas):
            name = f"Lĩnh vực cải cách hành chính thứ {leaf.area + 1}"
            areas.append({"code": str(leaf.area + 1), "name": name, "max": 0, "children": []})
        area = areas[leaf.area]
        if leaf.group == len(area["children"]):
            code = f"{leaf.area + 1}.{leaf.group + 1}"
            name = f"Nhóm nhiệm vụ {code} theo kế hoạch năm"
            area["children"].append({"code": code, "name": name, "max": 0, "children": []})
        group = area["children"][leaf.group]
        is_official = official_every and leaf.number % official_every == 0
        group["children"].append(_leaf(leaf) | (_OFFICIAL if is_official else {}))
        group["max"] += 1
        area["max"] += 1
    return yaml.safe_dump(_head(count) | {"areas": areas}, allow_unicode=True, sort_keys=False)


def _head(count: int) -> dict[str, Any]:
    return {
        "format": "chiso-index-set/1",
        "id": f"bench-{count}",
        "name": f"Bộ chỉ số {count} tiêu chí để đo tốc độ",
        "year": 2022,
        "version": 1,
        "status": "sample",
        "total": {"minimum": 0, "maximum": 100},
        "scale": 100,
        "classes": [{"name": "Tốt", "min": 80}, {"name": "Khá", "min": 50}, {"name": "Yếu", "min": 0}],
    }


def _leaf(leaf: Leaf) -> dict[str, Any]:
    return {
        "code": leaf.code,
        "name": f"Thực hiện nhiệm vụ {leaf.code} của kế hoạch cải cách hành chính năm",
        "max": 1,
        "guidance": "Thống kê đến hết ngày 31 tháng 12, theo báo cáo chính thức của đơn vị.",
        "evidence": ["Kế hoạch", "Báo cáo kết quả thực hiện"],
        "rule": _RULES[leaf.kind],
    }


def facts_of(unit: int, leaf: Leaf) -> dict[str, str]:
    """What unit number `unit` answers, spread evenly by two primes."""
    draw = unit * 7919 + leaf.number * 104_729
    if leaf.kind == "ratio":
        denominator = 20 + draw % 181
        return {"numerator": str(draw * 31 % (denominator + 1)), "denominator": str(denominator)}
    if leaf.kind == "levels":
        return {"level": str(1 + draw % 3)}
    if leaf.kind == "checklist":
        return {"items": ("1", "1;2", "1;2;3", "2;3")[draw % 4]}
    return {"count": str(draw % 5)}


def write_facts(units: int, count: int) -> Iterator[str]:
    """The lines of a facts file."""
    yield "unit,code,input,value\n"
    answered = leaves(count)
    for unit in range(units):
        for leaf in answered:
            for name, value in facts_of(unit, leaf).items():
                yield f"Xã số {unit + 1:04d},{leaf.code},{name},{value}\n"

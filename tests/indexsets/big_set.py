"""A draft of any size, six levels deep, for tests of speed and of limits."""

from typing import Any

RULE = {
    "kind": "ratio",
    "numerator": "số hồ sơ đúng hạn",
    "denominator": "tổng số hồ sơ",
    "curve": {"steps": [{"from": "95", "points": "1"}, {"from": "80", "points": "0.5"}, {"else": "0"}]},
}


def big_tree(leaves: int = 300, depth: int = 6) -> dict[str, Any]:
    """A valid set of so many leaves of one point each, `depth` levels from area to leaf."""
    nodes: list[dict[str, Any]] = [
        {"name": f"Tiêu chí thành phần số {number}", "max": "1", "evidence": ["Báo cáo"], "rule": RULE}
        for number in range(leaves)
    ]
    for level in range(depth - 1):
        width = 5 if level < 2 else 2
        groups = [nodes[start : start + width] for start in range(0, len(nodes), width)]
        nodes = [
            {"name": f"Nhóm {level}.{number}", "max": str(sum(int(one["max"]) for one in group)), "children": group}
            for number, group in enumerate(groups)
        ]
    for number, area in enumerate(nodes, start=1):
        _give_codes(area, str(number))
    total = sum(int(area["max"]) for area in nodes)
    return {
        "format": "chiso-index-set/1",
        "id": "bo-lon",
        "name": "Bộ chỉ số lớn",
        "year": "2023",
        "version": "1",
        "status": "sample",
        "scale": str(total),
        "areas": nodes,
    }


def _give_codes(node: dict[str, Any], code: str) -> None:
    node["code"] = code
    for number, child in enumerate(node.get("children", ()), start=1):
        _give_codes(child, f"{code}.{number}")

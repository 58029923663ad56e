"""What a rule says that the core accepts but nobody can have meant: gaps, overlaps, what nobody can reach."""

from collections.abc import Callable, Iterator
from itertools import pairwise

from django.utils.translation import gettext as _

from chiso.indexsets.exchange.trees import Tree, children_of, group_at, text_at
from chiso.scoring import parse_number, write_vietnamese
from chiso.scoring.numbers import Exact, NumberError


def rule_doubts(rule: Tree, high: Exact | None) -> Iterator[str]:
    """Say what looks wrong in a rule, beside what the core refuses; `high` is the maximum of the leaf."""
    check = _CHECKS.get(text_at(rule, "kind"))
    if check:
        yield from check(rule, high)


def _levels(rule: Tree, high: Exact | None) -> Iterator[str]:
    levels = children_of(rule, "levels")
    names = [text_at(level, "name").strip().casefold() for level in levels]
    for place, name in enumerate(names):
        if name and name in names[:place]:
            yield _("Mức “%(name)s” viết hai lần; người chấm không phân biệt được.") % {"name": name}
    if len(levels) == 1:
        yield _("Chỉ có một mức nên mọi đơn vị có cùng điểm; hãy thêm mức thấp hơn.")
    points = [_number(level, "points", "points_up_to") for level in levels]
    if (
        len(points) > 1
        and None not in points
        and len(set(points)) == 1
        and not any("points_up_to" in x for x in levels)
    ):
        yield _("Mọi mức có cùng %(points)s điểm; hãy xem lại điểm từng mức.") % {"points": _shown(points[0])}


def _ratio(rule: Tree, high: Exact | None) -> Iterator[str]:
    curve = group_at(rule, "curve")
    if "steps" in curve:
        yield from _steps(curve, "%")
    if "full_from" in curve:
        full, part = _number(curve, "full_from"), _number(curve, "proportional_from")
        if full is not None and part == full:
            yield _("Hai ngưỡng bằng nhau (%(limit)s%%) nên phần tính theo tỷ lệ không bao giờ dùng đến.") % {
                "limit": _shown(full)
            }


def _count(rule: Tree, high: Exact | None) -> Iterator[str]:
    yield from _steps(rule, "")


def _steps(group: Tree, unit: str) -> Iterator[str]:
    """Steps are read from the top: one that stands below a wider one is never reached."""
    rows = children_of(group, "steps")
    bars = [(limit, "above" in row, _number(row, "points")) for row in rows if (limit := _limit(row)) is not None]
    for (bar, is_open, earned), (lower, lower_is_open, fewer) in pairwise(bars):
        shown = {"first": _bar(bar, unit, is_open=is_open), "second": _bar(lower, unit, is_open=lower_is_open)}
        if (lower, lower_is_open) >= (bar, is_open):
            yield _("Bậc “%(second)s” không bao giờ đạt vì bậc “%(first)s” đứng trước đã bao trùm.") % shown
        elif earned is not None and fewer is not None and fewer > earned:
            yield _("Bậc “%(second)s” được nhiều điểm hơn bậc cao hơn “%(first)s”; hãy xem lại điểm.") % shown
    last = bars[-1] if bars else None
    otherwise = next((_number(row, "else") for row in rows if "else" in row), 0)
    if last and otherwise and (last[0] < 0 or (last[0] == 0 and not last[1])):
        yield _("Dòng “còn lại” không bao giờ dùng đến vì bậc “%(bar)s” đã bao trùm.") % {
            "bar": _bar(last[0], unit, is_open=last[1])
        }
    if last and otherwise is not None and last[2] is not None and otherwise > last[2]:
        yield _("Dòng “còn lại” được nhiều điểm hơn bậc “%(bar)s”; hãy xem lại điểm.") % {
            "bar": _bar(last[0], unit, is_open=last[1])
        }
    if rows and not any("else" in row for row in rows):
        yield _("Chưa có dòng “còn lại”: dưới bậc cuối cùng được hiểu là 0 điểm.")


def _late(rule: Tree, high: Exact | None) -> Iterator[str]:
    tiers = children_of(rule, "tiers")
    days = [day for tier in tiers if (day := _number(tier, "up_to_days")) is not None]
    after = next((tier for tier in tiers if "per_day_after" in tier), None)
    refused = _number(rule, "refuse_after_days")
    start = _number(after, "per_day_after") if after else None
    if days and start is not None and start > days[-1]:
        yield _("Từ ngày trễ thứ %(first)s đến ngày %(last)s không có mức trừ.") % {
            "first": _shown(days[-1] + 1),
            "last": _shown(start),
        }
    if days and after is None and (refused is None or refused > days[-1]):
        yield _("Trễ quá %(days)s ngày chưa có mức trừ; hãy thêm dòng “mỗi ngày sau ngày thứ”.") % {
            "days": _shown(days[-1])
        }
    for day in days:
        if refused is not None and day > refused:
            yield _("Mức trễ đến %(days)s ngày không bao giờ dùng đến vì sau %(last)s ngày đã không tiếp nhận.") % {
                "days": _shown(day),
                "last": _shown(refused),
            }


def _judgement(rule: Tree, high: Exact | None) -> Iterator[str]:
    step = _number(rule, "step")
    if step and step > 0 and high and high % step:
        yield _("Điểm tối đa %(high)s không chia hết cho bước %(step)s nên không cho được đủ điểm.") % {
            "high": _shown(high),
            "step": _shown(step),
        }


def _branch(rule: Tree, high: Exact | None) -> Iterator[str]:
    for key, side in (("when_true", _("Nếu có")), ("when_false", _("Nếu không"))):
        for doubt in rule_doubts(group_at(rule, key), high):
            yield f"{side}: {doubt}"


def _limit(row: Tree) -> Exact | None:
    return _number(row, "from", "above")


def _number(group: Tree, *keys: str) -> Exact | None:
    for key in keys:
        text = group.get(key)
        if isinstance(text, str) and text.strip():
            try:
                return parse_number(text)
            except NumberError:
                return None
    return None


def _bar(limit: Exact, unit: str, *, is_open: bool) -> str:
    words = _("trên %(limit)s") if is_open else _("từ %(limit)s")
    return words % {"limit": write_vietnamese(limit) + unit}


def _shown(number: Exact | None) -> str:
    return write_vietnamese(number or 0)


_CHECKS: dict[str, Callable[[Tree, Exact | None], Iterator[str]]] = {
    "levels": _levels,
    "ratio": _ratio,
    "count": _count,
    "late": _late,
    "judgement": _judgement,
    "branch": _branch,
}

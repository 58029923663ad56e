"""The tree of a draft at the left of the editor, joined from strings: a set has up to two thousand lines."""

from collections.abc import Collection, Iterable

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from chiso.indexsets.drafting.outline import Outline, Path, Spot
from chiso.indexsets.exchange.trees import text_at
from chiso.indexsets.rule_cells import typed

_INDENT = "\u2003"


def draw_tree(outline: Outline, base: str, faulty: Collection[Path], current: Path | None) -> SafeString:
    """Every area with what lies in it; the area one works in is open. `base` is the address of the editor."""
    mark = _mark(_("có lỗi"))
    pieces: list[str] = []
    for spot in outline.spots:
        if spot.depth == 0:
            is_open = current is not None and current[0] == spot.path[0]
            pieces.append(f"</ul></details>{_area(spot, faulty, mark, is_open=is_open)}<ul>")
        pieces.append(_line(spot, base, faulty, mark, current))
    drawn = "".join(pieces).removeprefix("</ul></details>")
    return mark_safe(f"{drawn}</ul></details>" if pieces else "")  # noqa: S308 codes and names are escaped below


def draw_lines(spots: Iterable[Spot], base: str, faulty: Collection[Path], current: Path | None) -> SafeString:
    """Some lines of the tree, to be swapped in where they stand."""
    mark = _mark(_("có lỗi"))
    return mark_safe(  # noqa: S308 as above
        "".join(_line(spot, base, faulty, mark, current, ' hx-swap-oob="true"') for spot in spots)
    )


def line_id(path: Path) -> str:
    return "n" + "-".join(map(str, path))


def _area(spot: Spot, faulty: Collection[Path], mark: str, *, is_open: bool) -> str:
    shown = mark if any(path[0] == spot.path[0] for path in faulty) else ""
    opened = " open" if is_open else ""
    return f'<details{opened}><summary><span class="name">{escape(spot.title)}</span>{shown}{_max(spot)}</summary>'


def _line(spot: Spot, base: str, faulty: Collection[Path], mark: str, current: Path | None, swapped: str = "") -> str:
    here = ' aria-current="page"' if spot.path == current else ""
    shown = mark if spot.path in faulty else ""
    name = escape(spot.title) or _("(chưa có tên)")
    if spot.depth == 0:
        # The summary above says its name; a link in a summary would be lost on the keyboard.
        name = _("Sửa lĩnh vực này")
    indent = f'<span aria-hidden="true">{_INDENT * spot.depth}</span>' if spot.depth else ""
    return (
        f'<li id="{line_id(spot.path)}"{swapped}><a href="{base}{escape(spot.key)}/"{here}>'
        f'{indent}<span class="name">{name}</span>{shown}{_max(spot)}</a></li>'
    )


def _max(spot: Spot) -> str:
    return f'<span class="num">{escape(typed(text_at(spot.node, "max")))}</span>'


def _mark(words: str) -> str:
    return f'<span class="dot dot-missing"><span class="vh">{words}</span></span>'

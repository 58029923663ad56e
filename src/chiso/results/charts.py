"""The chart of a published result: one Vega-Lite spec, drawn to SVG in the background and kept by its content.

A page never draws: it shows the chart when the file is there, and the table always.
"""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks import task

from chiso.background.once import enqueue_once
from chiso.results.models import Result

Spec = dict[str, Any]

_FONT = "Noto Sans"  # The default falls back to a serif for Vietnamese letters.
_PRIMARY, _INK, _LINE = "#14508c", "#1b2330", "#dbe1e9"


def ranking_spec(bundle: dict[str, Any]) -> Spec:
    """Bars of the totals, best first; in the language of the documents, whatever the reader's."""
    with translation.override(settings.LANGUAGE_CODE):
        title = _("Chỉ số CCHC")
    rows = [
        {"unit": unit["name"], "total": float(unit["total"]), "text": unit["total"].replace(".", ",")}
        for unit in bundle["units"]
        if unit["total"] is not None
    ]
    bars = {
        "y": {"field": "unit", "type": "nominal", "sort": None, "title": None},
        "x": {"field": "total", "type": "quantitative", "title": title, "axis": {"tickCount": 5}},
    }
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "data": {"values": rows},
        "width": 460,
        "height": {"step": 26},
        "encoding": bars,
        "layer": [
            {"mark": {"type": "bar", "color": _PRIMARY, "height": 16}},
            {
                "mark": {"type": "text", "align": "left", "dx": 4, "color": _INK},
                "encoding": {"text": {"field": "text", "type": "nominal"}},
            },
        ],
        "config": {
            "font": _FONT,
            "background": "white",
            "view": {"stroke": None},
            "axis": {"labelFontSize": 13, "titleFontSize": 13, "labelLimit": 260, "gridColor": _LINE, "domain": False},
            "text": {"fontSize": 13},
        },
    }


def path_of(bundle: dict[str, Any]) -> str:
    """Where the drawing of a frozen copy lies: named by what is drawn, so a new spec is drawn anew."""
    text = json.dumps(ranking_spec(bundle), ensure_ascii=False, sort_keys=True)
    return f"charts/{hashlib.sha256(text.encode()).hexdigest()}.svg"


_paths: dict[str, str] = {}


def path_for(result: Result) -> str:
    """The same of a frozen result, worked out once for each hash: pages leave its large `bundle` deferred."""
    if result.digest not in _paths:
        _paths[result.digest] = path_of(result.bundle)
    return _paths[result.digest]


def ask_for_chart(result: Result) -> None:
    """Queue the drawing, once for each content."""
    path = path_for(result)
    enqueue_once(draw_ranking, f"chart:{path}", result.pk)


@task()
def draw_ranking(result_id: int) -> str:
    """Draw the ranking of a result, unless it lies there already; answers where."""
    bundle = Result.objects.get(pk=result_id).bundle
    path = path_of(bundle)
    if not default_storage.exists(path):
        default_storage.save(path, ContentFile(svg_of(ranking_spec(bundle)).encode()))
    return path


def svg_of(spec: Spec) -> str:
    # Imported here because it takes 90 MB and half a second, which only the worker may spend.
    import vl_convert  # noqa: PLC0415

    drawn: str = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    return drawn

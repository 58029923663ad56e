"""Every page that the address table knows, opened by anybody with any key, and searched for what it must not show."""

import html
import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from chiso.assessments.models import (
    CarryOver,
    Citation,
    Dossier,
    Entry,
    Meeting,
    Motion,
    PreliminaryNotice,
    ReadyReason,
    Reopening,
)
from chiso.evidence.models import Document
from chiso.notices.models import Notice
from chiso.results.models import Publication, Result, Submission
from chiso.rounds.models import Block, Conflict, PanelMember, Round, TaskBody
from chiso.tracking.models import UrgingLetter
from tests.assessments.machine.rows import Broken, Tables, demand
from tests.assessments.machine.sight import MAY_HOLD, Reader, hidden_from
from tests.assessments.machine.stage import LATE, SELF_SCORED, Scene

# What the key in an address is a key of, by the first part of its path.
KEYS: dict[str, type[Model]] = {
    "dot": Round,
    "ho-so": Dossier,
    "hop": Meeting,
    "noi-dung": Motion,
    "to-trinh": Submission,
    "cong-bo": Publication,
    "tai-lieu": Citation,
    "thong-bao": Notice,
    "chuyen-ban": CarryOver,
    "van-ban": Publication,
    "ket-qua": Result,
    "yeu-cau": Reopening,
    "dinh-chinh": Result,
    "don-doc": UrgingLetter,
}
NAMED_KEYS: dict[str, type[Model]] = {
    "block_pk": Block,
    "body_pk": TaskBody,
    "member_pk": PanelMember,
    "member": PanelMember,
    "conflict_pk": Conflict,
    "document_pk": Document,
    "reason_pk": ReadyReason,
}
NUMBERS = {"number": ["1", "2"], "token": ["1-1"]}
WITH_VISIBLE_TO: dict[str, Any] = {
    model._meta.model_name or "": model
    for model in (Dossier, Entry, Citation, PreliminaryNotice, Meeting, Motion, Submission, Result)
}
_REFUSALS = frozenset({302, 403, 404, 405, 409, 422})
_PARAMETER = re.compile(r"<(\w+):(\w+)>")
_OTHER_PLACES = ("tai-khoan/", "ngon-ngu/", "dev/", "bo-chi-so/", "tep/")
"""Sign-in, language, the index sets, pieces of an upload: nothing of a round's scores is there."""


@cache
def routes() -> tuple[str, ...]:
    """The addresses of all pages of rounds, as `dot/<key:pk>/ket-qua/`."""
    return tuple(route for route in every_route() if not unknown_parameters(route))


@cache
def every_route() -> tuple[str, ...]:
    found = _below(get_resolver().url_patterns, "")
    return tuple(sorted({path for path in found if not path.startswith(_OTHER_PLACES)}))


def unknown_parameters(route: str) -> list[str]:
    """The parameters of an address for which nobody said yet what may stand there."""
    known = {"code", "unit_code", *NAMED_KEYS, *NUMBERS, *(["pk"] if route.split("/", 1)[0] in KEYS else [])}
    return [name for _converter, name in parameters(route) if name not in known]


_TELLING = frozenset(
    {
        "ho-so/<key:pk>/",
        "ho-so/<key:pk>/<code:code>/",
        "ho-so/<key:pk>/thong-bao/",
        "dot/<key:pk>/",
        "dot/<key:pk>/ket-qua/",
        "dot/<key:pk>/ket-qua/<code:unit_code>/",
        "dot/<key:pk>/tham-dinh/",
        "dot/<key:pk>/tham-dinh/<code:code>/<code:unit_code>/",
        "hop/<key:pk>/",
        "hop/<key:pk>/de-nghi/<code:code>/<code:unit_code>/",
        "hop/<key:pk>/thong-nhat/",
        "cong-bo/<key:pk>/ket-qua.json",
    }
)


@cache
def telling_routes() -> tuple[str, ...]:
    """Those of them that are full of scores."""
    return tuple(sorted(_TELLING.intersection(routes())))


def _below(patterns: Iterable[URLPattern | URLResolver], start: str) -> Iterable[str]:
    for one in patterns:
        path = start + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _below(one.url_patterns, path)
        else:
            yield path


def parameters(route: str) -> list[tuple[str, str]]:
    """(converter, name) of each parameter of an address."""
    return _PARAMETER.findall(route)


def values_for(route: str, converter: str, name: str, scene: Scene) -> list[str]:
    """What may stand for a parameter: keys that exist, codes of the set or of the units."""
    if name in NUMBERS:
        return NUMBERS[name]
    if converter != "key":
        return list(scene.units) if "unit" in name else [*SELF_SCORED, LATE]
    model = NAMED_KEYS.get(name) or KEYS[route.split("/", 1)[0]]
    return [str(pk) for pk in model._default_manager.order_by("pk").values_list("pk", flat=True)]


def address(route: str, values: dict[str, str]) -> str:
    return "/" + _PARAMETER.sub(lambda found: values[found[2]], route)


# ---- what a page shows ----------------------------------------------------------------------


def open_page(client: Client, path: str, *, in_part: bool = False) -> HttpResponse:
    """Open a page as a browser would; anything but an answer or a refusal is a failure."""
    headers = {"HX-Request": "true"} if in_part else {}
    response = client.get(path, headers=headers)
    demand(response.status_code == 200 or response.status_code in _REFUSALS, f"{path}: {response.status_code}")
    return response  # type: ignore[return-value]  # the test client adds to it, and takes nothing away


@dataclass(frozen=True)
class Search:
    """What a person may not see, in every way it could be written."""

    hidden: dict[str, str]
    pattern: re.Pattern[str] | None


def search_for(reader: Reader, tables: Tables) -> Search:
    hidden = {way: what for text, what in hidden_from(reader, tables).items() for way in ways_to_write(text)}
    return Search(hidden, _pattern(hidden) if hidden else None)


def require_nothing_hidden(search: Search, path: str, response: HttpResponse) -> None:
    """Search a page for every figure and word that this person may not see."""
    if response.status_code == 302 or response.streaming or search.pattern is None:
        return
    if not response.headers.get("Content-Type", "").startswith(("text/", "application/json", "image/svg")):
        return
    text = html.unescape(response.content.decode())
    if found := search.pattern.search(text):
        near = " ".join(text[max(0, found.start() - 80) : found.end() + 40].split())
        raise Broken(f"{path} shows {found[0]}: {search.hidden[found[0]]}. … {near} …")


def ways_to_write(text: str) -> set[str]:
    """`5231.4` is shown as 5.231,4, 5.231,40, 5231,4, 5231.40 …; words are shown as they are."""
    if not text.replace(".", "", 1).replace("-", "", 1).isdigit():
        return {text}
    whole, _dot, places = text.partition(".")
    grouped = f"{int(whole):,}"
    decimals = {places, places.ljust(2, "0")} if places else {"", "00"}
    ways = set()
    for digits in decimals:
        for sign, start in ((",", grouped.replace(",", ".")), (".", grouped), (",", whole), (".", whole)):
            ways.add(f"{start}{sign}{digits}" if digits else start)
    return ways


def _pattern(ways: Iterable[str]) -> re.Pattern[str]:
    return re.compile(r"(?<![\w.,])(?:" + "|".join(map(re.escape, sorted(ways, key=len, reverse=True))) + r")(?![\w])")


def require_published_is_frozen(tables: Tables, response: HttpResponse) -> None:
    """The open data of a publication says exactly what was frozen."""
    data = json.loads(response.content)
    known = {row["digest"]: row for row in tables["result"].values()}
    demand(data["digest"] in known, "Another result was published.")
    result = known[data["digest"]]
    frozen = [{name: value for name, value in unit.items() if name != "facts"} for unit in result["bundle"]["units"]]
    demand(data["units"] == frozen, "What is published is not what was frozen.")


# ---- what a person's rows are -----------------------------------------------------------------


def require_rows_in_sight(reader: Reader, tables: Tables, user: Any, names: Collection[str]) -> None:
    """No `visible_to` of these models gives a row that the person may not see."""
    for name in names:
        model = WITH_VISIBLE_TO[name]
        held = model.objects.visible_to(user).order_by().values_list("pk", flat=True)
        wrong = [pk for pk in held if not MAY_HOLD[name](reader, tables[name][pk], tables)]
        demand(not wrong, f"{name} {wrong} is visible to {user}.")
    foreign = Notice.objects.visible_to(user).exclude(recipient=user).exists()
    demand(not foreign, "Somebody reads another's messages.")

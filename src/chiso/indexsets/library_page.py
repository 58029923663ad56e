"""Where a new set may start: the sets that ship with the product, and every edition one may see."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.db.models import Max
from django.utils.translation import gettext as _

from chiso.indexsets.contents import Contents
from chiso.indexsets.exchange.trees import Tree, tree_of
from chiso.indexsets.models import Edition
from chiso.indexsets.pages import size_words
from chiso.scoring import IndexSet, read_index_set

_FOLDER = Path(__file__).parent / "library"
_LAST_VERSION = 999


@dataclass(frozen=True)
class Shipped:
    """One set of the library."""

    slug: str
    name: str
    size: str
    source: str
    note: str


@cache
def _sets() -> dict[str, IndexSet]:
    """Read once for each process: the files come with the program."""
    return {path.stem: read_index_set(path.read_text(encoding="utf-8")) for path in sorted(_FOLDER.glob("*.yaml"))}


def shipped_sets() -> list[Shipped]:
    return [
        Shipped(
            slug=slug,
            name=index_set.name,
            size=size_words(Contents({}, index_set)),
            source=index_set.source,
            note=_("Bộ mẫu để thử nghiệm") if index_set.status == "sample" else _("Chép từ văn bản đã ban hành"),
        )
        for slug, index_set in _sets().items()
    ]


def shipped_tree(slug: str) -> Tree | None:
    found = _sets().get(slug)
    return None if found is None else tree_of(found)


def copy_choices(edition: Edition, authorities: list[int]) -> dict[str, str]:
    """The next year, or the next issue of the same year, of the set of that key: `{"2023.1": "năm 2023, lần …"}`."""
    same = Edition.objects.filter(index_set__key=edition.index_set.key, index_set__authority__in=authorities)
    last = dict(same.values_list("year").annotate(last=Max("version")))
    choices = {}
    for year in (edition.year + 1, edition.year):
        version = last.get(year, 0) + 1
        if year <= 9999 and version <= _LAST_VERSION:
            words = _("năm %(year)d, lần ban hành %(version)d") % {"year": year, "version": version}
            choices[f"{year}.{version}"] = words
    return choices


def copy_name(edition: Edition) -> str:
    """The name for the next year."""
    return edition.name.replace(str(edition.year), str(edition.year + 1))

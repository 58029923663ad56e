"""The dry run of an import: what every row of a file was read as, guesses and faults beside it; nothing is saved yet.

Between the two steps the tree that was read lies in the page itself, signed for one person and one day: nothing waits
on the server to be thrown away, any worker can finish, and nobody can bring in a tree that was not read from a file.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.common.refusals import RuleViolation
from chiso.indexsets.contents import Contents, contents_of_tree
from chiso.indexsets.drafting.findings import all_findings
from chiso.indexsets.exchange import DraftRow, DraftSet, Finding, FindingKind, RowKind
from chiso.indexsets.exchange.trees import Tree
from chiso.indexsets.pages import size_words
from chiso.indexsets.tree_rows import Row, faults_of, tree_rows
from chiso.organizations.models import User

_SALT = "chiso.indexsets.import"
_ONE_DAY = 24 * 60 * 60
_LONGEST = 1_500_000
"""Of the signed tree; a form of more than 2 MB is refused by the server. 500 criteria take some 40 kB."""

Told = dict[str, str]


@dataclass(frozen=True)
class ImportPage:
    """What was understood of a file."""

    file: str
    summary: str
    is_valid: bool
    can_be_kept: bool
    errors: list[Told]
    loose: list[Told]
    rows: list[Row] = field(default_factory=list)
    tree: tuple[Row, ...] = ()
    counts: str = ""


def import_page(draft: DraftSet) -> ImportPage:
    """Lay the rows of the file and what was found beside each other."""
    places: defaultdict[tuple[str, int], list[Finding]] = defaultdict(list)
    for finding in draft.findings:
        places[finding.place.sheet, finding.place.row].append(finding)
    many = len({one.place.sheet for one in draft.rows}) > 1
    rows = [_row(one, places.pop((one.place.sheet, one.place.row), []), names_sheet=many) for one in draft.rows]
    loose = [finding for left in places.values() for finding in left if finding.kind is not FindingKind.ERROR]
    return ImportPage(
        file=draft.name,
        summary=_summary(draft),
        is_valid=draft.is_valid,
        can_be_kept=bool(draft.tree),
        errors=[_told(one) for one in draft.errors],
        loose=[_told(one) for one in loose],
        rows=rows,
        tree=() if rows or not draft.tree else tree_rows(contents_of_tree(draft.tree), all_findings(draft.tree)),
        counts=_counts(draft),
    )


def page_of_tree(tree: Tree, name: str) -> ImportPage:
    """The page once more when only the tree is left: what was entered beside it was refused."""
    contents, findings = contents_of_tree(tree), all_findings(tree)
    draft = DraftSet(name, "yaml", tree, index_set=contents.index_set)
    return ImportPage(
        name,
        size_words(contents),
        draft.is_valid,
        can_be_kept=True,
        errors=faults_of(findings.errors, tree),
        loose=[],
        tree=tree_rows(contents, findings),
    )


def sign(tree: Tree, name: str, user: User) -> str:
    """Pack a tree into the page."""
    token = signing.dumps({"tree": tree, "name": name, "user": user.pk}, salt=_SALT, compress=True)
    if len(token) > _LONGEST:
        raise RuleViolation(_("Bộ chỉ số trong tệp quá lớn nên không nhập được qua trang này. Hãy chia tệp."))
    return token


def unsign(token: str, user: User) -> tuple[Tree, str]:
    """Unpack what `sign` packed for the same person within a day."""
    try:
        packed = signing.loads(token, salt=_SALT, max_age=_ONE_DAY)
    except signing.BadSignature:
        packed = {}
    if packed.get("user") != user.pk:
        raise RuleViolation(_("Phần kiểm tra tệp đã quá một ngày hoặc không còn nguyên vẹn. Hãy tải tệp lên lại."))
    return packed["tree"], packed["name"]


def _summary(draft: DraftSet) -> str:
    if draft.index_set is not None:
        return size_words(Contents(draft.tree, draft.index_set))
    count = len(draft.errors)
    return ngettext("%(count)d lỗi", "%(count)d lỗi", count) % {"count": count}


def _counts(draft: DraftSet) -> str:
    guesses, warnings = len(draft.guesses), len(draft.warnings)
    return ", ".join(
        (
            ngettext("%(n)d chỗ đoán cần xem lại", "%(n)d chỗ đoán cần xem lại", guesses) % {"n": guesses},
            ngettext("%(n)d cảnh báo", "%(n)d cảnh báo", warnings) % {"n": warnings},
        )
    )


def _row(one: DraftRow, findings: list[Finding], *, names_sheet: bool) -> Row:
    place, kind = one.place, one.kind
    marks = [_mark(finding) for finding in findings]
    is_guess = one.is_guess and not any(mark["kind"] == "gold" for mark in marks)
    if is_guess:
        marks.append({"kind": "gold", "word": _("đoán"), "text": ""})
    return {
        "place": f"{place.sheet}, {place.row}" if names_sheet and place.sheet else str(place.row),
        "kind": kind.label,
        "is_node": kind in (RowKind.AREA, RowKind.CRITERION, RowKind.LEAF),
        "code": one.code,
        "text": one.text,
        "marks": marks,
    }


def _mark(finding: Finding) -> Told:
    kind, word = {
        FindingKind.ERROR: ("red", _("lỗi")),
        FindingKind.GUESS: ("gold", _("đoán")),
        FindingKind.WARNING: ("blue", _("cảnh báo")),
    }[finding.kind]
    column = _("cột %(column)s") % {"column": finding.place.column} if finding.place.column else ""
    text = f"{column}: {finding.message}" if column else finding.message
    return {"kind": kind, "word": word, "text": text, "source": finding.source}


def _told(finding: Finding) -> Told:
    where = [str(finding.place)] if str(finding.place) else []
    where += [_("mã %(code)s") % {"code": finding.code}] if finding.code and where else []
    return {"where": ", ".join(where), "what": finding.message}

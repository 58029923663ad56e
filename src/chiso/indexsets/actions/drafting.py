"""A set is drafted: begun, and edited node by node.

Several people may edit one draft. Every edit reads the draft anew, changes its own node in it, and writes by
compare-and-set; `seen` is the mark of what the page showed, so that only who edits the same node is refused.
"""

from collections.abc import Callable
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.audit.actions import action, changed
from chiso.common.refusals import RuleViolation
from chiso.indexsets import policy
from chiso.indexsets.choices import EditionState
from chiso.indexsets.drafting import tree_edits
from chiso.indexsets.drafting.limits import check_fields, check_size
from chiso.indexsets.drafting.outline import ROOT, Outline, Path, Spot, mark_of, outline_of, own_fields
from chiso.indexsets.exchange.trees import TOP_KEYS, Tree, text_at, tree_of, without_empty
from chiso.indexsets.models import Edition, IndexSet, Opinion
from chiso.indexsets.reading import index_set_of
from chiso.organizations.models import Unit, User

OPEN = (EditionState.DRAFT, EditionState.CONSULTING)
"""The states in which the draft may be edited."""

_LONGEST_KEY = 80
_LONGEST_NAME = 300
_TRIES = 3


@action("index_set.start_draft", gettext_noop("Soạn dự thảo Bộ chỉ số"), allowed=policy.can_import)
def start_draft(
    authority: Unit,
    by: User,
    at: datetime,
    *,
    tree: Tree,
    origin: Edition | None = None,
    supersedes: Edition | None = None,
) -> Edition:
    """Begin a draft edition from a plain tree, which may still be faulty; its name, year and version are the tree's."""
    return begin_draft(authority, at, tree=tree, origin=origin, supersedes=supersedes)


def begin_draft(
    authority: Unit, at: datetime, *, tree: Tree, origin: Edition | None = None, supersedes: Edition | None = None
) -> Edition:
    """Write the rows of a new draft, for the actions that begin one (this one, and re-issuing)."""
    key, name, year, version = _identity(tree)
    index_set, _is_new = IndexSet.objects.get_or_create(authority=authority, key=key)
    if index_set.editions.filter(year=year, version=version).exists():
        raise _taken(key, year, version)
    edition = Edition.objects.create(
        index_set=index_set,
        name=name,
        year=year,
        version=version,
        draft=tree,
        origin=origin,
        supersedes=supersedes,
        imported_at=at,
    )
    changed("edition", edition.pk)
    changed("version", f"{key} {year}/{version}")
    if origin:
        changed("origin", origin.pk)
    if supersedes:
        changed("supersedes", supersedes.pk)
    return edition


@action("index_set.save_node", gettext_noop("Sửa tiêu chí của dự thảo"), allowed=policy.can_edit_draft)
def save_node(edition: Edition, by: User, at: datetime, *, code: str, seen: str, fields: Tree) -> str:
    """Give a criterion other fields; answers the key it has now. A criterion that somebody else changed is refused."""
    check_fields(fields)
    kept = tree_edits.in_order({key: value for key, value in fields.items() if value not in ("", [], {})})
    kept.pop("children", None)
    renamed = text_at(kept, "code").strip()
    places: list[Path] = []

    def change(tree: Tree) -> Tree:
        _outline, spot = _find(tree, code)
        places[:] = [spot.path]
        _require_same(mark_of(own_fields(spot.node)), seen)
        for key in dict.fromkeys((*own_fields(spot.node), *kept)):
            if kept.get(key) != spot.node.get(key):
                changed(f"{spot.code or code} {key}", kept.get(key), spot.node.get(key))
        replaced = tree_edits.replace_fields(tree, spot.path, kept)
        return tree_edits.rename_in_ranking(replaced, spot.code, renamed) if spot.code and renamed else replaced

    tree = _write(edition, change)
    return outline_of(tree).by_path[places[0]].key


@action("index_set.add_node", gettext_noop("Thêm tiêu chí vào dự thảo"), allowed=policy.can_edit_draft)
def add_node(edition: Edition, by: User, at: datetime, *, parent: str, after: str = "") -> str:
    """Add an empty criterion at the end of a parent (`ROOT` for an area) or after a sibling; answers its key."""
    made: list[Tree] = []

    def change(tree: Tree) -> Tree:
        above = None if parent == ROOT else _find(tree, parent)[1]
        if above and above.is_leaf:
            raise RuleViolation(
                _("“%(name)s” có cách chấm nên không có cấp dưới. Hãy chọn “Có cấp dưới” cho tiêu chí này trước.")
                % {"name": above.title}
            )
        made[:] = [tree_edits.new_node(tree, above)]
        place = _find(tree, after)[1].path[-1] if after else None
        return tree_edits.add(tree, above.path if above else (), made[0], after=place)

    tree = _write(edition, change)
    spot = outline_of(tree).spot_of(made[0])
    changed("added", spot.code)
    return spot.key


@action("index_set.move_node", gettext_noop("Chuyển chỗ tiêu chí của dự thảo"), allowed=policy.can_edit_draft)
def move_node(edition: Edition, by: User, at: datetime, *, code: str, by_steps: int = 0, parent: str = "") -> str:
    """Move a criterion up (-1) or down (1), or to the end of another parent; answers its key."""
    moved: list[Tree] = []

    def change(tree: Tree) -> Tree:
        outline, spot = _find(tree, code)
        moved[:] = [spot.node]
        if not parent:
            changed("moved", f"{spot.code} {by_steps:+d}")
            return tree_edits.move(tree, spot.path, by_steps)
        above = None if parent == ROOT else _find(tree, parent)[1]
        old = outline.parent_of(spot)
        changed("moved", f"{spot.code} → {above.code if above else ROOT}", old.code if old else ROOT)
        try:
            changed_tree, moved[0] = tree_edits.move_under(tree, spot, above)
        except tree_edits.NotThere:
            raise RuleViolation(
                _("Không chuyển được “%(name)s” vào chính nó, vào cấp dưới của nó hoặc vào tiêu chí có cách chấm.")
                % {"name": spot.title}
            ) from None
        return changed_tree

    tree = _write(edition, change)
    return outline_of(tree).spot_of(moved[0]).key


@action("index_set.remove_node", gettext_noop("Bỏ tiêu chí khỏi dự thảo"), allowed=policy.can_edit_draft)
def remove_node(edition: Edition, by: User, at: datetime, *, code: str, seen: str) -> Tree:
    """Take a criterion out with all in it; refused while an opinion on it waits for its answer."""

    def change(tree: Tree) -> Tree:
        outline, spot = _find(tree, code)
        _require_same(mark_of(spot.node), seen)
        waiting = opinions_on(edition, outline, spot).filter(response="").count()
        if waiting:
            raise RuleViolation(
                _(
                    "“%(name)s” có %(count)d ý kiến góp ý chưa được trả lời. Hãy trả lời các ý kiến đó trước khi bỏ "
                    "tiêu chí."
                )
                % {"name": spot.title, "count": waiting}
            )
        changed("removed", None, spot.node)
        return tree_edits.remove(tree, spot.path)

    return _write(edition, change)


@action("index_set.renumber", gettext_noop("Đánh lại mã tiêu chí của dự thảo"), allowed=policy.can_edit_draft)
def renumber(edition: Edition, by: User, at: datetime, *, code: str) -> Tree:
    """Give everything below a criterion (or in the whole set: `ROOT`) new codes in its order."""

    def change(tree: Tree) -> Tree:
        spot = None if code == ROOT else _find(tree, code)[1]
        renumbered, codes = tree_edits.renumber(tree, spot)
        changed("codes", {old: new for old, new in codes.items() if old != new})
        return renumbered

    return _write(edition, change)


@action("index_set.save_information", gettext_noop("Sửa thông tin chung của dự thảo"), allowed=policy.can_edit_draft)
def save_information(edition: Edition, by: User, at: datetime, *, seen: str, fields: Tree) -> Edition:
    """Change what the set says of itself: name, year, version, scale, total, ranking, classes and the like."""
    check_fields(fields)

    def change(tree: Tree) -> Tree:
        _require_same(mark_of(information_of(tree)), seen)
        merged = {**tree, **fields, "id": tree.get("id", "")}
        for key in fields:
            if merged[key] != tree.get(key):
                changed(key, merged[key], tree.get(key))
        ordered = {key: merged[key] for key in TOP_KEYS if key in merged}
        return without_empty({**ordered, **{key: merged[key] for key in merged if key not in ordered}})

    key, name, year, version = _identity({**fields, "id": edition.index_set.key})
    others = Edition.objects.filter(index_set=edition.index_set_id, year=year, version=version)
    if others.exclude(pk=edition.pk).exists():
        raise _taken(key, year, version)
    _write(edition, change, name=name, year=year, version=version)
    return edition


def draft_of(edition: Edition) -> Tree:
    """The plain tree that is edited; a set that came in whole is edited from its text."""
    return tree_of(index_set_of(edition)) if edition.draft is None else edition.draft


def information_of(tree: Tree) -> Tree:
    """What a set says beside its criteria."""
    return {key: value for key, value in tree.items() if key != "areas"}


def opinions_on(edition: Edition, outline: Outline, spot: Spot) -> QuerySet[Opinion]:
    """The opinions on a criterion and on all in it."""
    codes = [one.code for one in outline.below(spot)]
    return Opinion.objects.filter(consultation__edition=edition, criterion__code__in=codes)


def _write(edition: Edition, change: Callable[[Tree], Tree], **also: object) -> Tree:
    """Apply a change to the draft as it is now; where somebody was faster, theirs is read and kept."""
    for attempt in range(_TRIES):
        if attempt:
            edition.refresh_from_db(fields=["draft", "draft_version", "state"])
        if edition.state not in OPEN:
            raise RuleViolation(_("Bộ chỉ số đã ban hành nên không sửa được nữa. Muốn sửa phải ban hành lần mới."))
        tree = change(draft_of(edition))
        check_size(tree)
        version = edition.draft_version
        unchanged = Edition.objects.filter(pk=edition.pk, draft_version=version, state__in=OPEN)
        if unchanged.update(draft=tree, draft_version=version + 1, **also):
            edition.draft, edition.draft_version = tree, version + 1
            for name, value in also.items():
                setattr(edition, name, value)
            return tree
    raise RuleViolation(_("Nhiều người đang sửa dự thảo này cùng lúc. Hãy lưu lại sau giây lát."))


def _find(tree: Tree, key: str) -> tuple[Outline, Spot]:
    try:
        return tree_edits.find(tree, key)
    except tree_edits.NotThere:
        raise RuleViolation(
            _("Tiêu chí %(key)s không còn trong dự thảo: đã bị bỏ, chuyển chỗ hoặc đổi mã. Hãy tải lại trang.")
            % {"key": key}
        ) from None


def _require_same(now: str, seen: str) -> None:
    if now != seen:
        raise RuleViolation(
            _(
                "Nội dung này vừa được người khác sửa nên chưa lưu thay đổi của bạn. Hãy chép lại phần vừa nhập, tải "
                "lại trang rồi sửa trên bản mới."
            )
        )


def _taken(key: str, year: int, version: int) -> RuleViolation:
    return RuleViolation(
        _("Bộ chỉ số “%(key)s” năm %(year)d lần %(version)d đã có. Hãy chọn năm khác hoặc tăng lần ban hành.")
        % {"key": key, "year": year, "version": version}
    )


def _identity(tree: Tree) -> tuple[str, str, int, int]:
    """What names an edition in the list of sets; a draft may lack anything else."""
    key, name = text_at(tree, "id").strip(), text_at(tree, "name").strip()
    if not key or len(key) > _LONGEST_KEY:
        raise RuleViolation(_("Bộ chỉ số chưa có mã (tối đa %(most)d ký tự).") % {"most": _LONGEST_KEY})
    if not name or len(name) > _LONGEST_NAME:
        raise RuleViolation(_("Bộ chỉ số chưa có tên (tối đa %(most)d ký tự).") % {"most": _LONGEST_NAME})
    return key, name, _whole(tree, "year", _("Năm"), 1900, 9999), _whole(tree, "version", _("Lần ban hành"), 1, 999)


def _whole(tree: Tree, key: str, label: str, low: int, high: int) -> int:
    text = text_at(tree, key).strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and low <= int(text) <= high):
        raise RuleViolation(
            _("%(label)s của Bộ chỉ số phải là số nguyên từ %(low)d đến %(high)d.")
            % {"label": label, "low": low, "high": high}
        )
    return int(text)

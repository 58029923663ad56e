"""What the head sees before issuing: what is in it, what was said, what changes, what else may go along."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.common.dates import format_deadline
from chiso.common.numbers import format_number
from chiso.indexsets.choices import EditionState, Response
from chiso.indexsets.compare_page import DifferencePage, difference_page
from chiso.indexsets.contents import Contents, contents_of
from chiso.indexsets.drafting.findings import all_findings
from chiso.indexsets.models import Consultation, Edition
from chiso.indexsets.pages import faults_title, size_words, version_words
from chiso.indexsets.tree_rows import Fault, faults_of
from chiso.organizations.models import User


@dataclass(frozen=True)
class IssuePage:
    """The confirm page of an issue."""

    pk: int
    name: str
    seen: int
    facts: list[dict[str, str]]
    faults: list[Fault]
    faults_title: str
    warnings: list[Fault]
    caution: str
    effects: list[str]
    difference: DifferencePage | None
    others: list[tuple[str, str]]
    is_ready: bool


def issue_page(edition: Edition, user: User, at: datetime) -> IssuePage:
    """Put the confirm page together."""
    contents = contents_of(edition)
    findings = all_findings(contents.tree)
    counts = _counts(edition)
    base = _compared_with(edition, user)
    return IssuePage(
        pk=edition.pk,
        name=edition.name,
        seen=edition.draft_version,
        facts=_facts(edition, contents, len(findings.doubts), counts),
        faults=faults_of(findings.errors, contents.tree),
        faults_title=faults_title(findings),
        warnings=faults_of(findings.doubts, contents.tree),
        caution=_caution(edition, counts, at),
        effects=_effects(edition, contents),
        difference=difference_page(base, edition, user) if base else None,
        others=_others(edition, user),
        is_ready=not contents.errors and not counts["waiting"] and edition.state != EditionState.ISSUED,
    )


def _counts(edition: Edition) -> dict[str, int]:
    return Consultation.objects.filter(edition=edition).aggregate(
        asked=Count("bodies", distinct=True),
        heard=Count("opinions__unit", distinct=True),
        said=Count("opinions", distinct=True),
        waiting=Count("opinions", filter=Q(opinions__response=""), distinct=True),
        accepted=Count("opinions", filter=Q(opinions__response=Response.ACCEPTED), distinct=True),
        partly=Count("opinions", filter=Q(opinions__response=Response.PARTLY), distinct=True),
        declined=Count("opinions", filter=Q(opinions__response=Response.DECLINED), distinct=True),
    )


def _compared_with(edition: Edition, user: User) -> Edition | None:
    pk = edition.supersedes_id or edition.origin_id
    if pk is None:
        return None
    return Edition.objects.visible_to(user).select_related("index_set").filter(pk=pk).first()


def _facts(edition: Edition, contents: Contents, doubts: int, counts: dict[str, int]) -> list[dict[str, str]]:
    rows = [(_("Phiên bản"), version_words(edition))]
    index_set = contents.index_set
    if index_set is not None:
        bonus = [area for area in index_set.areas if not area.is_base]
        rows += [
            (_("Lĩnh vực"), _areas(len(index_set.areas), len(bonus))),
            (_("Tiêu chí được chấm"), str(len(index_set.leaves))),
            (_("Thang điểm"), format_number(index_set.scale)),
            (_("Cảnh báo"), str(doubts) if doubts else _("không có")),
        ]
    rows.append((_("Ý kiến góp ý"), _opinions(counts)))
    return [{"term": term, "text": text} for term, text in rows]


def _areas(count: int, bonus: int) -> str:
    if not bonus:
        return str(count)
    return _("%(count)d, trong đó %(bonus)d điểm thưởng, điểm trừ") % {"count": count, "bonus": bonus}


def _opinions(counts: dict[str, int]) -> str:
    if not counts["asked"]:
        return _("không lấy ý kiến trên hệ thống")
    return (
        _(
            "%(said)d ý kiến của %(heard)d/%(asked)d cơ quan, đơn vị: tiếp thu %(accepted)d, tiếp thu một phần "
            "%(partly)d, giải trình %(declined)d, chưa trả lời %(waiting)d"
        )
        % counts
    )


def _caution(edition: Edition, counts: dict[str, int], at: datetime) -> str:
    if counts["waiting"]:
        return ngettext(
            "Còn %(count)d ý kiến chưa được tiếp thu, giải trình: chưa ban hành được.",
            "Còn %(count)d ý kiến chưa được tiếp thu, giải trình: chưa ban hành được.",
            counts["waiting"],
        ) % {"count": counts["waiting"]}
    asked = Consultation.objects.filter(edition=edition, closes_at__gt=at).first()
    if asked:
        return _("Thời hạn lấy ý kiến chưa hết (%(deadline)s).") % {"deadline": format_deadline(asked.closes_at)}
    return ""


def _effects(edition: Edition, contents: Contents) -> list[str]:
    size = size_words(contents)
    named = f"“{edition.name}” ({size})" if size else f"“{edition.name}”"
    effects = [
        _("%(name)s được ban hành.") % {"name": named},
        _("Nội dung đã ban hành không thay đổi được nữa; muốn sửa phải ban hành lần mới."),
    ]
    if edition.supersedes_id:
        effects.insert(1, _("Bản đang áp dụng được thay thế."))
    return effects


def _others(edition: Edition, user: User) -> list[tuple[str, str]]:
    """The other whole drafts of the authority with nothing left to answer: one decision may issue them as well."""
    drafts = (
        Edition.objects.visible_to(user)
        .filter(index_set__authority=edition.index_set.authority_id)
        .exclude(state=EditionState.ISSUED)
        .exclude(pk=edition.pk)
        .exclude(consultation__opinions__response="")
        .select_related("index_set")
        .defer("text")
    )
    found = []
    for one in drafts.order_by("name", "year", "version"):
        contents = contents_of(one)
        if contents.index_set is not None:
            label = f"{one.name} ({version_words(one)}; {size_words(contents)})"
            found.append((f"{one.pk}:{one.draft_version}", label))
    return found

"""Figures confirmed by another body (số liệu chính thức): entered once by that body, for all units of a block."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.assessments import policy
from chiso.assessments.choices import DossierState
from chiso.assessments.entering import OF_THE_LEADER
from chiso.assessments.models import Appraisal, Entry, IndependentScore
from chiso.assessments.official import is_official
from chiso.assessments.scores import judge, node_of
from chiso.audit.actions import action, because, changed
from chiso.common.refusals import RuleViolation
from chiso.common.workflow import save_if_unchanged
from chiso.indexsets.answers import Answer
from chiso.organizations.models import User
from chiso.rounds.choices import StageKey
from chiso.rounds.holding import hold
from chiso.rounds.models import Block

OPEN_STAGES = (StageKey.SELF_ASSESSMENT, StageKey.AGGREGATION, StageKey.APPRAISAL)
_NAMED = 5


@dataclass(frozen=True)
class Figure:
    """What is confirmed of one unit, and the version of its leaf that the page showed."""

    entry: Entry
    version: int
    answer: Answer


@dataclass(frozen=True)
class Entered:
    """The leaves that were saved, and those left as they are because somebody judged them otherwise."""

    saved: tuple[Entry, ...]
    differing: tuple[Entry, ...]


def require_figures_open(block: Block) -> None:
    """Refuse outside the stages in which a figure still goes into the first judgement."""
    if block.round.stage not in OPEN_STAGES:
        raise RuleViolation(
            _(
                "Đợt đánh giá đang ở giai đoạn “%(stage)s”: số liệu chính thức nhập đến hết thẩm định lần 1; "
                "sau đó điểm đổi bằng thẩm định lại hoặc Hội đồng."
            )
            % {"stage": block.round.get_stage_display()}
        )


@action("official_figures.enter", gettext_noop("Nhập số liệu chính thức"), allowed=policy.can_enter_figures)
def enter_official_figures(
    block: Block, by: User, at: datetime, *, code: str, figures: Sequence[Figure], as_of: date, source: str
) -> Entered:
    """Put the figures of one leaf on every unit at once, with their day and source; one entry in the log with all.

    A leaf that a person judged with another value is left alone and named. Raises `FactErrors` for a wrong figure.
    """
    hold(block.round)
    require_figures_open(block)
    node = node_of(block.edition, code)
    if not is_official(node):
        raise RuleViolation(_("Tiêu chí %(code)s không lấy số liệu chính thức.") % {"code": code})
    if not source.strip() or as_of > timezone.localtime(at).date():
        raise RuleViolation(_("Phải ghi nguồn số liệu, và ngày số liệu không sau hôm nay."))
    judged = _judged([figure.entry for figure in figures])
    saved, differing = [], []
    for figure in figures:
        entry = figure.entry
        _require_own(block, entry, code, by)
        if entry.dossier.state == DossierState.NOT_SUBMITTED or _says_same(entry, figure.answer):
            continue
        if entry.pk in judged:
            differing.append(entry)
            continue
        before = entry.all_facts()
        judge(entry, node, figure.answer)
        entry.as_of, entry.note = as_of, source.strip()
        entry.saved_at, entry.saved_by = at, by
        if not save_if_unchanged(entry, figure.version, leave=OF_THE_LEADER):
            raise RuleViolation(
                _("Số liệu của %(unit)s vừa được người khác nhập. Hãy tải lại trang để xem.")
                % {"unit": entry.dossier.unit}
            )
        changed(f"{entry.dossier.unit}/{code}", entry.all_facts(), before)
        saved.append(entry)
    _require_some(saved, differing)
    changed("as_of", as_of)
    if differing:
        changed("left", [str(entry.dossier.unit) for entry in differing])
    because(source.strip())
    return Entered(tuple(saved), tuple(differing))


def _judged(entries: Sequence[Entry]) -> set[int]:
    """Leaves that a person judged, or began to judge independently."""
    keys = [entry.pk for entry in entries]
    found = set(Appraisal.objects.filter(entry__in=keys).values_list("entry_id", flat=True))
    return found | set(IndependentScore.objects.filter(entry__in=keys).values_list("entry_id", flat=True))


def _require_own(block: Block, entry: Entry, code: str, by: User) -> None:
    if entry.dossier.block_id != block.pk or entry.code != code or not policy.may_enter_figure(by, entry):
        raise RuleViolation(
            _("Bạn không được giao nhập số liệu tiêu chí %(code)s của %(unit)s.")
            % {"code": code, "unit": entry.dossier.unit}
        )


def _says_same(entry: Entry, answer: Answer) -> bool:
    given = {name: value for name, value in answer.facts.items() if value != ""}
    return (entry.facts, entry.not_applicable) == (given, answer.not_applicable)


def _require_some(saved: Sequence[Entry], differing: Sequence[Entry]) -> None:
    if saved:
        return
    if not differing:
        raise RuleViolation(_("Không có số liệu nào thay đổi."))
    names = ", ".join(str(entry.dossier.unit) for entry in differing[:_NAMED])
    raise RuleViolation(
        _("Các đơn vị đã được thẩm định với giá trị khác nên giữ nguyên: %(units)s.")
        % {"units": names + ("…" if len(differing) > _NAMED else "")}
    )

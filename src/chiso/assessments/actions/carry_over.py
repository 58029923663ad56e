"""A block moves to the edition that replaced its own, with everything its dossiers already say."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from chiso.assessments import policy, workflow
from chiso.assessments.carry_plan import CarryPlan, DossierPlan, plan_of
from chiso.assessments.carry_report import report_of
from chiso.assessments.carrying import Carried, Fate, Leaf
from chiso.assessments.choices import ScoreState
from chiso.assessments.deadlines import deadlines
from chiso.assessments.models import CarryOver, Dossier, Entry
from chiso.assessments.windows import is_return
from chiso.audit.actions import action, because, changed
from chiso.common.dates import format_deadline
from chiso.common.refusals import RuleViolation
from chiso.common.workflow import move_all
from chiso.indexsets.models import Criterion, Edition
from chiso.indexsets.succession import in_force_after
from chiso.notices.sending import send
from chiso.organizations.models import User
from chiso.rounds.choices import Panel, Position, StageKey
from chiso.rounds.holding import hold, read_again
from chiso.rounds.models import Assignment, Block, PanelMember

OPEN_STAGES = (StageKey.PREPARATION, StageKey.SELF_ASSESSMENT, StageKey.AGGREGATION)
_CODES_TOLD = 6
_ROWS_AT_ONCE = 500
_WRITTEN = (
    *("criterion", "code", "version", "facts", "not_applicable", "decided"),
    *("score", "effective_max", "score_state", "reason", "saved_at", "saved_by"),
)


@action(
    "block.carry_over",
    gettext_noop("Chuyển đợt đánh giá sang bản mới của Bộ chỉ số"),
    allowed=policy.can_carry_over,
)
def carry_over(
    block: Block, by: User, at: datetime, *, edition: Edition, until: datetime | None, reason: str
) -> CarryOver:
    """Move a block to the edition that replaced its own: facts go over leaf by leaf, the rest into the report.

    Dossiers that were handed in and lack a leaf now go back to their units, to be handed in again before `until`.
    """
    hold(block.round)
    require_carriable(block, edition)
    if not reason.strip():
        raise RuleViolation(_("Chưa nêu lý do chuyển sang bản mới."))
    _take(block, edition)
    plan = plan_of(block, edition)
    _require_deadline(plan, until, at)
    report = report_of(plan)
    _write_entries(plan)
    _write_assignments(plan)
    _write_dossiers(plan, until, reason)
    done = CarryOver.objects.create(
        block=block,
        old_edition=block.edition,
        new_edition=edition,
        carried_by=by,
        carried_at=at,
        reason=reason,
        until=until,
        report=report,
    )
    _tell(plan, done, at)
    changed("edition", edition.pk, block.edition_id)
    changed("leaves", {fate.value: len(plan.of(fate)) for fate in Fate})
    changed("returned", [one.dossier.unit.name for one in plan.returned])
    because(reason)
    block.edition = edition
    return done


def require_carriable(block: Block, edition: Edition) -> None:
    """Refuse unless the edition replaced the block's own, and nobody has judged by the old one yet."""
    if block.edition_id == edition.pk:
        raise RuleViolation(
            _("Khối “%(block)s” đã chuyển sang bản này. Hãy mở báo cáo chuyển số liệu để xem.") % {"block": block.name}
        )
    successor = in_force_after([block.edition_id]).get(block.edition_id)
    if successor is None or successor.pk != edition.pk:
        raise RuleViolation(
            _("“%(edition)s” không phải là bản đang thay thế bản của khối “%(block)s”. Hãy tải lại trang để xem.")
            % {"edition": edition.name, "block": block.name}
        )
    require_open_stage(block)


def require_open_stage(block: Block) -> None:
    """Refuse once the dossiers went to the team: what was judged by one edition is not judged by another."""
    if block.round.stage not in OPEN_STAGES:
        raise RuleViolation(
            _(
                "Đợt đánh giá đang ở giai đoạn “%(stage)s”: hồ sơ đã được thẩm định theo bản cũ nên không chuyển được "
                "nữa. Hãy hoàn thành đợt này theo bản cũ và dùng bản mới cho đợt sau."
            )
            % {"stage": block.round.get_stage_display()}
        )


def _take(block: Block, edition: Edition) -> None:
    """Take the block by compare-and-set: whoever comes second finds another edition on it."""
    if not Block.objects.filter(pk=block.pk, edition=block.edition_id).update(edition=edition):
        raise RuleViolation(_("Khối “%(block)s” vừa chuyển sang bản khác. Hãy tải lại trang.") % {"block": block.name})


def _require_deadline(plan: CarryPlan, until: datetime | None, at: datetime) -> None:
    if until is None and plan.needs_deadline:
        raise RuleViolation(_("Có hồ sơ đã nộp phải trả lại để nhập tiêu chí mới. Hãy ghi hạn nộp lại cho các đơn vị."))
    if until is not None and until <= at:
        raise RuleViolation(_("Hạn nộp lại phải sau thời điểm hiện tại."))
    common = deadlines(plan.block.round, StageKey.SELF_ASSESSMENT).of_all()
    if until is not None and common and until < common:
        raise RuleViolation(
            _("Hạn nộp lại không sớm hơn thời hạn tự đánh giá chung (%(deadline)s).")
            % {"deadline": format_deadline(common)}
        )


# ---- entries -----------------------------------------------------------------


def _write_entries(plan: CarryPlan) -> None:
    """Move every entry to its leaf of the new edition, add the new leaves, take away those that are gone.

    Every version goes up by one: a page that was opened before shows another leaf, and must not save over this.
    """
    old, new = _criteria(plan.block.edition), _criteria(plan.edition)
    mine = Entry.objects.filter(dossier__in=plan.block.dossiers.values("pk"))
    for leaf in plan.of(Fate.SAME):
        if leaf.old:
            code = leaf.node.code
            moved = mine.filter(criterion=old[leaf.old.code])
            moved.update(criterion=new[code], code=code, version=F("version") + 1)
    _write_changed(plan, mine, old, new)
    mine.filter(criterion__in=[old[leaf.node.code] for leaf in plan.of(Fate.REMOVED)]).delete()
    added = (_added(one, dossier, new) for dossier in plan.dossiers for one in dossier.leaves)
    Entry.objects.bulk_create((row for row in added if row), batch_size=1000)


def _write_changed(plan: CarryPlan, mine: QuerySet[Entry], old: Mapping[str, int], new: Mapping[str, int]) -> None:
    """Entries of leaves whose rule changed: written row by row in a few statements (an upsert by primary key)."""
    changed_leaves = plan.of(Fate.RESCORED, Fate.REENTER)
    rows = mine.filter(criterion__in=[old[leaf.old.code] for leaf in changed_leaves if leaf.old])
    carried = {one.said.entry: one for dossier in plan.dossiers for one in dossier.leaves if one.said}
    Entry.objects.bulk_create(
        (_moved(row, carried[row.pk], new) for row in rows.iterator()),
        batch_size=_ROWS_AT_ONCE,
        update_conflicts=True,
        unique_fields=["pk"],
        update_fields=_WRITTEN,
    )


def _moved(row: Entry, one: Carried, new: Mapping[str, int]) -> Entry:
    row.code, row.criterion_id, row.version = one.leaf.node.code, new[one.leaf.node.code], row.version + 1
    if one.answer is not None or one.is_lost:
        _put(row, one)
    if one.is_lost:
        row.reason, row.saved_at, row.saved_by = "", None, None
    return row


def _put(row: Entry, one: Carried) -> None:
    """Put the answer on a row with its points; without one the row says nothing any more."""
    answer, points = one.answer, one.points
    row.facts = dict(answer.facts) if answer else {}
    row.not_applicable = bool(answer and answer.not_applicable)
    row.decided = answer.decided if answer else None
    row.score = points.score if points else None
    row.effective_max = points.effective_max if points else 0
    row.score_state = points.state.value if points else ScoreState.MISSING


def _added(one: Carried, plan: DossierPlan, new: Mapping[str, int]) -> Entry | None:
    if one.leaf.fate != Fate.NEW:
        return None
    code = one.leaf.node.code
    row = Entry(dossier=plan.dossier, criterion_id=new[code], code=code)
    _put(row, one)
    return row


def _criteria(edition: Edition) -> dict[str, int]:
    return dict(Criterion.objects.filter(edition=edition).values_list("code", "pk"))


# ---- what follows ------------------------------------------------------------


def _write_assignments(plan: CarryPlan) -> None:
    """The team keeps its leaves; the old assignments go, unless another block of the round still needs them."""
    new, stays = _criteria(plan.edition), plan.new_code_of()
    Assignment.objects.bulk_create(
        [
            Assignment(
                member_id=seat.member, criterion_id=new[stays[seat.code]], block_id=seat.block, unit_id=seat.unit
            )
            for seat in plan.seats
            if seat.code in stays
        ],
        batch_size=_ROWS_AT_ONCE,
        ignore_conflicts=True,
    )
    block = plan.block
    old = Assignment.objects.filter(member__round=block.round_id, criterion__edition=block.edition_id)
    if block.round.blocks.exclude(pk=block.pk).filter(edition=block.edition_id).exists():
        old = old.filter(Q(block=block) | Q(unit__in=block.participants.values("unit")))
    else:
        _rename_independent(plan)
    old.delete()


def _rename_independent(plan: CarryPlan) -> None:
    """What two people judge independently is judged so under its new code."""
    round, stays = plan.block.round, plan.new_code_of()
    read_again(round, "independent_codes")
    renamed = sorted({stays.get(code, code) for code in round.independent_codes})
    if renamed != round.independent_codes:
        changed("independent_codes", renamed, round.independent_codes)
        round.independent_codes = renamed
        round.save(update_fields=["independent_codes"])


def _write_dossiers(plan: CarryPlan, until: datetime | None, reason: str) -> None:
    """Give back to the units what lacks a leaf now: by the same steps as a return for formal defects."""
    returned = Dossier.objects.filter(pk__in=[one.dossier.pk for one in plan.returned])
    words = _("Bộ chỉ số được ban hành lại: %(reason)s") % {"reason": reason}
    returned.update(return_reason=words, return_until=until)
    move_all(returned, workflow.RETURN)
    move_all(
        Dossier.objects.filter(pk__in=[one.dossier.pk for one in plan.dossiers if one.is_reopened]), workflow.SEND_BACK
    )
    if until is not None:
        late = [one.dossier.pk for one in plan.dossiers if one.to_enter and is_return(one.dossier)]
        Dossier.objects.filter(pk__in=late, return_until__lt=until).update(return_until=until)


def _tell(plan: CarryPlan, done: CarryOver, at: datetime) -> None:
    """Tell every unit what it must enter, or that nothing is to do; and the team's leader which leaves are free."""
    units = [one.dossier.unit_id for one in plan.dossiers]
    people: dict[int, list[User]] = {}
    found = User.objects.filter(memberships__unit__in=units).distinct().prefetch_related("memberships")
    for person in found:
        for held in person.memberships.all():
            people.setdefault(held.unit_id, []).append(person)
    for one in plan.dossiers:
        send(people.get(one.dossier.unit_id, []), _told(one, done.until), at, url=f"/chuyen-ban/{done.pk}/")
    if plan.unassigned():
        seats = PanelMember.objects.filter(
            round=plan.block.round_id, panel=Panel.TEAM, position=Position.LEADER, left_at=None
        )
        send(
            User.objects.filter(panel_seats__in=seats),
            _("Bộ chỉ số được ban hành lại: tiêu chí mới chưa phân công thẩm định: %(codes)s.")
            % {"codes": _listed(plan.unassigned())},
            at,
            url=f"/dot/{plan.block.round_id}/hoi-dong/",
        )


def _told(plan: DossierPlan, until: datetime | None) -> str:
    if not plan.to_enter:
        return _("Bộ chỉ số được ban hành lại; số liệu của đơn vị đã được chuyển sang bản mới, không phải nhập lại.")
    what = ngettext(
        "Bộ chỉ số được ban hành lại: cần nhập %(count)d tiêu chí (%(codes)s).",
        "Bộ chỉ số được ban hành lại: cần nhập %(count)d tiêu chí (%(codes)s).",
        len(plan.to_enter),
    ) % {"count": len(plan.to_enter), "codes": _listed(plan.to_enter)}
    if plan.is_returned:
        return what + " " + _("Hồ sơ được trả lại để nộp lại, %(deadline)s.") % {"deadline": format_deadline(until)}
    return what


def _listed(leaves: Sequence[Leaf]) -> str:
    words = ", ".join(leaf.node.code for leaf in leaves[:_CODES_TOLD])
    return words + "…" if len(leaves) > _CODES_TOLD else words

"""Who of the team appraises what (phân công thẩm định): leaves × units."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.audit.actions import action, changed
from chiso.common.refusals import RuleViolation
from chiso.indexsets.models import Criterion
from chiso.notices.sending import send
from chiso.organizations.models import Unit, User
from chiso.rounds import policy
from chiso.rounds.choices import Panel, StageKey
from chiso.rounds.coverage import coverage_of
from chiso.rounds.holding import hold
from chiso.rounds.models import Assignment, Block, PanelMember, Round
from chiso.rounds.proposing import Row, Wish, propose

_OVER = (StageKey.COUNCIL, StageKey.APPROVAL, StageKey.PUBLISHED)


@action("panel.assign", gettext_noop("Phân công thẩm định"), allowed=policy.can_assign)
def assign_criteria(
    member: PanelMember, by: User, at: datetime, *, codes: Collection[str], block: Block | None = None
) -> PanelMember:
    """Give a member of the team exactly the leaves under these nodes, for every unit of a block, or of the round.

    Leaves given before for the same block (or for all) and not named now are taken back; what was judged of them
    stays, and so does what was given for single units. Units from which the member is barred are never covered.
    """
    _require_assignable(member)
    leaves = _leaves_under(member.round, codes, block)
    if not leaves:
        raise RuleViolation(_("Không có tiêu chí nào thuộc: %(codes)s.") % {"codes": ", ".join(sorted(codes))})
    held = Assignment.objects.filter(member=member, block=block, unit=None)
    before = set(held.values_list("criterion__code", flat=True))
    held.exclude(criterion__in=leaves).delete()
    _write([Assignment(member=member, criterion=leaf, block=block) for leaf in leaves])
    if block is not None:
        changed("block", block.name)
    changed("codes", sorted(leaf.code for leaf in leaves), sorted(before))
    return member


@action("panel.assign_units", gettext_noop("Phân công thẩm định theo từng đơn vị"), allowed=policy.can_assign)
def assign_in_units(
    member: PanelMember, by: User, at: datetime, *, codes: Collection[str], units: Sequence[Unit]
) -> PanelMember:
    """Give a member of the team the leaves under these nodes for single units, beside what the member has."""
    _require_assignable(member)
    in_blocks = dict(member.round.participants.filter(unit__in=units).values_list("unit", "block__edition"))
    if not units or len(in_blocks) < len(set(units)):
        raise RuleViolation(_("Chỉ phân công cho đơn vị được đánh giá trong đợt này."))
    barred = policy.barred_units(member.user, member.round)
    if names := [unit.name for unit in units if unit.pk in barred]:
        raise RuleViolation(
            _("%(name)s không được thẩm định: %(units)s (đơn vị công tác hoặc đã khai xung đột lợi ích).")
            % {"name": member.user.full_name, "units": ", ".join(names)}
        )
    leaves = _leaves_under(member.round, codes)
    rows = [
        Assignment(member=member, criterion=leaf, unit=unit)
        for unit in units
        for leaf in leaves
        if leaf.edition_id == in_blocks[unit.pk]
    ]
    if not rows:
        raise RuleViolation(_("Không có tiêu chí nào thuộc: %(codes)s.") % {"codes": ", ".join(sorted(codes))})
    _write(rows)
    changed("units", sorted(unit.name for unit in units))
    changed("codes", sorted({row.criterion.code for row in rows}))
    return member


@action("panel.take_back", gettext_noop("Thu hồi phân công thẩm định"), allowed=policy.can_assign)
def take_back(
    member: PanelMember,
    by: User,
    at: datetime,
    *,
    block: Block | None = None,
    unit: Unit | None = None,
) -> PanelMember:
    """Take back all leaves that a member has for a block, for one unit, or for all units; what was judged stays."""
    _require_assignable(member)
    held = Assignment.objects.filter(member=member, block=block, unit=unit)
    before = sorted(held.values_list("criterion__code", flat=True))
    if not before:
        raise RuleViolation(_("Phân công này đã được thu hồi."))
    held.delete()
    if block or unit:
        changed("block" if block else "unit", (block or unit).name)  # type: ignore[union-attr]  # one of them is set
    changed("codes", [], before)
    return member


@action("panel.assign_proposed", gettext_noop("Phân công thẩm định theo đề xuất cân đối"), allowed=policy.can_lead_work)
def assign_proposed(round: Round, by: User, at: datetime, *, wish: Wish, digest: str) -> list[Row]:
    """Write the balanced proposal that was looked at; refused when it would be another one now."""
    hold(round)
    _require_before_council(round)
    proposal = propose(coverage_of(round), wish)
    if not proposal.rows:
        raise RuleViolation(_("Không còn tiêu chí nào cần phân công, hoặc không có ai nhận được."))
    if proposal.digest != digest:
        raise RuleViolation(_("Phân công hoặc danh sách Tổ vừa thay đổi. Hãy xem lại đề xuất trước khi phân công."))
    _write(
        [
            Assignment(member_id=row.seat, criterion_id=row.criterion, block_id=row.block, unit_id=row.unit)
            for row in proposal.rows
        ]
    )
    codes = dict(Criterion.objects.filter(pk__in={row.criterion for row in proposal.rows}).values_list("pk", "code"))
    for seat in proposal.experts:
        given = {codes[row.criterion] for row in proposal.rows if row.seat == seat.pk}
        if given:
            changed(f"member:{seat.pk}", [seat.name, *sorted(given)])
    if round.stage in (StageKey.APPRAISAL, StageKey.REAPPRAISAL):
        _tell({row.seat for row in proposal.rows}, round, at)
    return list(proposal.rows)


def _tell(seats: Collection[int], round: Round, at: datetime) -> None:
    people = User.objects.filter(panel_seats__in=seats)
    send(people, _("Bạn được phân công thêm tiêu chí thẩm định."), at, url=f"/dot/{round.pk}/tham-dinh/")


def _require_assignable(member: PanelMember) -> None:
    """Hold the round; refuse for the council, for a seat that was left, and once the team's work is over."""
    hold(member.round)
    if member.panel != Panel.TEAM:
        raise RuleViolation(_("Chỉ phân công thẩm định cho thành viên Tổ Chuyên viên."))
    if PanelMember.objects.filter(pk=member.pk).exclude(left_at=None).exists():
        raise RuleViolation(_("%(name)s đã thôi tham gia Tổ Chuyên viên.") % {"name": member.user.full_name})
    _require_before_council(member.round)


def _require_before_council(round: Round) -> None:
    if round.stage in _OVER:
        raise RuleViolation(_("Thẩm định đã kết thúc nên không đổi phân công."))


def _write(rows: Collection[Assignment]) -> None:
    Assignment.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)


def _leaves_under(round: Round, codes: Collection[str], block: Block | None = None) -> list[Criterion]:
    """The leaves of the round's editions, or of a block's, under the nodes with these codes."""
    found: QuerySet[Criterion] = Criterion.objects.filter(edition__blocks__round=round).distinct()
    if block is not None:
        found = found.filter(edition=block.edition_id)
    nodes = {node.pk: node for node in found}

    def lies_under(node: Criterion) -> bool:
        if node.code in codes:
            return True
        return node.parent_id is not None and lies_under(nodes[node.parent_id])

    return [node for node in nodes.values() if node.is_leaf and lies_under(node)]

"""What the pages of a round's frame show, ready to print: rules, extensions, and the round's parts."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from chiso.common.addresses import address
from chiso.common.dates import format_date
from chiso.organizations.models import User
from chiso.rounds import policy
from chiso.rounds.actions.rules import may_set_paper_rules
from chiso.rounds.choices import Panel, StageKey
from chiso.rounds.evidence_window import evidence_window
from chiso.rounds.models import Round

_ORDER = list(StageKey)
_FROM_COUNCIL = frozenset(_ORDER[_ORDER.index(StageKey.COUNCIL) :])
_FROM_SELF = frozenset(_ORDER[_ORDER.index(StageKey.SELF_ASSESSMENT) :])
_FROM_REAPPRAISAL = frozenset(_ORDER[_ORDER.index(StageKey.REAPPRAISAL) :])
_FROM_APPRAISAL = frozenset(_ORDER[_ORDER.index(StageKey.APPRAISAL) :])


@dataclass(frozen=True)
class Part:
    """One page of a round in its row of links."""

    label: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class RulesPage:
    """What units must hand in, in words."""

    report: str
    window: str
    clock: str
    are_papers_open: bool
    may_set: bool


def parts_of(round: Round, user: User, current: str) -> tuple[Part, ...]:
    """The pages of a round that this person may open (no query beyond the person's roles and seats)."""
    stage = StageKey(round.stage)
    is_runner = policy.runs(user, round)
    in_team = policy.sits_on(user, round, Panel.TEAM)
    in_council = policy.sits_on(user, round, Panel.COUNCIL)
    in_panel = in_team or in_council
    leads_team = bool(policy.can_lead_team(user, round))
    offered = (
        ("assessments:round", _("Theo dõi"), True),
        ("tracking:board", _("Tiến độ"), is_runner or in_council or leads_team),
        ("rounds:plan", _("Kế hoạch"), True),
        ("rounds:tasks", _("Nhiệm vụ"), True),
        ("rounds:panels", _("Hội đồng, Tổ Chuyên viên"), True),
        ("rounds:coverage", _("Phân công thẩm định"), is_runner or in_team),
        ("rounds:rules", _("Quy định"), is_runner),
        ("tracking:chase", _("Đôn đốc"), is_runner and stage != StageKey.PUBLISHED),
        ("assessments:extend", _("Gia hạn"), is_runner),
        ("assessments:appraisal", _("Thẩm định"), in_team and stage in _FROM_APPRAISAL),
        ("assessments:official_list", _("Số liệu chính thức"), (is_runner or in_team) and stage in _FROM_SELF),
        ("assessments:matrix", _("Tổng hợp"), is_runner or (in_panel and stage in _FROM_APPRAISAL)),
        ("assessments:reopenings", _("Yêu cầu bổ sung"), (in_panel or is_runner) and stage in _FROM_REAPPRAISAL),
        ("assessments:meetings", _("Họp Hội đồng"), (in_panel or is_runner) and stage in _FROM_COUNCIL),
        ("results:approval", _("Trình, phê duyệt"), (is_runner or in_council) and stage in _FROM_COUNCIL),
        ("results:results", _("Kết quả"), stage == StageKey.PUBLISHED or (is_runner and stage in _FROM_COUNCIL)),
    )
    return tuple(
        Part(label, url_of(route, round.pk), route == current) for route, label, is_offered in offered if is_offered
    )


def url_of(route: str, *args: int) -> str:
    """The address of a page, which may be of an app above this one: routes are names, not imports."""
    return address(route, *args)


def rules_of(round: Round) -> dict[str, object]:
    """The rules as their form names them."""
    names = ("report_required", "evidence_months_before", "moves_by_clock")
    return {name: getattr(round, name) for name in names}


def rules_page(round: Round, user: User) -> RulesPage:
    """What the rules say now, and whether this person may change them (no query)."""
    first, last = evidence_window(round)
    return RulesPage(
        report=_("Bắt buộc kèm báo cáo đã ký, đóng dấu") if round.report_required else _("Không bắt buộc"),
        window=_("từ %(first)s đến %(last)s") % {"first": format_date(first), "last": format_date(last)},
        are_papers_open=may_set_paper_rules(round),
        clock=_("Tự mở, khóa khi đến hạn") if round.moves_by_clock else _("Do cơ quan thường trực chuyển"),
        may_set=bool(policy.can_coordinate(user, round)) and round.stage != StageKey.PUBLISHED,
    )

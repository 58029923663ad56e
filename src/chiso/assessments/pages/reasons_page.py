"""What the page of ready-made reasons shows: the team's list and one's own, for one pass."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from chiso.assessments.choices import Pass
from chiso.assessments.models import ReadyReason
from chiso.assessments.pages.pass_rows import pass_shown
from chiso.assessments.reasons import built_in, readable
from chiso.indexsets.models import Criterion
from chiso.organizations.models import User
from chiso.rounds import policy as round_policy
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Round

Row = dict[str, Any]
_NAME = 90


@dataclass(frozen=True)
class ReasonList:
    """One list: of the team or one's own, with what the person may do to it."""

    title: str
    hint: str
    rows: tuple[Row, ...]
    built_in: tuple[str, ...]
    may_edit: bool


@dataclass(frozen=True)
class ReasonsPage:
    """Both lists of a pass."""

    number: Pass
    passes: tuple[Row, ...]
    lists: tuple[ReasonList, ...]
    may_take_built_in: bool
    locked: str


def pass_asked(round: Round, asked: str) -> Pass:
    """The pass that `?lan=` names, else the one that runs or comes first."""
    return Pass(int(asked)) if asked in map(str, Pass.values) else pass_shown(round) or Pass.FIRST


def codes_of(round: Round) -> list[tuple[str, str]]:
    """Every criterion of the round's editions as a choice, in the order of the set (one query)."""
    rows = Criterion.objects.filter(edition__blocks__round=round).distinct().order_by("edition", "position")
    names = dict[str, str]()
    for _edition, _position, code, name in rows.values_list("edition", "position", "code", "name"):
        names.setdefault(code, f"{code} {Truncator(name).chars(_NAME)}")
    return list(names.items())


def reasons_page(user: User, round: Round, number: Pass, codes: list[tuple[str, str]]) -> ReasonsPage:
    """Read both lists: one query."""
    kept = list(readable(user, round).filter(pass_number=number).order_by("position", "pk"))
    is_open = round.stage != StageKey.PUBLISHED
    leads = bool(round_policy.can_lead_team(user, round))
    names = dict(codes)
    team = [row for row in kept if row.owner_id is None]
    own = [row for row in kept if row.owner_id is not None]
    return ReasonsPage(
        number=number,
        passes=tuple({"label": one.label, "url": f"?lan={one.value}", "is_current": one == number} for one in Pass),
        lists=(
            ReasonList(
                title=_("Của Tổ"),
                hint=_("Tổ trưởng lập; mọi thành viên Tổ thấy khi thẩm định."),
                rows=_rows(team, round, names, may_edit=leads and is_open),
                built_in=() if team else tuple(built_in(number)),
                may_edit=leads and is_open,
            ),
            ReasonList(
                title=_("Của riêng tôi"),
                hint=_("Chỉ mình bạn thấy, đứng trước lý do của Tổ."),
                rows=_rows(own, round, names, may_edit=is_open),
                built_in=(),
                may_edit=is_open,
            ),
        ),
        may_take_built_in=leads and is_open and not team,
        locked="" if is_open else _("Kết quả đã công bố nên danh sách lý do mẫu chỉ còn để xem."),
    )


def _rows(reasons: list[ReadyReason], round: Round, names: dict[str, str], *, may_edit: bool) -> tuple[Row, ...]:
    return tuple(
        {
            "pk": reason.pk,
            "text": reason.text,
            "where": names.get(reason.code, reason.code) if reason.code else _("Mọi tiêu chí"),
            "urls": _addresses(reason, round) if may_edit else {},
        }
        for reason in reasons
    )


_WAYS = {"edit": "edit_reason", "remove": "remove_reason", "up": "reason_up", "down": "reason_down"}


def _addresses(reason: ReadyReason, round: Round) -> dict[str, str]:
    return {name: reverse(f"assessments:{route}", args=[round.pk, reason.pk]) for name, route in _WAYS.items()}

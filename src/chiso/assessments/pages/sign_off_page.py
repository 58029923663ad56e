"""What the page of the end of a pass shows: how much was judged, what still waits, the cuts of each unit."""

from dataclasses import dataclass

from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext as _

from chiso.assessments.choices import Pass
from chiso.assessments.offices import Office, head_seat, leaves_of_office, offices_of
from chiso.assessments.pages.pass_rows import Row, differs, is_running, seen_leaves, with_judgement
from chiso.assessments.queries import awaiting_appraisal
from chiso.common.dates import format_moment
from chiso.common.numbers import NONE_SIGN, format_number, format_points
from chiso.organizations.models import User
from chiso.rounds import policy as round_policy
from chiso.rounds.models import Round


@dataclass(frozen=True)
class PassEnd:
    """What ends with a pass: how much was judged, what still waits, and the cuts of each unit."""

    title: str
    number: int
    is_running: bool
    judged: str
    waiting: int
    rows: tuple[Row, ...]
    differs_label: str
    effect: str
    offices: tuple[Row, ...]
    missing: str


def pass_end(user: User, round: Round, number: Pass) -> PassEnd:
    """The end of a pass as the leader signs it; to the head of an office, of the part of the office."""
    seat = head_seat(user, round)
    leaves = leaves_of_office(round, number, seat.body_id) if seat and seat.body_id else None
    if leaves is not None:
        leaves = leaves.exclude(dossier__unit__in=round_policy.barred_units(user, round))
    units = (
        with_judgement(seen_leaves(user, round, number) if leaves is None else leaves, number)
        .values(unit=F("dossier__unit__name"))
        .annotate(
            total=Count("pk"),
            done=Count("judged"),
            changed=Count("pk", filter=differs(number)),
            points=Sum(F("gave") - F("before"), filter=Q(judged__isnull=False)),
        )
        .order_by("dossier__unit__code")
    )
    offices = offices_of(round, number)
    own = next((office for office in offices if seat and office.body_id == seat.body_id), None)
    unsigned = [office.name for office in offices if office.signed is None]
    rows = tuple(
        {
            "unit": row["unit"],
            "judged": f"{row['done']}/{row['total']}",
            "changed": row["changed"] or NONE_SIGN,
            "points": format_points(row["points"]) if row["points"] else NONE_SIGN,
        }
        for row in units
    )
    is_first = number == Pass.FIRST
    return PassEnd(
        title=_title(number, own if seat else None),
        number=number,
        is_running=is_running(round),
        judged=format_number(sum(row["done"] for row in units)),
        waiting=(own.waiting if own else 0) if seat else awaiting_appraisal(round, number).count(),
        rows=rows,
        differs_label=_("Tiêu chí hạ điểm") if is_first else _("Tiêu chí điều chỉnh"),
        offices=tuple(_office_row(office) for office in offices),
        missing="" if seat else ", ".join(unsigned),
        effect=_effect(round, is_first=is_first, is_office=seat is not None),
    )


def _effect(round: Round, *, is_first: bool, is_office: bool) -> str:
    if is_office:
        return _("Người của cơ quan không sửa điểm được nữa ở lần này; Tổ trưởng kết thúc khi các cơ quan đã ký đủ.")
    told = _("Điểm thẩm định lần 2 được khóa; hồ sơ trình Hội đồng thẩm định. %(coordinator)s chuẩn bị phiên họp.")
    if is_first:
        told = _("Điểm thẩm định lần 1 được khóa; %(coordinator)s thông báo kết quả sơ bộ cho các đơn vị.")
    return told % {"coordinator": round.coordinator.name}


def _title(number: Pass, office: Office | None) -> str:
    if office is None:
        return _("Kết thúc thẩm định lần %(number)d") % {"number": number}
    return _("Kết thúc thẩm định lần %(number)d, phần của %(office)s") % {"number": number, "office": office.name}


def _office_row(office: Office) -> Row:
    signed = office.signed
    return {
        "name": office.name,
        "head": office.head,
        "judged": f"{office.total - office.waiting}/{office.total}",
        "signed": _("đã ký %(when)s") % {"when": format_moment(signed.signed_at)} if signed else _("chưa ký"),
        "kind": "green" if signed else "gold",
        "minutes": signed.minutes if signed else "",
    }

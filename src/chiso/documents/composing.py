"""From a frozen result to the decision that publishes it: what the rows of the round say, in the decision's words.

An official document is Vietnamese whatever language its reader's pages speak.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from chiso.assessments.models import Meeting
from chiso.documents.nd30 import COMMITTEE, document_number, long_date
from chiso.documents.publication_decision import DecisionRow, Issuer, PublicationDecision, Signer
from chiso.indexsets.models import Edition
from chiso.organizations.choices import Role
from chiso.organizations.models import Unit, User
from chiso.results.choices import SubmissionState
from chiso.results.method import method_sentences
from chiso.results.models import Publication, Result
from chiso.results.pages import set_of, survey_was_run, units_of
from chiso.rounds.models import Plan, Round

_PLACES = ("huyện", "quận", "thị xã", "thành phố", "xã", "phường", "thị trấn", "tỉnh", "đặc khu")
_HEADS = {
    "Phòng": "TRƯỞNG PHÒNG",
    "Sở": "GIÁM ĐỐC",
    "Ban": "TRƯỞNG BAN",
    "Văn": "CHÁNH VĂN PHÒNG",
    "Thanh": "CHÁNH THANH TRA",
}
_RECIPIENTS = (
    "Như Điều 3",
    "Sở Nội vụ",
    "TT. Huyện ủy",
    "TT. HĐND huyện",
    "CT, các PCT UBND huyện",
    "Các phòng, ban, đơn vị trực thuộc UBND huyện",
    "UBND các xã, thị trấn",
    "Trang thông tin điện tử huyện",
)


def compose(result: Result, *, number: str | None = None, day: date | None = None) -> PublicationDecision:
    """Fill the decision from the frozen result; without number and date it is a draft."""
    round = result.round
    with translation.override(settings.LANGUAGE_CODE):
        return PublicationDecision(
            issuer=issuer_of(round.authority),
            number=number,
            date=day,
            year=round.year,
            signer=signer_of(result.approved_by),
            rows=_rows(result.bundle),
            area_names=_area_names(result.bundle),
            recipients=_recipients(round),
            superior_plan=round.plan.superior_plan,
            own_plan=own_plan(round.plan, round),
            set_decision=_set_decisions(round),
            council_minutes=_council(round),
            submitter=round.coordinator.name,
            submission=_submission(round),
            method=_method(result.bundle),
            supersedes=_supersedes(result),
            result_hash=result.digest,
            places=_places(result.bundle),
        )


def issuer_of(authority: Unit) -> Issuer:
    name = in_full(authority.name)
    words = name.removeprefix(COMMITTEE).strip()
    bare = next((words.removeprefix(f"{kind} ") for kind in _PLACES if words.startswith(f"{kind} ")), words)
    return Issuer(parent_name="", name=name, place=authority.place or bare)


def issuer_of_unit(unit: Unit, authority: Unit) -> Issuer:
    """A commune signs as its people's committee, which prints no parent; an office under the authority prints it."""
    if not _is_committee(unit):
        return Issuer(parent_name=in_full(authority.name), name=unit.name, place=issuer_of(authority).place)
    name = in_full(unit.name)
    if not name.startswith(COMMITTEE):
        name = f"{COMMITTEE} {unit.name[:1].lower()}{unit.name[1:]}"
    words = name.removeprefix(COMMITTEE).strip()
    bare = next((words.removeprefix(f"{kind} ") for kind in _PLACES if words.startswith(f"{kind} ")), words)
    return Issuer(parent_name="", name=name, place=unit.place or bare)


def _is_committee(unit: Unit) -> bool:
    return unit.name.startswith(("UBND", COMMITTEE)) or unit.name.lower().startswith(tuple(f"{k} " for k in _PLACES))


def letters_of_unit(unit: Unit) -> str:
    """The letters by which a unit signs its papers: `UBND`, `STP`."""
    return "UBND" if _is_committee(unit) else "".join(word[0] for word in unit.name.split()).upper()


def symbol_of_unit(unit: Unit) -> str:
    """How a unit signs its reports: `BC-UBND`, `BC-STP`."""
    return f"BC-{letters_of_unit(unit)}"


def signer_of_unit(unit: Unit, by: User | None = None) -> Signer:
    """The unit's leader: `by` when this person signs for it, else the first who still does; blank where nobody does."""
    leaders = list(User.objects.filter(memberships__unit=unit, memberships__role=Role.UNIT_APPROVER).order_by("pk"))
    person = by if by in leaders else next((leader for leader in leaders if leader.is_active), None)
    title = person.title.lower() if person else ""
    is_deputy = title.startswith("phó")
    if _is_committee(unit):
        capacity = ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH") if is_deputy else ("CHỦ TỊCH",)
        return Signer((f"TM. {COMMITTEE.upper()}", *capacity), person.full_name if person else "")
    head = _HEADS.get(unit.name.split(" ", 1)[0], "THỦ TRƯỞNG")
    return Signer((f"KT. {head}", f"PHÓ {head}") if is_deputy else (head,), person.full_name if person else "")


def in_full(name: str) -> str:
    """`UBND huyện Hạ Lang` is written out in a decision."""
    return name.replace("UBND", COMMITTEE, 1)


def signer_of(person: User) -> Signer:
    """The capacity follows from the title: a deputy signs for the chairman (KT.)."""
    if person.title.lower().startswith("phó chủ tịch"):
        return Signer(("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"), person.full_name)
    return Signer(("CHỦ TỊCH",), person.full_name)


def _rows(bundle: dict[str, Any]) -> tuple[DecisionRow, ...]:
    has_areas = bool(_area_names(bundle))
    return tuple(
        DecisionRow(
            rank=unit["rank"],
            unit=unit["name"],
            total=_decimal(unit["total"]),
            grade=unit["grade"],
            note="" if unit["was_submitted"] else "Không nộp hồ sơ",
            areas=_area_percents(bundle, unit) if has_areas else (),
        )
        for unit in bundle["units"]
    )


def _area_percents(bundle: dict[str, Any], unit: dict[str, Any]) -> tuple[Decimal | None, ...]:
    base = {area.code for area in set_of(bundle["blocks"][0]).areas if area.is_base}
    return tuple(_decimal(area["percent"]) for area in unit["areas"] if area["code"] in base)


def _area_names(bundle: dict[str, Any]) -> tuple[str, ...]:
    """The areas of annex II; blocks judged by different editions have no areas in common, so no annex."""
    if len({block["edition"] for block in bundle["blocks"]}) != 1:
        return ()
    return tuple(area.name for area in set_of(bundle["blocks"][0]).areas if area.is_base)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _places(bundle: dict[str, Any]) -> int:
    return max(set_of(block).places for block in bundle["blocks"])


def _method(bundle: dict[str, Any]) -> tuple[str, ...]:
    sentences: dict[str, None] = {}
    for block in bundle["blocks"]:
        survey_run = survey_was_run(block, units_of(bundle, block))
        sentences |= dict.fromkeys(method_sentences(set_of(block), survey_run=survey_run))
    return tuple(sentences)


def _recipients(round: Round) -> tuple[str, ...]:
    """The list at the foot of the plan of Hạ Lang; an authority of another level names its own in the template."""
    filed = f"Lưu: VT, {initials(round.coordinator.name)}"
    if " huyện " in f" {round.authority.name} ":
        return (*_RECIPIENTS, filed)
    return (
        "Như Điều 3",
        f"CT, các PCT {round.authority.name}",
        "Các đơn vị được đánh giá",
        "Trang thông tin điện tử",
        filed,
    )


def initials(office: str) -> str:
    """`Phòng Nội vụ` files its papers under `NV`."""
    words = office.replace("-", " ").replace(",", " ").split()[1:] or office.split()
    return "".join(word[0] for word in words).upper()


def own_plan(plan: Plan, round: Round) -> str:
    return f"Kế hoạch số {dated(plan.number, 'KH-UBND', plan.date)} của {in_full(round.authority.name)} {_about(plan)}"


def _about(plan: Plan) -> str:
    name = plan.round.name
    return name[:1].lower() + name[1:]


def _set_decisions(round: Round) -> str:
    editions = Edition.objects.filter(blocks__round=round).defer("text", "draft").distinct().order_by("pk")
    return "; ".join(
        f"Quyết định số {dated(edition.decision_number, 'QĐ-UBND', edition.decision_date)} của "
        f"{in_full(round.authority.name)} ban hành {edition.name}"
        for edition in editions
    )


def _council(round: Round) -> str:
    """The minutes of the meeting that adopted the result, and the decision that set the council up."""
    meeting = Meeting.objects.filter(round=round).exclude(adopted_at=None).order_by("number").last()
    if meeting is None:
        return ""
    held = timezone.localtime(meeting.held_at).date()
    established = f"thành lập theo Quyết định số {dated(round.panels_decision, 'QĐ-UBND', round.panels_date)}"
    return f"Biên bản họp Hội đồng thẩm định Chỉ số cải cách hành chính ({established}) {long_date(held)}"


def _submission(round: Round) -> str:
    row = round.submissions.filter(state=SubmissionState.APPROVED).order_by("-decided_at").first()
    if row is None:
        return ""
    symbol = f"TTr-{initials(round.coordinator.name)}"
    return f"Tờ trình số {dated(row.number, symbol, timezone.localtime(row.submitted_at).date())}"


def _supersedes(result: Result) -> str:
    """The decision that a corrected result takes the place of, and why."""
    old = Publication.objects.filter(result=result.corrects_id).first() if result.corrects_id else None
    if old is None:
        return ""
    decision = dated(old.number, "QĐ-UBND", old.date)
    of_whom = in_full(result.round.authority.name)
    return (
        f"Quyết định số {decision} của {of_whom} công bố Chỉ số cải cách hành chính năm {result.round.year}. "
        f"Lý do đính chính: {result.reason}"
    )


def dated(number: str, symbol: str, day: date | None) -> str:
    return f"{document_number(number, symbol)} {long_date(day)}"

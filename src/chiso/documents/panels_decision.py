"""The decision that sets up council and team (Quyết định thành lập Hội đồng thẩm định và Tổ Chuyên viên giúp việc).

Their duties are articles, their members annexes. Before it is signed it is a draft with number and date left blank;
who left later is marked in the annex, with the decision that says so.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils import translation

from chiso.documents import nd30
from chiso.documents.composing import initials, issuer_of, own_plan, signer_of
from chiso.documents.nd30 import Clause, Issuer, OfficialDocument, Signer
from chiso.documents.publication_decision import GROUNDS_JANUARY_2023
from chiso.documents.rendering import render
from chiso.documents.tables import Annex, Column
from chiso.organizations.choices import Role
from chiso.organizations.models import User
from chiso.rounds.choices import MajorityRule, Panel
from chiso.rounds.models import PanelMember, Round
from chiso.rounds.panels_page import by_rank

TEMPLATE = "panels_decision"
SYMBOL = "QĐ-UBND"
_COLUMNS = (
    Column("TT", 12),
    Column("Họ và tên", 46, "left"),
    Column("Chức vụ, cơ quan công tác", 62, "left"),
    Column("Chức danh", 45, "left"),
)
_NOTE = Column("Ghi chú", 40, "left")
_TEAM_TITLES = {"leader": "Tổ trưởng", "office_head": "Thành viên, thủ trưởng cơ quan chủ trì lĩnh vực"}


@dataclass(frozen=True)
class MemberRow:
    """A member as the annex lists them."""

    name: str
    work: str
    position: str
    note: str = ""


@dataclass(frozen=True)
class PanelsDecision:
    """Everything the decision prints; `number` and `day` None make a draft."""

    issuer: Issuer
    number: str | None
    day: date | None
    year: int
    signer: Signer
    council: tuple[MemberRow, ...]
    team: tuple[MemberRow, ...]
    plans: tuple[str, ...]
    coordinator: str
    voting: str
    symbol: str = SYMBOL


def compose(round: Round) -> PanelsDecision:
    """Fill the decision from the round, in Vietnamese whatever language the pages speak (3 queries)."""
    with translation.override(settings.LANGUAGE_CODE):
        members = by_rank(round.panel_members.select_related("user", "body"))
        return PanelsDecision(
            issuer=issuer_of(round.authority),
            number=round.panels_decision or None,
            day=round.panels_date,
            year=round.year,
            signer=_head_of(round),
            council=tuple(_row(member) for member in members if member.panel == Panel.COUNCIL),
            team=tuple(_row(member) for member in members if member.panel == Panel.TEAM),
            plans=tuple(filter(None, (round.plan.superior_plan, own_plan(round.plan, round)))),
            coordinator=round.coordinator.name,
            voting=_voting(round),
        )


def _head_of(round: Round) -> Signer:
    heads = User.objects.filter(memberships__unit=round.authority_id, memberships__role=Role.AUTHORITY_HEAD)
    head = heads.order_by("-is_active", "pk").first()
    return signer_of(head) if head else Signer(("CHỦ TỊCH",), "")


def _row(member: PanelMember) -> MemberRow:
    person, body = member.user, member.body.name if member.body else ""
    work = person.title if _names(person.title, body) else ", ".join(filter(None, (person.title, body)))
    position = _TEAM_TITLES.get(member.position) or str(member.get_position_display())
    note = f"Thôi tham gia. {member.left_reason}" if member.left_at else ""
    return MemberRow(person.full_name, work, position, note)


def _names(title: str, body: str) -> bool:
    """Whether a title says the place already: “Trưởng phòng Tư pháp”, “Phó Chủ tịch UBND huyện”."""
    words = body.casefold().split()
    parts = (" ".join(words[:2]), " ".join(words[1:]))
    return not body or any(part in title.casefold() for part in parts if part)


def _voting(round: Round) -> str:
    tie = (
        "khi số phiếu ngang nhau thì theo ý kiến của Chủ tịch Hội đồng"
        if round.chair_casts
        else "khi số phiếu ngang nhau thì không được thông qua"
    )
    return f"nội dung được thông qua khi {MajorityRule(round.majority).label}; {tie}"


def build(decision: PanelsDecision, *, templates: Path | None = None) -> bytes:
    """Print the decision as .docx; `templates` is the authority's own template folder, if it has one."""
    return render(to_document(decision), name=TEMPLATE, templates=templates)


def to_document(decision: PanelsDecision) -> OfficialDocument:
    """Put the decision into the frame of an official document."""
    issuer, signer = decision.issuer, decision.signer
    return OfficialDocument(
        issuer=issuer,
        symbol=decision.symbol,
        number=decision.number,
        date=decision.day,
        draft_year=decision.year,
        signer=signer,
        kind="Quyết định",
        summary=(
            "Về việc thành lập Hội đồng thẩm định và Tổ Chuyên viên giúp việc Hội đồng\n"
            f"thẩm định Chỉ số cải cách hành chính năm {decision.year} {_where(decision)}"
        ),
        authority=signer.authority_of(issuer),
        grounds=(*GROUNDS_JANUARY_2023, *decision.plans, f"Xét đề nghị của {decision.coordinator}"),
        resolution="QUYẾT ĐỊNH:",
        clauses=_articles(decision),
        recipients=(
            "Như Điều 5",
            f"CT, các PCT {issuer.name.replace(nd30.COMMITTEE, 'UBND', 1)}",
            "Các đơn vị được đánh giá",
            f"Lưu: VT, {initials(decision.coordinator)}",
        ),
        annexes=_annexes(decision),
    )


def _where(decision: PanelsDecision) -> str:
    return f"trên địa bàn {decision.issuer.territory}"


def _articles(decision: PanelsDecision) -> tuple[Clause, ...]:
    return (
        Clause(
            "Thành lập Hội đồng thẩm định (sau đây gọi là Hội đồng) và Tổ Chuyên viên giúp việc Hội đồng (sau đây gọi "
            f"là Tổ Chuyên viên) thẩm định Chỉ số cải cách hành chính năm {decision.year} của các đơn vị "
            f"{_where(decision)} (danh sách tại Phụ lục I, Phụ lục II kèm theo Quyết định này).",
            lead="Điều 1.",
        ),
        Clause("", lead="Điều 2. Nhiệm vụ của Hội đồng"),
        *_points(
            "Xem xét kết quả thẩm định của Tổ Chuyên viên; thảo luận, biểu quyết các nội dung còn ý kiến khác nhau.",
            f"Thống nhất kết quả Chỉ số cải cách hành chính năm {decision.year} của các đơn vị, trình "
            f"{decision.signer.authority_in_text(decision.issuer)} phê duyệt.",
            "Yêu cầu đơn vị giải trình, bổ sung tài liệu kiểm chứng khi cần thiết.",
        ),
        Clause("", lead="Điều 3. Nhiệm vụ của Tổ Chuyên viên"),
        *_points(
            "Rà soát, thẩm định kết quả tự đánh giá, chấm điểm của các đơn vị theo phân công; ghi rõ lý do khi chấm "
            "khác điểm tự chấm.",
            "Rà soát, điều chỉnh kết quả sau khi đơn vị giải trình, bổ sung tài liệu kiểm chứng; chuẩn bị hồ sơ trình "
            "Hội đồng.",
            "Thủ trưởng cơ quan chủ trì lĩnh vực chịu trách nhiệm về kết quả thẩm định phần việc của cơ quan mình.",
        ),
        Clause("", lead="Điều 4. Chế độ làm việc"),
        *_points(
            f"Hội đồng làm việc theo chế độ tập thể, biểu quyết theo đa số: {decision.voting}.",
            "Thành viên Hội đồng, Tổ Chuyên viên không thẩm định, không biểu quyết đối với đơn vị mình công tác hoặc "
            "có xung đột lợi ích; khi có xung đột lợi ích phải khai báo ngay.",
            f"Hội đồng, Tổ Chuyên viên làm việc kiêm nhiệm; {decision.coordinator} là cơ quan thường trực. Hội đồng, "
            "Tổ Chuyên viên tự giải thể sau khi hoàn thành nhiệm vụ.",
        ),
        Clause(
            "Quyết định này có hiệu lực kể từ ngày ký. Thủ trưởng các cơ quan, đơn vị có liên quan và các ông (bà) có "
            "tên tại Điều 1 chịu trách nhiệm thi hành Quyết định này.",
            lead="Điều 5.",
        ),
    )


def _points(*texts: str) -> tuple[Clause, ...]:
    return tuple(Clause(f"{number}. {text}") for number, text in enumerate(texts, start=1))


def _annexes(decision: PanelsDecision) -> tuple[Annex, ...]:
    number = nd30.document_number(decision.number, decision.symbol)
    day = nd30.long_date(decision.day, decision.year)
    authority = decision.signer.authority_in_text(decision.issuer)
    reference = f"(Kèm theo Quyết định số {number} {day}\ncủa {authority})"
    council = f"Danh sách thành viên Hội đồng thẩm định\nChỉ số cải cách hành chính năm {decision.year}"
    team = f"Danh sách thành viên Tổ Chuyên viên giúp việc Hội đồng\nthẩm định năm {decision.year}"
    return (_annex(council, reference, decision.council), _annex(team, reference, decision.team))


def _annex(title: str, reference: str, members: tuple[MemberRow, ...]) -> Annex:
    has_notes = any(member.note for member in members)
    columns: tuple[Column, ...] = _COLUMNS
    if has_notes:
        columns = (*(Column(one.heading, one.width * 125 / 165, one.align) for one in _COLUMNS), _NOTE)
    rows = tuple(
        (str(index), member.name, member.work, member.position, *((member.note,) if has_notes else ()))
        for index, member in enumerate(members, start=1)
    )
    return Annex(title.upper(), reference, columns, rows)

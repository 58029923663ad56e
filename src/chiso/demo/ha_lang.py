"""The 2022 round of Hạ Lang district, scene by scene: the dates are the plan's, the figures are invented."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path

from chiso.assessments.actions import stages
from chiso.assessments.models import Dossier
from chiso.demo import judging, plan_work, self_assessment
from chiso.demo.cast import DATA, Cast
from chiso.demo.stage import Script, moment
from chiso.indexsets import actions as set_actions
from chiso.indexsets.choices import Response
from chiso.indexsets.models import Consultation, Criterion, Edition, Opinion
from chiso.organizations.models import Unit, User
from chiso.rounds import actions as round_actions
from chiso.rounds.choices import Panel, Position, StageKey
from chiso.rounds.models import PanelMember, Round
from chiso.rounds.plan_file import read_plan

INDEX_SET = Path(__file__).parent.parent / "indexsets" / "library" / "commune_sample_2022.yaml"

STOPS = {
    StageKey.PREPARATION: moment("22/11/2022 14:00"),
    StageKey.SELF_ASSESSMENT: moment("12/12/2022 21:04"),
    StageKey.AGGREGATION: moment("16/12/2022 08:30"),
    StageKey.APPRAISAL: moment("22/12/2022 09:00"),
    StageKey.NOTICE: moment("28/12/2022 09:00"),
    StageKey.SUPPLEMENT: moment("02/01/2023 20:00"),
    StageKey.REAPPRAISAL: moment("05/01/2023 09:00"),
    StageKey.COUNCIL: moment("09/01/2023 09:00"),
    StageKey.APPROVAL: moment("11/01/2023 08:00"),
    StageKey.PUBLISHED: moment("13/01/2023 08:00"),
}
"""Where `--stage` stops: in the middle of the stage, with things left to do."""

TEAM = {
    "to-truong": (Position.LEADER, ("B", "P")),
    "chuyen-vien": (Position.EXPERT, ("1", "4", "5")),
    "tu-phap": (Position.OFFICE_HEAD, ()),
    "chuyen-vien-tp": (Position.EXPERT, ("2",)),
    "van-phong": (Position.EXPERT, ("3",)),
    "tai-chinh": (Position.EXPERT, ("6", "8")),
    "van-hoa": (Position.EXPERT, ("7",)),
}
"""Phòng Tư pháp owns its field: its head signs off what its people judge."""
CONFLICT = ("van-hoa", "01567", "Anh ruột là Chủ tịch UBND xã.")
"""Who may not judge which commune, and why."""
SUBSTITUTE = ("chuyen-vien", "7")
"""Who takes that expert's area there."""
COUNCIL = {
    "pho-chu-tich": Position.CHAIR,
    "noi-vu": Position.SECRETARY,
    "van-phong": Position.MEMBER,
    "tu-phap": Position.MEMBER,
    "tai-chinh": Position.MEMBER,
    "van-hoa": Position.MEMBER,
    "truyen-thong": Position.MEMBER,
}
Said = tuple[str, str, str, str, Response, str]
OPINIONS: tuple[Said, ...] = (
    (
        "tu-phap",
        "TP",
        "2.3",
        "Đề nghị nêu rõ trường hợp trong năm không có dự thảo văn bản đề nghị góp ý.",
        Response.ACCEPTED,
        "Đã bổ sung: không áp dụng, giảm điểm tối đa tương ứng.",
    ),
    (
        "tai-chinh",
        "TC",
        "6.1",
        "Đề nghị tính tỷ lệ giải ngân đến hết 31/01 năm sau.",
        Response.DECLINED,
        "Hội đồng họp trước 10/01 nên số liệu lấy đến hết 31/12; được cập nhật khi bổ sung.",
    ),
    (
        "cong-chuc-01534",
        "01534",
        "3.2.1",
        "Đề nghị thống nhất nguồn số liệu trên Cổng Dịch vụ công quốc gia.",
        Response.ACCEPTED,
        "Đã ghi nguồn số liệu chính thức là Cổng Dịch vụ công quốc gia.",
    ),
    (
        "cong-chuc-01558",
        "01558",
        "7.6",
        "Đề nghị tính cả hội nghị trực tuyến.",
        Response.PARTLY,
        "Tính hội nghị trực tuyến khi có biên bản hoặc thông báo kết luận.",
    ),
)


class HaLang:
    """The round as it is played: the cast, and what each scene leaves for the next."""

    def __init__(self, cast: Cast, tell: Callable[[datetime, str], None]) -> None:
        self.cast = cast
        self.tell = tell
        self.people = cast.people
        self.coordinator: User = cast.people["noi-vu"]
        self.head: User = cast.people["chu-tich"]

    @property
    def round(self) -> Round:
        """The round as the database has it now."""
        return Round.objects.select_related("coordinator", "authority").get(authority=self.cast.authority)

    def edition(self) -> Edition:
        return Edition.objects.select_related("index_set").get(index_set__authority=self.cast.authority)

    def dossier(self, unit_code: str) -> Dossier:
        dossiers = Dossier.objects.select_related("round__coordinator", "unit", "block__edition")
        return dossiers.get(round=self.round, unit__code=unit_code)

    def write(self) -> Script:
        """The whole script, from plan to published decision."""
        script = Script()
        self._preparation(script)
        plan_work.write(self, script)
        self_assessment.write(self, script)
        judging.write(self, script)
        return script

    def _preparation(self, script: Script) -> None:
        script.at("14/11/2022 09:00", self.receive_plan)
        script.at("15/11/2022 10:00", self.issue_plan)
        script.at("16/11/2022 08:00", self.consult)
        for number, opinion in enumerate(OPINIONS):
            script.at(f"{18 + number}/11/2022 15:{10 + number}", partial(self.opine, said=opinion))
        script.at("23/11/2022 09:00", self.answer)
        script.at("23/11/2022 14:00", self.appoint)
        script.at("25/11/2022 09:00", self.issue_set)
        script.at("25/11/2022 09:30", self.establish)
        script.at("25/11/2022 14:00", self.assign)
        script.at("25/11/2022 15:00", self.declare_conflict)
        script.at("28/11/2022 08:00", self.open)
        script.at("16/12/2022 14:00", self.substitute)

    def receive_plan(self, at: datetime) -> None:
        plan = read_plan((DATA / "plan_ha_lang_2022.yaml").read_text(encoding="utf-8"))
        round_actions.create_round(
            self.cast.authority, self.coordinator, at, coordinator=self.cast.offices["NV"], plan=plan
        )
        self.tell(at, f"Chuẩn bị: nhập Kế hoạch, {len(plan.tasks)} nhiệm vụ")

    def issue_plan(self, at: datetime) -> None:
        round_actions.issue_plan(self.round.plan, self.head, at, number="2150/KH-UBND", day=date(2022, 11, 15))

    def consult(self, at: datetime) -> None:
        text = INDEX_SET.read_text(encoding="utf-8")
        edition = set_actions.import_edition(self.cast.authority, self.coordinator, at, text=text)
        bodies = [unit for key, unit in self.cast.offices.items() if key in ("VP", "TP", "TC", "VH")]
        set_actions.open_consultation(
            edition, self.coordinator, at, bodies=bodies + self.cast.communes, closes_at=moment("23/11/2022 00:00")
        )
        self.tell(at, "Lấy ý kiến Bộ Chỉ số")

    def opine(self, at: datetime, said: Said) -> None:
        person, unit, code, text = said[:4]
        by = self.people[person]
        consultation = Consultation.objects.select_related("edition__index_set").get()
        body = self.cast.offices.get(unit) or next(item for item in self.cast.communes if item.code == unit)
        criterion = Criterion.objects.get(edition=consultation.edition, code=code)
        set_actions.give_opinion(consultation, by, at, unit=body, text=text, criterion=criterion)

    def answer(self, at: datetime) -> None:
        opinions = Opinion.objects.select_related("consultation__edition__index_set").order_by("given_at")
        for opinion, said in zip(opinions, OPINIONS, strict=True):
            set_actions.answer_opinion(opinion, self.coordinator, at, response=said[4], text=said[5])

    def appoint(self, at: datetime) -> None:
        members = [(key, Panel.TEAM, position) for key, (position, _areas) in TEAM.items()]
        members += [(key, Panel.COUNCIL, position) for key, position in COUNCIL.items()]
        for key, panel, position in members:
            # The chair has no role anywhere, so the place of work is said; of the others it is known.
            body = self.cast.authority if position == Position.CHAIR else None
            round_actions.appoint_member(
                self.round, self.coordinator, at, user=self.people[key], panel=panel, position=position, body=body
            )

    def issue_set(self, at: datetime) -> None:
        set_actions.issue_edition(self.edition(), self.head, at, number="2235/QĐ-UBND", day=date(2022, 11, 25))
        self.tell(at, f"Ban hành Bộ Chỉ số sau {len(OPINIONS)} ý kiến")

    def establish(self, at: datetime) -> None:
        round_actions.establish_panels(self.round, self.head, at, number="2236/QĐ-UBND", day=date(2022, 11, 25))
        self.tell(at, "Thành lập Hội đồng thẩm định và Tổ Chuyên viên")

    def assign(self, at: datetime) -> None:
        round_actions.add_block(
            self.round,
            self.coordinator,
            at,
            name="Các xã, thị trấn",
            edition=self.edition(),
            units=self.cast.communes,
        )
        for key, (_position, areas) in TEAM.items():
            if areas:
                round_actions.assign_criteria(self.seat(key), self.coordinator, at, codes=areas)

    def seat(self, key: str) -> PanelMember:
        """The seat of a person in the team."""
        seats = PanelMember.objects.select_related("round", "user")
        return seats.get(round=self.round, user=self.people[key], panel=Panel.TEAM)

    def declare_conflict(self, at: datetime) -> None:
        key, code, reason = CONFLICT
        unit = self.commune(code)
        round_actions.declare_conflict(self.seat(key), self.people[key], at, unit=unit, reason=reason)
        self.tell(at, f"  {self.people[key].full_name} khai xung đột lợi ích với {unit.name}")

    def substitute(self, at: datetime) -> None:
        """Somebody else judges there what the barred expert may not."""
        key, area = SUBSTITUTE
        unit = self.commune(CONFLICT[1])
        round_actions.assign_in_units(self.seat(key), self.coordinator, at, codes=[area], units=[unit])

    def commune(self, code: str) -> Unit:
        return next(unit for unit in self.cast.communes if unit.code == code)

    def open(self, at: datetime) -> None:
        stages.open_self_assessment(self.round, self.coordinator, at)
        self.tell(at, f"Tự đánh giá: mở cho {len(self.cast.communes)} xã, thị trấn")

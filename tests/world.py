"""A small round of two communes, played through the real actions to the stage that a test is about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from django.core.files.base import ContentFile
from django.utils import timezone

from chiso.assessments.actions import appraisal, council, stages, supplement
from chiso.assessments.actions import dossier as dossiers
from chiso.assessments.choices import Choice
from chiso.assessments.models import Dossier, Entry, Meeting
from chiso.assessments.queries import awaiting_appraisal
from chiso.indexsets import actions as sets
from chiso.indexsets.answers import Answer
from chiso.indexsets.models import Edition
from chiso.organizations.models import Unit, User
from chiso.results import actions as results
from chiso.results.models import Result, Submission
from chiso.rounds import actions as rounds
from chiso.rounds.choices import Panel, Position, StageKey
from chiso.rounds.models import Round
from chiso.rounds.plan_file import read_plan
from tests import cast
from tests.cast import Cast

DATA = Path(__file__).parent / "data"
PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj
4 0 obj<</Length 51>>stream
BT /F 12 Tf 72 770 Td (Mot trang de kiem thu) Tj ET
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Root 1 0 R>>
%%EOF
"""
"""One page that every viewer opens: a broken file makes the viewer of a browser ask for the focus."""
BROKEN_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

NORTH: Mapping[str, dict[str, str]] = {
    "1.1": {"level": "1"},
    "1.2": {"numerator": "8", "denominator": "10"},
    "2.1": {"numerator": "90", "denominator": "100"},
    "2.2": {"items": "1;2"},
    "B.1": {"count": "1"},
}
"""Xã Bắc: 2 + 5.33 + 5.4 + 2 of 16, bonus 1."""
SOUTH: Mapping[str, dict[str, str]] = {
    "1.1": {"level": "2"},
    "2.1": {"numerator": "70", "denominator": "100"},
    "2.2": {"items": "1"},
}
"""Xã Nam: 1 + (1.2 does not apply) + 4.2 + 1 of 10."""


def moment(text: str) -> datetime:
    return timezone.make_aware(datetime.strptime(text, "%d/%m/%Y %H:%M"))


@dataclass
class World:
    """The cast, and the round as far as it was played."""

    cast: Cast

    @property
    def round(self) -> Round:
        return Round.objects.select_related("coordinator", "authority").get()

    @property
    def edition(self) -> Edition:
        return Edition.objects.select_related("index_set").get()

    def dossier(self, unit: Unit) -> Dossier:
        return Dossier.objects.select_related("round__coordinator", "unit", "block__edition").get(unit=unit)

    def entry(self, unit: Unit, code: str) -> Entry:
        related = ("dossier__round__coordinator", "dossier__unit", "dossier__block__edition", "criterion")
        return Entry.objects.select_related(*related).get(dossier__unit=unit, code=code)

    @property
    def meeting(self) -> Meeting:
        return Meeting.objects.select_related("round").order_by("-number")[0]

    # One method a stage: each starts where the one before it ended.

    def preparation(self) -> None:
        """Everything is ready to open."""
        at, people = moment("14/11/2022 09:00"), self.cast
        plan = read_plan((DATA / "small_plan.yaml").read_text(encoding="utf-8"))
        rounds.create_round(people.authority, people.giang, at, coordinator=people.office, plan=plan)
        rounds.issue_plan(self.round.plan, people.ha, at, number="1/KH-UBND", day=date(2022, 11, 14))
        text = (DATA / "small_set.yaml").read_text(encoding="utf-8")
        edition = sets.import_edition(people.authority, people.giang, at, text=text)
        sets.issue_edition(edition, people.ha, at, number="2/QĐ-UBND", day=date(2022, 11, 25))
        seats = [(people.khanh, Panel.TEAM, Position.LEADER), (people.chi, Panel.TEAM, Position.EXPERT)]
        seats += [(people.dung, Panel.COUNCIL, Position.CHAIR), (people.lan, Panel.COUNCIL, Position.SECRETARY)]
        seats += [(people.mai, Panel.COUNCIL, Position.MEMBER)]
        for user, panel, position in seats:
            member = rounds.appoint_member(self.round, people.giang, at, user=user, panel=panel, position=position)
            if user == people.chi:
                expert = member
        rounds.establish_panels(self.round, people.ha, at, number="3/QĐ-UBND", day=date(2022, 11, 25))
        rounds.add_block(
            self.round, people.giang, at, name="Các xã", edition=self.edition, units=[people.north, people.south]
        )
        rounds.assign_criteria(expert, people.giang, at, codes=["1", "2", "B", "P"])

    def self_assessment(self) -> None:
        """Open, nothing entered yet."""
        stages.open_self_assessment(self.round, self.cast.giang, moment("28/11/2022 08:00"))

    def fill(self, unit: Unit, by: User, facts: Mapping[str, dict[str, str]], at: datetime) -> None:
        for code, given in facts.items():
            dossiers.save_entry(self.entry(unit, code), by, at, version=0, answer=Answer(given))

    def submitted(self) -> None:
        """Both communes entered, attached and submitted."""
        at, people = moment("12/12/2022 21:04"), self.cast
        self.fill(people.north, people.an, NORTH, at)
        self.fill(people.south, people.em, SOUTH, at)
        dossiers.save_entry(
            self.entry(people.south, "1.2"),
            people.em,
            at,
            version=0,
            answer=Answer({}, not_applicable=True),
            reason="Không được giao nhiệm vụ.",
        )
        dossiers.attach_evidence(
            self.entry(people.north, "1.1"), people.an, at, file=ContentFile(PDF, name="Kế hoạch.pdf"), place="trang 1"
        )
        dossiers.submit_dossier(self.dossier(people.north), people.binh, moment("13/12/2022 10:00"))
        dossiers.submit_dossier(self.dossier(people.south), people.phuc, moment("14/12/2022 10:00"))

    def aggregation(self) -> None:
        stages.start_aggregation(self.round, self.cast.giang, moment("15/12/2022 08:00"))

    def appraisal(self) -> None:
        stages.start_appraisal(self.round, self.cast.giang, moment("19/12/2022 08:00"))

    def notice(self) -> None:
        """Pass 1 is over: 2.1 of Xã Bắc was cut, the rest agreed."""
        at, people = moment("22/12/2022 09:00"), self.cast
        appraisal.appraise_entry(
            self.entry(people.north, "2.1"),
            people.chi,
            at,
            version=0,
            answer=Answer({"numerator": "80", "denominator": "100"}),
            reason="Không khớp Cổng Dịch vụ công quốc gia.",
            needs_explanation=True,
        )
        related = ("dossier__round", "dossier__unit", "dossier__block__edition", "criterion")
        waiting = list(awaiting_appraisal(self.round, 1).select_related(*related))
        appraisal.agree_with_self_scores(self.round, people.chi, at, entries=waiting)
        appraisal.sign_off_pass(self.round, people.khanh, at, minutes="Tổ họp, thống nhất.")

    def supplement(self) -> None:
        appraisal.send_preliminary_notices(
            self.round,
            self.cast.giang,
            moment("29/12/2022 09:00"),
            number="4/TB-PNV",
            answer_until=moment("04/01/2023 00:00"),
        )

    def reappraisal(self) -> None:
        """Xã Bắc explained its cut."""
        at, people = moment("02/01/2023 09:00"), self.cast
        entry = self.entry(people.north, "2.1")
        supplement.explain_entry(entry, people.an, at, version=0, text="Có văn bản.", answer=Answer(entry.facts))
        supplement.resubmit_dossier(self.dossier(people.north), people.binh, at)
        stages.start_reappraisal(self.round, people.giang, moment("04/01/2023 08:00"))

    def council(self) -> None:
        """Pass 2 is over: the cut was kept."""
        at, people = moment("05/01/2023 09:00"), self.cast
        appraisal.appraise_entry(
            self.entry(people.north, "2.1"),
            people.chi,
            at,
            version=0,
            answer=Answer({"numerator": "80", "denominator": "100"}),
            reason="Chưa đủ căn cứ.",
        )
        appraisal.sign_off_pass(self.round, people.khanh, at, minutes="Tổ họp lần hai.")

    def meeting_open(self) -> None:
        people = self.cast
        meeting = council.convene_meeting(
            self.round, people.lan, moment("06/01/2023 08:00"), held_at=moment("09/01/2023 08:00"), place="Phòng họp"
        )
        seats = list(self.round.panel_members.filter(panel=Panel.COUNCIL))
        council.open_meeting(meeting, people.dung, moment("09/01/2023 08:00"), present=seats)

    def approval(self) -> None:
        """The council gave Xã Bắc 5 of 6 for 2.1 and adopted."""
        at, people = moment("09/01/2023 09:00"), self.cast
        self.meeting_open()
        entry = self.entry(people.north, "2.1")
        motion = council.propose_motion(
            self.meeting, people.lan, at, entry=entry, answer=Answer({}, decided=Decimal(5)), reason="Ghi nhận."
        )
        for voter in (people.dung, people.lan):
            council.cast_vote(motion, voter, at, choice=Choice.FOR)
        council.conclude_motion(motion, people.dung, at)
        council.adopt_results(self.meeting, people.dung, at, minutes="Thống nhất.")

    def approved(self) -> None:
        at, people = moment("10/01/2023 09:00"), self.cast
        results.submit_for_approval(self.round, people.giang, at, number="5/TTr-PNV", text="Trình.")
        results.approve_result(Submission.objects.select_related("round").get(), people.ha, at)

    def published(self) -> None:
        results.publish_result(
            Result.objects.select_related("round", "approved_by").get(),
            self.cast.giang,
            moment("12/01/2023 09:00"),
            number="6/QĐ-UBND",
            day=date(2023, 1, 12),
            decision=b"docx",
        )


ORDER = (
    "preparation",
    "self_assessment",
    "submitted",
    "aggregation",
    "appraisal",
    "notice",
    "supplement",
    "reappraisal",
    "council",
    "approval",
    "approved",
    "published",
)


def play_to(stage: str) -> World:
    """Play a small round up to and including one of `ORDER`."""
    world = World(cast.engage())
    for step in ORDER[: ORDER.index(stage) + 1]:
        getattr(world, step)()
    # Roles and seats were given on the way: everybody is read anew.
    fresh = {name: User.objects.get(pk=user.pk) for name, user in world.cast.everyone().items()}
    world.cast = Cast(**{**vars(world.cast), **fresh})
    return world


__all__ = ["BROKEN_PDF", "NORTH", "ORDER", "PDF", "SOUTH", "StageKey", "World", "moment", "play_to"]

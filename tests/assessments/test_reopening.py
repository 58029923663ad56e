"""A leaf reopened by a numbered request: who asks, until when the unit answers, who settles, what it blocks."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from chiso.assessments.actions import appraisal, council, supplement
from chiso.assessments.actions import dossier as dossiers
from chiso.assessments.actions.reopening import reopen_leaf, settle_leaf
from chiso.assessments.choices import DossierState
from chiso.assessments.models import Citation, Explanation, Reopening
from chiso.assessments.queries import awaiting_appraisal
from chiso.audit.models import AuditEntry
from chiso.common.refusals import RuleViolation
from chiso.home.steps import home_page
from chiso.indexsets.answers import Answer
from chiso.notices.models import Notice
from chiso.organizations import clock
from chiso.organizations.models import User
from chiso.rounds.choices import Panel, StageKey
from chiso.rounds.models import Conflict, PanelMember
from tests.world import PDF, World, moment, play_to

pytestmark = pytest.mark.django_db
ASKED, UNTIL, ANSWERED = moment("04/01/2023 10:00"), moment("06/01/2023 00:00"), moment("05/01/2023 08:00")
LATE = moment("06/01/2023 00:00")


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: ANSWERED)


def ask(world: World, by: User, code: str = "1.1") -> Reopening:
    entry = world.entry(world.cast.north, code)
    return reopen_leaf(entry, by, ASKED, number="7/YC", reason="Gửi bản đã ký.", until=UNTIL)


def answer(world: World, at: object = ANSWERED, code: str = "1.1") -> Explanation:
    entry = world.entry(world.cast.north, code)
    version = Explanation.objects.filter(entry=entry).values_list("version", flat=True).first() or 0
    return supplement.explain_entry(
        entry,
        world.cast.an,
        at,  # type: ignore[arg-type]
        version=version,
        text="Đã ký ngày 30/11.",
        answer=Answer({"level": "1"}),
    )


def judge(world: World) -> None:
    appraisal.appraise_entry(
        world.entry(world.cast.north, "1.1"), world.cast.chi, ANSWERED, version=0, answer=Answer({"level": "1"})
    )


@pytest.fixture
def reopened() -> World:
    world = play_to("reappraisal")
    ask(world, world.cast.khanh)
    return world


@pytest.mark.parametrize(
    ("who", "panel"), [("khanh", Panel.TEAM), ("giang", Panel.TEAM), ("dung", Panel.COUNCIL), ("lan", Panel.COUNCIL)]
)
def test_who_asks_and_for_whom(who: str, panel: Panel) -> None:
    world = play_to("reappraisal")
    assert ask(world, getattr(world.cast, who)).panel == panel
    told = Notice.objects.filter(recipient=world.cast.an).latest("pk")
    assert "Yêu cầu số 7/YC" in told.text
    assert AuditEntry.objects.get(code="leaf.reopen").reason == "Gửi bản đã ký."


@pytest.mark.parametrize("who", ["an", "binh", "chi", "mai", "ha", "son"])
def test_nobody_else_asks(who: str) -> None:
    world = play_to("reappraisal")
    with pytest.raises(PermissionDenied):
        ask(world, getattr(world.cast, who))


@pytest.mark.parametrize("who", ["khanh", "lan"])
def test_a_barred_member_does_not_ask(who: str) -> None:
    world = play_to("reappraisal")
    member = PanelMember.objects.get(user=getattr(world.cast, who))
    Conflict.objects.create(
        member=member, unit=world.cast.north, reason="Người nhà.", declared_by=world.cast.giang, declared_at=ASKED
    )
    with pytest.raises(PermissionDenied):
        ask(world, User.objects.get(pk=getattr(world.cast, who).pk))


@pytest.mark.parametrize("stage", ["appraisal", "supplement", "approval", "approved"])
def test_outside_its_stages_it_is_refused_with_the_way_out(stage: str) -> None:
    world = play_to(stage)
    with pytest.raises(RuleViolation, match=r"yêu cầu giải trình|phiên họp mới"):
        ask(world, world.cast.giang)
    assert not Reopening.objects.exists()


def test_one_open_request_at_a_time(reopened: World) -> None:
    with pytest.raises(RuleViolation, match="chưa xem xét xong"):
        ask(reopened, reopened.cast.giang)
    assert Reopening.objects.count() == 1


@pytest.mark.parametrize(
    "wrong", [{"number": " "}, {"reason": " "}, {"until": ASKED}], ids=["no number", "no reason", "no time"]
)
def test_a_request_has_number_reason_and_time(wrong: dict[str, object]) -> None:
    world = play_to("reappraisal")
    given = {"number": "7/YC", "reason": "Gửi.", "until": UNTIL} | wrong
    with pytest.raises(RuleViolation):
        reopen_leaf(world.entry(world.cast.north, "1.1"), world.cast.khanh, ASKED, **given)  # type: ignore[arg-type]


# ---- the unit answers ------------------------------------------------------------------


def test_the_unit_explains_proposes_and_adds_documents_of_that_leaf_alone(reopened: World) -> None:
    world = reopened
    answer(world)
    cited = dossiers.attach_evidence(
        world.entry(world.cast.north, "1.1"), world.cast.an, ANSWERED, file=ContentFile(PDF + b"2", name="ky.pdf")
    )
    assert cited.stage == StageKey.REAPPRAISAL
    assert Reopening.objects.get().answered_at == ANSWERED
    assert world.dossier(world.cast.north).state == DossierState.UNDER_REAPPRAISAL
    with pytest.raises(RuleViolation):
        answer(world, code="2.2")
    with pytest.raises(RuleViolation):
        dossiers.attach_evidence(
            world.entry(world.cast.north, "2.2"), world.cast.an, ANSWERED, file=ContentFile(PDF, name="b.pdf")
        )
    codes = set(awaiting_appraisal(world.round, 2).values_list("code", flat=True))
    assert "1.1" in codes


def test_what_was_handed_over_before_stays(reopened: World) -> None:
    old = Citation.objects.select_related("entry__dossier__round", "entry__dossier__block__edition").get()
    with pytest.raises(RuleViolation, match="giai đoạn trước"):
        dossiers.remove_citation(old, reopened.cast.an, ANSWERED)


def test_the_deadline_closes_the_leaf(reopened: World) -> None:
    with pytest.raises(RuleViolation, match="Đã quá hạn trả lời yêu cầu số 7/YC"):
        answer(reopened, LATE)
    assert not Explanation.objects.filter(entry__code="1.1").exists()


def test_another_unit_has_no_reopened_leaf(reopened: World) -> None:
    entry = reopened.entry(reopened.cast.south, "1.1")
    with pytest.raises(RuleViolation):
        supplement.explain_entry(
            entry, reopened.cast.em, ANSWERED, version=0, text="Xin bổ sung.", answer=Answer({"level": "1"})
        )


# ---- settled ---------------------------------------------------------------------------


def test_the_answer_is_judged_then_settled(reopened: World) -> None:
    world = reopened
    row = Reopening.objects.select_related("entry").get()
    row.entry = world.entry(world.cast.north, "1.1")
    with pytest.raises(RuleViolation, match="chưa trả lời"):
        settle_leaf(row, world.cast.khanh, ANSWERED, conclusion="Đạt.")
    answer(world)
    with pytest.raises(RuleViolation, match="chưa được thẩm định lại"):
        settle_leaf(row, world.cast.khanh, ANSWERED, conclusion="Đạt.")
    judge(world)
    with pytest.raises(RuleViolation, match="Chưa nêu"):
        settle_leaf(row, world.cast.khanh, ANSWERED, conclusion=" ")
    settle_leaf(row, world.cast.chi, ANSWERED, conclusion="Đạt.")
    with pytest.raises(RuleViolation, match="đã xem xét xong"):
        settle_leaf(row, world.cast.khanh, ANSWERED, conclusion="Đạt.")
    with pytest.raises(RuleViolation):
        answer(world)


def test_without_an_answer_it_is_settled_after_the_deadline(reopened: World) -> None:
    row = Reopening.objects.get()
    row.entry = reopened.entry(reopened.cast.north, "1.1")
    settle_leaf(row, reopened.cast.khanh, LATE, conclusion="Đơn vị không trả lời; giữ điểm.")
    assert Reopening.objects.get().settled_at == LATE


def test_an_open_request_blocks_the_end_of_the_pass(reopened: World) -> None:
    with pytest.raises(RuleViolation, match=r"Xã Bắc, 1\.1 \(số 7/YC\)"):
        appraisal.sign_off_pass(reopened.round, reopened.cast.khanh, ANSWERED, minutes="Tổ họp.")


def test_an_open_request_blocks_the_adoption() -> None:
    world = play_to("council")
    world.meeting_open()
    reopen_leaf(
        world.entry(world.cast.north, "1.1"),
        world.cast.lan,
        moment("09/01/2023 08:30"),
        number="8/YC",
        reason="Gửi bản đã ký.",
        until=moment("10/01/2023 00:00"),
    )
    with pytest.raises(RuleViolation, match=r"Xã Bắc, 1\.1 \(số 8/YC\)"):
        council.adopt_results(world.meeting, world.cast.dung, moment("09/01/2023 09:00"), minutes="Thống nhất.")


# ---- pages -----------------------------------------------------------------------------


def page(client: Client, world: World, who: str, route: str, *args: object) -> str:
    client.force_login(getattr(world.cast, who))
    return client.get(reverse(f"assessments:{route}", args=args)).content.decode()


def test_the_whole_way_on_pages(client: Client) -> None:
    world = play_to("reappraisal")
    where = (world.dossier(world.cast.north).pk, "1.1")
    assert "Yêu cầu giải trình, bổ sung…" in page(client, world, "khanh", "leaf_history", *where)
    sent = {"number": "7/YC", "reason": "Gửi bản đã ký.", "until": "07/01/2023"}
    assert client.post(reverse("assessments:reopen", args=where), sent).status_code == 302
    leaf = page(client, world, "an", "leaf", *where)
    assert "Tổ Chuyên viên yêu cầu (số 7/YC" in leaf
    assert 'id="explain"' in leaf
    form = {"text": "Đã ký.", "level": "1", "version": "0"}
    assert client.post(reverse("assessments:explain", args=where), form).status_code == 302
    assert "chờ xem xét" in page(client, world, "khanh", "reopenings", world.round.pk)
    row = Reopening.objects.get()
    settle = reverse("assessments:settle", args=[row.pk])
    refused = client.post(settle, {"conclusion": "Đạt."})
    assert refused.status_code == 422
    assert "chưa được thẩm định lại" in refused.content.decode()
    judge(world)
    assert client.post(settle, {"conclusion": "Đạt."}).status_code == 302
    assert 'id="explain"' not in page(client, world, "an", "leaf", *where)


@pytest.mark.parametrize(("who", "status"), [("an", 403), ("em", 404), ("chi", 403), ("son", 404)])
def test_doors_of_the_request(client: Client, who: str, status: int) -> None:
    world = play_to("reappraisal")
    client.force_login(getattr(world.cast, who))
    url = reverse("assessments:reopen", args=[world.dossier(world.cast.north).pk, "1.1"])
    assert client.get(url).status_code == status
    assert client.post(url, {"number": "1", "reason": "x", "until": "07/01/2023"}).status_code == status
    assert not Reopening.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("an", 403), ("em", 404), ("mai", 404), ("son", 404)])
def test_doors_of_the_decision(client: Client, reopened: World, who: str, status: int) -> None:
    client.force_login(getattr(reopened.cast, who))
    url = reverse("assessments:settle", args=[Reopening.objects.get().pk])
    assert client.post(url, {"conclusion": "x"}).status_code == status


def test_home_of_the_unit_names_the_open_request_until_it_is_answered(reopened: World) -> None:
    def asked(at: object) -> list[str]:
        cards = home_page(reopened.cast.an, at).cards  # type: ignore[arg-type]
        return [card.url for card in cards if "7/YC" in card.title]

    row = Reopening.objects.select_related("entry").get()
    assert asked(ANSWERED) == [reverse("assessments:leaf", args=[row.entry.dossier_id, "1.1"])]
    assert asked(LATE) == []
    answer(reopened)
    assert asked(ANSWERED) == []

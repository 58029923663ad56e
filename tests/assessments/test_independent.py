"""Two judge without seeing each other (thẩm định độc lập): what is hidden, what follows from both, who decides."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from chiso.assessments.actions import appraisal
from chiso.assessments.choices import Pass
from chiso.assessments.independent import are_apart
from chiso.assessments.models import Appraisal, Entry, IndependentScore
from chiso.assessments.pages import pass_rows
from chiso.assessments.pages.agree_page import offer_of
from chiso.audit.models import AuditEntry
from chiso.common.refusals import RuleViolation
from chiso.indexsets.answers import Answer
from chiso.organizations import clock
from chiso.organizations.models import User
from chiso.rounds import actions as rounds
from chiso.rounds.choices import Panel, Position
from chiso.rounds.models import PanelMember, Round
from tests.factories import UserFactory
from tests.world import World, moment, play_to

pytestmark = pytest.mark.django_db

NOW = moment("22/12/2022 09:00")


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def world() -> World:
    """Chi and Sơn judge 2.1 independently; Khánh leads."""
    world = play_to("aggregation")
    seat = PanelMember.objects.create(
        round=world.round, panel=Panel.TEAM, position=Position.EXPERT, user=world.cast.son
    )
    rounds.assign_criteria(seat, world.cast.giang, NOW, codes=["2.1"])
    Round.objects.update(independent_codes=["2.1"], independent_step=Decimal("0.5"))
    world.appraisal()
    fresh(world)
    return world


def fresh(world: World) -> None:
    """People as they sit now."""
    for name in ("chi", "son", "khanh"):
        object.__setattr__(world.cast, name, User.objects.get(pk=getattr(world.cast, name).pk))


def give(world: World, name: str, points: str, *, version: int = 0, **more: object) -> IndependentScore:
    answer = Answer({}, decided=Decimal(points))
    options = {"reason": f"Lý do của {name}"} | more
    entry = world.entry(world.cast.north, "2.1")
    return appraisal.judge_independently(
        entry, getattr(world.cast, name), NOW, version=version, answer=answer, **options
    )


def page(client: Client, world: World, name: str, **query: str) -> str:
    client.force_login(getattr(world.cast, name))
    address = reverse("assessments:appraise", args=[world.round.pk, "2.1", "01"])
    return client.get(address, query).content.decode()


def test_two_equal_scores_make_the_judgement_at_once(world: World) -> None:
    give(world, "chi", "4", needs_visit=True, private_note="Hỏi thêm.")
    assert not Appraisal.objects.exists()
    give(world, "son", "4")
    row = Appraisal.objects.get()
    assert (row.score, row.decided, row.appraised_by, row.needs_visit) == (4, 4, world.cast.son, True)
    assert row.reason == "Lý do của chi\nLý do của son"
    assert row.private_note == "Hỏi thêm."


def test_scores_within_the_step_give_their_mean_rounded_half_up(world: World) -> None:
    give(world, "chi", "4.01")
    give(world, "son", "4.5")
    row = Appraisal.objects.get()
    assert row.score == Decimal("4.26")
    assert "4,01 và 4,50 điểm; lấy trung bình 4,26 điểm" in row.reason
    assert "Mã Thị Chi" not in row.reason


def test_the_step_itself_still_agrees_and_more_goes_to_the_leader(world: World) -> None:
    give(world, "chi", "4")
    give(world, "son", "4.51")
    assert not Appraisal.objects.exists()
    entry, khanh = world.entry(world.cast.north, "2.1"), world.cast.khanh
    answer = Answer({}, decided=Decimal("4.5"))
    for name in ("chi", "son"):
        with pytest.raises(RuleViolation, match="chỉ Tổ trưởng"):
            appraisal.appraise_entry(entry, getattr(world.cast, name), NOW, version=0, answer=answer, reason="Tôi.")
    with pytest.raises(RuleViolation, match="phải nêu lý do"):
        appraisal.appraise_entry(entry, khanh, NOW, version=0, answer=Answer(entry.facts))
    appraisal.appraise_entry(entry, khanh, NOW, version=0, answer=answer, reason="Tổ trưởng quyết định.")
    assert Appraisal.objects.get().appraised_by == khanh


def test_what_two_gave_stays_the_leaders_when_the_leaf_is_taken_from_one(world: World) -> None:
    """Found by the state machine: the one who kept the leaf could decide alone."""
    give(world, "chi", "4")
    give(world, "son", "1")
    seat = PanelMember.objects.get(user=world.cast.chi)
    rounds.assign_criteria(seat, world.cast.khanh, NOW, codes=["1"])
    fresh(world)
    entry, answer = world.entry(world.cast.north, "2.1"), Answer({}, decided=Decimal(1))
    with pytest.raises(RuleViolation, match="chỉ Tổ trưởng"):
        appraisal.appraise_entry(entry, world.cast.son, NOW, version=0, answer=answer, reason="Tôi.")
    appraisal.appraise_entry(entry, world.cast.khanh, NOW, version=0, answer=answer, reason="Tổ trưởng quyết định.")


def test_where_the_leader_is_barred_a_third_decides(world: World, client: Client) -> None:
    seat = PanelMember.objects.get(user=world.cast.khanh)
    rounds.declare_conflict(seat, world.cast.khanh, NOW, unit=world.cast.north, reason="Em ruột.")
    third = UserFactory(email="ba@chiso.example", full_name="Lý Thị Ba")
    seat = PanelMember.objects.create(round=world.round, panel=Panel.TEAM, position=Position.EXPERT, user=third)
    rounds.assign_in_units(seat, world.cast.giang, NOW, codes=["2.1"], units=[world.cast.north])
    give(world, "chi", "4")
    give(world, "son", "1")
    fresh(world)
    entry, answer = world.entry(world.cast.north, "2.1"), Answer({}, decided=Decimal("2"))
    told = {"version": 0, "answer": answer, "reason": "Đã xem lại."}
    with pytest.raises(PermissionDenied):
        appraisal.appraise_entry(entry, world.cast.khanh, NOW, **told)
    with pytest.raises(RuleViolation, match="người thứ ba"):
        appraisal.appraise_entry(entry, world.cast.chi, NOW, **told)
    third = User.objects.get(pk=third.pk)
    waiting = pass_rows.with_judgement(pass_rows.my_leaves(third, world.round, Pass.FIRST), Pass.FIRST)
    assert [row.pk for row in waiting.filter(pass_rows.waits(third, world.round, Pass.FIRST))] == [entry.pk]
    client.force_login(third)
    shown = client.get(reverse("assessments:appraise", args=[world.round.pk, "2.1", "01"])).content.decode()
    assert "Lý do của chi" in shown
    appraisal.appraise_entry(entry, third, NOW, **told)
    assert Appraisal.objects.get().appraised_by == third


def test_the_step_counts_as_agreement(world: World) -> None:
    give(world, "chi", "4")
    give(world, "son", "4.5")
    assert Appraisal.objects.get().score == Decimal("4.25")


def judged(score: str | None, *, not_applicable: bool = False) -> IndependentScore:
    return IndependentScore(score=None if score is None else Decimal(score), not_applicable=not_applicable)


@pytest.mark.parametrize(
    ("one", "two", "apart"),
    [
        (judged("4"), judged("4.5"), False),
        (judged("4"), judged("4.51"), True),
        (judged("0"), judged(None, not_applicable=True), True),
        (judged(None, not_applicable=True), judged(None, not_applicable=True), False),
        (judged("0"), judged(None), True),
    ],
    ids=["the step", "more", "zero or not applicable", "both not applicable", "not known yet"],
)
def test_what_stands_apart(one: IndependentScore, two: IndependentScore, apart: bool) -> None:
    assert are_apart(one, two, Decimal("0.5")) is apart
    assert are_apart(two, one, Decimal("0.5")) is apart


def test_nobody_sees_the_other_before_both_gave(world: World, client: Client) -> None:
    give(world, "chi", "4.37", reason="Bí mật của Chi", private_note="Ghi riêng")
    hidden = ("4,37", "Bí mật của Chi", "Ghi riêng", "Mã Thị Chi</strong>")
    for name in ("son", "khanh"):
        told = page(client, world, name)
        assert not [words for words in hidden if words in told], name
    own = page(client, world, "chi")
    assert "Bí mật của Chi" in own
    assert "Đã lưu 09:00" in own
    for entry in AuditEntry.objects.filter(code="entry.judge_independently"):
        assert "4.37" not in str(entry.changes)
        assert "Bí mật" not in entry.reason
    give(world, "son", "2", reason="Thiếu văn bản.")
    for name in ("chi", "son", "khanh"):
        told = page(client, world, name)
        assert "4,37" in told, name
        assert "Thiếu văn bản." in told
    assert "Tổ trưởng quyết định" in told


def test_one_may_correct_ones_own_until_the_other_gave(world: World) -> None:
    give(world, "chi", "4")
    with pytest.raises(RuleViolation, match="đã được lưu ở nơi khác"):
        give(world, "chi", "3")
    give(world, "chi", "3", version=1)
    give(world, "son", "1")
    with pytest.raises(RuleViolation, match="Đã đủ hai điểm"):
        give(world, "chi", "1", version=2)
    assert sorted(IndependentScore.objects.values_list("score", flat=True)) == [1, 3]


def test_who_may_not_give(world: World) -> None:
    for name in ("an", "giang", "dung"):
        with pytest.raises(PermissionDenied):
            give(world, name, "4")
    with pytest.raises(RuleViolation, match="hai người thẩm định độc lập"):
        give(world, "khanh", "4")
    entry = world.entry(world.cast.north, "1.1")
    with pytest.raises(RuleViolation, match="do một người thẩm định"):
        appraisal.judge_independently(entry, world.cast.chi, NOW, version=0, answer=Answer(entry.facts))
    world.cast.son.memberships.create(unit=world.cast.north, role="observer")
    fresh(world)
    with pytest.raises(PermissionDenied):
        give(world, "son", "4")


def test_a_reason_is_needed_for_another_score(world: World) -> None:
    with pytest.raises(RuleViolation, match="phải nêu lý do"):
        give(world, "chi", "4", reason="")
    assert not IndependentScore.objects.exists()


def test_bulk_agreement_leaves_pairs_out(world: World) -> None:
    keys = [option["key"] for option in offer_of(world.cast.chi, world.round, "").options]
    assert str(world.entry(world.cast.north, "2.1").criterion_id) not in keys
    assert keys
    entries = list(Entry.objects.filter(code="2.1").select_related("dossier__round", "dossier__unit"))
    with pytest.raises(RuleViolation, match="không đồng ý hàng loạt"):
        appraisal.agree_with_self_scores(world.round, world.cast.chi, NOW, entries=entries)


def test_where_one_is_barred_the_other_judges_alone(world: World) -> None:
    world.cast.son.memberships.create(unit=world.cast.north, role="observer")
    entry = world.entry(world.cast.north, "2.1")
    row = appraisal.appraise_entry(entry, world.cast.chi, NOW, version=0, answer=Answer(entry.facts))
    assert row.score == entry.score


def test_the_pages_lead_both_and_then_the_leader(world: World, client: Client) -> None:
    for name, points in (("chi", "4"), ("son", "2")):
        client.force_login(getattr(world.cast, name))
        facts = world.entry(world.cast.north, "2.1").facts
        data = {"version": 0, "choice": "decided", "points": points, "reason": f"Vì {name}", **facts}
        address = reverse("assessments:appraise", args=[world.round.pk, "2.1", "01"])
        assert client.post(address, data).status_code == 302
    assert IndependentScore.objects.count() == 2
    client.force_login(world.cast.khanh)
    lists = client.get(reverse("assessments:appraisal", args=[world.round.pk]), {"loc": "chenh-lech"}).content.decode()
    assert "2.1 Hồ sơ" in lists
    assert "1.1 Ban hành" not in lists
    answer = client.post(address, {"version": 0, "choice": "decided", "points": "3", "reason": "Lấy giữa.", **facts})
    assert answer.status_code == 302
    assert Appraisal.objects.get().score == 3


# ---- how far they agree ----------------------------------------------------------------------


def statistics(client: Client, world: World, name: str) -> str:
    client.force_login(getattr(world.cast, name))
    answer = client.get(reverse("assessments:agreement", args=[world.round.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_agreement_is_counted_of_complete_pairs(world: World, client: Client) -> None:
    give(world, "chi", "4")
    south = world.entry(world.cast.south, "2.1")
    for name, points in (("chi", "3"), ("son", "3.5")):
        answer = Answer({}, decided=Decimal(points))
        appraisal.judge_independently(south, getattr(world.cast, name), NOW, version=0, answer=answer, reason="Vậy.")
    page = statistics(client, world, "khanh")
    assert "1 mục mới có một điểm" in page
    assert "100,0% (1)" in page
    give(world, "son", "1")
    page = statistics(client, world, "giang")
    for text in ("50,0% (1)", "0,0% (0)", "1,75", "Mã Thị Chi – Trần Văn Sơn", "−1,25"):
        assert text in page, text


def test_agreement_is_hidden_from_a_leader_who_still_judges(world: World, client: Client) -> None:
    seat = world.cast.khanh.panel_seats.get()
    criterion = world.entry(world.cast.north, "2.1").criterion
    seat.assignments.create(criterion=criterion)
    assert "Hãy chấm xong các mục" in statistics(client, world, "khanh")


@pytest.mark.parametrize(("name", "status"), [("chi", 403), ("son", 403), ("an", 403), ("dung", 403), ("em", 403)])
def test_agreement_is_for_the_leader_and_the_office(world: World, client: Client, name: str, status: int) -> None:
    client.force_login(getattr(world.cast, name))
    assert client.get(reverse("assessments:agreement", args=[world.round.pk])).status_code == status


def test_there_is_no_agreement_without_pairs(client: Client) -> None:
    plain = play_to("appraisal")
    client.force_login(plain.cast.khanh)
    assert client.get(reverse("assessments:agreement", args=[plain.round.pk])).status_code == 404

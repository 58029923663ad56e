"""The pages of coverage, proposal, one member's assignments, conflicts, changes after the decision, judging rules."""

from datetime import date
from decimal import Decimal
from time import process_time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chiso.indexsets.actions import import_edition
from chiso.indexsets.models import Criterion, Edition
from chiso.organizations import clock
from chiso.organizations.models import Unit, User
from chiso.rounds import actions
from chiso.rounds.actions import Amendment
from chiso.rounds.choices import Panel, Position
from chiso.rounds.coverage import coverage_of
from chiso.rounds.coverage_page import coverage_page
from chiso.rounds.models import Assignment, Block, Conflict, PanelMember, Participant, Round
from chiso.rounds.proposing import Wish, propose
from tests.factories import UnitFactory, UserFactory
from tests.world import World, moment, play_to

pytestmark = pytest.mark.django_db
AT = moment("20/12/2022 09:00")


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)


@pytest.fixture
def world() -> World:
    return play_to("appraisal")


def as_(client: Client, world: World, name: str) -> Client:
    client.force_login(world.cast.everyone()[name])
    return client


def url(name: str, world: World, *more: object) -> str:
    return reverse(f"rounds:{name}", args=[world.round.pk, *more])


def seat_of(user: User) -> PanelMember:
    return PanelMember.objects.select_related("round", "user", "body").get(user=user)


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


# ---- coverage -------------------------------------------------------------------------------


def test_the_matrix_says_no_one_and_two_and_counts_conflicts(client: Client, world: World) -> None:
    khanh = seat_of(world.cast.khanh)
    actions.assign_criteria(khanh, world.cast.giang, AT, codes=["2"])
    Assignment.objects.filter(criterion__code="1.2").delete()
    actions.declare_conflict(
        seat_of(world.cast.chi), world.cast.chi, AT, unit=world.cast.north, reason="Chồng là Chủ tịch."
    )
    page = text_of(as_(client, world, "giang"), url("coverage", world))
    row = page.split("1.1 Ban hành kế hoạch")[1].split("</tr>")[0]
    assert "0 người: 1/2" in row
    assert "heat-1" in row
    assert "0 người: 2/2" in page.split("1.2 Tỷ lệ")[1].split("</tr>")[0]
    assert "1–2 người" in page.split("2.1 Hồ sơ đúng hạn")[1].split("</tr>")[0]
    assert "Xã Bắc" in page.split("Mã Thị Chi")[1].split("</tr>")[0]


def test_one_of_two_is_not_enough_where_two_judge(client: Client) -> None:
    world = play_to("aggregation")
    Round.objects.update(independent_codes=["2.1"])
    page = text_of(as_(client, world, "giang"), url("coverage", world))
    row = page.split("2.1 Hồ sơ đúng hạn")[1].split("</tr>")[0]
    assert "mới 1 người: 2/2" in row
    assert "hai người độc lập" in row


def test_an_area_is_shown_by_units_and_a_leaf_by_names(client: Client, world: World) -> None:
    block = Block.objects.get()
    actions.declare_conflict(
        seat_of(world.cast.chi), world.cast.chi, AT, unit=world.cast.north, reason="Chồng là Chủ tịch."
    )
    area = text_of(as_(client, world, "giang"), url("coverage_node", world, block.pk, "2"))
    assert url("coverage_node", world, block.pk, "2.1") in area
    leaf = text_of(client, url("coverage_node", world, block.pk, "2.1"))
    north = leaf.split("Xã Bắc</th>")[1].split("</tr>")[0]
    assert north.count("Mã Thị Chi") == 1  # assigned, but barred
    assert "tag-gold" in north
    assert "tag-gold" not in leaf.split("Xã Nam</th>")[1].split("</tr>")[0]
    assert client.get(url("coverage_node", world, block.pk, "9")).status_code == 404
    assert client.get(url("coverage_node", world, block.pk, "2.3")).status_code == 404
    assert client.get(url("coverage_node", world, block.pk + 1, "2")).status_code == 404


def test_a_hole_is_filled_where_it_is_seen(client: Client, world: World) -> None:
    block, khanh = Block.objects.get(), seat_of(world.cast.khanh)
    Assignment.objects.filter(criterion__code="2.1").delete()
    address = url("coverage_node", world, block.pk, "2.1")
    given = {"member": khanh.pk, "units": [world.cast.north.pk]}
    assert as_(client, world, "chi").post(address, given).status_code == 403
    assert as_(client, world, "khanh").post(address, given).status_code == 302
    [row] = Assignment.objects.filter(member=khanh)
    assert (row.unit, row.criterion.code) == (world.cast.north, "2.1")
    assert client.post(address, given | {"units": []}).status_code == 422
    assert client.post(address, given | {"units": [world.cast.office.pk]}).status_code == 422
    assert client.post(address, given | {"member": seat_of(world.cast.mai).pk}).status_code == 422


@pytest.mark.parametrize(
    ("name", "status"), [("giang", 200), ("ha", 200), ("khanh", 200), ("chi", 200), ("dung", 403), ("an", 403)]
)
def test_the_team_and_those_who_run_the_round_read_the_coverage(
    client: Client, world: World, name: str, status: int
) -> None:
    assert as_(client, world, name).get(url("coverage", world)).status_code == status
    node = url("coverage_node", world, Block.objects.get().pk, "1.1")
    assert client.get(node).status_code == status
    assert as_(client, world, "son").get(url("coverage", world)).status_code == 404


# ---- the proposal ----------------------------------------------------------------------------


def test_the_proposal_is_looked_at_then_written(client: Client, world: World) -> None:
    Assignment.objects.all().delete()
    page = text_of(as_(client, world, "khanh"), url("propose_assignments", world))
    assert "Mã Thị Chi" in page
    digest = page.split('name="digest" value="')[1].split('"')[0]
    assert not Assignment.objects.exists()
    stale = client.post(url("propose_assignments", world), {"digest": "0" * 16})
    assert stale.status_code == 422
    assert "Hãy xem lại đề xuất" in stale.content.decode()
    assert client.post(url("propose_assignments", world), {"digest": digest}).status_code == 302
    assert not coverage_of(world.round).gaps()
    again = client.post(url("propose_assignments", world), {"digest": digest})
    assert again.status_code == 422
    assert "Không còn tiêu chí nào" in again.content.decode()
    assert "Không có gì để phân công" in text_of(client, url("propose_assignments", world))


def test_a_proposal_for_an_area_and_an_office(client: Client, world: World) -> None:
    Assignment.objects.all().delete()
    justice = Unit.objects.get(code="TP")
    asked = {"code": "2", "body": str(justice.pk), "block": str(Block.objects.get().pk)}
    address = url("propose_assignments", world)
    page = as_(client, world, "giang").get(address, asked).content.decode()
    digest = page.split('name="digest" value="')[1].split('"')[0]
    assert client.post(address, asked | {"digest": digest}).status_code == 302
    rows = Assignment.objects.select_related("criterion", "member__body", "block")
    assert {(row.criterion.code, row.member.body, row.block) for row in rows} == {
        ("2.1", justice, Block.objects.get()),
        ("2.2", justice, Block.objects.get()),
    }
    assert client.get(address, {"body": "x", "block": "99", "code": "nope"}).status_code == 422


@pytest.mark.parametrize(("name", "status"), [("chi", 403), ("ha", 403), ("an", 403), ("son", 404)])
def test_nobody_else_proposes(client: Client, world: World, name: str, status: int) -> None:
    assert as_(client, world, name).get(url("propose_assignments", world)).status_code == status
    assert client.post(url("propose_assignments", world), {"digest": "x"}).status_code == status


# ---- one member ---------------------------------------------------------------------------------


def test_a_member_is_given_criteria_by_scope_and_they_are_taken_back(client: Client, world: World) -> None:
    second = Block.objects.create(round=world.round, name="Khối hai", edition=world.edition)
    seat = seat_of(world.cast.chi)
    Assignment.objects.all().delete()
    address = url("assign", world, seat.pk)
    as_(client, world, "khanh")
    assert client.post(address, {"codes": ["1"]}).status_code == 302
    assert client.post(address, {"codes": ["2.1"], "scope": str(second.pk)}).status_code == 302
    given = {"codes": ["2.2"], "scope": "units", "units": [world.cast.north.pk, world.cast.south.pk]}
    assert client.post(address, given).status_code == 302
    page = text_of(client, address)
    for words in ("Tất cả đơn vị</strong>: 1 ", "Khối hai</strong>: 2.1 ", "Xã Bắc</strong>: 2.2 "):
        assert words in page
    assert 'value="1" checked' in page
    assert 'value="2.1" checked' not in page
    assert 'value="2.1" checked' in text_of(client, f"{address}?scope={second.pk}")
    back = url("take_back", world, seat.pk)
    assert client.get(back).status_code == 405
    assert client.post(back, {"unit": world.cast.north.pk}).status_code == 302
    assert client.post(back, {"block": second.pk}).status_code == 302
    left = Assignment.objects.values_list("criterion__code", "unit__code")
    assert sorted(left, key=str) == [("1.1", None), ("1.2", None), ("2.2", "02")]
    again = client.post(back, {"block": second.pk}, follow=True).content.decode()
    assert "đã được thu hồi" in again


@pytest.mark.parametrize(
    "given",
    [
        {"codes": ["1"], "scope": "nope"},
        {"codes": ["1"], "scope": "99999"},
        {"codes": ["1"], "scope": "units"},
        {"codes": ["1"], "scope": "units", "units": ["99999"]},
        {"codes": ["2.3x"]},
        {"codes": []},
    ],
    ids=["scope", "other block", "no unit", "other unit", "code", "nothing"],
)
def test_crafted_scopes_are_refused(client: Client, world: World, given: dict[str, object]) -> None:
    before = Assignment.objects.count()
    assert as_(client, world, "giang").post(url("assign", world, seat_of(world.cast.chi).pk), given).status_code == 422
    assert Assignment.objects.count() == before


# ---- conflicts -------------------------------------------------------------------------------------


def test_a_member_declares_and_the_coordinator_withdraws(client: Client, world: World) -> None:
    seat = seat_of(world.cast.chi)
    address = url("conflicts", world, seat.pk)
    page = text_of(as_(client, world, "chi"), address)
    assert "Chưa khai đơn vị nào" in page
    given = {"unit": world.cast.north.pk, "reason": "Chồng là Chủ tịch."}
    assert client.post(address, given).status_code == 302
    assert client.post(address, given).status_code == 422  # Xã Bắc is not offered any more
    page = text_of(client, address)
    assert "Chồng là Chủ tịch." in page
    assert "Rút xung đột" not in page
    conflict = Conflict.objects.get()
    withdraw = url("withdraw_conflict", world, seat.pk, conflict.pk)
    assert client.post(withdraw, {"reason": "Nhầm."}).status_code == 403
    assert "Rút xung đột" in text_of(as_(client, world, "giang"), address)
    refused = client.post(withdraw, {"reason": ""}, follow=True).content.decode()
    assert "Chưa ghi lý do rút" in refused
    assert client.post(url("withdraw_conflict", world, seat_of(world.cast.mai).pk, conflict.pk)).status_code == 404
    assert client.post(withdraw, {"reason": "Khai nhầm."}).status_code == 302
    assert not Conflict.objects.exists()
    assert client.post(withdraw, {"reason": "Khai nhầm."}).status_code == 404


@pytest.mark.parametrize(
    ("name", "status"),
    [("chi", 200), ("khanh", 200), ("giang", 200), ("ha", 200), ("dung", 403), ("an", 403), ("son", 404)],
)
def test_who_reads_the_conflicts_of_a_member(client: Client, world: World, name: str, status: int) -> None:
    actions.declare_conflict(seat_of(world.cast.chi), world.cast.chi, AT, unit=world.cast.north, reason="Việc riêng.")
    assert as_(client, world, name).get(url("conflicts", world, seat_of(world.cast.chi).pk)).status_code == status


@pytest.mark.parametrize("name", ["an", "dung", "mai"])
def test_others_do_not_learn_of_a_conflict(client: Client, world: World, name: str) -> None:
    actions.declare_conflict(seat_of(world.cast.chi), world.cast.chi, AT, unit=world.cast.north, reason="Việc riêng.")
    page = text_of(as_(client, world, name), url("panels", world))
    assert "Việc riêng." not in page
    assert "tag-gold" not in page.split("Mã Thị Chi")[1].split("</tr>")[0]


def test_the_leader_does_not_declare_for_an_expert(client: Client, world: World) -> None:
    address = url("conflicts", world, seat_of(world.cast.chi).pk)
    given = {"unit": world.cast.north.pk, "reason": "Họ hàng."}
    assert as_(client, world, "khanh").post(address, given).status_code == 403


# ---- after the decision -------------------------------------------------------------------------------


def test_members_are_added_and_replaced_on_their_pages(client: Client, world: World) -> None:
    newcomer = UserFactory(full_name="Nông Văn Mới")
    amendment = {"number": "9/QĐ-UBND", "day": "20/12/2022", "reason": "Chuyển công tác."}
    given = {"user": newcomer.pk, "position": "expert", "term_until": "31/12/2023", **amendment}
    as_(client, world, "giang")
    assert client.post(url("add_member", world), given).status_code == 302
    assert seat_of(newcomer).term_until == date(2023, 12, 31)
    chi = seat_of(world.cast.chi)
    page = text_of(client, url("hand_over", world, chi.pk))
    assert "6 tiêu chí được giao" in page
    assert client.post(url("hand_over", world, chi.pk), amendment | {"reason": ""}).status_code == 422
    given = amendment | {"successor": newcomer.pk}
    assert client.post(url("hand_over", world, chi.pk), given).status_code == 302
    page = text_of(client, url("panels", world))
    assert "Đã thôi tham gia" in page
    assert "Quyết định số 9/QĐ-UBND ngày 20/12/2022: Chuyển công tác." in page
    assert "nhiệm kỳ đến 31/12/2023" in page
    again = client.post(url("hand_over", world, chi.pk), given)
    assert again.status_code == 422
    assert "đã thôi tham gia" in again.content.decode()


@pytest.mark.parametrize(("name", "status"), [("chi", 403), ("khanh", 403), ("dung", 403), ("an", 403), ("son", 404)])
def test_nobody_else_changes_the_panels(client: Client, world: World, name: str, status: int) -> None:
    as_(client, world, name)
    for address in (url("add_member", world), url("hand_over", world, seat_of(world.cast.chi).pk)):
        assert client.get(address).status_code == status
        assert client.post(address, {}).status_code == status


def test_people_of_judged_units_do_not_take_over(client: Client, world: World) -> None:
    given = {"successor": world.cast.an.pk, "number": "9/QĐ", "day": "20/12/2022", "reason": "Chuyển công tác."}
    as_(client, world, "giang")
    assert client.post(url("hand_over", world, seat_of(world.cast.chi).pk), given).status_code == 422
    assert seat_of(world.cast.chi).left_at is None


def test_who_left_has_no_page_of_the_round_any_more(client: Client, world: World) -> None:
    amendment = Amendment("9/QĐ-UBND", date(2022, 12, 20), "Chuyển công tác.")
    seat = seat_of(world.cast.chi)
    actions.hand_over(seat, world.cast.giang, AT, amendment=amendment)
    as_(client, world, "chi")
    for name in ("panels", "coverage", "judging_rules"):
        assert client.get(url(name, world)).status_code == 404
    assert client.get(reverse("assessments:appraisal", args=[world.round.pk])).status_code == 404


# ---- the judging rules --------------------------------------------------------------------------------------


GIVEN = {
    "independent_codes": ["2.1", "1"],
    "independent_step": "0,25",
    "majority": "half_all",
    "chair_casts": "",
    "large_cut_percent": "40",
}


def test_the_coordinator_sets_the_judging_rules(client: Client) -> None:
    world = play_to("aggregation")
    address = url("judging_rules", world)
    assert as_(client, world, "giang").post(address, GIVEN).status_code == 302
    round = world.round
    assert (round.independent_codes, round.independent_step) == (["1", "2.1"], Decimal("0.25"))
    assert (round.majority, round.chair_casts, round.large_cut_percent) == ("half_all", False, 40)
    page = text_of(client, address)
    assert 'value="2.1" checked' in page
    assert client.post(address, GIVEN).status_code == 422
    assert client.post(address, GIVEN | {"large_cut_percent": "101"}).status_code == 422
    assert client.post(address, GIVEN | {"independent_codes": ["9"]}).status_code == 422
    assert client.post(address, GIVEN | {"independent_step": "0.25"}).status_code == 422


def test_what_is_fixed_stays_as_it_was_whatever_is_posted(client: Client, world: World) -> None:
    address = url("judging_rules", world)
    page = text_of(as_(client, world, "giang"), address)
    assert "Thẩm định đã bắt đầu" in page
    assert client.post(address, GIVEN).status_code == 302
    round = world.round
    assert (round.independent_codes, round.independent_step) == ([], Decimal("0.50"))
    assert round.majority == "half_all"
    Round.objects.update(stage="council")
    assert "cho đến khi hồ sơ trình Hội đồng" in text_of(client, address)
    assert client.post(address, GIVEN | {"majority": "more_for"}).status_code == 422


@pytest.mark.parametrize(
    ("name", "reads", "writes"),
    [("ha", 200, 403), ("khanh", 200, 403), ("chi", 200, 403), ("mai", 200, 403), ("an", 403, 403), ("son", 404, 404)],
)
def test_team_and_council_read_the_judging_rules(
    client: Client, world: World, name: str, reads: int, writes: int
) -> None:
    as_(client, world, name)
    assert client.get(url("judging_rules", world)).status_code == reads
    assert client.post(url("judging_rules", world), GIVEN).status_code == writes


# ---- how many questions, how long -----------------------------------------------------------------------------


def asked(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_pages_ask_the_same_few_questions_however_much_there_is(client: Client, world: World) -> None:
    block, seat = Block.objects.get(), seat_of(world.cast.chi)
    addresses = [
        url("coverage", world),
        url("coverage_node", world, block.pk, "2"),
        url("coverage_node", world, block.pk, "2.1"),
        url("propose_assignments", world),
        url("assign", world, seat.pk),
        url("assign", world, seat.pk) + "?scope=units",
        url("conflicts", world, seat.pk),
        url("panels", world),
    ]
    as_(client, world, "giang")
    before = [asked(client, address) for address in addresses]
    for number in range(3):
        unit = UnitFactory(parent=world.cast.authority)
        Participant.objects.create(round=world.round, block=block, unit=unit)
        user = UserFactory()
        member = PanelMember.objects.create(round=world.round, panel=Panel.TEAM, position=Position.EXPERT, user=user)
        Conflict.objects.create(member=member, unit=unit, reason="Họ hàng.", declared_by=user, declared_at=AT)
        Conflict.objects.create(member=seat, unit=unit, reason="Họ hàng.", declared_by=user, declared_at=AT)
        leaf = Criterion.objects.get(code=("1.1", "1.2", "2.1")[number])
        Assignment.objects.create(member=member, criterion=leaf, unit=unit)
    assert [asked(client, address) for address in addresses] == before
    assert before == [12, 13, 14, 15, 14, 14, 9, 14]


def province(world: World) -> Round:
    """168 units in three blocks, 100 leaves, ten experts with everything assigned unit by unit, two conflicts each."""
    authority = world.cast.authority
    head = Edition.objects.get().text.split("areas:")[0].replace("id: small", "id: big")
    text = (
        head
        + "areas:\n"
        + "".join(
            f"- code: A{area}\n  name: Lĩnh vực {area}\n  max: 10\n  children:\n"
            + "".join(
                f"  - {{code: A{area}.{leaf}, name: Tiêu chí {leaf}, max: 1, rule: {{kind: levels, levels: [{{name: Có,"
                " points: 1}, {name: Không, points: 0}]}}\n"
                for leaf in range(10)
            )
            for area in range(10)
        )
    )
    big = import_edition(authority, world.cast.giang, AT, text=text)
    round = Round.objects.create(
        authority=authority, coordinator=world.cast.office, name="Tỉnh", year=2023, created_at=AT
    )
    blocks = [Block.objects.create(round=round, name=f"Khối {number}", edition=big) for number in range(3)]
    units = [UnitFactory(parent=authority) for _number in range(168)]
    Participant.objects.bulk_create(
        Participant(round=round, block=blocks[place % 3], unit=unit) for place, unit in enumerate(units)
    )
    leaves = list(Criterion.objects.filter(edition=big, is_leaf=True))
    assert len(leaves) == 100
    for number in range(10):
        user = UserFactory()
        seat = PanelMember.objects.create(round=round, panel=Panel.TEAM, position=Position.EXPERT, user=user)
        for unit in units[number * 2 : number * 2 + 2]:
            Conflict.objects.create(member=seat, unit=unit, reason="Họ hàng.", declared_by=user, declared_at=AT)
        Assignment.objects.bulk_create(
            [
                Assignment(member=seat, criterion=leaf, unit=unit)
                for leaf in leaves[number * 10 : number * 10 + 10]
                for unit in units
            ],
            batch_size=1000,
        )
    return round


def test_a_province_is_counted_in_a_moment(world: World) -> None:
    """168 units × 100 leaves, 16,800 single assignments: the worst that the rows can be."""
    round = province(world)
    giang = User.objects.get(pk=world.cast.giang.pk)
    coverage_page(round, giang)
    with CaptureQueriesContext(connection) as queries:
        start = process_time()
        page = coverage_page(round, giang)
        took = process_time() - start
    assert len(queries) == 7
    assert page.gaps == 100
    assert took < 0.3  # about 0.06 s where it was written; captured queries and a loaded machine need room
    start = process_time()
    proposal = propose(coverage_of(round), Wish())
    assert process_time() - start < 0.6
    assert not proposal.left

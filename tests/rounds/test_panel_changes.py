"""Council and team after their decision: who is added, who leaves, who takes over; conflicts; the judging rules."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from chiso.assessments.actions import appraisal, stages
from chiso.assessments.models import Appraisal, Entry
from chiso.audit.models import AuditEntry
from chiso.common.refusals import RuleViolation
from chiso.indexsets.answers import Answer
from chiso.notices.models import Notice
from chiso.organizations.models import Unit, User
from chiso.rounds import actions, policy
from chiso.rounds.actions import Amendment, JudgingRules
from chiso.rounds.choices import MajorityRule, Panel, Position
from chiso.rounds.coverage import coverage_of
from chiso.rounds.models import Assignment, Conflict, PanelMember, Round
from chiso.rounds.proposing import Wish, propose
from tests.factories import MembershipFactory, UserFactory
from tests.world import World, moment, play_to

pytestmark = pytest.mark.django_db
AT = moment("20/12/2022 09:00")
AMENDMENT = Amendment("9/QĐ-UBND", date(2022, 12, 20), "Chuyển công tác.")


def seat_of(user: User) -> PanelMember:
    return PanelMember.objects.select_related("round", "user", "body").get(user=user)


def codes_of(seat: PanelMember) -> list[str]:
    return sorted(Assignment.objects.filter(member=seat).values_list("criterion__code", flat=True))


def leave(world: World, user: User, successor: User | None = None, **change: Any) -> PanelMember | None:
    return actions.hand_over(seat_of(user), world.cast.giang, AT, amendment=AMENDMENT, successor=successor, **change)


# ---- added, left ---------------------------------------------------------------------------


def test_a_member_is_added_after_the_decision_by_a_named_one() -> None:
    world = play_to("appraisal")
    newcomer = UserFactory(full_name="Nông Văn Mới")
    seat = actions.add_member(
        world.round,
        world.cast.giang,
        AT,
        amendment=AMENDMENT,
        user=newcomer,
        panel=Panel.TEAM,
        position=Position.EXPERT,
    )
    assert policy.seat(newcomer, world.round, Panel.TEAM) == seat
    entry = AuditEntry.objects.get(code="panel.add")
    assert entry.reason == "Chuyển công tác."
    assert entry.changes["decision"] == [None, "9/QĐ-UBND"]
    assert {notice.recipient for notice in Notice.objects.filter(text__contains="Nông Văn Mới")} == {
        newcomer,
        world.cast.ha,
    }


@pytest.mark.parametrize(
    ("amendment", "words"),
    [
        (Amendment("9/QĐ", date(2022, 12, 20), "  "), "lý do"),
        (Amendment("9/QĐ", date(2022, 11, 1), "Đúng."), "trước ngày thành lập"),
    ],
    ids=["no reason", "before the decision"],
)
def test_an_amendment_has_a_reason_and_comes_after_the_decision(amendment: Amendment, words: str) -> None:
    world = play_to("appraisal")
    with pytest.raises(RuleViolation, match=words):
        actions.add_member(
            world.round,
            world.cast.giang,
            AT,
            amendment=amendment,
            user=UserFactory(),
            panel=Panel.TEAM,
            position=Position.EXPERT,
        )


def test_a_draft_list_is_not_amended_and_a_published_round_neither() -> None:
    world = play_to("preparation")
    for change, words in (({"panels_decision": ""}, "chưa thành lập"), ({"stage": "published"}, "đã công bố")):
        Round.objects.update(**change)
        with pytest.raises(RuleViolation, match=words):
            leave(world, world.cast.chi)
        Round.objects.update(panels_decision="3/QĐ-UBND")


def test_the_leaves_go_to_a_new_successor_and_what_was_judged_stays() -> None:
    world = play_to("appraisal")
    chi, newcomer = world.cast.chi, UserFactory(full_name="Nông Văn Mới")
    entry = world.entry(world.cast.north, "2.1")
    appraisal.appraise_entry(entry, chi, AT, version=0, answer=Answer(entry.facts))
    before = codes_of(seat_of(chi))
    seat = leave(world, chi, newcomer)
    assert seat is not None
    assert codes_of(seat) == before
    assert codes_of(seat_of(chi)) == []
    assert Appraisal.objects.get().appraised_by == chi
    left = seat_of(chi)
    assert left.left_at == AT
    assert left.left_reason == "Quyết định số 9/QĐ-UBND ngày 20/12/2022: Chuyển công tác."
    gone = User.objects.get(pk=chi.pk)
    with pytest.raises(PermissionDenied):
        appraisal.appraise_entry(
            world.entry(world.cast.south, "2.1"), gone, AT, version=0, answer=Answer({"numerator": "1"})
        )
    other = world.entry(world.cast.south, "2.1")
    appraisal.appraise_entry(other, newcomer, AT, version=0, answer=Answer(other.facts))


def test_the_scopes_of_the_leaves_are_kept_and_doubles_fall_together() -> None:
    world = play_to("appraisal")
    chi, khanh = seat_of(world.cast.chi), seat_of(world.cast.khanh)
    Assignment.objects.all().delete()
    actions.assign_in_units(chi, world.cast.giang, AT, codes=["2"], units=[world.cast.north])
    actions.assign_criteria(chi, world.cast.giang, AT, codes=["1"])
    actions.assign_criteria(khanh, world.cast.giang, AT, codes=["1.1"])
    leave(world, world.cast.chi, world.cast.khanh)
    rows = Assignment.objects.filter(member=khanh).values_list("criterion__code", "unit__code")
    assert sorted(rows, key=str) == [("1.1", None), ("1.2", None), ("2.1", "01"), ("2.2", "01"), ("2.3", "01")]


def test_without_a_successor_the_leaves_are_free_again() -> None:
    world = play_to("aggregation")
    leave(world, world.cast.chi)
    assert not Assignment.objects.exists()
    with pytest.raises(RuleViolation, match="Chưa đủ người thẩm định"):
        stages.start_appraisal(world.round, world.cast.giang, AT)


@pytest.mark.parametrize("name", ["dung", "khanh"])
def test_a_head_does_not_leave_without_a_successor(name: str) -> None:
    world = play_to("appraisal")
    with pytest.raises(RuleViolation, match="phải có người thay"):
        leave(world, world.cast.everyone()[name])


def test_a_member_becomes_the_head() -> None:
    world = play_to("council")
    seat = leave(world, world.cast.dung, world.cast.lan)
    assert seat == seat_of(world.cast.lan)
    assert seat.position == Position.CHAIR
    chairs = PanelMember.objects.filter(position=Position.CHAIR)
    assert {one.user: one.left_at for one in chairs} == {world.cast.dung: AT, world.cast.lan: None}


def test_a_new_head_comes_in_and_the_old_one_keeps_the_seat_in_the_books() -> None:
    world = play_to("appraisal")
    leader = UserFactory()
    leave(world, world.cast.khanh, leader)
    assert policy.can_lead_team(leader, world.round)
    assert not policy.can_lead_team(User.objects.get(pk=world.cast.khanh.pk), world.round)


def test_nobody_leaves_twice_or_is_replaced_by_oneself() -> None:
    world = play_to("appraisal")
    with pytest.raises(RuleViolation, match="người khác"):
        leave(world, world.cast.chi, world.cast.chi)
    leave(world, world.cast.chi)
    with pytest.raises(RuleViolation, match="đã thôi tham gia"):
        leave(world, world.cast.chi)
    with pytest.raises(RuleViolation, match="đã thôi tham gia"):
        actions.assign_criteria(seat_of(world.cast.chi), world.cast.giang, AT, codes=["1"])


def test_who_left_may_come_back_to_the_seat() -> None:
    world = play_to("appraisal")
    leave(world, world.cast.chi)
    seat = actions.add_member(
        world.round,
        world.cast.ha,
        AT,
        amendment=AMENDMENT,
        user=world.cast.chi,
        panel=Panel.TEAM,
        position=Position.EXPERT,
    )
    assert (seat, seat.left_at) == (seat_of(world.cast.chi), None)
    with pytest.raises(RuleViolation, match="đã có trong danh sách"):
        actions.add_member(
            world.round,
            world.cast.ha,
            AT,
            amendment=AMENDMENT,
            user=world.cast.chi,
            panel=Panel.TEAM,
            position=Position.EXPERT,
        )


def test_the_body_is_where_the_person_works_and_an_office_has_one_head() -> None:
    world = play_to("appraisal")
    justice = Unit.objects.get(code="TP")
    assert seat_of(world.cast.chi).body == justice
    assert seat_of(world.cast.dung).body is None
    head, other = UserFactory(), UserFactory()
    MembershipFactory(user=head, unit=justice, role="observer")

    def add(user: User, body: Unit | None) -> PanelMember:
        return actions.add_member(
            world.round,
            world.cast.giang,
            AT,
            amendment=AMENDMENT,
            user=user,
            panel=Panel.TEAM,
            position=Position.OFFICE_HEAD,
            body=body,
        )

    assert add(head, None).body == justice
    with pytest.raises(RuleViolation, match="Phòng Tư pháp đã có thủ trưởng"):
        add(other, justice)
    with pytest.raises(RuleViolation, match="phải có cơ quan công tác"):
        add(other, None)


@pytest.mark.parametrize("name", ["an", "chi", "khanh", "dung", "son"])
def test_only_those_who_run_the_round_amend(name: str) -> None:
    world = play_to("appraisal")
    with pytest.raises(PermissionDenied):
        actions.hand_over(seat_of(world.cast.mai), world.cast.everyone()[name], AT, amendment=AMENDMENT)


# ---- assignments in scopes ------------------------------------------------------------------------


def test_a_block_is_assigned_exactly_and_leaves_the_rest_alone() -> None:
    world = play_to("preparation")
    seat, block = seat_of(world.cast.khanh), world.round.blocks.get()
    actions.assign_criteria(seat, world.cast.giang, AT, codes=["1"])
    actions.assign_criteria(seat, world.cast.giang, AT, codes=["2.1"], block=block)
    actions.assign_criteria(seat, world.cast.giang, AT, codes=["2.2"], block=block)
    rows = Assignment.objects.filter(member=seat).values_list("criterion__code", "block")
    assert sorted(rows, key=str) == [("1.1", None), ("1.2", None), ("2.2", block.pk)]
    actions.take_back(seat, world.cast.giang, AT, block=block)
    assert codes_of(seat) == ["1.1", "1.2"]
    with pytest.raises(RuleViolation, match="đã được thu hồi"):
        actions.take_back(seat, world.cast.giang, AT, block=block)


def test_single_units_are_added_never_where_one_is_barred_or_nobody_is_judged() -> None:
    world = play_to("preparation")
    seat = seat_of(world.cast.khanh)
    actions.assign_in_units(seat, world.cast.giang, AT, codes=["1.1"], units=[world.cast.north])
    actions.assign_in_units(seat, world.cast.giang, AT, codes=["1.2"], units=[world.cast.north])
    assert codes_of(seat) == ["1.1", "1.2"]
    with pytest.raises(RuleViolation, match="được đánh giá trong đợt này"):
        actions.assign_in_units(seat, world.cast.giang, AT, codes=["1.1"], units=[world.cast.office])
    with pytest.raises(RuleViolation, match="Không có tiêu chí"):
        actions.assign_in_units(seat, world.cast.giang, AT, codes=["9"], units=[world.cast.north])
    actions.declare_conflict(seat, world.cast.giang, AT, unit=world.cast.north, reason="Họ hàng.")
    with pytest.raises(RuleViolation, match="không được thẩm định: Xã Bắc"):
        actions.assign_in_units(
            seat_of(world.cast.khanh), world.cast.giang, AT, codes=["1.1"], units=[world.cast.north]
        )


def test_once_the_council_has_it_nothing_is_assigned() -> None:
    world = play_to("council")
    with pytest.raises(RuleViolation, match="Thẩm định đã kết thúc"):
        actions.assign_criteria(seat_of(world.cast.chi), world.cast.giang, AT, codes=["1"])


def test_the_proposal_that_was_looked_at_is_written_and_no_other() -> None:
    world = play_to("preparation")
    Assignment.objects.all().delete()
    proposal = propose(coverage_of(world.round), Wish())
    rows = actions.assign_proposed(world.round, world.cast.khanh, AT, wish=Wish(), digest=proposal.digest)
    assert rows == list(proposal.rows)
    assert not coverage_of(world.round).gaps()
    with pytest.raises(RuleViolation, match="Không còn tiêu chí nào"):
        actions.assign_proposed(world.round, world.cast.khanh, AT, wish=Wish(), digest=proposal.digest)
    Assignment.objects.filter(criterion__code="2.1").delete()
    with pytest.raises(RuleViolation, match="vừa thay đổi"):
        actions.assign_proposed(world.round, world.cast.khanh, AT, wish=Wish(), digest=proposal.digest)


# ---- conflicts --------------------------------------------------------------------------------------


def test_a_declared_conflict_makes_a_hole_that_stops_the_hand_over() -> None:
    world = play_to("aggregation")
    chi = world.cast.chi
    actions.declare_conflict(seat_of(chi), chi, AT, unit=world.cast.north, reason="Chồng là Chủ tịch xã.")
    gaps = coverage_of(world.round).gaps()
    assert {leaf.node.code for leaf, _units in gaps} == {"1.1", "1.2", "2.1", "2.2", "B.1", "P.1"}
    with pytest.raises(RuleViolation, match=r"2\.1 \(Xã Bắc\)"):
        stages.start_appraisal(world.round, world.cast.giang, AT)
    assert {notice.recipient for notice in Notice.objects.filter(text__contains="xung đột")} == {
        world.cast.giang,
        world.cast.khanh,
    }
    entry = AuditEntry.objects.get(code="conflict.declare")
    assert (entry.reason, entry.changes) == ("Chồng là Chủ tịch xã.", {"unit": [None, "Xã Bắc"]})


def test_from_then_on_the_member_may_not_judge_and_what_was_judged_stays() -> None:
    world = play_to("appraisal")
    chi = world.cast.chi
    first = world.entry(world.cast.north, "1.1")
    appraisal.appraise_entry(first, chi, AT, version=0, answer=Answer(first.facts))
    actions.declare_conflict(seat_of(chi), chi, AT, unit=world.cast.north, reason="Chồng là Chủ tịch xã.")
    with pytest.raises(PermissionDenied):
        appraisal.appraise_entry(first, chi, AT, version=1, answer=Answer(first.facts))
    assert Appraisal.objects.get().appraised_by == chi
    rest = list(Entry.objects.filter(dossier__unit=world.cast.north).select_related("dossier__round", "dossier__unit"))
    with pytest.raises(PermissionDenied):
        appraisal.appraise_entry(rest[1], User.objects.get(pk=chi.pk), AT, version=0, answer=Answer(rest[1].facts))


def test_a_conflict_is_declared_once_with_a_unit_of_the_round_and_a_reason() -> None:
    world = play_to("appraisal")
    chi, seat = world.cast.chi, seat_of(world.cast.chi)
    for unit, reason, words in (
        (world.cast.north, " ", "Chưa ghi lý do"),
        (world.cast.office, "Họ hàng.", "không được đánh giá"),
    ):
        with pytest.raises(RuleViolation, match=words):
            actions.declare_conflict(seat, chi, AT, unit=unit, reason=reason)
    actions.declare_conflict(seat, chi, AT, unit=world.cast.north, reason="Họ hàng.")
    with pytest.raises(RuleViolation, match="đã khai"):
        actions.declare_conflict(seat, chi, AT, unit=world.cast.north, reason="Họ hàng.")


def test_only_the_coordinator_withdraws_and_never_for_oneself() -> None:
    world = play_to("appraisal")
    people = world.cast
    conflict = actions.declare_conflict(seat_of(people.chi), people.chi, AT, unit=people.north, reason="Họ hàng.")
    for name in ("chi", "khanh", "ha", "an"):
        with pytest.raises(PermissionDenied):
            actions.withdraw_conflict(conflict, people.everyone()[name], AT, reason="Nhầm.")
    with pytest.raises(RuleViolation, match="lý do"):
        actions.withdraw_conflict(conflict, people.giang, AT, reason=" ")
    actions.withdraw_conflict(conflict, people.giang, AT, reason="Khai nhầm xã.")
    assert not Conflict.objects.exists()
    with pytest.raises(RuleViolation, match="đã được rút"):
        actions.withdraw_conflict(conflict, people.giang, AT, reason="Khai nhầm xã.")
    assert AuditEntry.objects.get(code="conflict.withdraw").changes["declared"] == ["Họ hàng.", None]
    seat = PanelMember.objects.create(
        round=world.round, panel=Panel.COUNCIL, position=Position.MEMBER, user=people.giang
    )
    own = actions.declare_conflict(seat, people.giang, AT, unit=people.north, reason="Họ hàng.")
    with pytest.raises(PermissionDenied):
        actions.withdraw_conflict(own, people.giang, AT, reason="Thôi.")


def test_nobody_declares_for_another_but_the_coordinator() -> None:
    world = play_to("appraisal")
    for name in ("khanh", "ha", "an", "dung", "son"):
        with pytest.raises(PermissionDenied):
            actions.declare_conflict(
                seat_of(world.cast.chi), world.cast.everyone()[name], AT, unit=world.cast.north, reason="Họ hàng."
            )
    actions.declare_conflict(
        seat_of(world.cast.chi), world.cast.giang, AT, unit=world.cast.north, reason="Có đơn phản ánh."
    )


def test_a_published_round_changes_no_conflict() -> None:
    world = play_to("published")
    with pytest.raises(RuleViolation, match="đã công bố"):
        actions.declare_conflict(seat_of(world.cast.chi), world.cast.chi, AT, unit=world.cast.north, reason="Họ hàng.")


# ---- the judging rules ---------------------------------------------------------------------------------


def rules(**change: Any) -> JudgingRules:
    given: dict[str, Any] = {
        "independent_codes": [],
        "independent_step": Decimal("0.5"),
        "majority": MajorityRule.MORE_FOR,
        "chair_casts": True,
        "large_cut_percent": 50,
    }
    return JudgingRules(**given | change)


def test_the_coordinator_says_how_team_and_council_judge() -> None:
    world = play_to("aggregation")
    given = rules(independent_codes=["2.1", "1"], majority=MajorityRule.HALF_ALL, chair_casts=False)
    actions.set_judging_rules(world.round, world.cast.giang, AT, rules=given)
    round = world.round
    assert (round.independent_codes, round.majority, round.chair_casts) == (["1", "2.1"], "half_all", False)
    assert set(AuditEntry.objects.get(code="round.set_judging_rules").changes) == {
        "independent_codes",
        "majority",
        "chair_casts",
    }
    with pytest.raises(RuleViolation, match="không có gì thay đổi"):
        actions.set_judging_rules(world.round, world.cast.giang, AT, rules=given)


def test_two_are_needed_where_two_judge_independently() -> None:
    world = play_to("aggregation")
    actions.set_judging_rules(world.round, world.cast.giang, AT, rules=rules(independent_codes=["2.1"]))
    with pytest.raises(RuleViolation, match=r"2\.1 cần hai người \(Xã Bắc, Xã Nam\)\."):
        stages.start_appraisal(world.round, world.cast.giang, AT)
    actions.assign_criteria(seat_of(world.cast.khanh), world.cast.giang, AT, codes=["2.1"])
    stages.start_appraisal(world.round, world.cast.giang, AT)


@pytest.mark.parametrize(
    ("stage", "change", "words"),
    [
        ("appraisal", {"independent_codes": ["2.1"]}, "Thẩm định đã bắt đầu"),
        ("appraisal", {"independent_step": Decimal(1)}, "Thẩm định đã bắt đầu"),
        ("council", {"chair_casts": False}, "đã trình Hội đồng"),
        ("council", {"large_cut_percent": 20}, "đã trình Hội đồng"),
        ("aggregation", {"independent_codes": ["9.9"]}, r"không có tiêu chí: 9\.9"),
        ("aggregation", {"independent_step": Decimal(-1)}, "chênh lệch"),
        ("aggregation", {"large_cut_percent": 0}, "1 đến 100"),
        ("aggregation", {"majority": "all"}, "đa số"),
    ],
    ids=["codes late", "step late", "casting late", "cut late", "unknown code", "step", "percent", "majority"],
)
def test_rules_are_sensible_and_fixed_in_time(stage: str, change: dict[str, Any], words: str) -> None:
    world = play_to(stage)
    with pytest.raises(RuleViolation, match=words):
        actions.set_judging_rules(world.round, world.cast.giang, AT, rules=rules(**change))


def test_the_councils_rules_are_open_while_the_team_judges() -> None:
    world = play_to("appraisal")
    actions.set_judging_rules(world.round, world.cast.giang, AT, rules=rules(majority=MajorityRule.HALF_PRESENT))
    assert world.round.majority == MajorityRule.HALF_PRESENT

from datetime import date

import pytest

from chiso.assessments.actions import stages
from chiso.common.refusals import RuleViolation
from chiso.indexsets.models import Edition
from chiso.organizations.choices import Role
from chiso.organizations.models import Unit
from chiso.rounds import actions
from chiso.rounds.choices import BodyKind, DeadlineKind, Panel, Position, StageKey
from chiso.rounds.models import Assignment, PanelMember, PlanTask, Round, Stage, TaskBody
from chiso.rounds.plan_file import PlanErrors, read_plan
from tests import cast
from tests.factories import MembershipFactory, UserFactory
from tests.world import DATA, World, moment, play_to

pytestmark = pytest.mark.django_db
AT = moment("14/11/2022 09:00")
PLAN = (DATA / "small_plan.yaml").read_text(encoding="utf-8")


@pytest.fixture
def new() -> World:
    """The cast, and a round fresh from its plan."""
    world = World(cast.engage())
    people = world.cast
    actions.create_round(people.authority, people.giang, AT, coordinator=people.office, plan=read_plan(PLAN))
    return world


def test_plan_is_kept_as_printed_with_exact_moments(new: World) -> None:
    tasks = {task.code: task for task in PlanTask.objects.all()}
    assert tasks["3.1"].deadline_text == "Trước 15/12/2022"
    assert tasks["3.1"].ends_at == moment("15/12/2022 00:00")
    assert tasks["3.7"].ends_at == moment("16/01/2023 00:00")
    assert (tasks["3"].deadline_kind, tasks["3"].ends_at) == (DeadlineKind.GROUP, None)
    assert (tasks["4.2"].starts_on, tasks["4.2"].ends_on) == (date(2022, 12, 1), date(2023, 1, 31))
    assert tasks["1"].bodies.get().unit == new.cast.office
    closes = dict(Stage.objects.values_list("key", "closes_at"))
    assert closes[StageKey.SELF_ASSESSMENT] == moment("15/12/2022 00:00")
    assert closes[StageKey.SUPPLEMENT] is None


def test_same_plan_twice_is_refused(new: World) -> None:
    with pytest.raises(RuleViolation, match="đã có"):
        actions.create_round(new.cast.authority, new.cast.giang, AT, coordinator=new.cast.office, plan=read_plan(PLAN))


def test_plan_may_say_that_the_day_itself_counts() -> None:
    people = cast.engage()
    actions.create_round(
        people.authority, people.giang, AT, coordinator=people.office, plan=read_plan(PLAN), before_counts_day=True
    )
    assert PlanTask.objects.get(code="3.1").ends_at == moment("16/12/2022 00:00")


def test_broken_plan_tells_every_fault_with_its_row() -> None:
    text = """
plan: {year: 2022}
tasks:
  - {code: "1", title: A, deadline: {kind: before, date: mai}}
  - {code: "2", deadline: {kind: before, date: 2022-11-28}}
  - {code: "3", title: C, deadline: {kind: sometime}}
  - {code: "3", title: D, deadline: {kind: group}}
  - {code: "3", title: E, deadline: {kind: group}}
"""
    with pytest.raises(PlanErrors) as faults:
        read_plan(text)
    told = "\n".join(faults.value.problems)
    for part in ("Dòng 1", "mai", "Dòng 2", "title", "Dòng 3", "sometime", "Số thứ tự 3 lặp lại", "plan.name"):
        assert part in told


@pytest.mark.parametrize("text", ["- a", "x: [", "plan: {}\ntasks: 3"])
def test_what_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(PlanErrors):
        read_plan(text)


def test_opening_names_everything_that_is_missing(new: World) -> None:
    with pytest.raises(RuleViolation) as refusal:
        stages.open_self_assessment(new.round, new.cast.giang, AT)
    for part in ("Kế hoạch chưa ban hành", "chưa có khối", "chưa thành lập"):
        assert part in str(refusal.value)


def test_round_does_not_open_under_a_set_that_is_not_issued() -> None:
    world = play_to("preparation")
    Edition.objects.update(state="draft")
    with pytest.raises(RuleViolation, match="“Bộ chỉ số thử” chưa ban hành"):
        stages.open_self_assessment(world.round, world.cast.giang, AT)


def test_panels_need_their_heads_and_are_set_up_once(new: World) -> None:
    people = new.cast
    actions.appoint_member(new.round, people.giang, AT, user=people.dung, panel=Panel.COUNCIL, position=Position.CHAIR)
    with pytest.raises(RuleViolation, match="Tổ trưởng"):
        actions.establish_panels(new.round, people.ha, AT, number="3/QĐ", day=date(2022, 11, 25))
    actions.appoint_member(new.round, people.giang, AT, user=people.khanh, panel=Panel.TEAM, position=Position.LEADER)
    with pytest.raises(RuleViolation, match="đã có trong danh sách"):
        actions.appoint_member(
            new.round, people.giang, AT, user=people.khanh, panel=Panel.TEAM, position=Position.EXPERT
        )
    actions.establish_panels(new.round, people.ha, AT, number="3/QĐ", day=date(2022, 11, 25))
    with pytest.raises(RuleViolation, match="Đã thành lập"):
        actions.establish_panels(new.round, people.ha, AT, number="4/QĐ", day=date(2022, 11, 25))
    with pytest.raises(RuleViolation, match="đã thành lập"):
        actions.appoint_member(new.round, people.giang, AT, user=people.chi, panel=Panel.TEAM, position=Position.EXPERT)


def test_assignment_covers_the_leaves_under_a_node() -> None:
    world = play_to("preparation")
    member = PanelMember.objects.select_related("round").get(user=world.cast.khanh)
    actions.assign_criteria(member, world.cast.giang, AT, codes=["2"])
    codes = Assignment.objects.filter(member=member).values_list("criterion__code", flat=True)
    assert sorted(codes) == ["2.1", "2.2", "2.3"]
    actions.assign_criteria(member, world.cast.giang, AT, codes=["2.1"])
    with pytest.raises(RuleViolation, match="Không có tiêu chí nào"):
        actions.assign_criteria(member, world.cast.giang, AT, codes=["9"])
    chair = PanelMember.objects.select_related("round").get(user=world.cast.dung)
    with pytest.raises(RuleViolation, match="Tổ Chuyên viên"):
        actions.assign_criteria(chair, world.cast.giang, AT, codes=["2"])


def test_nothing_is_handed_over_while_a_leaf_has_no_appraiser() -> None:
    world = play_to("aggregation")
    Assignment.objects.filter(criterion__code__in=["2.1", "B.1"]).delete()
    with pytest.raises(RuleViolation, match=r"2\.1 \(Xã Bắc, Xã Nam\); B\.1 \(Xã Bắc\)"):
        stages.start_appraisal(world.round, world.cast.giang, moment("19/12/2022 08:00"))


def test_blocks_are_fixed_once_the_round_is_open() -> None:
    world = play_to("self_assessment")
    with pytest.raises(RuleViolation, match="đã qua bước chuẩn bị"):
        actions.add_block(
            world.round, world.cast.giang, AT, name="Khối khác", edition=world.edition, units=[world.cast.south]
        )


def test_rounds_are_seen_by_those_who_take_part() -> None:
    people = play_to("self_assessment").cast
    seen = {name for name, user in people.everyone().items() if Round.objects.visible_to(user).exists()}
    assert seen == set(people.everyone()) - {"son"}


def test_round_is_seen_by_the_bodies_its_issued_plan_names(new: World) -> None:
    """Phòng Tư pháp leads a row, and nobody of it judges or is judged."""
    official, justice = UserFactory(email="tu-phap@chiso.example"), Unit.objects.get(code="TP")
    MembershipFactory(user=official, unit=justice, role=Role.OBSERVER)
    TaskBody.objects.filter(task__code="4.2").update(kind=BodyKind.UNIT, unit=justice)
    assert not Round.objects.visible_to(official).exists()
    actions.issue_plan(new.round.plan, new.cast.ha, moment("15/11/2022 10:00"), number="1", day=date(2022, 11, 15))
    assert Round.objects.visible_to(official).get() == new.round


def test_mistaken_member_leaves_the_draft_list_only(new: World) -> None:
    people = new.cast
    member = actions.appoint_member(
        new.round, people.giang, AT, user=people.chi, panel=Panel.TEAM, position=Position.EXPERT
    )
    actions.remove_member(member, people.giang, AT)
    assert not PanelMember.objects.exists()
    world = play_to_established(new)
    seat = PanelMember.objects.select_related("round", "user").get(user=people.khanh)
    with pytest.raises(RuleViolation, match="không đổi danh sách"):
        actions.remove_member(seat, people.giang, AT)
    assert world.round.panel_members.count() == 2


def play_to_established(new: World) -> World:
    people = new.cast
    for user, panel, position in (
        (people.dung, Panel.COUNCIL, Position.CHAIR),
        (people.khanh, Panel.TEAM, Position.LEADER),
    ):
        actions.appoint_member(new.round, people.giang, AT, user=user, panel=panel, position=position)
    actions.establish_panels(new.round, people.ha, AT, number="3/QĐ", day=date(2022, 11, 25))
    return new

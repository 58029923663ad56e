"""A round moves to the edition that was issued in place of its own: nothing that units said is lost."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from chiso.assessments.actions import stages
from chiso.assessments.actions.carry_over import carry_over
from chiso.assessments.actions.dossier import return_dossier, save_entry, submit_dossier
from chiso.assessments.carry_plan import plan_of
from chiso.assessments.carrying import Fate
from chiso.assessments.choices import DossierState
from chiso.assessments.entering import StaleEntry
from chiso.assessments.models import CarryOver, Citation, Dossier, Entry
from chiso.assessments.pages import carry_over_page
from chiso.audit.models import AuditEntry
from chiso.common.refusals import RuleViolation
from chiso.indexsets import actions as sets
from chiso.indexsets.answers import Answer
from chiso.indexsets.models import Edition
from chiso.indexsets.reading import index_set_of
from chiso.notices.models import Notice
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Assignment, Block, Round
from chiso.scoring import score_unit
from tests.cast import Cast
from tests.world import NORTH, World, moment, play_to

pytestmark = pytest.mark.django_db

AT = moment("14/12/2022 15:00")
UNTIL = moment("17/12/2022 00:00")
Tree = dict[str, Any]
Change = Callable[[Tree], None]


def leaf(tree: Tree, code: str) -> Tree:
    """A criterion of a plain tree, wherever it stands."""
    for node in tree.get("areas", tree.get("children", [])):
        if node["code"] == code:
            return node
        if found := leaf(node, code) if "children" in node else {}:
            return found
    return {}


def reissue(cast: Cast, edition: Edition, *changes: Change) -> Edition:
    """Issue an edition again with changes, by the actions that people take."""
    draft = sets.start_reissue(edition, cast.giang, moment("14/12/2022 12:00"))
    for change in changes:
        assert draft.draft is not None
        change(draft.draft)
    draft.save()
    return sets.issue_edition(draft, cast.ha, moment("14/12/2022 14:00"), number="9/QĐ-UBND", day=date(2022, 12, 14))


def new_leaf(tree: Tree) -> None:
    """2.2 gives two of its points to a new criterion: 2.2 asks for one thing less."""
    area = leaf(tree, "2")
    area["max"] = "14"
    area["children"].append(
        {
            "code": "2.4",
            "name": "Công khai thủ tục hành chính",
            "max": "2",
            "rule": {"kind": "levels", "levels": [{"name": "Đầy đủ", "points": "2"}, {"name": "Thiếu", "points": "0"}]},
        }
    )


def softer_ratio(tree: Tree) -> None:
    leaf(tree, "1.2")["rule"]["curve"] = {"target": "80"}


def other_question(tree: Tree) -> None:
    leaf(tree, "2.1")["rule"]["numerator"] = "hồ sơ trước hạn"


def without_checklist(tree: Tree) -> None:
    area = leaf(tree, "2")
    area["children"] = [one for one in area["children"] if one["code"] != "2.2"]
    area["max"] = str(int(area["max"]) - 2)


def levels_in_another_order(tree: Tree) -> None:
    leaf(tree, "1.1")["rule"]["levels"].reverse()


def renumbered(tree: Tree) -> None:
    """1.1 becomes 1.2 and 1.2 becomes 1.1: codes alone would mix them up."""
    first, second = leaf(tree, "1.1"), leaf(tree, "1.2")
    first["code"], second["code"] = "1.2", "1.1"


def moved_bonus(tree: Tree) -> None:
    leaf(tree, "B.1")["rule"]["steps"][0]["points"] = "1.5"


ALL = (new_leaf, softer_ratio, other_question, without_checklist, levels_in_another_order, renumbered, moved_bonus)


def block_of(world: World) -> Block:
    return Block.objects.select_related("round__coordinator", "edition__index_set").get()


def dossier(world: World, name: str) -> Dossier:
    return world.dossier(getattr(world.cast, name))


def carried(world: World, *changes: Change) -> CarryOver:
    edition = reissue(world.cast, block_of(world).edition, *changes)
    return carry_over(block_of(world), world.cast.giang, AT, edition=edition, until=UNTIL, reason="Quyết định số 9")


def facts_by_unit() -> dict[str, dict[str, dict[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = {}
    for row in Entry.objects.select_related("dossier__unit"):
        if row.has_answer():
            found.setdefault(row.dossier.unit.name, {})[row.code] = row.all_facts()
    return found


@pytest.mark.parametrize("changes", [(), *((one,) for one in ALL), ALL], ids=lambda changes: str(len(changes)))
def test_every_fact_is_in_an_entry_or_in_the_report(changes: tuple[Change, ...]) -> None:
    world = play_to("submitted")
    before = facts_by_unit()
    papers = set(Citation.objects.values_list("document__sha256", flat=True))
    done = carried(world, *changes)
    after = facts_by_unit()
    pairs = {leaf.old.code: leaf.node.code for leaf in match_of(done) if leaf.old and leaf.new}
    for unit in done.report["units"]:
        told = {row["old"]: row["facts"] for row in unit["rows"]}
        for code, facts in before[unit["name"]].items():
            stands = after.get(unit["name"], {}).get(pairs.get(code, ""))
            assert facts in (stands, told.get(code)), (unit["name"], code)
    kept = {paper["sha256"] for unit in done.report["units"] for row in unit["rows"] for paper in row["papers"]}
    assert papers == kept | set(Citation.objects.values_list("document__sha256", flat=True))


@pytest.mark.parametrize("changes", [(), *((one,) for one in ALL), ALL], ids=lambda changes: str(len(changes)))
def test_scores_are_those_of_the_new_set(changes: tuple[Change, ...]) -> None:
    world = play_to("submitted")
    done = carried(world, *changes)
    index_set = index_set_of(Edition.objects.get(pk=done.new_edition_id))
    leaves = [node.code for node in index_set.leaves]
    for row in Dossier.objects.select_related("unit"):
        entries = {entry.code: entry for entry in row.entries.select_related("criterion")}
        assert sorted(entries) == sorted(leaves)
        facts = {code: entry.all_facts() for code, entry in entries.items() if entry.has_answer()}
        scored = score_unit(index_set, facts, survey_run=False).by_code
        for code, entry in entries.items():
            assert entry.criterion.code == code
            assert entry.criterion.edition_id == done.new_edition_id
            if entry.has_answer():
                assert (entry.score, entry.effective_max) == (scored[code].score, scored[code].effective_max)
            else:
                assert entry.score is None
        unit = next(unit for unit in done.report["units"] if unit["dossier"] == row.pk)
        assert unit["after"] == str(score_unit(index_set, facts, survey_run=False).total)


def match_of(done: CarryOver):
    from chiso.assessments import carrying

    old, new = (Edition.objects.get(pk=pk) for pk in (done.old_edition_id, done.new_edition_id))
    return carrying.match(index_set_of(old), index_set_of(new))


def test_an_unchanged_edition_carries_everything_and_returns_nothing() -> None:
    world = play_to("submitted")
    before = facts_by_unit()
    done = carried(world)
    assert facts_by_unit() == before
    assert [unit["rows"] for unit in done.report["units"]] == [[], []]
    assert set(Dossier.objects.values_list("state", flat=True)) == {DossierState.SUBMITTED}
    entry = world.entry(world.cast.north, "1.1")
    assert entry.saved_at == moment("12/12/2022 21:04")
    assert entry.citations.count() == 1


def test_points_follow_the_new_rule_and_the_report_says_from_what_to_what() -> None:
    world = play_to("submitted")
    done = carried(world, softer_ratio)
    assert world.entry(world.cast.north, "1.2").score == 6
    north, south = done.report["units"]
    assert [(row["new"], row["before"], row["after"]) for row in north["rows"]] == [("1.2", "5.3300", "6.00")]
    assert south["rows"] == []
    assert dossier(world, "north").state == DossierState.SUBMITTED


def test_what_asks_something_else_is_entered_anew_and_the_dossier_goes_back() -> None:
    world = play_to("submitted")
    done = carried(world, other_question)
    entry = world.entry(world.cast.north, "2.1")
    assert (entry.facts, entry.score, entry.version) == ({}, None, 2)
    north = done.report["units"][0]
    assert north["to_enter"] == ["2.1"]
    assert north["rows"][0]["facts"] == NORTH["2.1"]
    assert "hồ sơ trước hạn" in north["rows"][0]["why"]
    returned = dossier(world, "north")
    assert (returned.state, returned.return_until) == (DossierState.RETURNED, UNTIL)
    assert "Quyết định số 9" in returned.return_reason
    notice = Notice.objects.filter(recipient=world.cast.an).latest("pk")
    assert "2.1" in notice.text
    assert "hết 24 giờ ngày 16/12/2022" in notice.text
    # The unit enters, and hands in again.
    facts = {"numerator": "80", "denominator": "100"}
    save_entry(entry, world.cast.an, moment("15/12/2022 08:00"), version=entry.version, answer=Answer(facts))
    submit_dossier(dossier(world, "north"), world.cast.binh, moment("15/12/2022 09:00"))
    assert dossier(world, "north").late_days == 0


def test_a_choice_goes_over_by_its_words_not_by_its_place() -> None:
    world = play_to("submitted")
    carried(world, levels_in_another_order)
    entry = world.entry(world.cast.north, "1.1")
    assert (entry.facts, entry.score) == ({"level": "3"}, 2)
    assert world.entry(world.cast.south, "1.1").facts == {"level": "2"}


def test_a_choice_that_is_gone_is_chosen_anew_by_those_who_chose_it() -> None:
    def without_late(tree: Tree) -> None:
        del leaf(tree, "1.1")["rule"]["levels"][1]

    world = play_to("submitted")
    done = carried(world, without_late)
    north, south = done.report["units"]
    assert (north["to_enter"], south["to_enter"]) == ([], ["1.1"])
    assert dossier(world, "north").state == DossierState.SUBMITTED
    assert dossier(world, "south").state == DossierState.RETURNED
    assert "Chậm" in south["rows"][0]["why"]


def test_a_renumbered_leaf_keeps_its_facts_and_documents() -> None:
    world = play_to("submitted")
    carried(world, renumbered)
    assert world.entry(world.cast.north, "1.2").facts == NORTH["1.1"]
    assert world.entry(world.cast.north, "1.1").facts == NORTH["1.2"]
    assert Citation.objects.get().entry.code == "1.2"


def test_a_leaf_that_is_gone_is_kept_in_the_report_with_its_documents() -> None:
    def without_plan(tree: Tree) -> None:
        area = leaf(tree, "1")
        area["children"] = area["children"][1:]
        area["max"] = "6"

    world = play_to("submitted")
    Entry.objects.filter(code="1.1").update(note="Ban hành ngày 05/01")
    done = carried(world, without_plan)
    row = done.report["units"][0]["rows"][0]
    assert (row["old"], row["new"], row["facts"], row["note"]) == ("1.1", "", {"level": "1"}, "Ban hành ngày 05/01")
    assert [(paper["name"], paper["place"]) for paper in row["papers"]] == [("Kế hoạch.pdf", "trang 1")]
    assert world.cast.north.documents.count() == 1
    assert dossier(world, "north").state == DossierState.SUBMITTED


@pytest.mark.parametrize("new_claim", [{"policy": "reduce_max", "when": "Không có nhiệm vụ nào"}, None])
def test_not_applicable_is_claimed_anew_where_the_new_set_allows_it_otherwise(new_claim: dict[str, str] | None) -> None:
    def change(tree: Tree) -> None:
        claim = leaf(tree, "1.2").pop("not_applicable")
        assert claim["when"] == "Không được giao nhiệm vụ"
        if new_claim:
            leaf(tree, "1.2")["not_applicable"] = new_claim

    world = play_to("submitted")
    done = carried(world, change)
    entry = world.entry(world.cast.south, "1.2")
    assert (entry.not_applicable, entry.reason) == (False, "")
    row = done.report["units"][1]["rows"][0]
    assert (row["reason"], row["facts"]) == ("Không được giao nhiệm vụ.", {"not_applicable": "yes"})
    assert dossier(world, "south").state == DossierState.RETURNED


def test_a_lower_self_score_is_given_anew_where_it_would_now_be_higher() -> None:
    world = play_to("submitted")
    Entry.objects.filter(code="1.1", dossier__unit=world.cast.north).update(decided="1.5", score="1.5", reason="Trễ")
    done = carried(world, lambda tree: leaf(tree, "1.1")["rule"]["levels"][0].update(points="1"))
    row = done.report["units"][0]["rows"][0]
    assert row["facts"] == {"level": "1", "decided": "1.5"}
    assert done.report["units"][0]["to_enter"] == ["1.1"]


def test_days_late_are_the_server_s_and_stay_so_under_a_new_rule() -> None:
    world = play_to("self_assessment")
    world.fill(world.cast.north, world.cast.an, NORTH, moment("12/12/2022 08:00"))
    submit_dossier(dossier(world, "north"), world.cast.binh, moment("15/12/2022 10:00"))
    late = dossier(world, "north").late_days
    assert late == 1
    edition = reissue(
        world.cast, block_of(world).edition, lambda tree: leaf(tree, "P.1")["rule"]["tiers"][0].update(points="-2")
    )
    carry_over(block_of(world), world.cast.giang, moment("15/12/2022 12:00"), edition=edition, until=None, reason="QĐ")
    entry = world.entry(world.cast.north, "P.1")
    assert (entry.facts, entry.score) == ({"days_late": "1"}, -2)


def test_assignments_follow_their_leaves_and_new_leaves_are_told() -> None:
    world = play_to("submitted")
    done = carried(world, new_leaf, renumbered, without_checklist)
    codes = set(Assignment.objects.values_list("criterion__code", flat=True))
    assert codes == {"1.1", "1.2", "2.1", "2.3", "B.1", "P.1"}
    assert set(Assignment.objects.values_list("criterion__edition", flat=True)) == {done.new_edition_id}
    assert done.report["assignments"]["unassigned"] == ["2.4"]
    assert [seat["code"] for seat in done.report["assignments"]["dropped"]] == ["2.2"]
    assert "2.4" in Notice.objects.filter(recipient=world.cast.khanh).latest("pk").text


def test_the_round_goes_on_to_the_end_under_the_new_edition() -> None:
    world = play_to("submitted")
    carried(world, new_leaf, softer_ratio, other_question)
    for name, person, leader in (("north", "an", "binh"), ("south", "em", "phuc")):
        at = moment("15/12/2022 08:00")
        unit, user = getattr(world.cast, name), getattr(world.cast, person)
        for code, facts in {"2.4": {"level": "1"}, "2.1": {"numerator": "1", "denominator": "2"}}.items():
            entry = world.entry(unit, code)
            save_entry(entry, user, at, version=entry.version, answer=Answer(facts))
        submit_dossier(dossier(world, name), getattr(world.cast, leader), at)
    stages.start_aggregation(world.round, world.cast.giang, moment("15/12/2022 10:00"))
    with pytest.raises(RuleViolation, match=r"2\.4"):
        stages.start_appraisal(world.round, world.cast.giang, moment("19/12/2022 08:00"))
    from chiso.rounds.actions import assign_criteria

    member = Round.objects.get().panel_members.select_related("round").get(user=world.cast.chi)
    assign_criteria(member, world.cast.giang, moment("19/12/2022 08:00"), codes=["1", "2", "B", "P"])
    for step in ("appraisal", "notice", "supplement", "reappraisal", "council", "approval", "approved", "published"):
        getattr(world, step)()
    assert Round.objects.get().stage == StageKey.PUBLISHED


def test_in_preparation_only_edition_and_assignments_move() -> None:
    world = play_to("preparation")
    edition = reissue(world.cast, block_of(world).edition, new_leaf)
    at = moment("27/11/2022 08:00")
    done = carry_over(block_of(world), world.cast.giang, at, edition=edition, until=None, reason="QĐ")
    assert block_of(world).edition == edition
    assert done.report["units"] == []
    stages.open_self_assessment(world.round, world.cast.giang, moment("28/11/2022 08:00"))
    assert Entry.objects.filter(code="2.4").count() == 2


def test_a_page_opened_before_cannot_save_over_the_new_leaf() -> None:
    world = play_to("self_assessment")
    stale = world.entry(world.cast.north, "1.2")
    carried(world, renumbered)
    with pytest.raises(RuleViolation, match="vừa chuyển sang bản mới"):
        save_entry(stale, world.cast.an, moment("14/12/2022 16:00"), version=0, answer=Answer(NORTH["1.2"]))
    fresh = world.entry(world.cast.north, "1.2")
    with pytest.raises(StaleEntry):
        save_entry(fresh, world.cast.an, moment("14/12/2022 16:00"), version=0, answer=Answer(NORTH["1.1"]))
    assert facts_by_unit() == {}


@pytest.mark.parametrize("stage", ["appraisal", "supplement", "council", "approval", "published"])
def test_from_the_appraisal_on_it_is_refused_with_the_way_out(stage: str) -> None:
    world = play_to(stage)
    edition = reissue(world.cast, block_of(world).edition, new_leaf)
    before = AuditEntry.objects.count()
    with pytest.raises(RuleViolation, match="Hãy hoàn thành đợt này theo bản cũ"):
        carry_over(block_of(world), world.cast.giang, AT, edition=edition, until=UNTIL, reason="QĐ")
    assert AuditEntry.objects.count() == before
    assert block_of(world).edition != edition


def test_refusals() -> None:
    world = play_to("submitted")
    block, giang = block_of(world), world.cast.giang
    edition = reissue(world.cast, block.edition, new_leaf)
    for named in ("an", "binh", "ha", "chi", "dung", "son"):
        with pytest.raises(PermissionDenied):
            carry_over(block, world.cast.everyone()[named], AT, edition=edition, until=UNTIL, reason="QĐ")
    for until, reason, words in (
        (UNTIL, "  ", "Chưa nêu lý do"),
        (None, "QĐ", "ghi hạn nộp lại"),
        (AT, "QĐ", "sau thời điểm hiện tại"),
        (moment("14/12/2022 20:00"), "QĐ", "không sớm hơn thời hạn tự đánh giá chung"),
    ):
        with pytest.raises(RuleViolation, match=words):
            carry_over(block_of(world), giang, AT, edition=edition, until=until, reason=reason)
    assert block_of(world).edition == block.edition
    assert CarryOver.objects.count() == 0
    carry_over(block_of(world), giang, AT, edition=edition, until=UNTIL, reason="QĐ")
    for again in (block, block_of(world)):
        with pytest.raises(RuleViolation):
            carry_over(again, giang, AT, edition=edition, until=UNTIL, reason="QĐ")
    assert AuditEntry.objects.filter(code="block.carry_over").count() == 1


def test_a_draft_or_a_stranger_edition_takes_nothing_over() -> None:
    world = play_to("submitted")
    draft = sets.start_reissue(block_of(world).edition, world.cast.giang, AT)
    with pytest.raises(RuleViolation, match="không phải là bản đang thay thế"):
        carry_over(block_of(world), world.cast.giang, AT, edition=draft, until=UNTIL, reason="QĐ")


def test_two_issues_in_a_row_are_carried_in_one_step() -> None:
    world = play_to("submitted")
    second = reissue(world.cast, block_of(world).edition, softer_ratio)
    third = reissue(world.cast, second, new_leaf)
    with pytest.raises(RuleViolation, match="không phải là bản đang thay thế"):
        carry_over(block_of(world), world.cast.giang, AT, edition=second, until=UNTIL, reason="QĐ")
    carry_over(block_of(world), world.cast.giang, AT, edition=third, until=UNTIL, reason="QĐ")
    assert world.entry(world.cast.north, "1.2").score == 6
    assert third.version == 3


def test_each_state_of_a_dossier_keeps_or_returns_it() -> None:
    world = play_to("submitted")
    return_dossier(dossier(world, "north"), world.cast.giang, AT, reason="Thiếu", until=moment("16/12/2022 00:00"))
    Dossier.objects.filter(unit=world.cast.south).update(state=DossierState.INTERNAL_REVIEW)
    carried(world, new_leaf)
    assert dossier(world, "north").return_until == UNTIL
    assert dossier(world, "north").return_reason == "Thiếu"
    assert dossier(world, "south").state == DossierState.DRAFT


def test_a_unit_that_did_not_submit_is_left_alone() -> None:
    world = play_to("submitted")
    Dossier.objects.filter(unit=world.cast.south).update(state=DossierState.NOT_SUBMITTED)
    done = carried(world, new_leaf)
    assert done.report["units"][1]["to_enter"] == []
    assert dossier(world, "south").state == DossierState.NOT_SUBMITTED


def test_the_plan_writes_nothing_and_asks_the_database_alike_for_one_and_three_units(
    django_assert_num_queries,
) -> None:
    world = play_to("submitted")
    edition = reissue(world.cast, block_of(world).edition, *ALL)
    block = block_of(world)
    index_set_of(block.edition), index_set_of(edition)
    with django_assert_num_queries(4):
        plan = plan_of(block, edition)
    assert {leaf.fate for leaf in plan.leaves} == set(Fate)
    Dossier.objects.filter(unit=world.cast.south).delete()
    with django_assert_num_queries(4):
        plan_of(block, edition)


def test_an_issued_edition_is_replaced_once() -> None:
    world = play_to("preparation")
    draft = sets.start_reissue(block_of(world).edition, world.cast.giang, AT)
    assert (draft.version, draft.year, draft.supersedes, draft.origin) == (
        2,
        2022,
        block_of(world).edition,
        block_of(world).edition,
    )
    with pytest.raises(RuleViolation, match="đã được soạn ban hành lại"):
        sets.start_reissue(block_of(world).edition, world.cast.giang, AT)
    with pytest.raises(RuleViolation, match="chưa ban hành"):
        sets.start_reissue(draft, world.cast.giang, AT)
    with pytest.raises(PermissionDenied):
        sets.start_reissue(block_of(world).edition, world.cast.ha, AT)


@pytest.mark.parametrize("changes", [(), *((one,) for one in ALL), ALL], ids=lambda changes: str(len(changes)))
def test_who_answers_for_a_leaf_and_what_was_remarked_go_with_it(changes: tuple[Change, ...]) -> None:
    """Whatever becomes of the facts: person, inner deadline, day of the figures, remark and words stay on the leaf."""
    world = play_to("submitted")
    kept = ("assigned_to", "assigned_until", "as_of", "no_document", "remark", "remarked_at", "note")
    told = {
        "assigned_to": world.cast.an.pk,
        "assigned_until": date(2022, 12, 10),
        "as_of": date(2022, 11, 30),
        "no_document": True,
        "remark": "Ghi rõ nguồn.",
        "remarked_at": moment("12/12/2022 22:00"),
    }
    for entry in Entry.objects.filter(dossier__unit=world.cast.north):
        Entry.objects.filter(pk=entry.pk).update(**told, note=f"Thuyết minh {entry.code}")
    before = {row["code"]: row for row in Entry.objects.filter(dossier__unit=world.cast.north).values("code", *kept)}
    done = carried(world, *changes)
    after = {row["code"]: row for row in Entry.objects.filter(dossier__unit=world.cast.north).values("code", *kept)}
    pairs = {leaf.old.code: leaf.node.code for leaf in match_of(done) if leaf.old and leaf.new}
    assert len(pairs) >= len(before) - 1
    for old, new in pairs.items():
        assert {name: after[new][name] for name in kept} == {name: before[old][name] for name in kept}, (old, new)


def test_the_day_of_lost_figures_is_in_the_report() -> None:
    world = play_to("submitted")
    Entry.objects.filter(dossier__unit=world.cast.north, code="2.2").update(as_of=date(2022, 11, 30), no_document=True)
    done = carried(world, without_checklist)
    [row] = done.report["units"][0]["rows"]
    assert (row["old"], row["as_of"], row["no_document"]) == ("2.2", "2022-11-30", True)
    page = carry_over_page.report_page(done, world.cast.giang)
    assert "số liệu đến ngày 30/11/2022" in page.units[0].kept[0].told

"""The form of a leaf: made from the inputs of its rule, read the Vietnamese way, refused at the field it is about."""

from typing import Any

import pytest

from chiso.assessments.forms.leaf import ExplanationForm, LeafForm
from chiso.assessments.models import Entry
from chiso.indexsets.facts_form import FactsForm
from chiso.scoring import FactErrors, Node, read_index_set, score_leaf

PERCENT_RULE = "kind: ratio, numerator: hồ sơ đúng hạn, denominator: tổng hồ sơ, curve: {linear: true}"
SET = """
format: chiso-index-set/1
id: forms
name: Bộ thử biểu mẫu
year: 2022
version: 1
status: sample
total: {{minimum: 0, maximum: 100}}
scale: 100
areas:
  - code: "1"
    name: Lĩnh vực
    max: 6
    children:
      - code: "1.1"
        name: Tiêu chí
        max: 6
        not_applicable: {{policy: reduce_max, when: Không phát sinh}}
        rule: {{{rule}}}
"""
LEVELS = "kind: levels, levels: [{name: Kịp thời, points: 6}, {name: Khá, points_up_to: 3}, {name: Không, points: 0}]"
CHECKLIST = "kind: checklist, items: [{name: máy tính, points: 4}, {name: ghế, points: 2}]"
BRANCH = (
    f"kind: branch, question: có kế hoạch, when_true: {{{PERCENT_RULE}}}, "
    "when_false: {kind: levels, levels: [{name: Có làm, points: 6}, {name: Không, points: 0}]}"
)
FORMULA = "kind: formula, inputs: {A: {value: số xã}, B: {numerator: x, denominator: y}}, expression: A + B"
ALL = "kind: all_or_nothing, conditions: [đủ, đúng hạn], points: 6"
CHANGE = "kind: change, points: 6, direction: increase"


def leaf(rule: str) -> Node:
    return read_index_set(SET.format(rule=rule)).by_code["1.1"]


def form(rule: str, sent: dict[str, Any] | None = None, **stored: Any) -> LeafForm:
    data = None if sent is None else {"version": "0"} | sent
    return LeafForm.of(leaf(rule), Entry(**stored), data)


def facts(rule: str, sent: dict[str, Any]) -> dict[str, str]:
    filled = form(rule, sent)
    assert filled.is_valid(), filled.errors
    return dict(filled.answer().facts)


@pytest.mark.parametrize(
    ("rule", "sent", "kept"),
    [
        (PERCENT_RULE, {"numerator": "1.183", "denominator": "1.280"}, {"numerator": "1183", "denominator": "1280"}),
        (PERCENT_RULE, {"numerator": "85,25", "denominator": "100"}, {"numerator": "85.25", "denominator": "100"}),
        (PERCENT_RULE, {"numerator": "", "denominator": ""}, {}),
        (LEVELS, {"level": "1"}, {"level": "1"}),
        (LEVELS, {"level": "2", "score": "2,5"}, {"level": "2", "score": "2.5"}),
        (CHECKLIST, {"items": ["2", "1"]}, {"items": "1;2"}),
        (CHECKLIST, {"items": ["0"]}, {"items": "0"}),
        (CHECKLIST, {}, {}),
        (ALL, {"met": "yes"}, {"met": "yes"}),
        (CHANGE, {"current": "1.234,5", "previous": "-2"}, {"current": "1234.5", "previous": "-2"}),
        (
            FORMULA,
            {"A": "3", "B.numerator": "1", "B.denominator": "2"},
            {"A": "3", "B.numerator": "1", "B.denominator": "2"},
        ),
    ],
)
def test_facts_are_kept_as_the_facts_file_has_them(rule: str, sent: dict[str, Any], kept: dict[str, str]) -> None:
    assert facts(rule, sent) == kept


def test_only_the_chosen_side_of_a_branch_counts() -> None:
    both = {"yes.numerator": "1", "yes.denominator": "2", "no.level": "1"}
    assert facts(BRANCH, both | {"condition": "no"}) == {"condition": "no", "level": "1"}
    assert facts(BRANCH, both | {"condition": "yes"}) == {"condition": "yes", "numerator": "1", "denominator": "2"}


@pytest.mark.parametrize("text", ["85.25", "1.18", "a", "1,2,3", "12 34,5 6x"])
def test_numbers_written_otherwise_are_refused_with_a_hint(text: str) -> None:
    wrong = form(PERCENT_RULE, {"numerator": text, "denominator": "100"})
    assert not wrong.is_valid()
    assert set(wrong.errors) == {"numerator"}
    assert "85,25" in wrong.first_error() or "1,18" in wrong.first_error()


def test_stored_numbers_come_back_with_comma_and_dots() -> None:
    shown = form(PERCENT_RULE, facts={"numerator": "1183.5"})
    assert shown["numerator"].value() == "1.183,5"


def test_not_applicable_leaves_the_facts_out() -> None:
    filled = form(PERCENT_RULE, {"numerator": "1", "denominator": "2", "not_applicable": "on"})
    assert filled.is_valid()
    answer = filled.answer()
    assert (answer.facts, answer.not_applicable) == ({}, True)


def test_a_percentage_is_offered_only_where_it_was_used() -> None:
    assert "percent" not in form(PERCENT_RULE).fields
    assert "percent" in form(PERCENT_RULE, facts={"percent": "80"}).fields


@pytest.mark.parametrize(
    ("rule", "sent", "field"),
    [
        (PERCENT_RULE, {"numerator": "5"}, "denominator"),
        (PERCENT_RULE, {"numerator": "5", "denominator": "0"}, "denominator"),
        (LEVELS, {"level": "2"}, "score"),
        (BRANCH, {"condition": "yes", "yes.numerator": "5"}, "yes.denominator"),
        (CHECKLIST, {"items": ["0", "1"]}, "items"),
        (FORMULA, {"A": "1", "B.numerator": "1"}, "B.denominator"),
    ],
)
def test_what_the_scoring_core_refuses_stands_at_its_field(rule: str, sent: dict[str, Any], field: str) -> None:
    filled = form(rule, sent)
    assert filled.is_valid()
    with pytest.raises(FactErrors) as caught:
        score_leaf(leaf(rule), filled.answer().facts)
    filled.refuse(caught.value)
    assert set(filled.errors) == {field}
    assert f"({field.rpartition('.')[2]})" not in filled.first_error()


def test_a_branch_without_its_answer_is_refused_at_the_question() -> None:
    filled = form(BRANCH, {"yes.numerator": "5"})
    assert not filled.is_valid()
    assert set(filled.errors) == {"condition"}


def test_parts_group_numbers_and_choices() -> None:
    kinds = [(part.legend, len(part.numbers), len(part.options)) for part in form(BRANCH).parts()]
    assert kinds == [("Có kế hoạch", 0, 2), ("Nếu có", 2, 0), ("Nếu không", 0, 2)]


def test_levels_show_their_points_and_the_stored_choice() -> None:
    part, score = form(LEVELS, facts={"level": "2", "score": "1"}).parts()
    assert [(option.label, option.points, option.is_chosen) for option in part.options] == [
        ("Kịp thời", "6", False),
        ("Khá", "đến 3", True),
        ("Không", "0", False),
    ]
    assert len(score.numbers) == 1


def test_a_checklist_can_say_that_nothing_is_met() -> None:
    (part,) = form(CHECKLIST, facts={"items": "1"}).parts()
    assert [(option.value, option.is_chosen) for option in part.options] == [("1", True), ("2", False), ("0", False)]
    assert part.many


def test_an_unchanged_form_changes_nothing() -> None:
    stored = Entry(facts={"numerator": "1183", "denominator": "1280"}, note="Có.")
    same = {"version": "0", "numerator": "1.183", "denominator": "1.280", "note": "Có."}
    unchanged = LeafForm.of(leaf(PERCENT_RULE), stored, same)
    changed = LeafForm.of(leaf(PERCENT_RULE), stored, same | {"note": "Khác."})
    assert unchanged.is_valid()
    assert changed.is_valid()
    assert (unchanged.changes(stored), changed.changes(stored)) == (False, True)


@pytest.mark.parametrize("said", [{"as_of": "30/11/2022"}, {"reason": "Khác."}, {"numerator": "1"}])
def test_each_thing_that_is_said_counts_as_a_change(said: dict[str, str]) -> None:
    stored = Entry(facts={"numerator": "1183", "denominator": "1280"}, note="Có.")
    same = {"version": "0", "numerator": "1.183", "denominator": "1.280", "note": "Có."}
    filled = LeafForm.of(leaf(PERCENT_RULE), stored, same | said)
    assert filled.is_valid()
    assert filled.changes(stored)


def test_words_must_stand_in_the_place_of_documents() -> None:
    node = read_index_set(
        SET.format(rule=CHANGE).replace("not_applicable:", "evidence: [Báo cáo]\n        guidance: x #")
    )
    sent = {"version": "0", "current": "2", "previous": "1", "no_document": "on"}
    silent = LeafForm.of(node.by_code["1.1"], Entry(), sent)
    assert not silent.is_valid()
    assert set(silent.errors) == {"note"}
    told = LeafForm.of(node.by_code["1.1"], Entry(), sent | {"note": "Có trong báo cáo chung."})
    assert told.is_valid()
    assert told.told()["no_document"]


def test_an_explanation_starts_from_the_units_own_facts_and_needs_words() -> None:
    entry = Entry(facts={"numerator": "9", "denominator": "10"})
    fresh = ExplanationForm.of(leaf(PERCENT_RULE), entry, None)
    assert (fresh["numerator"].value(), fresh["version"].value()) == ("9", 0)
    silent = ExplanationForm.of(leaf(PERCENT_RULE), entry, None, {"version": "0", "text": " "})
    assert not silent.is_valid()
    assert silent.first_error() == "Chưa có nội dung giải trình."


def test_a_leaf_that_always_applies_offers_no_claim() -> None:
    text = SET.format(rule=CHANGE).replace("not_applicable:", "guidance: x #")
    node = read_index_set(text).by_code["1.1"]
    assert "not_applicable" not in FactsForm(node, Entry()).fields

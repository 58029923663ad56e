from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chiso.scoring import (
    FactErrors,
    LeafPoints,
    State,
    points_of,
    read_index_set,
    roll_up,
    score_leaf,
    score_round,
    score_unit,
    survey_was_run,
)
from tests.scoring.builders import INFO, LEVELS, LIBRARY, area, leaf, make_set, ratio

LINEAR = ratio(linear=True)
SURVEY = {"kind": "survey", "respondents": ["Người dân"]}
COUNT = {"kind": "deduct", "unit": "lần", "per": "1", "floor": None}
NA = {"not_applicable": {"policy": "reduce_max"}}


def mixed(**top):
    return make_set(
        area("A", area("A.1", leaf("A.1.1", LINEAR, "3", **NA), leaf("A.1.2", LINEAR, "3"), max="6"), max="6"),
        area("S", leaf("S.1", SURVEY, "4", method="survey"), max="4"),
        area("I", leaf("I.1", INFO, "5", method="info"), max="5"),
        area("B", leaf("B.1", LINEAR, "4"), leaf("B.2", LINEAR, "4"), kind="bonus", cap="5"),
        area("P", leaf("P.1", COUNT, None), leaf("P.2", COUNT, None), kind="penalty", cap="3"),
        **({"scale": "100"} | top),
    )


def percent(value):
    return {"percent": str(value)}


FULL = {code: percent(100) for code in ("A.1.1", "A.1.2", "S.1")}


def total(index_set, facts, *, survey_run=True):
    return score_unit(index_set, facts, survey_run=survey_run).total


def test_base_is_rescaled_and_bonus_and_penalty_come_on_top():
    facts = FULL | {"A.1.1": percent(50), "B.1": percent(50), "P.1": {"count": "1"}}
    unit = score_unit(mixed(), facts, survey_run=True)
    assert (unit.base_points, unit.base_max_effective) == (Decimal("8.5"), 10)
    assert (unit.bonus, unit.penalty, unit.total, unit.state) == (2, 1, 86, State.SCORED)
    assert unit.exact_base == 85


def test_not_applicable_leaves_the_effective_maximum():
    facts = FULL | {"A.1.1": {"not_applicable": "yes"}, "A.1.2": percent(50)}
    unit = score_unit(mixed(), facts, survey_run=True)
    assert (unit.base_max_effective, unit.exact_total) == (7, Fraction(550, 7))
    node = unit.by_code["A.1"]
    assert (node.score, node.max, node.effective_max, node.percent, node.state) == (
        Decimal("1.5"),
        6,
        3,
        50,
        State.SCORED,
    )


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"B.1": percent(100), "B.2": percent(100)}, 105),
        ({"P.1": {"count": "9"}, "P.2": {"count": "9"}}, 97),
        ({"B.1": percent(100), "P.1": {"count": "2"}}, 102),
    ],
)
def test_caps(facts, expected):
    assert total(mixed(), FULL | facts) == expected


def test_areas_keep_their_points_before_the_cap():
    facts = FULL | {"B.1": percent(100), "B.2": percent(100), "P.1": {"count": "9"}}
    unit = score_unit(mixed(), facts, survey_run=True)
    assert (unit.by_code["B"].score, unit.by_code["P"].score, unit.by_code["P"].percent) == (8, -9, None)
    assert (unit.bonus, unit.penalty) == (5, 3)


@pytest.mark.parametrize(
    ("facts", "limits", "expected"),
    [
        (FULL | {"B.1": percent(100)}, {"maximum": "100"}, 100),
        (FULL | {"B.1": percent(100)}, {}, 104),
        ({"P.1": {"count": "3"}}, {}, 0),
        ({"P.1": {"count": "3"}}, {"minimum": "-10"}, -3),
        ({"P.1": {"count": "3"}}, {"minimum": "20.5"}, Decimal("20.5")),
    ],
)
def test_clamp_of_the_total(facts, limits, expected):
    assert total(mixed(total=limits), facts) == expected


def test_total_is_rounded_once_after_the_clamp():
    index_set = make_set(area("A", leaf("A.1", LINEAR, "3"), max="3"), scale="100", total={"maximum": "33.335"})
    unit = score_unit(index_set, {"A.1": percent(50)}, survey_run=False)
    assert (unit.exact_total, unit.total) == (Fraction("33.335"), Decimal("33.34"))


def test_without_base_maximum_there_is_no_total():
    index_set = make_set(
        area("A", leaf("A.1", LINEAR, "3", **NA), max="3"), area("B", leaf("B.1", LINEAR, "4"), kind="bonus")
    )
    unit = score_unit(index_set, {"A.1": {"not_applicable": "yes"}, "B.1": percent(100)}, survey_run=False)
    assert (unit.total, unit.exact_total, unit.exact_base, unit.base_max_effective) == (None, None, None, 0)


def test_missing_leaf_stays_in_the_maximum_and_marks_everything_above():
    unit = score_unit(mixed(), {"A.1.1": percent(100)}, survey_run=True)
    assert unit.missing == ("A.1.2", "S.1")
    assert [one.state.value for one in unit.areas] == ["missing", "missing", "scored", "scored", "scored"]
    assert (unit.by_code["A.1"].state, unit.state, unit.total) == (State.MISSING, State.MISSING, 30)
    assert (unit.by_code["A.1.2"].score, unit.by_code["A.1.2"].points) == (None, 0)


@pytest.mark.parametrize(
    ("survey_absent", "survey_run", "expected"),
    [
        ("rescale", False, (0, State.EXCLUDED, 100)),
        ("zero", False, (4, State.SCORED, 60)),
        ("rescale", True, (4, State.MISSING, 60)),
        ("zero", True, (4, State.MISSING, 60)),
    ],
)
def test_survey_absent(survey_absent, survey_run, expected):
    facts = {"A.1.1": percent(100), "A.1.2": percent(100)}
    unit = score_unit(mixed(survey_absent=survey_absent), facts, survey_run=survey_run)
    leaf_score = unit.by_code["S.1"]
    assert (leaf_score.effective_max, leaf_score.state, unit.total) == expected


@pytest.mark.parametrize(
    ("facts", "was_run"),
    [
        ({"x": {"A.1.1": percent(1)}, "y": {}}, False),
        ({"x": {}, "y": {"S.1": percent(0)}}, True),
        ({"x": {"S.1": {"decided": "1"}}}, True),
        ({"x": {"S.1": {"not_applicable": "no"}}}, False),
    ],
)
def test_survey_was_run_when_any_unit_has_a_fact(facts, was_run):
    assert survey_was_run(mixed(), facts.values()) is was_run
    assert score_round(mixed(), facts).survey_run is was_run


def test_survey_leaves_are_found_by_method_or_by_rule():
    index_set = make_set(
        area("A", leaf("A.1", LEVELS, method="survey"), leaf("A.2", SURVEY), leaf("A.3", LEVELS), max="3"),
        survey_absent="rescale",
    )
    unit = score_unit(index_set, {}, survey_run=False)
    assert [one.state.value for one in unit.leaves] == ["excluded", "excluded", "missing"]


def test_round_compares_units_with_values_above_zero():
    relative = {"kind": "relative", "best": "max"}
    index_set = make_set(area("A", leaf("A.1", relative, "5"), leaf("A.2", relative | {"best": "min"}, "5"), max="10"))
    facts = {
        "x": {"A.1": {"value": "40"}, "A.2": {"value": "40"}},
        "y": {"A.1": {"value": "20"}, "A.2": {"value": "20"}},
        "z": {"A.1": {"value": "0"}, "A.2": {"value": "0"}},
        "t": {},
        "u": {"A.1": {"decided": "1"}},
    }
    units = score_round(index_set, facts).units
    assert [[one.score for one in units[unit].leaves] for unit in "xyz"] == [
        [5, Decimal("2.5")],
        [Decimal("2.5"), 5],
        [0, 0],
    ]
    assert units["t"].state is State.MISSING


def test_round_where_all_values_are_zero():
    index_set = make_set(area("A", leaf("A.1", {"kind": "relative", "best": "max"}, "5"), max="5"))
    units = score_round(index_set, {"x": {"A.1": {"value": "0"}}, "y": {"A.1": {"value": "-1"}}}).units
    assert [units[unit].total for unit in "xy"] == [0, 0]


def test_pending_leaf_counts_zero_in_a_single_unit():
    index_set = make_set(area("A", leaf("A.1", {"kind": "relative", "best": "max"}, "5"), max="5"))
    unit = score_unit(index_set, {"A.1": {"value": "9"}}, survey_run=False)
    assert (unit.total, unit.leaves[0].score, unit.state) == (0, None, State.SCORED)


def test_all_faults_of_a_round_at_once():
    relative = leaf("A.2", {"kind": "relative", "best": "max"}, "5")
    index_set = make_set(area("A", leaf("A.1", LINEAR, "5"), relative, max="10"))
    facts = {
        "x": {"A.1": percent("abc"), "A.2": {"value": "?", "decided": "6"}},
        "y": {"A.9": percent(1), "A": percent(1), "A.1": percent(-1)},
    }
    with pytest.raises(FactErrors) as caught:
        score_round(index_set, facts)
    assert [(one.unit, one.code, one.input) for one in caught.value.problems] == [
        ("x", "A.1", "percent"),
        ("x", "A.2", "decided"),
        ("x", "A.2", "value"),
        ("y", "A.9", ""),
        ("y", "A", ""),
        ("y", "A.1", "percent"),
    ]
    with pytest.raises(FactErrors, match="không phải là số"):
        score_unit(index_set, facts["x"], survey_run=False)


leaf_scores = st.tuples(st.integers(0, 300), st.booleans())
facts_of_a_unit = st.fixed_dictionaries(
    {},
    optional={
        "A.1.1": st.one_of(st.just({"not_applicable": "yes"}), st.integers(0, 150).map(percent)),
        "A.1.2": st.one_of(st.integers(0, 150).map(percent), st.just({"decided": "1.5"})),
        "S.1": st.integers(0, 100).map(percent),
        "B.1": st.integers(0, 100).map(percent),
        "B.2": st.integers(0, 100).map(percent),
        "P.1": st.integers(0, 5).map(lambda count: {"count": str(count)}),
    },
)


def naive_total(index_set, facts, *, survey_run):
    """The arithmetic of the contract, once more, in Fractions and without any shortcut."""
    points, maxima = {"base": Fraction(0)}, Fraction(0)
    caps = {"B": Fraction(5), "P": Fraction(3)}
    extra = {"B": Fraction(0), "P": Fraction(0)}
    for node in index_set.leaves:
        scored = score_leaf(node, facts.get(node.code, {}))
        area_code = node.code[0]
        if area_code in extra:
            extra[area_code] += Fraction(scored.points)
            continue
        if node.is_survey and not survey_run and node.code not in facts:
            maxima += 0 if index_set.survey_absent == "rescale" else 4
            continue
        points["base"] += Fraction(scored.points)
        maxima += Fraction(scored.effective_max)
    if not maxima:
        return None
    base = points["base"] / maxima * Fraction(index_set.scale)
    result = base + min(extra["B"], caps["B"]) - min(abs(extra["P"]), caps["P"])
    return min(max(result, Fraction(0)), Fraction(101))


SETS = {absent: mixed(survey_absent=absent, total={"maximum": "101"}) for absent in ("rescale", "zero")}


@given(facts_of_a_unit, st.sampled_from(["rescale", "zero"]), st.booleans())
def test_total_equals_the_naive_fraction(facts, absent, survey_run):
    index_set = SETS[absent]
    unit = score_unit(index_set, facts, survey_run=survey_run)
    assert unit.exact_total == naive_total(index_set, facts, survey_run=survey_run)


@given(facts_of_a_unit, st.sampled_from(["rescale", "zero"]), st.booleans())
def test_roll_up_of_stored_points_gives_the_same(facts, absent, survey_run):
    index_set = SETS[absent]
    unit = score_unit(index_set, facts, survey_run=survey_run)
    stored = {code: points_of(score_leaf(index_set.node(code), given)) for code, given in facts.items()}
    rolled = roll_up(index_set, stored, survey_run=survey_run)
    assert (rolled.exact_total, rolled.total, rolled.state) == (unit.exact_total, unit.total, unit.state)
    for one, other in zip(rolled.nodes, unit.nodes, strict=True):
        assert (one.code, one.score, one.effective_max, one.state, one.percent) == (
            other.code,
            other.score,
            other.effective_max,
            other.state,
            other.percent,
        )


@given(st.permutations(["x", "y", "z"]), facts_of_a_unit, facts_of_a_unit, facts_of_a_unit)
def test_order_of_units_and_facts_does_not_matter(order, first, second, third):
    facts = dict(zip("xyz", (first, second, third), strict=True))
    shuffled = {unit: dict(reversed(facts[unit].items())) for unit in order}
    one, other = score_round(SETS["zero"], facts), score_round(SETS["zero"], shuffled)
    assert {unit: one.units[unit].exact_total for unit in "xyz"} == {
        unit: other.units[unit].exact_total for unit in "xyz"
    }
    assert one.standings == other.standings


@given(facts_of_a_unit, st.integers(0, 99))
def test_more_points_never_lower_the_total(facts, low):
    index_set = SETS["zero"]
    worse = total(index_set, facts | {"A.1.2": percent(low)})
    assert worse <= total(index_set, facts | {"A.1.2": percent(low + 1)})


def test_stored_missing_survey_leaf_follows_the_survey():
    stored = {
        "S.1": LeafPoints(None, Decimal(4), State.MISSING),
        "A.1.1": LeafPoints(Decimal(3), Decimal(3), State.SCORED),
    }
    unit = roll_up(SETS["rescale"], stored, survey_run=False)
    assert unit.by_code["S.1"].state is State.EXCLUDED
    assert roll_up(SETS["rescale"], stored, survey_run=True).by_code["S.1"].state is State.MISSING


@pytest.mark.parametrize("code", ["A", "Z.9"])
def test_roll_up_refuses_a_code_that_is_no_leaf(code):
    with pytest.raises(KeyError, match=code):
        roll_up(mixed(), {code: LeafPoints(Decimal(1), Decimal(1), State.SCORED)}, survey_run=True)


def test_maximum_with_more_decimals_than_the_set_keeps():
    index_set = make_set(area("A", leaf("A.1", LINEAR, "0.125"), leaf("A.2", LINEAR, "0.5"), max="0.625"))
    unit = score_unit(index_set, {"A.1": percent(100), "A.2": percent(100)}, survey_run=False)
    assert (unit.areas[0].score, unit.areas[0].effective_max) == (Decimal("0.62"), Decimal("0.625"))
    assert unit.total == Decimal("0.62")


def test_official_set_with_an_information_area():
    index_set = read_index_set((LIBRARY / "service_quality_766.yaml").read_text("utf-8"))
    facts = {node.code: {"decided": str(node.max)} for node in index_set.leaves if not node.is_info}
    unit = score_unit(index_set, facts, survey_run=False)
    assert (unit.total, unit.base_max_effective, unit.state) == (88, 88, State.SCORED)

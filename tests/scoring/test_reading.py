"""Reading: the four library sets, every kind of fault with its place, all faults at once, warnings."""

from decimal import Decimal

import pytest

from chiso.scoring import IndexSetErrors, Kind, Method, Policy, read_index_set
from tests.scoring.builders import (
    INFO,
    LEVELS,
    LIBRARY,
    area,
    leaf,
    make_set,
    ratio,
    set_faults,
    set_text,
)

GOOD = set_text(area("A", leaf("A.1", LEVELS), max="1"))
PENALTY = {"kind": "deduct", "unit": "lần", "per": "1", "floor": None}


@pytest.mark.parametrize(
    ("name", "areas", "leaves", "scale", "warnings"),
    [
        ("commune_sample_2022", 10, 52, 100, 0),
        ("commune_sample_2026", 10, 52, 100, 0),
        ("commune_nq57_2026", 4, 28, 85, 0),
        ("service_quality_766", 6, 19, 88, 0),
    ],
)
def test_library_sets_load(name, areas, leaves, scale, warnings):
    index_set = read_index_set((LIBRARY / f"{name}.yaml").read_text("utf-8"))
    counted = len(index_set.areas), len(index_set.leaves), index_set.scale, len(index_set.warnings)
    assert counted == (areas, leaves, scale, warnings)
    assert all(node.rule.describe() and node.rule.inputs for node in index_set.leaves)


def test_every_key_is_read():
    node = {
        "owner": "Văn phòng",
        "appraiser_body": "Sở Nội vụ",
        "official_source": "Cổng",
        "method": "official",
        "as_of": "year_end",
        "guidance": "Cách chấm",
        "evidence": ["Kế hoạch", "Báo cáo"],
        "not_applicable": {"policy": "exclude", "when": "không phát sinh"},
        "basis": "sourced",
    }
    index_set = make_set(
        area("A", leaf("A.1", LEVELS, **node), max="1"),
        area("B", leaf("B.1", LEVELS), kind="bonus", cap="0.5"),
        scale="10",
        source="Quyết định",
        note="Ghi chú",
        applies_to=["commune"],
        total={"minimum": "1", "maximum": "9.5"},
        rounding={"places": "3", "mode": "half_up"},
        ranking={"by": "exact", "ties": "dense", "tie_breakers": ["A.1", "B"]},
        survey_absent="rescale",
        classes=[{"name": "Tốt", "min": "5"}, {"name": "Khá", "min": "0"}],
    )
    read = index_set.node("A.1")
    assert (index_set.id, index_set.year, index_set.version, index_set.status) == ("thu", 2026, 1, "sample")
    assert (index_set.scale, index_set.total_minimum, index_set.total_maximum) == (10, 1, Decimal("9.5"))
    assert (index_set.places, index_set.survey_absent) == (3, "rescale")
    assert index_set.ranking.tie_breakers == ("A.1", "B")
    assert [(grade.name, grade.min) for grade in index_set.grades] == [("Tốt", 5), ("Khá", 0)]
    assert (index_set.source, index_set.note, index_set.applies_to) == ("Quyết định", "Ghi chú", ("commune",))
    assert (read.method, read.as_of, read.guidance) == (Method.OFFICIAL, "year_end", "Cách chấm")
    assert (read.evidence, read.official_source, read.basis) == (("Kế hoạch", "Báo cáo"), "Cổng", "sourced")
    assert (read.not_applicable.policy, read.not_applicable.when) == (Policy.EXCLUDE, "không phát sinh")
    assert read.is_final_after_year_end
    assert not index_set.node("B.1").is_final_after_year_end
    assert index_set.node("B").cap == Decimal("0.5")


def test_defaults():
    index_set = read_index_set(GOOD)
    assert (index_set.scale, index_set.total_minimum, index_set.total_maximum) == (1, 0, None)
    assert (index_set.places, index_set.survey_absent, index_set.grades) == (2, "zero", ())
    assert (index_set.ranking.by, index_set.ranking.ties) == ("rounded", "competition")


def test_tree_knows_parents_depth_kind_and_what_is_inherited():
    child = area("A.1", leaf("A.1.1", LEVELS, owner="Kế toán"), leaf("A.1.2", LEVELS), max="2")
    index_set = make_set(
        area("A", child, max="2", owner="Văn phòng", appraiser_body="Sở Nội vụ"),
        area("P", leaf("P.1", PENALTY, None), kind="penalty"),
    )
    read = {node.code: (node.parent_code, node.depth, node.owner, node.appraiser_body) for node in index_set.nodes}
    assert read == {
        "A": (None, 0, "Văn phòng", "Sở Nội vụ"),
        "A.1": ("A", 1, "Văn phòng", "Sở Nội vụ"),
        "A.1.1": ("A.1", 2, "Kế toán", "Sở Nội vụ"),
        "A.1.2": ("A.1", 2, "Văn phòng", "Sở Nội vụ"),
        "P": (None, 0, "", ""),
        "P.1": ("P", 1, "", ""),
    }
    assert [node.code for node in index_set.leaves] == ["A.1.1", "A.1.2", "P.1"]
    assert index_set.node("P.1").kind is Kind.PENALTY
    assert index_set.node("P.1").is_penalty
    assert index_set.node("P").max is None


def test_scale_leaves_info_out_and_parents_keep_it_in():
    index_set = make_set(
        area("A", leaf("A.1", LEVELS), leaf("A.2", INFO, "4"), max="5"),
        area("B", leaf("B.1", LEVELS, "3", method="info"), max="3"),
        area("C", leaf("C.1", LEVELS), kind="bonus"),
    )
    assert index_set.scale == 1
    assert index_set.node("C").max == 1


def test_a_quoted_scalar_is_never_null_and_words_stay_words():
    index_set = make_set(area("A", leaf("no", LEVELS, name="yes"), max="1"))
    assert (index_set.node("no").name, index_set.leaves[0].code) == ("yes", "no")


def test_same_value_reads_equal():
    assert read_index_set(GOOD) == read_index_set(GOOD)


def test_aliases_are_followed():
    text = GOOD.replace("areas:", "classes: &c [{name: Tốt, min: 1}]\nnote: &n chung\nsource: *n\nareas:")
    assert read_index_set(text).source == "chung"


def test_a_byte_order_mark_is_skipped():
    assert read_index_set("\ufeff" + GOOD).id == "thu"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "Tệp rỗng."),
        ("- a", "Tệp phải là một nhóm khóa, bắt đầu bằng “format: chiso-index-set/1”."),
        ("a: [", "Tệp không đúng cú pháp YAML tại dòng 2, cột 1."),
        ("a: b\x00", "Tệp chứa ký tự không được phép trong YAML."),
        ("a: 1\n---\nb: 2", "Tệp chứa nhiều tài liệu YAML; mỗi tệp chỉ được một bộ chỉ số."),
        ("? [a]\n: b", "Khóa phải là một từ."),
        ("a: !!float 1", "Không dùng thẻ kiểu dữ liệu (như !!float) trong tệp bộ chỉ số."),
        ("a: *b", "Tham chiếu *b không trỏ tới phần nào đã viết xong."),
        ("a: &a [*a]", "Tham chiếu *a không trỏ tới phần nào đã viết xong."),
        ("[" * 100 + "]" * 100, "Tệp lồng quá sâu (tối đa 60 cấp)."),
        ("#" * 5_000_001, "Tệp quá lớn (tối đa 5.000.000 ký tự)."),
    ],
)
def test_what_is_not_one_yaml_document(text, fault):
    assert set_faults(text)[0].removeprefix(": ") == fault


def test_a_bomb_of_aliases_is_refused():
    lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x]"]
    lines += [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    assert set_faults("\n".join(lines)) == [": Tệp quá lớn hoặc lồng quá sâu."]


def change(old, new):
    assert old in GOOD
    return GOOD.replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        (
            change("format: chiso-index-set/1", "format: chiso-index-set/2"),
            ["format: “format” phải là một trong: chiso-index-set/1; không phải “chiso-index-set/2”."],
        ),
        (change("id: thu\n", ""), ["id: Thiếu khóa bắt buộc “id”."]),
        (change("id: thu", "id: ' '"), ["id: “id” không được để trống."]),
        (change("id: thu", "id: [a]"), ["id: “id” phải là một giá trị, không phải danh sách hay nhóm khóa."]),
        (change("id: thu", "id: thu\nhuyện: x"), ["huyện: Khóa “huyện” không có trong định dạng ở vị trí này."]),
        (change("id: thu", "id: thu\nid: hai"), ["id: Khóa “id” bị lặp lại."]),
        (change("'2026'", "26"), ["year: “year” phải là số nguyên từ 1900 đến 9999."]),
        (change("'2026'", "hai nghìn"), ["year: “hai nghìn” không phải là số. Viết như 1183 hoặc 0,5."]),
        (change("version: '1'", "version: 0.5"), ["version: “version” phải là số nguyên từ 1 đến 1000000000."]),
        (
            change("status: sample", "status: draft"),
            ["status: “status” phải là một trong: official, transcribed, sample; không phải “draft”."],
        ),
        (change("status: sample\n", ""), ["status: Thiếu khóa bắt buộc “status”."]),
        (change("areas:", "scale: 0\nareas:"), ["scale: “scale” phải lớn hơn 0."]),
        (
            change("areas:", "rounding: {places: 9}\nareas:"),
            ["rounding.places: “places” phải là số nguyên từ 0 đến 6."],
        ),
        (
            change("areas:", "rounding: {mode: half_even}\nareas:"),
            ["rounding.mode: “mode” phải là một trong: half_up; không phải “half_even”."],
        ),
        (change("areas:", "rounding: 2\nareas:"), ["rounding: “rounding” phải là một nhóm khóa."]),
        (
            change("areas:", "total: {minimum: 5, maximum: 4}\nareas:"),
            ["total.maximum: “maximum” 4 nhỏ hơn “minimum” 5."],
        ),
        (change("areas:", "total: {min: 5}\nareas:"), ["total.min: Khóa “min” không có trong định dạng ở vị trí này."]),
        (
            change("areas:", "survey_absent: skip\nareas:"),
            ["survey_absent: “survey_absent” phải là một trong: rescale, zero; không phải “skip”."],
        ),
        (change("areas:", "classes: Tốt\nareas:"), ["classes: “classes” phải là một danh sách."]),
        (change("areas:", "classes: [Tốt]\nareas:"), ["classes[0]: Mỗi mục phải là một nhóm khóa."]),
        (change("areas:", "classes: [{name: Tốt}]\nareas:"), ["classes[0].min: Thiếu khóa bắt buộc “min”."]),
        (
            change("areas:", "classes: [{name: Tốt, min: 5}, {name: Tốt, min: 5}]\nareas:"),
            [
                "classes[1].min: Xếp loại phải viết từ cao xuống thấp; “Tốt” không thấp hơn mức đứng trước.",
                "classes[1].name: Xếp loại “Tốt” bị lặp lại.",
            ],
        ),
        (
            change("areas:", "ranking: {tie_breakers: [B]}\nareas:"),
            ["ranking.tie_breakers[0]: Không có tiêu chí nào mang mã “B”."],
        ),
        (
            change("areas:", "ranking: {tie_breakers: [1.1]}\nareas:"),
            ["ranking.tie_breakers[0]: Mã 1.1 trông như một con số; hãy viết trong dấu nháy: '1.1'."],
        ),
        (
            change("areas:", "ranking: {by: total}\nareas:"),
            ["ranking.by: “by” phải là một trong: rounded, exact; không phải “total”."],
        ),
        (change("areas:", "applies_to: [[a]]\nareas:"), ["applies_to[0]: Mỗi mục phải là một dòng chữ không trống."]),
        (GOOD[: GOOD.index("areas:")], ["areas: Thiếu khóa bắt buộc “areas”."]),
        (GOOD[: GOOD.index("areas:")] + "areas: []", ["areas: Danh sách “areas” không được để trống."]),
    ],
)
def test_faults_at_the_top(text, faults):
    assert set_faults(text) == faults


@pytest.mark.parametrize("code", ["1", "1.1", "-1", "1e3", ".5", "1_000", "0x1F", "0b1", "1:30", ".inf", ".nan", "1."])
def test_a_code_that_looks_like_a_number_must_be_quoted(code):
    text = GOOD.replace("code: A.1", f"code: {code}")
    assert set_faults(text) == [
        f"areas[0].children[0].code: Mã {code} trông như một con số; hãy viết trong dấu nháy: '{code}'."
    ]
    assert read_index_set(GOOD.replace("code: A.1", f"code: '{code}'")).leaves[0].code == code


@pytest.mark.parametrize("code", ["1.1.1", "I", "2026-01", "on", "nan"])
def test_other_codes_need_no_quotes(code):
    assert read_index_set(GOOD.replace("code: A.1", f"code: {code}")).leaves[0].code == code


@pytest.mark.parametrize(
    ("areas", "faults"),
    [
        (
            [area("A", leaf("A.1", LEVELS), max="2")],
            ["areas[0].max: Điểm tối đa là 2 nhưng tổng điểm tối đa của cấp dưới là 1."],
        ),
        (
            [area("A", area("A.1", leaf("A.1.1", LEVELS), leaf("A.1.2", INFO, "2.5"), max="3"), max="3")],
            ["areas[0].children[0].max: Điểm tối đa là 3 nhưng tổng điểm tối đa của cấp dưới là 3,5."],
        ),
        (
            [{"max": "1", "children": [leaf("A.1", LEVELS)]}],
            ["areas[0].code: Thiếu khóa bắt buộc “code”.", "areas[0].name: Thiếu khóa bắt buộc “name”."],
        ),
        ([area("A", leaf("A.1", LEVELS))], ["areas[0].max: Thiếu điểm tối đa “max”."]),
        ([area("A", leaf("A.1", LEVELS, None), max="1")], ["areas[0].children[0].max: Thiếu điểm tối đa “max”."]),
        ([area("B", leaf("B.1", LEVELS, None), kind="bonus")], ["areas[0].children[0].max: Thiếu điểm tối đa “max”."]),
        (
            [area("A", leaf("A.1", LEVELS, "-1"), max="0")],
            ["areas[0].children[0].max: “max” phải từ 0 trở lên, không phải -1."],
        ),
        (
            [area("A", leaf("A.1", LEVELS, "một"), max="0")],
            ["areas[0].children[0].max: “một” không phải là số. Viết như 1183 hoặc 0,5."],
        ),
        (
            [area("A", leaf("A.1", LEVELS), leaf("A.1", LEVELS), max="2")],
            ["areas[0].children[1].code: Mã “A.1” đã dùng tại areas[0].children[0]."],
        ),
        (
            [area("A", leaf("A.1", LEVELS), max="1", kind="plus")],
            ["areas[0].kind: “kind” phải là một trong: base, bonus, penalty; không phải “plus”."],
        ),
        (
            [area("A", leaf("A.1", LEVELS, kind="bonus"), max="1")],
            [
                "areas[0].children[0].kind: “kind” chỉ viết ở lĩnh vực (cấp cao nhất).",
            ],
        ),
        (
            [area("A", leaf("A.1", LEVELS), max="1", cap="1")],
            ["areas[0].cap: “cap” chỉ viết ở lĩnh vực điểm thưởng hoặc điểm trừ."],
        ),
        (
            [area("B", leaf("B.1", LEVELS, cap="1"), kind="bonus")],
            ["areas[0].children[0].cap: “cap” chỉ viết ở lĩnh vực điểm thưởng hoặc điểm trừ."],
        ),
        (
            [area("B", leaf("B.1", LEVELS), kind="bonus", cap="-1")],
            ["areas[0].cap: “cap” phải từ 0 trở lên, không phải -1."],
        ),
        (
            [{"code": "A", "name": "n", "max": "1"}],
            ["areas[0]: Phải có “rule” (tiêu chí được chấm) hoặc “children” (có cấp dưới)."],
        ),
        (
            [area("A", max="1")],
            [
                "areas[0].children: Danh sách “children” không được để trống.",
                "areas[0].max: Điểm tối đa là 1 nhưng tổng điểm tối đa của cấp dưới là 0.",
            ],
        ),
        (
            [area("A", leaf("A.1", LEVELS), max="1", rule=LEVELS)],
            ["areas[0].children: Một tiêu chí có “rule” thì không có “children”."],
        ),
        (
            [area("A", leaf("A.1", LEVELS, method="phone"), max="1")],
            [
                "areas[0].children[0].method: “method” phải là một trong: self, survey, official, info; "
                "không phải “phone”."
            ],
        ),
        (
            [area("A", leaf("A.1", LEVELS, as_of="june"), max="1")],
            ["areas[0].children[0].as_of: “as_of” phải là một trong: year_end; không phải “june”."],
        ),
        (
            [area("A", leaf("A.1", LEVELS, not_applicable="full"), max="1")],
            ["areas[0].children[0].not_applicable: “not_applicable” phải là một nhóm khóa."],
        ),
        (
            [area("A", leaf("A.1", LEVELS, not_applicable={"policy": "half"}), max="1")],
            [
                "areas[0].children[0].not_applicable.policy: “policy” phải là một trong: reduce_max, full, zero, "
                "exclude; không phải “half”."
            ],
        ),
        ([area("A", leaf("A.1", "levels"), max="1")], ["areas[0].children[0].rule: “rule” phải là một nhóm khóa."]),
        (
            [area("A", leaf("A.1", LEVELS, evidence=[{"a": "b"}]), max="1")],
            ["areas[0].children[0].evidence[0]: Mỗi mục phải là một dòng chữ không trống."],
        ),
    ],
)
def test_faults_in_the_tree(areas, faults):
    assert set_faults(set_text(*areas)) == faults


def test_every_fault_at_once_with_path_code_and_line():
    text = set_text(
        area("A", leaf("A.1", ratio(target="x")), leaf("A.1", LEVELS, "2"), max="9"),
        area("B", leaf("B.1", {"kind": "nope"}, lạ="1"), kind="bonus"),
        status="nháp",
    )
    with pytest.raises(IndexSetErrors) as caught:
        read_index_set(text, name="bo.yaml")
    assert [(error.path, error.code) for error in caught.value.errors] == [
        ("status", ""),
        ("areas[0].children[0].rule.curve.target", "A.1"),
        ("areas[0].children[1].code", "A.1"),
        ("areas[0].max", "A"),
        ("areas[1].children[0].rule.kind", "B.1"),
        ("areas[1].children[0].lạ", "B.1"),
    ]
    error = caught.value.errors[1]
    line = text.splitlines().index("        target: x") + 1
    assert str(error).startswith(f"areas[0].children[0].rule.curve.target (mã A.1, dòng {line}): “x”")
    assert str(caught.value).count("\n") == 5
    assert caught.value.name == "bo.yaml"


@pytest.mark.parametrize(
    ("rule", "most", "warning"),
    [
        (LEVELS, "2", "Mức cao nhất 1 điểm thấp hơn điểm tối đa 2."),
        (ratio(steps=[{"from": "90", "points": "1.5"}]), "2", "Mức cao nhất 1,5 điểm thấp hơn điểm tối đa 2."),
        (
            {"kind": "deduct", "unit": "lần", "per": "1", "floor": "2"},
            "2",
            "Mức sàn bằng mức bắt đầu nên không bao giờ trừ điểm; “floor: null” là không có sàn.",
        ),
        (
            {"kind": "formula", "inputs": {"A": {"value": "a"}}, "expression": "1"},
            "1",
            "“A” không được dùng trong công thức.",
        ),
    ],
)
def test_warnings_do_not_stop_the_reading(rule, most, warning):
    index_set = make_set(area("A", leaf("A.1", rule, most), max=most))
    assert [(one.code, one.message) for one in index_set.warnings] == [("A.1", warning)]


def test_warning_for_what_a_parent_ignores():
    index_set = make_set(area("A", leaf("A.1", LEVELS), max="1", as_of="year_end"))
    assert [one.path for one in index_set.warnings] == ["areas[0].as_of"]

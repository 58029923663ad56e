"""The facts file and the two commands: golden output, every fault with row and column, nothing half-written."""

import gc
import io

import pytest

from chiso.scoring import FactsFileErrors, read_units, run_check, run_score, score_facts
from tests.scoring.builders import INFO, LEVELS, area, leaf, make_set, ratio, set_text

COUNT = {"kind": "deduct", "unit": "lần", "per": "1", "floor": None}
SURVEY = {"kind": "survey", "respondents": ["Người dân"]}
AREAS = (
    area(
        "1",
        area(
            "1,1",
            leaf("1.1.1", ratio(linear=True, on_zero="not_applicable"), "3"),
            leaf("1.1.2", LEVELS, not_applicable={"policy": "reduce_max"}),
            max="4",
        ),
        leaf("1.2", SURVEY, "2", method="survey"),
        leaf("1.3", INFO, "5"),
        max="11",
    ),
    area("B", leaf("B.1", ratio(linear=True), "4"), kind="bonus", cap="3"),
    area("P", leaf("P.1", COUNT, None), kind="penalty"),
)
TOP = {
    "scale": "100",
    "survey_absent": "rescale",
    "classes": [{"name": "Tốt", "min": "60"}, {"name": "Khá, được", "min": "0"}],
}
SET = make_set(*AREAS, **TOP)
HEADER = "unit,code,input,value\n"

FACTS = (
    "\ufeffunit,code,input,value\r\n"
    'Xã B,1.1.1,numerator,"0,5"\r\n'
    "Xã A,1.1.1,numerator,0\r\n"
    "Xã B,1.1.1,denominator,2.4\r\n"
    "Xã A,1.1.1,denominator,0\r\n"
    "Xã B,1.1.2,not_applicable,có\r\n"
    "\r\n"
    "Xã A,1.1.2,level,1\r\n"
    'Xã A,1.3,value,"12,5"\r\n'
    "Xã A,B.1,decided,4\r\n"
    "Xã A,P.1,count,2\r\n"
    '"Xã ""C"", mới",1.1.2,level,2\r\n'
)
GOLDEN = """\
unit,level,code,score,max,effective_max,state,percent,rank,class
Xã B,area,1,0.63,11.00,3.00,scored,21.00,,
Xã B,node,"1,1",0.63,4.00,3.00,scored,21.00,,
Xã B,leaf,1.1.1,0.63,3.00,3.00,scored,21.00,,
Xã B,leaf,1.1.2,0.00,1.00,0.00,not_applicable,,,
Xã B,leaf,1.2,0.00,2.00,0.00,excluded,,,
Xã B,leaf,1.3,0.00,5.00,0.00,excluded,,,
Xã B,area,B,0.00,4.00,4.00,scored,0.00,,
Xã B,leaf,B.1,0.00,4.00,4.00,scored,0.00,,
Xã B,area,P,0.00,,0.00,scored,,,
Xã B,leaf,P.1,0.00,,0.00,scored,,,
Xã B,total,,21.00,100.00,3.00,scored,,2,"Khá, được"
Xã A,area,1,1.00,11.00,1.00,scored,100.00,,
Xã A,node,"1,1",1.00,4.00,1.00,scored,100.00,,
Xã A,leaf,1.1.1,0.00,3.00,0.00,not_applicable,,,
Xã A,leaf,1.1.2,1.00,1.00,1.00,scored,100.00,,
Xã A,leaf,1.2,0.00,2.00,0.00,excluded,,,
Xã A,leaf,1.3,0.00,5.00,0.00,excluded,,,
Xã A,area,B,4.00,4.00,4.00,scored,100.00,,
Xã A,leaf,B.1,4.00,4.00,4.00,decided,100.00,,
Xã A,area,P,-2.00,,0.00,scored,,,
Xã A,leaf,P.1,-2.00,,0.00,scored,,,
Xã A,total,,101.00,100.00,1.00,scored,,1,Tốt
"Xã ""C"", mới",area,1,0.00,11.00,4.00,missing,0.00,,
"Xã ""C"", mới",node,"1,1",0.00,4.00,4.00,missing,0.00,,
"Xã ""C"", mới",leaf,1.1.1,0.00,3.00,3.00,missing,0.00,,
"Xã ""C"", mới",leaf,1.1.2,0.00,1.00,1.00,scored,0.00,,
"Xã ""C"", mới",leaf,1.2,0.00,2.00,0.00,excluded,,,
"Xã ""C"", mới",leaf,1.3,0.00,5.00,0.00,excluded,,,
"Xã ""C"", mới",area,B,0.00,4.00,4.00,scored,0.00,,
"Xã ""C"", mới",leaf,B.1,0.00,4.00,4.00,scored,0.00,,
"Xã ""C"", mới",area,P,0.00,,0.00,scored,,,
"Xã ""C"", mới",leaf,P.1,0.00,,0.00,scored,,,
"Xã ""C"", mới",total,,0.00,100.00,4.00,missing,,3,"Khá, được"
"""


@pytest.fixture
def files(tmp_path):
    (tmp_path / "set.yaml").write_text(set_text(*AREAS, **TOP), "utf-8")
    (tmp_path / "facts.csv").write_bytes(FACTS.encode())
    return tmp_path


def run(files, *, units=None, out=None, facts="facts.csv", index_set="set.yaml"):
    stdout, stderr = io.StringIO(), io.StringIO()
    code = run_score(files / index_set, files / facts, units and files / units, out and files / out, stdout, stderr)
    return code, stdout.getvalue(), stderr.getvalue()


def test_score_prints_the_golden_csv(files):
    assert run(files) == (0, GOLDEN, "")


def test_score_writes_a_file_with_line_feeds_and_leaves_nothing_beside_it(files):
    assert run(files, out="out.csv") == (0, "", "")
    assert (files / "out.csv").read_bytes() == GOLDEN.encode()
    assert sorted(path.name for path in files.iterdir()) == ["facts.csv", "out.csv", "set.yaml"]


@pytest.mark.parametrize("enabled", [True, False])
def test_score_leaves_the_garbage_collector_as_it_was(files, enabled):
    was_enabled = gc.isenabled()
    gc.enable() if enabled else gc.disable()
    try:
        run(files)
        assert gc.isenabled() is enabled
    finally:
        gc.enable() if was_enabled else gc.disable()


def test_score_without_units_prints_the_header(files):
    (files / "facts.csv").write_text(HEADER)
    assert run(files) == (0, GOLDEN.splitlines(keepends=True)[0], "")


def test_score_with_units(files):
    (files / "units.csv").write_text('code,unit\n1,Xã A\n2,Xã B\n3,"Xã ""C"", mới"\n\n', "utf-8")
    assert run(files, units="units.csv")[0] == 0
    (files / "units.csv").write_text("unit\nXã A\n", "utf-8")
    code, stdout, stderr = run(files, units="units.csv")
    assert (code, stdout) == (2, "")
    assert [line.removeprefix(f"{files / 'facts.csv'}: ") for line in stderr.splitlines()] == [
        "dòng 2, cột unit: Đơn vị “Xã B” không có trong danh sách đơn vị.",
        'dòng 12, cột unit: Đơn vị “Xã "C", mới” không có trong danh sách đơn vị.',
    ]


def test_bad_facts_write_nothing_and_keep_the_old_file(files):
    (files / "facts.csv").write_text(HEADER + "Xã A,1.1.2,level,9\nXã A,1.9,level,1\n", "utf-8")
    (files / "out.csv").write_text("cũ")
    code, stdout, stderr = run(files, out="out.csv")
    assert (code, stdout, (files / "out.csv").read_text()) == (2, "", "cũ")
    assert [line.removeprefix(f"{files / 'facts.csv'}: ") for line in stderr.splitlines()] == [
        "dòng 2, cột value: Không có mức 9; chọn từ 1 đến 2.",
        "dòng 3, cột code: Bộ chỉ số không có tiêu chí được chấm mang mã “1.9”.",
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda files: (files / "set.yaml").unlink(),
            "set.yaml: không đọc được tệp (không tìm thấy tệp hoặc thư mục).",
        ),
        (
            lambda files: (files / "facts.csv").unlink(),
            "facts.csv: không đọc được tệp (không tìm thấy tệp hoặc thư mục).",
        ),
        (
            lambda files: (files / "units.csv").unlink(),
            "units.csv: không đọc được tệp (không tìm thấy tệp hoặc thư mục).",
        ),
        (
            lambda files: (files / "set.yaml").write_text("a: ["),
            "set.yaml: (dòng 2): Tệp không đúng cú pháp YAML tại dòng 2, cột 1.\nBộ chỉ số có 1 lỗi.",
        ),
        (
            lambda files: (files / "facts.csv").write_bytes(b"unit,code,input,value\nX\xe3 A,1,level,1\n"),
            "facts.csv: dòng 2 không phải UTF-8; hãy lưu lại tệp với bảng mã UTF-8.",
        ),
        (
            lambda files: (files / "units.csv").write_text("name\n"),
            "units.csv: dòng 1, cột unit: Tệp đơn vị phải có cột “unit”.",
        ),
        (
            lambda files: (files / "units.csv").write_text('unit\n"a'),
            "units.csv: dòng 2, cột unit: Dòng này không đúng dạng CSV.",
        ),
    ],
)
def test_unreadable_files(files, change, message):
    (files / "units.csv").write_text('unit\nXã A\nXã B\n"Xã ""C"", mới"\n', "utf-8")
    change(files)
    assert run(files, units="units.csv") == (2, "", f"{files}/{message}\n")


@pytest.mark.parametrize(
    ("out", "reason"),
    [
        ("", "đây là thư mục"),
        ("no/out.csv", "không tìm thấy tệp hoặc thư mục"),
        ("facts.csv/out.csv", "lỗi hệ thống số 20"),
    ],
)
def test_unwritable_output(files, out, reason):
    (files / "sub").mkdir()
    target = files / "sub" if not out else files / out
    code, stdout, stderr = run(files, out=target)
    assert (code, stdout, stderr) == (2, "", f"{target}: không ghi được tệp ({reason}).\n")
    assert not list(files.glob(".*.tmp"))


def test_forbidden_output(files, monkeypatch):
    def refuse(*_args, **_keys):
        raise PermissionError(13, "denied")

    monkeypatch.setattr("pathlib.Path.replace", refuse)
    assert run(files, out="out.csv")[2] == f"{files / 'out.csv'}: không ghi được tệp (không có quyền).\n"


def test_check_prints_a_summary_and_the_warnings(files):
    text = set_text(area("1", leaf("1.1", LEVELS, "2"), max="2"), status="sample")
    (files / "set.yaml").write_text(text, "utf-8")
    stdout, stderr = io.StringIO(), io.StringIO()
    assert run_check(files / "set.yaml", stdout, stderr) == 0
    assert (stdout.getvalue(), stderr.getvalue()) == (
        "Bộ thử\nNăm 2026, lần ban hành 1: 1 lĩnh vực, 1 tiêu chí được chấm, thang điểm 2. Không có lỗi, 1 cảnh báo.\n"
        "Cảnh báo: areas[0].children[0].rule.levels (mã 1.1, dòng 16): Mức cao nhất 1 điểm thấp hơn điểm tối đa 2.\n",
        "",
    )


def test_check_prints_every_fault(files):
    (files / "set.yaml").write_text("format: x\nareas: 1\n")
    stdout, stderr = io.StringIO(), io.StringIO()
    assert run_check(files / "set.yaml", stdout, stderr) == 1
    assert stdout.getvalue() == ""
    assert len(stderr.getvalue().splitlines()) == 8
    assert stderr.getvalue().endswith("Bộ chỉ số có 7 lỗi.\n")


def test_check_of_a_file_that_is_not_there(files):
    stderr = io.StringIO()
    assert run_check(files / "no.yaml", io.StringIO(), stderr) == 1
    assert stderr.getvalue() == f"{files}/no.yaml: không đọc được tệp (không tìm thấy tệp hoặc thư mục).\n"


def faults(text, *, header=HEADER, units=None):
    with pytest.raises(FactsFileErrors) as caught:
        score_facts(SET, header + text, units=units)
    return [(problem.row, problem.column) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Xã A,1.1.2,level\n", [(2, "value")]),
        ("Xã A,1.1.1,percent,85,5\n", [(2, "value")]),
        ("Xã A\n", [(2, "code")]),
        (",1.1.2,level,1\n", [(2, "unit")]),
        ("Xã A,,level,1\n", [(2, "code")]),
        ("Xã A,1.1.2,,1\n", [(2, "input")]),
        ("Xã A,1.1.2,level, \n", [(2, "value")]),
        (",,,\n", [(2, "unit"), (2, "code"), (2, "input"), (2, "value")]),
        ("Xã A,1.1.2,level,1\nXã A,1.1.2,level,2\n", [(3, "input")]),
        ("Xã A,1.1.2,level,1\n Xã A ,1.1.2, level,1\n", [(3, "input")]),
        ("Xã A,9,level,1\nXã A,1,level,1\n", [(2, "code"), (3, "code")]),
        ("Xã A,1.1.2,count,1\n", [(2, "input")]),
        ("Xã A,1.1.2,level,x\n", [(2, "value")]),
        ("Xã A,1.1.1,numerator,1\n", [(2, "input")]),
        ("Xã A,1.1.1,numerator,1\nXã A,1.1.1,denominator,\n", [(3, "value")]),
        ("Xã A,1.1.1,numerator,x\nXã A,1.1.1,denominator,\n", [(2, "value"), (3, "value")]),
        ("Xã A,1.1.1,percent," + "9" * 40 + "\n", [(2, "value")]),
        ('Xã A,1.1.2,level,1\n"Xã\nB",1.1.2,level,9\nXã C,1.1.2,level,9\n', [(3, "value"), (5, "value")]),
        ("Xã A,1.1.2,level,\x001\n", [(2, "value")]),
        ("\x00,1.1.2,level,1\n", [(2, "unit"), (2, "unit")]),
        ('Xã A,1.1.2,level,9\nXã B,"1.1.2,level,1\n', [(2, "value"), (3, "unit")]),
        ("Xã A,1.1.2,level," + "1" * 200_000 + "\n", [(2, "unit")]),
        ("\n\nXã A,1.1.2,level,9\n", [(4, "value")]),
    ],
)
def test_faults_have_row_and_column(text, places):
    assert faults(text) == places


@pytest.mark.parametrize(
    ("header", "places"),
    [
        ("", [(1, "unit"), (2, "value")]),
        ("unit;code;input;value\n", [(1, "unit")]),
        ("unit,code,value,input\n", [(1, "unit"), (2, "value")]),
    ],
)
def test_a_wrong_header_is_a_fault_of_row_one(header, places):
    assert (
        faults(",1.1.2,level,1\nXã A,1.1.2,level,9\n" if not header else "Xã A,1.1.2,level,9\n", header=header)
        == places
    )


def test_an_empty_file_has_no_header():
    assert faults("", header="") == [(1, "unit")]


def test_units_outside_the_list_are_reported_once_with_their_other_faults():
    text = "Xã A,1.1.2,level,1\nXã Z,1.1.2,level,9\nXã Z,P.1,count,1\n"
    assert faults(text, units=frozenset({"Xã A"})) == [(3, "unit"), (3, "value")]


def test_names_composed_in_different_ways_are_one_unit():
    text = HEADER + "X\u00e3 A,1.1.2,level,1\nXa\u0303 A,P.1,count,1\n"
    assert list(score_facts(SET, text, units=read_units("unit\nXa\u0303 A\n")).units) == ["X\u00e3 A"]


def test_line_ends_of_an_old_mac_are_read():
    assert list(score_facts(SET, (HEADER + "Xã A,1.1.2,level,1\n").replace("\n", "\r")).units) == ["Xã A"]


def test_report_keeps_the_decimals_of_the_set():
    index_set = make_set(area("A", leaf("A.1", ratio(linear=True), "0.125"), max="0.125"), rounding={"places": "1"})
    from chiso.scoring.report import write_report

    text = "".join(write_report(score_facts(index_set, HEADER + "x,A.1,percent,100\n")))
    assert text.splitlines()[1:] == [
        "x,area,A,0.1,0.1,0.1,scored,80.0,,",
        "x,leaf,A.1,0.1,0.1,0.1,scored,80.0,,",
        "x,total,,0.1,0.1,0.1,scored,,1,",
    ]


def test_report_without_a_total_leaves_it_empty():
    from chiso.scoring.report import write_report

    node = leaf("A.1", LEVELS, not_applicable={"policy": "reduce_max"})
    index_set = make_set(area("A", node, max="1"), classes=[{"name": "Tốt", "min": "0"}])
    text = "".join(write_report(score_facts(index_set, HEADER + "x,A.1,not_applicable,1\n")))
    assert text.splitlines()[-1] == "x,total,,,1.00,0.00,scored,,,"


def test_an_area_may_be_a_leaf_itself():
    from chiso.scoring.report import write_report

    index_set = make_set(leaf("A", LEVELS))
    text = "".join(write_report(score_facts(index_set, HEADER + "x,A,level,1\n")))
    assert text.splitlines()[1] == "x,area,A,1.00,1.00,1.00,scored,100.00,,"

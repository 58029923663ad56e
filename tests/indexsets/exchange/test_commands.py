"""The commands: what they print, what they write, their exit codes."""

import io
import subprocess
import sys
from pathlib import Path

import pytest

from chiso.config import cli
from chiso.indexsets.exchange import read_file, run_check, run_convert, run_diff
from tests.indexsets.exchange.tables import workbook
from tests.indexsets.exchange.test_crafted_files import ROWS
from tests.scoring.builders import LIBRARY

NQ57 = LIBRARY / "commune_nq57_2026.yaml"


def convert(source: Path, target: Path, *, keep_draft: bool = False) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = run_convert(source, target, out, err, keep_draft=keep_draft)
    return code, out.getvalue(), err.getvalue()


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    path = tmp_path / "loi.xlsx"
    path.write_bytes(workbook([*ROWS[:2], ["1", "Lĩnh vực", 3], *ROWS[3:]]))
    return path


@pytest.mark.parametrize("suffix", [".xlsx", ".docx", ".yml"])
def test_convert_there_and_back(tmp_path: Path, suffix: str) -> None:
    there, back = tmp_path / f"bo{suffix}", tmp_path / "bo.yaml"
    code, out, err = convert(NQ57, there)
    assert (code, err) == (0, "")
    assert out.endswith(f"Đã ghi {there}.\n")
    assert convert(there, back)[0] == 0
    assert read_file(back).index_set == read_file(NQ57).index_set
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted({there.name, back.name})
    assert run_diff(NQ57, back, io.StringIO(), io.StringIO()) == 0


def test_convert_writes_nothing_of_a_faulty_set_unless_asked(tmp_path: Path, faulty: Path) -> None:
    target = tmp_path / "nhap.yaml"
    code, _, err = convert(faulty, target)
    assert code == 1
    assert err.endswith("Bộ chỉ số có 1 lỗi.\nKhông ghi gì. Thêm --draft để ghi bản nháp còn lỗi.\n")
    assert not target.exists()
    assert convert(faulty, target, keep_draft=True)[0] == 1
    assert "max: 3" in target.read_text("utf-8")


def test_convert_refuses_what_it_cannot_do(tmp_path: Path) -> None:
    assert convert(NQ57, tmp_path / "a.pdf") == (
        2,
        "",
        f"{tmp_path / 'a.pdf'}: tên tệp phải có đuôi .yaml, .xlsx hoặc .docx.\n",
    )
    assert convert(NQ57, NQ57) == (2, "", f"{NQ57}: tệp sẽ ghi trùng với tệp nguồn.\n")
    missing = tmp_path / "none.yaml"
    assert convert(missing, tmp_path / "a.xlsx") == (2, "", f"{missing}: không đọc được tệp (không tìm thấy tệp).\n")
    code, _, err = convert(NQ57, tmp_path / "none" / "a.xlsx")
    assert (code, "không ghi được tệp" in err) == (2, True)


def test_check_tells_guesses_and_errors(tmp_path: Path, faulty: Path) -> None:
    good = tmp_path / "tot.xlsx"
    good.write_bytes(workbook(ROWS))
    out, err = io.StringIO(), io.StringIO()
    assert run_check(good, out, err) == 0
    assert out.getvalue() == (
        "Bộ chỉ số năm 2026\n"
        "Năm 2026, lần ban hành 1: 1 lĩnh vực, 1 tiêu chí được chấm, thang điểm 1. Không có lỗi, "
        "3 chỗ đoán cần xác nhận, 0 cảnh báo.\n"
        "Đoán: trang “Sheet1”, dòng 1: Tên bộ chỉ số là “Bộ chỉ số năm 2026”. (từ câu “Bộ chỉ số năm 2026”)\n"
        "Đoán: trang “Sheet1”, dòng 1: Năm là 2026; lần ban hành 1; tình trạng “chép từ văn bản”.\n"
        "Đoán: trang “Sheet1”, dòng 4 (mã 1.1): Cách chấm được đoán là “Chọn một mức”. "
        "(từ câu “Có: 1 · Không: 0”)\n"
    )
    assert run_check(faulty, io.StringIO(), err) == 1
    assert "dòng 3, cột C “Điểm tối đa” (mã 1): Điểm tối đa là 3" in err.getvalue()
    assert run_check(NQ57, io.StringIO(), io.StringIO()) == 0
    assert run_check(tmp_path / "none", io.StringIO(), io.StringIO()) == 1


def test_diff_of_what_is_no_set(tmp_path: Path) -> None:
    text = tmp_path / "a.yaml"
    text.write_text("- a", encoding="utf-8")
    err = io.StringIO()
    assert run_diff(NQ57, text, io.StringIO(), err) == 2
    assert err.getvalue() == f"{text}: (dòng 1): Tệp phải là một nhóm khóa, bắt đầu bằng “format: chiso-index-set/1”.\n"
    assert run_diff(tmp_path / "none", NQ57, io.StringIO(), io.StringIO()) == 2
    assert run_diff(LIBRARY / "commune_sample_2022.yaml", NQ57, io.StringIO(), io.StringIO()) == 1


def test_the_program(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHISO_DATA", str(tmp_path))
    target = str(tmp_path / "a.docx")
    assert cli.main(["index-set", "convert", str(NQ57), target]) == 0
    assert cli.main(["index-set", "check", target]) == 0
    assert cli.main(["index-set", "diff", str(NQ57), target]) == 0
    assert capsys.readouterr().out.endswith("Hai bộ chỉ số giống nhau.\n")


def test_no_django_is_loaded() -> None:
    program = "import sys, chiso.indexsets.exchange\nprint('django' in sys.modules, 'docx' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout == "False False\n"

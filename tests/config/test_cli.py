import os
import subprocess
import sys
from pathlib import Path

import pytest

from chiso.config import cli
from chiso.config.parser import vietnamese
from tests.config.processes import chiso, environment


@pytest.fixture(autouse=True)
def _own_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CHISO_DATA", str(tmp_path))  # `main` writes it; this puts it back.


def refusal(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit) as stop:
        cli.main(list(words))
    assert stop.value.code == 2
    return capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["demo"],
        ["serve"],
        ["worker"],
        ["score"],
        ["index-set", "check"],
        ["index-set", "convert"],
        ["index-set", "diff"],
        ["facts", "export"],
        ["results", "export"],
        ["manage"],
    ],
)
def test_every_command_explains_itself_in_vietnamese(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        cli.main([*words, "--help"])

    assert stop.value.code == 0
    text = capsys.readouterr().out
    assert text.startswith(f"Cách dùng: {' '.join(['chiso', *words])} [-h]")
    assert "Tùy chọn:" in text
    for english in ("usage", "options", "positional", "show this help"):
        assert english not in text


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "chiso: còn thiếu: LỆNH."),
        (["score", "--facts", "f.csv"], "chiso: còn thiếu: --set."),
        (["serve", "--prot", "1"], "chiso: không hiểu: --prot 1."),
        (["serve", "--port"], "chiso: --port: cần một giá trị."),
        (["serve", "--port", "0"], "chiso: --port: “0” không phải số nguyên từ 1 đến 65535."),
        (["serve", "--port", "8.000"], "chiso: --port: “8.000” không phải số nguyên từ 1 đến 65535."),
    ],
)
def test_command_line_not_understood_is_explained(
    capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    assert refusal(capsys, *words).splitlines()[0] == sentence


def test_wrong_choice_names_the_right_ones(capsys: pytest.CaptureFixture[str]) -> None:
    message = refusal(capsys, "demo", "--stage", "notify")
    assert message.startswith("chiso: --stage: không có 'notify'; chọn một trong: 'preparation', ")


def test_unknown_message_of_argparse_stays() -> None:
    assert vietnamese("something new") == "something new"


def test_scoring_commands_do_not_wait_for_django() -> None:
    program = "import sys, chiso.config.cli, chiso.scoring\nprint('django' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout == "False\n"


def test_missing_file_is_a_sentence_not_a_traceback(tmp_path: Path) -> None:
    result = subprocess.run(
        chiso("index-set", "check", str(tmp_path / "nope.yaml"), data=tmp_path),
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode != 0
    assert "nope.yaml" in result.stderr
    assert "Traceback" not in result.stderr


def test_manage_passes_its_words_to_django(tmp_path: Path) -> None:
    result = subprocess.run(
        chiso("manage", "migrate", "--plan", data=tmp_path),
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert "background.0001_initial" in result.stdout


def test_data_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = subprocess.run(
        chiso("serve", data=tmp_path / "file" / "data"),
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, "Traceback" in result.stderr) == (1, False)


def test_data_folder_is_taken_from_either_side_of_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    parser = cli.build_parser()
    assert parser.parse_args(["worker"]).data == tmp_path
    assert parser.parse_args(["--data", "a", "worker"]).data == Path("a")
    assert parser.parse_args(["worker", "--data", "a"]).data == Path("a")
    monkeypatch.delenv("CHISO_DATA")
    assert cli.build_parser().parse_args(["worker"]).data == Path("var")
    assert "CHISO_DATA" not in os.environ

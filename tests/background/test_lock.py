import subprocess
import sys
from pathlib import Path

import pytest

from chiso.background.lock import DataFolderBusy, hold_data_folder


def test_data_folder_is_held_by_one_and_the_other_learns_by_whom(tmp_path: Path) -> None:
    with (
        hold_data_folder(tmp_path, "chiso serve"),
        pytest.raises(DataFolderBusy, match=r"đang được dùng bởi chiso serve \(tiến trình \d+, từ "),
        hold_data_folder(tmp_path, "chiso demo"),
    ):
        raise AssertionError("held twice")

    with hold_data_folder(tmp_path, "chiso demo"):
        pass


def test_lock_goes_with_a_process_that_dies(tmp_path: Path) -> None:
    program = (
        "import os, sys, pathlib\n"
        "from chiso.background.lock import hold_data_folder\n"
        "with hold_data_folder(pathlib.Path(sys.argv[1]), 'x'):\n"
        "    os._exit(7)\n"
    )
    died = subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False)
    assert died.returncode == 7
    assert (tmp_path / "server.lock").read_text()

    with hold_data_folder(tmp_path, "chiso demo"):
        pass

"""A frozen result is checked from its own content: by the page, and by `chiso verify` without a database."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from chiso.config.cli import main
from chiso.results import verifying
from chiso.results.models import Result
from tests.world import World, play_to

pytestmark = pytest.mark.django_db


def as_(client: Client, world: World, name: str) -> Client:
    client.force_login(world.cast.everyone()[name])
    return client


def downloaded(client: Client, world: World, folder: Path) -> Path:
    answer = as_(client, world, "giang").get(reverse("results:bundle", args=[Result.objects.get().pk]))
    path = folder / "ban-chup.json"
    path.write_bytes(answer.content)
    return path


def test_a_downloaded_result_is_verified_without_database_and_without_django(client: Client, tmp_path: Path) -> None:
    path = downloaded(client, play_to("published"), tmp_path)
    code = f"import sys; from chiso.config.cli import main; c = main(['verify', {str(path)!r}]); "
    code += "sys.exit(c or ('django.db' in sys.modules) * 9)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert Result.objects.get().digest in done.stdout
    assert "0 giá trị khác" in done.stdout
    assert "Kết quả ĐÚNG" in done.stdout


def _total(bundle: dict[str, Any]) -> None:
    bundle["units"][0]["total"] = "99.00"


def _leaf(bundle: dict[str, Any]) -> None:
    bundle["units"][0]["leaves"][0]["score"] = "1.99"


def _area(bundle: dict[str, Any]) -> None:
    bundle["units"][0]["areas"][0]["percent"] = "1.99"


def _rank(bundle: dict[str, Any]) -> None:
    bundle["units"][0]["rank"], bundle["units"][1]["rank"] = 2, 1


def _grade(bundle: dict[str, Any]) -> None:
    bundle["units"][1]["grade"] = "Tốt"


def _facts(bundle: dict[str, Any]) -> None:
    bundle["units"][0]["facts"]["2.1"] = {"decided": "6"}


def _set(bundle: dict[str, Any]) -> None:
    bundle["blocks"][0]["text"] = bundle["blocks"][0]["text"].replace("name: Khá", "name: Giỏi")


FORGERIES = [_total, _leaf, _area, _rank, _grade, _facts, _set]


@pytest.mark.parametrize("forge", FORGERIES, ids=[one.__name__ for one in FORGERIES])
def test_a_forged_number_is_found_even_under_a_new_hash(
    client: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str], forge: Callable[[dict[str, Any]], None]
) -> None:
    path = downloaded(client, play_to("approved"), tmp_path)
    content = json.loads(path.read_text(encoding="utf-8"))
    forge(content["bundle"])
    path.write_text(json.dumps(content), encoding="utf-8")
    assert main(["verify", str(path)]) == 1
    told = capsys.readouterr().out
    assert "KHÁC mã kiểm tra" in told
    assert " 0 giá trị khác" not in told
    content["digest"] = verifying.digest_of(content["bundle"])
    path.write_text(json.dumps(content), encoding="utf-8")
    assert main(["verify", str(path)]) == 1
    assert "KHÔNG KHỚP" in capsys.readouterr().out


BROKEN = {
    "empty": "",
    "text": "xin chào",
    "list": "[]",
    "deep": "[" * 100_000,
    "other": '{"format": "chiso-publication/1"}',
    "no_bundle": '{"format": "chiso-result-file/1", "digest": ""}',
    "bare": '{"format": "chiso-result/1"}',
    "null": '{"format": "chiso-result/1", "blocks": null, "units": null}',
    "bad_set": '{"format": "chiso-result/1", "blocks": [{"name": "A", "edition": "", "text": "a: b"}], "units": []}',
    "stray": '{"format": "chiso-result/1", "blocks": [], "units": [{"code": "01", "block": "A"}]}',
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_is_refused_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    path = tmp_path / "hong.json"
    path.write_text(text, encoding="utf-8")
    assert main(["verify", str(path)]) == 2
    assert "hong.json" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(tmp_path / "khong-co.json")]) == 1
    assert "khong-co.json" in capsys.readouterr().err


def test_the_page_says_that_hash_and_numbers_are_the_same(client: Client) -> None:
    world = play_to("published")
    result = Result.objects.get()
    url = reverse("results:verify", args=[result.pk])
    assert url in as_(client, world, "giang").get(reverse("results:results", args=[world.round.pk])).content.decode()
    page = client.get(url).content.decode()
    assert page.count(result.digest) == 2
    assert "bằng nhau" in page
    assert "không có giá trị nào khác" in page


def test_the_page_finds_a_result_changed_behind_its_back(client: Client) -> None:
    world = play_to("published")
    result = Result.objects.get()
    _total(result.bundle)
    result.save()
    page = as_(client, world, "ha").get(reverse("results:verify", args=[result.pk])).content.decode()
    assert "khác nhau" in page
    assert "99.00 → 90.56" in page
    assert "Bản chụp không khớp" in page


@pytest.mark.parametrize(("name", "status"), [("giang", 200), ("ha", 200), ("an", 403), ("dung", 403), ("son", 404)])
def test_facts_of_all_units_are_for_those_who_run_the_round(client: Client, name: str, status: int) -> None:
    world = play_to("published")
    as_(client, world, name)
    for route in ("verify", "bundle"):
        assert client.get(reverse(f"results:{route}", args=[Result.objects.get().pk])).status_code == status

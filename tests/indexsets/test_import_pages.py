"""Import: a file is read, shown, and kept only once that page is confirmed."""

from typing import Any

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from chiso.indexsets import import_page
from chiso.indexsets.exchange import write_docx, write_xlsx
from chiso.indexsets.exchange.yaml_writing import tree_to_yaml
from chiso.indexsets.models import Edition, IndexSet
from chiso.organizations import clock
from chiso.scoring import read_index_set, read_tree
from tests.cast import Cast, engage
from tests.factories import UnitFactory
from tests.indexsets.big_set import big_tree
from tests.indexsets.exchange.tables import workbook
from tests.indexsets.steps import NOW, SMALL, draft, faulty_tree, form_of, sign_in, small_tree, upload, url

pytestmark = pytest.mark.django_db

OFFICE = [
    ["BỘ CHỈ SỐ CẢI CÁCH HÀNH CHÍNH CẤP XÃ NĂM 2022"],
    ["STT", "Lĩnh vực/TC/TCTP", "Điểm tối đa"],
    ["1", "Chỉ đạo điều hành", 5],
    ["1.1", "Ban hành kế hoạch", 2],
    [None, "Kịp thời: 2 điểm"],
    [None, "Không kịp thời: 1 điểm"],
    ["1.2", "Sáng kiến <b>mới</b>", 3],
    [None, "Có từ 02 sáng kiến trở lên", 3],
    [None, "01 sáng kiến", 1],
]


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def cast() -> Cast:
    return engage()


@pytest.fixture
def giang(client: Client, cast: Cast) -> Client:
    return sign_in(client, cast, "giang")


def confirm(client: Client, given: dict[str, Any]) -> Any:
    return client.post(reverse("indexsets:import_confirm"), given)


def contents() -> dict[str, bytes]:
    index_set = read_index_set(SMALL)
    return {
        "a.yaml": SMALL.encode(),
        "a.xlsx": write_xlsx(index_set),
        "a.docx": write_docx(index_set),
    }


@pytest.mark.parametrize("name", ["a.yaml", "a.xlsx", "a.docx"])
def test_each_kind_of_file_is_shown_first_and_kept_when_confirmed(giang: Client, name: str) -> None:
    answer = upload(giang, contents()[name], name)
    page = answer.content.decode()
    assert answer.status_code == 200
    for words in ("không có lỗi", "7 tiêu chí được chấm", "Ban hành kế hoạch", "Chưa lưu gì"):
        assert words in page
    assert not Edition.objects.exists()
    kept = confirm(giang, form_of(answer))
    edition = Edition.objects.get()
    assert (kept.status_code, kept.url) == (302, url("edition", edition))
    assert (edition.name, edition.year, edition.version, edition.text) == ("Bộ chỉ số thử", 2022, 1, "")
    assert read_tree(edition.draft) == read_index_set(SMALL)
    assert "Chưa lưu gì" not in giang.get(kept.url).content.decode()


def test_every_row_is_shown_with_what_it_was_read_as_and_guesses_with_their_sentence(giang: Client) -> None:
    answer = upload(giang, workbook(OFFICE), "xa.xlsx")
    page = answer.content.decode()
    rows = answer.context["page"].rows  # type: ignore[attr-defined]
    assert [(row["place"], row["kind"], row["code"]) for row in rows[2:5]] == [
        ("3", "lĩnh vực", "1"),
        ("4", "tiêu chí được chấm", "1.1"),
        ("5", "thang điểm", ""),
    ]
    assert "Từ câu: “Kịp thời: 2 điểm" in page
    assert "Sáng kiến &lt;b&gt;mới&lt;/b&gt;" in page
    assert answer.context["form"].initial["key"] == "bo-chi-so-cai-cach-hanh-chinh-cap-xa"  # type: ignore[attr-defined]


def test_errors_name_sheet_row_and_column_all_at_once_and_the_draft_can_be_kept(giang: Client) -> None:
    bad = [list(row) for row in OFFICE]
    bad[2][2], bad[3][2] = 10, "2,x"
    answer = upload(giang, workbook(bad), "xa.xlsx")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "trang “Sheet1”, dòng 4, cột C “Điểm tối đa”" in page
    assert "Nhập thành dự thảo, sửa lỗi sau" in page
    kept = confirm(giang, form_of(answer))
    shown = giang.get(kept.url).content.decode()
    assert "lỗi, chưa lấy ý kiến và ban hành được" in shown


def test_a_part_that_declares_10_and_sums_to_8_is_told_so_and_kept(giang: Client) -> None:
    answer = upload(giang, SMALL.replace("max: 8", "max: 10").encode())
    assert "Điểm tối đa là 10 nhưng tổng điểm tối đa của cấp dưới là 8." in answer.content.decode()
    assert confirm(giang, form_of(answer)).status_code == 302
    assert Edition.objects.get().draft["areas"][0]["max"] == "10"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "rỗng"),
        (b"\xff\xfe\x00", "Không nhận ra loại tệp"),
        (b"%PDF-1.4", "Đây là tệp PDF"),
        (b"PK\x03\x04 broken", "Tệp bị hỏng"),
        (b"<html><table>", "trang web"),
        (b" " * (5 * 1024 * 1024 + 1), "lớn hơn 5 MB"),
        (workbook([["Họ tên", "Lương"], ["An", 1]]), "Không tìm thấy bảng tiêu chí"),
    ],
    ids=["empty", "unknown", "pdf", "broken", "page", "huge", "no table"],  # A workbook holds the minute it was made.
)
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(giang: Client, content: bytes, words: str) -> None:
    answer = upload(giang, content)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_text_that_is_no_tree_cannot_be_kept(giang: Client) -> None:
    answer = upload(giang, b"- a\n- b\n")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "chưa nhập gì" in page
    assert "Giữ thành dự thảo" not in page


def test_every_fault_of_a_yaml_is_shown_with_its_place(giang: Client) -> None:
    bad = SMALL.replace("max: 8", "max: 9").replace("kind: checklist", "kind: guess").replace("year: 2022", "")
    answer = upload(giang, bad.encode())
    page = answer.content.decode()
    for place in ("areas[0].max", "areas[1].children[1].rule", "mã 2.2", "year"):
        assert place in page
    given = form_of(answer)
    refused = confirm(giang, given)
    assert refused.status_code == 422
    assert not IndexSet.objects.exists()
    again = confirm(giang, {**form_of(refused), "year": "2022"})
    assert again.status_code == 302


def test_a_double_confirmation_makes_one_draft(giang: Client) -> None:
    given = form_of(upload(giang, SMALL.encode()))
    assert confirm(giang, given).status_code == 302
    again = confirm(giang, given)
    assert again.status_code == 422
    assert "đã có" in again.content.decode()
    assert confirm(giang, {**form_of(again), "version": "2"}).status_code == 302
    assert sorted(Edition.objects.values_list("version", flat=True)) == [1, 2]


@pytest.mark.parametrize(
    "change", [{"year": "22"}, {"year": "năm"}, {"version": "0"}, {"name": ""}, {"name": "x" * 301}, {"key": "a b"}]
)
def test_what_names_a_draft_is_checked(giang: Client, change: dict[str, str]) -> None:
    given = form_of(upload(giang, SMALL.encode()))
    assert confirm(giang, {**given, **change}).status_code == 422
    assert not Edition.objects.exists()


def test_nobody_brings_in_a_tree_that_was_not_read_here(giang: Client, cast: Cast) -> None:
    token = form_of(upload(giang, SMALL.encode()))["token"]
    given = {"name": "x", "year": "2022", "version": "1", "key": "x", "authority": cast.authority.pk}
    forged = signing.dumps({"tree": small_tree(), "name": "a", "user": cast.giang.pk}, salt="another")
    foreign = import_page.sign(small_tree(), "a", cast.ha)
    for bad in ("", token[:-3], f"{token}x", forged, foreign, "not:signed:atall"):
        answer = confirm(giang, {**given, "token": bad})
        assert answer.status_code == 409
        assert "Hãy tải tệp lên lại" in answer.content.decode()
    assert not Edition.objects.exists()


def test_a_page_left_open_for_two_days_is_refused(giang: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    given = form_of(upload(giang, SMALL.encode()))
    monkeypatch.setattr(import_page, "_ONE_DAY", -1)
    assert confirm(giang, given).status_code == 409


@pytest.mark.parametrize("name", ["ha", "an", "chi", "son"])
def test_only_a_coordinator_imports(client: Client, cast: Cast, name: str) -> None:
    sign_in(client, cast, name)
    assert client.get(reverse("indexsets:import")).status_code == 403
    assert upload(client, SMALL.encode()).status_code == 403
    assert confirm(client, {}).status_code == 403


def test_a_coordinator_imports_for_the_own_authority_only(giang: Client) -> None:
    given = form_of(upload(giang, SMALL.encode()))
    assert confirm(giang, {**given, "authority": UnitFactory().pk}).status_code == 422
    assert not Edition.objects.exists()


def test_five_hundred_criteria_survive_the_two_steps(giang: Client) -> None:
    tree = big_tree()
    answer = upload(giang, tree_to_yaml(tree).encode())
    given = form_of(answer)
    assert len(given["token"]) < 200_000
    assert confirm(giang, given).status_code == 302
    assert Edition.objects.get().draft == tree


@pytest.mark.parametrize("kind", ["yaml", "xlsx", "docx"])
def test_an_edition_goes_out_and_comes_in_again_as_it_was(giang: Client, cast: Cast, kind: str) -> None:
    edition = draft(cast)
    answer = giang.get(url("export", edition, kind))
    assert answer.status_code == 200
    assert f"small-2022-1.{kind}" in answer["Content-Disposition"]
    given = form_of(upload(giang, answer.content, f"a.{kind}"))
    confirm(giang, {**given, "version": "2"})
    assert Edition.objects.get(version=2).draft == edition.draft | {"version": "2"}


@pytest.mark.parametrize("kind", ["yaml", "xlsx", "docx"])
def test_a_faulty_draft_goes_out_as_well(giang: Client, cast: Cast, kind: str) -> None:
    edition = draft(cast, faulty_tree())
    answer = giang.get(url("export", edition, kind))
    assert "Điểm tối đa là 10" in upload(giang, answer.content, f"a.{kind}").content.decode()


def test_files_go_to_those_who_see_the_edition(client: Client, cast: Cast) -> None:
    edition = draft(cast)
    for name, status in (("ha", 200), ("an", 404), ("son", 404)):
        assert sign_in(client, cast, name).get(url("export", edition, "yaml")).status_code == status
    assert sign_in(client, cast, "ha").get(url("export", edition, "exe")).status_code == 404
    assert client.post(url("export", edition, "yaml")).status_code == 405

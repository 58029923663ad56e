"""The offline workbook: downloaded, filled, read on trial, confirmed; and everything that may be wrong with it."""

import io
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chiso.assessments.actions import dossier as actions
from chiso.assessments.actions.carry_over import carry_over
from chiso.assessments.models import Entry
from chiso.audit.models import AuditEntry
from chiso.indexsets.answers import Answer
from chiso.organizations import clock
from tests.assessments import workbooks
from tests.assessments.test_carry_over import ALL as ALL_CHANGES
from tests.assessments.test_carry_over import AT, UNTIL, block_of, reissue
from tests.assessments.workbooks import Value, cells, exported, filled
from tests.world import PDF, World, moment, play_to

pytestmark = pytest.mark.django_db

EVENING = moment("12/12/2022 21:04")
FIRST = "1. Kịp thời: 2 điểm"


@pytest.fixture(autouse=True)
def _evening(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: EVENING)


@pytest.fixture
def world() -> World:
    return play_to("self_assessment")


@pytest.fixture
def an(world: World, client: Client) -> Client:
    client.force_login(world.cast.an)
    return client


def url(world: World, route: str = "workbook") -> str:
    return reverse(f"assessments:{route}", args=[world.dossier(world.cast.north).pk])


def downloaded(client: Client, world: World) -> bytes:
    return client.get(url(world, "workbook_file")).content


def upload(client: Client, world: World, content: bytes) -> Any:
    return client.post(url(world), {"file": SimpleUploadedFile("so-lieu.xlsx", content)})


def confirm(client: Client, world: World, page: Any, *mine: str) -> Any:
    return client.post(url(world, "workbook_confirm"), {"token": page.context["token"], "mine": list(mine)})


def save(world: World, code: str, answer: Answer, by: str = "binh", **also: object) -> None:
    entry = world.entry(world.cast.north, code)
    actions.save_entry(entry, getattr(world.cast, by), EVENING, version=entry.version, answer=answer, **also)


def entry(world: World, code: str) -> Entry:
    return world.entry(world.cast.north, code)


ALL: dict[str, Value] = {
    "1.1/level": FIRST,
    "1.1/note": "Ban hành ngày 05/01/2022.\nĐăng trên trang của xã.",
    "1.2/numerator": 8.0,
    "1.2/denominator": 10.0,
    "1.2/as_of": "30/11/2022",
    "1.2/decided": 5.25,
    "1.2/reason": "Chưa đủ căn cứ.",
    "2.1/numerator": "1.090,5",
    "2.1/denominator": 1200.75,
    "2.2/items.1": "Có",
    "2.2/items.2": "không",
    "B.1/count": 1.0,
}


# -- round trips


def test_a_workbook_that_nobody_filled_changes_nothing(an: Client, world: World) -> None:
    world.fill(
        world.cast.north,
        world.cast.an,
        {"1.1": {"level": "2"}, "1.2": {"numerator": "8.50", "denominator": "10"}},
        EVENING,
    )
    page = upload(an, world, downloaded(an, world))
    assert page.status_code == 200
    assert "Bảng tính không có gì khác với hồ sơ đang lưu" in page.content.decode()
    assert (page.context["page"].changes, page.context["page"].conflicts) == ([], [])


def test_fill_import_and_export_again_is_identical(an: Client, world: World) -> None:
    full = filled(downloaded(an, world), ALL)
    page = upload(an, world, full)
    assert page.context["page"].problems == []
    assert [change.code for change in page.context["page"].changes] == ["1.1", "1.2", "2.1", "2.2", "B.1"]
    assert Entry.objects.exclude(version=0).count() == 0  # Nothing is saved before it is confirmed.
    assert confirm(an, world, page).status_code == 302
    assert entry(world, "1.1").facts == {"level": "1"}
    assert entry(world, "1.1").note == "Ban hành ngày 05/01/2022.\nĐăng trên trang của xã."
    assert (entry(world, "1.2").facts, str(entry(world, "1.2").decided)) == (
        {"numerator": "8", "denominator": "10"},
        "5.2500",
    )
    assert entry(world, "1.2").as_of.isoformat() == "2022-11-30"
    assert entry(world, "2.1").facts == {"numerator": "1090.5", "denominator": "1200.75"}
    assert entry(world, "2.2").facts == {"items": "1"}
    again = downloaded(an, world)
    said = {"2.1/numerator": "1090.5", "2.2/items.2": "Không", "1.2/decided": "5.25", "1.2/numerator": "8"}
    assert {key: cells(again)[key] for key in said} == said
    assert upload(an, world, again).context["page"].changes == []
    third = filled(again, {})
    assert workbooks.rows(third) == workbooks.rows(again) == workbooks.rows(downloaded(an, world))


def test_one_action_logs_every_leaf(an: Client, world: World) -> None:
    confirm(an, world, upload(an, world, filled(downloaded(an, world), ALL)))
    [logged] = AuditEntry.objects.filter(code="dossier.import_workbook")
    assert set(logged.changes) == {"1.1", "1.2", "2.1", "2.2", "B.1"}
    old, new = logged.changes["1.2"]
    assert old == {}
    assert (new["decided"], new["reason"], new["as_of"]) == ("5.25", "Chưa đủ căn cứ.", "2022-11-30")
    assert not AuditEntry.objects.filter(code="entry.save").exists()


def test_the_dry_run_shows_old_and_new_with_scores(an: Client, world: World) -> None:
    save(world, "1.2", Answer({"numerator": "8", "denominator": "10"}), by="an")
    page = upload(an, world, filled(downloaded(an, world), {"1.2/numerator": 9.0}))
    [change] = page.context["page"].changes
    told = [(line.label, line.theirs, line.mine) for line in change.lines]
    assert told == [("Nhiệm vụ hoàn thành", "8", "9"), ("Điểm", "5,33", "6,00")]
    text = page.content.decode()
    assert "1 tiêu chí thay đổi · 4 tiêu chí giữ nguyên" in text
    assert "Tổng tự chấm 5,33 → 6,00" in text


def test_clearing_a_cell_clears_the_figure(an: Client, world: World) -> None:
    save(world, "1.1", Answer({"level": "1"}), note="Nhầm")
    content = filled(downloaded(an, world), {"1.1/level": None, "1.1/note": None})
    confirm(an, world, upload(an, world, content))
    assert (entry(world, "1.1").facts, entry(world, "1.1").note) == ({}, "")


def test_not_applicable_with_its_reason(an: Client, world: World) -> None:
    content = filled(downloaded(an, world), {"1.2/not_applicable": "Có", "1.2/reason": "Không được giao."})
    confirm(an, world, upload(an, world, content))
    assert (entry(world, "1.2").not_applicable, entry(world, "1.2").effective_max) == (True, 0)
    assert cells(downloaded(an, world))["1.2/not_applicable"] == "Có"


def test_a_percentage_used_before_stays_a_percentage(an: Client, world: World) -> None:
    save(world, "2.1", Answer({"percent": "85.5"}))
    content = downloaded(an, world)
    assert cells(content)["2.1/percent"] == "85.5"
    assert upload(an, world, content).context["page"].changes == []
    save(world, "2.1", Answer({"numerator": "1", "denominator": "2"}))
    page = upload(an, world, filled(content, {"2.1/percent": 90.0}))
    assert [change.code for change in page.context["page"].conflicts] == ["2.1"]


def test_a_percentage_that_a_colleague_took_up_is_a_conflict(an: Client, world: World) -> None:
    content = downloaded(an, world)
    save(world, "2.1", Answer({"percent": "85.5"}))
    assert upload(an, world, content).context["page"].problems == []
    page = upload(an, world, filled(content, {"2.1/numerator": 1.0, "2.1/denominator": 2.0}))
    assert ([change.code for change in page.context["page"].conflicts], problems(page)) == (["2.1"], [])
    assert confirm(an, world, page, "2.1").status_code == 302
    assert entry(world, "2.1").facts == {"numerator": "1", "denominator": "2"}


def test_rows_are_found_wherever_they_were_moved_to(an: Client, world: World) -> None:
    content = workbooks.turned_round(filled(downloaded(an, world), ALL))
    page = upload(an, world, content)
    assert (page.context["page"].problems, len(page.context["page"].changes)) == ([], 5)


def test_formulas_count_as_their_values(an: Client, world: World) -> None:
    content = filled(downloaded(an, world), {"B.1/count": 2.0}, formulas={"B.1/count": "1+1"})
    confirm(an, world, upload(an, world, content))
    assert entry(world, "B.1").facts == {"count": "2"}


# -- faults, all at once, each with its cell


def problems(page: Any) -> list[tuple[str, str]]:
    return [(problem.where, problem.what) for problem in page.context["page"].problems]


def test_every_fault_is_told_at_once_with_its_cell(an: Client, world: World) -> None:
    content = downloaded(an, world)
    wrong: dict[str, Value] = {
        "1.1/level": "Rất kịp thời",
        "1.1/as_of": "30.11.2022",
        "1.2/numerator": "85.25",
        "1.2/denominator": "mười",
        "2.1/numerator": -1.0,
        "2.1/denominator": 100.0,
        "2.2/items.1": "Không",
        "B.1/count": 1.5,
    }
    page = upload(an, world, filled(content, wrong))
    assert page.status_code == 422
    told = dict(problems(page))
    for key, words in {
        "1.1/level": "“Rất kịp thời” không có trong danh sách. Hãy chọn: 1. Kịp thời: 2 điểm;",
        "1.1/as_of": "“30.11.2022” không phải là ngày.",
        "1.2/numerator": "Dấu thập phân là dấu phẩy: viết 85,25.",
        "1.2/denominator": "“mười” không phải là số.",
        "2.1/numerator": "nằm ngoài khoảng cho phép",
        "2.2/items.2": "Chưa trả lời Có hoặc Không",
        "B.1/count": "",
    }.items():
        cell = f"Tự chấm, E{workbooks.row_of(content, key)}"
        assert any(where.startswith(cell) and words in what for where, what in told.items()), (key, told)
    assert not page.context["page"].can_confirm
    assert confirm(an, world, page).status_code == 302  # What is faulty was never among the changes.
    assert Entry.objects.exclude(version=0).count() == 0


@pytest.mark.parametrize(
    ("values", "key", "words"),
    [
        ({"1.1/decided": 1.0, "1.1/level": FIRST}, "1.1/reason", "Chưa nêu lý do tự chấm thấp hơn"),
        ({"1.1/decided": 2.0, "1.1/level": "2. Chậm: 1 điểm"}, "1.1/decided", "cao hơn điểm theo cách chấm"),
        ({"1.2/not_applicable": "Có"}, "1.2/reason", "Chưa nêu lý do không áp dụng"),
        ({"1.1/no_document": "Có"}, "1.1/note", "phải có thuyết minh thay tài liệu"),
        ({"1.2/numerator": 5.0}, "1.2/denominator", "Thiếu số liệu"),
        ({"1.1/note": "a" * 10_001}, "1.1/note", "10000"),
        ({"1.1/level": 7.0}, "1.1/level", "không có trong danh sách"),
    ],
    ids=["no reason", "higher", "not applicable", "no note", "half", "long", "no such level"],
)
def test_the_rules_of_the_leaf_page_hold(
    an: Client, world: World, values: dict[str, Value], key: str, words: str
) -> None:
    content = downloaded(an, world)
    [(where, what)] = problems(upload(an, world, filled(content, values)))
    assert where.startswith(f"Tự chấm, E{workbooks.row_of(content, key)}")
    assert words in what


def test_a_level_may_be_written_by_its_number(an: Client, world: World) -> None:
    confirm(an, world, upload(an, world, filled(downloaded(an, world), {"1.1/level": 2.0})))
    assert entry(world, "1.1").facts == {"level": "2"}


@pytest.mark.parametrize(
    ("formula", "value", "words"),
    [("1/0", "#DIV/0!", "Công thức trong ô bị lỗi"), ("A1", None, "chưa có kết quả")],
    ids=["faulty", "without result"],
)
def test_formulas_without_a_result(an: Client, world: World, formula: str, value: Value, words: str) -> None:
    content = filled(downloaded(an, world), {"B.1/count": value}, formulas={"B.1/count": formula})
    if value:
        parts = workbooks.parts_of(content)
        parts[workbooks.SHEET] = (
            parts[workbooks.SHEET]
            .replace(b't="inlineStr"', b't="e"')
            .replace(b"<is><t>", b"<v>")
            .replace(b"</t></is>", b"</v>")
        )
        content = workbooks.packed(parts)
    assert any(words in what for _where, what in problems(upload(an, world, content)))


def test_a_whole_leaf_taken_out_is_left_alone(an: Client, world: World) -> None:
    save(world, "B.1", Answer({"count": "1"}), by="an")
    content = downloaded(an, world)
    keys = [key for key in cells(content) if key.startswith("B.1/")]
    page = upload(an, world, workbooks.without_rows(content, *keys))
    assert page.context["page"].problems == []
    assert "không còn dòng của các tiêu chí B.1" in page.content.decode()


def test_a_row_taken_out_of_a_leaf_is_a_fault(an: Client, world: World) -> None:
    page = upload(an, world, workbooks.without_rows(downloaded(an, world), "1.2/denominator"))
    [(where, what)] = problems(page)
    assert (where, "Thiếu dòng “Nhiệm vụ được giao”" in what) == ("1.2", True)


def test_rows_that_were_added_are_told(an: Client, world: World) -> None:
    content = downloaded(an, world)
    parts = workbooks.parts_of(content)
    row = (
        '<row r="900"><c r="E900" t="inlineStr"><is><t>5</t></is></c></row>'
        '<row r="901"><c r="E901"><v>5</v></c><c r="G901" t="inlineStr"><is><t>9.9/level</t></is></c></row>'
        '<row r="902"><c r="E902"><v>1</v></c><c r="G902" t="inlineStr"><is><t>1.1/level</t></is></c></row>'
    )
    parts[workbooks.SHEET] = parts[workbooks.SHEET].replace(b"</sheetData>", row.encode() + b"</sheetData>")
    told = problems(upload(an, world, workbooks.packed(parts)))
    assert {where for where, _what in told} == {"Tự chấm, E900", "Tự chấm, E901", "Tự chấm, E902"}


# -- whose workbook it is


def other(world: World) -> bytes:
    return exported(world.dossier(world.cast.south), EVENING)


def refused(page: Any) -> str:
    assert page.status_code == 422
    assert "token" not in (page.context or {})
    return " ".join(page.context["form"].errors["file"])


def test_another_units_workbook_is_recognised(an: Client, world: World) -> None:
    assert "Đây là bảng tính của Xã Nam, không phải của Xã Bắc" in refused(upload(an, world, other(world)))


def test_another_rounds_workbook_is_recognised(an: Client, world: World) -> None:
    content = workbooks.signed_as(downloaded(an, world), dossier=10**6, round_name="Đợt năm 2021")
    assert "thuộc đợt đánh giá khác (“Đợt năm 2021”)" in refused(upload(an, world, content))


def test_an_old_editions_workbook_is_recognised(an: Client, world: World) -> None:
    content = workbooks.signed_as(downloaded(an, world), edition="0" * 64)
    assert "theo bản cũ của Bộ chỉ số" in refused(upload(an, world, content))


def test_a_reissued_set_makes_the_workbook_old(client: Client) -> None:
    """The whole way: downloaded, the set is issued again, uploaded."""
    world = play_to("submitted")
    content = exported(world.dossier(world.cast.north), EVENING)
    edition = reissue(world.cast, block_of(world).edition, *ALL_CHANGES)
    carry_over(block_of(world), world.cast.giang, AT, reason="QĐ", until=UNTIL, edition=edition)
    client.force_login(world.cast.an)
    assert "theo bản cũ của Bộ chỉ số" in refused(upload(client, world, content))


def test_an_edited_identity_is_recognised(an: Client, world: World) -> None:
    content = downloaded(an, world)
    token = workbooks.token_of(content)
    edited = ("A" if token[5] != "A" else "B").join((token[:5], token[6:]))
    assert "Phần nhận dạng của bảng tính bị sửa" in refused(upload(an, world, workbooks.with_token(content, edited)))


def book(*texts: str) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as made:
        sheet = made.add_worksheet()
        for number, text in enumerate(texts):
            sheet.write_string(number, 0, text)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (book("Mã", "Giá trị"), "không phải là bảng tính tải về từ hồ sơ"),
        (b"", "rỗng"),
        (b"Ma;Gia tri\n1.1;2\n", "không phải là Excel (.xlsx)"),
        (b"%PDF-1.4", "PDF"),
        (PDF, "PDF"),
        (b"PK\x03\x04" + bytes(200), "hỏng"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "Không nhận ra loại tệp"),
        (bytes(5_000_001), "lớn hơn 5 MB"),
    ],
    ids=["other book", "empty", "csv", "pdf", "whole pdf", "broken zip", "ole", "large"],
)
def test_what_is_no_workbook_of_ours_is_refused(an: Client, world: World, content: bytes, words: str) -> None:
    assert words in refused(upload(an, world, content))


def test_without_a_file(an: Client, world: World) -> None:
    page = an.post(url(world), {})
    assert (page.status_code, "Chưa chọn tệp bảng tính" in page.content.decode()) == (422, True)


# -- colleagues


def test_a_leaf_that_a_colleague_saved_is_a_conflict_and_stays(an: Client, world: World) -> None:
    save(world, "1.1", Answer({"level": "3"}), by="an")
    content = downloaded(an, world)
    save(world, "1.1", Answer({"level": "2"}), by="binh", note="Bình sửa")
    page = upload(an, world, filled(content, ALL))
    assert [change.code for change in page.context["page"].conflicts] == ["1.1"]
    text = page.content.decode()
    assert "Lương Văn Bình đã lưu tiêu chí này lúc 21:04 ngày 12/12/2022, sau khi bạn tải bảng tính." in text
    assert "Chậm: 1 điểm" in text
    confirm(an, world, page)
    assert (entry(world, "1.1").facts, entry(world, "1.1").note) == ({"level": "2"}, "Bình sửa")
    assert entry(world, "1.2").facts == {"numerator": "8", "denominator": "10"}


def test_a_tick_takes_mine(an: Client, world: World) -> None:
    content = downloaded(an, world)
    save(world, "1.1", Answer({"level": "2"}))
    page = upload(an, world, filled(content, {"1.1/level": FIRST}))
    assert page.context["page"].changes == []
    confirm(an, world, page, "1.1")
    assert entry(world, "1.1").facts == {"level": "1"}
    [logged] = AuditEntry.objects.filter(code="dossier.import_workbook")
    assert logged.changes["1.1"][0]["level"] == "2"


def test_a_conflict_alone_without_a_tick_saves_nothing(an: Client, world: World) -> None:
    content = downloaded(an, world)
    save(world, "1.1", Answer({"level": "2"}))
    page = confirm(an, world, upload(an, world, filled(content, {"1.1/level": FIRST})))
    assert (page.status_code, "không có thay đổi nào để lưu" in page.content.decode()) == (409, True)
    assert entry(world, "1.1").facts == {"level": "2"}


def test_a_colleague_who_saved_the_same_is_no_conflict(an: Client, world: World) -> None:
    content = filled(downloaded(an, world), {"1.1/level": FIRST})
    save(world, "1.1", Answer({"level": "1"}))
    page = upload(an, world, content)
    assert (page.context["page"].changes, page.context["page"].conflicts) == ([], [])


def test_what_a_colleague_saved_and_the_workbook_left_alone_stays(an: Client, world: World) -> None:
    content = filled(downloaded(an, world), {"1.1/level": FIRST})
    save(world, "B.1", Answer({"count": "2"}))
    page = upload(an, world, content)
    assert "1 tiêu chí đã được lưu sau khi tải bảng tính mà bảng tính không sửa" in page.content.decode()
    confirm(an, world, page)
    assert entry(world, "B.1").facts == {"count": "2"}


def test_a_colleague_who_saves_during_the_dry_run_is_shown_again(an: Client, world: World) -> None:
    page = upload(an, world, filled(downloaded(an, world), ALL))
    save(world, "1.2", Answer({"numerator": "1", "denominator": "10"}))
    again = confirm(an, world, page)
    assert again.status_code == 409
    assert "vừa được người khác lưu sau khi bạn mở trang này nên chưa lưu gì" in again.content.decode()
    assert entry(world, "1.1").facts == {}  # Not even the leaves that nobody touched.
    assert [change.code for change in again.context["page"].conflicts] == ["1.2"]
    assert confirm(an, world, again, "1.2").status_code == 302
    assert entry(world, "1.2").facts == {"numerator": "8", "denominator": "10"}


def test_a_tick_holds_only_for_the_version_that_was_shown(an: Client, world: World) -> None:
    content = filled(downloaded(an, world), {"1.1/level": FIRST})
    save(world, "1.1", Answer({"level": "2"}))
    page = upload(an, world, content)
    save(world, "1.1", Answer({"level": "3"}))
    again = confirm(an, world, page, "1.1")
    assert (again.status_code, entry(world, "1.1").facts) == (409, {"level": "3"})
    assert not again.context["page"].conflicts[0].is_chosen


def test_a_double_click_saves_once(an: Client, world: World) -> None:
    page = upload(an, world, filled(downloaded(an, world), ALL))
    confirm(an, world, page)
    assert confirm(an, world, page).status_code == 302
    assert AuditEntry.objects.filter(code="dossier.import_workbook").count() == 1
    assert entry(world, "1.1").version == 1


# -- who, when, crafted requests


def test_a_locked_dossier_is_compared_but_not_written(an: Client, world: World) -> None:
    content = filled(downloaded(an, world), ALL)
    open_page = upload(an, world, content)
    actions.request_review(world.dossier(world.cast.north), world.cast.an, EVENING)
    page = upload(an, world, content)
    assert "đang chờ lãnh đạo đơn vị duyệt" in page.content.decode()
    assert (len(page.context["page"].changes), page.context["page"].can_confirm) == (5, False)
    refusal = confirm(an, world, open_page)
    assert (refusal.status_code, "đang chờ lãnh đạo đơn vị duyệt" in refusal.content.decode()) == (409, True)
    assert Entry.objects.exclude(version=0).count() == 0


def test_after_the_deadline_nothing_is_written(an: Client, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    page = upload(an, world, filled(downloaded(an, world), ALL))
    monkeypatch.setattr(clock, "now", lambda: moment("25/12/2022 08:00"))
    an.force_login(world.cast.an)
    page = upload(an, world, filled(downloaded(an, world), ALL))
    assert (page.context["page"].can_confirm, "Đã quá hạn" in page.content.decode()) == (False, True)
    refusal = confirm(an, world, page)
    assert (refusal.status_code, "Đã quá hạn" in refusal.content.decode()) == (409, True)
    assert Entry.objects.exclude(version=0).count() == 0


@pytest.mark.parametrize(("name", "status"), [("em", 404), ("son", 404), ("giang", 403), ("ha", 403), ("chi", 404)])
def test_others_have_no_workbook(client: Client, world: World, name: str, status: int) -> None:
    client.force_login(getattr(world.cast, name))
    for route in ("workbook", "workbook_file"):
        assert client.get(url(world, route)).status_code == status, route
    assert client.post(url(world)).status_code == status
    assert client.post(url(world, "workbook_confirm")).status_code == status


def test_the_pages_between_are_bound_to_person_and_dossier(client: Client, world: World) -> None:
    client.force_login(world.cast.an)
    page = upload(client, world, filled(downloaded(client, world), ALL))
    client.force_login(world.cast.binh)
    assert confirm(client, world, page).status_code == 302
    for token in ("", "x", page.context["token"][:-1] + "~", "a:b:c"):
        client.force_login(world.cast.an)
        assert client.post(url(world, "workbook_confirm"), {"token": token}).status_code == 302
    assert Entry.objects.exclude(version=0).count() == 0


def test_made_up_ticks_do_no_harm(an: Client, world: World) -> None:
    page = upload(an, world, filled(downloaded(an, world), ALL))
    assert confirm(an, world, page, "P.1", "2.3", "\x00", "x" * 999).status_code == 302
    assert entry(world, "P.1").version == 0


def test_questions_to_the_database_stay_the_same(an: Client, world: World) -> None:
    counts = []
    upload(an, world, downloaded(an, world))  # The edition is read once for each process.
    for values in ({"1.1/level": FIRST}, ALL):
        content = filled(downloaded(an, world), values)
        with CaptureQueriesContext(connection) as queries:
            upload(an, world, content)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 7


# -- the file itself


def test_only_value_cells_are_open_and_lists_are_offered(an: Client, world: World) -> None:
    response = an.get(url(world, "workbook_file"))
    assert response.headers["Content-Disposition"] == 'attachment; filename="bang-tinh-01-2022.xlsx"'
    parts = workbooks.parts_of(response.content)
    sheet, book_xml = parts[workbooks.SHEET].decode(), parts["xl/workbook.xml"].decode()
    assert "<sheetProtection" in sheet
    assert 'state="frozen"' in sheet
    assert sheet.count('type="list"') == 2  # Levels of 1.1, and one for all yes-no cells.
    assert 'type="whole"' in sheet or 'type="decimal"' in sheet
    assert '<sheet name="chiso" sheetId="4" state="veryHidden"' in book_xml
    assert set(cells(response.content)) >= {
        "1.1/level",
        "1.2/not_applicable",
        "1.1/decided",
        "2.2/items.2",
        "B.1/as_of",
    }
    assert not any(key.startswith(("2.3/", "P.1/")) for key in cells(response.content))  # Not the unit's to say.


def test_words_that_a_cell_cannot_hold_come_back_unchanged(an: Client, world: World) -> None:
    note = "=1+1\r\n  _x0041_ 😀 <b>&amp;</b>\tcuối\x0b"
    save(world, "1.1", Answer({"level": "1"}), note=note)
    assert upload(an, world, downloaded(an, world)).context["page"].changes == []
    confirm(an, world, upload(an, world, filled(downloaded(an, world), {"1.1/level": "2. Chậm: 1 điểm"})))
    assert entry(world, "1.1").note == note

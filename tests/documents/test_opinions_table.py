"""The report on opinions, as Word in the form of NĐ 30/2020 and as Excel."""

import io

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from chiso.documents import opinions_table
from chiso.indexsets import actions
from chiso.indexsets.choices import Response
from chiso.indexsets.models import Edition
from chiso.organizations import clock
from tests.cast import Cast, engage
from tests.documents.reading import Reading, text
from tests.indexsets.steps import NOW, consult, consultation_of, draft, give, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def cast() -> Cast:
    return engage()


@pytest.fixture
def edition(cast: Cast) -> Edition:
    edition = draft(cast)
    consult(cast, edition)
    return edition


def address(edition: Edition, kind: str) -> str:
    return reverse("documents:opinions", args=[edition.pk, kind])


def say(cast: Cast, edition: Edition) -> None:
    """One on 2.1 declined, one on the whole set without an answer, one that looks like a formula."""
    first = give(cast, edition, "Thống nhất nguồn số liệu.\nĐề nghị nêu rõ.", "2.1")
    actions.answer_opinion(first, cast.giang, NOW, response=Response.DECLINED, text="Đã có hướng dẫn.")
    give(cast, edition, "Cơ bản nhất trí.")
    give(cast, edition, '=HYPERLINK("http://x")', "1.1")


def test_the_report_says_who_what_and_how_it_was_answered(client: Client, cast: Cast, edition: Edition) -> None:
    say(cast, edition)
    answer = sign_in(client, cast, "giang").get(address(edition, "docx"))
    assert answer["Content-Type"].endswith("wordprocessingml.document")
    reading = Reading(answer.content)
    lines = reading.lines
    assert "PHÒNG NỘI VỤ" in lines
    assert "TRƯỞNG PHÒNG" in lines
    assert any("từ ngày 15/11/2022 đến hết ngày 22/11/2022" in line and "Bộ chỉ số thử" in line for line in lines)
    assert any("được lấy ý kiến: 3; đã có ý kiến: 1; chưa có ý kiến: 2 (Xã Nam, Phòng Tư pháp)" in one for one in lines)
    assert any("Tổng số ý kiến: 3; tiếp thu: 0; tiếp thu một phần: 0" in line for line in lines)
    assert any("chưa trả lời: 2." in line for line in lines)
    rows = [[text(cell) for cell in row] for row in _rows(reading)]
    assert rows[0] == ["TT", "Nội dung được góp ý", "Cơ quan, đơn vị góp ý", "Ý kiến góp ý", "Tiếp thu, giải trình"]
    assert [row[:3] for row in rows[2:]] == [
        ["1", "Toàn bộ Bộ chỉ số", "Xã Bắc"],
        ["2", "1.1 Ban hành kế hoạch", "Xã Bắc"],
        ["3", "2.1 Hồ sơ đúng hạn", "Xã Bắc"],
    ]
    assert rows[4][4] == "Giải trình, không tiếp thu. Đã có hướng dẫn."
    assert rows[2][4] == "Chưa trả lời"


def _rows(reading: Reading) -> list[list[object]]:
    name = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    return [list(row.iter(f"{name}tc")) for row in reading.tables[-1].iter(f"{name}tr")]


def test_its_annex_lies_and_repeats_its_head(cast: Cast, edition: Edition) -> None:
    say(cast, edition)
    reading = Reading(opinions_table.build_docx(opinions_table.compose(consultation_of(edition))))
    name = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    assert [section.find(f"{name}pgSz").get(f"{name}orient") for section in reading.sections] == [None, "landscape"]
    assert len(list(reading.tables[-1].iter(f"{name}tblHeader"))) == 2


def test_without_any_opinion_there_is_no_annex(cast: Cast, edition: Edition) -> None:
    reading = Reading(opinions_table.build_docx(opinions_table.compose(consultation_of(edition))))
    assert len(reading.sections) == 1
    assert not any("Phụ lục" in line for line in reading.lines)


def test_the_workbook_is_the_same_table_and_runs_nothing(client: Client, cast: Cast, edition: Edition) -> None:
    say(cast, edition)
    answer = sign_in(client, cast, "ha").get(address(edition, "xlsx"))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[2] == ["TT", "Nội dung được góp ý", "Cơ quan, đơn vị góp ý", "Ý kiến góp ý", "Tiếp thu, giải trình"]
    assert [row[0] for row in rows[3:]] == [1, 2, 3]
    assert rows[4][3] == '=HYPERLINK("http://x")'
    assert b"<f>" not in answer.content


def test_the_same_table_gives_the_same_files(cast: Cast, edition: Edition) -> None:
    say(cast, edition)
    tables = [opinions_table.compose(consultation_of(edition)) for _ in range(2)]
    assert opinions_table.build_xlsx(tables[0]) == opinions_table.build_xlsx(tables[1])
    assert opinions_table.build_docx(tables[0]) == opinions_table.build_docx(tables[1])


@pytest.mark.parametrize(("name", "status"), [("an", 403), ("em", 403), ("son", 404), ("chi", 403)])
@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_all_opinions_are_for_those_who_ask_and_the_head(
    client: Client, cast: Cast, edition: Edition, name: str, status: int, kind: str
) -> None:
    assert sign_in(client, cast, name).get(address(edition, kind)).status_code == status


def test_what_is_not_there_is_not_found(client: Client, cast: Cast, edition: Edition) -> None:
    sign_in(client, cast, "giang")
    assert client.get(address(edition, "pdf")).status_code == 404
    other = draft(cast, edition.draft | {"version": "2"})
    assert client.get(address(other, "docx")).status_code == 404

"""The publication decision: what it says, how it is laid out, and what data can never do to it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from time import perf_counter

import pytest

from chiso.documents.publication_decision import DecisionRow, Issuer, Signer, build
from tests.documents.reading import Reading, W, cells, text, value
from tests.documents.sample import AREAS, DECISION, DRAFT, rows

FINAL = Reading(build(DECISION))


def test_same_decision_gives_the_same_bytes():
    assert build(DECISION) == build(DECISION)


def test_header_names_issuer_nation_number_and_date_on_two_rows():
    header = next(FINAL.body.iter(W + "tbl"))
    first, second = header.findall(W + "tr")

    assert cells(first) == [
        "ỦY BAN NHÂN DÂNHUYỆN HẠ LANG",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAMĐộc lập - Tự do - Hạnh phúc",
    ]
    assert cells(second) == ["Số: 85/QĐ-UBND", "Hạ Lang, ngày 13 tháng 01 năm 2023"]


def test_draft_leaves_number_and_date_blank():
    draft = Reading(build(DRAFT))

    assert "Số:        /QĐ-UBND" in draft.lines
    assert "Hạ Lang, ngày       tháng       năm 2023" in draft.lines


def test_parent_line_is_printed_only_where_there_is_one():
    issuer = Issuer(parent_name="UBND tỉnh Cao Bằng", name="Sở Nội vụ", place="Cao Bằng")

    assert FINAL.texts("VB Cơ quan cấp trên") == []
    assert Reading(build(replace(DECISION, issuer=issuer))).texts("VB Cơ quan cấp trên") == ["UBND TỈNH CAO BẰNG"]


def test_lines_are_drawn_at_the_length_of_the_words():
    (motto_line,) = FINAL.styled("VB Kẻ tiêu ngữ")
    issuer_line = FINAL.styled("VB Kẻ ngắn")[0]

    assert value(motto_line, "pPr/pStyle") is not None
    assert _length(motto_line, column_mm=99) == pytest.approx(60.3, abs=1.5)
    assert 14 <= _length(issuer_line, column_mm=66) <= 21  # HUYỆN HẠ LANG is 41 mm long


def _length(line, column_mm):
    left, right = (int(value(line, "pPr/ind", side)) for side in ("left", "right"))
    return column_mm - (left + right) / 1440 * 25.4


def test_opening_states_kind_summary_authority_and_resolution():
    assert FINAL.texts("VB Tên loại") == ["QUYẾT ĐỊNH"]
    assert FINAL.texts("VB Trích yếu") == [
        "Về việc công bố Chỉ số cải cách hành chính năm 2022",
        "của UBND các xã, thị trấn trên địa bàn huyện Hạ Lang",
    ]
    assert FINAL.texts("VB Thẩm quyền") == ["CHỦ TỊCH ỦY BAN NHÂN DÂN HUYỆN HẠ LANG"]
    assert FINAL.texts("VB Lời quyết định") == ["QUYẾT ĐỊNH:"]


def test_grounds_cite_laws_plans_set_minutes_and_proposal():
    grounds = FINAL.texts("VB Căn cứ")

    assert [ground[:28] for ground in grounds] == [
        "Căn cứ Luật Tổ chức chính qu",
        "Căn cứ Nghị quyết số 76/NQ-C",
        "Căn cứ Kế hoạch số 2886/KH-U",
        "Căn cứ Kế hoạch số 1520/KH-U",
        "Căn cứ Quyết định số 2210/QĐ",
        "Căn cứ Biên bản họp Hội đồng",
        "Theo đề nghị của Trưởng phòn",
    ]
    assert [ground[-1] for ground in grounds] == [";"] * 6 + ["."]
    assert grounds[-1] == (
        "Theo đề nghị của Trưởng phòng Phòng Nội vụ tại Tờ trình số 07/TTr-NV ngày 11 tháng 01 năm 2023."
    )


def test_grounds_not_given_are_left_out():
    bare = replace(DECISION, own_plan="", set_decision="", council_minutes="", submission="", submitter="")

    assert len(Reading(build(bare)).texts("VB Căn cứ")) == 3


def test_articles_are_numbered_in_bold_and_end_the_document():
    articles = [*FINAL.styled("VB Nội dung"), *FINAL.styled("VB Nội dung cuối")]
    leads = [paragraph.findall(W + "r")[0] for paragraph in articles]

    assert [text(lead) for lead in leads] == ["Điều 1. ", "Điều 2. ", "Điều 3. "]
    assert all(lead.find(f"{W}rPr/{W}b") is not None for lead in leads)
    assert text(articles[-1]).endswith("thi hành Quyết định này./.")


def test_correction_says_what_it_replaces():
    corrected = replace(DECISION, supersedes="Quyết định số 60/QĐ-UBND ngày 10 tháng 01 năm 2023")
    reading = Reading(build(corrected))
    third = reading.texts("VB Nội dung")[2]

    assert third == "Điều 3. Quyết định này thay thế Quyết định số 60/QĐ-UBND ngày 10 tháng 01 năm 2023."
    assert reading.texts("VB Nơi nhận dòng")[0] == "- Như Điều 4;"


def test_executors_default_to_the_submitter_and_the_offices_concerned():
    (closing,) = Reading(build(replace(DECISION, executors=()))).texts("VB Nội dung cuối")

    assert closing == (
        "Điều 3. Quyết định này có hiệu lực kể từ ngày ký. Trưởng phòng Phòng Nội vụ, Thủ trưởng các "
        "cơ quan, đơn vị có liên quan và Chủ tịch Ủy ban nhân dân các xã, thị trấn chịu trách nhiệm thi hành "
        "Quyết định này./."
    )


def test_province_judging_departments_is_worded_for_them():
    province = replace(
        DECISION,
        issuer=Issuer(parent_name="", name="Ủy ban nhân dân tỉnh Cao Bằng", place="Cao Bằng"),
        units_caption="các sở, cơ quan ngang sở",
        submitter="Sở Nội vụ",
        executors=(),
    )
    reading = Reading(build(province))

    assert reading.texts("VB Căn cứ")[-1].startswith("Theo đề nghị của Giám đốc Sở Nội vụ tại")
    assert "Thủ trưởng các sở, cơ quan ngang sở chịu trách nhiệm" in reading.texts("VB Nội dung cuối")[0]
    assert reading.texts("VB Thẩm quyền") == ["CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH CAO BẰNG"]


def test_sign_off_lists_recipients_and_signs_for_the_chairman():
    deputy = Signer(capacity=("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"), name="Nông Thị Hà")
    reading = Reading(build(replace(DECISION, signer=deputy)))

    assert FINAL.texts("VB Nơi nhận") == ["Nơi nhận:"]
    assert FINAL.texts("VB Nơi nhận dòng")[0] == "- Như Điều 3;"
    assert FINAL.texts("VB Nơi nhận dòng")[-1] == "- Lưu: VT, NV."
    assert FINAL.texts("VB Chức vụ người ký") == ["CHỦ TỊCH"]
    assert reading.texts("VB Chức vụ người ký") == ["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]
    assert reading.texts("VB Họ tên người ký") == ["Nông Thị Hà"]


def test_annexes_are_sections_of_their_own_the_second_landscape():
    body, first, second = FINAL.sections

    assert [value(section, "pgSz", "orient") for section in (body, first, second)] == [
        None,
        None,
        "landscape",
    ]
    assert value(second, "pgSz", "w") == value(body, "pgSz", "h")
    assert [value(section, "pgNumType", "start") for section in (body, first, second)] == [None, "1", "1"]
    assert all(section.find(W + "titlePg") is not None for section in (body, first, second))
    assert FINAL.texts("VB Phụ lục") == ["Phụ lục I", "Phụ lục II"]


def test_annex_is_tied_to_its_decision():
    first, of_whom, second = FINAL.texts("VB Kèm theo")

    assert f"{first} {of_whom}" == second
    assert second == (
        "(Kèm theo Quyết định số 85/QĐ-UBND ngày 13 tháng 01 năm 2023 của Chủ tịch Ủy ban nhân dân huyện Hạ Lang)"
    )


def test_ranking_table_repeats_its_headings_and_numbers_its_columns():
    ranking = FINAL.tables[0]
    heading, numbers, first, *_ = table_rows = ranking.findall(W + "tr")
    repeated = [row.find(f"{W}trPr/{W}tblHeader") is not None for row in table_rows]

    assert cells(heading) == ["TT", "Đơn vị", "Chỉ số CCHC (%)", "Xếp hạng", "Xếp loại", "Ghi chú"]
    assert cells(numbers) == ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)"]
    assert cells(first) == ["1", "Thị trấn Thanh Nhật", "92,50", "1", "Tốt", ""]
    assert repeated == [True, True] + [False] * 13
    assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in table_rows)


def test_area_table_gives_each_area_and_the_total():
    heading, numbers, first, *_ = FINAL.tables[1].findall(W + "tr")

    assert cells(heading) == ["TT", "Đơn vị", *AREAS, "Chỉ số CCHC (%)"]
    assert cells(numbers)[-1] == "(11)"
    assert cells(first)[2:5] == ["95,00", "93,25", "91,50"]
    assert cells(first)[-1] == "92,50"


@pytest.mark.parametrize(("index", "text_mm"), [(0, 165), (1, 252)])
def test_tables_are_as_wide_as_the_text(index, text_mm):
    widths = [int(column.get(W + "w")) for column in FINAL.tables[index].iter(W + "gridCol")]

    assert sum(widths) / 1440 * 25.4 == pytest.approx(text_mm, abs=0.2)


def test_unit_that_sent_nothing_is_listed_without_figures():
    absent = DecisionRow(rank=None, unit="Xã An Lạc", total=None, note="Không nộp hồ sơ")
    ranking, areas = Reading(build(replace(DECISION, rows=(absent,)))).tables

    assert cells(ranking.findall(W + "tr")[2]) == ["1", "Xã An Lạc", "–", "–", "", "Không nộp hồ sơ"]
    assert cells(areas.findall(W + "tr")[2]) == ["1", "Xã An Lạc", *["–"] * 9]


def test_wrong_number_of_area_figures_is_refused():
    torn = DecisionRow(rank=1, unit="Xã An Lạc", total=Decimal(80), areas=(Decimal(1),))

    with pytest.raises(ValueError, match="Xã An Lạc: 1 area figures for 8 areas"):
        build(replace(DECISION, rows=(torn,)))


def test_decision_without_areas_has_one_annex_without_a_number():
    reading = Reading(build(replace(DECISION, area_names=())))

    assert reading.texts("VB Phụ lục") == ["Phụ lục"]
    assert "(chi tiết tại Phụ lục kèm theo Quyết định này)" in reading.texts("VB Nội dung")[0]
    assert len(reading.tables) == 1
    assert len(reading.texts("VB Mã kiểm tra")) == 1


def test_method_is_noted_and_the_result_hash_closes_the_last_annex():
    assert FINAL.texts("VB Ghi chú")[2] == "- Các đơn vị có Chỉ số CCHC bằng nhau được xếp cùng hạng."
    assert FINAL.lines[-1] == f"Mã kiểm tra kết quả (SHA-256): {DECISION.result_hash}"


def test_places_of_the_edition_are_kept():
    one = replace(DECISION, places=1, rows=(DecisionRow(1, "Xã An Lạc", Decimal("80.5")),))

    assert cells(Reading(build(one)).tables[0].findall(W + "tr")[2])[2] == "80,5"


HOSTILE = ("<b>", "{{ 7*7 }}", "{% for x in y %}", "{{p rows }}", "]]>", "Văn phòng HĐND & UBND huyện")


@pytest.mark.parametrize("words", HOSTILE)
def test_data_is_printed_as_it_is_and_never_run(words):
    hostile = replace(
        DECISION,
        issuer=Issuer(parent_name=words, name=words, place=words),
        signer=Signer(capacity=("CHỦ TỊCH",), name=words),
        rows=(DecisionRow(1, words, Decimal(80), note=words),),
        recipients=(words,),
        council_minutes=words,
        area_names=(words,),
    )
    reading = Reading(build(hostile))

    assert reading.texts("VB Họ tên người ký") == [words]
    assert reading.texts("VB Cơ quan ban hành") == [words.upper()]
    assert cells(reading.tables[0].findall(W + "tr")[2])[1] == words
    assert cells(reading.tables[1].findall(W + "tr")[0])[2] == words
    assert reading.texts("VB Nơi nhận dòng") == [f"- {words}."]
    assert reading.document.core_properties.author == words


def test_control_characters_and_decomposed_letters_are_cleaned():
    odd = replace(
        DECISION,
        signer=Signer(("CHỦ TỊCH",), "Nguye\u0302\u0303n\x0b Phương\tHuy\x00"),
        rows=(DecisionRow(1, "Xã\nAn Lạc\x07", Decimal(80)),),
        area_names=(),
    )
    reading = Reading(build(odd))

    assert reading.texts("VB Họ tên người ký") == ["Nguyễn Phương Huy"]
    assert cells(reading.tables[0].findall(W + "tr")[2])[1] == "Xã An Lạc"


def test_day_and_month_of_a_march_decision():
    march = Reading(build(replace(DECISION, date=date(2023, 3, 9), number="7")))

    assert "Số: 07/QĐ-UBND" in march.lines
    assert "Hạ Lang, ngày 09 tháng 3 năm 2023" in march.lines


def test_168_units_are_built_quickly():
    many = replace(DECISION, rows=rows(tuple(f"Xã số {index}" for index in range(1, 169))))
    started = perf_counter()
    reading = Reading(build(many))

    assert perf_counter() - started < 2
    assert [len(table.findall(W + "tr")) for table in reading.tables] == [170, 170]


def test_body_never_ends_with_a_table():
    bare = Reading(build(replace(DECISION, area_names=(), method=(), result_hash="")))

    assert [child.tag for child in bare.body][-3:] == [W + "tbl", W + "p", W + "sectPr"]

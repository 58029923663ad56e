"""How numbers, dates, grounds, recipients and endings are written in official documents."""

from datetime import date
from decimal import Decimal

import pytest

from chiso.documents import nd30
from chiso.documents.nd30 import Issuer, Signer

HA_LANG = Issuer(parent_name="", name="Ủy ban nhân dân huyện Hạ Lang", place="Hạ Lang")


def test_points_are_written_with_a_decimal_comma():
    assert nd30.format_points(Decimal("85.25")) == "85,25"
    assert nd30.format_points(Decimal("85.5")) == "85,50"
    assert nd30.format_points(None) == nd30.NOT_SCORED


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2023, 1, 5), "ngày 05 tháng 01 năm 2023"),
        (date(2023, 2, 15), "ngày 15 tháng 02 năm 2023"),
        (date(2023, 3, 9), "ngày 09 tháng 3 năm 2023"),
        (date(2022, 12, 31), "ngày 31 tháng 12 năm 2022"),
    ],
)
def test_one_digit_days_and_the_first_two_months_get_a_zero(day, written):
    assert nd30.long_date(day) == written
    assert nd30.document_date(day, "Hạ Lang") == f"Hạ Lang, {written}"


def test_draft_date_stays_blank():
    assert nd30.document_date(None, "Hạ Lang", 2023) == "Hạ Lang, ngày       tháng       năm 2023"
    assert nd30.document_date(None, "Hạ Lang") == "Hạ Lang, ngày       tháng       năm     "


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("85", "85/QĐ-UBND"),
        ("5", "05/QĐ-UBND"),
        ("15a", "15a/QĐ-UBND"),
        ("12/QĐ-CT", "12/QĐ-CT"),
        (None, "       /QĐ-UBND"),
        ("  ", "       /QĐ-UBND"),
    ],
)
def test_number_gets_its_symbol_and_a_draft_a_blank(number, written):
    assert nd30.document_number(number, "QĐ-UBND") == written


@pytest.mark.parametrize("text", ["thi hành Quyết định này", "thi hành Quyết định này.", "thi hành Quyết định này./."])
def test_end_mark_is_glued_to_the_last_word_once(text):
    assert nd30.close(text) == "thi hành Quyết định này./."


def test_grounds_end_with_semicolons_and_the_last_with_a_full_stop():
    grounds = ("Luật A", "", "Căn cứ Luật B;", "Theo đề nghị của Trưởng phòng")

    assert nd30.ground_lines(grounds) == [
        "Căn cứ Luật A;",
        "Căn cứ Luật B;",
        "Theo đề nghị của Trưởng phòng.",
    ]


def test_recipients_are_listed_with_dashes():
    assert nd30.recipient_lines(("Như Điều 3;", "- Lưu: VT, NV.")) == ["- Như Điều 3;", "- Lưu: VT, NV."]


def test_one_addressee_stands_beside_several_below():
    assert nd30.addressee_lines(()) == []
    assert nd30.addressee_lines(("UBND xã An Lạc",)) == ["Kính gửi: UBND xã An Lạc."]
    assert nd30.addressee_lines(("Sở A", "Sở B")) == ["Kính gửi:", "- Sở A;", "- Sở B."]


@pytest.mark.parametrize(
    ("capacity", "above", "inside"),
    [
        (("CHỦ TỊCH",), "CHỦ TỊCH ỦY BAN NHÂN DÂN HUYỆN HẠ LANG", "Chủ tịch Ủy ban nhân dân huyện Hạ Lang"),
        (
            ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
            "CHỦ TỊCH ỦY BAN NHÂN DÂN HUYỆN HẠ LANG",
            "Chủ tịch Ủy ban nhân dân huyện Hạ Lang",
        ),
        (
            ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"),
            "ỦY BAN NHÂN DÂN HUYỆN HẠ LANG",
            "Ủy ban nhân dân huyện Hạ Lang",
        ),
        ((), "ỦY BAN NHÂN DÂN HUYỆN HẠ LANG", "Ủy ban nhân dân huyện Hạ Lang"),
    ],
)
def test_authority_follows_the_capacity_of_the_signer(capacity, above, inside):
    signer = Signer(capacity, "Nguyễn Phương Huy")

    assert signer.authority_of(HA_LANG) == above
    assert signer.authority_in_text(HA_LANG) == inside


def test_issuer_is_printed_in_capitals_a_committee_on_two_lines():
    office = Issuer(parent_name="UBND huyện Hạ Lang", name="Phòng Nội vụ", place="Hạ Lang")

    assert HA_LANG.lines == ("ỦY BAN NHÂN DÂN", "HUYỆN HẠ LANG")
    assert HA_LANG.territory == "huyện Hạ Lang"
    assert office.lines == ("PHÒNG NỘI VỤ",)
    assert office.territory == "Phòng Nội vụ"

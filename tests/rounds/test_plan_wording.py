"""Deadlines as plans word them: what they mean, that they print as they were, and how they move."""

import contextlib
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chiso.rounds.choices import DeadlineKind
from chiso.rounds.plan_papers.wording import (
    Deadline,
    WordingError,
    moved_to,
    printed_words,
    read_deadline,
    shifted,
    word_deadline,
)

BEFORE, LATEST, PERIOD, GROUP = (
    DeadlineKind.BEFORE,
    DeadlineKind.LATEST,
    DeadlineKind.PERIOD,
    DeadlineKind.GROUP,
)
READ = [
    ("Trước 28/11/2022", BEFORE, None, "28/11/2022"),
    ("Trước ngày 20/12/2022", BEFORE, None, "20/12/2022"),
    ("Trước ngày 15 tháng 12 năm 2022", BEFORE, None, "15/12/2022"),
    ("Hoàn thành trước ngày 1/2/2023", BEFORE, None, "01/02/2023"),
    ("Trước tháng 12/2022", BEFORE, None, "01/12/2022"),
    ("Chậm nhất ngày 15/01/2023", LATEST, None, "15/01/2023"),
    ("Chậm nhất là ngày 15/01/2023.", LATEST, None, "15/01/2023"),
    ("Đến hết ngày 31/12/2022", LATEST, None, "31/12/2022"),
    ("Đến hết tháng 02/2024", LATEST, None, "29/02/2024"),
    ("Tháng 11-12/2022", PERIOD, "01/11/2022", "31/12/2022"),
    ("Tháng 11, 12/2022", PERIOD, "01/11/2022", "31/12/2022"),
    ("Tháng 12/2022 – 01/2023", PERIOD, "01/12/2022", "31/01/2023"),
    ("Từ tháng 12/2022 đến tháng 01/2023", PERIOD, "01/12/2022", "31/01/2023"),
    ("Tháng 12/2022", PERIOD, "01/12/2022", "31/12/2022"),
    ("Trong tháng 12 năm 2022", PERIOD, "01/12/2022", "31/12/2022"),
    ("Quý IV/2022", PERIOD, "01/10/2022", "31/12/2022"),
    ("Ngày 05/12/2022", PERIOD, "05/12/2022", "05/12/2022"),
    ("Trong ngày 05/12/2022", PERIOD, "05/12/2022", "05/12/2022"),
    ("15.12.2022", PERIOD, "15/12/2022", "15/12/2022"),
    ("Từ ngày 01/12/2022 đến ngày 05/01/2023", PERIOD, "01/12/2022", "05/01/2023"),
    ("Từ 01/12 đến 05/12/2022", PERIOD, "01/12/2022", "05/12/2022"),
    ("01-05/12/2022", PERIOD, "01/12/2022", "05/12/2022"),
    ("", GROUP, None, None),
]


def day(text: str | None) -> date | None:
    if text is None:
        return None
    number, month, year = map(int, text.split("/"))
    return date(year, month, number)


@pytest.mark.parametrize(("words", "kind", "starts", "ends"), READ, ids=[row[0] or "nothing" for row in READ])
def test_what_the_words_of_a_deadline_mean(
    words: str, kind: DeadlineKind, starts: str | None, ends: str | None
) -> None:
    assert read_deadline(words) == Deadline(kind, words, day(starts), day(ends))


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("Trước \n28/11/2022", "Trước 28/11/2022"),
        ("  Trước\u00a0ngày  20/12/2022 ", "Trước ngày 20/12/2022"),
        ("Chậm nhất\nngày\n15/01/2023", "Chậm nhất ngày 15/01/2023"),
        ("Tháng 11-\n\n12/2022", "Tháng 11-12/2022"),
        ("Tháng\n12/2022 –\n01/2023", "Tháng 12/2022 – 01/2023"),
        ("Trước 28/\n11/2022", "Trước 28/11/2022"),
        ("Tru\u031bo\u031b\u0301c 28/11/2022", "Trước 28/11/2022"),
        ("\u200bTrước\u200b 28/11/2022", "Trước 28/11/2022"),
    ],
)
def test_line_breaks_and_odd_blanks_do_not_count(broken: str, whole: str) -> None:
    assert read_deadline(broken) == read_deadline(whole)
    assert printed_words(broken) == whole


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("Khi có yêu cầu", "Hãy viết như “Trước ngày 20/12/2022”"),
        ("Trước 15/12", "Hãy viết như"),
        ("Thường xuyên", "dòng tiêu đề thì để trống"),
        ("31/11/2022", "không có trong lịch"),
        ("Tháng 13/2022", "không có trong lịch"),
        ("Từ 05/12/2022 đến 01/12/2022", "ngày bắt đầu sau ngày kết thúc"),
        ("Trước 15/12/3022", "năm 3022 không hợp lý"),
        ("Trước 15/12/0000", "không hợp lý"),
        ("Trước ٣/12/2022", "Không đọc được"),
        ("Quý V/2022", "Không đọc được"),
        ("x" * 5000, "Không đọc được"),
    ],
)
def test_other_words_are_refused_with_the_way_out(words: str, part: str) -> None:
    with pytest.raises(WordingError, match=part):
        read_deadline(words)


@pytest.mark.parametrize(
    ("words", "later"),
    [
        ("Trước 28/11/2022", "Trước 28/11/2023"),
        ("Tháng 12/2022 – 01/2023", "Tháng 12/2023 – 01/2024"),
        ("Tháng 11-12/2022", "Tháng 11-12/2023"),
        ("Trước ngày 15 tháng 12 năm 2022", "Trước ngày 15 tháng 12 năm 2023"),
        ("Quý IV/2022", "Quý IV/2023"),
        ("15.12.2022", "15.12.2023"),
        ("", ""),
    ],
)
def test_a_year_later_the_words_stay(words: str, later: str) -> None:
    assert shifted(words, 1) == later


def test_the_last_of_february_has_a_day_every_year() -> None:
    assert shifted("Trước 29/02/2024", 1) == "Trước 28/02/2025"
    assert shifted("Trước 29/02/2024", 4) == "Trước 29/02/2028"


@pytest.mark.parametrize(
    ("words", "moved"),
    [
        ("Trước 10/12/2022", "Trước 12/12/2022"),
        ("Chậm nhất ngày 10/12/2022", "Chậm nhất ngày 12/12/2022"),
        ("Từ ngày 01/12/2022 đến ngày 10/12/2022", "Từ ngày 01/12/2022 đến ngày 12/12/2022"),
        ("Ngày 10/12/2022", "Ngày 12/12/2022"),
        ("Tháng 12/2022", "Từ ngày 01/12/2022 đến ngày 12/12/2022"),
        ("Tháng 01/2023", "Ngày 12/12/2022"),
        ("Trước ngày 15 tháng 12 năm 2022", "Trước ngày 12/12/2022"),
        ("Trước tháng 12/2022", "Trước ngày 12/12/2022"),
    ],
)
def test_a_moved_deadline_keeps_its_words(words: str, moved: str) -> None:
    assert moved_to(words, date(2022, 12, 12)) == moved
    assert read_deadline(moved).ends_on == date(2022, 12, 12)


DAYS = st.dates(date(1991, 1, 1), date(2150, 12, 31))
BLANKS = st.sampled_from([" ", "  ", "\n", "\u00a0", "\t", " \n "])


@st.composite
def wordings(draw: st.DrawFn) -> str:
    first = draw(DAYS)
    second = first + timedelta(days=draw(st.integers(0, 400)))
    usual = draw(st.sampled_from([BEFORE, LATEST, PERIOD]))
    return draw(
        st.sampled_from(
            [
                word_deadline(usual, first, second),
                f"Trước {first:%d/%m/%Y}",
                f"Trong ngày {first:%d/%m/%Y}",
                f"Tháng {first:%m/%Y} – {second:%m/%Y}",
                f"Tháng {first:%m/%Y}",
                f"Từ ngày {first:%d/%m/%Y} đến ngày {second:%d/%m/%Y}",
                f"Chậm nhất ngày {first.day}/{first.month}/{first.year}",
            ]
        )
    )


@given(wordings())
def test_what_is_read_prints_as_it_was(words: str) -> None:
    assert read_deadline(words).text == words


@given(wordings(), st.data())
def test_blanks_never_change_the_meaning(words: str, data: st.DataObject) -> None:
    torn = "".join(data.draw(BLANKS) if letter == " " else letter for letter in words)
    assert read_deadline(torn) == read_deadline(words)


@given(st.sampled_from([BEFORE, LATEST, PERIOD]), DAYS, st.integers(0, 800))
def test_the_usual_words_mean_what_they_were_made_of(kind: DeadlineKind, first: date, length: int) -> None:
    last = first + timedelta(days=length)
    deadline = read_deadline(word_deadline(kind, first, last))
    assert (deadline.kind, deadline.ends_on) == (kind, last)
    assert deadline.starts_on == (first if kind == PERIOD else None)


@given(wordings(), st.integers(-20, 20))
def test_years_later_and_back_is_the_same(words: str, years: int) -> None:
    if "29/02" not in words and "29/2" not in words:
        assert shifted(shifted(words, years), -years) == words


@given(wordings(), DAYS)
def test_a_moved_deadline_ends_on_its_new_day(words: str, last: date) -> None:
    deadline = read_deadline(moved_to(words, last))
    assert (deadline.kind, deadline.ends_on) == (read_deadline(words).kind, last)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(words: str) -> None:
    with contextlib.suppress(WordingError):
        read_deadline(words)

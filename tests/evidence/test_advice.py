from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from chiso.evidence.advice import Advice, advice_on, window_of
from chiso.evidence.choices import Kind
from chiso.evidence.models import Document
from chiso.evidence.reading import Finding, FindingCode, Reading, Secret, Signature, Trust
from tests.world import moment

AT = moment("12/12/2022 21:04")
DEADLINE = moment("15/12/2022 00:00")
READ = Reading(media_type="application/pdf", pages=3, complete=True, signatures_verified=True)
SIGNED = Signature(
    signer="UBND xã Bắc",
    signed_at=datetime(2022, 12, 10, 1, 0, tzinfo=UTC),
    timestamped=False,
    intact=True,
    covers_whole=True,
    modified_after=False,
    trust=Trust.TRUSTED,
)


def document(reading: Reading | None = READ, day: date | None = date(2022, 1, 5), **fields: Any) -> Document:
    """A document whose date a person confirmed; rows are never saved here: advice asks no database."""
    described = {"issued_on": day, "described_at": AT} if day else {}
    return Document(reading=reading.to_json() if reading else {}, **(described | fields))


def advice(of: Document, **more: Any) -> dict[str, Advice]:
    told = advice_on(of, **({"year": 2022, "months_before": 2, "deadline": DEADLINE} | more))
    assert len({one.code for one in told}) == len(told)
    for one in told:
        assert one.kind in ("red", "gold", "green", "blue")
        assert one.words
        assert one.reason.endswith(".")
    return {one.code: one for one in told}


def read(**fields: Any) -> Reading:
    return Reading(**({"media_type": "application/pdf", "complete": True, "signatures_verified": True} | fields))


def test_nothing_to_say_of_a_good_document() -> None:
    assert advice(document()) == {}


@pytest.mark.parametrize(
    ("day", "inside"),
    [
        (date(2021, 10, 31), False),
        (date(2021, 11, 1), True),
        (date(2022, 1, 1), True),
        (date(2022, 12, 31), True),
        (date(2023, 1, 1), False),
    ],
)
def test_window_is_the_year_and_two_months_before(day: date, inside: bool) -> None:
    told = advice(document(day=day))
    assert ("outside_window" in told) is not inside
    if not inside:
        assert "từ 01/11/2021 đến 31/12/2022" in told["outside_window"].reason


@pytest.mark.parametrize(
    ("months", "first"),
    [(0, date(2022, 1, 1)), (1, date(2021, 12, 1)), (12, date(2021, 1, 1)), (14, date(2020, 11, 1))],
)
def test_window_begins_so_many_months_before(months: int, first: date) -> None:
    assert window_of(2022, months) == (first, date(2022, 12, 31))


def test_no_date_known_and_date_read_by_the_machine_only() -> None:
    assert set(advice(document(day=None))) == {"undated"}
    proposed = document(read(issued_on=date(2020, 5, 1), number="1/KH-UBND"), day=None)
    assert set(advice(proposed)) == {"outside_window", "unconfirmed"}


def test_confirmed_without_a_date_is_undated_whatever_the_machine_read() -> None:
    told = advice(document(read(issued_on=date(2022, 5, 1)), day=None, described_at=AT, number="1"))
    assert set(told) == {"undated"}


def test_older_than_the_plan_it_should_follow() -> None:
    assert set(advice(document(), not_before=date(2022, 1, 6))) == {"before_plan"}
    assert advice(document(), not_before=date(2022, 1, 5)) == {}


@pytest.mark.parametrize("code", list(FindingCode))
def test_every_finding_has_its_words(code: FindingCode) -> None:
    told = advice(document(read(findings=(Finding(code),))))
    assert set(told) == {str(code)}
    assert "%" not in told[str(code)].reason


def test_pages_are_named_and_the_many_are_cut() -> None:
    told = advice(document(read(findings=(Finding(FindingCode.BLANK_PAGES, (2, 5)),))))
    assert "Có trang trắng (trang 2, 5)." in told["blank_pages"].reason
    many = advice(document(read(findings=(Finding(FindingCode.LOW_RESOLUTION, tuple(range(1, 21))),))))
    assert "(trang 1, 2, 3, 4, 5, 6…)" in many["low_resolution"].reason


@pytest.mark.parametrize(
    ("change", "code", "kind"),
    [
        ({}, "signature_valid", "green"),
        ({"trust": Trust.NO_ROOTS}, "signature_unverified", "gold"),
        ({"trust": Trust.UNTRUSTED}, "signature_unverified", "gold"),
        ({"trust": Trust.EXPIRED}, "signature_unverified", "gold"),
        ({"intact": False}, "signature_invalid", "red"),
        ({"modified_after": True, "covers_whole": False}, "modified_after_signing", "red"),
    ],
    ids=["valid", "no roots", "untrusted", "expired", "tampered", "modified"],
)
def test_signatures(change: dict[str, Any], code: str, kind: str) -> None:
    told = advice(document(read(signature_count=1, signatures=(Signature(**(vars(SIGNED) | change)),))))
    assert {one.code: one.kind for one in told.values()} == {code: kind}
    assert "UBND xã Bắc" in told[code].reason
    assert "08:00 ngày 10/12/2022" in told[code].reason


def test_valid_signature_admits_that_revocation_was_not_asked() -> None:
    told = advice(document(read(signatures=(SIGNED,))))
    assert "chưa kiểm tra việc thu hồi" in told["signature_valid"].reason
    assert "giờ do người ký khai" in told["signature_valid"].reason


@pytest.mark.parametrize(("minutes", "late"), [(0, False), (1, True)])
def test_signed_after_the_deadline(minutes: int, late: bool) -> None:
    signature = Signature(**(vars(SIGNED) | {"signed_at": DEADLINE + timedelta(minutes=minutes)}))
    told = advice(document(read(signatures=(signature,))))
    assert ("signed_late" in told) is late
    if late:
        assert "hết 24 giờ ngày 14/12/2022" in told["signed_late"].reason
    assert "signed_late" not in advice(document(read(signatures=(signature,))), deadline=None)


def test_two_signatures_do_not_repeat_a_tag() -> None:
    told = advice_on(
        document(read(signatures=(SIGNED, Signature(**(vars(SIGNED) | {"signer": "Văn thư"}))))),
        year=2022,
        months_before=2,
        deadline=DEADLINE,
    )
    assert [one.words for one in told] == ["ký số hợp lệ"]
    assert "UBND xã Bắc" in told[0].reason
    assert "Văn thư" in told[0].reason


def test_still_being_read_is_said() -> None:
    assert set(advice(document(None))) == {"being_read"}
    assert set(advice(document(Reading(media_type="application/pdf")))) == {"being_read"}
    assert set(advice(document(read(signature_count=1, signatures_verified=False)))) == {"being_read"}


def test_withheld_and_removed_say_nothing_else() -> None:
    secret = read(secret=Secret.SECRET, findings=(Finding(FindingCode.EMPTY),))
    assert set(advice(document(secret))) == {"withheld"}
    assert set(advice(document(secret, removed_at=AT))) == {"removed"}


def test_link_is_judged_by_its_date_only_once_somebody_gave_one() -> None:
    assert advice(document(None, day=None, kind=Kind.LINK)) == {}
    assert set(advice(document(None, day=date(2019, 1, 1), kind=Kind.LINK))) == {"outside_window"}


def test_reading_of_an_unknown_make_is_read_again_not_an_error() -> None:
    strange = document()
    strange.reading = {"version": 1, "findings": [{"code": "?"}]}
    assert set(advice(strange)) == {"being_read"}

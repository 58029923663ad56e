"""Crafted and broken files: through the door they end as a document or as a refusal, in bounded time, never a crash."""

import contextlib
import random
import time
from functools import cache

import pytest
from django.core.files.base import ContentFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from chiso.common.refusals import RuleViolation
from chiso.evidence.models import Document
from chiso.evidence.reading import FindingCode, Reading
from chiso.evidence.reading.letterhead import Letterhead, read_letterhead
from chiso.evidence.reading.secrecy import secret_mark
from chiso.evidence.reading.signatures import verify
from chiso.evidence.storing import store
from chiso.organizations.models import Unit, User
from tests.evidence import papers
from tests.evidence.reading_of import reading_of
from tests.evidence.signing import chain, sign
from tests.factories import UnitFactory, UserFactory
from tests.world import moment

AT = moment("12/12/2022 21:04")
PATIENT = settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
LONGEST = 25
"""Seconds: one for the reading, grace, and the start of a child on a busy machine."""


@cache
def originals() -> tuple[bytes, ...]:
    return (
        papers.plan(),
        papers.joined(papers.plan(), papers.scan(40), None),
        papers.stamped("ĐẾN"),
        sign(papers.plan(), chain()[2]),
        papers.word(*papers.LETTERHEAD_LINES, header="x"),
        papers.workbook(*papers.LETTERHEAD_LINES),
        papers.slides("a", "b"),
        papers.old_word("\n".join(papers.LETTERHEAD_LINES)),
        papers.old_slides(*papers.LETTERHEAD_LINES),
        papers.old_workbook(*papers.LETTERHEAD_LINES, step=60, header="&C1"),
        papers.png(1200, 900),
        papers.jpeg(1200, 900),
    )


@some.composite
def damaged(draw: some.DrawFn) -> bytes:
    """One of the real files with bytes changed, cut out, doubled, or its end lost."""
    content = bytearray(draw(some.sampled_from(originals())))
    chance = random.Random(draw(some.integers(0, 2**32)))
    for _n in range(draw(some.integers(1, 30))):
        at = chance.randrange(8, len(content))
        match chance.randrange(4):
            case 0:
                content[at] = chance.randrange(256)
            case 1:
                content[at : at + 4] = b"\xff\xff\xff\x7f"
            case 2:
                del content[at : at + chance.randrange(1, 200)]
            case 3:
                content[at:at] = content[at : at + chance.randrange(1, 200)]
        if len(content) < 20:
            break
    return bytes(content)


@some.composite
def headed(draw: some.DrawFn) -> bytes:
    """Noise behind the first bytes of a kind that is accepted."""
    start = draw(some.sampled_from([content[:16] for content in originals()] + [b""]))
    return start + draw(some.binary(max_size=3000))


@pytest.fixture
def unit() -> Unit:
    return UnitFactory()


@pytest.fixture
def user() -> User:
    return UserFactory()


@pytest.mark.django_db
@PATIENT
@given(content=some.one_of(damaged(), headed()), name=some.text(max_size=60))
def test_whatever_comes_is_stored_or_refused(unit: Unit, user: User, content: bytes, name: str) -> None:
    begun = time.monotonic()
    with contextlib.suppress(RuleViolation):
        document = store(unit, ContentFile(content, name=name), user, AT)
        assert document.content.open("rb").read() == content
        assert Reading.from_json(Document.objects.get(pk=document.pk).reading) is not None
    assert time.monotonic() - begun < LONGEST


@PATIENT
@given(content=some.one_of(damaged(), headed()))
def test_whatever_comes_is_read_in_full_without_an_error_of_ours(content: bytes) -> None:
    """The child would swallow an error of ours as “unreadable”: here it may not."""
    with contextlib.suppress(MemoryError):
        reading = reading_of(content, seconds=5)
        assert reading.found(FindingCode.UNREADABLE) is None
        assert Reading.from_json(reading.to_json()) == reading


@settings(max_examples=100, deadline=None, derandomize=True)
@given(seed=some.integers(0, 2**32), changes=some.integers(1, 40))
def test_damaged_signatures_are_told_not_raised(tmp_path_factory, seed: int, changes: int) -> None:
    content = bytearray(sign_once())
    chance = random.Random(seed)
    for _n in range(changes):
        content[chance.randrange(8, len(content))] = chance.randrange(256)
    path = tmp_path_factory.mktemp("fuzz") / "a.pdf"
    path.write_bytes(content)
    for signature in verify(path, None):
        assert isinstance(signature.intact, bool)


@cache
def sign_once() -> bytes:
    return sign(papers.plan(), chain()[2])


@settings(max_examples=300, deadline=None, derandomize=True)
@given(lines=some.lists(some.text(max_size=300), max_size=70))
def test_any_text_has_a_letterhead_or_none(lines: list[str]) -> None:
    found = read_letterhead(lines)
    assert isinstance(found, Letterhead)
    assert max(len(found.number) - 50, len(found.issuer) - 200, len(found.title) - 500) <= 0
    secret_mark(lines)


WORDS = [
    "Số:",
    "12",
    "/KH-UBND",
    "ngày",
    "05",
    "tháng",
    "01",
    "năm",
    "2022",
    "KẾ HOẠCH",
    "V/v",
    "ỦY BAN NHÂN DÂN",
    "XÃ",
]
WORDS += ["kèm theo", "Quyết định", "số", "...", "—", "MẬT", "TỐI", "Độ mật:", ",", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA", "\n"]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(words=some.lists(some.sampled_from(WORDS), max_size=200))
def test_pieces_of_letterheads_in_any_order(words: list[str]) -> None:
    lines = " ".join(words).split("\n")
    assert isinstance(read_letterhead(lines), Letterhead)
    secret_mark(lines)


@pytest.mark.parametrize(
    "line",
    ["Số: " + "1/A" * 5000, "kèm theo " * 3000, "C" * 20000 + "ỘNG HÒA", "ngày " * 5000, "MẬT " * 5000, "- " * 20000],
    ids=["numbers", "attached", "motto", "days", "marks", "rules"],
)
def test_long_lines_take_no_long_time(line: str) -> None:
    begun = time.process_time()
    read_letterhead([line] * 60)
    secret_mark([line] * 60)
    assert time.process_time() - begun < 1

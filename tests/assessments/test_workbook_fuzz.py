"""Broken, mutilated and hostile workbooks: always an answer with a sentence, never a 500, nothing half-saved."""

import random
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from chiso.assessments.models import Entry
from chiso.assessments.workbook.writing import KEY, VALUE
from chiso.indexsets.exchange.grids import column_letter
from chiso.organizations import clock
from tests.assessments import workbooks
from tests.assessments.test_workbook import ALL, EVENING, confirm, url
from tests.assessments.workbooks import MAIN, SHEET, exported, filled, packed, parts_of
from tests.world import World, play_to

pytestmark = pytest.mark.django_db
EACH = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(clock, "now", lambda: EVENING)
    return play_to("self_assessment")


@pytest.fixture
def an(world: World, client: Client) -> Client:
    client.force_login(world.cast.an)
    client.raise_request_exception = False
    return client


@pytest.fixture
def content(world: World) -> bytes:
    return filled(exported(world.dossier(world.cast.north), EVENING), ALL)


def survives(client: Client, world: World, content: bytes) -> Any:
    """Upload and, where it is offered, confirm: each leaf is then as it was, or whole and scored by its rule."""
    page = client.post(url(world), {"file": SimpleUploadedFile("a.xlsx", content)})
    assert page.status_code in (200, 422), page.status_code
    assert Entry.objects.exclude(version=0).count() == 0
    return page


@EACH
@given(seed=st.integers(0, 2**32), count=st.integers(1, 40))
def test_flipped_bytes(an: Client, world: World, content: bytes, seed: int, count: int) -> None:
    chance, broken = random.Random(seed), bytearray(content)
    for _ in range(count):
        broken[chance.randrange(len(broken))] = chance.randrange(256)
    survives(an, world, bytes(broken))


@EACH
@given(part=st.integers(0, 30), seed=st.integers(0, 2**32))
def test_flipped_bytes_inside_a_part(an: Client, world: World, content: bytes, part: int, seed: int) -> None:
    """The package itself is whole, so that the fault reaches the XML reader."""
    chance, parts = random.Random(seed), parts_of(content)
    name = sorted(parts)[part % len(parts)]
    broken = bytearray(parts[name])
    for _ in range(chance.randrange(1, 6)):
        broken[chance.randrange(len(broken))] = chance.randrange(256)
    survives(an, world, packed(parts | {name: bytes(broken)}))


@EACH
@given(cut=st.floats(0, 1))
def test_cut_short(an: Client, world: World, content: bytes, cut: float) -> None:
    survives(an, world, content[: int(len(content) * cut)])


PARTS = (
    "[Content_Types].xml",
    "_rels/.rels",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
    "xl/worksheets/sheet1.xml",
    "xl/worksheets/sheet4.xml",
)


@pytest.mark.parametrize("name", PARTS)
@pytest.mark.parametrize("instead", [None, b"", b"<a/>", b"\x00" * 100], ids=["gone", "empty", "other", "nul"])
def test_parts_taken_out_or_replaced(
    an: Client, world: World, content: bytes, name: str, instead: bytes | None
) -> None:
    parts = parts_of(content)
    del parts[name]
    survives(an, world, packed(parts if instead is None else parts | {name: instead}))


CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.floats(allow_nan=True, allow_infinity=True),
    st.integers(-(10**30), 10**30),
    st.text(max_size=40),
    st.sampled_from(
        ["", "=1+1", "0", "-0", "1e400", "٣", "½", "1.234,5", "85.25", "có", "yes", "1. ", "x" * 40_000, "31/02/2022"]
    ),
)


def put(sheet: etree._Element, row: int, value: object) -> None:
    reference = f"{column_letter(VALUE)}{row}"
    for cell in sheet.iterfind(f".//{MAIN}c[@r='{reference}']"):
        for child in list(cell):
            cell.remove(child)
        cell.attrib.pop("t", None)
        if value is None:
            continue
        text = "".join(one for one in str(value) if one.isprintable() or one in "\n\t")
        if isinstance(value, str):
            cell.set("t", "inlineStr")
            etree.SubElement(etree.SubElement(cell, f"{MAIN}is"), f"{MAIN}t").text = text
        else:
            if isinstance(value, bool):
                cell.set("t", "b")
                text = str(int(value))
            etree.SubElement(cell, f"{MAIN}v").text = text


@EACH
@given(values=st.lists(st.tuples(st.integers(5, 60), CELLS), max_size=60))
def test_cells_of_any_kind(an: Client, world: World, content: bytes, values: list[tuple[int, object]]) -> None:
    parts = parts_of(content)
    sheet = etree.fromstring(parts[SHEET])
    for row, value in values:
        put(sheet, row, value)
    page = survives(an, world, packed(parts | {SHEET: etree.tostring(sheet)}))
    if page.status_code == 200 and page.context["page"].can_confirm:
        assert confirm(an, world, page).status_code == 302
        for entry in Entry.objects.exclude(version=0):
            assert entry.saved_by == world.cast.an
        # What was taken is what the workbook says from now on: exported again it changes nothing.
        again = exported(world.dossier(world.cast.north), EVENING)
        shown = an.post(url(world), {"file": SimpleUploadedFile("a.xlsx", again)}).context["page"]
        assert (shown.changes, shown.problems) == ([], [])
        Entry.objects.exclude(version=0).update(
            version=0, facts={}, reason="", note="", decided=None, as_of=None, not_applicable=False, no_document=False
        )


@EACH
@given(
    keys=st.lists(
        st.tuples(
            st.integers(4, 60),
            st.sampled_from(
                [
                    "",
                    "/",
                    "1.1/",
                    "/level",
                    "1.1/level",
                    "9/9",
                    "1.1/items.99999999999",
                    "a" * 30_000,
                    "Khóa dòng",
                    "Giá trị",
                ]
            ),
        ),
        max_size=30,
    )
)
def test_keys_of_any_kind(an: Client, world: World, content: bytes, keys: list[tuple[int, str]]) -> None:
    parts = parts_of(content)
    sheet = etree.fromstring(parts[SHEET])
    for row, key in keys:
        for cell in sheet.iterfind(f".//{MAIN}c[@r='{column_letter(KEY)}{row}']"):
            for child in list(cell):
                cell.remove(child)
            cell.set("t", "inlineStr")
            etree.SubElement(etree.SubElement(cell, f"{MAIN}is"), f"{MAIN}t").text = key
    survives(an, world, packed(parts | {SHEET: etree.tostring(sheet)}))


def test_thousands_of_rows(an: Client, world: World, content: bytes) -> None:
    parts = parts_of(content)
    rows = "".join(
        f'<row r="{number}"><c r="E{number}"><v>1</v></c>'
        f'<c r="G{number}" t="inlineStr"><is><t>{number}/x</t></is></c></row>'
        for number in range(1000, 15_000)
    )
    parts[SHEET] = parts[SHEET].replace(b"</sheetData>", rows.encode() + b"</sheetData>")
    page = survives(an, world, packed(parts))
    assert page.status_code == 422
    assert len(page.content) < 1_000_000  # Thousands of faults are counted, not listed.
    assert "và 13.900 lỗi khác" in page.content.decode()


@pytest.mark.parametrize("row", [1_048_576, 99_999_999], ids=["last row", "beyond"])
def test_a_far_cell(an: Client, world: World, content: bytes, row: int) -> None:
    parts = parts_of(content)
    far = f'<row r="{row}"><c r="XFD{row}"><v>1</v></c></row>'.encode()
    parts[SHEET] = parts[SHEET].replace(b"</sheetData>", far + b"</sheetData>")
    assert survives(an, world, packed(parts)).status_code == 422


def test_a_bomb(an: Client, world: World, content: bytes) -> None:
    """150 MB of blanks in a small package are never unpacked."""
    parts = parts_of(content) | {"xl/media/image1.png": bytes(150_000_000)}
    bomb = packed(parts)
    assert len(bomb) < 1_000_000
    page = survives(an, world, bomb)
    assert (page.status_code, "quá nhiều dữ liệu" in page.content.decode()) == (422, True)


def test_an_entity_is_not_followed(an: Client, world: World, content: bytes) -> None:
    parts = parts_of(content)
    entity = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    head, tail = parts["xl/sharedStrings.xml"].split(b"?>", 1)
    parts["xl/sharedStrings.xml"] = head + b"?>" + entity + tail.replace("Có".encode(), b"&x;")
    assert "root:" not in survives(an, world, packed(parts)).content.decode()


def test_a_token_that_was_made_up(an: Client, world: World, content: bytes) -> None:
    for token in ("", ".", "::", "\x00", "é" * 100, "." * 10_000):
        broken = workbooks.with_token(content, token or "x")
        if "\x00" not in token:
            survives(an, world, broken)
        assert an.post(url(world, "workbook_confirm"), {"token": token}).status_code == 302

"""YAML → Excel or Word → YAML: nothing is lost; in Word not even without what the file carries unseen."""

import io
import zipfile
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from chiso.indexsets.exchange import read_file, write_docx, write_xlsx, write_yaml
from chiso.indexsets.exchange.word_reading import HIDDEN_NAMESPACE
from chiso.scoring import IndexSet, read_index_set
from tests.indexsets.exchange.sets import set_texts
from tests.scoring.builders import LIBRARY

NAMES = ("commune_nq57_2026", "commune_sample_2022", "commune_sample_2026", "service_quality_766")
often = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
library = pytest.mark.parametrize("name", NAMES)


def shipped(name: str) -> IndexSet:
    return read_index_set((LIBRARY / f"{name}.yaml").read_text("utf-8"))


def bare(index_set: IndexSet | None) -> IndexSet | None:
    """Without warnings, which name the lines of the file they were read from."""
    return None if index_set is None else replace(index_set, warnings=())


def without_hidden_part(content: bytes) -> bytes:
    """The same document as another program saves it: without the set inside."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, b"<x/>" if HIDDEN_NAMESPACE.encode() in part and "Props" not in name else part)
    return target.getvalue()


def scored(index_set: IndexSet | None) -> object:
    """All that is scored: the set with what only people read left out."""
    if index_set is None:
        return None
    return replace(bare(index_set), areas=tuple(_scored(area) for area in index_set.areas))


def _scored(node):
    return replace(node, basis="", children=tuple(_scored(child) for child in node.children))


@given(set_texts())
@often
def test_yaml_is_written_as_it_is_read(text: str) -> None:
    index_set = read_index_set(text)
    written = write_yaml(index_set)
    assert bare(read_index_set(written)) == bare(index_set)
    assert write_yaml(read_index_set(written)) == written


@given(set_texts())
@often
def test_any_set_survives_excel_identical(text: str) -> None:
    index_set = read_index_set(text)
    draft = read_file(write_xlsx(index_set), "bo.xlsx")
    assert [str(one) for one in draft.errors] == []
    assert bare(draft.index_set) == bare(index_set)
    assert draft.to_yaml() == write_yaml(index_set)


@given(set_texts())
@often
def test_any_set_survives_word_identical(text: str) -> None:
    index_set = read_index_set(text)
    draft = read_file(write_docx(index_set), "bo.docx")
    assert draft.errors == ()
    assert bare(draft.index_set) == bare(index_set)


@given(set_texts())
@often
def test_all_that_is_scored_stands_in_the_table_of_the_annex(text: str) -> None:
    index_set = read_index_set(text)
    draft = read_file(without_hidden_part(write_docx(index_set)), "bo.docx")
    assert [str(one) for one in draft.errors] == []
    assert scored(draft.index_set) == scored(index_set)


@library
def test_library_sets_survive(name: str) -> None:
    index_set = shipped(name)
    assert read_index_set(write_yaml(index_set)) == index_set
    for content in (write_xlsx(index_set), write_docx(index_set)):
        draft = read_file(content, name)
        assert draft.index_set == index_set
        assert draft.to_yaml() == write_yaml(index_set)
        assert (draft.errors, draft.guesses) == ((), ())
    assert scored(read_file(without_hidden_part(write_docx(index_set)), name).index_set) == scored(index_set)


@library
def test_the_same_set_gives_the_same_annex(name: str) -> None:
    assert write_docx(shipped(name)) == write_docx(shipped(name))

"""Plain data reads like the text it stands for."""

from pathlib import Path

import pytest
import yaml

from chiso.scoring import IndexSetErrors, read_index_set, read_tree

LIBRARY = Path(__file__).parents[2] / "src" / "chiso" / "indexsets" / "library"


def plain_of(loaded: object) -> object:
    """PyYAML's base loader leaves an unquoted null as a word; plain data says None."""
    if isinstance(loaded, dict):
        return {key: plain_of(value) for key, value in loaded.items()}
    if isinstance(loaded, list):
        return [plain_of(item) for item in loaded]
    return None if loaded == "null" else loaded


@pytest.mark.parametrize("path", sorted(LIBRARY.glob("*.yaml")), ids=lambda path: path.stem)
def test_plain_data_reads_like_the_text(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert read_tree(plain_of(yaml.load(text, Loader=yaml.BaseLoader))) == read_index_set(text)


@pytest.mark.parametrize("plain", ["text", ["list"], None, True])
def test_what_is_no_mapping_is_refused(plain: object) -> None:
    with pytest.raises(IndexSetErrors, match="nhóm khóa"):
        read_tree(plain)


def test_null_and_booleans_are_the_words_of_the_file() -> None:
    with pytest.raises(IndexSetErrors) as faults:
        read_tree({"format": "chiso-index-set/1", "id": None, "name": "x", "year": True, "areas": []})
    told = {problem.path: problem.message for problem in faults.value.errors}
    assert "Thiếu" in told["id"]
    assert "year" in told

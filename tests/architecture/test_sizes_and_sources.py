"""What a grep can promise: sizes at which we stop and think, and doors that have no side entrance."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

SOURCE = Path(__file__).parents[2] / "src" / "chiso"
ROOT = SOURCE.parents[1]
MODULES = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
TEMPLATES = sorted(SOURCE.rglob("templates/**/*.html"))


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def length(node: ast.FunctionDef) -> int:
    """Lines of the body without its docstring."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return (node.end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_no_module_passes_400_lines() -> None:
    assert [path.name for path in MODULES if len(path.read_text(encoding="utf-8").splitlines()) > 400] == []


def test_models_stay_in_rooms_one_can_overlook() -> None:
    """An app with one file of models has at most 12; one with a package of themes, at most 6 a theme (ADR 0020)."""
    crowded = {}
    for app in apps.get_app_configs():
        rooms = Counter(model.__module__ for model in app.get_models() if app.name.startswith("chiso."))
        most = 6 if len(rooms) > 1 else 12
        crowded |= {room: count for room, count in rooms.items() if count > most}
    assert crowded == {}


def test_views_stay_within_20_lines_and_actions_within_40() -> None:
    long = []
    for path in MODULES:
        limit = (
            20 if "views" in (path.stem, path.parent.name) else 40 if "actions" in (path.stem, path.parent.name) else 60
        )
        long += [
            f"{path.relative_to(SOURCE)}:{node.name} {length(node)}" for node in functions(path) if length(node) > limit
        ]
    assert long == []


def test_no_template_passes_150_lines() -> None:
    pages = [path for path in TEMPLATES if "dev" not in path.parts]
    assert [str(path) for path in pages if len(path.read_text(encoding="utf-8").splitlines()) > 150] == []


def test_views_reach_rows_through_visible_to_only() -> None:
    views = [path for path in MODULES if "views" in (path.stem, path.parent.name)]
    pattern = re.compile(r"objects\.(all|get|filter|first|last)\(")
    found = [
        f"{path.relative_to(SOURCE)}: {line.strip()}"
        for path in views
        for line in path.read_text(encoding="utf-8").splitlines()
        if pattern.search(line) and "# public" not in line
    ]
    assert found == []


def test_nothing_bears_a_name_that_says_nothing() -> None:
    empty = {"utils", "util", "helpers", "helper", "manager", "misc"}
    assert [path for path in MODULES if path.stem in empty] == []


def test_no_model_overrides_save_and_nothing_listens_to_signals() -> None:
    for path in MODULES:
        text = path.read_text(encoding="utf-8")
        assert "def save(" not in text, path
        assert "django.db.models.signals" not in text, path


def test_state_moves_only_through_workflow() -> None:
    """No `.state =` and no `.stage =` outside the two functions that move rows."""
    pattern = re.compile(r"\.(state|stage) = (?!\")")
    for path in MODULES:
        if path.name in ("workflow.py",) or "demo" in path.parts:
            continue
        assert not pattern.search(path.read_text(encoding="utf-8")), path


@pytest.mark.parametrize("name", ["README.md", "README.en.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/tour.md"])
def test_documents_a_newcomer_needs_are_there(name: str) -> None:
    assert len((ROOT / name).read_text(encoding="utf-8")) > 500


def test_every_model_is_in_the_glossary() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    models = [
        model.__name__ for app in apps.get_app_configs() if app.name.startswith("chiso.") for model in app.get_models()
    ]
    missing = [name for name in models if f"`{name}`" not in glossary]
    assert missing == []


def test_every_app_says_what_it_is_about() -> None:
    for folder in SOURCE.iterdir():
        init = folder / "__init__.py"
        if init.exists():
            docstring = ast.get_docstring(ast.parse(init.read_text(encoding="utf-8")))
            assert docstring, folder.name
            assert len(docstring.splitlines()) <= 14, folder.name

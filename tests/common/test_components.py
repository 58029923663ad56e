"""The design system keeps its promises: light, strict under the CSP, readable, every component on the page.

What needs a browser (axe, pictures) is in tests/journeys.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from chiso.common.components_sample import SampleForm
from chiso.common.templatetags.fixed import fixed

SOURCE = Path(__file__).parents[2] / "src" / "chiso"
COMMON = SOURCE / "common"
COMPONENTS = COMMON / "templates" / "components"
STATIC = COMMON / "static" / "chiso"
CSS, JS = STATIC / "chiso.css", STATIC / "chiso.js"
ALL_CSS = "".join(path.read_text() for path in sorted(STATIC.glob("*.css")))
ALL_JS = "".join(path.read_text() for path in sorted(STATIC.glob("*.js")))
TEMPLATES = sorted(SOURCE.rglob("templates/**/*.html"))

# Text and the ground it stands on; #fff is the card.
PAIRS = [
    ("ink", "page"),
    ("ink", "card"),
    ("ink", "primary-weak"),
    ("ink", "red-weak"),
    ("ink", "gold-weak"),
    ("ink", "green-weak"),
    ("muted", "page"),
    ("muted", "card"),
    ("muted", "primary-weak"),
    ("muted", "red-weak"),
    ("muted", "plain-weak"),
    ("primary", "card"),
    ("primary", "page"),
    ("primary", "primary-weak"),
    ("red", "card"),
    ("red", "page"),
    ("red", "red-weak"),
    ("gold", "card"),
    ("gold", "gold-weak"),
    ("green", "card"),
    ("green", "green-weak"),
    ("plain", "plain-weak"),
    ("card", "primary"),
    ("card", "red"),
    ("card", "bar"),
    ("card", "chip"),
    ("bar-ink", "bar"),
]

# What a template may not contain, and why.
FORBIDDEN = {
    r"\sstyle\s*=": "an inline style: use a class, <progress> or an SVG attribute",
    r"<style\b": "an inline style sheet: write it in chiso.css",
    r"<script(?![^>]*\bsrc=)[^>]*>": "an inline script: write it in chiso.js",
    r"\son[a-z]+\s*=\s*[\"']": "an event attribute: write it in chiso.js",
    r"hx-on": "hx-on: it needs eval and fails silently under the CSP",
    r"[\"'\s]js:": "js: in an hx- attribute: it needs eval and fails silently under the CSP",
    r"javascript:": "a javascript: address",
    r"hx-trigger\s*=\s*[\"'][^\"']*\[": "a trigger filter: it needs eval and fails silently under the CSP",
}


def tokens() -> dict[str, str]:
    """The colours of the style sheet by name."""
    found = dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{3,6})\b", CSS.read_text()))
    return {name: "#" + "".join(2 * c for c in hex_[1:]) if len(hex_) == 4 else hex_ for name, hex_ in found.items()}


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2)."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def folded(name: str) -> str:
    """A template with what it extends and includes, all of it, whatever its conditions say."""
    found = [one.read_text() for one in TEMPLATES if one.as_posix().endswith(f"templates/{name}")]
    text = re.sub(r"{#.*?#}", "", "".join(found))  # Nothing of those that other packages bring.
    others = re.findall(r'{% (?:extends|include|fixed) "([^"#]+)', text)
    return text + "".join(folded(other) for other in others if other != name)


def loaded(page: str) -> set[str]:
    """The files of ours that a page fetches when it is opened."""
    tags = re.findall(r"<(?:link|script)\b[^>]*>", page)
    return {name for tag in tags for name in re.findall(r'{% static "chiso/([^"]+)" %}', tag)}


def classes(css: str) -> set[str]:
    return set(re.findall(r"\.([a-z][a-z0-9-]*)", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)))


PAGES = {
    path.as_posix().split("templates/")[1]: folded(path.as_posix().split("templates/")[1])
    for path in TEMPLATES
    if "{% extends" in path.read_text() and "dev" not in path.parts
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_loads_at_most_20_kb_of_styles_and_15_kb_of_scripts(name):
    """ADR 19: the base and the files of its area, added up; htmx is not ours."""
    files = loaded(PAGES[name])
    assert "chiso.css" in files or "<html" not in PAGES[name]
    sizes = {
        suffix: sum((STATIC / file).stat().st_size for file in files if file.endswith(suffix))
        for suffix in (".css", ".js")
    }
    assert sizes[".css"] <= 20_000
    assert sizes[".js"] <= 15_000


@pytest.mark.parametrize("area", sorted(path.name for path in STATIC.glob("*.css") if path != CSS))
def test_a_page_loads_the_styles_of_the_classes_it_uses(area):
    own = classes((STATIC / area).read_text()) - classes(CSS.read_text())
    for name, page in PAGES.items():
        used = {one for names in re.findall(r'class="([^"]*)"', page) for one in names.split()}
        assert not used & own or area in loaded(page), f"{name}: {used & own}"


def test_every_static_file_is_loaded_somewhere():
    everything = "".join(path.read_text() for path in TEMPLATES)
    assert [path.name for path in STATIC.iterdir() if f"chiso/{path.name}" not in everything] == []


@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_stands_out_from_its_ground(text, ground):
    colours = tokens()
    assert contrast(colours[text], colours[ground]) >= 4.5


def test_heat_map_numbers_stand_out():
    colours = re.findall(r"\.heat-\d \{ background:(#[0-9a-f]{6})", ALL_CSS)
    assert len(colours) >= 4
    assert all(contrast(tokens()["ink"], colour) >= 4.5 for colour in colours)


@pytest.mark.parametrize("name", ["field-line", "red", "green", "gold", "primary"])
def test_marks_and_field_borders_are_seen(name):
    """WCAG 1.4.11: what is not text needs 3 : 1."""
    assert contrast(tokens()[name], tokens()["card"]) >= 3


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_template_obeys_the_content_security_policy(path):
    text = path.read_text()
    sins = [f"{path.name}: {why}" for pattern, why in FORBIDDEN.items() if re.search(pattern, text)]
    assert not sins


def test_htmx_is_kept_from_eval_and_inline_tags():
    head = (COMPONENTS / "head.html").read_text()
    for setting in (
        '"includeIndicatorStyles": false',
        '"allowEval": false',
        '"allowScriptTags": false',
        '"disableInheritance": true',
    ):
        assert setting in head


def test_every_component_is_in_the_readme_and_used():
    readme = (COMPONENTS / "README.md").read_text()
    pages = "".join(path.read_text() for path in TEMPLATES)
    for path in COMPONENTS.glob("*.html"):
        assert f"`{path.stem}`" in readme, path.name
        assert f"components/{path.name}" in pages, path.name


def test_every_component_names_its_variables_at_the_top():
    for path in COMPONENTS.glob("*.html"):
        assert path.read_text().startswith("{# "), path.name


def test_script_sentences_are_in_the_template():
    """Every say("name") has its translatable sentence."""
    wanted = set(re.findall(r'say\([^)]*?"(\w+)"', ALL_JS)) | {"days", "hours", "minutes", "over", "uploadLost"}
    for kind in ("lost", "failed"):
        wanted |= {kind, f"{kind}Read", f"{kind}Hand"}
    template = (COMPONENTS / "script_texts.html").read_text()
    given = {re.sub(r"-(\w)", lambda m: m[1].upper(), name) for name in re.findall(r"\bdata-([a-z-]+)=", template)}
    assert wanted <= given


# Names that need no rule of their own: the base look, or a hook for the script.
PLAIN_CLASSES = {"dot-empty", "note"}


def test_every_class_of_a_component_is_in_the_style_sheet():
    css = ALL_CSS
    for path in COMPONENTS.glob("*.html"):
        text = re.sub(r"{[{%#].*?[}%#]}", " ", path.read_text())
        names = {name for names in re.findall(r'class="([^"]*)"', text) for name in names.split()}
        for name in names - PLAIN_CLASSES:
            assert name.endswith("-") or re.search(rf"\.{re.escape(name)}\b", css), f"{path.name}: .{name}"


@pytest.mark.django_db
def test_components_page_draws_everything_in_debug(client, settings):
    settings.DEBUG = True
    answer = client.get("/dev/components/")
    assert answer.status_code == 200
    assert "Tỷ lệ hồ sơ xử lý đúng hạn" in answer.content.decode()


@pytest.mark.django_db
def test_components_page_does_not_exist_in_production(client, settings):
    settings.DEBUG = False
    assert client.get("/dev/components/").status_code == 404


@pytest.mark.parametrize("name", ["400.html", "403_csrf.html", "500.html"])
def test_error_page_needs_neither_request_nor_database(name):
    page = render_to_string(name)
    assert 'href="/"' in page
    assert "!" not in re.sub(r"<!doctype html>", "", page)


def test_fixed_pieces_follow_the_language(settings):
    settings.DEBUG = False
    with translation.override("vi"):
        assert "Phím tắt của trang này" in fixed("components/script_texts.html")
    assert fixed("components/head.html") is fixed("components/head.html")


def test_a_field_ties_its_label_hint_and_error_to_the_control():
    form = SampleForm({})
    page = render_to_string("components/field.html", {"field": form["number"]})
    assert '<label for="id_number">' in page
    assert 'aria-describedby="id_number_helptext id_number_error"' in page
    assert 'id="id_number_helptext"' in page
    assert 'id="id_number_error"' in page
    assert 'aria-invalid="true"' in page

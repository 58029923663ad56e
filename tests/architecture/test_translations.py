"""The source language is Vietnamese; English is a complete second catalogue, and always up to date.

To refresh it: `cd src/chiso && ../../.venv/bin/python -m django makemessages -l en --no-location --no-wrap`.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from chiso.config.settings import PACKAGE
from tests.catalogues import Entry, placeholders, read_catalogue

ENGLISH = PACKAGE / "locale/en/LC_MESSAGES/django.po"
SKIPPED = shutil.ignore_patterns("locale", "migrations", "static", "library", "__pycache__", "*.docx")
VIETNAMESE_LETTERS = re.compile(r"[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.IGNORECASE)


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> list[Entry]:
    """What is marked for translation today, read from a copy of the sources."""
    copy = tmp_path_factory.mktemp("messages") / "chiso"
    shutil.copytree(PACKAGE, copy, ignore=SKIPPED)
    (copy / "locale").mkdir()
    # Without settings makemessages writes into the copy, not into the package.
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "-l", "en", "--no-location", "--no-wrap"],
        cwd=copy,
        env=environment,
        check=True,
        capture_output=True,
    )
    return read_catalogue(copy / "locale/en/LC_MESSAGES/django.po")


@pytest.fixture(scope="module")
def english() -> list[Entry]:
    return read_catalogue(ENGLISH)


def test_the_english_catalogue_has_every_message_and_no_other(messages: list[Entry], english: list[Entry]) -> None:
    today, kept = {entry.key for entry in messages}, {entry.key for entry in english}
    assert len(today) > 1000
    assert sorted(message for _context, message in today - kept) == []
    assert sorted(message for _context, message in kept - today) == []


def test_every_message_is_translated_and_none_is_a_guess(english: list[Entry]) -> None:
    assert [entry.message for entry in english if not all(entry.translations) or entry.is_fuzzy] == []
    assert [entry.message for entry in english if entry.plural and len(entry.translations) != 2] == []


def test_placeholders_are_the_same(english: list[Entry]) -> None:
    wrong = [
        entry.message
        for entry in english
        for translation in entry.translations
        if placeholders(translation) != placeholders(entry.message)
    ]
    assert wrong == []


def test_no_vietnamese_is_left_in_english(english: list[Entry]) -> None:
    """But for words in quotation marks that the message has too: a file must bear them as they are."""

    def own_words(entry: Entry) -> str:
        text = " ".join(entry.translations)
        return re.sub(r"“([^”]+)”", lambda quoted: "" if quoted[1] in entry.message else quoted[0], text)

    assert [entry.message for entry in english if VIETNAMESE_LETTERS.search(own_words(entry))] == []


def test_messages_do_not_shout(messages: list[Entry], english: list[Entry]) -> None:
    texts = [entry.message for entry in messages] + [text for entry in english for text in entry.translations]
    assert [text for text in texts if "!" in text] == []


@pytest.mark.parametrize("language", ["en", "vi"])
def test_catalogues_compile(language: str, tmp_path: Path) -> None:
    """`make setup` compiles them with the same check."""
    source = PACKAGE / f"locale/{language}/LC_MESSAGES/django.po"
    made = subprocess.run(
        ["msgfmt", "--check-format", "-o", str(tmp_path / "django.mo"), str(source)],
        capture_output=True,
        text=True,
    )
    assert (made.returncode, made.stderr) == (0, "")

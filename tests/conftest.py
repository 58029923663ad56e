"""What every test gets: a clean clock, cheap passwords, plain static files and a media folder of its own."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from pytest_django import DjangoDbBlocker, Settings

from chiso.audit.append_only import unguard
from chiso.organizations import clock

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's own loop runs beside Django's.


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Let transactional tests empty the audit log; `audit/test_append_only.py` puts the guard back to test it."""
    Path(django_settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # WhiteNoise warns of a missing folder.
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        unguard(None, editor)


@pytest.fixture(autouse=True)
def _plain_surroundings(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.STAGE_CLOCK_IN_REQUESTS = False  # A test moves its round itself.
    settings.WHITENOISE_AUTOREFRESH = True  # Nobody collects static files for the tests.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    clock.forget()
    cache.clear()  # Here stands, among others, who signed in too often this minute.
    yield
    clock.forget()


@pytest.fixture(autouse=True)
def _no_running_loop(request: pytest.FixtureRequest) -> Iterator[None]:
    """Playwright's loop runs on in a worker that has played a journey; pyHanko, which starts its own, refuses then."""
    loop = None if "chromium" in request.fixturenames else asyncio._get_running_loop()
    if loop is None:
        yield
        return
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(loop)

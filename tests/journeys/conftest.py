"""A real browser on a live server, and a clock that the story moves."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from chiso.organizations import clock
from chiso.organizations.models import Installation
from tests.journeys.people import Stage
from tests.world import World, moment

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def stage(transactional_db, live_server, chromium: Browser) -> Iterator[Stage]:
    Installation.objects.create(pk=1, is_demo=True)
    stage = Stage(chromium, live_server.url)
    yield stage
    stage.close()
    clock.forget()


@pytest.fixture
def world(stage: Stage) -> World:
    """A round that is ready to open, on the day it opens."""
    from tests import cast

    world = World(cast.engage())
    world.preparation()
    stage.set_clock(moment("28/11/2022 08:00"))
    return world

"""Somebody types beside a document: its viewer takes no key of theirs, and has the focus only when they go there."""

import pytest
from playwright.sync_api import Page, Route, expect

from chiso.assessments.models import Appraisal
from chiso.evidence.models import Document
from chiso.rounds.models import Round
from tests import world as worlds
from tests.journeys.people import Person, Stage
from tests.world import moment, play_to

pytestmark = pytest.mark.journey

WORDS = "Báo cáo không khớp Cổng Dịch vụ công quốc gia, đề nghị đối chiếu lại. " * 2
KEYS = 3
"""What may be pressed between the moment when the viewer takes the focus and the moment when it is given back."""
FOCUSED = "document.activeElement.tagName"


@pytest.fixture(autouse=True)
def _broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worlds, "PDF", worlds.BROKEN_PDF)


def at_the_leaf(stage: Stage, *, known: bool = True) -> Person:
    """Chi, with the path of a leaf whose only document is a PDF without pages, of which Chromium says so in a dialog.

    Not `known`: as while the background still reads it.
    """
    world = play_to("appraisal")
    if not known:
        Document.objects.update(reading={}, read_at=None)
    stage.set_clock(moment("22/12/2022 09:00"))
    return stage.sign_in(world.cast.chi)


def leaf() -> str:
    return f"/dot/{Round.objects.get().pk}/tham-dinh/1.1/01/"


def begin(person: Person) -> Page:
    """Open the leaf; do not wait for the document."""
    person.page.goto(f"{person.url}{leaf()}", wait_until="domcontentloaded")
    return person.page


def type_words(page: Page) -> None:
    """At the speed of a quick typist, longer than the viewer takes to give up."""
    page.locator("#id_reason").focus()
    page.keyboard.type(WORDS, delay=20)


def test_a_viewer_that_gives_up_has_the_focus_for_a_moment_only(stage: Stage) -> None:
    page = begin(at_the_leaf(stage, known=False))
    page.mouse.move(500, 600)  # Where the document is.
    type_words(page)
    expect(page.locator("iframe.viewer")).to_be_visible()
    typed = page.locator("#id_reason").input_value()
    assert typed.endswith(WORDS[-60:])
    assert len(WORDS) - len(typed) <= KEYS, typed
    page.wait_for_timeout(1200)
    page.mouse.click(500, 600)
    page.wait_for_timeout(500)
    assert page.evaluate(FOCUSED) == "IFRAME"


def test_keys_of_the_page_go_on_beside_a_viewer_that_gave_up(stage: Stage) -> None:
    page = begin(at_the_leaf(stage, known=False))
    page.wait_for_load_state()
    page.wait_for_timeout(2500)
    page.keyboard.press("d")
    page.wait_for_url(lambda url: not url.endswith(leaf()))
    assert Appraisal.objects.get().entry.code == "1.1"


@pytest.mark.parametrize("javascript", [True, False])
def test_a_file_known_to_be_broken_is_opened_only_by_who_means_to(stage: Stage, javascript: bool) -> None:
    stage.javascript = javascript
    page = begin(at_the_leaf(stage))
    type_words(page)
    expect(page.locator("#id_reason")).to_have_value(WORDS)
    expect(page.locator("#evidence")).to_contain_text("Tệp có mật khẩu hoặc bị hỏng nên không hiện ở đây.")
    expect(page.locator("iframe")).to_have_count(0)
    expect(page.locator("#evidence").get_by_role("link", name="Mở trong thẻ mới")).to_be_visible()


def test_a_draft_on_its_way_lets_no_second_press_through(stage: Stage) -> None:
    """On a slow line: the draft of what was typed comes back while the judgement is still going out."""
    page = begin(at_the_leaf(stage))
    drafts: list[Route] = []
    judged: list[Route] = []
    page.route("**/1.1/01/nhap/", lambda route: drafts.append(route))
    page.route(
        f"**{leaf()}", lambda route: judged.append(route) if route.request.method == "POST" else route.continue_()
    )
    box = page.locator("button.button-primary:visible").first.bounding_box()
    assert box is not None
    with page.expect_request("**/1.1/01/nhap/"):
        page.get_by_label("Đồng ý điểm tự chấm").first.check()
    page.mouse.click(box["x"] + 9, box["y"] + 9)
    with page.expect_response("**/1.1/01/nhap/"):
        drafts[0].continue_()
    page.wait_for_timeout(300)
    page.mouse.click(box["x"] + 9, box["y"] + 9)
    page.wait_for_timeout(300)
    assert len(judged) == 1
    judged[0].continue_()
    page.wait_for_url(lambda url: not url.endswith(leaf()))
    assert Appraisal.objects.get().entry.code == "1.1"


def test_a_score_that_was_only_worked_out_is_not_saved_work(stage: Stage) -> None:
    """Leaving the page asks first until the draft is kept: the score of the figures comes back long before."""
    chi = at_the_leaf(stage)
    chi.go(leaf().replace("1.1", "2.1"))
    drafts: list[Route] = []
    chi.page.route("**/nhap/", lambda route: drafts.append(route))
    with chi.page.expect_response("**/tinh/*"):
        chi.page.locator("#judge input[name=numerator]").fill("80")
    expect(chi.page.locator("#verified")).to_contain_text("80")
    assert chi.page.locator("#judge[data-dirty]").count() == 1
    chi.page.wait_for_timeout(1700)
    drafts[0].continue_()
    expect(chi.page.locator("#judge[data-dirty]")).to_have_count(0)

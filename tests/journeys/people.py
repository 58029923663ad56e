"""People at their browsers: each signs in as a user would, and is known by name in the story."""

from dataclasses import dataclass, field
from datetime import datetime

from playwright.sync_api import Browser, BrowserContext, Page, expect

from chiso.background import process_time
from chiso.organizations import clock
from chiso.organizations.models import Installation, User
from tests.cast import PASSWORD

TIMEOUT = 15_000


@dataclass
class Stage:
    """The browser, the server, and who sits at it."""

    browser: Browser
    url: str
    javascript: bool = True
    contexts: list[BrowserContext] = field(default_factory=list)

    def set_clock(self, at: datetime) -> None:
        """Move the installation to a moment, as the demo does."""
        Installation.objects.filter(pk=1).update(clock_offset=at - process_time.now())
        clock.forget()

    def stranger(self) -> "Person":
        context = self.browser.new_context(
            java_script_enabled=self.javascript, viewport={"width": 1280, "height": 900}, locale="en-US"
        )
        context.set_default_timeout(TIMEOUT)
        self.contexts.append(context)
        return Person(context.new_page(), self.url)

    def sign_in(self, user: User) -> "Person":
        person = self.stranger()
        person.go("/")
        person.page.get_by_label("Thư điện tử").fill(user.email)
        person.page.get_by_label("Mật khẩu").fill(PASSWORD)
        person.press("Đăng nhập")
        expect(person.page.get_by_role("heading", name="Việc cần làm")).to_be_visible()
        return person

    def close(self) -> None:
        for context in self.contexts:
            context.close()


@dataclass
class Person:
    """Someone at a page."""

    page: Page
    url: str

    def go(self, path: str) -> None:
        response = self.page.goto(f"{self.url}{path}")
        assert response is not None
        assert response.status == 200, f"{path}: {response.status}"

    def status(self, path: str) -> int:
        """What a page answers that this person may not be given."""
        response = self.page.goto(f"{self.url}{path}")
        assert response is not None
        return response.status

    def press_twice(self) -> None:
        """A double click on the one filled button of the page, and wherever it leads."""
        with self.page.expect_navigation():
            self.page.locator("main button.button-primary:visible").first.dblclick(no_wait_after=True)
        self.page.wait_for_load_state()

    def start_from_home(self, step: str) -> None:
        """Follow the next step that home offers."""
        self.go("/")
        self.page.get_by_role("link", name=step).first.click()

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def press_primary(self) -> None:
        """Press the one filled button of the page."""
        self.page.locator("button.button-primary:visible").first.click()

    def sees(self, text: str) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible(timeout=TIMEOUT)

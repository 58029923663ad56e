"""Files over a line that breaks: everything arrives whole, and what was typed meanwhile is saved."""

import hashlib
import http.client
import os
import re
import zlib
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.sessions.models import Session
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from playwright.sync_api import Route, expect

from chiso.assessments.models import Citation, Entry
from chiso.evidence.models import Document, Upload
from chiso.organizations.models import User
from tests.cast import PASSWORD
from tests.journeys.bad_line import BadLine
from tests.journeys.people import Person, Stage
from tests.journeys.test_every_page import RULES
from tests.world import PDF, World, moment, play_to

pytestmark = pytest.mark.journey

MEGABYTE = 1024 * 1024
PATIENCE = 60_000


@pytest.fixture
def evening(stage: Stage) -> World:
    """The evening of 12/12/2022, with the dossiers open."""
    world = play_to("self_assessment")
    stage.set_clock(moment("12/12/2022 21:04"))
    return world


def scan(size: int) -> bytes:
    """A document as large as many scanned pages, unlike any other."""
    return PDF + b"%" + os.urandom(size - len(PDF) - 1)


def stored(name: str) -> str:
    """The SHA-256 of the bytes that are kept, read again from the storage."""
    with Document.objects.get(name=name).content.open() as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def choose(person: Person, *files: Path) -> None:
    person.page.locator("#upload").set_input_files(files)
    person.press("Tải lên")


def open_leaf(person: Person, world: World, code: str) -> None:
    person.go(f"/ho-so/{world.dossier(world.cast.north).pk}/{code}/")


def test_a_broken_line_loses_nothing_and_a_reload_goes_on(stage: Stage, evening: World, tmp_path: Path) -> None:
    content = scan(6 * MEGABYTE)
    file = tmp_path / "Báo cáo quét.pdf"
    file.write_bytes(content)
    cuts = [120_000, 700_000, 1_700_000, 2_600_000]
    with BadLine(stage.url, cuts, still_at=4_200_000) as line:
        stage.url = line.url
        an = stage.sign_in(evening.cast.an)
        open_leaf(an, evening, "1.2")
        an.page.locator("#upload-place").fill("trang 12")
        choose(an, file)
        an.sees("mất mạng lúc")
        assert line.stands_still.wait(60)
        assert line.cuts_done == len(cuts)

        # The file hangs in the middle of a piece; what was typed is saved all the same.
        an.page.locator("#leaf-facts input[name=numerator]").fill("8")
        an.page.locator("#leaf-facts input[name=denominator]").fill("10")
        an.press("Lưu")
        an.sees("Đã lưu")
        assert Entry.objects.get(code="1.2", dossier__unit=evening.cast.north).facts["numerator"] == "8"

        before, received = line.sent, Upload.objects.get().received
        an.page.reload()
        line.go_on()
        hint = an.page.get_by_text(re.compile(r"Chọn lại tệp “Báo cáo quét\.pdf” để tải tiếp từ \d+%"))
        expect(hint).to_contain_text(f"{100 * received // len(content)}%")
        choose(an, file)
        expect(an.page.locator("#evidence").get_by_role("link", name=file.name, exact=True)).to_be_visible(
            timeout=PATIENCE
        )
        expect(hint).to_have_count(0)
        assert line.sent - before < len(content) - received + 200_000
    assert stored(file.name) == hashlib.sha256(content).hexdigest()
    assert not [path for path in (Path(settings.MEDIA_ROOT) / "uploads").rglob("*") if path.is_file()]


def test_many_files_some_refused_some_given_up(stage: Stage, evening: World, tmp_path: Path) -> None:
    names = {"Kế hoạch.pdf": scan(300_000), "Ảnh chụp.pdf": scan(70_000), "Chương trình.exe": b"MZ" + bytes(90_000)}
    for name, content in names.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "rỗng.pdf").touch()
    an = stage.sign_in(evening.cast.an)
    open_leaf(an, evening, "1.1")
    choose(an, *(tmp_path / name for name in [*names, "rỗng.pdf"]))
    rows = an.page.locator("[data-files] li")
    expect(rows.filter(has_text="Chương trình.exe")).to_contain_text("không nhận", timeout=PATIENCE)
    expect(rows.filter(has_text="rỗng.pdf")).to_contain_text("rỗng (0 byte)", timeout=PATIENCE)
    expect(an.page.locator("#evidence").get_by_role("link", name="Kế hoạch.pdf", exact=True)).to_be_visible(
        timeout=PATIENCE
    )
    expect(an.page.locator("#evidence").get_by_role("link", name="Ảnh chụp.pdf", exact=True)).to_be_visible(
        timeout=PATIENCE
    )
    expect(rows).to_have_count(2, timeout=PATIENCE)
    an.page.get_by_role("button", name="Hủy rỗng.pdf").click()
    expect(rows).to_have_count(1)
    assert Citation.objects.count() == 2
    violations = Axe().run(an.page, options=RULES).response["violations"]
    assert [fault["id"] for fault in violations] == []


def test_giving_up_on_the_way_leaves_nothing(stage: Stage, evening: World, tmp_path: Path) -> None:
    file = tmp_path / "Nhầm tệp.pdf"
    file.write_bytes(scan(2 * MEGABYTE))
    with BadLine(stage.url, still_at=1_000_000) as line:
        stage.url = line.url
        an = stage.sign_in(evening.cast.an)
        open_leaf(an, evening, "1.1")
        choose(an, file)
        assert line.stands_still.wait(60)
        an.page.get_by_role("button", name="Hủy Nhầm tệp.pdf").click()
        expect(an.page.locator("[data-files] li")).to_have_count(0)
        for _attempt in range(100):
            if not Upload.objects.exists():
                break
            an.page.wait_for_timeout(50)
        line.go_on()
    assert not Upload.objects.exists()
    assert not Document.objects.exists()


def test_a_session_that_ends_costs_a_sign_in_and_no_byte(stage: Stage, evening: World, tmp_path: Path) -> None:
    content = scan(2 * MEGABYTE)
    file = tmp_path / "Đề án.pdf"
    file.write_bytes(content)
    with BadLine(stage.url, still_at=900_000) as line:
        stage.url = line.url
        an = stage.sign_in(evening.cast.an)
        open_leaf(an, evening, "1.1")
        choose(an, file)
        assert line.stands_still.wait(60)
        Session.objects.all().delete()
        line.go_on()
        expect(an.page.get_by_text("phiên làm việc đã hết lúc").first).to_be_visible(timeout=PATIENCE)
        received = Upload.objects.get().received
        assert 0 < received < len(content)
        again = Person(an.page.context.new_page(), line.url)
        again.go("/")
        again.page.get_by_label("Thư điện tử").fill(evening.cast.an.email)
        again.page.get_by_label("Mật khẩu").fill(PASSWORD)
        again.press("Đăng nhập")
        expect(an.page.locator("#evidence").get_by_role("link", name=file.name, exact=True)).to_be_visible(
            timeout=PATIENCE
        )
    assert stored(file.name) == hashlib.sha256(content).hexdigest()


def test_files_are_dropped_on_the_card(stage: Stage, evening: World) -> None:
    an = stage.sign_in(evening.cast.an)
    open_leaf(an, evening, "1.1")
    dropped = an.page.evaluate_handle(
        """(text) => {
            const data = new DataTransfer();
            data.items.add(new File([text], "Kéo thả.pdf", { type: "application/pdf" }));
            return data;
        }""",
        PDF.decode(),
    )
    an.page.locator("#evidence-title").dispatch_event("drop", {"dataTransfer": dropped})
    expect(an.page.locator("#evidence").get_by_role("link", name="Kéo thả.pdf", exact=True)).to_be_visible(
        timeout=PATIENCE
    )


class Sender:
    """A program that sends a file as the browser does: piece by piece, asking again after every break."""

    def __init__(self, user: User, url: str) -> None:
        client = Client()
        client.force_login(user)
        request = RequestFactory().get("/")
        token = get_token(request)
        cookies = {"sessionid": client.cookies["sessionid"].value, "csrftoken": request.META["CSRF_COOKIE"]}
        self.headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()), "X-CSRFToken": token}
        self.place = urlsplit(url).netloc
        self.breaks = 0

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> http.client.HTTPResponse:
        """One request; a break is waited out by asking how far the file is."""
        connection = http.client.HTTPConnection(self.place, timeout=30)
        try:
            connection.request(method, path, body, self.headers | headers)
            response = connection.getresponse()
            response.read()
        except (OSError, http.client.HTTPException):
            self.breaks += 1
            return self.ask("HEAD", path)
        finally:
            connection.close()
        return response

    def send(self, begin: str, name: str, content: bytes) -> http.client.HTTPResponse:
        told = {"name": name, "size": len(content), "checksum": f"{zlib.crc32(content):08x}"}
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        path = self.ask("POST", begin, urlencode(told).encode(), **form).headers["Location"]
        offset = 0
        while True:
            piece = content[offset : offset + MEGABYTE]
            headers = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset)}
            answer = self.ask("PATCH", path, piece, **headers)
            offset = int(answer.headers["Upload-Offset"])
            if answer.status == 200 and "text/html" in answer.headers["Content-Type"]:
                return answer


def test_200_megabytes_over_a_line_that_drops_ten_times_arrive_whole(stage: Stage, evening: World) -> None:
    content = scan(200 * MEGABYTE)
    cuts = [MEGABYTE * place + 333_333 for place in (0, 3, 17, 40, 41, 99, 100, 150, 180, 199)]
    with BadLine(stage.url, cuts, pause=0.0002) as line:
        sender = Sender(evening.cast.an, line.url)
        sender.send(f"/ho-so/{evening.dossier(evening.cast.north).pk}/1.1/tep/", "Toàn văn.pdf", content)
        assert (line.cuts_done, sender.breaks) == (10, 10)
        assert line.sent < len(content) + 11 * MEGABYTE
    assert stored("Toàn văn.pdf") == hashlib.sha256(content).hexdigest()
    assert Citation.objects.get().entry.code == "1.1"


def test_two_files_that_end_together_both_stay_in_the_list(stage: Stage, evening: World, tmp_path: Path) -> None:
    an = stage.sign_in(evening.cast.an)
    open_leaf(an, evening, "1.1")
    files = [tmp_path / "Một.pdf", tmp_path / "Hai.pdf"]
    for file in files:
        file.write_bytes(scan(70_000))
    held: list[str] = []

    def hold_the_first(route: Route) -> None:
        """The list after the first file is long on its way, while the second file would come and go."""
        answer = route.fetch()
        if route.request.method == "PATCH" and answer.status == 200 and not held:
            held.append(route.request.url)
            an.page.wait_for_timeout(3000)
        route.fulfill(response=answer)

    an.page.route("**/tep/*/", hold_the_first)
    choose(an, *files)
    for file in files:
        link = an.page.locator("#evidence").get_by_role("link", name=file.name, exact=True)
        expect(link).to_be_visible(timeout=PATIENCE)
    expect(an.page.locator("[data-files] li")).to_have_count(0, timeout=PATIENCE)
    for file in files:
        expect(an.page.locator("#evidence").get_by_role("link", name=file.name, exact=True)).to_be_visible()

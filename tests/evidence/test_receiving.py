"""A file that arrives in pieces: what is kept, what is refused, and what a lost line costs."""

import os
import zlib
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from chiso.assessments.models import Citation
from chiso.audit.models import AuditEntry
from chiso.evidence import receiving
from chiso.evidence.models import Document, Upload
from chiso.organizations import clock
from chiso.organizations.models import Membership, User
from tests.world import PDF, World, moment, play_to

pytestmark = pytest.mark.django_db

EVENING = moment("12/12/2022 21:04")
PIECE = 1000
CONTENT = PDF + b"%" + os.urandom(2500)
TYPE = "application/offset+octet-stream"


@pytest.fixture(autouse=True)
def _evening(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: EVENING)
    monkeypatch.setattr(receiving, "SMALLEST_PIECE", PIECE)


@pytest.fixture
def world() -> World:
    return play_to("self_assessment")


@pytest.fixture
def an(client: Client, world: World) -> "Sender":
    return Sender(client, world, world.cast.an)


class Sender:
    """Someone's browser, as far as it sends a file."""

    def __init__(self, client: Client, world: World, user: User) -> None:
        self.client, self.dossier = client, world.dossier(world.cast.north)
        client.force_login(user)

    def begin(self, content: bytes = CONTENT, *, code: str = "1.1", **other: object) -> Any:
        told = {"name": "Kế hoạch số 5.pdf", "size": len(content), "checksum": f"{zlib.crc32(content):08x}"}
        return self.client.post(reverse("assessments:begin_upload", args=[self.dossier.pk, code]), told | other)

    def begin_by_name(self, name: str, content: bytes = CONTENT) -> Any:
        told = {"name": name, "size": len(content), "checksum": f"{zlib.crc32(content):08x}"}
        return self.client.post(reverse("assessments:begin_upload_by_name", args=[self.dossier.pk]), told)

    def send(self, path: str, offset: object, piece: bytes, **headers: str) -> Any:
        given = {"CONTENT_TYPE": TYPE, "CONTENT_LENGTH": str(len(piece)), "HTTP_UPLOAD_OFFSET": str(offset)} | headers
        return self.client.generic("PATCH", path, **given, **{"wsgi.input": BytesIO(piece)})

    def ask(self, path: str) -> Any:
        return self.client.head(path)

    def send_all(self, content: bytes = CONTENT, **other: object) -> Any:
        path = self.begin(content, **other).headers["Location"]
        for offset in range(0, len(content), PIECE):
            answer = self.send(path, offset, content[offset : offset + PIECE])
        return answer


def pieces() -> list[str]:
    """Every file that lies in the folder of unfinished uploads."""
    folder = Path(django_settings.MEDIA_ROOT) / "uploads"
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_a_file_arrives_whole_and_becomes_evidence(an: Sender) -> None:
    begun = an.begin(place="trang 3, mục II")
    assert (begun.status_code, begun.headers["Upload-Offset"]) == (201, "0")
    path = begun.headers["Location"]
    sent = an.send(path, 0, CONTENT[:PIECE])
    assert (sent.status_code, sent.headers["Upload-Offset"], sent.content) == (204, "1000", b"")
    asked = an.ask(path)
    assert (asked.status_code, asked.headers["Upload-Offset"]) == (200, "1000")
    assert (asked.headers["Upload-Length"], asked.headers["Cache-Control"]) == (str(len(CONTENT)), "no-store")
    assert an.send(path, 1000, CONTENT[1000:2000]).status_code == 204
    done = an.send(path, 2000, CONTENT[2000:])
    assert done.status_code == 200
    page = done.content.decode()
    assert 'id="evidence"' in page
    assert "Kế hoạch số 5.pdf" in page
    cited = Citation.objects.get()
    assert (cited.place, cited.entry.code) == ("trang 3, mục II", "1.1")
    with cited.document.content.open() as kept:
        assert kept.read() == CONTENT
    assert pieces() == []


def test_only_the_attaching_is_audited(an: Sender) -> None:
    before = AuditEntry.objects.count()
    an.send_all()
    assert [entry.code for entry in AuditEntry.objects.order_by("pk")[before:]] == ["entry.attach"]


def test_a_broken_upload_is_found_again(an: Sender) -> None:
    """Also from a page that was opened anew, on another day, under another name."""
    path = an.begin().headers["Location"]
    an.send(path, 0, CONTENT[:PIECE])
    again = an.begin(name="đổi tên.pdf")
    assert (again.status_code, again.headers["Upload-Offset"], again.headers["Location"]) == (201, "1000", path)
    assert an.begin(code="1.2").headers["Location"] != path
    assert an.begin(CONTENT[:-1] + b"!").headers["Location"] != path


def test_a_wrong_offset_is_told_the_true_one(an: Sender) -> None:
    path = an.begin().headers["Location"]
    an.send(path, 0, CONTENT[:PIECE])
    for offset in (0, 999, 1001, 2000, 10**14):
        answer = an.send(path, offset, CONTENT[:PIECE])
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (409, "1000")
    assert pieces() == ["00000"]


@pytest.mark.parametrize(
    ("offset", "piece", "headers", "status"),
    [
        ("", b"x" * 1000, {}, 400),
        ("-1", b"x" * 1000, {}, 400),
        ("một", b"x" * 1000, {}, 400),
        ("٣", b"x" * 1000, {}, 400),
        ("9" * 40, b"x" * 1000, {}, 400),
        ("0", b"x" * 999, {}, 400),
        ("0", b"", {}, 400),
        ("0", b"x" * 5000, {}, 400),
        ("0", b"x" * (1024 * 1024 + 1), {}, 400),
        ("0", b"x" * (2 * 1024 * 1024 + 1), {}, 400),
        ("0", b"x" * 1000, {"CONTENT_TYPE": "application/octet-stream"}, 415),
        ("0", b"x" * 1000, {"CONTENT_LENGTH": "1001"}, 400),
        ("0", b"x" * 1000, {"CONTENT_LENGTH": ""}, 400),
        ("0", b"x" * 1000, {"CONTENT_LENGTH": "nghìn"}, 400),
    ],
    ids=[
        "no offset",
        "negative",
        "word",
        "arabic digit",
        "huge",
        "small piece",
        "empty",
        "past the end",
        "large piece",
        "too large for memory",
        "type",
        "cut off",
        "no length",
        "length in words",
    ],
)
def test_a_piece_of_no_use_changes_nothing(
    an: Sender, offset: str, piece: bytes, headers: dict[str, str], status: int
) -> None:
    path = an.begin().headers["Location"]
    assert an.send(path, offset, piece, **headers).status_code == status
    assert an.ask(path).headers["Upload-Offset"] == "0"
    assert pieces() == []


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"size": 0}, "rỗng (0 byte)"),
        ({"size": 3_000_000, "name": "quét.pdf"}, "Tệp “quét.pdf” nặng 3 MB, quá giới hạn 2 MB"),
        ({"size": "-1"}, "0"),
        ({"size": "nhiều"}, "số"),
        ({"checksum": "xyz"}, "hợp lệ"),
        ({"name": "\x00"}, "null"),
        ({"place": "x" * 101}, "100"),
    ],
    ids=["empty", "big", "negative", "word", "checksum", "null", "place"],
)
def test_what_cannot_come_is_refused_before_it_is_sent(
    an: Sender, settings: Any, told: dict[str, object], sentence: str
) -> None:
    settings.EVIDENCE_MAX_BYTES = 2_000_000
    answer = an.begin(**told)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"MZ\x90 a program" + bytes(2000), "không phải là PDF"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(2000), "giải nén"),
    ],
    ids=["program", "archive"],
)
def test_a_file_of_another_kind_is_refused_by_its_first_piece(an: Sender, content: bytes, sentence: str) -> None:
    path = an.begin(content).headers["Location"]
    answer = an.send(path, 0, content[:PIECE])
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert (pieces(), Upload.objects.count(), Document.objects.count()) == ([], 0, 0)


def test_what_only_the_whole_file_shows_is_refused_and_its_pieces_are_gone(an: Sender) -> None:
    answer = an.send_all(b"PK\x03\x04 a broken package" + bytes(2000))
    assert answer.status_code == 422
    assert "“Kế hoạch số 5.pdf”" in answer.content.decode()
    assert (pieces(), Upload.objects.count(), Document.objects.count()) == ([], 0, 0)


def test_the_same_file_twice_is_refused_the_second_time(an: Sender) -> None:
    assert an.send_all().status_code == 200
    again = an.send_all()
    assert (again.status_code, Citation.objects.count()) == (422, 1)
    assert "đã được đính kèm" in again.content.decode()
    assert pieces() == []


def test_a_lost_answer_is_given_again(an: Sender) -> None:
    path = an.begin().headers["Location"]
    an.send_all()
    assert an.ask(path).headers["Upload-Offset"] == str(len(CONTENT))
    again = an.send(path, len(CONTENT), b"")
    assert again.status_code == 200
    assert "Kế hoạch số 5.pdf" in again.content.decode()
    assert Citation.objects.count() == 1


def test_a_server_that_died_before_the_end_finishes_when_asked(an: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(receiving, "finish", die)
    with pytest.raises(KeyboardInterrupt):
        an.send_all()
    monkeypatch.undo()
    monkeypatch.setattr(clock, "now", lambda: EVENING)
    path = an.begin().headers["Location"]
    assert an.send(path, len(CONTENT), b"").status_code == 200
    assert Citation.objects.count() == 1
    assert pieces() == []


def test_a_piece_that_could_not_be_written_does_not_count(an: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    path = an.begin().headers["Location"]

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(receiving, "_write", full)
        assert an.send(path, 0, CONTENT[:PIECE]).status_code == 503
    assert an.ask(path).headers["Upload-Offset"] == "0"
    assert an.send(path, 0, CONTENT[:PIECE]).status_code == 204


def test_half_a_piece_left_by_a_dead_process_is_written_over(an: Sender) -> None:
    begun = an.begin()
    key = Upload.objects.get().key
    default_storage.save(f"uploads/{key}/00000", receiving.ContentFile(b"half"))
    path = begun.headers["Location"]
    for offset in range(0, len(CONTENT), PIECE):
        answer = an.send(path, offset, CONTENT[offset : offset + PIECE])
    assert answer.status_code == 200


@pytest.mark.parametrize("harm", ["changed", "gone"])
def test_a_damaged_piece_is_noticed(an: Sender, harm: str) -> None:
    path = an.begin().headers["Location"]
    an.send(path, 0, CONTENT[:PIECE])
    piece = Path(default_storage.path(f"uploads/{Upload.objects.get().key}/00000"))
    if harm == "gone":
        piece.unlink()
    else:
        piece.write_bytes(b"!" + CONTENT[1:PIECE])
    an.send(path, 1000, CONTENT[1000:2000])
    answer = an.send(path, 2000, CONTENT[2000:])
    assert answer.status_code == 422
    assert "không nguyên vẹn" in answer.content.decode()
    assert (pieces(), Upload.objects.count(), Document.objects.count()) == ([], 0, 0)


def test_the_deadline_passes_while_a_file_is_on_its_way(an: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    path = an.begin().headers["Location"]
    an.send(path, 0, CONTENT[:PIECE])
    monkeypatch.setattr(clock, "now", lambda: moment("31/12/2022 00:00"))
    answer = an.send(path, 1000, CONTENT[1000:2000])
    assert answer.status_code == 422
    assert "quá hạn" in answer.content.decode().lower()
    assert (pieces(), Upload.objects.count(), Document.objects.count()) == ([], 0, 0)
    assert an.begin().status_code == 422


def test_nobody_reaches_the_upload_of_another(an: Sender, world: World) -> None:
    path = an.begin().headers["Location"]
    for user in (world.cast.binh, world.cast.em, world.cast.giang, world.cast.son):
        an.client.force_login(user)
        for answer in (an.ask(path), an.send(path, 0, CONTENT[:PIECE]), an.client.delete(path)):
            assert answer.status_code == 404
    assert Upload.objects.get().received == 0
    an.client.logout()
    assert an.send(path, 0, CONTENT[:PIECE]).status_code == 302


def test_who_may_not_enter_may_not_begin(an: Sender, world: World) -> None:
    for user, status in ((world.cast.em, 404), (world.cast.son, 404), (world.cast.giang, 403)):
        an.client.force_login(user)
        assert an.begin().status_code == status
        assert an.begin_by_name("1.1.pdf").status_code == status
    assert not Upload.objects.exists()


def test_who_loses_the_role_loses_the_upload(an: Sender, world: World) -> None:
    path = an.begin().headers["Location"]
    Membership.objects.filter(user=world.cast.an).delete()
    assert an.send(path, 0, CONTENT[:PIECE]).status_code == 404


def test_a_leaf_that_is_not_ours_to_score_takes_no_file(an: Sender) -> None:
    """The survey's leaf, by code and by the name of the file."""
    for answer in (an.begin(code="2.3"), an.begin_by_name("2.3 phiếu.pdf")):
        assert answer.status_code == 422
        assert "không do đơn vị tự chấm" in answer.content.decode()


def test_the_name_says_for_which_leaf(an: Sender) -> None:
    begun = an.begin_by_name("1.2_Báo cáo.pdf")
    assert (begun.status_code, begun.content.decode()) == (201, "Tiêu chí 1.2")
    assert Upload.objects.get().purpose == f"leaf:{an.dossier.pk}:1.2"
    refused = an.begin_by_name("Báo cáo 1.2.pdf")
    assert refused.status_code == 422
    assert "1.1_ke-hoach.pdf" in refused.content.decode()


def test_giving_up_leaves_nothing(an: Sender) -> None:
    path = an.begin().headers["Location"]
    an.send(path, 0, CONTENT[:PIECE])
    assert an.client.delete(path).status_code == 204
    assert (pieces(), Upload.objects.count()) == ([], 0)
    assert an.ask(path).status_code == 404


def test_only_so_many_at_once(an: Sender, settings: Any) -> None:
    settings.EVIDENCE_UNFINISHED_MAX = 2
    for number in range(2):
        assert an.begin(CONTENT + bytes([number])).status_code == 201
    refused = an.begin(CONTENT + b"x")
    assert refused.status_code == 422
    assert "2 tệp đang tải lên dở" in refused.content.decode()
    assert an.begin(CONTENT + bytes([0])).status_code == 201
    an.client.delete(an.begin(CONTENT + bytes([0])).headers["Location"])
    assert an.begin(CONTENT + b"x").status_code == 201


def test_what_is_unfinished_is_told_to_its_owner_alone(an: Sender, world: World) -> None:
    an.send(an.begin().headers["Location"], 0, CONTENT[:PIECE])
    purpose = Upload.objects.get().purpose
    [told] = receiving.unfinished(world.cast.an, purpose)
    assert (told.name, told.percent) == ("Kế hoạch số 5.pdf", 100_000 // len(CONTENT))
    assert receiving.unfinished(world.cast.binh, purpose) == []
    an.send_all()
    assert receiving.unfinished(world.cast.an, purpose) == []


@pytest.fixture
def old(an: Sender) -> str:
    """Three days ago one upload stopped, one was finished; one is touched today; pieces lie about without a row."""
    an.send(an.begin().headers["Location"], 0, CONTENT[:PIECE])
    Upload.objects.update(touched_at=EVENING - timedelta(days=3))
    default_storage.save(f"uploads/{'a' * 32}/00000", receiving.ContentFile(b"x"))
    default_storage.save("uploads/ghi chú/của ai.txt", receiving.ContentFile(b"x"))
    path = an.begin(CONTENT + b"%").headers["Location"]
    an.send(path, 0, CONTENT[:PIECE])
    return path


def test_what_is_left_lying_is_removed(an: Sender, old: str) -> None:
    assert receiving.prune(EVENING) == 1
    assert receiving.prune(EVENING) == 0
    assert pieces() == ["00000", "của ai.txt"]
    assert an.ask(old).headers["Upload-Offset"] == "1000"


def test_pruning_without_any_upload_is_quiet() -> None:
    assert receiving.prune(EVENING) == 0

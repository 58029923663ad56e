"""Describe, remove, release: done, refused by role, refused by state."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from pytest_django import DjangoCaptureOnCommitCallbacks

from chiso.audit.models import AuditEntry
from chiso.common.refusals import RuleViolation
from chiso.evidence import actions, describing, storing, tasks
from chiso.evidence.erasing import erase, erase_removed
from chiso.evidence.models import Document
from chiso.organizations.choices import Role
from tests import cast
from tests.cast import Cast
from tests.evidence import papers
from tests.factories import MembershipFactory, UnitFactory
from tests.world import moment

pytestmark = pytest.mark.django_db
AT = moment("12/12/2022 21:04")
REASON = "Phát hiện có dấu chỉ độ mật."


@pytest.fixture
def people() -> Cast:
    return cast.engage()


@pytest.fixture
def document(people: Cast) -> Document:
    return storing.store(people.north, ContentFile(papers.plan(), name="Bí danh.pdf"), people.an, AT)


def describe(document: Document, people: Cast, by: str = "an", **values: object) -> Document:
    given = {"number": " 12/KH-UBND ", "issued_on": date(2022, 1, 5), "issuer": "UBND xã", "title": "Kế hoạch"} | values
    return actions.describe_document(document, getattr(people, by), AT, **given)  # type: ignore[arg-type]


# ---- describe -------------------------------------------------------------------


def test_official_confirms_what_the_machine_proposed(people: Cast, document: Document) -> None:
    done = describe(document, people)
    assert (done.number, done.issued_on, done.issuer, done.title) == (
        *("12/KH-UBND", date(2022, 1, 5), "UBND xã", "Kế hoạch"),
    )
    assert (done.described_by, done.described_at) == (people.an, AT)
    assert describing.description_of(done).is_confirmed
    entry = AuditEntry.objects.get(code="document.describe")
    assert entry.changes["number"] == ["", "12/KH-UBND"]
    assert "Bí danh" not in f"{entry.changes} {entry.subject_label}"


def test_description_may_be_left_empty_and_changed_again(people: Cast, document: Document) -> None:
    describe(document, people)
    done = describe(document, people, "binh", number="", issued_on=None)
    assert (done.number, done.issued_on, done.described_by) == ("", None, people.binh)


@pytest.mark.parametrize("name", ["em", "giang", "ha", "chi", "khanh", "dung", "son"])
def test_nobody_else_describes(people: Cast, document: Document, name: str) -> None:
    with pytest.raises(PermissionDenied):
        describe(document, people, name)


def test_removed_and_withheld_documents_are_not_described(people: Cast, document: Document) -> None:
    Document.objects.filter(pk=document.pk).update(reading={"version": 1, "secret": "Mật"})
    with pytest.raises(RuleViolation, match="tạm giữ"):
        describe(document, people)
    Document.objects.filter(pk=document.pk).update(removed_at=AT)
    with pytest.raises(RuleViolation, match="đã được gỡ"):
        describe(document, people)


def test_app_above_may_refuse(people: Cast, document: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(document: Document, at: object) -> None:
        raise RuleViolation("Hồ sơ đã nộp.")

    monkeypatch.setattr(describing, "_guards", [])
    describing.guard_descriptions(refuse)
    with pytest.raises(RuleViolation, match="Hồ sơ đã nộp"):
        describe(document, people)
    assert not AuditEntry.objects.filter(code="document.describe").exists()


# ---- remove ---------------------------------------------------------------------


def test_removal_leaves_only_its_trace_in_every_unit(
    people: Cast, document: Document, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    same = storing.store(people.south, ContentFile(papers.plan(), name="Của xã Nam.pdf"), people.em, AT)
    describe(document, people)
    path = document.content.name
    default_storage.save(f"previews/{document.sha256}.pdf", ContentFile(b"%PDF-"))
    with django_capture_on_commit_callbacks(execute=True):
        actions.remove_content(document, people.giang, AT, reason=f" {REASON} ")
    assert not default_storage.exists(path)
    assert not default_storage.exists(f"previews/{document.sha256}.pdf")
    for row in Document.objects.filter(pk__in=[document.pk, same.pk]):
        assert row.name == "(đã gỡ theo quy định bảo vệ bí mật nhà nước)"
        assert (row.removed_by, row.removed_at, row.removal_reason) == (people.giang, AT, REASON)
        assert (row.number, row.issued_on, row.issuer, row.title, row.reading) == ("", None, "", "", {})
        assert (row.size, row.media_type, bool(row.content), row.preview_state) == (0, "", False, "")
        assert row.sha256 == document.sha256
        assert row.uploaded_by in (people.an, people.em)
    entry = AuditEntry.objects.get(code="document.remove_content")
    assert (entry.actor, entry.reason, entry.role) == (people.giang, REASON, Role.COORDINATOR)
    assert [one.split(" · ")[0] for one in entry.changes["removed"][1]] == [f"{document.pk}", f"{same.pk}"]
    assert "Bí danh" not in f"{entry.changes} {entry.subject_label}"


def test_administrator_and_head_may_remove_too(people: Cast, document: Document) -> None:
    administrator = MembershipFactory(unit=UnitFactory(), role=Role.ADMINISTRATOR).user
    for user, role in ((administrator, Role.ADMINISTRATOR), (people.ha, Role.AUTHORITY_HEAD)):
        Document.objects.filter(pk=document.pk).update(removed_at=None)
        document.refresh_from_db()
        actions.remove_content(document, user, AT, reason=REASON)
        assert AuditEntry.objects.filter(code="document.remove_content", role=role).count() == 1


@pytest.mark.parametrize("name", ["an", "binh", "em", "chi", "khanh", "dung", "son"])
def test_nobody_else_removes_or_releases(people: Cast, document: Document, name: str) -> None:
    for act in (actions.remove_content, actions.release_content):
        with pytest.raises(PermissionDenied):
            act(document, getattr(people, name), AT, reason=REASON)


def test_coordinator_of_another_authority_does_not_remove(people: Cast, document: Document) -> None:
    stranger = MembershipFactory(unit=UnitFactory(kind="authority"), role=Role.COORDINATOR).user
    with pytest.raises(PermissionDenied):
        actions.remove_content(document, stranger, AT, reason=REASON)


def test_removal_needs_a_reason_and_happens_once(people: Cast, document: Document) -> None:
    with pytest.raises(RuleViolation, match="lý do"):
        actions.remove_content(document, people.giang, AT, reason="  ")
    stale = Document.objects.get(pk=document.pk)
    actions.remove_content(document, people.giang, AT, reason=REASON)
    with pytest.raises(RuleViolation, match="đã được gỡ trước đó"):
        actions.remove_content(stale, people.giang, AT, reason=REASON)


def test_bytes_are_erased_in_the_background_when_the_process_died_before(people: Cast, document: Document) -> None:
    """On commit nothing ran: the transaction of a test never commits."""
    path = document.content.name
    actions.remove_content(document, people.giang, AT, reason=REASON)
    assert default_storage.exists(path)
    assert erase_removed.call(document.sha256) == "erased"
    assert not default_storage.exists(path)
    assert erase_removed.call(document.sha256) == "erased"


def test_bytes_that_somebody_holds_are_not_erased(document: Document) -> None:
    erase(document.sha256)
    assert default_storage.exists(document.content.name)


def test_removed_document_is_never_read_again(people: Cast, document: Document) -> None:
    actions.remove_content(document, people.giang, AT, reason=REASON)
    assert tasks.read_document.call(document.pk) == "gone"


# ---- release --------------------------------------------------------------------


def test_coordinator_gives_back_what_is_no_secret(people: Cast, document: Document) -> None:
    secret = document.reading | {"secret": "Mật", "secret_page": 1}
    Document.objects.filter(pk=document.pk).update(reading=secret)
    done = actions.release_content(document, people.giang, AT, reason="Chữ trong bảng thống kê.")
    assert not done.is_withheld
    assert done.reading["released"] is True
    assert "secret_page" not in done.reading
    assert AuditEntry.objects.get(code="document.release").changes["secret"] == ["Mật", None]


def test_release_needs_a_reason_and_something_withheld(people: Cast, document: Document) -> None:
    with pytest.raises(RuleViolation, match="không bị tạm giữ"):
        actions.release_content(document, people.giang, AT, reason=REASON)
    Document.objects.filter(pk=document.pk).update(reading={"version": 1, "secret": "Mật"})
    with pytest.raises(RuleViolation, match="lý do"):
        actions.release_content(document, people.giang, AT, reason="")

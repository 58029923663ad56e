"""A document that may hold a state secret: removed for good, or released, by those who run the index."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

from chiso.assessments.actions import dossier as dossiers
from chiso.assessments.document_watch import tell_of_secret
from chiso.assessments.models import Citation
from chiso.audit.models import AuditEntry
from chiso.evidence.models import Document
from chiso.notices.models import Notice
from chiso.organizations.choices import Role
from tests.factories import MembershipFactory
from tests.world import PDF, World, moment, play_to

pytestmark = pytest.mark.django_db(transaction=True)
AT = moment("10/12/2022 09:00")
NAME = "Tên tệp không được để lại.pdf"


@pytest.fixture
def world(settings: pytest.FixtureRequest, tmp_path) -> World:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    world = play_to("self_assessment")
    file = ContentFile(PDF, name=NAME)
    dossiers.attach_evidence(world.entry(world.cast.north, "1.1"), world.cast.an, AT, file=file)
    return world


def url() -> str:
    return f"/tai-lieu/{Citation.objects.get().pk}/bi-mat/"


def withhold() -> None:
    row = Document.objects.get()
    Document.objects.update(reading=row.reading | {"secret": "secret", "secret_page": 2})


def signed_in(client: Client, user: object) -> Client:
    client.force_login(user)  # type: ignore[arg-type]
    return client


def test_coordinator_removes_the_content_and_only_the_trace_stays(client: Client, world: World) -> None:
    stored = Document.objects.get()
    answer = signed_in(client, world.cast.giang).post(url(), {"do": "remove", "reason": "Có dấu mật."}, follow=True)
    assert answer.status_code == 200
    assert "đã gỡ theo quy định" in answer.content.decode()
    gone = Document.objects.get()
    assert (gone.removed_by, gone.removal_reason, gone.sha256) == (world.cast.giang, "Có dấu mật.", stored.sha256)
    assert not default_storage.exists(stored.content.name)
    assert NAME not in answer.content.decode()
    assert not [row for row in AuditEntry.objects.all() if NAME in f"{row.changes} {row.subject_label}"]


def test_withheld_document_is_released_with_a_reason(client: Client, world: World) -> None:
    withhold()
    page = signed_in(client, world.cast.ha).get(url())
    assert "trang 2" in page.content.decode()
    answer = client.post(url(), {"do": "release", "reason": "Văn bản nói về bảo vệ bí mật nhà nước."})
    assert answer.status_code == 302
    assert not Document.objects.get().is_withheld


def test_a_reason_is_asked_and_nothing_changes_without(client: Client, world: World) -> None:
    withhold()
    for step in ("remove", "release"):
        answer = signed_in(client, world.cast.giang).post(url(), {"do": step, "reason": " "})
        assert answer.status_code == 422
        assert "Chưa nêu lý do." in answer.content.decode()
    assert Document.objects.get().is_withheld
    assert Document.objects.get().removed_at is None


def test_what_is_not_withheld_is_not_released(client: Client, world: World) -> None:
    answer = signed_in(client, world.cast.giang).post(url(), {"do": "release", "reason": "Không mật."})
    assert answer.status_code == 422
    assert "không bị tạm giữ" in answer.content.decode()


def test_removed_twice_is_told(client: Client, world: World) -> None:
    signed_in(client, world.cast.giang).post(url(), {"do": "remove", "reason": "Có dấu mật."})
    answer = client.post(url(), {"do": "remove", "reason": "Lần hai."})
    assert answer.status_code == 422
    assert Document.objects.get().removal_reason == "Có dấu mật."


def test_the_unit_may_not_and_strangers_find_nothing(client: Client, world: World) -> None:
    assert signed_in(client, world.cast.an).get(url()).status_code == 403
    assert client.post(url(), {"do": "remove", "reason": "Thử."}).status_code == 403
    assert signed_in(client, world.cast.em).get(url()).status_code == 404
    assert Document.objects.get().removed_at is None


def test_those_who_run_the_round_are_led_to_the_page(world: World) -> None:
    tell_of_secret(Document.objects.get(), AT)
    assert Notice.objects.get(recipient=world.cast.giang, url=url())
    assert Notice.objects.filter(recipient=world.cast.an).latest("pk").url.startswith("/ho-so/")


def test_who_only_observes_in_the_office_or_has_gone_hears_nothing(world: World) -> None:
    gone = MembershipFactory(unit=world.cast.office, role=Role.COORDINATOR, user__is_active=False).user
    tell_of_secret(Document.objects.get(), AT)
    told = {notice.recipient for notice in Notice.objects.all() if "/bi-mat/" in notice.url}
    assert told == {world.cast.giang}
    assert gone not in told

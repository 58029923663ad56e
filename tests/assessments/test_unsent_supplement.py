"""What a unit adds after its notice and has not sent: no page, file, figure or message tells anybody else of it."""

import io
import re
import zipfile
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from chiso.assessments import document_watch
from chiso.assessments.actions import dossier as actions
from chiso.assessments.actions import stages
from chiso.assessments.actions.supplement import resubmit_dossier
from chiso.assessments.models import Citation, Explanation, PreliminaryNotice
from chiso.evidence.models import Document
from chiso.notices.models import Notice
from chiso.organizations import clock
from chiso.organizations.models import Unit, User
from chiso.rounds.choices import StageKey
from tests.assessments.machine.pages import KEYS, NAMED_KEYS, address, every_route, parameters, unknown_parameters
from tests.world import PDF, World, moment, play_to

pytestmark = pytest.mark.django_db
MORNING = moment("30/12/2022 09:00")
CODE = "2.2"
"""Nobody cited anything for it before: one document more would show in every count."""
_TOKENS = re.compile(rb"\b[\w-]{64}\b|\b[\w-]{40,}:[\w-]{6}:[\w-]{43}\b")
"""Of forms, and of a workbook: other ones each time."""


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(clock, "now", lambda: MORNING)
    world = play_to("supplement")
    # The leaf is open: the team asked.
    world.entry(world.cast.north, CODE).appraisals.update(needs_explanation=True)
    return world


def added(world: World, content: bytes = PDF + b"3", unit: Unit | None = None, code: str = CODE) -> Citation:
    unit = unit or world.cast.north
    by = world.cast.an if unit == world.cast.north else world.cast.em
    file = ContentFile(content, name="Chưa gửi.pdf")
    return actions.attach_evidence(world.entry(unit, code), by, MORNING, file=file)


def draft(world: World) -> Citation:
    """A document and an explanation; without the state that says that the unit is at work, which everybody may know."""
    entry = world.entry(world.cast.north, CODE)
    Explanation.objects.create(
        entry=entry, text="Nháp giải trình.", explained_by=world.cast.an, explained_at=MORNING, facts=entry.facts
    )
    return added(world)


# ---- pages and files -----------------------------------------------------------------


def paths() -> Iterator[str]:
    for route in every_route():
        if unknown_parameters(route) or route.startswith("thong-bao/"):
            continue
        found = parameters(route)
        values = [_values(route, converter, name) for converter, name in found]
        for chosen in product(*values):
            yield address(route, {name: value for (_converter, name), value in zip(found, chosen, strict=True)})


def _values(route: str, converter: str, name: str) -> list[str]:
    if converter != "key":
        return ["01"] if name in ("number", "token") else ["01"] if "unit" in name else [CODE]
    model = NAMED_KEYS.get(name) or KEYS[route.split("/", 1)[0]]
    return [str(pk) for pk in model._default_manager.order_by("pk").values_list("pk", flat=True)]


def seen(client: Client, reader: User, wanted: list[str]) -> dict[str, Any]:
    """Everything that a person gets to read, by address; packed files unpacked, tokens blotted out."""
    client.force_login(reader)
    for notice in PreliminaryNotice.objects.all():  # That it was opened is noted once, and shown.
        client.get(f"/ho-so/{notice.dossier_id}/thong-bao/")
    found = {}
    for path in wanted:
        answer = client.get(path)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if answer.status_code == 200:
            found[path] = _plain(content)
    return found


def _plain(content: bytes) -> Any:
    if not content.startswith(b"PK"):
        return _TOKENS.sub(b"", content)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = [name for name in package.namelist() if not name.startswith("docProps/")]
        return {name: _TOKENS.sub(b"", package.read(name)) for name in parts}


@pytest.mark.parametrize("who", ["giang", "ha", "chi", "khanh", "dung", "em", "phuc"])
def test_nobody_outside_the_unit_notices_a_draft(client: Client, world: World, who: str) -> None:
    reader, wanted = getattr(world.cast, who), sorted(set(paths()))
    before = seen(client, reader, wanted)
    assert len(before) > 5
    cited = draft(world)
    after = seen(client, reader, wanted)
    assert [path for path in before if before[path] != after.get(path)] == []
    for route in ("", "xem/", "ban-xem/", "sua/", "bi-mat/"):
        assert client.get(f"/tai-lieu/{cited.pk}/{route}").status_code == 404, route


def test_the_unit_itself_sees_its_draft(client: Client, world: World) -> None:
    draft(world)
    client.force_login(world.cast.an)
    page = client.get(f"/ho-so/{world.dossier(world.cast.north).pk}/{CODE}/").content.decode()
    assert "Chưa gửi.pdf" in page
    assert "Nháp giải trình." in page


def test_once_sent_the_coordinator_sees_it_in_pages_and_figures(client: Client, world: World) -> None:
    wanted = [f"/dot/{world.round.pk}/", f"/ho-so/{world.dossier(world.cast.north).pk}/{CODE}/"]
    before = seen(client, world.cast.giang, wanted)
    draft(world)
    resubmit_dossier(world.dossier(world.cast.north), world.cast.binh, MORNING)
    after = seen(client, world.cast.giang, wanted)
    assert all(before[path] != after[path] for path in wanted)
    assert "Chưa gửi.pdf" in after[wanted[1]].decode()


# ---- messages ------------------------------------------------------------------------


def told() -> list[str]:
    found = Notice.objects.filter(text__contains="trùng nội dung", recipient__email__startswith="giang")
    return list(found.order_by("pk").values_list("text", flat=True))


def test_the_same_content_is_told_when_it_is_sent_not_before(world: World) -> None:
    added(world, PDF)  # Of its own 1.1: the same unit, so nothing to tell.
    added(world, PDF + b"x")
    added(world, PDF + b"x", code="2.1")
    added(world, PDF + b"x", world.cast.south, "2.1")
    assert told() == []
    resubmit_dossier(world.dossier(world.cast.north), world.cast.binh, MORNING)
    assert told() == []  # Xã Nam has not sent its own.
    resubmit_dossier(world.dossier(world.cast.south), world.cast.phuc, MORNING)
    assert told() == ["Tiêu chí 2.1 của Xã Nam có tài liệu trùng nội dung với tài liệu của Xã Bắc."]


def test_what_was_saved_and_never_sent_is_told_when_it_goes_to_the_team(world: World) -> None:
    added(world, PDF, world.cast.south, "2.1")  # Xã Bắc handed in the same with its self-assessment.
    assert told() == []
    stages.start_reappraisal(world.round, world.cast.giang, moment("04/01/2023 08:00"))
    assert told() == ["Tiêu chí 2.1 của Xã Nam có tài liệu trùng nội dung với tài liệu của Xã Bắc."]


def test_the_mark_of_a_secret_in_a_draft_can_be_dealt_with_at_once(client: Client, world: World) -> None:
    """The law does not wait: who is told of it reaches the page that removes it, and nothing else of the draft."""
    cited = draft(world)
    Document.objects.filter(pk=cited.document_id).update(reading={"version": 1, "secret": "Mật"})
    document_watch.tell_of_secret(Document.objects.get(pk=cited.document_id), MORNING)
    notice = Notice.objects.get(text__contains="độ mật", recipient=world.cast.giang)
    client.force_login(world.cast.giang)
    page = client.get(notice.url)
    assert page.status_code == 200
    assert "Chưa gửi" not in page.content.decode()
    assert client.get(f"/tai-lieu/{cited.pk}/").status_code == 404
    for who in ("chi", "em", "dung"):
        client.force_login(getattr(world.cast, who))
        assert client.get(notice.url).status_code == 404
    client.force_login(world.cast.giang)
    assert client.post(notice.url, {"do": "remove", "reason": "Có dấu mật."}).status_code == 302
    assert Document.objects.get(pk=cited.document_id).removed_at == MORNING


def test_lost_bytes_of_a_draft_are_told_to_the_unit_alone(world: World) -> None:
    cited = draft(world)
    document_watch.tell_of_loss(cited.document, MORNING)
    found = Notice.objects.filter(text__contains="Không tìm thấy trên máy chủ")
    assert [notice.recipient for notice in found] == [world.cast.an]
    handed = Citation.objects.get(stage=StageKey.SELF_ASSESSMENT)
    document_watch.tell_of_loss(handed.document, MORNING)
    assert world.cast.giang in [notice.recipient for notice in found.all()]

"""The documents of a leaf beyond adding and taking off: place, data, links, new versions, traces, who sees what."""

from datetime import date
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chiso.assessments import document_watch
from chiso.assessments.actions import dossier as actions
from chiso.assessments.actions import evidence as more_actions
from chiso.assessments.actions.supplement import resubmit_dossier
from chiso.assessments.models import Citation, Explanation
from chiso.audit.models import AuditEntry
from chiso.common.refusals import RuleViolation
from chiso.evidence import describing, tasks
from chiso.evidence.actions import describe_document, remove_content
from chiso.evidence.models import Document
from chiso.notices.models import Notice
from chiso.organizations import clock
from chiso.organizations.models import Unit, User
from chiso.rounds.choices import StageKey
from chiso.rounds.people import coordinators
from tests.world import PDF, World, moment, play_to

pytestmark = pytest.mark.django_db
EVENING = moment("12/12/2022 21:04")
MORNING = moment("30/12/2022 09:00")
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _evening(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: EVENING)


@pytest.fixture
def world() -> World:
    return play_to("self_assessment")


def attached(
    world: World, code: str = "1.1", content: bytes = PDF, name: str = "Kế hoạch.pdf", unit: Unit | None = None
) -> Citation:
    unit = unit or world.cast.north
    by = world.cast.an if unit == world.cast.north else world.cast.em
    return actions.attach_evidence(world.entry(unit, code), by, EVENING, file=ContentFile(content, name=name))


def path(world: World, code: str = "1.1", route: str = "leaf") -> str:
    return reverse(f"assessments:{route}", args=[world.dossier(world.cast.north).pk, code])


def of(cited: Citation, route: str) -> str:
    return reverse(f"assessments:{route}", args=[cited.pk])


def read(client: Client, user: User, target: str) -> str:
    client.force_login(user)
    answer = client.get(target)
    assert answer.status_code == 200
    return answer.content.decode()


def post(client: Client, user: User, target: str, *, htmx: bool = False, **sent: Any) -> Any:
    client.force_login(user)
    return client.post(target, sent, headers=HTMX if htmx else {})


# ---- place and data ------------------------------------------------------------


def test_the_list_says_what_a_document_is_and_where_it_proves(client: Client, world: World) -> None:
    cited = attached(world)
    describe_document(cited.document, world.cast.an, EVENING, number="145/BC-UBND", issued_on=date(2022, 12, 8))
    assert post(client, world.cast.an, of(cited, "place_citation"), place="trang 3, mục II.2").status_code == 302
    page = read(client, world.cast.giang, path(world))
    assert "Báo cáo 145/BC-UBND, 08/12/2022 · trang 3, mục II.2" in page
    assert of(cited, "remove_citation") not in page
    entry = AuditEntry.objects.get(code="entry.place_citation")
    assert entry.changes["place"] == ["", "trang 3, mục II.2"]


def test_data_are_confirmed_by_a_person_who_sees_what_was_read(client: Client, world: World) -> None:
    cited = attached(world)
    Document.objects.update(reading={"version": 1, "number": "12/KH-UBND", "issued_on": "2022-01-05", "complete": True})
    form = read(client, world.cast.an, path(world) + f"?sua={cited.pk}")
    for words in ('value="12/KH-UBND"', 'value="05/01/2022"', "Đọc tự động từ nội dung tài liệu, chưa ai xác nhận."):
        assert words in form, words
    sent = {"number": "12/KH-UBND", "issued_on": "05/01/2022", "issuer": "UBND xã Bắc", "title": "Kế hoạch năm"}
    assert post(client, world.cast.an, of(cited, "describe_document"), **sent).status_code == 302
    stored = Document.objects.get()
    assert (stored.issued_on, stored.described_by, stored.described_at) == (date(2022, 1, 5), world.cast.an, EVENING)
    assert "Đã xác nhận lúc 21:04" in read(client, world.cast.an, path(world) + f"?sua={cited.pk}")


@pytest.mark.parametrize("htmx", [False, True])
def test_a_wrong_date_stands_at_its_field_and_loses_nothing(client: Client, world: World, htmx: bool) -> None:
    cited = attached(world)
    sent = {"number": "7/BC-UBND", "issued_on": "31/02/2022"}
    answer = post(client, world.cast.an, of(cited, "describe_document"), htmx=htmx, **sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="id_issued_on_error"' in page
    assert 'value="7/BC-UBND"' in page
    assert answer.headers.get("HX-Retarget", "") == ("#pane" if htmx else "")
    assert Document.objects.get().described_at is None


def test_with_htmx_a_change_answers_with_the_list_and_what_else_it_changes(client: Client, world: World) -> None:
    world.fill(world.cast.north, world.cast.an, {"1.1": {"level": "1"}}, EVENING)
    cited = attached(world)
    piece = post(client, world.cast.an, of(cited, "remove_citation"), htmx=True).content.decode()
    assert "<!doctype" not in piece
    for words in ('id="evidence"', "Chưa có tài liệu nào", 'id="tree-head" hx-swap-oob', 'id="left-words" hx-swap-oob'):
        assert words in piece, words
    assert "thiếu tài liệu" in piece
    assert 'id="leaf"' not in piece  # What is being typed stays.


# ---- links ---------------------------------------------------------------------


def test_a_link_is_evidence_too(client: Client, world: World) -> None:
    sent = {"url": "https://halang.example/ke-hoach", "title": "Trang tin xã", "place": "mục 2"}
    assert post(client, world.cast.an, path(world, route="attach_link"), **sent).status_code == 302
    page = read(client, world.cast.an, path(world))
    for words in ('href="https://halang.example/ke-hoach" target="_blank"', "Trang tin xã", "mục 2", "liên kết"):
        assert words in page, words
    again = post(client, world.cast.an, path(world, route="attach_link"), **sent)
    assert (again.status_code, "đã được đính kèm" in again.content.decode()) == (422, True)
    assert (
        AuditEntry.objects.get(code="entry.attach_link")
        .changes["document"][1]
        .startswith(str(Document.objects.get().pk))
    )


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "ftp://a.example/x", "https://u:p@a.example/", "a b"])
def test_what_is_no_address_is_refused(client: Client, world: World, url: str) -> None:
    answer = post(client, world.cast.an, path(world, route="attach_link"), url=url)
    assert (answer.status_code, 'class="refusal"' in answer.content.decode()) == (422, True)
    assert not Document.objects.exists()


# ---- new versions --------------------------------------------------------------


def revised(client: Client, world: World, cited: Citation, content: bytes, *, htmx: bool = False) -> Any:
    file = SimpleUploadedFile("Bản mới.pdf", content)
    return post(client, world.cast.an, of(cited, "revise_document"), htmx=htmx, file=file)


def test_a_new_version_takes_the_place_wherever_the_dossier_cites_it(client: Client, world: World) -> None:
    cited = attached(world)
    again = actions.cite_document(
        world.entry(world.cast.north, "2.2"), world.cast.an, EVENING, document=cited.document, place="mục 1"
    )
    assert revised(client, world, cited, PDF + b"2").status_code == 302
    new = Document.objects.get(name="Bản mới.pdf")
    assert new.replaces == cited.document
    for one, place in ((cited, ""), (again, "mục 1")):
        one.refresh_from_db()
        assert (one.document, one.place) == (new, place)
    changes = AuditEntry.objects.get(code="entry.revise").changes
    assert changes["leaves"] == [None, ["1.1", "2.2"]]
    assert "Bản mới" not in str(changes)
    assert Document.objects.filter(name="Kế hoạch.pdf").exists()
    assert "bản thay thế" in read(client, world.cast.an, path(world))


def test_a_leaf_that_cites_both_versions_keeps_one(client: Client, world: World) -> None:
    cited = attached(world)
    attached(world, content=PDF + b"2", name="Bản hai.pdf")
    assert revised(client, world, cited, PDF + b"2").status_code == 302
    assert [row.document.name for row in Citation.objects.all()] == ["Bản hai.pdf"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(PDF, "trùng nội dung", id="the same"),
        pytest.param(b"", "rỗng", id="empty"),
        pytest.param(b"MZ\x90\x00", "Bản mới.pdf", id="a program"),
    ],
)
def test_what_is_no_new_version_is_refused(client: Client, world: World, content: bytes, words: str) -> None:
    cited = attached(world)
    answer = revised(client, world, cited, content)
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    cited.refresh_from_db()
    assert (cited.document.name, Document.objects.count()) == ("Kế hoạch.pdf", 1)


def test_a_link_is_not_replaced_by_a_file(client: Client, world: World) -> None:
    entry = world.entry(world.cast.north, "1.1")
    cited = more_actions.attach_link(entry, world.cast.an, EVENING, url="https://halang.example/")
    answer = revised(client, world, cited, PDF)
    assert (answer.status_code, Document.objects.count()) == (422, 1)


def test_what_was_handed_over_before_stays_as_it_was(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the supplement the documents of the self-assessment are closed, even on a leaf that is open again."""
    world = play_to("supplement")
    monkeypatch.setattr(clock, "now", lambda: MORNING)
    cited = Citation.objects.get()
    Citation.objects.update(entry=world.entry(world.cast.north, "2.1"))
    client.force_login(world.cast.an)
    for route, sent in (("place_citation", {"place": "trang 9"}), ("remove_citation", {})):
        assert post(client, world.cast.an, of(cited, route), **sent).status_code in (409, 422)
    assert revised(client, world, cited, PDF + b"2").status_code == 422
    cited.refresh_from_db()
    assert (cited.place, cited.document.name) == ("trang 1", "Kế hoạch.pdf")
    page = read(client, world.cast.an, path(world, "2.1") + f"?sua={cited.pk}")
    assert "Thay bằng bản mới" not in page


# ---- who, and when -------------------------------------------------------------

CHANGES = ["place_citation", "describe_document", "revise_document", "remove_citation"]


@pytest.mark.parametrize(("who", "status"), [("giang", 403), ("ha", 403), ("em", 404), ("chi", 404), ("son", 404)])
@pytest.mark.parametrize("route", CHANGES)
def test_only_the_unit_changes_documents(client: Client, world: World, route: str, who: str, status: int) -> None:
    cited = attached(world)
    sent = {"place": "x", "number": "1", "file": SimpleUploadedFile("a.pdf", PDF + b"2")}
    assert post(client, getattr(world.cast, who), of(cited, route), **sent).status_code == status
    assert client.get(of(cited, "edit_citation"), headers=HTMX).status_code in (403, 404)
    link = post(client, getattr(world.cast, who), path(world, route="attach_link"), url="https://a.example/")
    assert link.status_code == status
    assert (Citation.objects.count(), Document.objects.get().number, cited.place) == (1, "", "")


@pytest.mark.parametrize("route", CHANGES)
def test_after_submission_nothing_changes(client: Client, route: str) -> None:
    world = play_to("submitted")
    cited = Citation.objects.get()
    sent = {"place": "x", "number": "1", "file": SimpleUploadedFile("a.pdf", PDF + b"2")}
    answer = post(client, world.cast.an, of(cited, route), **sent)
    assert answer.status_code in (409, 422)
    assert "Hồ sơ đã nộp nên khóa" in answer.content.decode()
    cited.refresh_from_db()
    assert (cited.place, cited.document.number, Document.objects.count()) == ("trang 1", "", 1)


@pytest.mark.parametrize("route", ["place_citation", "describe_document", "revise_document"])
def test_a_document_taken_off_meanwhile_is_not_found(client: Client, world: World, route: str) -> None:
    cited = attached(world)
    target = of(cited, route)
    actions.remove_citation(cited, world.cast.an, EVENING)
    assert post(client, world.cast.an, target, place="x").status_code == 404


def test_taken_off_between_reading_and_writing_is_a_refusal(world: World) -> None:
    cited = attached(world)
    Citation.objects.all().delete()
    cited.entry = world.entry(world.cast.north, "1.1")
    for change in (
        lambda: more_actions.place_citation(cited, world.cast.an, EVENING, place="trang 1"),
        lambda: more_actions.revise_document(
            cited, world.cast.an, EVENING, file=ContentFile(PDF + b"2", name="Bản mới.pdf")
        ),
    ):
        with pytest.raises(RuleViolation, match="vừa được người khác gỡ"):
            change()
    assert Document.objects.count() == 1


# ---- what must not be told -----------------------------------------------------


def test_the_log_never_names_a_file(world: World) -> None:
    cited = attached(world, name="Tên có thể là bí mật.pdf")
    actions.remove_citation(cited, world.cast.an, EVENING)
    told = [entry.changes["document"] for entry in AuditEntry.objects.filter(code__in=["entry.attach", "entry.detach"])]
    mark = f"{cited.document_id} · {cited.document.sha256[:12]}"
    assert told == [[None, mark], [mark, None]]
    assert "bí mật" not in str(list(AuditEntry.objects.values_list("changes", flat=True)))


def test_of_a_removed_document_only_the_trace_is_shown(client: Client, world: World) -> None:
    world.fill(world.cast.north, world.cast.an, {"1.1": {"level": "1"}}, EVENING)
    cited = attached(world)
    assert "1/4 tiêu chí xong" in read(client, world.cast.an, path(world))
    document = Document.objects.select_related("unit").get()
    remove_content(document, world.cast.giang, EVENING, reason="Có dấu Mật.")
    page = read(client, world.cast.an, path(world) + f"?sua={cited.pk}")
    assert "Tài liệu đã gỡ theo quy định bảo vệ bí mật nhà nước ngày 12/12/2022." in page
    for words in ("Kế hoạch.pdf", of(cited, "preview"), f"{of(cited, 'document')}?tai-ve", "Xác nhận thông tin"):
        assert words not in page, words
    assert "0/4 tiêu chí xong" in page  # A trace proves nothing.
    assert "Dùng lại tài liệu đã có" not in read(client, world.cast.an, path(world, "2.2"))
    sent = {"document": document.pk}
    assert post(client, world.cast.an, path(world, "2.2", "cite"), **sent).status_code == 409


def told_of_same_content() -> list[tuple[User, str]]:
    found = Notice.objects.filter(text__contains="trùng nội dung").select_related("recipient")
    return [(notice.recipient, notice.text) for notice in found.order_by("recipient")]


def test_the_same_content_in_another_unit_is_told_to_the_coordinator_once(world: World) -> None:
    first = attached(world)
    assert told_of_same_content() == []
    attached(world, unit=world.cast.south, name="Của xã Nam.pdf")
    told = told_of_same_content()
    words = "Tiêu chí 1.1 của Xã Nam có tài liệu trùng nội dung với tài liệu của Xã Bắc."
    assert told == [(one, words) for one in coordinators(world.round)]
    # Not once more: neither for another leaf, nor taken off and added again.
    attached(world, code="2.2", unit=world.cast.south)
    actions.remove_citation(first, world.cast.an, EVENING)
    later = moment("12/12/2022 21:30")
    entry = world.entry(world.cast.north, "1.1")
    actions.attach_evidence(entry, world.cast.an, later, file=ContentFile(PDF, name="a.pdf"))
    assert told_of_same_content() == told


def test_a_unit_whose_name_begins_as_that_of_one_told_of_is_told_too(world: World) -> None:
    """Phường 1 is not Phường 10. One unit stands in for both here."""
    for name, content in (("Xã Bắc Sơn", PDF), ("Xã Bắc", PDF + b"2")):
        Unit.objects.filter(pk=world.cast.north.pk).update(name=name)
        attached(world, content=content)
        attached(world, content=content, unit=world.cast.south)
    words = "Tiêu chí 1.1 của Xã Nam có tài liệu trùng nội dung với tài liệu của"
    assert {text for _who, text in told_of_same_content()} == {f"{words} Xã Bắc Sơn.", f"{words} Xã Bắc."}


def test_of_a_secret_found_later_the_office_and_the_uploader_are_told_without_its_name(world: World) -> None:
    cited = attached(world, name="Kế hoạch bí mật.pdf")
    document_watch.tell_of_secret(cited.document, EVENING)
    told = {notice.recipient: notice for notice in Notice.objects.filter(text__contains="độ mật")}
    assert set(told) == {world.cast.giang, world.cast.an}  # Khánh only observes.
    assert told[world.cast.giang].url == of(cited, "secrecy")
    assert told[world.cast.an].url == path(world)
    assert not [notice for notice in told.values() if "Kế hoạch" in notice.text]


def test_evidence_asks_this_app_about_secrets_and_descriptions() -> None:
    assert document_watch.tell_of_secret in tasks._when_secret
    assert document_watch.require_open_use in describing._guards


def test_many_units_may_point_at_one_page(world: World) -> None:
    for unit, by in ((world.cast.north, world.cast.an), (world.cast.south, world.cast.em)):
        more_actions.attach_link(world.entry(unit, "1.1"), by, EVENING, url="https://dichvucong.example/")
    assert told_of_same_content() == []


# ---- the plan that a document follows --------------------------------------------


def described(world: World, content: bytes, name: str, number: str, day: date, code: str = "1.1") -> Citation:
    cited = attached(world, code, PDF + content, name)
    describe_document(cited.document, world.cast.an, EVENING, number=number, issued_on=day)
    return cited


def test_a_report_older_than_the_plan_beside_it_is_told_wherever_it_is_read(client: Client, world: World) -> None:
    told = "trước kế hoạch mà nó thực hiện (ngày 05/01/2022)"
    report = described(world, b"1", "Báo cáo.pdf", "7/BC-UBND", date(2022, 1, 4))
    assert told not in read(client, world.cast.an, path(world))
    plan = described(world, b"2", "Kế hoạch năm.pdf", "12/KH-UBND", date(2022, 1, 5))
    missing = reverse("assessments:missing", args=[world.dossier(world.cast.north).pk])
    for page in (path(world), f"{path(world)}?xem={report.pk}", missing):
        assert read(client, world.cast.an, page).count(told) >= 1, page
    client.force_login(world.cast.an)
    assert told in client.get(of(report, "preview"), headers=HTMX).content.decode()
    assert told not in client.get(of(plan, "preview"), headers=HTMX).content.decode()


@pytest.mark.parametrize(
    ("number", "day", "code"),
    [
        pytest.param("7/BC-UBND", date(2022, 1, 5), "1.1", id="the same day"),
        pytest.param("7/QĐ-UBND", date(2022, 1, 4), "1.1", id="a decision"),
        pytest.param("", date(2022, 1, 4), "1.1", id="without a number"),
        pytest.param("7/BC-UBND", date(2022, 1, 4), "2.2", id="another leaf"),
    ],
)
def test_no_plan_is_held_against_what_need_not_follow_it(
    client: Client, world: World, number: str, day: date, code: str
) -> None:
    described(world, b"2", "Kế hoạch năm.pdf", "12/KH-UBND", date(2022, 1, 5))
    described(world, b"1", "Văn bản.pdf", number, day, code)
    assert "trước kế hoạch" not in read(client, world.cast.an, path(world, code))


def test_a_plan_that_was_removed_is_held_against_nobody(client: Client, world: World) -> None:
    plan = described(world, b"2", "Kế hoạch năm.pdf", "12/KH-UBND", date(2022, 1, 5))
    described(world, b"1", "Báo cáo.pdf", "7/BC-UBND", date(2022, 1, 4))
    remove_content(plan.document, world.cast.giang, EVENING, reason="Có dấu mật.")
    assert "trước kế hoạch" not in read(client, world.cast.an, path(world))


# ---- an answer to the notice that was not sent yet -----------------------------


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(clock, "now", lambda: MORNING)
    world = play_to("supplement")
    entry = world.entry(world.cast.north, "2.1")
    file = ContentFile(PDF + b"3", name="Chưa gửi.pdf")
    actions.attach_evidence(entry, world.cast.an, MORNING, file=file)
    Explanation.objects.create(
        entry=entry, text="Nháp giải trình.", explained_by=world.cast.an, explained_at=MORNING, facts=entry.facts
    )
    return world


@pytest.mark.parametrize("who", ["giang", "ha", "chi", "khanh"])
def test_a_draft_answer_is_shown_to_the_unit_alone(client: Client, answering: World, who: str) -> None:
    cited = Citation.objects.get(stage=StageKey.SUPPLEMENT)
    reader = getattr(answering.cast, who)
    for words in ("Chưa gửi.pdf", "Nháp giải trình."):
        assert words in read(client, answering.cast.binh, path(answering, "2.1"))
        assert words not in read(client, reader, path(answering, "2.1"))
    for route in ("document", "preview", "preview_file"):
        assert client.get(of(cited, route)).status_code == 404
    client.force_login(answering.cast.binh)
    opened = client.get(of(cited, "document"))
    opened.close()
    assert opened.status_code == 200


def test_once_sent_the_answer_is_shown(client: Client, answering: World) -> None:
    resubmit_dossier(answering.dossier(answering.cast.north), answering.cast.binh, MORNING)
    page = read(client, answering.cast.giang, path(answering, "2.1"))
    assert "Chưa gửi.pdf" in page
    assert "Nháp giải trình." in page


# ---- many ----------------------------------------------------------------------


def test_one_document_or_three_hundred_cost_the_same_queries(client: Client, world: World) -> None:
    attached(world)
    entry = world.entry(world.cast.north, "1.1")
    client.force_login(world.cast.an)
    leaf = path(world)
    client.get(leaf)
    with CaptureQueriesContext(connection) as one:
        client.get(leaf)
    given = {"unit": world.cast.north, "media_type": "application/pdf", "size": 9, "uploaded_by": world.cast.an}
    made = Document.objects.bulk_create(
        Document(name=f"{n}.pdf", sha256=f"{n:064}", uploaded_at=EVENING, **given) for n in range(299)
    )
    Citation.objects.bulk_create(
        Citation(entry=entry, document=row, stage=StageKey.SELF_ASSESSMENT, added_at=EVENING) for row in made
    )
    with CaptureQueriesContext(connection) as many:
        page = client.get(leaf).content.decode()
    assert (len(one), len(many)) == (6, 6)
    assert page.count('class="name"') >= 300
    assert page.count("csrfmiddlewaretoken") < 12  # One form for the whole list.

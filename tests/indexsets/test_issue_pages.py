"""The issue: one decision, one set or several, whole ones only, and never changed again."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from chiso.audit.actions import REGISTRY
from chiso.audit.models import AuditEntry
from chiso.common.refusals import RuleViolation
from chiso.indexsets import actions
from chiso.indexsets.choices import EditionState
from chiso.indexsets.models import Criterion, Edition
from chiso.indexsets.reading import index_set_of
from chiso.organizations import clock
from tests.cast import Cast, engage
from tests.factories import UnitFactory
from tests.indexsets.steps import (
    NOW,
    PDF,
    consult,
    consultation_of,
    draft,
    faulty_tree,
    give,
    queries,
    sign_in,
    small_tree,
    url,
)

pytestmark = pytest.mark.django_db
GIVEN = {"number": "2/QĐ-UBND", "day": "16/11/2022", "signer": "Bế Văn Hà"}
DAY = date(2022, 11, 16)
EDITS: dict[str, dict[str, Any]] = {
    "save_node": {"code": "1.1", "seen": "", "fields": {"code": "1.1", "name": "Khác"}},
    "add_node": {"parent": "1"},
    "move_node": {"code": "1.1", "by_steps": 1},
    "remove_node": {"code": "1.1", "seen": ""},
    "renumber": {"code": "1"},
    "save_information": {"seen": "", "fields": {"name": "Khác", "year": "2022", "version": "1"}},
}
"""What the editor does."""


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def cast() -> Cast:
    return engage()


@pytest.fixture
def edition(cast: Cast) -> Edition:
    return draft(cast)


def test_the_head_sees_what_is_issued_and_issues_it(client: Client, cast: Cast, edition: Edition) -> None:
    sign_in(client, cast, "ha")
    page = client.get(url("issue", edition)).content.decode()
    for words in ("4, trong đó 2 điểm thưởng, điểm trừ", "Tiêu chí được chấm", "không lấy ý kiến trên hệ thống"):
        assert words in page
    file = SimpleUploadedFile("Quyết định.pdf", PDF)
    assert (
        client.post(url("issue", edition), {**GIVEN, "signer": "Phó Chủ tịch", "signed_file": file}).status_code == 302
    )
    edition.refresh_from_db()
    assert (edition.state, edition.draft, edition.signer_name) == (EditionState.ISSUED, None, "Phó Chủ tịch")
    assert index_set_of(edition).status == "official"
    assert Criterion.objects.filter(edition=edition).count() == len(index_set_of(edition).nodes)
    signed = sign_in(client, cast, "em").get(url("signed_file", edition))
    assert signed["Content-Type"] == "application/pdf"
    assert b"".join(signed.streaming_content) == PDF  # type: ignore[attr-defined]
    assert "Bản đã ký" in client.get(url("edition", edition)).content.decode()


def test_without_a_signed_file_it_is_issued_all_the_same(client: Client, cast: Cast, edition: Edition) -> None:
    assert sign_in(client, cast, "ha").post(url("issue", edition), GIVEN).status_code == 302
    assert client.get(url("signed_file", edition)).status_code == 404
    assert "Bản đã ký" not in client.get(url("edition", edition)).content.decode()


@pytest.mark.parametrize("content", [b"<html>", b"PK\x03\x04x", b"\x89PNG\r\n\x1a\n", b"x" * 10])
def test_only_a_pdf_is_a_signed_decision(client: Client, cast: Cast, edition: Edition, content: bytes) -> None:
    file = SimpleUploadedFile("quyet-dinh.pdf", content, content_type="application/pdf")
    answer = sign_in(client, cast, "ha").post(url("issue", edition), {**GIVEN, "signed_file": file})
    assert answer.status_code == 422
    assert "không phải là PDF" in answer.content.decode()
    assert Edition.objects.get().state == EditionState.DRAFT


def test_a_signed_decision_has_a_size(
    client: Client, cast: Cast, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "EVIDENCE_MAX_BYTES", len(PDF) - 1)
    file = SimpleUploadedFile("quyet-dinh.pdf", PDF)
    answer = sign_in(client, cast, "ha").post(url("issue", edition), {**GIVEN, "signed_file": file})
    assert answer.status_code == 422
    assert "quá giới hạn" in answer.content.decode()


def test_a_faulty_draft_is_refused_with_every_fault(client: Client, cast: Cast) -> None:
    tree = faulty_tree()
    tree["areas"][1]["children"][1]["rule"]["items"][0]["points"] = "7"
    edition = draft(cast, tree)
    page = sign_in(client, cast, "ha").get(url("issue", edition)).content.decode()
    assert "1 Chỉ đạo, điều hành:" in page
    assert "2.2 Cơ sở vật chất:" in page
    assert '<button class="button button-primary">Ban hành' not in page
    answer = client.post(url("issue", edition), GIVEN)
    assert answer.status_code == 422
    assert "lỗi. Hãy sửa hết lỗi" in answer.content.decode()
    assert Edition.objects.get().draft == tree
    assert not Criterion.objects.exists()


def test_unanswered_opinions_hold_the_issue(client: Client, cast: Cast, edition: Edition) -> None:
    consult(cast, edition)
    give(cast, edition)
    page = sign_in(client, cast, "ha").get(url("issue", edition)).content.decode()
    assert "Còn 1 ý kiến chưa được tiếp thu" in page
    assert "1 ý kiến của 1/3 cơ quan, đơn vị" in page
    assert client.post(url("issue", edition), GIVEN).status_code == 422


def test_an_open_consultation_is_named(client: Client, cast: Cast, edition: Edition) -> None:
    consult(cast, edition)
    page = sign_in(client, cast, "ha").get(url("issue", edition)).content.decode()
    assert "Thời hạn lấy ý kiến chưa hết (hết 24 giờ ngày 22/11/2022)." in page


def test_a_draft_saved_meanwhile_is_not_issued_unseen(client: Client, cast: Cast, edition: Edition) -> None:
    Edition.objects.update(draft_version=5)
    answer = sign_in(client, cast, "ha").post(url("issue", edition), {**GIVEN, "seen": "0"})
    assert answer.status_code == 422
    assert "đã được sửa sau khi trang này mở" in answer.content.decode()
    assert client.post(url("issue", edition), {**GIVEN, "seen": "5"}).status_code == 302


def test_it_is_issued_once(client: Client, cast: Cast, edition: Edition) -> None:
    sign_in(client, cast, "ha")
    assert client.post(url("issue", edition), GIVEN).status_code == 302
    again = client.post(url("issue", edition), {**GIVEN, "number": "3/QĐ"})
    assert again.status_code == 422
    assert Edition.objects.get().decision_number == "2/QĐ-UBND"


def test_the_difference_to_what_it_came_from_is_shown(client: Client, cast: Cast, edition: Edition) -> None:
    actions.issue_edition(edition, cast.ha, NOW, number="1/QĐ", day=DAY)
    tree = small_tree(version="2")
    tree["areas"][0]["children"][0]["name"] = "Ban hành kế hoạch đúng hạn"
    second = draft(cast, tree, origin=edition, supersedes=edition)
    page = sign_in(client, cast, "ha").get(url("issue", second)).content.decode()
    assert "Bản đang áp dụng được thay thế." in page
    assert "đổi tên" in page
    assert "Ban hành kế hoạch đúng hạn" in page


def test_one_decision_issues_several_sets_or_none(client: Client, cast: Cast, edition: Edition) -> None:
    offices = draft(cast, small_tree(id="phong-ban", name="Bộ chỉ số các phòng"))
    broken = draft(cast, faulty_tree(id="hong", name="Bộ chỉ số hỏng"))
    sign_in(client, cast, "ha")
    page = client.get(url("issue", edition)).content.decode()
    assert "Bộ chỉ số các phòng (năm 2022, lần 1; 7 tiêu chí được chấm" in page
    assert "Bộ chỉ số hỏng" not in page
    stale = {**GIVEN, "seen": "0", "also": [f"{offices.pk}:7"]}
    assert client.post(url("issue", edition), stale).status_code == 422
    assert client.post(url("issue", edition), {**GIVEN, "also": [f"{broken.pk}:0"]}).status_code == 422
    assert not Edition.objects.filter(state=EditionState.ISSUED).exists()
    both = {**GIVEN, "seen": "0", "also": [f"{offices.pk}:0"]}
    assert client.post(url("issue", edition), both).status_code == 302
    issued = Edition.objects.filter(state=EditionState.ISSUED, decision_number="2/QĐ-UBND")
    assert set(issued) == {edition, offices}
    assert AuditEntry.objects.filter(code="index_set.issue_together").count() == 1


def test_a_fault_in_one_of_several_stops_all(cast: Cast, edition: Edition) -> None:
    broken = draft(cast, faulty_tree(id="hong"))
    decision = actions.Decision("2/QĐ", DAY, "Bế Văn Hà")
    with pytest.raises(RuleViolation, match="lỗi"):
        actions.issue_editions(cast.authority, cast.ha, NOW, editions=[(edition, 0), (broken, 0)], decision=decision)
    assert not Edition.objects.filter(state=EditionState.ISSUED).exists()
    foreign = Edition.objects.get(pk=edition.pk)
    foreign.index_set.authority = UnitFactory()
    with pytest.raises(RuleViolation, match="cùng một cơ quan"):
        actions.issue_editions(cast.authority, cast.ha, NOW, editions=[(foreign, 0)], decision=decision)


@pytest.mark.parametrize(("name", "status"), [("giang", 403), ("an", 404), ("son", 404)])
def test_only_the_head_issues(client: Client, cast: Cast, edition: Edition, name: str, status: int) -> None:
    sign_in(client, cast, name)
    assert client.get(url("issue", edition)).status_code == status
    assert client.post(url("issue", edition), GIVEN).status_code == status


@pytest.mark.parametrize("change", [{"number": ""}, {"day": "2022-11-16"}, {"signer": ""}, {"day": "31/02/2022"}])
def test_a_decision_has_number_date_and_signer(
    client: Client, cast: Cast, edition: Edition, change: dict[str, str]
) -> None:
    assert sign_in(client, cast, "ha").post(url("issue", edition), {**GIVEN, **change}).status_code == 422
    assert Edition.objects.get().state == EditionState.DRAFT


@pytest.mark.parametrize("maximum", ["100000", "8.00001"])
def test_points_that_the_database_cannot_hold_are_refused(cast: Cast, maximum: str) -> None:
    tree = small_tree()
    area = tree["areas"][2]
    area["children"][0]["max"] = maximum
    area.pop("cap")
    edition = draft(cast, tree)
    with pytest.raises(RuleViolation, match="Điểm tối đa của tiêu chí B"):
        actions.issue_edition(edition, cast.ha, NOW, number="1/QĐ", day=DAY)


def test_an_issued_edition_is_refused_by_every_action(cast: Cast, edition: Edition) -> None:
    """Whatever action takes an edition, its consultation or an opinion leaves an issued one as it is."""
    consult(cast, edition)
    opinion = give(cast, edition)
    actions.answer_opinion(opinion, cast.giang, NOW, response="accepted", text="")
    actions.issue_edition(edition, cast.ha, NOW, number="1/QĐ", day=DAY)
    before = Edition.objects.values().get(pk=edition.pk)
    rows = list(Criterion.objects.order_by("pk").values())
    consultation = consultation_of(edition)
    opinion.consultation = consultation
    north = cast.north
    attempts: dict[str, Callable[[], Any]] = {
        "index_set.consult": lambda: consult(cast, edition),
        "index_set.issue": lambda: actions.issue_edition(edition, cast.ha, NOW, number="9/QĐ", day=DAY),
        "index_set.issue_together": lambda: actions.issue_editions(
            cast.authority, cast.ha, NOW, editions=[(edition, 0)], decision=actions.Decision("9/QĐ", DAY, "Ai")
        ),
        "index_set.give_opinion": lambda: actions.give_opinion(consultation, cast.an, NOW, unit=north, text="Muộn."),
        "index_set.answer_opinion": lambda: actions.answer_opinion(
            opinion, cast.giang, NOW, response="accepted", text="Khác."
        ),
        "index_set.extend_consultation": lambda: actions.extend_consultation(
            consultation, cast.giang, NOW, closes_at=consultation.closes_at.replace(year=2023), reason="Muộn."
        ),
        "index_set.close_consultation": lambda: actions.close_consultation(
            consultation, cast.giang, NOW, reason="Muộn."
        ),
    }
    known = set(attempts) | {"index_set.import", "index_set.start_draft", "index_set.start_reissue"}
    edits = {code for code in REGISTRY if code.startswith("index_set.")} - known
    assert edits == {f"index_set.{name}" for name in EDITS}
    for name in EDITS:
        attempts[name] = lambda name=name: REGISTRY[f"index_set.{name}"].function(
            edition, cast.giang, NOW, **EDITS[name]
        )
    for attempt in attempts.values():
        with pytest.raises(RuleViolation):
            attempt()
    assert Edition.objects.values().get(pk=edition.pk) == before
    assert list(Criterion.objects.order_by("pk").values()) == rows


def test_the_confirm_page_costs_the_same_whatever_was_said(client: Client, cast: Cast, edition: Edition) -> None:
    consult(cast, edition)
    sign_in(client, cast, "ha").get(url("issue", edition))
    before = queries(client, url("issue", edition))
    for number in range(3):
        actions.answer_opinion(give(cast, edition), cast.giang, NOW, response="accepted", text="")
        draft(cast, small_tree(id=f"bo-{number}"))
    assert queries(client, url("issue", edition)) == before <= 8

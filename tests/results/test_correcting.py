"""A published result is corrected by another result of its round; the old one stays as it was."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from chiso.assessments.actions import council
from chiso.assessments.choices import Choice, DossierState
from chiso.audit.models import AuditEntry
from chiso.common.refusals import RuleViolation
from chiso.documents.composing import compose
from chiso.documents.publication_decision import to_document
from chiso.indexsets.answers import Answer
from chiso.notices.models import Notice
from chiso.organizations import clock
from chiso.results import actions, freezing
from chiso.results.models import Correction, Publication, Result, Submission
from chiso.rounds.choices import StageKey
from tests.world import PDF, World, moment, play_to

pytestmark = pytest.mark.django_db
AT = moment("16/01/2023 09:00")
REASON = "Cộng nhầm điểm tiêu chí 2.1 của Xã Bắc."


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment("20/01/2023 09:00"))


def as_(client: Client, world: World, name: str) -> Client:
    client.force_login(world.cast.everyone()[name])
    return client


def paper() -> ContentFile[bytes]:
    return ContentFile(PDF, name="Công văn.pdf")


def newest() -> Result:
    return Result.objects.select_related("round", "approved_by", "corrects").order_by("-pk")[0]


def ask(world: World, reason: str = REASON) -> Correction:
    return actions.correct_result(newest(), world.cast.giang, AT, reason=reason, file=paper())


def adopt_again(world: World, points: int = 4) -> None:
    """The council gives Xã Bắc less for 2.1 and adopts anew."""
    people, at = world.cast, moment("17/01/2023 08:00")
    meeting = council.convene_meeting(world.round, people.lan, AT, held_at=at, place="Phòng họp")
    council.open_meeting(meeting, people.dung, at, present=list(world.round.panel_members.filter(panel="council")))
    motion = council.propose_motion(
        world.meeting,
        people.lan,
        at,
        entry=world.entry(people.north, "2.1"),
        answer=Answer({}, decided=Decimal(points)),
        reason="Cộng lại.",
    )
    for voter in (people.dung, people.lan):
        council.cast_vote(motion, voter, at, choice=Choice.FOR)
    council.conclude_motion(motion, people.dung, at)
    council.adopt_results(world.meeting, people.dung, at, minutes="Đính chính.")


def approve_again(world: World) -> Result:
    at = moment("18/01/2023 09:00")
    actions.submit_for_approval(world.round, world.cast.giang, at, number="8/TTr-PNV", text="Trình đính chính.")
    return actions.approve_result(Submission.objects.select_related("round").get(number="8/TTr-PNV"), world.cast.ha, at)


def publish_again(world: World, number: str = "9/QĐ-UBND") -> Publication:
    return actions.publish_result(
        newest(), world.cast.giang, moment("19/01/2023 09:00"), number=number, day=date(2023, 1, 19), decision=b"new"
    )


def corrected(stage: str = "published") -> World:
    world = play_to("published")
    ask(world)
    if stage != "asked":
        adopt_again(world)
    if stage in ("approved", "published"):
        approve_again(world)
    if stage == "published":
        publish_again(world)
    return world


def test_a_correction_is_another_result_that_names_the_one_before() -> None:
    world = play_to("published")
    old, published = newest(), Publication.objects.get()
    frozen = (old.bundle, old.digest, list(old.rankings.values()))
    ask(world)
    assert world.round.stage == StageKey.COUNCIL
    assert world.dossier(world.cast.north).state == DossierState.BEFORE_COUNCIL
    adopt_again(world)
    new = approve_again(world)
    assert (new.corrects, new.reason, new.bundle["corrects"]) == (old, REASON, old.digest)
    assert new.digest == freezing.digest_of(new.bundle) != old.digest
    publication = publish_again(world)
    assert (publication.supersedes, publication.reason) == (published, REASON)
    assert world.round.stage == StageKey.PUBLISHED
    assert world.dossier(world.cast.north).state == DossierState.FINAL
    old = Result.objects.get(pk=old.pk)
    assert (old.bundle, old.digest, list(old.rankings.values())) == frozen
    assert Publication.objects.get(pk=published.pk).decision.read() == b"docx"
    [total] = [unit["total"] for unit in new.bundle["units"] if unit["code"] == "01"]
    assert total != "90.56"


def test_a_correction_can_be_corrected_too() -> None:
    world = corrected()
    ask(world, "Lại nhầm.")
    adopt_again(world, 3)
    actions.submit_for_approval(world.round, world.cast.giang, AT, number="10/TTr-PNV", text="Trình.")
    waiting = Submission.objects.select_related("round").get(number="10/TTr-PNV")
    third = actions.approve_result(waiting, world.cast.ha, AT)
    assert publish_again(world, "11/QĐ-UBND").supersedes == Publication.objects.get(number="9/QĐ-UBND")
    assert third.corrects is not None
    assert third.corrects.corrects == Result.objects.order_by("pk")[0]
    assert list(Publication.objects.in_force().values_list("number", flat=True)) == ["11/QĐ-UBND"]


def test_the_head_may_return_a_correction_too() -> None:
    world = corrected("adopted")
    actions.submit_for_approval(world.round, world.cast.giang, AT, number="8/TTr-PNV", text="Trình.")
    waiting = Submission.objects.select_related("round").get(number="8/TTr-PNV")
    actions.return_result(waiting, world.cast.ha, AT, reason="Chưa rõ.")
    assert world.round.stage == StageKey.COUNCIL
    told = Notice.objects.filter(detail__contains="Chưa rõ.").values_list("recipient__email", flat=True)
    assert {name.split("@")[0] for name in told} == {"dung", "lan", "mai", "giang"}
    assert Result.objects.count() == 1


def test_council_and_head_are_told_why() -> None:
    world = corrected("asked")
    told = Notice.objects.filter(detail=REASON).values_list("recipient", flat=True)
    people = world.cast
    assert set(told) == {people.dung.pk, people.lan.pk, people.mai.pk, people.ha.pk}
    row = AuditEntry.objects.filter(code="result.correct").get()
    assert row.reason == REASON
    assert "Công văn" not in str(row.changes)


def test_what_is_not_published_is_not_corrected() -> None:
    world = play_to("approved")
    with pytest.raises(RuleViolation, match="đã công bố"):
        ask(world)
    assert not Correction.objects.exists()


def test_a_correction_needs_a_reason() -> None:
    world = play_to("published")
    with pytest.raises(RuleViolation, match="lý do đính chính"):
        ask(world, " ")


def test_a_correction_is_asked_once() -> None:
    world = corrected("asked")
    with pytest.raises(RuleViolation, match="chưa có yêu cầu"):
        ask(world)
    assert Correction.objects.count() == 1


def test_a_stale_page_does_not_correct_what_was_corrected() -> None:
    world = play_to("published")
    stale = newest()
    ask(world)
    adopt_again(world)
    approve_again(world)
    publish_again(world)
    with pytest.raises(RuleViolation, match="đã được đính chính"):
        actions.correct_result(stale, world.cast.giang, AT, reason="Nữa.", file=paper())
    assert Correction.objects.count() == 1


def test_the_old_result_is_not_published_again_in_the_place_of_the_correction() -> None:
    world = play_to("published")
    old = newest()
    ask(world)
    adopt_again(world)
    with pytest.raises(RuleViolation, match="đã được công bố"):
        actions.publish_result(old, world.cast.giang, AT, number="9/QĐ", day=date(2023, 1, 19), decision=b"again")
    assert world.round.stage == StageKey.APPROVAL


def test_a_correction_is_published_once_under_a_number_of_its_own() -> None:
    world = corrected("approved")
    with pytest.raises(RuleViolation, match="đã công bố kết quả trước đó"):
        publish_again(world, "6/QĐ-UBND")
    publish_again(world)
    with pytest.raises(RuleViolation, match="đã được công bố"):
        publish_again(world, "10/QĐ-UBND")
    assert Publication.objects.count() == 2


def test_a_correction_is_submitted_and_approved_once() -> None:
    world = corrected("approved")
    with pytest.raises(RuleViolation, match="đã được phê duyệt"):
        actions.submit_for_approval(world.round, world.cast.giang, AT, number="9/TTr", text="Trình.")
    waiting = Submission.objects.select_related("round").get(number="8/TTr-PNV")
    with pytest.raises(RuleViolation):
        actions.approve_result(waiting, world.cast.ha, AT)
    assert Result.objects.count() == 2


@pytest.mark.parametrize("fields", [{}, {"reason": "x"}], ids=["second_first", "reason_without_corrects"])
def test_the_database_keeps_one_line_of_corrections(fields: dict[str, str]) -> None:
    play_to("published")
    old = newest()
    with pytest.raises(IntegrityError), transaction.atomic():
        Result.objects.create(
            round=old.round, bundle={}, digest="0" * 64, approved_by=old.approved_by, approved_at=AT, **fields
        )


def test_a_correction_without_a_reason_is_refused_by_the_database() -> None:
    play_to("published")
    old = newest()
    with pytest.raises(IntegrityError), transaction.atomic():
        Result.objects.create(
            round=old.round, bundle={}, digest="0" * 64, approved_by=old.approved_by, approved_at=AT, corrects=old
        )


def test_the_decision_names_the_one_it_replaces_and_why() -> None:
    corrected("approved")
    texts = " ".join(clause.text for clause in to_document(compose(newest())).clauses)
    assert "thay thế Quyết định số 6/QĐ-UBND ngày 12 tháng 01 năm 2023" in texts
    assert f"Lý do đính chính: {REASON}" in texts
    assert compose(newest()).submission.startswith("Tờ trình số 8/TTr-PNV")


def test_the_coordinator_asks_on_the_page(client: Client) -> None:
    world = play_to("published")
    url = reverse("results:correct", args=[world.round.pk])
    assert url in as_(client, world, "giang").get(reverse("results:results", args=[world.round.pk])).content.decode()
    assert "Quyết định số 6/QĐ-UBND" in client.get(url).content.decode()
    assert client.post(url, {"reason": REASON}).status_code == 422
    assert client.post(url, {"reason": " ", "file": paper()}).status_code == 422
    answer = client.post(url, {"reason": REASON, "file": paper()})
    assert answer.headers["Location"] == reverse("results:approval", args=[world.round.pk])
    assert REASON in client.get(answer.headers["Location"]).content.decode()
    assert client.post(url, {"reason": REASON, "file": paper()}).status_code == 404
    assert Correction.objects.count() == 1


@pytest.mark.parametrize(("name", "status"), [("ha", 403), ("an", 403), ("dung", 403), ("son", 404)])
def test_only_the_coordinator_asks(client: Client, name: str, status: int) -> None:
    world = play_to("published")
    url = reverse("results:correct", args=[world.round.pk])
    assert as_(client, world, name).get(url).status_code == status
    assert client.post(url, {"reason": REASON, "file": paper()}).status_code == status
    assert not Correction.objects.exists()


def test_the_document_is_for_those_who_run_the_round_and_the_council(client: Client) -> None:
    world = corrected("asked")
    url = reverse("results:correction_document", args=[Correction.objects.get().pk])
    given = {name: as_(client, world, name).get(url).status_code for name in ("giang", "ha", "mai", "an", "chi", "son")}
    assert given == {"giang": 200, "ha": 200, "mai": 200, "an": 404, "chi": 404, "son": 404}


def test_the_council_reads_why_it_must_meet_again_but_no_ranking(client: Client) -> None:
    world = corrected("asked")
    page = as_(client, world, "mai").get(reverse("results:approval", args=[world.round.pk]))
    assert REASON in page.content.decode()
    adopt_again(world)
    page = client.get(reverse("results:approval", args=[world.round.pk]))
    assert page.status_code == 200
    assert "<table" not in page.content.decode()


def total_now(world: World) -> str:
    [line] = [one for one in freezing.score_round(world.round) if one.unit == world.cast.north]
    return f"{line.score.total}".replace(".", ",")


@pytest.mark.parametrize("stage", ["asked", "adopted", "approved"])
def test_units_read_the_published_result_until_the_correction_is_published(client: Client, stage: str) -> None:
    world = corrected(stage)
    new = total_now(world)
    as_(client, world, "an")
    for url in (
        reverse("results:results", args=[world.round.pk]),
        reverse("results:unit", args=[world.round.pk, "01"]),
    ):
        page = client.get(url).content.decode()
        assert "90,56" in page
        assert stage == "asked" or new not in page
        assert "4,00" not in page  # What the council gave anew.
    assert "đang được đính chính" in client.get(reverse("results:results", args=[world.round.pk])).content.decode()


def test_those_who_run_the_round_see_what_will_be_frozen_anew(client: Client) -> None:
    world = corrected("adopted")
    page = as_(client, world, "giang").get(reverse("results:results", args=[world.round.pk])).content.decode()
    assert total_now(world) in page
    assert "90,56" not in page
    assert "kết quả đính chính, chưa công bố" in page
    assert reverse("results:submit", args=[world.round.pk]) in page


def test_the_portal_shows_the_newest_and_keeps_the_old_marked(client: Client) -> None:
    corrected()
    old, new = Publication.objects.order_by("pk")
    listed = client.get(reverse("portal:publications")).content.decode()
    assert reverse("portal:publication", args=[new.pk]) in listed
    assert reverse("portal:publication", args=[old.pk]) not in listed
    assert "Đính chính, thay thế Quyết định số 6/QĐ-UBND ngày 12/01/2023" in listed
    page = client.get(reverse("portal:publication", args=[old.pk])).content.decode()
    assert "90,56" in page
    assert "đã được thay thế bởi" in page
    assert "Quyết định số 9/QĐ-UBND" in page
    page = client.get(reverse("portal:publication", args=[new.pk])).content.decode()
    assert "đính chính, thay thế" in page
    assert REASON in page


def test_the_round_names_every_publication(client: Client) -> None:
    world = corrected()
    page = as_(client, world, "an").get(reverse("results:results", args=[world.round.pk])).content.decode()
    assert "đã được thay thế" in page
    assert f"Lý do: {REASON}" in page
    assert reverse("results:correct", args=[world.round.pk]) not in page


def test_the_publishing_page_of_a_published_result_offers_no_form(client: Client) -> None:
    world = corrected("adopted")
    url = reverse("documents:publish", args=[world.round.pk])
    page = as_(client, world, "giang").get(url).content.decode()
    assert "Đã công bố theo Quyết định số 6/QĐ-UBND" in page
    answer = client.post(url, {"number": "9", "day": "19/01/2023", "confirmed": "1"})
    assert answer.status_code == 409
    assert Publication.objects.count() == 1

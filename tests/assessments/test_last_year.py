"""The year before beside a leaf: shown where it can be compared, proposed but never saved, and at most one query."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chiso.assessments.actions import dossier as actions
from chiso.assessments.choices import DossierState, Outcome
from chiso.assessments.models import Appraisal, Citation, Dossier, Entry, Meeting, Motion
from chiso.evidence.models import Document
from chiso.organizations import clock
from chiso.organizations.models import User
from chiso.rounds.choices import StageKey
from tests.assessments.earlier_round import publish_year_before
from tests.world import PDF, World, moment, play_to

pytestmark = pytest.mark.django_db
EVENING = moment("12/12/2022 21:04")


@pytest.fixture(autouse=True)
def _evening(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: EVENING)


@pytest.fixture
def world() -> World:
    return play_to("self_assessment")


@pytest.fixture
def now(world: World) -> Dossier:
    return world.dossier(world.cast.north)


def page(client: Client, user: User, dossier: Dossier, code: str = "2.1", query: str = "") -> str:
    client.force_login(user)
    answer = client.get(reverse("assessments:leaf", args=[dossier.pk, code]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def queries(client: Client, dossier: Dossier, code: str = "2.1") -> int:
    path = reverse("assessments:leaf", args=[dossier.pk, code])
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


def entry_of(dossier: Dossier, code: str) -> Entry:
    return Entry.objects.get(dossier=dossier, code=code)


def judged(entry: Entry, user: User, number: int, score: str) -> None:
    at = moment("20/12/2021 08:00")
    given = {"appraised_by": user, "appraised_at": at, "score": score, "effective_max": 6, "score_state": "decided"}
    Appraisal.objects.create(entry=entry, pass_number=number, **given)


def test_facts_self_score_and_what_counted_in_the_end_are_shown(client: Client, world: World, now: Dossier) -> None:
    old = publish_year_before(now)
    judged(entry_of(old, "2.1"), world.cast.chi, 1, "4.8")
    judged(entry_of(old, "2.1"), world.cast.chi, 2, "5.1")
    text = page(client, world.cast.an, now)
    for words in ("Năm 2021", "1.183", "1.280", "5,55/6", "5,10/6"):
        assert words in text, words
    assert "4,80" not in text


def test_the_council_has_the_last_word(client: Client, world: World, now: Dossier) -> None:
    old = publish_year_before(now)
    judged(entry_of(old, "2.1"), world.cast.chi, 1, "4.8")
    at = moment("05/01/2022 08:00")
    meeting = Meeting.objects.create(round=old.round, number=1, held_at=at, place="Phòng họp")
    told = {"entry": entry_of(old, "2.1"), "reason": "Ghi nhận.", "effective_max": 6, "score_state": "decided"}
    Motion.objects.create(meeting=meeting, number=1, outcome=Outcome.REJECTED, score="6", **told)
    Motion.objects.create(meeting=meeting, number=2, outcome=Outcome.CARRIED, score="5.2", concluded_at=at, **told)
    assert "5,20/6" in page(client, world.cast.an, now)


@pytest.mark.parametrize(
    ("altered", "code"),
    [
        pytest.param(("name: Hồ sơ đúng hạn", "name: Hồ sơ đúng và trước hạn"), "2.1", id="another name"),
        pytest.param(('"2.1"', '"2.7"'), "2.7", id="another code"),
        pytest.param(
            (
                "kind: ratio\n          numerator: hồ sơ đúng hạn\n          denominator: tổng hồ sơ\n"
                "          curve: {linear: true}\n          on_zero_denominator: zero",
                "kind: levels\n          levels: [{name: Đạt, points: 6}, {name: Không đạt, points: 0}]",
            ),
            "2.1",
            id="another kind of rule",
        ),
    ],
)
def test_a_leaf_that_is_another_is_not_compared(
    client: Client, world: World, now: Dossier, altered: tuple[str, str], code: str
) -> None:
    old = publish_year_before(now, altered=altered)
    Entry.objects.filter(dossier=old, code="2.1").update(code=code)
    text = page(client, world.cast.an, now)
    assert "không so sánh được" in text
    assert "1.183" not in text
    assert "Điền số liệu năm trước" not in text


def test_a_figure_of_something_else_is_shown_but_not_proposed(client: Client, world: World, now: Dossier) -> None:
    said = {"B.1": {"facts": {"count": "1"}, "score": Decimal(1), "effective_max": Decimal(2)}}
    publish_year_before(now, said=said, altered=("unit: sáng kiến", "unit: giải thưởng"))
    text = page(client, world.cast.an, now, "B.1", "?tu=nam-truoc")
    assert "1,00/2" in text
    assert "Điền số liệu năm trước" not in text
    assert "data-dirty" not in text


def test_last_years_facts_fill_the_form_unsaved_and_without_a_score(client: Client, world: World, now: Dossier) -> None:
    old = publish_year_before(now)
    Entry.objects.filter(pk=entry_of(old, "2.1").pk).update(decided="1")
    text = page(client, world.cast.an, now, query="?tu=nam-truoc")
    for words in ('value="1.183"', 'value="1.280"', "Chưa lưu", 'data-dirty="typed"', "chưa lưu. Hãy sửa"):
        assert words in text, words
    assert 'name="decided" id="id_decided" value=""' in text
    assert entry_of(now, "2.1").version == 0
    assert 'value="1.183"' not in page(client, world.cast.an, now)


def test_choices_are_taken_over_by_their_words_not_their_place(client: Client, world: World, now: Dossier) -> None:
    order = "[{name: Kịp thời, points: 2}, {name: Chậm, points: 1}, {name: Không ban hành, points: 0}]"
    turned = "[{name: Chậm, points: 1}, {name: Kịp thời, points: 2}, {name: Không ban hành, points: 0}]"
    publish_year_before(now, altered=(order, turned))
    text = page(client, world.cast.an, now, "1.1", "?tu=nam-truoc")
    assert '<input type="radio" name="level" value="1" checked' in text


def test_what_is_stored_is_not_replaced_when_there_is_nothing_to_take_over(
    client: Client, world: World, now: Dossier
) -> None:
    publish_year_before(now, said={"2.1": {"facts": {}, "not_applicable": True}})
    world.fill(world.cast.north, world.cast.an, {}, EVENING)
    text = page(client, world.cast.an, now, query="?tu=nam-truoc")
    assert "không áp dụng" in text
    assert "data-dirty" not in text


def test_a_locked_leaf_offers_nothing_to_fill(
    client: Client, world: World, now: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_year_before(now)
    monkeypatch.setattr(clock, "now", lambda: moment("20/12/2022 00:00"))
    text = page(client, world.cast.an, now, query="?tu=nam-truoc")
    assert "Năm 2021" in text
    assert "Điền số liệu năm trước" not in text
    assert "data-dirty" not in text


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"year": 2020}, id="two years before"),
        pytest.param({"authority": "office"}, id="of another authority"),
    ],
)
def test_other_rounds_are_no_year_before(client: Client, world: World, now: Dossier, fields: dict[str, Any]) -> None:
    if "authority" in fields:
        fields = {"authority": world.cast.office}
    publish_year_before(now, **fields)
    assert "last-year-title" not in page(client, world.cast.an, now)


def test_an_unpublished_year_tells_nothing(client: Client, world: World, now: Dossier) -> None:
    old = publish_year_before(now, stage=StageKey.COUNCIL)
    Dossier.objects.filter(pk=old.pk).update(state=DossierState.ADOPTED)
    assert "last-year-title" not in page(client, world.cast.an, now)


def test_another_unit_sees_its_own_year_only(client: Client, world: World, now: Dossier) -> None:
    south = world.dossier(world.cast.south)
    publish_year_before(now)
    assert "last-year-title" not in page(client, world.cast.em, south)
    assert "Năm 2021" in page(client, world.cast.giang, now)


def test_the_team_is_not_told(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    world = play_to("appraisal")
    monkeypatch.setattr(clock, "now", lambda: moment("22/12/2022 08:00"))
    now = world.dossier(world.cast.north)
    publish_year_before(now)
    assert "last-year-title" not in page(client, world.cast.chi, now)


def test_the_year_before_costs_at_most_one_query(client: Client, world: World, now: Dossier) -> None:
    client.force_login(world.cast.an)
    bare = queries(client, now)
    publish_year_before(now)
    assert (bare, queries(client, now)) == (5, 6)
    file = ContentFile(PDF, name="a.pdf")
    entry = Entry.objects.select_related("dossier__round", "dossier__unit", "dossier__block__edition").get(
        dossier=now, code="2.1"
    )
    actions.attach_evidence(entry, world.cast.an, EVENING, file=file)
    assert queries(client, now) == 6


# ---- its documents -------------------------------------------------------------


def proved(old: Dossier, code: str = "2.1", **fields: Any) -> Citation:
    """A document that proved the leaf a year before."""
    at = moment("10/12/2021 08:00")
    given = {"name": "Báo cáo 2021.pdf", "media_type": "application/pdf", "size": 9, "sha256": "a" * 64}
    given |= {"uploaded_by": User.objects.get(email="an@chiso.example"), "uploaded_at": at}
    document = Document.objects.create(unit=old.unit, **(given | fields))
    return Citation.objects.create(
        entry=entry_of(old, code), document=document, place="trang 2", stage=StageKey.SELF_ASSESSMENT, added_at=at
    )


def test_last_years_documents_are_opened_and_used_again(client: Client, world: World, now: Dossier) -> None:
    cited = proved(publish_year_before(now))
    text = page(client, world.cast.an, now)
    assert "Báo cáo 2021.pdf" in text
    assert "Của tiêu chí này năm 2021" in text
    assert f"?xem={cited.pk}#pane" in text
    sent = {"document": cited.document_id}
    assert client.post(reverse("assessments:cite", args=[now.pk, "2.1"]), sent).status_code == 302
    again = page(client, world.cast.an, now)
    assert "Của tiêu chí này năm 2021" not in again
    assert Citation.objects.filter(entry=entry_of(now, "2.1"), document=cited.document).exists()


def test_a_removed_document_of_last_year_is_a_trace_and_cannot_be_used(
    client: Client, world: World, now: Dossier
) -> None:
    cited = proved(publish_year_before(now), removed_at=EVENING, name="(đã gỡ)")
    text = page(client, world.cast.an, now)
    assert "Tài liệu đã gỡ theo quy định bảo vệ bí mật nhà nước ngày 12/12/2022." in text
    assert f"?xem={cited.pk}" not in text
    sent = {"document": cited.document_id}
    assert client.post(reverse("assessments:cite", args=[now.pk, "2.1"]), sent).status_code == 409
    assert not entry_of(now, "2.1").citations.exists()

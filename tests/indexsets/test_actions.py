from datetime import date

import pytest
from django.db import IntegrityError, transaction

from chiso.common.refusals import RuleViolation
from chiso.indexsets import actions
from chiso.indexsets.choices import EditionState, Response
from chiso.indexsets.models import Consultation, Criterion, Edition, Opinion
from chiso.indexsets.reading import index_set_of
from chiso.notices.models import Notice
from chiso.scoring import IndexSetErrors
from tests import cast
from tests.world import DATA, World, moment

pytestmark = pytest.mark.django_db
AT, ENDS = moment("16/11/2022 08:00"), moment("23/11/2022 00:00")
TEXT = (DATA / "small_set.yaml").read_text(encoding="utf-8")


@pytest.fixture
def world() -> World:
    world = World(cast.engage())
    actions.import_edition(world.cast.authority, world.cast.giang, AT, text=TEXT)
    return world


@pytest.fixture
def consultation(world: World) -> Consultation:
    people = world.cast
    actions.open_consultation(world.edition, people.giang, AT, bodies=[people.north, people.south], closes_at=ENDS)
    return Consultation.objects.select_related("edition__index_set").get()


def test_import_keeps_the_text_and_makes_the_tree(world: World) -> None:
    edition = world.edition
    assert (edition.state, edition.name, edition.version) == (EditionState.DRAFT, "Bộ chỉ số thử", 1)
    assert index_set_of(edition).id == "small"
    codes = list(Criterion.objects.order_by("position").values_list("code", "parent__code", "is_leaf"))
    assert codes[:3] == [("1", None, False), ("1.1", "1", True), ("1.2", "1", True)]


def test_importing_a_broken_set_saves_nothing(world: World) -> None:
    with pytest.raises(IndexSetErrors) as faults:
        actions.import_edition(
            world.cast.authority,
            world.cast.giang,
            AT,
            text=TEXT.replace("max: 8", "max: 9").replace("version: 1", "version: 2"),
        )
    assert "9" in str(faults.value)
    assert Edition.objects.count() == 1


def test_the_same_version_is_imported_once(world: World) -> None:
    with pytest.raises(RuleViolation, match="lần 1 đã có"):
        actions.import_edition(world.cast.authority, world.cast.giang, AT, text=TEXT)


def test_consulted_bodies_are_told_and_see_the_draft(consultation: Consultation, world: World) -> None:
    assert Notice.objects.filter(recipient=world.cast.em, text__contains="Lấy ý kiến").exists()
    assert Edition.objects.visible_to(world.cast.em).exists()
    assert not Edition.objects.visible_to(world.cast.chi).exists()


def give(consultation: Consultation, world: World, at=AT, text: str = "Đề nghị tăng điểm 1.1.") -> Opinion:
    by, unit = world.cast.an, world.cast.north
    opinion = actions.give_opinion(consultation, by, at, unit=unit, text=text)
    return Opinion.objects.select_related("consultation__edition__index_set").get(pk=opinion.pk)


def test_opinions_come_in_time_and_for_ones_own_body(consultation: Consultation, world: World) -> None:
    give(consultation, world)
    with pytest.raises(RuleViolation, match="hết 24 giờ ngày 22/11/2022"):
        give(consultation, world, at=ENDS)
    with pytest.raises(RuleViolation, match="thay mặt cơ quan của mình"):
        actions.give_opinion(consultation, world.cast.an, AT, unit=world.cast.south, text="Thay xã khác.")


def test_every_opinion_is_answered_before_issue(consultation: Consultation, world: World) -> None:
    opinion = give(consultation, world)
    edition = world.edition
    with pytest.raises(RuleViolation, match="Còn 1 ý kiến"):
        actions.issue_edition(edition, world.cast.ha, AT, number="2/QĐ", day=date(2022, 11, 25))
    with pytest.raises(RuleViolation, match="lý do"):
        actions.answer_opinion(opinion, world.cast.giang, AT, response=Response.DECLINED, text="")
    actions.answer_opinion(opinion, world.cast.giang, AT, response=Response.ACCEPTED, text="")
    actions.issue_edition(edition, world.cast.ha, AT, number="2/QĐ", day=date(2022, 11, 25))
    assert Edition.objects.visible_to(world.cast.chi).exists()
    with pytest.raises(RuleViolation, match="không còn ở bước lấy ý kiến"):
        actions.answer_opinion(
            Opinion.objects.select_related("consultation__edition__index_set").get(),
            world.cast.giang,
            AT,
            response=Response.DECLINED,
            text="Đổi ý",
        )
    with pytest.raises(RuleViolation):
        actions.issue_edition(world.edition, world.cast.ha, AT, number="3/QĐ", day=date(2022, 11, 25))


def test_consultation_needs_bodies_and_a_date_to_come(world: World) -> None:
    with pytest.raises(RuleViolation, match="phải sau"):
        actions.open_consultation(world.edition, world.cast.giang, AT, bodies=[world.cast.north], closes_at=AT)
    with pytest.raises(RuleViolation, match="Chưa chọn"):
        actions.open_consultation(world.edition, world.cast.giang, AT, bodies=[], closes_at=ENDS)


def test_database_knows_no_issued_edition_without_a_decision(world: World) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Edition.objects.update(state=EditionState.ISSUED)


@pytest.mark.parametrize("code", ["1/1", "1 1", "1.1?", "a#b"])
def test_codes_that_no_address_can_carry_are_refused(code: str) -> None:
    people = cast.engage()
    text = TEXT.replace('code: "1.1"', f'code: "{code}"')
    with pytest.raises(RuleViolation, match="chữ, số"):
        actions.import_edition(people.authority, people.giang, AT, text=text)
    assert not Edition.objects.exists()

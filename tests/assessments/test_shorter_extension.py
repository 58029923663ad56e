"""An extension that gives nobody more time is refused, with the longer one in force and the way to move it."""

import pytest
from django.test import Client
from django.urls import reverse

from chiso.assessments.actions import dossier as dossiers
from chiso.assessments.actions.extension import grant_extension
from chiso.assessments.models import Dossier
from chiso.common.refusals import RuleViolation
from chiso.notices.models import Notice
from chiso.organizations import clock
from chiso.organizations.models import Unit
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Extension
from tests.world import World, moment, play_to

pytestmark = pytest.mark.django_db

AT = moment("12/12/2022 09:00")
WAY_OUT = "Hạn đã cho không rút ngắn được; muốn lùi tiếp, hãy chọn ngày sau đó."


@pytest.fixture
def world() -> World:
    return play_to("self_assessment")


def extend(world: World, until: str, unit: Unit | None = None) -> Extension:
    stage = StageKey.SELF_ASSESSMENT
    return grant_extension(
        world.round, world.cast.giang, AT, stage=stage, until=moment(until), reason="Mưa lũ.", unit=unit
    )


def refusal(world: World, until: str, unit: Unit | None = None) -> str:
    told, given = Notice.objects.count(), Extension.objects.count()
    with pytest.raises(RuleViolation) as refused:
        extend(world, until, unit)
    assert (Notice.objects.count(), Extension.objects.count()) == (told, given)
    return str(refused.value)


def test_the_longer_one_of_the_unit_is_named(world: World) -> None:
    extend(world, "20/12/2022 00:00", world.cast.north)
    for until in ("18/12/2022 00:00", "20/12/2022 00:00"):
        words = refusal(world, until, world.cast.north)
        assert words.startswith("Xã Bắc đã được gia hạn, hết 24 giờ ngày 19/12/2022, nên hạn này không thêm thời gian.")
        assert words.endswith(WAY_OUT)
    extend(world, "18/12/2022 00:00", world.cast.south)  # Nothing that was given to another.
    extend(world, "18/12/2022 00:00")  # Others get more by it.
    extend(world, "21/12/2022 00:00", world.cast.north)


def test_the_longer_one_for_all_is_named(world: World) -> None:
    extend(world, "20/12/2022 00:00")
    for unit in (None, world.cast.north):
        assert refusal(world, "18/12/2022 00:00", unit).startswith("Tất cả đơn vị đã được gia hạn, hết 24 giờ")


def test_the_longer_time_of_a_returned_dossier_is_named(world: World) -> None:
    world.submitted()
    until = moment("22/12/2022 00:00")
    dossiers.return_dossier(world.dossier(world.cast.north), world.cast.giang, AT, reason="Thiếu.", until=until)
    words = refusal(world, "18/12/2022 00:00", world.cast.north)
    assert words.startswith("Hồ sơ của Xã Bắc đang được trả lại để hoàn thiện, hết 24 giờ ngày 21/12/2022")
    extend(world, "23/12/2022 00:00", world.cast.north)


def test_a_returned_dossier_that_was_late_is_still_forgiven(world: World) -> None:
    world.submitted()
    dossier, until = world.dossier(world.cast.north), moment("22/12/2022 00:00")
    dossiers.return_dossier(dossier, world.cast.giang, AT, reason="Thiếu.", until=until)
    Dossier.objects.filter(pk=dossier.pk).update(submitted_at=moment("16/12/2022 08:00"), late_days=2)
    extend(world, "18/12/2022 00:00", world.cast.north)
    assert world.dossier(world.cast.north).late_days == 0


def test_the_page_says_so_and_keeps_what_was_typed(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    extend(world, "20/12/2022 00:00", world.cast.north)
    monkeypatch.setattr(clock, "now", lambda: AT)
    client.force_login(world.cast.giang)
    url = reverse("assessments:extend", args=[world.round.pk])
    given = {"stage": "self_assessment", "unit": world.cast.north.pk, "until": "18/12/2022", "reason": "Mưa lũ ở thôn."}
    answer = client.post(url, given)
    assert answer.status_code == 422
    assert WAY_OUT in answer.content.decode()
    assert "Mưa lũ ở thôn." in answer.content.decode()
    assert Extension.objects.count() == 1

"""The curve of who handed over by when: where its points and deadlines lie, and where the overview shows it."""

import pytest
from django.test import Client
from django.urls import reverse

from chiso.assessments.choices import DossierState
from chiso.assessments.deadlines import Deadlines, deadlines
from chiso.assessments.models import Dossier
from chiso.assessments.pages.submission_curve import NARROW, Curve, submission_curve
from chiso.organizations import clock
from chiso.rounds.choices import StageKey
from tests.world import World, moment, play_to

pytestmark = pytest.mark.django_db
OPENED = moment("28/11/2022 08:00")


def draw(world: World, at: str, **extended: str) -> Curve:
    ends = Deadlines(
        moment("15/12/2022 00:00"),
        {None if unit == "all" else int(unit[1:]): moment(until) for unit, until in extended.items()},
    )
    curve = submission_curve(
        Dossier.objects.order_by("pk"), StageKey.SELF_ASSESSMENT, ends, OPENED, moment(at), width=NARROW
    )
    assert curve is not None
    return curve


def places(points: str) -> list[tuple[int, int]]:
    return [(int(x), int(y)) for x, y in (point.split(",") for point in points.split())]


def test_the_curve_climbs_by_one_for_each_unit_and_ends_now() -> None:
    curve = draw(play_to("submitted"), "14/12/2022 12:00")
    points = places(curve.points)
    assert points[0] == (curve.left, curve.bottom)
    assert sorted(x for x, _y in points) == [x for x, _y in points]
    assert points[-1][1] == curve.top, "both of two units"
    assert points[-1][0] == curve.end_x
    assert curve.end_label == "2 đơn vị"
    assert [(day.day, day.count, day.total) for day in curve.days] == [("13/12/2022", 1, 1), ("14/12/2022", 1, 2)]
    assert "2 trên 2 đơn vị đã gửi. Thời hạn: hết 24 giờ ngày 14/12/2022." in curve.text


def test_a_returned_dossier_does_not_count() -> None:
    world = play_to("submitted")
    Dossier.objects.filter(unit=world.cast.south).update(state=DossierState.RETURNED)
    assert draw(world, "14/12/2022 12:00").end_label == "1 đơn vị"


def test_deadline_and_extensions_are_marked_and_never_cover_each_other() -> None:
    world = play_to("submitted")
    curve = draw(world, "14/12/2022 12:00", u1="18/12/2022 00:00", u2="16/12/2022 00:00", all="17/12/2022 00:00")
    assert [mark.label for mark in curve.marks[:3]] == ["hạn 14/12", "gia hạn 15/12", "gia hạn 16/12"]
    assert len({mark.label_y for mark in curve.marks[:3]}) == 3
    assert all(curve.left <= mark.x <= curve.right for mark in curve.marks)


def test_late_hand_overs_stay_inside_the_drawing() -> None:
    world = play_to("submitted")
    Dossier.objects.filter(unit=world.cast.south).update(submitted_at=moment("20/01/2023 08:00"), late_days=37)
    curve = draw(world, "01/02/2023 12:00")
    assert all(curve.left <= x <= curve.right and curve.top <= y <= curve.bottom for x, y in places(curve.points))


def test_before_the_stage_opens_there_is_nothing_to_draw() -> None:
    world = play_to("submitted")
    ends = deadlines(world.round, StageKey.SUPPLEMENT)
    assert submission_curve(Dossier.objects.all(), StageKey.SUPPLEMENT, ends, None, OPENED) is None
    assert submission_curve([], StageKey.SELF_ASSESSMENT, ends, OPENED, OPENED) is None


# On the overview


def overview(client: Client, world: World, name: str, at: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(clock, "now", lambda: moment(at))
    client.force_login(world.cast.everyone()[name])
    return str(client.get(reverse("assessments:round", args=[world.round.pk])).content.decode())


def test_the_coordinator_urges_and_takes_the_figures_along_while_units_work(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = play_to("submitted")
    Dossier.objects.filter(unit=world.cast.south).update(state=DossierState.DRAFT, submitted_at=None)
    page = overview(client, world, "giang", "14/12/2022 12:00", monkeypatch)
    assert "Nộp hồ sơ theo ngày" in page
    assert "Đôn đốc 1 đơn vị…" in page
    assert reverse("tracking:chase", args=[world.round.pk]) in page
    assert reverse("tracking:board_file", args=[world.round.pk]) in page
    head = overview(client, world, "ha", "14/12/2022 12:00", monkeypatch)
    assert "Nộp hồ sơ theo ngày" in head
    assert "Đôn đốc 1 đơn vị…" not in head


def test_in_the_supplement_those_who_have_not_answered_are_urged(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = play_to("supplement")
    page = overview(client, world, "giang", "30/12/2022 12:00", monkeypatch)
    waiting = Dossier.objects.filter(state__in=(DossierState.NOTIFIED, DossierState.SUPPLEMENTING)).count()
    assert waiting
    assert f"Đôn đốc {waiting} đơn vị…" in page
    assert "Nộp hồ sơ theo ngày" in page


@pytest.mark.parametrize("stage", ["appraisal", "council", "published"])
def test_when_units_do_nothing_there_is_no_curve_and_nobody_to_urge(
    client: Client, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    page = overview(client, play_to(stage), "giang", "13/01/2023 12:00", monkeypatch)
    assert "Nộp hồ sơ theo ngày" not in page
    assert "Đôn đốc 1" not in page

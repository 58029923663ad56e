"""The submission of the council's result to the head (tờ trình)."""

import pytest
from django.test import Client
from django.urls import reverse

from chiso.documents.submission_paper import build, compose
from chiso.results import actions
from tests.documents.reading import Reading
from tests.results.test_correcting import REASON, adopt_again, ask, corrected
from tests.world import World, moment, play_to

pytestmark = pytest.mark.django_db
AT = moment("10/01/2023 09:00")


def text_of(world: World) -> str:
    return "\n".join(Reading(build(compose(world.round))).lines)


def test_the_draft_names_the_minutes_the_ranking_and_what_changed_since_the_notice() -> None:
    world = play_to("approval")
    paper = compose(world.round)
    assert (paper.number, paper.day, paper.symbol) == (None, None, "TTr-NV")
    assert paper.minutes == "Biên bản họp Hội đồng thẩm định (phiên thứ 1) ngày 09 tháng 01 năm 2023"
    assert paper.rankings[0][1][0][1:5] == ("Xã Bắc", "90,56", "1", "Tốt")
    [change] = paper.changes
    assert (change.unit, change.now, change.codes) == ("Xã Bắc", "90,56", ("2.1",))
    assert change.before != change.now
    text = text_of(world)
    for part in ("TỜ TRÌNH", "Kính gửi", "PHÒNG NỘI VỤ", "Phụ lục II", "1 tiêu chí ở 1 đơn vị", "90,56"):
        assert part in text


def test_the_submission_carries_its_number_date_and_words() -> None:
    world = play_to("approval")
    actions.submit_for_approval(world.round, world.cast.giang, AT, number="5/TTr-PNV", text="Dòng một.\nDòng hai.")
    text = text_of(world)
    for part in ("5/TTr-PNV", "ngày 10 tháng 01 năm 2023", "Dòng một.", "Dòng hai."):
        assert part in text


def test_after_approval_the_paper_says_what_was_frozen() -> None:
    world = play_to("approved")
    before = compose(world.round).rankings
    world.dossier(world.cast.north).entries.update(facts={}, score=None)
    assert compose(world.round).rankings == before


def test_a_correction_says_what_it_corrects_and_what_changed_since() -> None:
    world = play_to("published")
    ask(world)
    adopt_again(world)
    paper = compose(world.round)
    assert paper.number is None
    assert (paper.changes[0].before, paper.changes[0].codes) == ("90,56", ("2.1",))
    text = text_of(world)
    assert "Đính chính kết quả đã công bố theo Quyết định số 6/QĐ-UBND" in text
    assert REASON.rstrip(".") in text
    assert "phiên thứ 2" in text
    assert "THAY ĐỔI SO VỚI KẾT QUẢ ĐÃ CÔNG BỐ" in text


def test_an_approved_correction_keeps_its_own_submission() -> None:
    paper = compose(corrected("published").round)
    assert paper.number == "8/TTr-PNV"
    assert paper.changes[0].before == "90,56"


@pytest.mark.parametrize(("name", "status"), [("giang", 200), ("ha", 200), ("an", 403), ("dung", 403), ("son", 404)])
def test_the_paper_is_for_those_who_run_the_round(client: Client, name: str, status: int) -> None:
    world = play_to("approval")
    client.force_login(world.cast.everyone()[name])
    assert client.get(reverse("documents:submission", args=[world.round.pk])).status_code == status


def test_there_is_no_paper_before_adoption(client: Client) -> None:
    world = play_to("council")
    client.force_login(world.cast.giang)
    assert client.get(reverse("documents:submission", args=[world.round.pk])).status_code == 404

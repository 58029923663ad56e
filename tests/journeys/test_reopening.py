"""Team and council ask a unit about one leaf by a numbered request: that leaf opens, and nothing beside it."""

import pytest
from playwright.sync_api import expect

from chiso.assessments.models import Citation, Dossier, Explanation, Reopening
from chiso.rounds.choices import Panel, StageKey
from tests.journeys.people import Person, Stage
from tests.journeys.test_index_set import is_accessible
from tests.journeys.test_round import attach, judge
from tests.world import PDF, World, moment, play_to

pytestmark = pytest.mark.journey

LEAVES = ("1.1", "1.2", "2.1", "2.2", "B.1")


def ask(person: Person, dossier: int, code: str, number: str, until: str) -> Reopening:
    """From the line of the score to the form; a double click asks once."""
    person.go(f"/ho-so/{dossier}/{code}/qua-trinh/")
    person.page.get_by_role("link", name="Yêu cầu giải trình, bổ sung…").click()
    person.page.locator("[name=number]").fill(number)
    person.page.locator("[name=reason]").fill("Gửi bảng kê nhiệm vụ.")
    person.page.locator("[name=until]").fill(until)
    is_accessible(person)
    person.press_twice()
    person.sees("Đã gửi yêu cầu đến Xã Bắc.")
    is_accessible(person)
    return Reopening.objects.get(number=number)


def open_leaves(editor: Person, dossier: int) -> list[str]:
    """The leaves on which this person finds something to answer or to attach."""
    found = []
    for code in LEAVES:
        page = editor.page.request.get(f"{editor.url}/ho-so/{dossier}/{code}/").text()
        found += [code] if "Lưu giải trình" in page or 'id="upload"' in page else []
    return found


def answer(an: Person, dossier: int) -> None:
    """Home leads to the leaf; the unit explains, proposes another figure and adds a file."""
    an.go("/")
    an.sees("7/YC-TCV")
    an.go(f"/ho-so/{dossier}/1.2/")
    an.sees("Gửi bảng kê nhiệm vụ.")
    an.page.locator("textarea[name=text]").fill("Gửi bảng kê, đã làm 9 trên 10 nhiệm vụ.")
    an.page.locator("#leaf-facts input[name=numerator]").fill("9")
    is_accessible(an)
    an.press("Lưu giải trình")
    an.page.wait_for_load_state()
    attach(an, dossier, "1.2", "Bảng kê.pdf", PDF + b"\n")
    is_accessible(an)
    said = Explanation.objects.get(entry__code="1.2")
    assert (said.facts, said.entry.facts["numerator"]) == ({"numerator": "9", "denominator": "10"}, "8")
    assert Citation.objects.get(entry__code="1.2").stage == StageKey.REAPPRAISAL


def settle(person: Person, row: Reopening) -> None:
    person.go(f"/yeu-cau/{row.pk}/xem-xet/")
    person.page.locator("[name=conclusion]").fill("Đã xem xét.")
    is_accessible(person)
    person.press_twice()


def the_team_asks(stage: Stage, world: World, dossier: int, an: Person) -> None:
    people = world.cast
    stage.set_clock(moment("04/01/2023 10:00"))
    khanh, chi, em = (stage.sign_in(one) for one in (people.khanh, people.chi, people.em))
    assert open_leaves(an, dossier) == []
    path = f"/ho-so/{dossier}/1.2/mo-lai/"
    assert (an.status(path), chi.status(path), em.status(path)) == (403, 403, 404)
    row = ask(khanh, dossier, "1.2", "7/YC-TCV", "05/01/2023")
    assert (row.panel, row.entry.code, row.until) == (Panel.TEAM, "1.2", moment("06/01/2023 00:00"))
    assert open_leaves(an, dossier) == ["1.2"]
    assert em.status(f"/ho-so/{dossier}/1.2/") == 404
    assert open_leaves(em, world.dossier(people.south).pk) == []
    answer(an, dossier)

    khanh.go(f"/dot/{world.round.pk}/yeu-cau/")
    khanh.sees("chờ xem xét")
    is_accessible(khanh)
    settle(khanh, row)
    khanh.sees("chưa được thẩm định lại")
    chi.go(f"/dot/{world.round.pk}/tham-dinh/1.2/01/")
    chi.sees("Mới từ sau thẩm định lần 1")
    chi.sees("8 → 9")
    chi.sees("mới bổ sung")
    is_accessible(chi)
    judge(chi, "1.2", "01", "Đồng ý đề nghị của đơn vị", reason="Có bảng kê.")
    assert (an.status(f"/yeu-cau/{row.pk}/xem-xet/"), em.status(f"/yeu-cau/{row.pk}/xem-xet/")) == (403, 404)
    settle(khanh, row)
    khanh.sees("Đã xem xét xong yêu cầu số 7/YC-TCV.")
    row.refresh_from_db()
    assert None not in (row.answered_at, row.settled_at)
    assert f"{world.entry(people.north, '1.2').appraisals.get(pass_number=2).score:.2f}" == "6.00"
    assert open_leaves(an, dossier) == []


def the_council_asks(stage: Stage, world: World, dossier: int, an: Person) -> None:
    """The unit does not answer in time: the leaf closes by itself, and the request is settled without an answer."""
    stage.set_clock(moment("06/01/2023 09:00"))
    lan = stage.sign_in(world.cast.lan)
    row = ask(lan, dossier, "2.2", "2/YC-HĐ", "07/01/2023")
    assert row.panel == Panel.COUNCIL
    assert open_leaves(an, dossier) == ["2.2"]
    settle(lan, row)
    lan.sees("Đơn vị chưa trả lời và còn hạn")
    an.go(f"/ho-so/{dossier}/2.2/")
    an.page.locator("textarea[name=text]").fill("Gửi muộn.")
    stage.set_clock(moment("08/01/2023 00:00"))
    an.press("Lưu giải trình")  # The page was opened in time, the answer comes too late.
    an.sees("Đã quá hạn trả lời yêu cầu số 2/YC-HĐ")
    expect(an.page.locator("textarea[name=text]")).to_have_value("Gửi muộn.")
    is_accessible(an)
    assert open_leaves(an, dossier) == []
    settle(lan, row)
    lan.sees("Đã xem xét xong yêu cầu số 2/YC-HĐ.")
    row.refresh_from_db()
    assert (row.answered_at, row.settled_at is None) == (None, False)
    assert set(Explanation.objects.values_list("entry__code", flat=True)) == {"1.2", "2.1"}


def test_one_leaf_is_reopened_by_a_request(stage: Stage) -> None:
    world = play_to("reappraisal")
    dossier = Dossier.objects.get(unit=world.cast.north).pk
    an = stage.sign_in(world.cast.an)
    the_team_asks(stage, world, dossier, an)
    world.council()
    the_council_asks(stage, world, dossier, an)
    assert Reopening.objects.count() == 2

"""Every page of the round at 1280 and 390 px: no axe violation, no sideways scrolling, no English left over."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from chiso.assessments.models import Dossier, JudgementDraft, Meeting, ReadyReason
from chiso.indexsets.models import Edition
from chiso.organizations import clock
from chiso.results.models import Publication, Submission
from chiso.rounds.choices import Position
from chiso.rounds.models import Block, PanelMember, Round
from tests.journeys.people import Stage
from tests.world import World, moment, play_to

pytestmark = pytest.mark.journey

# stage played to: (the moment, [(person, path)])
VISITS: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "preparation": (
        "27/11/2022 08:00",
        [
            ("giang", "/"),
            ("giang", "/dot/"),
            ("giang", "/dot/{round}/"),
            ("giang", "/ke-hoach/nhap/"),
            ("giang", "/dot/{round}/ke-hoach/"),
            ("giang", "/dot/{round}/ke-hoach/dong/3.1/doi-han/"),
            ("giang", "/ngay-nghi/?nam=2023"),
            ("giang", "/dot/{round}/nhiem-vu/"),
            ("giang", "/dot/{round}/nhiem-vu/4.2/"),
            ("khanh", "/dot/{round}/nhiem-vu/3.2/"),
            ("giang", "/dot/{round}/hoi-dong/"),
            ("giang", "/dot/{round}/hoi-dong/bo-sung/"),
            ("giang", "/dot/{round}/hoi-dong/do-phu/"),
            ("giang", "/dot/{round}/hoi-dong/do-phu/{block}/2/"),
            ("giang", "/dot/{round}/hoi-dong/do-phu/{block}/2.1/"),
            ("khanh", "/dot/{round}/hoi-dong/de-xuat/"),
            ("khanh", "/dot/{round}/hoi-dong/{seat}/phan-cong/"),
            ("khanh", "/dot/{round}/hoi-dong/{seat}/phan-cong/?scope=units"),
            ("giang", "/dot/{round}/hoi-dong/{seat}/thay/"),
            ("giang", "/dot/{round}/hoi-dong/{seat}/nhiem-ky/"),
            ("giang", "/dot/{round}/hoi-dong/{seat}/xung-dot/"),
            ("giang", "/dot/{round}/quy-dinh/tham-dinh/"),
            ("giang", "/dot/{round}/quy-dinh/"),
            ("giang", "/dot/{round}/don-doc/"),
            ("giang", "/dot/{round}/don-doc/da-nhac/"),
            ("giang", "/dot/{round}/don-doc/quy-dinh/"),
            ("giang", "/dot/{round}/chuyen-buoc/"),
            ("giang", "/bo-chi-so/"),
            ("giang", "/bo-chi-so/{edition}/"),
            ("giang", "/bo-chi-so/nhap/"),
            ("giang", "/bo-chi-so/thu-vien/"),
            ("giang", "/bo-chi-so/{edition}/soan-tu-bo-nay/"),
            ("giang", "/bo-chi-so/so-sanh/?cu={edition}&moi={edition}"),
        ],
    ),
    "submitted": (
        "14/12/2022 20:00",
        [
            ("an", "/"),
            ("an", "/ho-so/{dossier}/"),
            ("an", "/ho-so/{dossier}/2.2/"),
            ("an", "/ho-so/{dossier}/con-thieu/"),
            ("an", "/ho-so/{dossier}/bien-nhan/"),
            ("binh", "/ho-so/{dossier}/nop/"),
            ("giang", "/dot/{round}/gia-han/"),
            ("ha", "/dot/{round}/don-doc/"),
            ("giang", "/thong-bao/"),
            ("giang", "/thong-bao/gui-di/"),
            ("an", "/thong-bao/cach-nhan/"),
            ("giang", "/dot/{round}/"),
            ("giang", "/dot/{round}/tien-do/"),
            ("giang", "/dot/{round}/tien-do/?mang=4&ty_le=thang"),
            ("ha", "/dot/{round}/bao-cao-nhanh/"),
            ("an", "/lich/"),
        ],
    ),
    "appraisal": (
        "22/12/2022 08:00",
        [
            ("chi", "/"),
            ("chi", "/dot/{round}/tham-dinh/"),
            ("chi", "/dot/{round}/tham-dinh/1.1/01/"),
            ("chi", "/dot/{round}/tham-dinh/dong-y/"),
            ("khanh", "/dot/{round}/tham-dinh/ket-thuc/"),
            ("chi", "/dot/{round}/tham-dinh/2.1/01/"),
            ("chi", "/dot/{round}/tham-dinh/ly-do-mau/"),
            ("chi", "/dot/{round}/tham-dinh/ly-do-mau/{reason}/"),
            ("khanh", "/dot/{round}/tham-dinh/ly-do-mau/"),
            ("khanh", "/dot/{round}/tham-dinh/ly-do-mau/?lan=2"),
        ],
    ),
    "notice": ("28/12/2022 08:00", [("giang", "/dot/{round}/thong-bao/")]),
    "supplement": (
        "02/01/2023 08:00",
        [
            ("an", "/ho-so/{dossier}/thong-bao/"),
            ("an", "/ho-so/{dossier}/2.1/"),
            ("binh", "/ho-so/{dossier}/gui-giai-trinh/"),
        ],
    ),
    "approval": (
        "09/01/2023 10:00",
        [
            ("dung", "/dot/{round}/hop/"),
            ("dung", "/hop/{meeting}/"),
            ("dung", "/hop/{meeting}/muc/2.1/01/"),
            ("dung", "/hop/{meeting}/muc/2.1/01/?co-chu=lon"),
            ("giang", "/dot/{round}/to-trinh/"),
            ("giang", "/dot/{round}/ket-qua/"),
        ],
    ),
    "published": (
        "13/01/2023 08:00",
        [
            ("an", "/ho-so/{dossier}/2.1/"),
            ("an", "/dot/{round}/ket-qua/01/"),
            ("ha", "/dot/{round}/phe-duyet/"),
            ("giang", "/dot/{round}/cong-bo/"),
            ("", "/cong-bo/"),
            ("", "/cong-bo/{publication}/"),
            ("", "/tai-khoan/login/"),
        ],
    ),
}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def numbers() -> dict[str, object]:
    models = {
        "round": Round,
        "edition": Edition,
        "meeting": Meeting,
        "submission": Submission,
        "publication": Publication,
        "block": Block,
        "reason": ReadyReason,
    }
    found = {name: model.objects.values_list("pk", flat=True).first() for name, model in models.items()}
    dossier = Dossier.objects.filter(unit__code="01").values_list("pk", flat=True).first()
    seat = PanelMember.objects.filter(position=Position.EXPERT).values_list("pk", flat=True).first()
    return found | {"dossier": dossier, "seat": seat}


def lay_on_the_desk(world: World) -> None:
    """Reasons of Chi and of the team, and a draft of Chi that was begun on an older judgement of 2.1."""
    for owner in (world.cast.chi, None):
        for text in ("Chưa có tài liệu kiểm chứng.", "Số liệu không khớp."):
            ReadyReason.objects.create(round=world.round, owner=owner, pass_number=1, text=text)
    words = {"choice": "decided", "points": "4", "reason": "Thiếu bảng kê.", "needs_visit": "on"}
    entry, at = world.entry(world.cast.north, "2.1"), moment("21/12/2022 21:04")
    JudgementDraft.objects.create(entry=entry, pass_number=1, user=world.cast.chi, words=words, version=1, saved_at=at)


@pytest.mark.parametrize("played", VISITS)
def test_pages_are_accessible_and_fit_a_telephone(stage: Stage, played: str) -> None:
    at, visits = VISITS[played]
    world = play_to(played)
    if played == "appraisal":
        lay_on_the_desk(world)
    stage.set_clock(moment(at))
    names = sorted({name for name, _path in visits if name})  # each signs in once: too many a minute are refused
    signed_in = {name: stage.sign_in(getattr(world.cast, name)) for name in names}
    signed_in[""] = stage.stranger()
    wrong = []
    for name, path in visits:
        person = signed_in[name]
        person.go(path.format(**numbers()))
        violations = Axe().run(person.page, options=RULES).response["violations"]
        wrong += [f"{path}: {fault['id']} {fault['nodes'][0]['html'][:120]}" for fault in violations]
        person.page.set_viewport_size({"width": 390, "height": 844})
        if person.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            wrong.append(f"{path}: scrolls sideways at 390 px")
        person.page.set_viewport_size({"width": 1280, "height": 900})
    assert wrong == []
    clock.forget()

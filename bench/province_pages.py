"""What is asked at the size of a province: every page, by whom, in the stage where it has most to do.

Names in braces are keys of `bench.province`. Files that are downloaded are no pages: they have a limit of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass

PAGE, FILE = "province", "province files"
"""The budget a page is held to."""


@dataclass(frozen=True)
class Asked:
    """One address; `data` is posted, and what that changes is taken back."""

    name: str
    who: str
    path: str
    data: Mapping[str, str] | None = None
    budget: str = PAGE


def _file(name: str, who: str, path: str) -> Asked:
    return Asked(name, who, path, budget=FILE)


_EXTEND = {"stage": "self_assessment", "unit": "all", "until": "{later}", "reason": "Mất điện."}
_MOVE = {"deadline_text": "Trước ngày {later}", "reason": "Theo công văn.", "shown": "{shown}"}
_MOVE |= {"guidance_number": "Công văn số 1/CV", "guidance_date": "01/02/2022"}

STAGES: Mapping[str, tuple[Asked, ...]] = {
    "self_assessment": (
        Asked("board", "coordinator", "/dot/{round}/tien-do/"),
        Asked("board, filtered", "coordinator", "/dot/{round}/tien-do/?mang=3&ty_le=thang"),
        Asked("brief", "coordinator", "/dot/{round}/bao-cao-nhanh/"),
        Asked("rounds", "coordinator", "/dot/"),
        Asked("overview", "coordinator", "/dot/{round}/"),
        Asked("overview, unit", "editor-0", "/dot/{round}/"),
        Asked("chase", "coordinator", "/dot/{round}/don-doc/"),
        Asked("urgings", "coordinator", "/dot/{round}/don-doc/da-nhac/"),
        _file("board as Excel", "coordinator", "/dot/{round}/tien-do/tep/"),
        Asked("home, coordinator", "coordinator", "/"),
        Asked("home, head", "head", "/"),
        Asked("home, editor", "editor-0", "/"),
        Asked("home, approver", "approver", "/"),
        Asked("inbox", "editor-0", "/thong-bao/"),
        Asked("deliveries", "coordinator", "/thong-bao/gui-di/"),
        Asked("calendar", "coordinator", "/lich/"),
        Asked("dossier", "editor-0", "/ho-so/{dossier}/"),
        Asked("dossier, leaf", "editor-0", "/ho-so/{dossier}/{leaf}/"),
        Asked("dossier, coordinator", "coordinator", "/ho-so/{dossier}/"),
        Asked("missing", "editor-0", "/ho-so/{dossier}/con-thieu/"),
        Asked("submit", "approver", "/ho-so/{dossier}/nop/"),
        Asked("sharing", "approver", "/ho-so/{dossier}/phan-cong/"),
        Asked("workbook", "editor-0", "/ho-so/{dossier}/bang-tinh/"),
        _file("workbook as Excel", "editor-0", "/ho-so/{dossier}/bang-tinh/tai-ve/"),
        Asked("many files", "editor-0", "/ho-so/{dossier}/tep/"),
        Asked("document, secrecy", "coordinator", "/tai-lieu/{citation}/bi-mat/"),
        Asked("receipt", "coordinator", "/ho-so/{sent}/bien-nhan/"),
        Asked("return dossier", "coordinator", "/ho-so/{sent}/tra-lai/"),
        Asked("history, dossier", "editor-0", "/ho-so/{dossier}/qua-trinh/"),
        Asked("history, leaf", "editor-0", "/ho-so/{dossier}/{leaf}/qua-trinh/"),
        Asked("extension", "coordinator", "/dot/{round}/gia-han/"),
        Asked("extension, preview", "coordinator", "/dot/{round}/gia-han/", _EXTEND),
        Asked("move a deadline", "coordinator", "/dot/{round}/ke-hoach/dong/3.2/doi-han/"),
        Asked("move a deadline, preview", "coordinator", "/dot/{round}/ke-hoach/dong/3.2/doi-han/", _MOVE),
        Asked("next stage", "coordinator", "/dot/{round}/chuyen-buoc/"),
        Asked("plan", "coordinator", "/dot/{round}/ke-hoach/"),
        Asked("tasks", "coordinator", "/dot/{round}/nhiem-vu/"),
        Asked("task", "coordinator", "/dot/{round}/nhiem-vu/3.2/"),
        Asked("block", "coordinator", "/dot/{round}/khoi/"),
        Asked("rules", "coordinator", "/dot/{round}/quy-dinh/"),
        Asked("panels", "coordinator", "/dot/{round}/hoi-dong/"),
        Asked("coverage", "coordinator", "/dot/{round}/hoi-dong/do-phu/"),
        Asked("coverage, leaf", "coordinator", "/dot/{round}/hoi-dong/do-phu/{block}/{leaf}/"),
        Asked("assign", "leader", "/dot/{round}/hoi-dong/{expert}/phan-cong/"),
        Asked("assign, units", "leader", "/dot/{round}/hoi-dong/{expert}/phan-cong/?scope=units"),
        Asked("propose assignments", "leader", "/dot/{round}/hoi-dong/de-xuat/"),
        Asked("conflicts", "coordinator", "/dot/{round}/hoi-dong/{expert}/xung-dot/"),
        Asked("index set", "editor-0", "/bo-chi-so/{edition}/"),
        Asked("official figures, list", "coordinator", "/dot/{round}/so-lieu/"),
        Asked("official figures", "coordinator", "/dot/{round}/so-lieu/{block}/{official}/"),
    ),
    "carry_over": (
        Asked("carry-over", "coordinator", "/dot/{round}/khoi/{block}/chuyen-ban/"),
        Asked("overview, new edition", "coordinator", "/dot/{round}/"),
    ),
    "appraisal": (
        Asked("home, expert", "expert-1", "/"),
        Asked("home, leader", "leader", "/"),
        Asked("home, coordinator", "coordinator", "/"),
        Asked("board, appraisal", "coordinator", "/dot/{round}/tien-do/"),
        Asked("overview, appraisal", "coordinator", "/dot/{round}/"),
        Asked("appraisal", "expert-1", "/dot/{round}/tham-dinh/"),
        Asked("appraisal, leader", "leader", "/dot/{round}/tham-dinh/"),
        Asked("appraisal by unit, leader", "leader", "/dot/{round}/tham-dinh/?theo=don-vi"),
        Asked("appraisal filtered, leader", "leader", "/dot/{round}/tham-dinh/?theo=don-vi&loc=khac"),
        Asked("workspace", "expert-1", "/dot/{round}/tham-dinh/{leaf}/X001/"),
        Asked("workspace, leader", "leader", "/dot/{round}/tham-dinh/{leaf}/X001/"),
        Asked("workspace by unit", "leader", "/dot/{round}/tham-dinh/{leaf}/X001/?theo=don-vi&loc=cho"),
        Asked("workspace, independent", "expert-8", "/dot/{round}/tham-dinh/{apart}/"),
        Asked("agree, criteria", "leader", "/dot/{round}/tham-dinh/dong-y/"),
        Asked("agree, units", "expert-1", "/dot/{round}/tham-dinh/{leaf}/dong-y/"),
        Asked("agree, confirm", "leader", "/dot/{round}/tham-dinh/dong-y/?{every_leaf}"),
        Asked("sign-off", "leader", "/dot/{round}/tham-dinh/ket-thuc/"),
        Asked("agreement", "coordinator", "/dot/{round}/tham-dinh/thong-nhat/"),
        Asked("matrix, appraisal", "leader", "/dot/{round}/tong-hop/"),
        Asked("matrix of an expert", "expert-1", "/dot/{round}/tong-hop/"),
        Asked("dossier, expert", "expert-1", "/ho-so/{dossier}/"),
        Asked("dossier, leader", "leader", "/ho-so/{dossier}/{leaf}/"),
    ),
    "notice": (
        Asked("send notices", "coordinator", "/dot/{round}/thong-bao/"),
        Asked("overview, notice", "coordinator", "/dot/{round}/"),
    ),
    "reappraisal": (
        Asked("appraisal, pass 2", "leader", "/dot/{round}/tham-dinh/"),
        Asked("appraisal by unit, pass 2", "leader", "/dot/{round}/tham-dinh/?theo=don-vi"),
        Asked("workspace, pass 2", "leader", "/dot/{round}/tham-dinh/{explained}/?loc=cho"),
        Asked("sign-off, pass 2", "leader", "/dot/{round}/tham-dinh/ket-thuc/"),
        Asked("notices", "coordinator", "/dot/{round}/thong-bao/"),
        Asked("notices as files", "coordinator", "/dot/{round}/thong-bao/tat-ca/"),
        Asked("notice", "editor-0", "/ho-so/{dossier}/thong-bao/"),
        Asked("dossier, explained", "editor-0", "/ho-so/{dossier}/"),
        Asked("dossier, coordinator, explained", "coordinator", "/ho-so/{dossier}/"),
        Asked("reopenings", "leader", "/dot/{round}/yeu-cau/"),
        Asked("board, reappraisal", "coordinator", "/dot/{round}/tien-do/"),
        Asked("overview, reappraisal", "coordinator", "/dot/{round}/"),
    ),
    "council": (
        Asked("home, chair", "chair", "/"),
        Asked("home, secretary", "secretary", "/"),
        Asked("meetings", "secretary", "/dot/{round}/hop/"),
        Asked("meeting", "chair", "/hop/{meeting}/"),
        Asked("meeting, secretary", "secretary", "/hop/{meeting}/"),
        Asked("meeting, near ties", "secretary", "/hop/{meeting}/?nhom=sat-diem"),
        Asked("item", "chair", "/hop/{meeting}/muc/{item}/"),
        Asked("item, to vote on", "member-1", "/hop/{meeting}/muc/{open_item}/"),
        Asked("tally", "member-1", "/noi-dung/{motion}/phieu/"),
        Asked("add item", "secretary", "/hop/{meeting}/them-muc/"),
        Asked("propose", "secretary", "/hop/{meeting}/de-nghi/{item}/"),
        Asked("en bloc", "chair", "/hop/{meeting}/thong-qua-chung/"),
        Asked("adopt, still waiting", "chair", "/hop/{meeting}/thong-nhat/"),
        Asked("matrix", "coordinator", "/dot/{round}/tong-hop/"),
        Asked("matrix, every leaf", "chair", "/dot/{round}/tong-hop/?cot=tat-ca"),
        Asked("matrix, cut", "coordinator", "/dot/{round}/tong-hop/?cot=tat-ca&chi=bi-ha"),
        Asked("matrix, disputed", "coordinator", "/dot/{round}/tong-hop/?cot=tat-ca&chi=con-y-kien"),
        _file("matrix as Excel", "coordinator", "/dot/{round}/tong-hop/tai-ve/"),
        _file("matrix of an area as Excel", "coordinator", "/dot/{round}/tong-hop/tai-ve/?chi=bi-ha"),
        Asked("history, dossier, council", "coordinator", "/ho-so/{dossier}/qua-trinh/"),
        Asked("history, leaf, council", "coordinator", "/ho-so/{dossier}/{leaf}/qua-trinh/"),
        Asked("history, criterion", "coordinator", "/dot/{round}/qua-trinh/{leaf}/"),
        Asked("dossier, chair", "chair", "/ho-so/{dossier}/"),
        Asked("board, council", "coordinator", "/dot/{round}/tien-do/"),
        Asked("overview, council", "coordinator", "/dot/{round}/"),
    ),
    "concluded": (
        Asked("adopt", "chair", "/hop/{meeting}/thong-nhat/"),
        Asked("meeting, concluded", "chair", "/hop/{meeting}/"),
    ),
    "approval": (
        Asked("home, head, approval", "head", "/"),
        Asked("result as it stands", "coordinator", "/dot/{round}/ket-qua/"),
        Asked("result of a unit as it stands", "coordinator", "/dot/{round}/ket-qua/X001/"),
        Asked("approval", "head", "/dot/{round}/phe-duyet/"),
        Asked("approve", "head", "/to-trinh/{submission}/phe-duyet/"),
        Asked("return result", "head", "/to-trinh/{submission}/tra-lai/"),
        Asked("meeting, adopted", "chair", "/hop/{meeting}/"),
        Asked("overview, approval", "coordinator", "/dot/{round}/"),
    ),
    "published": (
        Asked("home, editor, published", "editor-0", "/"),
        Asked("result", "editor-0", "/dot/{round}/ket-qua/"),
        Asked("result of a unit", "editor-0", "/dot/{round}/ket-qua/X000/"),
        Asked("result of a unit, coordinator", "coordinator", "/dot/{round}/ket-qua/X000/"),
        Asked("approval, published", "head", "/dot/{round}/phe-duyet/"),
        Asked("publish", "coordinator", "/dot/{round}/cong-bo/"),
        Asked("ask to correct", "coordinator", "/dot/{round}/dinh-chinh/"),
        Asked("verify", "coordinator", "/ket-qua/{result}/kiem-tra/"),
        _file("frozen copy", "coordinator", "/ket-qua/{result}/ban-chup.json"),
        Asked("publications", "", "/cong-bo/"),
        Asked("publication", "", "/cong-bo/{publication}/"),
        _file("publication as CSV", "", "/cong-bo/{publication}/ket-qua.csv"),
        _file("publication as JSON", "", "/cong-bo/{publication}/ket-qua.json"),
        Asked("matrix, published", "coordinator", "/dot/{round}/tong-hop/"),
        Asked("dossier, published", "editor-0", "/ho-so/{dossier}/"),
        Asked("overview, published", "coordinator", "/dot/{round}/"),
        Asked("board, published", "coordinator", "/dot/{round}/tien-do/"),
    ),
}

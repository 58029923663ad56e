"""The difference of two sets: matching across new numbers, and every kind of change in words."""

from typing import Any

from chiso.indexsets.exchange import ChangeKind, compare, read_file
from chiso.scoring import IndexSet
from tests.indexsets.exchange.test_round_trips import shipped
from tests.scoring.builders import LEVELS, area, leaf, make_set, ratio


def named(code: str, name: str, rule: dict[str, Any] = LEVELS, **keys: Any) -> dict[str, Any]:
    return leaf(code, rule, **{"name": name, **keys})


OLD = make_set(
    area(
        "1",
        named("1.1", "Ban hành kế hoạch cải cách hành chính năm"),
        named("1.2", "Kiểm tra công tác cải cách hành chính"),
        named("1.3", "Tuyên truyền cải cách hành chính"),
        named("1.4", "Sáng kiến trong cải cách hành chính"),
        max="4",
    ),
    area("2", named("2.1", "Giải quyết hồ sơ đúng hạn", ratio(target="90")), max="1"),
    scale="5",
    classes=[{"name": "Tốt", "min": "4"}],
)
NEW = make_set(
    area(
        "1",
        named("1.1", "Bố trí kinh phí cho nhiệm vụ"),
        named("1.2", "Ban hành kế hoạch cải cách hành chính năm", max="2"),
        named("1.3", "Kiểm tra công tác cải cách hành chính", evidence=["Biên bản"]),
        max="4",
        owner="Văn phòng",
    ),
    area(
        "2",
        named("2.1", "Giải quyết hồ sơ đúng hạn", ratio(target="95", on_zero="full")),
        named("2.2", "Sáng kiến trong công tác cải cách hành chính"),
        max="2",
    ),
    scale="6",
    classes=[{"name": "Tốt", "min": "5"}],
)
TEXT = """\
Cũ: Bộ thử
Mới: Bộ thử
Khác nhau: 1 mục thêm, 1 mục bỏ, 6 mục thay đổi.

THÔNG TIN CHUNG
- Thang điểm: 5 → 6
- Xếp loại: Tốt từ 4 → Tốt từ 5

THÊM
- 1.1 Bố trí kinh phí cho nhiệm vụ (1 điểm)

BỎ
- 1.3 Tuyên truyền cải cách hành chính (1 điểm)

THAY ĐỔI
- 1 Lĩnh vực 1
  · Bộ phận phụ trách: không có → Văn phòng
- 1.2 Ban hành kế hoạch cải cách hành chính năm
  · Mã: 1.1 → 1.2
  · Điểm tối đa: 1 → 2
- 1.3 Kiểm tra công tác cải cách hành chính
  · Mã: 1.2 → 1.3
  · Tài liệu kiểm chứng: không có → Biên bản
- 2 Lĩnh vực 2
  · Điểm tối đa: 1 → 2
- 2.1 Giải quyết hồ sơ đúng hạn
  · Cách chấm:
    cũ: Tỷ lệ so với mục tiêu: Tử số: số đạt; Mẫu số: tổng số; Mục tiêu: 90%
    mới: Tỷ lệ so với mục tiêu: Tử số: số đạt; Mẫu số: tổng số; Mục tiêu: 95%; Khi mẫu số bằng 0: đạt điểm tối đa
- 2.2 Sáng kiến trong công tác cải cách hành chính
  · Mã: 1.4 → 2.2
  · Chuyển từ: 1 Lĩnh vực 1 → 2 Lĩnh vực 2
  · Tên: Sáng kiến trong cải cách hành chính → Sáng kiến trong công tác cải cách hành chính
"""


def test_the_text() -> None:
    assert compare(OLD, NEW).to_text() == TEXT


def test_the_data() -> None:
    difference = compare(OLD, NEW)
    assert set(difference.pairs) == {
        ("1", "1"),
        ("1.1", "1.2"),
        ("1.2", "1.3"),
        ("2", "2"),
        ("2.1", "2.1"),
        ("1.4", "2.2"),
    }
    assert [(one.kind, one.old_code, one.new_code) for one in (*difference.removed, *difference.added)] == [
        (ChangeKind.REMOVED, "1.3", ""),
        (ChangeKind.ADDED, "", "1.1"),
    ]
    scored = {one.new_code: one.is_scored_otherwise for one in difference.changed}
    assert scored == {"1": False, "1.2": True, "1.3": False, "2": True, "2.1": True, "2.2": False}
    moved = next(one for one in difference.changed if one.new_code == "2.2")
    assert (moved.has("parent"), moved.has("name"), moved.has("rule"), moved.is_leaf) == (True, True, False, True)


def test_the_same_is_the_same() -> None:
    for index_set in (OLD, shipped("commune_nq57_2026")):
        difference = compare(index_set, index_set)
        assert difference.is_same
        assert difference.to_text() == "Hai bộ chỉ số giống nhau.\n"
        assert len(difference.pairs) == len(index_set.nodes)


def only(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    difference = compare(make_set(old), make_set(new))
    return [str(field) for change in difference.changed for field in change.fields]


def test_the_order_of_children() -> None:
    one, two = named("1.1", "Kế hoạch năm"), named("1.2", "Báo cáo quý")
    assert only(area("1", one, two, max="2"), area("1", two, one, max="2")) == ["Thứ tự cấp dưới: 1.1, 1.2 → 1.2, 1.1"]


def test_a_new_name_under_the_same_code_is_the_same_leaf_only_with_the_same_rule() -> None:
    old = area("1", named("1.1", "Kế hoạch năm"), max="1")
    assert only(old, area("1", named("1.1", "Chương trình công tác"), max="1")) == [
        "Tên: Kế hoạch năm → Chương trình công tác"
    ]
    other = compare(make_set(old), make_set(area("1", named("1.1", "Chương trình", ratio(target="50")), max="1")))
    assert (len(other.added), len(other.removed), len(other.changed)) == (1, 1, 0)


def test_other_keys_in_words() -> None:
    claim = {"not_applicable": {"policy": "full", "when": "không phát sinh"}, "method": "official", "as_of": "year_end"}
    old, new = area("1", named("1.1", "A B"), max="1"), area("1", named("1.1", "A B", **claim), max="1")
    assert only(old, new) == [
        "Cách lấy số liệu: Tự chấm → Cơ quan khác cung cấp số liệu",
        "Thời điểm chốt số liệu: không có → Cuối năm",
        "Khi không áp dụng: không có → Đạt điểm tối đa: không phát sinh",
    ]


def test_a_faulty_draft_can_be_compared() -> None:
    text = "format: chiso-index-set/1\nname: Nháp\nareas: [{code: A, name: A, max: 3, children: [{code: A1, name: B}]}]"
    draft = read_file(text.encode(), "nhap.yaml")
    assert not draft.is_valid
    assert len(compare(OLD, draft).removed) == len(OLD.nodes)


def test_five_hundred_nodes_renamed_are_matched_in_a_blink() -> None:
    def big(word: str) -> IndexSet:
        leaves = [named(f"1.{n}", f"Tiêu chí thứ {n} của phần {n % 7} {word}") for n in range(500)]
        return make_set(area("1", *leaves, max="500"))

    assert len(compare(big("cũ"), big("mới")).pairs) == 501

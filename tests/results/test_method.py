"""The sentences that say how an index was computed."""

import pytest
import yaml

from chiso import scoring
from chiso.results.method import method_sentences
from tests.world import DATA

SMALL = (DATA / "small_set.yaml").read_text(encoding="utf-8")


def told(text: str = SMALL, *, survey_run: bool = False) -> str:
    return " ".join(method_sentences(scoring.read_index_set(text), survey_run=survey_run))


def changed(**keys: object) -> str:
    return yaml.safe_dump(yaml.safe_load(SMALL) | keys, allow_unicode=True, sort_keys=False)


def test_the_method_says_all_that_a_reader_needs_to_compute_the_ranking() -> None:
    text = told()
    for part in (
        "nhân với 100",
        "làm tròn đến 2 chữ số thập phân",
        "cùng hạng; hạng sau lùi lại",
        "cộng điểm thưởng (B.",
        "trừ điểm trừ (P.",
        "không dưới 0 và không quá 100",
        "không có số liệu, đơn vị không nộp hồ sơ: 0 điểm",
        "không áp dụng với đơn vị: giảm trừ điểm tối đa",
        "Đợt này không điều tra xã hội học",
        "Tốt từ 80; Khá từ 50; Yếu từ 0",
    ):
        assert part in text


def test_a_survey_that_was_run_is_said() -> None:
    assert "được chấm theo kết quả điều tra" in told(survey_run=True)


@pytest.mark.parametrize(
    ("ranking", "words"),
    [
        ({"ties": "dense"}, "hạng sau tính liên tiếp"),
        ({"by": "exact"}, "Chỉ số CCHC chưa làm tròn"),
        ({"tie_breakers": ["2"]}, "so lần lượt theo điểm của 2"),
    ],
    ids=["dense", "exact", "tie_breakers"],
)
def test_the_way_of_ranking_is_said(ranking: dict[str, object], words: str) -> None:
    assert words in told(changed(ranking=ranking))


@pytest.mark.parametrize("policy", list(scoring.Policy), ids=[policy.value for policy in scoring.Policy])
def test_every_policy_for_what_does_not_apply_has_its_words(policy: scoring.Policy) -> None:
    text = told(SMALL.replace("policy: reduce_max", f"policy: {policy.value}"))
    words = {
        "reduce_max": "giảm trừ",
        "exclude": "bình quân giữa",
        "full": "đủ điểm tối đa",
        "zero": "tính 0 điểm, vẫn",
    }
    assert words[policy.value] in text


def test_leaves_with_different_policies_are_named() -> None:
    mixed = SMALL.replace(
        "max: 2\n        evidence", "max: 2\n        not_applicable: {policy: zero, when: Khi nào}\n        evidence"
    )
    assert "(1.1); giảm trừ điểm tối đa tương ứng của đơn vị đó (1.2)" in told(mixed)


def test_a_set_without_bonus_and_penalty_says_nothing_of_them() -> None:
    areas = [area for area in yaml.safe_load(SMALL)["areas"] if area.get("kind", "base") == "base"]
    assert "thưởng" not in told(changed(areas=areas))

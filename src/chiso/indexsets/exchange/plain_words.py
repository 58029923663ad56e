"""Messages of the scoring core, which speak of keys of the YAML, in the words of the tables."""

import re

from chiso.indexsets.exchange import words
from chiso.indexsets.exchange.headers import Role
from chiso.indexsets.exchange.information import ENTRIES
from chiso.indexsets.exchange.node_cells import KEY_ROLES
from chiso.indexsets.exchange.words import Word

_CHOICES = {
    "kind": words.KINDS,
    "method": words.METHODS,
    "as_of": words.AS_OF,
    "policy": words.POLICIES,
    "on_zero_denominator": words.ON_ZERO,
    "direction": words.DIRECTIONS,
    "best": words.BEST,
    **{entry.key.rpartition(".")[2]: entry.choices for entry in ENTRIES if entry.choices},
}
_NAMES = {
    **{entry.key.rpartition(".")[2]: entry.label for entry in ENTRIES},
    **{key: role.value for key, role in KEY_ROLES.items()},
    "policy": Role.NA_POLICY.value,
    "when": Role.NA_WHEN.value,
    "numerator": Word.NUMERATOR.value,
    "denominator": Word.DENOMINATOR.value,
    "target": Word.TARGET.value,
    "full_from": Word.FULL_FROM.value,
    "proportional_from": Word.PROPORTIONAL_FROM.value,
    "on_zero_denominator": Word.ON_ZERO.value,
    "from": Word.FROM.value,
    "above": Word.ABOVE.value,
    "else": Word.ELSE.value,
    "unit": Word.UNIT.value,
    "per": Word.PER.value,
    "start": Word.START.value,
    "floor": Word.FLOOR.value,
    "floor: null": f"{Word.FLOOR.value}: không có",
    "up_to_days": Word.UP_TO_DAYS.value,
    "per_day_after": Word.PER_DAY_AFTER.value,
    "refuse_after_days": Word.REFUSE_AFTER.value,
    "direction": Word.DIRECTION.value,
    "best": Word.BEST.value,
    "question": Word.QUESTION.value,
    "when_true": Word.WHEN_TRUE.value,
    "when_false": Word.WHEN_FALSE.value,
    "inputs": Word.FIGURE.value,
    "expression": Word.EXPRESSION.value,
    "respondents": Word.RESPONDENT.value,
    "conditions": Word.CONDITION.value,
    "items": Word.ITEM.value,
    "levels": Word.LEVEL.value,
    "tiers": Word.UP_TO_DAYS.value,
    "steps": f"{Word.FROM.value}, {Word.ABOVE.value}",
    "step": Word.STEP.value,
    "points": Role.POINTS.value,
    "points_up_to": Role.POINTS.value,
    "branch": words.RULES["branch"],
    "info": words.RULES["info"],
    "min": "Điểm từ",
}
_WHOLE = (
    (r"Một tiêu chí có “rule” thì không có “children”\.", "Mục có cấp dưới thì không có cách chấm."),
    (r"Phải có “rule” \(.*\) hoặc “children” \(.*\)\.", "Thiếu cách chấm, và cũng không có cấp dưới."),
    (r"Thiếu điểm tối đa “max”\.", "Thiếu điểm tối đa."),
    (r"Thiếu khóa bắt buộc “(.*)”\.", r"Thiếu “\1”."),
    (r"“curve” phải có một trong: .*", "Thiếu ngưỡng của tỷ lệ: “Mục tiêu”, “Đủ điểm từ” hoặc các dòng “Từ”, “Trên”."),
    (r"Danh sách “(.*)” không được để trống\.", r"Thiếu các dòng “\1”."),
)
_WHOLE_CHOICE = re.compile(r"(“([a-z_]+)” phải là một trong: )(.*)(; không phải “.*”\.)")


def plain_words(message: str, path: str) -> str:
    """Say a message in the words of the tables; ``path`` tells a lowest total from a lowest score.

    >>> plain_words("Thiếu khóa bắt buộc “denominator”.", "areas[0].rule.denominator")
    'Thiếu “Mẫu số”.'
    """
    for pattern, sentence in _WHOLE:
        if re.fullmatch(pattern, message):
            message = re.sub(pattern, sentence, message)
    match = _WHOLE_CHOICE.fullmatch(message)
    if match and match[2] in _CHOICES:
        known = _CHOICES[match[2]]
        listed = ", ".join(known.get(key, key) for key in match[3].split(", "))
        message = f"{match[1]}{listed}{match[4]}"
    return re.sub(r"“([a-z_]+(?:: null)?)”", lambda key: f"“{_name(key[1], path)}”", message)


def _name(key: str, path: str) -> str:
    if key == "minimum" and not path.startswith("total"):
        return Word.MINIMUM.value
    if key in {"name", "min"} and path.startswith("classes"):
        return "Nội dung" if key == "name" else "Điểm từ"
    if key == "name":
        return "Tên" if path.startswith("areas") else "Tên bộ chỉ số"
    return _NAMES.get(key, key)

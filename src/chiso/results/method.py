"""How an index was computed (phương pháp tính), in sentences for pages and documents."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.common.numbers import format_max
from chiso.scoring import IndexSet, Node, Policy


def method_sentences(index_set: IndexSet, *, survey_run: bool) -> tuple[str, ...]:
    """Say all that a reader needs to compute the same ranking."""
    parts = (
        _scale(index_set),
        _extras(index_set),
        _rounding(index_set),
        _ties(index_set),
        _missing(),
        _not_applicable(index_set),
        _survey(index_set, survey_run=survey_run),
        _grades(index_set),
    )
    return tuple(part for part in parts if part)


def _scale(index_set: IndexSet) -> str:
    return _(
        "Chỉ số CCHC bằng tổng điểm đạt được chia cho tổng điểm tối đa được áp dụng của đơn vị, nhân với %(scale)s."
    ) % {"scale": format_max(index_set.scale)}


def _extras(index_set: IndexSet) -> str:
    """What bonus and penalty do, up to which cap, and between which limits the index stays."""
    told = [_extra(area) for area in index_set.areas if not area.is_base]
    if not told:
        return ""
    bounds = {"minimum": format_max(index_set.total_minimum), "maximum": format_max(index_set.total_maximum)}
    limits = (
        _("Chỉ số CCHC không dưới %(minimum)s")
        if index_set.total_maximum is None
        else _("Chỉ số CCHC không dưới %(minimum)s và không quá %(maximum)s")
    )
    return _("Sau khi quy đổi: %(extras)s; %(limits)s.") % {"extras": "; ".join(told), "limits": limits % bounds}


def _extra(area: Node) -> str:
    words = {"code": area.code, "name": area.name, "cap": format_max(area.cap)}
    if area.cap is None:
        text = _("cộng điểm thưởng (%(code)s. %(name)s)") if area.is_bonus else _("trừ điểm trừ (%(code)s. %(name)s)")
    elif area.is_bonus:
        text = _("cộng điểm thưởng (%(code)s. %(name)s), nhiều nhất %(cap)s điểm")
    else:
        text = _("trừ điểm trừ (%(code)s. %(name)s), nhiều nhất %(cap)s điểm")
    return text % words


def _rounding(index_set: IndexSet) -> str:
    return ngettext(
        "Điểm của tiêu chí và Chỉ số CCHC được làm tròn đến %(n)d chữ số thập phân (từ nửa đơn vị trở lên thì làm "
        "tròn lên), mỗi số làm tròn một lần.",
        "Điểm của tiêu chí và Chỉ số CCHC được làm tròn đến %(n)d chữ số thập phân (từ nửa đơn vị trở lên thì làm "
        "tròn lên), mỗi số làm tròn một lần.",
        index_set.places,
    ) % {"n": index_set.places}


def _ties(index_set: IndexSet) -> str:
    if codes := index_set.ranking.tie_breakers:
        text = _(
            "Đơn vị có Chỉ số CCHC bằng nhau được so lần lượt theo điểm của %(codes)s; nếu vẫn bằng nhau thì cùng hạng."
        ) % {"codes": ", ".join(codes)}
    elif index_set.ranking.ties == "dense":
        text = _("Đơn vị có Chỉ số CCHC bằng nhau được xếp cùng hạng, hạng sau tính liên tiếp.")
    else:
        text = _("Đơn vị có Chỉ số CCHC bằng nhau được xếp cùng hạng; hạng sau lùi lại theo số đơn vị cùng hạng.")
    if index_set.ranking.by == "exact":
        return f"{_('Xếp hạng so sánh Chỉ số CCHC chưa làm tròn.')} {text}"
    return text


def _missing() -> str:
    return _("Tiêu chí không có số liệu, đơn vị không nộp hồ sơ: 0 điểm, vẫn tính điểm tối đa.")


def _not_applicable(index_set: IndexSet) -> str:
    """What becomes of a leaf that does not apply; where the leaves differ, which follow what."""
    codes: dict[Policy, list[str]] = {}
    for leaf in index_set.leaves:
        if leaf.not_applicable:
            codes.setdefault(leaf.not_applicable.policy, []).append(leaf.code)
    told = [_policy(policy) for policy in codes]
    if len(told) > 1:
        told = [f"{words} ({', '.join(codes[policy])})" for words, policy in zip(told, codes, strict=True)]
    return _("Tiêu chí không áp dụng với đơn vị: %(policies)s.") % {"policies": "; ".join(told)} if told else ""


def _policy(policy: Policy) -> str:
    return {
        Policy.REDUCE_MAX: _("giảm trừ điểm tối đa tương ứng của đơn vị đó"),
        Policy.EXCLUDE: _("giảm trừ điểm tối đa tương ứng và không tính vào bình quân giữa các đơn vị"),
        Policy.FULL: _("được tính đủ điểm tối đa"),
        Policy.ZERO: _("tính 0 điểm, vẫn tính điểm tối đa"),
    }[policy]


def _survey(index_set: IndexSet, *, survey_run: bool) -> str:
    if not any(leaf.is_survey for leaf in index_set.leaves):
        return ""
    if survey_run:
        return _("Tiêu chí điều tra xã hội học được chấm theo kết quả điều tra.")
    if index_set.survey_absent == "rescale":
        return _("Đợt này không điều tra xã hội học: các tiêu chí điều tra không tính vào điểm tối đa.")
    return _("Đợt này không điều tra xã hội học: các tiêu chí điều tra được tính 0 điểm.")


def _grades(index_set: IndexSet) -> str:
    if not index_set.grades:
        return ""
    steps = [
        _("%(name)s từ %(points)s") % {"name": grade.name, "points": format_max(grade.min)}
        for grade in index_set.grades
    ]
    return _("Xếp loại theo Chỉ số CCHC: %(grades)s.") % {"grades": "; ".join(steps)}

"""How an index was computed (phương pháp tính), in sentences for pages and documents."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.common.numbers import format_max
from chiso.scoring import IndexSet, Policy


def method_sentences(index_set: IndexSet, *, survey_run: bool) -> tuple[str, ...]:
    """Say all that a reader needs to compute the same ranking."""
    parts = (
        _scale(index_set),
        _extras(index_set),
        _rounding(index_set),
        _ties(index_set),
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
    if all(area.is_base for area in index_set.areas):
        return ""
    if index_set.total_maximum is None:
        return _("Điểm thưởng được cộng, điểm trừ được trừ sau khi quy đổi.")
    return _(
        "Điểm thưởng được cộng, điểm trừ được trừ sau khi quy đổi; Chỉ số CCHC không dưới %(minimum)s "
        "và không quá %(maximum)s."
    ) % {"minimum": format_max(index_set.total_minimum), "maximum": format_max(index_set.total_maximum)}


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
        return _(
            "Đơn vị có Chỉ số CCHC bằng nhau được so lần lượt theo điểm của %(codes)s; nếu vẫn bằng nhau thì cùng hạng."
        ) % {"codes": ", ".join(codes)}
    if index_set.ranking.ties == "dense":
        return _("Đơn vị có Chỉ số CCHC bằng nhau được xếp cùng hạng, hạng sau tính liên tiếp.")
    return _("Đơn vị có Chỉ số CCHC bằng nhau được xếp cùng hạng; hạng sau lùi lại theo số đơn vị cùng hạng.")


def _not_applicable(index_set: IndexSet) -> str:
    policies = {leaf.not_applicable.policy for leaf in index_set.leaves if leaf.not_applicable}
    if not policies:
        return ""
    if policies == {Policy.REDUCE_MAX}:
        return _("Tiêu chí không áp dụng với đơn vị thì giảm trừ điểm tối đa tương ứng của đơn vị đó.")
    return _("Tiêu chí không áp dụng với đơn vị được xử lý theo quy định của từng tiêu chí trong Bộ chỉ số.")


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

from django.db import models
from django.utils.translation import gettext_lazy as _


class DossierState(models.TextChoices):
    """Where a dossier stands (design.md §3)."""

    DRAFT = "draft", _("đang nhập")
    INTERNAL_REVIEW = "internal_review", _("chờ lãnh đạo duyệt")
    SUBMITTED = "submitted", _("đã nộp")
    RETURNED = "returned", _("trả lại để hoàn thiện")
    NOT_SUBMITTED = "not_submitted", _("không nộp")
    UNDER_APPRAISAL = "under_appraisal", _("đang thẩm định")
    NOTIFIED = "notified", _("đã thông báo sơ bộ")
    SUPPLEMENTING = "supplementing", _("đang giải trình, bổ sung")
    RESUBMITTED = "resubmitted", _("đã gửi giải trình")
    UNDER_REAPPRAISAL = "under_reappraisal", _("đang rà soát, điều chỉnh")
    BEFORE_COUNCIL = "before_council", _("chờ Hội đồng")
    ADOPTED = "adopted", _("Hội đồng đã thống nhất")
    APPROVED = "approved", _("đã phê duyệt")
    FINAL = "final", _("đã công bố")


class ScoreState(models.TextChoices):
    """What the scoring core says of a leaf; the same words as in the facts report."""

    SCORED = "scored", _("đã chấm")
    DECIDED = "decided", _("theo quyết định")
    MISSING = "missing", _("chưa có số liệu")
    NOT_APPLICABLE = "not_applicable", _("không áp dụng")
    EXCLUDED = "excluded", _("không tính")


class Pass(models.IntegerChoices):
    FIRST = 1, _("Thẩm định lần 1")
    SECOND = 2, _("Thẩm định lần 2")


class MeetingState(models.TextChoices):
    CONVENED = "convened", _("đã triệu tập")
    OPEN = "open", _("đang họp")
    ADOPTED = "adopted", _("đã thống nhất")


class MeetingForm(models.TextChoices):
    MEETING = "meeting", _("họp")
    WRITTEN = "written", _("xin ý kiến bằng văn bản")


class Outcome(models.TextChoices):
    LISTED = "listed", _("trong chương trình")
    OPEN = "open", _("chưa biểu quyết xong")
    CARRIED = "carried", _("được thông qua")
    REJECTED = "rejected", _("không được thông qua")
    WITHDRAWN = "withdrawn", _("đã rút")


class Choice(models.TextChoices):
    FOR = "for", _("Tán thành")
    AGAINST = "against", _("Không tán thành")
    ABSTAIN = "abstain", _("Không biểu quyết")

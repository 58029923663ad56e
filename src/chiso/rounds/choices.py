from django.db import models
from django.utils.translation import gettext_lazy as _


class StageKey(models.TextChoices):
    """The stages of a round, in order (design.md §3)."""

    PREPARATION = "preparation", _("Chuẩn bị")
    SELF_ASSESSMENT = "self_assessment", _("Tự đánh giá")
    AGGREGATION = "aggregation", _("Tổng hợp")
    APPRAISAL = "appraisal", _("Thẩm định")
    NOTICE = "notice", _("Thông báo sơ bộ")
    SUPPLEMENT = "supplement", _("Giải trình, bổ sung")
    REAPPRAISAL = "reappraisal", _("Rà soát, điều chỉnh")
    COUNCIL = "council", _("Hội đồng")
    APPROVAL = "approval", _("Phê duyệt")
    PUBLISHED = "published", _("Công bố")


class DeadlineKind(models.TextChoices):
    """How a plan words a deadline; kept and printed as such."""

    BEFORE = "before", _("Trước ngày")
    LATEST = "latest", _("Chậm nhất ngày")
    PERIOD = "period", _("Trong khoảng")
    GROUP = "group", _("Dòng tiêu đề")


class PlanState(models.TextChoices):
    DRAFT = "draft", _("Dự thảo")
    ISSUED = "issued", _("Đã ban hành")


class TaskRole(models.TextChoices):
    LEAD = "lead", _("Chủ trì")
    COORDINATE = "coordinate", _("Phối hợp")


class BodyKind(models.TextChoices):
    """Whom a name in the plan's columns of bodies means; decides who sees the task and is reminded of it."""

    UNIT = "unit", _("Một cơ quan, đơn vị")
    PARTICIPANTS = "participants", _("Các đơn vị được đánh giá")
    TEAM = "team", _("Tổ Chuyên viên")
    COUNCIL = "council", _("Hội đồng thẩm định")
    OTHER = "other", _("Chưa rõ người nhận")


class WorkState(models.TextChoices):
    """How far a body is with its part of a task."""

    TODO = "todo", _("Chưa thực hiện")
    DOING = "doing", _("Đang thực hiện")
    HANDED = "handed", _("Chờ cơ quan chủ trì xác nhận")
    DONE = "done", _("Hoàn thành")


class Panel(models.TextChoices):
    """The two bodies that a decision sets up for a round."""

    COUNCIL = "council", _("Hội đồng thẩm định")
    TEAM = "team", _("Tổ Chuyên viên giúp việc")


class Position(models.TextChoices):
    CHAIR = "chair", _("Chủ tịch Hội đồng")
    VICE_CHAIR = "vice_chair", _("Phó Chủ tịch Hội đồng")
    SECRETARY = "secretary", _("Ủy viên, Thư ký")
    MEMBER = "member", _("Ủy viên")
    LEADER = "leader", _("Tổ trưởng")
    EXPERT = "expert", _("Thành viên")
    OFFICE_HEAD = "office_head", _("Thủ trưởng cơ quan chủ trì lĩnh vực")


class MajorityRule(models.TextChoices):
    """When a motion of the council is carried."""

    MORE_FOR = "more_for", _("số tán thành nhiều hơn số không tán thành")
    HALF_PRESENT = "half_present", _("quá nửa số thành viên dự họp tán thành")
    HALF_ALL = "half_all", _("quá nửa tổng số thành viên Hội đồng tán thành")
    TWO_THIRDS_PRESENT = "two_thirds_present", _("từ hai phần ba số thành viên dự họp tán thành")

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person comes to do (design.md §1)."""

    AUTHORITY_HEAD = "authority_head", _("Người đứng đầu cơ quan")
    COORDINATOR = "coordinator", _("Cơ quan thường trực")
    UNIT_EDITOR = "unit_editor", _("Công chức được phân công")
    UNIT_APPROVER = "unit_approver", _("Lãnh đạo đơn vị")
    APPRAISER = "appraiser", _("Tổ Chuyên viên")
    COUNCIL_MEMBER = "council_member", _("Hội đồng thẩm định")
    OBSERVER = "observer", _("Người theo dõi")
    ADMINISTRATOR = "administrator", _("Quản trị hệ thống")
    CLOCK = "clock", _("Đồng hồ máy chủ")


class UnitKind(models.TextChoices):
    """What a unit is; never its level, which changes with the law."""

    AUTHORITY = "authority", _("Ủy ban nhân dân tổ chức đánh giá")
    OFFICE = "office", _("Cơ quan chuyên môn")
    JUDGED = "judged", _("Đơn vị được đánh giá")
    PARTNER = "partner", _("Đơn vị phối hợp bên ngoài")
    SUPERIOR = "superior", _("Cơ quan cấp trên")

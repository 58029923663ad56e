from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from chiso.evidence.choices import Kind, PreviewState
from chiso.organizations.models import Unit


def path_of(sha256: str) -> str:
    """Files lie under their content's hash; the name people gave is data, never a path."""
    return f"evidence/{sha256[:2]}/{sha256}"


def _path(document: "Document", _filename: str) -> str:
    return path_of(document.sha256)


class Document(models.Model):
    """One document as it was received (tài liệu kiểm chứng); the same content of a unit is stored once.

    Of a link, `url` is what was given and `sha256` that of the address. `number` to `title` are what the document
    says of itself, proposed by the machine and confirmed by a person. `reading` is what the machine read in it
    (`evidence.reading.Reading`): advice, never a score. A removed document keeps its row, so that the trace stays,
    and nothing of its content.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="documents", verbose_name=_("đơn vị"))
    kind = models.CharField(_("hình thức"), max_length=10, choices=Kind, default=Kind.FILE)
    name = models.CharField(_("tên tệp"), max_length=200)
    media_type = models.CharField(_("loại tệp"), max_length=100, blank=True)
    size = models.PositiveBigIntegerField(_("dung lượng"), default=0)
    sha256 = models.CharField(_("mã băm"), max_length=64)
    content = models.FileField(_("tệp"), upload_to=_path, max_length=200, blank=True)
    url = models.URLField(_("liên kết"), max_length=500, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người tải lên")
    )
    uploaded_at = models.DateTimeField(_("tải lên lúc"))
    number = models.CharField(_("số, ký hiệu"), max_length=50, blank=True)
    issued_on = models.DateField(_("ngày ban hành"), null=True, blank=True)
    issuer = models.CharField(_("cơ quan ban hành"), max_length=200, blank=True)
    title = models.CharField(_("trích yếu"), max_length=500, blank=True)
    described_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người xác nhận thông tin"),
    )
    described_at = models.DateTimeField(_("xác nhận thông tin lúc"), null=True, blank=True)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="revisions", verbose_name=_("thay cho")
    )
    reading = models.JSONField(_("kết quả đọc tự động"), default=dict, blank=True)
    read_at = models.DateTimeField(_("đọc tự động lúc"), null=True, blank=True)
    preview_state = models.CharField(
        _("bản xem trước"), max_length=10, choices=PreviewState, default=PreviewState.NONE, blank=True
    )
    removed_at = models.DateTimeField(_("gỡ nội dung lúc"), null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người gỡ nội dung"),
    )
    removal_reason = models.TextField(_("lý do gỡ nội dung"), blank=True)

    class Meta:
        verbose_name = _("tài liệu kiểm chứng")
        constraints = [models.UniqueConstraint(fields=["unit", "sha256"], name="a_unit_stores_the_same_content_once")]
        indexes = [models.Index(fields=["sha256"], name="content_found_in_other_units")]

    def __str__(self) -> str:
        """As the audit log names it: never by the file name, which may itself be secret and would stay for ever."""
        return f"{self.pk} · {self.sha256[:12]}"

    @property
    def is_withheld(self) -> bool:
        """The background found the mark of a state secret: nobody is given the content (tạm giữ)."""
        return bool(self.reading.get("secret"))


class Upload(models.Model):
    """A file on its way in (tệp đang tải lên): what has arrived stays when the line is lost, and goes on from there.

    Each piece is a file of its own in the storage, so that a store of objects serves as well as a folder.
    """

    key = models.CharField(_("khóa"), max_length=32, unique=True)
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="uploads", verbose_name=_("đơn vị"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("người tải lên"))
    purpose = models.CharField(_("dùng cho"), max_length=100)
    name = models.CharField(_("tên tệp"), max_length=200)
    fingerprint = models.CharField(_("dấu nhận lại tệp"), max_length=64)
    size = models.PositiveBigIntegerField(_("dung lượng"))
    received = models.PositiveBigIntegerField(_("đã nhận"), default=0)
    pieces = models.PositiveIntegerField(_("số phần"), default=0)
    started_at = models.DateTimeField(_("bắt đầu lúc"))
    touched_at = models.DateTimeField(_("nhận gần nhất lúc"))

    class Meta:
        verbose_name = _("tệp đang tải lên")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(received__lte=models.F("size")), name="no_more_arrives_than_was_announced"
            ),
            models.UniqueConstraint(
                fields=["by", "purpose", "fingerprint"], name="a_person_sends_a_file_for_a_purpose_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return self.name

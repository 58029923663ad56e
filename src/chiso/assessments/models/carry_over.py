from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from chiso.indexsets.models import Edition
from chiso.organizations.models import User
from chiso.rounds.models import Block, Participant


class CarryOverQuerySet(models.QuerySet["CarryOver"]):
    def visible_to(self, user: User) -> Self:
        """Those who run the round; and the block's units, of whose report each page shows their own part."""
        judged = Participant.objects.filter(unit__in=user.unit_ids())
        return self.filter(
            models.Q(block__round__authority__in=user.authorities_run()) | models.Q(block__in=judged.values("block"))
        )


class CarryOver(models.Model):
    """The move of a block to a newer edition inside its round (chuyển số liệu sang bản mới).

    `report` keeps what did not go over as it was, and whose points changed: nothing is dropped silently.
    """

    block = models.ForeignKey(Block, models.CASCADE, related_name="carry_overs", verbose_name=_("khối"))
    old_edition = models.ForeignKey(Edition, models.PROTECT, related_name="+", verbose_name=_("bản cũ"))
    new_edition = models.ForeignKey(Edition, models.PROTECT, related_name="carry_overs", verbose_name=_("bản mới"))
    carried_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người chuyển")
    )
    carried_at = models.DateTimeField(_("chuyển lúc"))
    reason = models.TextField(_("lý do"))
    until = models.DateTimeField(_("nhập lại trước"), null=True, blank=True)
    report = models.JSONField(_("báo cáo"), default=dict)

    objects = CarryOverQuerySet.as_manager()

    class Meta:
        verbose_name = _("chuyển sang bản mới")
        constraints = [
            models.UniqueConstraint(fields=["block", "new_edition"], name="a_block_moves_to_an_edition_once")
        ]

    def __str__(self) -> str:
        return f"{self.block}: {self.new_edition}"

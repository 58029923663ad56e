from collections.abc import Mapping
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from chiso.assessments.choices import ScoreState


class LeafScored(models.Model):
    """What one party said of a leaf: facts, or “not applicable”, or points decided against the rule.

    `facts` are strings exactly as in the facts file. `score` is what they give: empty is not scored, 0 is
    scored zero.
    """

    facts = models.JSONField(_("số liệu"), default=dict)
    not_applicable = models.BooleanField(_("không áp dụng"), default=False)
    decided = models.DecimalField(_("điểm quyết định"), max_digits=9, decimal_places=4, null=True, blank=True)
    score = models.DecimalField(_("điểm"), max_digits=9, decimal_places=4, null=True, blank=True)
    effective_max = models.DecimalField(_("điểm tối đa áp dụng"), max_digits=9, decimal_places=4, default=0)
    score_state = models.CharField(_("tình trạng điểm"), max_length=20, choices=ScoreState, default=ScoreState.MISSING)

    class Meta:
        abstract = True

    def has_answer(self) -> bool:
        return bool(self.facts) or self.not_applicable or self.decided is not None

    def all_facts(self) -> dict[str, str]:
        """The inputs of the facts file, `not_applicable` and `decided` among them."""
        return all_facts(self.facts, self.not_applicable, self.decided)


def all_facts(facts: Mapping[str, str], not_applicable: bool, decided: Decimal | None) -> dict[str, str]:  # noqa: FBT001 a row's own fields
    """What a row says, as the facts file writes it."""
    told = dict(facts)
    if not_applicable:
        told["not_applicable"] = "yes"
    if decided is not None:
        told["decided"] = f"{decided.normalize():f}"
    return told

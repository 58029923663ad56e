"""What an edition's page says about issuing again: what it replaces, what replaces it, which rounds lag behind."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from chiso.indexsets import policy
from chiso.indexsets.choices import EditionState
from chiso.indexsets.models import Edition
from chiso.indexsets.pages import version_words
from chiso.organizations.models import User

_OVER = "published"
"""The stage of a round that is over: it keeps the edition it was judged by."""


@dataclass(frozen=True)
class Link:
    url: str
    label: str


@dataclass(frozen=True)
class ReissuePart:
    """`to_move` are the blocks that still use a replaced edition, `reports` those that moved to this one."""

    may_reissue: bool
    replaces: Link | None
    replaced_by: Link | None
    to_move: tuple[Link, ...]
    reports: tuple[Link, ...]

    @property
    def says_something(self) -> bool:
        return bool(self.replaces or self.replaced_by or self.to_move or self.reports)


def reissue_part(edition: Edition, user: User) -> ReissuePart:
    """Put the part together (4 queries at most); rounds are told to the coordinator only."""
    visible = Edition.objects.visible_to(user).defer("text", "draft")
    before = visible.filter(superseded_by=edition).first() if edition.supersedes_id else None
    after = visible.filter(supersedes=edition).first() if edition.state == EditionState.ISSUED else None
    coordinates = bool(policy.can_reissue(user, edition))
    is_issued = edition.state == EditionState.ISSUED
    old = edition if after and after.state == EditionState.ISSUED else before if is_issued else None
    return ReissuePart(
        may_reissue=is_issued and after is None and coordinates,
        replaces=_link(before) if before else None,
        replaced_by=_link(after) if after else None,
        to_move=tuple(_to_move(old)) if old and coordinates else (),
        reports=tuple(_reports(edition)) if before and coordinates else (),
    )


def _link(edition: Edition) -> Link:
    words = f"{edition.name} ({version_words(edition)})"
    return Link(reverse("indexsets:edition", args=[edition.pk]), words)


def _to_move(old: Edition) -> Iterator[Link]:
    blocks: Any = old.blocks.exclude(round__stage=_OVER).select_related("round")
    for block in blocks.order_by("round__pk", "pk"):
        label = _("%(round)s, khối “%(block)s”") % {"round": block.round.name, "block": block.name}
        yield Link(reverse("assessments:carry_over", args=[block.round_id, block.pk]), label)


def _reports(edition: Edition) -> Iterator[Link]:
    rows: Any = edition.carry_overs.select_related("block__round").defer("report")
    for row in rows.order_by("pk"):
        label = _("%(round)s, khối “%(block)s”") % {"round": row.block.round.name, "block": row.block.name}
        yield Link(reverse("assessments:carry_over_report", args=[row.pk]), label)

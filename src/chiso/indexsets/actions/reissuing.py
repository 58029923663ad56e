"""A set is issued again: a new draft is begun from the edition in force, which it will replace."""

from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.audit.actions import action
from chiso.common.refusals import RuleViolation
from chiso.indexsets import policy
from chiso.indexsets.actions.drafting import begin_draft
from chiso.indexsets.choices import EditionState
from chiso.indexsets.exchange.trees import tree_of
from chiso.indexsets.models import Edition
from chiso.indexsets.reading import index_set_of
from chiso.organizations.models import User


@action("index_set.start_reissue", gettext_noop("Ban hành lại Bộ chỉ số"), allowed=policy.can_reissue)
def start_reissue(edition: Edition, by: User, at: datetime) -> Edition:
    """Begin the draft that will replace an issued edition, a copy of it with the next number of its year."""
    require_replaceable(edition)
    issued_before = edition.index_set.editions.filter(year=edition.year).aggregate(last=Max("version"))["last"]
    tree = tree_of(index_set_of(edition)) | {"version": str((issued_before or edition.version) + 1)}
    return begin_draft(edition.index_set.authority, at, tree=tree, origin=edition, supersedes=edition)


def require_replaceable(edition: Edition) -> None:
    """Refuse to replace an edition that is not in force, or that another one replaces already."""
    if edition.state != EditionState.ISSUED:
        raise RuleViolation(_("Bộ chỉ số này chưa ban hành nên còn sửa được, không cần ban hành lại."))
    next_edition = Edition.objects.filter(supersedes=edition).only("year", "version").first()
    if next_edition is not None:
        raise RuleViolation(
            _("Bộ chỉ số này đã được soạn ban hành lại (năm %(year)d, lần %(version)d). Hãy mở bản đó để sửa tiếp.")
            % {"year": next_edition.year, "version": next_edition.version}
        )

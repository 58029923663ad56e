"""The clock removes messages that were kept long enough; the log keeps how many, of what, and from before when."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.audit.actions import action, changed
from chiso.common.refusals import RuleViolation
from chiso.organizations.models import User
from chiso.tracking import policy
from chiso.tracking.keeping import Kind, rows_before


@action("records.prune", gettext_noop("Xóa thông báo, bản tin hết thời hạn lưu"), allowed=policy.can_prune)
def prune_records(clock: User, by: User, at: datetime, *, kind: Kind, before: datetime, most: int) -> int:
    """Remove the oldest rows of a kind from before a moment, so many at once: one short transaction."""
    rows = rows_before(kind, before)
    keys = [row.pk for row in rows.select_for_update(of=("self",)).order_by("pk").only("pk")[:most]]
    if not keys:
        raise RuleViolation(_("Không còn gì hết thời hạn lưu."))
    rows.filter(pk__in=keys).delete()
    changed(kind.value, None, len(keys))
    changed("before", before)
    return len(keys)

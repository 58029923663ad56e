from collections.abc import Iterable
from datetime import datetime
from itertools import islice

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.audit.actions import action, changed
from chiso.common.refusals import RuleViolation
from chiso.common.workflow import move
from chiso.notices import policy, workflow
from chiso.notices.channels import is_open
from chiso.notices.composing import refusal_of
from chiso.notices.models import Delivery
from chiso.organizations.models import User

AT_ONCE = 200


@action("delivery.send_again", gettext_noop("Gửi lại bản tin"), allowed=policy.can_send_again)
def send_again(delivery: Delivery, by: User, at: datetime) -> Delivery:
    """Queue a message again that failed, or of which nobody knows; to the person's address of today, by the same key.

    The receiving server knows the key: if the first did arrive after all, it can tell.
    """
    if not is_open(delivery.channel):
        raise RuleViolation(_("Kênh này chưa được cấu hình nên không gửi lại được. Hãy báo quản trị hệ thống."))
    if refusal := refusal_of(delivery.recipient):
        raise RuleViolation(
            _("%(why)s Hãy báo quản trị hệ thống sửa tài khoản rồi gửi lại.") % {"why": refusal},
        )
    changed("state", workflow.SEND_AGAIN.target, delivery.state)
    move(
        delivery,
        workflow.SEND_AGAIN,
        address=delivery.recipient.email,
        attempts=0,
        next_at=at,
        begun_at=None,
        failure="",
    )
    return delivery


def send_all_again(deliveries: Iterable[Delivery], by: User, at: datetime) -> int:
    """Send again those that can be, at most 200; each is an act of its own in the log. Return how many."""
    count = 0
    for delivery in islice(deliveries, AT_ONCE):
        try:
            send_again(delivery, by, at)
        except (PermissionDenied, RuleViolation):
            continue  # Not theirs to repeat, or nobody to repeat it to: it stays on the list, with the reason.
        count += 1
    return count

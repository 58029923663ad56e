from django.utils.translation import gettext_lazy as _

from chiso.common.workflow import step
from chiso.results.choices import SubmissionState as State

APPROVE = step(State.WAITING, State.APPROVED, _("Phê duyệt kết quả"))
RETURN = step(State.WAITING, State.RETURNED, _("Trả lại Hội đồng"))

TRANSITIONS = (APPROVE, RETURN)

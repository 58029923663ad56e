from django.utils.translation import gettext_lazy as _

from chiso.common.workflow import step
from chiso.indexsets.choices import EditionState as State

CONSULT = step(State.DRAFT, State.CONSULTING, _("Lấy ý kiến Bộ chỉ số"))
ISSUE = step({State.DRAFT, State.CONSULTING}, State.ISSUED, _("Ban hành Bộ chỉ số"))

TRANSITIONS = (CONSULT, ISSUE)

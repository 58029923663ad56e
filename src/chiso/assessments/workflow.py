"""The states of a dossier and of a meeting, as data."""

from django.utils.translation import gettext_lazy as _

from chiso.assessments.choices import DossierState as State
from chiso.assessments.choices import MeetingState
from chiso.common.workflow import step

REQUEST_REVIEW = step({State.DRAFT, State.RETURNED}, State.INTERNAL_REVIEW, _("Trình lãnh đạo duyệt"))
SEND_BACK = step(State.INTERNAL_REVIEW, State.DRAFT, _("Trả lại công chức"))
SUBMIT = step({State.DRAFT, State.INTERNAL_REVIEW, State.RETURNED}, State.SUBMITTED, _("Nộp hồ sơ"))
WITHDRAW = step(State.SUBMITTED, State.DRAFT, _("Rút hồ sơ"))
RETURN = step(State.SUBMITTED, State.RETURNED, _("Trả lại hồ sơ để hoàn thiện"))
RECORD_NOT_SUBMITTED = step(
    {State.DRAFT, State.INTERNAL_REVIEW, State.RETURNED}, State.NOT_SUBMITTED, _("Ghi nhận không nộp")
)
START_APPRAISAL = step(State.SUBMITTED, State.UNDER_APPRAISAL, _("Chuyển thẩm định"))
NOTIFY = step(State.UNDER_APPRAISAL, State.NOTIFIED, _("Thông báo kết quả sơ bộ"))
START_SUPPLEMENT = step(State.NOTIFIED, State.SUPPLEMENTING, _("Giải trình, bổ sung"))
RESUBMIT = step({State.NOTIFIED, State.SUPPLEMENTING}, State.RESUBMITTED, _("Gửi giải trình, bổ sung"))
START_REAPPRAISAL = step(
    {State.NOTIFIED, State.SUPPLEMENTING, State.RESUBMITTED},
    State.UNDER_REAPPRAISAL,
    _("Chuyển rà soát, điều chỉnh"),
)
SEND_TO_COUNCIL = step(State.UNDER_REAPPRAISAL, State.BEFORE_COUNCIL, _("Trình Hội đồng"))
ADOPT = step(State.BEFORE_COUNCIL, State.ADOPTED, _("Hội đồng thống nhất"))
RETURN_TO_COUNCIL = step(State.ADOPTED, State.BEFORE_COUNCIL, _("Trả lại Hội đồng"))
APPROVE = step(State.ADOPTED, State.APPROVED, _("Phê duyệt"))
PUBLISH = step(State.APPROVED, State.FINAL, _("Công bố"))
CORRECT = step(State.FINAL, State.BEFORE_COUNCIL, _("Đính chính"))

TRANSITIONS = (
    REQUEST_REVIEW,
    SEND_BACK,
    SUBMIT,
    WITHDRAW,
    RETURN,
    RECORD_NOT_SUBMITTED,
    START_APPRAISAL,
    NOTIFY,
    START_SUPPLEMENT,
    RESUBMIT,
    START_REAPPRAISAL,
    SEND_TO_COUNCIL,
    ADOPT,
    RETURN_TO_COUNCIL,
    APPROVE,
    PUBLISH,
    CORRECT,
)

OPEN_MEETING = step(MeetingState.CONVENED, MeetingState.OPEN, _("Khai mạc phiên họp"))
ADOPT_RESULTS = step(MeetingState.OPEN, MeetingState.ADOPTED, _("Thống nhất kết quả"))
MEETING_TRANSITIONS = (OPEN_MEETING, ADOPT_RESULTS)

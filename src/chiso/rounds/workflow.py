"""The order of a round's stages, and the moves of its plan and of a body's part in a task, as data."""

from django.utils.translation import gettext_lazy as _

from chiso.common.workflow import step
from chiso.rounds.choices import PlanState, WorkState
from chiso.rounds.choices import StageKey as Key

OPEN_SELF_ASSESSMENT = step(Key.PREPARATION, Key.SELF_ASSESSMENT, _("Mở tự đánh giá, chấm điểm"))
START_AGGREGATION = step(Key.SELF_ASSESSMENT, Key.AGGREGATION, _("Khóa tự đánh giá, tổng hợp"))
START_APPRAISAL = step(Key.AGGREGATION, Key.APPRAISAL, _("Chuyển Tổ Chuyên viên thẩm định"))
SIGN_OFF_APPRAISAL = step(Key.APPRAISAL, Key.NOTICE, _("Kết thúc thẩm định lần 1"))
SEND_NOTICE = step(Key.NOTICE, Key.SUPPLEMENT, _("Thông báo kết quả sơ bộ"))
START_REAPPRAISAL = step(Key.SUPPLEMENT, Key.REAPPRAISAL, _("Khóa bổ sung, rà soát, điều chỉnh"))
SIGN_OFF_REAPPRAISAL = step(Key.REAPPRAISAL, Key.COUNCIL, _("Kết thúc thẩm định lần 2"))
ADOPT = step(Key.COUNCIL, Key.APPROVAL, _("Hội đồng thống nhất kết quả"))
RETURN_TO_COUNCIL = step(Key.APPROVAL, Key.COUNCIL, _("Trả lại Hội đồng"))
PUBLISH = step(Key.APPROVAL, Key.PUBLISHED, _("Công bố kết quả"))
CORRECT = step(Key.PUBLISHED, Key.COUNCIL, _("Đính chính kết quả"))

TRANSITIONS = (
    OPEN_SELF_ASSESSMENT,
    START_AGGREGATION,
    START_APPRAISAL,
    SIGN_OFF_APPRAISAL,
    SEND_NOTICE,
    START_REAPPRAISAL,
    SIGN_OFF_REAPPRAISAL,
    ADOPT,
    RETURN_TO_COUNCIL,
    PUBLISH,
    CORRECT,
)

ISSUE_PLAN = step(PlanState.DRAFT, PlanState.ISSUED, _("Ban hành Kế hoạch"))
PLAN_TRANSITIONS = (ISSUE_PLAN,)

KEEP_ON = step((WorkState.TODO, WorkState.DOING, WorkState.HANDED), WorkState.DOING, _("Ghi tiến độ"))
HAND_OVER = step((WorkState.TODO, WorkState.DOING, WorkState.HANDED), WorkState.HANDED, _("Báo xong, chờ xác nhận"))
COMPLETE = step(tuple(WorkState), WorkState.DONE, _("Cơ quan chủ trì ghi xong"))
CONFIRM_PART = step(WorkState.HANDED, WorkState.DONE, _("Xác nhận"))
RETURN_PART = step((WorkState.HANDED, WorkState.DONE), WorkState.DOING, _("Trả lại"))
REOPEN_PART = step(WorkState.DONE, WorkState.DOING, _("Mở lại nhiệm vụ"))
WORK_TRANSITIONS = (KEEP_ON, HAND_OVER, COMPLETE, CONFIRM_PART, RETURN_PART, REOPEN_PART)

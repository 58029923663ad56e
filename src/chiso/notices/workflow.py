"""The way of a delivery, as data. Who takes a step is found by compare-and-set: a row is taken by one worker."""

from django.utils.translation import gettext_lazy as _

from chiso.common.workflow import step
from chiso.notices.choices import DeliveryState as State

TAKE = step(State.QUEUED, State.SENDING, _("Bắt đầu gửi"))
# A worker that was only slow may still say how it ended, after others had given it up for dead.
DELIVER = step([State.SENDING, State.UNKNOWN], State.SENT, _("Đã gửi"))
PUT_OFF = step([State.QUEUED, State.SENDING, State.UNKNOWN], State.QUEUED, _("Chờ gửi lại"))
GIVE_UP = step([State.QUEUED, State.SENDING, State.UNKNOWN], State.FAILED, _("Không gửi được"))
LOSE = step(State.SENDING, State.UNKNOWN, _("Không rõ đã gửi hay chưa"))
SEND_AGAIN = step([State.FAILED, State.UNKNOWN], State.QUEUED, _("Gửi lại"))

TRANSITIONS = (TAKE, DELIVER, PUT_OFF, GIVE_UP, LOSE, SEND_AGAIN)

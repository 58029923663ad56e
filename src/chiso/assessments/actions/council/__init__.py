"""What the council does: meet or answer in writing, vote on disputed leaves, adopt the result (row 3.6).

- `meetings`: convene, move, open, send out; who comes and goes; the signed minutes
- `agenda`: items put on the agenda by hand, motions, motions taken back
- `votes`: vote and conclude
- `adoption`: what nobody disputes, opinions on the whole, the adoption
"""

from chiso.assessments.actions.council.adoption import adopt_en_bloc, adopt_results, give_opinion
from chiso.assessments.actions.council.agenda import list_item, propose_motion, unlist_item, withdraw_motion
from chiso.assessments.actions.council.meetings import (
    attach_minutes,
    convene_meeting,
    open_meeting,
    record_attendance,
    reschedule_meeting,
    send_consultation,
)
from chiso.assessments.actions.council.votes import cast_vote, conclude_motion

__all__ = [
    "adopt_en_bloc",
    "adopt_results",
    "attach_minutes",
    "cast_vote",
    "conclude_motion",
    "convene_meeting",
    "give_opinion",
    "list_item",
    "open_meeting",
    "propose_motion",
    "record_attendance",
    "reschedule_meeting",
    "send_consultation",
    "unlist_item",
    "withdraw_motion",
]

"""The rows of dossiers, appraisal and council. Self score, appraisal 1, the unit's proposal, appraisal 2 and the
council's motion are separate rows; nothing is overwritten across them."""

from chiso.assessments.models.appraisal import (
    Appraisal,
    Explanation,
    IndependentScore,
    PassSignOff,
    PreliminaryNotice,
    Reopening,
)
from chiso.assessments.models.carry_over import CarryOver
from chiso.assessments.models.council import Absence, Attendance, Meeting, Motion, Vote
from chiso.assessments.models.desk import JudgementDraft, ReadyReason
from chiso.assessments.models.dossier import Citation, Dossier, Entry
from chiso.assessments.models.leaf_score import LeafScored

__all__ = [
    "Absence",
    "Appraisal",
    "Attendance",
    "CarryOver",
    "Citation",
    "Dossier",
    "Entry",
    "Explanation",
    "IndependentScore",
    "JudgementDraft",
    "LeafScored",
    "Meeting",
    "Motion",
    "PassSignOff",
    "PreliminaryNotice",
    "ReadyReason",
    "Reopening",
    "Vote",
]

"""The steps of a shown calculation (diễn giải cách tính), as data for a page or a document."""

from dataclasses import dataclass
from enum import StrEnum


class StepKind(StrEnum):
    """What a step of a calculation shows."""

    FACT = "fact"
    RULE = "rule"
    WORKING = "working"
    PART = "part"
    ROUNDING = "rounding"
    RESULT = "result"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a calculation: a Vietnamese ``label`` and ``text``; ``code`` names the node a part comes from."""

    kind: StepKind
    label: str
    text: str
    code: str = ""

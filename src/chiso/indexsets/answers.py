"""What someone says of a leaf, before it is scored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

Facts = Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """Facts as in the facts file, or “not applicable”, or points decided against the rule."""

    facts: Facts = field(default_factory=dict)
    not_applicable: bool = False
    decided: Decimal | None = None

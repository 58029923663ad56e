"""What people do with a round's frame, one module for each room of the work.

- `framing`: the round and its plan come in, blocks are named
- `panels`: council and team are listed, set up, and change
- `assigning`: who of the team appraises what
- `terms`: terms that end, and new ones
- `conflicts`: of whom one may not judge
- `rules`: what units hand in, how team and council judge
- `tasks`: what each body reports on its part of the plan, confirmed and finished by the leads

Moves of the round from stage to stage change dossiers too, so they live in `assessments.actions`.
"""

from chiso.rounds.actions.assigning import assign_criteria, assign_in_units, assign_proposed, take_back
from chiso.rounds.actions.conflicts import declare_conflict, withdraw_conflict
from chiso.rounds.actions.framing import add_block, create_round, issue_plan, require_ready_to_open
from chiso.rounds.actions.panels import (
    Amendment,
    add_member,
    appoint_member,
    establish_panels,
    hand_over,
    remove_member,
)
from chiso.rounds.actions.rules import JudgingRules, require_rules_open, set_judging_rules, set_rules
from chiso.rounds.actions.terms import end_term, renew_term

__all__ = [
    "Amendment",
    "JudgingRules",
    "add_block",
    "add_member",
    "appoint_member",
    "assign_criteria",
    "assign_in_units",
    "assign_proposed",
    "create_round",
    "declare_conflict",
    "end_term",
    "establish_panels",
    "hand_over",
    "issue_plan",
    "remove_member",
    "renew_term",
    "require_ready_to_open",
    "require_rules_open",
    "set_judging_rules",
    "set_rules",
    "take_back",
    "withdraw_conflict",
]

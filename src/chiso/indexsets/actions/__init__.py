"""What people do with index sets, one module for each room of the work.

- `importing`: a set comes in from a file
- `drafting`: a draft is begun and edited node by node
- `consulting`: opinions are asked for, given and answered
- `issuing`: the head issues by decision
- `reissuing`: an issued edition gets a successor
"""

from chiso.indexsets.actions.consulting import (
    answer_opinion,
    close_consultation,
    extend_consultation,
    give_opinion,
    open_consultation,
)
from chiso.indexsets.actions.drafting import (
    add_node,
    move_node,
    remove_node,
    renumber,
    save_information,
    save_node,
    start_draft,
)
from chiso.indexsets.actions.importing import import_edition
from chiso.indexsets.actions.issuing import Decision, issue_edition, issue_editions
from chiso.indexsets.actions.reissuing import start_reissue

__all__ = [
    "Decision",
    "add_node",
    "answer_opinion",
    "close_consultation",
    "extend_consultation",
    "give_opinion",
    "import_edition",
    "issue_edition",
    "issue_editions",
    "move_node",
    "open_consultation",
    "remove_node",
    "renumber",
    "save_information",
    "save_node",
    "start_draft",
    "start_reissue",
]

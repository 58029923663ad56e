"""Who follows a round and chases. A predicate answers with the role that allows it, or None."""

from chiso.audit.actions import Verdict
from chiso.organizations.choices import Role
from chiso.organizations.clock_person import is_clock
from chiso.organizations.models import User
from chiso.rounds import policy as round_policy
from chiso.rounds.models import Round


def can_prune(user: User, clock: User) -> Verdict:
    """Nobody but the server's clock, as the settings say."""
    return Role.CLOCK if is_clock(user) else None


def can_chase(user: User, round: Round) -> Verdict:
    """The coordinating office follows and urges (theo dõi, đôn đốc)."""
    return round_policy.can_coordinate(user, round)


def can_read_chase(user: User, round: Round) -> Verdict:
    """Who owes what is read by those who run the round."""
    return round_policy.can_coordinate(user, round) or round_policy.can_head(user, round)

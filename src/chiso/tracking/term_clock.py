"""Terms of panel members that end when their last day is over (nhiệm kỳ), as stages do: see `stage_clock`."""

import logging
from datetime import datetime

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils import translation

from chiso.audit import origin
from chiso.common.refusals import RuleViolation
from chiso.organizations.clock_person import clock_person
from chiso.rounds.actions.terms import end_term
from chiso.rounds.terms import over

ORIGIN = "term-clock"
logger = logging.getLogger(__name__)


def run(at: datetime) -> int:
    """End every term that is over; answers how many. Mostly there is none, which costs one query."""
    count = 0
    for member in over(at).select_related("round", "user", "body"):
        try:
            with translation.override(settings.LANGUAGE_CODE), origin.acting_from(ORIGIN):
                end_term(member, clock_person(), at)
        except RuleViolation:
            continue  # Another worker was faster, or a decision gave more time meanwhile.
        except (OperationalError, InterfaceError):
            raise  # The worker's own trouble: it waits and comes back.
        except Exception:  # One broken seat must not keep the others from ending.
            logger.exception("Chưa kết thúc được nhiệm kỳ của vị trí %s.", member.pk)
        else:
            count += 1
    return count

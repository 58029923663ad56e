"""What people do to chase: the coordinator sets when the clock reminds, and urges by hand."""

from chiso.tracking.actions.rules import set_reminders
from chiso.tracking.actions.urging import LetterDraft, Urged, urge

__all__ = ["LetterDraft", "Urged", "set_reminders", "urge"]

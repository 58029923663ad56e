class RuleViolation(Exception):
    """Not now: the rules of the round forbid it. The message is a whole sentence and tells the way out."""

from chiso.notices.models import MessagePreference
from chiso.organizations.models import User


def preference_of(person: User) -> MessagePreference:
    """How a person wants to be written to; the rule for all when nothing was chosen."""
    return MessagePreference.objects.filter(user=person).first() or MessagePreference(user=person)


def set_preference(person: User, *, mail: str, push: bool) -> None:
    """Keep how a person wants to be written to. No action: it is nobody else's affair and changes nothing official."""
    MessagePreference.objects.update_or_create(user=person, defaults={"mail": mail, "push": push})

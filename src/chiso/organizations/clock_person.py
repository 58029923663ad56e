"""The person who stands in the audit log for what the server's clock did (đồng hồ máy chủ).

It holds no role in any unit, is not active and has no password: nobody signs in as it, and no list of people to
choose from or to write to holds it.
"""

from django.contrib.auth.hashers import make_password

from chiso.organizations.models import User

EMAIL = "dong-ho@may-chu.invalid"
NAME = "Đồng hồ máy chủ"


def clock_person() -> User:
    """The clock as a person, made the first time that it acts; of two workers that make it, one does."""
    unusable = {"full_name": NAME, "is_active": False, "password": make_password(None)}
    return User.objects.get_or_create(email=EMAIL, defaults=unusable)[0]


def is_clock(user: User) -> bool:
    """Is this the clock itself? Nobody becomes it by taking its address: whoever is not active never signs in."""
    return user.email == EMAIL and not user.is_active

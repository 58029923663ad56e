from datetime import datetime

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from chiso.organizations.models import User


class UserRequest(HttpRequest):
    """The request of a signed-in view: the person, and the moment the clock gave it."""

    user: User
    now: datetime
    htmx: HtmxDetails

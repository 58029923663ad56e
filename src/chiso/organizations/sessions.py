"""Sessions in the database, as Django keeps them; every request reads one, so the query is prepared."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from chiso.common.prepared import Prepared


@Prepared
def _sessions(*, key: str) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key)


def prune(most: int) -> int:
    """Remove sessions that have expired, so many at once; return how many."""
    expired = Session.objects.filter(expire_date__lt=timezone.now())  # noqa: TID251 sessions live in real time
    keys = list(expired.order_by("expire_date").values_list("pk", flat=True)[:most])
    expired.filter(pk__in=keys).delete()
    return len(keys)


class SessionStore(db.SessionStore):
    """The store that `SESSION_ENGINE` names."""

    def _get_session_from_db(self) -> Session | None:
        session = _sessions.first(key=self.session_key or "")
        if session is None or session.expire_date <= timezone.now():  # noqa: TID251 sessions live in real time
            self._session_key = None
            return None
        return session

"""Sessions in the database, as Django keeps them; every request reads one, so the query is prepared."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from chiso.common.prepared import Prepared


@Prepared
def _sessions(*, key: str) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key)


class SessionStore(db.SessionStore):
    """The store that `SESSION_ENGINE` names."""

    def _get_session_from_db(self) -> Session | None:
        session = _sessions.first(key=self.session_key or "")
        if session is None or session.expire_date <= timezone.now():  # noqa: TID251 sessions live in real time
            self._session_key = None
            return None
        return session

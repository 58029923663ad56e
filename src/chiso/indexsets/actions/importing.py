"""A set comes in from a file."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.audit.actions import action, changed
from chiso.common.refusals import RuleViolation
from chiso.indexsets import policy
from chiso.indexsets.models import Criterion, Edition, IndexSet
from chiso.indexsets.reading import digest_of
from chiso.indexsets.settling import require_fitting
from chiso.organizations.models import Unit, User
from chiso.scoring import read_index_set


@action("index_set.import", gettext_noop("Nhập Bộ chỉ số"), allowed=policy.can_import)
def import_edition(authority: Unit, by: User, at: datetime, *, text: str) -> Edition:
    """Read a `chiso-index-set/1` text into a new draft edition.

    Raises `IndexSetErrors` with every fault of the text, and `RuleViolation` when this version is already there.
    """
    parsed = read_index_set(text)
    require_fitting(parsed)
    index_set, _is_new = IndexSet.objects.get_or_create(authority=authority, key=parsed.id)
    if index_set.editions.filter(year=parsed.year, version=parsed.version).exists():
        raise RuleViolation(
            _("Bộ chỉ số “%(key)s” năm %(year)d lần %(version)d đã có. Hãy tăng `version` trong tệp.")
            % {"key": parsed.id, "year": parsed.year, "version": parsed.version}
        )
    edition = Edition.objects.create(
        index_set=index_set,
        name=parsed.name,
        year=parsed.year,
        version=parsed.version,
        text=text,
        digest=digest_of(text),
        imported_at=at,
    )
    rows: dict[str, Criterion] = {}
    for position, node in enumerate(parsed.nodes, start=1):
        rows[node.code] = Criterion.objects.create(
            edition=edition,
            parent=rows.get(node.parent_code or ""),
            position=position,
            code=node.code,
            name=node.name,
            max_score=node.max,
            is_leaf=node.is_leaf,
        )
    changed("edition", edition.pk)
    changed("digest", edition.digest)
    return edition

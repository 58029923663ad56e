"""A set is issued by decision; one decision may carry several."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.core.files.base import File
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.audit.actions import action, changed
from chiso.common import dates
from chiso.common.numbers import format_number
from chiso.common.refusals import RuleViolation
from chiso.common.workflow import move
from chiso.evidence.storing import PDF, clean_name, media_type_of
from chiso.indexsets import policy, workflow
from chiso.indexsets.models import Edition, Opinion
from chiso.indexsets.settling import lock, settle
from chiso.organizations.models import Unit, User


@dataclass(frozen=True)
class Decision:
    """The decision that issues: number and date, who signed, the signed file when there is one."""

    number: str
    day: date
    signer: str
    signed_file: File[bytes] | None = None


@action("index_set.issue", gettext_noop("Ban hành Bộ chỉ số"), allowed=policy.can_issue)
def issue_edition(
    edition: Edition,
    by: User,
    at: datetime,
    *,
    number: str,
    day: date,
    signer: str = "",
    signed_file: File[bytes] | None = None,
    seen: int | None = None,
) -> Edition:
    """Issue an edition by the head's decision (ban hành); from now on it never changes.

    `seen` is the `draft_version` of the page one confirms; a draft saved since then is refused.
    """
    decision = Decision(number, day, signer or by.full_name, signed_file)
    _issue(edition, decision, seen, _keep(signed_file))
    changed("decision", f"{number} {dates.format_date(day)}")
    changed("digest", edition.digest)
    return edition


@action(
    "index_set.issue_together",
    gettext_noop("Ban hành nhiều Bộ chỉ số bằng một quyết định"),
    allowed=policy.can_issue_for,
)
def issue_editions(
    authority: Unit, by: User, at: datetime, *, editions: Sequence[tuple[Edition, int]], decision: Decision
) -> list[Edition]:
    """Issue several editions by one decision, each with the `draft_version` that was confirmed: all or none."""
    if any(edition.index_set.authority_id != authority.pk for edition, _seen in editions):
        raise RuleViolation(_("Một quyết định chỉ ban hành các Bộ chỉ số của cùng một cơ quan."))
    path = _keep(decision.signed_file)
    for edition, seen in editions:
        _issue(edition, decision, seen, path)
    changed("decision", f"{decision.number} {dates.format_date(decision.day)}")
    changed("editions", {edition.pk: edition.digest for edition, _seen in editions})
    return [edition for edition, _seen in editions]


def _issue(edition: Edition, decision: Decision, seen: int | None, signed_path: str) -> None:
    waiting = Opinion.objects.filter(consultation__edition=edition, response="").count()
    if waiting:
        raise RuleViolation(
            _(
                "Còn %(count)d ý kiến chưa được tiếp thu, giải trình. "
                "Cơ quan thường trực cần trả lời trước khi ban hành."
            )
            % {"count": waiting}
        )
    row = lock(edition, seen)
    if row.state not in workflow.ISSUE.sources:
        move(edition, workflow.ISSUE)  # Says that it is not in a state to be issued.
    move(
        edition,
        workflow.ISSUE,
        **vars(settle(row, is_issued=True)),
        draft=None,
        decision_number=decision.number,
        decision_date=decision.day,
        signer_name=decision.signer,
        signed_file=signed_path,
    )


def _keep(file: File[bytes] | None) -> str:
    """Keep the signed decision under its own hash, and answer where; only a PDF is taken, told by its content."""
    if file is None:
        return ""
    name = clean_name(file.name or "")
    if media_type_of(file) != PDF:
        raise RuleViolation(
            _("Tệp “%(name)s” không phải là PDF. Hãy chọn bản quét quyết định dạng PDF.") % {"name": name}
        )
    if file.size > settings.EVIDENCE_MAX_BYTES:
        limit = format_number(settings.EVIDENCE_MAX_BYTES // 1_000_000)
        raise RuleViolation(_("Tệp “%(name)s” quá giới hạn %(limit)s MB.") % {"name": name, "limit": limit})
    file.seek(0)
    sha256 = hashlib.sha256(file.read()).hexdigest()
    file.seek(0)
    storage = Edition._meta.get_field("signed_file").storage
    path = f"set-decisions/{sha256}.pdf"
    kept: str = path if storage.exists(path) else storage.save(path, file)
    changed("signed_file", sha256)
    return kept

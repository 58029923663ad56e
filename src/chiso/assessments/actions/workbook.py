"""What a unit does with many leaves at once: enter them from a workbook, take in files that wait for their leaf."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.base import File
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.assessments import policy, windows
from chiso.assessments.entering import Said, enter, words_of
from chiso.assessments.models import Dossier, Entry
from chiso.assessments.scores import node_of
from chiso.audit.actions import action, changed
from chiso.common.refusals import RuleViolation
from chiso.evidence.describing import mark_of
from chiso.evidence.models import Document
from chiso.evidence.storing import store
from chiso.organizations.models import User


@dataclass(frozen=True)
class EnteredLeaf:
    """A leaf as the workbook has it, over the version that its author saw."""

    code: str
    version: int
    said: Said


@action("dossier.import_workbook", gettext_noop("Nhập số liệu từ bảng tính"), allowed=policy.can_edit)
def import_workbook(dossier: Dossier, by: User, at: datetime, *, leaves: Sequence[EnteredLeaf]) -> list[Entry]:
    """Save the leaves that a workbook changes, all or none (nhập từ bảng tính).

    Raises `StaleEntry` when someone saved one of them since its version, `FactErrors` with what is wrong in a leaf.
    """
    windows.hold(dossier)
    windows.require_writable(dossier, at)
    if not leaves:
        raise RuleViolation(_("Bảng tính không có thay đổi nào để lưu."))
    wanted = {leaf.code: leaf for leaf in leaves}
    entries = list(dossier.entries.filter(code__in=wanted).order_by("criterion__position"))
    for entry in entries:
        entry.dossier, leaf = dossier, wanted[entry.code]
        before = _told(entry)
        enter(entry, node_of(dossier.block.edition, entry.code), by, at, version=leaf.version, said=leaf.said)
        changed(entry.code, _told(entry), before)
    return entries


def _told(entry: Entry) -> dict[str, Any]:
    """All that a unit says of a leaf, as the audit log keeps it; what is empty is left out."""
    told = {**entry.all_facts(), "score": entry.score, "reason": entry.reason, **words_of(entry)}
    return {name: value for name, value in told.items() if value not in (None, "", False)}


@action("dossier.take_in", gettext_noop("Nhận tệp chưa xếp vào tiêu chí"), allowed=policy.can_edit)
def take_in_file(dossier: Dossier, by: User, at: datetime, *, file: File[bytes]) -> Document:
    """Keep a file of which nobody can tell yet for which leaf it is; it proves nothing until it is cited."""
    windows.hold(dossier)
    if dossier.state in windows.ANSWERING_STATES:
        windows.require_answerable(dossier, at)
    else:
        windows.require_writable(dossier, at)
    document = store(dossier.unit, file, by, at)
    changed("document", mark_of(document))
    return document

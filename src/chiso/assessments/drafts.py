"""What an appraiser typed of a judgement and has not saved yet (bản nháp): a row that only its writer reads.

No action and no entry in the log: a draft decides nothing, counts nowhere and changes with every pause in typing, so
the log would tell of little else; when it was kept stands on the row (as `notices.opening`). What comes of it is an
action: saving the judgement drops the draft in the same transaction, and so does the end of the pass.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chiso.assessments.models import Appraisal, Entry, IndependentScore, JudgementDraft
from chiso.common.refusals import RuleViolation
from chiso.organizations.models import User
from chiso.rounds.choices import Panel, Position
from chiso.rounds.models import PanelMember, Round

Saved = Appraisal | IndependentScore | None
"""The judgement that a draft would change: the team's, or the own one of two."""
Words = dict[str, Any]
OLD_PAGE = gettext_lazy("Chưa lưu nháp: trang đã cũ, hãy sao chép nội dung rồi tải lại.")
_LONGEST = 4000
_MOST = 100
"""More than any field of the form holds."""


# ---- reading ---------------------------------------------------------------------


def draft_of(user: User, entry: Entry, number: int) -> JudgementDraft | None:
    """One's own draft of a leaf; who may judge the leaf was asked before."""
    return JudgementDraft.objects.filter(entry=entry, pass_number=number, user=user).first()


def has_draft(user: User, number: int) -> Q:
    """The entries of which a person keeps a draft."""
    return Q(Exists(JudgementDraft.objects.filter(entry=OuterRef("pk"), pass_number=number, user=user)))


def is_current(draft: JudgementDraft, saved: Saved, since: datetime | None) -> bool:
    """Whether the form still shows what the draft was begun on: the same judgement, and nothing new `since`.

    The own one of two and the team's count their versions apart, so the version alone does not tell.
    """
    return draft.version == _version(saved) and (since is None or since <= draft.saved_at)


def moment_of(saved: Appraisal | IndependentScore) -> datetime:
    return saved.appraised_at if isinstance(saved, Appraisal) else saved.given_at


def _version(saved: Saved) -> int:
    return saved.version if saved else 0


# ---- keeping ---------------------------------------------------------------------


def words_of(typed: QueryDict, fields: Mapping[str, forms.Field]) -> Words:
    """What was typed in the fields of the form; a box or a list that is not sent is empty."""
    words: Words = {}
    for name, field in fields.items():
        if isinstance(field, forms.MultipleChoiceField):
            words[name] = [_clean(one) for one in typed.getlist(name)[:_MOST]]
        elif name in typed or isinstance(field, forms.BooleanField):
            words[name] = _clean(typed.get(name, ""))
    return {name: value for name, value in words.items() if not fields[name].widget.is_hidden}


def _clean(text: str) -> str:
    return text.replace("\0", "")[:_LONGEST]  # PostgreSQL takes no NUL.


def keep_draft(
    user: User,
    entry: Entry,
    number: int,
    saved: Saved,
    at: datetime,
    *,
    words: Words,
    version: str,
    since: datetime | None,
) -> JudgementDraft:
    """Keep what was typed on a page that showed `version` of the judgement.

    Refused where it would wipe out other words of the person: those of an older draft that still waits to be taken or
    discarded, or those saved or kept meanwhile from another page.
    """
    old = draft_of(user, entry, number)
    if version == str(_version(saved)):
        if old and not is_current(old, saved, since):
            raise RuleViolation(_("Chưa lưu nháp: hãy đưa bản nháp cũ vào ô hoặc bỏ đi trước."))
    elif not (_goes_on(old, version) if old else _is_older(version, saved) and _by_somebody_else(saved, user)):
        raise RuleViolation(OLD_PAGE)
    kept, _is_new = JudgementDraft.objects.update_or_create(
        entry=entry,
        pass_number=number,
        user=user,
        defaults={"words": words, "version": int(version), "saved_at": at},
    )
    return kept


def _goes_on(old: JudgementDraft, version: str) -> bool:
    return version == str(old.version)


def _is_older(version: str, saved: Saved) -> bool:
    return version.isascii() and version.isdigit() and len(version) < 10 and int(version) < _version(saved)


def _by_somebody_else(saved: Saved, user: User) -> bool:
    return isinstance(saved, Appraisal) and saved.appraised_by_id != user.pk


def take_draft(draft: JudgementDraft, saved: Saved, at: datetime) -> None:
    """Go on with a draft upon the judgement as it is saved now."""
    JudgementDraft.objects.filter(pk=draft.pk).update(version=_version(saved), saved_at=at)


def drop_draft(user: User, entry: Entry, number: int) -> bool:
    """Forget a draft: discarded, or saved as a judgement. Answers whether there was one."""
    return bool(JudgementDraft.objects.filter(entry=entry, pass_number=number, user=user).delete()[0])


def drop_drafts(round: Round, number: int, *, office: int | None = None) -> None:
    """Forget what nobody can save any more: of a whole pass, or of the people of an office that signed."""
    drafts = JudgementDraft.objects.filter(entry__dossier__round=round, pass_number=number)
    if office is not None:
        people = PanelMember.objects.filter(round=round, panel=Panel.TEAM, body=office, left_at=None)
        # As `offices.has_signed`: the leader still judges.
        drafts = drafts.filter(user__in=people.exclude(position=Position.LEADER).values("user"))
    drafts.delete()

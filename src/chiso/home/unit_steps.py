"""The next steps of a judged unit: enter, prove, submit; then read the notice, explain, send."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.assessments import policy, windows
from chiso.assessments.choices import DossierState
from chiso.assessments.models import Dossier, Reopening
from chiso.assessments.pages.dossier_rows import leaf_rows
from chiso.assessments.pages.dossier_tree import EMPTY, EXPLAINED, NO_PAPERS, TO_EXPLAIN, Standing, standing_of
from chiso.assessments.pages.judgements import judgements_of
from chiso.assessments.pages.sharing_page import MINE, own_leaves, share_of
from chiso.assessments.remarks import Responsibility, responsibilities_of
from chiso.common.dates import format_date
from chiso.home.step import Bar, Step, codes_in_words
from chiso.organizations.choices import Role
from chiso.organizations.models import User
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Round

Answers = Mapping[str, Responsibility]
_OWN_ROLES = (Role.UNIT_EDITOR, Role.UNIT_APPROVER)
_REOPENING_STAGES = (StageKey.REAPPRAISAL, StageKey.COUNCIL)
_OPEN_STATES = windows.WRITING_STATES | windows.ANSWERING_STATES | {DossierState.INTERNAL_REVIEW}


def steps_of_units(user: User, rounds: list[Round], at: datetime) -> Iterator[Step]:
    """What the person's own units must do: one query, then at most seven for a dossier that is open to them."""
    own = {held.unit_id for held in user.roles() if held.role in _OWN_ROLES}
    if not own or not rounds:
        return
    yield from _requests(own, rounds, at)
    dossiers = (
        Dossier.objects.visible_to(user)
        .filter(Q(unit__in=own), round__in=rounds, state__in=_OPEN_STATES)
        .select_related("round__coordinator", "unit", "block__edition", "notice")
        .defer("block__edition__text")
    )
    for dossier in dossiers.order_by("pk"):
        yield from _steps(user, dossier, at)


def _requests(own: Collection[int], rounds: list[Round], at: datetime) -> Iterator[Step]:
    """What the team or the council asks about a leaf after the supplement, and nobody answered yet; one query."""
    asking = [round for round in rounds if round.stage in _REOPENING_STAGES]
    if not asking:
        return
    rows = Reopening.objects.filter(
        entry__dossier__unit__in=own,
        entry__dossier__round__in=asking,
        answered_at=None,
        settled_at=None,
        until__gt=at,
    )
    for row in rows.select_related("entry").order_by("until", "pk"):
        title = _("Yêu cầu giải trình, bổ sung số %(number)s, tiêu chí %(code)s")
        url = reverse("assessments:leaf", args=[row.entry.dossier_id, row.entry.code])
        told = title % {"number": row.number, "code": row.entry.code}
        yield Step(told, url, _("Trả lời yêu cầu"), row.reason, row.until, is_blocking=True)


def _steps(user: User, dossier: Dossier, at: datetime) -> Iterator[Step]:
    rows = leaf_rows(user, dossier)
    judged = judgements_of(user, dossier, rows)
    standing = standing_of(dossier, rows, in_supplement=judged.in_supplement)
    answers = responsibilities_of(dossier)
    due = windows.planned(dossier)
    if dossier.state in windows.ANSWERING_STATES:
        if windows.is_answerable(dossier, at):
            yield from _my_share(user, standing, answers, due, at)
        yield from _answering(user, standing, due, at)
    elif dossier.round.stage in (StageKey.SELF_ASSESSMENT, StageKey.AGGREGATION):
        yield from _writing(user, standing, answers, due, at)
    yield _progress(standing)


def _my_share(user: User, standing: Standing, answers: Answers, due: datetime | None, at: datetime) -> Iterator[Step]:
    """The leaves that the person answers for, by their inner deadline."""
    share = share_of(standing, answers.values(), user.pk, at)
    if not share.left:
        return
    title = ngettext("Tiêu chí được giao: %(n)d chưa xong", "Tiêu chí được giao: %(n)d chưa xong", len(share.left)) % {
        "n": len(share.left)
    }
    note = codes_in_words(share.left)
    if share.until:
        words = _("Đã quá hạn nội bộ %(day)s · %(codes)s") if share.overdue else _("Hạn nội bộ %(day)s · %(codes)s")
        note = words % {"day": format_date(share.until), "codes": note}
    url = reverse("assessments:sharing", args=[standing.dossier.pk]) + f"?loc={MINE}"
    # The inner deadline is the unit's own affair: home counts down to the one that costs points.
    yield Step(title, url, _("Làm phần việc của tôi"), note, due)


def _remarks(user: User, standing: Standing, answers: Answers, due: datetime | None) -> Iterator[Step]:
    """What the leader found and nobody answered yet: on one's own leaves, and for officials on those of nobody."""
    mine = {user.pk} if policy.can_approve(user, standing.dossier) else {user.pk, None}
    waiting = [row.code for row in answers.values() if row.awaits_answer and row.person in mine]
    if waiting:
        title = ngettext(
            "%(n)d nhận xét của lãnh đạo chưa trả lời", "%(n)d nhận xét của lãnh đạo chưa trả lời", len(waiting)
        ) % {"n": len(waiting)}
        url = reverse("assessments:missing", args=[standing.dossier.pk]) + "#nhan-xet"
        yield Step(title, url, _("Xem, trả lời nhận xét"), codes_in_words(waiting), due)


def _sharing(user: User, standing: Standing, answers: Answers, due: datetime | None) -> Iterator[Step]:
    """The leader shares the work when it begins, and whatever was left over; a unit need not share at all."""
    own = [answers[node.code] for node in own_leaves(standing)]
    free = [row.code for row in own if row.person is None]
    begins = len(free) == len(own) and not standing.progress.done
    if free and (begins or len(free) < len(own)) and policy.can_approve(user, standing.dossier):
        title = ngettext("%(n)d tiêu chí chưa giao cho ai", "%(n)d tiêu chí chưa giao cho ai", len(free))
        url = reverse("assessments:sharing", args=[standing.dossier.pk])
        yield Step(title % {"n": len(free)}, url, _("Phân công"), codes_in_words(free), due)


def _writing(user: User, standing: Standing, answers: Answers, due: datetime | None, at: datetime) -> Iterator[Step]:
    dossier = standing.dossier
    if dossier.state == DossierState.INTERNAL_REVIEW:
        if policy.can_approve(user, dossier):
            yield _submission(standing, _("Hồ sơ chờ ký duyệt, nộp"), _("Kiểm tra, nộp hồ sơ"), due, is_blocking=True)
        return
    if not windows.is_writable(dossier, at):
        note = _("Liên hệ %(coordinator)s nếu có lý do khách quan cần gia hạn.")
        note %= {"coordinator": dossier.round.coordinator.name}
        yield Step(_("Hồ sơ chưa nộp, đã quá hạn"), _page(dossier), _("Xem hồ sơ"), note, due, is_blocking=True)
        return
    if windows.is_return(dossier):
        title, note = _("Hồ sơ bị trả lại để hoàn thiện"), dossier.return_reason
        yield Step(title, _page(dossier), _("Hoàn thiện hồ sơ"), note, due, is_blocking=True)
    yield from _my_share(user, standing, answers, due, at)
    yield from _remarks(user, standing, answers, due)
    yield from _open_leaves(standing, due)
    yield from _sharing(user, standing, answers, due)
    yield from _handing_over(user, standing, due)


def _open_leaves(standing: Standing, due: datetime | None) -> Iterator[Step]:
    """Leaves without papers come first: they look done, and are not."""
    if unproved := _codes(standing, NO_PAPERS):
        title = ngettext(
            "%(n)d tiêu chí thiếu tài liệu kiểm chứng", "%(n)d tiêu chí thiếu tài liệu kiểm chứng", len(unproved)
        )
        yield _leaves(standing, title, unproved, _("Bổ sung tài liệu"), due)
    if empty := _codes(standing, EMPTY):
        title = ngettext("%(n)d tiêu chí chưa nhập số liệu", "%(n)d tiêu chí chưa nhập số liệu", len(empty))
        yield _leaves(standing, title, empty, _("Nhập số liệu"), due)


def _handing_over(user: User, standing: Standing, due: datetime | None) -> Iterator[Step]:
    is_complete = not standing.progress.left
    if policy.can_approve(user, standing.dossier):
        title = _("Hồ sơ đã đủ, chờ ký duyệt, nộp") if is_complete else _("Hồ sơ chưa nộp")
        yield _submission(standing, title, _("Kiểm tra, nộp hồ sơ"), due)
    elif is_complete:
        yield _submission(standing, _("Hồ sơ đã đủ số liệu và tài liệu"), _("Trình lãnh đạo duyệt"), due)


def _submission(
    standing: Standing, title: str, action: str, due: datetime | None, *, is_blocking: bool = False
) -> Step:
    url = reverse("assessments:submit", args=[standing.dossier.pk])
    note, dossier = standing.progress.left_words, standing.dossier
    if dossier.round.report_required and dossier.report_id is None:
        note = _("%(progress)s · chưa có báo cáo đã ký") % {"progress": note}
    return Step(title, url, action, note, due, is_blocking=is_blocking)


def _answering(user: User, standing: Standing, due: datetime | None, at: datetime) -> Iterator[Step]:
    dossier = standing.dossier
    if not windows.is_answerable(dossier, at):
        return
    if dossier.notice.opened_at is None:
        title = _("Thông báo kết quả sơ bộ số %(number)s") % {"number": dossier.notice.number}
        url = reverse("assessments:notice", args=[dossier.pk])
        yield Step(title, url, _("Xem thông báo"), _("Đơn vị chưa mở thông báo."), due, is_blocking=True)
    waiting = _codes(standing, TO_EXPLAIN)
    if waiting:
        title = ngettext(
            "%(n)d tiêu chí cần giải trình, bổ sung", "%(n)d tiêu chí cần giải trình, bổ sung", len(waiting)
        )
        yield _leaves(standing, title, waiting, _("Giải trình"), due)
    if policy.can_approve(user, dossier):
        explained = len(_codes(standing, EXPLAINED))
        note = _("Đã giải trình %(done)d/%(of)d tiêu chí.") % {"done": explained, "of": explained + len(waiting)}
        url = reverse("assessments:resubmit", args=[dossier.pk])
        yield Step(_("Gửi giải trình, bổ sung"), url, _("Kiểm tra, gửi giải trình"), note, due)


def _codes(standing: Standing, condition: str) -> list[str]:
    return [code for code, found in standing.conditions.items() if found == condition]


def _leaves(standing: Standing, title: str, codes: list[str], action: str, due: datetime | None) -> Step:
    url = reverse("assessments:leaf", args=[standing.dossier.pk, codes[0]])
    return Step(title % {"n": len(codes)}, url, action, codes_in_words(codes), due)


def _page(dossier: Dossier) -> str:
    return reverse("assessments:dossier", args=[dossier.pk])


def _progress(standing: Standing) -> Step:
    dossier, progress = standing.dossier, standing.progress
    words = _("%(done)d/%(of)d tiêu chí · tự chấm %(total)s/%(max)s") % {
        "done": progress.done,
        "of": progress.of,
        "total": standing.total,
        "max": standing.total_max,
    }
    title = _("Hồ sơ năm %(year)d · %(unit)s") % {"year": dossier.round.year, "unit": dossier.unit.name}
    return Step(title, _page(dossier), progress=Bar(progress.done, progress.of, words))

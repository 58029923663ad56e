"""What the team does: judge leaf by leaf, agree in bulk, end a pass; and the notice that follows pass 1."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.assessments import policy, windows, workflow
from chiso.assessments.actions.stages import advance
from chiso.assessments.choices import DossierState, Pass
from chiso.assessments.models import Appraisal, Entry, LeafScored, PassSignOff, PreliminaryNotice
from chiso.assessments.queries import awaiting_appraisal
from chiso.assessments.scores import copy_of, is_same, judge, node_of
from chiso.audit.actions import action, because, changed
from chiso.common.dates import format_deadline
from chiso.common.refusals import RuleViolation
from chiso.common.workflow import move_all, save_if_unchanged
from chiso.indexsets.answers import Answer
from chiso.notices.sending import send
from chiso.organizations.models import User
from chiso.rounds import policy as round_policy
from chiso.rounds import workflow as round_workflow
from chiso.rounds.choices import StageKey
from chiso.rounds.holding import hold
from chiso.rounds.models import Round

_PASS_OF_STAGE = {StageKey.APPRAISAL: Pass.FIRST, StageKey.REAPPRAISAL: Pass.SECOND}
_STATE_OF_PASS = {Pass.FIRST: DossierState.UNDER_APPRAISAL, Pass.SECOND: DossierState.UNDER_REAPPRAISAL}


def current_pass(round: Round) -> Pass:
    """The pass that runs now; refused outside the two stages of appraisal."""
    try:
        return _PASS_OF_STAGE[StageKey(round.stage)]
    except KeyError:
        raise RuleViolation(
            _("Đợt đánh giá đang ở giai đoạn “%(stage)s” nên không thẩm định được.")
            % {"stage": round.get_stage_display()}
        ) from None


@action("entry.appraise", gettext_noop("Thẩm định tiêu chí"), allowed=policy.can_appraise)
def appraise_entry(
    entry: Entry,
    by: User,
    at: datetime,
    *,
    version: int,
    answer: Answer,
    reason: str = "",
    needs_explanation: bool = False,
    private_note: str = "",
) -> Appraisal:
    """Judge one leaf in the running pass: verified facts, “not applicable”, or points with a reason.

    `version` is that of the appraisal the page showed, 0 when there was none.
    """
    windows.hold(entry.dossier)
    number = current_pass(entry.dossier.round)
    _require_under(entry, number)
    row = Appraisal.objects.filter(entry=entry, pass_number=number).first() or Appraisal(
        entry=entry, pass_number=number, version=0
    )
    before, facts_before = row.score, row.all_facts()
    judge(row, node_of(entry.dossier.block.edition, entry.code), answer)
    if not row.has_answer():
        raise RuleViolation(_("Chưa có số liệu hoặc điểm thẩm định."))
    if not is_same(row, baseline(entry, number)) and not reason.strip():
        raise RuleViolation(_("Điểm khác điểm trước đó nên phải nêu lý do, gửi đơn vị."))
    row.reason, row.needs_explanation, row.private_note = reason, needs_explanation, private_note
    row.appraised_by, row.appraised_at = by, at
    if not save_if_unchanged(row, version):
        raise RuleViolation(
            _("Tiêu chí %(code)s của %(unit)s vừa được người khác chấm. Hãy tải lại trang để xem.")
            % {"code": entry.code, "unit": entry.dossier.unit}
        )
    changed("score", row.score, before)
    changed(entry.code, row.all_facts(), facts_before)
    changed("needs_explanation", needs_explanation)
    changed("pass", number)
    because(reason)
    return row


def baseline(entry: Entry, number: int) -> LeafScored:
    """What the team starts from: in pass 1 the unit's self score, in pass 2 its own pass 1."""
    if number == Pass.SECOND:
        return entry.appraisals.filter(pass_number=Pass.FIRST).first() or entry
    return entry


def _require_under(entry: Entry, number: Pass) -> None:
    if entry.dossier.state != _STATE_OF_PASS[number]:
        raise RuleViolation(
            _("Hồ sơ %(unit)s %(state)s nên không thẩm định được.")
            % {"unit": entry.dossier.unit, "state": entry.dossier.get_state_display()}
        )


@action(
    "round.agree_with_self_scores",
    gettext_noop("Đồng ý điểm tự chấm hàng loạt"),
    allowed=policy.can_sit_in_team,
)
def agree_with_self_scores(round: Round, by: User, at: datetime, *, entries: Sequence[Entry]) -> int:
    """Agree with the self score of chosen leaves at once; those already judged are left alone. Answers the count."""
    hold(round)
    number = current_pass(round)
    if number != Pass.FIRST:
        raise RuleViolation(_("Chỉ đồng ý hàng loạt ở thẩm định lần 1."))
    judged = set(Appraisal.objects.filter(entry__in=entries, pass_number=number).values_list("entry_id", flat=True))
    rows = []
    for entry in entries:
        if entry.pk in judged or not entry.has_answer():
            continue
        if entry.dossier.round_id != round.pk or policy.can_appraise(by, entry) is None:
            raise RuleViolation(
                _("Bạn không được phân công tiêu chí %(code)s của %(unit)s.")
                % {"code": entry.code, "unit": entry.dossier.unit}
            )
        _require_under(entry, number)
        rows.append(Appraisal(entry=entry, pass_number=number, appraised_by=by, appraised_at=at, **copy_of(entry)))
    Appraisal.objects.bulk_create(rows, batch_size=500)
    changed("entries", [f"{row.entry.dossier.unit_id}/{row.entry.code}" for row in rows])
    return len(rows)


@action("round.sign_off_pass", gettext_noop("Kết thúc thẩm định"), allowed=round_policy.can_lead_team)
def sign_off_pass(round: Round, by: User, at: datetime, *, minutes: str) -> PassSignOff:
    """End the running pass at a team meeting with minutes (design.md §3); refused while leaves await judgement."""
    hold(round)
    number = current_pass(round)
    waiting = awaiting_appraisal(round, number).count()
    if waiting:
        raise RuleViolation(_("Còn %(count)d tiêu chí chưa thẩm định nên chưa kết thúc được.") % {"count": waiting})
    if not minutes.strip():
        raise RuleViolation(_("Chưa có nội dung biên bản họp Tổ."))
    signed = PassSignOff.objects.create(round=round, pass_number=number, minutes=minutes, signed_by=by, signed_at=at)
    if number == Pass.FIRST:
        advance(round, round_workflow.SIGN_OFF_APPRAISAL, at)
    else:
        advance(round, round_workflow.SIGN_OFF_REAPPRAISAL, at)
        changed("dossiers", move_all(round.dossiers.all(), workflow.SEND_TO_COUNCIL))
    changed("pass", number)
    because(minutes)
    return signed


@action("round.send_notices", gettext_noop("Thông báo kết quả sơ bộ"), allowed=round_policy.can_coordinate)
def send_preliminary_notices(
    round: Round, by: User, at: datetime, *, number: str, answer_until: datetime
) -> list[PreliminaryNotice]:
    """Tell every unit its preliminary result, and open explanation and supplement until a moment (row 3.4)."""
    hold(round)
    last = round.stages.get(key=StageKey.REAPPRAISAL).closes_at
    if answer_until <= at or (last and answer_until > last):
        raise RuleViolation(
            _("Hạn giải trình, bổ sung phải sau hiện tại và trong thời gian rà soát, điều chỉnh (%(deadline)s).")
            % {"deadline": format_deadline(last)}
        )
    advance(round, round_workflow.SEND_NOTICE, at)
    dossiers = list(round.dossiers.filter(state=DossierState.UNDER_APPRAISAL).select_related("unit"))
    move_all(round.dossiers.all(), workflow.NOTIFY)
    round.stages.filter(key=StageKey.SUPPLEMENT).update(closes_at=answer_until)
    sent = PreliminaryNotice.objects.bulk_create(
        PreliminaryNotice(dossier=dossier, number=number, sent_at=at, answer_until=answer_until) for dossier in dossiers
    )
    for notice in sent:
        send(
            User.objects.filter(memberships__unit=notice.dossier.unit),
            _("Thông báo kết quả sơ bộ số %(number)s; giải trình, bổ sung %(deadline)s.")
            % {"number": number, "deadline": format_deadline(answer_until)},
            at,
            url=f"/ho-so/{notice.dossier_id}/thong-bao/",
        )
    changed("answer_until", answer_until)
    changed("units", [dossier.unit.name for dossier in dossiers])
    return sent


@action("notice.open", gettext_noop("Mở thông báo kết quả sơ bộ"), allowed=policy.can_read_notice)
def open_notice(notice: PreliminaryNotice, by: User, at: datetime) -> PreliminaryNotice:
    """Record that the unit opened its notice; the first time counts."""
    if PreliminaryNotice.objects.filter(pk=notice.pk, opened_at=None).update(opened_at=at):
        notice.opened_at = at
    return notice

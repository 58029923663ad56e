"""What the team does: judge leaf by leaf, agree in bulk, end a pass; and the notice that follows pass 1."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.assessments import policy, windows, workflow
from chiso.assessments.actions.stages import advance
from chiso.assessments.choices import DossierState, Pass
from chiso.assessments.drafts import drop_draft, drop_drafts
from chiso.assessments.independent import (
    Pair,
    are_apart,
    flags_of_both,
    forget_pairs,
    middle_of,
    pair_of,
    reason_of_both,
    two_judge,
)
from chiso.assessments.models import (
    Appraisal,
    Entry,
    IndependentScore,
    LeafScored,
    PassSignOff,
    PreliminaryNotice,
)
from chiso.assessments.offices import OFFICE_SIGNED, has_signed, head_seat, offices_of
from chiso.assessments.queries import awaiting_appraisal
from chiso.assessments.reopenings import require_none_open
from chiso.assessments.scores import copy_of, is_same, judge, node_of
from chiso.audit.actions import action, because, changed
from chiso.common.dates import format_deadline, format_moment
from chiso.common.refusals import RuleViolation
from chiso.common.workflow import move_all, save_if_unchanged
from chiso.indexsets.answers import Answer
from chiso.notices.sending import send
from chiso.organizations.models import User
from chiso.rounds import policy as round_policy
from chiso.rounds import workflow as round_workflow
from chiso.rounds.choices import Panel, StageKey
from chiso.rounds.holding import hold
from chiso.rounds.models import PanelMember, Round

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
    needs_visit: bool = False,
    private_note: str = "",
) -> Appraisal:
    """Judge one leaf in the running pass: verified facts, “not applicable”, or points with a reason.

    `version` is that of the appraisal the page showed, 0 when there was none.
    """
    number = _begin(entry, by)
    pair = pair_of(entry, by, number)
    row = Appraisal.objects.filter(entry=entry, pass_number=number).first() or Appraisal(
        entry=entry, pass_number=number, version=0
    )
    if pair is not None:
        _require_decision(pair, row, entry, reason)
    before, facts_before = row.score, row.all_facts()
    _put(row, entry, number, answer, reason)
    row.reason, row.private_note = reason, private_note
    row.needs_explanation, row.needs_visit = needs_explanation, needs_visit
    row.appraised_by, row.appraised_at = by, at
    if not save_if_unchanged(row, version):
        raise RuleViolation(
            _("Tiêu chí %(code)s của %(unit)s vừa được người khác chấm. Hãy tải lại trang để xem.")
            % {"code": entry.code, "unit": entry.dossier.unit}
        )
    drop_draft(by, entry, number)
    changed("score", row.score, before)
    changed(entry.code, row.all_facts(), facts_before)
    changed("needs_explanation", needs_explanation)
    changed("needs_visit", needs_visit)
    changed("pass", number)
    because(reason)
    return row


def _begin(entry: Entry, by: User) -> Pass:
    """Hold the dossier and answer with the pass that runs; refused where the leaf is not in it or its office signed."""
    windows.hold(entry.dossier)
    number = current_pass(entry.dossier.round)
    _require_under(entry, number)
    _require_unsigned(entry.dossier.round, by, number)
    forget_pairs(entry.dossier.round)
    return number


def _require_unsigned(round: Round, by: User, number: Pass) -> None:
    if has_signed(by, round, number):
        raise RuleViolation(OFFICE_SIGNED)


def _put(row: Appraisal | IndependentScore, entry: Entry, number: Pass, answer: Answer, reason: str) -> None:
    """Score an answer on a row; refused when it says nothing, or something else than before without a reason."""
    judge(row, node_of(entry.dossier.block.edition, entry.code), answer)
    if not row.has_answer():
        raise RuleViolation(_("Chưa có số liệu hoặc điểm thẩm định."))
    if not is_same(row, baseline(entry, number)) and not reason.strip():
        raise RuleViolation(_("Điểm khác điểm trước đó nên phải nêu lý do, gửi đơn vị."))


def _require_decision(pair: Pair, row: Appraisal, entry: Entry, reason: str) -> None:
    """Where two judge independently only the leader, or a third, judges after both, and says why they decide so."""
    if not pair.may_decide:
        raise RuleViolation(pair.why_not() if not pair.may_give else _("Tiêu chí này do hai người thẩm định độc lập."))
    if row._state.adding and not reason.strip():
        raise RuleViolation(_("Hai người chấm khác nhau nên phải nêu lý do của điểm quyết định."))


@action("entry.judge_independently", gettext_noop("Thẩm định độc lập tiêu chí"), allowed=policy.can_appraise)
def judge_independently(
    entry: Entry,
    by: User,
    at: datetime,
    *,
    version: int,
    answer: Answer,
    reason: str = "",
    needs_explanation: bool = False,
    needs_visit: bool = False,
    private_note: str = "",
) -> IndependentScore:
    """Give one of two judgements that do not see each other; the second makes the appraisal unless they stand apart.

    The log tells no score before both are there; until then one may correct one's own.
    """
    number = _begin(entry, by)
    pair = pair_of(entry, by, number)
    if pair is None:
        raise RuleViolation(_("Tiêu chí này do một người thẩm định. Hãy tải lại trang để chấm."))
    if not pair.may_give:
        raise RuleViolation(pair.why_not())
    row = pair.mine or IndependentScore(
        entry=entry, pass_number=number, member=_team_seat(by, entry.dossier.round), version=0
    )
    _put(row, entry, number, answer, reason)
    row.reason, row.private_note = reason, private_note
    row.needs_explanation, row.needs_visit, row.given_at = needs_explanation, needs_visit, at
    if not save_if_unchanged(row, version):
        raise RuleViolation(_("Điểm này đã được lưu ở nơi khác. Hãy tải lại trang để xem."))
    drop_draft(by, entry, number)
    changed("pass", number)
    other = next((one for one in pair.scores if one.member_id != row.member_id), None)
    if other is not None:
        _conclude_pair(entry, other, row, by, at)
    return row


def _team_seat(user: User, round: Round) -> PanelMember:
    held = round_policy.seat(user, round, Panel.TEAM)
    if held is None:
        raise RuleViolation(_("Bạn không còn trong Tổ Chuyên viên."))
    return held


def _conclude_pair(entry: Entry, one: IndependentScore, two: IndependentScore, by: User, at: datetime) -> None:
    """Both are there: agree, take the mean, or leave it to the leader; now the log may tell both."""
    number, round = Pass(two.pass_number), entry.dossier.round
    changed("scores", [one.score, two.score])
    because("\n".join(filter(None, (one.reason, two.reason))))
    if are_apart(one, two, round.independent_step):
        return
    row = Appraisal(entry=entry, pass_number=number, appraised_by=by, appraised_at=at, **flags_of_both(one, two))
    mean = None
    if is_same(one, two):
        for name, value in copy_of(one).items():
            setattr(row, name, value)
    else:
        node = node_of(entry.dossier.block.edition, entry.code)
        judge(row, node, middle_of(one, two, node, baseline(entry, number)))
        mean = row.score
    row.reason = reason_of_both(one, two, mean)
    row.save()
    changed("score", row.score)


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
    _require_unsigned(round, by, number)
    judged = set(Appraisal.objects.filter(entry__in=entries, pass_number=number).values_list("entry_id", flat=True))
    forget_pairs(round)
    paired = set(round_pairs(round, number, entries))
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
        if entry.pk in paired:
            raise RuleViolation(
                _("Tiêu chí %(code)s do hai người thẩm định độc lập nên không đồng ý hàng loạt.") % {"code": entry.code}
            )
        rows.append(Appraisal(entry=entry, pass_number=number, appraised_by=by, appraised_at=at, **copy_of(entry)))
    Appraisal.objects.bulk_create(rows, batch_size=500)
    changed("entries", [f"{row.entry.dossier.unit_id}/{row.entry.code}" for row in rows])
    return len(rows)


def round_pairs(round: Round, number: Pass, entries: Sequence[Entry]) -> list[int]:
    """Those of some entries that two people judge; no query where the round has none."""
    if not round.independent_codes:
        return []
    found = Entry.objects.filter(two_judge(round, number), pk__in=[entry.pk for entry in entries])
    return list(found.values_list("pk", flat=True))


@action("round.sign_off_pass", gettext_noop("Kết thúc thẩm định"), allowed=round_policy.can_lead_team)
def sign_off_pass(round: Round, by: User, at: datetime, *, minutes: str) -> PassSignOff:
    """End the running pass at a team meeting with minutes (design.md §3); refused while leaves await judgement."""
    hold(round)
    number = current_pass(round)
    require_none_open(round)
    waiting = awaiting_appraisal(round, number).count()
    if waiting:
        raise RuleViolation(_("Còn %(count)d tiêu chí chưa thẩm định nên chưa kết thúc được.") % {"count": waiting})
    if unsigned := [office.name for office in offices_of(round, number) if office.signed is None]:
        raise RuleViolation(_("Chưa có chữ ký của thủ trưởng cơ quan: %(offices)s.") % {"offices": ", ".join(unsigned)})
    _require_minutes(minutes)
    signed = PassSignOff.objects.create(round=round, pass_number=number, minutes=minutes, signed_by=by, signed_at=at)
    if number == Pass.FIRST:
        advance(round, round_workflow.SIGN_OFF_APPRAISAL, at)
    else:
        advance(round, round_workflow.SIGN_OFF_REAPPRAISAL, at)
        changed("dossiers", move_all(round.dossiers.all(), workflow.SEND_TO_COUNCIL))
    drop_drafts(round, number)
    changed("pass", number)
    because(minutes)
    return signed


def _require_minutes(minutes: str) -> None:
    if not minutes.strip():
        raise RuleViolation(_("Chưa có nội dung biên bản họp Tổ."))


@action(
    "round.sign_off_office",
    gettext_noop("Ký kết thúc phần thẩm định của cơ quan"),
    allowed=policy.can_sign_off_office,
)
def sign_off_office(round: Round, by: User, at: datetime, *, minutes: str) -> PassSignOff:
    """End the running pass for the leaves given to an office's people, by its head; then its people change nothing."""
    hold(round)
    number, seat = current_pass(round), head_seat(by, round)
    office = next((one for one in offices_of(round, number) if seat and one.body_id == seat.body_id), None)
    if office is None:
        raise RuleViolation(_("Cơ quan của bạn không được phân công tiêu chí nào ở lần thẩm định này."))
    if office.signed is not None:
        raise RuleViolation(
            _("%(office)s đã ký lúc %(when)s.")
            % {"office": office.name, "when": format_moment(office.signed.signed_at)}
        )
    if office.waiting:
        raise RuleViolation(
            _("%(office)s còn %(count)d tiêu chí chưa thẩm định xong nên chưa ký kết thúc được.")
            % {"office": office.name, "count": office.waiting}
        )
    _require_minutes(minutes)
    signed = PassSignOff.objects.create(
        round=round, pass_number=number, office_id=office.body_id, minutes=minutes, signed_by=by, signed_at=at
    )
    drop_drafts(round, number, office=office.body_id)
    changed("pass", number)
    changed("office", office.name)
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
    """Record who of the unit opened its notice, and when; the first time counts."""
    if PreliminaryNotice.objects.filter(pk=notice.pk, opened_at=None).update(opened_at=at, opened_by=by):
        notice.opened_at, notice.opened_by = at, by
    return notice

"""The next steps of those who run a round: the coordinating office and the head; and of bodies asked for opinions."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.assessments.actions.carry_over import OPEN_STAGES
from chiso.assessments.choices import DossierState
from chiso.assessments.models import Dossier
from chiso.assessments.pages.overview_steps import MOVES, blocks_of, checks_of, refusal_of
from chiso.home.step import Bar, Step
from chiso.indexsets.choices import EditionState
from chiso.indexsets.models import Edition
from chiso.organizations.models import User
from chiso.results.choices import SubmissionState
from chiso.results.models import Result, Submission
from chiso.results.pages import next_step
from chiso.rounds import policy
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Block, Round

_SENT = (DossierState.SUBMITTED, DossierState.NOT_SUBMITTED)


def steps_of_office(user: User, rounds: list[Round], at: datetime) -> Iterator[Step]:
    """What those who run a round must do; a few queries for each running round, whatever its size."""
    if not user.authorities_run():
        return
    yield from _edition_steps(user, at)
    mine = [round for round in rounds if round.authority_id in user.authorities_run()]
    if not mine and _may_begin(user):
        yield Step(
            _("Chưa có đợt đánh giá nào"),
            reverse("rounds:import_plan"),
            _("Lập đợt đánh giá theo kế hoạch"),
            _("Kế hoạch được nhập từ tệp; mỗi nhiệm vụ thành một giai đoạn có hạn."),
        )
    yield from _replaced_editions(user, mine)
    for round in mine:
        yield from _of_round(user, round, at)


def _may_begin(user: User) -> bool:
    """A coordinator whose authority never ran a round; after the first, the year's plan says when the next begins."""
    authorities = [unit for unit in user.authorities_run() if user.coordinates(unit)]
    return bool(authorities) and not Round.objects.filter(authority__in=authorities).exists()


def _of_round(user: User, round: Round, at: datetime) -> Iterator[Step]:
    stage = StageKey(round.stage)
    if stage == StageKey.PREPARATION:
        yield from _preparation(user, round, at)
    elif stage == StageKey.APPROVAL:
        yield from _approval(user, round)
    elif stage in _COORDINATED and policy.can_coordinate(user, round):
        yield from _COORDINATED[stage](round, at)


def closes(round: Round) -> datetime | None:
    """When the stage that runs ends, as planned; its stages are prefetched."""
    return next((stage.closes_at for stage in round.stages.all() if stage.key == round.stage), None)


def _due(round: Round, key: StageKey) -> datetime | None:
    return next((stage.closes_at for stage in round.stages.all() if stage.key == key), None)


# ---- preparation -------------------------------------------------------------


def _edition_steps(user: User, at: datetime) -> Iterator[Step]:
    editions = (
        Edition.objects.visible_to(user)
        .filter(index_set__authority__in=user.authorities_run())
        .exclude(state=EditionState.ISSUED)
        .select_related("index_set", "consultation")
        .annotate(waiting=Count("consultation__opinions", filter=Q(consultation__opinions__response="")))
        .defer("text", "draft")
    )
    for edition in editions.order_by("pk"):
        yield from _edition(user, edition, getattr(edition, "waiting", 0), at)


def _edition(user: User, edition: Edition, waiting: int, at: datetime) -> Iterator[Step]:
    authority = edition.index_set.authority_id
    url = reverse("indexsets:edition", args=[edition.pk])
    if edition.state == EditionState.DRAFT:
        if user.coordinates(authority):
            yield Step(_("Bộ chỉ số còn là dự thảo"), url, _("Lấy ý kiến"), edition.name)
        return
    due = edition.consultation.closes_at
    if waiting and user.coordinates(authority):
        title = ngettext(
            "%(n)d ý kiến chưa tiếp thu, giải trình", "%(n)d ý kiến chưa tiếp thu, giải trình", waiting
        ) % {"n": waiting}
        yield Step(title, url, _("Trả lời ý kiến"), edition.name, due)
    if not waiting and at >= due and user.heads(authority):
        yield Step(_("Bộ chỉ số chờ ban hành"), url, _("Ban hành Bộ chỉ số"), edition.name, due, is_blocking=True)


def _replaced_editions(user: User, rounds: list[Round]) -> Iterator[Step]:
    """Blocks whose edition was issued again, while their facts may still be carried over (one query)."""
    mine = [round.pk for round in rounds if round.stage in OPEN_STAGES and policy.can_coordinate(user, round)]
    blocks = Block.objects.filter(round__in=mine, edition__superseded_by__state=EditionState.ISSUED)
    for block in blocks.select_related("round").order_by("pk") if mine else ():
        url = reverse("assessments:carry_over", args=[block.round_id, block.pk])
        note = _("%(round)s, khối “%(block)s”") % {"round": block.round.name, "block": block.name}
        yield Step(_("Đợt đánh giá đang dùng bản cũ của Bộ chỉ số"), url, _("Chuyển sang bản mới…"), note)


def _preparation(user: User, round: Round, at: datetime) -> Iterator[Step]:
    checks = checks_of(round, user, blocks_of(round))
    due = closes(round) or _due(round, StageKey.SELF_ASSESSMENT)
    consulting = reverse("indexsets:editions")
    for check in checks:
        # Editions under consultation have steps of their own above.
        if check.todo and not check.url.startswith(consulting):
            yield Step(check.label, check.todo.url, check.todo.label, check.text, due)
    if policy.can_coordinate(user, round) and all(check.is_done for check in checks[:-1]):
        yield from _move(round, at)


# ---- the coordinator, stage by stage -----------------------------------------


def _move(round: Round, at: datetime) -> Iterator[Step]:
    """The next stage move of the round, with the reason while it is refused."""
    move = MOVES[StageKey(round.stage)]
    refusal = refusal_of(move, round, at)
    url = reverse("assessments:advance", args=[round.pk])
    yield Step(str(move.label), url, "" if refusal else f"{move.label}…", refusal, closes(round))


def _self_assessment(round: Round, at: datetime) -> Iterator[Step]:
    counts = _counts(round, sent=Q(state__in=_SENT))
    waiting = counts["of"] - counts["done"]
    if not waiting or not refusal_of(MOVES[StageKey.SELF_ASSESSMENT], round, at):
        yield from _move(round, at)
    if waiting:
        title = ngettext("%(n)d đơn vị chưa nộp hồ sơ", "%(n)d đơn vị chưa nộp hồ sơ", waiting) % {"n": waiting}
        bar = Bar(counts["done"], counts["of"], _("đã nộp %(done)d/%(of)d đơn vị") % counts)
        yield Step(title, _page(round), _("Theo dõi, đôn đốc"), due=closes(round), progress=bar)


def _aggregation(round: Round, at: datetime) -> Iterator[Step]:
    counts = _counts(round, sent=Q(state__in=_SENT))
    waiting = counts["of"] - counts["done"]
    if waiting:
        title = ngettext(
            "%(n)d đơn vị chưa nộp, chưa ghi nhận không nộp", "%(n)d đơn vị chưa nộp, chưa ghi nhận không nộp", waiting
        ) % {"n": waiting}
        yield Step(title, _page(round), _("Xem các đơn vị"), due=closes(round), is_blocking=True)
    else:
        yield from _move(round, at)


def _notice(round: Round, at: datetime) -> Iterator[Step]:
    url = reverse("assessments:send_notices", args=[round.pk])
    count = _counts(round, sent=Q(state=DossierState.UNDER_APPRAISAL))["done"]
    note = ngettext("%(n)d đơn vị sẽ nhận thông báo.", "%(n)d đơn vị sẽ nhận thông báo.", count) % {"n": count}
    yield Step(_("Thông báo kết quả sơ bộ"), url, _("Soạn thông báo…"), note, closes(round))


def _supplement(round: Round, at: datetime) -> Iterator[Step]:
    counts = _counts(round, sent=Q(state=DossierState.RESUBMITTED))
    yield from _move(round, at)
    bar = Bar(counts["done"], counts["of"], _("%(done)d/%(of)d đơn vị đã gửi giải trình, bổ sung") % counts)
    yield Step(_("Giải trình, bổ sung"), _page(round), progress=bar)


_COORDINATED = {
    StageKey.SELF_ASSESSMENT: _self_assessment,
    StageKey.AGGREGATION: _aggregation,
    StageKey.NOTICE: _notice,
    StageKey.SUPPLEMENT: _supplement,
}


def _counts(round: Round, sent: Q) -> dict[str, int]:
    return Dossier.objects.filter(round=round).aggregate(of=Count("pk"), done=Count("pk", filter=sent))


def _page(round: Round) -> str:
    return reverse("assessments:round", args=[round.pk])


# ---- approval and publication ------------------------------------------------


def _approval(user: User, round: Round) -> Iterator[Step]:
    submissions = list(Submission.objects.visible_to(user).filter(round=round).order_by("-submitted_at"))
    waiting = next((row for row in submissions if row.state == SubmissionState.WAITING), None)
    result = Result.objects.visible_to(user).filter(round=round).standing().defer("bundle").first()
    step = next_step(user, round, result, is_submitted=waiting is not None)
    if step is None:
        return
    note = _("Kết quả đã được phê duyệt.") if result else _("Hội đồng đã thống nhất kết quả.")
    if waiting:
        note = _("Tờ trình số %(number)s chờ phê duyệt.") % {"number": waiting.number}
    title = _("Kết quả Chỉ số CCHC năm %(year)d") % {"year": round.year}
    yield Step(title, step.url, step.label, note, closes(round), is_blocking=True)


# ---- consulted bodies --------------------------------------------------------


def steps_of_consulted(user: User, at: datetime) -> Iterator[Step]:
    """Index sets on which one's unit was asked and has not said anything yet (one query)."""
    if not user.roles():
        return
    asked = (
        Edition.objects.visible_to(user)
        .filter(state=EditionState.CONSULTING, consultation__bodies__in=user.unit_ids(), consultation__closes_at__gt=at)
        .exclude(consultation__opinions__unit__in=user.unit_ids())
        .select_related("consultation")
        .defer("text", "draft")
        .distinct()
    )
    for edition in asked.order_by("pk"):
        url = reverse("indexsets:edition", args=[edition.pk])
        yield Step(_("Góp ý Bộ chỉ số"), url, _("Đọc, góp ý"), edition.name, edition.consultation.closes_at)

"""What the approval page reads: the submission, what became of earlier ones, and the ranking it is about."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from chiso.assessments.models import Meeting
from chiso.common.dates import format_date, format_moment
from chiso.organizations.models import User
from chiso.results import pages, policy
from chiso.results.choices import SubmissionState
from chiso.results.corrections_page import Asked, asked_corrections
from chiso.results.models import Result, Submission
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Round
from chiso.rounds.policy import runs


@dataclass(frozen=True)
class Decided:
    """A submission that was returned or approved."""

    title: str
    who: str
    text: str
    kind: str


@dataclass(frozen=True)
class ApprovalPage:
    """`waiting` is the submission that the head decides on; `next` the step of the coordinating office."""

    asked: tuple[Asked, ...]
    waiting: Submission | None
    waiting_note: str
    may_decide: bool
    decided: tuple[Decided, ...]
    ranking: pages.RankingPage | None
    next: pages.NextStep | None


def approval_page(user: User, round: Round, submissions: QuerySet[Submission], result: Result | None) -> ApprovalPage:
    rows = list(submissions.select_related("submitted_by", "decided_by").order_by("-submitted_at"))
    waiting = next((row for row in rows if row.state == SubmissionState.WAITING), None)
    adopted = round.stage in (StageKey.APPROVAL, StageKey.PUBLISHED) and runs(user, round)
    return ApprovalPage(
        asked=asked_corrections(user, round),
        waiting=waiting,
        waiting_note=_note(waiting) if waiting else "",
        may_decide=waiting is not None and bool(policy.can_decide(user, waiting)),
        decided=tuple(_decided(row) for row in rows if row is not waiting),
        ranking=pages.ranking_page(round, result) if adopted else None,
        next=pages.next_step(user, round, result, is_submitted=waiting is not None),
    )


def _note(row: Submission) -> str:
    return _("%(who)s trình lúc %(when)s") % {
        "who": row.submitted_by.full_name,
        "when": format_moment(row.submitted_at),
    }


def _decided(row: Submission) -> Decided:
    is_approved = row.state == SubmissionState.APPROVED
    return Decided(
        title=_("Tờ trình số %(number)s: %(state)s") % {"number": row.number, "state": row.get_state_display()},
        who=_("%(who)s, %(when)s") % {"who": row.decided_by, "when": format_moment(row.decided_at)},
        text=row.reason,
        kind="green" if is_approved else "red",
    )


def drafted_text(round: Round) -> str:
    """A first wording of the submission, for the coordinator to change."""
    meeting = Meeting.objects.filter(round=round).exclude(adopted_at=None).order_by("-number").first()
    return _(
        "Hội đồng thẩm định đã họp ngày %(date)s và thống nhất kết quả Chỉ số CCHC năm %(year)d. "
        "%(coordinator)s kính trình %(authority)s xem xét, phê duyệt và ban hành Quyết định công bố."
    ) % {
        "date": format_date(meeting.held_at) if meeting else "…/…",
        "year": round.year,
        "coordinator": round.coordinator.name,
        "authority": round.authority.name,
    }

"""A block moves to a newer edition: the plan to read and confirm, and the report afterwards."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from chiso.assessments import policy
from chiso.assessments.actions import carry_over as actions
from chiso.assessments.forms.carry_over import CarryOverForm
from chiso.assessments.models import CarryOver
from chiso.assessments.pages import carry_over_page
from chiso.common.asking import attempt, require, sent, status_of
from chiso.common.dates import end_of_day
from chiso.common.refusals import RuleViolation
from chiso.indexsets.models import Edition
from chiso.indexsets.succession import in_force_after
from chiso.organizations.requests import UserRequest
from chiso.rounds.models import Block, Round
from chiso.rounds.pages import parts_of
from chiso.rounds.stage_line import stage_line


@require_http_methods(["GET", "POST"])
def carry_over(request: UserRequest, pk: int, block_pk: int) -> HttpResponse:
    """Leaf by leaf what would happen to every dossier; then it happens."""
    block = _block(request, pk, block_pk)
    require(policy.can_carry_over(request.user, block))
    edition = in_force_after([block.edition_id]).get(block.edition_id)
    form = CarryOverForm(*sent(request), initial={"edition": edition.pk if edition else 0})
    if done := attempt(form, lambda: _carry_over(request, block, edition, form)):
        messages.success(request, _("Khối “%(block)s” đã chuyển sang bản mới.") % {"block": block.name})
        return redirect("assessments:carry_over_report", done.pk)
    context = {
        "page": carry_over_page.plan_page(block, edition) if edition else None,
        "block_name": block.name,
        "form": form,
        "reports": carry_over_page.report_links(block),
    }
    return render(
        request, "assessments/carry_over.html", _frame(request, block.round) | context, status=status_of(form)
    )


@require_safe
def report(request: UserRequest, pk: int) -> HttpResponse:
    """What a carry-over did: to those who run the round for every unit, to a unit its own part."""
    related = ("block__round__authority", "block__round__coordinator", "old_edition", "new_edition", "carried_by")
    done = get_object_or_404(CarryOver.objects.visible_to(request.user).select_related(*related), pk=pk)
    context = {"page": carry_over_page.report_page(done, request.user)}
    return render(request, "assessments/carry_over_report.html", _frame(request, done.block.round) | context)


def _carry_over(request: UserRequest, block: Block, edition: Edition | None, form: CarryOverForm) -> CarryOver:
    """Carry over to the edition that the page showed; a stale page, or a second click, carries nothing."""
    given = form.cleaned_data
    if edition is None or edition.pk != given["edition"]:
        raise RuleViolation(
            _("Khối “%(block)s” không còn bản nào phải chuyển như trang này đã hiện. Hãy tải lại trang để xem.")
            % {"block": block.name}
        )
    until = end_of_day(given["until"]) if given["until"] else None
    return actions.carry_over(block, request.user, request.now, edition=edition, until=until, reason=given["reason"])


def _block(request: UserRequest, pk: int, block_pk: int) -> Block:
    rounds = Round.objects.visible_to(request.user).select_related("authority", "coordinator")
    round = get_object_or_404(rounds, pk=pk)
    blocks = round.blocks.select_related("edition__index_set").defer("edition__text")
    return get_object_or_404(blocks, pk=block_pk)


def _frame(request: UserRequest, round: Round) -> dict[str, object]:
    return {
        "round": round,
        "stage_line": stage_line(round, request.now),
        "parts": parts_of(round, request.user, "assessments:round"),
    }

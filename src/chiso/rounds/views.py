from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chiso.common.asking import attempt, require, sent, status_of
from chiso.common.refusals import RuleViolation
from chiso.indexsets.forms import DecisionForm
from chiso.organizations.choices import Role
from chiso.organizations.models import Unit, User
from chiso.organizations.requests import UserRequest
from chiso.rounds import actions, pages, policy
from chiso.rounds.choices import StageKey
from chiso.rounds.forms import (
    AssignmentForm,
    BlockForm,
    MemberForm,
    PlanImportForm,
)
from chiso.rounds.models import PanelMember, Round
from chiso.rounds.stage_line import stage_line


def plan(request: UserRequest, pk: int) -> HttpResponse:
    """The plan as it is printed, with the exact moment of every deadline."""
    round = _round(request, pk)
    context = {"page": pages.plan_page(round.plan, request.user)}
    return render(request, "rounds/plan.html", _frame(request, round, "rounds:plan") | context)


def issue_plan(request: UserRequest, pk: int) -> HttpResponse:
    """The head issues the plan."""
    round = _round(request, pk)
    require(policy.can_issue_plan(request.user, round.plan))
    form = DecisionForm(*sent(request), initial={"day": localdate(request.now)})
    if attempt(form, lambda: actions.issue_plan(round.plan, request.user, request.now, **form.cleaned_data)):
        messages.success(request, _("Đã ban hành Kế hoạch số %(number)s.") % {"number": round.plan.number})
        return redirect("rounds:plan", pk)
    context = {"form": form, "effects": pages.effects_of_plan(round.plan)}
    return render(
        request, "rounds/issue_plan.html", _frame(request, round, "rounds:plan") | context, status=status_of(form)
    )


def import_plan(request: UserRequest) -> HttpResponse:
    """Create a round from a plan's file; every fault is shown, and nothing is saved unless all is well."""
    require(any(request.user.coordinates(unit) for unit in request.user.authorities_run()))
    form = PlanImportForm(*sent(request), user=request.user)
    if round := attempt(
        form,
        lambda: actions.create_round(
            form.cleaned_data["authority"],
            request.user,
            request.now,
            coordinator=_office_of(request.user, form.cleaned_data["authority"]),
            plan=form.cleaned_data["file"],
            before_counts_day=form.cleaned_data["before_counts_day"],
        ),
    ):
        messages.success(request, _("Đã lập đợt đánh giá theo Kế hoạch."))
        return redirect("rounds:plan", round.pk)
    return render(request, "rounds/import_plan.html", {"form": form}, status=status_of(form))


def panels(request: UserRequest, pk: int) -> HttpResponse:
    """Council, team and who appraises what; the coordinator adds members here."""
    round = _round(request, pk)
    form = MemberForm(*sent(request), round=round)
    if request.method == "POST":
        require(policy.can_coordinate(request.user, round))
        if attempt(form, lambda: _appoint(request, round, form)):
            return redirect("rounds:panels", pk)
    context = {"page": pages.panels_page(round, request.user), "form": form}
    return render(
        request, "rounds/panels.html", _frame(request, round, "rounds:panels") | context, status=status_of(form)
    )


def establish(request: UserRequest, pk: int) -> HttpResponse:
    """The head sets up council and team by decision."""
    round = _round(request, pk)
    require(policy.can_head(request.user, round))
    form = DecisionForm(*sent(request), initial={"day": localdate(request.now)})
    if attempt(form, lambda: actions.establish_panels(round, request.user, request.now, **form.cleaned_data)):
        messages.success(request, _("Đã thành lập Hội đồng thẩm định và Tổ Chuyên viên."))
        return redirect("rounds:panels", pk)
    context = {"form": form, "effects": pages.effects_of_panels(round)}
    return render(
        request, "rounds/establish.html", _frame(request, round, "rounds:panels") | context, status=status_of(form)
    )


def assign(request: UserRequest, pk: int, member_pk: int) -> HttpResponse:
    """Give areas to a member of the team."""
    round = _round(request, pk)
    member = get_object_or_404(round.panel_members.select_related("user"), pk=member_pk)
    member.round = round
    require(policy.can_assign(request.user, member))
    form = AssignmentForm(*sent(request), areas=pages.areas_of(round), initial={"codes": pages.assigned_areas(member)})
    if attempt(form, lambda: _assign(request, member, form)):
        return redirect("rounds:panels", pk)
    context = {"form": form, "member": member}
    return render(
        request, "rounds/assign.html", _frame(request, round, "rounds:panels") | context, status=status_of(form)
    )


@require_POST
def remove_member(request: UserRequest, pk: int, member_pk: int) -> HttpResponse:
    """Take a mistaken name off the draft list."""
    member = get_object_or_404(_round(request, pk).panel_members.select_related("user", "round"), pk=member_pk)
    try:
        actions.remove_member(member, request.user, request.now)
        messages.success(request, _("Đã đưa %(name)s khỏi danh sách.") % {"name": member.user.full_name})
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    return redirect("rounds:panels", pk)


def block(request: UserRequest, pk: int) -> HttpResponse:
    """Name a ranking group, its index set and its units."""
    round = _round(request, pk)
    require(policy.can_coordinate(request.user, round))
    form = BlockForm(*sent(request), round=round, user=request.user)
    if attempt(form, lambda: actions.add_block(round, request.user, request.now, **form.cleaned_data)):
        messages.success(request, _("Đã lập khối “%(name)s”.") % {"name": form.cleaned_data["name"]})
        return redirect("assessments:round", pk)
    context = {"form": form, "is_open": round.stage == StageKey.PREPARATION}
    return render(request, "rounds/block.html", _frame(request, round, "") | context, status=status_of(form))


def _appoint(request: UserRequest, round: Round, form: MemberForm) -> PanelMember:
    member = actions.appoint_member(round, request.user, request.now, panel=form.panel, **form.cleaned_data)
    messages.success(request, _("Đã thêm %(name)s vào danh sách.") % {"name": member.user.full_name})
    return member


def _assign(request: UserRequest, member: PanelMember, form: AssignmentForm) -> PanelMember:
    actions.assign_criteria(member, request.user, request.now, codes=form.cleaned_data["codes"])
    messages.success(request, _("Đã phân công cho %(name)s.") % {"name": member.user.full_name})
    return member


def _office_of(user: User, authority: Unit) -> Unit:
    """The coordinating office in which this person works for that authority."""
    offices = [
        held.unit_id
        for held in user.roles()
        if held.role == Role.COORDINATOR and authority.pk in (held.parent_id, held.unit_id)
    ]
    return get_object_or_404(Unit, pk=min(offices, default=0))


def _round(request: UserRequest, pk: int) -> Round:
    return get_object_or_404(Round.objects.visible_to(request.user).select_related("authority", "plan"), pk=pk)


def _frame(request: UserRequest, round: Round, current: str) -> dict[str, object]:
    """What every page of a round shows on top."""
    return {
        "round": round,
        "stage_line": stage_line(round, request.now),
        "parts": pages.parts_of(round, request.user, current),
    }

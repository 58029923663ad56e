from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chiso.common.asking import attempt, require, sent, status_of
from chiso.common.refusals import RuleViolation
from chiso.organizations.requests import UserRequest
from chiso.rounds import actions, assigning_page, coverage_page, policy
from chiso.rounds.coverage import coverage_of
from chiso.rounds.models import Block, PanelMember, Round
from chiso.rounds.panel_forms import UNITS, AssignmentForm, GapForm, TakeBackForm, WishForm
from chiso.rounds.proposing import propose
from chiso.rounds.views.frame import frame, open_member, open_round


def coverage(request: UserRequest, pk: int) -> HttpResponse:
    """Every leaf × block: how many people appraise it, and how much each person has."""
    round = open_round(request, pk)
    require(policy.can_follow_work(request.user, round))
    context = {"page": coverage_page.coverage_page(round, request.user)}
    return render(request, "rounds/coverage.html", frame(request, round, "rounds:coverage") | context)


def coverage_node(request: UserRequest, pk: int, block_pk: int, code: str) -> HttpResponse:
    """One area or leaf over the units of a block; what lacks somebody is given out here."""
    round = open_round(request, pk)
    require(policy.can_follow_work(request.user, round))
    block = get_object_or_404(round.blocks, pk=block_pk)
    form = GapForm(*sent(request), round=round, members=assigning_page.takers_of(round))
    if request.method == "POST":
        require(policy.can_lead_work(request.user, round))
        if attempt(form, lambda: _fill_gap(request, round, code, form)):
            return redirect("rounds:coverage_node", pk, block_pk, code)
    page = coverage_page.node_page(round, request.user, block, code)
    if page is None:
        raise Http404
    context = {"page": page, "form": form, "block": block, "code": code}
    top = frame(request, round, "rounds:coverage")
    return render(request, "rounds/coverage_node.html", top | context, status=status_of(form))


def propose_assignments(request: UserRequest, pk: int) -> HttpResponse:
    """A balanced proposal, looked at first; then written in one step."""
    round = open_round(request, pk)
    require(policy.can_lead_work(request.user, round))
    form = WishForm(request.GET, round=round, areas=assigning_page.areas_for(round))
    if request.method == "POST":
        form = WishForm(request.POST, round=round, areas=assigning_page.areas_for(round))
        given = request.POST.get("digest", "")
        if attempt(form, lambda: _apply(request, round, form, given)):
            return redirect("rounds:coverage", pk)
    found = coverage_of(round)
    page = coverage_page.proposal_page(found, propose(found, form.wish()))
    context = {"form": form, "page": page, "chosen": assigning_page.chosen(form)}
    top = frame(request, round, "rounds:coverage")
    return render(request, "rounds/propose_assignments.html", top | context, status=status_of(form))


def assign(request: UserRequest, pk: int, member_pk: int) -> HttpResponse:
    """Give criteria to a member of the team: for all units, for a block, or for single units."""
    member = open_member(request, pk, member_pk)
    require(policy.can_assign(request.user, member))
    page = assigning_page.assigning_page(member, request.POST.get("scope") or request.GET.get("scope") or "")
    form = AssignmentForm(*sent(request), round=member.round, nodes=page.nodes)
    if attempt(form, lambda: _assign(request, member, form)):
        return redirect(page.url)
    context = {"form": form, "member": member, "page": page}
    top = frame(request, member.round, "rounds:coverage")
    return render(request, "rounds/assign.html", top | context, status=status_of(form))


@require_POST
def take_back(request: UserRequest, pk: int, member_pk: int) -> HttpResponse:
    """Take back what a member has for all units, for a block or for one unit."""
    member = open_member(request, pk, member_pk)
    require(policy.can_assign(request.user, member))
    form = TakeBackForm(*sent(request), round=member.round)
    try:
        if form.is_valid():
            actions.take_back(member, request.user, request.now, **form.cleaned_data)
            messages.success(request, _("Đã thu hồi phân công của %(name)s.") % {"name": member.user.full_name})
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    return redirect("rounds:assign", pk, member_pk)


def _assign(request: UserRequest, member: PanelMember, form: AssignmentForm) -> PanelMember:
    codes, scope = form.cleaned_data["codes"], form.cleaned_data["scope"]
    if scope == UNITS:
        units = list(form.cleaned_data["units"])
        actions.assign_in_units(member, request.user, request.now, codes=codes, units=units)
    else:
        block = scope if isinstance(scope, Block) else None
        actions.assign_criteria(member, request.user, request.now, codes=codes, block=block)
    messages.success(request, _("Đã phân công cho %(name)s.") % {"name": member.user.full_name})
    return member


def _fill_gap(request: UserRequest, round: Round, code: str, form: GapForm) -> PanelMember:
    member: PanelMember = form.cleaned_data["member"]
    member.round = round
    units = list(form.cleaned_data["units"])
    actions.assign_in_units(member, request.user, request.now, codes=[code], units=units)
    messages.success(request, _("Đã phân công cho %(name)s.") % {"name": member.user.full_name})
    return member


def _apply(request: UserRequest, round: Round, form: WishForm, digest: str) -> list[object]:
    rows = actions.assign_proposed(round, request.user, request.now, wish=form.wish(), digest=digest)
    messages.success(request, _("Đã phân công theo đề xuất."))
    return list(rows)

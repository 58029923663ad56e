from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chiso.common.asking import attempt, require, sent, status_of
from chiso.common.refusals import RuleViolation
from chiso.organizations.requests import UserRequest
from chiso.rounds import actions, conflicts_page, policy
from chiso.rounds.models import Conflict
from chiso.rounds.panel_forms import ConflictForm, ReasonForm
from chiso.rounds.views.frame import frame, open_member


def conflicts(request: UserRequest, pk: int, member_pk: int) -> HttpResponse:
    """Of whom a member may not judge; the member, or the coordinator, declares here."""
    member = open_member(request, pk, member_pk)
    require(policy.can_read_conflicts(request.user, member))
    page = conflicts_page.conflicts_page(member, request.user)
    form = ConflictForm(*sent(request), round=member.round, barred=page.barred)
    if request.method == "POST":
        require(policy.can_declare_conflict(request.user, member))
        if attempt(form, lambda: actions.declare_conflict(member, request.user, request.now, **form.cleaned_data)):
            messages.success(request, _("Đã ghi nhận xung đột lợi ích."))
            return redirect("rounds:conflicts", pk, member_pk)
    context = {"form": form, "page": page, "member": member, "reason_form": ReasonForm()}
    top = frame(request, member.round, "rounds:panels")
    return render(request, "rounds/conflicts.html", top | context, status=status_of(form))


@require_POST
def withdraw_conflict(request: UserRequest, pk: int, member_pk: int, conflict_pk: int) -> HttpResponse:
    """The coordinator lets a member judge a unit again, and says why."""
    member = open_member(request, pk, member_pk)
    conflict = get_object_or_404(
        Conflict.objects.select_related("member__user", "member__round", "unit"), pk=conflict_pk, member=member
    )
    require(policy.can_withdraw_conflict(request.user, conflict))
    form = ReasonForm(*sent(request))
    try:
        reason = form.cleaned_data["reason"] if form.is_valid() else ""
        actions.withdraw_conflict(conflict, request.user, request.now, reason=reason)
        messages.success(request, _("Đã rút xung đột lợi ích với %(unit)s.") % {"unit": conflict.unit.name})
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    return redirect("rounds:conflicts", pk, member_pk)

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chiso.common.asking import attempt, require, sent, status_of
from chiso.common.refusals import RuleViolation
from chiso.indexsets.forms import DecisionForm
from chiso.organizations.requests import UserRequest
from chiso.rounds import actions, panels_page, policy
from chiso.rounds.actions.panels import HEADS
from chiso.rounds.models import PanelMember, Round
from chiso.rounds.panel_forms import AddMemberForm, HandOverForm, MemberForm, TermForm
from chiso.rounds.terms_page import effects_of_new_term
from chiso.rounds.views.frame import frame, open_member, open_round


def panels(request: UserRequest, pk: int) -> HttpResponse:
    """Council, team and who appraises what; the coordinator adds members here."""
    round = open_round(request, pk)
    form = MemberForm(*sent(request), round=round)
    if request.method == "POST":
        require(policy.can_coordinate(request.user, round))
        if attempt(form, lambda: _appoint(request, round, form)):
            return redirect("rounds:panels", pk)
    context = {"page": panels_page.panels_page(round, request.user, request.now), "form": form}
    return render(
        request, "rounds/panels.html", frame(request, round, "rounds:panels") | context, status=status_of(form)
    )


def establish(request: UserRequest, pk: int) -> HttpResponse:
    """The head sets up council and team by decision."""
    round = open_round(request, pk)
    require(policy.can_head(request.user, round))
    form = DecisionForm(*sent(request), initial={"day": localdate(request.now)})
    if attempt(form, lambda: actions.establish_panels(round, request.user, request.now, **form.cleaned_data)):
        messages.success(request, _("Đã thành lập Hội đồng thẩm định và Tổ Chuyên viên."))
        return redirect("rounds:panels", pk)
    context = {"form": form, "effects": panels_page.effects_of_panels(round)}
    return render(
        request, "rounds/establish.html", frame(request, round, "rounds:panels") | context, status=status_of(form)
    )


@require_POST
def remove_member(request: UserRequest, pk: int, member_pk: int) -> HttpResponse:
    """Take a mistaken name off the draft list."""
    member = open_member(request, pk, member_pk)
    try:
        actions.remove_member(member, request.user, request.now)
        messages.success(request, _("Đã đưa %(name)s khỏi danh sách.") % {"name": member.user.full_name})
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    return redirect("rounds:panels", pk)


def add_member(request: UserRequest, pk: int) -> HttpResponse:
    """Add somebody after the decision, as an amending decision says."""
    round = open_round(request, pk)
    require(policy.can_change_panels(request.user, round))
    form = AddMemberForm(*sent(request), round=round, initial={"day": localdate(request.now)})
    if member := attempt(
        form,
        lambda: actions.add_member(round, request.user, request.now, amendment=form.amendment(), **form.seat()),
    ):
        messages.success(request, _("Đã bổ sung %(name)s.") % {"name": member.user.full_name})
        return redirect("rounds:panels", pk)
    context = {"form": form}
    return render(
        request, "rounds/add_member.html", frame(request, round, "rounds:panels") | context, status=status_of(form)
    )


def hand_over(request: UserRequest, pk: int, member_pk: int) -> HttpResponse:
    """Somebody leaves, as an amending decision says; a successor takes over position and leaves."""
    member = open_member(request, pk, member_pk)
    require(policy.can_hand_over(request.user, member))
    form = HandOverForm(
        *sent(request),
        member=member,
        needs_successor=member.position in HEADS,
        initial={"day": localdate(request.now)},
    )
    if attempt(form, lambda: _hand_over(request, member, form)):
        return redirect("rounds:panels", pk)
    context = {"form": form, "member": member, "effects": panels_page.effects_of_hand_over(member)}
    return render(
        request,
        "rounds/hand_over.html",
        frame(request, member.round, "rounds:panels") | context,
        status=status_of(form),
    )


def renew_term(request: UserRequest, pk: int, member_pk: int) -> HttpResponse:
    """A member gets another term, as an amending decision says."""
    member = open_member(request, pk, member_pk)
    require(policy.can_hand_over(request.user, member))
    form = TermForm(*sent(request), initial={"day": localdate(request.now)})
    if attempt(form, lambda: actions.renew_term(member, request.user, request.now, **form.term())):
        messages.success(request, _("Đã ghi nhiệm kỳ mới của %(name)s.") % {"name": member.user.full_name})
        return redirect("rounds:panels", pk)
    context = {"form": form, "member": member, "effects": effects_of_new_term(member)}
    return render(
        request,
        "rounds/renew_term.html",
        frame(request, member.round, "rounds:panels") | context,
        status=status_of(form),
    )


def _hand_over(request: UserRequest, member: PanelMember, form: HandOverForm) -> PanelMember:
    successor = form.cleaned_data["successor"]
    actions.hand_over(member, request.user, request.now, amendment=form.amendment(), successor=successor)
    words = _("%(name)s đã thôi tham gia; %(successor)s thay.") if successor else _("%(name)s đã thôi tham gia.")
    messages.success(
        request, words % {"name": member.user.full_name, "successor": successor.full_name if successor else ""}
    )
    return member


def _appoint(request: UserRequest, round: Round, form: MemberForm) -> PanelMember:
    member = actions.appoint_member(round, request.user, request.now, **form.seat())
    messages.success(request, _("Đã thêm %(name)s vào danh sách.") % {"name": member.user.full_name})
    return member

"""The editor of a draft: the set itself, one criterion after the other, and what is wrong with them."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget, trigger_client_event

from chiso.common.asking import require
from chiso.common.refusals import RuleViolation
from chiso.indexsets import policy
from chiso.indexsets.actions import drafting as actions
from chiso.indexsets.drafting.outline import ROOT, Spot, mark_of, own_fields
from chiso.indexsets.drafting.tree_edits import renumber as renumbered
from chiso.indexsets.editor_page import Editor, information_mark, renumber_effects
from chiso.indexsets.exchange.trees import without_empty
from chiso.indexsets.models import Edition
from chiso.indexsets.node_forms import InformationForm, NodeForm
from chiso.indexsets.rule_forms import rule_from
from chiso.organizations.requests import UserRequest


@require_http_methods(["GET", "POST"])
def draft(request: UserRequest, pk: int) -> HttpResponse:
    """What the set says of itself."""
    editor = Editor(_open(request, pk))
    is_save = request.method == "POST"
    form = InformationForm(editor.tree, request.POST if is_save else None)
    if is_save:
        seen = request.POST.get("seen", "")
        try:
            actions.save_information(editor.edition, request.user, request.now, seen=seen, fields=form.tree())
        except RuleViolation as refusal:
            return _refused(request, editor, refusal, None, {"form": form, "seen": seen})
        messages.success(request, _("Đã lưu thông tin chung."))
        return redirect("indexsets:draft", pk)
    context = {"head": editor.head(), "form": form, "seen": information_mark(editor.tree)}
    return render(request, "indexsets/editor_information.html", context)


@require_http_methods(["GET", "POST"])
def node(request: UserRequest, pk: int, key: str) -> HttpResponse:
    """One criterion of the draft; a POST saves it, or only shows the fields of another rule (`then=show`)."""
    editor = Editor(_open(request, pk))
    spot = editor.spot(key)
    if request.method == "POST" and request.POST.get("then") != "show":
        return _save(request, editor, spot, key)
    if spot is None:
        raise Http404(key)
    page = editor.node_page(spot, request.POST if request.method == "POST" else None)
    if request.htmx and request.method == "POST":
        return render(request, "indexsets/editor_rule.html", {"page": page})
    return _whole(request, editor, spot, {"page": page})


def _save(request: UserRequest, editor: Editor, spot: Spot | None, key: str) -> HttpResponse:
    then = request.POST.get("then", "")
    try:
        if spot is None:
            raise RuleViolation(_("Tiêu chí này không còn trong dự thảo: đã bị bỏ, chuyển chỗ hoặc đổi mã."))
        fields = NodeForm(spot, request.POST).tree(rule_from(request.POST) if request.POST.get("rule-kind") else None)
        if then == "auto":
            # The address holds the code, so it changes only when one asks for it.
            fields = without_empty({**fields, "code": spot.code})
        seen = request.POST.get("seen", "")
        if fields != own_fields(spot.node):
            key = actions.save_node(editor.edition, request.user, request.now, code=key, seen=seen, fields=fields)
    except RuleViolation as refusal:
        return _refused(request, editor, refusal, spot, {})
    return _saved(request, Editor(editor.edition), key, then, is_renamed=key != spot.key)


def _saved(request: UserRequest, editor: Editor, key: str, then: str, *, is_renamed: bool) -> HttpResponse:
    """After a save: the next criterion, the page anew, or only the pieces that changed."""
    spot = editor.outline.by_key[key]
    page = editor.node_page(spot, trial=request.POST)
    if then == "next" or is_renamed or not request.htmx:
        target = page.next_url if then == "next" and page.next_url else editor.url(spot)
        return HttpResponseClientRedirect(target) if request.htmx else HttpResponseRedirect(target)
    piece = "editor.html#kept" if then == "auto" else "editor.html#saved"
    context = {"page": page, "pk": editor.edition.pk, "is_saved": True, "is_answer": True}
    return trigger_client_event(render(request, f"indexsets/{piece}", context), "draft-saved")


@require_POST
def trial(request: UserRequest, pk: int, key: str) -> HttpResponse:
    """Score facts by the rule as it is saved; nothing is kept."""
    editor, spot = _spot(request, pk, key)
    page = editor.node_page(spot, trial=request.POST)
    if page.trial is None:
        raise Http404(key)
    if request.htmx:
        return render(request, "indexsets/editor_trial.html#result", {"trial": page.trial})
    return _whole(request, editor, spot, {"page": page})


@require_POST
def add(request: UserRequest, pk: int, key: str) -> HttpResponse:
    """Add a criterion in this one, or after it."""
    edition = _open(request, pk)
    after = key if request.POST.get("where") == "after" else ""
    parent = _parent_key(Editor(edition), key) if after else key
    return _reshape(
        request,
        edition,
        lambda: actions.add_node(edition, request.user, request.now, parent=parent, after=after),
        key,
    )


@require_POST
def move(request: UserRequest, pk: int, key: str) -> HttpResponse:
    """Move a criterion up, down, or under another."""
    edition = _open(request, pk)
    steps = {"up": -1, "down": 1}.get(request.POST.get("to", ""), 0)
    parent = "" if steps else request.POST.get("parent", "")
    if not steps and not parent:
        messages.error(request, _("Chưa chọn nơi chuyển đến."))
        return redirect("indexsets:draft_node", pk, key)
    return _reshape(
        request,
        edition,
        lambda: actions.move_node(edition, request.user, request.now, code=key, by_steps=steps, parent=parent),
        key,
    )


@require_http_methods(["GET", "POST"])
def renumber(request: UserRequest, pk: int, key: str) -> HttpResponse:
    """Number what lies in a criterion anew, in its order."""
    editor = Editor(_open(request, pk))
    spot = None if key == ROOT else editor.spot(key)
    if spot is None and key != ROOT:
        raise Http404(key)
    if request.method == "POST":
        return _reshape(request, editor.edition, lambda: _renumber(request, editor.edition, key), key)
    context = {"edition": editor.edition, "key": key, "effects": renumber_effects(renumbered(editor.tree, spot)[1])}
    return render(request, "indexsets/editor_renumber.html", context)


@require_http_methods(["GET", "POST"])
def remove(request: UserRequest, pk: int, key: str) -> HttpResponse:
    """Take a criterion out, with all in it."""
    editor, spot = _spot(request, pk, key)
    edition = editor.edition
    parent = _parent_key(editor, key)
    if request.method == "POST":
        seen = request.POST.get("seen", "")
        try:
            actions.remove_node(edition, request.user, request.now, code=key, seen=seen)
        except RuleViolation as refusal:
            messages.error(request, str(refusal))
            return redirect("indexsets:draft_node", pk, key)
        messages.success(request, _("Đã bỏ “%(name)s” khỏi dự thảo.") % {"name": spot.title})
        return _to(pk, parent)
    context = {"edition": edition, "spot": spot, "inside": len(editor.outline.below(spot)) - 1}
    context |= {"opinions": actions.opinions_on(edition, editor.outline, spot).count()}
    hidden = [{"name": "seen", "value": mark_of(spot.node)}]
    return render(request, "indexsets/editor_remove.html", {**context, "hidden": hidden})


@require_safe
def findings(request: UserRequest, pk: int) -> HttpResponse:
    """Everything wrong with the draft: as a piece of the page, or as a page of its own."""
    editor = Editor(_open(request, pk))
    context = {"panel": editor.panel(), "pk": pk, "is_answer": bool(request.htmx)}
    if request.htmx:
        return render(request, "indexsets/editor_findings.html", context)
    return render(request, "indexsets/editor_check.html", {**context, "head": editor.head()})


def _renumber(request: UserRequest, edition: Edition, key: str) -> str:
    actions.renumber(edition, request.user, request.now, code=key)
    messages.success(request, _("Đã đánh lại mã."))
    return key


def _reshape(request: UserRequest, edition: Edition, act: Callable[[], str], key: str) -> HttpResponse:
    """Change the shape of the tree, and go to the criterion that it was about."""
    try:
        return _to(edition.pk, act())
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return _to(edition.pk, key)


def _refused(
    request: UserRequest, editor: Editor, refusal: RuleViolation, spot: Spot | None, more: dict[str, object]
) -> HttpResponse:
    """Say why; with htmx above the form, which stays as it was typed, else on the page with what was typed."""
    if request.htmx:
        answer = render(request, "indexsets/editor_refusal.html", {"refusal": str(refusal)}, status=409)
        return reswap(retarget(answer, "#refusal"), "outerHTML")
    if more:
        context = {"head": editor.head(), "refusal": str(refusal), **more}
        return render(request, "indexsets/editor_information.html", context, status=409)
    if spot is None:
        messages.error(request, str(refusal))
        return redirect("indexsets:draft", editor.edition.pk)
    page = editor.node_page(spot, request.POST)
    return _whole(request, editor, spot, {"page": page, "refusal": str(refusal)}, status=409)


def _whole(
    request: UserRequest, editor: Editor, spot: Spot, context: dict[str, object], status: int = 200
) -> HttpResponse:
    head = editor.head(spot.path)
    return render(request, "indexsets/editor.html", {"head": head, "pk": head.pk, **context}, status=status)


def _parent_key(editor: Editor, key: str) -> str:
    spot = editor.spot(key)
    parent = editor.outline.parent_of(spot) if spot else None
    return parent.key if parent else ROOT


def _to(pk: int, key: str) -> HttpResponseRedirect:
    return redirect("indexsets:draft", pk) if key == ROOT else redirect("indexsets:draft_node", pk, key)


def _spot(request: UserRequest, pk: int, key: str) -> tuple[Editor, Spot]:
    editor = Editor(_open(request, pk))
    spot = editor.spot(key)
    if spot is None:
        raise Http404(key)
    return editor, spot


def _open(request: UserRequest, pk: int) -> Edition:
    """The edition one edits. What is issued stays as it is."""
    found = Edition.objects.visible_to(request.user).defer("text").select_related("index_set__authority")
    edition = get_object_or_404(found, pk=pk)
    require(policy.can_edit_draft(request.user, edition))
    if edition.state not in actions.OPEN:
        raise PermissionDenied(_("Bộ chỉ số đã ban hành nên không sửa được nữa. Muốn sửa phải ban hành lần mới."))
    return edition

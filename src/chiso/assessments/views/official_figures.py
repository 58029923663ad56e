"""Official figures: the list of leaves, one leaf over all units, its Excel template, a filled one on trial."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from chiso.assessments import policy
from chiso.assessments.actions import official_figures as actions
from chiso.assessments.forms.official_figures import FigureForm, FiguresFileForm, SourceForm, data_of, figure_forms
from chiso.assessments.models import Entry
from chiso.assessments.official import is_official
from chiso.assessments.official_file import read_figures, write_template
from chiso.assessments.pages import official_page as pages
from chiso.assessments.scores import judge
from chiso.common.asking import require
from chiso.common.refusals import RuleViolation
from chiso.indexsets.exchange import UnreadableFile
from chiso.indexsets.reading import index_set_of
from chiso.organizations.requests import UserRequest
from chiso.rounds.models import Round
from chiso.rounds.views.frame import frame, open_round
from chiso.scoring import FactErrors, Node

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ROUTE = "assessments:official_list"


class _Desk:
    """One leaf of a block with the units whose figures this person enters; 404 where there is none."""

    def __init__(self, request: UserRequest, pk: int, block_pk: int, code: str) -> None:
        self.request, self.round, self.code = request, open_round(request, pk), code
        blocks = self.round.blocks.select_related("edition").defer("edition__text", "edition__draft")
        self.block = get_object_or_404(blocks, pk=block_pk)
        self.block.round = self.round
        require(policy.can_enter_figures(request.user, self.block))
        node = index_set_of(self.block.edition).by_code.get(code)
        if node is None or not is_official(node):
            raise Http404
        self.node: Node = node
        self.entries: list[Entry] = pages.entries_of(request.user, self.block, code)
        if not self.entries:
            raise Http404

    def page(self, source: SourceForm, forms: list[FigureForm], **more: Any) -> dict[str, Any]:
        try:
            actions.require_figures_open(self.block)
            locked = ""
        except RuleViolation as refusal:
            locked = str(refusal)
        rows = pages.figure_rows(self.entries, forms, self.node)
        context = {"group": self.block, "node": self.node, "rows": rows, "source": source, "locked": locked}
        file = {"file_form": more.pop("file_form", FiguresFileForm())}
        return frame(self.request, self.round, _ROUTE) | context | file | more


@require_safe
def official_list(request: UserRequest, pk: int) -> HttpResponse:
    round: Round = open_round(request, pk)
    require(policy.can_follow_appraisal(request.user, round))
    leaves = pages.official_list(round, request.user)
    return render(request, "assessments/official_list.html", frame(request, round, _ROUTE) | {"leaves": leaves})


@require_http_methods(["GET", "POST"])
def official_figures(request: UserRequest, pk: int, block_pk: int, code: str) -> HttpResponse:
    """All units on one page; a filled file is only shown here, old → new, until it is saved."""
    desk = _Desk(request, pk, block_pk, code)
    if request.method == "POST":
        return _try_out(desk) if "file" in request.FILES or "import" in request.POST else _save(desk)
    forms = figure_forms(desk.node, desk.entries)
    return render(request, "assessments/official_figures.html", desk.page(SourceForm(), forms))


def _save(desk: _Desk) -> HttpResponse:
    request = desk.request
    source, forms = SourceForm(request.POST), figure_forms(desk.node, desk.entries, request.POST)
    are_valid = all([source.is_valid(), *(form.is_valid() for form in forms)])
    if are_valid and (entered := _enter(desk, source, forms)):
        messages.success(request, _("Đã lưu số liệu của %(count)d đơn vị.") % {"count": len(entered.saved)})
        if entered.differing:
            names = ", ".join(str(entry.dossier.unit) for entry in entered.differing)
            told = _("Giữ nguyên vì đã thẩm định với giá trị khác: %(units)s.")
            messages.warning(request, told % {"units": names})
        return redirect("assessments:official_figures", desk.round.pk, desk.block.pk, desk.code)
    return render(request, "assessments/official_figures.html", desk.page(source, forms), status=422)


def _enter(desk: _Desk, source: SourceForm, forms: list[FigureForm]) -> actions.Entered | None:
    """Run the action; what it refuses stands at the form, or at the unit whose figure is wrong."""
    figures = [
        actions.Figure(entry, form.cleaned_data["version"], form.answer())
        for entry, form in zip(desk.entries, forms, strict=True)
    ]
    wrong = False
    for form, figure in zip(forms, figures, strict=True):
        wrong = _is_refused(desk.node, form, figure) or wrong
    if wrong:
        return None
    try:
        return actions.enter_official_figures(
            desk.block, desk.request.user, desk.request.now, code=desk.code, figures=figures, **source.cleaned_data
        )
    except RuleViolation as refusal:
        source.add_error(None, str(refusal))
        return None


def _is_refused(node: Node, form: FigureForm, figure: actions.Figure) -> bool:
    """Whether the rule takes the figures of a unit; all faults of all units are told at once."""
    try:
        judge(Entry(), node, figure.answer)
    except FactErrors as errors:
        form.refuse(errors)
        return True
    return False


def _try_out(desk: _Desk) -> HttpResponse:
    """Show what a filled file would change; nothing is saved."""
    request = desk.request
    file_form, source = FiguresFileForm(request.POST, request.FILES), SourceForm()
    forms, problems = figure_forms(desk.node, desk.entries), []
    if file_form.is_valid():
        try:
            filled = read_figures(file_form.cleaned_data["file"].read(), desk.node, desk.entries)
        except UnreadableFile as error:
            file_form.add_error("file", str(error))
        else:
            forms = figure_forms(desk.node, desk.entries, data_of(desk.node, desk.entries, filled.values))
            problems = filled.problems + _faults(desk, forms, filled.places)
            more = {"problems": problems, "is_trial": True, "file_form": FiguresFileForm()}
            context = desk.page(source, forms, **more)
            return render(request, "assessments/official_figures.html", context, status=422 if problems else 200)
    return render(
        request, "assessments/official_figures.html", desk.page(source, forms, file_form=file_form), status=422
    )


def _faults(desk: _Desk, forms: list[FigureForm], places: dict[tuple[str, str], str]) -> list[dict[str, str]]:
    """What the forms and the rule refuse of a file, each with its cell."""
    found = []
    for entry, form in zip(desk.entries, forms, strict=True):
        if form.is_valid():
            _is_refused(desk.node, form, actions.Figure(entry, entry.version, form.answer()))
        unit = entry.dossier.unit
        for name, errors in form.errors.items():
            where = places.get((unit.code, name), unit.name)
            found += [{"where": where, "what": str(error)} for error in errors]
    return found


@require_safe
def official_template(request: UserRequest, pk: int, block_pk: int, code: str) -> HttpResponse:
    """Every unit with what is stored now."""
    desk = _Desk(request, pk, block_pk, code)
    response = HttpResponse(write_template(desk.node, desk.entries), content_type=_XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="so-lieu-{desk.round.year}.xlsx"'
    response.headers["Cache-Control"] = "no-store"
    return response

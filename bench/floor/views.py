"""One view a job: the query, the rows, a small template. No sign-in, no permission, no rule, no audit, no CSRF."""

import hashlib
from decimal import Decimal

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import mark_safe

from chiso.assessments.models import Citation, Dossier, Entry
from chiso.evidence.models import Document

LEAF_COLUMNS = ("pk", "code", "criterion__name", "score", "score_state")
_LEAF = '<li><a href="/entry/%s/"><i>%s</i> %s %s <b>%s</b></a></li>\n'
_DOSSIER = '<tr><th><a href="/dossier/{}/">{}</a></th><td>{}</td><td>{}</td></tr>\n'


def ready(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def open_dossier(request: HttpRequest, pk: int) -> HttpResponse:
    """Rows are joined here: a template that loops over them and localizes numbers takes six times as long."""
    dossier = Dossier.objects.values("unit__name", "round__name").get(pk=pk)
    entries = Entry.objects.filter(dossier=pk).order_by("criterion__position").values_list(*LEAF_COLUMNS)
    leaves = "".join(
        _LEAF % (entry, state, code, name, "–" if score is None else score)
        for entry, code, name, score, state in entries
    )
    return render(request, "floor/dossier.html", {"dossier": dossier, "leaves": mark_safe(leaves)})


def save_leaf(request: HttpRequest, pk: int) -> HttpResponse:
    posted = request.POST
    with transaction.atomic():
        entry = Entry.objects.select_related("criterion").get(pk=pk)
        entry.facts = {name: posted[name] for name in ("numerator", "denominator")}
        entry.score = Decimal(posted["numerator"]) / Decimal(posted["denominator"])
        entry.version += 1
        entry.saved_at = timezone.now()
        entry.save(update_fields=["facts", "score", "version", "saved_at"])
    return render(request, "floor/leaf.html", {"entry": entry})


def upload(request: HttpRequest, pk: int) -> HttpResponse:
    file = request.FILES["file"]
    entry = Entry.objects.select_related("dossier").get(pk=pk)
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    sha256 = digest.hexdigest()
    at = timezone.now()
    with transaction.atomic():
        document = Document.objects.create(
            unit_id=entry.dossier.unit_id,
            name=file.name,
            media_type="application/pdf",
            size=file.size,
            sha256=sha256,
            content=default_storage.save(f"floor/{sha256[:2]}/{sha256}", file),
            uploaded_by_id=1,
            uploaded_at=at,
        )
        Citation.objects.create(entry=entry, document=document, stage="self_assessment", added_at=at)
    return redirect("dossier", entry.dossier_id)


def list_dossiers(request: HttpRequest, pk: int) -> HttpResponse:
    answered = Count("entries", filter=~Q(entries__facts={}))
    dossiers = Dossier.objects.filter(round=pk).annotate(answered=answered).order_by("unit__code")
    rows = "".join(
        _DOSSIER.format(dossier, escape(unit), state, count)
        for dossier, unit, state, count in dossiers.values_list("pk", "unit__name", "state", "answered")
    )
    return render(request, "floor/round.html", {"rows": mark_safe(rows)})

"""Anonymous pages. Every view begins at a publication, so nothing unpublished can be reached."""

from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import require_safe

from chiso.portal import open_data, pages
from chiso.results import charts
from chiso.results.models import Publication

_MINUTE = 60
_HOUR = 60 * _MINUTE


def _publication(pk: int, *, with_bundle: bool = False) -> Publication:
    """A publication; its frozen copy is megabytes, so only the files of open data read it each time."""
    results = [f"{newer}result" for newer in ("", "superseded_by__", "supersedes__")]
    rows = Publication.objects.public().select_related(*(f"{result}__round__authority" for result in results))
    deferred = results[1:] if with_bundle else results
    return get_object_or_404(rows.defer(*(f"{result}__bundle" for result in deferred)), pk=pk)


def _shared(request: HttpRequest, response: HttpResponse, seconds: int) -> HttpResponse:
    """Let proxies keep what is the same for every anonymous reader; language and sign-in come by cookie."""
    patch_vary_headers(response, ["Cookie"])
    if request.user.is_authenticated:
        patch_cache_control(response, private=True, no_cache=True)
    else:
        patch_cache_control(response, public=True, max_age=seconds)
    return response


@login_not_required
@require_safe
def publications(request: HttpRequest) -> HttpResponse:
    rows = (
        Publication.objects.in_force().select_related("result__round__authority", "supersedes").defer("result__bundle")
    )
    lines = pages.publication_lines(list(rows.order_by("-date", "-pk")))
    return _shared(request, render(request, "portal/publications.html", {"publications": lines}), _MINUTE)


@login_not_required
@require_safe
def publication(request: HttpRequest, pk: int) -> HttpResponse:
    row = _publication(pk)
    page = pages.publication_page(row)
    context = {"publication": row, "page": page, "authority_name": page.authority}
    return _shared(request, render(request, "portal/publication.html", context), _MINUTE)


@login_not_required
@require_safe
def results_csv(request: HttpRequest, pk: int) -> HttpResponse:
    row = _publication(pk, with_bundle=True)
    response = HttpResponse(open_data.results_csv(row), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="chi-so-cchc-{row.result.round.year}.csv"'
    return _shared(request, response, _HOUR)


@login_not_required
@require_safe
def results_json(request: HttpRequest, pk: int) -> HttpResponse:
    row = _publication(pk, with_bundle=True)
    data = open_data.results_json(row, request.build_absolute_uri(pages.url_of(row)))
    response = JsonResponse(data, json_dumps_params={"ensure_ascii": False})
    response.headers["Access-Control-Allow-Origin"] = "*"  # Open data: other sites' pages may read it.
    return _shared(request, response, _HOUR)


@login_not_required
@require_safe
def chart(request: HttpRequest, pk: int) -> HttpResponse:
    """The drawing, once the worker has made it; until then the page shows only its table."""
    path = charts.path_for(_publication(pk).result)
    if not default_storage.exists(path):
        raise Http404
    with default_storage.open(path, "rb") as file:
        response = HttpResponse(file.read(), content_type="image/svg+xml")
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return _shared(request, response, _HOUR)

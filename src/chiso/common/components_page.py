"""The page /dev/components/: every component in every state, with the data of the design's drawings.

Debug only. Developers look at it before they make something of their own; the browser tests take its picture.
"""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from chiso.common.components_sample import sample_context


@login_not_required
def components(request: HttpRequest) -> HttpResponse:
    """Show the catalogue; it does not exist outside DEBUG."""
    if not settings.DEBUG:
        raise Http404
    return render(request, "dev/components.html", sample_context())

"""The URL table: Vietnamese paths, English route names."""

from django.urls import include, path
from django.views.i18n import set_language

import chiso.common.paths  # noqa: F401 registers the converters that the tables below use
from chiso.common.components_page import components

urlpatterns = [
    path("", include("chiso.home.urls")),
    path("thong-bao/", include("chiso.notices.urls")),
    path("", include("chiso.organizations.urls")),
    path("", include("chiso.indexsets.urls")),
    path("", include("chiso.rounds.urls")),
    path("", include("chiso.assessments.urls")),
    path("", include("chiso.results.urls")),
    path("", include("chiso.tracking.urls")),
    path("", include("chiso.documents.urls")),
    path("cong-bo/", include("chiso.portal.urls")),
    path("tai-khoan/", include("allauth.urls")),
    path("ngon-ngu/", set_language, name="language"),
    path("dev/components/", components, name="components"),
]

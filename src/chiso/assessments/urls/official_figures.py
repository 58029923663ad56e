from django.urls import URLPattern, path

from chiso.assessments.views import official_figures as views

urlpatterns: list[URLPattern] = [
    path("dot/<key:pk>/so-lieu/", views.official_list, name="official_list"),
    path("dot/<key:pk>/so-lieu/<key:block_pk>/<code:code>/", views.official_figures, name="official_figures"),
    path(
        "dot/<key:pk>/so-lieu/<key:block_pk>/<code:code>/bieu-mau/", views.official_template, name="official_template"
    ),
]

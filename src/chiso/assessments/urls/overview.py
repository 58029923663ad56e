from django.urls import URLPattern, path

from chiso.assessments.views import overview

urlpatterns: list[URLPattern] = [
    path("dot/", overview.rounds, name="rounds"),
    path("dot/<int:pk>/", overview.round_overview, name="round"),
    path("dot/<int:pk>/chuyen-buoc/", overview.advance, name="advance"),
    path("dot/<int:pk>/thong-bao/", overview.send_notices, name="send_notices"),
    path("ho-so/<int:pk>/tra-lai/", overview.return_dossier, name="return_dossier"),
    path("ho-so/<int:pk>/khong-nop/", overview.record_not_submitted, name="record_not_submitted"),
]

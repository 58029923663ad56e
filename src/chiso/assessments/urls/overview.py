from django.urls import URLPattern, path

from chiso.assessments.views import extension, overview, rescheduling

urlpatterns: list[URLPattern] = [
    path("dot/<key:pk>/gia-han/", extension.extend, name="extend"),
    path("dot/<key:pk>/ke-hoach/dong/<code:code>/doi-han/", rescheduling.move_deadline, name="move_deadline"),
    path("dot/", overview.rounds, name="rounds"),
    path("dot/<key:pk>/", overview.round_overview, name="round"),
    path("dot/<key:pk>/chuyen-buoc/", overview.advance, name="advance"),
    path("dot/<key:pk>/thong-bao/", overview.send_notices, name="send_notices"),
    path("ho-so/<key:pk>/tra-lai/", overview.return_dossier, name="return_dossier"),
    path("ho-so/<key:pk>/khong-nop/", overview.record_not_submitted, name="record_not_submitted"),
]

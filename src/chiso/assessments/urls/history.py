from django.urls import URLPattern, path

from chiso.assessments.views import history, reopening

urlpatterns: list[URLPattern] = [
    path("ho-so/<key:pk>/qua-trinh/", history.dossier_history, name="dossier_history"),
    path("ho-so/<key:pk>/<code:code>/qua-trinh/", history.leaf_history, name="leaf_history"),
    path("ho-so/<key:pk>/<code:code>/mo-lai/", reopening.reopen, name="reopen"),
    path("dot/<key:pk>/qua-trinh/<code:code>/", history.criterion_history, name="criterion_history"),
    path("dot/<key:pk>/yeu-cau/", reopening.reopenings, name="reopenings"),
    path("yeu-cau/<key:pk>/xem-xet/", reopening.settle, name="settle"),
]

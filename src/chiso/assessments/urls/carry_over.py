from django.urls import path

from chiso.assessments.views import carry_over as views

urlpatterns = [
    path("dot/<key:pk>/khoi/<key:block_pk>/chuyen-ban/", views.carry_over, name="carry_over"),
    path("chuyen-ban/<key:pk>/", views.report, name="carry_over_report"),
]

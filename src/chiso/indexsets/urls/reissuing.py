from django.urls import path

from chiso.indexsets.views import reissuing as views

urlpatterns = [
    path("bo-chi-so/<key:pk>/ban-hanh-lai/", views.start_reissue, name="start_reissue"),
]

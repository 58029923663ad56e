from django.urls import URLPattern, path

from chiso.assessments.views import matrix as views

urlpatterns: list[URLPattern] = [
    path("dot/<key:pk>/tong-hop/", views.matrix, name="matrix"),
    path("dot/<key:pk>/tong-hop/tai-ve/", views.matrix_file, name="matrix_file"),
]

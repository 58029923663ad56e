from django.urls import path

from chiso.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.publications, name="publications"),
    path("<key:pk>/", views.publication, name="publication"),
    path("<key:pk>/ket-qua.csv", views.results_csv, name="results_csv"),
    path("<key:pk>/ket-qua.json", views.results_json, name="results_json"),
    path("<key:pk>/bieu-do.svg", views.chart, name="chart"),
]

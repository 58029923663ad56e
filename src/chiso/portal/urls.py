from django.urls import path

from chiso.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.publications, name="publications"),
    path("<int:pk>/", views.publication, name="publication"),
    path("<int:pk>/ket-qua.csv", views.results_csv, name="results_csv"),
    path("<int:pk>/ket-qua.json", views.results_json, name="results_json"),
    path("<int:pk>/bieu-do.svg", views.chart, name="chart"),
]

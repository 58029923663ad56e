from chiso.assessments.urls import appraisal, carry_over, council, dossier, history, matrix, official_figures, overview

app_name = "assessments"
urlpatterns = [
    *overview.urlpatterns,
    *history.urlpatterns,
    *dossier.urlpatterns,
    *appraisal.urlpatterns,
    *council.urlpatterns,
    *carry_over.urlpatterns,
    *matrix.urlpatterns,
    *official_figures.urlpatterns,
]

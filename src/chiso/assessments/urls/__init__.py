from chiso.assessments.urls import appraisal, carry_over, council, dossier, overview

app_name = "assessments"
urlpatterns = [
    *overview.urlpatterns,
    *dossier.urlpatterns,
    *appraisal.urlpatterns,
    *council.urlpatterns,
    *carry_over.urlpatterns,
]

from chiso.assessments.urls import appraisal, council, dossier, overview

app_name = "assessments"
urlpatterns = [*overview.urlpatterns, *dossier.urlpatterns, *appraisal.urlpatterns, *council.urlpatterns]

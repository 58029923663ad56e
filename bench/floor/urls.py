from django.urls import path

from bench.floor import views

urlpatterns = [
    path("", views.ready),
    path("dossier/<int:pk>/", views.open_dossier, name="dossier"),
    path("entry/<int:pk>/", views.save_leaf, name="entry"),
    path("entry/<int:pk>/evidence/", views.upload, name="upload"),
    path("round/<int:pk>/", views.list_dossiers, name="round"),
]

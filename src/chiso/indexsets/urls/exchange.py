from django.urls import path

from chiso.indexsets.views import exchange as views

urlpatterns = [
    path("bo-chi-so/nhap/", views.import_set, name="import"),
    path("bo-chi-so/nhap/xac-nhan/", views.import_confirm, name="import_confirm"),
    path("bo-chi-so/thu-vien/", views.library, name="library"),
    path("bo-chi-so/thu-vien/<slug:slug>/", views.start_from_library, name="start_from_library"),
    path("bo-chi-so/so-sanh/", views.compare, name="compare"),
    path("bo-chi-so/<key:pk>/soan-tu-bo-nay/", views.start_from_edition, name="start_from_edition"),
    path("bo-chi-so/<key:pk>/xuat.<slug:kind>", views.export, name="export"),
]

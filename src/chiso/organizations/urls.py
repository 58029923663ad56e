from django.urls import path

from chiso.organizations import views

app_name = "organizations"
urlpatterns = [
    path("ngay-nghi/", views.holidays, name="holidays"),
    path("ngay-nghi/bo/", views.remove, name="remove_holiday"),
]

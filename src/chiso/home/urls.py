from django.urls import path

from chiso.home import views

urlpatterns = [path("", views.home, name="home")]

from django.urls import path

from chiso.home import views

urlpatterns = [
    path("", views.home, name="home"),
    path("thong-bao/<key:pk>/", views.open_notice, name="open_notice"),
]

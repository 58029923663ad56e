from django.urls import URLPattern, path

from chiso.assessments.views import council as views

urlpatterns: list[URLPattern] = [
    path("dot/<int:pk>/hop/", views.meetings, name="meetings"),
    path("hop/<int:pk>/", views.meeting, name="meeting"),
    path("hop/<int:pk>/khai-mac/", views.open_meeting, name="open_meeting"),
    path("hop/<int:pk>/thong-nhat/", views.adopt, name="adopt"),
    path("hop/<int:pk>/de-nghi/<str:code>/<str:unit_code>/", views.propose, name="propose"),
    path("noi-dung/<int:pk>/bieu-quyet/", views.vote, name="vote"),
    path("noi-dung/<int:pk>/ket-luan/", views.conclude, name="conclude"),
]

from django.urls import URLPattern, path

from chiso.assessments.views import council as views

urlpatterns: list[URLPattern] = [
    path("dot/<key:pk>/hop/", views.meetings, name="meetings"),
    path("hop/<key:pk>/", views.meeting, name="meeting"),
    path("hop/<key:pk>/khai-mac/", views.open_meeting, name="open_meeting"),
    path("hop/<key:pk>/thong-nhat/", views.adopt, name="adopt"),
    path("hop/<key:pk>/de-nghi/<code:code>/<code:unit_code>/", views.propose, name="propose"),
    path("noi-dung/<key:pk>/bieu-quyet/", views.vote, name="vote"),
    path("noi-dung/<key:pk>/ket-luan/", views.conclude, name="conclude"),
]

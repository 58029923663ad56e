from django.urls import URLPattern, path

from chiso.assessments.views import appraisal as views

urlpatterns: list[URLPattern] = [
    path("dot/<int:pk>/tham-dinh/", views.appraisal, name="appraisal"),
    path("dot/<int:pk>/tham-dinh/dong-y/", views.agree, name="agree_all"),
    path("dot/<int:pk>/tham-dinh/ket-thuc/", views.sign_off, name="sign_off"),
    path("dot/<int:pk>/tham-dinh/<str:code>/dong-y/", views.agree, name="agree"),
    path("dot/<int:pk>/tham-dinh/<str:code>/<str:unit_code>/", views.appraise, name="appraise"),
    path("dot/<int:pk>/tham-dinh/<str:code>/<str:unit_code>/tinh/", views.appraise_score, name="appraise_score"),
]

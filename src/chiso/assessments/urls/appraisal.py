from django.urls import URLPattern, path

from chiso.assessments.views import agreement
from chiso.assessments.views import appraisal as views

urlpatterns: list[URLPattern] = [
    path("dot/<key:pk>/tham-dinh/", views.appraisal, name="appraisal"),
    path("dot/<key:pk>/tham-dinh/dong-y/", views.agree, name="agree_all"),
    path("dot/<key:pk>/tham-dinh/thong-nhat/", agreement.agreement, name="agreement"),
    path("dot/<key:pk>/tham-dinh/ket-thuc/", views.sign_off, name="sign_off"),
    path("dot/<key:pk>/tham-dinh/<code:code>/dong-y/", views.agree, name="agree"),
    path("dot/<key:pk>/tham-dinh/<code:code>/<code:unit_code>/", views.appraise, name="appraise"),
    path("dot/<key:pk>/tham-dinh/<code:code>/<code:unit_code>/nhap/", views.appraise_draft, name="appraise_draft"),
    path("dot/<key:pk>/tham-dinh/<code:code>/<code:unit_code>/tinh/", views.appraise_score, name="appraise_score"),
]

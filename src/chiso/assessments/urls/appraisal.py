from django.urls import URLPattern, path

from chiso.assessments.views import agreement, desk, reasons
from chiso.assessments.views import appraisal as views

urlpatterns: list[URLPattern] = [
    path("dot/<key:pk>/tham-dinh/", views.appraisal, name="appraisal"),
    path("dot/<key:pk>/tham-dinh/dong-y/", views.agree, name="agree_all"),
    path("dot/<key:pk>/tham-dinh/thong-nhat/", agreement.agreement, name="agreement"),
    path("dot/<key:pk>/tham-dinh/ket-thuc/", views.sign_off, name="sign_off"),
    path("dot/<key:pk>/tham-dinh/ly-do-mau/", reasons.reasons, name="reasons"),
    path("dot/<key:pk>/tham-dinh/ly-do-mau/co-san/", reasons.take_built_in, name="take_built_in"),
    path("dot/<key:pk>/tham-dinh/ly-do-mau/<key:reason_pk>/", reasons.edit_reason, name="edit_reason"),
    path("dot/<key:pk>/tham-dinh/ly-do-mau/<key:reason_pk>/bo/", reasons.remove_reason, name="remove_reason"),
    path("dot/<key:pk>/tham-dinh/ly-do-mau/<key:reason_pk>/len/", reasons.move_reason, {"up": True}, name="reason_up"),
    path(
        "dot/<key:pk>/tham-dinh/ly-do-mau/<key:reason_pk>/xuong/",
        reasons.move_reason,
        {"up": False},
        name="reason_down",
    ),
    path("dot/<key:pk>/tham-dinh/<code:code>/dong-y/", views.agree, name="agree"),
    path("dot/<key:pk>/tham-dinh/<code:code>/<code:unit_code>/", views.appraise, name="appraise"),
    path("dot/<key:pk>/tham-dinh/<code:code>/<code:unit_code>/nhap/", desk.appraise_draft, name="appraise_draft"),
    path("dot/<key:pk>/tham-dinh/<code:code>/<code:unit_code>/nhap/lay/", desk.take_draft, name="take_draft"),
    path("dot/<key:pk>/tham-dinh/<code:code>/<code:unit_code>/nhap/bo/", desk.drop_draft, name="drop_draft"),
    path("dot/<key:pk>/tham-dinh/<code:code>/<code:unit_code>/ly-do/", desk.keep_reason, name="keep_reason"),
    path("dot/<key:pk>/tham-dinh/<code:code>/<code:unit_code>/tinh/", views.appraise_score, name="appraise_score"),
]

from django.urls import path

from chiso.results import views

app_name = "results"
urlpatterns = [
    path("dot/<key:pk>/ket-qua/", views.results, name="results"),
    path("dot/<key:pk>/ket-qua/<code:unit_code>/", views.unit, name="unit"),
    path("ket-qua/<key:pk>/kiem-tra/", views.verify, name="verify"),
    path("ket-qua/<key:pk>/ban-chup.json", views.bundle, name="bundle"),
    path("dot/<key:pk>/dinh-chinh/", views.correct, name="correct"),
    path("dinh-chinh/<key:pk>/tai-lieu/", views.correction_document, name="correction_document"),
    path("dot/<key:pk>/to-trinh/", views.submit, name="submit"),
    path("dot/<key:pk>/phe-duyet/", views.approval, name="approval"),
    path("to-trinh/<key:pk>/phe-duyet/", views.approve, name="approve"),
    path("to-trinh/<key:pk>/tra-lai/", views.send_back, name="return"),
]

from django.urls import path

from chiso.results import views

app_name = "results"
urlpatterns = [
    path("dot/<int:pk>/ket-qua/", views.results, name="results"),
    path("dot/<int:pk>/ket-qua/<str:unit_code>/", views.unit, name="unit"),
    path("dot/<int:pk>/to-trinh/", views.submit, name="submit"),
    path("dot/<int:pk>/phe-duyet/", views.approval, name="approval"),
    path("to-trinh/<int:pk>/phe-duyet/", views.approve, name="approve"),
    path("to-trinh/<int:pk>/tra-lai/", views.send_back, name="return"),
]

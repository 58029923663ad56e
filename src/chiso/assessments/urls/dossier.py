from django.urls import path

from chiso.assessments.views import dossier, evidence, submission, supplement

urlpatterns = [
    path("ho-so/<int:pk>/", dossier.dossier, name="dossier"),
    path("ho-so/<int:pk>/con-thieu/", dossier.missing, name="missing"),
    path("ho-so/<int:pk>/nop/", submission.submit, name="submit"),
    path("ho-so/<int:pk>/trinh-duyet/", submission.request_review, name="request_review"),
    path("ho-so/<int:pk>/tra-lai-cong-chuc/", submission.send_back, name="send_back"),
    path("ho-so/<int:pk>/bien-nhan/", submission.receipt, name="receipt"),
    path("ho-so/<int:pk>/thong-bao/", supplement.notice, name="notice"),
    path("ho-so/<int:pk>/gui-giai-trinh/", supplement.resubmit, name="resubmit"),
    path("ho-so/<int:pk>/<str:code>/", dossier.leaf, name="leaf"),
    path("ho-so/<int:pk>/<str:code>/tinh/", dossier.live, name="live"),
    path("ho-so/<int:pk>/<str:code>/tai-lieu/", evidence.attach, name="attach"),
    path("ho-so/<int:pk>/<str:code>/dung-lai/", evidence.cite, name="cite"),
    path("ho-so/<int:pk>/<str:code>/giai-trinh/", supplement.explain, name="explain"),
    path("tai-lieu/<int:pk>/", evidence.document, name="document"),
    path("tai-lieu/<int:pk>/go/", evidence.remove_citation, name="remove_citation"),
]

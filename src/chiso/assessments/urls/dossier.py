from django.urls import path

from chiso.assessments.views import dossier, evidence, submission, supplement

urlpatterns = [
    path("ho-so/<key:pk>/", dossier.dossier, name="dossier"),
    path("ho-so/<key:pk>/con-thieu/", dossier.missing, name="missing"),
    path("ho-so/<key:pk>/nop/", submission.submit, name="submit"),
    path("ho-so/<key:pk>/trinh-duyet/", submission.request_review, name="request_review"),
    path("ho-so/<key:pk>/tra-lai-cong-chuc/", submission.send_back, name="send_back"),
    path("ho-so/<key:pk>/bien-nhan/", submission.receipt, name="receipt"),
    path("ho-so/<key:pk>/thong-bao/", supplement.notice, name="notice"),
    path("ho-so/<key:pk>/gui-giai-trinh/", supplement.resubmit, name="resubmit"),
    path("ho-so/<key:pk>/<code:code>/", dossier.leaf, name="leaf"),
    path("ho-so/<key:pk>/<code:code>/tinh/", dossier.live, name="live"),
    path("ho-so/<key:pk>/<code:code>/tai-lieu/", evidence.attach, name="attach"),
    path("ho-so/<key:pk>/<code:code>/dung-lai/", evidence.cite, name="cite"),
    path("ho-so/<key:pk>/<code:code>/giai-trinh/", supplement.explain, name="explain"),
    path("tai-lieu/<key:pk>/", evidence.document, name="document"),
    path("tai-lieu/<key:pk>/go/", evidence.remove_citation, name="remove_citation"),
]

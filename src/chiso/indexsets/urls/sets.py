from django.urls import path

from chiso.indexsets.views import consulting
from chiso.indexsets.views import sets as views

urlpatterns = [
    path("bo-chi-so/", views.editions, name="editions"),
    path("bo-chi-so/<key:pk>/", views.edition, name="edition"),
    path("bo-chi-so/<key:pk>/lay-y-kien/", consulting.consult, name="consult"),
    path("bo-chi-so/<key:pk>/lay-y-kien/gia-han/", consulting.extend, name="extend_consultation"),
    path("bo-chi-so/<key:pk>/lay-y-kien/ket-thuc/", consulting.close, name="close_consultation"),
    path("bo-chi-so/<key:pk>/gop-y/", consulting.give_opinion, name="give_opinion"),
    path("bo-chi-so/<key:pk>/y-kien/<key:opinion_pk>/", consulting.answer_opinion, name="answer_opinion"),
    path("bo-chi-so/<key:pk>/ban-hanh/", views.issue, name="issue"),
    path("bo-chi-so/<key:pk>/quyet-dinh.pdf", views.signed_file, name="signed_file"),
]

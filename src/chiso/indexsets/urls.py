from django.urls import path

from chiso.indexsets import views

app_name = "indexsets"
urlpatterns = [
    path("bo-chi-so/", views.editions, name="editions"),
    path("bo-chi-so/nhap/", views.import_edition, name="import"),
    path("bo-chi-so/<int:pk>/", views.edition, name="edition"),
    path("bo-chi-so/<int:pk>/lay-y-kien/", views.consult, name="consult"),
    path("bo-chi-so/<int:pk>/gop-y/", views.give_opinion, name="give_opinion"),
    path("bo-chi-so/<int:pk>/y-kien/<int:opinion_pk>/", views.answer_opinion, name="answer_opinion"),
    path("bo-chi-so/<int:pk>/ban-hanh/", views.issue, name="issue"),
]

from django.urls import path

from chiso.indexsets.views import editor as views

urlpatterns = [
    path("bo-chi-so/<key:pk>/soan/", views.draft, name="draft"),
    path("bo-chi-so/<key:pk>/kiem-tra/", views.findings, name="draft_findings"),
    path("bo-chi-so/<key:pk>/soan/<code:key>/", views.node, name="draft_node"),
    path("bo-chi-so/<key:pk>/soan/<code:key>/thu/", views.trial, name="draft_trial"),
    path("bo-chi-so/<key:pk>/soan/<code:key>/them/", views.add, name="draft_add"),
    path("bo-chi-so/<key:pk>/soan/<code:key>/chuyen/", views.move, name="draft_move"),
    path("bo-chi-so/<key:pk>/soan/<code:key>/danh-lai-ma/", views.renumber, name="draft_renumber"),
    path("bo-chi-so/<key:pk>/soan/<code:key>/bo/", views.remove, name="draft_remove"),
]

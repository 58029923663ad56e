from django.urls import path

from chiso.rounds import views

app_name = "rounds"
urlpatterns = [
    path("ke-hoach/nhap/", views.import_plan, name="import_plan"),
    path("dot/<key:pk>/ke-hoach/", views.plan, name="plan"),
    path("dot/<key:pk>/ke-hoach/ban-hanh/", views.issue_plan, name="issue_plan"),
    path("dot/<key:pk>/hoi-dong/", views.panels, name="panels"),
    path("dot/<key:pk>/hoi-dong/thanh-lap/", views.establish, name="establish"),
    path("dot/<key:pk>/hoi-dong/<key:member_pk>/phan-cong/", views.assign, name="assign"),
    path("dot/<key:pk>/hoi-dong/<key:member_pk>/bo/", views.remove_member, name="remove_member"),
    path("dot/<key:pk>/khoi/", views.block, name="block"),
]

from django.urls import path

from chiso.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("doc-het/", views.mark_all_read, name="mark_all_read"),
    path("cach-nhan/", views.preferences, name="preferences"),
    path("gui-di/", views.deliveries, name="deliveries"),
    path("gui-di/gui-lai/", views.send_failed_again, name="send_failed_again"),
    path("gui-di/<key:pk>/gui-lai/", views.send_again, name="send_again"),
    path("<key:pk>/mo/", views.open_from_mail, name="open"),
]

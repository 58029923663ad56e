from django.urls import path

from chiso.documents import views

app_name = "documents"
urlpatterns = [
    path("dot/<int:pk>/cong-bo/", views.publish, name="publish"),
    path("dot/<int:pk>/cong-bo/du-thao.docx", views.draft, name="draft"),
    path("van-ban/quyet-dinh/<int:pk>/", views.decision, name="decision"),
]

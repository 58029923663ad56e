from django.urls import path

from chiso.documents import views

app_name = "documents"
urlpatterns = [
    path("dot/<key:pk>/cong-bo/", views.publish, name="publish"),
    path("dot/<key:pk>/cong-bo/du-thao.docx", views.draft, name="draft"),
    path("van-ban/quyet-dinh/<key:pk>/", views.decision, name="decision"),
    path("bo-chi-so/<key:pk>/tong-hop-y-kien.<slug:kind>", views.opinions, name="opinions"),
]

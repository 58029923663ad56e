from django.urls import path

from chiso.documents import (
    council_views,
    history_views,
    notice_views,
    plan_views,
    submission_views,
    team_views,
    urging_views,
    views,
)

app_name = "documents"
urlpatterns = [
    path("dot/<key:pk>/cong-bo/", views.publish, name="publish"),
    path("dot/<key:pk>/cong-bo/du-thao.docx", views.draft, name="draft"),
    path("dot/<key:pk>/ke-hoach.docx", plan_views.plan, name="plan"),
    path("dot/<key:pk>/to-trinh.docx", submission_views.submission, name="submission"),
    path("dot/<key:pk>/hoi-dong/quyet-dinh.docx", views.panels, name="panels_decision"),
    path("ho-so/<key:pk>/bao-cao/du-thao.docx", views.report_draft, name="report_draft"),
    path("dot/<key:pk>/thong-bao/tat-ca/", notice_views.notices, name="notices"),
    path("dot/<key:pk>/thong-bao/tat-ca.zip", notice_views.notices_file, name="notices_file"),
    path("dot/<key:pk>/qua-trinh/<code:code>.docx", history_views.criterion_history, name="criterion_history"),
    path("ho-so/<key:pk>/qua-trinh.docx", history_views.dossier_history, name="dossier_history"),
    path("ho-so/<key:pk>/thong-bao.docx", notice_views.notice, name="notice"),
    path("ho-so/<key:pk>/bien-nhan.docx", views.receipt_docx, name="receipt_docx"),
    path("ho-so/<key:pk>/bien-nhan/pdf/", views.receipt_as_pdf, name="receipt_pdf"),
    path("ho-so/<key:pk>/bien-nhan.pdf", views.receipt_pdf_file, name="receipt_pdf_file"),
    path("dot/<key:pk>/tham-dinh/lan-<int:number>/bien-ban.docx", team_views.minutes, name="team_minutes"),
    path("dot/<key:pk>/don-doc/du-thao.docx", urging_views.letter_draft, name="urging_letter_draft"),
    path("don-doc/cong-van/<key:pk>.docx", urging_views.letter, name="urging_letter"),
    path("hop/<key:pk>/giay-moi.docx", council_views.invitation, name="council_invitation"),
    path("hop/<key:pk>/bien-ban.docx", council_views.minutes, name="council_minutes"),
    path("van-ban/quyet-dinh/<key:pk>/", views.decision, name="decision"),
    path("bo-chi-so/<key:pk>/tong-hop-y-kien.<slug:kind>", views.opinions, name="opinions"),
]

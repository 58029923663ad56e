from django.urls import URLPattern, path

from chiso.assessments.views import council, council_items

urlpatterns: list[URLPattern] = [
    path("dot/<key:pk>/hop/", council.meetings, name="meetings"),
    path("hop/<key:pk>/", council.meeting, name="meeting"),
    path("hop/<key:pk>/khai-mac/", council.open_meeting, name="open_meeting"),
    path("hop/<key:pk>/doi/", council.move_meeting, name="move_meeting"),
    path("hop/<key:pk>/gui-xin-y-kien/", council.send_consultation, name="send_consultation"),
    path("hop/<key:pk>/diem-danh/<key:member>/", council.attendance, name="attendance"),
    path("hop/<key:pk>/y-kien/", council.opinion, name="opinion"),
    path("hop/<key:pk>/bien-ban-da-ky/", council.signed_minutes, name="signed_minutes"),
    path("hop/<key:pk>/thong-nhat/", council.adopt, name="adopt"),
    path("hop/<key:pk>/them-muc/", council_items.add_item, name="add_item"),
    path("hop/<key:pk>/thong-qua-chung/", council_items.en_bloc, name="en_bloc"),
    path("hop/<key:pk>/muc/<code:code>/<code:unit_code>/", council_items.item, name="item"),
    path("hop/<key:pk>/de-nghi/<code:code>/<code:unit_code>/", council_items.propose, name="propose"),
    path("noi-dung/<key:pk>/bo-khoi-chuong-trinh/", council_items.unlist, name="unlist"),
    path("noi-dung/<key:pk>/rut/", council_items.withdraw, name="withdraw"),
    path("noi-dung/<key:pk>/bieu-quyet/", council_items.vote, name="vote"),
    path("noi-dung/<key:pk>/ket-luan/", council_items.conclude, name="conclude"),
    path("noi-dung/<key:pk>/phieu/", council_items.tally, name="tally"),
]

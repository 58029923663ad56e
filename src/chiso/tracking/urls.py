from django.urls import URLPattern, path

from chiso.tracking.views import board, calendar, chase

app_name = "tracking"
urlpatterns: list[URLPattern] = [
    path("dot/<key:pk>/don-doc/", chase.chase, name="chase"),
    path("dot/<key:pk>/don-doc/da-nhac/", chase.urgings, name="urgings"),
    path("dot/<key:pk>/don-doc/quy-dinh/", chase.reminder_rules, name="reminder_rules"),
    path("dot/<key:pk>/tien-do/", board.board, name="board"),
    path("dot/<key:pk>/tien-do/tep/", board.board_file, name="board_file"),
    path("dot/<key:pk>/bao-cao-nhanh/", board.brief, name="brief"),
    path("lich/", calendar.calendar, name="calendar"),
    path("lich/tai/", calendar.calendar_file, name="calendar_file"),
    path("lich/cap/", calendar.make, name="make_feed"),
    path("lich/cap-lai/", calendar.renew, name="renew_feed"),
    path("lich/tat/", calendar.turn_off, name="turn_off_feed"),
    path("lich/<str:token>.ics", calendar.feed, name="feed"),
]

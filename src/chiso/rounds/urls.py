from django.urls import path

from chiso.rounds.views import assigning, conflicts, framing, panels, rules

app_name = "rounds"
urlpatterns = [
    path("ke-hoach/nhap/", framing.import_plan, name="import_plan"),
    path("dot/<key:pk>/ke-hoach/", framing.plan, name="plan"),
    path("dot/<key:pk>/ke-hoach/ban-hanh/", framing.issue_plan, name="issue_plan"),
    path("dot/<key:pk>/khoi/", framing.block, name="block"),
    path("dot/<key:pk>/quy-dinh/", rules.rules, name="rules"),
    path("dot/<key:pk>/quy-dinh/tham-dinh/", rules.judging_rules, name="judging_rules"),
    path("dot/<key:pk>/hoi-dong/", panels.panels, name="panels"),
    path("dot/<key:pk>/hoi-dong/thanh-lap/", panels.establish, name="establish"),
    path("dot/<key:pk>/hoi-dong/bo-sung/", panels.add_member, name="add_member"),
    path("dot/<key:pk>/hoi-dong/do-phu/", assigning.coverage, name="coverage"),
    path("dot/<key:pk>/hoi-dong/do-phu/<key:block_pk>/<str:code>/", assigning.coverage_node, name="coverage_node"),
    path("dot/<key:pk>/hoi-dong/de-xuat/", assigning.propose_assignments, name="propose_assignments"),
    path("dot/<key:pk>/hoi-dong/<key:member_pk>/bo/", panels.remove_member, name="remove_member"),
    path("dot/<key:pk>/hoi-dong/<key:member_pk>/thay/", panels.hand_over, name="hand_over"),
    path("dot/<key:pk>/hoi-dong/<key:member_pk>/phan-cong/", assigning.assign, name="assign"),
    path("dot/<key:pk>/hoi-dong/<key:member_pk>/phan-cong/thu-hoi/", assigning.take_back, name="take_back"),
    path("dot/<key:pk>/hoi-dong/<key:member_pk>/xung-dot/", conflicts.conflicts, name="conflicts"),
    path(
        "dot/<key:pk>/hoi-dong/<key:member_pk>/xung-dot/<key:conflict_pk>/rut/",
        conflicts.withdraw_conflict,
        name="withdraw_conflict",
    ),
]

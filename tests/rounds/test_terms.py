"""Terms of seats: held through their last day, ended by the clock, renewed or passed on by an amending decision."""

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from chiso.assessments.actions import appraisal, council
from chiso.assessments.choices import Choice, Outcome
from chiso.assessments.models import Dossier, Entry
from chiso.assessments.sitting import members_of
from chiso.audit.models import AuditEntry
from chiso.common.refusals import RuleViolation
from chiso.notices.models import Notice
from chiso.organizations import clock
from chiso.organizations.clock_person import clock_person
from chiso.organizations.models import User
from chiso.rounds import actions, policy
from chiso.rounds.actions import Amendment
from chiso.rounds.choices import Panel, Position, StageKey
from chiso.rounds.coverage import coverage_of
from chiso.rounds.models import Assignment, PanelMember, Round
from chiso.tracking import term_clock
from tests.assessments.council_steps import LATER as LATER_IN_ROOM
from tests.assessments.council_steps import cast, propose, sit
from tests.factories import UserFactory
from tests.world import World, moment, play_to

pytestmark = pytest.mark.django_db

LAST_DAY = date(2022, 12, 20)
LAST_SECOND, MIDNIGHT = moment("20/12/2022 23:59"), moment("21/12/2022 00:00")
LATER = moment("22/12/2022 09:00")
AMENDMENT = Amendment("9/QĐ-UBND", date(2022, 12, 22), "Kiện toàn.")


@pytest.fixture
def world() -> World:
    return play_to("appraisal")


def limit(user: User, last: date = LAST_DAY) -> PanelMember:
    PanelMember.objects.filter(user=user).update(term_until=last)
    return seat_of(user)


def seat_of(user: User) -> PanelMember:
    return PanelMember.objects.select_related("round", "user", "body").get(user=user)


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def codes_of(seat: PanelMember) -> list[str]:
    return sorted(Assignment.objects.filter(member=seat).values_list("criterion__code", flat=True))


# ---- the end --------------------------------------------------------------------------------


def test_a_seat_is_held_through_the_last_day_and_left_at_midnight(world: World) -> None:
    limit(world.cast.chi)
    assert term_clock.run(LAST_SECOND) == 0
    assert policy.seat(fresh(world.cast.chi), world.round, Panel.TEAM)
    assert term_clock.run(MIDNIGHT) == 1
    assert term_clock.run(MIDNIGHT) == 0  # Once.
    seat = seat_of(world.cast.chi)
    assert (seat.left_at, seat.term_until) == (MIDNIGHT, LAST_DAY)
    assert "20/12/2022" in seat.left_reason
    entry = AuditEntry.objects.get(code="panel.end_term")
    assert (entry.role, entry.actor) == ("clock", clock_person())
    told = Notice.objects.filter(sent_at=MIDNIGHT, text__contains="hết nhiệm kỳ")
    assert {notice.recipient for notice in told} == {world.cast.chi, world.cast.giang}


def test_after_the_term_a_member_neither_judges_nor_counts_nor_gets_work(world: World) -> None:
    chi = world.cast.chi
    entry = Entry.objects.select_related("dossier__round", "dossier__unit", "dossier__block__edition").get(
        dossier__unit=world.cast.north, code="2.1"
    )
    held = codes_of(seat_of(chi))
    limit(chi)
    term_clock.run(LATER)
    with pytest.raises(PermissionDenied):
        appraisal.agree_with_self_scores(world.round, fresh(chi), LATER, entries=[entry])
    assert not Dossier.objects.visible_to(fresh(chi)).exists()
    assert not Entry.objects.visible_to(fresh(chi)).filter(pk=entry.pk).exists()
    coverage = coverage_of(world.round)
    assert {seat.user_id for seat in coverage.seats.values()} == {world.cast.khanh.pk}
    with pytest.raises(RuleViolation, match="đã thôi tham gia"):
        actions.assign_criteria(seat_of(chi), world.cast.giang, LATER, codes=["2.1"])
    assert codes_of(seat_of(chi)) == held  # Until somebody takes them over, the seat keeps its work as history.


def test_after_the_term_a_member_of_the_council_is_not_invited_does_not_vote_nor_count() -> None:
    world = play_to("council")
    mai, friday = world.cast.mai, moment("06/01/2023 08:00")
    limit(mai, date(2023, 1, 5))
    term_clock.run(friday)
    Notice.objects.all().delete()
    meeting = sit(world, "dung", "lan")
    assert {notice.recipient for notice in Notice.objects.all()} == {world.cast.dung, world.cast.lan}
    assert {member.user for member in members_of(world.round)} == {world.cast.dung, world.cast.lan}
    assert mai in {member.user for member in members_of(world.round, at=moment("04/01/2023 08:00"))}
    with pytest.raises(RuleViolation, match="không còn là thành viên"):
        council.record_attendance(meeting, world.cast.lan, LATER_IN_ROOM, member=seat_of(mai), is_here=True)
    motion = propose(world)
    with pytest.raises(PermissionDenied):
        council.cast_vote(motion, fresh(mai), LATER_IN_ROOM, choice=Choice.FOR)
    cast(world, motion, dung="for", lan="for")
    council.conclude_motion(motion, world.cast.dung, LATER_IN_ROOM)
    assert motion.outcome == Outcome.CARRIED  # Two of two.


def test_only_the_clock_ends_a_term_and_not_before_its_time(world: World) -> None:
    seat = limit(world.cast.chi)
    for name in ("giang", "ha", "chi"):
        with pytest.raises(PermissionDenied):
            actions.end_term(seat, world.cast.everyone()[name], LATER)
    with pytest.raises(RuleViolation, match="chưa hết"):
        actions.end_term(seat, clock_person(), LAST_SECOND)
    PanelMember.objects.update(term_until=None)
    with pytest.raises(RuleViolation, match="chưa hết"):
        actions.end_term(seat, clock_person(), LATER)


def test_terms_of_a_draft_list_and_of_a_published_round_are_left_alone(world: World) -> None:
    limit(world.cast.chi)
    Round.objects.update(stage=StageKey.PUBLISHED)
    assert term_clock.run(LATER) == 0
    Round.objects.update(stage=StageKey.APPRAISAL, panels_decision="")
    assert term_clock.run(LATER) == 0


def test_a_list_with_a_term_that_is_over_is_not_established(world: World) -> None:
    limit(world.cast.khanh)
    Round.objects.update(panels_decision="", stage=StageKey.PREPARATION)
    with pytest.raises(RuleViolation, match="Nhiệm kỳ của Triệu Văn Khánh đã hết"):
        actions.establish_panels(world.round, world.cast.ha, MIDNIGHT, number="3/QĐ-UBND", day=date(2022, 12, 21))
    actions.establish_panels(world.round, world.cast.ha, LAST_SECOND, number="3/QĐ-UBND", day=LAST_DAY)


def test_a_term_that_is_over_is_given_to_nobody(world: World) -> None:
    with pytest.raises(RuleViolation, match="đã qua"):
        actions.add_member(
            world.round,
            world.cast.giang,
            LATER,
            amendment=AMENDMENT,
            user=UserFactory(),
            panel=Panel.TEAM,
            position=Position.EXPERT,
            term_until=date(2022, 12, 21),
        )
    with pytest.raises(RuleViolation, match="đã qua"):
        actions.renew_term(limit(world.cast.chi), world.cast.giang, LATER, amendment=AMENDMENT, term_until=LAST_DAY)


# ---- a new term, somebody else ------------------------------------------------------------------


def test_a_new_term_before_the_end_keeps_everything(world: World) -> None:
    seat = limit(world.cast.chi)
    held = codes_of(seat)
    amendment = Amendment("9/QĐ-UBND", date(2022, 12, 19), "Gia hạn nhiệm kỳ.")
    actions.renew_term(seat, world.cast.giang, LAST_SECOND, amendment=amendment, term_until=date(2023, 3, 31))
    assert term_clock.run(LATER) == 0
    assert codes_of(seat_of(world.cast.chi)) == held
    entry = AuditEntry.objects.get(code="panel.renew_term")
    assert entry.changes["term_until"] == ["2022-12-20", "2023-03-31"]
    with pytest.raises(RuleViolation, match="đúng như vậy"):  # A double click.
        actions.renew_term(
            seat_of(world.cast.chi), world.cast.giang, LAST_SECOND, amendment=amendment, term_until=date(2023, 3, 31)
        )


def test_a_new_term_after_the_end_brings_back_seat_and_work(world: World) -> None:
    held = codes_of(limit(world.cast.chi))
    term_clock.run(LATER)
    actions.renew_term(seat_of(world.cast.chi), world.cast.giang, LATER, amendment=AMENDMENT, term_until=None)
    seat = seat_of(world.cast.chi)
    assert (seat.left_at, seat.left_reason, seat.term_until) == (None, "", None)
    assert codes_of(seat) == held
    assert policy.seat(fresh(world.cast.chi), world.round, Panel.TEAM)


def test_whose_work_was_passed_on_does_not_come_back_by_a_term(world: World) -> None:
    held = codes_of(limit(world.cast.chi))
    term_clock.run(LATER)
    successor = UserFactory(full_name="Nông Văn Mới")
    actions.hand_over(seat_of(world.cast.chi), world.cast.giang, LATER, amendment=AMENDMENT, successor=successor)
    left, taken = seat_of(world.cast.chi), seat_of(successor)
    assert left.left_at == MIDNIGHT  # Since when is history.
    assert "20/12/2022" in left.left_reason
    assert "9/QĐ-UBND" in left.left_reason
    assert (codes_of(left), codes_of(taken), taken.term_until) == ([], held, None)
    with pytest.raises(RuleViolation, match="Bổ sung thành viên"):
        actions.renew_term(left, world.cast.giang, LATER, amendment=AMENDMENT, term_until=None)
    with pytest.raises(RuleViolation, match="đã thôi tham gia"):
        actions.hand_over(left, world.cast.giang, LATER, amendment=AMENDMENT, successor=UserFactory())


def test_a_leader_whose_term_is_over_does_not_come_back_beside_another(world: World) -> None:
    limit(world.cast.khanh)
    term_clock.run(LATER)
    assert policy.can_lead_team(fresh(world.cast.khanh), world.round) is None
    actions.add_member(
        world.round,
        world.cast.giang,
        LATER,
        amendment=AMENDMENT,
        user=UserFactory(),
        panel=Panel.TEAM,
        position=Position.LEADER,
    )
    with pytest.raises(RuleViolation, match="Danh sách đã có"):
        actions.renew_term(seat_of(world.cast.khanh), world.cast.giang, LATER, amendment=AMENDMENT, term_until=None)


def test_the_leaves_of_a_leader_whose_place_was_filled_go_to_whoever_sits_on_the_team(world: World) -> None:
    khanh, leader = world.cast.khanh, UserFactory(full_name="Nông Văn Mới")
    actions.assign_criteria(seat_of(khanh), world.cast.giang, LAST_SECOND, codes=["1"])
    held = codes_of(limit(khanh))
    term_clock.run(LATER)
    named = {"user": leader, "panel": Panel.TEAM, "position": Position.LEADER}
    actions.add_member(world.round, world.cast.giang, LATER, amendment=AMENDMENT, **named)
    with pytest.raises(RuleViolation, match="Danh sách đã có"):
        actions.hand_over(seat_of(khanh), world.cast.giang, LATER, amendment=AMENDMENT, successor=UserFactory())
    actions.hand_over(seat_of(khanh), world.cast.giang, LATER, amendment=AMENDMENT, successor=leader)
    assert (codes_of(seat_of(leader)), codes_of(seat_of(khanh))) == (held, [])
    assert seat_of(leader).position == Position.LEADER
    assert seat_of(world.cast.chi).position == Position.EXPERT


def test_a_team_whose_leader_has_gone_gets_another_from_among_its_experts(world: World) -> None:
    limit(world.cast.khanh)
    term_clock.run(LATER)
    actions.hand_over(seat_of(world.cast.khanh), world.cast.giang, LATER, amendment=AMENDMENT, successor=world.cast.chi)
    assert seat_of(world.cast.chi).position == Position.LEADER
    assert policy.can_lead_team(fresh(world.cast.chi), world.round)


def test_leaves_that_others_were_given_meanwhile_wait_for_nobody(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(world.cast.chi)
    term_clock.run(LATER)
    assert "tiêu chí chờ người nhận" in page_of(world, client, "giang", LATER, monkeypatch)
    everything = [leaf.node.code for leaf in coverage_of(world.round).leaves]
    actions.assign_criteria(seat_of(world.cast.khanh), world.cast.giang, LATER, codes=everything)
    assert "tiêu chí chờ người nhận" not in page_of(world, client, "giang", LATER, monkeypatch)


def test_who_does_not_run_the_round_gives_no_term(world: World) -> None:
    seat = limit(world.cast.chi)
    for name in ("chi", "khanh", "an", "son"):
        with pytest.raises(PermissionDenied):
            actions.renew_term(seat, world.cast.everyone()[name], LATER, amendment=AMENDMENT, term_until=None)


# ---- the clock, the page --------------------------------------------------------------------------


def test_the_first_request_of_a_day_ends_the_terms_of_yesterday(
    world: World, client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.STAGE_CLOCK_IN_REQUESTS = True
    limit(world.cast.chi)
    client.force_login(world.cast.chi)
    url = reverse("assessments:appraisal", args=[world.round.pk])
    answers = []
    for at in (MIDNIGHT - timedelta(seconds=20), MIDNIGHT):  # Less than a minute apart.
        monkeypatch.setattr(clock, "now", lambda value=at: value)
        answers.append(client.get(url).status_code)
    assert answers == [200, 404]


def page_of(world: World, client: Client, name: str, at: datetime, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(clock, "now", lambda: at)
    client.force_login(world.cast.everyone()[name])
    return str(client.get(reverse("rounds:panels", args=[world.round.pk])).content.decode())


def test_the_page_warns_a_week_before_and_while_work_is_left(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat = limit(world.cast.chi)
    renew = reverse("rounds:renew_term", args=[world.round.pk, seat.pk])
    assert renew not in page_of(world, client, "giang", moment("13/12/2022 23:00"), monkeypatch)
    page = page_of(world, client, "giang", moment("14/12/2022 00:00"), monkeypatch)
    assert renew in page
    assert "nhiệm kỳ đến hết ngày 20/12/2022 (còn 6 ngày)" in page
    assert "hôm nay là ngày cuối" in page_of(world, client, "giang", LAST_SECOND, monkeypatch)
    assert renew not in page_of(world, client, "khanh", LAST_SECOND, monkeypatch)
    term_clock.run(LATER)
    page = page_of(world, client, "giang", LATER, monkeypatch)
    assert "đã hết nhiệm kỳ ngày 20/12/2022" in page
    judged = {leaf.node.code for leaf in coverage_of(world.round).leaves}
    assert f"{len(judged & set(codes_of(seat)))} tiêu chí chờ người nhận" in page
    actions.hand_over(seat_of(world.cast.chi), world.cast.giang, LATER, amendment=AMENDMENT, successor=world.cast.khanh)
    assert renew not in page_of(world, client, "giang", LATER, monkeypatch)


def test_a_new_term_is_written_on_its_page(world: World, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    seat = limit(world.cast.chi)
    term_clock.run(LATER)
    monkeypatch.setattr(clock, "now", lambda: LATER)
    client.force_login(world.cast.giang)
    url = reverse("rounds:renew_term", args=[world.round.pk, seat.pk])
    assert client.get(url).status_code == 200
    given = {"term_until": "20/12/2022", "number": "9/QĐ-UBND", "day": "22/12/2022", "reason": "Kiện toàn."}
    refused = client.post(url, given)
    assert (refused.status_code, "đã qua" in refused.content.decode()) == (422, True)
    wrong = client.post(url, {"term_until": "khi nào", "number": "", "day": "", "reason": ""})
    assert wrong.status_code == 422
    assert wrong.content.decode().count('aria-invalid="true"') == 4  # All at once.
    assert client.post(url, given | {"term_until": "31/03/2023"}).status_code == 302
    assert seat_of(world.cast.chi).term_until == date(2023, 3, 31)
    client.force_login(world.cast.khanh)
    assert client.get(url).status_code == 403
    client.force_login(world.cast.son)
    assert client.get(url).status_code == 404


def test_the_page_asks_the_same_however_many_terms_end(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = []
    page_of(world, client, "giang", LAST_SECOND, monkeypatch)  # The first page of a process prepares queries.
    for seats in (PanelMember.objects.filter(user=world.cast.chi), PanelMember.objects.all()):
        seats.update(term_until=LAST_DAY)
        with CaptureQueriesContext(connection) as queries:
            page_of(world, client, "giang", LAST_SECOND, monkeypatch)
        counts.append(len(queries))
    assert counts[0] == counts[1]

"""Drafts of judgements: kept for one person, shown apart when somebody judged meanwhile, counted nowhere."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from chiso.assessments.actions import appraisal
from chiso.assessments.actions.reopening import reopen_leaf
from chiso.assessments.actions.supplement import explain_entry
from chiso.assessments.models import Appraisal, Entry, IndependentScore, JudgementDraft, PassSignOff
from chiso.audit.models import AuditEntry
from chiso.indexsets.answers import Answer
from chiso.organizations import clock
from chiso.organizations.models import Unit, User
from chiso.rounds import actions as rounds
from chiso.rounds.choices import Panel, Position
from chiso.rounds.models import PanelMember, Round
from tests.assessments.test_appraisal_pages import as_, facts_of, judge, more_units, queries, url
from tests.world import World, moment, play_to

pytestmark = pytest.mark.django_db

WORDS = "Đang viết dở"
WEEK = timedelta(days=7)


class Watch:
    """The clock of the installation, which a test moves on."""

    at = moment("22/12/2022 09:00")

    def later(self, minutes: int = 5) -> datetime:
        self.at += timedelta(minutes=minutes)
        return self.at


@pytest.fixture(autouse=True)
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    watch = Watch()
    monkeypatch.setattr(clock, "now", lambda: watch.at)
    return watch


@pytest.fixture
def world() -> World:
    return play_to("appraisal")


def keep(client: Client, world: World, code: str = "2.1", unit: str = "01", **typed: object) -> Any:
    address = url(world, "appraise_draft", code, unit)
    return client.post(address, {"version": 0, **facts_of(world, code, unit), **typed})


def leaf(client: Client, world: World, code: str = "2.1", unit: str = "01") -> str:
    return client.get(url(world, "appraise", code, unit)).content.decode()


def box(page: str, name: str) -> str:
    """The tag of a check box."""
    return next(tag for tag in re.findall(r"<input[^>]*>", page) if f'name="{name}"' in tag)


def other_judges(world: World, points: str = "4") -> None:
    """The leader judges 2.1 of Xã Bắc."""
    leader = as_(Client(), world, "khanh")
    version = Appraisal.objects.filter(entry__code="2.1").values_list("version", flat=True).first() or 0
    answer = judge(leader, world, choice="decided", points=points, reason="Thiếu.", version=version)
    assert answer.status_code == 302


# ---- kept and gone --------------------------------------------------------------------------


def test_a_draft_is_kept_shown_again_and_gone_with_the_save(client: Client, world: World) -> None:
    as_(client, world, "chi")
    answer = keep(client, world, choice="decided", points="4,x", reason=WORDS, needs_visit="on", numerator="77")
    assert "Nháp, đã lưu 09:00" in answer.content.decode()
    page = leaf(client, world)
    for text in (WORDS, 'value="4,x"', 'value="77"', "Nháp, đã lưu 09:00", "Bỏ bản nháp"):
        assert text in page, text
    assert not Appraisal.objects.exists()
    assert judge(client, world, choice="agree").status_code == 302
    assert not JudgementDraft.objects.exists()
    page = leaf(client, world)
    assert WORDS not in page
    assert "Bỏ bản nháp" not in page
    assert "Đã lưu 09:00" in page


def test_a_draft_lasts_beyond_the_session(client: Client, world: World) -> None:
    keep(as_(client, world, "chi"), world, reason=WORDS)
    client.post(reverse("account_logout"))
    assert WORDS in leaf(as_(Client(), world, "chi"), world)


def test_a_box_that_was_taken_off_stays_off(client: Client, world: World) -> None:
    as_(client, world, "chi")
    judge(client, world, choice="agree", needs_visit="on")
    assert "checked" in box(leaf(client, world), "needs_visit")
    keep(client, world, choice="agree", reason=WORDS, version=1)
    assert "checked" not in box(leaf(client, world), "needs_visit")
    facts = facts_of(world, "2.2", "01")
    keep(client, world, "2.2", choice="verified", **{name: [] for name in facts})
    assert JudgementDraft.objects.get(entry__code="2.2").words["items"] == []


def test_drafting_writes_no_audit_entry_and_no_score(client: Client, world: World) -> None:
    before = AuditEntry.objects.count()
    as_(client, world, "chi")
    keep(client, world, choice="decided", points="4", reason=WORDS)
    keep(client, world, choice="decided", points="5", reason=WORDS)
    client.post(url(world, "drop_draft", "2.1", "01"))
    assert AuditEntry.objects.count() == before
    assert not Appraisal.objects.exists()
    assert "đã chấm 0/9" in client.get(url(world, "appraisal")).content.decode()


def test_a_draft_can_be_discarded_twice(client: Client, world: World) -> None:
    as_(client, world, "chi")
    keep(client, world, reason=WORDS)
    address = url(world, "drop_draft", "2.1", "01") + "?theo=don-vi"
    for _time in range(2):
        answer = client.post(address)
        assert answer["Location"] == url(world, "appraise", "2.1", "01") + "?theo=don-vi"
    page = leaf(client, world)
    assert WORDS not in page
    assert page.count("Đã bỏ bản nháp.") == 1


def test_what_no_field_holds_is_not_kept(client: Client, world: World) -> None:
    keep(as_(client, world, "chi"), world, reason="a\0b" + "x" * 9000, foreign="y", csrfmiddlewaretoken="z")
    words = JudgementDraft.objects.get().words
    assert words["reason"].startswith("abx")
    assert len(words["reason"]) < 4001
    assert not {"foreign", "csrfmiddlewaretoken", "version"} & set(words)


def test_a_refused_save_keeps_its_words_as_a_draft(client: Client, world: World) -> None:
    """Without JavaScript nothing was kept while typing."""
    as_(client, world, "chi")
    answer = judge(client, world, choice="decided", reason=WORDS)
    assert answer.status_code == 422
    assert "Nháp, đã lưu 09:00" in answer.content.decode()
    assert WORDS in leaf(client, world)


# ---- somebody judged meanwhile -----------------------------------------------------------------


def test_a_draft_of_an_older_judgement_stands_apart_and_can_be_taken(
    client: Client, world: World, watch: Watch
) -> None:
    as_(client, world, "chi")
    keep(client, world, choice="decided", points="5", reason=WORDS)
    watch.later(30)
    other_judges(world)
    page = leaf(client, world)
    told = "Bản nháp của bạn lúc 09:00 ngày 22/12/2022, soạn trước khi"
    assert told in page
    assert f"{world.cast.khanh.full_name} chấm lúc 09:30" in page
    assert f"<dd>{WORDS}</dd>" in page
    assert "<dd>Điểm khác, có lý do</dd>" in page
    assert f">\n{WORDS}</textarea>" not in page
    client.post(url(world, "take_draft", "2.1", "01"), {"version": 1})
    page = leaf(client, world)
    assert told not in page
    assert f">\n{WORDS}</textarea>" in page
    answer = judge(client, world, choice="decided", points="5", reason=WORDS, version=1)
    assert answer.status_code == 302
    assert Appraisal.objects.get().reason == WORDS


def test_taking_upon_a_judgement_one_has_not_seen_does_nothing(client: Client, world: World, watch: Watch) -> None:
    as_(client, world, "chi")
    keep(client, world, reason=WORDS)
    watch.later()
    other_judges(world)
    watch.later()
    other_judges(world, "3")
    client.post(url(world, "take_draft", "2.1", "01"), {"version": 1})
    assert "soạn trước khi" in leaf(client, world)
    client.post(url(world, "take_draft", "2.1", "01"), {"version": "x"})
    assert "soạn trước khi" in leaf(client, world)


def test_an_older_draft_is_not_typed_over(client: Client, world: World, watch: Watch) -> None:
    """Neither from the new page before it is taken or discarded, nor the new one from the old page after it."""
    as_(client, world, "chi")
    keep(client, world, reason=WORDS)
    watch.later()
    other_judges(world)
    refused = keep(client, world, reason="Viết mới", version=1)
    assert refused.status_code == 409
    assert "hãy đưa bản nháp cũ vào ô hoặc bỏ đi trước" in refused.content.decode()
    assert keep(client, world, reason=WORDS + " nữa").status_code == 200  # The old page goes on.
    client.post(url(world, "drop_draft", "2.1", "01"))
    assert keep(client, world, reason="Viết mới", version=1).status_code == 200
    refused = keep(client, world, reason="Trang cũ")
    assert refused.status_code == 409
    assert "trang đã cũ" in refused.content.decode()
    assert JudgementDraft.objects.get().words["reason"] == "Viết mới"


def test_a_refused_save_upon_an_older_judgement_can_be_taken_up(client: Client, world: World, watch: Watch) -> None:
    as_(client, world, "chi")
    other_judges(world)
    watch.later()
    answer = judge(client, world, choice="decided", points="5", reason=WORDS)
    assert answer.status_code == 422
    assert "vừa được người khác chấm" in answer.content.decode()
    assert "Đưa bản nháp vào ô" in answer.content.decode()
    client.post(url(world, "take_draft", "2.1", "01"), {"version": 1})
    assert f">\n{WORDS}</textarea>" in leaf(client, world)


def test_what_is_sent_after_the_own_save_leaves_no_draft(client: Client, world: World) -> None:
    as_(client, world, "chi")
    judge(client, world, choice="agree")
    assert keep(client, world, reason=WORDS).status_code == 409
    assert not JudgementDraft.objects.exists()
    assert judge(client, world, choice="agree").status_code == 422  # A double click.
    assert not JudgementDraft.objects.exists()


def test_agreeing_with_many_does_not_throw_words_away(client: Client, world: World, watch: Watch) -> None:
    keep(as_(client, world, "chi"), world, reason=WORDS)
    watch.later()
    entry = world.entry(world.cast.north, "2.1")
    appraisal.agree_with_self_scores(world.round, world.cast.chi, watch.at, entries=[entry])
    assert "soạn trước khi bạn lưu điểm lúc 09:05" in leaf(client, world)


@pytest.mark.parametrize("version", ["", "7", "-1", "x", "99999999999", "٣"])
def test_a_version_that_never_was_keeps_nothing(client: Client, world: World, version: str) -> None:
    other_judges(world)
    assert keep(as_(client, world, "chi"), world, reason=WORDS, version=version).status_code == 409
    assert not JudgementDraft.objects.exists()


# ---- whose it is ------------------------------------------------------------------------------


def test_a_draft_is_nobody_elses(client: Client, world: World) -> None:
    keep(as_(client, world, "chi"), world, reason=WORDS, choice="decided", points="3,21")
    for name in ("khanh", "giang", "an", "ha"):
        stranger = as_(Client(), world, name)
        for address in (url(world, "appraise", "2.1", "01"), url(world, "appraisal")):
            page = stranger.get(address).content.decode()
            assert WORDS not in page
            assert "bản nháp" not in page.lower()
    leader = as_(Client(), world, "khanh")
    leader.post(url(world, "drop_draft", "2.1", "01"))
    leader.post(url(world, "take_draft", "2.1", "01"), {"version": 0})
    assert JudgementDraft.objects.get().user == world.cast.chi


@pytest.mark.parametrize("page", ["appraise_draft", "take_draft", "drop_draft"])
@pytest.mark.parametrize(("name", "status"), [("giang", 403), ("an", 403), ("em", 404), ("son", 404)])
def test_only_who_judges_keeps_a_draft(client: Client, world: World, name: str, status: int, page: str) -> None:
    client = as_(client, world, name)
    assert client.post(url(world, page, "2.1", "01"), {"version": 0, "reason": "Thử"}).status_code == status
    assert client.get(url(world, page, "2.1", "01")).status_code == 405


def test_what_was_taken_from_somebody_is_not_read_any_more(client: Client, world: World) -> None:
    as_(client, world, "chi")
    keep(client, world, reason=WORDS)
    keep(client, world, "2.2", reason="Bản khác")
    world.cast.chi.panel_seats.get().assignments.filter(criterion__code="2.1").delete()
    for page in ("appraise", "take_draft", "drop_draft"):
        address = url(world, page, "2.1", "01")
        answer = client.get(address) if page == "appraise" else client.post(address)
        assert answer.status_code == 404
    assert "1 bản nháp chưa lưu" in client.get(url(world, "appraisal")).content.decode()


def test_a_conflict_bars_from_the_own_draft(client: Client, world: World) -> None:
    as_(client, world, "chi")
    keep(client, world, reason=WORDS)
    seat = PanelMember.objects.get(user=world.cast.chi)
    rounds.declare_conflict(seat, world.cast.chi, clock.now(), unit=world.cast.north, reason="Người thân.")
    assert client.get(url(world, "appraise", "2.1", "01")).status_code == 404
    assert client.post(url(world, "drop_draft", "2.1", "01")).status_code == 404
    assert "bản nháp" not in client.get(url(world, "appraisal")).content.decode()


def test_a_successor_reads_no_draft_and_who_left_none_either(client: Client, world: World) -> None:
    keep(as_(client, world, "chi"), world, reason=WORDS)
    seat = PanelMember.objects.get(user=world.cast.chi)
    amendment = rounds.Amendment("9/QĐ-UBND", clock.now().date(), "Chuyển công tác.")
    rounds.hand_over(seat, world.cast.giang, clock.now(), amendment=amendment, successor=world.cast.son)
    assert WORDS not in leaf(as_(Client(), world, "son"), world)
    for page in ("appraise_draft", "take_draft", "drop_draft"):
        assert client.post(url(world, page, "2.1", "01"), {"version": 0}).status_code in (403, 404)
    assert client.get(url(world, "appraise", "2.1", "01")).status_code in (403, 404)


# ---- two who judge apart -------------------------------------------------------------------------


@pytest.fixture
def pair() -> World:
    """Chi and Sơn judge 2.1 independently."""
    world = play_to("aggregation")
    seat = PanelMember.objects.create(
        round=world.round, panel=Panel.TEAM, position=Position.EXPERT, user=world.cast.son
    )
    rounds.assign_criteria(seat, world.cast.giang, clock.now(), codes=["2.1"])
    Round.objects.update(independent_codes=["2.1"], independent_step=Decimal("0.5"))
    world.appraisal()
    for name in ("chi", "son", "khanh"):
        object.__setattr__(world.cast, name, User.objects.get(pk=getattr(world.cast, name).pk))
    return world


def give(world: World, name: str, points: str, at: datetime) -> IndependentScore:
    entry = world.entry(world.cast.north, "2.1")
    answer = Answer({}, decided=Decimal(points))
    user = getattr(world.cast, name)
    return appraisal.judge_independently(entry, user, at, version=0, answer=answer, reason=f"Lý do của {name}")


def test_of_two_each_has_a_draft_of_their_own(client: Client, pair: World, watch: Watch) -> None:
    son = as_(Client(), pair, "son")
    keep(as_(client, pair, "chi"), pair, reason="Nháp của Chi")
    keep(son, pair, reason="Nháp của Sơn")
    assert "Nháp của Sơn" not in leaf(client, pair)
    assert "Nháp của Chi" not in leaf(son, pair)
    give(pair, "chi", "4", watch.at)
    assert [row.user for row in JudgementDraft.objects.all()] == [pair.cast.son]
    assert "Nháp của Sơn" in leaf(son, pair)


def test_a_draft_of_the_own_score_stands_apart_once_both_are_there(client: Client, pair: World, watch: Watch) -> None:
    """Both rows are of version 1: the own score that the draft was begun on, and the team's judgement."""
    give(pair, "chi", "4", watch.at)
    as_(client, pair, "chi")
    keep(client, pair, reason=WORDS, version=1)
    assert f">\n{WORDS}</textarea>" in leaf(client, pair)
    give(pair, "son", "4", watch.later())
    page = leaf(client, pair)
    assert "Bản nháp của bạn lúc 09:00" in page
    assert "Đưa bản nháp vào ô" not in page  # Only the leader judges now.
    client.post(url(pair, "take_draft", "2.1", "01"), {"version": 1})
    assert JudgementDraft.objects.get().saved_at < watch.at
    assert keep(client, pair, reason="Nữa", version=1).status_code == 409
    client.post(url(pair, "drop_draft", "2.1", "01"))
    assert not JudgementDraft.objects.exists()


def test_two_apart_leave_the_draft_to_read(client: Client, pair: World, watch: Watch) -> None:
    give(pair, "chi", "1", watch.at)
    as_(client, pair, "chi")
    keep(client, pair, reason=WORDS, version=1)
    give(pair, "son", "4", watch.later())
    assert "soạn trước khi đủ điểm của hai người" in leaf(client, pair)


@pytest.fixture
def leader_too(pair: World) -> World:
    """The leader, to whom the leaf was given as well, is one of those who judge it apart."""
    rounds.assign_criteria(PanelMember.objects.get(user=pair.cast.khanh), pair.cast.giang, clock.now(), codes=["2.1"])
    object.__setattr__(pair.cast, "khanh", User.objects.get(pk=pair.cast.khanh.pk))
    return pair


def test_a_page_of_the_own_score_decides_nothing_after_both_gave(
    client: Client, leader_too: World, watch: Watch
) -> None:
    """The leader's own score and the judgement that followed from both are of version 1."""
    give(leader_too, "khanh", "4", watch.at)
    as_(client, leader_too, "khanh")
    assert "True" in box(leaf(client, leader_too), "is_own")
    give(leader_too, "chi", "4", watch.later())
    stale = {"version": 1, "is_own": "True", "reason": WORDS}
    assert keep(client, leader_too, **stale).status_code == 409
    refused = judge(client, leader_too, choice="decided", points="1", **stale)
    assert refused.status_code == 422
    assert "đã kết thúc từ khi mở trang" in refused.content.decode()
    assert WORDS in refused.content.decode()
    assert Appraisal.objects.get().score == Decimal(4)
    assert not JudgementDraft.objects.exists()
    assert "False" in box(leaf(client, leader_too), "is_own")
    assert judge(client, leader_too, choice="decided", points="3", **stale | {"is_own": "False"}).status_code == 302


def test_who_had_given_no_score_decides_nothing_unseen(client: Client, leader_too: World, watch: Watch) -> None:
    """Neither page nor draft: no version tells the own score not given from the judgement not made."""
    blind = {"version": 0, "is_own": "True", "reason": WORDS, "choice": "decided", "points": "1"}
    as_(client, leader_too, "khanh")
    assert keep(client, leader_too, **blind).status_code == 200
    give(leader_too, "chi", "1", watch.later())
    give(leader_too, "son", "4", watch.later())
    assert judge(client, leader_too, **blind).status_code == 422
    assert keep(client, leader_too, **blind).status_code == 409
    assert not Appraisal.objects.exists()
    page = leaf(client, leader_too)
    assert "soạn trước khi đủ điểm của hai người" in page
    assert f"<dd>{WORDS}</dd>" in page
    assert f">\n{WORDS}</textarea>" not in page


def test_who_judges_no_more_reads_the_draft_and_can_discard_it(client: Client, leader_too: World, watch: Watch) -> None:
    as_(client, leader_too, "son")
    keep(client, leader_too, reason=WORDS, is_own="True")
    give(leader_too, "chi", "4", watch.later())
    give(leader_too, "khanh", "1", watch.later())
    page = leaf(client, leader_too)
    assert f"<dd>{WORDS}</dd>" in page
    assert "Đưa bản nháp vào ô" not in page


def test_a_draft_from_before_the_unit_explained_again_stands_apart(client: Client, watch: Watch) -> None:
    world = play_to("reappraisal")
    watch.at = moment("04/01/2023 10:00")
    as_(client, world, "chi")
    entry = world.entry(world.cast.north, "2.1")
    reopen_leaf(entry, world.cast.giang, watch.at, number="7/YC", reason="Gửi bản đã ký.", until=watch.at + WEEK)
    keep(client, world, reason=WORDS, choice="proposed")
    assert f">\n{WORDS}</textarea>" in leaf(client, world)
    entry = world.entry(world.cast.north, "2.1")
    explain_entry(entry, world.cast.an, watch.later(), version=1, text="Đã ký.", answer=Answer(entry.facts))
    page = leaf(client, world)
    assert "soạn trước khi đơn vị giải trình lúc 10:05" in page
    assert f">\n{WORDS}</textarea>" not in page
    client.post(url(world, "take_draft", "2.1", "01"), {"version": 0})
    assert f">\n{WORDS}</textarea>" in leaf(client, world)


def test_nobody_agrees_with_a_proposal_that_the_page_did_not_show(client: Client, watch: Watch) -> None:
    world = play_to("reappraisal")
    watch.at = moment("04/01/2023 10:00")
    as_(client, world, "chi")
    entry = world.entry(world.cast.north, "2.1")
    reopen_leaf(entry, world.cast.giang, watch.at, number="7/YC", reason="Gửi bản đã ký.", until=watch.at + WEEK)
    assert 'value="1"' in box(leaf(client, world), "explained")
    entry = world.entry(world.cast.north, "2.1")
    explain_entry(entry, world.cast.an, watch.later(), version=1, text="Đã ký.", answer=Answer(entry.facts))
    refused = judge(client, world, choice="proposed", reason=WORDS, explained=1)
    assert (refused.status_code, "vừa giải trình lại" in refused.content.decode()) == (422, True)
    assert judge(client, world, choice="proposed", reason=WORDS, explained=2).status_code == 302


# ---- the end -----------------------------------------------------------------------------------


def judge_the_rest(world: World) -> None:
    for entry in Entry.objects.filter(appraisals=None).exclude(facts={}, not_applicable=False):
        answer = judge(as_(Client(), world, "chi"), world, entry.code, entry.dossier.unit.code, choice="agree")
        assert answer.status_code == 302


def test_drafts_go_with_the_end_of_the_pass(client: Client, world: World) -> None:
    judge_the_rest(world)
    as_(client, world, "chi")
    keep(client, world, reason=WORDS, version=1)
    appraisal.sign_off_pass(world.round, world.cast.khanh, clock.now(), minutes="Tổ họp.")
    assert not JudgementDraft.objects.exists()
    refused = keep(client, world, reason=WORDS, version=1)
    assert refused.status_code == 409
    assert "điểm thẩm định đã khóa" in refused.content.decode()
    assert not JudgementDraft.objects.exists()


def test_drafts_of_an_office_go_with_its_signature(client: Client, world: World) -> None:
    justice = Unit.objects.get(code="TP")
    PanelMember.objects.filter(user__in=[world.cast.chi, world.cast.khanh]).update(body=justice)
    PanelMember.objects.create(
        round=world.round, panel=Panel.TEAM, position=Position.OFFICE_HEAD, user=world.cast.son, body=justice
    )
    judge_the_rest(world)
    as_(client, world, "chi")
    keep(client, world, reason=WORDS, version=1)
    keep(as_(Client(), world, "khanh"), world, reason="Tổ trưởng xem lại", version=1)
    son = User.objects.get(pk=world.cast.son.pk)
    appraisal.sign_off_office(world.round, son, clock.now(), minutes="Phòng họp.")
    assert PassSignOff.objects.exists()
    assert [row.user for row in JudgementDraft.objects.all()] == [world.cast.khanh]
    assert keep(client, world, reason=WORDS, version=1).status_code == 409
    assert "Cơ quan của bạn đã ký kết thúc" in leaf(client, world)


# ---- the list ------------------------------------------------------------------------------------


def test_the_list_counts_drafts_and_tells_beside_the_leaves(client: Client, world: World) -> None:
    as_(client, world, "chi")
    assert "bản nháp" not in client.get(url(world, "appraisal")).content.decode()
    for code, unit in (("2.1", "01"), ("2.1", "02"), ("2.2", "01")):
        keep(client, world, code, unit, reason=WORDS)
    page = client.get(url(world, "appraisal")).content.decode()
    assert '<a href="?loc=ban-nhap">3 bản nháp chưa lưu</a>' in page
    assert '<span class="tag tag-gold">2 bản nháp</span>' in page
    drafted = client.get(url(world, "appraisal") + "?loc=ban-nhap").content.decode()
    assert "2.1 Hồ sơ" in drafted
    assert "1.1 Ban hành" not in drafted
    assert '<span class="tag tag-gold">bản nháp</span>' in leaf(client, world)
    by_unit = client.get(url(world, "appraisal") + "?theo=don-vi").content.decode()
    assert '<span class="tag tag-gold">2 bản nháp</span>' in by_unit


def test_the_list_of_drafts_goes_down_and_home(client: Client, world: World) -> None:
    """Also where the drafts would change what was judged already."""
    as_(client, world, "chi")
    for unit in ("01", "02"):
        judge(client, world, "2.1", unit, choice="agree")
        keep(client, world, "2.1", unit, reason=WORDS, version=1)
    went = []
    for unit in ("01", "02"):
        data = {"version": 1, "choice": "agree", **facts_of(world, "2.1", unit)}
        went.append(client.post(url(world, "appraise", "2.1", unit) + "?loc=ban-nhap", data)["Location"])
    assert went == [url(world, "appraise", "2.1", "02") + "?loc=ban-nhap", url(world, "appraisal") + "?loc=ban-nhap"]


def test_who_also_runs_the_round_counts_drafts_of_the_own_leaves_only(client: Client, world: World) -> None:
    as_(client, world, "chi")
    for code in ("2.1", "2.2"):
        keep(client, world, code, reason=WORDS)
    world.cast.chi.memberships.create(unit=world.cast.office, role="coordinator")
    world.cast.chi.panel_seats.get().assignments.filter(criterion__code="2.1").delete()
    page = client.get(url(world, "appraisal")).content.decode()
    assert "2.1 Hồ sơ" in page
    assert "1 bản nháp chưa lưu" in page


def test_drafts_cost_the_list_no_query_and_the_leaf_one(client: Client, world: World) -> None:
    as_(client, world, "chi")
    addresses = [url(world, "appraisal"), url(world, "appraisal") + "?theo=don-vi", url(world, "appraise", "2.1", "01")]
    without = [queries(client, address) for address in addresses]
    more_units(world, 3)
    for entry in Entry.objects.filter(code="2.1").select_related("dossier__unit"):
        keep(client, world, "2.1", entry.dossier.unit.code, reason=WORDS)
    assert JudgementDraft.objects.count() == 5
    assert [queries(client, address) for address in addresses] == [without[0], without[1], without[2] + 1]

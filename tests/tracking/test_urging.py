"""Urging by hand: to whom, with what words, with an official letter, and never twice by a double click."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from chiso.assessments.actions import dossier as dossiers
from chiso.audit.models import AuditEntry
from chiso.common.refusals import RuleViolation
from chiso.notices.models import Notice
from chiso.organizations.choices import Role
from chiso.rounds.models import PlanTask
from chiso.tracking.actions import LetterDraft, Urged, set_reminders, urge
from chiso.tracking.chasing import last_urged
from chiso.tracking.models import Reminder, ReminderRules, UrgingLetter
from chiso.tracking.owing import owing
from tests.factories import MembershipFactory
from tests.world import NORTH, World, moment, play_to

pytestmark = pytest.mark.django_db

AT = moment("13/12/2022 08:00")
LETTER = LetterDraft("12/PNV", date(2022, 12, 13), "Đề nghị khẩn trương.", moment("15/12/2022 00:00"))


def keys(world: World) -> dict[str, str]:
    return {one.name: one.key for one in owing(world.round)}


def put(world: World, *names: str, **options: object) -> Urged:
    known = keys(world)
    given = {"shown": last_urged(world.round), "chosen": [known[name] for name in names]} | options
    return urge(world.round, world.cast.giang, AT, **given)  # type: ignore[arg-type]


def test_the_chosen_are_told_with_the_words_of_the_coordinator() -> None:
    world = play_to("self_assessment")
    done = put(world, "Xã Nam", message="Gọi Giang nếu vướng.")
    assert (done.people, done.left_out, done.letter) == (2, [], None)
    assert {row.person for row in Reminder.objects.all()} == {world.cast.em, world.cast.phuc}
    notice = Notice.objects.filter(recipient=world.cast.em).latest("pk")
    assert (notice.text, notice.detail) == (
        "Đôn đốc 3.1: Tự đánh giá – còn 1 ngày (hết 24 giờ ngày 14/12/2022).",
        "Gọi Giang nếu vướng.",
    )
    entry = AuditEntry.objects.latest("number")
    assert (entry.code, entry.reason) == ("round.urge", "Gọi Giang nếu vướng.")
    assert entry.changes["told"] == [None, ["Xã Nam"]]


def test_who_finished_meanwhile_is_left_out_and_named() -> None:
    world = play_to("self_assessment")
    known = keys(world)
    shown = last_urged(world.round)
    world.fill(world.cast.north, world.cast.an, NORTH, moment("12/12/2022 09:00"))
    dossiers.submit_dossier(world.dossier(world.cast.north), world.cast.binh, moment("13/12/2022 07:59"))
    done = put(world, chosen=[known["Xã Bắc"], known["Xã Nam"]], shown=shown)
    assert (done.people, done.left_out) == (2, ["Xã Bắc"])
    assert not Reminder.objects.filter(unit=world.cast.north).exists()
    with pytest.raises(RuleViolation, match=r"đều đã hoàn thành: Xã Bắc\."):
        put(world, chosen=[known["Xã Bắc"]])


def test_a_double_click_and_a_colleague_at_the_same_minute_urge_nobody_twice() -> None:
    world = play_to("self_assessment")
    put(world, "Xã Nam", shown=0)
    with pytest.raises(RuleViolation, match="Vừa có một lần đôn đốc khác"):
        put(world, "Xã Nam", shown=0)
    assert Reminder.objects.count() == 2
    put(world, "Xã Nam")  # With the page read anew, on purpose.
    assert Reminder.objects.count() == 4


def test_whoever_works_in_two_chosen_units_is_told_once_of_both() -> None:
    world = play_to("self_assessment")
    MembershipFactory(user=world.cast.an, unit=world.cast.south, role=Role.UNIT_EDITOR)
    put(world, "Xã Bắc", "Xã Nam")
    notice = Notice.objects.get(recipient=world.cast.an, reminder__isnull=False)
    assert notice.text == ("Đôn đốc 3.1: Tự đánh giá (Xã Bắc, Xã Nam) – còn 1 ngày (hết 24 giờ ngày 14/12/2022).")


def test_a_letter_counts_the_days_by_the_plan_and_asks_for_its_own_date() -> None:
    world = play_to("self_assessment")
    put(world, "Xã Nam", letter=replace(LETTER, ends_at=moment("19/12/2022 00:00")))
    assert Notice.objects.filter(recipient=world.cast.em).latest("pk").text == (
        "Công văn đôn đốc số 12/PNV ngày 13/12/2022, nhiệm vụ 3.1: Tự đánh giá – còn 1 ngày "
        "(hết 24 giờ ngày 14/12/2022). Hạn theo công văn: hết 24 giờ ngày 18/12/2022."
    )


def test_the_letter_is_kept_with_its_units_and_its_number_is_used_once() -> None:
    world = play_to("self_assessment")
    done = put(world, "Xã Bắc", "Xã Nam", letter=LETTER)
    letter = UrgingLetter.objects.get()
    assert done.letter == letter
    assert (letter.task.code, letter.number, letter.sent_by) == ("3.1", "12/PNV", world.cast.giang)
    assert set(letter.units.all()) == {world.cast.north, world.cast.south}
    assert set(Reminder.objects.values_list("letter", flat=True)) == {letter.pk}
    text = Notice.objects.filter(recipient=world.cast.an).latest("pk").text
    assert text.startswith("Công văn đôn đốc số 12/PNV ngày 13/12/2022, nhiệm vụ 3.1: Tự đánh giá")
    with pytest.raises(RuleViolation, match="Công văn số 12/PNV đã có"):
        put(world, "Xã Bắc", letter=LETTER)


def test_a_letter_is_about_one_task_to_units_with_a_date_to_come() -> None:
    world = play_to("self_assessment")
    PlanTask.objects.filter(code="4.2").get().bodies.update(kind="unit", unit=world.cast.office, label="Phòng Nội vụ")
    with pytest.raises(RuleViolation, match="Mỗi công văn đôn đốc một nhiệm vụ"):
        put(world, "Xã Bắc", "Phòng Nội vụ", letter=LETTER)
    over = LetterDraft("13/PNV", LETTER.day, "…", AT)
    with pytest.raises(RuleViolation, match=r"Hạn trong công văn \(.*\) đã qua"):
        put(world, "Xã Bắc", letter=over)
    assert not UrgingLetter.objects.exists()
    assert not Reminder.objects.exists()


def test_a_letter_goes_to_no_single_person() -> None:
    world = play_to("appraisal")
    later = LetterDraft("14/PNV", LETTER.day, "…", AT + timedelta(days=30))
    with pytest.raises(RuleViolation, match="Công văn chỉ gửi cơ quan, đơn vị; với Mã Thị Chi"):
        put(world, "Mã Thị Chi", letter=later)
    assert put(world, "Mã Thị Chi").people == 1


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ([], "Chưa chọn đơn vị, cơ quan nào"),
        (["x"], "Có dòng không thuộc đợt đánh giá này"),
        (["1-u999999"], "Có dòng không thuộc đợt đánh giá này"),
        (["999999-u1"], "Có dòng không thuộc đợt đánh giá này"),
        (["9" * 40 + "-u1"], "Có dòng không thuộc đợt đánh giá này"),
    ],
    ids=["none", "word", "unit", "task", "huge"],
)
def test_what_is_no_row_of_the_round_is_refused(chosen: list[str], sentence: str) -> None:
    world = play_to("self_assessment")
    with pytest.raises(RuleViolation, match=sentence):
        put(world, chosen=chosen)


def test_a_body_without_people_is_named_and_nobody_is_told() -> None:
    world = play_to("self_assessment")
    with pytest.raises(RuleViolation, match="thay mặt: Bưu điện huyện"):
        put(world, "Xã Bắc", "Bưu điện huyện")
    assert not Reminder.objects.exists()


@pytest.mark.parametrize("name", ["ha", "an", "binh", "khanh", "chi", "dung", "son"])
def test_only_the_coordinator_urges_and_sets_the_rules(name: str) -> None:
    world = play_to("self_assessment")
    person = world.cast.everyone()[name]
    with pytest.raises(PermissionDenied):
        urge(world.round, person, AT, chosen=list(keys(world).values()), shown=0)
    with pytest.raises(PermissionDenied):
        set_reminders(world.round, person, AT, is_on=False, days_before=[], days_after=[], hour=7)
    assert not Reminder.objects.exists()
    assert not ReminderRules.objects.exists()


# ---- the rules -----------------------------------------------------------------------------------


def rule(world: World, **options: object) -> ReminderRules:
    given = {"is_on": True, "days_before": [5, 2, 2], "days_after": [4, 1], "hour": 9} | options
    return set_reminders(world.round, world.cast.giang, AT, **given)  # type: ignore[arg-type]


def test_rules_are_kept_in_order_and_audited() -> None:
    world = play_to("self_assessment")
    rules = rule(world)
    assert (rules.days_before, rules.days_after, rules.hour) == ([5, 2], [1, 4], 9)
    changes = AuditEntry.objects.latest("number").changes
    assert changes == {
        "days_before": [[7, 3, 1, 0], [5, 2]],
        "days_after": [[1, 3, 7], [1, 4]],
        "hour": [7, 9],
    }
    with pytest.raises(RuleViolation, match="không có gì thay đổi"):
        rule(world)
    assert ReminderRules.objects.count() == 1


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"days_before": [61]}, "trước hạn phải từ 0 đến 60"),
        ({"days_before": [-1]}, "trước hạn phải từ 0 đến 60"),
        ({"days_after": [0]}, "sau hạn phải từ 1 đến 60"),
        ({"days_before": list(range(11))}, "Không nhắc quá 10 lần"),
        ({"hour": 24}, "từ 0 đến 23"),
    ],
)
def test_rules_that_make_no_sense_are_refused(options: dict[str, object], sentence: str) -> None:
    with pytest.raises(RuleViolation, match=sentence):
        rule(play_to("self_assessment"), **options)


def test_after_the_publication_there_is_nothing_to_remind_of() -> None:
    with pytest.raises(RuleViolation, match="đã công bố"):
        rule(play_to("published"))

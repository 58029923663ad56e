"""A secret vote: counted, never told. Whoever searches the rows, the log or the pages finds no choice with a name."""

import json
from itertools import permutations

import pytest
from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.test import Client
from django.urls import reverse

from chiso.assessments.actions import council
from chiso.assessments.choices import Choice, Outcome
from chiso.assessments.models import Motion, Vote
from chiso.audit import chain
from chiso.audit.models import AuditEntry
from chiso.common.refusals import RuleViolation
from chiso.organizations import clock
from chiso.rounds.models import Round
from tests.assessments.council_steps import LATER, bar, cast, fresh, propose, sit, with_vice_chair
from tests.world import World, play_to

pytestmark = pytest.mark.django_db

VOTERS = ("dung", "lan", "mai")


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: LATER)


def secret() -> tuple[World, Motion]:
    world = play_to("council")
    sit(world, *VOTERS)
    return world, propose(world, is_secret=True)


def everything() -> str:
    """Every row of every table, but what differs between two runs anyway."""
    rows = {}
    for model in apps.get_models():
        hidden = {"hash", "previous_hash", "password", "session_key", "session_data", "last_login"}
        fields = [field.attname for field in model._meta.concrete_fields if field.attname not in hidden]
        rows[model._meta.label] = list(model._default_manager.order_by("pk").values(*fields))
    return json.dumps(rows, cls=DjangoJSONEncoder, sort_keys=True, default=str)


def test_the_rows_are_the_same_whoever_said_what(django_db_reset_sequences: None) -> None:
    """Three ballots, dealt to three people in every way, leave the very same database."""
    world, motion = secret()
    seen = set()
    for dealt in permutations((Choice.FOR, Choice.AGAINST, Choice.ABSTAIN)):
        with transaction.atomic():
            cast(world, motion, **dict(zip(VOTERS, dealt, strict=True)))
            seen.add(_without_keys(everything()))
            transaction.set_rollback(True)
    assert len(seen) == 1


def _without_keys(text: str) -> str:
    """Rows written and taken back use up keys on some databases."""
    rows = json.loads(text)
    for row in (*rows["assessments.Vote"], *rows["audit.AuditEntry"]):
        row.pop("id")
    return json.dumps(rows, sort_keys=True)


def test_neither_row_nor_log_says_the_choice() -> None:
    world, motion = secret()
    cast(world, motion, dung="for", lan="for", mai="against")
    assert set(Vote.objects.values_list("choice", "dissent")) == {("", "")}
    entries = list(AuditEntry.objects.filter(code="motion.vote"))
    assert [entry.changes for entry in entries] == [{"cast": [None, True]}] * 3
    assert {(entry.reason, entry.origin) for entry in entries} == {("", "")}
    assert chain.first_break() is None


def test_the_log_does_not_keep_the_address_of_a_secret_vote(client: Client) -> None:
    world, motion = secret()
    client.force_login(world.cast.mai)
    assert client.post(reverse("assessments:vote", args=[motion.pk]), {"choice": "against"}).status_code == 302
    assert AuditEntry.objects.get(code="motion.vote").origin == ""
    other = propose(world, "1", code="1.1")
    client.post(reverse("assessments:vote", args=[other.pk]), {"choice": "against"})
    assert AuditEntry.objects.filter(code="motion.vote").latest("number").origin == "127.0.0.1"


def test_counts_show_only_once_it_is_over_and_names_never(client: Client) -> None:
    world, motion = secret()
    cast(world, motion, dung="for", lan="for")
    pages = [
        reverse("assessments:meeting", args=[world.meeting.pk]),
        reverse("assessments:item", args=[world.meeting.pk, "2.1", "01"]),
        reverse("assessments:tally", args=[motion.pk]),
    ]
    for name in ("dung", "lan", "mai", "giang", "chi", "ha"):
        client.force_login(getattr(world.cast, name))
        for address in pages:
            page = client.get(address).content.decode()
            assert "đã bỏ 2/3 phiếu kín" in page, (name, address)
            assert "Tán thành:" not in page
            assert "Ý kiến từng thành viên" not in page
            assert 'aria-pressed="true"' not in page
    cast(world, motion, mai="against")
    council.conclude_motion(fresh(motion), world.cast.dung, LATER)
    client.force_login(world.cast.giang)
    for address in pages:
        page = client.get(address).content.decode()
        assert "Tán thành: 2" in page
        assert "Ý kiến từng thành viên" not in page


def test_a_secret_vote_is_cast_once() -> None:
    world, motion = secret()
    cast(world, motion, mai="for")
    for choice in ("for", "against"):
        with pytest.raises(RuleViolation, match="phiếu kín không đổi được"):
            cast(world, motion, mai=choice)
    motion = fresh(motion)
    assert (motion.secret_for, motion.secret_against, motion.votes.count()) == (1, 0, 1)


def test_no_dissent_gives_a_secret_vote_away() -> None:
    world, motion = secret()
    with pytest.raises(RuleViolation, match="không ghi ý kiến bảo lưu"):
        council.cast_vote(motion, world.cast.mai, LATER, choice=Choice.AGAINST, dissent="Sai.")
    assert not Vote.objects.exists()


def test_too_few_ballots_would_tell_who_said_what() -> None:
    world, motion = secret()
    cast(world, motion, dung="for", lan="for")
    with pytest.raises(RuleViolation, match="lộ ý kiến từng người"):
        council.conclude_motion(fresh(motion), world.cast.dung, LATER)
    council.withdraw_motion(fresh(motion), world.cast.dung, LATER, reason="Biểu quyết công khai.")
    motion = fresh(motion)
    assert (motion.secret_for, motion.secret_against, motion.secret_abstain) == (0, 0, 0)
    bar(world, "mai")
    with pytest.raises(RuleViolation, match="phiếu không thể kín"):
        propose(world, is_secret=True)


@pytest.mark.parametrize(
    ("casting", "outcome"), [("for", Outcome.CARRIED), ("against", Outcome.REJECTED)], ids=["for", "against"]
)
def test_a_secret_tie_waits_for_the_casting_choice(casting: str, outcome: Outcome) -> None:
    world = with_vice_chair()
    sit(world, "dung", "son", "lan", "mai")
    motion = propose(world, is_secret=True)
    cast(world, motion, dung="for", son="for", lan="against", mai="against")
    for said in ("", "abstain"):
        with pytest.raises(RuleViolation, match="Số phiếu ngang nhau"):
            council.conclude_motion(fresh(motion), world.cast.dung, LATER, casting=said)
    assert council.conclude_motion(fresh(motion), world.cast.dung, LATER, casting=casting).outcome == outcome
    assert fresh(motion).casting_choice == casting


def test_without_a_casting_vote_a_tie_is_rejected() -> None:
    world = with_vice_chair()
    Round.objects.update(chair_casts=False)
    sit(world, "dung", "son", "lan", "mai")
    motion = propose(world, is_secret=True)
    cast(world, motion, dung="for", son="for", lan="against", mai="against")
    concluded = council.conclude_motion(fresh(motion), world.cast.dung, LATER, casting="for")
    assert (concluded.outcome, concluded.casting_choice) == (Outcome.REJECTED, "")


def test_a_casting_choice_is_kept_only_where_it_decided() -> None:
    world, motion = secret()
    cast(world, motion, dung="for", lan="for", mai="against")
    assert council.conclude_motion(motion, world.cast.dung, LATER, casting="against").outcome == Outcome.CARRIED
    assert fresh(motion).casting_choice == ""

"""Urging by hand (đôn đốc): the coordinator tells a chosen list, with or without an official letter."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.audit.actions import action, because, changed
from chiso.common.dates import format_date, format_deadline
from chiso.common.refusals import RuleViolation
from chiso.notices.models import Notice
from chiso.organizations.models import User
from chiso.rounds.holding import hold
from chiso.rounds.models import PlanTask, Round
from chiso.tracking import policy
from chiso.tracking.chasing import last_urged, name_of
from chiso.tracking.day_words import shortened, when
from chiso.tracking.models import Reminder, UrgingLetter
from chiso.tracking.owing import Owing, Share, owing, shares

LONGEST_MESSAGE = 120


@dataclass(frozen=True)
class LetterDraft:
    """An official letter to go with the urging: of what number and date, what it asks for, by when."""

    number: str
    day: date
    text: str
    ends_at: datetime


@dataclass(frozen=True)
class Urged:
    """What an urging did: how many people were told, who had finished meanwhile, and the letter if there is one."""

    people: int
    left_out: Sequence[str]
    letter: UrgingLetter | None


@action("round.urge", gettext_noop("Đôn đốc"), allowed=policy.can_chase)
def urge(
    round: Round,
    by: User,
    at: datetime,
    *,
    chosen: Collection[str],
    shown: int,
    message: str = "",
    letter: LetterDraft | None = None,
) -> Urged:
    """Tell those who owe a task, once more; who finished meanwhile is left out and named.

    `chosen` are keys of `owing`; `shown` is the last urging that the page knew, so that a second click, or a colleague
    at the same minute, urges nobody twice.
    """
    hold(round)
    if last_urged(round) != shown:
        raise RuleViolation(_("Vừa có một lần đôn đốc khác sau khi trang này mở. Hãy xem lại danh sách rồi gửi."))
    still = {one.key: one for one in owing(round)}
    to_tell = [still[key] for key in still if key in set(chosen)]
    left_out = [name_of(round, key) for key in chosen if key not in still]
    _require_sense(to_tell, left_out, letter)
    written = _write_letter(round, by, at, letter, to_tell) if letter else None
    reminders = _write(to_tell, by, at, message=message.strip()[:LONGEST_MESSAGE], letter=written)
    changed("told", [one.name for one in to_tell])
    changed("left_out", left_out)
    if written:
        changed("letter", written.number)
    because(message.strip())
    return Urged(len({reminder.person_id for reminder in reminders}), left_out, written)


def _require_sense(to_tell: Sequence[Owing], left_out: Sequence[str], letter: LetterDraft | None) -> None:
    if not to_tell and left_out:
        raise RuleViolation(_("Những nơi đã chọn đều đã hoàn thành: %(names)s.") % {"names": ", ".join(left_out)})
    if not to_tell:
        raise RuleViolation(_("Chưa chọn đơn vị, cơ quan nào để đôn đốc."))
    if silent := [one.name for one in to_tell if not one.people]:
        raise RuleViolation(
            _("Không có ai nhận thông báo trên hệ thống thay mặt: %(names)s. Hãy bỏ chọn và liên hệ trực tiếp.")
            % {"names": ", ".join(silent)}
        )
    if letter:
        _letter_task(to_tell)


def _letter_task(to_tell: Sequence[Owing]) -> PlanTask:
    """The one task that a letter is about."""
    tasks = {one.task for one in to_tell}
    if len(tasks) > 1:
        raise RuleViolation(_("Mỗi công văn đôn đốc một nhiệm vụ. Hãy chọn các dòng của cùng một nhiệm vụ."))
    if nameless := [one.name for one in to_tell if one.unit is None]:
        raise RuleViolation(
            _("Công văn chỉ gửi cơ quan, đơn vị; với %(names)s hãy đôn đốc không kèm công văn.")
            % {"names": ", ".join(nameless)}
        )
    return tasks.pop()


def _write_letter(round: Round, by: User, at: datetime, draft: LetterDraft, to_tell: Sequence[Owing]) -> UrgingLetter:
    number = draft.number.strip()
    if UrgingLetter.objects.filter(round=round, number=number).exists():
        raise RuleViolation(_("Công văn số %(number)s đã có trong đợt này.") % {"number": number})
    if draft.ends_at <= at:
        raise RuleViolation(
            _("Hạn trong công văn (%(deadline)s) đã qua.") % {"deadline": format_deadline(draft.ends_at)}
        )
    letter = UrgingLetter.objects.create(
        round=round,
        task=_letter_task(to_tell),
        number=number,
        date=draft.day,
        text=draft.text.strip(),
        ends_at=draft.ends_at,
        sent_by=by,
        sent_at=at,
    )
    letter.units.set([one.unit for one in to_tell if one.unit])
    return letter


def _write(
    to_tell: Iterable[Owing], by: User, at: datetime, *, message: str, letter: UrgingLetter | None
) -> list[Reminder]:
    told = shares(to_tell)
    notices = Notice.objects.bulk_create(
        Notice(recipient=one.person, text=_words(one, at, letter)[:300], detail=message, url=one.url, sent_at=at)
        for one in told
    )
    return Reminder.objects.bulk_create(
        Reminder(
            task=one.task,
            unit=one.unit,
            person=one.person,
            ends_at=one.ends_at,
            day=one.day(at),
            notice=notice,
            made_at=at,
            by=by,
            letter=letter,
        )
        for one, notice in zip(told, notices, strict=True)
    )


def _words(one: Share, at: datetime, letter: UrgingLetter | None) -> str:
    """What the urged read: the letter that it goes with, then what and until when, and what the letter asks for.

    The date in a letter is not the plan's: by that one is late or not.
    """
    begin = _("Đôn đốc")
    if letter:
        begin = _("Công văn đôn đốc số %(number)s ngày %(date)s, nhiệm vụ") % {
            "number": letter.number,
            "date": format_date(letter.date),
        }
    title = shortened(one.task.title)
    told = _("%(begin)s %(code)s: %(title)s – %(when)s (%(deadline)s).") % {
        "begin": begin,
        "code": one.task.code,
        "title": f"{title} ({one.names})" if one.names else title,
        "when": when(one.day(at)),
        "deadline": format_deadline(one.ends_at),
    }
    if not letter:
        return told
    asked = _("Hạn theo công văn: %(deadline)s.") % {"deadline": format_deadline(letter.ends_at)}
    return f"{told} {asked}"

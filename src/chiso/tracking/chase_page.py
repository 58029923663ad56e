"""The page of the list to chase: filtered by its address, with the words that urge."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.organizations.models import User
from chiso.rounds.models import Round
from chiso.tracking.actions import Urged
from chiso.tracking.chasing import ChaseList, chase_list, tasks_to_chase
from chiso.tracking.forms import ChaseFilterForm
from chiso.tracking.owing import owing

_ALL = "tat-ca"
_DAYS_TO_ANSWER = 2


@dataclass(frozen=True)
class ChasePage:
    """The list, its filter, and the addresses of the same list with all chosen or none."""

    list: ChaseList
    filter: ChaseFilterForm
    summary: str
    clear_url: str
    all_url: str
    none_url: str


def chase_page(round: Round, user: User, at: datetime, asked: Any, chosen: Iterable[str] | None) -> ChasePage:
    """Put the page together: the queries of `owing`, and two. What a form chose wins over the link that chooses all."""
    listed = owing(round)
    form = ChaseFilterForm(asked, tasks=tasks_to_chase(listed))
    task, only = form.chosen("nhiem_vu"), form.chosen("loc")
    if chosen is None:
        chosen = [one.key for one in listed if one.people] if asked.get("chon") == _ALL else []
    found = chase_list(round, user, at, listed, task=task, only=only, chosen=chosen)
    kept = {name: value for name, value in (("nhiem_vu", task), ("loc", only)) if value}
    return ChasePage(
        list=found,
        filter=form,
        summary=ngettext("%(n)d nơi chưa xong", "%(n)d nơi chưa xong", found.count) % {"n": found.count},
        clear_url="?" if kept else "",
        all_url=f"?{urlencode({**kept, 'chon': _ALL})}",
        none_url=f"?{urlencode(kept)}",
    )


def first_words(round: Round, at: datetime) -> dict[str, object]:
    """What the form begins with."""
    today = timezone.localdate(at)
    return {
        "day": today,
        "until": today + timedelta(days=_DAYS_TO_ANSWER),
        "text": _("Đề nghị đơn vị khẩn trương hoàn thành, gửi về %(office)s; có khó khăn, vướng mắc thì báo cáo ngay.")
        % {"office": round.coordinator.name},
    }


def told(urged: Urged) -> list[tuple[int, str]]:
    """What an urging did, in sentences with their level."""
    told = ngettext("Đã đôn đốc %(n)d người.", "Đã đôn đốc %(n)d người.", urged.people) % {"n": urged.people}
    if urged.letter:
        told += " " + _("Công văn số %(number)s đã lưu.") % {"number": urged.letter.number}
    found = [(messages.SUCCESS, told)]
    if urged.left_out:
        names = ", ".join(urged.left_out)
        found.append((messages.INFO, _("Không gửi nơi đã hoàn thành trong lúc đó: %(names)s.") % {"names": names}))
    return found

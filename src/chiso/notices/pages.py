"""What the pages of messages show."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, Max, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.common.addresses import address
from chiso.common.dates import format_moment
from chiso.common.numbers import format_number
from chiso.notices import policy, reach, workflow
from chiso.notices.channels import is_open
from chiso.notices.choices import Channel, DeliveryState
from chiso.notices.composing import refusal_of
from chiso.notices.dispatch import WAITS
from chiso.notices.forms import DeliveryFilter
from chiso.notices.models import Delivery, Notice
from chiso.notices.opening import opening_url
from chiso.notices.quiet import is_quiet, quiet_hours
from chiso.organizations.models import User

_NOTICES_SHOWN, _DELIVERIES_SHOWN = 30, 50
_KINDS = {
    DeliveryState.SENT: "green",
    DeliveryState.FAILED: "red",
    DeliveryState.UNKNOWN: "gold",
    DeliveryState.SENDING: "blue",
    DeliveryState.QUEUED: "",
}


@dataclass(frozen=True)
class InboxPage:
    rows: list[dict[str, object]]
    page: Page[Notice]
    unread: str
    newest: int
    may_follow: bool


def inbox_page(person: User, asked: str | None) -> InboxPage:
    """A page of a person's messages, how many are new, and up to which one the page knows."""
    mine = Notice.objects.visible_to(person)
    summary = mine.aggregate(new=Count("pk", filter=Q(opened_at=None)), newest=Max("pk"))
    page = Paginator(mine.order_by("-sent_at", "-pk"), _NOTICES_SHOWN).get_page(asked)
    rows: list[dict[str, object]] = [
        {
            "when": format_moment(notice.sent_at),
            "text": notice.in_full,
            "is_new": notice.opened_at is None,
            "url": opening_url(notice),
        }
        for notice in page
    ]
    unread = (
        ngettext("%(n)s thông báo mới", "%(n)s thông báo mới", summary["new"]) % {"n": format_number(summary["new"])}
        if summary["new"]
        else ""
    )
    return InboxPage(rows, page, unread, summary["newest"] or 0, bool(policy.can_follow_deliveries(person)))


@dataclass(frozen=True)
class PreferencePage:
    address: str
    mailing: str
    """Why no mail comes, when none does."""
    quiet: str


def preference_page(person: User) -> PreferencePage:
    mailing = "" if is_open(Channel.MAIL) else _("Hệ thống chưa cấu hình máy chủ thư nên chưa gửi thư cho ai.")
    hours = quiet_hours()
    quiet = (
        _("Không gửi trong giờ nghỉ %(hours)s; thông báo lúc đó được gộp gửi sau.") % {"hours": hours} if hours else ""
    )
    return PreferencePage(person.email, mailing, quiet)


@dataclass(frozen=True)
class DeliveriesPage:
    form: DeliveryFilter
    rows: list[dict[str, object]]
    page: Page[Delivery]
    query: str
    here: str
    """The list as it is shown, with its page: where a button on a row comes back to."""
    clear_url: str
    stats: list[dict[str, str]]
    closed: str
    quiet: str
    may_send_any: bool
    may_send_failed: bool


def deliveries_page(
    seen: QuerySet[Delivery], user: User, form: DeliveryFilter, asked: QueryDict, at: datetime
) -> DeliveriesPage:
    """The record of what left, as filtered; the figures are of all that the person may see."""
    chosen = _chosen(form)
    found = Paginator(
        _filtered(seen, chosen).select_related("recipient").order_by("-queued_at", "-pk"), _DELIVERIES_SHOWN
    )
    page = found.get_page(asked.get("page"))
    shown = list(page)
    repeatable = _repeatable(user, shown)
    openings = _openings([one.pk for one in shown])
    query = urlencode(chosen)
    return DeliveriesPage(
        form=form,
        rows=[_row(one, openings.get(one.pk, []), one.pk in repeatable) for one in shown],
        page=page,
        query=query,
        here=urlencode(chosen | ({"page": str(page.number)} if page.number > 1 else {})),
        clear_url=address("notices:deliveries") if chosen else "",
        stats=_stats(seen),
        closed=_closed(),
        quiet=_("Đang trong giờ nghỉ %(hours)s: bản tin chờ đến hết giờ.") % {"hours": quiet_hours()}
        if is_quiet(at)
        else "",
        may_send_any=bool(repeatable),
        may_send_failed=len(repeatable) > 1 and all(one.state == DeliveryState.FAILED for one in shown),
    )


def list_address(asked: QueryDict) -> str:
    """The list as it was filtered."""
    chosen = _chosen(DeliveryFilter(asked)) | ({"page": asked["page"]} if asked.get("page", "").isdecimal() else {})
    return address("notices:deliveries") + (f"?{urlencode(chosen)}" if chosen else "")


def failed_ones(seen: QuerySet[Delivery], asked: QueryDict) -> QuerySet[Delivery]:
    """Those of the list, as it was filtered, that failed; the longest waiting first."""
    failed = _filtered(seen, _chosen(DeliveryFilter(asked))).filter(state=DeliveryState.FAILED)
    return failed.select_related("recipient").order_by("queued_at", "pk")


def _chosen(form: DeliveryFilter) -> dict[str, str]:
    form.is_valid()
    return {name: value for name, value in form.cleaned_data.items() if value}


def _filtered(rows: QuerySet[Delivery], chosen: dict[str, str]) -> QuerySet[Delivery]:
    rows = rows.filter(**{name: chosen[name] for name in ("state", "channel") if name in chosen})
    if person := chosen.get("person"):
        named = Q(recipient__full_name__icontains=person) | Q(address__icontains=person)
        rows = rows.filter(named)
    return rows


def _stats(seen: QuerySet[Delivery]) -> list[dict[str, str]]:
    counts = Counter(dict(seen.order_by().values_list("state").annotate(Count("pk"))))
    waiting = counts[DeliveryState.QUEUED] + counts[DeliveryState.SENDING]
    figures = [(DeliveryState.QUEUED, waiting, ""), (DeliveryState.SENT, counts[DeliveryState.SENT], "")]
    figures += [(state, counts[state], "red") for state in (DeliveryState.FAILED, DeliveryState.UNKNOWN)]
    here = address("notices:deliveries")
    return [
        {
            "label": str(state.label),
            "value": format_number(count),
            "kind": kind if count else "",
            "url": f"{here}?state={state.value}",
        }
        for state, count, kind in figures
    ]


def _closed() -> str:
    """Why no mail goes out, and how it would; the webhook is nobody's due."""
    if is_open(Channel.MAIL):
        return ""
    return _(
        "Chưa cấu hình máy chủ thư nên không có thư nào được gửi; mọi người vẫn đọc thông báo trong hệ thống. "
        "Quản trị hệ thống đặt CHISO_SMTP_HOST rồi khởi động lại (docs/messages.md)."
    )


def _repeatable(user: User, shown: Sequence[Delivery]) -> Collection[int]:
    """Which of these the person may send again: the rule of `policy.can_send_again`, asked once for all."""
    ended = [one for one in shown if one.state in workflow.SEND_AGAIN.sources]
    ended = [one for one in ended if is_open(one.channel) and not refusal_of(one.recipient)]
    if reach.runs_everything(user) or not ended:
        return {one.pk for one in ended}
    chased = reach.people_under(reach.coordinated(user)).filter(pk__in=[one.recipient_id for one in ended])
    people = set(chased.values_list("pk", flat=True))
    return {one.pk for one in ended if one.recipient_id in people}


def _openings(keys: Sequence[int]) -> dict[int, list[datetime | None]]:
    """When the messages that each delivery carried were opened."""
    found: dict[int, list[datetime | None]] = defaultdict(list)
    carried = Notice.objects.filter(Q(mail__in=keys) | Q(push__in=keys))
    for mail, push, opened_at in carried.values_list("mail", "push", "opened_at"):
        for key in (mail, push):
            if key is not None:
                found[key].append(opened_at)
    return found


def _row(one: Delivery, openings: list[datetime | None], is_repeatable: bool) -> dict[str, object]:  # noqa: FBT001
    state = DeliveryState(one.state)
    return {
        "pk": one.pk,
        "name": one.recipient.full_name,
        "address": one.address,
        "channel": one.get_channel_display(),
        "count": format_number(len(openings)),
        "queued": format_moment(one.queued_at),
        "state": str(state.label),
        "kind": _KINDS[state],
        "note": _note(one),
        "opened": _opened(openings),
        "may_repeat": is_repeatable,
    }


def _note(one: Delivery) -> str:
    if one.state == DeliveryState.SENT:
        return format_moment(one.sent_at)
    if one.state == DeliveryState.QUEUED and one.attempts:
        told = {"n": one.attempts, "most": len(WAITS) + 1, "when": format_moment(one.next_at), "why": one.failure}
        return _("Đã thử %(n)d trên %(most)d lần, lần tới %(when)s. %(why)s") % told
    return one.failure


def _opened(openings: list[datetime | None]) -> str:
    """`đã mở 2/5, lần đầu 08:12 ngày 01/12/2022`, in the product or by the letter's link."""
    known = [moment for moment in openings if moment is not None]
    if not known:
        return _("chưa mở")
    told = {"opened": len(known), "all": len(openings), "first": format_moment(min(known))}
    if len(openings) == 1:
        return _("đã mở %(first)s") % told
    return _("đã mở %(opened)d/%(all)d, lần đầu %(first)s") % told

"""The asking of opinions as a part of an edition's page: whom, until when, what was said, who kept silent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from chiso.common.dates import format_deadline, format_moment
from chiso.indexsets import policy
from chiso.indexsets.choices import EditionState, Response
from chiso.indexsets.models import Consultation, Opinion
from chiso.organizations.models import User

_RESPONSE_KIND = {Response.ACCEPTED: "green", Response.PARTLY: "gold", Response.DECLINED: "blue"}


@dataclass(frozen=True)
class OpinionLine:
    """One opinion and its answer."""

    pk: int
    unit: str
    about: str
    text: str
    when: str
    answer: str
    answer_kind: str
    answer_text: str


@dataclass(frozen=True)
class ConsultationPart:
    """Who was asked until when, what was said, who kept silent, and what this person may do about it."""

    deadline: str
    is_over: bool
    summary: str
    opinions: tuple[OpinionLine, ...]
    silent: tuple[str, ...]
    waiting: int
    may_run: bool
    may_read_all: bool
    may_give: bool


def consultation_part(consultation: Consultation, user: User, at: datetime, *, sees_all: bool) -> ConsultationPart:
    """Put it together (3 queries, whatever was said)."""
    bodies = list(consultation.bodies.order_by("code").values_list("pk", "name"))
    said = Opinion.objects.visible_to(user).filter(consultation=consultation)
    opinions = list(said.select_related("unit", "criterion").order_by("given_at", "pk"))
    heard = {opinion.unit_id for opinion in opinions}
    is_open = consultation.edition.state == EditionState.CONSULTING
    is_over = at >= consultation.closes_at
    asked = not user.unit_ids().isdisjoint(pk for pk, _name in bodies)
    return ConsultationPart(
        deadline=format_deadline(consultation.closes_at),
        is_over=is_over,
        summary=_("%(heard)d/%(asked)d cơ quan, đơn vị đã góp ý, %(opinions)d ý kiến")
        % {"heard": len(heard), "asked": len(bodies), "opinions": len(opinions)}
        if sees_all
        else "",
        opinions=tuple(opinion_lines(opinions)),
        silent=tuple(name for pk, name in bodies if pk not in heard) if sees_all else (),
        waiting=sum(not opinion.response for opinion in opinions),
        may_run=is_open and bool(policy.can_run(user, consultation)),
        may_read_all=bool(policy.can_read_opinions(user, consultation.edition)),
        may_give=is_open and not is_over and asked,
    )


def about_words(opinion: Opinion) -> str:
    """What an opinion was about, in the words of the time; a criterion that is gone since is said to be so."""
    if opinion.criterion_id is None and opinion.about:
        return _("%(about)s (không còn trong Bộ chỉ số)") % {"about": opinion.about}
    return opinion.about or _("Toàn bộ Bộ chỉ số")


def opinion_lines(opinions: Iterable[Opinion]) -> Iterable[OpinionLine]:
    for opinion in opinions:
        yield OpinionLine(
            pk=opinion.pk,
            unit=opinion.unit.name,
            about=about_words(opinion),
            text=opinion.text,
            when=format_moment(opinion.given_at),
            answer=opinion.get_response_display() if opinion.response else _("chưa trả lời"),
            answer_kind=_RESPONSE_KIND[Response(opinion.response)] if opinion.response else "red",
            answer_text=opinion.response_text,
        )

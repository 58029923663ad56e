"""What the pages of index sets show, ready to print: every number, date and state in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.common.dates import format_date, format_deadline, format_moment
from chiso.common.numbers import format_max, format_number
from chiso.indexsets import policy
from chiso.indexsets.choices import EditionState, Response
from chiso.indexsets.models import Consultation, Edition, Opinion
from chiso.indexsets.reading import index_set_of
from chiso.organizations.models import User
from chiso.scoring import IndexSetErrors, Method, Node, Policy

Row = dict[str, object]

_STATE_KIND = {EditionState.DRAFT: "", EditionState.CONSULTING: "gold", EditionState.ISSUED: "green"}
_RESPONSE_KIND = {Response.ACCEPTED: "green", Response.PARTLY: "gold", Response.DECLINED: "blue"}


@dataclass(frozen=True)
class EditionLine:
    """One edition in the list."""

    pk: int
    name: str
    authority: str
    version: str
    decision: str
    state: str
    kind: str


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
    """Who was asked until when, what was said, who kept silent."""

    deadline: str
    is_over: bool
    summary: str
    opinions: tuple[OpinionLine, ...]
    silent: tuple[str, ...]
    waiting: int


@dataclass(frozen=True)
class EditionPage:
    """An edition as a page: its decision, its tree, what was said of it, and what this person may do."""

    pk: int
    name: str
    summary: str
    state: str
    kind: str
    decision: str
    rows: tuple[Row, ...]
    consultation: ConsultationPart | None
    may_consult: bool
    may_issue: bool
    may_answer: bool
    may_give_opinion: bool


def editions_for(user: User) -> tuple[EditionLine, ...]:
    """The editions a person may see, the newest first (one query)."""
    editions = Edition.objects.visible_to(user).defer("text").select_related("index_set__authority")
    return tuple(
        EditionLine(
            pk=edition.pk,
            name=edition.name,
            authority=edition.index_set.authority.name,
            version=_("năm %(year)d, lần %(version)d") % {"year": edition.year, "version": edition.version},
            decision=decision_words(edition),
            state=edition.get_state_display(),
            kind=_STATE_KIND[EditionState(edition.state)],
        )
        for edition in editions.order_by("-year", "-version", "name")
    )


def edition_page(edition: Edition, user: User, at: datetime) -> EditionPage:
    """Put an edition's page together (4 queries at most, whatever its size)."""
    index_set = index_set_of(edition)
    runs = bool(policy.can_consult(user, edition) or policy.can_issue(user, edition))
    consultation = Consultation.objects.filter(edition=edition).select_related("edition__index_set").first()
    is_open = edition.state == EditionState.CONSULTING
    asked = consultation is not None and policy.can_give_opinion(user, consultation) is not None
    return EditionPage(
        pk=edition.pk,
        name=edition.name,
        summary=size_words(edition),
        state=edition.get_state_display(),
        kind=_STATE_KIND[EditionState(edition.state)],
        decision=decision_words(edition),
        rows=tuple(_row(node) for node in index_set.nodes),
        consultation=_consultation(consultation, user, at, sees_all=runs) if consultation else None,
        may_consult=edition.state == EditionState.DRAFT and bool(policy.can_consult(user, edition)),
        may_issue=edition.state != EditionState.ISSUED and bool(policy.can_issue(user, edition)),
        may_answer=is_open and bool(policy.can_consult(user, edition)),
        may_give_opinion=is_open and asked and consultation is not None and at < consultation.closes_at,
    )


def size_words(edition: Edition) -> str:
    """How big a set is: `52 tiêu chí được chấm, 100 điểm`."""
    index_set = index_set_of(edition)
    count = len(index_set.leaves)
    return ngettext(
        "%(count)d tiêu chí được chấm, thang %(scale)s điểm",
        "%(count)d tiêu chí được chấm, thang %(scale)s điểm",
        count,
    ) % {"count": count, "scale": format_number(index_set.scale)}


def decision_words(edition: Edition) -> str:
    if edition.state != EditionState.ISSUED:
        return ""
    return _("Quyết định số %(number)s ngày %(date)s, người ký %(signer)s") % {
        "number": edition.decision_number,
        "date": format_date(edition.decision_date),
        "signer": edition.signer_name,
    }


def effects_of_issue(edition: Edition) -> list[str]:
    """What issuing an edition does, and what was said before (2 queries)."""
    said = Opinion.objects.filter(consultation__edition=edition)
    opinions, bodies = said.count(), said.values("unit").distinct().count()
    heard = (
        _("Đã nhận %(opinions)d ý kiến của %(bodies)d cơ quan, đơn vị.") % {"opinions": opinions, "bodies": bodies}
        if opinions
        else _("Chưa có ý kiến góp ý nào.")
    )
    return [
        _("“%(name)s” (%(size)s) được ban hành.") % {"name": edition.name, "size": size_words(edition)},
        heard,
        _("Nội dung đã ban hành không thay đổi được nữa; muốn sửa phải ban hành lần mới."),
    ]


def faults_of(errors: IndexSetErrors) -> list[dict[str, str]]:
    """Every fault of a file with its place, for the refusal panel."""
    faults = []
    for fault in errors.errors:
        place = [fault.path] if fault.path else []
        place += [_("mã %(code)s") % {"code": fault.code}] if fault.code else []
        place += [_("dòng %(line)d") % {"line": fault.line}] if fault.line else []
        faults.append({"where": ", ".join(place), "what": fault.message})
    return faults


def _row(node: Node) -> Row:
    """One line of the tree table; a dict, since a page has a hundred of them."""
    return {
        "code": node.code,
        "name": node.name,
        "depth": node.depth,
        "is_leaf": node.is_leaf,
        "max": format_max(node.max),
        "rule": node.rule.describe() if node.rule else "",
        "when": _when_not_applicable(node),
        "evidence": "; ".join(node.evidence),
        "who": " · ".join(filter(None, (node.owner, node.appraiser_body))) if node.is_leaf else "",
        "method": _method_words(node),
    }


def _method_words(node: Node) -> str:
    if not node.is_leaf:
        return ""
    return {
        Method.SELF: "",
        Method.SURVEY: _("điều tra xã hội học"),
        Method.OFFICIAL: _("theo số liệu chính thức"),
        Method.INFO: _("chỉ để tham khảo"),
    }[node.method]


def _when_not_applicable(node: Node) -> str:
    if node.not_applicable is None:
        return ""
    effect = {
        Policy.REDUCE_MAX: _("giảm điểm tối đa"),
        Policy.FULL: _("đủ điểm"),
        Policy.ZERO: _("0 điểm"),
        Policy.EXCLUDE: _("không tính"),
    }[node.not_applicable.policy]
    when = node.not_applicable.when
    return _("Không áp dụng: %(effect)s%(when)s.") % {"effect": effect, "when": f" ({when})" if when else ""}


def _consultation(consultation: Consultation, user: User, at: datetime, *, sees_all: bool) -> ConsultationPart:
    bodies = list(consultation.bodies.order_by("code").values_list("pk", "name"))
    said = Opinion.objects.visible_to(user).filter(consultation=consultation)
    opinions = list(said.select_related("unit", "criterion").order_by("given_at", "pk"))
    heard = {opinion.unit_id for opinion in opinions}
    return ConsultationPart(
        deadline=format_deadline(consultation.closes_at),
        is_over=at >= consultation.closes_at,
        summary=_("%(heard)d/%(asked)d cơ quan, đơn vị đã góp ý, %(opinions)d ý kiến")
        % {"heard": len(heard), "asked": len(bodies), "opinions": len(opinions)}
        if sees_all
        else "",
        opinions=tuple(opinion_lines(opinions)),
        silent=tuple(name for pk, name in bodies if pk not in heard) if sees_all else (),
        waiting=sum(not opinion.response for opinion in opinions),
    )


def opinion_lines(opinions: Iterable[Opinion]) -> Iterable[OpinionLine]:
    for opinion in opinions:
        yield OpinionLine(
            pk=opinion.pk,
            unit=opinion.unit.name,
            about=str(opinion.criterion) if opinion.criterion else _("Toàn bộ Bộ chỉ số"),
            text=opinion.text,
            when=format_moment(opinion.given_at),
            answer=opinion.get_response_display() if opinion.response else _("chưa trả lời"),
            answer_kind=_RESPONSE_KIND[Response(opinion.response)] if opinion.response else "red",
            answer_text=opinion.response_text,
        )

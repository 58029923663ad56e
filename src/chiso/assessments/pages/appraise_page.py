"""What the workspace of an appraiser shows: one leaf of one unit, its evidence, and the units beside it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import F
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.assessments.choices import Pass
from chiso.assessments.forms.appraisal import Parties
from chiso.assessments.models import Citation, Entry, LeafScored
from chiso.assessments.pages.answer_words import (
    answer_in_words,
    change_in_words,
    in_one_line,
    score_in_words,
    steps_of,
    thread_of,
)
from chiso.assessments.pages.appraisal_page import (
    Progress,
    Row,
    is_running,
    my_leaves,
    pass_shown,
    progress_of,
    with_judgement,
)
from chiso.assessments.scores import node_of
from chiso.common.dates import format_moment, format_time
from chiso.common.numbers import NONE_SIGN, format_max, format_number, format_points
from chiso.evidence.storing import IMAGES, PDF
from chiso.organizations.models import User
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Round
from chiso.scoring import Input, InputKind, Node

_LONG = frozenset({InputKind.LEVEL, InputKind.ITEMS, InputKind.YES_NO})


@dataclass(frozen=True)
class Neighbor:
    """Where one goes from here."""

    url: str
    label: str


@dataclass(frozen=True)
class Desk:
    """One leaf on the appraiser's desk: everything needed to judge it, with words and numbers ready to print."""

    entry: Entry
    node: Node
    parties: Parties
    queue: list[Row]
    progress: Progress
    following: Neighbor
    previous: Neighbor | None
    next: Neighbor | None


def desk_of(entry: Entry, user: User, at: datetime) -> Desk:
    """Gather a desk: the leaf's judgements, the units of its criterion, one's progress. 404 outside the pass."""
    round = entry.dossier.round
    number = pass_shown(round)
    if number is None:
        raise Http404
    queue = _queue(entry, user, number)
    place = next((place for place, item in enumerate(queue) if item["is_current"]), None)
    if place is None:
        raise Http404
    progress, criteria = progress_of(user, round, number, at)
    return Desk(
        entry=entry,
        node=node_of(entry.dossier.block.edition, entry.code),
        parties=_parties(entry, number),
        queue=queue,
        progress=progress,
        following=_following(entry, queue, place, criteria),
        previous=_neighbor(queue, place - 1) if place else None,
        next=_neighbor(queue, place + 1) if place + 1 < len(queue) else None,
    )


def _parties(entry: Entry, number: Pass) -> Parties:
    passes = {row.pass_number: row for row in entry.appraisals.all()}
    explanation = getattr(entry, "explanation", None) if number == Pass.SECOND else None
    return Parties(entry, number, passes.get(Pass.FIRST), explanation, passes.get(number))


# ---- the units of the criterion --------------------------------------------------


def _queue(entry: Entry, user: User, number: Pass) -> list[Row]:
    round = entry.dossier.round
    rows = (
        with_judgement(my_leaves(user, round, number).filter(criterion=entry.criterion_id), number)
        .values("pk", "score", "not_applicable", "gave", "before", "was_not_applicable")
        .annotate(
            unit=F("dossier__unit__code"),
            name=F("dossier__unit__name"),
            late_days=F("dossier__late_days"),
            judged_pk=F("judged__pk"),
            judged_score=F("judged__score"),
            refused=F("judged__not_applicable"),
        )
        .order_by("dossier__unit__code")
    )
    return [_queue_item(row, round, entry) for row in rows]


def _queue_item(row: Row, round: Round, entry: Entry) -> Row:
    is_judged = row["judged_pk"] is not None
    change = row["gave"] - row["before"] if is_judged else Decimal(0)
    is_cut = is_judged and (change < 0 or row["refused"] != row["was_not_applicable"])
    score = row["judged_score"] if is_judged else row["score"]
    return {
        "unit": row["unit"],
        "name": row["name"],
        "score": format_points(score),
        "change": format_points(change) if change < 0 else f"+{format_points(change)}" if change else "",
        "url": reverse("assessments:appraise", args=[round.pk, entry.code, row["unit"]]),
        "status": "missing" if is_cut else "done" if is_judged else "empty",
        "status_label": _("đã chấm, khác điểm trước") if is_cut else _("đã chấm") if is_judged else _("chưa chấm"),
        "is_current": row["pk"] == entry.pk,
        "is_waiting": not is_judged,
        **_queue_tag(row),
    }


def _queue_tag(row: Row) -> Row:
    if row["not_applicable"]:
        return {"tag_text": _("đề nghị không áp dụng"), "tag_kind": "blue"}
    if row["late_days"]:
        days = ngettext("trễ %(n)d ngày", "trễ %(n)d ngày", row["late_days"]) % {"n": row["late_days"]}
        return {"tag_text": days, "tag_kind": "red"}
    return {"tag_text": "", "tag_kind": ""}


def _neighbor(queue: list[Row], place: int) -> Neighbor:
    return Neighbor(queue[place]["url"], queue[place]["name"])


def _following(entry: Entry, queue: list[Row], place: int, criteria: list[Row]) -> Neighbor:
    """The next unit that waits on this criterion, then the next criterion that waits, then the queue."""
    round = entry.dossier.round
    for item in queue[place + 1 :] + queue[:place]:
        if item["is_waiting"]:
            return Neighbor(item["url"], _("Lưu, sang %(unit)s") % {"unit": item["name"]})
    here = next((spot for spot, row in enumerate(criteria) if row["criterion_id"] == entry.criterion_id), 0)
    for row in criteria[here + 1 :] + criteria[:here]:
        if row["next_unit"]:
            url = reverse("assessments:appraise", args=[round.pk, row["code"], row["next_unit"]])
            return Neighbor(url, _("Lưu, sang tiêu chí %(code)s") % {"code": row["code"]})
    return Neighbor(reverse("assessments:appraisal", args=[round.pk]), _("Lưu, về danh sách"))


# ---- the page ------------------------------------------------------------------


def page_of(desk: Desk, *, chosen: str) -> Row:
    """The context of the workspace; `chosen` is the citation to show."""
    entry, node, parties = desk.entry, desk.node, desk.parties
    saved = parties.saved
    documents = _documents(entry, parties.number, chosen)
    return {
        "pass_label": parties.number.label,
        "heading": _("Tiêu chí %(code)s · %(count)d đơn vị") % {"code": entry.code, "count": len(desk.queue)},
        "unit_name": entry.dossier.unit.name,
        "progress": desk.progress,
        "queue": desk.queue,
        "leaf": _leaf(node),
        "told": _told(node, parties),
        "documents": documents,
        "shown": next((row for row in documents if row["is_current"]), None),
        "explanation": _explanation(parties),
        "unit_words": [words for words in (entry.reason, entry.note) if words],
        "calculation": steps_of(node, saved or parties.explanation or parties.before),
        "thread": thread_of(entry, node, parties.explanation),
        "ready_reasons": ready_reasons(parties.number),
        "saved": _("Đã lưu %(time)s") % {"time": format_time(saved.appraised_at)} if saved else "",
        "following": desk.following,
        "previous": desk.previous,
        "next": desk.next,
        "locked": _why_locked(entry),
        "score_url": reverse(
            "assessments:appraise_score", args=[entry.dossier.round_id, entry.code, entry.dossier.unit.code]
        ),
    }


def _why_locked(entry: Entry) -> str:
    round = entry.dossier.round
    if is_running(round):
        return ""
    return _("Đợt đánh giá đang ở giai đoạn “%(stage)s” nên điểm thẩm định đã khóa.") % {
        "stage": round.get_stage_display()
    }


def _leaf(node: Node) -> Row:
    return {
        "code": node.code,
        "name": node.name,
        "max": "" if node.max is None else format_max(node.max),
        "rule": node.rule.describe() if node.rule else "",
        "guidance": node.guidance,
        "evidence": "; ".join(node.evidence),
        "source": node.official_source,
        "not_applicable": node.not_applicable.when if node.not_applicable else "",
    }


def _told(node: Node, parties: Parties) -> Row:
    """What the parties said side by side: figures as a table with a column for each party, words line by line."""
    said = _said(parties)
    answers = [answer_in_words(node, row) for _title, row, _before in said]
    labels = list(dict.fromkeys(item["label"] for told in answers for item in told if item["label"]))
    scores = [_score_and_change(row, before) for _title, row, before in said]
    titles = [title for title, _row, _before in said]
    if labels and not any(one.kind in _LONG for one in _inputs(node)):
        rows = [[label, *(_value_of(label, told) for told in answers)] for label in labels]
        return {"columns": ["", *titles], "rows": rows, "scores": [_("Điểm"), *scores], "has_figures": True}
    lines = [list(line) for line in zip(titles, map(in_one_line, answers), scores, strict=True)]
    return {"columns": ["", _("Nội dung"), _("Điểm")], "rows": lines, "has_figures": False}


def _said(parties: Parties) -> list[tuple[str, LeafScored, LeafScored | None]]:
    """(who, what was said, what stood before it), in the order of the round."""
    second = parties.number == Pass.SECOND
    said: list[tuple[str, LeafScored, LeafScored | None]] = [(_("Tự chấm"), parties.entry, None)]
    if second and parties.first:
        said.append((_("Lần 1"), parties.first, parties.entry))
    if second and parties.explanation:
        said.append((_("Đề nghị"), parties.explanation, None))
    if parties.saved:
        said.append((_("Lần %(number)d") % {"number": parties.number}, parties.saved, parties.before))
    return said


def _inputs(node: Node) -> tuple[Input, ...]:
    return node.rule.inputs if node.rule else ()


def _value_of(label: str, told: list[Row]) -> str:
    return next((item["value"] for item in told if item["label"] == label), NONE_SIGN)


def _score_and_change(row: LeafScored, before: LeafScored | None) -> str:
    change = change_in_words(row, before)
    score = _("không áp dụng") if row.not_applicable and row.score is None else score_in_words(row)
    return f"{score} ({change})" if change else score


def _explanation(parties: Parties) -> Row | None:
    row = parties.explanation
    if row is None:
        return None
    return {"text": row.text, "who": row.explained_by.full_name, "when": format_moment(row.explained_at)}


def ready_reasons(number: Pass) -> list[str]:
    """Reasons an appraiser may start from; they land in the field and can be changed there."""
    if number == Pass.SECOND:
        return [
            _("Giải trình có căn cứ, tài liệu bổ sung phù hợp."),
            _("Tài liệu bổ sung chưa đủ căn cứ."),
        ]
    return [
        _("Chưa có tài liệu kiểm chứng."),
        _("Số liệu không khớp số liệu chính thức."),
        _("Văn bản ban hành chậm so với thời hạn quy định."),
    ]


# ---- evidence --------------------------------------------------------------------


def _documents(entry: Entry, number: Pass, chosen: str) -> list[Row]:
    """The leaf's documents; the chosen one, else the newest that can be shown, is current."""
    known = Citation.objects.filter(entry=entry)
    if entry.dossier.round.stage == StageKey.SUPPLEMENT:
        known = known.exclude(stage=StageKey.SUPPLEMENT)  # Not sent yet: the unit may still take it back.
    citations = list(known.select_related("document").order_by("added_at", "pk"))
    rows = [_document(citation, number) for citation in citations]
    showable = [row for row in rows if row["kind"] != "other"] or rows
    first = next((row for row in showable if row["tag_text"]), showable[0] if showable else None)
    current = next((row for row in rows if str(row["pk"]) == chosen), first)
    return [row | {"is_current": row is current} for row in rows]


def _document(citation: Citation, number: Pass) -> Row:
    document = citation.document
    is_new = number == Pass.SECOND and citation.stage == StageKey.SUPPLEMENT
    kind = "pdf" if document.media_type == PDF else "image" if document.media_type in IMAGES else "other"
    return {
        "pk": citation.pk,
        "name": document.name,
        "place": citation.place,
        "url": reverse("assessments:document", args=[citation.pk]),
        "kind": kind,
        "size": _size(document.size),
        "tag_text": _("mới bổ sung") if is_new else "",
    }


def _size(count: int) -> str:
    if count < 1_000_000:
        return f"{format_number(-(-count // 1000))} kB"
    return f"{format_number(Decimal(count) / 1_000_000, 1)} MB"

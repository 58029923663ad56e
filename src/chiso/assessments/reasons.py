"""Reasons to start from (lý do mẫu): the person's own, the team's by its leader, and those that come with the product.

They only fill a field, where they are edited; what the unit reads is what stands there when the judgement is saved.
"""

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from chiso.assessments.choices import Pass
from chiso.assessments.models import Appraisal, Entry, IndependentScore, ReadyReason
from chiso.indexsets.reading import index_set_of
from chiso.organizations.models import User
from chiso.rounds.models import Round

MOST = 50
"""Of one owner, in one pass."""
LONGEST = 300
_MOST_RECENT = 3
_LOOKED_AT = 30


def readable(user: User, round: Round) -> QuerySet[ReadyReason]:
    """The team's and one's own; who sits in the team was asked before."""
    return ReadyReason.objects.filter(Q(owner=user) | Q(owner=None), round=round)


def of_same_list(reason: ReadyReason) -> QuerySet[ReadyReason]:
    """The list that a reason stands in: of one owner, or of the team, for one pass."""
    return ReadyReason.objects.filter(
        round=reason.round_id, owner=reason.owner_id, pass_number=reason.pass_number
    ).order_by("position", "pk")


def built_in(number: int) -> list[str]:
    """What the team starts from while its leader wrote nothing. It goes to units: official Vietnamese on every page."""
    with translation.override(settings.LANGUAGE_CODE):
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


def reasons_for(user: User, entry: Entry, number: int) -> list[str]:
    """What may be put into the field of a leaf, each once: kept as one's own, written lately, the team's."""
    kept = list(readable(user, entry.dossier.round).filter(pass_number=number).order_by("position", "pk"))
    codes = _codes_above(entry)
    mine = [row.text for row in kept if row.owner_id is not None and row.code in codes]
    has_list = any(row.owner_id is None for row in kept)
    team = [row.text for row in kept if row.owner_id is None and row.code in codes] if has_list else built_in(number)
    return list(dict.fromkeys([*mine, *_recent(user, entry, number), *team]))


def _codes_above(entry: Entry) -> set[str]:
    """The leaf's code and those it stands under; empty is every criterion."""
    nodes = index_set_of(entry.dossier.block.edition).by_code
    codes, code = {""}, entry.code
    while code and code in nodes:
        codes.add(code)
        code = nodes[code].parent_code or ""
    return codes


def _recent(user: User, entry: Entry, number: int) -> list[str]:
    """What the same person last wrote on this criterion, each once; with independent appraisal from there too."""
    given = {"entry__criterion": entry.criterion_id, "pass_number": number}
    mine = Appraisal.objects.filter(appraised_by=user, **given).exclude(reason="").order_by("-appraised_at")
    words = list(mine.values_list("reason", flat=True)[:_LOOKED_AT])
    if entry.dossier.round.independent_codes:
        own = IndependentScore.objects.filter(member__user=user, **given).exclude(reason="").order_by("-given_at")
        words = [*own.values_list("reason", flat=True)[:_LOOKED_AT], *words]
    return list(dict.fromkeys(words))[:_MOST_RECENT]

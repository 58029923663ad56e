"""A round of the year before, as it was published: rows only, nothing of it is played."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from chiso.assessments.choices import DossierState
from chiso.assessments.models import Dossier, Entry
from chiso.indexsets.models import Criterion, Edition
from chiso.indexsets.reading import digest_of
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Block, Round
from tests.world import moment

SAID: Mapping[str, dict[str, Any]] = {
    "1.1": {"facts": {"level": "2"}, "score": Decimal(1), "effective_max": Decimal(2)},
    "2.1": {
        "facts": {"numerator": "1183", "denominator": "1280"},
        "score": Decimal("5.55"),
        "effective_max": Decimal(6),
    },
}


def publish_year_before(
    dossier: Dossier, *, said: Mapping[str, dict[str, Any]] = SAID, altered: tuple[str, str] = ("", ""), **fields: Any
) -> Dossier:
    """The unit's dossier of the year before; `altered` replaces words in the text of that year's set."""
    now = dossier.round
    earlier = Round.objects.create(
        **{
            "authority": now.authority,
            "coordinator": now.coordinator,
            "name": "Đợt năm trước",
            "year": now.year - 1,
            "stage": StageKey.PUBLISHED,
            "created_at": moment("01/12/2021 08:00"),
        }
        | fields
    )
    block = Block.objects.create(round=earlier, name="Các xã", edition=_edition(dossier.block.edition, altered))
    found = Dossier.objects.create(round=earlier, block=block, unit=dossier.unit, state=DossierState.FINAL)
    criteria = {row.code: row for row in Criterion.objects.filter(edition=dossier.block.edition, is_leaf=True)}
    Entry.objects.bulk_create(
        Entry(dossier=found, criterion=criteria[code], code=code, score_state="scored", **told)
        for code, told in said.items()
    )
    return found


def _edition(edition: Edition, altered: tuple[str, str]) -> Edition:
    if not altered[0]:
        return edition
    text = edition.text.replace(*altered)
    assert text != edition.text
    copied = Edition.objects.get(pk=edition.pk)
    copied.pk, copied.year, copied.text, copied.digest = None, edition.year - 1, text, digest_of(text)
    copied._state.adding = True
    copied.save()
    return copied

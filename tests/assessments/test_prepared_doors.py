"""The prepared queries of the pages open exactly what `visible_to` opens, for everyone at every stage."""

import pytest
from django.http import Http404

from chiso.assessments.models import Dossier, Entry
from chiso.assessments.pages.dossier_rows import leaf_rows, open_leaf, sees_whole
from chiso.assessments.pages.overview_page import open_round
from chiso.organizations.models import User
from chiso.rounds.models import Round
from tests.world import ORDER, play_to

pytestmark = pytest.mark.django_db


def opens(user: User, dossier: Dossier, code: str | None, *, to_write: bool) -> str:
    try:
        leaf = open_leaf(user, dossier.pk, code, to_write=to_write)
    except Http404:
        return ""
    assert leaf.dossier == dossier
    return leaf.code


@pytest.mark.parametrize("stage", ORDER)
def test_everyone_opens_what_they_may_see(stage: str) -> None:
    world = play_to(stage)
    for person in world.cast.everyone().values():
        user = User.objects.get(pk=person.pk)
        for dossier in Dossier.objects.select_related("round", "block__edition", "unit"):
            seen = set(Entry.objects.visible_to(user).filter(dossier=dossier).values_list("code", flat=True))
            for code in Entry.objects.filter(dossier=dossier).values_list("code", flat=True):
                for to_write in (False, True):
                    assert opens(user, dossier, code, to_write=to_write) == (code if code in seen else "")
            assert (opens(user, dossier, None, to_write=False) in seen) if seen else True
            assert bool(opens(user, dossier, None, to_write=False)) == bool(seen)
            # Whoever sees a dossier as a whole sees every leaf: no filter is needed there.
            assert set(leaf_rows(user, dossier)) == seen
            assert not sees_whole(user, dossier) or len(seen) == dossier.entries.count()


@pytest.mark.parametrize("stage", ORDER)
def test_everyone_opens_their_rounds(stage: str) -> None:
    world = play_to(stage)
    for person in world.cast.everyone().values():
        user = User.objects.get(pk=person.pk)
        if Round.objects.visible_to(user).filter(pk=world.round.pk).exists():
            assert open_round(user, world.round.pk) == world.round
        else:
            with pytest.raises(Http404):
                open_round(user, world.round.pk)

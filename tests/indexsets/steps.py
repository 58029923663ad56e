"""What people do with a small set in the tests of its pages."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chiso.indexsets import actions
from chiso.indexsets.exchange.trees import Tree, tree_of
from chiso.indexsets.models import Consultation, Edition, Opinion
from chiso.organizations.models import Unit
from chiso.scoring import read_index_set
from tests.cast import Cast
from tests.world import moment

SMALL = (Path(__file__).parent.parent / "data" / "small_set.yaml").read_text(encoding="utf-8")
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
NOW = moment("16/11/2022 11:00")


def small_tree(**top: str) -> Tree:
    return tree_of(read_index_set(SMALL)) | dict(top)


def faulty_tree(**top: str) -> Tree:
    """Part 1 declares 10 and sums to 8."""
    tree = small_tree(**top)
    tree["areas"][0]["max"] = "10"  # type: ignore[index,call-overload]
    return tree


def sign_in(client: Client, cast: Cast, name: str) -> Client:
    client.force_login(cast.everyone()[name])
    return client


def url(name: str, edition: Edition, *more: Any) -> str:
    return reverse(f"indexsets:{name}", args=[edition.pk, *more])


def draft(cast: Cast, tree: Tree | None = None, **more: Any) -> Edition:
    at = moment("14/11/2022 09:00")
    return actions.start_draft(cast.authority, cast.giang, at, tree=tree or small_tree(), **more)


def consult(cast: Cast, edition: Edition) -> Consultation:
    """Both communes and the justice office are asked until the end of 22 November."""
    bodies = [cast.north, cast.south, Unit.objects.get(code="TP")]
    asked, until = moment("15/11/2022 09:00"), moment("23/11/2022 00:00")
    actions.open_consultation(edition, cast.giang, asked, bodies=bodies, closes_at=until)
    return consultation_of(edition)


def consultation_of(edition: Edition) -> Consultation:
    return Consultation.objects.select_related("edition__index_set__authority").get(edition=edition)


def give(cast: Cast, edition: Edition, text: str = "Đề nghị làm rõ.", code: str = "", at: datetime = NOW) -> Opinion:
    criterion = edition.criteria.get(code=code) if code else None
    given = actions.give_opinion(consultation_of(edition), cast.an, at, unit=cast.north, text=text, criterion=criterion)
    return Opinion.objects.select_related("consultation__edition__index_set").get(pk=given.pk)


def upload(client: Client, content: bytes, name: str = "bo-chi-so.yaml") -> HttpResponse:
    return client.post(reverse("indexsets:import"), {"file": SimpleUploadedFile(name, content)})  # type: ignore[return-value]


def form_of(answer: HttpResponse) -> dict[str, Any]:
    """What the confirm form of a page would send back untouched."""
    form = answer.context["form"]  # type: ignore[attr-defined]
    return {field.html_name: field.value() for field in form if field.value() is not None}


def queries(client: Client, address: str, given: dict[str, Any] | None = None) -> int:
    """How many questions a page asks the database."""
    with CaptureQueriesContext(connection) as found:
        assert client.get(address, given).status_code == 200
    return len(found)

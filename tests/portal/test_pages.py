"""The public pages: what anyone reads, and that nothing else can be reached from them."""

import csv
import io
import json
from datetime import date

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from chiso.results import charts
from chiso.results.models import Publication, Result
from tests.world import moment, play_to

pytestmark = pytest.mark.django_db


def published() -> Publication:
    play_to("published")
    return Publication.objects.select_related("result").get()


def url_of(publication: Publication, route: str = "publication") -> str:
    return reverse(f"portal:{route}", args=[publication.pk])


def test_anyone_reads_ranking_grades_areas_and_method(client: Client) -> None:
    publication = published()
    answer = client.get(url_of(publication))
    page = answer.content.decode()
    for text in ("Xã Bắc", "90,56", "Tốt", "6/QĐ-UBND", "12/01/2023", "làm tròn", publication.result.digest):
        assert text in page
    assert "Đăng nhập" in page
    assert "public" in answer.headers["Cache-Control"]
    assert "Cookie" in answer.headers["Vary"]


def test_a_signed_in_reader_gets_a_page_that_no_proxy_keeps(client: Client) -> None:
    world = play_to("published")
    client.force_login(world.cast.an)
    answer = client.get(url_of(Publication.objects.get()))
    assert "private" in answer.headers["Cache-Control"]
    assert "Việc cần làm" in answer.content.decode()


def test_the_list_shows_what_is_in_force(client: Client) -> None:
    publication = published()
    page = client.get(reverse("portal:publications")).content.decode()
    assert url_of(publication) in page
    assert "6/QĐ-UBND" in page


def test_the_empty_list_says_so(client: Client) -> None:
    assert "Chưa có kết quả nào được công bố" in client.get(reverse("portal:publications")).content.decode()


@pytest.mark.parametrize("stage", ["approval", "approved"])
def test_nothing_unpublished_is_reachable(client: Client, stage: str) -> None:
    play_to(stage)
    assert "Xã Bắc" not in client.get(reverse("portal:publications")).content.decode()
    for route in ("publication", "results_csv", "results_json", "chart"):
        for pk in (1, *Result.objects.values_list("pk", flat=True)):
            assert client.get(reverse(f"portal:{route}", args=[pk])).status_code == 404


def test_the_csv_has_one_row_for_each_unit(client: Client) -> None:
    answer = client.get(url_of(published(), "results_csv"))
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["name"], row["total"], row["rank"], row["class"]) for row in rows] == [
        ("Xã Bắc", "90.56", "1", "Tốt"),
        ("Xã Nam", "62.00", "2", "Khá"),
    ]
    assert rows[0]["percent_1"]


def test_the_json_carries_scores_but_no_facts(client: Client) -> None:
    publication = published()
    answer = client.get(url_of(publication, "results_json"))
    data = json.loads(answer.content)
    assert data["digest"] == publication.result.digest
    assert data["units"][0]["total"] == "90.56"
    assert "leaves" in data["units"][0]
    assert "facts" not in data["units"][0]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_replaced_publication_says_which_decision_replaces_it(client: Client) -> None:
    old = published()
    new = Publication.objects.create(
        result=old.result,
        number="9/QĐ-UBND",
        date=date(2023, 2, 1),
        signer_name=old.signer_name,
        decision="decisions/9.docx",
        published_at=moment("01/02/2023 09:00"),
        supersedes=old,
        reason="Đính chính tên đơn vị.",
    )
    assert "9/QĐ-UBND" in client.get(url_of(old)).content.decode()
    page = client.get(url_of(new)).content.decode()
    assert "6/QĐ-UBND" in page
    assert "Đính chính tên đơn vị." in page
    listed = client.get(reverse("portal:publications")).content.decode()
    assert url_of(new) in listed
    assert url_of(old) not in listed


def test_the_chart_is_shown_when_it_is_drawn_and_only_then(client: Client) -> None:
    publication = published()
    charts.draw_ranking.func(publication.result.pk)
    chart = client.get(url_of(publication, "chart"))
    assert chart.headers["Content-Type"] == "image/svg+xml"
    assert "sandbox" in chart.headers["Content-Security-Policy"]
    assert url_of(publication, "chart") in client.get(url_of(publication)).content.decode()
    default_storage.delete(charts.path_of(publication.result.bundle))
    assert client.get(url_of(publication, "chart")).status_code == 404
    assert url_of(publication, "chart") not in client.get(url_of(publication)).content.decode()


def test_public_pages_ask_the_database_once(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    publication = published()
    client.get(url_of(publication))  # The parsed set and the clock are remembered by the process.
    for url in (
        url_of(publication),
        url_of(publication, "results_csv"),
        url_of(publication, "results_json"),
        reverse("portal:publications"),
    ):
        with django_assert_num_queries(1):
            client.get(url)

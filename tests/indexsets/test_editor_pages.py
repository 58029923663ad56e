"""The editor of a draft: pages, saves, refusals, and its budget."""

import time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from chiso.common.refusals import RuleViolation
from chiso.indexsets import actions
from chiso.indexsets.actions.drafting import draft_of
from chiso.indexsets.choices import EditionState, Response
from chiso.indexsets.drafting.outline import mark_of, outline_of, own_fields
from chiso.indexsets.models import Edition
from chiso.organizations import clock
from tests.cast import Cast, engage
from tests.indexsets.big_set import big_tree
from tests.world import moment

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment("16/11/2022 11:00"))


@pytest.fixture
def cast() -> Cast:
    return engage()


def begin(cast: Cast, tree: dict[str, Any]) -> Edition:
    return actions.start_draft(cast.authority, cast.giang, moment("14/11/2022 09:00"), tree=tree)


@pytest.fixture
def edition(cast: Cast) -> Edition:
    return begin(cast, small_tree())


def small_tree() -> dict[str, Any]:
    levels = [{"name": "Kịp thời", "points": "2"}, {"name": "Chậm", "points": "1"}]
    return {
        "format": "chiso-index-set/1",
        "id": "bo-nho",
        "name": "Bộ chỉ số nhỏ",
        "year": "2023",
        "version": "1",
        "status": "sample",
        "ranking": {"tie_breakers": ["1.1"]},
        "areas": [
            {
                "code": "1",
                "name": "Chỉ đạo",
                "max": "5",
                "children": [
                    {
                        "code": "1.1",
                        "name": "Kế hoạch",
                        "max": "2",
                        "evidence": ["Kế hoạch"],
                        "rule": {"kind": "levels", "levels": levels},
                    },
                    {"code": "1.2", "name": "Đúng hạn", "max": "3", "evidence": ["Sổ"], "rule": ratio()},
                ],
            },
            {"code": "2", "name": "Khác", "max": "0", "children": []},
        ],
    }


def ratio() -> dict[str, Any]:
    return {"kind": "ratio", "numerator": "số đúng hạn", "denominator": "tổng số", "curve": {"linear": True}}


def at(edition: Edition, code: str, name: str = "draft_node") -> str:
    return reverse(f"indexsets:{name}", args=[edition.pk, code])


def seen(edition: Edition, code: str) -> str:
    edition.refresh_from_db()
    return mark_of(own_fields(outline_of(draft_of(edition)).by_key[code].node))


def typed(edition: Edition, code: str = "1.1", **more: str) -> dict[str, str]:
    """What the form of a leaf sends."""
    fields = {"seen": seen(edition, code), "code": code, "name": "Kế hoạch năm", "max": "2", "rule-kind": "levels"}
    fields |= {"rule-levels-0-name": "Kịp thời", "rule-levels-0-points": "2"}
    fields |= {"rule-levels-1-name": "Chậm", "rule-levels-1-points": "0,5", "rule-levels-1-how": "yes"}
    return fields | {"evidence": "Kế hoạch\nQuyết định"} | more


def node_of(edition: Edition, code: str) -> dict[str, Any]:
    edition.refresh_from_db()
    return dict(outline_of(draft_of(edition)).by_key[code].node)


def sign_in(client: Client, cast: Cast, name: str = "giang") -> Client:
    client.force_login(cast.everyone()[name])
    return client


def test_a_criterion_is_saved_with_its_rule(client: Client, cast: Cast, edition: Edition) -> None:
    sign_in(client, cast)
    assert "Kế hoạch" in client.get(at(edition, "1.1")).content.decode()
    answer = client.post(at(edition, "1.1"), typed(edition))
    assert answer.status_code == 302
    node = node_of(edition, "1.1")
    assert node["name"] == "Kế hoạch năm"
    assert node["evidence"] == ["Kế hoạch", "Quyết định"]
    assert node["rule"]["levels"] == [
        {"name": "Kịp thời", "points": "2"},
        {"name": "Chậm", "points_up_to": "0.5"},
    ]
    assert edition.draft_version == 1


def test_a_save_by_htmx_answers_with_what_changed(client: Client, cast: Cast, edition: Edition) -> None:
    sign_in(client, cast)
    answer = client.post(at(edition, "1.1"), typed(edition, max="4", then="auto"), headers=HTMX)
    text = answer.content.decode()
    assert answer.headers["HX-Trigger"] == '{"draft-saved": {}}'
    assert "Điểm tối đa là 5 nhưng tổng điểm tối đa của cấp dưới là 7." in text
    assert 'id="n0"' in text
    assert "Đã lưu" in text
    assert 'id="node-form"' not in text
    whole = client.post(at(edition, "1.1"), typed(edition), headers=HTMX).content.decode()
    assert 'id="node-form"' in whole


def test_typed_nonsense_is_kept_and_told(client: Client, cast: Cast, edition: Edition) -> None:
    sign_in(client, cast)
    client.post(at(edition, "1.1"), typed(edition, max="hai điểm"))
    assert node_of(edition, "1.1")["max"] == "hai điểm"
    page = client.get(at(edition, "1.1")).content.decode()
    assert 'value="hai điểm"' in page
    assert "“hai điểm” không phải là số" in page


def test_other_rules_show_other_fields_without_saving(client: Client, cast: Cast, edition: Edition) -> None:
    sign_in(client, cast)
    answer = client.post(at(edition, "1.1"), typed(edition, then="show", **{"rule-kind": "deduct"}), headers=HTMX)
    assert "rule-per" in answer.content.decode()
    assert "rule-levels-0-name" not in answer.content.decode()
    whole = client.post(at(edition, "1.1"), typed(edition, then="show", **{"rule-kind": "branch"})).content.decode()
    assert "rule-when_true-kind" in whole
    assert "Kế hoạch năm" in whole
    edition.refresh_from_db()
    assert edition.draft_version == 0


def test_whoever_edits_another_criterion_is_merged_the_same_one_refused(
    client: Client, cast: Cast, edition: Edition
) -> None:
    sign_in(client, cast)
    opened, other = typed(edition), seen(edition, "1.2")
    stale = Edition.objects.get(pk=edition.pk)
    actions.save_node(
        edition, cast.giang, moment("16/11/2022 10:00"), code="1.2", seen=other, fields={"code": "1.2", "name": "Mới"}
    )
    actions.save_node(
        stale,
        cast.giang,
        moment("16/11/2022 10:01"),
        code="1.1",
        seen=opened["seen"],
        fields={"code": "1.1", "name": "A"},
    )
    assert (node_of(edition, "1.2")["name"], node_of(edition, "1.1")["name"]) == ("Mới", "A")
    for headers in ({}, HTMX):
        answer = client.post(at(edition, "1.1"), opened, headers=headers)
        assert answer.status_code == 409
        assert "vừa được người khác sửa" in answer.content.decode()
    assert "Kế hoạch năm" in client.post(at(edition, "1.1"), opened).content.decode(), "what was typed stays"
    assert node_of(edition, "1.1")["name"] == "A"


def test_a_new_code_moves_the_page_and_the_ranking(client: Client, cast: Cast, edition: Edition) -> None:
    sign_in(client, cast)
    answer = client.post(at(edition, "1.1"), typed(edition) | {"code": "1.9"}, headers=HTMX)
    assert answer.headers["HX-Redirect"] == at(edition, "1.9")
    edition.refresh_from_db()
    assert draft_of(edition)["ranking"] == {"tie_breakers": ["1.9"]}
    auto = typed(edition, "1.9") | {"code": "7", "then": "auto"}
    client.post(at(edition, "1.9"), auto, headers=HTMX)
    assert node_of(edition, "1.9")["code"] == "1.9"


def test_a_repeated_code_is_told_and_both_can_be_opened(client: Client, cast: Cast, edition: Edition) -> None:
    sign_in(client, cast)
    client.post(at(edition, "1.1"), typed(edition) | {"code": "1.2"})
    page = client.get(at(edition, "@0.1")).content.decode()
    assert "Mã “1.2” đã dùng cho “Kế hoạch năm”." in page
    assert client.get(at(edition, "1.2")).status_code == 200


def test_the_tree_is_reshaped(client: Client, cast: Cast, edition: Edition) -> None:
    sign_in(client, cast)
    added = client.post(at(edition, "1", "draft_add"), {"where": "inside"})
    assert added.headers["Location"] == at(edition, "1.3")
    assert client.post(at(edition, "1.1", "draft_add"), {"where": "after"}).headers["Location"] == at(edition, "1.4")
    client.post(at(edition, "1.4", "draft_move"), {"to": "up"})
    assert [one["code"] for one in node_of(edition, "1")["children"]] == ["1.4", "1.1", "1.2", "1.3"]
    client.post(at(edition, "1.4", "draft_move"), {"parent": "2"})
    assert [one["code"] for one in node_of(edition, "2")["children"]] == ["1.4"]
    assert "1.4 → 2.1" in client.get(at(edition, "2", "draft_renumber")).content.decode()
    client.post(at(edition, "2", "draft_renumber"))
    assert [one["code"] for one in node_of(edition, "2")["children"]] == ["2.1"]
    client.post(at(edition, "@", "draft_add"), {"where": "inside"})
    assert node_of(edition, "3")["code"] == "3"


def test_a_criterion_goes_nowhere_it_can_not_be(client: Client, cast: Cast, edition: Edition) -> None:
    sign_in(client, cast)
    for parent in ("1", "1.1", "1.2"):
        answer = client.post(at(edition, "1", "draft_move"), {"parent": parent}, follow=True)
        assert "Không chuyển được" in answer.content.decode()
    assert "Chưa chọn nơi" in client.post(at(edition, "1", "draft_move"), {}, follow=True).content.decode()
    inside = client.post(at(edition, "1.1", "draft_add"), {"where": "inside"}, follow=True)
    assert "có cách chấm nên không có cấp dưới" in inside.content.decode()


def test_a_criterion_is_taken_out_after_its_opinions_are_answered(client: Client, cast: Cast) -> None:
    tree = small_tree()
    tree["areas"] = tree["areas"][:1]
    edition = begin(cast, tree)
    consultation = actions.open_consultation(
        edition, cast.giang, moment("15/11/2022 09:00"), bodies=[cast.north], closes_at=moment("23/11/2022 00:00")
    )
    criterion = edition.criteria.get(code="1.1")
    opinion = actions.give_opinion(
        consultation, cast.an, moment("15/11/2022 10:00"), unit=cast.north, text="Nên bỏ", criterion=criterion
    )
    sign_in(client, cast)
    assert "1 ý kiến góp ý" in client.get(at(edition, "1.1", "draft_remove")).content.decode()
    mark = {"seen": mark_of(node_of(edition, "1.1"))}
    refused = client.post(at(edition, "1.1", "draft_remove"), mark, follow=True).content.decode()
    assert "1 ý kiến góp ý chưa được trả lời" in refused
    opinion.refresh_from_db()
    actions.answer_opinion(opinion, cast.giang, moment("15/11/2022 11:00"), response=Response.ACCEPTED, text="")
    stale = client.post(at(edition, "1.1", "draft_remove"), {"seen": "x"}, follow=True).content.decode()
    assert "vừa được người khác sửa" in stale
    client.post(at(edition, "1.1", "draft_remove"), mark)
    assert client.get(at(edition, "1.1")).status_code == 404


def test_information_of_the_set(client: Client, cast: Cast, edition: Edition) -> None:
    sign_in(client, cast)
    url = reverse("indexsets:draft", args=[edition.pk])
    page = client.get(url)
    mark = page.context["seen"]
    fields = {"seen": mark, "name": "Bộ mới", "year": "2024", "version": "2", "by": "exact", "ties": "dense"}
    fields |= {"classes": "Tốt: 80\nKhá: 65,5", "tie_breakers": "1.1", "survey_absent": "zero", "places": "2"}
    assert client.post(url, fields).status_code == 302
    edition.refresh_from_db()
    assert (edition.name, edition.year, edition.version) == ("Bộ mới", 2024, 2)
    assert edition.draft is not None
    assert edition.draft["classes"] == [{"name": "Tốt", "min": "80"}, {"name": "Khá", "min": "65.5"}]
    assert client.post(url, fields).status_code == 409, "the page is stale"
    again = begin(cast, small_tree())
    assert "đã có" in client.post(reverse("indexsets:draft", args=[again.pk]), fields | {"seen": mark}).content.decode()


def test_everything_wrong_on_one_page(client: Client, cast: Cast, edition: Edition) -> None:
    sign_in(client, cast)
    client.post(at(edition, "1.1"), typed(edition, max="4"))
    url = reverse("indexsets:draft_findings", args=[edition.pk])
    for headers in ({}, HTMX):
        text = client.get(url, headers=headers).content.decode()
        assert "Điểm tối đa là 5 nhưng tổng điểm tối đa của cấp dưới là 7." in text
        assert "Tổng điểm tối đa của các lĩnh vực là 5, không phải 100." in text
        assert at(edition, "1") in text


def test_facts_are_tried_and_not_kept(client: Client, cast: Cast, edition: Edition) -> None:
    sign_in(client, cast)
    facts = {"trial-numerator": "45", "trial-denominator": "90"}
    live = client.post(at(edition, "1.2", "draft_trial"), facts, headers=HTMX).content.decode()
    assert "<output>1,50</output>" in live
    assert "50,00%" in live
    whole = client.post(at(edition, "1.2", "draft_trial"), facts).content.decode()
    assert "<output>1,50</output>" in whole
    assert 'value="45"' in whole
    assert "<polyline" in whole
    nonsense = client.post(at(edition, "1.2", "draft_trial"), {"trial-numerator": "x"}, headers=HTMX).content.decode()
    assert "không phải là số" in nonsense
    assert client.post(at(edition, "1", "draft_trial"), facts).status_code == 404
    edition.refresh_from_db()
    assert edition.draft_version == 0


@pytest.mark.parametrize(("name", "status"), [("ha", 403), ("an", 404), ("son", 404), ("chi", 404)])
def test_only_the_coordinator_edits(client: Client, cast: Cast, edition: Edition, name: str, status: int) -> None:
    sign_in(client, cast, name)
    assert client.get(at(edition, "1.1")).status_code == status
    assert client.post(at(edition, "1.1"), typed(edition)).status_code == status
    for page in ("draft_trial", "draft_add", "draft_move", "draft_renumber", "draft_remove"):
        assert client.post(at(edition, "1.1", page), {"to": "up"}).status_code == status
    assert client.get(reverse("indexsets:draft", args=[edition.pk])).status_code == status
    assert client.get(reverse("indexsets:draft_findings", args=[edition.pk])).status_code == status


def test_strangers_sign_in(client: Client, edition: Edition) -> None:
    assert client.get(at(edition, "1.1")).status_code == 302


def test_what_is_issued_stays(client: Client, cast: Cast, edition: Edition) -> None:
    sign_in(client, cast)
    form = typed(edition)
    Edition.objects.filter(pk=edition.pk).update(
        state=EditionState.ISSUED, decision_number="1/QĐ", decision_date="2022-11-16"
    )
    assert client.get(at(edition, "1.1")).status_code == 403
    assert client.post(at(edition, "1.1"), form).status_code == 403
    with pytest.raises(RuleViolation, match="đã ban hành"):
        actions.save_node(
            edition, cast.giang, moment("16/11/2022 10:00"), code="1.1", seen=form["seen"], fields={"name": "X"}
        )


def test_what_is_not_there_is_not_found(client: Client, cast: Cast, edition: Edition) -> None:
    sign_in(client, cast)
    for page in ("draft_node", "draft_renumber", "draft_remove"):
        assert client.get(at(edition, "9.9", page)).status_code == 404
    assert client.post(at(edition, "9.9", "draft_renumber")).status_code == 404
    for page in ("draft_add", "draft_move"):
        refused = client.post(at(edition, "9.9", page), {"where": "inside", "to": "up"})
        assert refused.status_code == 302
    gone = client.post(at(edition, "9.9"), typed(edition), headers=HTMX)
    assert gone.status_code == 409
    assert "không còn trong dự thảo" in gone.content.decode()


def test_huge_input_is_refused(client: Client, cast: Cast, edition: Edition) -> None:
    sign_in(client, cast)
    assert "dài quá" in client.post(at(edition, "1.1"), typed(edition, name="x" * 1001)).content.decode()
    rows = {f"rule-levels-{row}-name": f"Mức {row}" for row in range(101)}
    answer = client.post(at(edition, "1.1"), typed(edition) | rows)
    assert answer.status_code == 409
    assert "tối đa 100 dòng" in answer.content.decode()
    full = begin(cast, big_tree(2000, depth=1) | {"id": "day"})
    refused = client.post(at(full, "@", "draft_add"), {"where": "inside"}, follow=True).content.decode()
    assert "tối đa 2000 tiêu chí" in refused


def test_the_same_few_queries_whatever_the_size(
    client: Client, cast: Cast, edition: Edition, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    sign_in(client, cast)
    big = begin(cast, big_tree(392))
    leaf = next(spot.key for spot in outline_of(draft_of(big)).spots if spot.is_leaf)
    counts = []
    client.get(at(edition, "1.1"))
    for one, code in ((edition, "1.1"), (big, leaf)):
        with django_assert_max_num_queries(8) as opened:
            client.get(at(one, code))
        form = typed(one, code, then="auto")
        with django_assert_max_num_queries(8) as saved:
            assert client.post(at(one, code), form, headers=HTMX).status_code == 200
        counts.append((len(opened), len(saved)))
    assert counts[0] == counts[1]


def test_a_big_set_opens_and_saves_quickly(client: Client, cast: Cast) -> None:
    """100 ms of server time; measured as CPU time, the best of a few, so that a busy machine does not matter."""
    sign_in(client, cast)
    big = begin(cast, big_tree(392))
    outline = outline_of(draft_of(big))
    assert len(outline.spots) >= 500
    assert max(spot.depth for spot in outline.spots) == 5
    leaves = [spot.key for spot in outline.spots if spot.is_leaf][200:206]

    def spent(leaf: str, form: dict[str, str] | None) -> float:
        start = time.process_time()
        answer = client.get(at(big, leaf)) if form is None else client.post(at(big, leaf), form, headers=HTMX)
        assert answer.status_code == 200
        return time.process_time() - start

    opened = min(spent(leaf, None) for leaf in leaves)
    saved = min(spent(leaf, typed(big, leaf, then="auto")) for leaf in leaves)
    assert opened < 0.1
    assert saved < 0.1

import pytest
from django.urls import NoReverseMatch, reverse

from chiso.common.addresses import address


@pytest.mark.parametrize(
    ("route", "args"),
    [
        ("home", ()),
        ("assessments:dossier", (7,)),
        ("assessments:leaf", (12, "1.1.2")),
        ("assessments:leaf", (13, "a b%ư{0}")),
        ("assessments:appraise", (1, "2.1", "X 01")),
    ],
)
def test_an_address_is_what_django_says(route: str, args: tuple[int | str, ...]) -> None:
    assert address(route, *args) == reverse(route, args=args)


def test_an_unknown_route_is_refused() -> None:
    with pytest.raises(NoReverseMatch):
        address("assessments:nowhere", 1)

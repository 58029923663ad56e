"""The quick number input draws what Django's templates draw."""

import pytest
from django import forms

from chiso.common.fields import NumberInput


@pytest.mark.parametrize("value", ["", None, "1.234,5", '"<&', 0])
@pytest.mark.parametrize(
    "attrs", [{}, {"aria-invalid": True, "disabled": False, "aria-describedby": 'a"b<', "data-n": 3}]
)
def test_it_draws_what_django_draws(value: object, attrs: dict[str, object]) -> None:
    given = {"inputmode": "decimal", **attrs}
    drawn = NumberInput(attrs=given).render("u1-n", value, attrs={"id": "id_n"})
    assert drawn == forms.TextInput(attrs=given).render("u1-n", value, attrs={"id": "id_n"})

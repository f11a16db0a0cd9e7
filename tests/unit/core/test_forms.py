"""Refusals of services on the form that was sent."""

import pytest
from django import forms

from core.errors import Invalid, NotFound, Refusal
from core.forms import refusals_as_errors


class Named(forms.Form):
    name = forms.CharField()


@pytest.mark.parametrize(
    ("refusal", "field"),
    [
        (Invalid("x", "请改名。", field="name"), "name"),
        (Invalid("x", "请改名。", field="elsewhere"), "__all__"),
        (Refusal("x", "请改名。"), "__all__"),
    ],
)
def test_refusals_as_errors_names_the_field_where_there_is_one(refusal, field):
    form = Named({"name": "甲"})

    with refusals_as_errors(form):
        raise refusal

    assert form.errors == {field: ["请改名。"]}
    assert form["name"].value() == "甲"


def test_refusals_as_errors_lets_what_does_not_exist_be_a_page():
    with pytest.raises(NotFound), refusals_as_errors(Named({"name": "甲"})):
        raise NotFound

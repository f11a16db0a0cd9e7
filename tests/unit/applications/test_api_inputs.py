"""The examples of the API's inputs are inputs it takes."""

import inspect

import pytest
from drf_spectacular.drainage import get_override

from applications.api import inputs
from core.fields import blind_index
from core.models import Applicant
from delivery.api import serializers as delivery

EXAMPLES = [
    (serializer, example)
    for module in (inputs, delivery)
    for _, serializer in inspect.getmembers(module, inspect.isclass)
    for example in get_override(serializer, "examples", [])
]


@pytest.mark.parametrize(("serializer", "example"), EXAMPLES)
def test_example_is_taken(serializer, example):
    checked = serializer(data=example.value)

    assert checked.is_valid(), checked.errors


def test_example_of_an_applicant_names_somebody_of_the_demo(world):
    example = inputs.APPLICANT_EXAMPLE
    known = Applicant.objects.get(id_index=blind_index(example["id_number"]), id_type=example["id_type"])
    assert (known.name, known.phone) == (example["name"], example["phone"])


def test_examples_are_there():
    assert len(EXAMPLES) >= 12

import pytest

from matters.enums import HandlingForm, Role
from matters.filters import MatterFilter
from matters.models import Department
from matters.selectors import current_matters
from matters.selectors.finding import find
from matters.selectors.questions import Narrowing
from matters.services import versions
from tests.unit.matters.conftest import NOW


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ({}, ["A-1", "B-1"]),
        ({"q": "卫生"}, ["B-1"]),
        ({"q": "开店"}, ["A-1"]),
        ({"department": "BBB"}, ["B-1"]),
        ({"topic": "准营准办"}, ["A-1"]),
        ({"service_object": "2"}, ["A-1", "B-1"]),
        ({"service_object": "5"}, []),
        ({"instant": "true"}, []),
        ({"instant": "1"}, []),
        ({"who": "person"}, ["A-1", "B-1"]),
        ({"who": "company"}, ["A-1", "B-1"]),
        ({"channel": "1"}, ["A-1", "B-1"]),
        ({"channel": "4"}, []),
        ({"trips": "0"}, []),
        ({"trips": "1"}, ["A-1", "B-1"]),
        ({"instant": "false"}, ["A-1", "B-1"]),
        ({"max_trips": "0"}, []),
        ({"max_trips": "1", "q": "许可"}, ["B-1"]),
    ],
)
def test_matter_filter_narrows(loaded, data, found):
    chosen = MatterFilter(data, queryset=current_matters())
    assert chosen.is_valid(), chosen.errors
    assert [version.matter.code for version in chosen.qs] == found


@pytest.mark.parametrize(
    "data",
    [
        {"department": "XXX"},
        {"topic": "x"},
        {"service_object": "x"},
        {"max_trips": "x"},
        {"instant": "maybe"},
        {"who": "x"},
        {"channel": "99"},
        {"life_event": "x"},
        {"trips": "-1"},
        {"trips": "10"},
    ],
)
def test_matter_filter_names_the_wrong_field(loaded, data):
    chosen = MatterFilter(data, queryset=current_matters())
    assert list(chosen.errors) == list(data)


def test_matter_filter_narrows_as_the_facets_of_the_search_do(demo):
    chosen = {"life_event": "出生", "channel": str(HandlingForm.WINDOW), "trips": "1", "who": "person"}
    filtered = MatterFilter(chosen, queryset=current_matters())
    assert filtered.is_valid(), filtered.errors
    narrowing = Narrowing(life_event="出生", channel=HandlingForm.WINDOW, trips=1, who="person")
    found = {hit.code for hit in find("", narrowing=narrowing, size=200).hits}
    assert {version.matter.code for version in filtered.qs} == found
    assert found


def test_matter_filter_puts_the_best_first(demo):
    chosen = MatterFilter({"q": "公司 变更"}, queryset=current_matters())
    assert chosen.qs[0].name == "公司变更登记"


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ({}, ["B-1"]),
        ({"department": "AAA"}, []),
        ({"q": "开店"}, ["A-1"]),
        ({"q": "甲局"}, ["A-1"]),
        ({"q": "许可"}, ["B-1", "A-1"]),
        ({"q": "火星"}, []),
        ({"state": "3"}, ["A-1"]),
        ({"state": "1"}, ["B-1"]),
    ],
)
def test_matter_filter_finds_what_is_cancelled_only_when_asked_and_last(loaded, load, staff, data, found):
    loaded["matters"][0]["name"] = "开店许可登记"
    load(loaded)
    office = staff("office", Department.objects.get(code="AAA"), Role.OFFICE)
    versions.cancel(code="A-1", reason="法律已修改。", by=office, now=NOW)
    chosen = MatterFilter(data, queryset=current_matters())
    assert [version.matter.code for version in chosen.qs] == found

import pytest

from matters.filters import MatterFilter
from matters.selectors import published_matters


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
        ({"instant": "false"}, ["A-1", "B-1"]),
        ({"max_trips": "0"}, []),
        ({"max_trips": "1", "q": "许可"}, ["B-1"]),
    ],
)
def test_matter_filter_narrows(loaded, data, found):
    chosen = MatterFilter(data, queryset=published_matters())
    assert chosen.is_valid(), chosen.errors
    assert [version.matter.code for version in chosen.qs] == found


@pytest.mark.parametrize(
    "data", [{"department": "XXX"}, {"topic": "x"}, {"service_object": "x"}, {"max_trips": "x"}]
)
def test_matter_filter_names_the_wrong_field(loaded, data):
    chosen = MatterFilter(data, queryset=published_matters())
    assert list(chosen.errors) == list(data)


def test_matter_filter_puts_the_best_first(demo):
    chosen = MatterFilter({"q": "公司 变更"}, queryset=published_matters())
    assert chosen.qs[0].name == "公司变更登记"

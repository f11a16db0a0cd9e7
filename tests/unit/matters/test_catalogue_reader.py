import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matters.catalogue.reader import Malformed, Place, read

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**15), 10**15)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES, st.sampled_from([None, 1, 4]))
def test_read_agrees_with_the_standard_library(value, indent):
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    assert read(text).value == json.loads(text)


def test_read_remembers_the_line_of_every_value():
    document = read('{\n "a": [\n  1,\n  {"b": 2,\n   "c":\n  3}\n ]\n}')
    assert document.lines[("a",)] == 2
    assert document.lines[("a", 0)] == 3
    assert document.lines[("a", 1, "b")] == 4
    assert document.lines[("a", 1, "c")] == 5


def test_place_of_something_missing_has_the_line_of_what_should_hold_it():
    document = read('{\n "a": [\n  {}\n ]\n}')
    place = Place(document, ("a", 0), {}).child("name")
    assert (place.line, place.label, place.value) == (3, "a[0].name", None)


def test_read_names_a_key_written_twice():
    assert read('{"a": {"b": 1, "b": 2}}').repeated == [("a", "b")]


def test_read_accepts_a_byte_order_mark():
    assert read("\ufeff[1]").value == [1]


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ('{"a": 1,}', 1, 9, "最后一个字段后面不加逗号"),
        ('{\n "a" 1}', 2, 6, "冒号"),
        ("{\n a: 1}", 2, 2, "双引号"),
        ("[1\n 2]", 2, 2, "逗号或右方括号"),
        ("[1,]", 1, 4, "应当是一个值"),
        ('["abc]', 1, 2, "双引号"),
        ('["a\nb"]', 1, 4, "换行"),
        ('["\\q"]', 1, 3, "反斜杠"),
        ("[1] 2", 1, 5, "多余"),
        ("[NaN]", 1, 2, "应当是一个值"),
        ("", 1, 1, "没有写完"),
        ('{"a":', 1, 6, "没有写完"),
        ("[" * 40, 1, 31, "嵌套"),
        ("[" + "1" * 40 + "]", 1, 2, "30 位"),
    ],
)
def test_read_says_where_malformed_text_is_wrong(text, line, column, said):
    with pytest.raises(Malformed) as fault:
        read(text)
    assert (fault.value.line, fault.value.column) == (line, column)
    assert said in fault.value.message

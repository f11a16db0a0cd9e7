import pytest
from django.db import connection

from matters.models import Department
from portal.bench.catalogue import PLACES, SITUATIONS
from portal.bench.measure import Line, Measured, Row, at, measure


def line(value: float, floor: float, small: float = 1.0, queries: int = 1) -> Line:
    row = Row("检索", "护照", lambda: None)
    return Line(row, {1_000: Measured(small, small, 1), 100_000: Measured(value, floor, queries)})


@pytest.mark.parametrize(
    ("measured", "faults"),
    [
        (line(1.9, 1.0), []),
        (line(1.9, 0.6), ["超过下限的 3 倍"]),
        (line(2.1, 1.0), ["增长超过 2 倍"]),
        (line(9.0, 1.0, queries=2), ["超过下限的 3 倍", "增长超过 2 倍", "查询次数随规模变化"]),
    ],
)
def test_a_line_names_each_limit_that_is_broken(measured, faults):
    assert measured.faults == faults


def test_a_row_without_limits_breaks_none():
    row = Row("检索", "护照", lambda: None, floor_limit=None, growth_limit=None)
    assert Line(row, {1_000: Measured(1, 1, 1), 100_000: Measured(99, 1, 1)}).faults == []


def test_measure_asks_the_same_of_the_database_without_django(db):
    asked = []

    def ask() -> None:
        asked.append(list(Department.objects.filter(code="none")))

    database = connection.settings_dict["NAME"]
    measured = measure({10: Row("g", "t", ask)}, {10: database}, times=4)
    assert len(asked) == 1 + 3 + 4
    assert measured.at[10].queries == 1
    assert measured.at[10].floor > 0


def test_another_database_is_asked_only_within(db):
    before = connection.settings_dict["NAME"]
    with at("postgres"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_database()")
            assert cursor.fetchone() == ("postgres",)
        connection.close()
    assert connection.settings_dict["NAME"] == before


def test_there_are_variants_enough_for_the_largest_size():
    assert len(set(PLACES)) * len(set(SITUATIONS)) * 50 > 100_000

from datetime import date

import pytest
from django.db import connection
from django.test import override_settings
from django.urls import reverse

from core.models import AuditEntry
from matters.models import Department, Material, Matter, MatterVersion, SearchEntry, Step
from portal.bench import importing
from portal.bench.catalogue import PLACES, SITUATIONS, unused
from portal.bench.measure import Line, Measured, Row, asked_again, at, measure
from portal.bench.report import Part, report_text, throughput


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


def test_what_is_not_there_is_not_asked_and_breaks_nothing():
    few, many = Measured(1, 1, 24), Measured(1, 1, 27)
    for beside, faults in ((3, []), (2, ["查询次数随规模变化"])):
        row = Row("页面", "个人的申请", lambda: None, beside=beside)
        assert Line(row, {1_000: few, 100_000: many}).faults == faults
        assert Line(row, {1_000: many, 100_000: few}).faults == faults


def test_what_is_asked_for_each_row_is_noticed_however_few_queries_that_are():
    row = Row("页面", "个人的申请", lambda: None, beside=6)
    few, many = Measured(1, 1, 24, again=2), Measured(1, 1, 25, again=3)
    assert Line(row, {1_000: few, 100_000: many}).faults == ["查询次数随规模变化"]


def test_queries_of_one_kind_are_counted_whatever_they_ask_for():
    one, two = "SELECT a FROM t WHERE a IN (%s)", "SELECT a FROM t WHERE a IN (%s, %s, %s)"
    assert asked_again([(one, [1]), ("SELECT b", []), (two, [1, 2, 3])]) == 2
    assert asked_again([(one, [1]), ("SELECT b", [])]) == 0


def test_a_row_without_limits_breaks_none():
    row = Row("检索", "护照", lambda: None, floor_limit=None, growth_limit=None)
    assert Line(row, {1_000: Measured(1, 1, 1), 100_000: Measured(99, 1, 1)}).faults == []


def test_measure_asks_the_same_of_the_database_without_django(db):
    asked = []

    def ask() -> None:
        asked.append(list(Department.objects.filter(code="none")))

    database = connection.settings_dict["NAME"]
    measured = measure({10: Row("g", "t", ask)}, {10: database}, times=4)
    assert len(asked) == 2 + 3 + 4
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


def test_a_row_may_have_a_floor_of_its_own_and_be_cleaned_up_after(db):
    done = []
    row = Row(
        "导入",
        "事项",
        lambda: done.append("ask"),
        floor=lambda: done.append("floor"),
        clean=lambda: done.append("clean"),
        times=2,
    )
    measured = measure({10: row}, {10: connection.settings_dict["NAME"]}, times=30)
    assert done == ["ask", "clean"] * 2 + ["ask", "clean", "floor", "clean"] * 3
    assert measured.at[10].queries == 0


@pytest.mark.django_db(transaction=True)
def test_an_import_is_measured_beside_copy_of_the_same_rows_and_nothing_stays(world, monkeypatch):
    monkeypatch.setattr(importing, "MATTERS", 20)
    tables = (AuditEntry, Matter, MatterVersion, Material, Step, SearchEntry)
    before = [table.objects.count() for table in tables]
    row = importing.row(seed=106)
    row.ask()
    row.floor()
    row.clean()
    assert [table.objects.count() for table in tables] == before
    assert row.amount > 20 * 4


def test_what_is_imported_to_measure_is_new_at_every_size(world):
    assert {one[0] for one in unused(2_000, seed=106)}.isdisjoint(
        {one[0] for one in unused(102_000, seed=106)[:-2_000]}
    )
    assert len(unused(102_000, seed=106)) == 102_000


@override_settings(ROOT_URLCONF="portal.bench.pages")
def test_the_floor_of_a_page_is_its_frame(world, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = world.client().get(reverse("bench-empty")).content.decode()
    assert 'class="header"' in page
    assert world.client().get(reverse("matter", args=["SCJG-001"])).status_code == 200


def test_the_report_marks_what_is_broken_and_says_how_many_rows_a_second():
    slow = line(9.0, 1.0)
    written = Line(
        Row("导入", "事项", lambda: None, amount=1_000, floor_limit=3.33), {1_000: Measured(500, 200, 9)}
    )
    part = Part("matters", "个事项", [1_000, 100_000], ([slow, written], ["另有：无"]))
    said = report_text([part], load=[0.5, 1.5], day=date(2026, 11, 21))
    assert "| 护照 ✗ | 9.00 |  | 1.00 | 9.00 | 3 |" in said
    assert "Measured 2026-11-21" in said
    assert "load 0.5 before and 1.5 after" in said
    assert "另有：无" in said
    assert list(throughput(part)) == [
        "导入，已有 1,000 个事项：每秒 2,000 行，下限每秒 5,000 行，为其 0.40 倍"
    ]

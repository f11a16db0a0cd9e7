"""What stands in a sheet beside its data: named where something is lost by it, passed over where nothing is."""

import pytest

from matters.models import Matter
from matters.services.catalogue_import import CatalogueRefused
from tests.unit.matters.exchange.books import (
    MATERIAL_HEADER,
    MATERIAL_ROW,
    MATTER_HEADER,
    MATTER_ROW,
    STEP_ROW,
    book_of,
    csv_of,
    saved,
    sheets,
    take,
    take_book,
)

pytestmark = pytest.mark.usefixtures("blank")


def with_parts_of(code: str) -> dict:
    """Return the sheets with the parts of a second matter, whose own row the test writes."""
    said = sheets()
    said["申请材料"].append([code, *MATERIAL_ROW[1:]])
    said["办理环节"].append([code, *STEP_ROW[1:]])
    return said


def test_cells_under_no_header_are_named():
    said = sheets()
    said["事项"][1] += ["多", None, "来"]
    (notice,) = take_book(said).notices
    assert notice == "工作表 事项 第 2 行：T、V 列没有列名，“多”等 2 格没有导入；请补上列名或核对分隔符"


def test_cells_beyond_the_header_of_a_csv_file_are_named():
    take_book(sheets())
    rows = [["事项编码", "设定依据"], ["A-1", "甲条例第1条", "乙规定第2条"]]
    (notice,) = take(csv_of(rows), "依据.csv").notices
    assert notice.startswith("文件 依据.csv 第 2 行：C 列没有列名，“乙规定第2条”没有导入")


def test_a_running_number_and_an_unknown_column_are_not_named_twice():
    said = sheets()
    said["申请材料"] = [
        ["序号", *MATERIAL_HEADER, "材料填报须知"],
        [1, *MATERIAL_ROW, "黑笔"],
    ]
    (notice,) = take_book(said).notices
    assert "“材料填报须知”不认识" in notice


def test_a_header_that_is_repeated_is_passed_over():
    said = with_parts_of("A-2")
    said["事项"] += [MATTER_HEADER, ["A-2", "甲局", "关店登记", *MATTER_ROW[3:]]]
    report = take_book(said)
    assert (report.matters.created, report.notices) == (["A-1", "A-2"], [])


@pytest.mark.parametrize(
    "closing", ["合计", "总 计：", "小计 1 项", "注：以上为承诺办结时限", "填表人：张三"]
)
def test_what_closes_a_table_is_named_once_and_is_no_data(closing):
    said = sheets()
    said["事项"].append([closing, None, 1])
    report = take_book(said)
    assert report.matters.created == ["A-1"]
    assert report.notices == [f"工作表 事项 第 3 行：“{closing}”这一行不是数据，没有导入"]


def test_a_limit_over_its_number_and_its_unit():
    said = sheets()
    header = said["事项"][0]
    below = [None] * len(header)
    for name in ("法定", "承诺"):
        at = header.index(f"{name}办结时限")
        header[at + 1] = None
        below[at : at + 2] = ["数值", "单位"]
    said["事项"].insert(1, below)
    book = book_of(said)
    for column, name in enumerate(below, start=1):
        if name == "数值":
            book["事项"].merge_cells(start_row=1, end_row=1, start_column=column, end_column=column + 1)
        elif name is None:
            book["事项"].merge_cells(start_row=1, end_row=2, start_column=column, end_column=column)
    assert take(saved(book)).notices == []
    version = Matter.objects.get(code="A-1").current
    assert (version.statutory_value, version.statutory_unit) == (20, "workday")
    assert (version.promised_value, version.promised_unit) == (5, "workday")


def test_a_step_that_stands_twice_is_named_once():
    said = sheets()
    said["办理环节"] = [
        [*said["办理环节"][0], "前置环节"],
        ["A-1", "a", "审查", "审查", "AAA", None],
        ["A-1", "a", "再审", "审查", "AAA", "a"],
        [*STEP_ROW, "a"],
    ]
    with pytest.raises(CatalogueRefused) as refusal:
        take_book(said)
    assert refusal.value.problems == [
        "工作表 办理环节 第 3 行 “环节键（B）”列：环节键“a”重复，第 2 行已经用过"
    ]

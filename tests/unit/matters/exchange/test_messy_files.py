"""Catalogues as offices send them: what is meant is understood, and what is not is named."""

import io
import zipfile
from datetime import date, datetime

import pytest

from matters.models import Department, Matter, MatterVersion
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
    with_cell,
    zip_of,
)

pytestmark = pytest.mark.usefixtures("blank")


def current(code: str = "A-1") -> MatterVersion:
    return Matter.objects.get(code=code).current


def refused(said: dict | bytes, name: str = "catalogue.xlsx") -> list[str]:
    data = said if isinstance(said, bytes) else saved(book_of(said))
    with pytest.raises(CatalogueRefused) as refusal:
        take(data, name)
    assert not Department.objects.exists()
    return refusal.value.problems


def test_a_small_workbook_comes_in():
    report = take_book(sheets())
    assert report.hints == []
    assert (report.departments.created, report.matters.created) == (["AAA", "BBB"], ["A-1"])
    version = current()
    assert (version.matter.department.code, version.item_type, version.case_type) == ("AAA", "01", 2)
    assert (version.service_objects, version.handling_forms) == ([1, 2], [1, 2])
    assert (version.promised_value, version.promised_unit) == (5, "workday")
    assert [one.name for one in version.materials.all()] == ["申请书"]


def test_titles_above_the_header_blank_rows_and_columns_are_passed_over():
    said = sheets()
    matters = said["事项"]
    said["事项"] = [
        ["某区政务服务事项实施清单"],
        [],
        ["填报单位：甲局", None, "填报日期：2026年9月"],
        [None, *matters[0], None, None],
        [None, *matters[1], None, "   "],
        [None] * 25,
        ["  "] * 25,
    ]
    assert take_book(said).matters.created == ["A-1"]


def test_the_national_names_and_keys_are_headers_too():
    said = sheets()
    said["事项"][0][:4] = ["MATTER_CODE", " dept_code ", "ｔａｓｋ＿ｎａｍｅ", "item_type_code"]
    said["申请材料"][0][1] = "material_name"
    assert take_book(said).hints == []


def test_a_header_of_two_rows_in_two_languages():
    said = sheets()
    said["申请材料"].insert(1, ["matter_code", "material_name", "material_type", *[None] * 5])
    take_book(said)
    assert [one.name for one in current().materials.all()] == ["申请书"]


def test_a_header_of_groups():
    said = sheets()
    at = MATTER_HEADER.index("法定办结时限")
    header = said["事项"][0]
    above = [name if not at <= column < at + 2 else None for column, name in enumerate(header)]
    above[at] = "法定"
    below = [None] * len(header)
    below[at : at + 2] = ["办结时限", "时限单位"]
    said["事项"][0:1] = [above, below]
    book = book_of(said)
    book["事项"].merge_cells(start_row=1, end_row=1, start_column=at + 1, end_column=at + 2)
    for column in range(1, len(header) + 1):
        if not at < column <= at + 2:
            book["事项"].merge_cells(start_row=1, end_row=2, start_column=column, end_column=column)
    take(saved(book))
    assert (current().statutory_value, current().statutory_unit) == (20, "workday")


def test_stars_and_remarks_on_headers():
    said = sheets()
    said["申请材料"][0][1:4] = ["*材料名称（必填）", "材料类型\n（单选）", "材料形式＊"]
    assert take_book(said).hints == []


def test_cells_merged_downwards_stand_for_every_row():
    said = sheets()
    said["申请材料"] += [[None, "身份证", *MATERIAL_ROW[2:]], [None, "照片", *MATERIAL_ROW[2:]]]
    book = book_of(said)
    book["申请材料"].merge_cells("A2:A4")
    take(saved(book))
    assert [one.name for one in current().materials.all()] == ["申请书", "身份证", "照片"]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        *((one, True) for one in ("是", "√", "有", 1, "１", True, "Y")),
        *((one, False) for one in ("否", "无", 0, "×", False, " 否\n")),
    ],
)
def test_yes_and_no_in_all_their_writings(said, meant):
    take_book(sheets(事项=with_cell("支持物流快递", said)))
    assert current().express_supported is meant


@pytest.mark.parametrize(
    "said", ["1^2", "1、2", "窗口办理、电脑端网上办理", "1 窗口办理；2 电脑端网上办理", "１，２", "1\n2"]
)
def test_code_lists_by_code_or_label(said):
    take_book(sheets(事项=with_cell("办理形式", said)))
    assert current().handling_forms == [1, 2]


@pytest.mark.parametrize(
    "said", ["01", 1, 1.0, "行政许可", "01 行政许可", "01-行政许可", " 行政 许可", "０１"]
)
def test_item_types_with_and_without_their_leading_nought(said):
    take_book(sheets(事项=with_cell("事项类型", said)))
    assert current().item_type == "01"


@pytest.mark.parametrize(
    ("said", "unit", "meant"),
    [
        ("20个工作日", None, (20, "workday")),
        ("２０ 工作日", None, (20, "workday")),
        ("30天", None, (30, "day")),
        ("3个月", None, (3, "month")),
        ("即办", None, (0, "instant")),
        ("当场办结", None, (0, "instant")),
        ("20", "workday", (20, "workday")),
        ("十", "个工作日", (10, "workday")),
    ],
)
def test_limits_with_their_unit_in_one_cell(said, unit, meant):
    rows = with_cell("承诺办结时限", said)
    rows[1][MATTER_HEADER.index("承诺时限单位")] = unit
    take_book(sheets(事项=rows))
    assert (current().promised_value, current().promised_unit) == meant


@pytest.mark.parametrize(
    "said",
    [
        "2026年9月1日",
        "2026.9.1",
        "2026/09/01",
        "20260901",
        "2026-9-1",
        date(2026, 9, 1),
        datetime(2026, 9, 1),  # noqa: DTZ001 - as cells are
        46266,
    ],
)
def test_dates_as_people_and_workbooks_write_them(said):
    rows = with_cell("收费", "不收费")
    take_book(sheets(事项=[[*rows[0], "计划生效日期"], [*rows[1], said]]))
    assert current().effective_on == date(2026, 9, 1)


def test_numbers_are_text_where_text_belongs_and_keep_the_noughts_that_are_shown():
    book = book_of(sheets())
    book["部门"].append(["001", "丙局", 330199])
    book["部门"].append([7, "丁局", 330199.0])
    book["部门"]["A5"].number_format = "000"
    take(saved(book))
    assert dict(Department.objects.values_list("code", "region_code")) == {
        "AAA": "330199", "BBB": "330199", "001": "330199", "007": "330199"
    }  # fmt: skip


def test_line_breaks_stay_in_prose_and_go_from_codes():
    said = sheets(事项=with_cell("设定依据", "一、示例条例\r\n二、示例规定"))
    said["事项"][1][0] = "A-\n1"
    take_book(said)
    assert current("A-1").legal_basis == "一、示例条例\n二、示例规定"


def test_names_stand_for_codes():
    take_book(sheets())
    said = sheets(部门=None)
    said["申请材料"] = [["事项名称", *MATERIAL_HEADER[1:]], ["开店登记", "照片", *MATERIAL_ROW[2:]]]
    said["办理环节"][1][4] = "乙局"
    assert take_book(said).matters.changed == ["A-1"]
    assert current().steps.get().department.code == "BBB"
    assert current().materials.get().name == "照片"


def test_hidden_and_foreign_sheets_are_named():
    book = book_of(sheets() | {"申请材枓": [["甲"], ["乙"]], "旧数据": [["事项编码"], ["X"]]})
    book["旧数据"].sheet_state = "hidden"
    notices = take(saved(book)).notices
    assert any("旧数据 是隐藏的" in one for one in notices)
    assert any("申请材枓" in one and "是不是“申请材料”" in one for one in notices)


def test_unknown_columns_are_named_with_what_they_may_mean():
    said = sheets()
    said["申请材料"][0].append("材料填报须知")
    said["申请材料"][1].append("用黑笔填写")
    (notice,) = take_book(said).notices
    assert notice == "工作表 申请材料 第 1 行：I 列“材料填报须知”不认识，没有导入；是不是“填报须知”？"


def test_a_column_that_stands_twice_is_refused():
    said = sheets()
    said["申请材料"][0].append("material_name")
    said["申请材料"][1].append("申请表")
    assert refused(said) == ["工作表 申请材料 第 1 行：B 列和I 列都是“材料名称”，请删去一列"]


def test_one_code_for_two_matters_is_refused():
    said = sheets()
    said["事项"].append(list(MATTER_ROW))
    problems = refused(said)
    assert "工作表 事项 第 3 行 “事项编码（A）”列：事项编码“A-1”重复，第 2 行已经用过" in problems


def test_a_material_without_its_matter_is_refused():
    said = sheets()
    said["申请材料"] += [["A-9", *MATERIAL_ROW[1:]], [None, *MATERIAL_ROW[1:]]]
    assert refused(said) == [
        "工作表 申请材料 第 3 行：事项编码“A-9”在“事项”里没有，请核对，或先加入",
        "工作表 申请材料 第 4 行：没有填“事项编码”，不知道属于哪一项",
    ]


def test_wrong_departments_and_values_are_named_with_sheet_row_and_column():
    said = sheets(事项=with_cell("实施部门", "丙局"))
    said["申请材料"][1][2] = "表格"
    said["办理环节"][1][3] = "盖章"
    problems = refused(said)
    assert (
        problems[0] == "工作表 事项 第 2 行 “实施部门（B）”列：目录里没有“丙局”，请填代码，或目录中已有的名称"
    )
    assert problems[1].startswith(
        "工作表 申请材料 第 2 行 “材料类型（C）”列：“表格”不是材料类型，可选：1 证件证书证明"
    )
    assert problems[2].startswith("工作表 办理环节 第 2 行 “环节种类（D）”列：“盖章”不是环节种类")


def test_a_column_that_is_missing_is_named_once():
    said = sheets()
    said["申请材料"] = [row[:1] + row[2:] for row in said["申请材料"]] + [["A-1", *MATERIAL_ROW[2:]]]
    assert refused(said) == ["工作表 申请材料 第 1 行（表头） “材料名称”列：缺少这个字段"]


def test_a_sheet_that_is_missing_is_named():
    assert refused(sheets(申请材料=None)) == ["工作表 事项 第 2 行 “申请材料”：缺少这个字段"]


def test_formulas_are_not_computed_but_named():
    said = sheets(事项=with_cell("收费", '=CONCAT("不","收费")'))
    assert refused(said) == [
        "工作表 事项 第 2 行 “收费（R）”列：公式没有保存结果或结果有误，请把这一格粘贴为数值",
        "工作表 事项 第 2 行 “收费（R）”列：缺少这个字段",
    ]


def test_what_is_refused_names_every_fault_at_once():
    said = sheets(事项=with_cell("到办事现场次数", "若干"))
    said["申请材料"][1][4] = "两份儿"
    said["部门"].append(["C!", "丙局", "330199"])
    assert len(refused(said)) == 3


def test_faultless_matters_come_in_where_the_faulty_are_left_out():
    said = sheets()
    said["事项"].append(["A-2", "无此局", "关店登记", *MATTER_ROW[3:]])
    said["申请材料"].append(["A-2", *MATERIAL_ROW[1:]])
    said["办理环节"].append(["A-2", *STEP_ROW[1:]])
    report = take_book(said, skip_faulty=True)
    assert report.matters.created == ["A-1"]
    assert [one.sentence for one in report.skipped] == [
        "工作表 事项 第 3 行 “实施部门（B）”列：目录里没有“无此局”，请填代码，或目录中已有的名称"
    ]


def test_columns_and_sheets_that_are_not_there_stay_as_published():
    said = sheets()
    said["申请材料"] = [[*MATERIAL_HEADER, "填报须知"], [*MATERIAL_ROW, "用黑笔"]]
    take_book(said)
    report = take(csv_of([["事项编码", "咨询电话", "收费"], ["A-1", "1", "免费"]]), "九月.csv")
    assert report.matters.changed == ["A-1"]
    version = current()
    assert (version.fee, version.name, version.materials.get().filling_note) == ("免费", "开店登记", "用黑笔")
    assert any("咨询电话" in one for one in report.notices)


def test_a_file_of_a_few_columns_names_what_it_cannot_add():
    take_book(sheets())
    with pytest.raises(CatalogueRefused) as refusal:
        take(csv_of([["事项编码", "收费"], ["A-1", "免费"], ["A-9", "免费"]]), "收费.csv")
    (problem,) = refusal.value.problems
    assert problem.startswith(
        "文件 收费.csv 第 3 行：事项编码“A-9”目录里没有；请核对编码，如是新增，须补上实施部门、事项名称"
    )
    assert problem.endswith("工作表“申请材料”、工作表“办理环节”")


def test_rows_of_one_list_alone_change_that_list_alone():
    said = sheets()
    said["申请材料"] = [[*MATERIAL_HEADER, "填报须知"], [*MATERIAL_ROW, "用黑笔"]]
    take_book(said)
    rows = [MATERIAL_HEADER, MATERIAL_ROW, ["A-1", "照片", *MATERIAL_ROW[2:]]]
    assert take(csv_of(rows), "申请材料.csv").matters.changed == ["A-1"]
    materials = {one.name: one.filling_note for one in current().materials.all()}
    assert materials == {"申请书": "用黑笔", "照片": ""}
    assert current().steps.count() == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_in_its_encodings_and_separators(encoding, delimiter):
    parts = {f"{title}.csv": csv_of(rows, encoding, delimiter) for title, rows in sheets().items()}
    assert take(zip_of(parts), "catalogue.zip").matters.created == ["A-1"]


def test_an_archive_made_under_windows():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for title, rows in sheets().items():
            archive.writestr(WindowsName(f"导出\\{title}.csv"), csv_of(rows, "gb18030"))
    assert take(stream.getvalue(), "catalogue.zip").matters.created == ["A-1"]


class WindowsName(zipfile.ZipInfo):
    """A name in GBK that does not say so, as Windows writes it."""

    def _encodeFilenameFlags(self):
        return self.filename.encode("gbk"), self.flag_bits

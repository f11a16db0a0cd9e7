"""Workbooks, CSV files and archives as offices send them."""

import csv
import io
import zipfile
from typing import Any

from openpyxl import Workbook

from matters.services.catalogue_import import ImportReport
from matters.services.exchange import import_file
from tests.unit.matters.conftest import NOW

Rows = list[list[Any]]

MATTER_HEADER = [
    "事项编码", "实施部门", "事项名称", "事项类型", "行使层级", "主题分类", "服务对象", "法定办结时限", "法定时限单位",
    "承诺办结时限", "承诺时限单位", "办件类型", "办理形式", "到办事现场次数", "支持物流快递", "结果名称", "结果类型", "收费", "设定依据",
]  # fmt: skip
MATTER_ROW = [
    "A-1", "甲局", "开店登记", "行政许可", 4, "准营准办", "自然人、企业法人", 20, "工作日",
    5, "工作日", "承诺件", "窗口办理、电脑端网上办理", 1, "是", "营业执照", "证照", "不收费", "示例条例第1条",
]  # fmt: skip
MATERIAL_HEADER = [
    "事项编码",
    "材料名称",
    "材料类型",
    "材料形式",
    "原件份数",
    "复印件份数",
    "来源渠道",
    "材料必要性",
]
MATERIAL_ROW = ["A-1", "申请书", "申请表格文书", "纸质或电子", 1, 0, "申请人自备", "必要"]
STEP_HEADER = ["事项编码", "环节键", "环节名称", "环节种类", "办理部门"]
STEP_ROW = ["A-1", "decide", "决定", "决定", "AAA"]
DEPARTMENT_ROWS = [["部门代码", "部门名称", "行政区划"], ["AAA", "甲局", "330199"], ["BBB", "乙局", "330199"]]


def sheets(**changed: Rows | None) -> dict[str, Rows]:
    """Return the sheets of a small catalogue without fault, some changed or (None) left out."""
    said: dict[str, Rows | None] = {
        "部门": DEPARTMENT_ROWS,
        "事项": [MATTER_HEADER, MATTER_ROW],
        "申请材料": [MATERIAL_HEADER, MATERIAL_ROW],
        "办理环节": [STEP_HEADER, STEP_ROW],
    }
    return {
        title: [list(row) for row in rows] for title, rows in (said | changed).items() if rows is not None
    }


def book_of(said: dict[str, Rows]) -> Workbook:
    book = Workbook()
    book.remove(book.active)
    for title, rows in said.items():
        page = book.create_sheet(title)
        for row in rows:
            page.append(row)
    return book


def saved(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def csv_of(rows: Rows, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def zip_of(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()


def take(data: bytes, name: str = "catalogue.xlsx", **options: Any) -> ImportReport:
    return import_file(name=name, data=data, by=None, now=NOW, **options)


def take_book(said: dict[str, Rows], **options: Any) -> ImportReport:
    return take(saved(book_of(said)), **options)


def with_cell(column: str, value: Any) -> Rows:
    """Return the sheet of matters with one cell changed."""
    row = list(MATTER_ROW)
    row[MATTER_HEADER.index(column)] = value
    return [MATTER_HEADER, row]

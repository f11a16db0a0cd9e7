"""What is wrong with a file, as a file: sheet, row, column, what stands there, what is wrong and how to mend it.

What the publish checks find in what the file brings stands below, at the same places.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from matters.catalogue.fields import Remark
from matters.catalogue.reader import Document, Path, Place
from matters.checks import Finding
from matters.exchange.cells import escaped, how_to_fill_column
from matters.exchange.placed import TableDocument

HEADER = ("级别", "工作表或文件", "行", "列", "填写内容", "问题", "怎样改")
FAULT, HINT = "错误", "提示"
CHECK, BLOCKS = "检查", "不能发布"
UNLAWFUL = f"{CHECK}：{BLOCKS}"
_PART = re.compile(r"([^.\[\]]+)|\[([0-9]+)\]")
_WIDTHS = (16, 20, 8, 24, 30, 60, 50)
_LONGEST_VALUE = 500
_NOT_MENDED = ""

Line = tuple[str, str, int, str, str, str, str]


@dataclass(frozen=True)
class Found:
    """What a publish check finds in a matter or bundle of a file; `root` is where that stands in the file."""

    document: Document
    root: Path
    code: str
    name: str
    finding: Finding


def lines(
    faults: Iterable[Remark], hints: Iterable[Remark] = (), found: Iterable[Found] = ()
) -> Iterator[Line]:
    """Return the lines of a report: the faults, then the hints, then what the checks found."""
    for level, remarks in ((FAULT, faults), (HINT, hints)):
        for remark in remarks:
            yield _line(level, remark)
    for one in found:
        yield _found_line(one)


def write_report(
    name: str, faults: Iterable[Remark], hints: Iterable[Remark] = (), found: Iterable[Found] = ()
) -> bytes:
    """Return the report as CSV or as a workbook, by the ending of its name."""
    rows = [HEADER, *lines(faults, hints, found)]
    return _csv(rows) if name.lower().endswith(".csv") else _workbook(rows)


def _line(level: str, remark: Remark) -> Line:
    document, path = remark.place.document, remark.place.path
    if isinstance(document, TableDocument) and path:
        cell = document.cell(path)
        how = how_to_fill_column(cell.how.field) if cell.how and level == FAULT else _NOT_MENDED
        return level, cell.sheet, cell.row, cell.column, cell.value[:_LONGEST_VALUE], remark.message, how
    value = remark.place.value
    said = "" if value is None or isinstance(value, dict | list) else str(value)[:_LONGEST_VALUE]
    where = "文件" if isinstance(document, TableDocument) else "JSON"
    return level, where, remark.place.line, remark.place.label, said, remark.message, _NOT_MENDED


def _found_line(one: Found) -> Line:
    """The line of a finding: at its cell, or at the row of the matter where the file has no such column."""
    document, finding = one.document, one.finding
    path: Path = (*one.root, *(int(index) if index else key for key, index in _PART.findall(finding.place)))
    if isinstance(document, TableDocument) and document.cell(path).in_header:
        path = one.root
    level = UNLAWFUL if finding.blocks else f"{CHECK}：{finding.severity.label}"
    remark = Remark(Place(document, path, None), f"{one.code} {one.name}：{finding.what}")
    return (*_line(level, remark)[:-1], finding.how)


def _csv(rows: Iterable[Iterable[str | int]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(_harmless(row) for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _workbook(rows: Iterable[Iterable[str | int]]) -> bytes:
    book = Workbook()
    page = book.active
    page.title = "问题清单"
    for row in rows:
        page.append(_harmless(row))
    for cell in page[1]:
        cell.font = Font(bold=True)
    for column, width in zip("ABCDEFG", _WIDTHS, strict=True):
        page.column_dimensions[column].width = width
    for row in page.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    page.freeze_panes, page.auto_filter.ref = "A2", page.dimensions
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _harmless(row: Iterable[str | int]) -> list[str | int]:
    """No formula, and none of the characters that a workbook cannot hold."""
    return [
        escaped("".join(c for c in one if ord(c) >= 32 or c in "\n\t")) if isinstance(one, str) else one
        for one in row
    ]

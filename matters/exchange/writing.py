"""The catalogue written as a file: JSON, a workbook, or an archive of CSV files."""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from core.errors import Refusal
from matters.catalogue.kinds import Choice, YesNo
from matters.exchange.cells import escaped, write_cell
from matters.exchange.sheets import SHEETS, Column, KeyPath, Sheet

Record = Mapping[str, Any]
Catalogue = Mapping[str, Iterable[Record]]
FORMATS = {"json": "JSON", "xlsx": "Excel 工作簿", "zip": "CSV 压缩包"}
LONGEST_CELL = 32_767  # characters a cell of a workbook holds
_LONGEST_LIST = 255  # characters of a list of choices that a workbook offers
_BOLD = Font(bold=True)
_GREY = Font(color="55606E", size=9)
_TINT = PatternFill("solid", fgColor="E8F1FB")
_WRAP = Alignment(wrap_text=True, vertical="top")


def write_json(catalogue: Catalogue) -> bytes:
    """Return the catalogue as the JSON that an import reads."""
    said = {section: list(records) for section, records in catalogue.items()}
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()


def write_workbook(catalogue: Catalogue) -> bytes:
    """Return the catalogue as a workbook: a sheet for each list, Chinese headers over the national names."""
    book = Workbook(write_only=True)
    rows = _Rows(catalogue)
    for sheet in SHEETS:
        page = book.create_sheet(sheet.title)
        page.freeze_panes = "C3"
        for at, column in enumerate(sheet.all_columns, start=1):
            page.column_dimensions[get_column_letter(at)].width = _width(column)
            _offer_choices(page, column, get_column_letter(at))
        page.append(_styled(page, [column.label for column in sheet.all_columns], _BOLD))
        page.append(_styled(page, [column.code for column in sheet.all_columns], _GREY))
        for row in rows.of(sheet):
            page.append([_short_enough(cell, sheet, row) for cell in row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def write_archive(catalogue: Catalogue, encoding: str = "utf-8-sig") -> bytes:
    """Return the catalogue as a ZIP archive of CSV files, one for each sheet that has rows."""
    rows, stream = _Rows(catalogue), io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for sheet in SHEETS:
            archive.writestr(f"{sheet.title}.csv", write_csv(rows.of(sheet), sheet, encoding))
    return stream.getvalue()


def write_csv(rows: Iterable[Sequence[str | int]], sheet: Sheet, encoding: str) -> bytes:
    """Return one sheet as a CSV file; a character the encoding has not is a Refusal `encoding_too_small`."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([column.label for column in sheet.all_columns])
    writer.writerow([column.code for column in sheet.all_columns])
    writer.writerows(rows)
    try:
        return text.getvalue().encode(encoding)
    except UnicodeEncodeError as error:
        said = error.object[error.start : error.end]
        raise Refusal("encoding_too_small", f"“{said}”不能用 {encoding} 写出，请改用 UTF-8。") from None


class _Rows:
    """The rows of every sheet of a catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    def of(self, sheet: Sheet) -> Iterator[list[str | int]]:
        """Return the rows of one sheet, what they are parts of first."""
        for record in self.catalogue.get(sheet.section, ()):
            yield from _rows(record, sheet, sheet.path[1:], [])


def _rows(record: Record, sheet: Sheet, lists: KeyPath, owners: list[str]) -> Iterator[list[str | int]]:
    if not lists:
        yield [*owners, *(_cell(record, column) for column in sheet.columns)]
        return
    identity = str(record.get(sheet.owners[len(owners)].path[-1], ""))
    for part in record.get(lists[0], ()):
        yield from _rows(part, sheet, lists[1:], [*owners, escaped(identity)])


def _cell(record: Record, column: Column) -> str | int:
    value: Any = record
    for key in column.path:
        value = value.get(key) if isinstance(value, Mapping) else None
    if value is None or value in ("", [], {}):
        return ""
    said = write_cell(column.kind, value)
    return escaped(said) if isinstance(said, str) else said


def _short_enough(cell: str | int, sheet: Sheet, row: Sequence[str | int]) -> str | int | None:
    if isinstance(cell, str) and len(cell) > LONGEST_CELL:
        raise Refusal(
            "cell_too_long",
            f"“{sheet.title}”里 {row[0]} 有一格超过 {LONGEST_CELL} 字，Excel 放不下，请导出为 JSON 或 CSV。",
        )
    return cell if cell != "" else None


def _styled(page: Any, headers: Iterable[str], font: Font) -> list[WriteOnlyCell]:
    cells = [WriteOnlyCell(page, value=header) for header in headers]
    for cell in cells:
        cell.font, cell.fill, cell.alignment = font, _TINT, _WRAP
    return cells


def _width(column: Column) -> int:
    return max(12, min(28, len(column.label) * 2 + 4))


def _offer_choices(page: Any, column: Column, at: str) -> None:
    """Let a cell of a code list be chosen instead of typed; what is typed is not refused, the import names it."""
    if isinstance(column.kind, YesNo):
        words = ["是", "否"]
    elif isinstance(column.kind, Choice):
        words = [str(label) for label in column.kind.choices.labels]
    else:
        return
    if any("," in word for word in words) or len(",".join(words)) > _LONGEST_LIST - 2:
        return
    offer = DataValidation(
        type="list", formula1=f'"{",".join(words)}"', allow_blank=True, showErrorMessage=False
    )
    offer.add(f"{at}3:{at}5000")
    page.data_validations.append(offer)

"""A file of somebody's, opened with care: what kind it is, and its sheets as rows of cells."""

import codecs
import csv
import io
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._reader import WorkSheetParser
from openpyxl.xml.constants import SHEET_MAIN_NS

from matters.catalogue.parsing import NotACatalogue
from matters.exchange.grids import Formula, Grid, letter

MIB = 1024 * 1024
LARGEST_FILE = 64 * MIB
LARGEST_UNPACKED = 300 * MIB
MOST_PARTS = 2000
TALLEST, WIDEST = 300_000, 400  # rows and columns of a sheet; what is beyond is refused, not cut off
_OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
_PLAIN_TEXT = f"{{{SHEET_MAIN_NS}}}is/{{{SHEET_MAIN_NS}}}t"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
ENCODINGS = {"auto": "", "utf-8": "utf-8", "gb18030": "gb18030", "utf-16": "utf-16"}
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

Sheets = tuple[list[Grid], list[str]]


def kind_of(name: str, data: bytes) -> str:
    """Return what a file is by what it holds: json, xlsx, csv or zip; NotACatalogue for what cannot be read."""
    if not data.strip(b" \t\r\n\0" + codecs.BOM_UTF8):
        raise NotACatalogue(["文件是空的，请核对选择的是不是要导入的文件。"])
    if len(data) > LARGEST_FILE:
        raise NotACatalogue([f"文件超过 {LARGEST_FILE // MIB} MiB，请按部门分成几个文件导入。"])
    if data.startswith(_OLD_OFFICE):
        raise NotACatalogue([_old_office(data)])
    if data.startswith(b"PK"):
        return _kind_of_package(data)
    if (
        name.lower().endswith((".xlsx", ".xlsm", ".zip", ".xls", ".et", ".pdf", ".doc", ".docx"))
        or b"\0\0" in data[:512]
    ):
        raise NotACatalogue(
            ["这不是电子表格（内容与文件名的后缀不符），请另存为 .xlsx、.csv 或 .json 后重试。"]
        )
    start = data.lstrip(codecs.BOM_UTF8 + b" \t\r\n")[:1]
    return "json" if name.lower().endswith(".json") or start == b"{" else "csv"


def open_workbook(data: bytes) -> Sheets:
    """Return the visible sheets of a workbook, and what is to be said of those not read; nothing is computed."""
    _refuse_bomb(data)
    try:
        _refuse_declarations(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions, which we do not look at
            return _open_workbook(data)
    except (
        InvalidFileException, zipfile.BadZipFile, ParseError, KeyError, ValueError, TypeError,
        AttributeError, IndexError, OSError,
    ) as error:  # fmt: skip
        raise NotACatalogue(
            [f"工作簿已损坏，读不出来（{type(error).__name__}）。请用 Excel 或 WPS 打开后另存为 .xlsx。"]
        ) from None


def open_csv(name: str, data: bytes, encoding: str = "auto") -> Sheets:
    """Return the one sheet of a CSV file."""
    return [Grid(name, _csv_rows(name, decoded(data, encoding, name)), is_file=True)], []


def open_archive(data: bytes, encoding: str = "auto") -> Sheets:
    """Return the sheets of a ZIP archive of CSV files, and what is to be said of its other files."""
    _refuse_bomb(data)
    grids, hints = [], []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for part in archive.infolist():
                name = _part_name(part)
                if part.is_dir() or "__MACOSX" in name:
                    continue
                if not name.lower().endswith((".csv", ".txt")):
                    hints.append(f"压缩包里的“{name}”不是 CSV，没有读取")
                    continue
                grids += open_csv(name, archive.read(part), encoding)[0]
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError) as error:
        secret = "password" in str(error)
        raise NotACatalogue(
            ["压缩包设有密码，请去掉密码后重试。" if secret else "压缩包已损坏，读不出来，请重新压缩后重试。"]
        ) from None
    return grids, hints


def decoded(data: bytes, encoding: str, name: str) -> str:
    """Return the text of a file: in the encoding named, or as its mark says, else UTF-8, else GB18030."""
    marked = next((codec for mark, codec in _BOMS if data.startswith(mark)), "")
    tried = [one for one in (ENCODINGS[encoding] or marked,) if one] or ["utf-8", "gb18030"]
    furthest = 0  # bytes read before the fault, in the encoding that the file keeps to the longest
    for codec in tried:
        try:
            return data.decode(codec).removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            furthest = max(furthest, error.start)
            if codec == "utf-8" and _says_chinese(data[: error.start].rpartition(b"\n")[0]):
                break  # GB18030 makes characters of nearly everything, and would only garble the lines before
    line = data[:furthest].count(b"\n") + 1
    wrong = f"不是 {tried[0]}" if len(tried) == 1 else "不对：整个文件既不是 UTF-8 也不是 GB18030"
    raise NotACatalogue([f"{name} 第 {line} 行的编码{wrong}，请另存为 UTF-8 后重试。"])


def _says_chinese(lines: bytes) -> bool:
    """Return whether whole lines are Chinese in UTF-8; lines in GB18030 are not, but for a rare word."""
    return any("\u4e00" <= char <= "\u9fff" for char in lines.decode())


def _kind_of_package(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile:
        raise NotACatalogue(["文件已损坏或没有传完，读不出来，请重新导出后重试。"]) from None
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "[Content_Types].xml" in names or "content.xml" in names:
        raise NotACatalogue(["这不是 Excel 工作簿（.xlsx），请用 Excel 或 WPS 另存为 .xlsx 后重试。"])
    return "zip"


def _old_office(data: bytes) -> str:
    if _ENCRYPTED in data:
        return "工作簿设有打开密码，请去掉密码（另存为时清除密码）后重试。"
    return "这是旧格式（.xls、.et 或 Word 97-2003）的文件，请另存为 .xlsx 后重试。"


def weight(data: bytes) -> int:
    """Return how many bytes a file has once it is unpacked, by its own account."""
    if not data.startswith(b"PK"):
        return len(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return sum(part.file_size for part in archive.infolist())
    except zipfile.BadZipFile:
        return len(data)


def _refuse_declarations(data: bytes) -> None:
    """Refuse XML that declares entities, which can expand without end; no program writes them into a workbook."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for part in archive.infolist():
            if part.filename.endswith((".xml", ".rels")) and _declares(archive.read(part)):
                raise NotACatalogue(
                    ["工作簿里有不安全的内容（实体声明），不予读取。请用 Excel 或 WPS 另存为 .xlsx。"]
                )


def _declares(xml: bytes) -> bool:
    in_other_bytes = b"\0" in xml[:64]  # UTF-16 or UTF-32, in which the words below would not be found
    return in_other_bytes or b"<!DOCTYPE" in xml or b"<!ENTITY" in xml


def _refuse_bomb(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise NotACatalogue(
            [f"文件解开后超过 {LARGEST_UNPACKED // MIB} MiB，不予读取，请按部门分成几个文件。"]
        )


def _open_workbook(data: bytes) -> Sheets:
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    grids, hints = [], []
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            hints.append(f"工作表 {sheet.title} 是隐藏的，没有读取；如要导入，请取消隐藏")
            continue
        rows, across = _rows(sheet)
        grids.append(Grid(sheet.title, rows, across=across))
    return grids, hints


def _rows(sheet: Any) -> tuple[list[list[Any]], dict[int, list[tuple[int, int]]]]:
    """Return the rows of a sheet from the first, cells merged downwards filled, and those merged across by row.

    Each cell has its value as last saved. A formula whose result was not saved with it cannot be known: it is
    returned as one, to be refused by name.
    """
    source = sheet._get_source
    with source() as stream:
        parser = _Parser(
            stream,
            sheet._shared_strings,
            data_only=True,
            epoch=sheet.parent.epoch,
            date_formats=sheet.parent._date_formats,
            timedelta_formats=sheet.parent._timedelta_formats,
        )
        rows: list[list[Any]] = []
        for number, cells in parser.parse():
            _place(rows, number, cells, sheet)
    across: dict[int, list[tuple[int, int]]] = {}
    for area in parser.merged_cells.mergeCell if parser.merged_cells else ():
        _fill(rows, area)
        if area.max_col > area.min_col:
            across.setdefault(area.min_row, []).append((area.min_col - 1, min(area.max_col, WIDEST) - 1))
    with source() as stream:
        has_formulas = any(b"<f" in block for block in iter(lambda: stream.read(MIB), b""))
    if has_formulas:
        _name_formulas(rows, sheet)
    return rows, across


class _Parser(WorkSheetParser):
    """The parser of sheets, with a short way for text that stands plainly in its cell."""

    def parse_cell(self, element: Any) -> dict[str, Any]:
        text = element.find(_PLAIN_TEXT) if element.get("t") == "inlineStr" else None
        if text is None or not element.get("r"):
            return super().parse_cell(element)
        row, self.col_counter = coordinate_to_tuple(element.get("r"))
        return {
            "row": row,
            "column": self.col_counter,
            "value": text.text,
            "data_type": "s",
            "style_id": 0,
        }


def _place(rows: list[list[Any]], number: int, cells: list[dict[str, Any]], sheet: Any) -> None:
    said = [cell for cell in cells if cell["value"] is not None]
    if not said:
        return
    if number > TALLEST or said[-1]["column"] > WIDEST:
        raise NotACatalogue(
            [
                f"工作表 {sheet.title} 第 {number} 行 {letter(said[-1]['column'] - 1)} 列还有内容，"
                f"最多读 {TALLEST} 行 {WIDEST} 列，请删去多余的行列。"
            ]
        )
    rows.extend([] for _ in range(number - len(rows)))
    row = rows[number - 1]
    row.extend([None] * (said[-1]["column"] - len(row)))
    for cell in said:
        row[cell["column"] - 1] = _value(cell, sheet)


def _value(cell: dict[str, Any], sheet: Any) -> Any:
    """A number shown with leading noughts (format 00) is the text that people see."""
    value = cell["value"]
    if cell["data_type"] == "e":
        return Formula(value)
    if isinstance(value, int) and not isinstance(value, bool) and cell["style_id"]:
        style = sheet.parent._cell_styles[cell["style_id"]]
        shown = sheet.parent._number_formats
        at = style.numFmtId - 164
        if 0 <= at < len(shown) and set(shown[at]) == {"0"}:
            return str(value).zfill(len(shown[at]))
    return value


def _fill(rows: list[list[Any]], area: Any) -> None:
    """Give every row of an area merged downwards its value, as people see it."""
    top, left = area.min_row, area.min_col
    if top > len(rows) or left > len(rows[top - 1]):
        return
    for row in rows[top : area.max_row]:
        row.extend([None] * (left - len(row)))
        row[left - 1] = rows[top - 1][left - 1]


def _name_formulas(rows: list[list[Any]], sheet: Any) -> None:
    with sheet._get_source() as stream:
        parser = WorkSheetParser(stream, sheet._shared_strings, data_only=False)
        for number, cells in parser.parse():
            for cell in cells:
                if cell["data_type"] == "f" and number <= TALLEST and cell["column"] <= WIDEST:
                    _name_formula(rows, number, cell)


def _name_formula(rows: list[list[Any]], number: int, cell: dict[str, Any]) -> None:
    rows.extend([] for _ in range(number - len(rows)))
    row = rows[number - 1]
    row.extend([None] * (cell["column"] - len(row)))
    if row[cell["column"] - 1] is None:
        row[cell["column"] - 1] = Formula(str(cell["value"]))


def _part_name(part: zipfile.ZipInfo) -> str:
    """The name of a part of an archive; archives made under Windows write it in GBK and do not say so."""
    if part.flag_bits & 0x800:
        return part.filename
    try:
        return part.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return part.filename


def _csv_rows(name: str, text: str) -> list[list[str]]:
    csv.field_size_limit(MIB)
    reader = csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=_delimiter(text))
    rows = []
    try:
        for row in _limited(name, reader):
            rows.append(row)
    except csv.Error as error:
        raise NotACatalogue(
            [f"{name} 第 {reader.line_num} 行读不下去，常见原因是少了一个引号（{error}）。"]
        ) from None
    return rows


def _limited(name: str, reader: Any) -> Iterator[list[str]]:
    for row in reader:
        if reader.line_num > TALLEST * 10 or len(row) > WIDEST:
            if any(cell.strip() for cell in row[WIDEST:]):
                raise NotACatalogue([f"{name} 第 {reader.line_num} 行超过 {WIDEST} 列，请核对分隔符和引号。"])
            row = row[:WIDEST]
        yield row


def _delimiter(text: str) -> str:
    """Return what separates the cells: of comma, semicolon and tabulator the one found most in the first lines."""
    counted = Counter({mark: text[:4000].count(mark) for mark in (",", "\t", ";")})
    return counted.most_common(1)[0][0]

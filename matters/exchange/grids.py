"""A sheet as rows of cells, wherever it comes from, and where in it the header stands."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from matters.exchange.cells import is_blank, text_of
from matters.exchange.sheets import SHEETS, Column, Sheet, nearest_title, sheet_called

DEEPEST_HEADER = 20  # rows above the header: titles, issuing bodies, dates, notes on filling in
_SAYS_HOW_TO_FILL = frozenset(["必填", "选填", "非必填", "条件必填", "可选", "必填项", "选填项"])
# What stands below the data of a table: sums, and who filled it in.
_BELOW_DATA = re.compile(
    r"[合总小共]\s*计\s*([:：\d].*)?|(注|备注|说明|填表人|填报人|填报单位|填报日期|审核人|制表人|联系人)\s*[:：].*",
    re.S,
)
_FIRST_LETTER = ord("A")

Row = Sequence[Any]


class Formula(str):
    """A cell whose formula has no result; it is named to whoever wrote it, not computed here."""

    __slots__ = ()


@dataclass
class Grid:
    """One sheet of a workbook, or one CSV file: its rows from the first, cells from the left."""

    name: str
    rows: list[Row]
    is_file: bool = False
    across: dict[int, list[tuple[int, int]]] = field(
        default_factory=dict
    )  # row → cells merged with the first

    @property
    def called(self) -> str:
        return f"文件 {self.name}" if self.is_file else f"工作表 {self.name}"

    @property
    def title(self) -> str:
        """The name without folder, ending and running number: “导出/02-申请材料.csv” is 申请材料."""
        bare = re.sub(r"\.[A-Za-z]{3,4}$", "", re.split(r"[/\\]", self.name)[-1])
        return re.sub(r"^[\d一二三四五六七八九十]+[-_.、\s]+", "", bare).strip()

    def texts(self, row: int) -> list[str]:
        """Return the cells of a row as text, rows counted from one; a row that is not there is empty."""
        return [text_of(one) for one in self.rows[row - 1]] if row <= len(self.rows) else []

    def heads(self, row: int) -> list[str]:
        """Return a row as a header: a name merged over several columns stands over each of them."""
        said = self.texts(row)
        for first, last in self.across.get(row, ()):
            if first < len(said):
                said.extend([""] * (last + 1 - len(said)))
                said[first : last + 1] = [said[first]] * (last + 1 - first)
        return said


@dataclass
class Header:
    """The header of a grid: its last row, what each column is, and what is to be said of the rest."""

    sheet: Sheet
    row: int
    columns: dict[int, Column]
    unknown: dict[int, str] = field(default_factory=dict)
    twice: dict[int, int] = field(default_factory=dict)
    named: set[int] = field(default_factory=set)  # columns over which something stands, known or not

    def index_of(self, path: tuple[str, ...]) -> int | None:
        """Return the position of the column with these keys, from nought."""
        return next((at for at, one in self.columns.items() if one.path == path), None)


def letter(index: int) -> str:
    """Return the letters of a column counted from nought: 0 is A, 26 is AA."""
    said, index = "", index + 1
    while index:
        index, rest = divmod(index - 1, 26)
        said = chr(_FIRST_LETTER + rest) + said
    return said


def sheet_of(grid: Grid) -> Sheet | None:
    """Return which sheet of the catalogue a grid is: the one whose header it has, of equals the one of its name."""
    by_name = sheet_called(grid.title)
    best, known = None, 1
    for sheet in SHEETS:
        header = find_header(grid, sheet)
        found = len(header.columns) if header else 0
        if found > known or (sheet is by_name and found >= known):
            best, known = sheet, found
    return best or by_name


def find_header(grid: Grid, sheet: Sheet) -> Header | None:
    """Return the header of a grid read as one sheet: the row, or two, of which most names are known."""
    best: Header | None = None
    for at in range(1, min(DEEPEST_HEADER, len(grid.rows)) + 1):
        found = _header(sheet, at, [(said,) for said in grid.texts(at)])
        if best is None or len(found.columns) > len(best.columns):
            best = found
    if best is None or not best.columns:
        return None
    return _with_second_row(grid, sheet, best)


def _with_second_row(grid: Grid, sheet: Sheet, header: Header) -> Header:
    """Return the header with the row below it, where that is one of headers too: names in two languages, groups."""
    upper, lower = grid.heads(header.row), grid.heads(header.row + 1)
    said = [one for one in lower if one]
    names = [_both(upper, lower, at) for at in range(max(len(upper), len(lower)))]
    both = _header(sheet, header.row + 1, names)
    known = sum(
        1 for at in both.columns if at < len(lower) and lower[at] and _names(sheet, lower[at], names[at])
    )
    if said and known * 2 >= len(said) and len(both.columns) >= len(header.columns):
        return both
    return header


def _both(upper: list[str], lower: list[str], at: int) -> tuple[str, ...]:
    above = upper[at] if at < len(upper) else ""
    below = lower[at] if at < len(lower) else ""
    return tuple(one for one in (below, above + below, above) if one)


def _names(sheet: Sheet, said: str, names: tuple[str, ...]) -> bool:
    return any(sheet.column(_bare(one)) for one in names if said in one)


def _header(sheet: Sheet, row: int, names: list[tuple[str, ...]]) -> Header:
    header = Header(sheet, row, {}, named={at for at, said in enumerate(names) if any(said)})
    for at, said in enumerate(names):
        offered = [one for one in said if one]
        column = next((found for one in offered if (found := sheet.column(_bare(one)))), None)
        if column is None:
            if offered and not any(sheet.passes_over(one) for one in offered):
                header.unknown[at] = offered[0]
        elif (first := header.index_of(column.path)) is not None:
            if names[first] == said or len(offered) == 1:
                header.twice[at] = first
            else:
                header.unknown[at] = offered[0]
        else:
            header.columns[at] = column
    return header


def _bare(header: str) -> str:
    """A header without what people add to it: a star for required, remarks in brackets."""
    bare = re.sub(
        r"[（(【\[](必填|选填|非必填|单选|多选|可多选|单位.*?|格式.*?|填.*?|如.*?)[)）】\]]", "", header
    )
    return bare.strip("*＊ \n")


def data_rows(grid: Grid, header: Header) -> Iterator[tuple[int, Row]]:
    """Return the rows under the header that say something, with their numbers from one.

    A header that is repeated, as on every printed page, says nothing; nor do sums and whatever else closes a table.
    """
    heads = grid.rows[max(0, header.row - 2) : header.row]
    for number, row in enumerate(grid.rows[header.row :], start=header.row + 1):
        said = [one for one in row if not is_blank(one)]
        if not said or row in heads or _closes(said[0]):
            continue
        if not all(isinstance(one, str) and text_of(one) in _SAYS_HOW_TO_FILL for one in said):
            yield number, row


def closing_rows(grid: Grid, header: Header) -> Iterator[tuple[int, str]]:
    """Return the rows under the header that are no data, as sums are, by number with what they begin with."""
    for number, row in enumerate(grid.rows[header.row :], start=header.row + 1):
        first = next((one for one in row if not is_blank(one)), None)
        if _closes(first):
            yield number, text_of(first)


def cells_without_header(grid: Grid, header: Header) -> Iterator[tuple[int, int, str]]:
    """Return the cells of data over which nothing stands: row from one, column from nought, and text."""
    widest = max((len(row) for row in grid.rows[header.row :]), default=0)
    nameless = [at for at in range(widest) if at not in header.named]
    for number, row in data_rows(grid, header) if nameless else ():
        for at in nameless:
            if at < len(row) and not is_blank(row[at]):
                yield number, at, text_of(row[at])


def _closes(first: Any) -> bool:
    return isinstance(first, str) and _BELOW_DATA.fullmatch(text_of(first)) is not None


def not_known(grid: Grid) -> str:
    """Return what is to be said of a grid that is no sheet of the catalogue."""
    near = nearest_title(grid.title)
    return f"不是目录的工作表，没有读取{f'；是不是“{near}”？' if near else ''}"

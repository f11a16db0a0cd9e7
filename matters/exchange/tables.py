"""From the sheets of a workbook to one catalogue document, as if it had been written in JSON.

A column or a sheet that is not there leaves what is published as it is; a blank cell empties it.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from copy import deepcopy
from typing import Any, Protocol

from matters import enums
from matters.catalogue.kinds import Choice, Whole
from matters.catalogue.parsing import NotACatalogue
from matters.catalogue.reader import Path
from matters.exchange.cells import Names, amount_and_unit, from_national, is_blank, read_cell, text_of
from matters.exchange.grids import (
    Formula,
    Grid,
    Row,
    cells_without_header,
    closing_rows,
    data_rows,
    find_header,
    letter,
    not_known,
    sheet_of,
)
from matters.exchange.placed import Table, TableDocument
from matters.exchange.sheets import BY_PATH, SHEETS, Column, KeyPath, Sheet

Record = dict[str, Any]

CHILDREN = {sheet.path: [one for one in SHEETS if one.path[:-1] == sheet.path] for sheet in SHEETS}
_NO_SHEET = "没有找到目录的工作表：需要一行表头（如“事项编码”“事项名称”）和下面的数据行。"


def _limits(sheet: Sheet) -> list[tuple[Column, Column]]:
    """The columns of a number, each with the next column where that is its unit of time."""
    return [
        (amount, unit)
        for amount, unit in zip(sheet.columns, sheet.columns[1:], strict=False)
        if isinstance(amount.kind, Whole)
        and isinstance(unit.kind, Choice)
        and unit.kind.choices is enums.LimitUnit
    ]


LIMITS = {sheet.path: _limits(sheet) for sheet in SHEETS}


class Stored(Protocol):
    """What the catalogue holds already."""

    def contents(self, section: str, codes: Collection[str]) -> Mapping[str, Record]:
        """Return what is stored under these codes, as a file says it."""

    def names(self) -> Names:
        """Return the codes by the names that people write in their place, by section."""


def read_tables(grids: Sequence[Grid], stored: Stored, hints: Sequence[str] = ()) -> TableDocument:
    """Return the document that these sheets are; whatever is wrong with them as sheets stands in its faults.

    Raises NotACatalogue where no sheet is one of a catalogue, or none has a row.
    """
    return _Reader(stored).read(grids, hints)


class _Reader:
    def __init__(self, stored: Stored) -> None:
        self.stored = stored
        self.document = TableDocument({}, {}, [])
        self.tables: dict[KeyPath, Table] = {}
        self.indexes: dict[KeyPath, int] = {}
        self.owners: dict[KeyPath, dict[tuple[str, ...], Path]] = defaultdict(dict)
        self.formulas: list[tuple[KeyPath, int, Column]] = []
        self.before: dict[tuple[Path, str], list[Record]] = {}  # rows of a list that the file writes anew
        self.names: dict[str, dict[str, str]] = {}

    def read(self, grids: Sequence[Grid], hints: Sequence[str]) -> TableDocument:
        self.document.hints.extend(((), hint) for hint in hints)
        for grid in grids:
            self.take(grid)
        if not self.tables:
            said = "；".join(message for _, message in self.document.hints)
            raise NotACatalogue([f"{_NO_SHEET}{f'（{said}）' if said else ''}"])
        if not any(next(data_rows(one.grid, one.header), None) for one in self.tables.values()):
            raise NotACatalogue(["文件里只有表头，没有数据行。请核对导出的是不是空表。"])
        self.names = self.names_of_file()
        for sheet in SHEETS:
            if sheet.path in self.tables:
                self.section(sheet) if not sheet.owners else self.rows_of_owners(sheet)
        self.name_formulas()
        return self.document

    # Sheets and headers

    def take(self, grid: Grid) -> None:
        """Find out which sheet a grid is, and note what of its header is not known."""
        sheet = sheet_of(grid)
        header = find_header(grid, sheet) if sheet else None
        index = len(self.document.tables)
        if sheet is None or header is None:
            if any(not is_blank(cell) for row in grid.rows for cell in row):
                message = not_known(grid) if sheet is None else "没有找到表头，请核对第一行的列名"
                self.document.hints.append(((), f"{grid.called} {message}"))
            return
        table = Table(grid, header)
        self.document.tables.append(table)
        head = (sheet.section, f"header-{index}")
        self.document.spots[head] = (index, header.row)
        self.document.spots.setdefault((), (index, header.row))
        if sheet.path in self.tables:
            first = self.tables[sheet.path].grid.called
            self.spot_section(sheet.section, head)
            self.fault((sheet.section,), f"{grid.called}与{first}都是“{sheet.title}”，请合并成一张")
            return
        self.tables[sheet.path], self.indexes[sheet.path] = table, index
        self.remark_on_header(table, head)
        self.remark_on_rest(table, index)

    def remark_on_header(self, table: Table, head: Path) -> None:
        header = table.header
        for at, said in header.unknown.items():
            near = table.sheet.nearest(said)
            offer = f"；是不是“{near}”？" if near else ""
            one_line = said.replace("\n", " ")[:40]
            self.document.hints.append((head, f"{letter(at)} 列“{one_line}”不认识，没有导入{offer}"))
        for at, first in header.twice.items():
            self.spot_section(table.sheet.section, head)
            label = header.columns[first].label
            self.fault(
                (table.sheet.section,),
                f"{letter(first)} 列和{letter(at)} 列都是“{label}”，请删去一列",
            )

    def remark_on_rest(self, table: Table, index: int) -> None:
        """Note what stands in a sheet and is not read: cells under no header, sums below the data."""
        for number, said in closing_rows(table.grid, table.header):
            self.hint_at(table, index, number, f"“{said[:20]}”这一行不是数据，没有导入")
        cells = list(cells_without_header(table.grid, table.header))
        if cells:
            number, _, said = cells[0]
            columns = "、".join(letter(at) for at in sorted({at for _, at, _ in cells}))
            many = f"“{said[:20]}”等 {len(cells)} 格" if len(cells) > 1 else f"“{said[:20]}”"
            self.hint_at(
                table, index, number, f"{columns} 列没有列名，{many}没有导入；请补上列名或核对分隔符"
            )

    def hint_at(self, table: Table, index: int, number: int, message: str) -> None:
        path: Path = (table.sheet.section, f"row-{index}-{number}")
        self.document.spots[path] = (index, number)
        self.document.hints.append((path, message))

    def spot_section(self, section: str, head: Path) -> None:
        self.document.spots.setdefault((section,), self.document.spots[head])

    def fault(self, path: Path, message: str) -> None:
        self.document.faults.append((path, message))

    # Rows

    def section(self, sheet: Sheet) -> None:
        """Read the rows of one section of the catalogue, each upon what is stored of it where columns are missing."""
        table = self.tables[sheet.path]
        rows = [
            (number, self.values(table, row, number)) for number, row in data_rows(table.grid, table.header)
        ]
        stored = self.stored_for(sheet, [values.get("code") for _, values in rows])
        records = self.document.value.setdefault(sheet.section, [])
        lacking = self.lacking(sheet) if stored else ""
        for number, values in rows:
            if lacking and str(values.get("code")) not in stored:
                self.unknown(sheet, number, str(values.get("code", "")), lacking)
                continue
            path: Path = (sheet.section, len(records))
            record = self.upon(table, values, stored.get(str(values.get("code"))))
            self.add(records, record, path, sheet, number)
            self.owners[sheet.path].setdefault((str(values.get("code")),), path)

    def lacking(self, sheet: Sheet) -> str:
        """Return which columns and sheets the file would need for something new, if it lacks any."""
        present = {column.path for column in self.tables[sheet.path].own_columns}
        columns = [one.label for one in sheet.columns if one.path not in present and one.is_required]
        sheets = [
            one.title for one in CHILDREN[sheet.path] if one.path not in self.tables and one.is_required
        ]
        return "、".join([*columns, *(f"工作表“{one}”" for one in sheets)])

    def unknown(self, sheet: Sheet, number: int, code: str, lacking: str) -> None:
        """Note a row about something that is not there, of a file that says too little to add it."""
        path: Path = (sheet.section, f"{sheet.path}-{number}")
        self.document.spots[path] = (self.indexes[sheet.path], number)
        self.owners[sheet.path].setdefault((code,), path)
        label = sheet.columns[0].label
        self.fault(path, f"{label}“{code}”目录里没有；请核对编码，如是新增，须补上{lacking}")

    def begin_lists(self, sheet: Sheet, record: Record, path: Path) -> None:
        """Empty the lists of a record whose sheets are there to fill them, and remember what they held."""
        for child in CHILDREN[sheet.path]:
            if child.path in self.tables:
                self.before[(path, child.path[-1])] = record.get(child.path[-1], [])
                record[child.path[-1]] = []

    def rows_of_owners(self, sheet: Sheet) -> None:
        """Read rows that are parts of something: materials of matters, answers of questions."""
        table = self.tables[sheet.path]
        rows = list(data_rows(table.grid, table.header))
        owners = [self.owner(table, row) for _, row in rows]
        if sheet.path[:-1] not in self.tables and len(sheet.owners) == 1:
            self.bring_stored_owners(sheet, [owner[0] for owner in owners])
        for (number, row), owner in zip(rows, owners, strict=True):
            path = self.owners[sheet.path[:-1]].get(owner)
            if path is None:
                self.lost(sheet, number, owner)
                continue
            if isinstance(path[-1], str):
                continue  # its owner was named already
            record = _at(self.document.value, path)
            records = record.setdefault(sheet.path[-1], [])
            here: Path = (*path, sheet.path[-1], len(records))
            values = self.values(table, row, number)
            before = _same(values, self.before.get((path, sheet.path[-1]), []), sheet)
            child = self.upon(table, values, before)
            self.add(records, child, here, sheet, number)
            self.owners[sheet.path].setdefault((*owner, str(values.get(sheet.columns[0].path[0]))), here)

    def owner(self, table: Table, row: Row) -> tuple[str, ...]:
        """Return the codes of what a row is a part of; a name may stand beside a code or in its place."""
        found = [_cell(table, row, column) for column in table.sheet.owners]
        for column in table.sheet.owner_names:
            known = self.names.get(table.sheet.section, {})
            named = found[0] or _cell(table, row, column)
            found[0] = known.get(named, named)
        return tuple(found)

    def bring_stored_owners(self, sheet: Sheet, codes: list[str]) -> None:
        """Take into the document what is stored of the matters whose rows alone the file brings."""
        stored = self.stored.contents(sheet.section, set(codes))
        records = self.document.value.setdefault(sheet.section, [])
        for code in dict.fromkeys(codes):
            if code in stored and (code,) not in self.owners[sheet.path[:-1]]:
                path: Path = (sheet.section, len(records))
                record = deepcopy(stored[code])
                records.append(record)
                self.document.spots[path] = (self.indexes[sheet.path], self.tables[sheet.path].header.row)
                self.owners[sheet.path[:-1]][(code,)] = path
                self.begin_lists(BY_PATH[sheet.path[:-1]], record, path)

    def lost(self, sheet: Sheet, number: int, owner: tuple[str, ...]) -> None:
        """Note a row whose matter (bundle, question) is not there."""
        path: Path = (sheet.section, f"{sheet.path}-{number}")
        self.document.spots[path] = (self.indexes[sheet.path], number)
        column = sheet.owners[-1]
        if not owner[-1]:
            self.fault(path, f"没有填“{column.label}”，不知道属于哪一项")
            return
        place = (
            f"“{self.tables[sheet.path[:-1]].grid.name}”里" if sheet.path[:-1] in self.tables else "目录中"
        )
        self.fault(path, f"{column.label}“{' / '.join(owner)}”在{place}没有，请核对，或先加入")

    def add(self, records: list, record: Record, path: Path, sheet: Sheet, number: int) -> None:
        records.append(record)
        self.document.spots[path] = (self.indexes[sheet.path], number)
        self.begin_lists(sheet, record, path)

    # Values

    def name_formulas(self) -> None:
        """Note the cells whose formulas have no result: nothing is computed here."""
        at = {spot: path for path, spot in self.document.spots.items()}
        for sheet_path, number, column in self.formulas:
            path = at.get((self.indexes[sheet_path], number))
            if path is not None:
                self.fault((*path, *column.path), "公式没有保存结果或结果有误，请把这一格粘贴为数值")

    def values(self, table: Table, row: Row, number: int) -> Record:
        """Return what a row says, as JSON would say it; blank cells are left out."""
        found: Record = {}
        columns = table.header.columns
        cells = {columns[at].path: raw for at, raw in enumerate(row) if at in columns and not is_blank(raw)}
        for amount, unit in LIMITS[table.sheet.path]:
            said = amount_and_unit(cells[amount.path]) if amount.path in cells else None
            if said:
                cells[amount.path] = said[0]
                cells.setdefault(unit.path, said[1])
        for column in table.own_columns:
            if isinstance(cells.get(column.path), Formula):
                self.formulas.append((table.sheet.path, number, column))
            elif column.path in cells:
                said = from_national(cells[column.path], column.field.codes)
                value = read_cell(column.kind, said, self.names)
                if value is not None:
                    _put(found, column.path, value)
        return found

    def upon(self, table: Table, values: Record, before: Record | None) -> Record:
        """Return a row's values with what was there before in the columns and sheets the file does not have."""
        if before is None:
            return values
        present = {column.path for column in table.header.columns.values()}
        for column in table.sheet.columns:
            if column.path not in present and (kept := _get(before, column.path)) is not None:
                _put(values, column.path, kept)
        for child in CHILDREN[table.sheet.path]:
            if child.path[-1] in before:
                values.setdefault(child.path[-1], deepcopy(before[child.path[-1]]))
        return values

    def stored_for(self, sheet: Sheet, codes: list[Any]) -> Mapping[str, Record]:
        """Return what is stored of these codes, where the file does not say everything of them."""
        tables = [self.tables.get(one.path) for one in SHEETS if one.section == sheet.section]
        complete = all(table and table.is_complete for table in tables)
        return (
            {}
            if complete
            else self.stored.contents(sheet.section, {one for one in codes if isinstance(one, str)})
        )

    def names_of_file(self) -> dict[str, dict[str, str]]:
        """Return the codes by name, of the catalogue and of the file itself."""
        names = {section: dict(known) for section, known in self.stored.names().items()}
        for sheet in SHEETS:
            table = self.tables.get(sheet.path)
            if table is None or sheet.owners:
                continue
            at = [table.header.index_of((key,)) for key in ("code", "name")]
            for _, row in data_rows(table.grid, table.header):
                code, name = (text_of(row[one]) if one is not None and one < len(row) else "" for one in at)
                if code and name:
                    names.setdefault(sheet.section, {})[name] = code
        return names


def _same(values: Record, before: list[Record], sheet: Sheet) -> Record | None:
    """Return the row of before that a row is about: the one of the same key, or else of the same first column."""
    for key in ("key", sheet.columns[0].path[0]):
        found = [one for one in before if key in values and one.get(key) == values[key]]
        if len(found) == 1:
            return found[0]
    return None


def _cell(table: Table, row: Row, column: Column) -> str:
    at = table.header.index_of(column.path)
    value = read_cell(column.kind, row[at], {}) if at is not None and at < len(row) else None
    return str(value or "")


def _at(value: Any, path: Path) -> Any:
    for part in path:
        value = value[part]
    return value


def _get(record: Record, path: KeyPath) -> Any:
    value: Any = record
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _put(record: Record, path: KeyPath, value: Any) -> None:
    for key in path[:-1]:
        record = record.setdefault(key, {})
    record[path[-1]] = value

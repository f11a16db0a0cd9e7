"""A workbook as a document whose every row knows in which sheet, row and column it stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from matters.catalogue.reader import Document, Path
from matters.exchange.grids import Grid, Header, letter
from matters.exchange.sheets import SHEETS, Column, KeyPath, Sheet


@dataclass(frozen=True)
class Cell:
    """Where something is to be said: sheet, row, column, and what stands there."""

    sheet: str
    row: int
    column: str
    value: str
    how: Column | None = None
    in_header: bool = False  # the column itself is missing

    @property
    def place(self) -> str:
        return f"“{self.column}”列" if self.how else f"“{self.column}”"


@dataclass
class TableDocument(Document):
    """A workbook as a document: every row knows where it stands."""

    tables: list[Table] = field(default_factory=list)
    spots: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        return self._spot(path)[1]

    def order(self, path: Path) -> tuple[int, ...]:
        table, row, rest = self._spot(path)
        column = self.tables[table].position(rest) if self.tables else 0
        return (table, row, column)

    def where(self, path: Path) -> str:
        if not path or not self.tables:
            return "文件"
        cell = self.cell(path)
        row = f"第 {cell.row} 行{'（表头）' if cell.in_header else ''}"
        return f"{cell.sheet} {row}{f' {cell.place}' if cell.column else ''}"

    def cell(self, path: Path) -> Cell:
        """Return the cell that speaks of a path; of a column that is not there, the header."""
        table, row, rest = self._spot(path)
        return self.tables[table].cell(row, rest)

    def _spot(self, path: Path) -> tuple[int, int, KeyPath]:
        for length in range(len(path), -1, -1):
            if path[:length] in self.spots:
                table, row = self.spots[path[:length]]
                return table, row, tuple(part for part in path[length:] if isinstance(part, str))
        return 0, 1, ()


@dataclass
class Table:
    """A grid that is a sheet of the catalogue, with its header."""

    grid: Grid
    header: Header

    @property
    def sheet(self) -> Sheet:
        return self.header.sheet

    @cached_property
    def own_columns(self) -> list[Column]:
        """The columns of the rows themselves, without those that say of what they are parts."""
        others = {one.path for one in (*self.sheet.owners, *self.sheet.owner_names)}
        return [one for one in self.header.columns.values() if one.path not in others]

    @property
    def is_complete(self) -> bool:
        return len(self.own_columns) == len(self.sheet.columns)

    def position(self, rest: KeyPath) -> int:
        """Return where the column of these keys stands, counted from one; nought where there is none."""
        column = self._column(rest)
        at = self.header.index_of(column.path) if column else None
        return 0 if at is None else at + 1

    def cell(self, row: int, rest: KeyPath) -> Cell:
        """Return the cell of a row under these keys, or the row itself, or the header that lacks the column."""
        column = self._column(rest)
        if column is None:
            return Cell(self.grid.called, row, self._list(rest), "")
        at = self.header.index_of(column.path)
        if at is None:
            return Cell(self.grid.called, self.header.row, column.label, "", column, in_header=True)
        cells = self.grid.texts(row)
        return Cell(
            self.grid.called,
            row,
            f"{column.label}（{letter(at)}）",
            cells[at] if at < len(cells) else "",
            column,
        )

    def _list(self, rest: KeyPath) -> str:
        """The sheet of a list that belongs to a row; nothing where the row itself is meant."""
        if not rest:
            return ""
        path = (*self.sheet.path, *rest[:1])
        return next((one.title for one in SHEETS if one.path == path), "、".join(rest))

    def _column(self, rest: KeyPath) -> Column | None:
        lengths = range(len(rest), 0, -1)
        exact = next((one for length in lengths if (one := self.sheet.column_at(rest[:length]))), None)
        if exact or not rest:
            return exact
        # An inner object (办理结果) has columns for its parts: the first stands for it.
        return next((one for one in self.sheet.columns if one.path[: len(rest)] == rest), None)

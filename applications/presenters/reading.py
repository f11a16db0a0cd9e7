"""The pane in which a task's materials are read one after another, with what colleagues wrote in the margin. No queries here."""

from collections.abc import Sequence
from dataclasses import dataclass

from applications.models import Annotation, Attachment
from applications.presenters.materials import MaterialRow, material_state


@dataclass(frozen=True)
class MarginRow:
    """One material with its annotations."""

    row: MaterialRow
    annotations: Sequence[Annotation]

    @property
    def pk(self) -> int:
        return self.row.pk

    @property
    def name(self) -> str:
        return self.row.name

    @property
    def url(self) -> str:
        return f"?material={self.pk}"

    @property
    def word(self) -> str:
        return material_state(self.row.material)[0]

    @property
    def tone(self) -> str:
        return material_state(self.row.material)[1]

    @property
    def files(self) -> list[Attachment]:
        return list(self.row.material.attachments.all())

    @property
    def open(self) -> list[Annotation]:
        return [each for each in self.annotations if each.resolved_at is None]

    @property
    def resolved(self) -> list[Annotation]:
        return [each for each in self.annotations if each.resolved_at]


@dataclass(frozen=True)
class Reading:
    """The materials of a matter, one of them open."""

    rows: Sequence[MarginRow]
    wanted: int | None

    @property
    def place(self) -> str:
        """Say which of how many is open."""
        return f"第 {self._index + 1} 份，共 {len(self.rows)} 份" if self.rows else ""

    @property
    def chosen(self) -> MarginRow | None:
        return self.rows[self._index] if self.rows else None

    @property
    def previous(self) -> MarginRow | None:
        return self.rows[self._index - 1] if self._index else None

    @property
    def next(self) -> MarginRow | None:
        return self.rows[self._index + 1] if self._index + 1 < len(self.rows) else None

    @property
    def _index(self) -> int:
        """Where the open one stands: the one asked for, else the first with a file, else the first."""
        asked = (index for index, row in enumerate(self.rows) if row.pk == self.wanted)
        with_file = (index for index, row in enumerate(self.rows) if row.files)
        return next(asked, next(with_file, 0))


def reading_of(
    materials: Sequence[MaterialRow], annotations: Sequence[Annotation], *, wanted: int | None
) -> Reading:
    """Return the pane of these materials with `wanted` (a material's id) open, if it is one of them."""
    rows = [MarginRow(row, [each for each in annotations if each.material_id == row.pk]) for row in materials]
    return Reading(rows, wanted)

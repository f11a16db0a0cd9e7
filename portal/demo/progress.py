"""Progress of a long preparation: a bar on a terminal, a line for each step elsewhere."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn


class ProgressReport:
    """Shows the steps it is told of, one after the other: `report(step, done, total)`."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._step: str | None = None
        self._bar: TaskID | None = None

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._progress.stop()

    def __call__(self, step: str, done: int, total: int) -> None:
        """Show that so many of so many parts of a step are done."""
        if step != self._step:
            self._step = step
            self._bar = self._progress.add_task(step, total=total)
            if not self._console.is_terminal:
                self._console.print(f"{step}…")
        if self._bar is not None:
            self._progress.update(self._bar, completed=done, total=total)

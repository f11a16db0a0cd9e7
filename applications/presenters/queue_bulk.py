"""How far a bulk act has come, in words. No queries here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from applications.models import BulkAct, BulkItem


@dataclass(frozen=True)
class BulkRow:
    """One bulk act in the list of one's own."""

    act: BulkAct

    @property
    def url(self) -> str:
        return reverse("queue-bulk-act", args=[self.act.pk])

    @property
    def title(self) -> str:
        to = f"给{self.act.to.name}" if self.act.to else ""
        return f"{self.act.get_kind_display()}{to} {self.act.total} 件"

    @property
    def word(self) -> str:
        return "已办完" if self.act.receipted_at else "进行中"

    @property
    def tone(self) -> str:
        return "success" if self.act.receipted_at else "progress"


@dataclass(frozen=True)
class BulkPage(BulkRow):
    """One bulk act with its progress and what was refused."""

    counted: Mapping[str, int]
    refused: Sequence[BulkItem]

    @property
    def is_over(self) -> bool:
        return self.act.receipted_at is not None

    @property
    def done(self) -> int:
        return self.counted["done"]

    @property
    def worked(self) -> int:
        return self.counted["done"] - self.counted["refused"]

    @property
    def progress(self) -> str:
        """Say how far it has come: `120 / 500`, how many succeeded, how many did not."""
        said = f"已办 {self.done} / {self.act.total} 件，成功 {self.worked} 件"
        return f"{said}，未办成 {len(self.refused)} 件" if self.refused else said

    @property
    def failures(self) -> list[dict[str, Any]]:
        """Return each task that was refused, with the sentence of the single act and where to mend it."""
        return [
            {
                "url": reverse("task", args=[item.task_id]),
                "number": item.task.case.number,
                "applicant": item.task.case.application.applicant.name,
                "what": f"{item.task.case.version.name} · {item.task.step.name}",
                "why": item.refusal,
            }
            for item in self.refused
        ]

"""The materials of an application as the clerk's checklist. No queries here."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from applications.models import Application, ApplicationMaterial, Attachment
from applications.presenters import is_received, size_text, when
from applications.presenters.materials import FREE
from matters.enums import Disposition


def is_asked(material: ApplicationMaterial) -> bool:
    """Return whether the applicant must hand in this material this time."""
    return material.disposition == Disposition.ASK and material.is_required


@dataclass(frozen=True)
class MaterialRow:
    """One material of the checklist."""

    material: ApplicationMaterial
    is_ticked: bool = False
    condition_holds: bool = False
    problems: Sequence[str] = ()

    @property
    def pk(self) -> int:
        return self.material.pk

    @property
    def name(self) -> str:
        return self.material.name

    @property
    def is_free(self) -> bool:
        return self.material.disposition != Disposition.ASK

    @property
    def is_needed(self) -> bool:
        return is_asked(self.material)

    @property
    def state(self) -> str:
        if self.material.disposition in FREE:
            return FREE[Disposition(self.material.disposition)]
        return "received" if is_received(self.material) else "needed"

    @property
    def word(self) -> str:
        if self.material.disposition == Disposition.GENERATED:
            return "系统生成"
        if self.state in ("free", "internal"):
            return "免提交"
        if self.state == "received":
            return "已收"
        return "还缺" if self.is_needed else "不需要" if self.material.condition else "可不交"

    @property
    def tone(self) -> str:
        if self.state != "needed":
            return "success"
        return "warning" if self.is_needed else "neutral"

    @property
    def note(self) -> str:
        if self.material.disposition == Disposition.GENERATED:
            return "按所填内容写成一份申请表，提交时附上，免提交"
        if self.state == "free":
            return "数据共享核验"
        if self.state == "internal":
            return "由前一事项的结果内部流转"
        counts = (("原件", self.material.originals), ("复印件", self.material.copies))
        copies = "、".join(f"{name}{count}份" for name, count in counts if count)
        return "；".join(part for part in (copies, self.material.filling_note) if part)

    @property
    def needed_by(self) -> str:
        return "、".join(self.material.needed_by) if len(self.material.needed_by) > 1 else ""

    @property
    def paper(self) -> str:
        at = self.material.paper_received_at
        return f"{when(at)} 窗口收到纸质" if at else ""

    @property
    def files(self) -> list[dict[str, Any]]:
        return [file_row(each) for each in self.material.attachments.all()]


def file_row(attachment: Attachment) -> dict[str, Any]:
    """Return an attachment for a list of files."""
    return {"pk": attachment.pk, "name": attachment.name, "meta": size_text(attachment.size)}


def material_rows(
    application: Application,
    *,
    ticked: Collection[int] | None = None,
    conditions: Collection[str] | None = None,
    problems: dict[str, list[str]] | None = None,
) -> list[MaterialRow]:
    """Return the checklist; `ticked` and `conditions` are what was just sent, otherwise what is saved."""
    return [
        MaterialRow(
            material,
            is_ticked=material.pk in ticked if ticked is not None else bool(material.paper_received_at),
            condition_holds=material.key in (application.conditions if conditions is None else conditions),
            problems=(problems or {}).get(f"file-{material.pk}", []),
        )
        for material in application.materials.all()
    ]

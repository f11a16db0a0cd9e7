"""The materials of an application, and the files handed in for them. No queries here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from applications.models import Application, ApplicationMaterial, Attachment
from applications.presenters.words import size_text, when
from matters.enums import Disposition

FREE = {Disposition.SHARED: "free", Disposition.INTERNAL: "internal", Disposition.GENERATED: "free"}


def material_state(material: ApplicationMaterial) -> tuple[str, str]:
    """Return the word and the tone for a material row: 需提交, 免提交, 已收."""
    if material.disposition == Disposition.SHARED:
        return "免提交（数据共享）", "success"
    if material.disposition == Disposition.INTERNAL:
        return "免提交（内部流转）", "success"
    if material.disposition == Disposition.GENERATED:
        return "系统生成，免提交", "success"
    if is_received(material):
        return "已收", "success"
    if not material.is_required:
        return "按情形提交" if material.condition else "可不提交", "neutral"
    return "需提交", "warning"


def is_received(material: ApplicationMaterial) -> bool:
    """Return whether a material has come, as a file or on paper."""
    return bool(material.paper_received_at or material.attachments.all())


def missing(application: Application) -> list[ApplicationMaterial]:
    """Return the materials that must still be handed in, of an application read whole."""
    return [
        material
        for material in application.materials.all()
        if material.disposition == Disposition.ASK and material.is_required and not is_received(material)
    ]


@dataclass(frozen=True)
class FileRow:
    """One file as the upload component lists it."""

    name: str
    meta: str = ""
    url: str = ""
    thumb_url: str = ""
    remove_value: int | None = None
    error: str = ""


@dataclass(frozen=True)
class MaterialRow:
    """One material of an application as a page shows it."""

    material: ApplicationMaterial
    rejected: Sequence[Any] = field(default=())

    @property
    def pk(self) -> int:
        return self.material.pk

    @property
    def name(self) -> str:
        return self.material.name

    @property
    def state(self) -> str:
        """A state of the material component."""
        if self.material.disposition in FREE:
            return FREE[Disposition(self.material.disposition)]
        return "received" if is_received(self.material) else "needed"

    @property
    def word(self) -> str:
        word, _ = material_state(self.material)
        if self.material.disposition == Disposition.GENERATED:
            return word
        return "" if self.state in ("free", "internal") else word

    @property
    def note(self) -> str:
        material = self.material
        parts = [f"适用情形：{material.condition}" if material.condition else ""]
        if material.disposition == Disposition.GENERATED:
            parts.append("系统按所填内容写成一份申请表，提交时附上")
        if len(material.needed_by) > 1:
            parts.append(f"{len(material.needed_by)}个事项共用：{'、'.join(material.needed_by)}")
        elif material.needed_by:
            parts.append(f"用于：{material.needed_by[0]}")
        if self.state not in ("free", "internal") and material.filling_note:
            parts.append(material.filling_note)
        return "；".join(part for part in parts if part)

    @property
    def paper(self) -> str:
        return (
            f"纸质材料已于{when(self.material.paper_received_at)}收到"
            if self.material.paper_received_at
            else ""
        )

    @property
    def files(self) -> list[FileRow]:
        return [file_row(each) for each in self.material.attachments.all()]

    @property
    def changeable_files(self) -> list[FileRow]:
        """The files with a button to take each out again, and those just refused."""
        kept = [file_row(each, removable=True) for each in self.material.attachments.all()]
        return kept + [FileRow(each.name, error=each.message) for each in self.rejected]

    @property
    def upload_label(self) -> str:
        return f"上传“{self.name}”"

    @property
    def input_id(self) -> str:
        return f"material-{self.pk}-file"

    @property
    def is_in_error(self) -> bool:
        return bool(self.rejected)


def file_row(attachment: Attachment, *, removable: bool = False) -> FileRow:
    """Return one attachment as the upload component lists it."""
    url = reverse("attachment", args=[attachment.pk])
    is_picture = attachment.content_type.startswith("image/")
    kind = attachment.content_type.rsplit("/", 1)[-1].upper()
    return FileRow(
        name=attachment.name,
        meta=f"{kind} · {size_text(attachment.size)} · {when(attachment.uploaded_at)}上传",
        url=url,
        thumb_url=reverse("attachment-page", args=[attachment.pk, 1]) if is_picture else "",
        remove_value=attachment.pk if removable else None,
    )


class Materials:
    """All materials of an application, divided by what the applicant must do about them."""

    def __init__(self, application: Application, rejected: Mapping[int, Sequence[Any]] | None = None) -> None:
        refused = rejected or {}
        rows = [MaterialRow(each, refused.get(each.pk, ())) for each in application.materials.all()]
        self.rows = rows
        self.asked = [row for row in rows if self._is_asked(row.material)]
        self.situational = [
            row for row in rows if row not in self.asked and row.state not in ("free", "internal")
        ]
        self.free = [row for row in rows if row.state in ("free", "internal")]

    @staticmethod
    def _is_asked(material: ApplicationMaterial) -> bool:
        if material.disposition != Disposition.ASK:
            return False
        return material.is_required or is_received(material)

    @property
    def open(self) -> int:
        """How many must still be handed in."""
        return sum(row.state == "needed" for row in self.asked)

    @property
    def received(self) -> int:
        return sum(row.state == "received" for row in self.asked)

    @property
    def refused(self) -> Iterable[MaterialRow]:
        return [row for row in self.rows if row.is_in_error]


def refused_files(items: Iterable[Any]) -> list[dict[str, str]]:
    """Return the refused files of what a page asks for, as the summary at its top shows them, each with its field."""
    return [
        {"text": f"{row.name}：{row.error}", "href": f"#{item.input_id}"}
        for item in items
        for row in item.new_files
        if row.error
    ]

"""Files handed in: proven by `core.uploads`, private for ever."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from applications import permissions
from applications.enums import ApplicationStatus
from applications.locks import lock_application
from applications.models import ApplicationMaterial, Attachment
from applications.selectors.supplies import awaited_since
from core import audit
from core.errors import Invalid, NotFound, Refusal
from core.models import User
from core.uploads import SUFFIXES, cleaned

FILES_A_MATERIAL = 20
CLOSED = "申请已提交，现在不能更改材料；需要更正时窗口会一次性告知。"
CHANGEABLE = (ApplicationStatus.DRAFT, ApplicationStatus.CORRECTION_OPEN)


def attach(*, material_id: int, upload: UploadedFile, by: User, now: datetime) -> Attachment:
    """Add a file to a material of a draft, of an application under correction, or that a simulated opinion waits for.

    The type is read from the content, never from the name; pictures are re-encoded, so that nothing but the picture
    remains (no position, no script). Raises Invalid for a wrong type, and for a file that is empty, too large or cannot be opened.
    """
    content_type, content = cleaned(upload)
    with transaction.atomic():
        material = _changeable(material_id, by)
        if material.attachments.filter(removed_at=None).count() >= FILES_A_MATERIAL:
            raise Invalid(
                "too_many_files", f"每份材料最多 {FILES_A_MATERIAL} 个文件，请先合并。", field="file"
            )
        name = PurePath(upload.name or "").name[-200:] or "材料"
        return keep(material, name, content_type, content, act="attachment.add", by=by, now=now)


def keep(
    material: ApplicationMaterial,
    name: str,
    content_type: str,
    content: bytes,
    *,
    act: str,
    by: User,
    now: datetime,
) -> Attachment:
    """Write a file under a name that nobody can guess, as an attachment of its material, and `act` on the audit trail."""
    attachment = Attachment(
        material=material,
        name=name,
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_at=now,
        uploaded_by=by,
    )
    attachment.file.save(f"{uuid4().hex}{SUFFIXES[content_type]}", ContentFile(content), save=False)
    attachment.save()
    audit.record(
        by=by,
        now=now,
        act=act,
        on=attachment,
        reference=material.application.number or "",
        material=material.name,
        sha256=attachment.sha256,
    )
    return attachment


@dataclass(frozen=True)
class Rejected:
    """A file that was not taken, and what to do about it."""

    name: str
    message: str


def attach_each(
    *, material_id: int, files: Iterable[UploadedFile], by: User, now: datetime
) -> list[Rejected]:
    """Add every file that may be added; one that is refused keeps no other out. Returns the refused ones."""
    rejected = []
    for upload in files:
        try:
            attach(material_id=material_id, upload=upload, by=by, now=now)
        except Invalid as error:
            rejected.append(Rejected(upload.name or "文件", error.message))
    return rejected


@transaction.atomic
def remove(*, attachment_id: int, by: User, now: datetime) -> None:
    """Take a file out again while the application can be changed; a file once submitted stays on record."""
    attachment = Attachment.objects.filter(pk=attachment_id, removed_at=None).first()
    if attachment is None:
        raise NotFound()
    material = _changeable(attachment.material_id, by)
    if material.application.status == ApplicationStatus.ACCEPTED and attachment.uploaded_at < _awaited(
        material
    ):
        raise Refusal("file_on_record", "这个文件以前已经提交，留作记录，不能移除；可以再上传新的。")
    attachment.removed_at = now
    attachment.save(update_fields=["removed_at"])
    audit.record(
        by=by, now=now, act="attachment.remove", on=attachment, reference=material.application.number or ""
    )


@transaction.atomic
def receive_paper(*, application_id: int, material_ids: set[int], by: User, now: datetime) -> None:
    """Tick which materials were handed over on paper at the counter; the rest of a draft's list is unticked.

    Raises Invalid `unknown_material` for one of another application.
    """
    permissions.require_counter(by)
    application = lock_application(application_id)
    if application.status == ApplicationStatus.DRAFT:
        permissions.require_editing(by, application)
    if application.status not in (*CHANGEABLE, ApplicationStatus.SUBMITTED):
        raise Refusal("materials_closed", "申请已受理或已结束，不能再收取材料。")
    materials = list(application.materials.all())
    if material_ids - {material.pk for material in materials}:
        raise Invalid("unknown_material", "所列材料中有不属于本申请的，请核对。", field="materials")
    for material in materials:
        wanted = material.pk in material_ids
        if wanted and material.paper_received_at is None:
            material.paper_received_at, material.paper_received_by = now, by
        elif not wanted and material.paper_received_at and application.status == ApplicationStatus.DRAFT:
            material.paper_received_at, material.paper_received_by = None, None
        material.save(update_fields=["paper_received_at", "paper_received_by"])
    audit.record(
        by=by,
        now=now,
        act="materials.receive_paper",
        on=application,
        reference=application.number or "",
        materials=sorted(material_ids),
    )


def _changeable(material_id: int, by: User) -> ApplicationMaterial:
    found = (
        ApplicationMaterial.objects.filter(pk=material_id).values_list("application_id", flat=True).first()
    )
    if found is None:
        raise NotFound()
    application = lock_application(found)
    if application.status == ApplicationStatus.DRAFT:
        permissions.require_editing(by, application)
    else:
        permissions.require_answering(by, application)
    material = ApplicationMaterial.objects.get(pk=material_id)
    material.application = application
    if application.status == ApplicationStatus.ACCEPTED:
        _awaited(material)
    elif application.status not in CHANGEABLE:
        raise Refusal("materials_closed", CLOSED)
    return material


def _awaited(material: ApplicationMaterial) -> datetime:
    """Return since when a simulated opinion waits for a material of an accepted application; nothing else is taken."""
    since = awaited_since(material)
    if since is None:
        raise Refusal("materials_closed", CLOSED)
    return since

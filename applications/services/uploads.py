"""Files handed in: hostile until proven otherwise, private for ever."""

import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from uuid import uuid4

import puremagic
import pypdfium2
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from PIL import Image, ImageOps, UnidentifiedImageError

from applications import permissions
from applications.enums import ApplicationStatus
from applications.locks import lock_application
from applications.models import ApplicationMaterial, Attachment
from core import audit
from core.errors import Invalid, NotFound, Refusal
from core.models import User
from core.pdf import one_at_a_time

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
SUFFIXES = {PDF: ".pdf", JPEG: ".jpg", PNG: ".png"}
IMAGE_FORMATS = {JPEG: "JPEG", PNG: "PNG"}
LARGEST_IMAGE_PIXELS = 60_000_000
FILES_A_MATERIAL = 20
CHANGEABLE = (ApplicationStatus.DRAFT, ApplicationStatus.CORRECTION_OPEN)


def attach(*, material_id: int, upload: UploadedFile, by: User, now: datetime) -> Attachment:
    """Add a file to a material of a draft, or of an application under correction.

    The type is read from the content, never from the name; pictures are re-encoded, so that nothing but the picture
    remains (no position, no script). Raises Invalid for a wrong type, and for a file that is empty, too large or cannot be opened.
    """
    content_type, content = _cleaned(upload)
    with transaction.atomic():
        material = _changeable(material_id, by)
        if material.attachments.filter(removed_at=None).count() >= FILES_A_MATERIAL:
            raise Invalid(
                "too_many_files", f"每份材料最多 {FILES_A_MATERIAL} 个文件，请先合并。", field="file"
            )
        attachment = Attachment(
            material=material,
            name=PurePath(upload.name or "").name[-200:] or "材料",
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
            act="attachment.add",
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
    if application.status not in CHANGEABLE:
        raise Refusal("materials_closed", "申请已提交，现在不能更改材料；需要更正时窗口会一次性告知。")
    material = ApplicationMaterial.objects.get(pk=material_id)
    material.application = application
    return material


def _cleaned(upload: UploadedFile) -> tuple[str, bytes]:
    limit = settings.UPLOAD_MAX_BYTES
    if (upload.size or 0) > limit:
        raise Invalid(
            "file_too_large", f"文件超过 {limit // 1024 // 1024} MB，请压缩后再上传。", field="file"
        )
    content = upload.read()
    if not content:
        raise Invalid("file_empty", "这个文件是空的，请重新选择。", field="file")
    content_type = _type_of(content)
    if content_type in IMAGE_FORMATS:
        content = _reencoded(content, IMAGE_FORMATS[content_type])
    else:
        _require_pages(content)
    return content_type, content


def _type_of(content: bytes) -> str:
    try:
        found = puremagic.from_string(content, mime=True)
    except puremagic.PureError:
        found = ""
    if content.startswith(b"%PDF-"):
        found = PDF
    if found not in SUFFIXES:
        raise Invalid("file_type", "只能上传 PDF、JPG 或 PNG 文件；请另存为其中一种再上传。", field="file")
    return found


@one_at_a_time
def _require_pages(content: bytes) -> None:
    """Refuse a PDF that nobody could read: locked by a password, broken, or without a page."""
    try:
        with pypdfium2.PdfDocument(content) as document:
            pages = len(document)
    except pypdfium2.PdfiumError as error:
        # PDFium keeps the code of an earlier failure where a later one sets none: believe it only of an encrypted file
        if error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD and b"/Encrypt" in content:
            raise Invalid(
                "pdf_locked", "这个 PDF 设了打开密码，审核人员看不到内容；请取消密码后再上传。", field="file"
            ) from error
        pages = 0
    if not pages:
        raise Invalid(
            "pdf_broken", "这个 PDF 打不开或没有内容；请重新扫描或另存为 PDF 后再上传。", field="file"
        )


def _reencoded(content: bytes, image_format: str) -> bytes:
    try:
        with Image.open(io.BytesIO(content), formats=[image_format]) as picture:
            if picture.width * picture.height > LARGEST_IMAGE_PIXELS:
                raise Invalid("picture_too_large", "图片尺寸过大，请缩小后再上传。", field="file")
            clean = io.BytesIO()
            _picture_alone(picture, image_format).save(clean, format=image_format)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Invalid(
            "picture_broken", "图片已损坏，无法打开；请重新拍照或扫描后上传。", field="file"
        ) from error
    return clean.getvalue()


def _picture_alone(picture: Image.Image, image_format: str) -> Image.Image:
    """Return the picture upright, without what was written beside it (place, comments, profiles)."""
    upright = ImageOps.exif_transpose(picture)
    alone = upright.convert("RGB" if image_format == "JPEG" else upright.mode)
    alone.info = {key: value for key, value in alone.info.items() if key == "transparency"}
    return alone

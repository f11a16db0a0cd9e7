"""Files that people send: hostile until proven otherwise. Only PDF, JPEG and PNG come in."""

import io

import puremagic
import pypdfium2
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from PIL import Image, ImageOps, UnidentifiedImageError

from core.errors import Invalid
from core.pdf import one_at_a_time

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
SUFFIXES = {PDF: ".pdf", JPEG: ".jpg", PNG: ".png"}
IMAGE_FORMATS = {JPEG: "JPEG", PNG: "PNG"}
LARGEST_IMAGE_PIXELS = 60_000_000


def cleaned(upload: UploadedFile) -> tuple[str, bytes]:
    """Return the true type of a file and its content; a picture comes back re-encoded, so that nothing but it remains.

    The type is read from the content, never from the name. Raises Invalid for a wrong type, and for a file that is
    empty, too large or cannot be opened.
    """
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

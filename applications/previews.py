"""Pictures of what was handed in: staff look at pages, and nothing of the file itself runs in their browser."""

import io
from dataclasses import dataclass

import pypdfium2
from django.core.files.base import File
from PIL import Image, UnidentifiedImageError

from applications.models import Attachment
from core.errors import NotFound, Refusal
from core.pdf import one_at_a_time
from core.uploads import PDF

WIDTH = 1200
SMALL = 320
MOST_PAGES = 30


@dataclass(frozen=True)
class Preview:
    """How many pages of a file can be looked at, and whether there are more."""

    pages: range
    has_more: bool


class Unreadable(Refusal):
    """The file cannot be drawn; it can still be downloaded."""

    status = 422

    def __init__(self) -> None:
        super().__init__("preview_unreadable", "这个文件无法预览，请下载后查看；确实打不开的，请列入补正。")


@one_at_a_time
def preview_of(attachment: Attachment) -> Preview:
    """Return which pages of a file can be drawn; raises Unreadable for a broken one."""
    if attachment.content_type != PDF:
        return Preview(range(1, 2), has_more=False)
    with attachment.file.open() as file:
        count = len(_document(file))
    if not count:
        raise Unreadable
    return Preview(range(1, min(count, MOST_PAGES) + 1), has_more=count > MOST_PAGES)


def draw_page(attachment: Attachment, number: int) -> bytes:
    """Return one page (from 1) as a JPEG no wider than WIDTH; raises NotFound beyond the last, Unreadable if broken."""
    with attachment.file.open() as file:
        picture = _pdf_page(file, number) if attachment.content_type == PDF else _picture(file, number)
    drawn = io.BytesIO()
    picture.convert("RGB").save(drawn, format="JPEG", quality=85)
    return drawn.getvalue()


def draw_small(file: File) -> bytes:
    """Return a picture as a JPEG no wider than SMALL; raises Unreadable if it is broken."""
    with file.open() as opened:
        picture = _picture(opened, 1)
    picture.thumbnail((SMALL, SMALL))
    drawn = io.BytesIO()
    picture.convert("RGB").save(drawn, format="JPEG", quality=80)
    return drawn.getvalue()


@one_at_a_time
def _pdf_page(file: File, number: int) -> Image.Image:
    document = _document(file)
    if not 1 <= number <= min(len(document), MOST_PAGES):
        raise NotFound("这个文件没有这一页。")
    try:
        page = document[number - 1]
        width, height = page.get_size()
        scale = WIDTH / max(width, height, 1)
        return page.render(scale=scale).to_pil().convert("RGB")
    except (pypdfium2.PdfiumError, ValueError, MemoryError) as error:
        raise Unreadable from error


def _picture(file: File, number: int) -> Image.Image:
    if number != 1:
        raise NotFound("图片只有一页。")
    try:
        picture = Image.open(file)
        picture.thumbnail((WIDTH, WIDTH * 2))
        picture.load()  # a small picture is not read by the line above, and the file closes
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise Unreadable from error
    return picture


def _document(file: File) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(file.read())
    except (pypdfium2.PdfiumError, ValueError) as error:
        raise Unreadable from error

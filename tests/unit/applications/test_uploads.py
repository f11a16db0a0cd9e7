"""Files handed in: believed by their content, cleaned, private, and lost by nobody's mistake."""

import io
import zlib

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from applications.items import Item
from applications.models import Attachment
from applications.services import corrections, filing, uploads
from core.models import AuditEntry
from portal.demo.papers import sample_paper
from tests.proof import everything, refused

ORIENTATION, GPS = 0x0112, 0x8825


@pytest.fixture
def material(world):
    """The first material of a web draft; nobody has handed it in."""
    draft = world.draft()
    material = draft.materials.filter(disposition="ask").order_by("order").first()
    material.attachments.all().delete()
    return material


def attach(world, material, content: bytes, name="材料.pdf", by=None):
    return uploads.attach(
        material_id=material.pk,
        upload=SimpleUploadedFile(name, content),
        by=by or world.citizen.user,
        now=world.now(),
    )


def picture(image_format: str, size=(40, 20), **how) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, "navy").save(made, format=image_format, **how)
    return made.getvalue()


def kept(attachment) -> bytes:
    with attachment.file.open() as file:
        return file.read()


def png_claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes that unpacks to that many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x01\x00\x00\x00\x00"
    rows = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def locked_pdf() -> bytes:
    """A PDF that only opens with a password nobody knows."""
    lock = b"<</Filter/Standard/V 1/R 2/P -1/O(" + b"o" * 32 + b")/U(" + b"u" * 32 + b")>>"
    body = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\n"
    )
    ids = b"/ID[<00112233445566778899aabbccddeeff><00112233445566778899aabbccddeeff>]"
    return body + b"3 0 obj" + lock + b"endobj\ntrailer<</Root 1 0 R/Encrypt 3 0 R" + ids + b">>\n%%EOF\n"


def pdf_without_pages() -> bytes:
    made = io.BytesIO()
    with pypdfium2.PdfDocument.new() as empty:
        empty.save(made)
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "content_type", "suffix"),
    [
        (sample_paper("材料"), "执照.pdf", "application/pdf", ".pdf"),
        (picture("JPEG"), "照片.jpg", "image/jpeg", ".jpg"),
        (picture("PNG"), "截图.png", "image/png", ".png"),
        (picture("PNG"), "其实是图.pdf", "image/png", ".png"),
        (sample_paper("材料"), "../../etc/passwd", "application/pdf", ".pdf"),
        (sample_paper("材料"), "evil.html", "application/pdf", ".pdf"),
    ],
    ids=["pdf", "jpeg", "png", "png named pdf", "pdf named as a path", "pdf named html"],
)
def test_attach_believes_the_content_not_the_name(world, material, content, name, content_type, suffix):
    attachment = attach(world, material, content, name)

    assert attachment.content_type == content_type
    assert attachment.file.name.endswith(suffix)
    assert "/" not in attachment.name
    assert "passwd" not in attachment.file.name
    assert attachment.size == len(kept(attachment))
    assert AuditEntry.objects.filter(act="attachment.add", record_id=str(attachment.pk)).count() == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"MZ\x90\x00" + b"\0" * 200, "file_type"),
        (b"\x7fELF" + b"\0" * 200, "file_type"),
        (b"#!/bin/sh\necho hi\n", "file_type"),
        (b"<!doctype html><script>alert(1)</script>", "file_type"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "file_type"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "file_type"),
        (b"GIF89a" + b"\0" * 40, "file_type"),
        (b"PK\x03\x04" + b"\0" * 40, "file_type"),
        (b"<html>" + sample_paper("材料"), "file_type"),
        (b"\x89PNG\r\n\x1a\n" + b"not a picture", "picture_broken"),
        (picture("PNG")[:60], "picture_broken"),
        (b"\xff\xd8\xff\xe0" + b"<script>" * 20, "picture_broken"),
        (png_claiming(10_000, 7_000), "picture_too_large"),
        (png_claiming(60_000, 60_000), "picture_broken"),
        (b"%PDF-1.4\nhello", "pdf_broken"),
        (pdf_without_pages(), "pdf_broken"),
        (locked_pdf(), "pdf_locked"),
    ],
    ids=[
        *("zero bytes", "exe", "elf", "script", "html", "svg", "xml svg", "gif", "zip", "html before pdf"),
        *("png header only", "png cut off", "jpeg header only", "bomb", "larger bomb"),
        *("pdf header only", "pdf without pages", "pdf with a password"),
    ],
)
def test_attach_refuses(world, material, content, code):
    with refused(code):
        attach(world, material, content)


def test_attach_refuses_what_is_too_large(world, material, settings):
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    with refused("file_too_large") as caught:
        attach(world, material, sample_paper("材料") + b"\0" * 1024 * 1024)
    assert "1 MB" in caught.refusal.message


def test_attach_keeps_nothing_but_the_picture(world, material):
    """Where a photo was taken, what somebody wrote into it, and whatever is glued behind it."""
    exif = Image.Exif()
    exif[GPS] = {1: "N", 2: (29.0, 58.0, 0.0)}
    exif[0x010E] = "SECRET-PLACE"
    jpeg = picture(
        "JPEG",
        exif=exif.tobytes(),
        comment=b"<script>SECRET</script>",
        xmp=b"<x:xmpmeta>SECRET</x:xmpmeta>",
        icc_profile=b"SECRET-PROFILE",
    )
    text = PngInfo()
    text.add_text("Comment", "SECRET")
    png = picture("PNG", pnginfo=text, exif=exif.tobytes(), icc_profile=b"SECRET-PROFILE")
    for content in (jpeg, png):
        attachment = attach(world, material, content + b"<script>SECRET</script><?php SECRET ?>")
        clean = kept(attachment)
        assert b"SECRET" not in clean
        with Image.open(io.BytesIO(clean)) as shown:
            assert not shown.getexif()
            assert shown.size == (40, 20)
            assert not {"comment", "xmp", "exif", "icc_profile", "Comment"} & set(shown.info)


def test_attach_turns_a_photo_upright_before_it_forgets_how_it_was_held(world, material):
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    attachment = attach(world, material, picture("JPEG", exif=exif.tobytes()))

    with Image.open(io.BytesIO(kept(attachment))) as shown:
        assert shown.size == (20, 40)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "LA", "I;16"])
def test_attach_takes_pictures_of_every_mode(world, material, mode):
    made = io.BytesIO()
    Image.new(mode, (8, 8)).save(made, format="PNG")

    assert attach(world, material, made.getvalue()).content_type == "image/png"


def test_attach_takes_a_photo_in_printers_colours(world, material):
    made = io.BytesIO()
    Image.new("CMYK", (8, 8)).save(made, format="JPEG")

    assert attach(world, material, made.getvalue()).content_type == "image/jpeg"


def test_attach_at_most_twenty_files(world, material):
    for _ in range(uploads.FILES_A_MATERIAL):
        attach(world, material, picture("PNG"))
    with refused("too_many_files"):
        attach(world, material, picture("PNG"))


def test_attach_each_keeps_the_good_ones(world, material):
    files = [
        SimpleUploadedFile(name, content)
        for name, content in (("甲.png", picture("PNG")), ("乙.exe", b"MZ"), ("丙.pdf", sample_paper("丙")))
    ]
    (rejected,) = uploads.attach_each(
        material_id=material.pk, files=files, by=world.citizen.user, now=world.now()
    )

    assert rejected.name == "乙.exe"
    assert rejected.message
    assert [each.name for each in material.attachments.all()] == ["甲.png", "丙.pdf"]


def test_attach_and_remove_are_closed_after_submission(world, material):
    attachment = attach(world, material, picture("PNG"))
    filing.submit(application_id=material.application_id, by=world.citizen.user, now=world.now())

    with refused("materials_closed"):
        attach(world, material, picture("PNG"))
    with refused("materials_closed"):
        uploads.remove(attachment_id=attachment.pk, by=world.citizen.user, now=world.now())


def test_attach_is_open_again_under_correction(world, material):
    attach(world, material, picture("PNG"))
    filing.submit(application_id=material.application_id, by=world.citizen.user, now=world.now())
    corrections.ask(
        application_id=material.application_id,
        items=[Item("材料", "不清楚", material_id=material.pk)],
        by=world.clerk,
        now=world.now(),
    )
    assert attach(world, material, picture("PNG")).pk


def test_attach_to_another_persons_application_finds_nothing(world, material):
    with refused("not_found"):
        attach(world, material, picture("PNG"), by=world.other_citizen.user)
    with refused("not_found"):
        uploads.attach(
            material_id=999_999,
            upload=SimpleUploadedFile("a.png", picture("PNG")),
            by=world.citizen.user,
            now=world.now(),
        )


def test_remove_hides_the_file_and_is_done_once(world, material):
    attachment = attach(world, material, picture("PNG"))
    uploads.remove(attachment_id=attachment.pk, by=world.citizen.user, now=world.now())
    assert Attachment.objects.get(pk=attachment.pk).removed_at

    with refused("not_found"):
        uploads.remove(attachment_id=attachment.pk, by=world.citizen.user, now=world.now())
    assert filing.missing_materials(material.application) == [material.name]


def test_receive_paper_ticks_and_unticks_in_a_draft(world):
    draft = world.draft("SCJG-009", at_counter=True)
    first, *rest = draft.materials.exclude(paper_received_at=None)
    uploads.receive_paper(
        application_id=draft.pk, material_ids={each.pk for each in rest}, by=world.clerk2, now=world.now()
    )
    first.refresh_from_db()
    assert (first.paper_received_at, first.paper_received_by) == (None, None)
    assert {each.paper_received_by for each in draft.materials.filter(pk__in=[r.pk for r in rest])} == {
        world.clerk
    }


def test_receive_paper_is_closed_after_acceptance(world):
    application = world.accepted("SCJG-009", at_counter=True)
    with refused("materials_closed"):
        uploads.receive_paper(
            application_id=application.pk, material_ids=set(), by=world.clerk, now=world.now()
        )


def test_a_refused_upload_leaves_the_draft_as_it_was(world, material):
    attach(world, material, picture("PNG"))
    before = everything()
    with refused("file_type"):
        attach(world, material, b"MZ")
    assert everything() == before

"""Looking at what was handed in, page by page."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from applications.models import Attachment
from applications.services import uploads
from core.models import AuditEntry


@pytest.fixture
def desk(world):
    """The clerk's signed-in browser."""
    return world.client(world.clerk)


def png() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(drawn, "PNG")
    return drawn.getvalue()


def pdf(pages: int) -> bytes:
    drawn = io.BytesIO()
    first, *rest = [Image.new("RGB", (60, 80), "white") for _ in range(pages)]
    first.save(drawn, "PDF", save_all=True, append_images=rest)
    return drawn.getvalue()


def attached(world, name, content):
    draft = world.draft("SCJG-009")
    material = draft.materials.filter(disposition="ask").first()
    upload = SimpleUploadedFile(name, content)
    file = uploads.attach(material_id=material.pk, upload=upload, by=draft.created_by, now=world.now())
    world.road.submit(draft)
    return file


def status(client, path):
    response = client.get(path)
    b"".join(response)  # a file is closed when it has been sent
    return response.status_code


@pytest.mark.parametrize(("name", "content", "pages"), [("图.png", png(), 1), ("三页.pdf", pdf(3), 3)])
def test_preview_draws_every_page_as_a_picture(world, desk, name, content, pages):
    file = attached(world, name, content)

    page = desk.get(f"/attachments/{file.pk}/preview/").content.decode()
    picture = desk.get(f"/attachments/{file.pk}/pages/{pages}/")

    assert page.count("preview__page") == pages
    assert picture["Content-Type"] == "image/jpeg"
    assert Image.open(io.BytesIO(picture.content)).format == "JPEG"
    assert desk.get(f"/attachments/{file.pk}/pages/{pages + 1}/").status_code == 404


def test_preview_of_a_broken_pdf_says_what_to_do(world, desk):
    file = attached(world, "坏.pdf", pdf(1))
    Path(file.file.path).write_bytes(
        b"%PDF-1.4\nnothing follows"
    )  # broken on our side: a broken one is not taken

    assert "无法预览" in desk.get(f"/attachments/{file.pk}/preview/").content.decode()
    assert desk.get(f"/attachments/{file.pk}/pages/1/").status_code == 422


def test_preview_of_somebody_elses_file_does_not_exist(world):
    file = attached(world, "图.png", png())

    stranger = world.client(world.other_citizen.user)

    assert stranger.get(f"/attachments/{file.pk}/preview/").status_code == 404
    assert stranger.get(f"/attachments/{file.pk}/pages/1/").status_code == 404


def test_preview_offers_the_file_itself_to_be_kept(world, desk):
    file = attached(world, "图.png", png())
    link = f"/attachments/{file.pk}/?download"

    assert f'href="{link}"' in desk.get(f"/attachments/{file.pk}/preview/").content.decode()
    for path, kind in ((link, "attachment"), (f"/attachments/{file.pk}/", "inline")):
        response = desk.get(path)
        assert b"".join(response) == png()
        assert response["Content-Disposition"].startswith(kind)


def test_preview_is_put_on_record(world, desk):
    file = attached(world, "图.png", png())

    desk.get(f"/attachments/{file.pk}/preview/")

    assert AuditEntry.objects.filter(act="attachment.read", actor=world.clerk).count() == 1


def test_files_of_another_departments_matter_in_a_bundle_do_not_exist(world):
    application = world.accepted("B08")
    registration, card = (
        Attachment.objects.get(material__application=application, material__name=name)
        for name in ("预防接种建档信息表", "社会保障卡申领登记表")
    )
    reviewer, clerk = world.client(world.reviewer("RSJ")), world.client(world.clerk)

    for path in ("", "preview/", "pages/1/"):
        assert status(reviewer, f"/attachments/{card.pk}/{path}") == 200
        assert status(reviewer, f"/attachments/{registration.pk}/{path}") == 404
        assert status(clerk, f"/attachments/{registration.pk}/{path}") == 200

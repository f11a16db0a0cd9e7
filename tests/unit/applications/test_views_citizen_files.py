"""Documents and attachments: who may open them, and how they are sent."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from applications.models import Attachment
from applications.services import uploads
from core import clock
from core.models import AuditEntry, OfficialDocument
from portal.demo.papers import sample_paper


@pytest.fixture
def citizen(world):
    return world.client(world.citizen.user)


def body(response):
    return b"".join(response.streaming_content)


def receipt(world):
    return OfficialDocument.objects.get(reference=world.submitted("SCJG-001").number)


def test_document_is_a_pdf_shown_inline_and_kept_by_no_cache(citizen, world):
    response = citizen.get(f"/documents/{receipt(world).pk}/")
    assert response.status_code == 200
    assert body(response).startswith(b"%PDF-")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("inline")
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].endswith("sandbox")


def test_document_of_someone_else_does_not_exist(world):
    document = receipt(world)
    for viewer in (world.other_citizen.user, world.reviewer("GAJ")):
        assert world.client(viewer).get(f"/documents/{document.pk}/").status_code == 404
    assert world.client().get(f"/documents/{document.pk}/").status_code == 302


def test_document_opened_by_staff_leaves_a_trace_and_by_the_applicant_none(citizen, world):
    document = receipt(world)
    body(citizen.get(f"/documents/{document.pk}/"))
    assert not AuditEntry.objects.filter(act="officialdocument.read").exists()
    body(world.client(world.clerk).get(f"/documents/{document.pk}/"))
    entry = AuditEntry.objects.get(act="officialdocument.read")
    assert (entry.actor, entry.reference) == (world.clerk, document.reference)


def hand_in(world, name, content=None):
    from tests.unit.applications.test_views_citizen_drafts import picture

    draft = world.draft("SCJG-001")
    upload = SimpleUploadedFile(name, content) if content else picture(name)
    return uploads.attach(
        material_id=draft.materials.filter(disposition="ask").first().pk,
        upload=upload,
        by=world.citizen.user,
        now=clock.now(),
    )


def test_attachment_picture_is_shown_in_a_sandbox(citizen, world):
    response = citizen.get(f"/attachments/{hand_in(world, '照片.jpg').pk}/")
    assert response["Content-Type"] == "image/jpeg"
    assert response["Content-Disposition"].startswith("inline")
    assert response["Content-Security-Policy"].endswith("sandbox")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert body(response).startswith(b"\xff\xd8")


def test_attachment_goes_out_under_its_true_suffix(citizen, world):
    attachment = hand_in(world, "invoice.html", sample_paper("票据") + b"<script>alert(1)</script>")
    response = citizen.get(f"/attachments/{attachment.pk}/")
    assert response["Content-Type"] == "application/pdf"
    assert 'filename="invoice.pdf"' in response["Content-Disposition"]
    assert body(response).startswith(b"%PDF-")


def test_attachment_of_someone_else_does_not_exist(world):
    attachment = hand_in(world, "照片.jpg")
    for viewer in (world.other_citizen.user, world.clerk, world.supervisor):
        assert world.client(viewer).get(f"/attachments/{attachment.pk}/").status_code == 404


def test_attachment_taken_out_does_not_exist(citizen, world):
    attachment = hand_in(world, "照片.jpg")
    uploads.remove(attachment_id=attachment.pk, by=world.citizen.user, now=clock.now())
    assert citizen.get(f"/attachments/{attachment.pk}/").status_code == 404


def test_attachment_opened_by_staff_leaves_a_trace(world):
    application = world.submitted("SCJG-001")
    attachment = Attachment.objects.filter(material__application=application).first()
    body(world.client(world.clerk).get(f"/attachments/{attachment.pk}/"))
    assert AuditEntry.objects.get(act="attachment.read").reference == application.number


def test_attachment_that_the_storage_lost_is_a_clear_answer(citizen, world):
    attachment = hand_in(world, "照片.jpg")
    attachment.file.storage.delete(attachment.file.name)
    response = citizen.get(f"/attachments/{attachment.pk}/")
    assert response.status_code == 404
    assert "文件暂时读取不到" in response.content.decode()


@pytest.mark.parametrize("path", ["/documents/999999999999999999999/", "/attachments/0/"])
def test_unknown_files_do_not_exist(citizen, path):
    assert citizen.get(path).status_code == 404

"""Documents and attachments over the API: as on the pages, and staff leave a trace."""

from applications.models import Attachment
from core.models import AuditEntry
from tests.api import PDF, Api


def test_documents_are_listed_and_downloaded(world):
    application = world.closed("SCJG-001")
    api = Api(world.citizen.user)

    papers = api.get(f"applications/{application.pk}/documents/").json()

    assert [paper["kind"] for paper in papers][:2] == ["receipt", "acceptance"]
    for paper in papers:
        answer = api.client.get(paper["file"], headers=api.headers)
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    assert not AuditEntry.objects.filter(act="officialdocument.read").exists()


def test_document_read_by_staff_leaves_a_trace(world):
    application = world.submitted()
    api = Api(world.clerk)
    paper = api.get(f"applications/{application.pk}/documents/").json()[0]

    answer = api.get(f"documents/{paper['id']}/file/")
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")

    trace = AuditEntry.objects.get(act="officialdocument.read")
    assert (trace.actor, trace.reference) == (world.clerk, application.number)


def test_attachment_is_given_back_as_it_came(world):
    material = world.draft().materials.filter(disposition="ask").first()
    api = Api(world.citizen.user)
    attachment = api.upload(f"materials/{material.pk}/files/").json()

    answer = api.get(f"attachments/{attachment['id']}/file/")

    assert b"".join(answer.streaming_content) == PDF
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_attachment_that_was_removed_is_gone(world):
    draft = world.draft()
    attachment = Attachment.objects.filter(material__application=draft).first()
    api = Api(world.citizen.user)
    assert api.delete(f"attachments/{attachment.pk}/").status_code == 204

    assert api.get(f"attachments/{attachment.pk}/file/").status_code == 404
    assert api.delete(f"attachments/{attachment.pk}/").status_code == 404

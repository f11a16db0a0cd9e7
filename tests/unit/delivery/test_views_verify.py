"""Verification: big and plain, for anybody, telling no more than it must."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.models import OfficialDocument
from core.services import documents
from delivery.views import verify


@pytest.fixture
def client(world):
    """Somebody whose tries nobody has counted yet."""
    client = world.client()
    client.defaults["REMOTE_ADDR"] = str(uuid.uuid4())
    return client


@pytest.fixture
def document(world):
    return world.ready("SCJG-001").cases.get().certificate.document


def text(response):
    return response.content.decode()


def test_document_in_force_is_valid_for_anybody(client, document):
    response = client.get(f"/verify/{document.verify_token}/")

    page = text(response)
    assert response.status_code == 200
    assert 'class="verdict verdict--valid"' in page
    assert document.number in page
    assert document.issuer["name"] in page


def test_document_shows_its_holder_masked_and_nothing_else_of_them(world, client, document):
    page = text(client.get(f"/verify/{document.verify_token}/"))

    applicant = world.citizen
    assert "陈*岚" in page
    for secret in (applicant.name, applicant.id_number, applicant.phone, applicant.address):
        assert secret not in page


def test_document_of_a_company_shows_its_whole_name_and_says_nothing_is_hidden(world, client):
    document = world.ready("SCJG-007", applicant=world.company).cases.get().certificate.document
    page = text(client.get(f"/verify/{document.verify_token}/"))

    assert world.company.name in page
    assert "只显示一部分" not in page


def test_document_of_a_person_says_that_the_name_is_partly_hidden(client, document):
    assert "姓名只显示一部分" in text(client.get(f"/verify/{document.verify_token}/"))


def test_document_revoked_is_invalid_with_the_reason(world, client, document):
    documents.revoke(document=document, reason="以欺骗手段取得", by=None, now=world.now())
    page = text(client.get(f"/verify/{document.verify_token}/"))

    assert 'class="verdict verdict--invalid"' in page
    assert "以欺骗手段取得" in page
    assert "撤销" in page


def test_document_past_its_validity_is_invalid(world, client, document):
    type(document).objects.filter(pk=document.pk).update(data={**document.data, "valid_until": "2026-09-13"})
    page = text(client.get(f"/verify/{document.verify_token}/"))

    assert 'class="verdict verdict--invalid"' in page
    assert "有效期已于2026年9月13日届满" in page


@pytest.mark.parametrize("token", ["abc", "无", "A" * 200, "a%20b", "%00"])
def test_document_unknown_is_invalid_and_says_no_more(client, token):
    response = client.get(f"/verify/{token}/")

    assert response.status_code == 404
    assert "没有查到这份文书" in text(response)


@pytest.mark.parametrize("code", ["{token}", " {token} ", "http://localhost:8000/verify/{token}/"])
def test_verify_leads_from_a_code_or_an_address_to_the_document(client, document, code):
    response = client.get("/verify/", {"code": code.format(token=document.verify_token)})

    assert response.url == f"/verify/{document.verify_token}/"


@pytest.mark.parametrize("code", ["a/b", "../../", "http://", "http://[", "\x00", "无 效", "-"])
def test_verify_with_nonsense_leads_to_the_page_that_says_invalid(client, code):
    response = client.get("/verify/", {"code": code}, follow=True)

    assert response.status_code in (404, 422)
    assert "无效" in text(response) or "核验码" in text(response)


def test_verify_without_a_code_asks_for_it(client):
    response = client.get("/verify/", {"code": ""})

    assert response.status_code == 422
    assert "请输入核验码" in text(response)


def test_document_slows_down_whoever_guesses(client, monkeypatch):
    monkeypatch.setattr(verify, "TRIES", 2)
    answers = [client.get(f"/verify/guess{n}/") for n in range(3)]

    assert [each.status_code for each in answers] == [404, 404, 429]
    assert answers[-1]["Retry-After"] == str(verify.SECONDS)


@pytest.mark.parametrize(("changed", "words"), [(b"", "与原件一致"), (b"x", "与原件不一致")])
def test_document_compares_a_file_with_the_original(world, client, document, changed, words):
    original = documents.ensure_rendered(document=document, now=world.now())
    with original.file.open() as file:
        content = file.read() + changed
    response = client.post(
        f"/verify/{document.verify_token}/", {"file": SimpleUploadedFile("证.pdf", content)}
    )

    assert words in text(response)


def test_document_not_drawn_yet_is_not_called_another(client, document):
    slip = OfficialDocument.objects.filter(reference=document.reference, receipted_at=None).first()
    response = client.post(
        f"/verify/{slip.verify_token}/", {"file": SimpleUploadedFile("证.pdf", b"%PDF-1.4")}
    )

    assert "原件正在生成" in text(response)


def test_document_compared_without_a_file_asks_for_one(client, document):
    response = client.post(f"/verify/{document.verify_token}/")

    assert response.status_code == 422
    assert "请选择要比对的 PDF 文件" in text(response)

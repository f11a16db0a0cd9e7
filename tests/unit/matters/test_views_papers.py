"""What can be carried away: QR codes, the leaflet, forms, the book; public, and safe to open."""

import io
from datetime import timedelta

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.urls import reverse
from PIL import Image

from core.errors import Forbidden, Invalid, NotFound, Refusal
from matters.enums import MatterState, Role
from matters.models import Department, GuideBook, GuideFile, Matter
from matters.selectors import matter_for_guide
from matters.selectors.papers import file_of_guide
from matters.services import guide_books, guide_files
from tests.unit.matters.conftest import NOW
from tests.unit.matters.test_views_situations import text_of
from tests.world import forget_cached

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_was_here_before():
    forget_cached()


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def pages(pdf: bytes) -> int:
    with pypdfium2.PdfDocument(pdf) as document:
        return len(document)


def sent(client, path: str) -> HttpResponse:
    """Read a file to its end, as a browser does, so that it is closed."""
    response = client.get(path)
    assert response.status_code == 200
    return HttpResponse(b"".join(response.streaming_content), headers=response.headers)


# --- QR -----------------------------------------------------------------------------------------------------------
def test_qr_leads_to_the_address_that_never_changes(client, loaded, load, small, settings):
    settings.PUBLIC_URL = "https://portal.example"
    before = client.get("/matters/A-1/qr.svg").content
    small["matters"][0]["fee"] = "10元"
    load(small)
    assert Matter.objects.get(code="A-1").current.number == 2
    assert client.get("/matters/A-1/qr.svg").content == before
    settings.PUBLIC_URL = "https://other.example"
    assert client.get("/matters/A-1/qr.svg").content != before


def test_qr_comes_as_drawing_and_as_picture(client, loaded):
    drawing = client.get("/matters/A-1/qr.svg")
    assert (drawing["Content-Type"], drawing.content[:5]) == ("image/svg+xml", b"<?xml")
    picture = client.get("/bundles/BUN/qr.png?download")
    assert picture["Content-Type"] == "image/png"
    assert picture["Content-Disposition"].startswith("attachment")
    assert Image.open(io.BytesIO(picture.content)).width > 300
    assert client.get("/matters/A-1/qr.gif").status_code == 404
    assert client.get("/matters/NOPE/qr.svg").status_code == 404


# --- leaflet ------------------------------------------------------------------------------------------------------
def test_leaflet_is_one_page_that_says_what_counts(client, demo):
    response = client.get("/matters/SCJG-001/leaflet.pdf")
    assert pages(response.content) == 1
    said = text_of(response.content)
    for words in (
        "公司设立登记",
        "注册公司、领营业执照",
        "1次",
        "当场办结",
        "公司章程",
        "第1版",
        "/matters/SCJG-001/",
    ):
        assert words in said


@pytest.mark.parametrize("count", [1, 8, 60])
def test_leaflet_stays_one_page_however_much_is_asked(client, load, small, count):
    one = small["matters"][0]["materials"][0] | {"filling_note": "须写明全部经营项目、设备与人员情况" * 4}
    small["matters"][0]["materials"] = [
        one | {"name": f"第{n}种材料的很长的名字", "key": f"K{n}"} for n in range(count)
    ]
    load(small)
    pdf = client.get("/matters/A-1/leaflet.pdf").content
    assert pages(pdf) == 1
    assert ("扫码看全部" in text_of(pdf)) is (count == 60)


# --- blank forms --------------------------------------------------------------------------------------------------
def test_blank_form_is_made_from_the_guide(client, loaded):
    response = client.get("/matters/A-1/forms/1.pdf")
    said = text_of(response.content)
    for words in ("申请书", "开店登记（A-1）", "证件号码", "申请人（签名或盖章）", "第1版"):
        assert words in said
    assert client.get("/matters/A-1/forms/1.pdf").content == response.content
    assert reverse("matter-blank-form", args=["A-1", 1]) in client.get("/matters/A-1/").content.decode()


@pytest.mark.parametrize(
    "path", ["/matters/B-1/forms/2.pdf", "/matters/A-1/forms/0.pdf", "/matters/A-1/forms/9.pdf"]
)
def test_blank_form_of_what_is_no_form_is_not_found(client, loaded, path):
    assert client.get(path).status_code == 404


# --- uploaded forms -----------------------------------------------------------------------------------------------
def picture(colour: str = "red") -> SimpleUploadedFile:
    drawn = io.BytesIO()
    Image.new("RGB", (40, 40), colour).save(drawn, "PNG")
    return SimpleUploadedFile("表格.exe", drawn.getvalue(), content_type="text/html")


@pytest.fixture
def editor(loaded, staff):
    return staff("editor", Department.objects.get(code="AAA"), Role.EDITOR)


def test_upload_stores_the_same_content_once(editor, media):
    first = guide_files.upload(upload=picture(), by=editor, now=NOW)
    again = guide_files.upload(upload=picture(), by=editor, now=NOW)
    other = guide_files.upload(upload=picture("blue"), by=editor, now=NOW)
    assert (first.pk, again.pk == first.pk, other.pk == first.pk) == (first.pk, True, False)
    assert (first.content_type, len(first.sha256), GuideFile.objects.count()) == ("image/png", 64, 2)
    assert first.file.name.endswith(f"{first.sha256}.png")


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "file_empty"), (b"<script>alert(1)</script>", "file_type"), (b"%PDF-1.7 broken", "pdf_broken")],
)
def test_upload_refuses_what_is_no_form(editor, media, content, code):
    with pytest.raises(Invalid) as refused:
        guide_files.upload(upload=SimpleUploadedFile("a.pdf", content), by=editor, now=NOW)
    assert refused.value.code == code
    assert not GuideFile.objects.exists()


def test_upload_is_for_those_who_keep_the_catalogue(loaded, staff, media):
    reviewer = staff("reviewer", Department.objects.get(code="AAA"), Role.REVIEWER)
    with pytest.raises(Forbidden):
        guide_files.upload(upload=picture(), by=reviewer, now=NOW)


def test_upload_page_gives_the_number_that_a_guide_names(client, editor, media, staff):
    path = reverse("guide-files")
    assert client.get(path).status_code == 302
    client.force_login(editor)
    assert "还没有上传过表格" in client.get(path).content.decode()
    assert client.post(path, {"file": picture()}).status_code == 302
    assert GuideFile.objects.get().sha256 in client.get(path).content.decode()
    refused = client.post(path, {"file": SimpleUploadedFile("a.pdf", b"<html>")})
    assert (refused.status_code, "只能上传 PDF" in refused.content.decode()) == (422, True)
    assert client.post(path).status_code == 422
    client.force_login(staff("other", Department.objects.get(code="AAA"), Role.REVIEWER))
    assert client.get(path).status_code == 403
    assert client.post(path, {"file": picture("green")}).status_code == 403
    assert GuideFile.objects.count() == 1


def test_file_is_public_once_a_guide_names_it(client, editor, media, load, small):
    stored = guide_files.upload(upload=picture(), by=editor, now=NOW)
    path = reverse("matter-file", args=["A-1", stored.sha256])
    assert client.get(path).status_code == 404
    small["matters"][0]["materials"][0]["blank_form"] = stored.sha256
    load(small)
    response = sent(client, path)
    assert response["Content-Type"] == "image/png"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "%E7%A9%BA%E7%99%BD" in response["Content-Disposition"]
    assert path in client.get("/matters/A-1/").content.decode()
    assert client.get(reverse("matter-file", args=["B-1", stored.sha256])).status_code == 404


def test_file_named_as_the_sample_of_a_result_is_shown_with_the_result(client, editor, media, load, small):
    stored = guide_files.upload(upload=picture(), by=editor, now=NOW)
    small["matters"][0]["result"]["sample"] = stored.sha256
    load(small)
    assert file_of_guide(matter_for_guide("A-1"), stored.sha256)[1] == "营业执照（样本）"
    page = client.get("/matters/A-1/").content.decode()
    assert reverse("matter-file", args=["A-1", stored.sha256]) in page


def test_file_before_publication_is_for_those_who_keep_the_catalogue(client, editor, media, staff):
    stored = guide_files.upload(upload=picture(), by=editor, now=NOW)
    path = reverse("guide-file", args=[stored.sha256])
    assert client.get(path).status_code == 302
    client.force_login(staff("clerk", Department.objects.get(code="AAA"), Role.REVIEWER))
    assert client.get(path).status_code == 403
    client.force_login(editor)
    assert "no-store" in sent(client, path)["Cache-Control"]
    assert client.get(reverse("guide-file", args=["0" * 64])).status_code == 404


def test_file_that_the_storage_has_lost_is_answered_in_words(client, editor, media, load, small):
    stored = guide_files.upload(upload=picture(), by=editor, now=NOW)
    stored.file.storage.delete(stored.file.name)
    small["matters"][0]["materials"][0]["blank_form"] = stored.sha256
    load(small)
    with pytest.raises(NotFound):
        file_of_guide(matter_for_guide("A-1"), "f" * 64)
    assert client.get(reverse("matter-file", args=["A-1", stored.sha256])).status_code == 404


def bytes_of(book: GuideBook) -> bytes:
    with book.file.open() as stored:
        return stored.read()


# --- the book -----------------------------------------------------------------------------------------------------
def test_book_holds_every_guide_in_use_and_is_set_once(loaded, media):
    book = guide_books.ask(department=None, now=NOW)
    assert (book.count, book.done, book.receipted_at) == (2, 0, None)
    done = guide_books.set_book(book_id=book.pk, now=NOW)
    assert (done.done, done.receipted_at) == (2, NOW)
    said = text_of(bytes_of(done))
    for words in ("办事指南汇编", "目录", "甲局", "乙局", "开店登记", "卫生许可", "示例条例第1条"):
        assert words in said
    again = guide_books.ask(department=None, now=NOW + timedelta(days=1))
    assert again.pk == book.pk
    assert guide_books.set_book(book_id=book.pk, now=NOW + timedelta(days=1)).receipted_at == NOW


def test_book_is_set_anew_when_a_guide_changes(loaded, load, small, media):
    first = guide_books.ask(department=None, now=NOW)
    small["matters"][0]["fee"] = "10元"
    load(small)
    assert guide_books.ask(department=None, now=NOW).pk != first.pk


def test_book_of_a_department_holds_its_own(loaded, media):
    book = guide_books.ask(department=Department.objects.get(code="BBB"), now=NOW)
    said = text_of(bytes_of(guide_books.set_book(book_id=book.pk, now=NOW)))
    assert "卫生许可" in said
    assert "开店登记" not in said


def test_book_of_nothing_is_refused(loaded):
    Matter.objects.update(state=MatterState.SUSPENDED, state_since=NOW, state_reason="改造")
    with pytest.raises(Refusal):
        guide_books.ask(department=None, now=NOW)
    assert not GuideBook.objects.exists()


def test_book_that_cannot_be_set_says_so_and_is_given_up_at_last(loaded, media, settings):
    book = guide_books.ask(department=None, now=NOW)
    settings.MEDIA_ROOT = media / "file"
    (media / "file").write_text("in the way")
    with pytest.raises((FileExistsError, NotADirectoryError)):
        guide_books.set_book(book_id=book.pk, now=NOW)
    book.refresh_from_db()
    assert book.last_error
    assert book.failed_at is None
    GuideBook.objects.update(attempts=guide_books.MOST_ATTEMPTS)
    with pytest.raises((FileExistsError, NotADirectoryError)):
        guide_books.set_book(book_id=book.pk, now=NOW)
    book.refresh_from_db()
    assert book.failed_at == NOW
    assert guide_books.ask(department=None, now=NOW).failed_at is None


def test_book_whose_file_was_cleared_away_is_set_again(client, loaded, media):
    book = guide_books.set_book(book_id=guide_books.ask(department=None, now=NOW).pk, now=NOW)
    book.file.storage.delete(book.file.name)
    assert client.get(f"/guide-books/{book.digest}.pdf").status_code == 404
    again = guide_books.ask(department=None, now=NOW)
    assert (again.pk, again.receipted_at, again.done) == (book.pk, None, 0)
    assert guide_books.set_book(book_id=book.pk, now=NOW).receipted_at == NOW
    assert sent(client, f"/guide-books/{book.digest}.pdf").content[:5] == b"%PDF-"


def test_book_pages_lead_from_asking_to_the_file(client, loaded, media):
    assert "甲局" in client.get("/guide-books/").content.decode()
    asked = client.post("/guide-books/new/", {"department": "AAA"})
    waiting = client.get(asked.url)
    assert waiting["Refresh"] == "2"
    assert "正在读取" in waiting.content.decode()
    digest = asked.url.rstrip("/").rpartition("/")[2]
    assert client.get(f"/guide-books/{digest}.pdf").status_code == 302
    guide_books.set_book(book_id=GuideBook.objects.get().pk, now=NOW)
    ready = client.get(asked.url)
    assert "Refresh" not in ready
    assert f"/guide-books/{digest}.pdf" in ready.content.decode()
    assert sent(client, f"/guide-books/{digest}.pdf").content[:5] == b"%PDF-"
    assert client.get("/guide-books/nothing/").status_code == 404
    assert client.post("/guide-books/new/", {"department": "NOPE"}).status_code == 404

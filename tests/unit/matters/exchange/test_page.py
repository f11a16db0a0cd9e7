"""The office's page: upload, trial, confirmation, downloads."""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from core.errors import Forbidden
from matters.enums import UploadState
from matters.models import CatalogueUpload, Matter, MatterVersion
from matters.services import exchange, uploads
from matters.services.exchange import export_file
from tests.unit.matters.conftest import NOW
from tests.unit.matters.exchange.books import csv_of

PATH = "/desk/catalogue/exchange/"


@pytest.fixture
def office(world):
    return world.client(world.cast.user("office1"))


def sent(client, data: bytes, name: str, **fields):
    return client.post(PATH, {"file": SimpleUploadedFile(name, data), "encoding": "auto", **fields})


def one_fee(code: str = "SCJG-001", fee: str = "免费") -> bytes:
    return csv_of([["事项编码", "收费"], [code, fee]])


def test_the_page_is_for_the_office(world):
    assert world.client().get(PATH).status_code == 302
    for user in (world.citizen.user, world.clerk, world.cast.user("scjg.editor")):
        client = world.client(user)
        assert client.get(PATH).status_code == 403
        assert sent(client, one_fee(), "fee.csv").status_code == 403
        assert client.get(f"{PATH}download/", {"format": "json"}).status_code == 403
    assert not CatalogueUpload.objects.exists()


def test_an_upload_is_tried_out_and_imported_when_confirmed(office):
    before = MatterVersion.objects.count()
    page = office.get(sent(office, one_fee(), "fee.csv").url)
    assert "更新的事项（1）" in page.text
    assert "SCJG-001" in page.text
    assert MatterVersion.objects.count() == before
    row = CatalogueUpload.objects.get()
    confirmed = office.post(f"{PATH}{row.pk}/confirm/")
    assert "已导入" in office.get(confirmed.url).text
    assert Matter.objects.get(code="SCJG-001").current.fee == "免费"
    office.post(f"{PATH}{row.pk}/confirm/")
    assert MatterVersion.objects.count() == before + 1


def test_what_the_checks_find_is_offered_as_a_file_before_the_import(office):
    page = office.get(sent(office, one_fee(fee="每件收费 10 元"), "fee.csv").url)
    row = CatalogueUpload.objects.get()
    assert f'逐条见<a href="{PATH}{row.pk}/report.xlsx">问题清单（Excel）</a>' in page.text
    report = office.get(f"{PATH}{row.pk}/report.xlsx")
    lines = list(load_workbook(io.BytesIO(b"".join(report.streaming_content))).active.values)
    (line,) = [one for one in lines if "没有列收费项目和依据" in one[5]]
    assert line[:3] == ("检查：不能发布", "文件 fee.csv", 2)
    assert "没有列收费项目和依据" in page.text


def test_a_faulty_upload_lists_its_faults_and_offers_them_as_a_file(office):
    page = office.get(
        sent(office, csv_of([["事项编码", "事项名称", "收废"], ["SCJG-001", "x" * 300, "1"]]), "事项.csv").url
    )
    row = CatalogueUpload.objects.get()
    assert row.state == UploadState.REFUSED
    assert "最多 200 个字" in page.text
    assert "是不是“收费”？" in page.text
    assert "确认导入" not in page.text
    assert office.post(f"{PATH}{row.pk}/confirm/").status_code == 409
    report = office.get(f"{PATH}{row.pk}/report.xlsx")
    rows = list(load_workbook(io.BytesIO(b"".join(report.streaming_content))).active.values)
    assert rows[0] == ("级别", "工作表或文件", "行", "列", "填写内容", "问题", "怎样改")
    assert rows[1][:4] == ("错误", "文件 事项.csv", 2, "事项名称（B）")
    assert rows[1][6] == "填文字，最多 200 个字"
    assert rows[2][0] == "提示"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04broken", b"\x00" * 50])
def test_what_is_no_catalogue_is_refused_with_a_sentence(office, data):
    response = sent(office, data, "x.xlsx")
    if response.status_code == 302:
        response = office.get(response.url)
        assert "没有导入任何内容" in response.text
    else:
        assert response.status_code == 422
        assert "文件是空的" in response.text


def test_no_file_is_named_at_the_field(office):
    response = office.post(PATH, {"encoding": "auto"})
    assert response.status_code == 422
    assert "请选择要导入的文件" in response.text


def test_a_large_file_is_left_to_a_worker(world, monkeypatch):
    monkeypatch.setattr(uploads, "AT_ONCE", 1)
    by = world.cast.user("office1")
    upload = SimpleUploadedFile("fee.csv", one_fee())
    row = uploads.receive(by=by, now=NOW, upload=upload)
    assert (row.state, row.receipted_at) == (UploadState.CHECKING, None)
    client = world.client(by)
    assert client.get(f"{PATH}{row.pk}/")["Refresh"] == "2"
    assert uploads.work(upload_id=row.pk, now=NOW).state == UploadState.CHECKED
    assert "Refresh" not in client.get(f"{PATH}{row.pk}/")
    row = uploads.confirm(upload=row, by=by, now=NOW)
    assert (row.state, row.receipted_at) == (UploadState.IMPORTING, None)
    before = MatterVersion.objects.count()
    for _ in range(2):
        assert uploads.work(upload_id=row.pk, now=NOW).state == UploadState.IMPORTED
    assert MatterVersion.objects.count() == before + 1


def test_receive_and_confirm_are_for_the_office(world):
    with pytest.raises(Forbidden):
        uploads.receive(by=world.clerk, now=NOW, upload=SimpleUploadedFile("fee.csv", one_fee()))
    row = uploads.receive(
        by=world.cast.user("office1"), now=NOW, upload=SimpleUploadedFile("fee.csv", one_fee())
    )
    with pytest.raises(Forbidden):
        uploads.confirm(upload=row, by=world.clerk, now=NOW)


def test_what_fails_is_told_and_nothing_is_stored(world, monkeypatch):
    monkeypatch.setattr(uploads, "AT_ONCE", 1)
    monkeypatch.setattr(uploads, "MOST_ATTEMPTS", 1)
    by = world.cast.user("office1")
    row = uploads.receive(by=by, now=NOW, upload=SimpleUploadedFile("fee.csv", one_fee()))
    row.file.storage.delete(row.file.name)
    with pytest.raises(FileNotFoundError):
        uploads.work(upload_id=row.pk, now=NOW)
    row.refresh_from_db()
    assert row.failed_at == NOW
    assert "没有写入任何内容" in world.client(by).get(f"{PATH}{row.pk}/").text


@pytest.mark.parametrize(
    ("format_", "start"), [("json", b"{"), ("xlsx", b"PK"), ("zip", b"PK"), ("zip-gb18030", b"PK")]
)
def test_downloads_of_a_department(office, format_, start):
    response = office.get(f"{PATH}download/", {"format": format_, "department": "SCJG"})
    assert response.status_code == 200
    assert response.content.startswith(start)
    assert "attachment" in response["Content-Disposition"]


def test_a_workbook_that_would_take_too_long_is_refused_with_another_way(office, monkeypatch):
    monkeypatch.setattr(exchange, "MOST_IN_A_PAGE", 1)
    refused = office.get(f"{PATH}download/", {"format": "xlsx"})
    assert refused.status_code == 409
    assert "请按部门下载" in refused.text
    assert office.get(f"{PATH}download/", {"format": "json"}).status_code == 200


def test_a_download_that_is_not_offered_is_refused(office):
    assert office.get(f"{PATH}download/", {"format": "exe"}).status_code == 422


def test_export_narrows_to_codes_and_what_they_name(world):
    said = json.loads(export_file(ending="json", by=None, now=NOW, codes=["SCJG-001"]))
    assert [one["code"] for one in said["matters"]] == ["SCJG-001"]
    assert "SCJG" in [one["code"] for one in said["departments"]]
    assert said["bundles"] == []

"""Files that are broken, hostile, or something else: each is refused with a sentence, and nothing is stored."""

import io
import zipfile

import pytest

from matters.exchange import files
from matters.models import Department
from matters.services.catalogue_import import CatalogueRefused
from tests.unit.matters.exchange.books import book_of, csv_of, saved, sheets, take, zip_of

pytestmark = pytest.mark.usefixtures("blank")

OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600
LOCKED = OLD_OFFICE + "EncryptedPackage".encode("utf-16-le")
BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><worksheet>&b;</worksheet>'
)


def workbook(**parts: bytes | None) -> bytes:
    """Return a sound workbook with some of its parts replaced or (None) taken out."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(saved(book_of(sheets())))) as sound,
        zipfile.ZipFile(stream, "w") as changed,
    ):
        for name in sound.namelist():
            data = parts.get(name.split("/")[-1].split(".")[0], sound.read(name))
            if data is not None:
                changed.writestr(name, data)
    return stream.getvalue()


def archive_with_password() -> bytes:
    data = bytearray(zip_of({"事项.csv": b"code"}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


BROKEN = {
    "empty": (b"", "x.xlsx", "文件是空的"),
    "blanks": (b"\xef\xbb\xbf \r\n\r\n", "x.csv", "文件是空的"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "x.xlsx", "不是电子表格"),
    "a PDF named as a workbook": (b"%PDF-1.7 ...", "x.xlsx", "不是电子表格"),
    "an old workbook": (OLD_OFFICE, "x.xls", "旧格式"),
    "a workbook with a password": (LOCKED, "x.xlsx", "打开密码"),
    "half a workbook": (saved(book_of(sheets()))[:3000], "x.xlsx", "已损坏或没有传完"),
    "a text document": (
        zip_of({"[Content_Types].xml": b"<x/>", "word/document.xml": b""}),
        "x.docx",
        "不是 Excel",
    ),
    "a workbook without its styles": (workbook(styles=b"<broken"), "x.xlsx", "工作簿已损坏"),
    "a workbook with half a sheet": (
        workbook(sheet2=b"<worksheet><sheetData><row"),
        "x.xlsx",
        "工作簿已损坏",
    ),
    "a workbook whose XML expands": (workbook(sheet2=BOMB.encode()), "x.xlsx", "实体声明"),
    "the same in UTF-16": (workbook(sheet2=BOMB.encode("utf-16")), "x.xlsx", "实体声明"),
    "an archive with a password": (archive_with_password(), "x.zip", "设有密码"),
    "an archive of pictures": (zip_of({"a.png": b"1"}), "x.zip", "没有找到目录的工作表"),
    "neither UTF-8 nor GB18030": (b"code,name\n\xff\xff\xff,1", "x.csv", "既不是 UTF-8 也不是 GB18030"),
    "a second line in another encoding": (
        "事项编码,收费\n".encode() + "A-1,免费\n".encode("gb18030"),
        "x.csv",
        "x.csv 第 2 行的编码不对",
    ),
    "a quote that never closes": (csv_of([["事项编码", "x" * (2 << 20)]]), "x.csv", "少了一个引号"),
    "prose": ("亲爱的同事：附件是目录。".encode(), "x.csv", "没有找到目录的工作表"),
    "a page of a website": (b"<html><table><tr><td>1</td></tr></table></html>", "x.xls", "不是电子表格"),
    "headers alone": (csv_of([["事项编码", "事项名称"]]), "x.csv", "只有表头"),
    "JSON cut short": (b'{"matters": [{"code": "A', "x.json", "不是正确的 JSON"),
    "JSON of something else": (b'{"hello": 1}', "x.json", "最外层应当是对象"),
}


@pytest.mark.parametrize(("data", "name", "said"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_is_refused_in_words(data, name, said):
    with pytest.raises(CatalogueRefused) as refused:
        take(data, name)
    (problem,) = refused.value.problems
    assert said in problem
    assert not Department.objects.exists()


def test_a_file_that_unpacks_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(files, "LARGEST_UNPACKED", 10_000)
    with pytest.raises(CatalogueRefused) as refused:
        take(zip_of({"事项.csv": b"0" * 20_000}), "x.zip")
    assert "解开后超过" in refused.value.problems[0]


def test_a_part_that_lies_about_its_size_is_not_unpacked_beyond_it():
    data = bytearray(zip_of({"事项.csv": b"0" * 200_000}))
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = (10).to_bytes(4, "little")
    with pytest.raises(CatalogueRefused):
        take(bytes(data), "x.zip")


def test_a_file_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(files, "LARGEST_FILE", 100)
    with pytest.raises(CatalogueRefused) as refused:
        take(saved(book_of(sheets())))
    assert "文件超过" in refused.value.problems[0]


@pytest.mark.parametrize("cell", ["A999999", "XFD3"])
def test_a_cell_far_away_is_named_and_not_reached_for(cell):
    book = book_of(sheets())
    book["事项"][cell] = "x"
    with pytest.raises(CatalogueRefused) as refused:
        take(saved(book))
    assert "请删去多余的行列" in refused.value.problems[0]


def test_styled_but_empty_cells_far_away_do_no_harm():
    book = book_of(sheets())
    book["事项"]["XFD3"].number_format = "0.00"
    book["事项"]["B900000"].number_format = "0.00"
    assert take(saved(book)).matters.created == ["A-1"]

"""The commands of the catalogue, and the reference generated from its format."""

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from matters.models import Matter
from tests.unit.matters.exchange.books import book_of, saved, sheets, with_cell


def test_reference_of_sheets_is_up_to_date():
    call_command("catalogue_sheets", "--check")


@pytest.mark.parametrize("ending", ["json", "xlsx", "zip"])
def test_export_and_import_by_command(demo, tmp_path, capsys, ending):
    path = tmp_path / f"目录.{ending}"
    call_command("export_catalogue", str(path), "--department", "SCJG")
    call_command("import_catalogue", str(path), "--dry-run")
    said = capsys.readouterr().out
    count = Matter.objects.filter(department__code="SCJG").count()
    assert f"事项\t0\t0\t{count}" in said
    assert "提示" not in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("x.doc",), "不认识后缀“.doc”"),
        (("x.json", "--codes", "NONE-1"), "没有事项“NONE-1”"),
        (("x.json", "--department", "NONE"), "没有部门“NONE”"),
        (("none/x.json",), "写不了文件"),
    ],
)
def test_export_names_what_it_cannot_do(loaded, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CommandError, match=said):
        call_command("export_catalogue", *arguments)


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_import_writes_the_faults_as_a_file(blank, tmp_path, ending):
    path, report = tmp_path / "目录.xlsx", tmp_path / f"问题.{ending}"
    path.write_bytes(saved(book_of(sheets(事项=with_cell("事项类型", "许可")))))
    with pytest.raises(CommandError, match="1 处错误"):
        call_command("import_catalogue", str(path), "--report", str(report))
    if ending == "csv":
        assert "工作表 事项,2,事项类型（D）" in report.read_text("utf-8-sig")
    else:
        assert [row[1] for row in load_workbook(report).active.values][1] == "工作表 事项"


def test_import_leaves_out_the_faulty_where_asked(blank, tmp_path, capsys):
    said = sheets(事项=with_cell("事项类型", "许可"))
    path = tmp_path / "目录.xlsx"
    path.write_bytes(saved(book_of(said)))
    call_command("import_catalogue", str(path), "--skip-faulty")
    assert not Matter.objects.exists()
    assert "没有导入：工作表 事项 第 2 行" in capsys.readouterr().err

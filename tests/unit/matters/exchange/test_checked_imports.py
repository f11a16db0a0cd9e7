"""What the publish checks say of a file: after its import and before, at its rows and columns."""

import json

import pytest
from django.core.management import call_command
from openpyxl import load_workbook

from matters.enums import VersionStatus
from matters.models import Matter, MatterVersion
from tests.unit.matters.exchange.books import MATTER_ROW, book_of, saved, sheets, take, take_book, with_cell


@pytest.fixture
def unlawful(blank):
    """A workbook whose one matter takes longer than the law allows."""
    return saved(book_of(sheets(事项=with_cell("承诺办结时限", 25))))


def beyond(report) -> list[tuple]:
    return [line for line in report if "承诺25个工作日" in line[5]]


def rows_of(path) -> list[tuple]:
    return list(load_workbook(path).active.values)


@pytest.mark.parametrize("options", [["--dry-run"], []])
def test_the_report_holds_what_the_checks_find_at_its_cell(unlawful, tmp_path, capsys, options):
    path, report = tmp_path / "目录.xlsx", tmp_path / "问题.xlsx"
    path.write_bytes(unlawful)
    call_command("import_catalogue", str(path), "--report", str(report), *options)
    assert "发布检查：不能发布" in capsys.readouterr().out
    assert Matter.objects.exists() is not bool(options)
    (line,) = beyond(rows_of(report))
    assert line[:5] == ("检查：不能发布", "工作表 事项", 2, "承诺办结时限（J）", "25")
    assert line[5] == "A-1 开店登记：承诺25个工作日，法定20个工作日"
    assert line[6].startswith("把承诺办结时限改到法定办结时限以内")


def test_a_finding_of_a_column_that_is_not_there_stands_at_the_row(unlawful, tmp_path):
    path, report = tmp_path / "目录.xlsx", tmp_path / "问题.xlsx"
    path.write_bytes(unlawful)
    call_command("import_catalogue", str(path), "--report", str(report))
    assert [line[1:3] for line in rows_of(report) if "没有写受理条件" in line[5]] == [("工作表 事项", 2)]


def test_a_finding_in_a_json_file_names_its_line(blank, small, tmp_path):
    small["matters"][0]["promised_limit"]["value"] = 25
    path, report = tmp_path / "目录.json", tmp_path / "问题.xlsx"
    path.write_text(json.dumps(small, indent=1), encoding="utf-8")
    call_command("import_catalogue", str(path), "--report", str(report))
    (line,) = beyond(rows_of(report))
    assert line[3] == "matters[0].promised_limit.value"
    assert path.read_text(encoding="utf-8").splitlines()[line[2] - 1].strip().startswith('"value": 25')


def test_what_waits_for_its_day_is_checked_too(blank):
    rows = with_cell("承诺办结时限", 25)
    said = sheets(事项=[[*rows[0], "计划生效日期"], [*rows[1], "2027-01-01"]])
    report = take_book(said, most_checked=None)
    assert MatterVersion.objects.get().status == VersionStatus.SCHEDULED
    assert report.checked == ["A-1"]
    assert "promise_beyond_statutory" in {one.finding.code for one in report.found}


def test_of_a_published_matter_the_version_to_come_is_checked(unlawful):
    take_book(sheets())
    rows = with_cell("承诺办结时限", 25)
    later = sheets(事项=[[*rows[0], "计划生效日期", "实施编码"], [*rows[1], "2027-01-01", "T1"]])
    other = ["A-2", *MATTER_ROW[1:], None, "T1"]
    later["事项"].append(other)
    for part in ("申请材料", "办理环节"):
        later[part].append(["A-2", *later[part][1][1:]])
    found = {(one.code, one.finding.code) for one in take_book(later, most_checked=None).found}
    assert ("A-1", "promise_beyond_statutory") in found
    assert {("A-1", "task_code_twice"), ("A-2", "task_code_twice")} <= found


def test_what_waits_for_its_day_is_listed_by_the_check_of_the_catalogue(blank, capsys):
    rows = with_cell("承诺办结时限", 25)
    take_book(sheets(事项=[[*rows[0], "计划生效日期"], [*rows[1], "2027-01-01"]]))
    call_command("check_catalogue")
    said = capsys.readouterr()
    assert "A-1 开店登记（待生效）" in said.out
    assert "检查了 1 个事项" in said.err


def test_so_many_are_checked_as_were_asked_for(unlawful):
    assert take(unlawful, dry_run=True).found == []
    assert take(unlawful, most_checked=1).checked == ["A-1"]


def test_hints_are_told_with_the_faults(blank, tmp_path, capsys):
    said = sheets(事项=with_cell("事项类型", "许可"))
    said["申请材料"][0].append("材料填报须知")
    path = tmp_path / "目录.xlsx"
    path.write_bytes(saved(book_of(said)))
    with pytest.raises(Exception, match="1 处错误"):
        call_command("import_catalogue", str(path))
    assert "提示：工作表 申请材料 第 1 行：I 列“材料填报须知”不认识" in capsys.readouterr().err

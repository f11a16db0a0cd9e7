"""check_catalogue, checks_reference, and the tally after an import."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from matters.management.commands import checks_reference


def run(*args: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("check_catalogue", *args, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_table_names_matter_grade_place_and_what(loaded):
    out, err = run()
    assert "A-1 开店登记" in out
    assert "没有写受理条件" in out
    assert "不能发布" in out
    assert "检查了 2 个事项、1 件一件事：不能发布" in err


def test_json_holds_all_of_a_finding_and_the_tally(loaded):
    told = json.loads(run("--format", "json")[0])
    matter = told["matters"][0]
    assert (matter["code"], matter["department"], matter["version"]) == ("A-1", "AAA", 1)
    assert {"code", "severity", "blocks", "place", "what", "how", "source"} == set(matter["findings"][0])
    assert [one["code"] for one in told["bundles"]] == ["BUN"]
    checked = told["matters"] + told["bundles"]
    assert sum(told["tally"].values()) == sum(len(one["findings"]) for one in checked)


def test_bundles_are_checked_with_the_matters_or_alone(load, small, tmp_path):
    small["bundles"][0]["kind"] = "随便什么"
    load(small)
    out, _ = run()
    assert "BUN 开店一件事" in out
    assert "类型“随便什么”不是一件事的三种之一" in out
    out, err = run("--bundle", "BUN", "--format", "json", "--severity", "warning")
    told = json.loads(out)
    assert told["matters"] == []
    [bundle] = told["bundles"]
    assert [one["code"] for one in bundle["findings"]] == ["bundle_kind_other"]
    assert "检查了 1 件一件事：提醒 1 处。" in err
    assert json.loads(run("--matter", "A-1", "--format", "json")[0])["bundles"] == []
    assert json.loads(run("--department", "BBB", "--format", "json")[0])["bundles"] == []
    run("--bundle", "BUN", "--format", "xlsx", "--output", str(tmp_path / "found.xlsx"))
    rows = load_workbook(tmp_path / "found.xlsx").active.iter_rows(min_row=2, values_only=True)
    assert ("BUN", "类型", "类型不是一件事的三种之一，或与成员不符") in [
        (row[0], row[4], row[9]) for row in rows
    ]


def test_filters_narrow_matters_and_grades(loaded):
    told = json.loads(run("--format", "json", "--department", "BBB", "--severity", "blocks")[0])
    assert [one["code"] for one in told["matters"]] == ["B-1"]
    assert all(one["blocks"] for one in told["matters"][0]["findings"])
    assert told["matters"][0]["findings"]
    assert [one["code"] for one in json.loads(run("--format", "json", "--matter", "A-1")[0])["matters"]] == [
        "A-1"
    ]


@pytest.mark.parametrize("asked", [("--matter", "X-1"), ("--bundle", "X-1"), ("--department", "XXX")])
def test_unknown_codes_are_named(loaded, asked):
    with pytest.raises(CommandError, match=asked[1]):
        run(*asked)


def test_xlsx_has_a_row_for_each_finding_and_no_formula(load, small, tmp_path):
    small["matters"][0]["name"] = "=1+1"
    load(small)
    run("--format", "xlsx", "--output", str(tmp_path / "found.xlsx"))
    told = json.loads(run("--format", "json")[0])
    sheet = load_workbook(tmp_path / "found.xlsx").active
    assert sheet.max_row == 1 + sum(told["tally"].values())
    assert (sheet["B2"].value, sheet["B2"].data_type) == ("=1+1", "s")


def test_xlsx_wants_a_file(loaded):
    with pytest.raises(CommandError, match="--output"):
        run("--format", "xlsx")


def test_an_output_that_cannot_be_written_is_named(loaded, tmp_path):
    with pytest.raises(CommandError, match="写不了文件"):
        run("--format", "json", "--output", str(tmp_path / "nowhere" / "found.json"))


def test_output_goes_to_the_file(loaded, tmp_path):
    path = tmp_path / "found.json"
    assert run("--format", "json", "--output", str(path))[0] == ""
    assert json.loads(path.read_text("utf-8"))["matters"]


def test_import_ends_with_the_tally_and_refuses_nothing(blank, small, tmp_path):
    path = tmp_path / "small.json"
    path.write_text(json.dumps(small), encoding="utf-8")
    out = io.StringIO()
    call_command("import_catalogue", str(path), stdout=out)
    assert "发布检查：不能发布" in out.getvalue().splitlines()[-1]


def test_reference_is_of_the_table_as_it_is():
    call_command("checks_reference", "--check")


def test_reference_that_differs_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(checks_reference, "PATH", tmp_path / "checks.md")
    with pytest.raises(CommandError, match="checks_reference"):
        call_command("checks_reference", "--check")
    call_command("checks_reference")
    call_command("checks_reference", "--check")

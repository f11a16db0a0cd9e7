"""Templates brought in by file: all or nothing, once, and never changed."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from core.errors import Forbidden
from core.models import AuditEntry
from matters.enums import Role
from matters.models import Department, MatterTemplate
from matters.services.catalogue_import import CatalogueRefused
from matters.services.templates import import_templates
from tests.unit.matters.conftest import MATERIAL, NOW

GUIDE = {
    "name": "开店登记",
    "legal_basis": "示例条例第1条",
    "promised_limit": {"value": 5, "unit": "workday"},
    "fees": [],
    "materials": [{key: value for key, value in MATERIAL.items() if key != "key"}],
}
ROW = {
    "code": "T-1",
    "version": 1,
    "level": 2,
    "issuer": "示例省厅",
    "issued_on": "2026-03-01",
    "guide": GUIDE,
}


def text(*rows: dict) -> str:
    return json.dumps({"templates": list(rows)}, ensure_ascii=False, indent=1)


def bring(*rows: dict, **options):
    return import_templates(text=text(*rows), by=options.pop("by", None), now=NOW, **options)


def refusals(*rows: dict) -> list[str]:
    with pytest.raises(CatalogueRefused) as refused:
        bring(*rows)
    return refused.value.problems


def test_import_keeps_what_the_file_says(blank):
    assert bring(ROW).created == ["T-1 第 1 版"]
    stored = MatterTemplate.objects.get()
    assert (stored.title, stored.name, stored.issuer) == ("省级模板第 1 版", "开店登记", "示例省厅")
    assert stored.content["fees"] == []  # that there is none is said too
    assert stored.content["materials"][0]["key"] == "申请书"
    assert "questions" not in stored.content
    assert AuditEntry.objects.get(act="add_template").detail["number"] == 1


def test_import_a_second_time_changes_nothing(blank):
    bring(ROW)
    report = bring(ROW, ROW | {"version": 2, "note": "缩短时限"})
    assert (report.created, report.unchanged) == (["T-1 第 2 版"], ["T-1 第 1 版"])
    assert MatterTemplate.objects.count() == 2


def test_dry_run_stores_nothing(blank):
    assert bring(ROW, dry_run=True).created == ["T-1 第 1 版"]
    assert not MatterTemplate.objects.exists()


def test_what_was_brought_in_is_not_said_otherwise(blank):
    bring(ROW)
    changed = ROW | {"guide": GUIDE | {"name": "开店"}}
    assert refusals(ROW | {"code": "T-2"}, changed) == [
        "模板“T-1”第 1 版已经导入，内容不能再改；改动请作为新的一版导入"
    ]
    assert MatterTemplate.objects.count() == 1


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (ROW | {"level": 4}, "templates[0].level"),
        (ROW | {"guide": "无"}, "templates[0].guide"),
        (ROW | {"guide": GUIDE | {"name": ""}}, "templates[0].guide.name"),
        ({**ROW, "guide": {"fee": "不收费"}}, "templates[0].guide.name"),
        (ROW | {"guide": GUIDE | {"address": "一号"}}, "各地填写"),
        (ROW | {"guide": GUIDE | {"adress": "一号"}}, "不认识"),
        (ROW | {"guide": GUIDE | {"promised_limit": {"value": 5}}}, "promised_limit.unit"),
        (ROW | {"guide": GUIDE | {"materials": [MATERIAL, MATERIAL]}}, "材料键"),
        (ROW | {"guide": GUIDE | {"materials": [MATERIAL | {"when": {"q": ["a"]}}]}}, "问题“q”不存在"),
        ({"code": "T-1"}, "templates[0].version"),
    ],
)
def test_faults_are_named_with_their_places(blank, row, said):
    problems = refusals(ROW | {"code": "T-9"}, row)
    assert any(said.replace("[0]", "[1]") in one for one in problems), problems
    assert not MatterTemplate.objects.exists()


@pytest.mark.parametrize(
    "said", ["[]", "{}", '{"templates": {}}', '{"templates": []}', "{", '{"templates": [1]}']
)
def test_a_file_of_no_templates_is_refused(blank, said):
    with pytest.raises(CatalogueRefused):
        import_templates(text=said, by=None, now=NOW)


def test_the_same_version_twice_in_one_file_is_refused(blank):
    assert "写了两次" in refusals(ROW, ROW)[0]


def test_import_is_for_the_office(staff, department: Department):
    with pytest.raises(Forbidden):
        bring(ROW, by=staff("e", department, Role.EDITOR))
    assert bring(ROW, by=staff("o", department, Role.OFFICE)).created


@pytest.mark.parametrize("how", [{"name": "改"}, None])
def test_the_database_refuses_to_change_a_template(blank, how):
    bring(ROW)
    rows = MatterTemplate.objects.all()
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(**how) if how else rows.delete()


def test_command_says_what_it_did(blank, tmp_path):
    path, said = tmp_path / "t.json", StringIO()
    path.write_text(text(ROW), encoding="utf-8")
    call_command("import_templates", path, "--dry-run", stdout=said)
    call_command("import_templates", path, stdout=said)
    assert "未写入" in said.getvalue()
    assert "新增 1 版" in said.getvalue()
    path.write_text("{", encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("import_templates", path, stderr=StringIO())
    with pytest.raises(CommandError, match="读不了"):
        call_command("import_templates", tmp_path / "nowhere.json")
    path.write_bytes(text(ROW).encode("gb18030"))
    call_command("import_templates", path, stdout=said)
    assert said.getvalue().endswith("不变 1 版。\n导入完成。\n")
    path.write_bytes(b"\xff\xff")
    with pytest.raises(CommandError):
        call_command("import_templates", path, stderr=said)
    assert "编码" in said.getvalue()

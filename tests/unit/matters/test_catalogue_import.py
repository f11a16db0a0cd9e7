import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from core.errors import Forbidden
from core.models import AuditEntry
from matters.enums import Role, VersionStatus
from matters.models import (
    Bundle,
    BundleDependency,
    Department,
    Material,
    Matter,
    MatterVersion,
    ServicePoint,
    Step,
)
from matters.services.catalogue_import import CatalogueRefused, import_catalogue

SITUATIONS = [
    {
        "key": "kind",
        "text": "首次办还是换发？",
        "answers": [{"key": "new", "label": "首次"}, {"key": "renew", "label": "换发"}],
    }
]
TABLES = (Department, ServicePoint, Matter, MatterVersion, Material, Step, Bundle, AuditEntry)


def rows() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in TABLES}


def test_import_catalogue_loads_the_demo(demo):
    assert (Department.objects.count(), Matter.objects.count(), Bundle.objects.count()) == (25, 50, 12)
    assert ServicePoint.objects.count() == 4
    assert (
        MatterVersion.objects.filter(status=VersionStatus.PUBLISHED, current_of__isnull=False).count() == 50
    )
    assert (Material.objects.count(), Step.objects.count()) == (235, 100)


def test_import_catalogue_keeps_what_the_file_says(demo):
    version = Matter.objects.get(code="CLH-001").current
    assert (version.statutory_value, version.statutory_unit) == (60, "workday")
    assert (version.result_kind, version.joint_departments) == ("审批办结", ["MZJ", "ZJ", "CUN"])
    steps = {step.key: step for step in version.steps.all()}
    assert (steps["pay"].performed_by, steps["pay"].days, steps["pay"].unit) == ("银行", None, "workday")
    assert (steps["publicity"].unit, steps["district"].after) == ("day", ["publicity"])


def test_import_catalogue_asks_the_database_as_often_for_few_matters_as_for_many(blank, demo_text, now):
    few = json.loads(demo_text)
    few["matters"], few["bundles"] = few["matters"][:5], []
    many = json.loads(demo_text) | {"bundles": []}

    def queries(catalogue: dict) -> int:
        with transaction.atomic(), CaptureQueriesContext(connection) as captured:
            import_catalogue(text=json.dumps(catalogue), by=None, now=now)
            transaction.set_rollback(True)
        return len(captured)

    assert queries(many) == queries(few)


@pytest.fixture
def statements(blank):
    """How many statements have added rows to each table that an import fills."""
    tables = [f"matters_{one}" for one in ("matterversion", "material", "step", "searchentry")]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE added (name text) ON COMMIT DROP")
        cursor.execute(
            "CREATE FUNCTION pg_temp.note_added() RETURNS trigger LANGUAGE plpgsql AS "
            "$$BEGIN INSERT INTO added VALUES (TG_TABLE_NAME); RETURN NULL; END$$"
        )
        for table in tables:
            cursor.execute(
                f"CREATE TRIGGER note AFTER INSERT ON {table} FOR EACH STATEMENT EXECUTE FUNCTION pg_temp.note_added()"
            )

    def counted() -> dict[str, int]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, count(*) FROM added GROUP BY name")
            return dict(cursor.fetchall())

    return counted


def test_import_catalogue_adds_the_rows_of_each_table_at_once(statements, demo_text, now):
    catalogue = json.loads(demo_text) | {"bundles": []}
    import_catalogue(text=json.dumps(catalogue), by=None, now=now)
    assert statements() == {
        "matters_matterversion": 1,
        "matters_material": 1,
        "matters_step": 1,
        "matters_searchentry": 1,
    }


def test_import_catalogue_twice_changes_nothing(demo, demo_text, now):
    before = rows()
    report = import_catalogue(text=demo_text, by=None, now=now + timedelta(days=1))
    assert rows() == before
    for tally, count in ((report.departments, 25), (report.matters, 50), (report.bundles, 12)):
        assert (len(tally.created), len(tally.changed), len(tally.unchanged)) == (0, 0, count)


def test_import_catalogue_publishes_a_new_version_of_what_changed(load, loaded, now):
    loaded["matters"][0]["fee"] = "10元"
    report = load(loaded, now + timedelta(days=1))
    assert (report.matters.changed, report.matters.unchanged) == (["A-1"], ["B-1"])
    first, second = MatterVersion.objects.filter(matter__code="A-1").order_by("number")
    assert (first.number, first.status, first.fee) == (1, VersionStatus.SUPERSEDED, "不收费")
    assert (second.number, second.status, second.published_at) == (
        2,
        VersionStatus.PUBLISHED,
        now + timedelta(days=1),
    )
    assert second.matter.current == second
    assert (first.steps.count(), second.steps.count()) == (3, 3)


def test_import_catalogue_sees_a_change_in_a_material_or_step(load, loaded):
    loaded["matters"][0]["flow"][0]["days"] = 2
    loaded["matters"][1]["materials"][0]["copies"] = 2
    assert load(loaded).matters.changed == ["A-1", "B-1"]


def test_import_catalogue_changes_a_department_in_place_and_audits_it(load, loaded):
    loaded["departments"][0]["name"] = "甲局（新）"
    pk = Department.objects.get(code="AAA").pk
    report = load(loaded)
    assert (report.departments.changed, report.matters.changed) == (["AAA"], [])
    assert Department.objects.get(pk=pk).name == "甲局（新）"
    entry = AuditEntry.objects.get(act="change_department")
    assert entry.detail["changes"] == {"name": ["甲局", "甲局（新）"]}


def test_import_catalogue_rewrites_a_bundle_that_changed(load, loaded):
    loaded["bundles"][0]["dependencies"] = []
    pk = Bundle.objects.get(code="BUN").pk
    assert load(loaded).bundles.changed == ["BUN"]
    assert Bundle.objects.get(code="BUN").pk == pk
    assert BundleDependency.objects.count() == 0


def test_import_catalogue_leaves_alone_what_the_file_does_not_name(load, loaded):
    loaded["matters"], loaded["bundles"] = loaded["matters"][:1], []
    load(loaded)
    assert Matter.objects.get(code="B-1").current.status == VersionStatus.PUBLISHED
    assert Bundle.objects.get(code="BUN").is_active


def test_import_catalogue_accepts_a_file_that_builds_on_what_is_stored(load, loaded):
    matter = loaded["matters"][0] | {"code": "A-2"}
    bundle = loaded["bundles"][0] | {"code": "BUN2", "members": [{"matter": "B-1"}, {"matter": "A-2"}]}
    report = load({"matters": [matter], "bundles": [bundle | {"dependencies": []}]})
    assert (report.matters.created, report.bundles.created) == (["A-2"], ["BUN2"])


def test_import_catalogue_gives_inspections_two_people(loaded):
    assert Step.objects.get(version__matter__code="A-1", key="visit").staff_min == 2


@pytest.mark.parametrize(("join", "lead"), [("all", ""), ("any", ""), ("veto", ""), ("lead", "review")])
def test_import_catalogue_keeps_how_steps_join(join, lead, load, small):
    joined(small, join=join, **({"lead": lead} if lead else {}))
    small["matters"][0]["flow"][2]["countersign"] = "always"
    small["matters"][0]["may_simulate"] = True
    load(small)
    decision = Step.objects.select_related("version").get(version__matter__code="A-1", key="decide")
    assert (decision.join, decision.lead, decision.countersign) == (join, lead, "always")
    assert decision.version.may_simulate is True
    assert ("join" in decision.version.content["flow"][2]) == (join != "all")


def test_import_catalogue_takes_the_name_for_a_missing_material_key(load, small):
    del small["matters"][0]["materials"][0]["key"]
    load(small)
    assert Material.objects.get(version__matter__code="A-1").key == "申请书"


def test_import_catalogue_dry_run_stores_nothing_and_reports_the_same(load, small):
    before = rows()
    dry = load(small, dry_run=True)
    assert rows() == before
    real = load(small)
    assert dry.matters == real.matters
    assert (dry.dry_run, real.dry_run) == (True, False)


def test_import_catalogue_mentions_unknown_fields_and_goes_on(load, small):
    small["matters"][0]["evryday_name"] = "开店"
    report = load(small)
    assert len(report.notices) == 1
    assert "matters[0].evryday_name" in report.notices[0]
    assert Matter.objects.count() == 2


def test_import_catalogue_needs_the_catalogue_office(load, small, staff, department):
    with pytest.raises(Forbidden):
        load(small, by=staff("reviewer", department, Role.REVIEWER))
    assert Matter.objects.count() == 0
    load(small, by=staff("office", department, Role.OFFICE))
    assert AuditEntry.objects.filter(act="publish_version", actor__username="office").count() == 2


def joined(catalogue: dict, *, kind: str = "inspect", days: int | None = 1, **join: str) -> None:
    """Let the decision wait for review and visit side by side, joined so."""
    flow = catalogue["matters"][0]["flow"]
    flow[1].update(after=[], kind=kind, days=days)
    flow[2].update(after=["review", "visit"], **join)


BREAKS = {
    "unknown department": (
        lambda c: c["matters"][0].update(department="XXX"),
        "matters[0].department",
        "XXX",
    ),
    "unknown main item": (
        lambda c: c["matters"][0].update(main_item="M-9"),
        "matters[0].main_item",
        "大项“M-9”不存在",
    ),
    "unknown service point": (
        lambda c: c["matters"][0].update(service_points=["TOWN"]),
        "matters[0].service_points",
        "网点“TOWN”不存在，可选：HALL",
    ),
    "situation asked of nobody": (
        lambda c: c["matters"][0]["materials"][0].update(when={"kind": ["new"]}),
        "matters[0].materials[0].when",
        "问题“kind”不存在",
    ),
    "answer that is not offered": (
        lambda c: c["matters"][0].update(
            situations=SITUATIONS,
            flow=[c["matters"][0]["flow"][2] | {"after": [], "when": {"kind": ["old"]}}],
        ),
        "matters[0].flow[0].when",
        "没有答案“old”，可选：new、renew",
    ),
    "questions waiting for each other": (
        lambda c: c["matters"][0].update(
            situations=[
                SITUATIONS[0] | {"when": {"lost": ["yes"]}},
                SITUATIONS[0] | {"key": "lost", "when": {"kind": ["new"]}},
            ]
        ),
        "matters[0].situations",
        "谁也问不到：",
    ),
    "date that is none": (
        lambda c: c["matters"][0].update(effective_on="2026-02-30"),
        "matters[0].effective_on",
        "不是日期",
    ),
    "address that is a script": (
        lambda c: c["matters"][0].update(online_url="javascript:alert(1)"),
        "matters[0].online_url",
        "不是网址",
    ),
    "unknown joint department": (
        lambda c: c["matters"][0].update(joint_departments=["AAA", "XXX"]),
        "matters[0].joint_departments",
        "XXX",
    ),
    "unknown step department": (
        lambda c: c["matters"][0]["flow"][1].update(department="XXX"),
        "matters[0].flow[1].department",
        "可选：AAA、BBB",
    ),
    "duplicate department": (
        lambda c: c["departments"][1].update(code="AAA"),
        "departments[1].code",
        "部门代码“AAA”重复，第 4 行已经用过",
    ),
    "duplicate matter": (lambda c: c["matters"][1].update(code="A-1"), "matters[1].code", "重复"),
    "missing field": (lambda c: c["matters"][0].pop("legal_basis"), "matters[0].legal_basis", "缺少这个字段"),
    "null field": (lambda c: c["matters"][0].update(name=None), "matters[0].name", "缺少这个字段"),
    "empty text": (lambda c: c["matters"][0].update(name=" "), "matters[0].name", "不能为空"),
    "missing result": (lambda c: c["matters"][0].pop("result"), "matters[0].result", "缺少这个字段"),
    "missing in result": (
        lambda c: c["matters"][0]["result"].pop("name"),
        "matters[0].result.name",
        "缺少这个字段",
    ),
    "text for a number": (
        lambda c: c["matters"][0].update(max_trips="1"),
        "matters[0].max_trips",
        "应当是整数，实际是文字 '1'",
    ),
    "yes/no for a number": (
        lambda c: c["matters"][0].update(max_trips=True),
        "matters[0].max_trips",
        "是/否",
    ),
    "number for yes/no": (
        lambda c: c["matters"][0].update(express_supported=1),
        "matters[0].express_supported",
        "应当是是/否",
    ),
    "object for a list": (
        lambda c: c["matters"][0].update(materials={}),
        "matters[0].materials",
        "应当是列表",
    ),
    "text for an object": (lambda c: c["matters"].append("A-9"), "matters[2]", "应当是一个对象"),
    "section of wrong type": (lambda c: c.update(bundles="BUN"), "bundles", "应当是列表"),
    "code of wrong characters": (
        lambda c: c["matters"][0].update(code="A 1"),
        "matters[0].code",
        "字母、数字",
    ),
    "too long": (
        lambda c: c["matters"][0].update(name="长" * 201),
        "matters[0].name",
        "有 201 个字，最多 200",
    ),
    "too large": (lambda c: c["matters"][0].update(max_trips=100), "matters[0].max_trips", "0 到 99"),
    "negative": (lambda c: c["matters"][0].update(max_trips=-1), "matters[0].max_trips", "0 到 99"),
    "control character": (lambda c: c["matters"][0].update(name="a\0b"), "matters[0].name", "控制字符"),
    "code list": (
        lambda c: c["matters"][0].update(item_type_code="99"),
        "matters[0].item_type_code",
        "“99”不是事项类型，可选：00 行政权力事项",
    ),
    "code in a list": (
        lambda c: c["matters"][0].update(service_objects=[1, 8]),
        "matters[0].service_objects[1]",
        "不是服务对象",
    ),
    "empty list": (
        lambda c: c["matters"][0].update(handling_forms=[]),
        "matters[0].handling_forms",
        "不能为空",
    ),
    "unknown unit": (
        lambda c: c["matters"][0]["promised_limit"].update(unit="week"),
        "matters[0].promised_limit.unit",
        "“week”不是时限单位，可选：workday",
    ),
    "presence": (
        lambda c: c["matters"][0].update(presence=[{"need": "dance", "by": "anyone"}]),
        "matters[0].presence[0].need",
        "到场事由",
    ),
    "after an unknown step": (
        lambda c: c["matters"][0]["flow"][1].update(after=["reviw"]),
        "matters[0].flow[1].after",
        "环节“reviw”不存在，可选：review、visit、decide",
    ),
    "cycle in the flow": (
        lambda c: c["matters"][0]["flow"][0].update(after=["decide"]),
        "matters[0].flow[0]",
        "成环：",
    ),
    "no decision": (
        lambda c: c["matters"][0]["flow"][2].update(kind="review"),
        "matters[0].flow",
        "没有决定环节",
    ),
    "two decisions": (
        lambda c: c["matters"][0]["flow"][0].update(kind="decide"),
        "matters[0].flow[2].kind",
        "只能有一个",
    ),
    "step twice": (
        lambda c: c["matters"][0]["flow"][1].update(key="review"),
        "matters[0].flow[1].key",
        "重复",
    ),
    "inspection alone": (
        lambda c: c["matters"][0]["flow"][1].update(staff_min=1),
        "matters[0].flow[1].staff_min",
        "两人以上",
    ),
    "pre-review inspection alone": (
        lambda c: c["matters"][0].update(
            pre_review=[c["matters"][0]["flow"][1] | {"staff_min": 1, "after": []}]
        ),
        "matters[0].pre_review[0].staff_min",
        "两人以上",
    ),
    "leading step not waited for": (
        lambda c: joined(c, join="lead", lead="decide"),
        "matters[0].flow[2].lead",
        "可选：review、visit",
    ),
    "leading step without the policy": (
        lambda c: joined(c, join="veto", lead="review"),
        "matters[0].flow[2].lead",
        "只有汇合方式是“主办协办”的才填主办环节",
    ),
    "join of one": (
        lambda c: c["matters"][0]["flow"][2].update(join="any"),
        "matters[0].flow[2].join",
        "只等一个环节",
    ),
    "veto by publicity": (
        lambda c: joined(c, join="veto", kind="special"),
        "matters[0].flow[2].join",
        "“核查”不是",
    ),
    "advice without limit": (
        lambda c: joined(c, join="lead", lead="review", days=None),
        "matters[0].flow[1].days",
        "协办环节“核查”须有时限",
    ),
    "special procedure without end": (
        lambda c: c["matters"][0]["flow"][1].update(kind="special", days=None),
        "matters[0].flow[1].days",
        "特别程序“核查”须有时限",
    ),
    "unknown join": (
        lambda c: joined(c, join="most"),
        "matters[0].flow[2].join",
        "不是汇合方式",
    ),
    "countersigned review": (
        lambda c: c["matters"][0]["flow"][0].update(countersign="denial"),
        "matters[0].flow[0].countersign",
        "只有决定环节",
    ),
    "material twice": (
        lambda c: c["matters"][1]["materials"][1].update(key="FORM"),
        "matters[1].materials[1].key",
        "材料键“FORM”重复",
    ),
    "unknown member": (
        lambda c: c["bundles"][0]["members"].append({"matter": "Z-9"}),
        "bundles[0].members[2].matter",
        "事项“Z-9”不存在",
    ),
    "no members": (lambda c: c["bundles"][0].update(members=[]), "bundles[0].members", "至少要有一个"),
    "member twice": (
        lambda c: c["bundles"][0]["members"].append({"matter": "A-1"}),
        "bundles[0].members[2].matter",
        "重复",
    ),
    "unknown lead": (
        lambda c: c["bundles"][0].update(lead_department="XXX"),
        "bundles[0].lead_department",
        "XXX",
    ),
    "dependency on a stranger": (
        lambda c: c["bundles"][0]["dependencies"][0].update(then="C-1"),
        "bundles[0].dependencies[0].then",
        "不是本一件事的成员，可选：A-1、B-1",
    ),
    "dependency cycle": (
        lambda c: c["bundles"][0]["dependencies"].append({"first": "B-1", "then": "A-1", "reason": "反过来"}),
        "bundles[0].dependencies",
        "成环：",
    ),
    "dependency on itself": (
        lambda c: c["bundles"][0]["dependencies"][0].update(then="A-1"),
        "bundles[0].dependencies",
        "A-1 → A-1",
    ),
    "dependency twice": (
        lambda c: c["bundles"][0]["dependencies"].append(c["bundles"][0]["dependencies"][0]),
        "bundles[0].dependencies[1]",
        "重复",
    ),
    "credit code": (
        lambda c: c["departments"][0].update(uscc="113301990030007430"),
        "departments[0].uscc",
        "校验码",
    ),
    "service point kind": (
        lambda c: c["service_points"][0].update(kind="castle"),
        "service_points[0].kind",
        "不是网点类型",
    ),
}


@pytest.mark.parametrize("kind", BREAKS)
def test_import_catalogue_names_line_and_field_of_what_is_wrong(kind, load, small):
    bend, place, said = BREAKS[kind]
    bend(small)
    before = rows()
    with pytest.raises(CatalogueRefused) as refused:
        load(small)
    matching = [problem for problem in refused.value.problems if f" {place}：" in problem]
    assert any(said in problem for problem in matching), refused.value.problems
    assert all(problem.startswith("第 ") for problem in refused.value.problems)
    assert rows() == before


def test_import_catalogue_names_the_very_line(load, small, demo_text, now):
    lines = demo_text.splitlines()
    at = next(number for number, line in enumerate(lines) if '"unit": "minute"' in line)
    lines[at] = lines[at].replace("minute", "week")
    with pytest.raises(CatalogueRefused) as refused:
        import_catalogue(text="\n".join(lines), by=None, now=now)
    assert len(refused.value.problems) == 1
    assert refused.value.problems[0].startswith(f"第 {at + 1} 行 matters[3].promised_limit.unit：“week”")


def test_import_catalogue_names_all_faults_at_once_in_the_order_of_lines(load, small):
    small["departments"][0].pop("name")
    small["matters"][0]["fee"] = 5
    small["bundles"][0]["trips_after"] = -1
    with pytest.raises(CatalogueRefused) as refused:
        load(small)
    places = [problem.split("：")[0].split(" ")[-1] for problem in refused.value.problems]
    assert places == ["departments[0].name", "matters[0].fee", "bundles[0].trips_after"]


def test_import_catalogue_names_the_path_of_a_cycle(load, small):
    small["matters"][0]["flow"][0]["after"] = ["visit"]
    with pytest.raises(CatalogueRefused) as refused:
        load(small)
    assert "review → visit → review" in refused.value.problems[0] or (
        "visit → review → visit" in refused.value.problems[0]
    )


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"matter": []}', '{"matters": [1,]}'])
def test_import_catalogue_refuses_what_is_no_catalogue(text, blank, now):
    with pytest.raises(CatalogueRefused) as refused:
        import_catalogue(text=text, by=None, now=now)
    assert "第 1 行" in refused.value.problems[0]


def test_import_catalogue_names_a_field_written_twice(blank, now, demo_text):
    text = demo_text.replace('"code": "SGB",', '"code": "SGB",\n   "code": "SGB",', 1)
    with pytest.raises(CatalogueRefused) as refused:
        import_catalogue(text=text, by=None, now=now)
    assert "departments[0].code：同一对象里这个字段写了两次" in refused.value.problems[0]


def test_command_prints_the_summary(blank, tmp_path, demo_text, capsys):
    path = tmp_path / "目录 1.json"
    path.write_text(demo_text, "utf-8-sig")
    call_command("import_catalogue", str(path), "--dry-run")
    assert "试运行：未写入任何内容" in capsys.readouterr().out
    assert Matter.objects.count() == 0
    call_command("import_catalogue", str(path))
    assert "事项\t50\t0\t0" in capsys.readouterr().out
    call_command("import_catalogue", str(path))
    assert "事项\t0\t0\t50" in capsys.readouterr().out


def test_command_prints_every_fault_and_fails(blank, tmp_path, capsys):
    path = tmp_path / "broken.json"
    path.write_text('{"departments": [\n{"code": "A"}\n]}')
    with pytest.raises(CommandError, match="2 处错误"):
        call_command("import_catalogue", str(path))
    said = capsys.readouterr().err
    assert "第 2 行 departments[0].name：缺少这个字段" in said
    assert "第 2 行 departments[0].region_code：缺少这个字段" in said


def test_command_refuses_a_missing_file_and_another_encoding(blank, tmp_path, capsys):
    with pytest.raises(CommandError, match="读不了文件"):
        call_command("import_catalogue", str(tmp_path / "none.json"))
    path = tmp_path / "gbk.json"
    path.write_bytes('{"departments":\n "市场监管"}'.encode("gbk"))
    with pytest.raises(CommandError):
        call_command("import_catalogue", str(path), "--encoding", "utf-8")
    assert "第 2 行的编码不是 utf-8" in capsys.readouterr().err

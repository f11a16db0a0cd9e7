"""A catalogue of any size out of the real one: every matter in many situations at many places, used unequally."""

import io
import itertools
import random
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from core import clock
from matters.models import Material, Matter, MatterVersion, SearchEntry, Step
from matters.services import search_index
from matters.services.catalogue_import import import_catalogue

CATALOGUE = Path(__file__).parents[2] / "matters" / "catalogue" / "demo.json"
SITUATIONS = [
    "首次申请",
    "变更",
    "延续",
    "补发",
    "换发",
    "注销",
    "遗失补办",
    "到期换证",
    "迁入",
    "迁出",
    "合并",
    "分立",
    "委托代办",
    "跨区办理",
    "线上办理",
    "信息更正",
    "增项",
    "减项",
    "恢复",
    "暂停",
    "年度报告",
    "异议处理",
    "档案调取",
]
PLACES = [
    "上城区",
    "拱墅区",
    "西湖区",
    "滨江区",
    "萧山区",
    "余杭区",
    "临平区",
    "钱塘区",
    "富阳区",
    "临安区",
    "桐庐县",
    "淳安县",
    "建德市",
    "海曙区",
    "江北区",
    "北仑区",
    "镇海区",
    "鄞州区",
    "奉化区",
    "象山县",
    "宁海县",
    "余姚市",
    "慈溪市",
    "鹿城区",
    "龙湾区",
    "瓯海区",
    "洞头区",
    "永嘉县",
    "平阳县",
    "苍南县",
    "文成县",
    "泰顺县",
    "瑞安市",
    "乐清市",
    "龙港市",
    "南湖区",
    "秀洲区",
    "嘉善县",
    "海盐县",
    "海宁市",
    "平湖市",
    "桐乡市",
    "吴兴区",
    "南浔区",
    "德清县",
    "长兴县",
    "安吉县",
    "越城区",
    "柯桥区",
    "上虞区",
    "新昌县",
    "诸暨市",
    "嵊州市",
    "婺城区",
    "金东区",
    "武义县",
    "浦江县",
    "磐安县",
    "兰溪市",
    "义乌市",
    "东阳市",
    "永康市",
    "柯城区",
    "衢江区",
    "常山县",
    "开化县",
    "龙游县",
    "江山市",
    "定海区",
    "普陀区",
    "岱山县",
    "嵊泗县",
    "椒江区",
    "黄岩区",
    "路桥区",
    "三门县",
    "天台县",
    "仙居县",
    "温岭市",
    "临海市",
    "玉环市",
    "莲都区",
    "青田县",
    "缙云县",
    "遂昌县",
    "松阳县",
    "云和县",
    "庆元县",
    "景宁县",
    "龙泉市",
]
_MOST_USED = 20_000
_MARK = "_"  # between the code of a real matter and the number of a variant


def begin() -> None:
    """Empty the matters room and load the real catalogue into it."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE matters_department, matters_servicepoint RESTART IDENTITY CASCADE")
        cursor.execute("DROP TABLE IF EXISTS bench_variant")
        cursor.execute("CREATE TABLE bench_variant (code text PRIMARY KEY, uses int)")
    import_catalogue(text=CATALOGUE.read_text("utf-8"), by=None, now=clock.now())


def grow(size: int, *, seed: int) -> None:
    """Add matters until there are `size`: the same ones for the same seed, whatever the steps in which it grows."""
    already = SearchEntry.objects.filter(kind="matter").count()
    rows = _variants(seed)[already - _real() : size - _real()]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL session_replication_role = replica"
        )  # what is published cannot be copied otherwise
        _copy(cursor, rows)
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE indexname LIKE 'search%%grams'")
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        search_index.rebuild()
        for _, definition in indexes:
            cursor.execute(definition)
        cursor.execute(
            "UPDATE matters_searchentry e SET uses = v.uses FROM bench_variant v "
            "WHERE v.code = e.code AND e.uses <> v.uses"
        )
        cursor.execute("VACUUM ANALYZE")


def unused(many: int, *, seed: int) -> list[tuple[str, str, str, str, int]]:
    """Return variants of which `grow` makes no matters, up to the largest size."""
    return _variants(seed)[-many:]


def _real() -> int:
    return MatterVersion.objects.filter(status="published").exclude(matter__code__contains=_MARK).count()


def _variants(seed: int) -> list[tuple[str, str, str, str, int]]:
    """Every variant as (code, code of the real matter, name, everyday name, uses), shuffled."""
    chance = random.Random(seed)  # noqa: S311 - figures to measure with, no secret
    real = MatterVersion.objects.filter(status="published").exclude(matter__code__contains=_MARK)
    names = sorted(real.values_list("matter__code", "name", "everyday_name"))
    made = [
        (
            f"{code}{_MARK}{number}",
            code,
            f"{name}（{situation}·{place}）",
            f"{situation}{everyday.split('/')[0]}" if everyday else "",
        )
        for number, (situation, place, (code, name, everyday)) in enumerate(
            itertools.product(SITUATIONS, PLACES, names)
        )
    ]
    chance.shuffle(made)
    return [(*one, int(_MOST_USED / chance.randint(1, 100_000))) for one in made]


def _copy(cursor: Any, rows: list[tuple[str, str, str, str, int]]) -> None:
    """Write variants by COPY, and their versions, materials and steps as copies of the real ones."""
    cursor.execute("DROP TABLE IF EXISTS bench_new")
    cursor.execute("CREATE TEMP TABLE bench_new (code text, real text, name text, everyday text, uses int)")
    lines = "".join("\t".join(map(str, row)) + "\n" for row in rows)
    cursor.copy_expert("COPY bench_new FROM STDIN", io.StringIO(lines))
    cursor.execute(
        "INSERT INTO bench_variant SELECT code, uses FROM bench_new; CREATE INDEX ON bench_new (code);"
        "CREATE TEMP TABLE bench_pair ON COMMIT DROP AS SELECT r.id AS real_id, r.current_id AS real_version, n.* "
        "FROM bench_new n JOIN matters_matter r ON r.code = n.real"
    )
    _insert(cursor, Matter, {"code": "n.code", "current_id": "NULL"}, "bench_pair n ON n.real_id = r.id")
    named = {"matter_id": "m.id", "name": "n.name", "everyday_name": "n.everyday"}
    of_new = "bench_pair n ON n.real_version = {} JOIN matters_matter m ON m.code = n.code"
    _insert(cursor, MatterVersion, named, of_new.format("r.id"))
    cursor.execute(
        "UPDATE matters_matter m SET current_id = v.id FROM matters_matterversion v "
        "WHERE v.matter_id = m.id AND m.current_id IS NULL"
    )
    for part in (Material, Step):
        _insert(cursor, part, {"version_id": "m.current_id"}, of_new.format("r.version_id"))


def _insert(cursor: Any, model: type[Model], other: dict[str, str], join: str) -> None:
    """Copy rows of a table, as often as the join says, with other values in some columns."""
    columns = [str(field.column) for field in model._meta.concrete_fields if not field.primary_key]
    values = [other.get(column, f'r."{column}"') for column in columns]
    names = [f'"{column}"' for column in columns]
    table = model._meta.db_table
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} FROM {table} r JOIN {join}"  # noqa: S608
    )

"""The guide page as it is kept: made once, and never shown when anything it is made of has changed."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from matters.enums import Role
from matters.models import Bundle, Department, Matter, MatterVersion, ServicePoint, StepFigures
from matters.selectors import guide_stamp
from matters.selectors.published import _STAMP
from matters.services import departments, versions
from matters.services.templates import import_templates
from tests.unit.matters.conftest import NOW
from tests.unit.matters.test_templates import ROW

TOMORROW = NOW + timedelta(days=1)
IMMUTABLE = {"matters_material", "matters_step"}  # parts of a version, which the database keeps from changing


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    caches["guides"].clear()
    yield
    caches["guides"].clear()


@pytest.fixture
def world_of_one(load, small, staff):
    """A small catalogue whose first matter is followed in every way that its guide shows."""
    import_templates(text=json.dumps({"templates": [ROW]}), by=None, now=NOW)
    small["matters"][0] |= {"joint_departments": ["BBB"], "template": "T-1", "template_version": 1}
    load(small)
    return small, load, staff("office", Department.objects.get(code="AAA"), Role.OFFICE)


def shown(code: str = "A-1", client: Client | None = None) -> str:
    """What a page says beside its frame, which is each one's own."""
    page = (client or Client()).get(f"/matters/{code}/").content.decode()
    found = re.search(r"<div class=\"page\">.*</aside>", page, re.DOTALL)
    assert found
    return found.group()


def made_anew(code: str = "A-1") -> str:
    caches["guides"].clear()
    return shown(code)


def change(row: dict, **values: object) -> None:
    row |= values


def published(change_it: Callable[[dict], None]) -> Callable:
    """Publish the catalogue with a change, a day later."""

    def act(small: dict, load: Callable, office: object) -> None:
        change_it(small)
        load(small, TOMORROW)

    return act


def begun(small: dict, load: Callable, office: object) -> None:
    change(small["matters"][0], fee="10元", effective_on=TOMORROW.date().isoformat())
    load(small)
    assert versions.begin(version_id=MatterVersion.objects.get(number=2).pk, now=TOMORROW)


def expired(small: dict, load: Callable, office: object) -> None:
    change(small["matters"][0], cancel_on=TOMORROW.date().isoformat())
    load(small)
    caches["guides"].clear()
    shown()
    assert versions.expire(version_id=MatterVersion.objects.get(number=2).pk, now=TOMORROW)


def measured(**figures: object) -> StepFigures:
    matter = Matter.objects.get(code="A-1")
    span = {"since": NOW.date() - timedelta(days=365), "until": NOW.date(), "n": 10}
    return StepFigures.objects.create(
        matter=matter, department=matter.department, **{**span, "median": 3, "p90": 6, **figures}
    )


CHANGES = {
    "suspended": lambda small, load, office: versions.suspend(
        code="A-1", reason="系统升级。", instead="请到大厅。", by=office, now=NOW
    ),
    "cancelled": lambda small, load, office: versions.cancel(code="A-1", reason="法律已改。", by=office, now=NOW),
    "cancelled on its day": expired,
    "a new version": published(lambda c: change(c["matters"][0], fee="10元")),
    "a version that begins": begun,
    "its department's phone": published(lambda c: change(c["departments"][0], consult_phone="0571-1")),
    "its department renamed": lambda small, load, office: departments.rename_department(
        code="AAA", name="丙局", basis="机构改革", effective_on=NOW.date(), by=office, now=NOW
    ),
    "another department renamed": published(lambda c: change(c["departments"][1], name="丁局")),
    "its department merged": lambda small, load, office: departments.merge_department(
        code="AAA", into="BBB", basis="机构改革", effective_on=NOW.date(), by=office, now=NOW
    ),
    "a service point's hours": published(lambda c: change(c["service_points"][0], hours="每天")),
    "a service point closed": lambda *_: ServicePoint.objects.update(is_active=False),
    "enough ended": lambda *_: measured(n=10),
    "a new service point": lambda *_: ServicePoint.objects.create(
        code="TOWN", name="镇上", address="二号", hours="每天"
    ),
    "a bundle renamed": published(lambda c: change(c["bundles"][0], name="开店一次办")),
    "a bundle's trips": published(lambda c: change(c["bundles"][0], trips_after=0)),
    "a bundle ended": lambda *_: Bundle.objects.update(is_active=False),
    "a bundle without it": published(
        lambda c: change(c["bundles"][0], members=[{"matter": "B-1"}], dependencies=[])
    ),
}  # fmt: skip


@pytest.mark.parametrize("act", CHANGES.values(), ids=CHANGES)
def test_a_change_is_shown_at_once_and_shown_whole(world_of_one, act):
    before = shown()
    act(*world_of_one)
    after = shown()
    assert after != before
    assert after == made_anew()


def test_a_matter_resumed_is_shown_as_before(world_of_one):
    *_, office = world_of_one
    before = shown()
    versions.suspend(code="A-1", reason="系统升级。", by=office, now=NOW)
    assert "立即办理" not in shown()
    versions.resume(code="A-1", reason="升级完成。", by=office, now=TOMORROW)
    assert shown() == before


def test_a_template_that_comes_later_is_shown(load, small):
    small["matters"][0] |= {"template": "T-1", "template_version": 1}
    load(small)
    before = shown()
    import_templates(text=json.dumps({"templates": [ROW]}), by=None, now=NOW)
    assert "省级模板" in shown()
    assert shown() != before


def test_what_a_page_reads_is_what_its_stamp_watches(world_of_one):
    with CaptureQueriesContext(connection) as captured:
        shown()
    read = {table for query in captured for table in re.findall(r"(?:FROM|JOIN) \"(\w+)\"", query["sql"])}
    watched = set(re.findall(r"(?:FROM|JOIN) (matters_\w+)", _STAMP))
    assert "matters_servicepoint" in read
    assert read - IMMUTABLE <= watched


def test_a_kept_page_asks_one_question(world_of_one):
    def questions() -> int:
        with CaptureQueriesContext(connection) as captured:
            shown()
        return len(captured)

    assert questions() <= 10
    assert questions() == 1


def test_what_changes_while_a_page_is_made_is_not_kept_as_what_was(world_of_one):
    """The hours change between the stamp and the reading of the service points, and change back."""
    before = shown()
    caches["guides"].clear()

    def open_daily(execute: Callable, sql: str, params: object, many: bool, context: dict) -> object:
        if sql.startswith('SELECT "matters_servicepoint"'):
            ServicePoint.objects.update(hours="每天")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(open_daily):
        assert "每天" in shown()
    ServicePoint.objects.update(hours="周一至周五")
    assert shown() == before


def test_everybody_reads_the_same_guide(world):
    anonymous = shown("SCJG-001")
    for user in (world.citizen.user, world.clerk, world.reviewer("SCJG")):
        assert shown("SCJG-001", world.client(user)) == anonymous
        assert user.name not in anonymous


def test_there_is_no_stamp_where_there_is_no_guide(loaded, client):
    Matter.objects.create(code="NEW", department=Department.objects.get(code="AAA"))
    assert guide_stamp("NEW") is None
    assert guide_stamp("NONE") is None
    assert client.get("/matters/NONE/").status_code == 404
    assert client.get("/matters/NEW/").status_code == 409


def test_a_stamp_reads_by_index_what_grows_with_the_catalogue(loaded):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN (FORMAT JSON) {_STAMP}", ["A-1"])
        (plan,) = cursor.fetchone()
    read = {}

    def look(node: dict) -> None:
        if "Relation Name" in node:
            read[node["Relation Name"]] = node["Node Type"]
        for inner in node.get("Plans", ()):
            look(inner)

    look((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"])
    for table in ("matter", "matterversion", "bundlemember", "mattertemplate", "stepfigures"):
        assert read[f"matters_{table}"] in ("Index Scan", "Bitmap Heap Scan", "Index Only Scan"), table


# --- how long it really takes ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("median", "p90", "said"),
    [
        ("2.50", "6.00", "一半在3个工作日内办完，九成在6个工作日内"),
        ("0.00", "1.20", "一半当天办完，九成在2个工作日内"),
        ("4.10", "5.00", "九成在5个工作日内办完"),
        ("0.00", "0.00", "九成当天办完"),
    ],
)
def test_guide_says_how_long_it_really_takes(world_of_one, median, p90, said):
    measured(n=12, median=median, p90=p90)
    page = shown()
    assert f"实际多久：{said}</strong>" in page
    assert "近一年办结12件" in page


def test_guide_is_silent_about_too_few(world_of_one):
    measured(n=9)
    assert "实际多久" not in shown()

"""A small catalogue that can be bent in every way, and people with posts."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection

from core.models import User
from matters.enums import Role
from matters.models import Department, ServicePoint, StaffPost
from matters.services.catalogue_import import ImportReport, import_catalogue

NOW = datetime(2026, 10, 12, 1, 0, tzinfo=UTC)
DEMO = Path(__file__).parents[3] / "matters" / "catalogue" / "demo.json"

MATERIAL = {
    "name": "申请书",
    "key": "FORM",
    "material_type": 2,
    "form": 3,
    "originals": 1,
    "copies": 0,
    "source_channel": 10,
    "necessity": 1,
}
LICENCE = MATERIAL | {"name": "营业执照", "key": "BL", "material_type": 1, "source_channel": 20}
MATTER = {
    "code": "A-1",
    "name": "开店登记",
    "everyday_name": "开店",
    "item_type_code": "01",
    "department": "AAA",
    "exercise_level": 4,
    "service_objects": [1, 2],
    "case_type": 2,
    "statutory_limit": {"value": 20, "unit": "workday", "note": ""},
    "promised_limit": {"value": 5, "unit": "workday"},
    "max_trips": 1,
    "handling_forms": [1, 2],
    "topic": "准营准办",
    "express_supported": True,
    "fee": "不收费",
    "legal_basis": "示例条例第1条",
    "result": {"name": "营业执照", "type": "出证办结", "satisfies": ["BL"]},
    "delivery_options": ["窗口领取"],
    "materials": [MATERIAL],
    "flow": [
        {"key": "review", "name": "审查", "kind": "review", "department": "AAA", "days": 3},
        {
            "key": "visit",
            "name": "核查",
            "kind": "inspect",
            "department": "BBB",
            "after": ["review"],
            "days": 1,
        },
        {
            "key": "decide",
            "name": "决定",
            "kind": "decide",
            "department": "AAA",
            "after": ["visit"],
            "days": 1,
        },
    ],
}
SMALL = {
    "departments": [
        {"code": "AAA", "name": "甲局", "region_code": "330199", "uscc": "11330199003000743N"},
        {"code": "BBB", "name": "乙局", "region_code": "330199"},
    ],
    "service_points": [
        {"code": "HALL", "name": "大厅", "kind": "hall", "address": "一号", "hours": "周一至周五"},
    ],
    "matters": [
        MATTER,
        MATTER
        | {"code": "B-1", "name": "卫生许可", "everyday_name": "", "department": "BBB", "topic": "卫生"}
        | {"materials": [MATERIAL, LICENCE], "result": {"name": "卫生许可证", "type": "出证办结"}},
    ],
    "bundles": [
        {
            "code": "BUN",
            "name": "开店一件事",
            "kind": "一件事",
            "lead_department": "AAA",
            "lead_rule": "首先受理",
            "members": [{"matter": "A-1"}, {"matter": "B-1", "optional": True}],
            "dependencies": [{"first": "A-1", "then": "B-1", "reason": "先照后证"}],
            "promised_workdays": 7,
            "trips_before": 4,
            "trips_after": 1,
        }
    ],
}


@pytest.fixture
def small() -> dict:
    """A catalogue of two departments, two matters and one bundle, to be changed by the test."""
    return json.loads(json.dumps(SMALL))


@pytest.fixture
def blank(db):
    """Take catalogue, people and audit trail out of the database until the test's transaction rolls back."""
    tables = [model._meta.db_table for model in apps.get_app_config("matters").get_models()]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # the triggers would refuse
        for table in [*tables, "core_auditentry", "core_user"]:
            cursor.execute(f"DELETE FROM {table}")
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


@pytest.fixture
def load(blank):
    """Import a catalogue given as a dict."""

    def import_dict(catalogue: dict, now: datetime = NOW, **options) -> ImportReport:
        text = json.dumps(catalogue, ensure_ascii=False, indent=1)
        return import_catalogue(text=text, by=options.pop("by", None), now=now, **options)

    return import_dict


@pytest.fixture
def loaded(load, small):
    load(small)
    return small


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def demo_text() -> str:
    return DEMO.read_text("utf-8")


@pytest.fixture
def demo(blank, demo_text):
    import_catalogue(text=demo_text, by=None, now=NOW)


@pytest.fixture
def department(blank) -> Department:
    return Department.objects.create(code="AAA", name="甲局", region_code="330199")


@pytest.fixture
def hall(blank) -> ServicePoint:
    return ServicePoint.objects.create(code="HALL", name="大厅", address="一号", hours="周一至周五")


@pytest.fixture
def staff(blank):
    """Make a member of staff who holds the roles in the department."""

    def make(username: str, department: Department, *roles: Role, hall: ServicePoint | None = None) -> User:
        user = User.objects.create_user(username, name=username)
        for role in roles:
            StaffPost.objects.create(
                user=user, department=department, role=role, service_point=hall, given_at=NOW, given_by=None
            )
        return user

    return make

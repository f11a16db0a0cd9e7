import pytest

from core.errors import Forbidden, Invalid, Refusal
from core.models import AuditEntry
from matters.enums import Role
from matters.models import Department
from matters.services.departments import add_department


@pytest.fixture
def admin(staff, department):
    return staff("admin", department, Role.ADMINISTRATOR)


def test_add_department_has_its_queue_and_is_audited(admin, now, settings):
    added = add_department(code=" NEW ", name="新局", by=admin, now=now)
    assert (added.code, added.queue, added.region_code) == ("NEW", "dept.NEW", settings.REGION_CODE)
    assert AuditEntry.objects.get(act="add_department").detail == {"code": "NEW", "name": "新局"}


@pytest.mark.parametrize("role", Role)
def test_add_department_is_for_administrators_and_the_office(role, staff, department, hall, now):
    by = staff("by", department, role, hall=hall)
    if role in (Role.ADMINISTRATOR, Role.OFFICE):
        assert add_department(code="NEW", name="新局", by=by, now=now).pk
    else:
        with pytest.raises(Forbidden):
            add_department(code="NEW", name="新局", by=by, now=now)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", "新局"),
        ("code", ""),
        ("code", "A" * 17),
        ("code", "a.b"),
        ("name", " "),
        ("level", 8),
        ("uscc", "113301990030007430"),
    ],
)
def test_add_department_refuses_wrong_input(field, value, admin, now):
    with pytest.raises(Invalid) as refused:
        add_department(**{"code": "NEW", "name": "新局", "by": admin, "now": now} | {field: value})
    assert refused.value.field == field
    assert not Department.objects.filter(name="新局").exists()


def test_add_department_refuses_a_code_in_use(admin, now):
    with pytest.raises(Refusal) as refused:
        add_department(code="AAA", name="新局", by=admin, now=now)
    assert refused.value.code == "department_exists"


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("市场监督管理局（知识产权局）", "市场监督管理局"),
        ("公安局", "公安局"),
        ("村（社区）便民服务站", "村（社区）便民服务站"),
    ],
)
def test_short_name_can_be_understood_alone(name, short):
    assert Department(name=name).short_name == short

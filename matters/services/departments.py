"""Adding, renaming and merging departments."""

import re
from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from core import audit
from core.codes import is_credit_code
from core.errors import Invalid, NotFound, Refusal
from core.models import User
from matters.enums import DepartmentChangeKind, Role
from matters.models import Department, DepartmentChange, MainItem, Matter
from matters.permissions import require
from matters.services import search_index

_CODE = re.compile(r"[A-Za-z0-9_-]{1,16}")


@transaction.atomic
def add_department(
    *,
    code: str,
    name: str,
    by: User | None,
    now: datetime,
    uscc: str = "",
    level: int = 4,
    region_code: str = "",
    consult_phone: str = "",
    complaint_phone: str = "",
    hall_hours: str = "",
    note: str = "",
) -> Department:
    """Add a department; its queue is consumed as soon as the workers next look at their list of queues.

    Only an administrator or the catalogue office may; `by` is None for the command line. `level` is the
    exercise level of GB/T 39046-2020 (4 = county). Raises Invalid on the field that is wrong, and Refusal
    `department_exists` for a code in use.
    """
    if by is not None:
        require(by, Role.ADMINISTRATOR, Role.OFFICE)
    code, name, uscc = code.strip(), name.strip(), uscc.strip().upper()
    _check(code, name, uscc, level)
    department, created = Department.objects.get_or_create(
        code=code,
        defaults={
            "name": name,
            "uscc": uscc,
            "level": level,
            "region_code": region_code or settings.REGION_CODE,
            "consult_phone": consult_phone,
            "complaint_phone": complaint_phone,
            "hall_hours": hall_hours,
            "note": note,
        },
    )
    if not created:
        raise Refusal(
            "department_exists", f"部门代码“{code}”已由“{department.name}”使用，请换一个代码。", field="code"
        )
    audit.record(by=by, now=now, act="add_department", on=department, code=code, name=name)
    return department


@transaction.atomic
def rename_department(
    *, code: str, name: str, effective_on: date, basis: str, by: User, now: datetime
) -> DepartmentChange:
    """Rename a department and keep its old name on record; papers already issued keep the name they bear.

    Only an administrator or the catalogue office may. Raises Invalid for a name that is empty or no change, or a
    missing basis, and Refusal `department_merged` for a body that is no more.
    """
    require(by, Role.ADMINISTRATOR, Role.OFFICE)
    department = _lock(code)
    name = name.strip()
    if not 0 < len(name) <= 100 or name == department.name:
        raise Invalid("department_name", "请填写与原名称不同的新名称，最多100个字。", field="name")
    before, department.name = department.name, name
    department.save(update_fields=["name"])
    search_index.refresh(department_ids=[department.pk])
    return _record(
        department,
        kind=DepartmentChangeKind.RENAME,
        effective_on=effective_on,
        name_before=before,
        name_after=name,
        basis=basis,
        by=by,
        now=now,
    )


@transaction.atomic
def merge_department(
    *, code: str, into: str, effective_on: date, basis: str, by: User, now: datetime
) -> DepartmentChange:
    """Merge a department into another, which takes over its matters and all work that begins from now on.

    Work already in its queue is finished there, by the people who have it. Only an administrator or the catalogue office
    may. Raises Invalid for merging a body into itself or a missing basis, Refusal `department_merged` where either is
    no more.
    """
    require(by, Role.ADMINISTRATOR, Role.OFFICE)
    if code == into:
        raise Invalid("department_into", "不能并入自己，请选择另一个部门。", field="into")
    first, second = sorted(
        [code, into]
    )  # one order for everybody, so that two mergers cannot wait for each other
    locked = {first: _lock(first), second: _lock(second)}
    department, successor = locked[code], locked[into]
    Matter.objects.filter(department=department).update(department=successor)
    MainItem.objects.filter(department=department).update(department=successor)
    Department.objects.filter(successor=department).update(successor=successor)
    department.successor = successor
    department.save(update_fields=["successor"])
    search_index.refresh(department_ids=[successor.pk])
    return _record(
        department,
        kind=DepartmentChangeKind.MERGER,
        effective_on=effective_on,
        name_before=department.name,
        name_after=successor.name,
        into=successor,
        basis=basis,
        by=by,
        now=now,
    )


def _lock(code: str) -> Department:
    department = Department.objects.select_for_update().filter(code=code, is_active=True).first()
    if department is None:
        raise NotFound(f"没有代码为“{code}”的部门，请核对。", code="department_unknown")
    if department.successor_id:
        raise Refusal("department_merged", f"“{department.name}”已并入其他部门，不能再改。")
    return department


def _record(
    department: Department, *, basis: str, by: User, now: datetime, **change: object
) -> DepartmentChange:
    if not basis.strip():
        raise Invalid("basis_required", "请填写依据，例如机构改革方案的文号。", field="basis")
    made = DepartmentChange.objects.create(
        department=department, basis=basis.strip(), recorded_at=now, recorded_by=by, **change
    )
    audit.record(
        by=by,
        now=now,
        act=f"{made.kind}_department",
        on=department,
        code=department.code,
        before=made.name_before,
        after=made.name_after,
        basis=made.basis,
    )
    return made


def _check(code: str, name: str, uscc: str, level: int) -> None:
    if not _CODE.fullmatch(code):
        raise Invalid("department_code", "部门代码由1至16个英文字母、数字、短横或下划线组成。", field="code")
    if not 0 < len(name) <= 100:
        raise Invalid("department_name", "请填写部门名称，最多100个字。", field="name")
    if not 1 <= level <= 7:
        raise Invalid("department_level", "行使层级应为1至7，县级填4。", field="level")
    if uscc and not is_credit_code(uscc):
        raise Invalid("department_uscc", "统一社会信用代码不正确，请对照证书逐位核对。", field="uscc")

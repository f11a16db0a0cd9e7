"""Adding, renaming and merging departments, at once or on the day that was set."""

import re
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from core import audit
from core.clock import local_date
from core.codes import is_credit_code
from core.errors import Invalid, NotFound, Refusal
from core.models import User
from matters.enums import DepartmentChangeKind, Role
from matters.models import Department, DepartmentChange, MainItem, Matter
from matters.models.organisation import DepartmentChangeQuerySet
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

    A rename dated after today (China's date) waits for its day. Only an administrator or the catalogue office may.
    Raises Invalid for a name that is empty, no change or borne by another department, or a missing basis, and
    Refusal `department_merged` for a body that is no more, `department_change_waiting` where a change is waiting.
    """
    require(by, Role.ADMINISTRATOR, Role.OFFICE)
    department = _lock(code)
    name = name.strip()
    if not 0 < len(name) <= 100 or name == department.name:
        raise Invalid("department_name", "请填写与原名称不同的新名称，最多100个字。", field="name")
    _check_name_free(name, effective_on)
    return _record(
        department,
        kind=DepartmentChangeKind.RENAME,
        effective_on=effective_on,
        name_after=name,
        basis=basis,
        by=by,
        now=now,
    )


@transaction.atomic
def merge_department(
    *, code: str, into: str, effective_on: date, basis: str, by: User, now: datetime
) -> DepartmentChange:
    """Merge a department into another, which takes over its matters and all work that begins from then on.

    Work already in its queue is finished there, by the people who have it. A merger dated after today (China's date)
    waits for its day. Only an administrator or the catalogue office may. Raises Invalid for merging a body into
    itself or a missing basis, Refusal `department_merged` where either is no more, and `department_change_waiting`
    where a waiting change says otherwise.
    """
    require(by, Role.ADMINISTRATOR, Role.OFFICE)
    if code == into:
        raise Invalid("department_into", "不能并入自己，请选择另一个部门。", field="into")
    first, second = sorted(
        [code, into]
    )  # one order for everybody, so that two mergers cannot wait for each other
    locked = {first: _lock(first), second: _lock(second)}
    department, successor = locked[code], locked[into]
    mergers = DepartmentChange.objects.waiting().filter(kind=DepartmentChangeKind.MERGER)
    _refuse_waiting(mergers.filter(Q(into=department) | Q(department=successor)))
    return _record(
        department,
        kind=DepartmentChangeKind.MERGER,
        effective_on=effective_on,
        name_after=successor.name,
        into=successor,
        basis=basis,
        by=by,
        now=now,
    )


def apply_change(*, change_id: int, now: datetime) -> bool:
    """Rename or merge once the day of a waiting change has come; return whether it was this call that did."""
    with transaction.atomic():
        change = _lock_change(change_id)
        if not change.is_waiting or change.effective_on > local_date(now):
            return False
        _apply(change, now)
    return True


@transaction.atomic
def call_off_change(*, change_id: int, by: User, now: datetime) -> DepartmentChange:
    """Call off a change that waits for its day; it stays on record as called off.

    Only an administrator or the catalogue office may. Raises NotFound for a change that is not there, Refusal
    `department_change_over` for one that took effect or was called off, and `department_name_promised` where
    another department is about to take the name that a merger would have freed.
    """
    require(by, Role.ADMINISTRATOR, Role.OFFICE)
    change = _lock_change(change_id)
    if not change.is_waiting:
        said = "已经生效" if change.applied_at else "已经撤销"
        raise Refusal("department_change_over", f"“{change}”{said}，不能再撤销。")
    if change.into and _promised(change.department.name).exists():
        raise Refusal(
            "department_name_promised",
            f"另一部门已登记更名为“{change.department.name}”，请先撤销那项更名，再撤销合并。",
        )
    change.called_off_at, change.called_off_by = now, by
    change.save(update_fields=["called_off_at", "called_off_by"])
    _audit(change, act=f"call_off_{change.kind}_department", by=by, now=now)
    return change


def _lock(code: str) -> Department:
    department = Department.objects.select_for_update().filter(code=code, is_active=True).first()
    if department is None:
        raise NotFound(f"没有代码为“{code}”的部门，请核对。", code="department_unknown")
    if department.successor_id:
        raise Refusal("department_merged", f"“{department.name}”已并入其他部门，不能再改。")
    return department


def _lock_change(change_id: int) -> DepartmentChange:
    """Lock a change and then its departments, in the order in which everybody locks departments."""
    change = DepartmentChange.objects.select_for_update().filter(pk=change_id).first()
    if change is None:
        raise NotFound("没有这项部门变动，请刷新页面。", code="department_change_unknown")
    names = Department.objects.select_for_update().filter(pk__in=[change.department_id, change.into_id])
    locked = {one.pk: one for one in names.order_by("code")}
    change.department = locked[change.department_id]
    change.into = locked[change.into_id] if change.into_id else None
    return change


def _record(
    department: Department,
    *,
    kind: DepartmentChangeKind,
    effective_on: date,
    basis: str,
    by: User,
    now: datetime,
    **change: Any,
) -> DepartmentChange:
    if not basis.strip():
        raise Invalid("basis_required", "请填写依据，例如机构改革方案的文号。", field="basis")
    _refuse_waiting(department.changes.waiting())  # type: ignore[attr-defined]
    made = DepartmentChange.objects.create(
        department=department,
        kind=kind,
        effective_on=effective_on,
        name_before=department.name,
        basis=basis.strip(),
        recorded_at=now,
        recorded_by=by,
        **change,
    )
    _audit(made, act=f"{kind}_department", by=by, now=now, on_day=f"{effective_on:%Y-%m-%d}")
    if effective_on <= local_date(now):
        _apply(made, now)
    return made


def _refuse_waiting(changes: DepartmentChangeQuerySet) -> None:
    waiting = changes.first()
    if waiting:
        day = f"{waiting.effective_on:%Y-%m-%d}"
        raise Refusal(
            "department_change_waiting",
            f"“{waiting}”已登记，{day} 生效。请等它生效，或先把它撤销，再登记新的变动。",
        )


def _apply(change: DepartmentChange, now: datetime) -> None:
    """Let a change take effect; the caller has locked it and its departments."""
    department, into = change.department, change.into
    change.name_before = department.name
    if into is None:
        department.name = change.name_after
        department.save(update_fields=["name"])
        touched = department
    else:
        change.name_after = into.name
        Matter.objects.filter(department=department).update(department=into)
        MainItem.objects.filter(department=department).update(department=into)
        Department.objects.filter(successor=department).update(successor=into)
        department.successor = into
        department.save(update_fields=["successor"])
        touched = into
    change.applied_at = now
    change.save(update_fields=["name_before", "name_after", "applied_at"])
    search_index.refresh(department_ids=[touched.pk])
    _audit(change, act=f"begin_{change.kind}_department", by=None, now=now)


def _audit(change: DepartmentChange, *, act: str, by: User | None, now: datetime, **said: str) -> None:
    audit.record(
        by=by,
        now=now,
        act=act,
        on=change.department,
        code=change.department.code,
        before=change.name_before,
        after=change.name_after,
        basis=change.basis,
        **said,
    )


def _check_name_free(name: str, on: date) -> None:
    """Refuse a name that another department bears or is about to bear; names are keys in the files of the catalogue.

    The name of one that will be merged by then is free.
    """
    gone = DepartmentChange.objects.waiting().filter(kind=DepartmentChangeKind.MERGER, effective_on__lte=on)
    bearing = Department.objects.filter(name=name, is_active=True, successor=None)
    if bearing.exclude(pk__in=gone.values("department")).exists() or _promised(name).exists():
        raise Invalid("department_name_taken", f"已有部门叫“{name}”，请换一个名称。", field="name")


def _promised(name: str) -> DepartmentChangeQuerySet:
    """Return the waiting renames to a name."""
    return DepartmentChange.objects.waiting().filter(kind=DepartmentChangeKind.RENAME, name_after=name)


def _check(code: str, name: str, uscc: str, level: int) -> None:
    if not _CODE.fullmatch(code):
        raise Invalid("department_code", "部门代码由1至16个英文字母、数字、短横或下划线组成。", field="code")
    if not 0 < len(name) <= 100:
        raise Invalid("department_name", "请填写部门名称，最多100个字。", field="name")
    if not 1 <= level <= 7:
        raise Invalid("department_level", "行使层级应为1至7，县级填4。", field="level")
    if uscc and not is_credit_code(uscc):
        raise Invalid("department_uscc", "统一社会信用代码不正确，请对照证书逐位核对。", field="uscc")

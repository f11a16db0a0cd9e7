"""Adding departments."""

import re
from datetime import datetime

from django.conf import settings
from django.db import transaction

from core import audit
from core.codes import is_credit_code
from core.errors import Invalid, Refusal
from core.models import User
from matters.enums import Role
from matters.models import Department
from matters.permissions import require

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


def _check(code: str, name: str, uscc: str, level: int) -> None:
    if not _CODE.fullmatch(code):
        raise Invalid("department_code", "部门代码由1至16个英文字母、数字、短横或下划线组成。", field="code")
    if not 0 < len(name) <= 100:
        raise Invalid("department_name", "请填写部门名称，最多100个字。", field="name")
    if not 1 <= level <= 7:
        raise Invalid("department_level", "行使层级应为1至7，县级填4。", field="level")
    if uscc and not is_credit_code(uscc):
        raise Invalid("department_uscc", "统一社会信用代码不正确，请对照证书逐位核对。", field="uscc")

"""What a department does with its entries: begin, hand in, take out again (部门上报)."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import IntegrityError, transaction

from core import audit
from core.errors import Invalid, Refusal
from core.models import User
from matters import publishing
from matters.catalogue.content import elements
from matters.enums import Role, Verdict
from matters.models import CatalogueEntry, Department, Matter, MatterTemplate
from matters.permissions import require
from matters.services.entries import readiness
from matters.services.entries.acts import give_verdict, lock_entry, said
from matters.services.entries.adopting import said_by

LONGEST_CODE = 50
# What tells one matter from another, and is not said of its copy.
_IDENTITY = frozenset({"task_code", "local_task_code", "handling_item_code", "effective_on", "cancel_on"})


def start(
    *,
    code: str,
    by: User,
    now: datetime,
    department: Department | None = None,
    content: dict[str, Any] | None = None,
) -> CatalogueEntry:
    """Begin an entry: for a known matter from its newest version, for a new one in the department named.

    `content` says what to begin with instead. Only an editor of the department may. Raises Refusal `entry_open`
    where the matter has an entry on its way: two drafts would undo each other.
    """
    matter = Matter.objects.select_related("department").filter(code=code).first()
    owner = matter.department if matter else department
    if owner is None:
        raise Invalid("department_missing", "这是新的事项，请选择由哪个部门实施。", field="department")
    require(by, Role.EDITOR, department=owner)
    _check_code(code)
    base = readiness.newest_version(code)
    return _add(
        code=code,
        matter=matter,
        department=owner,
        base_version=base,
        content=content if content is not None else _beginning(code, owner, base.content if base else {}),
        by=by,
        now=now,
    )


def start_new(
    *,
    code: str,
    department: Department,
    by: User,
    now: datetime,
    template: MatterTemplate | None = None,
    copy_of: str = "",
) -> CatalogueEntry:
    """Begin an entry for a matter that there is not yet: empty, from a template, or as a copy of another matter.

    Raises Invalid where the code is taken, or names no published matter to copy.
    """
    if Matter.objects.filter(code=code).exists():
        raise Invalid("code_taken", f"事项 {code} 已经有了，请选“修订已有事项”。", field="code")
    said = said_by(template) if template else {}
    if copy_of:
        version = readiness.newest_version(copy_of)
        if version is None:
            raise Invalid("source_unknown", f"没有已发布的事项 {copy_of}，请核对编码。", field="source")
        said = {key: value for key, value in version.content.items() if key not in _IDENTITY}
    return start(code=code, by=by, now=now, department=department, content=_beginning(code, department, said))


@transaction.atomic
def submit(*, entry_id: int, reason: str, by: User, now: datetime) -> CatalogueEntry:
    """Hand an entry in for review, saying what changes and why (部门上报).

    Only an editor of the department may. Raises NotReady `content_invalid` where the draft cannot be read as a guide.
    """
    entry = lock_entry(entry_id)
    publishing.check(entry, "submit", by=by)
    readiness.base_is_current(entry)
    guide = readiness.parsed(entry)
    entry.submitted_at, entry.submitted_by = now, by
    entry.save(update_fields=["submitted_at", "submitted_by"])
    give_verdict(entry, Verdict.PASS, reason=reason, by=by, now=now)
    special = bool(guide.elements["deliberation_required"])
    publishing.make(entry, "submit", by=by, now=now, note=reason, special=special)
    return entry


@transaction.atomic
def withdraw(*, entry_id: int, reason: str, by: User, now: datetime) -> CatalogueEntry:
    """Give up a draft; its row stays, and the matter may be begun anew."""
    entry = lock_entry(entry_id)
    publishing.check(entry, "withdraw", by=by)
    publishing.make(entry, "withdraw", by=by, now=now, note=said(reason))
    return entry


def begin_again(entry: CatalogueEntry, *, by: User, now: datetime) -> CatalogueEntry:
    """Begin a new entry with what a locked one says, by whoever unlocked it."""
    return _add(
        code=entry.code,
        matter=entry.matter,
        department=entry.department,
        base_version=readiness.newest_version(entry.code),
        content=entry.content,
        by=by,
        now=now,
    )


def _beginning(code: str, department: Department, published: dict[str, Any]) -> dict[str, Any]:
    return {**published, "code": code, "department": department.code}


def _check_code(code: str) -> None:
    try:
        validate_slug(code if len(code) <= LONGEST_CODE else "")
    except ValidationError as error:
        raise Invalid(
            "code_invalid", "事项编码只能用英文字母、数字、短横和下划线，最多 50 个字符。", field="code"
        ) from error


def _add(*, by: User, now: datetime, **columns: Any) -> CatalogueEntry:
    try:
        with transaction.atomic():
            entry = CatalogueEntry.objects.create(
                **columns,
                special=bool(elements(columns["content"]).get("deliberation_required")),
                state_since=now,
                created_at=now,
                created_by=by,
                updated_at=now,
                updated_by=by,
            )
            audit.record(by=by, now=now, act="start_entry", on=entry, code=entry.code)
    except IntegrityError as error:
        if "entry_open_once" not in str(error):
            raise
        raise Refusal(
            "entry_open",
            f"事项 {columns['code']} 已有编制或审核中的条目，同一事项一次只能改一份，请在原条目上继续。",
            field="code",
        ) from error
    return entry

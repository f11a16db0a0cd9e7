"""What staff write for each other: in the margin of a material, and beside a case. The applicant never reads it."""

from datetime import datetime

from django.db import transaction

from applications.locks import lock_task
from applications.models import Annotation, ApplicationMaterial, Attachment, Note, ReviewTask
from applications.permissions import BACK_OFFICE, require_task_role
from applications.selectors.consulting import materials_of
from applications.selectors.noting import open_annotations
from core import audit
from core.errors import Invalid, NotFound, Refusal
from core.models import User


def check_write(*, task: ReviewTask, by: User) -> None:
    """Allow the back office of a task's own department, whoever holds the task; never on one's own application."""
    require_task_role(by, task, *BACK_OFFICE)
    if task.case.application.applicant.user_id == by.pk:
        raise NotFound()


@transaction.atomic
def annotate(
    *,
    task_id: int,
    material: ApplicationMaterial,
    text: str,
    by: User,
    now: datetime,
    attachment: Attachment | None = None,
    page: int | None = None,
) -> Annotation:
    """Write in the margin of a material of the task's own matter; on a page (from 1) of one of its files if named.

    Raises Invalid `text_required`, `foreign_material`, `foreign_file`, `page_without_file`.
    """
    task = lock_task(task_id)
    check_write(task=task, by=by)
    _require_text(text, "批注")
    if not materials_of(task, by).filter(pk=material.pk).exists():
        raise Invalid("foreign_material", "请选择本事项的材料。", field="material")
    if attachment and (attachment.material_id != material.pk or attachment.removed_at):
        raise Invalid("foreign_file", "所选文件不属于这份材料，请重新选择。", field="attachment")
    if page and not attachment:
        raise Invalid("page_without_file", "要批注到某一页，请先选择文件。", field="page")
    row = Annotation.objects.create(
        task=task, material=material, attachment=attachment, page=page, text=text.strip(), at=now, by=by
    )
    _audit(row, "annotation.add", task, by, now, material=material.name, text=row.text)
    return row


def check_resolve(*, task: ReviewTask, by: User) -> None:
    """Allow whoever may annotate to settle what is open on the materials of a task's matter."""
    check_write(task=task, by=by)
    if not open_annotations(task, by).exists():
        raise Refusal("nothing_to_resolve", "这项任务的材料上没有未了结的批注。")


@transaction.atomic
def resolve(*, task_id: int, annotation: Annotation, by: User, now: datetime) -> Annotation:
    """Settle an open annotation; the second time it is refused as `already_resolved`."""
    task = lock_task(task_id)
    check_write(task=task, by=by)
    found = Annotation.objects.filter(pk=annotation.pk, material__in=materials_of(task, by)).first()
    if found is None:
        raise NotFound("没有找到这条批注。")
    if found.resolved_at:
        raise Refusal("already_resolved", "这条批注已经了结，请刷新页面。")
    found.resolved_at, found.resolved_by = now, by
    found.save(update_fields=["resolved_at", "resolved_by"])
    _audit(found, "annotation.resolve", task, by, now)
    return found


@transaction.atomic
def note(*, task_id: int, text: str, by: User, now: datetime) -> Note:
    """Add an internal note to a task's case; it stays as it was written."""
    task = lock_task(task_id)
    check_write(task=task, by=by)
    _require_text(text, "备注")
    row = Note.objects.create(case=task.case, text=text.strip(), at=now, by=by)
    _audit(row, "note.add", task, by, now, text=row.text)
    return row


def _require_text(text: str, what: str) -> None:
    if not text.strip():
        raise Invalid("text_required", f"请写明{what}内容。", field="text")


def _audit(
    row: Annotation | Note, act: str, task: ReviewTask, by: User, now: datetime, **detail: str
) -> None:
    audit.record(by=by, now=now, act=act, on=row, reference=task.case.application.number or "", **detail)

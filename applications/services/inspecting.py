"""On site: who was there, when and where, what they saw, and the pictures they took (行政许可法 §34(3): two people)."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePath
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from applications import policies
from applications.locks import lock_task
from applications.models import RecordPhoto, ReviewTask, TaskRecord
from applications.services import review
from core import audit
from core.errors import Invalid, NotFound, Refusal
from core.models import User
from core.uploads import IMAGE_FORMATS, SUFFIXES, cleaned

MOST_PHOTOS = 12


def record(
    *,
    task_id: int,
    finding: str,
    seen_at: datetime | None,
    place: str,
    photos: Sequence[UploadedFile] = (),
    by: User,
    now: datetime,
) -> TaskRecord:
    """Record what a person saw on site, with pictures; pictures sent earlier stay.

    Pictures are re-encoded: nothing but the picture remains of them (no position, no time). Raises what `review.record`
    and `core.uploads.cleaned` raise, Invalid `not_a_photo`, `too_many_photos`; then nothing is kept.
    """
    pictures = [(upload.name or "", *_photo(upload)) for upload in photos]
    with transaction.atomic():
        row = review.record(task_id=task_id, finding=finding, seen_at=seen_at, place=place, by=by, now=now)
        if row.photos.count() + len(pictures) > MOST_PHOTOS:
            raise Invalid(
                "too_many_photos", f"每人最多 {MOST_PHOTOS} 张照片，请挑选后再上传。", field="photos"
            )
        for name, content_type, content in pictures:
            _keep(row, name, content_type, content, by, now)
    return row


def _photo(upload: UploadedFile) -> tuple[str, bytes]:
    try:
        content_type, content = cleaned(upload)
    except Invalid as refusal:
        raise Invalid(refusal.code, f"“{upload.name}”：{refusal.message}", field="photos") from refusal
    if content_type not in IMAGE_FORMATS:
        raise Invalid("not_a_photo", f"“{upload.name}”不是照片，请上传 JPG 或 PNG。", field="photos")
    return content_type, content


def _keep(row: TaskRecord, name: str, content_type: str, content: bytes, by: User, now: datetime) -> None:
    photo = RecordPhoto(
        record=row,
        name=PurePath(name).name[-200:] or "照片",
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_at=now,
    )
    photo.file.save(f"{uuid4().hex}{SUFFIXES[content_type]}", ContentFile(content), save=False)
    photo.save()
    reference = row.task.case.application.number or ""
    audit.record(by=by, now=now, act="photo.add", on=photo, reference=reference, sha256=photo.sha256)


def check_confirm(*, task: ReviewTask, by: User) -> None:
    """Allow a colleague who was on site too to confirm what somebody else recorded there."""
    review.check_record(task=task, by=by)
    if not policies.is_on_site(task):
        raise Refusal("not_on_site", "只有现场核查的记录需要到场的人确认；请填写您自己的记录。")
    on_site = task.records.filter(seen_at__isnull=False)
    if on_site.filter(user=by).exists():
        raise Refusal("own_record", "您已有自己的现场记录，无需再确认；有补充的，请修改自己的记录。")
    if not on_site.exists():
        raise Refusal("nothing_to_confirm", "还没有其他人的现场记录可以确认；请填写您自己的记录。")


@transaction.atomic
def confirm(*, task_id: int, record: TaskRecord, by: User, now: datetime, remark: str = "") -> TaskRecord:
    """Confirm a colleague's record of a visit one took part in: one's own record, of the same time and place.

    What is confirmed is copied, so that it stays what it was when the colleague changes theirs. Raises NotFound for a
    record of another task or one's own.
    """
    task = lock_task(task_id)
    check_confirm(task=task, by=by)
    found = task.records.exclude(user=by).filter(pk=record.pk, seen_at__isnull=False).first()
    if found is None:
        raise NotFound("没有找到可以确认的记录。")
    finding = f"本人同时在场，确认{found.user.name}的记录：{found.finding}"
    finding += f"\n补充：{remark.strip()}" if remark.strip() else ""
    return review.keep_record(
        task, finding, by, now, seen_at=found.seen_at, place=found.place, confirms=found
    )

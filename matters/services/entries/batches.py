"""Batches: entries shown to the public together, and published together on their day (浙江规定 §4)."""

from collections.abc import Collection
from datetime import date, datetime

import structlog
from django.db import transaction
from django.db.models import QuerySet

from core import audit
from core.clock import local_date
from core.errors import Invalid, NotFound, Refusal
from core.models import User
from matters import publishing
from matters.enums import EntryState, Role, Verdict
from matters.models import CatalogueBatch, CatalogueEntry, Matter
from matters.permissions import require
from matters.selectors.batches import share
from matters.services import versions
from matters.services.entries import readiness
from matters.services.entries.acts import give_verdict, not_the_submitter, said

# The law asks for public comment and names no length; a week leaves everybody one free day.
COMMENT_DAYS_LEAST = 7
log = structlog.get_logger(__name__)


@transaction.atomic
def prepare(
    *,
    name: str,
    comment_from: date,
    comment_until: date,
    publishes_on: date,
    by: User,
    now: datetime,
) -> CatalogueBatch:
    """Announce a batch with its dates, before it is known what will be in it; its number is the next one."""
    require(by, Role.OFFICE)
    _check_dates(comment_from, comment_until, publishes_on)
    if comment_from < local_date(now):
        raise Invalid("comment_in_past", "公示开始日期已经过去，请改成今天或以后。", field="comment_from")
    name = said(name, field="name", what="批次名称")[:100]
    if CatalogueBatch.objects.filter(name=name).exists():
        raise Invalid("batch_named_twice", "已有同名的批次，公众会分不清，请换一个名称。", field="name")
    last = CatalogueBatch.objects.select_for_update().order_by("number").last()
    batch = CatalogueBatch.objects.create(
        number=last.number + 1 if last else 1,
        name=name,
        comment_from=comment_from,
        comment_until=comment_until,
        publishes_on=publishes_on,
        created_at=now,
        created_by=by,
    )
    audit.record(by=by, now=now, act="prepare_batch", on=batch, number=batch.number)
    return batch


@transaction.atomic
def open_comment(
    *,
    batch_id: int,
    entry_ids: Collection[int],
    comment_until: date,
    publishes_on: date,
    by: User,
    now: datetime,
) -> CatalogueBatch:
    """Show locked entries to the public from today on, and say until when they may be spoken of (公示).

    Raises Invalid for no entry or a time shorter than COMMENT_DAYS_LEAST days, today included.
    """
    batch = _lock_batch(batch_id)
    publishing.check(batch, "open_comment", by=by)
    today = local_date(now)
    _check_dates(today, comment_until, publishes_on)
    entries = _lock_entries(CatalogueEntry.objects.filter(pk__in=entry_ids))
    if not entries:
        raise Invalid("entries_missing", "请至少选一个已锁定的条目纳入本批次。", field="entries")
    publishing.make(
        batch,
        "open_comment",
        by=by,
        now=now,
        comment_from=today,
        comment_until=comment_until,
        publishes_on=publishes_on,
        opened_at=now,
        opened_by=by,
    )
    for entry in entries:
        not_the_submitter(entry, by)
        publishing.make(entry, "open_comment", by=by, now=now, note=batch.name, batch=batch)
        give_verdict(entry, Verdict.PASS, reason=f"纳入{batch.name}公示。", by=by, now=now)
    return batch


@transaction.atomic
def publish_batch(*, batch_id: int, by: User | None, now: datetime) -> CatalogueBatch:
    """Publish what a batch still holds, as new versions of its matters; `by` is None when its day has come.

    Never before the day announced, nor while a comment is unanswered: Refusal `too_early`, `comments_unanswered`.
    One entry that cannot be published holds all of them back: it must be unlocked first.
    """
    batch = _lock_batch(batch_id)
    publishing.check(batch, "publish", by=by)
    _check_ripe(batch, local_date(now))
    entries = _lock_entries(batch.entries.filter(state=EntryState.COMMENT))
    codes = [entry.code for entry in entries]
    list(Matter.objects.select_for_update().filter(code__in=codes).order_by("code"))  # imports wait
    guides = []
    for entry in entries:
        readiness.base_is_current(entry)
        guides.append(readiness.lawful(readiness.parsed(entry)))
    for entry, version in zip(entries, versions.publish(guides, by=by, now=now), strict=True):
        publishing.make(
            entry,
            "publish",
            by=by,
            now=now,
            note=batch.name,
            published_version=version,
            matter=version.matter,
        )
    at_most_once, in_use = share()
    publishing.make(
        batch,
        "publish",
        by=by,
        now=now,
        published_at=now,
        published_by=by,
        at_most_once=at_most_once,
        in_use=in_use,
    )
    return batch


def publish_if_ripe(*, batch_id: int, now: datetime) -> bool:
    """Publish a batch whose day has come, and return whether it was; what holds it back is logged."""
    try:
        publish_batch(batch_id=batch_id, by=None, now=now)
    except Refusal as refusal:
        log.warning("batch_held_back", batch_id=batch_id, code=refusal.code, message=refusal.message)
        return False
    return True


def _check_dates(comment_from: date, comment_until: date, publishes_on: date) -> None:
    if (comment_until - comment_from).days + 1 < COMMENT_DAYS_LEAST:
        raise Invalid(
            "comment_too_short",
            f"公示至少 {COMMENT_DAYS_LEAST} 天（含首尾），请把截止日期往后移。",
            field="comment_until",
        )
    if publishes_on <= comment_until:
        raise Invalid("publishes_too_early", "发布日期应在公示截止之后，请往后移。", field="publishes_on")


def _check_ripe(batch: CatalogueBatch, today: date) -> None:
    if today < batch.publishes_on:
        raise Refusal(
            "too_early", f"本批次公告于 {batch.publishes_on:%Y-%m-%d} 发布，还没有到这一天，不能提前。"
        )
    waiting = batch.comments.filter(answered_at=None).count()
    if waiting:
        raise Refusal("comments_unanswered", f"还有 {waiting} 条公众意见没有答复，请先逐条答复再发布。")


def _lock_batch(pk: int) -> CatalogueBatch:
    found = CatalogueBatch.objects.select_for_update(no_key=True).filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到这个批次，请回到列表核对。")
    return found


def _lock_entries(entries: QuerySet[CatalogueEntry]) -> list[CatalogueEntry]:
    rows = entries.select_related("department").select_for_update(no_key=True, of=("self",))
    return list(rows.order_by("pk"))

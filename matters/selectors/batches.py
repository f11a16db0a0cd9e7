"""Batches and public comment, for the office, for staff and for everybody."""

from datetime import date

from django.db.models import Count, Q, QuerySet

from core.errors import NotFound
from core.models import User
from matters.enums import BatchState, EntryState, MatterState
from matters.models import CatalogueBatch, CatalogueEntry, Matter, PublicComment
from matters.permissions import require
from matters.selectors.entries import WORK_ROLES


def share() -> tuple[int, int]:
    """Return how many matters in use take one trip at most, and how many are in use (纳入“最多跑一次”比例)."""
    in_use = Matter.objects.filter(state=MatterState.IN_USE, current__isnull=False)
    return in_use.filter(current__max_trips__lte=1).count(), in_use.count()


def batches(*, viewer: User) -> QuerySet[CatalogueBatch]:
    """Return all batches with `entry_count`, `comment_count` and `unanswered_count`, newest first, for staff."""
    require(viewer, *WORK_ROLES)
    return CatalogueBatch.objects.annotate(
        entry_count=Count("entries", filter=Q(entries__state__in=_SHOWN), distinct=True),
        comment_count=Count("comments", distinct=True),
        unanswered_count=Count("comments", filter=Q(comments__answered_at=None), distinct=True),
    )


def batch_for(*, viewer: User, number: int) -> CatalogueBatch:
    """Return one batch by its number for staff; NotFound where there is none."""
    found = batches(viewer=viewer).filter(number=number).first()
    if found is None:
        raise NotFound("没有找到这个批次，请回到列表核对。")
    return found


def entries_in(batch: CatalogueBatch) -> QuerySet[CatalogueEntry]:
    """Return what a batch holds, by code; what was unlocked meanwhile has left it."""
    shown = batch.entries.filter(state__in=_SHOWN)
    return shown.select_related("department", "base_version", "matter", "published_version").order_by("code")


def comments_on(batch: CatalogueBatch) -> QuerySet[PublicComment]:
    """Return what was said of a batch and answered, newest first."""
    return batch.comments.select_related("entry", "answered_by").order_by("-id")


def comment_on(batch: CatalogueBatch, pk: int) -> PublicComment:
    """Return one comment on a batch; NotFound where it is another batch's."""
    found = batch.comments.filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到这条意见，请刷新页面。")
    return found


def ripe(*, today: date) -> QuerySet:
    """Return the ids of the batches whose day has come; for the clock."""
    come = CatalogueBatch.objects.filter(state=BatchState.COMMENT, publishes_on__lte=today)
    return come.order_by("publishes_on", "pk").values_list("pk", flat=True)


def public_batches() -> QuerySet[CatalogueBatch]:
    """Return the batches that everybody may see: open for comment first, then published, newest first."""
    shown = CatalogueBatch.objects.exclude(state=BatchState.PREPARING)
    return shown.annotate(
        entry_count=Count("entries", filter=Q(entries__state__in=_SHOWN), distinct=True),
        comment_count=Count("comments", distinct=True),
    ).order_by("state", "-number")


def public_batch(number: int) -> CatalogueBatch:
    """Return a batch that everybody may see, by its number; NotFound where there is none."""
    found = public_batches().filter(number=number).first()
    if found is None:
        raise NotFound("没有找到这个公示批次，请回到公示列表。")
    return found


_SHOWN = (EntryState.COMMENT, EntryState.PUBLISHED)

"""Batches and what the public says of them. No queries here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from matters.catalogue.differences import Difference
from matters.enums import BatchState
from matters.models import CatalogueBatch, CatalogueEntry, PublicComment
from matters.presenters.entries import by_section

TONES = {BatchState.PREPARING: "neutral", BatchState.COMMENT: "progress", BatchState.PUBLISHED: "success"}


def percent(part: int, whole: int) -> str:
    """Write a share as the reform's lists do: 91.6%; a dash where there is nothing to share."""
    return f"{part * 100 / whole:.1f}%" if whole else "—"


@dataclass(frozen=True)
class BatchRow:
    """One batch in a list of staff or of the public."""

    batch: CatalogueBatch

    @property
    def url(self) -> str:
        return reverse("batch", args=[self.batch.number])

    @property
    def public_url(self) -> str:
        return reverse("public-batch", args=[self.batch.number])

    @property
    def number(self) -> str:
        return f"第 {self.batch.number} 批"

    @property
    def name(self) -> str:
        return self.batch.name

    @property
    def state(self) -> str:
        return self.batch.get_state_display()

    @property
    def tone(self) -> str:
        return TONES[BatchState(self.batch.state)]

    @property
    def dates(self) -> str:
        return f"{self.batch.comment_from:%Y-%m-%d} 至 {self.batch.comment_until:%Y-%m-%d}"

    @property
    def invitation(self) -> str:
        return f"{self.count} 项改动，{self.batch.comment_until:%Y-%m-%d} 截止，已收到 {self.comments} 条意见"

    def is_open_on(self, day: date) -> bool:
        """Return whether comments are taken on this day."""
        return self.batch.state == BatchState.COMMENT and day <= self.batch.comment_until

    @property
    def count(self) -> int:
        return self.batch.entry_count  # type: ignore[attr-defined]

    @property
    def comments(self) -> int:
        return self.batch.comment_count  # type: ignore[attr-defined]

    @property
    def unanswered(self) -> int:
        return self.batch.unanswered_count  # type: ignore[attr-defined]

    @property
    def share(self) -> str:
        """The share of matters of at most one trip after this batch, with numerator and denominator."""
        if self.batch.in_use is None or self.batch.at_most_once is None:
            return "发布后计算"
        return f"{percent(self.batch.at_most_once, self.batch.in_use)}（{self.batch.at_most_once}/{self.batch.in_use}）"


@dataclass(frozen=True)
class BatchItem:
    """One entry of a batch, with what changes."""

    entry: CatalogueEntry
    differences: Sequence[Difference] = ()

    @property
    def url(self) -> str:
        return reverse("entry", args=[self.entry.pk])

    @property
    def guide_url(self) -> str:
        return reverse("matter", args=[self.entry.code]) if self.entry.matter_id else ""

    @property
    def name(self) -> str:
        return self.entry.name

    @property
    def code(self) -> str:
        return self.entry.code

    @property
    def department(self) -> str:
        return self.entry.department.short_name

    @property
    def trips(self) -> int:
        return int(self.entry.content.get("max_trips", 0))

    @property
    def trips_words(self) -> str:
        base = self.entry.base_version
        if base is None or base.max_trips == self.trips:
            return f"{self.trips} 次"
        return f"{base.max_trips} 次 → {self.trips} 次"

    @property
    def sections(self) -> list[dict[str, Any]]:
        return by_section(self.differences)

    @property
    def changes(self) -> str:
        if self.entry.base_version_id is None:
            return "新增事项"
        return f"修改 {len(self.differences)} 处" if self.differences else "没有改动"


@dataclass(frozen=True)
class BatchPage:
    """One batch: its dates, its entries, the share it brings, and what the public says."""

    batch: CatalogueBatch
    items: Sequence[BatchItem]
    comments: Sequence[PublicComment]
    share_now: tuple[int, int]
    today: date

    @property
    def row(self) -> BatchRow:
        return BatchRow(self.batch)

    @property
    def is_preparing(self) -> bool:
        return self.batch.state == BatchState.PREPARING

    @property
    def is_open(self) -> bool:
        return self.batch.state == BatchState.COMMENT

    @property
    def takes_comments(self) -> bool:
        return self.is_open and self.today <= self.batch.comment_until

    @property
    def days_left(self) -> int:
        return (self.batch.comment_until - self.today).days

    @property
    def facts(self) -> list[dict[str, Any]]:
        batch = self.batch
        published = f"{batch.published_at:%Y-%m-%d}" if batch.published_at else ""
        by = batch.published_by.name if batch.published_by else "到期自动发布"
        return [
            {"label": "公示", "value": self.row.dates},
            {"label": "发布日期", "value": f"{batch.publishes_on:%Y-%m-%d}"},
            *([{"label": "已发布", "value": published, "note": by}] if published else []),
        ]

    @property
    def stats(self) -> list[dict[str, Any]]:
        """How many of the batch take at most one trip, and how many of the whole catalogue."""
        once = sum(1 for item in self.items if item.trips <= 1)
        part, whole = self.share_now
        if self.batch.in_use is not None and self.batch.at_most_once is not None:
            part, whole = self.batch.at_most_once, self.batch.in_use
        when = "发布后" if self.batch.state == BatchState.PUBLISHED else "目前"
        return [
            {"label": "本批事项", "value": len(self.items), "unit": "项"},
            {"label": "其中最多跑一次", "value": once, "unit": f"项，{percent(once, len(self.items))}"},
            {
                "label": f"{when}全部在用事项中最多跑一次",
                "value": percent(part, whole),
                "unit": f"{part}/{whole} 项",
            },
        ]

    @property
    def why_not_publish(self) -> str:
        waiting = sum(1 for one in self.comments if one.answered_at is None)
        if self.today < self.batch.publishes_on:
            return f"公告的发布日期是 {self.batch.publishes_on:%Y-%m-%d}，到时自动发布"
        return f"还有 {waiting} 条意见没有答复" if waiting else ""

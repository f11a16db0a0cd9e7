"""The versions of one matter's guide: a row of the list, one to be read, two side by side. No queries here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from core.clock import local_date
from matters.catalogue.differences import Difference
from matters.enums import VersionStatus
from matters.models import Matter, MatterVersion
from matters.presenters.entries import by_section

# What each status is called to people, and its tone.
STATUSES = {
    VersionStatus.SCHEDULED: ("待生效", "waiting"),
    VersionStatus.PUBLISHED: ("现行", "success"),
    VersionStatus.SUPERSEDED: ("已被新版替代", "neutral"),
    VersionStatus.CANCELLED: ("已取消", "paused"),
}


@dataclass(frozen=True)
class VersionRow:
    """One version that was ever published; `before` is the number of the one before it, if any."""

    version: MatterVersion
    before: int | None = None

    @property
    def title(self) -> str:
        return f"第 {self.version.number} 版"

    @property
    def name(self) -> str:
        return self.version.name

    @property
    def url(self) -> str:
        return reverse("matter-version", args=[self.version.matter.code, self.version.number])

    @property
    def compare_url(self) -> str:
        """Where it is compared with the version before it; empty for the first."""
        if self.before is None:
            return ""
        chosen = urlencode({"from": self.before, "to": self.version.number})
        return f"{reverse('matter-versions', args=[self.version.matter.code])}?{chosen}"

    @property
    def state(self) -> str:
        return STATUSES[VersionStatus(self.version.status)][0]

    @property
    def tone(self) -> str:
        return STATUSES[VersionStatus(self.version.status)][1]

    @property
    def published(self) -> date | None:
        return local_date(self.version.published_at) if self.version.published_at else None

    @property
    def in_force(self) -> date | None:
        """Since which day it is, was or will be in force."""
        return self.version.effective_on or self.published

    @property
    def ends(self) -> date | None:
        return self.version.cancel_on

    @property
    def by(self) -> str:
        """What brought it into the catalogue: the batch of its entry, or the file it was imported from."""
        entry = getattr(self.version, "entry", None)
        return entry.batch.name if entry and entry.batch else "目录导入"


@dataclass(frozen=True)
class VersionsPage:
    """Every version of one guide, the newest first."""

    versions: Sequence[MatterVersion]

    @property
    def matter(self) -> Matter:
        return self.versions[0].matter

    @property
    def name(self) -> str:
        """What the matter is called now: a version that waits for its day may call it otherwise."""
        current = (one.name for one in self.versions if one.pk == self.matter.current_id)
        return next(current, self.versions[0].name)

    @property
    def rows(self) -> list[VersionRow]:
        earlier = [*(one.number for one in self.versions[1:]), None]
        return [VersionRow(one, before) for one, before in zip(self.versions, earlier, strict=True)]


@dataclass(frozen=True)
class Comparison:
    """Two versions of one guide, the earlier on the left."""

    earlier: MatterVersion
    later: MatterVersion
    differences: Sequence[Difference]

    @property
    def was(self) -> str:
        return f"第 {self.earlier.number} 版"

    @property
    def is_now(self) -> str:
        return f"第 {self.later.number} 版"

    @property
    def words(self) -> str:
        count = len(self.differences)
        return f"{count} 处不同" if count else "没有不同"

    @property
    def changes(self) -> list[dict[str, Any]]:
        return by_section(self.differences)

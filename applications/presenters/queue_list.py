"""The list of tasks as one page: tabs with their counts, rows, what it is narrowed by. No queries here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from applications.enums import BulkKind
from applications.filters import MOST_SEARCHED, PAST, SCOPED
from applications.models import SavedFilter
from applications.presenters.queue import TaskRow
from applications.selectors.queue import works
from core.capped import said
from core.models import User
from matters.enums import Role
from matters.permissions import holds

ELSEWHERE = ("after", "task")
BULK = (
    (BulkKind.CLAIM, "exchange", (Role.REVIEWER, Role.DECIDER, Role.HEAD)),
    (BulkKind.PASS, "check", (Role.REVIEWER, Role.DECIDER, Role.HEAD)),
    (BulkKind.GRANT, "stamp", (Role.DECIDER, Role.HEAD)),
    (BulkKind.HAND, "users", (Role.HEAD,)),
    (BulkKind.PUT_BACK, "undo", (Role.REVIEWER, Role.DECIDER, Role.HEAD)),
)


@dataclass(frozen=True)
class QueueList:
    """One page of the list."""

    viewer: User
    asked: QueryDict
    rows: Sequence[TaskRow]
    counts: Mapping[str, int]
    saved: Sequence[SavedFilter]
    next_cursor: str | None
    fields: Sequence[str]
    own_posts: bool = False

    @property
    def state(self) -> str:
        return self.asked.get("state", "")

    @cached_property
    def chosen(self) -> str:
        """The task that is shown beside the list, by its key."""
        return self.asked.get("task", "")

    @cached_property
    def query(self) -> str:
        """What the list is narrowed by, as it stands in an address."""
        rest = self.asked.copy()
        for each in ELSEWHERE:
            rest.pop(each, None)
        return rest.urlencode()

    @property
    def is_narrowed(self) -> bool:
        return any(value for name, value in self.asked.items() if name not in (*ELSEWHERE, "sort", "scope"))

    @property
    def is_filtered(self) -> bool:
        """Whether the list is narrowed by more than a tab."""
        return any(
            value for name, value in self.asked.items() if name not in (*ELSEWHERE, "sort", "scope", "state")
        )

    @property
    def may_save(self) -> bool:
        """Whether there is something worth a name that has none yet."""
        query = self.query
        return self.is_narrowed and query not in {each.query for each in self.saved}

    @property
    def tabs(self) -> list[dict[str, Any]]:
        """The ways of looking at the work, first what one's posts can take; a tab keeps what the list is narrowed by."""
        return [
            {
                "label": label,
                "url": self._with(state=state, scope=scope),
                "count": said(self.counts[counted]) if counted else None,
                "active": state == self.state and (state != "" or scope == self.scope),
            }
            for state, scope, label, counted in self._ways()
        ]

    def _ways(self) -> Iterator[tuple[str, str, str, str]]:
        """The state and the scope of each tab, what it is called, and which count it bears."""
        if self.works:
            yield "", "", "我能办的", "work"
        yield "", "department" if self.works else "", "全部待办", "live"
        yield "mine", "", "我手上的", "mine"
        yield "open", self.scope, "全部待领取" if self.scope else "待领取", "open"
        yield "involved", "", "我参与的", ""
        yield "done", "", "已完成", ""

    @cached_property
    def works(self) -> bool:
        """Whether the viewer has work of their own in a queue."""
        return works(self.viewer)

    @property
    def scope(self) -> str:
        """Empty for what the viewer's posts can take, and for whoever only oversees; else the whole department."""
        return "department" if self.works and not self.own_posts else ""

    @property
    def everything_url(self) -> str:
        """Where the same is looked for in the whole department; empty where the list is that already."""
        if not self.own_posts or self.state not in SCOPED:
            return ""
        return self._with(state=self.state, scope="department")

    @property
    def where_to_look(self) -> str:
        """Say what an empty list has looked through, and what else to try."""
        if self.state in PAST and self.asked.get("text"):
            return (
                f"最近办完的 {MOST_SEARCHED} 件按申请人、事项、办理对象查找；"
                "更早的请从头输入申报号或申请人名称，或清除筛选。"
            )
        return "换一个条件，或清除筛选。"

    @property
    def late_url(self) -> str:
        return f"?due=late{'&scope=department' if self.scope else ''}"

    @property
    def new_url(self) -> str:
        return f"?sort=arrival{'&scope=department' if self.scope else ''}"

    def _with(self, **changed: str) -> str:
        rest = QueryDict(self.query, mutable=True)
        for name, value in changed.items():
            rest.pop(name, None)
            if value:
                rest[name] = value
        return f"{reverse('queue')}?{rest.urlencode()}" if rest else reverse("queue")

    @property
    def filters(self) -> list[dict[str, Any]]:
        """The saved filters, as links."""
        return [
            {
                "pk": each.pk,
                "label": each.name,
                "url": f"{reverse('queue')}?{each.query}",
                "active": each.query == self.query,
            }
            for each in self.saved
        ]

    @property
    def next_url(self) -> str:
        return f"?{self.query}&after={self.next_cursor}" if self.next_cursor else ""

    @property
    def first_url(self) -> str:
        return f"?{self.query}" if self.asked.get("after") else ""

    @property
    def shown_words(self) -> str:
        return f"本页 {len(self.rows)} 件"

    @property
    def order(self) -> str:
        """Say in what order the list is."""
        if self.state in PAST:
            return "最近完成的在前"
        return "新到的在前" if self.asked.get("sort") == "arrival" else "先到期的在前"

    @property
    def late(self) -> str:
        return f"{said(self.counts['late'])} 件超期" if self.counts["late"] else ""

    @property
    def new(self) -> str:
        return f"{said(self.counts['new'])} 件新到" if self.counts["new"] else ""

    @cached_property
    def is_overview(self) -> bool:
        return "department" in self.fields

    @property
    def may_keep_rules(self) -> bool:
        return holds(self.viewer, Role.HEAD)

    @property
    def may_be_away(self) -> bool:
        return holds(self.viewer, Role.REVIEWER, Role.DECIDER, Role.HEAD)

    @cached_property
    def bulk(self) -> list[dict[str, str]]:
        """What the viewer's posts may do to many tasks at once."""
        if self.state in ("involved", "done"):
            return []
        return [
            {"kind": kind.value, "label": kind.label, "icon": icon}
            for kind, icon, roles in BULK
            if holds(self.viewer, *roles)
        ]

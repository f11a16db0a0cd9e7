"""A draft's flow as a picture. No queries here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from matters.editing.flow import graph_of
from matters.editing.values import as_text
from matters.enums import JoinPolicy
from matters.joining import join_text

BOX_WIDTH, BOX_HEIGHT, GAP_X, GAP_Y = 148, 62, 44, 18
# What stands at the left edge of a box that several lines lead to.
JOIN_SIGNS = {JoinPolicy.ALL: "齐", JoinPolicy.ANY: "任一", JoinPolicy.VETO: "否决", JoinPolicy.LEAD: "主办"}


@dataclass(frozen=True)
class Box:
    """One step in the picture of a flow."""

    key: str
    name: str
    where: str
    days: str
    x: int
    y: int
    is_loose: bool
    join: str = ""  # how it is released, where several lead to it

    @property
    def join_x(self) -> int:
        return self.x - 6

    @property
    def join_y(self) -> int:
        return self.y + BOX_HEIGHT // 2 - 6

    @property
    def text_x(self) -> int:
        return self.x + 10

    @property
    def name_y(self) -> int:
        return self.y + 25

    @property
    def where_y(self) -> int:
        return self.y + 47


class FlowPicture:
    """The flow drawn from left to right: steps by level, what waits for what, and what cannot be followed."""

    def __init__(self, steps: Any, departments: Mapping[str, str]) -> None:
        rows = [row for row in steps if isinstance(row, dict)] if isinstance(steps, list) else []
        self._steps = {str(row["key"]): row for row in rows if row.get("key")}
        self._departments = departments
        self.graph = graph_of(steps)
        columns = [*self.graph.levels, *([self.graph.loose] if self.graph.loose else [])]
        self.boxes = [
            self._box(key, column, place)
            for column, keys in enumerate(columns)
            for place, key in enumerate(keys)
        ]
        self.width = max(len(columns) * (BOX_WIDTH + GAP_X) - GAP_X, 1) + 4
        self.height = max([len(keys) for keys in columns] or [1]) * (BOX_HEIGHT + GAP_Y) - GAP_Y + 4

    def _box(self, key: str, column: int, place: int) -> Box:
        row = self._steps[key]
        code = as_text(row.get("department"))
        name = as_text(row.get("name")) or key
        return Box(
            key=key,
            name=name if len(name) <= 8 else f"{name[:8]}…",
            where=(self._departments.get(code) or code)[:6],
            days=f"{row['days']} 日" if isinstance(row.get("days"), int) else "",
            x=2 + column * (BOX_WIDTH + GAP_X),
            y=2 + place * (BOX_HEIGHT + GAP_Y),
            is_loose=key in self.graph.loose,
            join=self._sign(row) if [then for _, then in self.graph.edges].count(key) > 1 else "",
        )

    @staticmethod
    def _sign(row: Mapping[str, Any]) -> str:
        said = row.get("join") or JoinPolicy.ALL
        return JOIN_SIGNS[JoinPolicy(said)] if said in JoinPolicy.values else "？"

    @property
    def lines(self) -> list[dict[str, Any]]:
        boxes = {box.key: box for box in self.boxes}
        half = BOX_HEIGHT // 2
        return [
            {
                "x1": boxes[first].x + BOX_WIDTH,
                "y1": boxes[first].y + half,
                "x2": boxes[then].x,
                "y2": boxes[then].y + half,
                "is_lead": self._steps[then].get("lead") == first,
            }
            for first, then in self.graph.edges
        ]

    @property
    def described(self) -> str:
        """The picture in words."""
        levels = [
            f"第 {at} 步：{'、'.join(as_text(self._steps[key].get('name')) or key for key in keys)}"
            for at, keys in enumerate(self.graph.levels, start=1)
        ]
        return "；".join([*levels, *self._joins]) or "还没有环节"

    @property
    def _joins(self) -> list[str]:
        """How steps that wait for several are released, where it is not simply by all of them."""
        found = []
        for key, row in self._steps.items():
            if row.get("join") in JoinPolicy.values:
                lead = self._steps.get(as_text(row.get("lead")), {})
                said = join_text(row["join"], lead=as_text(lead.get("name") or row.get("lead")))
                found += [f"{as_text(row.get('name')) or key}：{said}"] if said else []
        return found

    @property
    def problems(self) -> list[str]:
        """What keeps the flow from being followed, named."""
        cycle = [f"环节首尾相接成环：{' → '.join(self.graph.cycle)}"] if self.graph.cycle else []
        return cycle + [f"环节“{key}”要等的“{one}”不存在" for key, one in self.graph.unknown]

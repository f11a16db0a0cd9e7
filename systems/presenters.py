"""Words for the pages of departments' systems. No queries here."""

from datetime import datetime

from systems.models import DepartmentSystem, SystemKey


class SystemRow:
    """One system as lists and its own page show it."""

    def __init__(self, system: DepartmentSystem, now: datetime) -> None:
        self.system = system
        self.code = system.department.code
        self.name = system.department.short_name
        self.waiting, self.given_up = system.waiting, system.given_up  # type: ignore[attr-defined]
        self.state, self.tone = self._state(now)

    def _state(self, now: datetime) -> tuple[str, str]:
        if not self.system.active_since:
            return "未启用", "neutral"
        if self.given_up:
            return "有推送被放弃", "danger"
        if self.system.rests_until and self.system.rests_until > now:
            return "连不上，稍后自动重试", "warning"
        return "使用中", "success"


class KeyRow:
    """One key: its id and state, never its secret."""

    def __init__(self, key: SystemKey) -> None:
        self.key_id, self.created_at, self.ended_at = key.key_id, key.created_at, key.ended_at
        self.direction = key.get_direction_display()
        self.state, self.tone = ("已停用", "neutral") if key.ended_at else ("有效", "success")

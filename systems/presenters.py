"""Words for the pages of departments' systems. No queries here."""

from datetime import date, timedelta

from django.urls import reverse

from systems.models import DepartmentSystem, SystemKey
from systems.reconciling import Day

MOST_SHOWN = 200
COUNTED = {
    "sent": "推送",
    "acknowledged": "已回执",
    "unanswered": "未回执",
    "failed": "已放弃",
    "taken": "采纳结果",
    "refused": "拒绝结果",
}
STATES = {
    "acknowledged": ("已回执", "success"),
    "unanswered": ("未回执", "waiting"),
    "failed": ("已放弃", "danger"),
}


class SystemRow:
    """One system as lists and its own page show it."""

    def __init__(self, system: DepartmentSystem) -> None:
        self.system = system
        self.code = system.department.code
        self.name = system.department.short_name
        self.waiting, self.given_up = system.waiting, system.given_up  # type: ignore[attr-defined]
        self.state, self.tone = self._state()

    def _state(self) -> tuple[str, str]:
        if not self.system.active_since:
            return "未启用", "neutral"
        if self.given_up:
            return "有推送被放弃", "danger"
        if self.system.failures:
            return f"连续 {self.system.failures} 次没有送到，自动重试", "warning"
        return "使用中", "success"


class KeyRow:
    """One key: its id and state, never its secret."""

    def __init__(self, key: SystemKey) -> None:
        self.key_id, self.created_at, self.ended_at = key.key_id, key.created_at, key.ended_at
        self.direction = key.get_direction_display()
        self.state, self.tone = ("已停用", "neutral") if key.ended_at else ("有效", "success")


class ReconciliationPage:
    """One day of one system: the counts, and what both sides have to talk about first."""

    def __init__(self, found: Day, code: str, today: date) -> None:
        self.day = found.day
        self.counts = [(label, found.counts[name]) for name, label in COUNTED.items()]
        pushes = sorted(found.pushes, key=lambda push: push.receipted_at is not None)
        self.pushes = [(push, *STATES[push.state]) for push in pushes[:MOST_SHOWN]]
        results = sorted(found.results, key=lambda each: not each.is_refused)
        self.results = [(each, _said(each.answer)) for each in results[:MOST_SHOWN]]
        self.is_cut = max(len(pushes), len(results)) > MOST_SHOWN
        here = reverse("system-reconciliation", args=[code])
        self.earlier = f"{here}?day={found.day - timedelta(days=1)}" if found.day > date.min else ""
        self.later = f"{here}?day={found.day + timedelta(days=1)}" if found.day < today else ""


def _said(answer: dict) -> str:
    """Return why a result was refused; empty for one that was taken."""
    return "；".join(message for _, message, _ in answer.get("faults", []))

"""How a rename or merger of a department is told. No queries here."""

from dataclasses import dataclass

from django.urls import reverse

from matters.enums import DepartmentChangeKind
from matters.models import DepartmentChange


@dataclass(frozen=True)
class DepartmentChangeRow:
    """One change in the list of the desk, waiting ones with the way to call them off."""

    change: DepartmentChange

    @property
    def state(self) -> str:
        if self.change.called_off_at:
            return "已撤销"
        return "等待生效" if self.change.is_waiting else "已生效"

    @property
    def tone(self) -> str:
        if self.change.called_off_at:
            return "paused"
        return "waiting" if self.change.is_waiting else "success"

    @property
    def call_off_url(self) -> str:
        return reverse("department-change-call-off", args=[self.change.pk]) if self.change.is_waiting else ""

    @property
    def call_off_label(self) -> str:
        return f"撤销：{self.change}"

    @property
    def told(self) -> str:
        """What has just been done, in a sentence."""
        change = self.change
        if change.called_off_at:
            return f"已撤销：{change}"
        verb = "更名为" if change.kind == DepartmentChangeKind.RENAME else "并入"
        if change.is_waiting:
            day = change.effective_on
            return f"已登记：{change.name_before}自{day.year}年{day.month}月{day.day}日起{verb}{change.name_after}，到日自动生效"
        return f"{change.name_before}已{verb}{change.name_after}"

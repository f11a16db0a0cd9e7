"""Rules and absences in the words of their pages."""

from dataclasses import dataclass

from applications.enums import AssignmentWay
from applications.models import Absence, AssignmentRule
from applications.services.absences import may_end
from core.models import User


@dataclass(frozen=True)
class RuleRow:
    """One rule: for what, and to whom."""

    rule: AssignmentRule

    @property
    def scope(self) -> str:
        rule = self.rule
        current = rule.matter.current if rule.matter else None
        matter = f"“{current.name if current else rule.matter}”" if rule.matter else "所有事项"
        return f"{matter} · {rule.get_kind_display() if rule.kind else '所有环节'}"

    @property
    def way(self) -> str:
        rule = self.rule
        if rule.way == AssignmentWay.PERSON and rule.person:
            return f"给{rule.person.name}；不在岗时给代办人"
        return rule.get_way_display()

    @property
    def note(self) -> str:
        """Say where turns stand."""
        last = self.rule.last_person
        return f"上一件给了{last.name}" if last else ""


@dataclass(frozen=True)
class AbsenceRow:
    """One absence: who, when, who stands in, and whether the viewer may end it."""

    absence: Absence
    viewer: User

    @property
    def word(self) -> str:
        return "代办中" if self.absence.began_at else "未开始"

    @property
    def tone(self) -> str:
        return "progress" if self.absence.began_at else "waiting"

    @property
    def may_end(self) -> bool:
        return may_end(self.viewer, self.absence)

    @property
    def end_label(self) -> str:
        return "提前返岗" if self.absence.began_at else "取消"

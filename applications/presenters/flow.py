"""Where a task stands in the flow of its case: its level, what it joins, why it came back. No queries here."""

from dataclasses import dataclass
from datetime import datetime

from applications import flow
from applications.enums import TaskOutcome, TaskStatus
from applications.models import Case, ReviewTask
from applications.services.decisions import vetoed
from matters.enums import JoinPolicy, StepKind
from matters.joining import join_text

LEVELS = {1: "国家级", 2: "省级", 3: "市级", 4: "区级", 5: "镇级", 6: "村级"}


@dataclass(frozen=True)
class TaskFlow:
    """A task in the flow of its case, which the caller has read whole."""

    task: ReviewTask
    case: Case
    now: datetime

    @property
    def level(self) -> str:
        """The place of the step among the levels of its matter, lowest first: 第2级 · 镇级. Empty where it has none."""
        own = self.task.step.level
        if own not in LEVELS:
            return ""
        return f"第{self._levels.index(own) + 1}级 · {LEVELS[own]}" if len(self._levels) > 1 else LEVELS[own]

    @property
    def level_note(self) -> str:
        """What holds on every level after the first (行政许可法 §35)."""
        if self.task.step.level not in self._levels[1:]:
            return ""
        return "下级的意见和全部材料都在本页，不得再向申请人要材料（行政许可法第三十五条）。"

    @property
    def _levels(self) -> list[int]:
        """The levels of the matter, lowest first."""
        return sorted({step.level for step in self.case.version.steps.all() if step.level}, reverse=True)

    @property
    def join(self) -> str:
        """How the steps before this one are joined, with the leading opinion where one leads."""
        step, latest = self.task.step, flow.latest_rounds(self.case.tasks.all())
        lead = latest.get(step.lead)
        said = join_text(step.join, lead=lead.step.name if lead else step.lead)
        if step.join == JoinPolicy.LEAD and lead and lead.status == TaskStatus.DONE:
            said += f"。主办意见：{lead.get_outcome_display()}"
        return said

    @property
    def vetoed(self) -> str:
        """Why a grant is forbidden; said on the page of the decision."""
        if self.task.kind != StepKind.DECIDE:
            return ""
        standing = flow.standings(self.case.tasks.all(), self.now)
        latest = flow.latest_rounds(self.case.tasks.all())
        return vetoed([latest[key] for key in flow.vetoes(self.case.version.steps.all(), standing)])

    @property
    def came(self) -> str:
        """Why a task is here a second time, or from another department."""
        if self.task.round == 1:
            return ""
        others = {each.pk: each for each in self.case.tasks.all()}
        sender = others.get(self.task.sent_back_from_id or 0)
        before = self._round_before()
        parts = []
        if sender:
            who = f"（{sender.completed_by.name}）" if sender.completed_by else ""
            parts.append(f"“{sender.step.name}”{who}退回：{sender.opinion}")
        if (
            before
            and before.status == TaskStatus.CANCELLED
            and before.department_id != self.task.department_id
        ):
            parts.append(f"由{before.department.short_name}改派：{before.opinion}")
        if before and before.outcome == TaskOutcome.SIMULATED:
            parts.append("已出具模拟意见：等申请人补齐所列前置条件，核对相符的在这里转为正式决定。")
        if before and before.outcome == TaskOutcome.MENDING:
            until = f"{self.task.mend_by:%-m月%-d日}前（含当日）" if self.task.mend_by else "限期"
            parts.append(f"已责令{until}整改，期满后再核查一次：{before.opinion}")
        return "；".join(parts) or f"第 {self.task.round} 次办理：退回的环节已重新办完。"

    def _round_before(self) -> ReviewTask | None:
        return next(
            (
                each
                for each in self.case.tasks.all()
                if each.step_id == self.task.step_id and each.round == self.task.round - 1
            ),
            None,
        )

"""What pages and the API say about an application: where it is, whose turn, by when. No queries here."""

from dataclasses import dataclass
from datetime import datetime

from applications import machine
from applications.enums import (
    DECIDED,
    ENDED,
    LIVE_TASK,
    ApplicationStatus,
    CaseStatus,
    Disposition,
    TaskStatus,
)
from applications.models import Application, ApplicationMaterial, Case, ReviewTask, StatusChange
from applications.services.notifications import day_text
from core import masking
from core.clock import CHINA

TONES = {
    ApplicationStatus.DRAFT: "neutral",
    ApplicationStatus.SUBMITTED: "info",
    ApplicationStatus.CORRECTION_OPEN: "warning",
    ApplicationStatus.ACCEPTED: "info",
    ApplicationStatus.REFUSED: "danger",
    ApplicationStatus.WITHDRAWN: "neutral",
    ApplicationStatus.CLOSED: "success",
    CaseStatus.PENDING: "neutral",
    CaseStatus.WAITING: "neutral",
    CaseStatus.IN_REVIEW: "info",
    CaseStatus.GRANTED: "success",
    CaseStatus.DENIED: "danger",
    CaseStatus.NOT_PROCEEDED: "neutral",
    TaskStatus.RELEASED: "neutral",
    TaskStatus.OPEN: "warning",
    TaskStatus.CLAIMED: "info",
    TaskStatus.DONE: "success",
    TaskStatus.CANCELLED: "neutral",
}


@dataclass(frozen=True)
class Standing:
    """One sentence each: where it is, whose turn it is, by when, and whether the applicant must come."""

    where: str
    turn: str
    by_when: str
    due_at: datetime | None
    trip: str

    @property
    def sentence(self) -> str:
        return " · ".join(part for part in (self.where, self.by_when, self.trip) if part)


@dataclass(frozen=True)
class TimelineEntry:
    at: datetime
    title: str
    who: str
    note: str
    tone: str


def stage(application: Application) -> str:
    """Return the stage people see: the stored status, or in review / decided / delivering read off the cases."""
    if application.status != ApplicationStatus.ACCEPTED:
        return application.get_status_display()
    if application.receipted_at:
        delivery = getattr(application, "delivery", None)
        return delivery.get_status_display() if delivery else "待出件"
    if application.ended_at:
        return "已决定，制证中"
    return "部门办理中"


def standing(application: Application, *, now: datetime) -> Standing:
    """Return where an application is, whose turn it is, and by when."""
    turn = machine.OWNERS[Application][application.status]
    if application.status == ApplicationStatus.CORRECTION_OPEN:
        due = application.correction.due_at
        return Standing("等待您补正材料", turn, f"请在{day_text(due)}前补正", due, "可在网上补正，无需到场")
    if application.status == ApplicationStatus.SUBMITTED:
        return Standing("等待窗口审核", turn, "", None, "您无需到场")
    if application.status != ApplicationStatus.ACCEPTED:
        return Standing(application.get_status_display(), turn, "", None, "")
    return _standing_accepted(application)


def _standing_accepted(application: Application) -> Standing:
    if application.receipted_at:
        return _standing_delivery(application)
    due = application.promised_due_at
    by_when = f"最迟{day_text(due)}办结" if due else ""
    if application.ended_at:
        return Standing("已作出决定，正在制作结果", machine.OUTLET, by_when, due, "您无需再跑")
    holders = sorted({task.department.short_name for task in live_tasks(application)})
    where = f"{'、'.join(holders)}审查中" if holders else "部门办理中"
    return Standing(where, "、".join(holders) or machine.DEPARTMENT, by_when, due, "您无需再跑")


def _standing_delivery(application: Application) -> Standing:
    if application.delivery_method == "courier":
        return Standing("全部结果由政务专递寄送", "政务专递", "", None, "您无需到场")
    return Standing("全部结果已齐备，请到出件窗口领取", machine.APPLICANT, "", None, "可委托他人代领")


def live_tasks(application: Application) -> list[ReviewTask]:
    """Return the tasks somebody must still do, of an application read whole."""
    return [
        task
        for case in application.cases.all()
        if case.status not in ENDED
        for task in case.tasks.all()
        if task.status in LIVE_TASK
    ]


def progress_of(case: Case) -> list[dict[str, str]]:
    """Return the steps of a case for a step list: name, department, state in words, tone."""
    tasks = {task.step_id: task for task in case.tasks.all()}
    rows = []
    for step in case.version.steps.all():
        task = tasks.get(step.pk)
        rows.append(
            {
                "name": step.name,
                "department": step.performed_by or step.department.short_name,
                "state": task.get_status_display()
                if task
                else ("不再办理" if case.status in ENDED else "未开始"),
                "tone": TONES[TaskStatus(task.status)] if task else "neutral",
                "due": day_text(task.due_at) if task and task.due_at and task.status in LIVE_TASK else "",
            }
        )
    return rows


def timeline(changes: list[StatusChange], *, for_staff: bool) -> list[TimelineEntry]:
    """Return the timeline; the applicant sees departments, staff see names and opinions as well."""
    return [entry for change in changes if (entry := _entry(change, for_staff))]


def _entry(change: StatusChange, for_staff: bool) -> TimelineEntry | None:
    if change.record == "reviewtask" and not for_staff and change.act not in ("complete", "elapse"):
        return None
    subject = ""
    if change.task:
        subject = f"{change.task.department.short_name} · {change.task.step.name}"
    elif change.case:
        subject = change.case.version.name
    label = machine.label_of(change.record, change.act)
    title = f"{subject}：{label}" if subject else label
    who = change.by.name if change.by and for_staff else ""
    return TimelineEntry(change.at, title, who, change.note if for_staff or not change.task else "", "info")


def material_state(material: ApplicationMaterial) -> tuple[str, str]:
    """Return the word and the tone for a material row: 需提交, 免提交, 已收."""
    if material.disposition == Disposition.SHARED:
        return "免提交（数据共享）", "success"
    if material.disposition == Disposition.INTERNAL:
        return "免提交（内部流转）", "success"
    if material.paper_received_at or material.attachments.all():
        return "已收", "success"
    if not material.is_required:
        return "按情形提交" if material.condition else "可不提交", "neutral"
    return "需提交", "warning"


def trips(application: Application) -> int:
    """Return the trips counted so far, of an application read whole."""
    return len(application.visits.all())


def is_decided(case: Case) -> bool:
    """Return whether a case has its decision."""
    return case.status in DECIDED


def when(moment: datetime | None) -> str:
    """Return a moment as people say it, in China's time: 2026年9月14日 09:30."""
    return f"{moment.astimezone(CHINA):%Y年%-m月%-d日 %H:%M}" if moment else ""


def masked_applicant(application: Application) -> str:
    """Return the applicant's name as a public page may show it."""
    return masking.mask_holder(application.applicant.kind, application.applicant.name)

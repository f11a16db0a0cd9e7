"""Where an application is, whose turn it is, by when, and whether the applicant must come. No queries here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from applications import machine
from applications.enums import (
    DECIDED,
    ENDED,
    LIVE_TASK,
    ApplicationStatus,
    CaseStatus,
    DeliveryMethod,
)
from applications.models import Application, Case, ReviewTask
from applications.presenters.supplies import awaited_of
from applications.presenters.words import TONES
from applications.services.notifications import day_text
from core.calendar import Pause
from core.countdown import Countdown
from matters.enums import StepKind

DAYS_TO_ANSWER = 5  # working days to say whether an application is accepted (行政许可法 §32(4))
DOING = {
    StepKind.REVIEW: "审查中",
    StepKind.INSPECT: "现场核查中",
    StepKind.CONSULT: "会签中",
    StepKind.DECIDE: "作决定中",
    StepKind.PAYOUT: "办理发放中",
}
MOST_NAMED = 3
BAD_NEWS = {
    CaseStatus.DENIED: "未获准予。",
    CaseStatus.REVOKED: "的决定已被撤销。",
    CaseStatus.NOT_PROCEEDED: "不再办理。",
}


@dataclass(frozen=True)
class Standing:
    """One sentence each: where it is, whose turn it is, by when, and whether the applicant must come.

    `kind` is how the standing component shows it: nothing, yours, done, stopped. `trips_left` is None when it is over.
    """

    where: str
    turn: str
    by_when: str
    due_at: datetime | None
    trip: str
    kind: str = ""
    trips_left: int | None = None
    days_left: int | None = None

    @property
    def sentence(self) -> str:
        return " · ".join(part for part in (self.where, self.by_when, self.trip) if part)

    @property
    def is_over(self) -> bool:
        return self.kind in ("done", "stopped")


def stage(application: Application) -> str:
    """Return the stage applicants see: the stored status, or in review / decided / delivering read off the cases."""
    if application.status != ApplicationStatus.ACCEPTED:
        return application.get_status_display()
    return _stage_of_accepted(application)


def stage_for_staff(application: Application) -> str:
    """Return the stage as staff see it: where it is the applicant's turn, it says so instead of asking the reader."""
    if application.status != ApplicationStatus.ACCEPTED:
        return machine.label_for_staff(application)
    return _stage_of_accepted(application)


def _stage_of_accepted(application: Application) -> str:
    if application.receipted_at:
        delivery = _delivery(application)
        return delivery.get_status_display() if delivery else "待出件"
    if application.ended_at:
        return "已决定，制证中"
    return "等待补齐前置条件" if awaiting_supply(application) else "部门办理中"


def stage_tone(application: Application) -> str:
    """Return the tone of the stage for a status tag; what waits for the applicant is a warning."""
    is_theirs = _waits_at_window(application) or awaiting_supply(application)
    if application.status == ApplicationStatus.ACCEPTED and is_theirs:
        return "warning"
    return TONES[ApplicationStatus(application.status)]


def standing(application: Application, *, now: datetime, countdown: Countdown | None = None) -> Standing:
    """Return where an application is, whose turn it is, and by when; with a countdown, how many working days are left."""
    if application.status == ApplicationStatus.ACCEPTED:
        return _accepted(application, now, countdown)
    return {
        ApplicationStatus.DRAFT: _draft,
        ApplicationStatus.SUBMITTED: _submitted,
        ApplicationStatus.CORRECTION_OPEN: _correction_open,
        ApplicationStatus.REFUSED: _refused,
        ApplicationStatus.WITHDRAWN: _withdrawn,
        ApplicationStatus.CLOSED: _closed,
    }[ApplicationStatus(application.status)](application, countdown)


def live_tasks(application: Application) -> list[ReviewTask]:
    """Return the tasks that still hold an application up, of an application read whole."""
    return [
        task
        for case in application.cases.all()
        for task in case.tasks.all()
        if task.status in LIVE_TASK and (case.status not in ENDED or task.kind == StepKind.PAYOUT)
    ]


def promised_trips(application: Application) -> int:
    """Return how many trips the guide promised at most, of an application read whole."""
    if application.bundle:
        return application.bundle.trips_after
    return max((case.version.max_trips for case in application.cases.all()), default=0)


def trips(application: Application) -> int:
    """Return the trips counted so far, of an application read whole."""
    return len(application.visits.all())


def trips_left(application: Application) -> int:
    """Return the trips the applicant still has to make: one to collect, where something is collected at a window."""
    if application.delivery_method == DeliveryMethod.COURIER:
        return 0
    delivery = _delivery(application)
    if delivery:
        return int(delivery.way == "window" and delivery.delivered_at is None)
    to_come = [case for case in application.cases.all() if case.status in DECIDED or case.status not in ENDED]
    return int(any(case.version.passes_outlet for case in to_come))


def _delivery(application: Application):  # type: ignore[no-untyped-def]
    """Return the delivery, which a higher room owns, if there is one."""
    return getattr(application, "delivery", None)


def _waits_at_window(application: Application) -> bool:
    return bool(application.receipted_at) and application.delivery_method == DeliveryMethod.WINDOW


def _left(due: datetime | None, countdown: Countdown | None, pauses: Iterable[Pause] = ()) -> int | None:
    return countdown.left(due, pauses) if countdown else None


def _draft(application: Application, countdown: Countdown | None) -> Standing:
    return Standing("还没有提交", machine.APPLICANT, "", None, "网上提交，无需到场", kind="yours")


def _submitted(application: Application, countdown: Countdown | None) -> Standing:
    correction = getattr(application, "correction", None)
    since = correction.answered_at if correction and correction.answered_at else application.submitted_at
    due = countdown.after(since, DAYS_TO_ANSWER) if countdown and since else None
    return Standing(
        "补正已收到，等待窗口审核" if correction else "等待窗口审核",
        machine.WINDOW,
        f"最迟{day_text(due)}告知是否受理" if due else "5个工作日内告知是否受理",
        due,
        "现在无需到场",
        trips_left=trips_left(application),
        days_left=_left(due, countdown),
    )


def _correction_open(application: Application, countdown: Countdown | None) -> Standing:
    due = application.correction.due_at
    return Standing(
        "等待您补正材料",
        machine.APPLICANT,
        f"请在{day_text(due)}前补正",
        due,
        "可在网上补正，无需到场",
        kind="yours",
        trips_left=trips_left(application),
        days_left=_left(due, countdown),
    )


def _refused(application: Application, countdown: Countdown | None) -> Standing:
    return Standing("不予受理", "", "", None, "", kind="stopped")


def _withdrawn(application: Application, countdown: Countdown | None) -> Standing:
    correction = getattr(application, "correction", None)
    lapsed = bool(correction and correction.lapsed_at)
    return Standing("逾期未补正，视为撤回" if lapsed else "已撤回", "", "", None, "", kind="stopped")


def _closed(application: Application, countdown: Countdown | None) -> Standing:
    delivery = _delivery(application)
    day = day_text(delivery.delivered_at) if delivery and delivery.delivered_at else ""
    how = {"window": "在窗口领取", "courier": "由政务专递送到", "electronic": "电子送达"}
    said = f"，全部结果已于{day}{how[delivery.way]}" if day else ""
    return Standing(_bad_news(application) + f"已办结{said}", "", "", None, "", kind="done")


def _accepted(application: Application, now: datetime, countdown: Countdown | None) -> Standing:
    if application.receipted_at:
        return _delivering(application)
    where, turn = _holders(application)
    due = None if _is_simulated(application) else application.promised_due_at
    left = trips_left(application)
    pauses = [span for case in application.cases.all() for span in case.pauses]
    return Standing(
        where,
        turn,
        _promise_text(due, now),
        due,
        "办结后到窗口一次领取" if left else "您无需再跑",
        kind="yours" if turn == machine.APPLICANT else "",
        trips_left=left,
        days_left=_left(due, countdown, pauses),
    )


def _promise_text(due: datetime | None, now: datetime) -> str:
    if due is None:
        return ""
    return f"最迟{day_text(due)}办结" if now <= due else f"承诺{day_text(due)}办结，已超过"


def _holders(application: Application) -> tuple[str, str]:
    if application.ended_at:
        return "已作出决定，正在制作结果", machine.OUTLET
    waiting = awaiting_supply(application)
    if waiting:
        tasks = [task for task in live_tasks(application) if task.case.status != CaseStatus.SIMULATED]
        others = f"；其他事项{_doing(tasks, _departments(tasks))}" if tasks else ""
        return f"已出具模拟审批意见，等待您补齐前置条件{others}", machine.APPLICANT
    checking = [case for case in application.cases.all() if is_checking(case)]
    if checking:
        names = "、".join(dict.fromkeys(case.version.matter.department.short_name for case in checking))
        return f"补齐的材料已收到，{names}核对中", names
    tasks = live_tasks(application)
    if not tasks:
        waiting = any(case.status == CaseStatus.WAITING for case in application.cases.all())
        return "正在制作前一事项的结果，随后自动开始下一事项" if waiting else "部门办理中", machine.DEPARTMENT
    names = _departments(tasks)
    return _doing(tasks, names), "、".join(names)


def _departments(tasks: list[ReviewTask]) -> list[str]:
    return list(dict.fromkeys(task.department.short_name for task in tasks))


def _is_simulated(application: Application) -> bool:
    """Return whether nothing is left to examine until what was missing is handed in (模拟审批)."""
    cases = application.cases.all()
    states = {case.status for case in cases} - set(ENDED)
    return states == {CaseStatus.SIMULATED} and not any(is_checking(case) for case in cases)


def awaiting_supply(application: Application) -> list[Case]:
    """Return the cases of an application read whole that wait for the applicant to hand in what an opinion lists."""
    found = [(case, awaited_of(case, application)) for case in application.cases.all()]
    return [case for case, awaited in found if awaited and not awaited.checking]


def is_checking(case: Case) -> bool:
    """Return whether what a simulated opinion listed has come, and its department checks it."""
    if case.status != CaseStatus.SIMULATED:
        return False
    return any(each.answered_at is None for each in case.simulated_decision.supplies.all())


def _doing(tasks: list[ReviewTask], names: list[str]) -> str:
    kinds = {task.kind for task in tasks}
    if len(names) > MOST_NAMED:
        return f"{len(names)}个部门同时办理中"
    if len(kinds) > 1:
        return f"{'、'.join(names)}办理中"
    kind = StepKind(kinds.pop())
    return f"{'、'.join(names)}{DOING.get(kind, f'正在进行“{tasks[0].step.name}”')}"


def _delivering(application: Application) -> Standing:
    if application.delivery_method == DeliveryMethod.COURIER:
        delivery = _delivery(application)
        sent = bool(delivery and delivery.status == "in_transit")
        where = "全部结果已由政务专递寄出" if sent else "全部结果已齐备，等待政务专递寄出"
        return Standing(_bad_news(application) + where, "政务专递", "", None, "您无需到场", trips_left=0)
    where = _bad_news(application) + "全部结果已齐备，请到出件窗口领取"
    return Standing(where, machine.APPLICANT, "", None, "可委托他人代领", kind="yours", trips_left=1)


def _bad_news(application: Application) -> str:
    """Return first what was not granted or taken back, ready to be followed by the rest; empty where all is well."""
    said = ""
    for status, words in BAD_NEWS.items():
        names = [f"“{case.version.name}”" for case in application.cases.all() if case.status == status]
        said += "、".join(names) + words if names else ""
    return said + "".join(map(_to_mend, application.cases.all()))


def _to_mend(case: Case) -> str:
    """Return what the holder of a grant has been ordered to mend, and until when; empty where nothing is."""
    days = [task.mend_by for task in case.tasks.all() if task.mend_by and task.status in LIVE_TASK]
    return f"“{case.version.name}”须在{days[0]:%-m月%-d日}前（含当日）整改，期满后再次核查。" if days else ""

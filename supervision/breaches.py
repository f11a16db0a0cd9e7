"""Breaches that no clock measures: a table of checks over what has been written down (浙江规定 §43, 许可法 §72).

Most of the classical breaches cannot happen here, because a constraint or the only way to do the act forbids them: they
stand in IMPOSSIBLE with what holds them, and tests try each. A check that could never find anything would be a lie.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet

from applications.enums import LIVE_TASK, SILENT, CaseStatus
from applications.models import Case, Consultation, ReviewTask, Urging
from core.clock import CHINA, local_date
from core.models import CalendarDay, User
from matters.enums import CaseType, StepKind
from matters.models import Department
from supervision.enums import Breach
from supervision.moments import A_DAY
from supervision.words import day_words, moment_words

LOOKED_BACK = timedelta(days=30)
TASK = ("case__version__matter__department__successor", "step", "department", "claimed_by")


@dataclass(frozen=True)
class Fact:
    """One breach as it was found: whose, since when, against which limit, and in words."""

    case: Case
    task: ReviewTask | None
    since: datetime
    due_at: datetime | None
    words: str
    asked: Department | None = None
    person: User | None = None

    @property
    def department(self) -> Department:
        """Who answers for it: whoever was asked, the task's department, or the matter's."""
        own = self.task.department if self.task else self.case.version.matter.department.in_charge
        return self.asked or own


@dataclass(frozen=True)
class Check:
    """How one kind of breach is found: the rows that show it at a moment, and what is read from a row."""

    breach: Breach
    find: Callable[[datetime], QuerySet[Any]]
    application_id: str
    read: Callable[[Any], Fact]


def _post_checks(now: datetime) -> QuerySet[ReviewTask]:
    late = ReviewTask.objects.filter(kind=StepKind.POST_CHECK, status__in=LIVE_TASK, due_at__lt=now)
    return late.order_by("due_at").select_related(*TASK)


def _post_check(task: ReviewTask) -> Fact:
    assert task.due_at is not None
    ends = day_words(local_date(task.due_at))
    said = f"以告知承诺方式作出决定后，应在{ends}前核查承诺是否属实，至今没有核查记录。"
    return Fact(task.case, task, task.due_at, task.due_at, said, person=task.claimed_by)


def _instant_cases(now: datetime) -> QuerySet[Case]:
    """Return 即办件 still open when the working day after the one they began on has passed, and their promise with it."""
    before = CalendarDay.objects.filter(is_working=True, date__lt=local_date(now)).order_by("-date")
    last = before.values_list("date", flat=True).first()
    began_before = datetime.combine(last, time(0), tzinfo=CHINA) if last else None
    found = Case.objects.filter(
        status=CaseStatus.IN_REVIEW,
        promised_due_at__lt=now,
        version__case_type=CaseType.INSTANT,
        started_at__lt=began_before,
    )
    return found.order_by("promised_due_at").select_related("version__matter__department__successor")


def _instant_case(case: Case) -> Fact:
    assert case.started_at is not None
    began = local_date(case.started_at)
    after = CalendarDay.objects.filter(is_working=True, date__gt=began).order_by("date")
    last = after.values_list("date", flat=True).first() or began
    said = (
        f"即办件，应当场办结；{moment_words(case.started_at)}开始办理，"
        f"过了下一个工作日（{day_words(last)}）仍未作出决定。"
    )
    since = datetime.combine(last + A_DAY, time(0), tzinfo=CHINA)
    return Fact(case, None, since, case.promised_due_at, said)


def _consultations(now: datetime) -> QuerySet[Consultation]:
    """Return questions nobody answered in time; those that lapsed count for a month, as clocks that ended late do."""
    silent = Consultation.objects.filter(status__in=SILENT, due_at__lt=now, due_at__gte=now - LOOKED_BACK)
    return silent.order_by("due_at").select_related(
        *(f"task__{each}" for each in TASK), "department", "person"
    )


def _consultation(row: Consultation) -> Fact:
    ends = day_words(local_date(row.due_at))
    said = f"{moment_words(row.asked_at)}发出的征询意见，应在{ends}前答复，到期没有答复。"
    return Fact(row.task.case, row.task, row.due_at, row.due_at, said, row.department, row.person)


def _urgings(now: datetime) -> QuerySet[Urging]:
    """Return urgings of live tasks that nobody answered in time, for a month: those of ended tasks wait for no answer."""
    late = Urging.objects.filter(
        answered_at=None,
        answer_due_at__lt=now,
        answer_due_at__gte=now - LOOKED_BACK,
        task__status__in=LIVE_TASK,
    )
    return late.order_by("answer_due_at").select_related(*(f"task__{each}" for each in TASK))


def _urging(urging: Urging) -> Fact:
    task, ends = urging.task, day_words(local_date(urging.answer_due_at))
    said = f"{moment_words(urging.asked_at)}发出的督办，应在{ends}前答复，至今没有答复。"
    due = urging.answer_due_at
    return Fact(task.case, task, due, due, said, person=task.claimed_by)


CHECKS: dict[str, Check] = {
    check.breach: check
    for check in (
        Check(Breach.POST_CHECK_MISSED, _post_checks, "case__application_id", _post_check),
        Check(Breach.INSTANT_TOO_LONG, _instant_cases, "application_id", _instant_case),
        Check(Breach.CONSULTATION_UNANSWERED, _consultations, "task__case__application_id", _consultation),
        Check(Breach.URGING_UNANSWERED, _urgings, "task__case__application_id", _urging),
    )
}


@dataclass(frozen=True)
class Impossible:
    """A breach that cannot happen here: what it is, where it is forbidden, and what holds it."""

    title: str
    source: str
    held_by: str


IMPOSSIBLE: tuple[Impossible, ...] = (
    Impossible(
        "对同一申请第二次要求补正",
        "行政许可法第三十二条、第七十二条",
        "每项申请只有一份补正告知，数据库不接受第二份。",
    ),
    Impossible(
        "不予受理不说明理由、不告知应向何机关申请",
        "行政许可法第三十二条、第七十二条",
        "没有理由和机关的不予受理，数据库不接受。",
    ),
    Impossible(
        "受理不出具书面凭证",
        "行政许可法第三十二条第二款",
        "受理与受理通知书在同一事务中写入，二者缺一则都不发生。",
    ),
    Impossible("同一人既受理又决定", "审批分离", "决定记录抄录受理人，决定人与受理人相同时数据库不接受。"),
    Impossible(
        "不予许可不说明理由、不告知救济途径",
        "行政许可法第三十八条",
        "没有理由的不予许可，数据库不接受；复议和诉讼的途径由文书模板写入每一份决定书。",
    ),
    Impossible(
        "办结后改动办件", "浙江规定第四十三条", "状态表中没有从“已办结”出发的动作，补交、补正、决定都被拒绝。"
    ),
    Impossible(
        "特别程序没有依据或没有告知",
        "行政许可法第四十五条",
        "没有种类、依据、原因、所需时间和告知书的特别程序，数据库不接受。",
    ),
    Impossible(
        "超期不告知是否受理",
        "行政许可法第三十二条第一款第四项",
        "由“决定是否受理”时限的规则监察，不另设行为规则。",
    ),
)

"""Every kind of clock there is, in one table: whose it is, what starts, stops and suspends it, where its limit comes from.

`services/clocks.py` acts on it; docs/reference/clocks.md is generated from it (`manage.py clocks_reference`).
Limits in working days unless the unit says otherwise (行政许可法 §82).
"""

from collections.abc import Callable
from dataclasses import dataclass

from applications.cases import versions_of
from applications.enums import (
    APPLICANT,
    DEPARTMENT,
    ENDED,
    ENDED_TASK,
    OUTLET,
    SYSTEM,
    WINDOW,
    ApplicationStatus,
    CaseStatus,
    ClockKind,
    SuspensionKind,
)
from applications.models import Application, Case, ReviewTask
from matters.enums import LimitUnit, StepKind

Limit = tuple[int, str]
Subject = Application | Case | ReviewTask

A = ApplicationStatus
ANSWERED = (A.CORRECTION_OPEN, A.ACCEPTED, A.REFUSED, A.WITHDRAWN)
OVER = (A.CLOSED, A.WITHDRAWN)
PAUSED = (*ENDED, CaseStatus.SIMULATED)
POST_CHECK_DAYS = 60


@dataclass(frozen=True)
class ClockRule:
    """One kind of clock.

    `limit` gives value and unit for the clock's subject, or None where there is no such limit; where the rule has none
    the act that starts the clock says it. `stopped_in` are the states of the subject that stop it by themselves.
    `suspends`: a special procedure of its case stops it (of its own step, for the clock of a step; of any case, for one of
    the whole application). `extends`: an extension moves it. `must_end`: it does not start while the calendar cannot say
    when it ends.
    """

    kind: ClockKind
    owner: str
    starts: str
    stops: str
    limit_says: str
    article: str
    limit: Callable[[Subject], Limit | None] | None = None
    stopped_in: tuple[str, ...] = ()
    suspends: bool = False
    extends: bool = False
    must_end: bool = False


def fixed(value: int, unit: str = LimitUnit.WORKDAY) -> Callable[[Subject], Limit]:
    """Return the limit that is the same for everybody."""
    return lambda subject: (value, unit)


def promised(subject: Subject) -> Limit | None:
    """Return what the guide of a case's matter promises; for an application its bundle's promise or its one matter's."""
    if isinstance(subject, Application):
        if subject.bundle:
            return subject.bundle.promised_workdays, LimitUnit.WORKDAY
        version = versions_of(subject)[0]
    else:
        version = _case(subject).version
    return _said(version.promised_value, version.promised_unit)


def statutory(subject: Subject) -> Limit | None:
    """Return the legal limit of a case's matter."""
    version = _case(subject).version
    return _said(version.statutory_value, version.statutory_unit)


def of_step(subject: Subject) -> Limit | None:
    """Return the days that the guide gives a step; a check after a commitment has 60 where it gives none (浙江规定 §14)."""
    if not isinstance(subject, ReviewTask):
        raise TypeError("Only a task has a step.")
    if subject.kind == StepKind.POST_CHECK and subject.step.days is None:
        return POST_CHECK_DAYS, LimitUnit.WORKDAY
    return (subject.step.days, subject.step.unit) if subject.step.days is not None else None


def _case(subject: Subject) -> Case:
    if not isinstance(subject, Case):
        raise TypeError("Only a case has a version.")
    return subject


def _said(value: int, unit: str) -> Limit | None:
    return (value, unit) if value or unit == LimitUnit.INSTANT else None


RULES: dict[ClockKind, ClockRule] = {
    rule.kind: rule
    for rule in (
        ClockRule(
            kind=ClockKind.PRE_ACCEPTANCE,
            owner=WINDOW,
            starts="网上提交申请，或者提交补正",
            stops="受理、不予受理、一次性告知补正或者撤回",
            limit_says="2个工作日",
            article="电子监察规则（网上预受理）",
            limit=fixed(2),
            stopped_in=ANSWERED,
        ),
        ClockRule(
            kind=ClockKind.ACCEPTANCE,
            owner=WINDOW,
            starts="收到申请材料，或者收到补正材料",
            stops="受理、不予受理、一次性告知补正或者撤回",
            limit_says="5个工作日",
            article="行政许可法第三十二条第一款第四项",
            limit=fixed(5),
            stopped_in=ANSWERED,
        ),
        ClockRule(
            kind=ClockKind.PROMISED,
            owner=DEPARTMENT,
            starts="办件开始办理；模拟意见列出的前置条件补齐之日重新起算；整个申报自受理起",
            stops="办件办结、出具模拟意见或者补齐的材料核对不符；整个申报至全部办件办结",
            limit_says="办事指南的承诺时限；一件事的承诺时限",
            article="浙江省保障“最多跑一次”改革规定",
            limit=promised,
            stopped_in=(*PAUSED, *OVER),
            suspends=True,
            extends=True,
        ),
        ClockRule(
            kind=ClockKind.STATUTORY,
            owner=DEPARTMENT,
            starts="办件开始办理；模拟意见列出的前置条件补齐之日重新起算",
            stops="办件办结、出具模拟意见或者补齐的材料核对不符",
            limit_says="办事指南的法定时限",
            article="行政许可法第四十二条第一款、第四十三条",
            limit=statutory,
            stopped_in=PAUSED,
            suspends=True,
            extends=True,
        ),
        ClockRule(
            kind=ClockKind.STEP,
            owner=DEPARTMENT,
            starts="环节派发；模拟意见之后的决定环节自补齐之日起",
            stops="环节完成或者取消，补齐的材料核对不符",
            limit_says="办事指南的环节时限",
            article="部门内部时限",
            limit=of_step,
            stopped_in=ENDED_TASK,
            suspends=True,
        ),
        ClockRule(
            kind=ClockKind.SPECIAL,
            owner=SYSTEM,
            starts="特别程序环节派发",
            stops="期满或者取消",
            limit_says="办事指南的环节时限",
            article="行政许可法第四十五条",
            limit=of_step,
            stopped_in=ENDED_TASK,
            must_end=True,
        ),
        ClockRule(
            kind=ClockKind.CERTIFICATE,
            owner=OUTLET,
            starts="作出决定；整个申报自最后一个决定起",
            stops="结果制发；整个申报至可以领取、寄出或者电子送达",
            limit_says="10个工作日",
            article="行政许可法第四十四条",
            limit=fixed(10),
            stopped_in=OVER,
        ),
        ClockRule(
            kind=ClockKind.CORRECTION,
            owner=APPLICANT,
            starts="一次性告知补正",
            stops="提交补正、逾期视为撤回或者撤回",
            limit_says="告知书写明的工作日",
            article="行政许可法第三十二条第一款第四项；浙江省保障“最多跑一次”改革规定第十一条",
            stopped_in=(A.SUBMITTED, *OVER),
            must_end=True,
        ),
        ClockRule(
            kind=ClockKind.DEFERRAL,
            owner=APPLICANT,
            starts="容缺受理",
            stops="补齐材料、撤销受理或者撤回",
            limit_says="15个工作日",
            article="浙江省保障“最多跑一次”改革规定",
            limit=fixed(15),
            stopped_in=OVER,
            must_end=True,
        ),
        ClockRule(
            kind=ClockKind.BUNDLE,
            owner=DEPARTMENT,
            starts="受理须由两个以上部门联合办理的申报",
            stops="全部办件办结",
            limit_says="45个工作日",
            article="行政许可法第四十二条第二款",
            limit=fixed(45),
            stopped_in=OVER,
            suspends=True,
            extends=True,
        ),
        ClockRule(
            kind=ClockKind.PROJECT,
            owner=DEPARTMENT,
            starts="受理投资项目的首个申报",
            stops="全部办件办结",
            limit_says="50天或者100天，自然日，按项目类别",
            article="项目审批承诺",
            stopped_in=OVER,
            suspends=True,
        ),
    )
}


@dataclass(frozen=True)
class LawfulKind:
    """One special procedure that may stop the limits: its basis, and the most working days it may be expected to take.

    Where `basis` is empty the law that allows it here must be named.
    """

    kind: SuspensionKind
    basis: str = ""
    longest: int = 60


BY_LICENSING_LAW = "《中华人民共和国行政许可法》第四十五条"
LAWFUL: dict[str, LawfulKind] = {
    each.kind: each
    for each in (
        LawfulKind(SuspensionKind.HEARING, "《中华人民共和国行政许可法》第四十五条、第四十六条至第四十八条"),
        LawfulKind(SuspensionKind.TENDER, BY_LICENSING_LAW, 90),
        LawfulKind(SuspensionKind.AUCTION, BY_LICENSING_LAW, 90),
        LawfulKind(SuspensionKind.INSPECTION, BY_LICENSING_LAW),
        LawfulKind(SuspensionKind.TESTING, BY_LICENSING_LAW),
        LawfulKind(SuspensionKind.QUARANTINE, BY_LICENSING_LAW),
        LawfulKind(SuspensionKind.APPRAISAL, BY_LICENSING_LAW),
        LawfulKind(SuspensionKind.EXPERTS, BY_LICENSING_LAW),
        LawfulKind(SuspensionKind.PUBLICITY),
        LawfulKind(SuspensionKind.CORRECTION, longest=15),
    )
}


def stopped_in(status: str) -> list[ClockKind]:
    """Return the kinds of clock that a subject's new state stops."""
    return [rule.kind for rule in RULES.values() if status in rule.stopped_in]

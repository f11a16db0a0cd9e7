"""What the applicant is told at each turn, in the inbox and by SMS; one function for one occasion."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from applications import remedies
from applications.cases import versions_of
from applications.enums import CaseStatus, DecisionOutcome, DeliveryMethod
from applications.models import (
    Application,
    Case,
    Correction,
    DecisionDraft,
    Extension,
    ReviewTask,
    Revocation,
    SimulatedDecision,
    Suspension,
)
from core.clock import CHINA
from core.models import User
from core.services import notices
from matters.enums import Role
from matters.models import StaffPost

WEEKDAYS = "一二三四五六日"


def day_text(moment: datetime) -> str:
    """Return a day as people say it: 10月16日（周五）."""
    local = moment.astimezone(CHINA)
    return f"{local.month}月{local.day}日（周{WEEKDAYS[local.weekday()]}）"


def submitted(*, application: Application, now: datetime) -> None:
    """Tell the applicant the number and the query code."""
    tell(
        application,
        now,
        "申请已提交",
        f"“{application.title}”已提交，申报号 {application.number}，查询码 {application.query_code}。"
        "窗口审核后会告知是否受理，您无需到场。",
        sms=f"您的“{application.title}”已提交，申报号{application.number}，查询码{application.query_code}。",
    )


def accepted(*, application: Application, now: datetime) -> None:
    """Tell the applicant that it is accepted, and by when it will be done."""
    by_when = f"，最迟 {day_text(application.promised_due_at)} 办结" if application.promised_due_at else ""
    trip = _trip_to_come(application)
    tell(
        application,
        now,
        "申请已受理",
        f"“{application.title}”已受理{by_when}。各部门在内部流转，{trip}；受理通知书可在申请页面下载。",
        sms=f"您的申请{application.number}已受理{by_when}，{trip}。",
    )


def refused(*, application: Application, now: datetime) -> None:
    """Tell the applicant why it is not accepted and where to apply."""
    tell(
        application,
        now,
        "申请不予受理",
        f"“{application.title}”不予受理。理由：{application.refusal_reason}。"
        f"请向 {application.competent_authority} 申请。对此不服的，可以依法申请行政复议或提起行政诉讼。",
        sms=f"您的申请{application.number}不予受理，理由和去处请登录查看。",
    )


def correction_asked(*, correction: Correction, now: datetime) -> None:
    """Tell the applicant that everything to put right is listed, and by when."""
    application = correction.application
    tell(
        application,
        now,
        "请补正材料",
        f"“{application.title}”需要补正，全部内容已一次性列明，请在 {day_text(correction.due_at)} 前补正；"
        "可在网上补正，也可到窗口补正。逾期未补正的，视为撤回申请。",
        sms=f"您的申请{application.number}需要补正，请在{day_text(correction.due_at)}前办理，可网上补正。",
    )


def correction_answered(*, application: Application, now: datetime) -> None:
    """Tell the applicant that the correction has arrived."""
    tell(application, now, "补正已收到", f"“{application.title}”的补正材料已收到，窗口正在审核。")


def lapsed(*, application: Application, now: datetime) -> None:
    """Tell the applicant that the application is deemed withdrawn."""
    tell(
        application,
        now,
        "逾期未补正，视为撤回",
        f"“{application.title}”在期限内未补正，依规定视为撤回申请。您可以重新申请，已填写的内容可在原申请中查看。",
        sms=f"您的申请{application.number}逾期未补正，视为撤回，可重新申请。",
    )


def withdrawn(*, application: Application, now: datetime) -> None:
    """Confirm a withdrawal."""
    tell(application, now, "申请已撤回", f"“{application.title}”中尚未作出决定的事项已按您的要求撤回。")


def case_not_proceeded(*, case: Case, now: datetime) -> None:
    """Tell the applicant that a matter ends because the one before it did."""
    tell(case.application, now, f"“{case.version.name}”不再办理", case.end_reason)


def step_counts(*, task: ReviewTask, now: datetime) -> None:
    """Tell the applicant of a special procedure whose time counts: nothing moves."""
    until = f"预计 {day_text(task.due_at)} 结束" if task.due_at else "结束时间另行告知"
    tell(
        task.case.application,
        now,
        f"进入{task.step.name}",
        f"“{task.case.version.name}”依法进入“{task.step.name}”，{until}，所需时间计入办理时限。",
    )


def suspended(*, suspension: Suspension, now: datetime) -> None:
    """Tell the applicant which special procedure begins, on what basis and how long it takes (行政许可法 §45)."""
    case = suspension.case
    tell(
        case.application,
        now,
        f"进入{suspension.procedure}",
        f"“{case.version.name}”依法进入“{suspension.procedure}”，预计 {day_text(suspension.expected_end)} 结束，"
        f"所需时间不计入办理时限（依据：{suspension.basis}）。{_new_day(case)}特别程序告知书可在申请页面下载。",
        sms=f"您的申请{case.application.number}进入{suspension.procedure}，"
        f"预计{day_text(suspension.expected_end)}结束，所需时间不计入办理时限。",
    )


def resumed(*, suspension: Suspension, now: datetime) -> None:
    """Tell the applicant that a special procedure is over and the limits run again."""
    case = suspension.case
    tell(
        case.application,
        now,
        f"{suspension.procedure}已结束",
        f"“{case.version.name}”的“{suspension.procedure}”已结束，恢复计算办理时限。{_new_day(case)}{_legal_day(case)}",
    )


def extended(
    *, extension: Extension, matter: str, due_at: datetime, promised_at: datetime | None, now: datetime
) -> None:
    """Tell the applicant that the decision takes longer, why, by whose leave, and until when by law and by promise."""
    application = extension.clock.application
    promised = f"，承诺办结日期改为{day_text(promised_at)}" if promised_at else ""
    tell(
        application,
        now,
        "办理时限依法延长",
        f"“{matter}”因{extension.reason.rstrip('。')}，经{extension.approver}批准延长 {extension.days} 个工作日，"
        f"法定办结期限延至{day_text(due_at)}{promised}。"
        "延期办理告知书可在申请页面下载；依法只能延长一次。",
        sms=f"您的申请{application.number}经批准延长{extension.days}个工作日，法定办结期限延至{day_text(due_at)}。",
    )


def promise_moved(*, application: Application, said: Sequence[str], why: str, now: datetime) -> None:
    """Tell the applicant that what was promised has another day, and why."""
    tell(application, now, "承诺办结日期有变动", f"因{why}，承诺办结日期重新推算：{'；'.join(said)}。")


def promise_moved_for_staff(*, task: ReviewTask, said: Sequence[str], why: str, now: datetime) -> None:
    """Tell whoever holds a task that its case is promised for another day, and why."""
    if task.claimed_by:
        body = f"{task.case.number}因{why}，承诺办结日期重新推算：{'；'.join(said)}。"
        _tell_staff([task.claimed_by], task, f"承诺办结日期有变动：{task.case.version.name}", body, now)


def _new_day(case: Case) -> str:
    return f"承诺办结日期为 {day_text(case.promised_due_at)}。" if case.promised_due_at else ""


def _legal_day(case: Case) -> str:
    return f"法定办结期限为 {day_text(case.statutory_due_at)}。" if case.statutory_due_at else ""


def task_ended(*, task: ReviewTask, why: str, by: User | None, now: datetime) -> None:
    """Tell whoever holds a task that it ended without them, and why; they may be at work on it."""
    if task.claimed_by is None or task.claimed_by == by:
        return
    notices.notify_staff(
        users=[task.claimed_by],
        title=f"不用再办：{task.step.name}",
        body=f"{task.case.number}“{task.case.version.name}”的{task.step.name}不用再办：{why.removesuffix('。')}。",
        link=f"/queue/{task.pk}/",
        reference=task.case.application.number or "",
        now=now,
    )


def decided(*, case: Case, now: datetime) -> None:
    """Tell the applicant what was decided; of a denial also why, and what they can do against it."""
    said = f"“{case.version.name}”{case.get_status_display()}"
    why = ""
    if case.status == CaseStatus.DENIED:
        why = f"理由：{ended(case.decision.reasons)}{remedies.in_words(case.decision)}"
    tell(case.application, now, said, f"{said}，结果文件正在制作，全部结果齐备后一次送达。{why}")


def simulated(*, opinion: SimulatedDecision, now: datetime) -> None:
    """Tell the applicant what the simulated opinion is, and that it is no decision."""
    case, is_grant = opinion.case, opinion.outcome == DecisionOutcome.GRANTED
    onwards = "；补齐前置条件后，部门核对相符即转为正式决定，不用重新申请" if is_grant else ""
    tell(
        case.application,
        now,
        f"“{case.version.name}”已出具模拟审批意见",
        f"意见为模拟{opinion.get_outcome_display()}。{ended(opinion.conditions)}{_awaited(opinion)}"
        f"模拟意见不是许可决定{onwards}。办理时限已停止计算。",
        sms=f"您的申请{case.application.number}已出具模拟审批意见，请登录查看"
        + ("，补齐前置条件后转为正式决定。" if is_grant else "。"),
    )


def _awaited(opinion: SimulatedDecision) -> str:
    names = "、".join(f"“{item.material.name}”" for item in opinion.items.select_related("material"))
    return f"还缺{names}，取得后在申请页面上传或者交到窗口，只补这些。" if names else ""


def supplied(*, case: Case, task: ReviewTask, now: datetime) -> None:
    """Tell the applicant that it has come and by when it is decided, and whoever can decide that it is there."""
    by_when = f"最迟 {day_text(case.promised_due_at)} 作出决定" if case.promised_due_at else "部门正在核对"
    tell(
        case.application,
        now,
        f"“{case.version.name}”补齐的材料已收到",
        f"办理时限从今天重新起算，{by_when}；相符即转为正式决定，您无需到场。",
    )
    _tell_staff(_deciders(task), task, f"补齐材料已到：{case.version.name}", SUPPLIED, now)


SUPPLIED = "模拟意见列出的前置条件，申请人已补齐。请核对：相符的转为正式决定，不符的写明哪里不符。办理时限已重新起算。"


def supply_returned(*, case: Case, names: Sequence[str], reason: str, now: datetime) -> None:
    """Tell the applicant what of it does not fit and why; nothing else is asked."""
    tell(
        case.application,
        now,
        f"“{case.version.name}”补齐的材料不符",
        f"不符的材料：{'、'.join(names)}。{ended(reason)}只需重新补齐这些，办理时限已停止计算。",
        sms=f"您的申请{case.application.number}补齐的材料经核对不符，原因和怎样补请登录查看。",
    )


def _deciders(task: ReviewTask) -> Iterable[User]:
    """Return who holds a decision; while nobody does, who may decide in its department."""
    if task.claimed_by:
        return [task.claimed_by]
    posts = StaffPost.objects.current().filter(
        department=task.department_id, role__in=[Role.DECIDER, Role.HEAD]
    )
    return User.objects.filter(pk__in=posts.values("user")).exclude(
        pk=task.case.application.accepted_by_id or 0
    )


def reopened(*, case: Case, reason: str, now: datetime) -> None:
    """Tell the applicant that the simulated opinion lapses and the case is examined again."""
    tell(
        case.application,
        now,
        f"“{case.version.name}”重新审查",
        f"模拟审批意见不再有效，部门按补齐的情况重新审查。原因：{ended(reason)}",
    )


def payment_failed(*, task: ReviewTask, reason: str, now: datetime) -> None:
    """Tell the applicant that the bank did not pay what was granted, and why; it is paid again."""
    case = task.case
    body = f"银行这次没有发放成功：{ended(reason)}已批准的不受影响，部门会再次发放。"
    tell(case.application, now, f"“{case.version.name}”发放未成功", body)


def mending_ordered(*, case: Case, findings: str, due_on: date, now: datetime) -> None:
    """Tell the applicant what to mend after a check, and by when."""
    tell(
        case.application,
        now,
        f"“{case.version.name}”请限期整改",
        f"核查发现没有达到您承诺的条件：{ended(findings)}请在 {due_on:%-m月%-d日} 前整改，届时再次核查；"
        "逾期不整改的，将依法撤销决定。",
        sms=f"您的申请{case.application.number}核查未达标，请在{due_on:%-m月%-d日}前整改，详情请登录查看。",
    )


def revoked(*, case: Case, revocation: Revocation, now: datetime) -> None:
    """Tell the applicant that a grant is taken back, why, and what they can do against it."""
    tell(
        case.application,
        now,
        f"“{case.version.name}”已撤销",
        f"理由：{ended(revocation.reasons)}{remedies.in_words(revocation)}",
        sms=f"您的申请{case.application.number}中的“{case.version.name}”已被撤销，理由和救济途径请登录查看。",
    )


def to_countersign(*, draft: DecisionDraft, task: ReviewTask, now: datetime) -> None:
    """Tell the heads of the department, but not the drafter, that a draft waits for them."""
    posts = StaffPost.objects.current().filter(department=task.department_id, role=Role.HEAD)
    heads = User.objects.filter(pk__in=posts.values("user")).exclude(pk=draft.drafted_by_id)
    _tell_staff(
        heads, task, f"请核签：{draft.case.version.name}", f"拟作决定：{draft.get_outcome_display()}", now
    )


def draft_returned(*, draft: DecisionDraft, task: ReviewTask, now: datetime) -> None:
    """Tell the drafter what the head wants changed."""
    _tell_staff(
        [draft.drafted_by], task, f"拟稿被退回：{draft.case.version.name}", draft.returned_reason, now
    )


def _tell_staff(users: Iterable[User], task: ReviewTask, title: str, body: str, now: datetime) -> None:
    notices.notify_staff(
        users=users,
        title=title,
        body=body,
        link=f"/queue/{task.pk}/",
        reference=task.case.application.number or "",
        now=now,
    )


def ended(text: str) -> str:
    """Return a text with the full stop that ends it."""
    said = text.strip()
    return said if not said or said[-1] in "。！？；" else f"{said}。"


def _trip_to_come(application: Application) -> str:
    """Say honestly whether the applicant still has to come: to collect, or not at all."""
    collects = application.delivery_method == DeliveryMethod.WINDOW and any(
        version.passes_outlet for version in versions_of(application)
    )
    return "办结后通知您到窗口一次领取" if collects else "您无需再跑"


def tell(application: Application, now: datetime, title: str, body: str, *, sms: str = "") -> None:
    """Tell the applicant something about an application; `sms` is told by a short message too."""
    short = notices.short_message(phone=application.applicant.phone, text=sms, now=now) if sms else None
    notices.notify(
        applicant_id=application.applicant_id,
        title=title,
        body=body,
        reference=application.number or "",
        link=f"/applications/{application.number}/",
        sms=short,
        now=now,
    )

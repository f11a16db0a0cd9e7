"""What the applicant is told at each turn, in the inbox and by SMS; one function for one occasion."""

from datetime import datetime

from applications.enums import DeliveryMethod
from applications.models import Application, Case, Correction, ReviewTask
from core.clock import CHINA
from core.services import notices

WEEKDAYS = "一二三四五六日"


def day_text(moment: datetime) -> str:
    """Return a day as people say it: 10月16日（周五）."""
    local = moment.astimezone(CHINA)
    return f"{local.month}月{local.day}日（周{WEEKDAYS[local.weekday()]}）"


def submitted(*, application: Application, now: datetime) -> None:
    """Tell the applicant the number and the query code."""
    _tell(
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
    _tell(
        application,
        now,
        "申请已受理",
        f"“{application.title}”已受理{by_when}。各部门在内部流转，{trip}；受理通知书可在申请页面下载。",
        sms=f"您的申请{application.number}已受理{by_when}，{trip}。",
    )


def refused(*, application: Application, now: datetime) -> None:
    """Tell the applicant why it is not accepted and where to apply."""
    _tell(
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
    _tell(
        application,
        now,
        "请补正材料",
        f"“{application.title}”需要补正，全部内容已一次性列明，请在 {day_text(correction.due_at)} 前补正；"
        "可在网上补正，也可到窗口补正。逾期未补正的，视为撤回申请。",
        sms=f"您的申请{application.number}需要补正，请在{day_text(correction.due_at)}前办理，可网上补正。",
    )


def correction_answered(*, application: Application, now: datetime) -> None:
    """Tell the applicant that the correction has arrived."""
    _tell(application, now, "补正已收到", f"“{application.title}”的补正材料已收到，窗口正在审核。")


def lapsed(*, application: Application, now: datetime) -> None:
    """Tell the applicant that the application is deemed withdrawn."""
    _tell(
        application,
        now,
        "逾期未补正，视为撤回",
        f"“{application.title}”在期限内未补正，依规定视为撤回申请。您可以重新申请，已填写的内容可在原申请中查看。",
        sms=f"您的申请{application.number}逾期未补正，视为撤回，可重新申请。",
    )


def withdrawn(*, application: Application, now: datetime) -> None:
    """Confirm a withdrawal."""
    _tell(application, now, "申请已撤回", f"“{application.title}”中尚未作出决定的事项已按您的要求撤回。")


def case_not_proceeded(*, case: Case, now: datetime) -> None:
    """Tell the applicant that a matter ends because the one before it did."""
    _tell(case.application, now, f"“{case.version.name}”不再办理", case.end_reason)


def special_procedure_started(*, task: ReviewTask, now: datetime) -> None:
    """Tell the applicant in writing how long a special procedure takes (行政许可法 §45)."""
    until = f"预计 {day_text(task.due_at)} 结束" if task.due_at else "结束时间另行告知"
    counts = "计入" if task.step.counts_time else "不计入"
    _tell(
        task.case.application,
        now,
        f"进入{task.step.name}",
        f"“{task.case.version.name}”依法进入“{task.step.name}”，{until}，所需时间{counts}办理时限（行政许可法第四十五条）。",
    )


def decided(*, case: Case, now: datetime) -> None:
    """Tell the applicant what was decided."""
    _tell(
        case.application,
        now,
        f"“{case.version.name}”{case.get_status_display()}",
        f"“{case.version.name}”{case.get_status_display()}，结果文件正在制作，全部结果齐备后一次送达。",
    )


def _trip_to_come(application: Application) -> str:
    """Say honestly whether the applicant still has to come: to collect, or not at all."""
    collects = application.delivery_method == DeliveryMethod.WINDOW and any(
        case.version.passes_outlet for case in application.cases.select_related("version")
    )
    return "办结后通知您到窗口一次领取" if collects else "您无需再跑"


def _tell(application: Application, now: datetime, title: str, body: str, *, sms: str | None = None) -> None:
    notices.notify(
        applicant=application.applicant,
        title=title,
        body=body,
        reference=application.number or "",
        link=f"/applications/{application.number}/",
        sms=sms,
        now=now,
    )

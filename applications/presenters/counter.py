"""What the counter's pages show of an application: queue rows, running slip. No queries here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from applications import machine
from applications.enums import ApplicationStatus, Channel, DeliveryMethod, VisitCause
from applications.models import Application, ApplicationMaterial, Case, Correction
from applications.presenters import (
    CaseRow,
    Standing,
    case_row,
    is_received,
    missing,
    stage_for_staff,
    stage_tone,
    standing,
    trips_left,
    when,
)
from applications.presenters.checklist import is_asked
from applications.presenters.drafts import conditions_met, delivery_rows
from applications.presenters.supplies import Awaited, awaited_of
from applications.selectors.counter import waiting_since
from core import masking
from core.countdown import Countdown
from core.models import Applicant, OfficialDocument
from matters.enums import Disposition
from matters.presenters import limit_text


def waited_text(since: datetime | None, now: datetime) -> str:
    """Return how long something has waited as people say it: 35分钟, 3小时, 2天."""
    minutes = int((now - since) / timedelta(minutes=1)) if since else 0
    if minutes < 60:
        return f"{max(minutes, 0)}分钟"
    return f"{minutes // 60}小时" if minutes < 24 * 60 else f"{minutes // (24 * 60)}天"


def applicant_rows(applicant: Applicant) -> list[dict[str, Any]]:
    """Return the applicant for a summary list, with identity number, phone and address masked."""
    rows = [
        {"label": "姓名" if applicant.kind == "natural" else "名称", "value": applicant.name},
        {
            "label": applicant.get_id_type_display(),
            "value": masking.mask_identity(applicant.id_number, applicant.id_type),
        },
        {"label": "手机", "value": masking.mask_phone(applicant.phone)},
    ]
    contact = {"label": "联系人", "value": applicant.contact_name}
    return [*rows, contact] if applicant.contact_name else rows


def masked_person(applicant: Applicant) -> str:
    """Return in one line who an identity number is known as, masked."""
    parts = (
        masking.mask_holder(applicant.kind, applicant.name),
        masking.mask_identity(applicant.id_number, applicant.id_type),
        masking.mask_phone(applicant.phone),
    )
    return " · ".join(parts)


@dataclass(frozen=True)
class QueueRow:
    """One application in the intake queue."""

    application: Application
    countdown: Countdown
    now: datetime

    @property
    def waited(self) -> str:
        return waited_text(waiting_since(self.application), self.now)

    @cached_property
    def standing(self) -> Standing:
        return standing(self.application, now=self.now, countdown=self.countdown)

    @property
    def due(self) -> datetime | None:
        return self.standing.due_at

    @property
    def days_left(self) -> int | None:
        return self.standing.days_left

    @property
    def urgency(self) -> str:
        left = self.days_left
        return "" if left is None or left > 1 else "soon" if left >= 0 else "late"

    @property
    def is_corrected(self) -> bool:
        return hasattr(self.application, "correction")

    @property
    def matters(self) -> int:
        return len(self.application.cases.all())

    @property
    def channel(self) -> str:
        return self.application.get_channel_display()

    @property
    def received(self) -> str:
        rows = [each for each in self.application.materials.all() if is_asked(each)]
        return f"{sum(is_received(each) for each in rows)}/{len(rows)}" if rows else "免提交"


@dataclass(frozen=True)
class FoundRow:
    """One application found at the counter, with the documents that can be printed again."""

    application: Application
    documents: Sequence[OfficialDocument]

    @property
    def stage(self) -> str:
        return stage_for_staff(self.application)

    @property
    def tone(self) -> str:
        return stage_tone(self.application)

    @property
    def turn(self) -> str:
        return machine.OWNERS[Application][self.application.status]

    @property
    def trips(self) -> int:
        return len(self.application.visits.all())


@dataclass(frozen=True)
class Slip:
    """The running slip: what is filed, what is still missing, how often one must come, by when it is promised."""

    application: Application
    promised: datetime | None

    @property
    def matters(self) -> list[dict[str, Any]]:
        return [
            {
                "name": case.version.name,
                "department": case.version.matter.department.short_name,
                "limit": limit_text(case.version.promised_value, case.version.promised_unit),
                "waits": waits_text(case),
            }
            for case in self.application.cases.all()
        ]

    @property
    def asked(self) -> list[ApplicationMaterial]:
        return [each for each in self.application.materials.all() if is_asked(each)]

    @property
    def missing(self) -> list[str]:
        return [each.name for each in missing(self.application)]

    @property
    def received(self) -> int:
        return len(self.asked) - len(self.missing)

    @property
    def spared(self) -> int:
        return sum(each.disposition != Disposition.ASK for each in self.application.materials.all())

    @property
    def trips_made(self) -> int:
        """The visits so far; a draft at the counter counts the one that is going on."""
        visits = len(self.application.visits.all())
        return visits or int(self.application.channel == Channel.COUNTER)

    @property
    def trips_note(self) -> str:
        if trips_left(self.application):
            return "领取结果时再来一次；改用政务专递就不用再跑"
        by_courier = self.application.delivery_method == DeliveryMethod.COURIER
        return "结果由政务专递寄到，不用再跑" if by_courier else "结果不经窗口领取，不用再跑"


@dataclass(frozen=True)
class ReviewPage:
    """One application at the counter after it was submitted."""

    application: Application
    row: QueueRow

    @property
    def tone(self) -> str:
        return stage_tone(self.application)

    @property
    def stage(self) -> str:
        return stage_for_staff(self.application)

    @property
    def turn(self) -> str:
        return machine.OWNERS[Application][self.application.status]

    @property
    def can_accept(self) -> bool:
        return machine.can(self.application, "accept")

    @property
    def can_answer(self) -> bool:
        return machine.can(self.application, "answer_correction")

    @property
    def awaiting(self) -> list[Awaited]:
        """What simulated opinions wait for, and may be taken in at the window now."""
        found = (awaited_of(case, self.application) for case in self.application.cases.all())
        return [each for each in found if each and not each.checking]

    @property
    def can_withdraw(self) -> bool:
        return machine.can(self.application, "withdraw") and not self.application.ended_at

    @property
    def why_no_correction(self) -> str:
        """Why nothing more may be asked; empty while it may (行政许可法 §32(1)(4))."""
        return "已一次性告知过，不得再次要求补正" if self.correction else ""

    @property
    def done_title(self) -> str:
        """What the last act was, for the page that follows it."""
        words = {
            ApplicationStatus.SUBMITTED: "已提交，收件凭证已出具",
            ApplicationStatus.CORRECTION_OPEN: "已一次性告知补正",
            ApplicationStatus.ACCEPTED: "已受理",
            ApplicationStatus.REFUSED: "不予受理通知书已出具",
        }
        return words.get(ApplicationStatus(self.application.status), self.stage)

    @property
    def tell(self) -> str:
        """What to tell the person at the window before they go."""
        status, left = self.application.status, trips_left(self.application)
        if status == ApplicationStatus.SUBMITTED:
            return "凭申报号和查询码随时查进度；是否受理会短信通知，不用再来问。"
        if status == ApplicationStatus.CORRECTION_OPEN:
            return "全部要补的内容都写在告知书上，可在网上补，不用到场；期限内未补视为撤回。"
        if status == ApplicationStatus.ACCEPTED:
            how = "办好后到出件窗口一次领取，可以委托他人" if left else "结果寄到或网上送达，不用再跑"
            return f"各部门之间由系统流转，不用申请人跑；{how}。"
        return "对决定不服的，可以依法申请行政复议或提起行政诉讼。"

    @property
    def correction(self) -> Correction | None:
        return getattr(self.application, "correction", None)

    @property
    def applicant(self) -> list[dict[str, Any]]:
        return applicant_rows(self.application.applicant)

    @property
    def answers(self) -> list[dict[str, Any]]:
        application = self.application
        return [
            {"label": "办理对象", "value": application.subject},
            {"label": "补充说明", "value": application.detail or "无"},
            {"label": "符合的情形", "value": "\n".join(conditions_met(application)) or "无"},
            *delivery_rows(application),
        ]

    @property
    def filing(self) -> list[dict[str, Any]]:
        application = self.application
        place = application.service_point.name if application.service_point else ""
        causes = [VisitCause(cause).label for visit in application.visits.all() for cause in visit.causes]
        made = len(application.visits.all())
        trips = f"{made} 次（{'、'.join(causes)}）" if made else "0 次"
        return [
            {"label": "申报渠道", "value": application.get_channel_display(), "note": place},
            {"label": "提交时间", "value": when(application.submitted_at)},
            {"label": "已跑", "value": trips},
        ]


@dataclass(frozen=True)
class MatterRow:
    """One matter of an application, with the fields for refusing it alone where there are several."""

    case: Case
    fields: Mapping[str, Any] | None = None

    @property
    def shown(self) -> CaseRow:
        return case_row(self.case)

    @property
    def limit(self) -> str:
        return limit_text(self.case.version.promised_value, self.case.version.promised_unit)

    @property
    def waits(self) -> str:
        return waits_text(self.case)


def waits_text(case: Case) -> str:
    """Return the names of the matters a case waits for."""
    return "、".join(link.predecessor.version.name for link in case.waits_for.all())

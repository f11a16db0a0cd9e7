"""One submitted application on its page, for the applicant and for staff who may see it; and what the public may see."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from applications import machine
from applications.enums import ApplicationStatus, CaseStatus, DeliveryMethod, VisitCause
from applications.models import Application, StatusChange
from applications.presenters.cases import CaseRow, case_row
from applications.presenters.drafts import conditions_met, delivery_rows
from applications.presenters.materials import Materials
from applications.presenters.standing import (
    Standing,
    awaiting_supply,
    promised_trips,
    stage,
    stage_tone,
    standing,
    trips,
)
from applications.presenters.timeline import TimelineEntry, document_link, standstills, timeline
from applications.presenters.words import masked_applicant, when
from core import masking
from core.countdown import Countdown
from core.models import OfficialDocument
from matters.enums import LimitUnit
from matters.presenters import limit_text

YOU = "您"


class Progress:
    """What anybody may see who holds the number and the query code: no answers, no opinions, no reasons."""

    def __init__(
        self,
        application: Application,
        *,
        now: datetime,
        countdown: Countdown,
        documents: Iterable[OfficialDocument] = (),
    ) -> None:
        self.application = application
        self.standing: Standing = standing(application, now=now, countdown=countdown)
        self.cases: list[CaseRow] = [
            case_row(case, countdown, application) for case in application.cases.all()
        ]
        self.papers = list(documents)

    @property
    def applicant(self) -> str:
        return masked_applicant(self.application)

    @property
    def document_names(self) -> list[str]:
        return [paper.title for paper in self.papers]

    @property
    def turn(self) -> str:
        return self.standing.turn

    @property
    def is_bundle(self) -> bool:
        return len(self.cases) > 1

    # --- trips --------------------------------------------------------------------------------------------------------

    @property
    def trips(self) -> int:
        return trips(self.application)

    @property
    def promised_trips(self) -> int:
        return promised_trips(self.application)

    @property
    def trips_text(self) -> str:
        """Set the fact beside the promise."""
        if self.trips > self.promised_trips:
            return f"超过了承诺的{self.promised_trips}次，监督部门会核查原因"
        return f"承诺最多{self.promised_trips}次"

    @property
    def visits(self) -> list[dict[str, Any]]:
        return [
            {
                "date": visit.date,
                "place": visit.service_point.name,
                "causes": "、".join(VisitCause(cause).label for cause in visit.causes),
            }
            for visit in self.application.visits.all()
        ]

    # --- the parcel ---------------------------------------------------------------------------------------------------

    @property
    def parcel(self) -> Any:
        """The parcel that brings the results; one that was cancelled brings nothing."""
        delivery = getattr(self.application, "delivery", None)
        found = getattr(delivery, "shipment", None)
        return found if found and found.status != "cancelled" else None

    @property
    def parcel_events(self) -> list[dict[str, Any]]:
        """The tracking events, newest first, for the timeline component."""
        if not self.parcel:
            return []
        events = [
            {"title": event.text, "at": event.at, "state": "done"} for event in self.parcel.events.all()
        ]
        if events and not self.parcel.received_at:
            events[-1]["state"] = "current"
        return events[::-1]


class ApplicationPage(Progress):
    """Everything about one application. `is_mine` is whether the viewer is its applicant; others only read."""

    def __init__(
        self,
        application: Application,
        *,
        now: datetime,
        countdown: Countdown,
        documents: Iterable[OfficialDocument],
        changes: Iterable[StatusChange],
        is_mine: bool,
    ) -> None:
        super().__init__(application, now=now, countdown=countdown, documents=documents)
        self.is_mine = is_mine
        self.changes = list(changes)
        self.materials = Materials(application)

    @property
    def turn(self) -> str:
        is_yours = self.is_mine and self.standing.turn == machine.APPLICANT
        return YOU if is_yours else self.standing.turn

    @property
    def documents(self) -> list[dict[str, Any]]:
        return [
            {
                **document_link(paper, reverse("document", args=[paper.pk])),
                "issued_at": paper.issued_at,
                "verify_url": reverse("verify-document", args=[paper.verify_token]),
                "revoked": bool(paper.revoked_at),
            }
            for paper in self.papers
        ]

    @property
    def events(self) -> list[TimelineEntry]:
        """The timeline, newest first, beginning with what goes on now."""
        documents = self.documents
        moved = standstills(self.application, documents)
        past = timeline(self.changes, for_staff=not self.is_mine, documents=documents, also=moved)
        if self.standing.is_over:
            return past[::-1]
        now = TimelineEntry(at=None, title=self.standing.where, text=self.standing.by_when, state="current")
        return [now, *past[::-1]]

    @property
    def facts(self) -> list[dict[str, Any]]:
        application, applicant = self.application, self.application.applicant
        name = applicant.name if self.is_mine else masked_applicant(application)
        return [
            {"label": "查询码", "value": application.query_code if self.is_mine else ""},
            {"label": "申请人", "value": name, "note": masking.mask_phone(applicant.phone)},
            {"label": "办理对象", "value": application.subject},
            {"label": "补充说明", "value": application.detail},
            {"label": "符合的情形", "value": "\n".join(conditions_met(application))},
            {"label": "提交时间", "value": when(application.submitted_at), "note": self._channel},
            {"label": "受理时间", "value": when(application.accepted_at)},
        ]

    @property
    def known_facts(self) -> list[dict[str, Any]]:
        return [fact for fact in self.facts if fact["value"]]

    @property
    def _channel(self) -> str:
        place = self.application.service_point
        return f"{self.application.get_channel_display()}申报" + (f"（{place.name}）" if place else "")

    @property
    def delivery_rows(self) -> list[dict[str, Any]]:
        rows = delivery_rows(self.application)
        return (rows if self.is_mine else rows[:1]) + self._handover_rows

    @property
    def _handover_rows(self) -> list[dict[str, Any]]:
        delivery = getattr(self.application, "delivery", None)
        handover = getattr(delivery, "handover", None)
        if handover is None:
            return []
        name = handover.collector_name if self.is_mine else masking.mask_name(handover.collector_name)
        return [
            {"label": "领取人", "value": f"{name}（{handover.get_relation_display()}）"},
            {"label": "领取时间", "value": when(handover.handed_at), "note": handover.service_point.name},
        ]

    @property
    def is_ready_at_window(self) -> bool:
        """Whether all results lie at the outlet and wait to be collected."""
        return self.application.receipted_at is not None and bool(self.standing.trips_left)

    @property
    def can_correct(self) -> bool:
        return self.is_mine and self.application.status == ApplicationStatus.CORRECTION_OPEN

    @property
    def to_supply(self) -> list[dict[str, str]]:
        """The next step of an applicant for whom a simulated opinion waits, matter by matter where several do."""
        waiting = awaiting_supply(self.application) if self.is_mine else []
        return [
            {
                "label": f"补齐前置条件：{case.version.name}" if len(waiting) > 1 else "补齐前置条件",
                "url": reverse("supply", args=[self.application.number, case.order]),
            }
            for case in waiting
        ]

    @property
    def correction_items(self) -> Sequence[Any]:
        correction = getattr(self.application, "correction", None)
        return list(correction.items.all()) if correction else []

    @property
    def can_withdraw(self) -> bool:
        cases = self.application.cases.all()
        is_open = any(machine.can(case, "withdraw") for case in cases)
        return self.is_mine and is_open and machine.can(self.application, "withdraw")

    @property
    def withdrawable(self) -> list[str]:
        """The matters a withdrawal would end."""
        cases = self.application.cases.all()
        return [case.version.name for case in cases if machine.can(case, "withdraw")]

    @property
    def keeps_moving(self) -> bool:
        """Whether the page should go on asking for news."""
        return not self.standing.is_over

    # --- just submitted -----------------------------------------------------------------------------------------------

    @property
    def next_steps(self) -> list[dict[str, str]]:
        """What happens after submitting, and by when, for the step list component."""
        is_parcel = self.application.delivery_method == DeliveryMethod.COURIER
        collect = (
            "全部结果装一个包裹，由政务专递免费寄到您填的地址。"
            if is_parcel
            else "全部结果齐备后通知您，到出件窗口一次领取，可委托他人。"
        )
        waits = [case for case in self.cases if case.waiting]
        inner = f"其中{len(waits)}个事项等前面的事项办成后自动开始，" if waits else ""
        return [
            {"title": "提交申请", "text": "收件凭证已出具，凭申报号和查询码随时查进度。", "state": "done"},
            {
                "title": "窗口审核",
                "text": f"{self.standing.by_when}；需要补正的，一次告诉您全部内容。",
                "state": "current",
            },
            {
                "title": "部门办理",
                "text": f"受理后{self.promised}内办结，{inner}部门之间由系统流转，不用您跑。",
            },
            {"title": "统一出件" if not is_parcel else "快递到家", "text": collect},
        ]

    @property
    def promised(self) -> str:
        """The promised time in words, of the bundle or of the longest of its matters."""
        if self.application.bundle:
            return limit_text(self.application.bundle.promised_workdays, LimitUnit.WORKDAY)
        version = next(iter(self.application.cases.all())).version
        return limit_text(version.promised_value, version.promised_unit)

    @property
    def receipt(self) -> dict[str, Any] | None:
        return next((each for each in self.documents if each["kind"] == "receipt"), None)


class ApplicationCard:
    """One of the applicant's own applications in a list, draft or submitted."""

    def __init__(self, application: Application, *, now: datetime, countdown: Countdown) -> None:
        self.application = application
        self.standing = standing(application, now=now, countdown=countdown)

    @property
    def is_draft(self) -> bool:
        return self.application.status == ApplicationStatus.DRAFT

    @property
    def url(self) -> str:
        if self.is_draft:
            return reverse("draft", args=[self.application.pk])
        return reverse("application", args=[self.application.number])

    @property
    def title(self) -> str:
        return self.application.title

    @property
    def subject(self) -> str:
        return self.application.subject

    @property
    def stage(self) -> str:
        return stage(self.application)

    @property
    def tone(self) -> str:
        return stage_tone(self.application)

    @property
    def turn(self) -> str:
        return YOU if self.standing.turn == machine.APPLICANT else self.standing.turn

    @property
    def trips(self) -> int:
        return trips(self.application)

    @property
    def since(self) -> str:
        application = self.application
        return (
            f"{when(application.created_at)}开始填写"
            if self.is_draft
            else f"{when(application.submitted_at)}提交"
        )

    @property
    def cases_text(self) -> str:
        """How far a bundle is: 5个事项，2个已办成."""
        cases = self.application.cases.all()
        if len(cases) < 2:
            return ""
        granted = sum(case.status == CaseStatus.GRANTED for case in cases)
        return f"{len(cases)}个事项" + (f"，{granted}个已办成" if granted else "")

    @property
    def action(self) -> tuple[str, str]:
        """The one next step in a list: its label and address; empty when there is nothing to do."""
        if self.is_draft:
            return "继续填写", self.url
        if self.application.status == ApplicationStatus.CORRECTION_OPEN:
            return "去补正", reverse("correction", args=[self.application.number])
        waiting = awaiting_supply(self.application)
        if len(waiting) == 1:
            return "补齐前置条件", reverse("supply", args=[self.application.number, waiting[0].order])
        return ("补齐前置条件", self.url) if waiting else ("", "")

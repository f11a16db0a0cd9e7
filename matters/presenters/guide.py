"""One matter: its guide (办事指南)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from matters.enums import HandlingForm, ItemType, StepKind
from matters.materials import merged_materials
from matters.models import Department, MatterVersion, ServicePoint, Step
from matters.presenters.materials import MaterialsPresenter
from matters.presenters.words import (
    handling_forms_text,
    limit_text,
    service_objects_text,
    trip_reasons,
    trips_text,
)

NO_STATUTORY_LIMIT = "法律法规未规定具体时限"


@dataclass(frozen=True)
class FlowStep:
    """One step of the flow in words."""

    step: Step

    @property
    def title(self) -> str:
        return self.step.name

    @property
    def text(self) -> str:
        parts = [self.step.performed_by or self.step.department.short_name, StepKind(self.step.kind).label]
        if self.step.days:
            parts.append(limit_text(self.step.days, self.step.unit))
        if not self.step.counts_time:
            parts.append("不计入办理时限")
        return " · ".join(parts)


class GuidePresenter:
    """The guide of one matter (办事指南), section by section."""

    def __init__(self, version: MatterVersion, service_points: Iterable[ServicePoint] = ()) -> None:
        self.version = version
        self.service_points = service_points
        self.department: Department = version.matter.department
        self.materials = MaterialsPresenter(merged_materials([version]))
        self.steps = [FlowStep(step) for step in version.steps.all()]

    @property
    def code(self) -> str:
        return self.version.matter.code

    @property
    def name(self) -> str:
        return self.version.name

    @property
    def everyday_name(self) -> str:
        return self.version.everyday_name

    @property
    def everyday_words(self) -> str:
        """The names people use, as a list: 注册公司、领营业执照."""
        return self.version.everyday_name.replace("/", "、")

    @property
    def topic(self) -> str:
        return self.version.topic

    @property
    def topic_url(self) -> str:
        return f"{reverse('search')}?{urlencode({'topic': self.topic})}"

    @property
    def trips(self) -> int:
        return self.version.max_trips

    @property
    def trips_text(self) -> str:
        return trips_text(self.version)

    @property
    def trip_reasons(self) -> list[str]:
        return trip_reasons(self.version)

    @property
    def promised(self) -> str:
        return limit_text(self.version.promised_value, self.version.promised_unit)

    @property
    def statutory(self) -> str:
        """The statutory limit; nothing is claimed where the law names none."""
        if not self.version.statutory_value:
            return NO_STATUTORY_LIMIT
        return limit_text(self.version.statutory_value, self.version.statutory_unit)

    @property
    def facts(self) -> list[dict[str, Any]]:
        """What stands beside the promised trips: time, trips before the reform, materials, fee."""
        version = self.version
        before = f"{version.trips_before_reform}次" if version.trips_before_reform > version.max_trips else ""
        return [
            {"label": "办理时限", "value": self.promised, "note": f"法定：{self.statutory}"},
            {"label": "到现场", "value": f"{version.max_trips}次", "was": before},
            {"label": "需带材料", "value": f"{len(self.materials.asked)}份", "note": self.materials.summary},
            {"label": "收费", "value": version.fee},
        ]

    @property
    def who(self) -> list[dict[str, Any]]:
        conditions = "\n".join(self.version.acceptance_conditions) or "符合法定条件的申请人"
        return [
            {"label": "谁可以办", "value": service_objects_text(self.version)},
            {"label": "受理条件", "value": conditions},
        ]

    @property
    def how_long(self) -> list[dict[str, Any]]:
        rows = [
            {"label": "承诺办结", "value": self.promised},
            {"label": "法定办结", "value": self.statutory, "note": self.version.statutory_note},
        ]
        special = "\n".join(self.version.special_procedures)
        return [*rows, {"label": "特别程序", "value": special}] if special else rows

    @property
    def how(self) -> list[dict[str, Any]]:
        version = self.version
        return [
            {"label": "怎么申请", "value": handling_forms_text(version.handling_forms)},
            {
                "label": "怎么补正",
                "value": handling_forms_text(version.correction_channels) or "按告知书办理",
            },
            {"label": "怎么领取", "value": "、".join(version.delivery_options) or "无需领取"},
            {"label": "通办范围", "value": version.cross_region_scope or "本区"},
            {"label": "告知承诺", "value": "可以" if version.commitment_allowed else "不适用"},
        ]

    @property
    def where(self) -> list[dict[str, Any]]:
        """The places with a window; empty for a matter that takes no applications at windows."""
        if HandlingForm.WINDOW not in self.version.handling_forms:
            return []
        return [
            {"label": point.name, "value": point.address, "note": f"{point.hours} {point.phone}".strip()}
            for point in self.service_points
        ]

    @property
    def fees(self) -> list[dict[str, Any]]:
        payment = "支持网上支付" if self.version.online_payment else ""
        return [{"label": "收费", "value": self.version.fee, "note": payment}]

    @property
    def result(self) -> list[dict[str, Any]]:
        version = self.version
        kind = version.get_result_kind_display()
        rows = [
            {"label": "办理结果", "value": version.result_name, "note": kind},
            {"label": "电子证照", "value": "同时发放" if version.e_certificate else "不发放"},
        ]
        validity = {"label": "有效期", "value": version.result_validity}
        return [*rows, validity] if version.result_validity else rows

    @property
    def basis(self) -> list[dict[str, Any]]:
        version = self.version
        return [
            {"label": "设定依据", "value": version.legal_basis},
            {"label": "事项类型", "value": ItemType(version.item_type).label},
            {"label": "事项编码", "value": self.code, "note": f"第{version.number}版"},
            {"label": "实施部门", "value": self.department.name},
        ]

    @property
    def phones(self) -> list[dict[str, Any]]:
        pairs = (("咨询电话", self.department.consult_phone), ("投诉电话", self.department.complaint_phone))
        return [{"label": label, "value": phone} for label, phone in pairs if phone]

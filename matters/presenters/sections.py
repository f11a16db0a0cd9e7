"""What a guide says, section by section, in the order in which people need it; one text for page, leaflet and book.

An element that no section names stands with the catalogue's own data at the end, so that nothing a department says
is lost, whatever is added to the format.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from matters.catalogue.fields import Objects
from matters.catalogue.format import GUIDE
from matters.catalogue.words import in_words, leaves
from matters.enums import HandlingForm, LimitUnit
from matters.models import Department, ServicePoint
from matters.presenters.words import limit_text

Row = dict[str, Any]
Values = Mapping[str, Any]

FIELDS = {one.name: one for _, fields in GUIDE.values() for one in leaves(fields)}
NO_STATUTORY_LIMIT = "法律法规未规定具体时限"
# Shown by parts of the page of their own: head, hero, materials, steps, wizard, template.
ELSEWHERE = frozenset(
    [
        "name",
        "everyday_name",
        "topic",
        "max_trips",
        "trips_before_reform",
        "presence",
        "materials",
        "flow",
        "pre_review",
        "situations",
        "department",
        "code",
        "joint_departments",
        "legal_basis",
        "template",
        "template_version",
        "deviations",
    ]
)


@dataclass(frozen=True)
class Section:
    """One part of a guide: rows of label, value, note and link; a folded one opens on request."""

    key: str
    title: str
    rows: list[Row]
    lead: str = ""
    is_folded: bool = False


@dataclass
class GuideText:
    """The elements of one guide in words.

    `departments` names departments by code; `service_points` are those in use.
    """

    values: Values
    department: Department
    service_points: Iterable[ServicePoint] = ()
    departments: Mapping[str, str] = field(default_factory=dict)
    # From the digest of a file to its address; a guide on paper leads nowhere.
    files: Callable[[str], str] = lambda digest: ""

    def __post_init__(self) -> None:
        self._said: set[str] = set(ELSEWHERE)
        self.sections = {
            one.key: one
            for one in (
                Section("who", "谁可以办", self._who()),
                Section("how-long", "要多久", self._how_long()),
                Section("how", "怎么办", self._how()),
                Section("where", "在哪里办", self._where(), lead="任选一个网点，综合窗口都能收件。"),
                Section("fees", "收不收费", self._fees()),
                Section("result", "办好后拿到什么", self._result()),
                Section("questions", "常见问题", self._questions()),
                Section("basis", "法律依据", self._basis()),
                Section("rights", "权利和救济", self._rights()),
                Section("contact", "咨询和投诉", self._contact()),
                Section("origin", "目录信息", self._rest(), is_folded=True),
            )
            if one.rows
        }

    # --- one element --------------------------------------------------------------------------------------------
    def said(self, name: str) -> str:
        """Return an element in words, empty where the guide says nothing of it."""
        self._said.add(name)
        return in_words(FIELDS[name].kind, self.values.get(name))

    def _row(self, name: str, label: str = "", *, note: str = "") -> Row:
        value = self.said(name)
        return {"label": label or FIELDS[name].label, "value": value, "note": note} if value else {}

    def _is_told(self, name: str) -> bool:
        """Return whether an element says more than that there is nothing: departments write 无 for that."""
        return not self.said(name).startswith("无")

    def _if(self, name: str, label: str, value: str, *, note: str = "") -> Row:
        """Return a row where a yes/no element says yes."""
        self._said.add(name)
        return {"label": label, "value": value, "note": note} if self.values.get(name) else {}

    def _lines(self, name: str, label: str = "") -> Row:
        self._said.add(name)
        lines = self.values.get(name) or []
        return {"label": label or FIELDS[name].label, "value": "\n".join(lines)} if lines else {}

    def _parts(self, name: str) -> list[dict[str, Any]]:
        self._said.add(name)
        return self.values.get(name) or []

    def _names(self, codes: Iterable[str]) -> str:
        return "、".join(self.departments.get(code, code) for code in codes)

    # --- sections -----------------------------------------------------------------------------------------------
    def _who(self) -> list[Row]:
        conditions = self._lines("acceptance_conditions") or {
            "label": "受理条件",
            "value": "符合法定条件的申请人",
        }
        return kept(
            self._row("service_objects"),
            conditions,
            self._row("quantity_limit"),
            self._row("public_service_category"),
        )

    def _how_long(self) -> list[Row]:
        statutory = self.limit("statutory") if self.values.get("statutory_value") else NO_STATUTORY_LIMIT
        return kept(
            {"label": "承诺办结", "value": self.limit("promised"), "note": self.said("promised_note")},
            {"label": "法定办结", "value": statutory, "note": self.said("statutory_note")},
            self._row("case_type", note=self.said("review_type")),
            *(
                {"label": "特别程序", "value": _procedure(one), "note": _named(one, "basis", "fee_basis")}
                for one in self._parts("special_procedures")
            ),
        )

    def limit(self, name: str) -> str:
        """Return the promised or the statutory limit in words."""
        self._said |= {f"{name}_value", f"{name}_unit"}
        return limit_text(
            self.values.get(f"{name}_value"), self.values.get(f"{name}_unit") or LimitUnit.WORKDAY
        )

    def _how(self) -> list[Row]:
        return kept(
            self._row("handling_forms", "怎么申请", note=self.said("online_depth")),
            *(
                self._link(name, label)
                for name, label in (("online_url", "电脑上办"), ("mobile_url", "手机上办"))
            ),
            self._appointment(),
            self._if("self_service", "自助终端", "可以在自助终端办理"),
            self._mail(),
            self._row("correction_channels", "怎么补正")
            or {"label": "怎么补正", "value": "按告知书办理", "note": ""},
            self._row("delivery_options", "怎么领取")
            or {"label": "怎么领取", "value": "无需领取", "note": ""},
            self._row("cross_region_scope", "通办范围", note=self.said("cross_region_code"))
            or {"label": "通办范围", "value": "本区", "note": ""},
            self._if("on_site_inspection", "现场核查", "工作人员上门核查，您或您的人在场即可，不用到窗口"),
            self._commitment(),
            self._if(
                "may_simulate",
                "模拟审批",
                "取得土地等前置条件之前，可以先申请模拟审批，条件具备后转为正式决定",
            ),
            self._row("on_site_reason", "为什么要到现场") if self._is_told("on_site_reason") else {},
            self._if("exception_listed", "例外事项目录", "已列入", note=self.said("exception_basis")),
            *(
                {"label": "中介服务", "value": one["name"], "note": _named(one, "content", "basis")}
                for one in self._parts("intermediary_services")
            ),
        )

    def _link(self, name: str, label: str) -> Row:
        address = self.said(name)
        return {"label": label, "value": address, "url": address, "action": "打开"} if address else {}

    def _appointment(self) -> Row:
        many = self.said("appointments_a_day")
        note = "；".join(filter(None, [self.said("appointment_rule"), f"每天 {many} 个号" if many else ""]))
        return self._if("appointment_supported", "预约", "可以预约", note=note)

    def _mail(self) -> Row:
        """Say what goes by mail; where a guide does not tell materials from results, express stands for the result."""
        self._said |= {"express_supported", "materials_by_mail", "result_by_mail"}
        result = self.values.get("result_by_mail")
        ways = [
            ("材料可以寄来", self.values.get("materials_by_mail")),
            ("结果可以寄给您", self.values.get("express_supported") if result is None else result),
        ]
        said = [words for words, offered in ways if offered]
        return {"label": "快递", "value": "，".join(said) or "不支持", "note": ""}

    def _commitment(self) -> Row:
        terms = self.said("commitment_terms")
        return self._if("commitment_allowed", "告知承诺", "可以", note=terms) or {
            "label": "告知承诺",
            "value": "不适用",
            "note": terms,
        }

    def _where(self) -> list[Row]:
        """The places with a window; of a matter that takes no applications at windows, only what the guide itself says."""
        chosen = self._parts("service_points")
        at_window = HandlingForm.WINDOW in (self.values.get("handling_forms") or [])
        points = [one for one in self.service_points if not chosen or one.code in chosen] if at_window else []
        self._said.add("entered_hall")
        own = kept(
            self._row("address"),
            self._row("hours"),
            self._row("directions"),
            {"label": "进驻大厅", "value": "本事项不在政务服务大厅办理"}
            if self.values.get("entered_hall") is False
            else {},
        )
        return own + [
            {"label": one.name, "value": one.address, "note": f"{one.hours} {one.phone}".strip()}
            for one in points
        ]

    def _fees(self) -> list[Row]:
        payment = self._if("online_payment", "", "支持网上支付")
        return kept(
            self._row("fee", "收费", note=payment.get("value", "")),
            *(_fee(one) for one in self._parts("fees")),
            self._row("fee_reduction"),
        )

    def _result(self) -> list[Row]:
        sample = self.values.get("result_sample") or ""
        self._said.add("result_sample")
        address = self.files(sample) if sample else ""
        return kept(
            self._row("result_name", "办理结果", note=self.said("result_kind")),
            {"label": "结果样本", "value": "办好后就是这样", "url": address, "action": "打开"}
            if address
            else {},
            self._if("e_certificate", "电子证照", "同时发放")
            or {"label": "电子证照", "value": "不发放", "note": ""},
            self._row("result_validity", "有效期"),
        )

    def _questions(self) -> list[Row]:
        return [{"label": one["question"], "value": one["answer"]} for one in self._parts("questions")]

    def _basis(self) -> list[Row]:
        parts = self._parts("legal_bases")
        whole = self._row("legal_basis")
        self._whole_basis = whole if parts else {}
        return kept(
            *(
                {
                    "label": "设定依据",
                    "value": " ".join(filter(None, [f"《{one['law']}》", one.get("article")])),
                    "note": _named(one, "number", "issuer", "effective_on", "text"),
                }
                for one in parts
            ),
            {} if parts else whole,
        )

    def _rights(self) -> list[Row]:
        return kept(
            self._row("rights"),
            self._row("duties"),
            self._remedy("reconsideration", "申请行政复议"),
            self._remedy("litigation", "提起行政诉讼"),
        )

    def _remedy(self, name: str, label: str) -> Row:
        said = [self.said(f"{name}_{part}") for part in ("department", "address", "phone", "url")]
        return {"label": label, "value": "\n".join(filter(None, said))} if any(said) else {}

    def _contact(self) -> list[Row]:
        ways = [
            *(("咨询", one) for one in self._parts("consulting")),
            *(("监督投诉", one) for one in self._parts("complaints")),
        ]
        own = [{"label": f"{what}（{one['way']}）", "value": one["value"]} for what, one in ways]
        department = self.department
        phones = (("咨询电话", department.consult_phone), ("投诉电话", department.complaint_phone))
        return own + [{"label": label, "value": phone} for label, phone in phones if phone]

    def _rest(self) -> list[Row]:
        """What the catalogue knows of the matter besides, and whatever no section has shown."""
        named = [
            {"label": "实施部门", "value": self.department.name},
            {"label": "事项编码", "value": str(self.values.get("code", ""))},
            {"label": "联办机构", "value": self._names(self.values.get("joint_departments") or [])},
            {"label": "行使层级", "value": self.said("exercise_level")},
        ]
        rest = [self._row(name) for name in FIELDS if name not in self._said and name not in ELSEWHERE]
        return kept(*(one for one in named if one["value"]), self._whole_basis, *rest)


def details(row: Mapping[str, Any], of: str, *names: str) -> list[Row]:
    """Return what one row of a list element says under these names, each with its label."""
    kind = FIELDS[of].kind
    assert isinstance(kind, Objects)
    fields = {one.name: one for one in kind.fields}
    return [
        {"label": fields[name].label, "value": value}
        for name in names
        if (value := in_words(fields[name].kind, row.get(name)))
    ]


def kept(*rows: Row) -> list[Row]:
    """Return the rows that say something."""
    return [row for row in rows if row]


def _procedure(one: Mapping[str, Any]) -> str:
    time = limit_text(one["days"], one.get("unit") or LimitUnit.WORKDAY) if one.get("days") else ""
    counts = {True: "计入办理时限", False: "不计入办理时限"}.get(one.get("counts_time"), "")  # type: ignore[call-overload]
    return " · ".join(filter(None, [one["name"], time, counts]))


def _fee(one: Mapping[str, Any]) -> Row:
    reduced = "可以减免" if one.get("reducible") else ""
    value = "：".join(filter(None, [one["name"], one.get("standard")]))
    return {
        "label": "收费项目",
        "value": value,
        "note": "；".join(filter(None, [reduced, _named(one, "basis", "reduction_basis", "remark")])),
    }


def _named(one: Mapping[str, Any], *names: str) -> str:
    return "；".join(str(one[name]) for name in names if one.get(name))

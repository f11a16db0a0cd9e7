"""A draft on its way to being submitted: its sections, their states, and what each of them says. No queries here."""

from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from applications.enums import DeliveryMethod
from applications.models import Application, ApplicationMaterial
from applications.presenters.materials import Materials, missing
from applications.presenters.standing import promised_trips
from applications.questions import questions_of
from core import masking

MEMBERS, SITUATIONS, FILL, MATERIALS = "members", "situations", "fill", "materials"
DELIVERY, CHECK = "delivery", "check"
LABELS = {
    MEMBERS: "选择事项",
    SITUATIONS: "您的情形",
    FILL: "填写信息",
    MATERIALS: "上传材料",
    DELIVERY: "选择领取方式",
    CHECK: "核对并提交",
}


class DraftPresenter:
    """A draft of the applicant's, read whole. `optional` says whether its bundle leaves a choice of members."""

    def __init__(self, application: Application, *, has_choice: bool = False) -> None:
        self.application = application
        self.has_choice = has_choice
        self.cases = list(application.cases.all())
        self.materials = Materials(application)
        self.missing = missing(application)
        self.questions = questions_of(self.cases)
        self.promised_trips = promised_trips(application)

    @property
    def title(self) -> str:
        return self.application.title

    @property
    def sections(self) -> list[str]:
        begin = [MEMBERS] * self.has_choice + [SITUATIONS] * bool(self.questions.all)
        return [*begin, FILL, MATERIALS, DELIVERY, CHECK]

    @property
    def tasks(self) -> list[dict[str, Any]]:
        """The sections for the task list component."""
        return [self._task(section) for section in self.sections]

    @property
    def done(self) -> int:
        """How many sections before the last are done."""
        return sum(self.state(section) == "done" for section in self.sections[:-1])

    @property
    def next_section(self) -> str:
        """The first section that is not done; the last one when all are."""
        return next((each for each in self.sections if self.state(each) in ("todo", "doing")), CHECK)

    @property
    def next_url(self) -> str:
        return self.url(self.next_section)

    @property
    def next_label(self) -> str:
        return LABELS[self.next_section]

    def url(self, section: str) -> str:
        return reverse(f"draft-{section}", args=[self.application.pk])

    def url_after(self, section: str) -> str:
        """Return the address of the section that comes after this one."""
        following = self.sections[self.sections.index(section) + 1 :]
        return self.url(following[0]) if following else reverse("draft", args=[self.application.pk])

    def step_text(self, section: str) -> str:
        return f"第{self.sections.index(section) + 1}步，共{len(self.sections)}步"

    def state(self, section: str) -> str:
        """Return a state of the task list component."""
        if section == SITUATIONS:
            if self.questions.next is None:
                return "done"
            return "doing" if self.questions.answers else "todo"
        if section == FILL:
            return "done" if self.application.subject else "todo"
        if section == MATERIALS:
            if not self.missing:
                return "done"
            return "doing" if self.materials.received else "todo"
        if section == DELIVERY:
            return "done" if self.application.subject else "locked"
        if section == CHECK:
            return "todo" if self.is_complete else "locked"
        return "done"

    @property
    def is_electronic(self) -> bool:
        """Whether nothing of the results passes a window or a parcel."""
        return not any(case.version.passes_outlet for case in self.cases)

    @property
    def is_complete(self) -> bool:
        return bool(self.application.subject) and not self.missing

    @property
    def why_not(self) -> str:
        """Say what still keeps it from being submitted; empty when nothing does."""
        reasons = [] if self.application.subject else ["填写办理对象"]
        if self.missing:
            reasons.append(f"上传{len(self.missing)}份材料")
        return f"还需要{'、'.join(reasons)}，才能提交" if reasons else ""

    def _task(self, section: str) -> dict[str, Any]:
        task = {"label": LABELS[section], "url": self.url(section), "state": self.state(section)}
        return {**task, "hint": getattr(self, f"_hint_{section}")()}

    def _hint_members(self) -> str:
        return f"已选{len(self.cases)}个事项"

    def _hint_situations(self) -> str:
        if self.questions.next is None:
            return "、".join(one["answer"] for one in self.questions.words)
        return "回答几个问题，就知道要交哪些材料"

    def _hint_fill(self) -> str:
        return self.application.subject or "给谁办、办什么，只填一次"

    def _hint_materials(self) -> str:
        spared = f"，{len(self.materials.free)}份免提交" if self.materials.free else ""
        if not self.materials.asked:
            return f"不需要您提交材料{spared}"
        if self.missing:
            return f"还差{len(self.missing)}份{spared}"
        return f"已交{self.materials.received}份{spared}"

    def _hint_delivery(self) -> str:
        if not self.application.subject:
            return "先填写信息"
        return f"{self.application.get_delivery_method_display()}，可修改"

    def _hint_check(self) -> str:
        return "都齐了，可以提交" if self.is_complete else self.why_not

    # --- check your answers -----------------------------------------------------------------------------------------

    @property
    def member_rows(self) -> list[dict[str, Any]]:
        return [
            {
                "label": f"{case.order}. {case.version.matter.department.short_name}",
                "value": case.version.name,
                "note": "可选事项" if case.optional else "",
            }
            for case in self.cases
        ]

    @property
    def answered_rows(self) -> list[dict[str, Any]]:
        """The questions with their answers, each with the address at which it is asked again."""
        url = self.url(SITUATIONS)
        return [
            {
                "label": one["question"],
                "value": one["answer"],
                "url": f"{url}?{urlencode({'ask': one['key']})}",
                "action": "改",
            }
            for one in self.questions.words
        ]

    @property
    def situation_rows(self) -> list[dict[str, Any]]:
        """The answered questions, and whether some are still open; nothing where none is asked."""
        if self.questions.next is None:
            return self.answered_rows
        said = "没有回答的，按材料清单上写的情形提交"
        url = self.url(SITUATIONS)
        return [*self.answered_rows, {"label": "还没有答完", "value": said, "url": url, "action": "去回答"}]

    @property
    def answer_rows(self) -> list[dict[str, Any]]:
        application, url = self.application, self.url(FILL)
        return [
            {"label": "办理对象", "value": application.subject, "url": url},
            {"label": "补充说明", "value": application.detail or "无", "url": url},
            {"label": "符合的情形", "value": "\n".join(ticked(application)) or "无", "url": url},
        ]

    @property
    def material_rows(self) -> list[dict[str, Any]]:
        return [
            {
                "label": row.name,
                "value": "\n".join(file.name for file in row.files) or row.paper or "还没有上传",
                "url": f"{self.url(MATERIALS)}#material-{row.pk}",
                "action": "修改" if row.state == "received" else "上传",
            }
            for row in self.materials.asked
        ]

    @property
    def delivery_rows(self) -> list[dict[str, Any]]:
        return delivery_rows(self.application, url=self.url(DELIVERY))


def delivery_rows(application: Application, *, url: str = "") -> list[dict[str, Any]]:
    """Return how the results will reach the applicant, as rows of a summary list; the phone is masked."""
    rows = [{"label": "领取方式", "value": application.get_delivery_method_display(), "url": url}]
    if application.delivery_method == DeliveryMethod.COURIER:
        phone = masking.mask_phone(application.recipient_phone)
        rows += [
            {"label": "收件人", "value": f"{application.recipient_name}，{phone}", "url": url},
            {"label": "收件地址", "value": application.recipient_address, "url": url},
        ]
    return rows


def conditions(application: Application) -> dict[str, list[ApplicationMaterial]]:
    """Return the situations (情形) that decide which materials are needed: each in words, with its materials."""
    found: dict[str, list[ApplicationMaterial]] = {}
    for material in application.materials.all():
        if material.condition and material.disposition == "ask":
            found.setdefault(material.condition, []).append(material)
    return found


def conditions_met(application: Application) -> list[str]:
    """Return in words the situations the applicant has chosen, by answering and by ticking."""
    answered = [f"{one['question']}{one['answer']}" for one in questions_of(application.cases.all()).words]
    return [*answered, *ticked(application)]


def ticked(application: Application) -> list[str]:
    """Return in words the situations the applicant has ticked."""
    return [
        condition
        for condition, materials in conditions(application).items()
        if any(material.key in application.conditions for material in materials)
    ]

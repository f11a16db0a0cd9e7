"""What people type into the form of each act on a task, so that tests can do every act there is."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet

from applications.acts import TaskAct
from applications.models import Annotation, ApplicationMaterial, ReviewTask, SimulatedDecision
from applications.selectors import supplies
from applications.selectors.consulting import departments_to_ask
from applications.selectors.flow import departments_for, finished_before
from applications.selectors.queue import available_for
from applications.services import drafting
from core import clock
from core.clock import local_date
from core.models import User


def colleague(task: ReviewTask) -> int:
    """Return somebody the task could go to; anybody where there is nobody, for acts that are refused all the same."""
    found = available_for(task).exclude(pk=task.claimed_by_id).first()
    return found.pk if found else task.case.application.created_by_id


def earlier(task: ReviewTask) -> str:
    """Return a step that could be sent back; a word that is none where there is none."""
    return next((each.step.key for each in finished_before(task)), "none")


def elsewhere(task: ReviewTask) -> int:
    """Return another department that has people for the task; its own where there is none."""
    found = departments_for(task).first()
    return found.pk if found else task.department_id


def of_matter(task: ReviewTask) -> QuerySet:
    """Return the materials that the task's own matter needs."""
    needed = {"application": task.case.application_id, "needed_by__contains": [task.case.version.name]}
    return ApplicationMaterial.objects.filter(**needed).order_by("order")


def first(found: QuerySet) -> int:
    """Return the first of what a form offers; 0 where there is nothing, for acts that are refused all the same."""
    return found.values_list("pk", flat=True).first() or 0


def mark_of_draft(task: ReviewTask) -> str:
    """Return the mark of what the draft says now; a word that is none where there is none."""
    found = drafting.live_draft(task.case)
    return drafting.Text.of(found).mark if found else "none"


def listed(task: ReviewTask) -> list[int]:
    """Return what the simulated opinion lists as missing; nothing where there is none."""
    opinion = SimulatedDecision.objects.filter(case=task.case).first()
    return [each.pk for each in supplies.listed(opinion)] if opinion else []


def simulated_on(task: ReviewTask) -> str:
    """Return the day of the simulated opinion, the first on which what is missing can come; today where there is none."""
    opinion = SimulatedDecision.objects.filter(case=task.case).first()
    return local_date(opinion.decided_at if opinion else clock.now()).isoformat()


WHY = {"facts": "经核查属实。", "reasons": "依法。"}
FILLED: dict[str, Callable[[ReviewTask], dict[str, object]]] = {
    "assign": lambda task: {"to": colleague(task), "reason": "熟悉餐饮"},
    "send-back": lambda task: {"step": earlier(task), "reason": "漏看了图纸"},
    "pay": lambda task: {
        "amount": "500.00",
        "paid_on": local_date(clock.now()).isoformat(),
        "reference": "YH20260001",
    },
    "fail-payment": lambda task: {"reason": "银行退回：户名与账号不一致"},
    "skip": lambda task: {"reason": "不涉及"},
    "re-route": lambda task: {"to": elsewhere(task), "reason": "不属本部门"},
    "confirm": lambda task: {"record": first(task.records.order_by("id"))},
    "consult": lambda task: {
        "department": first(departments_to_ask(task)),
        "question": "可行吗？",
        "days": 3,
    },
    "take-back-question": lambda task: {"consultation": first(task.consultations.order_by("id"))},
    "annotate": lambda task: {"material": first(of_matter(task)), "text": "看不清"},
    "resolve": lambda task: {"annotation": first(Annotation.objects.filter(task=task))},
    "note": lambda task: {"text": "电话问过"},
    "suspend": lambda task: {"kind": "testing", "reason": "须送检", "days": 5},
    "resume": lambda task: {},
    "extend": lambda task: {"days": 5, "reason": "须核实的情况较多"},
    "transfer": lambda task: {"to": colleague(task), "reason": "明天起休假"},
    "urge": lambda task: {"text": "请尽快办理", "workdays": 1},
    "answer-urging": lambda task: {"text": "今日办结"},
    "draft-decision": lambda task: {"outcome": "denied", **WHY, "send": "on"},
    "countersign": lambda task: {"seen": mark_of_draft(task)},
    "return-draft": lambda task: {"reason": "写明依据"},
    "simulate": lambda task: {
        "outcome": "granted",
        "missing": [each.key for each in supplies.prerequisites(task.case)],
        "conditions": "取得土地",
    },
    "return-supply": lambda task: {"unfit": listed(task)[:1], "reason": "没有盖章"},
    "convert": lambda task: {"handed_in": "土地合同", "handed_in_on": simulated_on(task)},
    "reopen": lambda task: {"reason": "地块变了"},
    "withhold": lambda task: {"secrecy": "privacy", "secrecy_reason": "涉及病情"},
    "order-mending": lambda task: {"findings": "沉沙池没有建", "due_on": "2026-10-20"},
    "revoke": lambda task: {"facts": "没有建成", "reasons": "未履行承诺"},
}


class NotTaken(AssertionError):
    """The form of an act that is allowed does not take what is filled in: what is chosen has been dealt with."""


def do(act: TaskAct, *, task: ReviewTask, by: User, now) -> object:
    """Do an act as its page would: the form is filled in, then served. Raises what the act refuses with.

    A form that finds nothing to choose belongs to an act that is refused.
    """
    form = act.form(FILLED[act.key](task), task=task, by=by)
    if form.is_valid():
        return act.serve(task_id=task.pk, by=by, now=now, **form.cleaned_data)
    act.check(task=task, by=by)
    raise NotTaken(f"{act.key}: {form.errors.as_text()}")

"""Handing in afterwards what a simulated opinion lists as missing (模拟审批补齐), and saying what does not fit.

After acceptance nobody asks the applicant anew: what may be handed in is exactly what the opinion listed.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from applications import machine, permissions
from applications.enums import LIVE_TASK, ClockKind, VisitCause
from applications.locks import lock_case, lock_task
from applications.models import (
    ApplicationMaterial,
    Case,
    Clock,
    MissingItem,
    ReviewTask,
    SimulatedDecision,
    Supply,
)
from applications.selectors import supplies
from applications.selectors.supplies import Prerequisite
from applications.services import clocks, decisions, notifications, routing, visits
from applications.services.counter import Handed, attach_handed
from core.errors import Invalid, Refusal
from core.models import User
from matters.enums import Disposition, Role, StepKind
from matters.models import ServicePoint
from matters.permissions import require


def enlist(*, opinion: SimulatedDecision, found: Sequence[Prerequisite]) -> list[ApplicationMaterial]:
    """Write down what an opinion waits for; what the applicant only named becomes a material of the application."""
    case = opinion.case
    materials = [each.material or _material_named(case, each.name) for each in found]
    MissingItem.objects.bulk_create(MissingItem(opinion=opinion, material=each) for each in materials)
    return materials


def check_supply(case: Case) -> SimulatedDecision:
    """Return the opinion that waits for what it lists.

    Raises WrongState, and Refusal `nothing_awaited` or `already_supplied`.
    """
    machine.check(case, "supply")
    opinion = supplies.opinion_waiting(case)
    if opinion is None:
        raise Refusal("nothing_awaited", "这个办件的模拟意见没有列出待补齐的前置条件，不用补交材料。")
    if supplies.open_supply(case):
        raise Refusal("already_supplied", "补齐的材料已经交来，部门正在核对，请等核对结果。")
    return opinion


@transaction.atomic
def supply(*, case_id: int, by: User, now: datetime, note: str = "") -> Supply:
    """Hand in what the simulated opinion lists, all of it together; the department's limits run anew from now.

    Raises Invalid `material_missing` with the field `file-<material>` for what has not come yet.
    """
    case = lock_case(case_id)
    permissions.require_answering(by, case.application)
    opinion = check_supply(case)
    lacking = supplies.lacking(opinion)
    if lacking:
        names = "、".join(f"“{each.name}”" for each in lacking)
        raise Invalid("material_missing", f"还缺{names}，补齐以后再一起提交。", field=f"file-{lacking[0].pk}")
    handed = Supply.objects.create(opinion=opinion, note=note.strip(), supplied_at=now, supplied_by=by)
    machine.make(case, "supply", by=by, now=now, note=note.strip())
    begin_limits(case=case, now=now)
    notifications.supplied(case=case, task=_decision_task(case), now=now)
    return handed


def supply_at_counter(
    *, case_id: int, handed: Handed, place: ServicePoint, by: User, now: datetime, note: str = ""
) -> Supply:
    """Take in at the window what the simulated opinion lists, on paper or as files, and record the visit."""
    require(by, Role.INTAKE)
    case = Case.objects.get(pk=case_id)
    attach_handed(case.application_id, handed.files, by, now)
    with transaction.atomic():
        case = lock_case(case_id)
        _take_papers(case, handed.papers, by, now)
        supplied = supply(case_id=case_id, note=note, by=by, now=now)
        visits.record(application=case.application, cause=VisitCause.OTHER, place=place, by=by, now=now)
    return supplied


def check_return(*, task: ReviewTask, by: User) -> None:
    """Allow whoever holds the decision that came back, while what was handed in waits for their answer."""
    decisions.check_decide(task=task, by=by)
    machine.check(task.case, "return_supply")
    if supplies.open_supply(task.case) is None:
        raise Refusal("nothing_supplied", "申请人还没有交补齐的材料，没有可以核对的。")


@transaction.atomic
def send_back(*, task_id: int, unfit: Collection[str], reason: str, by: User, now: datetime) -> Supply:
    """Say which of what was handed in does not fit and why (`unfit`: ids of listed materials); the limits stop again.

    Nothing that the opinion did not list can be named.
    """
    task = lock_task(task_id)
    check_return(task=task, by=by)
    handed = Supply.objects.select_related("opinion").get(opinion__case=task.case, answered_at=None)
    named = [each for each in supplies.listed(handed.opinion) if str(each.pk) in set(unfit)]
    if not named:
        raise Invalid("unfit_required", "请勾选哪些材料不符；只能从模拟意见列出的材料中选。", field="unfit")
    if not reason.strip():
        raise Invalid("reason_required", "请写明为什么不符、怎样才相符，申请人会看到。", field="reason")
    answer(handed=handed, is_fit=False, reason=reason, unfit=named, by=by, now=now)
    note = f"{'、'.join(each.name for each in named)}：{reason.strip()}"
    machine.make(task.case, "return_supply", by=by, now=now, note=note)
    clocks.rest(task=task, now=now)
    routing.rest_if_simulated(application=task.case.application, now=now)
    notifications.supply_returned(case=task.case, names=[each.name for each in named], reason=reason, now=now)
    return handed


def answer(
    *,
    handed: Supply,
    is_fit: bool,
    by: User,
    now: datetime,
    reason: str = "",
    unfit: Sequence[ApplicationMaterial] = (),
) -> None:
    """Write down what the department says to what was handed in; the caller holds the lock."""
    handed.answered_at, handed.answered_by, handed.is_fit, handed.reason = now, by, is_fit, reason.strip()
    handed.save(update_fields=["answered_at", "answered_by", "is_fit", "reason"])
    handed.unfit.set(unfit)


def begin_limits(*, case: Case, now: datetime) -> None:
    """Run the limits of a simulated case, and of its decision, anew: from now on the department can decide."""
    clocks.start(ClockKind.PROMISED, ClockKind.STATUTORY, on=case, now=now)
    clocks.stop(ClockKind.PROMISED, on=case.application, now=now)
    clocks.start(ClockKind.PROMISED, on=case.application, now=now)
    clocks.start(ClockKind.STEP, on=_decision_task(case), now=now)
    joint = Clock.objects.filter(application=case.application, case=None, kind=ClockKind.BUNDLE)
    if joint.exists() and not joint.filter(stopped_at=None).exists():
        clocks.start(ClockKind.BUNDLE, on=case.application, now=now)


def _decision_task(case: Case) -> ReviewTask:
    """Return the decision that came back and waits to be converted."""
    live = case.tasks.filter(status__in=LIVE_TASK, kind=StepKind.DECIDE)
    task = live.select_related("step", "department", "claimed_by").get()
    task.case = case
    return task


def _take_papers(case: Case, papers: Collection[int], by: User, now: datetime) -> None:
    opinion = check_supply(case)
    listed = {each.pk: each for each in supplies.listed(opinion)}
    if set(papers) - listed.keys():
        raise Invalid("unknown_material", "只能收取模拟意见列出的材料，请刷新页面后重试。", field="materials")
    for pk in papers:
        listed[pk].paper_received_at, listed[pk].paper_received_by = now, by
        listed[pk].save(update_fields=["paper_received_at", "paper_received_by"])


def _material_named(case: Case, name: str) -> ApplicationMaterial:
    """Return the material that stands for what the applicant named as missing, once in an application."""
    application = case.application
    last = application.materials.aggregate(last=Max("order"))["last"] or 0
    found, _ = ApplicationMaterial.objects.get_or_create(
        application=application,
        key=f"前置条件：{name}"[:100],
        defaults={"name": name, "order": last + 1, "disposition": Disposition.ASK, "is_required": True},
    )
    if case.version.name not in found.needed_by:
        found.needed_by = [*found.needed_by, case.version.name]
        found.save(update_fields=["needed_by"])
    return found

"""Giving out what arrives in a department: the rules its heads make, and what each of them chooses."""

from collections.abc import Callable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from applications import machine, permissions
from applications.enums import AssignmentWay, TaskStatus
from applications.models import Absence, AssignmentRule, ReviewTask
from applications.selectors.queue import available_for
from core import audit
from core.errors import Invalid, NotFound, Refusal
from core.models import User
from core.prepared import Prepared
from matters.enums import Role, StepKind
from matters.models import Department, Matter, StaffPost
from matters.permissions import departments_of, require

_OF_DEPARTMENT = Prepared(lambda department: AssignmentRule.objects.filter(department=department))


def assign_by_rule(*, task: ReviewTask, now: datetime) -> bool:
    """Give a task that has just arrived to whom the department's most specific rule says; return whether it did.

    Never the acceptor of what is to be decided, never somebody away (for a named person their deputy, where the deputy
    has the post). Whom no rule finds, the queue keeps. The caller holds the application's lock; the rule's row is
    locked after it, so that tasks that arrive together are counted and given out one after another.
    """
    rule = _rule_for(task)
    if rule is None or not permissions.STEP_ROLES[StepKind(task.kind)]:
        return False
    to = _CHOICES[AssignmentWay(rule.way)](rule, task)
    if to is None:
        return False
    note = f"按分派规则（{rule.get_way_display()}）交给{to.name}"
    machine.make(task, "assign", by=None, now=now, note=note, claimed_by=to, claimed_at=now)
    return True


def _rule_for(task: ReviewTask) -> AssignmentRule | None:
    """Return the most specific rule for a task, locked; None where none fits, or it has been deleted meanwhile."""
    matter = task.case.version.matter_id
    fitting = [
        rule
        for rule in _OF_DEPARTMENT.ask(task.department_id)
        if rule.matter_id in (None, matter) and rule.kind in ("", task.kind)
    ]
    if not fitting:
        return None
    most_specific = max(fitting, key=lambda rule: (rule.matter_id is not None, rule.kind != ""))
    return AssignmentRule.objects.select_for_update(no_key=True).filter(pk=most_specific.pk).first()


def _nobody(rule: AssignmentRule, task: ReviewTask) -> User | None:
    return None


def _least_loaded(rule: AssignmentRule, task: ReviewTask) -> User | None:
    """Return who holds the fewest live tasks, in whichever department; of several the first by account."""
    held = (
        ReviewTask.objects.filter(claimed_by=OuterRef("pk"), status=TaskStatus.CLAIMED)
        .order_by()
        .values("claimed_by")
        .annotate(held=Count("pk"))
        .values("held")
    )
    load = Coalesce(Subquery(held, output_field=IntegerField()), 0)
    return available_for(task).annotate(load=load).order_by("load", "pk").first()


def _next_in_turn(rule: AssignmentRule, task: ReviewTask) -> User | None:
    """Return who comes after the last one, and begin again after the last of all; the rule remembers it."""
    people = available_for(task).order_by("pk")
    chosen = people.filter(pk__gt=rule.last_person_id or 0).first() or people.first()
    if chosen is not None:
        rule.last_person = chosen
        rule.save(update_fields=["last_person"])
    return chosen


def _named(rule: AssignmentRule, task: ReviewTask) -> User | None:
    """Return the person the rule names, or while they are away their deputy; nobody where neither may do it."""
    wanted, people = rule.person_id or 0, available_for(task)
    deputies = Absence.objects.under_way().filter(user=wanted, department=task.department_id)
    return people.filter(pk=wanted).first() or people.filter(pk__in=deputies.values("deputy")).first()


_CHOICES: dict[AssignmentWay, Callable[[AssignmentRule, ReviewTask], User | None]] = {
    AssignmentWay.POOL: _nobody,
    AssignmentWay.LEAST_LOAD: _least_loaded,
    AssignmentWay.IN_TURN: _next_in_turn,
    AssignmentWay.PERSON: _named,
}


# --- the rules ------------------------------------------------------------------------------------------------------
@transaction.atomic
def add_rule(
    *,
    department: Department,
    kind: str,
    matter: Matter | None,
    way: str,
    person: User | None,
    by: User,
    now: datetime,
) -> AssignmentRule:
    """Make a rule for what arrives from now on; by a head of the department, one rule for each scope.

    A person is named where, and only where, the way is `person`; it must be somebody with a post in the department's
    back office, whose work steps of this kind are. Raises Invalid `nobody_takes` for steps that are nobody's work,
    `not_their_work` for a person without the post; Refusal `rule_exists` for a scope that has a rule.
    """
    require(by, Role.HEAD, department=department)
    _check_person(department, way, person)
    _check_can_assign(department, kind, person if way == AssignmentWay.PERSON else None)
    try:
        with transaction.atomic():
            rule = AssignmentRule.objects.create(
                department=department,
                kind=kind,
                matter=matter,
                way=way,
                person=person if way == AssignmentWay.PERSON else None,
                made_at=now,
                made_by=by,
            )
    except IntegrityError as error:
        raise Refusal("rule_exists", "这个范围已有一条规则，请先删除原来的，再添加新的。") from error
    audit.record(by=by, now=now, act="assignment_rule.add", on=rule, rule=str(rule))
    return rule


def _check_person(department: Department, way: str, person: User | None) -> None:
    if way not in AssignmentWay.values:
        raise Invalid("unknown_way", "请从名单中选择分派方式。", field="way")
    if way != AssignmentWay.PERSON:
        return
    if person is None:
        raise Invalid("person_required", "请选择任务交给谁。", field="person")
    posts = StaffPost.objects.current().filter(user=person, department=department)
    if not posts.filter(role__in=permissions.BACK_OFFICE).exists():
        raise Invalid(
            "not_a_colleague", f"{person.name}在本部门没有办理岗位，请选择本部门的同事。", field="person"
        )


def _check_can_assign(department: Department, kind: str, person: User | None) -> None:
    """Refuse a rule that could never give anything to anybody."""
    if not kind:
        return
    step, roles = StepKind(kind), permissions.STEP_ROLES[StepKind(kind)]
    if not roles:
        raise Invalid(
            "nobody_takes", f"“{step.label}”由系统自动进行，没有人领取，不需要分派规则。", field="kind"
        )
    posts = StaffPost.objects.current().filter(user=person, department=department, role__in=roles)
    if person is not None and not posts.exists():
        wanted = "”或“".join(role.label for role in roles)
        raise Invalid(
            "not_their_work",
            f"{person.name}没有“{wanted}”岗位，“{step.label}”不能交给他；请选择另一位同事，或先联系管理员任岗。",
            field="person",
        )


@transaction.atomic
def remove_rule(*, rule_id: int, by: User, now: datetime) -> None:
    """Delete a rule; what it has given out stays where it is. By a head of the department; else it does not exist."""
    rule = AssignmentRule.objects.select_for_update().filter(pk=rule_id).first()
    if rule is None or rule.department_id not in headed_by(by):
        raise NotFound("没有找到这条规则，可能已经删除。")
    audit.record(by=by, now=now, act="assignment_rule.remove", on=rule, rule=str(rule))
    rule.delete()


def headed_by(user: User) -> set[int]:
    """Return the ids of the departments a person heads."""
    return departments_of(user, (Role.HEAD,))

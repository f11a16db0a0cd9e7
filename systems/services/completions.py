"""When a result has been issued: the departments that must know are told, and so is the applicant, once (双告知, 两证整合)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from applications.enums import CaseStatus
from applications.services import notifications
from core import audit
from core.masking import mask_holder
from core.models import User
from core.services import notices
from delivery.models import Certificate
from delivery.services import results
from matters.enums import Role
from matters.models import Department, StaffPost
from systems import payloads
from systems.enums import PushKind
from systems.models import PushRule
from systems.services import pushes

TELL = results.TELL


@transaction.atomic
def tell(*, certificate_id: int, now: datetime) -> bool:
    """Tell everybody whom the rules name of a result that was issued; return whether there was anybody.

    The result's receipt, the messages to systems and those to people are written together or not at all; the second time
    nothing happens. Raises NotFound for a result that is gone.
    """
    certificate = results.told(certificate_id=certificate_id, now=now)
    rules = rules_for(certificate, now) if certificate else []
    if certificate is None or not rules:
        return False
    told = {rule.department.in_charge for rule in rules}
    for department in sorted(told, key=lambda each: each.code):
        own = [rule for rule in rules if rule.department.in_charge == department]
        _tell_department(department, certificate, own, now)
    _tell_applicant(certificate, rules, now)
    audit.record(
        by=None,
        now=now,
        act="completion.tell",
        on=certificate,
        reference=certificate.case.application.number or "",
        departments=sorted(each.code for each in told),
    )
    return True


def rules_for(certificate: Certificate, now: datetime) -> list[PushRule]:
    """Return the rules that speak of a result: of its matter, with a word that stands in what it is about."""
    case = certificate.case
    if case.status != CaseStatus.GRANTED:
        return []
    about = f"{case.application.subject}\n{case.application.detail}".casefold()
    rules = PushRule.objects.filter(
        Q(ended_at=None) | Q(ended_at__gt=now), matter=case.version.matter_id, since__lte=now
    )
    known = rules.select_related("department__successor", "next_matter__current").order_by("id")
    return [rule for rule in known if rule.keyword.casefold() in about]


def _tell_department(
    department: Department, certificate: Certificate, rules: Sequence[PushRule], now: datetime
) -> None:
    system = getattr(department, "system", None)
    if system is None or not system.active_since:
        _tell_heads(department, certificate, rules, now)
        return
    pushes.write(
        system,
        {"kind": PushKind.COMPLETION, "certificate": certificate},
        lambda: payloads.of_completion(certificate, rules),
        reference=certificate.case.application.number or "",
        now=now,
    )


def _tell_heads(
    department: Department, certificate: Certificate, rules: Sequence[PushRule], now: datetime
) -> None:
    """Put a notice in the inbox of the heads of a department that has no system."""
    application = certificate.case.application
    holder = mask_holder(application.applicant.kind, application.applicant.name)
    posts = StaffPost.objects.current().filter(department=department, role=Role.HEAD)
    notices.notify_staff(
        users=User.objects.filter(pk__in=posts.values("user")),
        title=f"{rules[0].get_kind_display()}：{holder}已取得{certificate.name}",
        body=f"{holder}（{application.subject}）已办结“{certificate.case.version.name}”，"
        f"{certificate.name}编号 {certificate.document.number}。请按职责跟进后续登记和监管。",
        link=f"/verify/{certificate.document.verify_token}/",
        reference=application.number or "",
        now=now,
    )


def _tell_applicant(certificate: Certificate, rules: Sequence[PushRule], now: datetime) -> None:
    """Tell the applicant who knows already, and what there is to do next."""
    application = certificate.case.application
    names = "、".join(dict.fromkeys(rule.department.in_charge.short_name for rule in rules))
    steps = [f"{number}. {step}" for number, step in enumerate(_next_steps(certificate, rules), start=1)]
    rest = "\n".join(["接下来：", *steps]) if steps else "您不用再去这些部门登记。"
    notifications.tell(
        application,
        now,
        f"取得{certificate.name}以后",
        f"“{certificate.case.version.name}”已办结，结果同时告知：{names}。\n{rest}",
    )


def _next_steps(certificate: Certificate, rules: Sequence[PushRule]) -> list[str]:
    """Return what the rules say is to be done next, each once, without what is part of this application."""
    filed = set(certificate.case.application.cases.values_list("version__matter", flat=True))
    steps = [
        _step(rule)
        for rule in rules
        if (rule.advice or rule.next_matter_id) and rule.next_matter_id not in filed
    ]
    return list(dict.fromkeys(steps))


def _step(rule: PushRule) -> str:
    matter = rule.next_matter
    if matter is None:
        return rule.advice
    name = matter.current.name if matter.current else matter.code
    where = f"办理“{name}”（事项编码 {matter.code}）"
    return f"{where}：{rule.advice}" if rule.advice else f"{where}。"

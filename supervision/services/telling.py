"""Telling staff of cards: the graver, the more people."""

from collections.abc import Iterable
from datetime import datetime

from core.countdown import countdown
from core.models import User
from core.services import notices
from matters.enums import Role
from matters.models import Department, StaffPost
from supervision import words
from supervision.enums import Level, Recipient
from supervision.models import Card

ROLE_OF = {
    Recipient.SUPERVISOR: Role.SUPERVISOR,
    Recipient.AUDITOR: Role.AUDITOR,
    Recipient.GOVERNMENT: Role.GOVERNMENT,
}
WHAT_TO_DO = {
    Level.WARNING: "请尽快办理，以免超期。",
    Level.YELLOW: "请立即办理；对发牌有异议的，部门负责人可以申诉。",
    Level.RED: "请立即办理并说明原因；对发牌有异议的，部门负责人可以申诉。",
}


def issued(*, card: Card, now: datetime) -> None:
    """Tell everybody whom the card's rule names."""
    level = Level(card.level)
    late = words.how_late(card.due_at, now, countdown(now).left(card.due_at))
    about = f"{card.subject_number}“{card.matter}”"
    _tell(
        card,
        readers(card),
        f"{level.label}：{card.rule.name}",
        f"{about}{f'，{late}' if late else ''}。{card.measured}\n{WHAT_TO_DO[level]}",
        now,
    )


def proposed(*, card: Card, now: datetime) -> None:
    """Tell the supervisors that a card waits for their word."""
    said = f"{card.subject_number}“{card.matter}”：{card.measured}\n请确认是否发牌。"
    _tell(card, _with_role(Role.SUPERVISOR), f"待确认{card.get_level_display()}：{card.rule.name}", said, now)


def appealed(*, card: Card, reason: str, now: datetime) -> None:
    """Tell the supervisors of an appeal."""
    said = (
        f"{card.department.short_name}对{card.subject_number}的{card.get_level_display()}提出申诉：{reason}"
    )
    _tell(card, _with_role(Role.SUPERVISOR), f"申诉：{card.rule.name}", said, now)


def decided(*, card: Card, now: datetime) -> None:
    """Tell everybody who was told of the card what became of it."""
    said = (
        f"{card.subject_number}“{card.matter}”的{card.get_level_display()}："
        f"{card.get_status_display()}。理由：{card.decision}"
    )
    _tell(
        card,
        readers(card),
        f"{card.get_level_display()}{card.get_status_display()}：{card.rule.name}",
        said,
        now,
    )


def readers(card: Card) -> list[User]:
    """Return whom the card's rule names, each once: the holder, the department's heads, posts of the whole region."""
    found: list[User] = []
    for recipient in card.rule.recipients:
        if recipient == Recipient.HOLDER:
            found += [card.person] if card.person else []
        elif recipient == Recipient.HEAD:
            found += _with_role(Role.HEAD, card.department)
        else:
            found += _with_role(ROLE_OF[Recipient(recipient)])
    return list(dict.fromkeys(found))


def _with_role(role: Role, department: Department | None = None) -> list[User]:
    posts = StaffPost.objects.current().filter(role=role).select_related("user").order_by("user_id")
    return [post.user for post in (posts.filter(department=department) if department else posts)]


def _tell(card: Card, users: Iterable[User], title: str, body: str, now: datetime) -> None:
    notices.notify_staff(
        users=users,
        title=title,
        body=body,
        link=f"/supervision/cards/{card.pk}/",
        reference=card.application.number or "",
        now=now,
    )

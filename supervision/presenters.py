"""What the supervisors' pages show. No queries here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from applications.models import Clock, ReviewTask
from core.capped import said
from core.countdown import Countdown
from supervision import words
from supervision.enums import CardStatus, Level, Recipient
from supervision.models import Card, CardRule
from supervision.selectors import DepartmentCards

LEVEL_TONES = {Level.WARNING: "card-notice", Level.YELLOW: "card-yellow", Level.RED: "card-red"}
STATUS_TONES = {
    CardStatus.PROPOSED: "waiting",
    CardStatus.DISMISSED: "neutral",
    CardStatus.ISSUED: "info",
    CardStatus.APPEALED: "waiting",
    CardStatus.UPHELD: "warning",
    CardStatus.WITHDRAWN: "neutral",
}


@dataclass(frozen=True)
class CardRow:
    """One card in a list, or at the head of its own page."""

    card: Card
    countdown: Countdown
    now: datetime

    @property
    def url(self) -> str:
        return reverse("card", args=[self.card.pk])

    @property
    def level(self) -> str:
        return self.card.get_level_display()

    @property
    def level_tone(self) -> str:
        return LEVEL_TONES[Level(self.card.level)]

    @property
    def status(self) -> str:
        return self.card.get_status_display()

    @property
    def status_tone(self) -> str:
        return STATUS_TONES[CardStatus(self.card.status)]

    @property
    def number(self) -> str:
        return self.card.subject_number

    @property
    def matter(self) -> str:
        return self.card.matter

    @property
    def rule(self) -> str:
        return self.card.rule.name

    @property
    def step(self) -> str:
        return self.card.task.step.name if self.card.task else ""

    @property
    def department(self) -> str:
        return self.card.department.short_name

    @property
    def person(self) -> str:
        return self.card.person.name if self.card.person else ""

    @property
    def at(self) -> datetime:
        return self.card.issued_at or self.card.found_at

    @property
    def standing(self) -> str:
        """Say how it stands with the limit now, or that it ended."""
        clock = self.card.clock
        if clock is None or clock.due_at is None:
            return ""
        if clock.stopped_at:
            return f"已于{words.moment_words(clock.stopped_at)}结束"
        return words.how_late(clock.due_at, self.now, self.countdown.left(clock.due_at))


@dataclass(frozen=True)
class CardPage:
    """One card with everything its page shows; `acts` are what the viewer may do with it."""

    row: CardRow
    readers: Sequence[str]
    appeal_until: datetime | None
    acts: Sequence[Any]
    may_see_task: bool

    @property
    def card(self) -> Card:
        return self.row.card

    @property
    def facts(self) -> list[dict[str, Any]]:
        """Return the card's particulars."""
        card = self.card
        rows = [
            ("规则", f"{card.rule.name}（{words.rule_words(card.rule)}）", card.rule.source),
            ("办件", card.subject_number, card.matter),
            ("环节", self.row.step, ""),
            ("责任部门", card.department.name, ""),
            ("承办人", self.row.person, ""),
            ("发牌方式", card.rule.get_way_display(), ""),
            ("告知", "、".join(self.readers), ""),
            ("目前", self.row.standing, ""),
        ]
        return [{"label": label, "value": value, "note": note} for label, value, note in rows if value]

    @property
    def events(self) -> list[dict[str, Any]]:
        """Return what happened to the card, oldest first."""
        card, appeal = self.card, getattr(self.card, "appeal", None)
        waits = card.status == CardStatus.PROPOSED
        rows: list[tuple[str, datetime | None, str, str]] = [("应发", card.fell_due_at, "系统", "")]
        if card.issued_at is None or card.issued_at != card.found_at:
            rows.append(("提请确认", card.found_at, "系统", ""))
        if card.issued_at:
            rows.append(("发牌", card.issued_at, self._issuer, ""))
        if appeal:
            said = f"{appeal.reason}\n证据：{appeal.evidence}" if appeal.evidence else appeal.reason
            rows.append(("申诉", appeal.made_at, appeal.made_by.name, said))
        if (
            card.decided_by
            and card.status != CardStatus.ISSUED
            and not (appeal and card.decided_at < appeal.made_at)
        ):
            rows.append((self.row.status, card.decided_at, card.decided_by.name, card.decision))
        events = [
            {"title": title, "at": at, "who": who, "text": text, "state": "done"}
            for title, at, who, text in rows
        ]
        if waits:
            events.append({"title": "等待效能监督确认", "state": "current"})
        if card.status == CardStatus.APPEALED:
            events.append({"title": "等待效能监督答复申诉", "state": "current"})
        return events

    @property
    def _issuer(self) -> str:
        """Who issued it: the supervisor who confirmed it, or the system."""
        confirmed = self.card.decided_by and self.card.decided_at == self.card.issued_at
        return self.card.decided_by.name if confirmed and self.card.decided_by else "系统自动"


@dataclass(frozen=True)
class DueRow:
    """One limit that ends today or on the next working day."""

    clock: Clock
    countdown: Countdown

    @property
    def number(self) -> str:
        return self.clock.case.number if self.clock.case else self.clock.application.number or ""

    @property
    def url(self) -> str:
        return reverse("application", args=[self.clock.application.number])

    @property
    def matter(self) -> str:
        return self.clock.case.version.name if self.clock.case else self.clock.application.title

    @property
    def kind(self) -> str:
        return self.clock.get_kind_display()

    @property
    def department(self) -> str:
        return self.clock.case.version.matter.department.short_name if self.clock.case else ""

    @property
    def due_at(self) -> datetime | None:
        return self.clock.due_at

    @property
    def days_left(self) -> int | None:
        return self.countdown.left(self.clock.due_at)


@dataclass(frozen=True)
class LedRow:
    """One task of another department in a bundle the viewer's department leads."""

    task: ReviewTask
    countdown: Countdown

    @property
    def url(self) -> str:
        return reverse("task", args=[self.task.pk])

    @property
    def days_left(self) -> int | None:
        return self.countdown.left(self.task.due_at, self.task.pauses)


@dataclass(frozen=True)
class DueDay:
    """What ends on one day."""

    title: str
    rows: Sequence[DueRow]
    count: int

    @property
    def note(self) -> str:
        """How many there are, and how many of them are listed."""
        rest = self.count - len(self.rows)
        return f"{said(self.count)} 件，先到期的在前" + (f"；还有 {said(rest)} 件没有列出" if rest else "")


@dataclass(frozen=True)
class Overview:
    """The supervisors' first page."""

    departments: Sequence[DepartmentCards]
    waiting: dict[str, int]
    due: Sequence[DueDay]
    led: Sequence[LedRow]
    counted_days: int

    @property
    def stats(self) -> list[dict[str, Any]]:
        return [
            {"label": "红牌", "value": sum(one.red for one in self.departments)},
            {"label": "黄牌", "value": sum(one.yellow for one in self.departments)},
            {"label": "预警", "value": sum(one.warning for one in self.departments)},
            {"label": "待确认", "value": self.waiting["proposed"]},
            {"label": "申诉待答复", "value": self.waiting["appealed"]},
        ]

    @property
    def bars(self) -> list[dict[str, Any]]:
        """Return the cards of each department that are more than a warning, for the chart."""
        return [
            {"label": one.name, "value": one.red + one.yellow, "note": f"红牌{one.red}，黄牌{one.yellow}"}
            for one in self.departments
            if one.red + one.yellow
        ]


@dataclass(frozen=True)
class RuleRow:
    """One rule in force, or one that will be."""

    rule: CardRule
    is_to_come: bool

    @property
    def measures(self) -> str:
        return self.rule.measures

    @property
    def when(self) -> str:
        return words.rule_words(self.rule)

    @property
    def level(self) -> str:
        return self.rule.get_level_display()

    @property
    def level_tone(self) -> str:
        return LEVEL_TONES[Level(self.rule.level)]

    @property
    def recipients(self) -> str:
        return "、".join(Recipient(each).label for each in self.rule.recipients)

    @property
    def state(self) -> str:
        if self.is_to_come:
            return "待施行"
        return "启用" if self.rule.is_active else "停用"

    @property
    def tone(self) -> str:
        if self.is_to_come:
            return "waiting"
        return "success" if self.rule.is_active else "neutral"

    @property
    def url(self) -> str:
        return reverse("card-rule", args=[self.rule.code])

"""How cards speak: moments, limits and rules in words. No queries."""

from datetime import date, datetime, time

from applications.models import Clock
from core.clock import CHINA, local_date
from matters.enums import LimitUnit
from supervision.enums import RelativeTo
from supervision.models import Card, CardRule
from supervision.moments import EXACT

WEEKDAYS = "一二三四五六日"


def day_words(day: date) -> str:
    """Return a day as people say it: 2018年10月24日（周三）."""
    return f"{day.year}年{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"


def moment_words(moment: datetime) -> str:
    """Return a moment to the minute: 2018年10月24日（周三）10:00."""
    return f"{day_words(local_date(moment))}{moment.astimezone(CHINA):%H:%M}"


def limit_words(clock: Clock) -> str:
    """Return a limit as people say it: 7个工作日."""
    return (
        "当场"
        if clock.unit == LimitUnit.INSTANT or not clock.value
        else f"{clock.value}{LimitUnit(clock.unit).label}"
    )


def rule_words(rule: CardRule) -> str:
    """Say when a rule gives its card: 到期日前2个工作日当天起."""
    if rule.breach:
        return f"发现{rule.get_breach_display()}"
    where = RelativeTo(rule.relative_to).label
    if rule.offset:
        where = f"{where}{'前' if rule.offset < 0 else '后'}{abs(rule.offset)}个工作日"
    return f"{where}当天起" if rule.inclusive else f"{where}过后"


def arithmetic(rule: CardRule, clock: Clock, moment: datetime) -> str:
    """Say in a sentence with its dates why a clock has earned a card."""
    said = f"{clock.get_kind_display()}时限{limit_words(clock)}，{moment_words(clock.started_at)}起算"
    if clock.due_at:
        is_exact = clock.unit in EXACT
        ends = moment_words(clock.due_at) if is_exact else day_words(local_date(clock.due_at))
        said += f"，{ends}到期"
    since = (
        day_words(local_date(moment)) if moment.astimezone(CHINA).time() == time.min else moment_words(moment)
    )
    return f"{said}；按“{rule.name}”（{rule_words(rule)}），{since}起应发{rule.get_level_display()}。"


def told(card: Card) -> str:
    """Say in a line, to those who work on the case, which card was given and for what."""
    said = f"{card.get_level_display()}“{card.rule.name}”"
    if card.clock is None:
        return f"{said}：{card.measured}"
    ended = f"，{day_words(local_date(card.clock.due_at))}到期" if card.clock.due_at else ""
    return f"{said}：{card.clock.get_kind_display()}时限{limit_words(card.clock)}{ended}"


def how_late(due_at: datetime | None, now: datetime, workdays: int | None) -> str:
    """Say how late something is, or that it soon will be: 已超期2个工作日."""
    if due_at is None:
        return ""
    if due_at >= now:
        return f"还剩{workdays}个工作日" if workdays else "今天到期"
    days = max(-workdays, 0) if workdays is not None else 0
    return f"已超期{days}个工作日" if days else "已超期"

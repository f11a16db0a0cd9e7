"""Words of the supervision room (电子监察)."""

from django.db import models


class Level(models.TextChoices):
    """How grave a card is; each is told to more people than the one before."""

    WARNING = "warning", "预警"
    YELLOW = "yellow", "黄牌"
    RED = "red", "红牌"


SEVERITY = (Level.WARNING, Level.YELLOW, Level.RED)


class CardStatus(models.TextChoices):
    PROPOSED = "proposed", "待确认"
    DISMISSED = "dismissed", "不予发牌"
    ISSUED = "issued", "已发"
    APPEALED = "appealed", "申诉中"
    UPHELD = "upheld", "申诉后维持"
    WITHDRAWN = "withdrawn", "已撤销"


COUNTED = (CardStatus.ISSUED, CardStatus.APPEALED, CardStatus.UPHELD)
"""The cards that stand: what was dismissed or withdrawn stays on record and counts for nothing."""


class RelativeTo(models.TextChoices):
    """What the working days of a rule are counted from. The legal end is the end of a clock of its own."""

    DUE = "due", "到期日"
    START = "start", "起算日"


class Way(models.TextChoices):
    """发牌方式."""

    AUTOMATIC = "automatic", "自动发牌"
    CONFIRMED = "confirmed", "人工确认后发牌"


class Recipient(models.TextChoices):
    """Who is told of a card."""

    HOLDER = "holder", "承办人"
    HEAD = "head", "部门负责人"
    SUPERVISOR = "supervisor", "效能监督"
    AUDITOR = "auditor", "审计"
    GOVERNMENT = "government", "本级政府负责人"


class Breach(models.TextChoices):
    """What may go wrong without a clock; `breaches.py` says how each is found, and which no longer can happen."""

    POST_CHECK_MISSED = "post_check_missed", "承诺后核查逾期"
    INSTANT_TOO_LONG = "instant_too_long", "即办件超过一天"
    CONSULTATION_UNANSWERED = "consult_unanswered", "征询意见逾期未答复"
    URGING_UNANSWERED = "urging_unanswered", "督办逾期未答复"

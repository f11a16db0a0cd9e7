"""Words of the systems in which departments work."""

from django.db import models


class Direction(models.TextChoices):
    OUTGOING = "outgoing", "我方推送用"
    INCOMING = "incoming", "对方回传用"


class PushKind(models.TextChoices):
    TASK = "task", "部门任务"
    COMPLETION = "completion", "办结告知"


class RuleKind(models.TextChoices):
    """Why a department is told of a result that was issued to somebody."""

    INTEGRATE = "integrate", "两证整合"  # it registers them from what it is told, nobody applies again
    INFORM = "inform", "双告知"  # it and they are told what else they need

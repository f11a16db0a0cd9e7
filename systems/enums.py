"""Words of the systems in which departments work."""

from django.db import models


class Direction(models.TextChoices):
    OUTGOING = "outgoing", "我方推送用"
    INCOMING = "incoming", "对方回传用"


class PushKind(models.TextChoices):
    TASK = "task", "部门任务"

"""Words of the applications room; states as in case_lifecycle, one word per idea."""

from django.db import models


class ApplicationStatus(models.TextChoices):
    """What the application itself stores; in review, decided, delivered are read off its cases and its delivery."""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "已提交，等待审核"
    CORRECTION_OPEN = "correction_open", "请补正材料"
    ACCEPTED = "accepted", "已受理"
    REFUSED = "refused", "不予受理"
    WITHDRAWN = "withdrawn", "已撤回"
    CLOSED = "closed", "已办结"


class CaseStatus(models.TextChoices):
    PENDING = "pending", "待受理"
    WAITING = "waiting", "等待前置事项"
    IN_REVIEW = "in_review", "办理中"
    GRANTED = "granted", "已批准"
    DENIED = "denied", "未批准"
    NOT_PROCEEDED = "not_proceeded", "不再办理"
    REFUSED = "refused", "不予受理"
    WITHDRAWN = "withdrawn", "已撤回"


ENDED = (
    CaseStatus.GRANTED,
    CaseStatus.DENIED,
    CaseStatus.NOT_PROCEEDED,
    CaseStatus.REFUSED,
    CaseStatus.WITHDRAWN,
)
DECIDED = (CaseStatus.GRANTED, CaseStatus.DENIED)


class TaskStatus(models.TextChoices):
    RELEASED = "released", "派发中"
    OPEN = "open", "待领取"
    CLAIMED = "claimed", "办理中"
    DONE = "done", "已完成"
    CANCELLED = "cancelled", "已取消"


LIVE_TASK = (TaskStatus.RELEASED, TaskStatus.OPEN, TaskStatus.CLAIMED)


class TaskOutcome(models.TextChoices):
    PASS = "pass", "通过"
    OBJECT = "object", "不通过"
    ELAPSED = "elapsed", "期满"
    DECIDED = "decided", "已决定"


class DecisionOutcome(models.TextChoices):
    GRANTED = "granted", "准予"
    DENIED = "denied", "不予"


class Channel(models.TextChoices):
    """申报渠道."""

    WEB = "web", "网上"
    COUNTER = "counter", "窗口"
    API = "api", "接口"


class DeliveryMethod(models.TextChoices):
    WINDOW = "window", "窗口领取"
    COURIER = "courier", "政务专递"


class VisitCause(models.TextChoices):
    FILING = "filing", "申报"
    CORRECTION = "correction", "补正"
    COLLECTION = "collection", "取件"
    OTHER = "other", "其他"


class CorrectionStatus(models.TextChoices):
    OPEN = "open", "待补正"
    ANSWERED = "answered", "已补正"
    LAPSED = "lapsed", "逾期未补正"
    CANCELLED = "cancelled", "已终止"


class MyState(models.TextChoices):
    """How applicants look for their own applications."""

    MY_TURN = "turn", "待您处理"
    UNDER_WAY = "under-way", "办理中"
    DRAFT = "draft", "未提交"
    ENDED = "ended", "已结束"

"""Words of the applications room; states as in case_lifecycle, one word per idea."""

from django.db import models

APPLICANT, WINDOW, DEPARTMENT, OUTLET, SYSTEM, NOBODY = (
    "申请人",
    "综合窗口",
    "承办部门",
    "出件窗口",
    "系统",
    "无",
)
"""Whose turn it is, and whose clock runs."""


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
    SIMULATED = "simulated", "已出具模拟意见"
    REVOKED = "revoked", "已撤销"
    NOT_PROCEEDED = "not_proceeded", "不再办理"
    REFUSED = "refused", "不予受理"
    WITHDRAWN = "withdrawn", "已撤回"


ENDED = (
    CaseStatus.GRANTED,
    CaseStatus.DENIED,
    CaseStatus.REVOKED,
    CaseStatus.NOT_PROCEEDED,
    CaseStatus.REFUSED,
    CaseStatus.WITHDRAWN,
)
DECIDED = (CaseStatus.GRANTED, CaseStatus.DENIED, CaseStatus.REVOKED)


class TaskStatus(models.TextChoices):
    RELEASED = "released", "派发中"
    OPEN = "open", "待领取"
    CLAIMED = "claimed", "办理中"
    DONE = "done", "已完成"
    CANCELLED = "cancelled", "已取消"


LIVE_APPLICATION = (
    ApplicationStatus.DRAFT,
    ApplicationStatus.SUBMITTED,
    ApplicationStatus.CORRECTION_OPEN,
    ApplicationStatus.ACCEPTED,
)
LIVE_TASK = (TaskStatus.RELEASED, TaskStatus.OPEN, TaskStatus.CLAIMED)
ENDED_TASK = (TaskStatus.DONE, TaskStatus.CANCELLED)


class TaskOutcome(models.TextChoices):
    PASS = "pass", "通过"
    OBJECT = "object", "不通过"
    ELAPSED = "elapsed", "期满"
    DECIDED = "decided", "已决定"
    SENT_BACK = "sent_back", "退回"
    SKIPPED = "skipped", "略过"
    SIMULATED = "simulated", "已出具模拟意见"
    MENDING = "mending", "限期整改"
    REVOKED = "revoked", "撤销"
    PAID = "paid", "已发放"


class DecisionOutcome(models.TextChoices):
    GRANTED = "granted", "准予"
    DENIED = "denied", "不予"


class DraftStatus(models.TextChoices):
    """How far a decision has come before it is made."""

    DRAFT = "draft", "拟稿"
    COUNTERSIGNING = "countersigning", "待核签"
    COUNTERSIGNED = "countersigned", "已核签"
    RETURNED = "returned", "已退回"
    ISSUED = "issued", "已签发"
    DROPPED = "dropped", "已作废"


LIVE_DRAFT = (DraftStatus.DRAFT, DraftStatus.COUNTERSIGNING, DraftStatus.COUNTERSIGNED, DraftStatus.RETURNED)


class Secrecy(models.TextChoices):
    """Why a granted licence is not put on the public list (行政许可法 §5)."""

    STATE = "state", "国家秘密"
    COMMERCIAL = "commercial", "商业秘密"
    PRIVACY = "privacy", "个人隐私"


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


class ConsultationStatus(models.TextChoices):
    OPEN = "open", "待答复"
    ANSWERED = "answered", "已答复"
    LAPSED = "lapsed", "逾期未答复，视为无意见"
    CANCELLED = "cancelled", "已撤回"


SILENT = (ConsultationStatus.OPEN, ConsultationStatus.LAPSED)
"""The questions nobody has answered, though they may have been late to."""


class OpinionOutcome(models.TextChoices):
    """What an opinion comes to, on steps and on decisions."""

    PASS = TaskOutcome.PASS.value, TaskOutcome.PASS.label
    OBJECT = TaskOutcome.OBJECT.value, TaskOutcome.OBJECT.label
    GRANTED = DecisionOutcome.GRANTED.value, DecisionOutcome.GRANTED.label
    DENIED = DecisionOutcome.DENIED.value, DecisionOutcome.DENIED.label


class MyState(models.TextChoices):
    """How applicants look for their own applications."""

    MY_TURN = "turn", "待您处理"
    UNDER_WAY = "under-way", "办理中"
    DRAFT = "draft", "未提交"
    ENDED = "ended", "已结束"


class AssignmentWay(models.TextChoices):
    """How a task that arrives finds whoever works on it."""

    POOL = "pool", "留在队列，由同事领取"
    LEAST_LOAD = "least_load", "给手上任务最少的人"
    IN_TURN = "in_turn", "按次序轮流"
    PERSON = "person", "给指定的人"


class BulkKind(models.TextChoices):
    """What may be done to many tasks at once."""

    CLAIM = "claim", "批量领取"
    PASS = "pass", "批量通过"
    GRANT = "grant", "批量准予"
    HAND = "hand", "批量转交"
    PUT_BACK = "put_back", "批量退回队列"


class ClockKind(models.TextChoices):
    """What a limit measures; who it binds, what starts, stops and suspends it is in `applications/clocks.py`."""

    PRE_ACCEPTANCE = "pre_acceptance", "网上预受理"
    ACCEPTANCE = "acceptance", "决定是否受理"
    PROMISED = "promised", "承诺办结"
    STATUTORY = "statutory", "法定办结"
    STEP = "step", "环节"
    SPECIAL = "special", "特别程序"
    CERTIFICATE = "certificate", "制证送达"
    CORRECTION = "correction", "补正"
    DEFERRAL = "deferral", "容缺补交"
    BUNDLE = "bundle", "联合办理"
    PROJECT = "project", "项目"


class SuspensionKind(models.TextChoices):
    """Why the limits may stand still (特别程序); the legal basis of each is in `applications/clocks.py`."""

    HEARING = "hearing", "听证"
    TENDER = "tender", "招标"
    AUCTION = "auction", "拍卖"
    INSPECTION = "inspection", "检验"
    TESTING = "testing", "检测"
    QUARANTINE = "quarantine", "检疫"
    APPRAISAL = "appraisal", "鉴定"
    EXPERTS = "experts", "专家评审"
    PUBLICITY = "publicity", "公示"
    CORRECTION = "correction", "补正"
    GUIDE = "guide", "办事指南载明的特别程序"
    EARLIER = "earlier", "先前告知的特别程序"

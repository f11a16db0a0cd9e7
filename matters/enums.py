"""Words of the matters room; code lists of GB/T 39046-2020 annex A unless said otherwise."""

from django.db import models


class Role(models.TextChoices):
    """What a staff post may do; one person can hold several posts."""

    INTAKE = "intake", "综合窗口收件"
    REVIEWER = "reviewer", "审查"
    DECIDER = "decider", "决定"
    HEAD = "head", "部门负责人"
    OUTLET = "outlet", "统一出件"
    COURIER = "courier", "政务专递"
    EDITOR = "editor", "事项编辑"
    OFFICE = "office", "事项管理"
    SUPERVISOR = "supervisor", "效能监督"
    AUDITOR = "auditor", "审计"
    ADMINISTRATOR = "administrator", "系统管理"


class VersionStatus(models.TextChoices):
    DRAFT = "draft", "草稿"
    PUBLISHED = "published", "已发布"
    SUPERSEDED = "superseded", "已被新版替代"
    CANCELLED = "cancelled", "已取消"


class ItemType(models.TextChoices):
    POWER = "00", "行政权力事项"
    LICENSING = "01", "行政许可"
    PAYMENT = "05", "行政给付"
    CONFIRMATION = "07", "行政确认"
    REWARD = "08", "行政奖励"
    ADJUDICATION = "09", "行政裁决"
    OTHER = "10", "其他类别事项"
    PUBLIC_SERVICE = "20", "公共服务事项"


class CaseType(models.IntegerChoices):
    INSTANT = 1, "即办件"
    PROMISED = 2, "承诺件"
    OTHER = 9, "其他"


class ServiceObject(models.IntegerChoices):
    NATURAL = 1, "自然人"
    ENTERPRISE = 2, "企业法人"
    INSTITUTION = 3, "事业法人"
    SOCIAL = 4, "社会组织法人"
    AGENCY = 5, "行政机关"
    OTHER = 6, "其他组织"


class HandlingForm(models.IntegerChoices):
    WINDOW = 1, "窗口办理"
    WEB = 2, "电脑端网上办理"
    MOBILE = 3, "移动端网上申请"
    MAIL = 4, "快递申请"
    OTHER = 9, "其他"


class LimitUnit(models.TextChoices):
    """Units of time limits; law.md §7 says why the unit must be kept beside the number."""

    WORKDAY = "workday", "个工作日"
    DAY = "day", "天"
    HOUR = "hour", "小时"
    MINUTE = "minute", "分钟"
    INSTANT = "instant", "当场"


class MaterialType(models.IntegerChoices):
    CERTIFICATE = 1, "证件证书证明"
    FORM = 2, "申请表格文书"
    OTHER = 9, "其他"


class MaterialForm(models.IntegerChoices):
    PAPER = 1, "纸质"
    ELECTRONIC = 2, "电子"
    EITHER = 3, "纸质或电子"


class Necessity(models.IntegerChoices):
    REQUIRED = 1, "必要"
    OPTIONAL = 2, "非必要"
    DEFERRABLE = 3, "容缺后补"


class SourceChannel(models.IntegerChoices):
    OWN = 10, "申请人自备"
    GOVERNMENT = 20, "政府部门核发"
    OTHER = 99, "其他"


class StepKind(models.TextChoices):
    REVIEW = "review", "审查"
    INSPECT = "inspect", "现场核查"
    CONSULT = "consult", "会签"
    SPECIAL = "special", "特别程序"
    DECIDE = "decide", "决定"
    PAYOUT = "payout", "发放"
    POST_CHECK = "post_check", "承诺后核查"


class ResultKind(models.TextChoices):
    """结果类型: what the applicant ends up with, and so what passes the outlet."""

    CERTIFICATE = "出证办结", "证照"
    DOCUMENT = "出文办结", "文书"
    RECORD = "审批办结", "批复、登记或资金"


class ServicePointKind(models.TextChoices):
    HALL = "hall", "政务服务大厅"
    TOWN = "town", "镇街便民服务中心"
    VILLAGE = "village", "村社便民服务站"
    PARTNER = "partner", "银行邮政等代办点"


class PresenceNeed(models.TextChoices):
    """Why somebody must come to the counter (到场事由)."""

    IDENTITY = "identity", "身份核验"
    BIOMETRICS = "biometrics", "采集指纹照片"
    SIGNATURE = "signature", "到场签字"
    ORIGINAL_CHECK = "original_check", "核对原件"
    SURRENDER = "surrender", "交回旧证"


class PresenceBy(models.TextChoices):
    APPLICANT = "applicant", "须本人到场"
    ANYONE = "anyone", "可由他人代办"


class PresenceWhen(models.TextChoices):
    FILING = "filing", "申报时"
    COLLECTION = "collection", "领取时"


class PresenceWaiver(models.TextChoices):
    """What makes coming to the counter unnecessary."""

    E_SIGNATURE = "e_signature", "全程电子签名"
    MAIL = "mail", "邮寄"
    REMOTE_IDENTITY = "remote_identity", "远程身份认证"
    OUTLET = "outlet", "银行等网点代办"
    RENEWAL = "renewal", "换发情形"
    DECLARATION = "declaration", "承诺书"


class Disposition(models.TextChoices):
    """What becomes of a required material: asked of the applicant, or not."""

    ASK = "ask", "需提交"
    SHARED = "shared", "数据共享免提交"
    INTERNAL = "internal", "内部流转免提交"

"""Words of the matters room; code lists of GB/T 39046-2020 annex A unless said otherwise."""

from django.db import models


class Role(models.TextChoices):
    """What a staff post may do; one person can hold several posts."""

    INTAKE = "intake", "综合窗口收件"
    REVIEWER = "reviewer", "审查"
    DECIDER = "decider", "决定"
    HEAD = "head", "部门负责人"
    GOVERNMENT = "government", "本级政府负责人"
    OUTLET = "outlet", "统一出件"
    COURIER = "courier", "政务专递"
    EDITOR = "editor", "事项编辑"
    OFFICE = "office", "事项管理"
    CATALOGUE_REVIEWER = "catalogue_review", "清单审核小组"
    SUPERVISOR = "supervisor", "效能监督"
    AUDITOR = "auditor", "审计"
    ADMINISTRATOR = "administrator", "系统管理"


class VersionStatus(models.TextChoices):
    DRAFT = "draft", "草稿"
    SCHEDULED = "scheduled", "待生效"
    PUBLISHED = "published", "已发布"
    SUPERSEDED = "superseded", "已被新版替代"
    CANCELLED = "cancelled", "已取消"


class MatterState(models.TextChoices):
    """事项状态 (task_state of the national 实施清单)."""

    IN_USE = "1", "在用"
    SUSPENDED = "2", "暂停"
    CANCELLED = "3", "取消"


class EntryState(models.TextChoices):
    """Where a draft of a guide stands on its way into the catalogue (四步工作法)."""

    DRAFT = "draft", "编制中"
    GROUP_REVIEW = "group_review", "小组初审"
    JOINT_REVIEW = "joint_review", "会议联审"
    CONFIRMATION = "confirmation", "部门确认"
    RECHECK = "recheck", "再审"
    LOCKED = "locked", "已锁定"
    COMMENT = "comment", "公示中"
    PUBLISHED = "published", "已发布"
    UNLOCKED = "unlocked", "已解锁改稿"
    WITHDRAWN = "withdrawn", "已撤销"


class EntryStage(models.TextChoices):
    """The stages at which somebody says something about an entry, in their order."""

    SUBMISSION = "submission", "部门上报"
    GROUP = "group", "小组初审"
    MEETING = "meeting", "会议联审"
    CONFIRMATION = "confirmation", "部门确认"
    RECHECK = "recheck", "再审锁定"
    COMMENT = "comment", "公示"


class Verdict(models.TextChoices):
    PASS = "pass", "通过"
    RETURN = "return", "退回"


class Feasibility(models.TextChoices):
    """What the reverse analysis (逆向分析法) finds: can the matter be done in one trip?"""

    FEASIBLE = "1", "可实现"
    AFTER_REDESIGN = "2", "再造可实现"
    MORE_EFFORT = "3", "还需努力"


class Reduction(models.TextChoices):
    """What a measure of the reverse analysis reduces."""

    MATERIALS = "materials", "减材料"
    STEPS = "steps", "减环节"
    LEVELS = "levels", "减层级"
    TIME = "time", "减时间"


class BatchState(models.TextChoices):
    PREPARING = "preparing", "筹备中"
    COMMENT = "comment", "公示中"
    PUBLISHED = "published", "已发布"


class ItemType(models.TextChoices):
    POWER = "00", "行政权力事项"
    LICENSING = "01", "行政许可"
    PAYMENT = "05", "行政给付"
    CONFIRMATION = "07", "行政确认"
    REWARD = "08", "行政奖励"
    ADJUDICATION = "09", "行政裁决"
    OTHER = "10", "其他类别事项"
    PUBLIC_SERVICE = "20", "公共服务事项"


class PublicServiceCategory(models.TextChoices):
    """公共服务类别: the nine kinds in which the reform lists public services that are not powers."""

    TESTING = "检验检测", "检验检测"
    PROOF = "证明鉴定", "证明鉴定"
    CONSULTATION = "查询咨询", "查询咨询"
    DISCLOSURE = "信息公开", "信息公开"
    ASSESSMENT = "评估评价", "评估评价"
    REGISTRATION = "登记备案", "登记备案"
    REVIEW = "审查受理", "审查受理"
    PAYMENT = "缴纳补贴", "缴纳补贴"
    TENDER = "竞价交易", "竞价交易"


class PowerSource(models.IntegerChoices):
    """权力来源."""

    STATUTORY = 1, "法定本级行使"
    DELEGATED_DOWN = 2, "上级下放"
    AUTHORISED_ABOVE = 3, "上级授权"
    AUTHORISED_SAME = 4, "同级授权"
    ENTRUSTED_ABOVE = 5, "上级委托"
    ENTRUSTED_SAME = 6, "同级委托"
    OTHER = 9, "其他"


class ExerciseLevel(models.IntegerChoices):
    """行使层级."""

    STATE = 1, "国家级"
    PROVINCE = 2, "省级"
    CITY = 3, "市级"
    COUNTY = 4, "县级"
    TOWN = 5, "镇（乡、街道）级"
    VILLAGE = 6, "村（社区）级"
    GRADED = 7, "分级管理"


class TemplateLevel(models.IntegerChoices):
    """Who issued a template: levels of ExerciseLevel that issue any."""

    NATION = 1, "国家"
    PROVINCE = 2, "省级"


class BodyNature(models.IntegerChoices):
    """实施主体性质."""

    STATUTORY = 1, "法定机关"
    AUTHORISED = 2, "授权组织"
    ENTRUSTED = 3, "受委托组织"
    OTHER = 9, "其他"


class ReviewType(models.TextChoices):
    """事项审查类型."""

    AT_ONCE = "即审即办", "即审即办"
    REVIEW_FIRST = "前审后批", "前审后批"


class OnlineDepth(models.IntegerChoices):
    """网上办理深度."""

    CONSULT = 1, "互联网咨询"
    RECEIVE = 2, "互联网收件"
    PRE_REVIEW = 3, "互联网预审"
    ACCEPT = 4, "互联网受理"
    HANDLE = 5, "互联网办理"
    FEEDBACK = 6, "互联网办理结果信息反馈"
    E_CERTIFICATE = 7, "互联网电子证照反馈"
    OTHER = 8, "其他"


class CrossRegionScope(models.IntegerChoices):
    """通办范围."""

    NATION = 1, "全国通办"
    PROVINCE = 2, "全省通办（跨市）"
    CITY = 3, "全市通办（跨县）"
    COUNTY = 4, "县内通办（跨镇）"


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


class BundleShape(models.TextChoices):
    """The three kinds of 一件事: how many departments, how many matters."""

    ONE_DEPARTMENT = "one_many", "一部门多事项"
    ONE_MATTER = "many_one", "多部门一事项"
    MANY_OF_BOTH = "many_many", "多部门多事项"


class LeadRule(models.TextChoices):
    """Why a department leads a bundle, the earlier rule before the later (一件事牵头部门确定规则)."""

    INDUSTRY = "industry", "行业主管部门"
    MAIN_LICENCE = "licence", "主要证照核发部门"
    FIRST_ACCEPTANCE = "first", "首先受理部门"
    RECORDED = "recorded", "经研究确定"


class LimitUnit(models.TextChoices):
    """Units of time limits; law.md §7 says why the unit must be kept beside the number."""

    WORKDAY = "workday", "个工作日"
    DAY = "day", "天"
    HOUR = "hour", "小时"
    MINUTE = "minute", "分钟"
    MONTH = "month", "个月"
    YEAR = "year", "年"
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


class JoinPolicy(models.TextChoices):
    """汇合方式: what releases a step that waits for several."""

    ALL = "all", "全部完成后开始"
    ANY = "any", "任一通过即开始"
    VETO = "veto", "一票否决"
    LEAD = "lead", "主办协办"


class Countersign(models.TextChoices):
    """负责人核签: which decisions the head signs before they are issued."""

    NEVER = "never", "不需要"
    DENIAL = "denial", "作不予决定时"
    ALWAYS = "always", "一律"


class ResultKind(models.TextChoices):
    """结果类型: what the applicant ends up with, and so what passes the outlet."""

    CERTIFICATE = "出证办结", "证照"
    DOCUMENT = "出文办结", "文书"
    RECORD = "审批办结", "批复、登记或资金"


class DepartmentChangeKind(models.TextChoices):
    RENAME = "rename", "更名"
    MERGER = "merger", "合并"


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
    GENERATED = "generated", "系统生成，免提交"


class SearchKind(models.TextChoices):
    """What a search finds; a halted matter is one that is suspended or cancelled."""

    MATTER = "matter", "事项"
    BUNDLE = "bundle", "一件事"
    HALTED = "halted", "暂停或取消的事项"


class UploadState(models.TextChoices):
    """How far a catalogue file has come on its way in."""

    CHECKING = "checking", "正在试算"
    CHECKED = "checked", "等待确认"
    REFUSED = "refused", "有错误，未导入"
    IMPORTING = "importing", "正在导入"
    IMPORTED = "imported", "已导入"

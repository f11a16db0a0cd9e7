"""What can be applied for: matters, their pinned versions, materials and steps."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.fields.json import KT

from matters.enums import (
    CaseType,
    Countersign,
    ItemType,
    JoinPolicy,
    LimitUnit,
    MaterialForm,
    MaterialType,
    MatterState,
    Necessity,
    ResultKind,
    SourceChannel,
    StepKind,
    TemplateLevel,
    VersionStatus,
)
from matters.models.organisation import Department


class MainItem(models.Model):
    """A main item (大项): the heading under which a department's matters stand as its sub-items (子项)."""

    code = models.SlugField("大项编码", max_length=50, unique=True)
    name = models.CharField("大项名称", max_length=200)
    department = models.ForeignKey(
        Department, verbose_name="实施部门", on_delete=models.PROTECT, related_name="main_items"
    )

    class Meta:
        verbose_name = verbose_name_plural = "大项"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class MatterTemplate(models.Model):
    """One version of a matter as the province or the state lays it down (事项模板); the database refuses to change it.

    `content` names those elements of a guide of which the template speaks; places adopt them (认领). The number is
    the issuer's.
    """

    code = models.SlugField("模板编码", max_length=50)
    number = models.PositiveIntegerField("版本")
    level = models.PositiveSmallIntegerField("层级", choices=TemplateLevel)
    name = models.CharField("事项名称", max_length=200)
    issuer = models.CharField("发布机关", max_length=100)
    issued_on = models.DateField("发布日期")
    note = models.CharField("修订说明", max_length=400, blank=True)
    content = models.JSONField("内容")
    digest = models.CharField("内容摘要", max_length=64)
    imported_at = models.DateTimeField("导入时间")
    # Null for the command line.
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="导入人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = verbose_name_plural = "事项模板"
        ordering = ["code", "-number"]
        constraints = [models.UniqueConstraint(fields=["code", "number"], name="template_version_once")]

    def __str__(self) -> str:
        return f"{self.title} {self.name}"

    @property
    def title(self) -> str:
        """What the version is called: 省级模板第 2 版."""
        return f"{self.get_level_display()}模板第 {self.number} 版"


class Matter(models.Model):
    """One matter (事项): a stable identity and code; what the guide says stands in its versions."""

    published: (
        "list[MatterVersion]"  # the version in use, if any, where `selectors.bundles` has prefetched it
    )

    code = models.SlugField("事项编码", max_length=50, unique=True)
    department = models.ForeignKey(
        Department, verbose_name="实施部门", on_delete=models.PROTECT, related_name="matters"
    )
    current = models.OneToOneField(
        "MatterVersion",
        verbose_name="现行版本",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="current_of",
    )
    main_item = models.ForeignKey(
        MainItem,
        verbose_name="所属大项",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="matters",
    )
    state = models.CharField("事项状态", max_length=1, choices=MatterState, default=MatterState.IN_USE)
    state_since = models.DateTimeField("状态起始", null=True, blank=True)
    state_reason = models.TextField("暂停或取消的原因", blank=True)
    instead = models.TextField("申请人现在怎么办", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "事项"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="matter_state_says_why",
                condition=models.Q(state=MatterState.IN_USE)
                | (models.Q(state_since__isnull=False) & ~models.Q(state_reason="")),
            )
        ]

    def __str__(self) -> str:
        return self.code


class MatterVersion(models.Model):
    """Everything the guide says (实施清单版本); the database refuses to change it once published.

    `content` is the whole of it as a catalogue file says it; the columns, materials and steps are those
    parts that are searched, joined or worked with. Both are written once, from the same reading.
    """

    matter = models.ForeignKey(Matter, verbose_name="事项", on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField("版本")
    status = models.CharField("状态", max_length=12, choices=VersionStatus, default=VersionStatus.DRAFT)
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    digest = models.CharField("内容摘要", max_length=64)
    content = models.JSONField("内容", default=dict)
    effective_on = models.DateField("计划生效日期", null=True, blank=True)
    cancel_on = models.DateField("计划取消日期", null=True, blank=True)
    # Which MatterTemplate was adopted; a file may name one that is not imported yet.
    template = models.CharField("所依模板", max_length=50, blank=True)
    template_version = models.PositiveIntegerField("所依模板版本", null=True, blank=True)

    name = models.CharField("事项名称", max_length=200)
    everyday_name = models.CharField("日常用语", max_length=200, blank=True)
    item_type = models.CharField("事项类型", max_length=2, choices=ItemType)
    exercise_level = models.PositiveSmallIntegerField("行使层级")
    topic = models.CharField("主题分类", max_length=40)
    service_objects = ArrayField(models.PositiveSmallIntegerField(), verbose_name="服务对象")
    case_type = models.PositiveSmallIntegerField("办件类型", choices=CaseType)
    review_type = models.CharField("审查类型", max_length=20, blank=True)
    handling_forms = ArrayField(models.PositiveSmallIntegerField(), verbose_name="办理形式")
    online_depth = ArrayField(models.PositiveSmallIntegerField(), verbose_name="网上办理深度", default=list)
    cross_region_scope = models.CharField("通办范围", max_length=100, blank=True)

    statutory_value = models.PositiveIntegerField("法定办结时限")
    statutory_unit = models.CharField("法定时限单位", max_length=8, choices=LimitUnit)
    statutory_note = models.TextField("法定时限说明", blank=True)
    promised_value = models.PositiveIntegerField("承诺办结时限")
    promised_unit = models.CharField("承诺时限单位", max_length=8, choices=LimitUnit)
    promised_note = models.TextField("承诺时限说明", blank=True)

    max_trips = models.PositiveSmallIntegerField("到办事现场次数")
    trips_before_reform = models.PositiveSmallIntegerField("改革前次数", default=0)
    on_site_reason = models.TextField("必须现场办理原因", blank=True)
    presence = models.JSONField("到场事由", default=list)
    correction_channels = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name="补正渠道", default=list
    )

    express_supported = models.BooleanField("支持快递")
    appointment_supported = models.BooleanField("支持预约", default=False)
    online_payment = models.BooleanField("支持网上支付", default=False)
    on_site_inspection = models.BooleanField("需现场核查", default=False)
    commitment_allowed = models.BooleanField("可告知承诺", default=False)
    may_simulate = models.BooleanField("可模拟审批", default=False)
    e_certificate = models.BooleanField("发电子证照", default=False)
    fee = models.CharField("收费", max_length=200)
    acceptance_conditions = models.JSONField("受理条件", default=list)
    special_procedures = models.JSONField("特别程序", default=list)
    joint_departments = ArrayField(models.CharField(max_length=16), verbose_name="联办机构", default=list)
    intermediary_services = models.JSONField("中介服务", default=list)
    legal_basis = models.TextField("设定依据")

    result_name = models.CharField("结果名称", max_length=200)
    result_kind = models.CharField("结果类型", max_length=8, choices=ResultKind)
    result_validity = models.CharField("有效期", max_length=100, blank=True)
    result_satisfies = ArrayField(models.CharField(max_length=100), verbose_name="结果可作材料", default=list)
    delivery_options = ArrayField(models.CharField(max_length=40), verbose_name="送达方式", default=list)

    pre_review = models.JSONField("受理前预审环节", default=list)
    confidence = models.CharField("数据可信度", max_length=8, blank=True)
    sources = ArrayField(models.CharField(max_length=40), verbose_name="来源", default=list)
    note = models.TextField("备注", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "事项版本"
        ordering = ["matter_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["matter", "number"], name="matter_version_number_once"),
            models.UniqueConstraint(
                fields=["matter"],
                name="matter_published_once",
                condition=models.Q(status=VersionStatus.PUBLISHED),
            ),
            models.CheckConstraint(
                name="matter_version_published_at",
                condition=models.Q(status=VersionStatus.DRAFT, published_at=None)
                | (~models.Q(status=VersionStatus.DRAFT) & models.Q(published_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["effective_on"],
                name="matter_version_to_come",
                condition=models.Q(status=VersionStatus.SCHEDULED),
            ),
            models.Index(fields=["template"], name="matter_version_adopts", condition=~models.Q(template="")),
            models.Index(
                KT("content__catalog_code"),
                name="matter_version_basic_code",
                condition=models.Q(status=VersionStatus.PUBLISHED),
            ),
            models.Index(
                fields=["cancel_on"],
                name="matter_version_to_end",
                condition=models.Q(status=VersionStatus.PUBLISHED, cancel_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_instant(self) -> bool:
        return self.case_type == CaseType.INSTANT

    @property
    def passes_outlet(self) -> bool:
        """Whether there is something to hand over: a record, payout or electronic result passes no window."""
        return bool({"窗口领取", "邮政快递（政务专递）", "上门送达"} & set(self.delivery_options))


class Material(models.Model):
    """One required material of a version (申请材料); its `key` merges it with that of other matters."""

    version = models.ForeignKey(
        MatterVersion, verbose_name="事项版本", on_delete=models.CASCADE, related_name="materials"
    )
    order = models.PositiveSmallIntegerField("序号")
    key = models.CharField("合并键", max_length=100)
    name = models.CharField("材料名称", max_length=200)
    material_type = models.PositiveSmallIntegerField("材料类型", choices=MaterialType)
    form = models.PositiveSmallIntegerField("材料形式", choices=MaterialForm)
    originals = models.PositiveSmallIntegerField("原件份数")
    copies = models.PositiveSmallIntegerField("复印件份数")
    source_channel = models.PositiveSmallIntegerField("来源渠道", choices=SourceChannel)
    issuer = models.CharField("出具机构", max_length=100, blank=True)
    necessity = models.PositiveSmallIntegerField("必要性", choices=Necessity)
    tolerable_missing = models.BooleanField("可容缺", default=False)
    shared_data = models.BooleanField("数据共享免提交", default=False)
    condition = models.CharField("何种情形需要", max_length=200, blank=True)
    when = models.JSONField("适用情形", default=dict, blank=True)
    generated = models.BooleanField("系统可代为生成", default=False)
    basis = models.TextField("要求提供材料的依据", blank=True)
    filling_note = models.TextField("填报须知", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "申请材料"
        ordering = ["version_id", "order"]
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="material_key_once")]

    def __str__(self) -> str:
        return self.name


class Step(models.Model):
    """One internal step of a version's flow (环节): who, what kind, after which steps, how many days."""

    version = models.ForeignKey(
        MatterVersion, verbose_name="事项版本", on_delete=models.CASCADE, related_name="steps"
    )
    order = models.PositiveSmallIntegerField("序号")
    key = models.SlugField("环节键", max_length=40)
    name = models.CharField("环节名称", max_length=100)
    kind = models.CharField("环节种类", max_length=12, choices=StepKind)
    department = models.ForeignKey(
        Department, verbose_name="办理部门", on_delete=models.PROTECT, related_name="+"
    )
    after = ArrayField(models.CharField(max_length=40), verbose_name="前置环节", default=list, blank=True)
    join = models.CharField("汇合方式", max_length=8, choices=JoinPolicy, default=JoinPolicy.ALL)
    lead = models.SlugField("主办环节", max_length=40, blank=True, db_index=False)
    days = models.PositiveSmallIntegerField("时限", null=True, blank=True)
    unit = models.CharField("时限单位", max_length=8, choices=LimitUnit, default=LimitUnit.WORKDAY)
    staff_min = models.PositiveSmallIntegerField("最少人数", default=1)
    counts_time = models.BooleanField("计入办理时限", default=True)
    performed_by = models.CharField("承办单位", max_length=100, blank=True)
    level = models.PositiveSmallIntegerField("层级", null=True, blank=True)
    commitment = models.BooleanField("告知承诺", default=False)
    countersign = models.CharField("负责人核签", max_length=8, choices=Countersign, default=Countersign.NEVER)
    when = models.JSONField("适用情形", default=dict, blank=True)
    produces = models.CharField("产出", max_length=100, blank=True)
    note = models.CharField("说明", max_length=400, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "环节"
        ordering = ["version_id", "order"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="step_key_once"),
            models.CheckConstraint(
                name="inspection_by_two",
                condition=~models.Q(kind=StepKind.INSPECT) | models.Q(staff_min__gte=2),
            ),
            models.CheckConstraint(
                name="special_step_has_days",
                condition=~models.Q(kind=StepKind.SPECIAL) | models.Q(days__isnull=False, days__gte=1),
            ),
            models.CheckConstraint(
                name="step_join_of_several",
                condition=models.Q(join=JoinPolicy.ALL) | models.Q(after__len__gte=2),
            ),
            models.CheckConstraint(
                name="step_lead_is_named",
                condition=models.Q(join=JoinPolicy.LEAD, after__contains=[models.F("lead")])
                | (~models.Q(join=JoinPolicy.LEAD) & models.Q(lead="")),
            ),
            models.CheckConstraint(
                name="step_countersign_of_decision",
                condition=models.Q(kind=StepKind.DECIDE) | models.Q(countersign=Countersign.NEVER),
            ),
        ]

    def __str__(self) -> str:
        return self.name

"""Who does it: departments, service points, staff posts."""

from django.conf import settings
from django.db import models

from core.constraints import paired
from core.queue import department_queue
from matters.enums import DepartmentChangeKind, Role, ServicePointKind


class Department(models.Model):
    """A body that owns matters and has a back-office queue (部门)."""

    code = models.SlugField("部门代码", max_length=16, unique=True)
    name = models.CharField("部门名称", max_length=100)
    uscc = models.CharField("统一社会信用代码", max_length=18, blank=True)
    level = models.PositiveSmallIntegerField("行使层级", default=4)
    region_code = models.CharField("行政区划", max_length=9)
    consult_phone = models.CharField("咨询电话", max_length=30, blank=True)
    complaint_phone = models.CharField("监督投诉电话", max_length=30, blank=True)
    hall_hours = models.CharField("办公时间", max_length=200, blank=True)
    note = models.CharField("说明", max_length=400, blank=True)
    is_active = models.BooleanField("在用", default=True)
    has_own_system = models.BooleanField("在自有系统中办理", default=False, editable=False)
    successor = models.ForeignKey(
        "self",
        verbose_name="并入部门",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="predecessors",
    )

    class Meta:
        verbose_name = verbose_name_plural = "部门"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="department_not_its_own_successor",
                condition=models.Q(successor=None) | ~models.Q(successor=models.F("id")),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def queue(self) -> str:
        return department_queue(self.code)

    @property
    def in_charge(self) -> "Department":
        """The body that does its work now: a version outlives the department that it was written for."""
        return self.successor or self

    @property
    def short_name(self) -> str:
        """The name without what stands in brackets, for lists and document numbers; whole where one word would be left."""
        short = self.name.split("（")[0]
        return short if len(short) > 1 else self.name


class DepartmentChangeQuerySet(models.QuerySet):
    def waiting(self) -> "DepartmentChangeQuerySet":
        """Changes whose day has still to come, and which nobody called off."""
        return self.filter(applied_at=None, called_off_at=None)


class DepartmentChange(models.Model):
    """A rename or merger of a department: bodies are reorganised, and what they did under their old names stays theirs.

    One dated in the future waits for its day, and may be called off until then.
    """

    department = models.ForeignKey(
        Department, verbose_name="部门", on_delete=models.PROTECT, related_name="changes"
    )
    kind = models.CharField("变动", max_length=8, choices=DepartmentChangeKind)
    effective_on = models.DateField("生效日期")
    name_before = models.CharField("原名称", max_length=100)
    name_after = models.CharField("新名称", max_length=100)
    into = models.ForeignKey(
        Department,
        verbose_name="并入部门",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="mergers",
    )
    basis = models.CharField("依据", max_length=200)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="登记人", on_delete=models.PROTECT, related_name="+"
    )
    applied_at = models.DateTimeField("实行时间", null=True, blank=True)
    called_off_at = models.DateTimeField("撤销时间", null=True, blank=True)
    called_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="撤销人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = DepartmentChangeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "部门沿革"
        ordering = ["effective_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="department_merger_names_where_to",
                condition=models.Q(kind=DepartmentChangeKind.MERGER, into__isnull=False)
                | models.Q(kind=DepartmentChangeKind.RENAME, into__isnull=True),
            ),
            models.CheckConstraint(
                name="department_change_called_off_at_by",
                condition=models.Q(called_off_at=None, called_off_by=None)
                | models.Q(called_off_at__isnull=False, called_off_by__isnull=False, applied_at=None),
            ),
            models.UniqueConstraint(
                name="department_change_one_waits",
                fields=["department"],
                condition=models.Q(applied_at=None, called_off_at=None),
            ),
        ]
        indexes = [
            models.Index(
                fields=["effective_on"],
                name="department_change_to_come",
                condition=models.Q(applied_at=None, called_off_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name_before} → {self.name_after}"

    @property
    def is_waiting(self) -> bool:
        return self.applied_at is None and self.called_off_at is None


class ServicePoint(models.Model):
    """A place with windows: the hall, a town or village centre, a bank that files for people (服务网点)."""

    code = models.SlugField("网点代码", max_length=16, unique=True)
    name = models.CharField("网点名称", max_length=100)
    kind = models.CharField("类型", max_length=8, choices=ServicePointKind, default=ServicePointKind.HALL)
    address = models.CharField("地址", max_length=200)
    hours = models.CharField("开放时间", max_length=200)
    phone = models.CharField("电话", max_length=30, blank=True)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "服务网点"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class StaffPostQuerySet(models.QuerySet):
    def current(self) -> "StaffPostQuerySet":
        """Posts that have not ended."""
        return self.filter(ended_at=None, user__is_active=True)


class StaffPost(models.Model):
    """One role of one person in one department, at a service point where the role sits at a window (岗位)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="人员", on_delete=models.PROTECT, related_name="posts"
    )
    department = models.ForeignKey(
        Department, verbose_name="部门", on_delete=models.PROTECT, related_name="posts"
    )
    role = models.CharField("岗位", max_length=16, choices=Role)
    service_point = models.ForeignKey(
        ServicePoint,
        verbose_name="服务网点",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="posts",
    )
    given_at = models.DateTimeField("任岗时间")
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="任岗人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField("离岗时间", null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="办理离岗",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = StaffPostQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "岗位"
        ordering = ["user_id", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "department", "role", "service_point"],
                name="staff_post_held_once",
                condition=models.Q(ended_at=None),
                nulls_distinct=False,
            ),
            paired("staff_post_ended_pair", "ended_at", "ended_by"),
            models.CheckConstraint(
                name="staff_post_window_has_place",
                condition=~models.Q(role__in=[Role.INTAKE, Role.OUTLET, Role.COURIER])
                | models.Q(service_point__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department.short_name}·{self.get_role_display()}"

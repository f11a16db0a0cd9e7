"""What the citizens' search reads: one row for each matter that has a guide and each active bundle."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Least

from matters.enums import LimitUnit, MatterState, SearchKind
from matters.models.bundles import Bundle
from matters.models.catalogue import Matter
from matters.models.organisation import Department

_MOST_TRIPS = 9


class SearchEntry(models.Model):
    """One matter or one active bundle as it is found and as its card shows it.

    What is suspended or cancelled is a kind of its own, so that lists, figures and facets, which ask for matters, are of
    what can be applied for without a condition more, and a search for it reads an index of its own.
    Written by `services.search_index` from what is published, in the transaction that publishes; nothing here is true
    of its own except `uses`, which a scheduled task counts.
    """

    kind = models.CharField("类型", max_length=6, choices=SearchKind)
    matter = models.OneToOneField(
        Matter, verbose_name="事项", null=True, on_delete=models.CASCADE, related_name="search_entry"
    )
    bundle = models.OneToOneField(
        Bundle, verbose_name="一件事", null=True, on_delete=models.CASCADE, related_name="search_entry"
    )
    code = models.CharField("编码", max_length=50)
    name = models.CharField("名称", max_length=200)
    everyday_name = models.CharField("日常用语", max_length=200, blank=True)
    grams = SearchVectorField("索引")

    department = models.ForeignKey(
        Department, verbose_name="部门", on_delete=models.PROTECT, related_name="+"
    )
    topic = models.CharField("主题", max_length=40, blank=True)
    service_objects = ArrayField(models.PositiveSmallIntegerField(), verbose_name="服务对象", default=list)
    channels = ArrayField(models.PositiveSmallIntegerField(), verbose_name="办理形式", default=list)
    life_events = ArrayField(models.CharField(max_length=20), verbose_name="人生事件", default=list)
    max_trips = models.PositiveSmallIntegerField("到办事现场次数")
    is_instant = models.BooleanField("即办件", default=False)

    trips_before = models.PositiveSmallIntegerField("改革前次数", default=0)
    promised_value = models.PositiveIntegerField("承诺办结时限")
    promised_unit = models.CharField("承诺时限单位", max_length=8, choices=LimitUnit)
    spared_materials = models.PositiveSmallIntegerField("免提交材料数", default=0)
    members = ArrayField(models.CharField(max_length=200), verbose_name="成员事项", default=list)
    state = models.CharField("事项状态", max_length=1, choices=MatterState, default=MatterState.IN_USE)
    state_since = models.DateTimeField("状态起始", null=True, blank=True)
    state_reason = models.TextField("暂停或取消的原因", blank=True)
    instead = models.TextField("申请人现在怎么办", blank=True)

    uses = models.PositiveIntegerField("申报次数", default=0)
    place = models.GeneratedField(
        verbose_name="先后",
        expression=Least(F("max_trips"), Value(_MOST_TRIPS)) - F("uses") * Value(_MOST_TRIPS + 1),
        output_field=models.IntegerField(),
        db_persist=True,
        help_text="越小越靠前：用得多的在前，同样多的少跑的在前。",
    )

    class Meta:
        verbose_name = verbose_name_plural = "检索条目"
        ordering = ["place", "code"]
        indexes = [
            models.Index(fields=["kind", "place", "code"], name="search_by_place"),
            # With what themes are counted by, so that counting reads the index alone.
            models.Index(
                fields=["kind", "topic", "place", "code"],
                include=["service_objects", "max_trips"],
                name="search_by_topic",
            ),
            models.Index(fields=["kind", "department", "place", "code"], name="search_by_department"),
            # One for each kind: among a hundred thousand matters, the few bundles are found at once. Written
            # rarely and read often, so nothing is left pending for readers to go through.
            GinIndex(
                fields=["grams"],
                name="search_matter_grams",
                condition=Q(kind=SearchKind.MATTER),
                fastupdate=False,
            ),
            GinIndex(
                fields=["grams"],
                name="search_used_grams",
                condition=Q(kind=SearchKind.MATTER, uses__gt=0),
                fastupdate=False,
            ),
            GinIndex(
                fields=["grams"],
                name="search_bundle_grams",
                condition=Q(kind=SearchKind.BUNDLE),
                fastupdate=False,
            ),
            GinIndex(
                fields=["grams"],
                name="search_halted_grams",
                condition=Q(kind=SearchKind.HALTED),
                fastupdate=False,
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="search_entry_of_its_kind",
                condition=Q(
                    kind__in=[SearchKind.MATTER, SearchKind.HALTED], matter__isnull=False, bundle=None
                )
                | Q(kind=SearchKind.BUNDLE, matter=None, bundle__isnull=False),
            ),
            models.CheckConstraint(
                name="search_entry_halted_by_state",
                condition=Q(kind=SearchKind.HALTED) & ~Q(state=MatterState.IN_USE)
                | ~Q(kind=SearchKind.HALTED) & Q(state=MatterState.IN_USE),
            ),
        ]

    def __str__(self) -> str:
        return self.name

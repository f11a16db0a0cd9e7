"""Filters of the API's lists."""

import django_filters

from applications.enums import ApplicationStatus, Channel, DecisionOutcome
from applications.models import Application, Decision
from core.filters import MomentRangeFilter


class ApplicationFilter(django_filters.FilterSet):
    number = django_filters.CharFilter(field_name="number", label="申报号")
    status = django_filters.MultipleChoiceFilter(choices=ApplicationStatus.choices, label="状态")
    channel = django_filters.ChoiceFilter(choices=Channel.choices, label="渠道")
    bundle = django_filters.CharFilter(field_name="bundle__code", label="一件事编码")
    matter = django_filters.CharFilter(
        field_name="cases__version__matter__code", label="事项编码", distinct=True
    )
    submitted = MomentRangeFilter(field_name="submitted_at", label="提交时间")

    class Meta:
        model = Application
        fields: list[str] = []


class DecisionFilter(django_filters.FilterSet):
    application = django_filters.CharFilter(field_name="case__application__number", label="申报号")
    outcome = django_filters.ChoiceFilter(choices=DecisionOutcome.choices, label="决定")
    department = django_filters.CharFilter(
        field_name="case__version__matter__department__code", label="部门代码"
    )
    decided = MomentRangeFilter(field_name="decided_at", label="决定时间")

    class Meta:
        model = Decision
        fields: list[str] = []

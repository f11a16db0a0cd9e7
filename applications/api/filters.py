"""Filters of the API's lists."""

import django_filters

from applications.enums import ApplicationStatus, Channel, ConsultationStatus, DecisionOutcome
from applications.filters import TaskFilter
from applications.models import Application, Consultation, Decision, Publication
from core.filters import MomentRangeFilter
from matters.models import StepFigures


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


class ConsultationFilter(django_filters.FilterSet):
    status = django_filters.ChoiceFilter(choices=ConsultationStatus.choices, label="状态")
    department = django_filters.CharFilter(field_name="department__code", label="被征询部门代码")

    class Meta:
        model = Consultation
        fields: list[str] = []


class FiguresFilter(django_filters.FilterSet):
    matter = django_filters.CharFilter(field_name="matter__code", label="事项编码")
    department = django_filters.CharFilter(field_name="department__code", label="主办部门代码")

    class Meta:
        model = StepFigures
        fields: list[str] = []


class PublicationListFilter(django_filters.FilterSet):
    number = django_filters.CharFilter(field_name="number", label="决定文书号")
    matter = django_filters.CharFilter(field_name="matter", lookup_expr="icontains", label="许可事项")
    department = django_filters.CharFilter(field_name="department__code", label="决定机关代码")
    decided = django_filters.DateFromToRangeFilter(field_name="decided_on", label="决定日期")

    class Meta:
        model = Publication
        fields: list[str] = []


class TaskListFilter(TaskFilter):
    """As on the page, without its order: lists of the API have one of their own."""

    sort = None

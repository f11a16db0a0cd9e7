"""Filters of the back office's queue, for its page and its API."""

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from applications.enums import TaskStatus
from applications.models import ReviewTask
from applications.selectors import queue_departments
from core import clock
from matters.enums import StepKind
from matters.models import Department

LIVE = (TaskStatus.OPEN, TaskStatus.CLAIMED)
STATES = (
    ("", "全部待办"),
    ("open", "待领取"),
    ("claimed", "已领取"),
    ("mine", "我手上的"),
    ("done", "已完成"),
)


def _departments(request: HttpRequest | None) -> QuerySet[Department]:
    return queue_departments(request.user) if request else Department.objects.none()


class TaskFilter(django_filters.FilterSet):
    """Narrows `department_tasks()`; without a state it keeps what somebody must still do."""

    text = django_filters.CharFilter(
        label="搜索",
        method="found",
        widget=forms.SearchInput(attrs={"placeholder": "申报号、申请人、事项"}),
    )
    state = django_filters.ChoiceFilter(
        label="状态", choices=STATES[1:], empty_label="全部待办", method="in_state", widget=forms.RadioSelect
    )
    department = django_filters.ModelChoiceFilter(
        label="部门", queryset=_departments, to_field_name="code", empty_label="我的全部部门"
    )
    kind = django_filters.ChoiceFilter(label="环节", choices=StepKind.choices, empty_label="全部环节")
    overdue = django_filters.BooleanFilter(
        label="只看超期", method="that_are_late", widget=forms.CheckboxInput
    )

    class Meta:
        model = ReviewTask
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[ReviewTask]) -> QuerySet[ReviewTask]:
        """Keep live tasks unless a state is asked for: finished work is looked for, never in the way."""
        if not self.form.cleaned_data.get("state"):
            queryset = queryset.filter(status__in=LIVE)
        return super().filter_queryset(queryset)

    def found(self, queryset: QuerySet[ReviewTask], name: str, value: str) -> QuerySet[ReviewTask]:
        """Keep tasks whose application number begins so, or whose applicant, matter or object is called so."""
        wanted = value.strip()
        application = "case__application__"
        return queryset.filter(
            Q(**{f"{application}number__istartswith": wanted})
            | Q(**{f"{application}applicant__name__icontains": wanted})
            | Q(**{f"{application}subject__icontains": wanted})
            | Q(case__version__name__icontains=wanted)
        )

    def in_state(self, queryset: QuerySet[ReviewTask], name: str, value: str) -> QuerySet[ReviewTask]:
        """Keep what waits, what somebody holds, what the viewer holds, or what is done."""
        if value == "mine":
            return queryset.filter(status=TaskStatus.CLAIMED, claimed_by=self.request.user)
        return queryset.filter(status=TaskStatus(value))

    def that_are_late(self, queryset: QuerySet[ReviewTask], name: str, value: bool) -> QuerySet[ReviewTask]:
        """Keep live tasks whose time has passed; unticked, keep everything."""
        return queryset.filter(status__in=LIVE, due_at__lt=clock.now()) if value else queryset

"""Filters of the list of cards."""

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from matters.models import Department
from supervision.enums import CardStatus, Level
from supervision.models import Card
from supervision.selectors import card_departments


def _departments(request: HttpRequest | None) -> QuerySet[Department]:
    return card_departments(request.user) if request else Department.objects.none()


class CardFilter(django_filters.FilterSet):
    """Narrows `selectors.cards()`."""

    text = django_filters.CharFilter(
        label="搜索",
        method="found",
        widget=forms.SearchInput(attrs={"placeholder": "申报号、事项"}),
    )
    level = django_filters.ChoiceFilter(
        label="牌别", choices=Level.choices, empty_label="全部", widget=forms.RadioSelect
    )
    status = django_filters.ChoiceFilter(label="状态", choices=CardStatus.choices, empty_label="全部状态")
    department = django_filters.ModelChoiceFilter(
        label="部门", queryset=_departments, to_field_name="code", empty_label="全部部门"
    )

    class Meta:
        model = Card
        fields: list[str] = []

    def found(self, queryset: QuerySet[Card], name: str, value: str) -> QuerySet[Card]:
        """Keep cards whose application number begins so, or whose matter is called so."""
        wanted = value.strip()
        return queryset.filter(
            Q(application__number__istartswith=wanted)
            | Q(application__title__icontains=wanted)
            | Q(case__version__name__icontains=wanted)
        )

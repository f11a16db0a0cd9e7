"""Filters of the API's list of cards."""

import django_filters

from core.filters import MomentRangeFilter
from supervision.enums import CardStatus, Level
from supervision.models import Card


class CardListFilter(django_filters.FilterSet):
    application = django_filters.CharFilter(field_name="application__number", label="申报号")
    level = django_filters.ChoiceFilter(choices=Level.choices, label="牌别")
    status = django_filters.ChoiceFilter(choices=CardStatus.choices, label="状态")
    department = django_filters.CharFilter(field_name="department__code", label="部门代码")
    found = MomentRangeFilter(field_name="found_at", label="发现时间")

    class Meta:
        model = Card
        fields: list[str] = []

"""Filters of the published catalogue, for its pages and its API."""

import django_filters
from django.db.models import OuterRef, Q, QuerySet, Subquery

from core.filters import YesNoFilter
from matters.enums import CaseType, HandlingForm, MatterState, ServiceObject
from matters.models import Department, MatterVersion
from matters.selectors import departments, found_halted, found_matters, life_event_sizes, topics
from matters.selectors.questions import COMPANIES, COMPANY, PERSON

MOST_TRIPS = 9


def _departments(request: object) -> QuerySet[Department]:
    return departments()


class MatterFilter(django_filters.FilterSet):
    """Narrows `current_matters()` to those in use, as every list of the catalogue is.

    The facets of the search page are filters of the same names here. With `q` those suspended or cancelled are found too, and stand last; the best come first, unless the view orders
    otherwise. `state` asks for one state alone.
    """

    q = django_filters.CharFilter(label="搜索", method="found")
    department = django_filters.ModelChoiceFilter(
        label="部门", field_name="matter__department", to_field_name="code", queryset=_departments
    )
    topic = django_filters.ChoiceFilter(
        label="主题", choices=lambda: [(topic, topic) for topic in topics()], empty_label="全部主题"
    )
    service_object = django_filters.ChoiceFilter(
        label="服务对象", choices=ServiceObject.choices, method="serving", empty_label="全部对象"
    )
    who = django_filters.ChoiceFilter(
        label="办事的人", choices=[(PERSON, "个人"), (COMPANY, "企业和其他组织")], method="for_whom"
    )
    channel = django_filters.ChoiceFilter(
        label="办理形式", choices=HandlingForm.choices, method="filed_by", empty_label="全部形式"
    )
    life_event = django_filters.ChoiceFilter(
        label="人生大事",
        choices=lambda: [(event, event) for event in life_event_sizes()],
        method="at_event",
        empty_label="全部人生大事",
    )
    instant = YesNoFilter(label="即办件", method="of_instant")
    trips = django_filters.NumberFilter(
        label="最多跑几次，与网页搜索的筛选同名",
        field_name="max_trips",
        lookup_expr="lte",
        min_value=0,
        max_value=MOST_TRIPS,
    )
    max_trips = django_filters.NumberFilter(
        label="最多跑几次，同 trips", field_name="max_trips", lookup_expr="lte"
    )
    state = django_filters.ChoiceFilter(
        label="事项状态", field_name="matter__state", choices=MatterState.choices, empty_label=None
    )

    class Meta:
        model = MatterVersion
        fields: list[str] = []

    def found(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Keep what the query finds: matters in use before others, the best first."""
        in_use, halted = found_matters(value), found_halted(value)
        tier = in_use.filter(matter=OuterRef("matter")).values("tier")
        return queryset.filter(
            Q(matter__in=in_use.values("matter")) | Q(matter__in=halted.values("matter"))
        ).order_by("matter__state", Subquery(tier), "matter__search_entry__place", "matter__code")

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Leave out what is not in use, unless it was searched for or its state asked for."""
        found = super().filter_queryset(queryset)
        asked = self.form.cleaned_data
        if asked.get("q") or asked.get("state"):
            return found
        return found.filter(matter__state=MatterState.IN_USE)

    def serving(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Keep what serves natural persons, enterprises or another kind of applicant."""
        return queryset.filter(service_objects__contains=[int(value)])

    def for_whom(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Keep what serves natural persons, or any other kind of applicant."""
        if value == PERSON:
            return queryset.filter(service_objects__contains=[ServiceObject.NATURAL])
        return queryset.filter(service_objects__overlap=COMPANIES)

    def filed_by(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Keep what can be filed by this channel."""
        return queryset.filter(handling_forms__contains=[int(value)])

    def at_event(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Keep what an event of life asks for."""
        return queryset.filter(matter__search_entry__life_events__contains=[value])

    def of_instant(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        """Keep what is decided on the spot, or what is not."""
        if value:
            return queryset.filter(case_type=CaseType.INSTANT)
        return queryset.exclude(case_type=CaseType.INSTANT)

"""Filters of the back office's queue and of the public list of licences, for their pages and their API."""

import re
from datetime import datetime

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from applications.enums import TaskStatus
from applications.models import Application, Publication, ReviewTask
from applications.selectors import queue as queue_selectors
from applications.selectors import queue_departments
from applications.selectors.decisions import publishing_departments
from core import calendar, clock
from core.enums import IdType
from core.fields import blind_index
from core.models import Applicant, User
from matters.enums import ExerciseLevel, LimitUnit, StepKind
from matters.models import Department, Matter

LIVE = (TaskStatus.OPEN, TaskStatus.CLAIMED)
STATES = (
    ("open", "待领取"),
    ("claimed", "已领取"),
    ("mine", "我手上的"),
    ("involved", "我参与的"),
    ("done", "已完成"),
)
SCOPES = (("posts", "我的岗位能办的"), ("department", "全部门的"))
SCOPED = ("", "open", "claimed")
PAST = ("involved", "done")
DUE = (("late", "已超期"), ("today", "今天内到期"), ("soon", "3个工作日内到期"))
SORTS = {"": ("due_at", "id"), "arrival": ("-receipted_at", "-id")}
LATEST_FIRST = ("-completed_at", "-id")
MOST_SEARCHED = 1000
FEWEST_LAST = 4
OF_CASE = re.compile(r"-\d\d$")


def _departments(request: HttpRequest | None) -> QuerySet[Department]:
    return queue_departments(request.user) if request else Department.objects.none()


def _matters(request: HttpRequest | None) -> QuerySet[Matter]:
    return queue_selectors.matters_in(_departments(request))


def _people(request: HttpRequest | None) -> QuerySet[User]:
    return queue_selectors.people_in(_departments(request))


class TaskFilter(django_filters.FilterSet):
    """Narrows `department_tasks()`; without a state it keeps what somebody must still do."""

    text = django_filters.CharFilter(
        label="搜索",
        method="found",
        help_text="申请人、事项、办理对象，申报号的开头或末几位，完整的证件号码、信用代码或手机号",
        widget=forms.SearchInput(),
    )
    state = django_filters.ChoiceFilter(
        label="状态", choices=STATES, empty_label="全部待办", method="in_state", widget=forms.HiddenInput
    )
    scope = django_filters.ChoiceFilter(
        label="谁能办", choices=SCOPES, empty_label="全部", method="in_scope", widget=forms.HiddenInput
    )
    due = django_filters.ChoiceFilter(label="期限", choices=DUE, empty_label="全部", method="due_by")
    kind = django_filters.ChoiceFilter(label="环节", choices=StepKind.choices, empty_label="全部")
    department = django_filters.ModelChoiceFilter(
        label="部门", queryset=_departments, to_field_name="code", empty_label="我的全部部门"
    )
    level = django_filters.ChoiceFilter(
        label="层级", choices=ExerciseLevel.choices, empty_label="全部", field_name="department__level"
    )
    matter = django_filters.ModelChoiceFilter(
        label="事项",
        queryset=_matters,
        to_field_name="code",
        empty_label="全部",
        field_name="case__version__matter",
    )
    holder = django_filters.ModelChoiceFilter(
        label="在谁手上", queryset=_people, to_field_name="username", empty_label="全部", method="held_by"
    )
    sort = django_filters.ChoiceFilter(
        label="排序", choices=(("arrival", "新到的在前"),), empty_label="先到期的在前", method="as_it_is"
    )

    class Meta:
        model = ReviewTask
        fields: list[str] = []

    @property
    def key(self) -> tuple[str, ...]:
        """The columns the list is in the order of: by limit, by arrival, and for what is past the latest first."""
        if self._asked("state") in PAST:
            return LATEST_FIRST
        return SORTS[self._asked("sort")]

    def _asked(self, name: str) -> str:
        return self.form.cleaned_data.get(name) or "" if self.form.is_valid() else ""

    def filter_queryset(self, queryset: QuerySet[ReviewTask]) -> QuerySet[ReviewTask]:
        """Keep live tasks unless a state is asked for: finished work is looked for, never in the way."""
        if not self.form.cleaned_data.get("state"):
            queryset = queryset.filter(status__in=LIVE)
        return super().filter_queryset(queryset)

    def found(self, queryset: QuerySet[ReviewTask], name: str, value: str) -> QuerySet[ReviewTask]:
        """Keep tasks whose number begins or ends so, or whose applicant, matter or object is called so.

        Identity numbers, credit codes and phones are found whole. Of what is past, which grows for ever, the latest
        `MOST_SEARCHED` are looked through so; of all the rest only what an index knows: beginnings of number and
        name, and whole numbers of the applicant.
        """
        wanted, state = value.strip(), self._asked("state")
        if state not in PAST:
            return queryset.filter(_called(wanted))
        latest = self.in_state(queryset, "state", state).order_by(*LATEST_FIRST).values("pk")
        called = ReviewTask.objects.filter(_called(wanted), pk__in=latest[:MOST_SEARCHED]).values("pk")
        of_those = ReviewTask.objects.filter(case__application__in=_begin_with(wanted))
        begun = self.in_state(of_those, "state", state).values("pk")
        found = called.order_by().union(begun.order_by()[:MOST_SEARCHED])
        return queryset.filter(pk__in=[row["pk"] for row in found])

    def in_state(self, queryset: QuerySet[ReviewTask], name: str, value: str) -> QuerySet[ReviewTask]:
        """Keep what waits, what somebody holds, what the viewer holds or has worked on, or what is done."""
        if value == "mine":
            return queryset.filter(queue_selectors.in_hand(self.request.user))
        if value == "involved":
            return queryset.filter(queue_selectors.involved(self.request.user))
        return queryset.filter(status=TaskStatus(value))

    def in_scope(self, queryset: QuerySet[ReviewTask], name: str, value: str) -> QuerySet[ReviewTask]:
        """Keep of what must still be done the work of the viewer's own posts; what is theirs or past is not narrowed."""
        if value == "posts" and self._asked("state") in SCOPED:
            return queryset.filter(queue_selectors.work_of(self.request.user))
        return queryset

    def due_by(self, queryset: QuerySet[ReviewTask], name: str, value: str) -> QuerySet[ReviewTask]:
        """Keep live tasks that are late, end today, or within three working days; what is late ends with them."""
        now = clock.now()
        until = {
            "late": lambda: now,
            "today": lambda: datetime.combine(clock.local_date(now), calendar.END_OF_DAY, tzinfo=clock.CHINA),
            "soon": lambda: calendar.due_at(now, 3, LimitUnit.WORKDAY),
        }[value]()
        return queryset.filter(status__in=LIVE, due_at__lte=until)

    def held_by(self, queryset: QuerySet[ReviewTask], name: str, value: User) -> QuerySet[ReviewTask]:
        """Keep what is in this person's hands."""
        return queryset.filter(status=TaskStatus.CLAIMED, claimed_by=value)

    def as_it_is(self, queryset: QuerySet[ReviewTask], name: str, value: str) -> QuerySet[ReviewTask]:
        """Keep everything: the order is the page's."""
        return queryset


class WorkFilter(TaskFilter):
    """As on the page: whoever works in a queue sees first what their own posts can take."""

    @property
    def own_posts(self) -> bool:
        """Whether the list keeps to the work of the viewer's posts, because it is asked for or nothing else is."""
        return queue_selectors.works(self.request.user) and self._asked("scope") != "department"

    def filter_queryset(self, queryset: QuerySet[ReviewTask]) -> QuerySet[ReviewTask]:
        """Keep to the viewer's posts where nothing is said of it."""
        found = super().filter_queryset(queryset)
        return self.in_scope(found, "scope", "posts") if self.own_posts else found


def _called(wanted: str) -> Q:
    """Return which tasks bear a text: in applicant, object or matter, at either end of the number, or as their applicant's."""
    application, number = "case__application__", _of_application(wanted)
    named = (
        Q(**{f"{application}number__startswith": number})
        | Q(**{f"{application}applicant__name__icontains": wanted})
        | Q(**{f"{application}subject__icontains": wanted})
        | Q(case__version__name__icontains=wanted)
        | Q(**{f"{application}applicant__in": _identified(wanted)})
    )
    return named | Q(**{f"{application}number__endswith": number}) if len(number) >= FEWEST_LAST else named


def _begin_with(wanted: str) -> QuerySet:
    found = Application.objects.values("pk")
    return found.filter(number__startswith=_of_application(wanted)).union(
        found.filter(applicant__name__startswith=wanted),
        found.filter(applicant__in=_identified(wanted)),
    )


def _of_application(number: str) -> str:
    """Return the application's number where a case's was given (…-01)."""
    return OF_CASE.sub("", number.upper())


def _identified(number: str) -> list[int]:
    """Return the applicants with this whole identity number, credit code or phone, by the keyed digests of them."""
    index = blind_index(number)
    found = Applicant.objects.filter(Q(id_type__in=IdType.values, id_index=index) | Q(phone_index=index))
    return list(found.values_list("pk", flat=True))


def _publishing(request: HttpRequest | None) -> QuerySet[Department]:
    return publishing_departments()


class PublicationFilter(django_filters.FilterSet):
    """Narrows `published()` by what the public knows of a licence."""

    text = django_filters.CharFilter(
        label="事项或文书号",
        method="found",
        widget=forms.SearchInput(attrs={"placeholder": "许可事项、决定文书号"}),
    )
    department = django_filters.ModelChoiceFilter(
        label="决定机关", queryset=_publishing, to_field_name="code", empty_label="全部部门"
    )

    class Meta:
        model = Publication
        fields: list[str] = []

    def found(self, queryset: QuerySet[Publication], name: str, value: str) -> QuerySet[Publication]:
        """Keep licences whose matter or document number holds the text."""
        wanted = value.strip()
        return queryset.filter(Q(matter__icontains=wanted) | Q(number__icontains=wanted))

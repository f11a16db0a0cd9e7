"""Reading for a person; what they may not see does not exist."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet

from applications.enums import ClockKind
from applications.models import Clock, ReviewTask
from applications.selectors import led_tasks
from core.capped import capped
from core.clock import CHINA, local_date
from core.errors import NotFound
from core.models import User
from core.prepared import Among, Prepared
from core.whole import Whole
from matters.enums import Role
from matters.models import Department
from matters.permissions import departments_of, require
from supervision.enums import COUNTED, CardStatus, Level
from supervision.models import Card, CardRule
from supervision.permissions import WATCHERS, visible_cards, watches

DUE_SHOWN = 25
COUNTED_DAYS = 90
DUE_KINDS = (
    ClockKind.PROMISED,
    ClockKind.STATUTORY,
    ClockKind.ACCEPTANCE,
    ClockKind.CERTIFICATE,
    ClockKind.BUNDLE,
)
SHOWN_WITH = (
    "rule",
    "department",
    "person",
    "application",
    "case__application",
    "case__version",
    "task__step",
    "appeal__made_by",
    "decided_by",
    "clock",
)


@dataclass(frozen=True)
class DepartmentCards:
    """How many cards of each level stand against one department."""

    code: str
    name: str
    warning: int
    yellow: int
    red: int

    @property
    def total(self) -> int:
        """Return how many cards stand against it, of all levels."""
        return self.warning + self.yellow + self.red


def require_desk(viewer: User) -> None:
    """Allow those who watch, and heads of departments, to open the room's pages."""
    require(viewer, *WATCHERS, Role.HEAD)


def cards(viewer: User) -> QuerySet[Card]:
    """Return the cards a viewer may see with what a row shows, newest first."""
    return visible_cards(viewer).select_related(*SHOWN_WITH).order_by("-id")


def card_for(viewer: User, pk: int) -> Card:
    """Return one card a viewer may see; NotFound otherwise."""
    found = cards(viewer).filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到这张监察牌。")
    return found


def card_departments(viewer: User) -> QuerySet[Department]:
    """Return the departments whose cards a viewer may look for."""
    if watches(viewer):
        return Department.objects.filter(is_active=True)
    return Department.objects.filter(pk__in=departments_of(viewer, (Role.HEAD,)))


def cards_by_department(viewer: User, now: datetime) -> list[DepartmentCards]:
    """Return how many cards of the last COUNTED_DAYS days stand against each department, most grave first."""
    since = now - timedelta(days=COUNTED_DAYS)
    standing = visible_cards(viewer).filter(status__in=COUNTED, found_at__gte=since)
    rows = standing.order_by().values_list("department__code", "department__name")
    counted = rows.annotate(
        warning=Count("pk", filter=Q(level=Level.WARNING)),
        yellow=Count("pk", filter=Q(level=Level.YELLOW)),
        red=Count("pk", filter=Q(level=Level.RED)),
    )
    found = [DepartmentCards(code, name.split("（")[0], *counts) for code, name, *counts in counted]
    return sorted(found, key=lambda one: (-one.red, -one.yellow, -one.warning, one.code))


def waiting_counts(viewer: User) -> dict[str, int]:
    """Return how many cards wait for a supervisor's word: proposed ones, and appeals."""
    waiting = visible_cards(viewer).filter(status__in=[CardStatus.PROPOSED, CardStatus.APPEALED])
    return waiting.aggregate(
        proposed=Count("pk", filter=Q(status=CardStatus.PROPOSED)),
        appealed=Count("pk", filter=Q(status=CardStatus.APPEALED)),
    )


def due_between(viewer: User, first: datetime, last: datetime) -> QuerySet[Clock]:
    """Return the running limits of cases and applications that end in a span, the first due first."""
    running = Clock.objects.filter(kind__in=DUE_KINDS, stopped_at=None, due_at__gte=first, due_at__lt=last)
    running = running.exclude(kind=ClockKind.PROMISED, case=None, application__bundle=None)
    if not watches(viewer):
        mine = departments_of(viewer, (Role.HEAD,))
        running = running.filter(
            Q(case__version__matter__department__in=mine)
            | Q(case=None, application__bundle__lead_department__in=mine)
        )
    return _DUE_ROW.over(running.order_by("due_at", "pk"))


_DUE_ROW = Whole(
    Prepared(
        lambda keys: (
            Clock.objects.filter(Among("pk", keys))
            .select_related("application", "case__application", "case__version__matter__department")
            .defer("case__version__content")
        )
    )
)


def due_on(viewer: User, day: date) -> tuple[list[Clock], int]:
    """Return the limits that end on a day, the first DUE_SHOWN of them, and how many there are, capped."""
    first = _beginning(day)
    found = due_between(viewer, first, first + timedelta(days=1))
    return list(found[:DUE_SHOWN]), capped(found)


def led(viewer: User) -> list[ReviewTask]:
    """Return the live tasks of other departments in bundles the viewer's department leads, due first."""
    live = led_tasks(viewer).filter(status__in=["open", "claimed"])
    own = departments_of(viewer, (Role.HEAD,))
    return list(live.exclude(department__in=own)[:DUE_SHOWN])


def rules(viewer: User, now: datetime) -> list[CardRule]:
    """Return the rules in force today, and of each that changes the wording to come, in the order of what they measure."""
    require_desk(viewer)
    today = local_date(now)
    shown = [*CardRule.objects.on(today), *CardRule.objects.filter(in_force_from__gt=today)]
    kinds = [*ClockKind.values, ""]
    return sorted(
        shown,
        key=lambda rule: (
            kinds.index(rule.clock_kind),
            rule.breach,
            rule.severity,
            rule.code,
            rule.in_force_from,
        ),
    )


def rule_for(viewer: User, code: str) -> CardRule:
    """Return the latest wording of a rule, for its form; NotFound where there is none."""
    require_desk(viewer)
    found = CardRule.objects.filter(code=code).select_related("changed_by").order_by("-in_force_from").first()
    if found is None:
        raise NotFound("没有这条监察规则。")
    return found


def wordings_of(rule: CardRule) -> Sequence[CardRule]:
    """Return every wording of a rule, the latest first."""
    return list(
        CardRule.objects.filter(code=rule.code).select_related("changed_by").order_by("-in_force_from")
    )


def _beginning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=CHINA)

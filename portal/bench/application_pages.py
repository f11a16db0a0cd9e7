"""What people look at all day, among many applications: lists at their beginning and far behind it, and one case."""

from django.db.models import Count, QuerySet
from django.urls import reverse

from applications.filters import SORTS
from applications.models import Application, ReviewTask
from applications.selectors.queue import work_of
from applications.views.counter import ROWS as AT_COUNTER
from core import clock
from core.models import User
from core.paging import SIZE, cursor_behind
from portal import operations
from portal.bench.applications import AGENT
from portal.bench.frames import Person
from portal.bench.measure import Row
from portal.bench.prototypes import BUSY

LATE_PAGE = 1000
AIM = 12.0
BESIDE = 6  # kinds of rows that stand beside those of a list, or do not
GROUP = "页面"


def rows() -> list[Row]:
    """Return the row of each page."""
    reviewer, company, citizen = Person(f"{BUSY.lower()}.review1"), Person(AGENT), Person(_ordinary())
    clerk, supervisor = Person("counter1"), Person("supervisor1")
    live = ReviewTask.objects.filter(work_of(reviewer.user), status__in=["open", "claimed"])
    tasks = live.order_by(*SORTS[""])
    waiting = Application.objects.filter(status="submitted").order_by("submitted_at", "id")
    limits = {"floor_limit": None, "growth_limit": 3.0, "aim": AIM, "beside": BESIDE}
    return [
        reviewer.page(GROUP, "审查人员的任务列表，第1页", reverse("queue"), **limits),
        reviewer.page(
            GROUP, f"同上，第{LATE_PAGE}页（不足时为最后一页）", _late("queue", tasks, SORTS[""]), **limits
        ),
        reviewer.page(GROUP, "一件任务", reverse("task", args=[tasks[SIZE].pk]), **limits),
        citizen.page(GROUP, "个人的申请", reverse("my-applications"), **limits),
        company.page(GROUP, "代办公司的申请，第1页", reverse("my-applications"), **limits),
        company.page(
            GROUP,
            f"同上，第{LATE_PAGE}页（不足时为最后一页）",
            _late("my-applications", _of(company.user), ("-id",)),
            **limits,
        ),
        company.page(
            GROUP, "一件申请", reverse("application", args=[_closed(company.user).number]), **limits
        ),
        clerk.page(GROUP, "窗口待审核，第1页", reverse("counter"), **limits),
        clerk.page(
            GROUP, "同上，最后一页", _late("counter", waiting, ("submitted_at", "id"), AT_COUNTER), **limits
        ),
        supervisor.page(GROUP, "监督总览", reverse("supervision"), **limits),
        Row(GROUP, "系统运行：各部门队列与各类工作", _operations, growth_limit=None),
    ]


def _ordinary() -> str:
    """Return somebody with four applications: one came by parcel, one was fetched."""
    account = "applicant__user__username"
    people = Application.objects.filter(applicant__kind="natural", status="closed").values(account)
    usual = people.annotate(
        n=Count("pk"), sent=Count("delivery__shipment"), fetched=Count("delivery__handover")
    ).filter(n=4, sent__gte=1, fetched__gte=1)
    return usual.order_by(account)[0][account]


def _of(user: User) -> QuerySet[Application]:
    return Application.objects.filter(applicant__user=user).order_by("-id")


def _closed(user: User) -> Application:
    """Return the last application of somebody's that came by parcel, of one matter."""
    return _of(user).filter(status="closed", bundle=None, delivery__shipment__isnull=False)[0]


def _late(name: str, rows: QuerySet, key: tuple[str, ...], size: int = SIZE) -> str:
    """Return the address of page LATE_PAGE of a list, of its last full page if it is shorter."""
    pages = min(LATE_PAGE, rows.count() // size)
    behind = rows[(pages - 1) * size - 1]
    return f"{reverse(name)}?after={cursor_behind(behind, key)}"


def _operations() -> None:
    list(operations._tasks(clock.now()))
    operations.work()

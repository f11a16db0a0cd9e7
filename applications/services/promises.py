"""Telling people that a promise has moved: the applicant, and whoever holds the case now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from applications.enums import ENDED, ClockKind, TaskStatus
from applications.models import Application, Clock, ReviewTask
from applications.services import notifications
from core.clock import local_date
from core.models import User

CALENDAR = "国务院办公厅公布的放假安排已导入工作日历"


@dataclass(frozen=True)
class Moved:
    """A clock whose due time has changed, and when it was due before; None stands for a day the calendar does not reach."""

    clock: Clock
    before: datetime | None

    @property
    def is_promise(self) -> bool:
        """Whether it is a promise, and its day is another one."""
        return self.clock.kind == ClockKind.PROMISED and self._day(self.before) != self._day(
            self.clock.due_at
        )

    @staticmethod
    def _day(due: datetime | None) -> object:
        return local_date(due) if due else None


def tell(
    moved: Sequence[Moved],
    *,
    application: Application,
    why: str,
    now: datetime,
    by: User | None = None,
    is_applicant_told: bool = False,
) -> None:
    """Tell the applicant, in one message, and once each present holder but `by`, which promises have moved; nobody if none.

    `why` goes on after “因”. The applicant is left out who has been told the new day already. The caller holds the
    application's lock.
    """
    promises = [each for each in moved if each.is_promise]
    if not promises or not application.cases.exclude(status__in=ENDED).exists():
        return
    if not is_applicant_told:
        said = [
            _sentence(each, application) for each in promises if _stands_alone(each, promises, application)
        ]
        notifications.promise_moved(application=application, said=said, why=why, now=now)
    by_case = {each.clock.case_id: each for each in promises}
    held = ReviewTask.objects.filter(case__in=[pk for pk in by_case if pk], status=TaskStatus.CLAIMED)
    tasks = held.exclude(claimed_by=by).select_related("case__version", "claimed_by").order_by("-id")
    for task in {task.claimed_by_id: task for task in tasks}.values():
        task.case.application = application
        said = [_sentence(by_case[task.case_id], application)]
        notifications.promise_moved_for_staff(task=task, said=said, why=why, now=now)


def _stands_alone(moved: Moved, promises: Sequence[Moved], application: Application) -> bool:
    """Return whether a move is worth a sentence: the whole of one matter is that matter."""
    return bool(moved.clock.case_id or application.bundle_id or len(promises) == 1)


def _sentence(moved: Moved, application: Application) -> str:
    case = moved.clock.case
    name = case.version.name if case else f"{application.title}（全部办结）"
    return f"“{name}”由{_day_text(moved.before)}改为{_day_text(moved.clock.due_at)}"


def _day_text(due: datetime | None) -> str:
    return notifications.day_text(due) if due else "下一年度工作日历公布后的日期"

"""One act on many tasks: written down at once, done by a worker in short slices, each task by the single act's service.

A task and its item are one transaction: what a dead worker left half done is undone, and what is done is not done again,
however often the message comes.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

import structlog
from django.db import OperationalError, transaction

from applications import machine
from applications.enums import BulkKind, DecisionOutcome, TaskOutcome, TaskStatus
from applications.models import BulkAct, BulkItem, ReviewTask
from applications.models.bulk import MOST_TASKS
from applications.permissions import BACK_OFFICE
from applications.selectors import department_tasks
from applications.services import decisions, handing, review
from core import audit, queue
from core.errors import Invalid, NotFound, Refusal
from core.models import User
from matters.enums import Role
from matters.permissions import require

log = structlog.get_logger(__name__)

RUN_BULK = "applications.run_bulk"
SLICE = 20
BROKEN = "系统暂时出错，这一件没有办理；请打开任务单独办理。"


@transaction.atomic
def ask(
    *, kind: str, task_ids: Iterable[int], by: User, now: datetime, text: str = "", to: User | None = None
) -> BulkAct:
    """Write down one act on up to 500 tasks and have a worker do it.

    `text` is the opinion of a pass, the reasons of a grant, why tasks are handed on; `to` is who gets them. Whether each
    task allows the act is asked when its turn comes. Raises Invalid `too_many` for more than 500, `task_unknown` for
    a task that is in none of the person's queues.
    """
    require(by, *((Role.HEAD,) if kind == BulkKind.HAND else BACK_OFFICE))
    ids = checked(task_ids)
    _check(kind, text, to)
    if department_tasks(by).filter(pk__in=ids).count() != len(ids):
        raise Invalid("task_unknown", "选中的任务里有的不在您的队列，请刷新列表后重新选择。", field="tasks")
    act = BulkAct.objects.create(
        kind=kind,
        by=by,
        asked_at=now,
        total=len(ids),
        text=text.strip(),
        to=to if kind == BulkKind.HAND else None,
        next_attempt_at=now + BulkAct.FIRST_WAIT,
    )
    BulkItem.objects.bulk_create(BulkItem(bulk=act, task_id=pk) for pk in ids)
    audit.record(by=by, now=now, act=f"bulk.{kind}", on=act, total=len(ids))
    queue.enqueue(RUN_BULK, queue=queue.ROUTING, bulk_id=act.pk)
    return act


def checked(task_ids: Iterable[int]) -> list[int]:
    """Return each task once, in order; refuse none, and more than 500."""
    ids = sorted(set(task_ids))
    if not ids:
        raise Invalid("nothing_chosen", "请先在列表中勾选任务。", field="tasks")
    if len(ids) > MOST_TASKS:
        raise Invalid("too_many", f"一次最多办理 {MOST_TASKS} 件，请先用筛选缩小范围。", field="tasks")
    return ids


def _check(kind: str, text: str, to: User | None) -> None:
    if kind not in BulkKind.values:
        raise Invalid("unknown_act", "请选择要批量办理什么。", field="kind")
    if kind == BulkKind.PASS and not text.strip():
        raise Invalid("opinion_required", "请写明意见。", field="text")
    if kind == BulkKind.HAND and to is None:
        raise Invalid("to_required", "请选择接手的同事。", field="to")
    if kind == BulkKind.HAND and not text.strip():
        raise Invalid("reason_required", "请写明为什么转交。", field="text")


def run_slice(*, bulk_id: int, now: datetime, size: int = SLICE) -> bool:
    """Do the next tasks of a bulk act, and have the rest done by another message; return whether it did any.

    Two workers that get the same message share what is left. The last item receipts the act.
    """
    act = BulkAct.objects.select_related("by", "to").filter(pk=bulk_id).first()
    if act is None:
        raise NotFound()
    if act.receipted_at:
        return False
    undone = act.items.filter(done_at=None).values_list("pk", flat=True)
    done = [_do(act, pk, now) for pk in undone[:size]]
    _carry_on(act, now)
    return any(done)


@transaction.atomic
def _do(act: BulkAct, item_id: int, now: datetime) -> bool:
    """Do one task, unless somebody else is at it or has done it; what is refused or fails is told of the item."""
    item = BulkItem.objects.select_for_update(skip_locked=True).filter(pk=item_id, done_at=None).first()
    if item is None:
        return False
    try:
        with transaction.atomic():
            _ACTS[BulkKind(act.kind)](act, item.task_id, now)
    except machine.WrongState as wrong:
        item.refusal = wrong.told_of(act.get_kind_display())
    except Refusal as refusal:
        item.refusal = refusal.message
    except OperationalError:  # the database is busy or away: the sweep brings the message again
        raise
    except Exception:  # a fault of ours in one item must not hold up the others
        log.exception("bulk_item_failed", bulk=act.pk, task=item.task_id)
        item.refusal = BROKEN
    item.done_at = now
    item.save(update_fields=["done_at", "refusal"])
    return True


@transaction.atomic
def _carry_on(act: BulkAct, now: datetime) -> None:
    """Receipt an act that has nothing left, else send it again; who comes second finds it receipted."""
    act = BulkAct.objects.select_for_update(no_key=True).get(pk=act.pk)
    if act.receipted_at:
        return
    if act.items.filter(done_at=None).exists():
        act.next_attempt_at = now + act.FIRST_WAIT
        queue.enqueue(RUN_BULK, queue=queue.ROUTING, bulk_id=act.pk)
    else:
        act.receipted_at, act.next_attempt_at = now, None
    act.save(update_fields=["receipted_at", "next_attempt_at"])


# --- what is done to each -------------------------------------------------------------------------------------------
def _claim(act: BulkAct, task_id: int, now: datetime) -> None:
    review.claim(task_id=task_id, by=act.by, now=now)


def _pass(act: BulkAct, task_id: int, now: datetime) -> None:
    _take(act, task_id, now)
    review.complete(task_id=task_id, outcome=TaskOutcome.PASS, opinion=act.text, by=act.by, now=now)


def _grant(act: BulkAct, task_id: int, now: datetime) -> None:
    _take(act, task_id, now)
    decisions.decide(task_id=task_id, outcome=DecisionOutcome.GRANTED, reasons=act.text, by=act.by, now=now)


def _hand(act: BulkAct, task_id: int, now: datetime) -> None:
    assert act.to is not None
    is_open = _status_of(task_id) == TaskStatus.OPEN
    serve = handing.assign if is_open else handing.transfer
    serve(task_id=task_id, to=act.to, reason=act.text, by=act.by, now=now)


def _put_back(act: BulkAct, task_id: int, now: datetime) -> None:
    review.put_back(task_id=task_id, by=act.by, now=now)


def _take(act: BulkAct, task_id: int, now: datetime) -> None:
    """Claim a task that nobody has yet; the single act's own refusal undoes it again."""
    if _status_of(task_id) == TaskStatus.OPEN:
        review.claim(task_id=task_id, by=act.by, now=now)


def _status_of(task_id: int) -> str:
    return str(ReviewTask.objects.values_list("status", flat=True).get(pk=task_id))


_ACTS: dict[BulkKind, Callable[[BulkAct, int, datetime], None]] = {
    BulkKind.CLAIM: _claim,
    BulkKind.PASS: _pass,
    BulkKind.GRANT: _grant,
    BulkKind.HAND: _hand,
    BulkKind.PUT_BACK: _put_back,
}

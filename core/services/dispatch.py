"""What an operator does about messages that do not arrive, and what is written down of their failures."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from core import audit
from core.clock import local_date
from core.errors import NotFound, Refusal
from core.models import User
from core.models.dispatch import in_words
from core.queue import SWEEP_BATCH, Sweep
from core.services import notices


@transaction.atomic
def rerun(*, sweep: Sweep, pk: int, by: User, now: datetime) -> None:
    """Send the message of one row again at once, also when it had been given up, and count its sendings anew.

    Its consumer decides, as ever, whether there is anything left to do. Raises Refusal `nothing_waits` when a worker
    has receipted it meanwhile, or it waits for nothing.
    """
    rows = sweep.model.objects.select_related(*sweep.related).select_for_update(of=("self",))
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound()
    if row.receipted_at or row.next_attempt_at is None:
        raise Refusal("nothing_waits", "这一件已经办完，不用重新派发。")
    row.attempts, row.failed_at, row.next_attempt_at = 0, None, now + row.FIRST_WAIT
    row.save(update_fields=["attempts", "failed_at", "next_attempt_at"])
    audit.record(by=by, now=now, act="dispatch.rerun", on=row, error=row.last_error[:200])
    sweep.send(row)


def rerun_all(*, sweep: Sweep, by: User, now: datetime) -> int:
    """Send again what is stuck or given up of one kind, at most SWEEP_BATCH; return how many were."""
    waiting = sweep.model.objects
    found = [*waiting.stuck().values_list("pk", flat=True)[:SWEEP_BATCH]]
    if sweep.gives_up:
        found += waiting.given_up().values_list("pk", flat=True)[: SWEEP_BATCH - len(found)]
    done = 0
    for pk in found:
        try:
            rerun(sweep=sweep, pk=pk, by=by, now=now)
        except (NotFound, Refusal):  # a worker came first
            continue
        done += 1
    return done


def note_failure(*, sweep: Sweep, pk: int, error: BaseException) -> None:
    """Write down why a consumer could not do its row, for whoever looks; the sweeper sends it again."""
    sweep.model.objects.filter(pk=pk, receipted_at=None).update(last_error=in_words(error))


def warn_of_stuck(*, sweeps: Iterable[Sweep], readers: Iterable[User], now: datetime, link: str = "") -> int:
    """Tell these people, once a day and kind, of work that was sent many times for nothing; return how many were told."""
    told = 0
    for sweep in sweeps:
        if sweep.gives_up and sweep.model.objects.given_up().exists():
            told += _warn(sweep, "多次失败，已停止派发", readers, now, link)
        elif sweep.model.objects.stuck().exists():
            told += _warn(sweep, "多次派发，没有回执", readers, now, link)
    return told


def _warn(sweep: Sweep, what: str, readers: Iterable[User], now: datetime, link: str) -> int:
    sent = notices.notify_staff_once(
        users=readers,
        title=f"“{sweep.title}”{what}",
        body="数据没有丢失。请在“系统运行”页面查看是哪几件、什么原因，排除后在那里重新派发。",
        link=link,
        reference=f"stuck-{sweep.kind[:18]}-{local_date(now):%y%m%d}",
        now=now,
    )
    return len(sent)

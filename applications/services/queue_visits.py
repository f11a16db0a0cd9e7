"""What a person does about their list of tasks: look at it, and keep a way of narrowing it."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.http import QueryDict

from applications.models import SavedFilter
from core.errors import Invalid, NotFound, Refusal
from core.models import User
from core.prepared import execute

ONE_SITTING = timedelta(minutes=30)
MOST_FILTERS = 12
NOT_KEPT = ("after", "task")
_VISIT = """
INSERT INTO applications_queuevisit AS kept (user_id, new_since, seen_at) VALUES (%s, %s, %s)
ON CONFLICT (user_id) DO UPDATE SET
    new_since = CASE WHEN EXCLUDED.seen_at - kept.seen_at > %s THEN kept.seen_at ELSE kept.new_since END,
    seen_at = GREATEST(kept.seen_at, EXCLUDED.seen_at)
RETURNING new_since
"""


def note_visit(*, user: User, now: datetime) -> datetime:
    """Note that a person looks at their list, and return since when what arrives is new to them.

    Whoever looks again within half an hour is still at it: what was new stays so. At the very first visit nothing is.
    """
    with connection.cursor() as cursor:
        execute(cursor, _VISIT, [user.pk, now, now, ONE_SITTING])
        since: datetime = cursor.fetchone()[0]
        return since


@transaction.atomic
def save_filter(*, user: User, name: str, query: str) -> SavedFilter:
    """Keep what a list is narrowed by (as in its address) under a name; the same name again keeps the newer.

    Raises Refusal `too_many_filters` beyond twelve.
    """
    wanted = name.strip()[:20]
    if not wanted:
        raise Invalid("name_required", "请给这个筛选起一个名称。", field="name")
    kept = QueryDict(query, mutable=True)
    for each in NOT_KEPT:
        kept.pop(each, None)
    if len(kept.urlencode()) > 400:
        raise Invalid("filter_too_long", "筛选条件太长，请减少条件后再保存。", field="name")
    others = SavedFilter.objects.filter(user=user).exclude(name=wanted)
    if others.count() >= MOST_FILTERS:
        raise Refusal("too_many_filters", f"最多保存 {MOST_FILTERS} 个筛选，请先删除不用的。")
    saved, _ = SavedFilter.objects.update_or_create(
        user=user, name=wanted, defaults={"query": kept.urlencode()}
    )
    return saved


def drop_filter(*, user: User, filter_id: int) -> None:
    """Delete a saved filter of one's own; another person's does not exist."""
    dropped, _ = SavedFilter.objects.filter(user=user, pk=filter_id).delete()
    if not dropped:
        raise NotFound("没有找到这个筛选，可能已经删除。")

"""How long matters and their steps really take: worked out anew each night from what has ended.

Honest figures are the median and what nine of ten stay within; a mean would be inflated by the few that wait long.
"""

from datetime import datetime, timedelta

from django.db import connection, transaction

from core.clock import local_date
from core.locks import lock_name
from matters.models import StepFigures

MEASURE = "applications.measure"
WINDOW = timedelta(days=365)


@transaction.atomic
def measure(*, now: datetime) -> int:
    """Work out how long every matter and step took that ended in the twelve months up to `now`; return how many rows.

    Units: working days of the calendar, the first day not counted (民法典 §201), suspensions left out (行政许可法 §45),
    and what a simulated decision waited for the applicant.
    A case is measured from its start, which is acceptance or the end of what it waited for, to its decision; what the
    applicant took for corrections lies before. A step is measured in each round from its release to its completion;
    one that was cancelled or that time alone ends is not. Done twice it changes nothing.
    """
    lock_name("figures")
    until = local_date(now)
    since = until - WINDOW
    with connection.cursor() as cursor:
        cursor.execute(_MEASURE, {"since": since, "until": until})
        written = cursor.rowcount
    StepFigures.objects.exclude(since=since, until=until).delete()
    return written


# A span is a case or a round of a step. A suspension interrupts its case, and of the steps the one it arose in; while a
# simulated decision waits for the applicant to bring what is missing, everything stands still.
_MEASURE = """
WITH days AS (
    SELECT date, count(*) FILTER (WHERE is_working) OVER (ORDER BY date) AS n FROM core_calendarday
), pauses AS (
    SELECT case_id, task_id, (started_at AT TIME ZONE 'Asia/Shanghai')::date AS since,
        (ended_at AT TIME ZONE 'Asia/Shanghai')::date AS until
    FROM applications_suspension WHERE ended_at IS NOT NULL
  UNION ALL
    SELECT case_id, NULL, (at AT TIME ZONE 'Asia/Shanghai')::date, (until AT TIME ZONE 'Asia/Shanghai')::date
    FROM (SELECT case_id, act, at, lead(at) OVER (PARTITION BY case_id ORDER BY id) AS until
        FROM applications_statuschange WHERE record = 'case') turns
    WHERE act = 'simulate' AND until IS NOT NULL
), spans AS (
    SELECT c.id AS case_id, NULL::bigint AS task_id, v.matter_id, '' AS step_key, '' AS step_name, 0 AS step_order,
        m.department_id, (c.started_at AT TIME ZONE 'Asia/Shanghai')::date AS since,
        (c.ended_at AT TIME ZONE 'Asia/Shanghai')::date AS until
    FROM applications_case c
    JOIN matters_matterversion v ON v.id = c.version_id
    JOIN matters_matter m ON m.id = v.matter_id
    WHERE c.status IN ('granted', 'denied', 'revoked')
        AND c.ended_at >= %(since)s::date::timestamp AT TIME ZONE 'Asia/Shanghai'
        AND c.ended_at < (%(until)s::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
  UNION ALL
    SELECT t.case_id, t.id, v.matter_id, s.key, s.name, s.order, t.department_id,
        (t.released_at AT TIME ZONE 'Asia/Shanghai')::date, (t.completed_at AT TIME ZONE 'Asia/Shanghai')::date
    FROM applications_reviewtask t
    JOIN applications_case c ON c.id = t.case_id
    JOIN matters_matterversion v ON v.id = c.version_id
    JOIN matters_step s ON s.id = t.step_id
    WHERE t.status = 'done' AND t.outcome IN ('pass', 'object', 'decided', 'simulated')
        AND t.completed_at >= %(since)s::date::timestamp AT TIME ZONE 'Asia/Shanghai'
        AND t.completed_at < (%(until)s::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
), taken AS (
    SELECT spans.*, greatest(last.n - first.n - coalesce(paused.n, 0), 0) AS took
    FROM spans JOIN days first ON first.date = spans.since JOIN days last ON last.date = spans.until
    LEFT JOIN LATERAL (
        SELECT sum(e.n - b.n) AS n FROM (
            SELECT unnest(range_agg(
                daterange(greatest(p.since, spans.since), least(p.until, spans.until), '(]'))) AS held
            FROM pauses p
            WHERE p.case_id = spans.case_id AND p.since < spans.until AND p.until > spans.since
                AND (spans.task_id IS NULL OR p.task_id IS NULL OR p.task_id = spans.task_id)
        ) ranges
        JOIN days b ON b.date = lower(held) - 1 JOIN days e ON e.date = upper(held) - 1
    ) paused ON true
)
INSERT INTO matters_stepfigures
    (matter_id, step_key, step_name, step_order, department_id, since, until, n, median, p90)
SELECT matter_id, step_key, (array_agg(step_name ORDER BY until DESC))[1],
    (array_agg(step_order ORDER BY until DESC))[1], (array_agg(department_id ORDER BY until DESC))[1],
    %(since)s, %(until)s, count(*),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY took), percentile_cont(0.9) WITHIN GROUP (ORDER BY took)
FROM taken GROUP BY matter_id, step_key
ON CONFLICT (matter_id, step_key) DO UPDATE SET
    step_name = excluded.step_name, step_order = excluded.step_order, department_id = excluded.department_id,
    since = excluded.since, until = excluded.until, n = excluded.n, median = excluded.median, p90 = excluded.p90
"""

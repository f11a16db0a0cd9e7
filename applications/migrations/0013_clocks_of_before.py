"""Give every application of before its clocks, from the due columns that they were; what is over has stopped."""

from django.db import migrations

LIMITS = """
INSERT INTO applications_clock (kind, application_id, case_id, task_id, started_at, value, unit, due_at, stopped_at)
SELECT k.kind, c.application_id, c.id, NULL, c.started_at, k.value, k.unit, k.due_at, CASE WHEN c.ended_at IS NOT NULL THEN GREATEST(c.ended_at, c.started_at) END
FROM applications_case c JOIN matters_matterversion v ON v.id = c.version_id
CROSS JOIN LATERAL (VALUES
    ('promised', v.promised_value, v.promised_unit, c.promised_due_at),
    ('statutory', v.statutory_value, v.statutory_unit, c.statutory_due_at)
) AS k (kind, value, unit, due_at)
WHERE c.started_at IS NOT NULL AND (k.value > 0 OR k.unit = 'instant') AND c.application_id = ANY (%(applications)s)
"""
STEPS = """
INSERT INTO applications_clock (kind, application_id, case_id, task_id, started_at, value, unit, due_at, stopped_at)
SELECT CASE t.kind WHEN 'special' THEN 'special' ELSE 'step' END, c.application_id, c.id, t.id, t.released_at, s.days, s.unit,
    t.due_at, CASE WHEN t.status IN ('done', 'cancelled') THEN GREATEST(coalesce(t.completed_at, c.ended_at), t.released_at) END
FROM applications_reviewtask t JOIN applications_case c ON c.id = t.case_id JOIN matters_step s ON s.id = t.step_id
WHERE s.days IS NOT NULL AND c.application_id = ANY (%(applications)s)
"""
PROMISES = """
INSERT INTO applications_clock (kind, application_id, case_id, task_id, started_at, value, unit, due_at, stopped_at)
SELECT 'promised', a.id, NULL, NULL, a.accepted_at, coalesce(b.promised_workdays, v.promised_value),
    CASE WHEN b.id IS NULL THEN v.promised_unit ELSE 'workday' END, a.promised_due_at, CASE WHEN a.ended_at IS NOT NULL THEN GREATEST(a.ended_at, a.accepted_at) END
FROM applications_application a LEFT JOIN matters_bundle b ON b.id = a.bundle_id
JOIN LATERAL (SELECT v.* FROM applications_case c JOIN matters_matterversion v ON v.id = c.version_id
    WHERE c.application_id = a.id ORDER BY c."order" LIMIT 1) v ON true
WHERE a.accepted_at IS NOT NULL AND a.id = ANY (%(applications)s)
"""
JOINT = """
INSERT INTO applications_clock (kind, application_id, case_id, task_id, started_at, value, unit, due_at, stopped_at)
SELECT 'bundle', a.id, NULL, NULL, a.accepted_at, 45, 'workday',
    (SELECT (d.date + time '23:59:59') AT TIME ZONE 'Asia/Shanghai' FROM core_calendarday d
     WHERE d.is_working AND d.date > (a.accepted_at AT TIME ZONE 'Asia/Shanghai')::date
     ORDER BY d.date OFFSET 44 LIMIT 1), CASE WHEN a.ended_at IS NOT NULL THEN GREATEST(a.ended_at, a.accepted_at) END
FROM applications_application a
WHERE a.bundle_id IS NOT NULL AND a.id = ANY (%(applications)s) AND 1 < (
    SELECT count(DISTINCT m.department_id) FROM applications_case c
    JOIN matters_matterversion v ON v.id = c.version_id JOIN matters_matter m ON m.id = v.matter_id
    WHERE c.application_id = a.id AND c.status <> 'refused')
"""
SILENCE = """
INSERT INTO applications_clock (kind, application_id, case_id, task_id, started_at, value, unit, due_at, stopped_at)
SELECT k.kind, a.id, NULL, NULL, r.received_at, k.days, 'workday',
    (SELECT (d.date + time '23:59:59') AT TIME ZONE 'Asia/Shanghai' FROM core_calendarday d
     WHERE d.is_working AND d.date > (r.received_at AT TIME ZONE 'Asia/Shanghai')::date
     ORDER BY d.date OFFSET k.days - 1 LIMIT 1), NULL
FROM applications_application a LEFT JOIN applications_correction n ON n.application_id = a.id
CROSS JOIN LATERAL (SELECT coalesce(n.answered_at, a.submitted_at) AS received_at) r
CROSS JOIN LATERAL (VALUES ('pre_acceptance', 2), ('acceptance', 5)) AS k (kind, days)
WHERE a.status = 'submitted' AND (k.kind = 'acceptance' OR a.channel <> 'counter')
  AND NOT EXISTS (SELECT FROM applications_clock o WHERE o.application_id = a.id)
"""
CORRECTIONS = """
INSERT INTO applications_clock (kind, application_id, case_id, task_id, started_at, value, unit, due_at, stopped_at)
SELECT 'correction', n.application_id, NULL, NULL, n.issued_at,
    (SELECT count(*) FROM core_calendarday d WHERE d.is_working
        AND d.date > (n.issued_at AT TIME ZONE 'Asia/Shanghai')::date
        AND d.date <= (n.due_at AT TIME ZONE 'Asia/Shanghai')::date),
    'workday', n.due_at, NULL
FROM applications_correction n
WHERE n.status = 'open' AND NOT EXISTS (SELECT FROM applications_clock o WHERE o.application_id = n.application_id)
"""
SPECIAL = """
INSERT INTO applications_suspension (case_id, task_id, kind, basis, reason, expected_days, expected_unit, expected_end,
    started_at, ended_at)
SELECT t.case_id, t.id, 'earlier', '《中华人民共和国行政许可法》第四十五条', '办事指南规定的环节', s.days, s.unit, t.due_at,
    t.released_at, CASE WHEN t.status IN ('done', 'cancelled')
        THEN GREATEST(LEAST(coalesce(t.completed_at, c.ended_at), t.due_at), t.released_at) END
FROM applications_reviewtask t JOIN applications_case c ON c.id = t.case_id JOIN matters_step s ON s.id = t.step_id
WHERE t.kind = 'special' AND NOT s.counts_time AND s.days > 0 AND t.due_at IS NOT NULL
  AND (t.status NOT IN ('done', 'cancelled') OR coalesce(t.completed_at, c.ended_at) IS NOT NULL)
  AND c.application_id = ANY (%(applications)s)
  AND NOT EXISTS (SELECT FROM applications_suspension o WHERE o.task_id = t.id)
"""
WITHOUT = """
SELECT a.id FROM applications_application a
WHERE a.accepted_at IS NOT NULL AND NOT EXISTS (SELECT FROM applications_clock o WHERE o.application_id = a.id)
"""


def give_clocks(apps, schema_editor) -> None:
    """Give clocks to applications that have none; those that have some are left as they are."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(WITHOUT)
        accepted = {"applications": [row[0] for row in cursor.fetchall()]}
        for statement in (SILENCE, CORRECTIONS, LIMITS, STEPS, PROMISES, JOINT, SPECIAL):
            cursor.execute(statement, accepted)


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0012_decisions"),
        ("core", "0006_seed_hall_hours"),
        ("matters", "0018_government"),
    ]
    operations = [migrations.RunPython(give_clocks, migrations.RunPython.noop)]

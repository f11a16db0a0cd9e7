"""What the verdict on a storm is worth: each record that is spoiled is noticed."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from applications.models import ReviewTask
from portal.celery import app
from portal.demo.carriers import InProcess
from portal.sweeping import SWEEPS
from supervision.sweeps import run_cards
from tests.faults.verdict import check_every_record

pytestmark = pytest.mark.django_db(transaction=True)  # Celery closes the connection between its tasks

FIRST = "(SELECT min(id) FROM {})"
SPOILED = {
    "an application that was never closed": "UPDATE applications_application SET status = 'accepted' WHERE id = {application}",
    "an application in a state that nobody owns": "UPDATE applications_application SET status = 'lost' WHERE id = {application}",
    "a task that is still claimed": "UPDATE applications_reviewtask SET status = 'claimed' WHERE id = {task}",
    "a task that waits for its worker": "UPDATE applications_reviewtask SET receipted_at = NULL, next_attempt_at = now() WHERE id = {task}",
    "a step that was never released": "DELETE FROM applications_reviewtask WHERE id = {task}",
    "a step that was done twice": "INSERT INTO applications_reviewtask SELECT (jsonb_populate_record(t, "
    '\'{{"id": 999999, "round": 2}}\')).* FROM applications_reviewtask t WHERE id = {task}',
    "a decision that is gone": "DELETE FROM applications_decision WHERE id = {decision}",
    "a decision that was taken twice": "INSERT INTO applications_decision SELECT (jsonb_populate_record(t, "
    "'{{\"id\": 999999}}')).* FROM applications_decision t WHERE id = {decision}",
    "a number that was given twice": "UPDATE applications_application SET number = "
    "(SELECT number FROM applications_application WHERE id = {application}) WHERE number IS NOT NULL",
    "a decision of another case": "UPDATE applications_decision SET case_id = 999999 WHERE id = {decision}",
    "a certificate that was never issued": "DELETE FROM delivery_certificate WHERE id = {certificate}",
    "a parcel that is still on its way": "UPDATE delivery_shipment SET status = 'sent'",
    "a clock that still runs": "UPDATE applications_clock SET stopped_at = NULL WHERE id = {clock}",
    "a status row that is missing": "DELETE FROM applications_statuschange WHERE id = {change}",
    "a status row that stands twice": "INSERT INTO applications_statuschange SELECT (jsonb_populate_record(t, "
    "'{{\"id\": 999999}}')).* FROM applications_statuschange t WHERE id = {change}",
    "an audit entry that is missing": "DELETE FROM core_auditentry WHERE act = 'reviewtask.complete'",
    "a document that nobody is on record to have issued": "DELETE FROM core_auditentry WHERE act = 'document.issue'",
    "a document number that was left out": "UPDATE core_officialdocument SET number = replace(number, '第000', '第900') WHERE id = {document}",
    "a file that is not what was sealed": "UPDATE core_officialdocument SET sha256 = '' WHERE id = {document}",
    "a paper that was issued twice": "UPDATE core_officialdocument SET kind = 'receipt' WHERE kind = 'acceptance'",
    "a message that came twice": "UPDATE core_message SET title = '申请已提交' WHERE title = '申请已受理'",
    "a short message that was never sent": "UPDATE core_sms SET receipted_at = NULL, next_attempt_at = now()",
    "work that was given up": "UPDATE core_officialdocument SET failed_at = now() WHERE id = {document}",
}
TABLES = {
    "application": "applications_application",
    "task": "applications_reviewtask",
    "decision": "applications_decision",
    "certificate": "delivery_certificate",
    "clock": "applications_clock",
    "change": "applications_statuschange",
    "document": "core_officialdocument",
}


def do_what_workers_do() -> None:
    """Do every message that is under way, in this process."""
    InProcess().carry()
    for sweep in SWEEPS:
        for pk in sweep.model.objects.under_way().values_list("pk", flat=True):
            app.tasks[sweep.task].apply(kwargs={sweep.argument: pk}, throw=True)


def forget_every_rule(cursor: CursorWrapper) -> None:
    """Take the rules off the tables until the transaction ends: the verdict is to see for itself."""
    cursor.execute("SET LOCAL session_replication_role = replica")
    cursor.execute(
        "SELECT conrelid::regclass, conname FROM pg_constraint "
        "WHERE contype IN ('c', 'u') AND connamespace = 'public'::regnamespace AND conislocal"
    )
    for table, name in cursor.fetchall():
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}" CASCADE')
    cursor.execute(
        "SELECT indexrelid::regclass FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid "
        "WHERE indisunique AND NOT indisprimary AND relnamespace = 'public'::regnamespace"
    )
    for (index,) in cursor.fetchall():
        cursor.execute(f"DROP INDEX {index} CASCADE")


def is_noticed(cursor: CursorWrapper, spoiling: str) -> bool:
    """Spoil a record, ask the verdict, and put the record back."""
    with transaction.atomic():
        cursor.execute(spoiling.format(**{name: FIRST.format(table) for name, table in TABLES.items()}))
        assert cursor.rowcount, spoiling
        try:
            check_every_record()
        except AssertionError:
            return True
        finally:
            transaction.set_rollback(True)
    return False


def test_each_spoiled_record_is_noticed(world):
    world.closed("B11")
    world.closed("B11", applicant=world.other_citizen, by_courier=True)
    world.draft("B11")
    do_what_workers_do()

    counts = check_every_record()

    assert (counts["Application"], counts["ReviewTask"]) == (2, ReviewTask.objects.count())
    with transaction.atomic(), connection.cursor() as cursor:
        forget_every_rule(cursor)
        unnoticed = [what for what, spoiling in SPOILED.items() if not is_noticed(cursor, spoiling)]
        transaction.set_rollback(True)
    assert unnoticed == []


def test_a_week_that_passed_spoils_nothing(world):
    applications = [world.accepted("B11"), world.accepted("B08")]
    world.pass_time(days=7)
    run_cards(now=world.now())
    for application in applications:
        world.road.finish_departments(application)
        world.road.deliver(application)
    do_what_workers_do()

    assert check_every_record()["Card"] > 1

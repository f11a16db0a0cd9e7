import pytest
import structlog
from django.db import DatabaseError, connection, transaction

from core import audit
from core.models import AuditEntry, NumberSeries, User


@pytest.fixture
def series(db):
    return NumberSeries.objects.create(series="A", year=2026)


def test_record_names_actor_record_and_request(series, now):
    user = User.objects.create_user("wangfang", name="王芳")
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        entry = audit.record(by=user, now=now, act="number.take", on=series, reference="3301", number=1)
    entry.refresh_from_db()
    assert (entry.at, entry.actor, entry.actor_label, entry.act) == (now, user, "王芳", "number.take")
    assert (entry.record_type, entry.record_id) == ("core.numberseries", str(series.pk))
    assert (entry.reference, entry.detail, entry.request_id) == ("3301", {"number": 1}, "r-1")


def test_record_without_actor_is_the_systems(series, now):
    entry = audit.record(by=None, now=now, act="sweep", on=series)
    assert (entry.actor, entry.actor_label, entry.request_id) == (None, "系统", "")


def test_record_disappears_with_its_transaction(series, now):
    with transaction.atomic():
        audit.record(by=None, now=now, act="number.take", on=series)
        transaction.set_rollback(True)
    assert not AuditEntry.objects.filter(act="number.take").exists()


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE core_auditentry SET act = 'x'",
        "DELETE FROM core_auditentry",
        "TRUNCATE core_auditentry",
        "TRUNCATE core_user CASCADE",
    ],
)
def test_audit_trail_refuses_to_be_changed(series, now, tampering):
    entry = audit.record(by=None, now=now, act="sweep", on=series)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(tampering)
    assert AuditEntry.objects.get(pk=entry.pk).act == "sweep"

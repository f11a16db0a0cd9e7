"""Several rows in one statement: all or nothing, as `save` would have written them."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from applications.models import TaskRecord
from core import audit, clock
from core.models import AuditEntry, Message
from core.together import Together
from tests.world import MORNING


def message(world, title):
    return Message(user=world.clerk, title=title, body="正文", created_at=MORNING)


def test_rows_are_written_as_save_writes_them(world):
    saved, together = message(world, "甲"), message(world, "甲")
    saved.save()
    written = Together()
    written.insert(together)
    written.run()

    first, second = Message.objects.order_by("id").values().filter(title="甲")
    assert {**first, "id": 0} == {**second, "id": 0}


def test_one_statement_writes_and_answers(world):
    old = message(world, "旧")
    old.save()
    old.title = "新"
    written = Together()
    written.update(old, ["title"])
    part = written.insert(message(world, "乙"))
    written.ask(written.id_of(part))
    written.ask("%s::int + 1", 41)
    with CaptureQueriesContext(connection) as asked:
        added, number = written.run()

    assert len(asked) == 1
    assert (Message.objects.get(pk=added).title, number) == ("乙", 42)
    assert Message.objects.get(pk=old.pk).title == "新"


def test_what_the_database_refuses_refuses_all_of_it(world):
    nobody = Message(title="丙", body="没有收件人", created_at=MORNING)
    written = Together()
    written.insert(message(world, "丁"))
    written.insert(nobody)
    with pytest.raises(IntegrityError), transaction.atomic():
        written.run()
    assert not Message.objects.filter(title__in=["丙", "丁"]).exists()


def test_nothing_to_write_asks_nothing(db):
    with CaptureQueriesContext(connection) as asked:
        assert Together().run() == ()
    assert len(asked) == 0


def test_a_row_that_stands_is_changed_and_its_entry_names_it(world):
    task = world.accepted("SCJG-007").cases.get().tasks.first()
    for finding, later in (("初稿", 0), ("定稿", 5)):
        row = TaskRecord(
            task=task, user=world.clerk, finding=finding, at=clock.now() + timedelta(seconds=later)
        )
        audit.insert(
            row,
            unique=("task", "user"),
            changes=("finding", "at"),
            by=None,
            now=row.at,
            act="task.record",
            detail={},
        )
    (kept,) = task.records.filter(user=world.clerk)
    assert (kept.pk, kept.finding) == (row.pk, "定稿")
    entries = AuditEntry.objects.filter(act="task.record", record_id=str(row.pk))
    assert entries.count() == 2

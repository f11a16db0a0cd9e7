"""Every act locks its application first."""

import pytest
from django.db import OperationalError, connection, transaction

from applications.locks import lock_application, lock_case, lock_task
from applications.models import Application
from core.errors import NotFound


@pytest.mark.parametrize("lock", [lock_application, lock_case, lock_task])
def test_lock_of_what_does_not_exist(db, lock):
    with pytest.raises(NotFound), transaction.atomic():
        lock(999_999_999)


def test_lock_task_and_case_bring_the_same_application(world):
    application = world.accepted()
    task = world.task(application)
    with transaction.atomic():
        assert lock_task(task.pk).case.application == lock_case(task.case_id).application == application


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["application", "case", "task"])
def test_lock_holds_every_other_act_on_the_application_back(world, what):
    application = world.accepted()
    task = world.task(application)
    lock, pk = {
        "application": (lock_application, application.pk),
        "case": (lock_case, task.case_id),
        "task": (lock_task, task.pk),
    }[what]
    other = connection.copy()
    with transaction.atomic():
        lock(pk)
        try:
            with pytest.raises(OperationalError, match="could not obtain lock"), other.cursor() as cursor:
                cursor.execute(
                    f"SELECT 1 FROM {Application._meta.db_table} WHERE id = %s FOR NO KEY UPDATE NOWAIT",
                    [application.pk],
                )
            with other.cursor() as cursor:  # rows that refer to it may still be added
                cursor.execute(
                    f"SELECT 1 FROM {Application._meta.db_table} WHERE id = %s FOR KEY SHARE NOWAIT",
                    [application.pk],
                )
                assert cursor.fetchone() == (1,)
        finally:
            other.close()

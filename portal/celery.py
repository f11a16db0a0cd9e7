"""The courier: one Celery application, its queues by department, its sweeps by beat."""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import task_prerun
from django.conf import settings
from django.db import close_old_connections
from django_structlog.celery.steps import DjangoStructLogInitStep

from portal import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

COUNT_USES_SECONDS = 15 * 60  # what is searched for is ranked by use; a quarter of an hour changes little
MEASURED_AT = 2  # o'clock in China, when nobody works

CARDS_SECONDS = 60  # limits end with a day or an hour; a minute later nobody has lost anything

broker.mend()
app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)

app.conf.beat_schedule = {
    "sweep": {
        "task": "portal.sweep",
        "schedule": settings.SWEEP_SECONDS,
        "options": {"queue": "clock", "expires": settings.SWEEP_SECONDS * 2},
    },
    "run_cards": {
        "task": "supervision.run_cards",
        "schedule": CARDS_SECONDS,
        "options": {"queue": "clock", "expires": CARDS_SECONDS},
    },
    "count_uses": {
        "task": "portal.count_uses",
        "schedule": COUNT_USES_SECONDS,
        "options": {"queue": "background", "expires": COUNT_USES_SECONDS},
    },
    "measure": {
        "task": "applications.measure",
        "schedule": crontab(hour=MEASURED_AT, minute=0),
        "options": {"queue": "background", "expires": 60 * 60},
    },
}


@task_prerun.connect
def begin_with_a_connection_that_works(**kwargs: object) -> None:
    """Check the kept database connection before each task, as Django does before each request.

    CELERY_DB_REUSE_MAX keeps it over many tasks; without this a restart of the database would fail all of them.
    """
    close_old_connections()

"""The courier: one Celery application, its queues by department, its sweeps by beat."""

import os

from celery import Celery
from django.conf import settings
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

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
}

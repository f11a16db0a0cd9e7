"""A food licence that nobody works on in time, and the cards it earns."""

from datetime import timedelta

import pytest

from applications.models import Application, Clock
from applications.services import review
from core import clock
from supervision.models import Card
from supervision.sweeps import run_cards


@pytest.fixture
def late(world) -> Application:
    """Accepted, its review in the hands of the first reviewer, its promise passed; every card given."""
    application = world.accepted("SCJG-007")
    review.claim(task_id=world.task(application).pk, by=world.reviewer("SCJG"), now=world.now())
    promised = Clock.objects.get(application=application, kind="promised", case__isnull=False)
    run_cards(now=promised.due_at - timedelta(hours=1))
    clock.set_to(promised.due_at + timedelta(minutes=1))
    run_cards(now=world.now())
    return application


@pytest.fixture
def yellow(late) -> Card:
    """The yellow card for the promise."""
    return Card.objects.get(application=late, code="promised-yellow")

"""The applications that the others are copies of: those of the demo, and more that wait in a busy department."""

from collections.abc import Callable

from django.db import connection
from django.test.utils import override_settings

from matters.models import Matter
from portal.demo.carriers import InProcess
from portal.demo.cast import CITIZENS, COMPANIES, Cast
from portal.demo.prepare import Populate, prepare_people
from portal.demo.road import Road

BUSY = "SCJG"
MATTERS = ("SCJG-007", "SCJG-001", "SCJG-003")
"""What waits in the busy department, besides what the demo left there."""

Report = Callable[[str, int, int], None]
# The papers are written and the messages sent: a demo leaves both to its workers.
_SENT = """
UPDATE core_officialdocument SET receipted_at = issued_at + interval '2 seconds', next_attempt_at = NULL,
    file = 'documents/sample.pdf', sha256 = repeat('0', 64), sm3 = repeat('0', 64);
UPDATE core_sms SET receipted_at = created_at + interval '2 seconds', next_attempt_at = NULL;
"""


def make(report: Report) -> None:
    """Fill an empty database with the demo's catalogue, people and applications, through the services."""
    with override_settings(CLOCK_MAY_MOVE=True):
        cast = prepare_people(report)
        populate = Populate(cast, report)
        populate.run()
        _fill_the_busy_department(cast, populate.road)
    with connection.cursor() as cursor:
        cursor.execute(_SENT)


def _fill_the_busy_department(cast: Cast, road: Road) -> None:
    """Have applications wait for a reviewer of the busy department, of every matter and applicant some."""
    for code in MATTERS:
        version = Matter.objects.get(code=code).current
        for username, *_ in (*CITIZENS[:2], *COMPANIES[:2]):
            draft = road.draft(cast.applicant(username), version=version, by_courier=True)
            road.accept(road.submit(draft))
            InProcess().carry()

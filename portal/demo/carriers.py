"""Who carries the messages along the road: real workers, or this process in their stead."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from applications.enums import TaskStatus
from applications.models import Application, Case, ReviewTask, Revocation
from applications.services import routing
from core import clock
from delivery.enums import ShipmentStatus
from delivery.models import Certificate, Shipment
from delivery.services import outlet, results, shipments
from portal import sweeping
from systems.services import completions


@dataclass(frozen=True)
class Workers:
    """Waits for worker processes to do their part."""

    seconds: float = 60.0
    poll: float = 0.05

    def until(self, happened: Callable[[], bool], what: str) -> None:
        """Return when it has happened; raise TimeoutError when the workers did not bring it about in time."""
        deadline = time.monotonic() + self.seconds
        while not happened():
            if time.monotonic() > deadline:
                raise TimeoutError(
                    f"等了 {self.seconds:.0f} 秒，仍未：{what}。请检查后台进程（manage.py worker）。"
                )
            time.sleep(self.poll)


class InProcess:
    """Does in this process, through the same services, what workers and sweeps would do."""

    def until(self, happened: Callable[[], bool], what: str) -> None:
        """Return when it has happened; raise TimeoutError when carrying everything did not bring it about."""
        for _ in range(50):
            if happened():
                return
            self.carry()
        raise TimeoutError(f"仍未：{what}")

    def carry(self) -> None:
        """Bring every message that is under way to its consumer, then run the clocks once.

        Papers are left for a worker, or for the first reader, to render.
        """
        now = clock.now()
        for pk in ReviewTask.objects.filter(status=TaskStatus.RELEASED).values_list("pk", flat=True):
            routing.receipt_task(task_id=pk, now=now)
        waiting = {"receipted_at": None, "next_attempt_at__isnull": False}
        for pk in Case.objects.filter(**waiting).values_list("pk", flat=True):
            results.issue(case_id=pk, now=now)
        for pk in Revocation.objects.filter(**waiting).values_list("pk", flat=True):
            results.mark_revoked(revocation_id=pk, now=now)
        for pk in Certificate.objects.filter(**waiting).values_list("pk", flat=True):
            completions.tell(certificate_id=pk, now=now)
        for pk in Application.objects.filter(**waiting).values_list("pk", flat=True):
            outlet.gather(application_id=pk, now=now)
        for pk in Shipment.objects.filter(status=ShipmentStatus.ORDERED).values_list("pk", flat=True):
            shipments.book(shipment_id=pk, now=now)
        sweeping.run_clocks(now=now)

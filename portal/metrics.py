"""The portal in numbers, as Prometheus reads them: queues, ages, throughput, failures, sweeps, what is late.

Numbers of the database and of the broker are asked when they are read, as far as these answer; what processes do is counted in Redis as it happens.
"""

from collections.abc import Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from portal import counting, health, operations

TASKS, SECONDS, SWEPT, SWEEP = "tasks", "seconds", "swept", "sweep"
"""What counters of portal/counting.py are called; labels follow, parted by `|`."""


def text(now: datetime) -> bytes:
    """Return every metric in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Reading(now))  # type: ignore[arg-type]
    return generate_latest(registry)


class _Reading:
    """One reading of everything."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def collect(self) -> Iterator[Metric]:
        """Yield the families of metrics."""
        found = health.examine()
        yield from self._health(found)
        if found.checks["database"] == found.checks.get("migrations") == health.OK:
            yield from self._queues()
            yield from self._work()
            yield self._systems()
        yield from self._counted()

    def _health(self, found: health.Health) -> Iterator[Metric]:
        up = GaugeMetricFamily("portal_up", "1 where a part works, 0.5 where degraded", labels=["part"])
        worth = {health.OK: 1.0, health.DEGRADED: 0.5}
        for part, state in found.checks.items():
            up.add_metric([part], worth.get(state, 0.0))
        yield up
        missing = GaugeMetricFamily("portal_queue_without_worker", "Queues nobody consumes", labels=["queue"])
        for code in found.missing_departments:
            missing.add_metric([f"dept.{code}"], 1)
        for name in found.missing_queues:
            missing.add_metric([name], 1)
        yield missing

    def _queues(self) -> Iterator[Metric]:
        messages = GaugeMetricFamily(
            "portal_broker_messages", "Messages waiting at the broker", labels=["queue"]
        )
        tasks = GaugeMetricFamily("portal_tasks", "Live tasks", labels=["department", "status"])
        overdue = GaugeMetricFamily(
            "portal_tasks_overdue", "Live tasks past their limit", labels=["department"]
        )
        age = GaugeMetricFamily(
            "portal_tasks_oldest_seconds",
            "How long ago the oldest task of this status was released",
            labels=["department", "status"],
        )
        for each in operations.queues(self.now):
            if each.messages is not None:
                messages.add_metric([each.queue], each.messages)
            if not each.department:
                continue
            for status, count in (
                ("released", each.not_arrived),
                ("open", each.open),
                ("claimed", each.claimed),
            ):
                tasks.add_metric([each.department, status], count)
            overdue.add_metric([each.department], each.overdue)
            for status, since in (("released", each.oldest_released_at), ("open", each.oldest_open_at)):
                age.add_metric([each.department, status], self._seconds_since(since))
        yield from (messages, tasks, overdue, age)

    def _work(self) -> Iterator[Metric]:
        waiting = GaugeMetricFamily("portal_work_under_way", "Rows a worker must receipt", labels=["kind"])
        stuck = GaugeMetricFamily("portal_work_stuck", "Rows sent many times for nothing", labels=["kind"])
        given_up = GaugeMetricFamily("portal_work_given_up", "Rows not sent any more", labels=["kind"])
        for each in operations.work():
            waiting.add_metric([each.sweep.kind], each.under_way)
            stuck.add_metric([each.sweep.kind], each.stuck)
            if each.sweep.gives_up:
                given_up.add_metric([each.sweep.kind], each.given_up)
        yield from (waiting, stuck, given_up)

    def _systems(self) -> Metric:
        failures = GaugeMetricFamily(
            "portal_system_failures",
            "Failures in a row of a department's own system that is in use",
            labels=["department"],
        )
        for each in operations.systems():
            failures.add_metric([each.department.code], each.failures)
        return failures

    def _counted(self) -> Iterator[Metric]:
        done = CounterMetricFamily(
            "portal_messages", "Messages that workers have done", labels=["task", "queue", "state"]
        )
        seconds = CounterMetricFamily(
            "portal_message_seconds", "Time spent on them", labels=["task", "queue"]
        )
        swept = CounterMetricFamily("portal_swept", "Rows that sweeps acted on", labels=["kind"])
        sweep = GaugeMetricFamily(
            "portal_sweep", "The last sweep: when it ended, how long it took", labels=["what"]
        )
        families = {TASKS: done, SECONDS: seconds, SWEPT: swept, SWEEP: sweep}
        for name, value in counting.counted().items():
            family, *labels = name.split("|")
            if family in families:
                families[family].add_metric(labels, value)
        yield from families.values()

    def _seconds_since(self, moment: datetime | None) -> float:
        return (self.now - moment).total_seconds() if moment else 0.0

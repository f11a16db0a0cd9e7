"""The least that a message can cost: a task that writes one row, on the same broker, with connections kept.

`celery -A portal.bench.routing_floor worker` consumes it.
"""

from django.db import connection

from portal.celery import app

QUEUE = "bench"
__all__ = ["QUEUE", "app", "write_row"]


@app.task(name="bench.write_row")
def write_row(number: int) -> None:
    """Write one row."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench.floor (number) VALUES (%s)", [number])

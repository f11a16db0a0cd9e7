"""A world to test in: the demo catalogue and the demo people, and applications driven to any point of the road.

Loaded once into each test database and kept there beside it. Tests in a transaction roll back; transactional tests (real
workers, a live server) end by bringing back every table as it was kept (`bring_back`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import redis
from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.test import Client

from applications.models import Application, ReviewTask
from core import clock
from core.models import Applicant, DemoMark, User
from matters.models import Bundle, Department, Matter, MatterVersion, ServicePoint
from matters.services.catalogue_import import import_catalogue
from matters.services.templates import import_templates
from portal.demo.carriers import InProcess
from portal.demo.cast import Cast, engage
from portal.demo.road import Road

CATALOGUE = Path(__file__).parent.parent / "matters" / "catalogue" / "demo.json"
TEMPLATES = CATALOGUE.with_name("templates.json")
MORNING = datetime(2026, 9, 14, 9, 0, tzinfo=clock.CHINA)  # a Monday well inside the calendar
KEPT = "world_kept"  # the schema of the copies


def build() -> None:
    """Load catalogue and people into a fresh test database, and stop the wanderings of its clock."""
    DemoMark.objects.get_or_create(id=1)
    clock.set_to(MORNING)
    import_templates(text=TEMPLATES.read_text(encoding="utf-8"), by=None, now=MORNING)
    import_catalogue(text=CATALOGUE.read_text(encoding="utf-8"), by=None, now=MORNING, dry_run=False)
    engage(now=MORNING)
    _keep()


def bring_back() -> None:
    """Make every table what it was when the world was built, and set the clock back."""
    with connection.cursor() as cursor:
        kept = tables(cursor, KEPT)
        cursor.execute(
            "SET session_replication_role = replica"
        )  # audit trail and published guides refuse otherwise
        cursor.execute(f"TRUNCATE {', '.join(tables(cursor, 'public'))}")
        for table, columns in kept.items():
            cursor.execute(f"INSERT INTO {table} ({columns}) TABLE {KEPT}.{table}")
        cursor.execute("SET session_replication_role = DEFAULT")
    clock.set_to(MORNING)


def empty_tables(cursor: CursorWrapper) -> set[str]:
    """Return the tables that are empty when the world is built: what is in them, acts have written."""
    return tables(cursor, "public").keys() - tables(cursor, KEPT).keys()


def _keep() -> None:
    """Lay a copy of every table that is not empty beside it."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {KEPT} CASCADE")
        cursor.execute(f"CREATE SCHEMA {KEPT}")
        for table, columns in tables(cursor, "public").items():
            cursor.execute(f"SELECT EXISTS (TABLE {table})")
            if cursor.fetchone()[0]:
                cursor.execute(f"CREATE TABLE {KEPT}.{table} AS SELECT {columns} FROM {table}")


def tables(cursor: CursorWrapper, schema: str = "public") -> dict[str, str]:
    """Return the tables of a schema with their columns, without those that the database works out itself."""
    cursor.execute(
        "SELECT table_name, string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position) "
        "FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name) "
        "WHERE table_schema = %s AND table_type = 'BASE TABLE' AND is_generated = 'NEVER' GROUP BY table_name",
        [schema],
    )
    return dict(cursor.fetchall())


def forget_cached() -> None:
    """Empty this process's own cache; Django's `cache.clear()` would empty the whole Redis under everybody's feet."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        for key in client.scan_iter(match=settings.CACHES["default"]["KEY_PREFIX"] + ":*", count=1000):
            client.unlink(key)


class World:
    """People, places and a road."""

    def __init__(self) -> None:
        self.cast = Cast()
        self.road = Road(self.cast, InProcess())

    # --- people -----------------------------------------------------------------------------------------------------

    @property
    def citizen(self) -> Applicant:
        return self.cast.applicant("citizen1")

    @property
    def other_citizen(self) -> Applicant:
        return self.cast.applicant("citizen2")

    @property
    def company(self) -> Applicant:
        return self.cast.applicant("company1")

    @property
    def clerk(self) -> User:
        return self.cast.clerk

    @property
    def clerk2(self) -> User:
        return self.cast.user("counter2")

    @property
    def outlet(self) -> User:
        return self.cast.outlet

    @property
    def courier(self) -> User:
        return self.cast.courier

    @property
    def administrator(self) -> User:
        return self.cast.user("admin")

    @property
    def supervisor(self) -> User:
        return self.cast.user("supervisor1")

    @property
    def hall(self) -> ServicePoint:
        return self.cast.hall

    def reviewer(self, code: str) -> User:
        return self.cast.user(f"{code.lower()}.review1")

    def reviewer2(self, code: str) -> User:
        return self.cast.user(f"{code.lower()}.review2")

    def decider(self, code: str) -> User:
        return self.cast.user(f"{code.lower()}.decide")

    def head(self, code: str) -> User:
        return self.cast.user(f"{code.lower()}.head")

    def client(self, user: User | None = None) -> Client:
        """Return a test client, signed in as the user if one is given."""
        client = Client(raise_request_exception=False)
        if user is not None:
            client.force_login(user, backend="core.auth.ByAnyName")
        return client

    # --- catalogue --------------------------------------------------------------------------------------------------

    def department(self, code: str) -> Department:
        return Department.objects.get(code=code)

    def version(self, code: str) -> MatterVersion:
        current = Matter.objects.get(code=code).current
        assert current is not None
        return current

    def bundle(self, code: str) -> Bundle:
        return Bundle.objects.get(code=code)

    # --- time -------------------------------------------------------------------------------------------------------

    def now(self) -> datetime:
        return clock.now()

    def pass_time(self, **delta: float) -> None:
        """Move the clock: `pass_time(days=2)`."""
        clock.advance(timedelta(**delta))

    def carry(self) -> None:
        """Do what workers and sweeps would do now."""
        InProcess().carry()

    # --- applications at a point of the road ------------------------------------------------------------------------

    def draft(
        self, code: str = "SCJG-001", *, applicant: Applicant | None = None, **how: object
    ) -> Application:
        """A draft with every answer and material handed in; `code` is a matter's or a bundle's."""
        what = {"bundle": self.bundle(code)} if code[0] == "B" else {"version": self.version(code)}
        return self.road.draft(applicant or self.citizen, **what, **how)  # type: ignore[arg-type]

    def submitted(self, code: str = "SCJG-001", **how: object) -> Application:
        return self.road.submit(self.draft(code, **how))  # type: ignore[arg-type]

    def accepted(self, code: str = "SCJG-001", **how: object) -> Application:
        """Accepted, its first tasks arrived in their departments."""
        application = self.road.accept(self.submitted(code, **how))
        self.carry()
        return application

    def ready(self, code: str = "SCJG-001", **how: object) -> Application:
        """Decided everywhere and gathered for the outlet."""
        application = self.accepted(code, **how)
        self.road.finish_departments(application)
        application.refresh_from_db()
        return application

    def closed(self, code: str = "SCJG-001", **how: object) -> Application:
        application = self.ready(code, **how)
        if application.closed_at is None:
            self.road.deliver(application)
        application.refresh_from_db()
        return application

    def task(self, application: Application, key: str | None = None, matter: str | None = None) -> ReviewTask:
        """The one live task of an application, or the one of this step key and matter code."""
        tasks = ReviewTask.objects.filter(case__application=application).select_related(
            "step", "department", "case__version"
        )
        if key:
            tasks = tasks.filter(step__key=key)
        if matter:
            tasks = tasks.filter(case__version__matter__code=matter)
        if not key:
            tasks = tasks.filter(status__in=["released", "open", "claimed"])
        return tasks.get()

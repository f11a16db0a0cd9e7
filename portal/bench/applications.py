"""Applications of any number with their whole history, most of them over, out of prototypes that the services made."""

import io
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from applications.models import Application
from core import clock, codes
from core.clock import local_date
from core.models import Applicant
from portal.bench import people, prototypes
from portal.bench.copying import Prototypes
from portal.bench.prototypes import BUSY, Report

AT_ONCE = 20_000
NUMBERS = 10**6  # application numbers of one day
A_DAY = timedelta(days=1)
YEARS = 2
AGENT = "company1"
"""A company that applies for many others: of one application in AGENT_HAS each."""
AGENT_HAS = 33
APPLIES = 3  # times each of the others, on average
A_WEEK = timedelta(weeks=1)
SHARES = {"over": 0.92, "gathered": 0.01, "busy": 0.03, "elsewhere": 0.02, "submitted": 0.01, "draft": 0.01}
"""Of a hundred applications, how many are where; `busy` waits for a reviewer of the busy department."""
_KINDS = f"""
SELECT a.id, p.kind = 'legal',
    CASE WHEN a.status IN ('closed', 'refused', 'withdrawn') THEN 'over'
         WHEN a.status = 'draft' THEN 'draft'
         WHEN a.status <> 'accepted' THEN 'submitted'
         WHEN a.ended_at IS NOT NULL THEN 'gathered'
         WHEN EXISTS (SELECT FROM applications_reviewtask t JOIN applications_case c ON c.id = t.case_id
                      JOIN matters_department d ON d.id = t.department_id WHERE c.application_id = a.id
                      AND t.status IN ('open', 'claimed') AND t.kind = 'review' AND d.code = '{BUSY}') THEN 'busy'
         ELSE 'elsewhere' END,
    a.submitted_at,
    (SELECT max(e.at) FROM bench.core_auditentry e WHERE e.application = a.id),
    (SELECT min(k.due_at) FROM applications_clock k WHERE k.application_id = a.id AND k.stopped_at IS NULL)
FROM applications_application a JOIN core_applicant p ON p.id = a.applicant_id
"""  # noqa: S608 - a code of our own


@dataclass(frozen=True)
class Prototype:
    """One application to copy: whose it is, how it stands, when the last thing happened to it, when it is late."""

    pk: int
    of_company: bool
    stands: str
    submitted_at: datetime | None
    last_at: datetime
    due_at: datetime | None

    @property
    def is_sound(self) -> bool:
        """Whether nothing of it is late: what is late is made where it is measured."""
        return self.stands == "over" or self.due_at is None or self.due_at > self.last_at

    def shift(self, now: datetime, chance: random.Random) -> timedelta:
        """Return by how much a copy happened later: what is over on the same weekday, what is not, so that it is not late."""
        latest = now - self.last_at
        if self.stands == "over":
            return latest // A_WEEK * A_WEEK - A_WEEK * chance.randint(0, 52 * YEARS)
        longest = min(self.due_at - self.last_at, A_WEEK) if self.due_at else A_WEEK
        return latest - longest * chance.random() * 0.9


class Applications:
    """A database of applications that grows."""

    def __init__(self, *, seed: int, report: Report) -> None:
        prototypes.make(report)
        self._report, self._chance, self._now = report, random.Random(seed), clock.now()  # noqa: S311 - no secret
        self._copies = Prototypes()
        self._first = self._copied = Application.objects.count() + 1
        self._people = people.FIRST
        self._agent = Applicant.objects.select_related("user").get(user__username=AGENT)
        with connection.cursor() as cursor:
            cursor.execute(_KINDS)
            found = [Prototype(*row) for row in cursor.fetchall()]
        self._stand = {
            stands: [one for one in found if one.stands == stands and one.is_sound] for stands in SHARES
        }

    def grow(self, size: int) -> None:
        """Add applications until there are `size`."""
        last = size + 1
        with _without_indexes(self._copies), connection.cursor() as cursor:
            for first in range(self._copied, last, AT_ONCE):
                self._add(cursor, first, min(first + AT_ONCE, last) - 1)
                self._report(f"{size:,} 件申报及其经过", min(first + AT_ONCE, last) - 1, size)
        self._copied = last
        with connection.cursor() as cursor:
            self._number_on(cursor)
            cursor.execute("VACUUM ANALYZE")

    @transaction.atomic
    def _add(self, cursor: Any, first: int, last: int) -> None:
        cursor.execute(
            "SET LOCAL session_replication_role = replica"
        )  # history is not appended act by act here
        cursor.execute("SET LOCAL synchronous_commit = off")
        until = people.FIRST + last // APPLIES
        people.settle(self._people, until)
        self._people = until + 1
        lines = "".join(self._planned(first, last))
        cursor.copy_expert("COPY bench.plan FROM STDIN", io.StringIO(lines))
        cursor.execute("ANALYZE bench.plan")
        for model in self._copies.models:
            self._copies.copy(cursor, model, first, last)

    def _planned(self, first: int, last: int) -> Iterator[str]:
        """Return a line of the plan for every copy: whose it is, how much later than its prototype, and its number."""
        chance, kinds, shares = self._chance, list(SHARES), list(SHARES.values())
        for copy in range(first, last + 1):
            one = chance.choice(self._stand[chance.choices(kinds, shares)[0]])
            applicant, user, name = self._somebody(one.of_company)
            shift = one.shift(self._now, chance)
            day = local_date((one.submitted_at or one.last_at) + shift)
            # The numbers of today are left to what is handed in where it is measured.
            numbered = min(day, local_date(self._now) - A_DAY)
            number = (
                codes.with_hybrid_check(f"{settings.REGION_CODE}{numbered:%y%m%d}{copy % NUMBERS:06d}")
                if one.submitted_at
                else "\\N"
            )
            seconds = f"{shift.total_seconds():.0f} seconds"
            yield f"{copy}\t{one.pk}\t{applicant}\t{user}\t{seconds}\t{number}\t{name}\t{day.year}\n"

    def _somebody(self, company: bool) -> tuple[int, int | None, str]:
        """Return an applicant of the kind with account and name; of companies, the agent more often than any other."""
        if company and self._chance.random() < 2 / AGENT_HAS:
            return self._agent.pk, self._agent.user_id, self._agent.name
        pk = self._chance.randrange(people.FIRST, self._people - people.ONE_IN)
        pk = pk // people.ONE_IN * people.ONE_IN if company else pk | 1
        pk = max(pk, people.FIRST)
        return pk, pk, people.name_of(pk)

    def _number_on(self, cursor: Any) -> None:
        """Have what is written from now on be numbered behind the copies."""
        for model in (*self._copies.models, Applicant, Applicant._meta.get_field("user").related_model):
            table = model._meta.db_table
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"  # noqa: S608
            )


class _without_indexes:
    """Drop the indexes of the tables that grow inside the block, but those that forbid something; then make them again."""

    def __init__(self, copies: Prototypes) -> None:
        self._tables = [model._meta.db_table for model in copies.models]

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i "
                "JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid "
                "WHERE t.relname = ANY(%s) AND t.relnamespace = 'public'::regnamespace AND NOT i.indisunique "
                "AND NOT i.indisexclusion",
                [self._tables],
            )
            self._definitions = cursor.fetchall()
            for name, _ in self._definitions:
                cursor.execute(f'DROP INDEX "{name}"')

    def __exit__(self, *failure: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET maintenance_work_mem = '512MB'")
            for _, definition in self._definitions:
                cursor.execute(definition)
            cursor.execute("RESET maintenance_work_mem")

"""From acceptance to decision without the portal: the same rows in the same transactions, written by hand.

`Course` says what is written; how, a store: `Plain` by Django's ORM, with the same messages sent, as anybody would
write it; `Raw` by psycopg2, which sends none.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Protocol

import psycopg2
from django.db import connection, transaction
from django.db.models import Model
from django.db.models.functions import Greatest
from psycopg2.extras import Json

from applications.models import Application, Case, Clock, Decision, ReviewTask, StatusChange, TaskRecord
from applications.services.routing import GATHER, ISSUE_RESULT, OPEN_TASK
from core.models import AuditEntry, Message, OfficialDocument, Sms
from core.queue import DELIVERY, NOTIFY, enqueue
from core.services import documents, notices
from core.services.numbering import next_number

LIMIT = timedelta(days=5)
REVIEWS = 4


class Store(Protocol):
    """A way to the database."""

    def transaction(self) -> Any:
        """Return a context in which all is written or nothing."""

    def lock(self, application: int) -> None:
        """Read an application's row and lock it."""

    def read(self, task: int) -> None:
        """Read a task's row."""

    def siblings(self, case: int) -> None:
        """Read the rows of all tasks of a case."""

    def insert(self, model: type[Model], **values: Any) -> int:
        """Add a row and return its id."""

    def change(self, model: type[Model], pk: int, **values: Any) -> None:
        """Change a row."""

    def stop(self, now: datetime, **of: Any) -> None:
        """Stop the running clocks of an application, a case or a task."""

    def number(self, series: str, year: int) -> int:
        """Take the next number of a series."""

    def send(self, task: str, queue: str, **named: int) -> None:
        """Send a message when the transaction commits."""


class Plain:
    """Django's ORM, one row at a time."""

    transaction = staticmethod(transaction.atomic)
    number = staticmethod(lambda series, year: next_number(series=series, year=year))

    def send(self, task: str, queue: str, **named: int) -> None:
        enqueue(task, queue=queue, **named)

    def lock(self, application: int) -> None:
        Application.objects.select_for_update().get(pk=application)

    def read(self, task: int) -> None:
        ReviewTask.objects.get(pk=task)

    def siblings(self, case: int) -> None:
        list(ReviewTask.objects.filter(case=case))

    def insert(self, model: type[Model], **values: Any) -> int:
        return model._default_manager.create(**values).pk

    def change(self, model: type[Model], pk: int, **values: Any) -> None:
        model._default_manager.filter(pk=pk).update(**values)

    def stop(self, now: datetime, **of: Any) -> None:
        Clock.objects.filter(stopped_at=None, **of).update(stopped_at=Greatest(now, "started_at"))


class Raw:
    """psycopg2 on a connection of its own."""

    def __init__(self) -> None:
        self._connection = psycopg2.connect(**connection.get_connection_params() | {"cursor_factory": None})
        self._cursor = self._connection.cursor()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._connection:
            yield

    def send(self, task: str, queue: str, **named: int) -> None:
        pass

    def lock(self, application: int) -> None:
        self._ask("SELECT * FROM applications_application WHERE id = %s FOR UPDATE", application)

    def read(self, task: int) -> None:
        self._ask("SELECT * FROM applications_reviewtask WHERE id = %s", task)

    def siblings(self, case: int) -> None:
        self._ask("SELECT * FROM applications_reviewtask WHERE case_id = %s", case)

    def insert(self, model: type[Model], **values: Any) -> int:
        given = [Json(value) if isinstance(value, dict) else value for value in values.values()]
        places = ", ".join(["%s"] * len(given))
        sql = f"INSERT INTO {model._meta.db_table} ({', '.join(values)}) VALUES ({places}) RETURNING id"  # noqa: S608
        return self._ask(sql, *given)[0][0]

    def change(self, model: type[Model], pk: int, **values: Any) -> None:
        changes = ", ".join(f"{column} = %s" for column in values)
        sql = f"UPDATE {model._meta.db_table} SET {changes} WHERE id = %s"  # noqa: S608
        self._cursor.execute(sql, [*values.values(), pk])

    def stop(self, now: datetime, **of: Any) -> None:
        where = " AND ".join(
            f"{column} IS NULL" if value is None else f"{column} = {value}" for column, value in of.items()
        )
        sql = f"UPDATE applications_clock SET stopped_at = GREATEST(%s, started_at) WHERE stopped_at IS NULL AND {where}"  # noqa: S608
        self._cursor.execute(sql, [now])

    def number(self, series: str, year: int) -> int:
        return self._ask(
            "INSERT INTO core_numberseries AS held (series, year, last) VALUES (%s, %s, 1) "
            "ON CONFLICT (series, year) DO UPDATE SET last = held.last + 1 RETURNING last",
            series,
            year,
        )[0][0]

    def _ask(self, sql: str, *values: Any) -> list[Any]:
        self._cursor.execute(sql, values)
        return self._cursor.fetchall()


class Course:
    """One application from acceptance to decision: four reviews side by side, their join, the decision."""

    def __init__(
        self, store: Store, application: Application, *, clerk: int, people: dict[int, int], now: datetime
    ) -> None:
        """`people` are who works each step, by its id; the last one decides."""
        self.store, self.now, self.clerk, self.people = store, now, clerk, people
        self.application, self.case = application, application.cases.all()[0]
        steps = self.case.version.steps.select_related("department")
        self.departments = {step.pk: step.department_id for step in steps}
        self.queues = {step.pk: step.department.queue for step in steps}

    def run(self) -> None:
        *reviews, decision = self.people
        tasks = self._accept(reviews)
        for task, step in zip(tasks, reviews, strict=True):
            self._bring(task, step)
        for task, step in zip(tasks, reviews, strict=True):
            last = self._review(task, step, decision if task == tasks[-1] else None)
        self._bring(last, decision)
        self._decide(last, decision)

    def _accept(self, steps: list[int]) -> list[int]:
        store, application, case, now = self.store, self.application, self.case, self.now
        with store.transaction():
            store.lock(application.pk)
            accepted = {"status": "accepted", "accepted_at": now, "accepted_by_id": self.clerk}
            store.change(Application, application.pk, promised_due_at=now + LIMIT, **accepted)
            self._tell("application", "accept", "submitted", "accepted", by=self.clerk)
            store.stop(now, application_id=application.pk, case_id=None)
            self._start("promised")
            due = {"promised_due_at": now + LIMIT, "statutory_due_at": now + LIMIT}
            store.change(Case, case.pk, status="in_review", started_at=now, **due)
            self._tell("case", "start", "pending", "in_review", by=self.clerk, case=case.pk)
            self._start("promised", case=case.pk)
            self._start("statutory", case=case.pk)
            tasks = [self._release(step, "review") for step in steps]
            self._notice()
        return tasks

    def _bring(self, task: int, step: int) -> None:
        store, now, by = self.store, self.now, self.people[step]
        with store.transaction():
            store.lock(self.application.pk)
            store.read(task)
            store.change(ReviewTask, task, status="open", receipted_at=now, next_attempt_at=None)
            self._tell("reviewtask", "receipt", "released", "open", by=None, task=task, step=step)
        with store.transaction():
            store.lock(self.application.pk)
            store.read(task)
            store.change(ReviewTask, task, status="claimed", claimed_by_id=by, claimed_at=now)
            self._tell("reviewtask", "claim", "open", "claimed", by=by, task=task, step=step)

    def _review(self, task: int, step: int, then: int | None) -> int:
        store, now, by = self.store, self.now, self.people[step]
        with store.transaction():
            store.lock(self.application.pk)
            store.read(task)
            said = {"finding": "同意。", "at": now, "seen_at": None, "place": "", "confirms_id": None}
            record = store.insert(TaskRecord, task_id=task, user_id=by, **said)
            self._audit(
                "task.record",
                "applications.taskrecord",
                record,
                by,
                {"finding": "同意。", "behalf": "", "place": "", "seen_at": ""},
            )
            self._finish(task, step, "pass", "同意。")
            store.siblings(self.case.pk)
            return self._release(then, "decide") if then else task

    def _finish(self, task: int, step: int, outcome: str, opinion: str) -> None:
        by, now = self.people[step], self.now
        ended = {"status": "done", "outcome": outcome, "opinion": opinion}
        self.store.change(ReviewTask, task, completed_at=now, completed_by_id=by, **ended)
        self._tell("reviewtask", "complete", "claimed", "done", by=by, task=task, step=step, note=opinion)
        self.store.stop(now, task_id=task)

    def _decide(self, task: int, step: int) -> None:
        store, now, by, case, application = (
            self.store,
            self.now,
            self.people[step],
            self.case,
            self.application,
        )
        with store.transaction():
            store.lock(application.pk)
            store.read(task)
            store.insert(Decision, **self._decision(by))
            self._finish(task, step, "decided", "准予")
            wait = now + Application.FIRST_WAIT
            store.change(Case, case.pk, status="granted", ended_at=now, next_attempt_at=wait)
            self._tell("case", "grant", "in_review", "granted", by=by, case=case.pk)
            store.stop(now, case_id=case.pk, task_id=None)
            self._start("certificate", case=case.pk)
            store.change(Application, application.pk, ended_at=now, next_attempt_at=wait)
            store.stop(now, application_id=application.pk, case_id=None)
            self._start("certificate")
            self._message("决定已作出")
            store.send(ISSUE_RESULT, DELIVERY, case_id=case.pk)
            store.send(GATHER, DELIVERY, application_id=application.pk)

    def _decision(self, by: int) -> dict[str, Any]:
        return {
            "case_id": self.case.pk,
            "outcome": "granted",
            "facts": "",
            "reasons": "",
            "basis": "",
            "decided_at": self.now,
            "decided_by_id": by,
            "accepted_by_id": self.clerk,
            "reconsideration_body": "示例区人民政府",
            "court": "有管辖权的人民法院",
        }

    def _release(self, step: int, kind: str) -> int:
        now = self.now
        task = self.store.insert(
            ReviewTask,
            case_id=self.case.pk,
            step_id=step,
            round=1,
            department_id=self.departments[step],
            kind=kind,
            status="released",
            released_at=now,
            due_at=now + LIMIT,
            next_attempt_at=now + ReviewTask.FIRST_WAIT,
            attempts=0,
            last_error="",
            outcome="",
            opinion="",
        )
        self._start("step", case=self.case.pk, task=task)
        self.store.send(OPEN_TASK, self.queues[step], task_id=task)
        return task

    def _start(self, kind: str, case: int | None = None, task: int | None = None) -> None:
        subject = {"application_id": self.application.pk, "case_id": case, "task_id": task}
        limit = {"value": 5, "unit": "workday", "due_at": self.now + LIMIT}
        self.store.insert(Clock, kind=kind, started_at=self.now, **subject, **limit)

    def _tell(
        self,
        record: str,
        act: str,
        source: str,
        target: str,
        *,
        by: int | None,
        note: str = "",
        case: int | None = None,
        task: int | None = None,
        step: int | None = None,
    ) -> None:
        """Append the status row of a transition, and its audit entry."""
        case = self.case.pk if task else case
        place = {"department_id": self.departments[step], "holder_id": by} if step else {}
        said = {"record": record, "act": act, "source": source, "target": target, "note": note}
        subject = {"application_id": self.application.pk, "case_id": case, "task_id": task}
        self.store.insert(StatusChange, at=self.now, by_id=by, **subject, **said, **place)
        detail = {"source": source, "target": target, "note": note}
        self._audit(
            f"{record}.{act}", f"applications.{record}", task or case or self.application.pk, by, detail
        )

    def _audit(
        self, act: str, record_type: str, record_id: int, by: int | None, detail: dict[str, Any]
    ) -> None:
        who = {"actor_id": by, "actor_label": "审甲" if by else "系统"}
        on = {"record_type": record_type, "record_id": str(record_id), "reference": self.application.number}
        self.store.insert(AuditEntry, at=self.now, act=act, detail=detail, request_id="", **who, **on)

    def _notice(self) -> None:
        """Issue the acceptance slip with its number, and tell the applicant."""
        now, application = self.now, self.application
        number = self.store.number("BENCH.acceptance", now.year)
        data = {"to": "陈晓岚", "application_number": application.number, "matters": [self.case.version.name]}
        slip = {
            "kind": "acceptance",
            "number": f"受字〔{now.year}〕第{number:04d}号",
            "title": "受理通知书",
            "issuer": {"code": "BENCH"},
            "data": data,
            "holder": "陈**",
        }
        waits = {"next_attempt_at": now + OfficialDocument.FIRST_WAIT, "attempts": 0, "last_error": ""}
        token = f"bench-{application.pk}"
        document = self.store.insert(
            OfficialDocument,
            **slip,
            **waits,
            reference=application.number,
            verify_token=token,
            issued_at=now,
            revoked_reason="",
            file="",
            sha256="",
            sm3="",
        )
        self._audit(
            "document.issue",
            "core.officialdocument",
            document,
            None,
            {"number": slip["number"], "kind": "acceptance"},
        )
        self.store.send(documents.RENDER_TASK, DELIVERY, document_id=document)
        self._message("申请已受理")
        sms = self.store.insert(Sms, phone="", text="您的申请已受理。", created_at=now, **waits)
        self.store.send(notices.SEND_TASK, NOTIFY, sms_id=sms)

    def _message(self, title: str) -> None:
        read = {"applicant_id": self.application.applicant_id, "link": "", "created_at": self.now}
        self.store.insert(
            Message, title=title, body="您的申请有了新进展。", reference=self.application.number, **read
        )

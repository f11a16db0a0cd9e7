"""Sweeps read what is due and nothing else: each one's questions, over tables full of rows that are not due.

What stands in a table (`DUE`, `SWEEPS`) is found there: a new row without a filling fails.
"""

from __future__ import annotations

import copy as copying
from datetime import timedelta

import pytest

from applications.items import Item
from applications.models import (
    Absence,
    Application,
    BulkAct,
    Case,
    Clock,
    Correction,
    Decision,
    Publication,
    ReviewTask,
    Revocation,
    Suspension,
)
from applications.services import (
    absences,
    corrections,
    decisions,
    review,
    special_procedures,
)
from core import clock, queue
from core.clock import local_date
from core.models import CalendarLoad, Sms
from delivery.models import Certificate, Shipment
from delivery.services import results, shipments
from matters.catalogue.content import elements
from matters.catalogue.parsing import ParsedMatter
from matters.enums import EntryState
from matters.models import (
    CatalogueBatch,
    CatalogueUpload,
    DepartmentChange,
    GuideBook,
    Matter,
    MatterVersion,
)
from matters.services import departments, versions
from portal.sweeping import ROOMS, SWEEPS
from systems.models import DepartmentSystem, Push
from tests.crowds import A_YEAR_AGO, A_YEAR_ON, FOOD, LATER, LONG_AGO, OF_CASES, Crowd, claimed, question
from tests.entries import Entries
from tests.flows import joined
from tests.plans import FIRST

INSTANT, LICENCE, ALONE = "SCJG-001", "YCJ-001", "GJJ-001"


@pytest.fixture
def crowd() -> Crowd:
    return Crowd()


# --- what is due: a row each, among thousands that are not ------------------------------------------------------------
def late_advice(world, crowd):
    application = joined(world, "lead", lead="tax")
    tax, advice = (world.task(application, key) for key in ("tax", "housing"))
    by = world.reviewer("SWJ")
    review.claim(task_id=tax.pk, by=by, now=world.now())
    review.complete(task_id=tax.pk, outcome="pass", opinion="同意", by=by, now=world.now())
    step = {"kind": "'step'", "case_id": "{n}", "task_id": "{n}"}
    crowd.lay(*OF_CASES, Clock, **step, stopped_at="NULL", due_at=LATER)
    crowd.lay(*OF_CASES, Clock, **step, started_at=LONG_AGO, stopped_at=LONG_AGO, due_at=LONG_AGO)
    clock.set_to(advice.due_at + timedelta(seconds=1))


def special_step(world, crowd):
    before = [
        {"key": "notice", "name": "公告", "kind": "special", "department": "SWJ", "days": 7, "unit": "day"},
        {"key": "tax", "name": "契税核验", "kind": "review", "department": "SWJ", "after": ["notice"]},
        {"key": "housing", "name": "交易核验", "kind": "review", "department": "ZJJ"},
    ]
    task = world.task(joined(world, "all", before=before), "notice")
    special = {"kind": "'special'", "case_id": "{n}", "task_id": "{n}"}
    crowd.lay(*OF_CASES, Clock, **special, stopped_at="NULL", due_at=LATER)
    crowd.lay(*OF_CASES, Clock, **special, started_at=LONG_AGO, stopped_at=LONG_AGO, due_at=LONG_AGO)
    clock.set_to(task.due_at + timedelta(seconds=1))


def suspension(world, crowd):
    task = claimed(world)
    said = {"kind": "testing", "reason": "须送检", "days": 5, "by": world.reviewer("SCJG")}
    special_procedures.suspend(task_id=task.pk, now=world.now(), **said)
    earlier = {"kind": "'earlier'", "document_id": "NULL"}
    crowd.lay(*OF_CASES, Suspension, **earlier, expected_end=LATER)
    crowd.lay(*OF_CASES, Suspension, **earlier, started_at=LONG_AGO, expected_end=LONG_AGO, ended_at=LONG_AGO)
    world.pass_time(days=10)


def correction(world, crowd):
    application = world.submitted(FOOD)
    corrections.ask(
        application_id=application.pk, items=[Item("执照", "缺页")], by=world.clerk, now=world.now()
    )
    crowd.lay(Application, Correction, due_at=LATER)
    crowd.lay(Application, Correction, due_at=LONG_AGO, status="'lapsed'")
    world.pass_time(days=40)


def absence(first: int, last: int):
    def fill(world, crowd):
        today = local_date(world.now())
        absences.register(
            user=world.reviewer("SCJG"),
            department=world.department("SCJG"),
            first_day=today + timedelta(days=first),
            last_day=today + timedelta(days=last),
            deputy=world.reviewer2("SCJG"),
            by=world.reviewer("SCJG"),
            now=world.now(),
        )
        of = {"user_id": "{n}"}
        crowd.lay(Absence, **of, began_at="NULL", first_day=A_YEAR_ON, last_day=A_YEAR_ON)
        crowd.lay(Absence, **of, began_at=LONG_AGO, first_day=A_YEAR_AGO, last_day=A_YEAR_ON)
        over = {"began_at": LONG_AGO, "ended_at": "now_", "first_day": A_YEAR_AGO, "last_day": A_YEAR_AGO}
        crowd.lay(Absence, **of, **over)
        world.pass_time(days=1)

    return fill


def licence(world, crowd):
    application = world.accepted(LICENCE)
    while (task := world.task(application)).kind != "decide":
        world.road.work(task)
        world.carry()
    by = world.decider("YCJ")
    review.claim(task_id=task.pk, by=by, now=world.now())
    decisions.decide(task_id=task.pk, outcome="granted", reasons="", by=by, now=world.now())
    results.issue(case_id=task.case_id, now=world.now())
    said = {"holder": "'陈*岚'", "matter": "'许可'", "number": "'1号'"}
    crowd.lay(Application, Case, Decision, Publication, issued_at="NULL")
    crowd.lay(Application, Case, Decision, Publication, **said, issued_at=LONG_AGO, published_at=LONG_AGO)


def change_of_department(world, crowd):
    departments.rename_department(
        code="SCJG",
        name="市场监督管理总局",
        effective_on=local_date(world.now()) + timedelta(days=1),
        basis="机构改革方案",
        by=world.administrator,
        now=world.now(),
    )
    crowd.lay(DepartmentChange, department_id="{n}", effective_on=A_YEAR_ON)
    crowd.lay(DepartmentChange, department_id="{n}", effective_on=A_YEAR_AGO, applied_at=LONG_AGO)
    world.pass_time(days=1)


def batch(world, crowd):
    Entries(world).at(EntryState.COMMENT)
    crowd.lay(CatalogueBatch, number="10000 + n", publishes_on=A_YEAR_ON)
    gone = {"opened_at": "NULL", "opened_by_id": "NULL", "publishes_on": A_YEAR_ON}
    crowd.lay(CatalogueBatch, number="20000 + n", state="'preparing'", **gone)
    world.pass_time(days=8)


def version(**dated: str):
    def fill(world, crowd):
        values = copying.deepcopy(elements(world.version(ALONE).content))
        day = (local_date(world.now()) + timedelta(days=1)).isoformat()
        versions.publish([ParsedMatter(values | dict.fromkeys(dated, day))], by=None, now=world.now())
        crowd.lay(Matter, MatterVersion, **dated)
        crowd.lay(Matter, MatterVersion, status="'superseded'", effective_on=A_YEAR_AGO, cancel_on=A_YEAR_AGO)
        world.pass_time(days=1)

    return fill


def parcel(world, crowd):
    sent = world.ready(INSTANT, by_courier=True).delivery.shipment
    shipments.send(shipment_id=sent.pk, by=world.courier, now=world.now())
    said = {"waybill": "'W' || {n}"}
    crowd.lay(Shipment, **said, next_track_at=LATER)
    crowd.lay(Shipment, **said, next_track_at=LONG_AGO, status="'received'")
    world.pass_time(hours=1)


def untold(world, crowd):
    """Have a task of which its department's system was not told, among those it was told of, and those from before it."""
    task = claimed(world)
    live = {"status": "'open'", "claimed_at": "NULL", "claimed_by_id": "NULL"}
    crowd.lay(*OF_CASES, pushed_at="now_", **live)
    crowd.lay(*OF_CASES, receipted_at=LONG_AGO, **live)
    crowd.lay(*OF_CASES, status="'done'", outcome="'pass'", completed_at="now_")
    DepartmentSystem.objects.create(
        department=task.department, address="https://scjg.example", active_since=task.receipted_at
    )


FILLINGS = {
    "consultations_ended": question,
    "advice_lapsed": late_advice,
    "special_elapsed": special_step,
    "suspensions_ended": suspension,
    "corrections_lapsed": correction,
    "absences_begun": absence(1, 3),
    "absences_ended": absence(0, 0),
    "licences_published": licence,
    "departments_changed": change_of_department,
    "batches_published": batch,
    "versions_begun": version(effective_on=A_YEAR_ON),
    "matters_expired": version(cancel_on=A_YEAR_ON),
    "parcels_tracked": parcel,
    "tasks_pushed": untold,
}
DUE = {due.name: due for room in ROOMS for due in getattr(room, "DUE", ())}


@pytest.mark.parametrize("name", DUE)
def test_what_time_brings_about_is_read_by_its_day(world, crowd, name):
    FILLINGS[name](world, crowd)
    due, now = DUE[name], clock.now()
    assert len(due.keys(now)) == 1
    assert crowd.require_narrow(lambda: queue.run_due([due], now=now))[name] >= 1
    assert len(due.keys(now)) == 0


# --- what waits for a receipt -----------------------------------------------------------------------------------------
def dispatched(world) -> None:
    """Have a row of every kind that waits for a worker."""
    now, by = world.now(), world.administrator
    Shipment.objects.create(delivery=world.ready(INSTANT, applicant=world.other_citizen).delivery)
    Sms.objects.create(phone="13812343210", text="您好", created_at=now)
    GuideBook.objects.create(digest="0", title="汇编", count=1, asked_at=now)
    CatalogueUpload.objects.create(name="目录.json", size=1, uploaded_at=now, uploaded_by=by)
    system = DepartmentSystem.objects.create(
        department=world.department("SWJ"), address="https://swj.example", active_since=now
    )
    Push.objects.create(
        system=system, kind="task", task=ReviewTask.objects.latest("pk"), payload="{}", created_at=now
    )
    CalendarLoad.objects.create(year=2030, loaded_at=now)
    BulkAct.objects.create(kind="claim", by=by, asked_at=now, total=1)
    Revocation.objects.create(
        decision=Decision.objects.latest("pk"),
        reconsideration_body="区人民政府",
        court="人民法院",
        facts="不实",
        reasons="未履行承诺",
        basis="第六十九条",
        revoked_at=now,
        revoked_by=by,
    )


WITH = {ReviewTask: (Application, Case), Case: (Application,), Push: OF_CASES}
KEYS = {Push: {"key": "gen_random_uuid()"}, Certificate: {"identifier": "{n}::text"}}


@pytest.mark.parametrize("sweep", SWEEPS, ids=lambda sweep: sweep.task)
def test_what_waits_for_a_receipt_is_read_by_its_next_attempt(world, crowd, sweep):
    dispatched(world)
    model, now = sweep.model, world.now()
    waiting = {"receipted_at": "NULL", "failed_at": "NULL"}
    past = {"next_attempt_at": LONG_AGO}
    for said in (
        waiting | {"next_attempt_at": LATER},
        waiting | {"next_attempt_at": "NULL"},
        past | {"receipted_at": "now_", "failed_at": "NULL"},
        past | {"receipted_at": "NULL", "failed_at": "now_"},
    ):
        crowd.lay(*WITH.get(model, ()), model, **KEYS.get(model, {}), **said)
    model.objects.filter(pk__lt=FIRST).update(next_attempt_at=None)
    one = model.objects.filter(pk__lt=FIRST).latest("pk")
    model.objects.filter(pk=one.pk).update(next_attempt_at=now, receipted_at=None, failed_at=None)

    assert crowd.require_narrow(lambda: sweep.run(now=now)) == 1

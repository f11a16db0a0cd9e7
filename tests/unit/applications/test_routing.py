"""Routing: each step reaches its department once, at the right moment, and nothing waits for nobody."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from applications.enums import CaseStatus, TaskStatus
from applications.models import (
    Application,
    BulkAct,
    Case,
    CaseDependency,
    ReviewTask,
    Revocation,
    StatusChange,
)
from applications.services import decisions, filing, intake, review, routing
from applications.sweeps import SWEEPS, run_clocks
from core import calendar
from core.calendar import CalendarNotLoaded
from core.clock import local_date
from core.enums import DocumentKind
from core.models import CalendarDay, CalendarLoad, Message, OfficialDocument
from delivery.models import Certificate
from delivery.services import outlet, results
from matters.enums import StepKind
from tests.flows import republish
from tests.proof import everything, refused


def status_of(application: Application) -> dict[str, str]:
    return {
        case.version.matter.code: case.status for case in application.cases.select_related("version__matter")
    }


def case_of(application: Application, code: str) -> Case:
    return application.cases.get(version__matter__code=code)


def steps_of(application: Application) -> list[tuple[str, str]]:
    tasks = ReviewTask.objects.filter(case__application=application).order_by("id")
    return [(task.step.key, task.status) for task in tasks.select_related("step")]


def settle(world) -> None:
    """Bring every message, and then those that the first ones caused."""
    world.carry()
    world.carry()


def deny(world, application, key="decide", matter=None):
    task = world.task(application, key, matter)
    world.road.work(task, outcome="denied", reasons="选址不符合规划。")


# --- the join -------------------------------------------------------------------------------------------------------


def test_parallel_steps_are_released_together_and_the_next_only_after_both(world):
    application = world.accepted("ZRZY-001")
    assert steps_of(application) == [("tax", "open"), ("housing", "open")]

    world.road.work(world.task(application, "housing"))
    assert steps_of(application) == [("tax", "open"), ("housing", "done")]

    world.road.work(world.task(application, "tax"))
    assert steps_of(application) == [("tax", "done"), ("housing", "done"), ("decide", "released")]


def test_advance_a_second_time_moves_nothing(world):
    application = world.accepted("ZRZY-001")
    case = application.cases.get()
    before = everything()

    assert routing.advance(case=case, now=world.now()) == []
    assert everything() == before


def test_the_database_refuses_a_second_live_task_of_a_step(world):
    task = world.task(world.accepted())
    twin = {"case": task.case, "step": task.step, "department": task.department, "kind": task.kind}
    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewTask.objects.create(**twin, round=2, released_at=world.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewTask.objects.create(**twin, round=1, released_at=world.now(), status=TaskStatus.CANCELLED)


def test_steps_wait_for_the_one_before_them(world):
    application = world.accepted("SCJG-007")
    for key, after in (("review", "inspect"), ("inspect", "decide")):
        assert ReviewTask.objects.filter(case__application=application, step__key=after).count() == 0
        world.road.work(world.task(application, key))
        settle(world)
        assert world.task(application, after).status == TaskStatus.OPEN


def test_the_step_clock_runs_from_release_not_from_arrival(world):
    application = world.road.accept(world.submitted("SCJG-007"))
    task = world.task(application)
    released, due = task.released_at, task.due_at

    world.pass_time(days=2)
    settle(world)

    task.refresh_from_db()
    assert (task.released_at, task.due_at) == (released, due)
    assert due == calendar.due_at(released, 2, "workday")
    assert task.receipted_at - released >= timedelta(days=2)


# --- receipts -------------------------------------------------------------------------------------------------------


def test_receipt_task_acts_once(world):
    task = world.task(world.road.accept(world.submitted()))
    assert routing.receipt_task(task_id=task.pk, now=world.now()) is True
    before = everything()

    assert routing.receipt_task(task_id=task.pk, now=world.now()) is False
    assert everything() == before


def test_receipt_task_of_a_withdrawn_case_does_nothing(world):
    application = world.road.accept(world.submitted())
    task = world.task(application)
    filing.withdraw(
        application_id=application.pk, reason="不办了", by=application.applicant.user, now=world.now()
    )
    before = everything()

    assert routing.receipt_task(task_id=task.pk, now=world.now()) is False
    assert everything() == before


def test_sweep_sends_again_only_what_has_no_receipt(world):
    application = world.road.accept(world.submitted())
    sweep = next(each for each in SWEEPS if each.model is ReviewTask)
    assert sweep.run(now=world.now()) == 0
    later = world.now() + ReviewTask.FIRST_WAIT
    assert sweep.run(now=later) == 1

    settle(world)
    assert sweep.run(now=later + timedelta(days=1)) == 0
    assert world.task(application).attempts == 1


def test_every_kind_of_waiting_row_of_the_room_is_swept():
    assert {each.model for each in SWEEPS} == {
        ReviewTask,
        Case,
        Application,
        BulkAct,
        CalendarLoad,
        Revocation,
    }


# --- predecessors ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bundle", "first", "waiting"),
    [
        ("B01", ["SCJG-001"], ["GAJ-003", "SWJ-001", "SCJG-007"]),
        ("B08", ["WJJ-002"], ["GAJ-004", "WJJ-003", "YBJ-001", "RSJ-003"]),
    ],
)
def test_members_wait_for_their_predecessors(world, bundle, first, waiting):
    application = world.accepted(bundle)

    assert status_of(application) == dict.fromkeys(first, "in_review") | dict.fromkeys(waiting, "waiting")
    assert len(steps_of(application)) == 1


def test_a_granted_predecessor_starts_its_dependants_only_when_its_result_is_issued(world):
    application = world.accepted("B08")
    world.road.work(world.task(application, matter="WJJ-002", key="decide"))
    assert status_of(application)["WJJ-002"] == "granted"
    assert status_of(application)["GAJ-004"] == status_of(application)["WJJ-003"] == "waiting"

    results.issue(case_id=case_of(application, "WJJ-002").pk, now=world.now())
    assert status_of(application)["GAJ-004"] == status_of(application)["WJJ-003"] == "in_review"
    assert status_of(application)["YBJ-001"] == "waiting"


def test_a_case_with_two_predecessors_waits_for_both(world):
    application = world.draft("B08")
    waiting, second = case_of(application, "RSJ-003"), case_of(application, "WJJ-003")
    CaseDependency.objects.create(case=waiting, predecessor=second, reason="试验")
    world.road.accept(world.road.submit(application))
    settle(world)
    for code in ("WJJ-002", "GAJ-004", "YBJ-001"):
        world.road.work(world.task(application, "decide", code))
        settle(world)
    assert status_of(application)["RSJ-003"] == "waiting"

    world.road.work(world.task(application, "decide", "WJJ-003"))
    settle(world)
    assert status_of(application)["RSJ-003"] == "in_review"


def test_a_denied_predecessor_ends_its_dependants_in_writing_and_the_rest_goes_out(world):
    application = world.accepted("B08")
    world.road.work(world.task(application, "decide", "WJJ-002"))
    settle(world)
    deny(world, application, "decide", "GAJ-004")
    settle(world)

    assert status_of(application) == {
        "WJJ-002": "granted",
        "GAJ-004": "denied",
        "WJJ-003": "in_review",
        "YBJ-001": "not_proceeded",
        "RSJ-003": "not_proceeded",
    }
    for code, before in (("YBJ-001", "GAJ-004"), ("RSJ-003", "YBJ-001")):
        case = case_of(application, code)
        assert case.ended_at
        assert case_of(application, before).version.name in case.end_reason
        assert Message.objects.filter(title=f"“{case.version.name}”不再办理").count() == 1
        assert (
            OfficialDocument.objects.filter(
                kind=DocumentKind.NOT_PROCEEDED,
                data__matter=case.version.name,
                issuer__code=case.version.matter.department.code,
            ).count()
            == 1
        )
    world.road.finish_departments(application)
    world.road.deliver(application)
    application.refresh_from_db()
    assert application.status == "closed"
    issued = Certificate.objects.filter(case__application=application)
    assert {each.case.version.matter.code: each.kind for each in issued.select_related("case__version")} == {
        "WJJ-002": DocumentKind.CERTIFICATE,
        "GAJ-004": DocumentKind.DENIAL,
        "WJJ-003": DocumentKind.CERTIFICATE,
    }


def test_a_case_that_waits_for_two_that_end_is_ended_once(world):
    """A diamond: SCJG-001 before two, both of them before a third."""
    application = world.draft("B01")
    last = case_of(application, "SCJG-007")
    for code in ("GAJ-003", "SWJ-001"):
        CaseDependency.objects.create(case=last, predecessor=case_of(application, code), reason="试验")
    world.road.accept(world.road.submit(application))
    settle(world)

    deny(world, application)

    assert status_of(application) == {
        "SCJG-001": "denied",
        "GAJ-003": "not_proceeded",
        "SWJ-001": "not_proceeded",
        "SCJG-007": "not_proceeded",
    }
    assert StatusChange.objects.filter(application=application, act="not_proceed").count() == 3
    assert OfficialDocument.objects.filter(kind=DocumentKind.NOT_PROCEEDED).count() == 3


def test_notices_of_ended_cases_are_numbered_in_the_order_of_departments(world):
    """Two applications that end together must take the number series in one order, or they wait in a circle."""
    application = world.accepted("B01")
    deny(world, application)

    issuers = OfficialDocument.objects.filter(kind=DocumentKind.NOT_PROCEEDED).order_by("id")
    codes = [each.issuer["code"] for each in issuers]
    assert codes == sorted(codes) == ["GAJ", "SCJG", "SWJ"]


def test_everything_denied_goes_out_with_its_reasons(world):
    application = world.accepted("SCJG-001")
    deny(world, application)
    settle(world)

    result = Certificate.objects.get(case__application=application)
    assert result.kind == DocumentKind.DENIAL
    assert result.document.data["reasons"] == ["选址不符合规划。"]
    world.road.deliver(application)
    application.refresh_from_db()
    assert application.status == "closed"


# --- results --------------------------------------------------------------------------------------------------------


def test_issue_acts_once(world):
    application = world.accepted()
    world.road.work(world.task(application))
    case = application.cases.get()
    assert results.issue(case_id=case.pk, now=world.now()) is not None
    before = everything()

    assert results.issue(case_id=case.pk, now=world.now()) is None
    assert routing.result_issued(case_id=case.pk, now=world.now()) is False
    assert outlet.gather(application_id=application.pk, now=world.now()) is None
    assert everything() == before


def test_issue_of_an_undecided_case_does_nothing(world):
    application = world.accepted()
    before = everything()

    assert results.issue(case_id=application.cases.get().pk, now=world.now()) is None
    assert outlet.gather(application_id=application.pk, now=world.now()) is None
    assert everything() == before


def test_gather_waits_for_every_result(world):
    application = world.accepted("B12")
    world.road.work(world.task(application))
    settle(world)
    world.road.work(world.task(application))
    last = case_of(application, "SWJ-001")
    assert outlet.gather(application_id=application.pk, now=world.now()) is None

    results.issue(case_id=last.pk, now=world.now())
    application.refresh_from_db()
    assert application.receipted_at
    assert application.delivery.ready_at


def test_a_payout_comes_before_the_result(world):
    application = world.accepted("CLH-001")
    world.road.carrier.until(lambda: advance(world, application, "district"), "district")
    world.road.work(world.task(application, "district"))
    settle(world)
    case = application.cases.get()
    assert case.status == CaseStatus.GRANTED
    assert not Certificate.objects.filter(case=case).exists()
    assert (case.next_attempt_at, case.receipted_at) == (None, None)

    world.road.work(world.task(application, "pay"))
    settle(world)
    assert Certificate.objects.filter(case=case).count() == 1


def test_a_denial_pays_nothing_and_its_result_is_issued_at_once(world):
    application = world.accepted("CLH-001")
    world.road.carrier.until(lambda: advance(world, application, "district"), "district")
    deny(world, application, "district")
    settle(world)

    assert not ReviewTask.objects.filter(case__application=application, kind=StepKind.PAYOUT).exists()
    assert Certificate.objects.get(case__application=application).kind == DocumentKind.DENIAL


def advance(world, application, until_key) -> bool:
    """Work what has arrived, let a special procedure pass, until a step has arrived; for the carrier's patience."""
    for task in world.road.arrived(application):
        if task.step.key == until_key:
            return True
        world.road.work(task)
    for task in ReviewTask.objects.filter(kind=StepKind.SPECIAL, status=TaskStatus.OPEN):
        world.pass_time(seconds=(task.due_at - world.now()).total_seconds() + 1)
    return False


def test_a_post_check_never_delays_closing_and_can_be_done_afterwards(world):
    application = world.closed("SLJ-001")
    task = world.task(application, "post_check")
    assert application.status == "closed"
    assert task.status == TaskStatus.OPEN

    world.road.work(task)
    task.refresh_from_db()
    application.refresh_from_db()
    assert (task.status, application.status) == (TaskStatus.DONE, "closed")
    assert Certificate.objects.filter(case__application=application).count() == 1


def test_a_denied_case_has_no_post_check(world):
    application = world.accepted("SLJ-001")
    world.road.work(world.task(application))
    settle(world)
    deny(world, application)
    assert not ReviewTask.objects.filter(kind=StepKind.POST_CHECK).exists()


# --- special procedures ---------------------------------------------------------------------------------------------


@pytest.fixture
def publicity(world):
    """An application whose public notice of seven days has begun."""
    application = world.accepted("CLH-001")
    for key in ("village", "town"):
        world.road.work(world.task(application, key))
        settle(world)
    return world.task(application, "publicity")


def test_a_special_procedure_ends_by_itself_and_its_days_do_not_count(world, publicity):
    case, began = publicity.case, publicity.released_at
    days = calendar.working_days(local_date(case.started_at))
    took = days.used(began, publicity.due_at)
    assert took > 0
    assert routing.elapse_special(task_id=publicity.pk, now=publicity.due_at - timedelta(seconds=1)) is False

    assert routing.elapse_special(task_id=publicity.pk, now=publicity.due_at) is True

    case.refresh_from_db()
    publicity.refresh_from_db()
    version = case.version
    assert days.used(case.started_at, case.promised_due_at) == version.promised_value + took
    assert days.used(case.started_at, case.statutory_due_at) == version.statutory_value + took
    assert (publicity.status, publicity.outcome) == (TaskStatus.DONE, "elapsed")
    assert world.task(case.application).step.key == "district"


def test_a_sweep_that_comes_late_does_not_move_the_limits_further(world, publicity):
    case = publicity.case
    case.refresh_from_db()
    told = case.promised_due_at

    routing.elapse_special(task_id=publicity.pk, now=publicity.due_at + timedelta(days=9))

    case.refresh_from_db()
    assert case.promised_due_at == told


def test_a_special_procedure_ends_once(world, publicity):
    later = publicity.due_at + timedelta(minutes=1)
    assert run_clocks(now=later)["special_elapsed"] == 1
    before = everything()
    assert run_clocks(now=later)["special_elapsed"] == 0
    assert routing.elapse_special(task_id=publicity.pk, now=later) is False
    assert everything() == before


def test_a_special_procedure_ends_even_if_its_message_never_arrived(world, publicity):
    ReviewTask.objects.filter(pk=publicity.pk).update(status=TaskStatus.RELEASED, receipted_at=None)

    assert routing.elapse_special(task_id=publicity.pk, now=publicity.due_at) is True
    publicity.refresh_from_db()
    assert publicity.receipted_at
    before = everything()
    assert routing.receipt_task(task_id=publicity.pk, now=publicity.due_at) is False
    assert everything() == before


def test_the_applicant_is_told_of_a_special_procedure(world, publicity):
    (message,) = Message.objects.filter(title=f"进入{publicity.step.name}")
    assert "不计入" in message.body


def test_nobody_can_claim_a_special_procedure(world, publicity):
    with refused("runs_by_itself"):
        review.claim(task_id=publicity.pk, by=world.reviewer("CLH"), now=world.now())


def test_a_special_procedure_is_not_begun_when_the_calendar_cannot_say_when_it_ends(world):
    """It would never end: nobody can complete it."""
    application = world.accepted("CLH-001")
    world.road.work(world.task(application, "village"))
    settle(world)
    task = world.task(application, "town")
    reviewer = world.reviewer("ZJ")
    review.claim(task_id=task.pk, by=reviewer, now=world.now())
    CalendarDay.objects.filter(date__gt=local_date(world.now()) + timedelta(days=3)).delete()

    with pytest.raises(CalendarNotLoaded):
        review.complete(task_id=task.pk, outcome="pass", opinion="同意", by=reviewer, now=world.now())
    task.refresh_from_db()
    assert task.status == TaskStatus.CLAIMED


def test_one_row_that_fails_keeps_no_other_back(world, publicity, caplog):
    """The history takes nothing more of the first application; the second does not mind."""
    other = world.accepted("CLH-001", applicant=world.other_citizen)
    for key in ("village", "town"):
        world.road.work(world.task(other, key))
        settle(world)
    second = world.task(other, "publicity")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "ALTER TABLE applications_statuschange ADD CONSTRAINT broken CHECK (application_id <> %s) NOT VALID",
            [publicity.case.application_id],
        )

    assert run_clocks(now=second.due_at + timedelta(days=1))["special_elapsed"] == 1
    publicity.refresh_from_db()
    second.refresh_from_db()
    assert (publicity.status, second.status) == (TaskStatus.OPEN, TaskStatus.DONE)
    assert "sweep_item_failed" in caplog.text


# --- refusing part of a bundle --------------------------------------------------------------------------------------

REFUSAL = intake.CaseRefusal("不在本区经营", "邻区市场监督管理局")


def test_refusing_one_case_ends_its_dependants_and_the_rest_goes_on(world):
    application = world.submitted("B08")
    refused_case = case_of(application, "GAJ-004")

    intake.accept(
        application_id=application.pk, by=world.clerk, now=world.now(), refusals={refused_case.pk: REFUSAL}
    )

    assert status_of(application) == {
        "WJJ-002": "in_review",
        "GAJ-004": "refused",
        "WJJ-003": "waiting",
        "YBJ-001": "not_proceeded",
        "RSJ-003": "not_proceeded",
    }
    settle(world)
    world.road.finish_departments(application)
    world.road.deliver(application)
    application.refresh_from_db()
    assert application.status == "closed"
    assert (
        OfficialDocument.objects.filter(kind=DocumentKind.REFUSAL, reference=application.number).count() == 1
    )
    slip = OfficialDocument.objects.get(kind=DocumentKind.ACCEPTANCE, reference=application.number)
    named = {line["name"] for line in slip.data["matters"]}
    assert named == {case_of(application, code).version.name for code in ("WJJ-002", "WJJ-003")}


def test_refusing_what_everything_waits_for_is_a_refusal_of_the_whole(world):
    """Accepted, it would have no case that starts and nobody to end it."""
    application = world.submitted("B01")
    with refused("all_refused"):
        intake.accept(
            application_id=application.pk,
            by=world.clerk,
            now=world.now(),
            refusals={case_of(application, "SCJG-001").pk: REFUSAL},
        )


def test_after_a_decision_open_steps_are_cancelled(world):
    application = world.accepted("ZRZY-001")
    case = application.cases.get()
    for key in ("tax", "housing"):
        world.road.work(world.task(application, key))
    settle(world)
    decide = world.task(application, "decide")
    spare = ReviewTask.objects.filter(case=case, step__key="tax").update(status=TaskStatus.OPEN)
    assert spare == 1

    world.road.work(decide)

    assert steps_of(application) == [("tax", "cancelled"), ("housing", "done"), ("decide", "done")]


def test_decide_second_time_is_refused(world):
    application = world.accepted()
    task = world.task(application)
    world.road.work(task)
    with refused("cannot_grant"):
        decisions.decide(
            task_id=task.pk, outcome="granted", reasons="", by=world.decider("SCJG"), now=world.now()
        )


def test_a_case_without_a_decision_has_no_result(world):
    case = world.accepted("SCJG-007").cases.get()
    before = everything()
    with refused("not_decided"):
        routing.result_issued(case_id=case.pk, now=world.now())

    assert everything() == before


def test_a_special_procedure_has_days(world):
    notice = {"key": "notice", "name": "公告", "kind": "special", "department": "SWJ", "counts_time": False}
    decide = {"key": "decide", "name": "决定", "kind": "decide", "department": "ZRZY", "after": ["notice"]}
    for days in (None, 0):
        with pytest.raises(IntegrityError, match="special_step_has_days"), transaction.atomic():
            republish(world, "ZRZY-001", [{**notice, "days": days}, decide])

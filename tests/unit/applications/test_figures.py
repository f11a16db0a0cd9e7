"""How long matters and steps really take: the figures beside Python's own statistics, and where they are shown."""

import statistics
from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from applications.enums import ApplicationStatus, CaseStatus, SuspensionKind, TaskOutcome, TaskStatus
from applications.models import Application, Case, ReviewTask, StatusChange, Suspension
from applications.services import figures
from core import clock
from core.models import CalendarDay
from matters.models import StepFigures
from tests.api import Api, problem

CODE = "CLH-001"  # has a special procedure whose time does not count
TODAY = datetime(2026, 9, 14, 2, 0, tzinfo=clock.CHINA)
FIRST = date(2026, 1, 5)


def at(day: date, hour: int = 10) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=clock.CHINA)


def working_days(start: date, end: date, off: set[date]) -> int:
    """Count day by day; `off` are days on which the clock stood still."""
    days = (start + timedelta(days=n + 1) for n in range((end - start).days))
    working = set(CalendarDay.objects.filter(is_working=True).values_list("date", flat=True))
    return sum(day in working and day not in off for day in days)


def ended_case(world, version, *, started: date, ended: date, serial: int, status=CaseStatus.GRANTED) -> Case:
    """A case that has ended, without the road to it."""
    application = Application.objects.create(
        applicant=world.citizen,
        created_by=world.citizen.user,
        created_at=at(started),
        status=ApplicationStatus.ACCEPTED,
        number=f"F{serial}",
        query_code="ABCDEF",
        submitted_at=at(started),
        accepted_at=at(started),
        accepted_by=world.clerk,
    )
    return Case.objects.create(
        application=application,
        order=1,
        version=version,
        status=status,
        started_at=at(started),
        ended_at=at(ended),
    )


def done_task(case: Case, step, *, released: date, completed: date, by) -> ReviewTask:
    return ReviewTask.objects.create(
        case=case,
        step=step,
        department=step.department,
        kind=step.kind,
        status=TaskStatus.DONE,
        released_at=at(released),
        completed_at=at(completed),
        completed_by=by,
        outcome=TaskOutcome.ELAPSED if step.kind == "special" else TaskOutcome.PASS,
    )


def suspend(task: ReviewTask) -> None:
    """Have the clock stand still for as long as the task took."""
    Suspension.objects.create(
        case=task.case,
        task=task,
        kind=SuspensionKind.EARLIER,
        basis="行政许可法第四十五条",
        reason="公示",
        expected_days=7,
        expected_end=task.completed_at,
        started_at=task.released_at,
        ended_at=task.completed_at,
    )


def days_after(start: date, n: int) -> date:
    return start + timedelta(days=n)


spans = st.lists(
    st.tuples(st.integers(0, 120), st.integers(0, 90), st.integers(0, 40), st.integers(0, 40)),
    min_size=1,
    max_size=12,
)


@pytest.fixture
def version(world):
    return world.version(CODE)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spans=spans)
def test_measure_agrees_with_statistics(world, version, spans):
    """Cases of any length with one special procedure anywhere; median and p90 of the days that were left."""
    special = version.steps.get(kind="special")
    expected = []
    with transaction.atomic():
        for serial, (offset, length, pause_after, pause) in enumerate(spans):
            started = days_after(FIRST, offset)
            ended = days_after(started, length)
            case = ended_case(world, version, started=started, ended=ended, serial=serial)
            held, freed = days_after(started, pause_after), days_after(started, pause_after + pause)
            suspend(done_task(case, special, released=held, completed=freed, by=world.clerk))
            off = {days_after(held, n + 1) for n in range(pause)}
            expected.append(working_days(started, ended, off))
        figures.measure(now=TODAY)
        found = StepFigures.objects.get(matter=version.matter, step_key="")
        transaction.set_rollback(True)
    nine = statistics.quantiles(expected, n=10, method="inclusive")[8] if len(expected) > 1 else expected[0]
    assert found.n == len(expected)
    assert float(found.median) == pytest.approx(statistics.median(expected), abs=0.006)
    assert float(found.p90) == pytest.approx(nine, abs=0.006)


def test_measure_leaves_out_what_is_old_open_or_ended_by_itself(world, version):
    ended_case(world, version, started=date(2025, 8, 1), ended=date(2025, 9, 12), serial=1)
    ended_case(world, version, started=FIRST, ended=FIRST, serial=2, status=CaseStatus.WITHDRAWN)
    case = ended_case(world, version, started=FIRST, ended=days_after(FIRST, 7), serial=3)
    done_task(case, version.steps.get(kind="special"), released=FIRST, completed=FIRST, by=world.clerk)
    step = version.steps.filter(kind="review").first()
    done_task(case, step, released=FIRST, completed=days_after(FIRST, 3), by=world.clerk)

    assert figures.measure(now=TODAY) == 2
    assert {(row.step_key, row.n, float(row.p90)) for row in StepFigures.objects.all()} == {
        ("", 1, 5.0),
        (step.key, 1, 3.0),
    }


def test_measure_counts_a_suspension_against_no_step_but_its_own(world, version):
    case = ended_case(world, version, started=FIRST, ended=days_after(FIRST, 11), serial=1)
    own, other = version.steps.filter(kind="review")[:2]
    span = {"released": FIRST, "completed": days_after(FIRST, 4), "by": world.clerk}
    suspend(done_task(case, own, **span))
    done_task(case, other, **span)
    figures.measure(now=TODAY)

    taken = {row.step_key: float(row.median) for row in StepFigures.objects.all()}
    assert taken == {"": 5.0, own.key: 0.0, other.key: 4.0}


def test_measure_leaves_out_what_waited_for_the_applicant(world, version):
    case = ended_case(world, version, started=FIRST, ended=days_after(FIRST, 11), serial=1)
    for act, day in (("start", 0), ("simulate", 2), ("convert", 9)):
        StatusChange.objects.create(
            application=case.application, case=case, record="case", act=act, at=at(days_after(FIRST, day))
        )
    figures.measure(now=TODAY)

    assert float(StepFigures.objects.get().median) == 4.0  # of nine working days five passed between the two


def test_measure_twice_is_measure_once(world, version):
    ended_case(world, version, started=FIRST, ended=days_after(FIRST, 7), serial=1)
    figures.measure(now=TODAY)
    once = list(StepFigures.objects.values())
    figures.measure(now=TODAY)

    assert list(StepFigures.objects.values()) == once


def test_measure_forgets_what_has_grown_old(world, version):
    ended_case(world, version, started=FIRST, ended=days_after(FIRST, 7), serial=1)
    figures.measure(now=TODAY)
    figures.measure(now=TODAY + timedelta(days=300))

    assert not StepFigures.objects.exists()


# --- the page of heads and overseers --------------------------------------------------------------------------------
def measured(world, code=CODE, **given) -> StepFigures:
    matter = world.version(code).matter
    span = {"since": FIRST, "until": TODAY.date(), "department": matter.department}
    return StepFigures.objects.create(matter=matter, **{**span, "n": 12, "median": 3, "p90": 6, **given})


def page(world, user, query="") -> str:
    response = world.client(user).get(f"/queue/figures/{query}")
    assert response.status_code == 200
    return response.content.decode()


def test_page_sets_what_took_beside_what_is_allowed(world):
    version = world.version(CODE)
    measured(world, p90=version.promised_value + 1)
    step = version.steps.filter(kind="review").first()
    measured(world, step_key=step.key, step_name=step.name, department=step.department, n=3)
    shown = page(world, world.head(version.matter.department.code))

    assert version.name in shown
    assert step.name in shown
    assert "超过时限" in shown
    assert "件数少" in shown


def test_page_is_of_the_departments_a_head_answers_for(world):
    measured(world)
    measured(world, "SCJG-001")
    shown = page(world, world.head("SCJG"))

    assert world.version("SCJG-001").name in shown
    assert world.version(CODE).name not in shown
    everything = page(world, world.supervisor)
    assert world.version(CODE).name in everything
    assert world.version(CODE).name not in page(world, world.supervisor, "?department=SCJG")


def test_page_shows_a_head_the_matters_in_which_the_department_has_a_step(world):
    measured(world)
    measured(world, step_key="help", step_name="协助", department=world.department("SCJG"))

    assert world.version(CODE).name in page(world, world.head("SCJG"))


def test_page_is_for_heads_and_overseers(world):
    assert world.client(world.reviewer("SCJG")).get("/queue/figures/").status_code == 403
    assert world.client(world.citizen.user).get("/queue/figures/").status_code == 403


def test_page_reads_no_more_for_many_than_for_one(world):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page(world, world.supervisor)
        return len(captured)

    measured(world)
    measured(world, step_key="help", step_name="协助", department=world.department("SCJG"))
    few = queries()
    for code in ("SCJG-001", "SCJG-007", "SCJG-009", "GAJ-003"):
        measured(world, code)
        for key in ("a", "b", "c"):
            measured(world, code, step_key=key, step_name=key)

    assert queries() == few


def test_figures_over_the_api_are_for_heads_of_theirs_and_overseers_of_all(world, version):
    case = ended_case(world, version, started=FIRST, ended=days_after(FIRST, 7), serial=1)
    step = version.steps.filter(kind="review").first()
    done_task(case, step, released=FIRST, completed=days_after(FIRST, 3), by=world.clerk)
    figures.measure(now=TODAY)

    owner = version.matter.department.code
    (row,) = Api(world.head(owner)).get("figures/").json()["results"]
    assert (row["matter"], row["n"], float(row["median"]), row["is_telling"]) == (CODE, 1, 5.0, False)
    assert [(each["key"], float(each["p90"])) for each in row["steps"]] == [(step.key, 3.0)]
    assert len(Api(world.supervisor).get("figures/", matter=CODE).json()["results"]) == 1
    assert Api(world.supervisor).get("figures/", department="GAJ").json()["results"] == []
    assert Api(world.head("GAJ")).get("figures/").json()["results"] == []
    problem(Api(world.reviewer(owner)).get("figures/"), 403, "post_required")
    problem(Api(world.citizen.user).get("figures/"), 403, "post_required")


def test_figures_over_the_api_take_the_same_queries_for_more_rows(world, version):
    api, counts = Api(world.supervisor), []
    for serial, code in enumerate((CODE, "SCJG-007"), start=1):
        other = world.version(code)
        case = ended_case(world, other, started=FIRST, ended=days_after(FIRST, 7), serial=serial)
        step = other.steps.filter(kind="review").first()
        done_task(case, step, released=FIRST, completed=days_after(FIRST, 3), by=world.clerk)
        figures.measure(now=TODAY)
        with CaptureQueriesContext(connection) as asked:
            rows = api.get("figures/").json()["results"]
        counts.append((len(asked), len(rows)))
    assert counts[1] == (counts[0][0], counts[0][1] + 1)

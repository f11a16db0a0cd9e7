"""Every clock: the limits that run, what suspends and extends them, and the dates by hand around the holidays."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace

import chinese_calendar
import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from applications.enums import ClockKind
from applications.items import Item
from applications.models import Application, Case, Clock, Correction, ReviewTask, Suspension
from applications.services import clocks, corrections, filing, intake, review
from applications.services.notifications import day_text
from applications.sweeps import run_clocks
from core import clock as time_machine
from core.calendar import WorkingTime
from core.clock import CHINA, local_date
from core.models import CalendarLoad, Message
from core.services.calendar import load_year

LAST = date(2026, 12, 31)
YEARS = [date(2025, 1, 1) + timedelta(days=n) for n in range((LAST - date(2025, 1, 1)).days + 1)]
TIMES = WorkingTime((YEARS[0], LAST), [day for day in YEARS if chinese_calendar.is_workday(day)])


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def running(application: Application) -> dict[str, str]:
    """The running clocks of an application: whose it is and what kind, and the last day."""
    return {
        f"{'task' if each.task_id else 'case' if each.case_id else 'application'}.{each.kind}": (
            f"{local_date(each.due_at):%m-%d}" if each.due_at else "open"
        )
        for each in Clock.objects.running().filter(application=application)
    }


# --- the arithmetic ---------------------------------------------------------------------------------------------------

NATIONAL_DAY, SPRING_FESTIVAL, NEW_YEAR = "2026-09-28 09:00", "2026-02-13 09:00", "2026-01-02 10:00"
BY_HAND = [
    # what, start, value, unit, pauses (from, to), the last day
    ("pre-acceptance over National Day", NATIONAL_DAY, 2, "workday", [], "2026-09-30"),
    ("pre-acceptance into National Day", "2026-09-30 09:00", 2, "workday", [], "2026-10-09"),
    ("acceptance, a make-up Saturday counts", NATIONAL_DAY, 5, "workday", [], "2026-10-10"),
    ("acceptance over Spring Festival", SPRING_FESTIVAL, 5, "workday", [], "2026-02-27"),
    ("acceptance with the make-up Sunday of New Year", NEW_YEAR, 1, "workday", [], "2026-01-04"),
    ("promised seven", NATIONAL_DAY, 7, "workday", [], "2026-10-13"),
    ("statutory twenty", NATIONAL_DAY, 20, "workday", [], "2026-10-30"),
    ("statutory twenty over Spring Festival", SPRING_FESTIVAL, 20, "workday", [], "2026-03-19"),
    ("statutory twenty and ten more", NATIONAL_DAY, 30, "workday", [], "2026-11-13"),
    ("step of one day before a make-up Saturday", SPRING_FESTIVAL, 1, "workday", [], "2026-02-14"),
    ("certificate ten", NATIONAL_DAY, 10, "workday", [], "2026-10-16"),
    ("correction ten over Spring Festival", SPRING_FESTIVAL, 10, "workday", [], "2026-03-05"),
    ("deferral fifteen over May Day", "2026-04-30 09:00", 15, "workday", [], "2026-05-25"),
    ("bundle forty-five", NATIONAL_DAY, 45, "workday", [], "2026-12-04"),
    ("bundle forty-five over Spring Festival", SPRING_FESTIVAL, 45, "workday", [], "2026-04-24"),
    ("special, seven natural days end in the holiday", NATIONAL_DAY, 7, "day", [], "2026-10-08"),
    ("special, seven natural days end on a Sunday", "2026-11-01 09:00", 7, "day", [], "2026-11-09"),
    ("project of fifty natural days", NATIONAL_DAY, 50, "day", [], "2026-11-17"),
    ("project of a hundred natural days", SPRING_FESTIVAL, 100, "day", [], "2026-05-25"),
    # suspended: the day of suspending counts as used, those after it up to the day of resuming do not
    ("suspended two working days", NATIONAL_DAY, 5, "workday", [("2026-10-08", "2026-10-10")], "2026-10-13"),
    (
        "suspended over the holiday alone",
        NATIONAL_DAY,
        5,
        "workday",
        [("2026-09-30", "2026-10-07")],
        "2026-10-10",
    ),
    ("suspended on one day", NATIONAL_DAY, 5, "workday", [("2026-10-09", "2026-10-09")], "2026-10-10"),
    ("suspended on its last day", NATIONAL_DAY, 1, "workday", [("2026-09-29", "2026-10-09")], "2026-10-09"),
    ("ended on a day off", NATIONAL_DAY, 1, "workday", [("2026-09-29", "2026-10-03")], "2026-10-08"),
    (
        "suspended twice, overlapping",
        NATIONAL_DAY,
        5,
        "workday",
        [("2026-09-29", "2026-10-09"), ("2026-10-08", "2026-10-12")],
        "2026-10-16",
    ),
    (
        "suspended over Spring Festival",
        SPRING_FESTIVAL,
        5,
        "workday",
        [("2026-02-14", "2026-02-25")],
        "2026-03-02",
    ),
    ("project suspended", NATIONAL_DAY, 50, "day", [("2026-10-12", "2026-10-22")], "2026-11-27"),
]


@pytest.mark.parametrize(
    ("start", "value", "unit", "pauses", "due"), [row[1:] for row in BY_HAND], ids=[r[0] for r in BY_HAND]
)
def test_due_is_the_day_counted_by_hand(start, value, unit, pauses, due):
    spans = [(local(f"{begins} 10:00"), local(f"{ends} 15:00")) for begins, ends in pauses]

    assert TIMES.due(local(start), value, unit, spans) == local(f"{due} 23:59:59")


DAYS = st.dates(date(2026, 1, 1), date(2026, 8, 1))
SPANS = st.lists(st.tuples(DAYS, st.integers(0, 20)), max_size=4)


def counted_on_fingers(start: date, value: int, unit: str, pauses: list[tuple[date, date]]) -> date:
    """Walk day by day: a day counts when it is of the unit and lies in no pause; then on to the first day that may be the last."""
    stopped = {
        begins + timedelta(days=n) for begins, ends in pauses for n in range(1, (ends - begins).days + 1)
    }
    day, left = start, value
    while left:
        day += timedelta(days=1)
        if day not in stopped and (unit == "day" or chinese_calendar.is_workday(day)):
            left -= 1
    while not chinese_calendar.is_workday(day) or any(begins <= day < ends for begins, ends in pauses):
        day += timedelta(days=1)
    return day


@settings(max_examples=200)
@given(start=DAYS, value=st.integers(1, 40), unit=st.sampled_from(["workday", "day"]), spans=SPANS)
def test_due_equals_a_count_on_fingers(start, value, unit, spans):
    pauses = [(begins, begins + timedelta(days=length)) for begins, length in spans]
    moments = [
        (
            datetime.combine(begins, datetime.min.time(), CHINA),
            datetime.combine(ends, datetime.max.time(), CHINA),
        )
        for begins, ends in pauses
    ]
    start_at = datetime.combine(start, datetime.min.time(), CHINA) + timedelta(hours=9)

    due = TIMES.due(start_at, value, unit, moments)

    assert local_date(due) == counted_on_fingers(start, value, unit, pauses)
    assert TIMES.due(start_at, value, unit, [*reversed(moments), *moments]) == due
    assert TIMES.due(start_at, value, unit) <= due


@settings(max_examples=100)
@given(start=DAYS, value=st.integers(1, 40), spans=SPANS)
def test_used_and_left_are_the_whole_limit(start, value, spans):
    moments = [
        (
            datetime.combine(begins, datetime.min.time(), CHINA),
            datetime.combine(begins + timedelta(days=n), datetime.min.time(), CHINA),
        )
        for begins, n in spans
    ]
    start_at = datetime.combine(start, datetime.min.time(), CHINA)
    due = TIMES.due(start_at, value, "workday", moments)

    # A limit that would end on a day off on which a pause ends, ends with the next working day (民法典 §203).
    moved = any(
        not chinese_calendar.is_workday(local_date(ends))
        and local_date(TIMES.due(ends, 0, "instant")) == local_date(due)
        for _, ends in moments
    )
    assert TIMES.used(start_at, due, moments) - value in ({0, 1} if moved else {0})
    assert TIMES.left(due, due, moments) == 0
    assert TIMES.left(due + timedelta(days=1), due, moments) == -1 or not chinese_calendar.is_workday(
        local_date(due) + timedelta(days=1)
    )


# --- every kind, from its event ---------------------------------------------------------------------------------------


@pytest.fixture
def before_national_day(world):
    time_machine.set_to(local(NATIONAL_DAY))


def test_submission_starts_the_clocks_of_silence(world, before_national_day):
    application = world.submitted()

    assert running(application) == {
        "application.pre_acceptance": "09-30",
        "application.acceptance": "10-10",
    }


def test_counter_has_no_pre_acceptance(world, before_national_day):
    application = world.submitted(at_counter=True)

    assert running(application) == {"application.acceptance": "10-10"}


def test_acceptance_starts_promised_statutory_and_step(world, before_national_day):
    application = world.accepted("SCJG-007")

    case = application.cases.get()
    found = running(application)
    assert set(found) == {"application.promised", "case.promised", "case.statutory", "task.step"}
    assert found["task.step"] == "09-30"
    application.refresh_from_db()
    for clock in Clock.objects.running().filter(application=application):
        assert clock.value > 0
    assert application.promised_due_at == case.promised_due_at
    assert case.statutory_due_at == Clock.objects.get(case=case, kind="statutory").due_at
    assert Clock.objects.get(application=application, kind="acceptance").stopped_at == application.accepted_at


def test_acceptance_of_a_joint_matter_starts_its_clock(world, before_national_day):
    assert running(world.accepted("B01"))["application.bundle"] == "12-04"


def test_one_running_clock_of_a_kind(world):
    application = world.submitted()
    with pytest.raises(IntegrityError), transaction.atomic():
        Clock.objects.create(
            kind=ClockKind.ACCEPTANCE,
            application=application,
            started_at=world.now(),
            value=5,
            unit="workday",
        )


def test_refusal_and_withdrawal_stop_every_clock(world):
    for end in ("refuse", "withdraw"):
        application = world.submitted()
        if end == "refuse":
            intake.refuse(
                application_id=application.pk,
                reason="不属于本机关",
                competent_authority="市局",
                by=world.clerk,
                now=world.now(),
            )
        else:
            filing.withdraw(
                application_id=application.pk, reason="不办了", by=application.applicant.user, now=world.now()
            )
        assert running(application) == {}
    accepted = world.accepted("B01")
    filing.withdraw(application_id=accepted.pk, reason="不办了", by=accepted.applicant.user, now=world.now())
    assert running(accepted) == {}


def test_correction_runs_for_the_applicant_and_its_answer_starts_the_window_again(world, before_national_day):
    application = world.submitted()
    correction = ask(world, application)
    assert running(application) == {"application.correction": "10-16"}
    assert correction.due_at == local("2026-10-16 23:59:59")

    world.pass_time(days=1)
    (item,) = correction.items.all()
    corrections.answer(
        application_id=application.pk,
        answers={item.pk: "已补正"},
        by=application.applicant.user,
        now=world.now(),
    )
    assert running(application) == {
        "application.pre_acceptance": "10-08",
        "application.acceptance": "10-12",
    }


def ask(world, application) -> Correction:
    return corrections.ask(
        application_id=application.pk,
        items=[Item(material_id=None, what="住所证明", reason="过期", how="")],
        by=world.clerk,
        now=world.now(),
    )


def test_decision_starts_the_certificate_and_the_outlet_stops_it(world, before_national_day):
    application = world.accepted("SCJG-001")
    task = world.task(application)
    world.road.work(task)
    case = Case.objects.get(application=application)
    assert running(application) == {"case.certificate": "10-16", "application.certificate": "10-16"}
    assert not Clock.objects.running().filter(case=case, kind__in=["promised", "statutory"]).exists()

    world.carry()
    assert running(application) == {}


def test_a_parcel_stops_the_certificate_only_when_it_is_sent(world, before_national_day):
    application = world.ready("SCJG-001", by_courier=True)
    assert running(application) == {"application.certificate": "10-16"}

    world.road.deliver(application)
    assert running(application) == {}


def test_special_step_suspends_its_case_and_is_told_in_writing(world, before_national_day):
    application = world.accepted("CLH-001")
    before = running(application)
    for key in ("village", "town"):
        world.road.work(world.task(application, key))
        world.carry()
    (suspension,) = Suspension.objects.filter(case__application=application)

    assert (suspension.kind, suspension.expected_days, suspension.expected_unit) == ("publicity", 7, "day")
    assert suspension.document.data["needed"] == "7天（自然日）"
    after = running(application)
    assert after["task.special"] == "10-08"
    assert after["case.statutory"] > before["case.statutory"]


# --- every kind, around the holidays ----------------------------------------------------------------------------------


def at_publicity(world) -> Application:
    application = world.accepted("CLH-001")
    for key in ("village", "town"):
        world.road.work(world.task(application, key))
        world.carry()
    return application


def asked(world) -> Application:
    application = world.submitted()
    ask(world, application)
    return application


def decided(world) -> Application:
    application = world.accepted("SCJG-001")
    world.road.work(world.task(application))
    return application


def started(kind: ClockKind, value: int, unit: str) -> Callable[..., Application]:
    """Return what starts a clock whose act comes with the intake work; its arithmetic is here already."""

    def start(world) -> Application:
        application = world.submitted()
        clocks.start(kind, on=application, now=world.now(), limit=(value, unit))
        return application

    return start


LAST_DAYS_OFF, BEFORE_SPRING, MAKE_UP = "2026-09-30 09:00", "2026-02-13 09:00", "2026-10-10 09:00"
AROUND = {
    # kind: what starts it; its last day from before National Day, before Spring Festival, on a make-up Saturday
    "application.pre_acceptance": (lambda world: world.submitted(), "10-09", "02-24", "10-13"),
    "application.acceptance": (lambda world: world.submitted(), "10-13", "02-27", "10-16"),
    "case.promised": (lambda world: world.accepted("SCJG-007"), "10-13", "02-27", "10-16"),
    "case.statutory": (lambda world: world.accepted("SCJG-007"), "10-20", "03-05", "10-23"),
    "task.step": (lambda world: world.accepted("SCJG-007"), "10-09", "02-24", "10-13"),
    "task.special": (at_publicity, "10-08", "02-24", "10-19"),
    "case.certificate": (decided, "10-20", "03-05", "10-23"),
    "application.correction": (asked, "10-20", "03-05", "10-23"),
    "application.deferral": (started(ClockKind.DEFERRAL, 15, "workday"), "10-27", "03-12", "10-30"),
    "application.bundle": (lambda world: world.accepted("B01"), "12-08", "04-24", "12-11"),
    "application.project": (started(ClockKind.PROJECT, 50, "day"), "11-19", "04-07", "11-30"),
}


def test_every_kind_stands_in_the_table_of_holidays():
    assert {name.partition(".")[2] for name in AROUND} == set(ClockKind.values)


@pytest.mark.parametrize("start", [LAST_DAYS_OFF, BEFORE_SPRING, MAKE_UP], ids=lambda start: start[5:10])
@pytest.mark.parametrize("name", AROUND)
def test_a_clock_that_starts_before_days_off_ends_on_its_day(world, name, start):
    event, *ends = AROUND[name]
    time_machine.set_to(local(start))
    application = event(world)

    last = ends[[LAST_DAYS_OFF, BEFORE_SPRING, MAKE_UP].index(start)]
    assert running(application)[name] == last
    found = Clock.objects.running().get(
        application=application, kind=name.partition(".")[2], **WHOSE[name[:4]]
    )
    assert found.due_at == local(f"2026-{last} 23:59:59")
    run_clocks(now=found.due_at - timedelta(seconds=1))
    assert Clock.objects.get(pk=found.pk).stopped_at is None, "a limit is over only when its last day is"


WHOSE = {
    "appl": {"case": None},
    "case": {"case__isnull": False, "task": None},
    "task": {"task__isnull": False},
}


# --- the calendar -----------------------------------------------------------------------------------------------------


def test_a_limit_beyond_the_calendar_is_open_until_the_year_is_loaded(world):
    time_machine.set_to(local("2026-12-24 09:00"))
    application = world.accepted("SCJG-007")
    assert running(application)["case.statutory"] == "open"
    assert Case.objects.get(application=application).statutory_due_at is None

    load_year(year=2027, text="2027-01-01,休,元旦", by=None, now=world.now())
    load = CalendarLoad.objects.get()
    assert clocks.recompute_for(load_id=load.pk, now=world.now()) == 1
    assert clocks.recompute_for(load_id=load.pk, now=world.now()) == 0

    case = Case.objects.get(application=application)
    statutory = Clock.objects.get(case=case, kind="statutory")
    assert case.statutory_due_at == statutory.due_at is not None
    assert "open" not in running(application).values()


def test_a_corrected_year_moves_the_limits_that_reach_into_it(world):
    time_machine.set_to(local("2026-12-24 09:00"))
    load_year(year=2027, text="2027-01-01,休,元旦", by=None, now=world.now())
    application = world.accepted("SCJG-007")
    before = Case.objects.get(application=application).statutory_due_at

    load_year(year=2027, text="2027-01-01,休,元旦\n2027-01-04,休,元旦", by=None, now=world.now())
    for load in CalendarLoad.objects.order_by("id"):
        clocks.recompute_for(load_id=load.pk, now=world.now())

    after = Case.objects.get(application=application).statutory_due_at
    assert local_date(after) > local_date(before)


MOVED = "承诺办结日期有变动"


def test_a_promise_that_the_calendar_moves_is_told_once_to_the_applicant_and_the_holder(world):
    time_machine.set_to(local("2026-12-29 09:00"))
    load_year(year=2027, text="2027-01-01,休,元旦", by=None, now=world.now())
    task = world.task(world.accepted("SCJG-007"))
    review.claim(task_id=task.pk, by=world.reviewer("SCJG"), now=world.now())
    before = task.case.promised_due_at
    told = Message.objects.filter(title__startswith=MOVED)

    for _ in range(2):  # the second time nothing changes
        load_year(year=2027, text="2027-01-01,休,元旦\n2027-01-04,休,元旦", by=None, now=world.now())
        for load in CalendarLoad.objects.order_by("id"):
            clocks.recompute_for(load_id=load.pk, now=world.now())
        task.case.refresh_from_db()
        assert local_date(task.case.promised_due_at) > local_date(before)
        assert told.filter(applicant=task.case.application.applicant).count() == 1
        assert told.filter(user=world.reviewer("SCJG"), link=f"/queue/{task.pk}/").count() == 1
        assert told.count() == 2
    said = told.get(user=None)
    assert f"由{day_text(before)}改为{day_text(task.case.promised_due_at)}" in said.body
    assert said.body.count("改为") == 1


def test_a_calendar_that_moves_no_promise_is_told_to_nobody(world):
    time_machine.set_to(local("2026-12-29 09:00"))
    load_year(year=2027, text="2027-01-01,休,元旦", by=None, now=world.now())
    world.accepted("SCJG-007")
    load_year(year=2027, text="2027-01-01,休,元旦\n2027-10-01,休,国庆节", by=None, now=world.now())
    world.carry()

    assert not Message.objects.filter(title__startswith=MOVED).exists()


def test_sweeps_read_only_what_is_due(world):
    application = world.accepted("CLH-001")
    for key in ("village", "town"):
        world.road.work(world.task(application, key))
        world.carry()
    world.accepted("SCJG-007")
    now = world.now()
    with CaptureQueriesContext(connection) as asked:
        done = run_clocks(now=now)
    assert set(done.values()) == {0}
    assert len(asked) <= len(done)  # nothing to do: each kind of work asks once


# --- applications of before -------------------------------------------------------------------------------------------


def test_migration_gives_applications_of_before_the_clocks_they_would_have(world, before_national_day):
    waiting, asked, plain = world.submitted(), world.submitted(), world.accepted("SCJG-007")
    ask(world, asked)
    special = world.accepted("CLH-001")
    for key in ("village", "town"):
        world.road.work(world.task(special, key))
        world.carry()
    every = (waiting, asked, plain, special, world.accepted("B01"))
    before = [running(each) for each in every]
    columns = list(ReviewTask.objects.order_by("id").values_list("due_at", flat=True))
    Suspension.objects.all().delete()
    Clock.objects.all().delete()

    migration = import_module("applications.migrations.0013_clocks_of_before")
    migration.give_clocks(None, SimpleNamespace(connection=connection))
    migration.give_clocks(None, SimpleNamespace(connection=connection))

    assert [running(each) for each in every] == before
    assert Suspension.objects.get().kind == "earlier"
    for each in every:
        clocks.recompute(application=each)
    assert [running(each) for each in every] == before
    assert list(ReviewTask.objects.order_by("id").values_list("due_at", flat=True)) == columns

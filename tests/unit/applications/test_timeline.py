"""What has happened to an application: all of it for staff, in plain words for the applicant."""

import re
from datetime import date, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from applications import machine, presenters, selectors
from applications.models import StatusChange
from applications.presenters.chart import Scale, case_chart
from applications.presenters.history import case_history
from applications.presenters.telling import TOLD
from applications.selectors.history import happenings
from applications.services import extensions, handing, review
from core.clock import local_date
from core.models import User
from matters.models import StepFigures

FOOD = "SCJG-007"


def told(application) -> str:
    entries = presenters.timeline(selectors.changes_of(application), for_staff=False)
    return "\n".join(f"{each.title} {each.who} {each.text}" for each in entries)


# --- the table ------------------------------------------------------------------------------------------------------
def test_every_act_is_told_the_applicant_or_declared_inner():
    acts = {
        (model.__name__.lower(), each.act) for model, table in machine.TRANSITIONS.items() for each in table
    }

    assert set(TOLD) == acts, "presenters/telling.py says of every act what the applicant is told"


def test_what_is_told_is_a_sentence():
    for act, said in TOLD.items():
        assert said is None or said.with_note or said.sentence, act
        assert said is None or not said.sentence or said.sentence.endswith("。"), act


def test_names_opinions_and_inner_acts_are_not_the_applicants(world):
    application = world.accepted(FOOD)
    task = review.claim(task_id=world.task(application).pk, by=world.reviewer("SCJG"), now=world.now())
    handing.transfer(
        task_id=task.pk, to=world.reviewer2("SCJG"), reason="甲请假", by=world.head("SCJG"), now=world.now()
    )
    review.complete(
        task_id=task.pk, outcome="pass", opinion="乙看过无误", by=world.reviewer2("SCJG"), now=world.now()
    )
    said = told(application)

    assert "乙看过无误" not in said
    assert "甲请假" not in said
    assert "转交" not in said
    assert not [
        user.name
        for user in (world.reviewer("SCJG"), world.reviewer2("SCJG"), world.clerk)
        if user.name in said
    ]
    assert f"{task.step.name}：完成" in said


def test_act_nobody_has_declared_is_told_nobody_but_staff(world, monkeypatch):
    application = world.accepted(FOOD)
    assert "\n受理 " in told(application)
    monkeypatch.delitem(TOLD, ("application", "accept"))

    assert "\n受理 " not in told(application)
    staff = presenters.timeline(selectors.changes_of(application), for_staff=True)
    assert "受理" in [each.title for each in staff]


# --- who held it ----------------------------------------------------------------------------------------------------
def test_status_rows_keep_in_whose_hands_a_task_is(world):
    task = world.task(world.accepted(FOOD))
    first, second = world.reviewer("SCJG"), world.reviewer2("SCJG")
    review.claim(task_id=task.pk, by=first, now=world.now())
    handing.transfer(task_id=task.pk, to=second, reason="调度", by=world.head("SCJG"), now=world.now())
    review.put_back(task_id=task.pk, by=second, now=world.now())

    rows = StatusChange.objects.filter(task=task).order_by("id")
    assert [(row.act, row.holder) for row in rows] == [
        ("receipt", None),
        ("claim", first),
        ("transfer", second),
        ("put_back", None),
    ]
    assert {row.department for row in rows} == {task.department}


# --- the picture ----------------------------------------------------------------------------------------------------
days = st.dates(min_value=date(2026, 1, 5), max_value=date(2026, 6, 30))


@given(first=days, length=st.integers(0, 200), since=st.integers(0, 200), until=st.integers(0, 200))
def test_bars_lie_within_the_picture_and_are_never_too_thin_to_see(first, length, since, until):
    scale = Scale(first, first + timedelta(days=length))
    since, until = sorted(min(each, length) for each in (since, until))
    bar = scale.bar("done", first + timedelta(days=since), first + timedelta(days=until))

    assert 0 <= float(bar.x) <= 100
    assert float(bar.width) > 0
    assert float(bar.x) + float(bar.width) <= 100.011
    assert scale.at(first) == "0.00"
    assert scale.at(scale.last, end=True) == "100.00"
    assert 1 <= len(scale.ticks()) <= 5


def case_of(world, application, user=None):
    return selectors.application_by_id(user or world.citizen.user, application.pk).cases.all()[0]


def test_picture_shows_steps_side_by_side_and_one_after_another(world):
    application = world.accepted("ZRZY-001")
    world.pass_time(days=3)
    chart = case_chart(case_of(world, application), local_date(world.now()))
    begun = [lane for lane in chart.lanes if lane.bars]

    assert len(begun) >= 2
    assert {lane.bars[0].x for lane in begun} == {"0.00"}
    assert {bar.kind for lane in begun for bar in lane.bars} == {"live"}
    assert {lane.words for lane in chart.lanes if not lane.bars} == {"未开始"}
    assert [mark.kind for mark in chart.marks] == ["promised", "today"]


def test_picture_hatches_what_does_not_count(world):
    application = publicity(world)
    world.pass_time(days=2)
    chart = case_chart(case_of(world, application), local_date(world.now()))

    assert chart.has_pause
    lane = next(lane for lane in chart.lanes if lane.name == "公示")
    assert [bar.kind for bar in lane.bars] == ["live", "paused"]


def test_picture_stays_the_same_all_day(world):
    application = world.accepted(FOOD)
    case = case_of(world, application)
    before = case_chart(case, local_date(world.now()))
    world.pass_time(hours=5)

    assert case_chart(case, local_date(world.now())) == before


def test_there_is_no_picture_before_acceptance(world):
    case = case_of(world, world.submitted(FOOD))
    assert case_chart(case, local_date(world.now())) is None


def publicity(world):
    """A grant for the disabled, at its publicity: two levels have looked, the clock stands still."""
    application = world.accepted("CLH-001")
    for _ in range(2):
        world.pass_time(days=1)
        world.road.work(world.task(application))
        world.carry()
    return application


# --- the way of a case, for staff -----------------------------------------------------------------------------------
def way(world, application, user):
    case = case_of(world, application, user)
    return case_history(case, happenings(case, world.now()), world.now())


def test_staff_see_who_held_a_step_and_how_long(world):
    application = world.accepted(FOOD)
    first, second = world.reviewer("SCJG"), world.reviewer2("SCJG")
    task = world.task(application)
    world.pass_time(hours=2)
    review.claim(task_id=task.pk, by=first, now=world.now())
    world.pass_time(days=1)
    handing.transfer(task_id=task.pk, to=second, reason="甲请假", by=first, now=world.now())
    world.pass_time(days=2)
    step = way(world, application, first).steps[0]

    assert [(stay.who, re.findall(r"9月\d+日 \d+|—\d+(?=:)|起", stay.words)) for stay in step.stays] == [
        ("", ["9月14日 09", "—11"]),
        (first.name, ["9月14日 11", "9月15日 11"]),
        (second.name, ["9月15日 11", "起"]),
    ]
    assert step.spent == "3个工作日"
    assert step.until is None
    assert [(remark.what, remark.who) for remark in step.remarks] == [("转交", first.name)]
    assert "甲请假" in step.remarks[0].text


def test_staff_read_hours_where_a_step_took_no_day(world):
    application = world.accepted(FOOD)
    world.pass_time(hours=3)
    world.road.work(world.task(application))
    (step,) = [each for each in way(world, application, world.reviewer("SCJG")).steps if each.until]

    assert step.spent == "3小时"
    assert step.state == "通过"


MINUTE = "[0-9]{2}:[0-9]{2}"


def minutes(words: str) -> int:
    hours, rest = words.split(":")
    return int(hours) * 60 + int(rest)


def test_staff_see_who_finished_a_step_even_within_a_minute(world):
    application = world.accepted(FOOD)
    world.road.work(world.task(application))
    world.carry()
    step = way(world, application, world.reviewer("SCJG")).steps[0]

    (stay,) = step.stays
    assert stay.who == world.reviewer("SCJG").name
    assert re.fullmatch(f"9月14日 {MINUTE}(—{MINUTE})?", stay.words)  # the clock goes on while the test does


def test_staff_read_of_a_procedure_that_it_ends_by_itself(world):
    application = publicity(world)
    assert way(world, application, world.reviewer("CLH")).steps[-1].by_itself == "无需经手，期满自动结束"
    world.pass_time(days=30)
    world.carry()
    step = next(each for each in way(world, application, world.reviewer("CLH")).steps if not each.stays)
    assert step.by_itself == "期满自动结束"


def test_staff_read_how_long_a_step_lay_within_one_day(world):
    application = world.accepted(FOOD)
    world.pass_time(hours=3)
    world.road.work(world.task(application))
    stays = way(world, application, world.reviewer("SCJG")).steps[0].stays

    waited, held = (stay.words for stay in stays)
    since, until = re.findall(MINUTE, waited)
    assert 180 <= minutes(until) - minutes(since) <= 182
    assert held.startswith(f"9月14日 {until}")


def test_staff_read_why_and_how_long_the_clock_stood_still(world):
    application = publicity(world)
    step = way(world, application, world.reviewer("CLH")).steps[-1]

    assert step.state == "自动进行中"
    assert step.spent == "不计入办理时限"
    assert [remark.what for remark in step.remarks] == ["暂停计时：公示"]
    assert "办事指南" in step.remarks[0].text
    assert "行政许可法" not in step.remarks[0].text  # §45 does not know 公示


def test_the_counter_reads_that_the_clock_stood_still(world):
    application = publicity(world)
    page = world.client(world.clerk).get(f"/counter/applications/{application.number}/").content.decode()
    assert "暂停计时：公示" in page


def test_task_page_shows_the_way_without_more_questions_for_more_rounds(world):
    application = publicity(world)
    task = application.cases.get().tasks.first()
    client = world.client(world.cast.staff(task.department, "review1"))

    def queries():
        with CaptureQueriesContext(connection) as captured:
            page = client.get(f"/queue/{task.pk}/").content.decode()
        assert "办理过程" in page
        return len(captured)

    few = queries()
    world.pass_time(days=30)
    world.carry()
    for done in world.road.arrived(application):
        world.road.work(done)
    assert queries() <= few


def test_applicant_sees_days_and_no_officials(world):
    application = publicity(world)
    page = world.client(world.citizen.user).get(f"/applications/{application.number}/").content.decode()
    officials = [user.name for user in User.objects.filter(posts__isnull=False)]

    assert "暂停计时：公示" in page
    assert "不计入办理时限" in page
    assert "9月14日至15日，1个工作日" in page
    assert not [name for name in officials if name in page]
    assert "材料齐全、符合法定形式，同意" not in page


def test_applicant_is_told_what_is_usual_and_by_when_most_are_done(world):
    application = world.accepted(FOOD)
    matter = world.version(FOOD).matter
    StepFigures.objects.create(
        matter=matter,
        department=matter.department,
        since=date(2025, 9, 14),
        until=date(2026, 9, 14),
        n=12,
        median=2,
        p90=4,
    )
    client = world.client(world.citizen.user)
    page = client.get(f"/applications/{application.number}/").content.decode()
    assert (
        "近一年同类事项：一半在2个工作日内办完，九成在4个工作日内。照这样，九成的可能在9月18日（周五）前办完。"
        in page
    )

    world.pass_time(days=6)
    page = client.get(f"/applications/{application.number}/").content.decode()
    assert "比近一年九成的同类办件用时久" in page


def test_extension_is_told_with_its_reason_and_the_office_of_who_approved_it(world):
    application = world.accepted(FOOD)
    head = world.head("SCJG")
    User.objects.filter(pk=head.pk).update(name="沈立新")
    head = User.objects.get(pk=head.pk)
    extensions.extend(
        task_id=world.task(application).pk, days=5, reason="须等上级答复", by=head, now=world.now()
    )
    page = world.client(world.citizen.user).get(f"/applications/{application.number}/").content.decode()
    remarks = way(world, application, head).remarks

    assert "办理期限延长5个工作日" in page
    assert "须等上级答复" in page
    assert "市场监督管理局负责人批准" in page
    assert head.name not in page
    assert [(each.who, each.text) for each in remarks if "延期" in each.what] == [(head.name, "须等上级答复")]

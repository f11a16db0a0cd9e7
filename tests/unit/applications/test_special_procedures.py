"""Special procedures and extensions: only as the law allows, told in writing, and counted once."""

import re
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from applications import presenters, selectors
from applications.models import Case, Clock, Extension, Suspension
from applications.presenters.clocks import clock_rows
from applications.presenters.history import case_history
from applications.presenters.queue import TaskRow
from applications.selectors.clocks import CaseClocks
from applications.selectors.history import happenings
from applications.services import clocks, extensions, filing, review, routing, special_procedures
from applications.services.notifications import day_text
from applications.sweeps import run_clocks
from core import clock as time_machine
from core.clock import CHINA, local_date
from core.countdown import countdown
from core.models import Message, OfficialDocument
from tests.proof import press_together, refusals, refused


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def day(moment: datetime | None) -> str:
    return f"{local_date(moment):%m-%d}" if moment else ""


@pytest.fixture
def task(world):
    """A first review held by the first reviewer of the market regulator, since the Monday before National Day."""
    time_machine.set_to(local("2026-09-28 09:00"))
    found = world.task(world.accepted("SCJG-007"))
    return review.claim(task_id=found.pk, by=world.reviewer("SCJG"), now=world.now())


def suspend(world, task, **changes) -> Suspension:
    given = {"kind": "testing", "reason": "须送检", "days": 5, "by": world.reviewer("SCJG")} | changes
    return special_procedures.suspend(task_id=task.pk, now=world.now(), **given)


def extend(world, task, **changes) -> Extension:
    given = {"days": 10, "reason": "须核实的情况较多", "by": world.head("SCJG")} | changes
    return extensions.extend(task_id=task.pk, now=world.now(), **given)


def dates(task) -> tuple[str, str, str]:
    """The last days of the step, the promise and the law."""
    task.refresh_from_db()
    case = Case.objects.get(pk=task.case_id)
    return day(task.due_at), day(case.promised_due_at), day(case.statutory_due_at)


MOVED = "承诺办结日期有变动"


def test_a_promise_moved_by_an_early_end_is_told_to_the_holder_who_did_not_end_it(world, task):
    suspend(world, task)
    world.pass_time(days=1)
    special_procedures.resume(task_id=task.pk, by=world.head("SCJG"), now=world.now())

    told = Message.objects.get(title__startswith=MOVED)  # the applicant has the new day in “检测已结束”
    assert (told.user, told.link) == (world.reviewer("SCJG"), f"/queue/{task.pk}/")
    assert "因检测已结束" in told.body
    assert Message.objects.get(title="检测已结束").applicant == task.case.application.applicant


def test_a_promise_moved_with_the_step_that_ends_is_told_to_the_applicant(world, task):
    suspend(world, task)
    world.pass_time(days=1)
    before = dates(task)[1]
    review.complete(
        task_id=task.pk, outcome="pass", opinion="同意。", by=world.reviewer("SCJG"), now=world.now()
    )

    told = Message.objects.get(title__startswith=MOVED)
    assert dates(task)[1] < before
    assert told.applicant == task.case.application.applicant
    assert "特别程序随环节一并结束" in told.body


def test_a_special_procedure_that_takes_its_time_moves_no_promise(world, task):
    suspend(world, task)
    world.pass_time(days=20)
    run_clocks(now=world.now())

    assert Message.objects.filter(title="检测已结束").exists()
    assert not Message.objects.filter(title__startswith=MOVED).exists()


# --- suspending -------------------------------------------------------------------------------------------------------


def test_suspend_when_the_limit_has_passed(world, task):
    time_machine.set_to(Case.objects.get(pk=task.case_id).statutory_due_at + timedelta(seconds=1))
    with refused("limit_passed"):
        suspend(world, task)
    assert not Suspension.objects.exists()


def test_suspend_moves_every_limit_of_the_case_and_tells_the_applicant(world, task):
    before = dates(task)
    world.pass_time(days=1)
    suspension = suspend(world, task)

    assert day(suspension.expected_end) == "10-12"  # 09-30, 10-08, 10-09, 10-10 and 10-12
    assert dates(task)[0] == "10-13"  # of two days one was used up on 09-29
    assert all(moved > was for moved, was in zip(dates(task), before, strict=True))
    paper = OfficialDocument.objects.get(pk=suspension.document_id)
    assert (paper.title, paper.data["procedure"], paper.data["needed"]) == (
        "特别程序告知书",
        "检测",
        "5个工作日",
    )
    assert "第四十五条" in paper.data["basis"]
    assert paper.data["until"] == "2026-10-12"
    assert paper.data["promised_on"] == str(local_date(Case.objects.get(pk=task.case_id).promised_due_at))
    message = Message.objects.get(title="进入检测")
    assert "不计入办理时限" in message.body
    page = world.client(world.reviewer("SCJG")).get(f"/queue/{task.pk}/").content.decode()
    assert "计时已暂停：预计10月12日" in page
    assert "已用 1 个工作日" in page


def test_resume_gives_back_only_what_it_took(world, task):
    plain = dates(task)
    suspend(world, task)
    world.pass_time(days=1)
    special_procedures.resume(task_id=task.pk, by=world.reviewer("SCJG"), now=world.now())

    assert dates(task)[0] == "10-08"
    assert dates(task)[1] > plain[1]
    assert Message.objects.filter(title="检测已结束").exists()
    with refused("not_suspended"):
        special_procedures.resume(task_id=task.pk, by=world.reviewer("SCJG"), now=world.now())


def test_a_suspension_ends_by_itself_no_later_than_told(world, task):
    suspension = suspend(world, task)
    told = dates(task)
    world.pass_time(days=40)
    assert run_clocks(now=world.now())["suspensions_ended"] == 1
    assert run_clocks(now=world.now())["suspensions_ended"] == 0

    suspension.refresh_from_db()
    assert (suspension.ended_at, suspension.ended_by) == (suspension.expected_end, None)
    assert dates(task) == told


def test_what_ends_with_its_step_or_its_case_counts_until_then(world, task):
    suspension = suspend(world, task)
    world.pass_time(days=1)
    filing.withdraw(
        application_id=task.case.application_id, reason="不办了", by=world.citizen.user, now=world.now()
    )
    suspension.refresh_from_db()
    assert suspension.ended_at is not None
    assert not Clock.objects.running().filter(application=task.case.application_id).exists()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": "lunch"}, "kind_not_lawful"),
        ({"kind": "guide"}, "kind_not_lawful"),
        ({"reason": " "}, "reason_required"),
        ({"kind": "publicity"}, "basis_required"),
        ({"days": 0}, "days_range"),
        ({"days": 61}, "days_range"),
    ],
)
def test_suspend_is_refused_without_what_the_law_asks(world, task, changes, code):
    with refused(code):
        suspend(world, task, **changes)


def test_suspend_twice_is_refused(world, task):
    suspend(world, task)
    with refused("already_suspended"):
        suspend(world, task)


def test_a_suspension_without_a_notice_cannot_be_written(world, task):
    with pytest.raises(IntegrityError), transaction.atomic():
        Suspension.objects.create(
            case=task.case,
            task=task,
            kind="testing",
            basis="第四十五条",
            reason="须送检",
            expected_days=5,
            expected_end=world.now() + timedelta(days=5),
            started_at=world.now(),
        )


# --- extending --------------------------------------------------------------------------------------------------------


def test_extend_adds_working_days_once_and_tells_the_applicant(world, task):
    before = dates(task)
    case = Case.objects.get(pk=task.case_id)
    extension = extend(world, task, days=3)

    after = dates(task)
    assert after[0] == before[0]  # the step has its own limit
    assert after[1] > before[1]
    assert after[2] > before[2]
    paper = OfficialDocument.objects.get(pk=extension.document_id)
    assert paper.title == "延期办理告知书"
    assert paper.data["due_before"] == str(local_date(case.statutory_due_at))
    assert paper.data["due_on"] == str(local_date(Case.objects.get(pk=case.pk).statutory_due_at))
    assert "延长 3 个工作日" in Message.objects.get(title="办理时限依法延长").body
    with refused("already_extended"):
        extend(world, task, days=1)
    page = world.client(world.head("SCJG")).get(f"/queue/{task.pk}/").content.decode()
    assert "批准延长 3 个工作日" in page


def test_extension_and_suspension_count_together(world, task):
    statutory = Clock.objects.get(case=task.case_id, kind="statutory")
    extend(world, task)
    suspend(world, task)
    statutory.refresh_from_db()

    # ten and ten working days after 09-28, without the five from 09-29 to 10-10
    assert (statutory.value, day(statutory.due_at)) == (10, "11-06")


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"days": 11}, "days_range"), ({"days": 0}, "days_range"), ({"reason": ""}, "reason_required")],
)
def test_extend_is_refused_beyond_the_law(world, task, changes, code):
    with refused(code):
        extend(world, task, **changes)


def test_extend_is_the_heads_alone(world, task):
    for by, code in (
        (world.reviewer("SCJG"), "post_required"),
        (world.head("GAJ"), "other_department"),
        (world.cast.user("government1"), "post_required"),
    ):
        with refused(code):
            extend(world, task, by=by)


def test_extend_after_expiry_is_refused(world, task):
    world.pass_time(days=60)
    with refused("limit_passed"):
        extend(world, task)


def test_a_joint_matter_is_extended_by_the_government(world):
    time_machine.set_to(local("2026-09-28 09:00"))
    application = world.accepted("B01")
    task = world.task(application, matter="SCJG-001")
    government = world.cast.user("government1")
    assert day(Clock.objects.get(application=application, kind="bundle").due_at) == "12-04"
    with refused("post_required"):
        extend(world, task)
    with refused("days_range"):
        extend(world, task, days=16, by=government)

    assert world.client(government).get(f"/queue/{task.pk}/extend/").status_code == 200
    extension = extend(world, task, days=15, by=government)

    assert (extension.application, extension.case) == (application, None)
    assert day(Clock.objects.get(application=application, kind="bundle").due_at) == "12-25"
    with refused("already_extended"):
        extend(world, task, days=1, by=government)


def test_a_promise_that_has_passed_stays_passed_when_the_legal_limit_is_extended(world, task):
    case = Case.objects.get(pk=task.case_id)
    Clock.objects.filter(case=case, kind="statutory").update(value=30)
    clocks.recompute(application=case.application)
    time_machine.set_to(case.promised_due_at + timedelta(days=1))
    before = dates(task)
    extend(world, task, days=10)

    after = dates(task)
    assert after[1] == before[1]
    assert after[2] > before[2]
    body = Message.objects.get(title="办理时限依法延长").body
    assert f"法定办结期限延至{day_text(Case.objects.get(pk=case.pk).statutory_due_at)}" in body
    assert "承诺" not in body
    suspend(world, task)  # reckoned anew, it stays where it is
    assert dates(task)[1] == before[1]


def test_an_extension_says_which_limit_each_day_is_and_who_approved_it(world, task):
    extension = extend(world, task, days=3)
    case = Case.objects.get(pk=task.case_id)
    body = Message.objects.get(title="办理时限依法延长").body

    assert "经市场监督管理局负责人批准延长 3 个工作日" in body
    assert f"法定办结期限延至{day_text(case.statutory_due_at)}" in body
    assert f"承诺办结日期改为{day_text(case.promised_due_at)}" in body
    paper = OfficialDocument.objects.get(pk=extension.document_id)
    assert paper.data["promised_on"] == str(local_date(case.promised_due_at))


def test_an_early_end_tells_the_day_of_the_law_as_well(world, task):
    extend(world, task, days=3)
    suspend(world, task)
    world.pass_time(days=1)
    special_procedures.resume(task_id=task.pk, by=world.head("SCJG"), now=world.now())
    case = Case.objects.get(pk=task.case_id)
    body = Message.objects.get(title="检测已结束").body
    assert f"法定办结期限为 {day_text(case.statutory_due_at)}。" in body


def test_a_step_done_while_its_procedure_runs_says_that_it_goes_on_no_more(world, task):
    suspend(world, task)
    world.pass_time(days=1)
    review.complete(
        task_id=task.pk, outcome="pass", opinion="同意。", by=world.reviewer("SCJG"), now=world.now()
    )
    application = task.case.application
    page = world.client(application.applicant.user).get(f"/applications/{application.number}/")
    assert "恢复计时：所在环节已办完，检测不再继续" in page.content.decode()
    assert "检测已结束" not in page.content.decode()


def test_no_special_procedure_is_chosen_for_anybody(world, task):
    page = world.client(world.reviewer("SCJG")).get(f"/queue/{task.pk}/suspend/").content.decode()
    assert re.search(r'<option value=""[^>]*>请选择', page)
    assert not re.search(r'<option value="hearing"[^>]*selected', page)


def test_a_limit_in_days_of_the_calendar_is_told_in_them(world, task):
    begun, now = local("2026-09-30 10:00"), local("2026-10-03 10:00")
    clock = Clock(kind="special", value=7, unit="day", started_at=begun, due_at=local("2026-10-09 23:59"))
    (row,) = clock_rows(CaseClocks([clock], [], []), countdown(now), now)
    assert (row.words, row.limit) == ("已用 1 天", "7天（自然日）")


def test_a_joint_extension_moves_neither_a_members_own_legal_limit_nor_what_begins_later(world):
    time_machine.set_to(local("2026-09-28 09:00"))
    application = world.accepted("B01")
    task = world.task(application, matter="SCJG-001")
    first = Case.objects.get(pk=task.case_id)
    later = application.cases.exclude(status="in_review").first()
    government = world.cast.user("government1")
    extend(world, task, days=5, by=government)

    now = Case.objects.get(pk=first.pk)
    assert (now.statutory_due_at, now.promised_due_at > first.promised_due_at) == (
        first.statutory_due_at,
        True,
    )
    own = world.client(application.applicant.user)
    page = own.get(f"/applications/{application.number}/").content.decode()
    assert "本级政府负责人批准" in page
    assert government.name not in page

    world.pass_time(days=1)
    routing.start_case(case=later, by=None, now=world.now())
    began = Case.objects.get(pk=later.pk).promised_due_at
    assert clocks.recompute(application=application) == []
    assert Case.objects.get(pk=later.pk).promised_due_at == began
    read = selectors.application_by_id(application.applicant.user, application.pk).cases.all()
    extended = {
        case.pk
        for case in read
        for remark in case_history(case, happenings(case, world.now()), world.now()).remarks
        if remark.what == "延期5个工作日"
    }
    assert first.pk in extended
    assert later.pk not in extended


@pytest.mark.django_db(transaction=True)
def test_extend_pressed_together_happens_once(world, task):
    results = press_together([lambda: extend(world, task)] * 3)

    assert refusals(results) == ["already_extended"] * 2
    assert Extension.objects.count() == 1


def test_pages_count_no_day_on_which_the_limits_stand_still(world, task):
    days = countdown(world.now())
    before = days.left(Case.objects.get(pk=task.case_id).promised_due_at)
    suspend(world, task, days=5)

    application = selectors.application_by_id(task.case.application.applicant.user, task.case.application_id)
    case = application.cases.get(pk=task.case_id)
    assert presenters.case_row(case, days).days_left == before
    assert presenters.standing(application, now=world.now(), countdown=days).days_left == before
    row = TaskRow(case.tasks.get(pk=task.pk), world.head("SCJG"), days, world.now())
    assert row.days_left == task.step.days

"""How the portal runs, for whoever runs it: what is counted, what does not arrive and why, and sending it again."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localtime
from kombu.exceptions import OperationalError

from applications.models import ReviewTask
from core.errors import Refusal
from core.models import AuditEntry, Message, OfficialDocument, Sms
from core.models.dispatch import STUCK_AFTER
from core.queue import OF_NO_DEPARTMENT, SHARED
from core.services import dispatch
from core.templatetags.ui import cn_datetime
from matters.models import Department
from portal import crew, health, operations, sweeping
from portal.operations_page import OperationsPage, lasting
from systems.models import DepartmentSystem
from tests.proof import refused

pytestmark = pytest.mark.django_db
FOOD = "SCJG-007"


@pytest.fixture(autouse=True)
def _fresh():
    caches["near"].clear()
    yield
    caches["near"].clear()


@pytest.fixture
def lost(world):
    """A task whose messages nobody receipted, sent until it is stuck."""
    application = world.road.accept(world.submitted(FOOD))
    task = ReviewTask.objects.get(case__application=application, status="released")
    now = world.now()
    for _ in range(STUCK_AFTER):
        now += timedelta(minutes=11)
        sweeping.sweep(now=now)
    return ReviewTask.objects.get(pk=task.pk)


def sweep_of_tasks():
    return operations.sweep_of("reviewtask")


def state_of(kind):
    return next(each for each in operations.work() if each.sweep.kind == kind)


# --- what is seen ---------------------------------------------------------------------------------------------------
def test_queues_say_what_has_not_arrived_waits_is_held_and_is_late(world, lost):
    opened = world.task(world.accepted(FOOD))
    held = world.task(world.accepted(FOOD))
    ReviewTask.objects.filter(pk=held.pk).update(
        status="claimed", claimed_by=world.reviewer("SCJG"), claimed_at=world.now()
    )
    ReviewTask.objects.filter(pk=lost.pk).update(
        receipted_at=None, status="released", next_attempt_at=world.now()
    )
    ReviewTask.objects.filter(pk=opened.pk).update(due_at=world.now() - timedelta(days=1))

    found = next(each for each in operations.queues(world.now()) if each.department == "SCJG")
    assert (found.not_arrived, found.open, found.claimed, found.overdue) == (1, 1, 1, 1)
    assert found.oldest_released_at == lost.released_at
    assert found.oldest_open_at == opened.released_at


def test_page_says_first_what_needs_somebody(world, lost):
    client = world.client(world.administrator)
    page = client.get("/desk/operations/")
    shown = page.content.decode()

    assert "有没有送达的工作：" in shown
    row = next(each for each in page.context["page"].kinds if each.trouble and each.name == "派发部门任务")
    assert row.word == ("1 件没有回执", "waiting")
    assert f'href="{row.url}"' in shown
    told = client.get(row.url).content.decode()
    assert lost.case.number in told
    assert "处理这个队列的进程可能没有运行" in told


def test_pages_are_the_administrators_alone(world, lost):
    for user in (world.reviewer("SCJG"), world.head("SCJG"), world.clerk):
        client = world.client(user)
        assert client.get("/desk/operations/").status_code == 403
        assert client.get("/desk/operations/reviewtask/").status_code == 403
        assert client.post(f"/desk/operations/reviewtask/{lost.pk}/rerun/").status_code == 403
        assert client.post("/desk/operations/reviewtask/rerun/").status_code == 403
    assert world.client(world.administrator).get("/desk/operations/nothing/").status_code == 404


def test_page_asks_as_much_however_many_are_stuck(world, lost):
    client = world.client(world.administrator)
    asked = []
    for _ in range(2):
        caches["near"].clear()
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get("/desk/operations/reviewtask/").status_code == 200
        asked.append(len(captured))
        more = world.road.accept(world.submitted(FOOD))
        ReviewTask.objects.filter(case__application=more).update(attempts=STUCK_AFTER)
    assert asked[0] == asked[1]


def page_of(*, missing=(), missing_departments=(), checks=None, workers=(), states=None, systems=()):
    """Return the page of a portal of four departments, with this missing."""
    codes = ("SCJG", "SWJ", "GAJ", "ZJJ")
    found = health.Health(
        checks={"broker": "ok", "shared_workers": "ok", **(checks or {})},
        missing_queues=list(missing),
        missing_departments=list(missing_departments),
    )
    queues = [operations.QueueState(name) for name in OF_NO_DEPARTMENT]
    queues += states or [operations.QueueState(f"dept.{code}", code, code) for code in codes]
    now = datetime(2026, 10, 16, 6, 5, 9, tzinfo=UTC)
    return OperationsPage(found, queues, [], workers, systems, now, now)


FAILURES = (("税务局", 2), ("公安局", 0))


@pytest.mark.parametrize(
    ("missing", "departments", "told"),
    [
        ((), (), ("各队列都有进程在处理，没有卡住的工作", "success")),
        (OF_NO_DEPARTMENT, ("SCJG", "SWJ", "GAJ", "ZJJ"), ("公共队列没有进程，谁的事都不能往下办", "danger")),
        (("clock",), (), ("公共队列没有进程：期限与扫描", "danger")),
        (("background",), (), ("后台队列没有进程：导入、汇编与统计", "warn")),
        ((), ("SWJ",), ("部门队列没有进程：SWJ", "warn")),
        ((), ("SCJG", "SWJ", "GAJ", "ZJJ"), ("部门队列没有进程：SCJG、SWJ、GAJ等 4 个", "warn")),
    ],
)
def test_headline_names_in_words_what_is_missing_the_worst_first(missing, departments, told):
    assert page_of(missing=missing, missing_departments=departments).headline == told


def test_what_is_missing_besides_stands_below_the_headline():
    page = page_of(
        missing=("clock", "background"), missing_departments=("SWJ",), checks={"sweeps": "degraded"}
    )
    assert [tone for _, tone in page.told] == ["danger", "warn", "warn", "warn"]
    assert page_of(checks={"sweeps": "degraded"}).headline[1] == "warn"


def test_a_system_that_does_not_take_what_is_sent_is_named():
    systems = [DepartmentSystem(department=Department(name=name), failures=n) for name, n in FAILURES]
    assert page_of(systems=systems).headline == ("部门系统没有接收推送：税务局，见“部门系统”", "warn")
    assert page_of(systems=systems[1:]).headline[1] == "success"


def test_while_the_broker_is_away_nobody_says_that_there_are_workers():
    page = page_of(checks={"broker": "unavailable"})
    del page.health.checks["shared_workers"]
    assert page.headline == ("不可用：消息队列", "danger")
    assert {row.worker for row in page.rows} == {("未知", "neutral")}
    assert page.quiet_departments == []


def test_departments_that_need_nobody_are_folded():
    def state(code, **more):
        return operations.QueueState(f"dept.{code}", code, code, **more)

    states = [
        state("A", messages=0, open=4, claimed=2),
        state("B", messages=1),
        state("C", not_arrived=1),
        state("D", overdue=1),
        state("E"),
    ]
    page = page_of(states=states, missing_departments=["E"])
    assert [row.name for row in page.busy_departments] == ["E", "C", "D", "B"]
    assert [row.name for row in page.quiet_departments] == ["A"]


@pytest.mark.parametrize(
    ("queues", "said"),
    [
        ((*OF_NO_DEPARTMENT, "dept.SCJG", "dept.SWJ", "dept.GAJ", "dept.ZJJ"), "全部队列"),
        (SHARED, "公共"),
        (("background",), "后台"),
        (("clock", "background"), "期限与扫描；后台"),
        (("dept.SWJ",), "SWJ"),
        (("dept.SCJG", "dept.SWJ", "dept.GAJ", "dept.ZJJ"), "全部部门"),
        ((*SHARED, "dept.SWJ", "dept.GAJ"), "公共；SWJ、GAJ"),
    ],
)
def test_queues_of_a_worker_are_said_in_short(queues, said):
    worker = crew.Worker("portal", "hall-1", 2, frozenset(queues), 7300, 12)
    (row,) = page_of(workers=[worker]).crew
    assert (row.queues, row.running, row.taken) == (said, "2小时", "12")


def test_page_opens_while_the_broker_is_away(world, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError("no broker")

    monkeypatch.setattr(crew.app.control, "inspect", away)
    page = world.client(world.administrator).get("/desk/operations/")
    assert page.status_code == 200
    assert "没有进程应答" in page.content.decode()


def test_page_says_of_when_it_is(world):
    page = world.client(world.administrator).get("/desk/operations/").content.decode()
    assert re.search(r"截至 \d\d:\d\d:\d\d", page)
    assert "上次定时扫描" in page


def test_stuck_rows_say_when_they_were_tried_and_when_they_are_tried_again(world, lost):
    again_at = lost.next_attempt_at
    sent_at = again_at - timedelta(minutes=10)
    told = world.client(world.administrator).get("/desk/operations/reviewtask/").content.decode()
    assert f"上次 {cn_datetime(sent_at)}" in told
    assert f"下次 {cn_datetime(again_at)}" in told
    ReviewTask.objects.filter(pk=lost.pk).update(attempts=0, next_attempt_at=again_at)
    assert ReviewTask.objects.get(pk=lost.pk).last_sent_at == again_at - timedelta(seconds=15)


def test_given_up_documents_and_messages_say_which_they_are_and_nothing_personal(world):
    world.submitted(FOOD)
    document = OfficialDocument.objects.first()
    OfficialDocument.objects.update(failed_at=world.now(), receipted_at=None)
    Sms.objects.create(
        phone="13812343210",
        text="您好",
        created_at=world.now(),
        next_attempt_at=world.now(),
        failed_at=world.now(),
    )
    client = world.client(world.administrator)
    assert document.number in client.get("/desk/operations/officialdocument/").content.decode()
    told = client.get("/desk/operations/sms/").content.decode()
    assert f"{localtime(world.now()):%Y-%m-%d %H:%M} 写成" in told
    assert "停止" in told
    assert "13812343210" not in told


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.2, "不到1秒"), (1, "1秒"), (59, "59秒"), (60, "1分钟"), (7300, "2小时"), (200_000, "2天")],
)
def test_spans_are_said_in_their_largest_unit(seconds, said):
    assert lasting(seconds) == said


# --- sending again --------------------------------------------------------------------------------------------------
def test_what_is_stuck_is_sent_again_from_the_page(world, lost):
    client = world.client(world.administrator)
    page = client.post(f"/desk/operations/reviewtask/{lost.pk}/rerun/", follow=True)
    lost.refresh_from_db()

    assert "已重新派发" in page.content.decode()
    assert (lost.attempts, lost.failed_at) == (0, None)
    assert AuditEntry.objects.filter(
        act="dispatch.rerun", record_id=str(lost.pk), actor=world.administrator
    ).exists()
    world.carry()
    assert state_of("reviewtask").stuck == 0
    again = client.post(f"/desk/operations/reviewtask/{lost.pk}/rerun/")
    assert again.status_code == 409
    assert "已经办完" in again.content.decode()


def test_all_of_a_kind_are_sent_again_once(world, lost):
    more = world.road.accept(world.submitted(FOOD))
    ReviewTask.objects.filter(case__application=more, status="released").update(attempts=STUCK_AFTER)
    client = world.client(world.administrator)

    assert (
        "已重新派发 2 件" in client.post("/desk/operations/reviewtask/rerun/", follow=True).content.decode()
    )
    assert (
        "已重新派发 0 件" in client.post("/desk/operations/reviewtask/rerun/", follow=True).content.decode()
    )


def test_what_was_given_up_waits_for_the_operator_and_then_is_done(world):
    sms = Sms.objects.create(
        phone="13812343210",
        text="您好",
        created_at=world.now(),
        next_attempt_at=world.now(),
        attempts=8,
        failed_at=world.now(),
    )
    assert sweeping.sweep(now=world.now() + timedelta(days=1))["core.send_sms"] == 0
    assert state_of("sms").given_up == 1
    row = world.client(world.administrator).get("/desk/operations/sms/").content.decode()
    assert "已停止派发" in row
    assert "您好" not in row

    dispatch.rerun(sweep=operations.sweep_of("sms"), pk=sms.pk, by=world.administrator, now=world.now())
    assert state_of("sms").given_up == 0
    assert sweeping.sweep(now=world.now() + timedelta(minutes=1))["core.send_sms"] == 1


def test_a_row_that_waits_for_nothing_is_not_sent(world):
    case = world.accepted(FOOD).cases.get()
    with refused("nothing_waits"):
        dispatch.rerun(sweep=operations.sweep_of("case"), pk=case.pk, by=world.administrator, now=world.now())


# --- why, and who is told -------------------------------------------------------------------------------------------
def test_administrators_are_told_once_a_day_and_kind(world, lost):
    def told():
        return Message.objects.filter(user=world.administrator, title__contains="派发部门任务").count()

    assert told() == 1
    now = world.now() + timedelta(minutes=90)
    sweeping.sweep(now=now)
    assert told() == 1
    sweeping.sweep(now=now + timedelta(days=1))
    assert told() == 2
    (link,) = set(Message.objects.filter(title__contains="派发部门任务").values_list("link", flat=True))
    assert link == "/desk/operations/"


def test_every_kind_of_work_has_a_name_and_an_address():
    kinds = [sweep.kind for sweep in sweeping.SWEEPS]
    assert len(set(kinds)) == len(kinds)
    assert all(sweep.title for sweep in sweeping.SWEEPS)


# --- numbers --------------------------------------------------------------------------------------------------------
def read(settings, token="let-me-read", sent="let-me-read"):
    settings.METRICS_TOKEN = token
    return Client().get("/metrics/", headers={"Authorization": f"Bearer {sent}"})


def test_metrics_are_for_whoever_knows_the_token(world, settings):
    assert read(settings).status_code == 200
    assert read(settings, sent="let-me-rea").status_code == 404
    assert read(settings, token="", sent="").status_code == 404
    settings.METRICS_TOKEN = "let-me-read"
    assert world.client(world.administrator).get("/metrics/").status_code == 404


def test_metrics_tell_depth_age_what_is_late_and_what_was_given_up(world, lost, settings):
    OfficialDocument.objects.update(receipted_at=None, failed_at=world.now())
    ReviewTask.objects.filter(pk=lost.pk).update(due_at=world.now() - timedelta(days=1))
    text = read(settings).content.decode()

    for line in (
        'portal_tasks{department="SCJG",status="released"} 1.0',
        'portal_tasks_oldest_seconds{department="SCJG",status="released"}',
        'portal_tasks_overdue{department="SCJG"} 1.0',
        'portal_work_stuck{kind="reviewtask"} 1.0',
        'portal_work_given_up{kind="officialdocument"}',
        'portal_queue_without_worker{queue="dept.SCJG"}',
        'portal_up{part="database"} 1.0',
    ):
        assert line in text, text
    assert world.citizen.id_number not in text


def test_refusal_of_rerun_is_a_page_not_a_crash(world):
    with pytest.raises(Refusal):
        dispatch.rerun(sweep=sweep_of_tasks(), pk=0, by=world.administrator, now=world.now())

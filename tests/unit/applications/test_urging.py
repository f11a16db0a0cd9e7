"""Urging: who may, who answers, that everybody concerned is told, and that it marks the task."""

import pytest

from applications import selectors
from applications.models import Urging
from applications.services import review, urging
from core.errors import NotFound
from core.models import AuditEntry
from core.selectors import inbox
from tests.proof import press_together, refusals, refused

FOOD = "SCJG-007"


@pytest.fixture
def task(world):
    """A first review held by the first reviewer of the market regulator."""
    found = world.task(world.accepted(FOOD))
    return review.claim(task_id=found.pk, by=world.reviewer("SCJG"), now=world.now())


def urge(world, task, by=None, **changes):
    said = {"text": "已近期限，请今天办结。", "workdays": 1, **changes}
    return urging.urge(task_id=task.pk, by=by or world.supervisor, now=world.now(), **said)


def answer(world, task, by, text="明天上午办结。"):
    return urging.answer(task_id=task.pk, text=text, by=by, now=world.now())


def test_urging_by_page_marks_the_task_and_is_answered(world, task):
    holder, supervisor = world.client(world.reviewer("SCJG")), world.client(world.supervisor)
    assert f"/queue/{task.pk}/urge/" in supervisor.get(f"/queue/{task.pk}/").content.decode()
    assert f"/queue/{task.pk}/urge/" not in holder.get(f"/queue/{task.pk}/").content.decode()

    sent = supervisor.post(f"/queue/{task.pk}/urge/", {"text": "请今天办结。", "workdays": "1"})
    assert sent.status_code == 302
    assert "督办" in holder.get("/queue/").content.decode()
    page = holder.get(f"/queue/{task.pk}/").content.decode()
    assert "请今天办结。" in page
    assert f"/queue/{task.pk}/answer-urging/" in page
    assert "请今天办结。" in holder.get(f"/queue/{task.pk}/answer-urging/").content.decode()

    assert holder.post(f"/queue/{task.pk}/answer-urging/", {"text": "下午办结。"}).status_code == 302
    page = supervisor.get(f"/queue/{task.pk}/").content.decode()
    assert "下午办结。" in page
    assert "督办，请答复" not in page


def test_a_head_finds_above_the_list_what_is_urged_of_other_posts_too(world, task):
    head, stranger = world.client(world.head("SCJG")), world.client(world.head("GAJ"))
    assert "等本部门答复的督办" not in head.get("/queue/").content.decode()
    urge(world, task)

    page = head.get("/queue/")
    assert page.context["rows"] == []  # a review is no head's work
    assert [each.task_id for each in page.context["urged"]] == [task.pk]
    assert f'href="/queue/{task.pk}/"' in page.content.decode()
    assert stranger.get("/queue/").context["urged"] == []
    answer(world, task, world.head("SCJG"))
    assert head.get("/queue/").context["urged"] == []


def test_urging_tells_holder_and_head_and_the_answer_tells_who_urged(world, task):
    asked = urge(world, task)
    for reader in (world.reviewer("SCJG"), world.head("SCJG")):
        (message,) = inbox(reader)
        assert task.case.number in message.body
        assert "请今天办结" in message.body
    assert not inbox(world.reviewer2("SCJG")).exists()
    assert asked.answer_due_at > world.now()

    answer(world, task, world.head("SCJG"))
    assert "明天上午办结" in inbox(world.supervisor).get().body
    acts = AuditEntry.objects.filter(act__startswith="urging.").order_by("id")
    assert list(acts.values_list("act", flat=True)) == ["urging.ask", "urging.answer"]


def test_urging_past_its_answer_day_says_that_it_is_late_and_to_whom_it_falls(world, task):
    holder, head = world.client(world.reviewer("SCJG")), world.client(world.head("SCJG"))
    urge(world, task)
    page = holder.get(f"/queue/{task.pk}/").content.decode()
    assert "请在9月15日（周二）前（含当日）" in page
    assert "已超期；请立即" not in page

    world.pass_time(days=2)
    page = holder.get(f"/queue/{task.pk}/").content.decode()
    assert "请在9月15日（周二）前（含当日）答复，已超期；请立即" in page
    asked = f"请在9月15日（周二）前（含当日）答复{world.supervisor.name}，<strong>已超期</strong>"
    assert asked in head.get("/queue/").content.decode()


def test_urging_is_refused_to_who_may_not(world, task):
    for by in (world.head("SCJG"), world.head("GAJ"), world.reviewer("SCJG"), world.clerk):
        with refused("may_not_urge"):
            urge(world, task, by)


def test_urging_a_member_of_a_bundle_is_the_lead_departments_alone(world):
    application = world.accepted("B04", applicant=world.company)
    lead = application.bundle.lead_department.code
    theirs = selectors.led_tasks(world.head(lead)).exclude(department__code=lead)
    member = theirs.first()
    other = next(code for code in ("GAJ", "RSJ", "WJJ") if code not in (lead, member.department.code))

    with refused("may_not_urge"):
        urge(world, member, world.head(other))
    with refused("may_not_urge"):
        urge(world, member, world.head(member.department.code))
    with pytest.raises(NotFound):
        selectors.task_for(world.head(other), member.pk)
    assert selectors.task_for(world.head(lead), member.pk).pk == member.pk
    assert world.client(world.head(lead)).get(f"/queue/{member.pk}/").status_code == 200
    urge(world, member, world.head(lead))


def test_urging_once_at_a_time(world, task):
    urge(world, task)
    with refused("already_urged"):
        urge(world, task)
    answer(world, task, world.reviewer("SCJG"))
    with refused("not_urged"):
        answer(world, task, world.reviewer("SCJG"))
    urge(world, task)


def test_urging_says_what_is_missing(world, task):
    with refused("text_required"):
        urge(world, task, text=" ")
    with refused("workdays_range"):
        urge(world, task, workdays=11)
    urge(world, task)
    with refused("text_required"):
        answer(world, task, world.reviewer("SCJG"), text=" ")
    with refused("post_required"):
        answer(world, task, world.reviewer2("SCJG"))


def test_urging_a_task_that_is_done_is_refused(world, task):
    review.complete(
        task_id=task.pk, outcome="pass", opinion="同意", by=world.reviewer("SCJG"), now=world.now()
    )
    with refused("task_ended"):
        urge(world, task)


@pytest.mark.django_db(transaction=True)
def test_urging_pressed_twice_at_the_same_instant_is_one(world, task):
    results = press_together([lambda: urge(world, task)] * 2)

    assert refusals(results) == ["already_urged"]
    assert Urging.objects.filter(task=task).count() == 1

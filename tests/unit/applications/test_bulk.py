"""One act on many tasks: each by the rules of the single act, each once, whatever comes twice or dies half-way."""

import pytest
from django.db import IntegrityError, transaction

from applications.models import BulkAct, BulkItem, Decision, StatusChange
from applications.services import bulk, review
from applications.sweeps import SWEEPS
from core.models import User
from matters.services.posts import give_post
from tests.proof import everything, press_together, refused

FOOD = "SCJG-007"


@pytest.fixture
def tasks(world):
    """Three first reviews that wait in the market regulator's queue."""
    return [world.task(world.accepted(FOOD)) for _ in range(3)]


def ask(world, kind, tasks, *, by=None, **said):
    ids = [task.pk for task in tasks]
    return bulk.ask(kind=kind, task_ids=ids, by=by or world.reviewer("SCJG"), now=world.now(), **said)


def run(world, act, *, size=bulk.SLICE):
    """Let the consumer run as often as it sends itself again."""
    times = 0
    while bulk.run_slice(bulk_id=act.pk, now=world.now(), size=size):
        times += 1
        act.refresh_from_db()
        if act.receipted_at:
            break
    return times


def refusals_of(act):
    return dict(BulkItem.objects.filter(bulk=act).exclude(refusal="").values_list("task", "refusal"))


def states(tasks):
    for task in tasks:
        task.refresh_from_db()
    return [task.status for task in tasks]


# --- each by the rules of the single act ----------------------------------------------------------------------------
def test_claim_of_many_leaves_out_what_a_colleague_has(world, tasks):
    colleague = world.reviewer2("SCJG")
    review.claim(task_id=tasks[1].pk, by=colleague, now=world.now())
    act = ask(world, "claim", tasks)

    assert run(world, act, size=2) == 2
    assert states(tasks) == ["claimed"] * 3
    assert [task.claimed_by for task in tasks] == [world.reviewer("SCJG"), colleague, world.reviewer("SCJG")]
    assert refusals_of(act) == {tasks[1].pk: f"{colleague.name}已领取这项任务，请领取下一件。"}


def test_put_back_of_many_returns_ones_own_and_leaves_what_others_hold(world, tasks):
    reviewer, colleague = world.reviewer("SCJG"), world.reviewer2("SCJG")
    review.claim(task_id=tasks[0].pk, by=reviewer, now=world.now())
    review.claim(task_id=tasks[1].pk, by=colleague, now=world.now())
    act = ask(world, "put_back", tasks)
    run(world, act)

    assert states(tasks) == ["open", "claimed", "open"]
    assert set(refusals_of(act)) == {tasks[1].pk, tasks[2].pk}
    of_the_head = ask(world, "put_back", [tasks[1]], by=world.head("SCJG"))
    run(world, of_the_head)
    assert states(tasks) == ["open"] * 3
    assert refusals_of(of_the_head) == {}


def test_pass_of_many_claims_what_waits_and_writes_one_opinion(world, tasks):
    reviewer = world.reviewer("SCJG")
    review.claim(task_id=tasks[0].pk, by=reviewer, now=world.now())
    review.claim(task_id=tasks[2].pk, by=world.reviewer2("SCJG"), now=world.now())
    act = ask(world, "pass", tasks, text="材料齐全")
    run(world, act)

    assert states(tasks) == ["done", "done", "claimed"]
    assert {task.opinion for task in tasks[:2]} == {"材料齐全"}
    assert set(refusals_of(act)) == {tasks[2].pk}


def test_pass_of_an_inspection_by_one_is_refused_and_undoes_its_claim(world, tasks):
    for task in tasks[:1]:
        world.road.work(task)
    world.carry()
    inspection = world.task(tasks[0].case.application, "inspect")
    act = ask(world, "pass", [inspection, tasks[1]], text="合格")
    run(world, act)

    assert states([inspection, tasks[1]]) == ["open", "done"]
    assert "须 2 人" in refusals_of(act)[inspection.pk]
    assert not StatusChange.objects.filter(task=inspection, act="claim").exists()


def test_grant_of_many_refuses_the_acceptor_and_what_is_no_decision(world, tasks):
    own, other = world.accepted("SCJG-001"), world.accepted("SCJG-001")
    clerk = world.clerk
    give_post(
        user=clerk,
        department=world.department("SCJG"),
        role="decider",
        by=world.administrator,
        now=world.now(),
    )
    type(other).objects.filter(pk=other.pk).update(accepted_by=world.clerk2)
    decisions = [world.task(each, "decide") for each in (own, other)]
    act = ask(world, "grant", [*decisions, tasks[0]], by=User.objects.get(pk=clerk.pk))
    run(world, act)

    assert list(Decision.objects.values_list("case__application", "outcome")) == [(other.pk, "granted")]
    told = refusals_of(act)
    assert set(told) == {decisions[0].pk, tasks[0].pk}
    assert "您受理了这项申请" in told[decisions[0].pk]
    assert all(sentence.endswith("。") for sentence in told.values())


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("claim", "部门任务现在是“已完成”，不能再“批量领取”"),
        ("pass", "这项任务已完成，不能再办"),
        ("hand", "部门任务现在是“已完成”，不能再“批量转交”"),
    ],
)
def test_what_is_done_meanwhile_is_refused_in_words_that_are_true(world, tasks, kind, said):
    by = world.head("SCJG") if kind == "hand" else world.reviewer("SCJG")
    act = ask(world, kind, tasks[:1], by=by, text="齐全", to=world.reviewer2("SCJG"))
    world.road.work(tasks[0])
    run(world, act)

    assert list(refusals_of(act).values()) == [f"{said}。请刷新页面查看最新进展。"]


def test_handing_on_of_many_assigns_what_waits_and_transfers_what_is_held(world, tasks):
    head, to = world.head("SCJG"), world.reviewer2("SCJG")
    review.claim(task_id=tasks[0].pk, by=world.reviewer("SCJG"), now=world.now())
    act = ask(world, "hand", tasks, by=head, to=to, text="调度")
    run(world, act)

    assert {task.claimed_by for task in tasks if task.refresh_from_db() is None} == {to}
    acts = StatusChange.objects.filter(task__in=tasks, by=head).order_by("task").values_list("act", flat=True)
    assert list(acts) == ["transfer", "assign", "assign"]


@pytest.mark.parametrize(
    ("kind", "who", "said", "code"),
    [
        ("dance", "scjg.review1", {}, "unknown_act"),
        ("pass", "scjg.review1", {}, "opinion_required"),
        ("hand", "scjg.review1", {"text": "调度"}, "post_required"),
        ("hand", "scjg.head", {"text": "调度"}, "to_required"),
        ("hand", "scjg.head", {"to": "scjg.review1"}, "reason_required"),
        ("claim", "gaj.review1", {}, "task_unknown"),
        ("claim", "supervisor1", {}, "post_required"),
        ("claim", "citizen1", {}, "post_required"),
    ],
)
def test_ask_with_wrong_input_writes_nothing(world, tasks, kind, who, said, code):
    if "to" in said:
        said = {**said, "to": world.cast.user(said["to"])}
    with refused(code):
        ask(world, kind, tasks, by=world.cast.user(who), **said)


def test_ask_for_none_or_for_more_than_five_hundred_is_refused(world):
    with refused("nothing_chosen"):
        ask(world, "claim", [])
    with refused("too_many"):
        bulk.ask(kind="claim", task_ids=range(1, 502), by=world.reviewer("SCJG"), now=world.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        BulkAct.objects.create(kind="claim", by=world.clerk, asked_at=world.now(), total=501)


def test_whoever_loses_the_post_meanwhile_is_refused_task_by_task(world, tasks):
    act = ask(world, "claim", tasks)
    world.reviewer("SCJG").posts.update(ended_at=world.now(), ended_by=world.administrator)
    run(world, act)

    assert states(tasks) == ["open"] * 3
    assert len(refusals_of(act)) == 3


# --- each once ------------------------------------------------------------------------------------------------------
def test_a_message_that_comes_again_does_nothing(world, tasks):
    act = ask(world, "pass", tasks, text="同意")
    run(world, act)
    before = everything()

    assert bulk.run_slice(bulk_id=act.pk, now=world.now()) is False
    assert everything() == before


def test_what_is_lost_half_way_is_swept_and_carried_on(world, tasks):
    act = ask(world, "pass", tasks, text="同意")
    bulk.run_slice(bulk_id=act.pk, now=world.now(), size=2)
    act.refresh_from_db()
    assert act.receipted_at is None
    sweep = next(each for each in SWEEPS if each.model is BulkAct)
    assert sweep.run(now=world.now()) == 0
    assert sweep.run(now=act.next_attempt_at) == 1

    run(world, act)
    assert states(tasks) == ["done"] * 3
    assert StatusChange.objects.filter(task__in=tasks, act="complete").count() == 3
    assert sweep.run(now=world.now() + 60 * BulkAct.LONGEST_WAIT) == 0


def test_a_task_that_breaks_something_is_told_and_stops_no_other(world, tasks, monkeypatch):
    complete = review.complete

    def breaks(**given):
        complete(**given)
        if given["task_id"] == tasks[1].pk:
            raise ZeroDivisionError

    monkeypatch.setattr("applications.services.bulk.review.complete", breaks)
    act = ask(world, "pass", tasks, text="同意")
    run(world, act)

    assert states(tasks) == ["done", "open", "done"]
    assert refusals_of(act) == {tasks[1].pk: bulk.BROKEN}


@pytest.mark.django_db(transaction=True)
def test_consumers_that_run_together_share_the_work_and_double_none(world):
    tasks = [world.task(world.accepted(FOOD)) for _ in range(6)]
    act, now = ask(world, "pass", tasks, text="同意"), world.now()
    press_together([lambda: bulk.run_slice(bulk_id=act.pk, now=now)] * 4)
    run(world, act)
    act.refresh_from_db()

    assert act.receipted_at is not None
    assert refusals_of(act) == {}
    assert StatusChange.objects.filter(task__in=tasks, act="complete").count() == 6


# --- the pages ------------------------------------------------------------------------------------------------------
def test_bulk_from_the_list_to_its_progress(world, tasks):
    client = world.client(world.reviewer("SCJG"))
    asked = client.post("/queue/bulk/", {"kind": "pass", "task": [task.pk for task in tasks]})
    assert asked.status_code == 200
    assert "批量通过 3 件" in asked.content.decode()
    again = client.post(
        "/queue/bulk/", {"kind": "pass", "asked": "1", "text": "", "task": [task.pk for task in tasks]}
    )
    assert again.status_code == 422
    assert "请写明意见" in again.content.decode()

    sent = client.post(
        "/queue/bulk/", {"kind": "pass", "asked": "1", "text": "齐全", "task": [task.pk for task in tasks]}
    )
    act = BulkAct.objects.get()
    assert sent.url == f"/queue/bulk/{act.pk}/"
    page = client.get(sent.url).content.decode()
    assert "已办 0 / 3 件" in page
    assert 'hx-trigger="every 1s"' in page
    assert "批量办理进行中" in client.get("/queue/").content.decode()

    review.claim(task_id=tasks[0].pk, by=world.reviewer2("SCJG"), now=world.now())
    run(world, act)
    fragment = client.get(sent.url, headers={"HX-Request": "true", "HX-Target": "progress"}).content.decode()
    assert "<html" not in fragment
    assert "已办 3 / 3 件，成功 2 件，未办成 1 件" in fragment
    assert "hx-trigger" not in fragment
    assert f"/queue/{tasks[0].pk}/" in fragment
    assert f"{world.reviewer2('SCJG').name}已领取" in fragment
    assert "批量通过 3 件" in client.get("/queue/bulk/").content.decode()


def test_bulk_of_all_that_the_list_is_narrowed_to(world, tasks):
    world.accepted("SCJG-009")
    client = world.client(world.reviewer("SCJG"))
    asked = client.post("/queue/bulk/", {"kind": "claim", "all": "1", "query": "state=open&matter=SCJG-007"})

    page = asked.content.decode()
    assert "符合条件的共 3 件，全部领取？" in page  # nothing is done before somebody has been told how many
    assert BulkAct.objects.count() == 0
    ids = [row.partition('"')[0] for row in page.split('name="task" value="')[1:]]
    sent = client.post("/queue/bulk/", {"kind": "claim", "asked": "1", "task": ids})
    assert sent.status_code == 302
    assert set(BulkItem.objects.values_list("task", flat=True)) == {task.pk for task in tasks}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"kind": "claim"}, "请先在列表中勾选任务"),
        ({"kind": "dance", "task": "1"}, "请选择要批量办理什么"),
        ({"kind": "claim", "task": list(range(1, 502))}, "一次最多办理 500 件"),
        ({"kind": "claim", "task": ["x", "9" * 30]}, "请先在列表中勾选任务"),
    ],
)
def test_bulk_refused_shows_the_list_with_the_reason(world, tasks, data, said):
    response = world.client(world.reviewer("SCJG")).post("/queue/bulk/", data)

    assert response.status_code == 422
    assert said in response.content.decode()
    assert BulkAct.objects.count() == 0


def test_bulk_of_another_departments_tasks_does_not_exist(world, tasks):
    response = world.client(world.reviewer("GAJ")).post(
        "/queue/bulk/", {"kind": "claim", "task": tasks[0].pk}
    )

    assert response.status_code == 422
    assert "不在您的队列" in response.content.decode()
    assert BulkAct.objects.count() == 0


def test_bulk_acts_are_no_page_of_applicants(world):
    assert world.client(world.citizen.user).get("/queue/bulk/").status_code == 403


def test_bulk_act_of_somebody_else_does_not_exist(world, tasks):
    act = ask(world, "claim", tasks)

    for other in (world.reviewer2("SCJG"), world.head("SCJG"), world.supervisor, world.citizen.user):
        assert world.client(other).get(f"/queue/bulk/{act.pk}/").status_code == 404

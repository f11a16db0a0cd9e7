"""The back office's pages: who sees what, what each button does, and what nobody loses."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.models import Application, ReviewTask
from applications.services import review, special_procedures
from applications.services.notifications import day_text
from matters.services.posts import give_post
from tests.filled import mark_of_draft
from tests.flows import joined, republish

FOOD = "SCJG-007"


@pytest.fixture
def food(world):
    """A food licence whose first review waits in the market regulator's queue."""
    return world.accepted(FOOD)


def post(client, name, task, **data):
    return client.post(reverse(name, args=[task.pk]), data)


def inspection(world, application):
    """Bring an application to its inspection."""
    world.road.work(world.task(application))
    world.carry()
    return world.task(application, "inspect")


def decision(world, application):
    for _ in range(2):
        world.road.work(world.task(application))
        world.carry()
    return world.task(application, "decide")


# --- the list -------------------------------------------------------------------------------------------------------
def test_queue_without_a_session_asks_to_sign_in(world):
    assert world.client().get("/queue/").status_code == 302


def test_queue_for_a_citizen_is_refused(world):
    response = world.client(world.citizen.user).get("/queue/")

    assert response.status_code == 403
    assert "岗位" in response.content.decode()


def test_queue_shows_own_department_only(world, food):
    other = world.accepted("RSJ-003")
    page = world.client(world.reviewer("SCJG")).get("/queue/").content.decode()

    assert food.number in page
    assert other.number not in page


def test_queue_puts_what_falls_due_first_at_the_top(world):
    later = world.accepted("SCJG-009")
    sooner = world.accepted(FOOD)
    page = world.client(world.reviewer("SCJG")).get("/queue/").content.decode()

    assert page.index(sooner.number) < page.index(later.number)


def test_queue_says_in_words_that_a_task_is_late(world, food):
    world.pass_time(days=10)
    page = world.client(world.reviewer("SCJG")).get("/queue/").content.decode()

    assert "已超期" in page
    assert 'data-urgency="late"' in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", True),
        ("state=open", True),
        ("state=claimed", False),
        ("state=mine", False),
        ("state=done", False),
        ("kind=review", True),
        ("kind=decide", False),
        ("due=late", False),
        ("due=today", False),
        ("due=soon", True),
        ("matter=SCJG-007", True),
        ("matter=SCJG-009", False),
        ("holder=scjg.review1", False),
        ("level=4", True),
        ("sort=arrival", True),
        ("state=involved", False),
        ("text=食品", True),
        ("text=陈晓岚", True),
        ("text=不存在的人", False),
        ("department=RSJ", True),  # no choice of a department for whoever has one
    ],
)
def test_queue_is_narrowed_by_its_filters(world, food, query, found):
    page = world.client(world.reviewer("SCJG")).get(f"/queue/?{query}").content.decode()

    assert (food.number in page) is found


def test_queue_finds_a_task_by_the_beginning_of_its_number(world, food):
    client = world.client(world.reviewer("SCJG"))

    assert food.number in client.get(f"/queue/?text={food.number[:14]}").content.decode()


def test_queue_narrows_to_what_the_viewer_holds(world, food):
    reviewer = world.reviewer("SCJG")
    review.claim(task_id=world.task(food).pk, by=reviewer, now=world.now())

    assert food.number in world.client(reviewer).get("/queue/?state=mine").content.decode()
    assert food.number not in world.client(world.reviewer2("SCJG")).get("/queue/?state=mine").content.decode()


def test_queue_lets_a_supervisor_choose_a_department(world, food):
    client = world.client(world.supervisor)

    assert food.number in client.get("/queue/?department=SCJG").content.decode()
    assert food.number not in client.get("/queue/?department=RSJ").content.decode()


def test_queue_tells_heads_what_is_late_and_has_not_arrived(world):
    application = world.road.accept(world.submitted(FOOD))  # no worker brings its task
    world.pass_time(days=10)

    head = world.client(world.head("SCJG")).get("/queue/").content.decode()
    assert "1 件任务已超期" in head
    assert application.number in head
    assert application.number not in world.client(world.reviewer("SCJG")).get("/queue/").content.decode()


def test_queue_takes_as_many_queries_for_thirty_tasks_as_for_three(world):
    client = world.client(world.reviewer("SCJG"))

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get("/queue/")
        return len(captured)

    for _ in range(3):
        world.accepted(FOOD)
    queries()  # a first visit writes a row, later ones change it
    few = queries()
    for _ in range(9):
        world.accepted(FOOD)
    assert queries() == few


def test_queue_pages_by_keyset(world, monkeypatch):
    for _ in range(3):
        world.accepted(FOOD)
    monkeypatch.setattr("core.paging.page.__kwdefaults__", {"after": None, "size": 2})
    client = world.client(world.reviewer("SCJG"))
    first = client.get("/queue/")
    second = client.get("/queue/" + first.context["next_url"])

    seen = [[row.number for row in each.context["rows"]] for each in (first, second)]
    assert len(seen[0]) == 2
    assert len(seen[1]) == 1
    assert not set(seen[0]) & set(seen[1])
    assert second.context["next_url"] == ""


def test_queue_with_a_broken_cursor_says_so(world):
    assert world.client(world.reviewer("SCJG")).get("/queue/?after=nonsense").status_code == 422


def test_queue_shows_the_chosen_task_as_the_fragment_that_htmx_gets(world, food):
    client, task = world.client(world.reviewer("SCJG")), world.task(food)
    fragment = client.get(f"/queue/{task.pk}/", headers={"HX-Request": "true", "HX-Target": "detail"})
    page = client.get(f"/queue/?task={task.pk}")

    assert "<html" not in fragment.content.decode()
    assert "领取" in fragment.content.decode()
    assert page.context["shown"].task == task


# --- claiming -------------------------------------------------------------------------------------------------------
def test_claim_next_claims_and_opens_what_falls_due_first(world):
    world.accepted("SCJG-009")
    sooner = world.task(world.accepted(FOOD))
    reviewer = world.reviewer("SCJG")
    response = world.client(reviewer).post("/queue/next/")

    sooner.refresh_from_db()
    assert response.url == f"/queue/{sooner.pk}/"
    assert sooner.claimed_by == reviewer


def test_claim_next_with_nothing_left_says_so_on_the_queue(world):
    response = world.client(world.reviewer("SCJG")).post("/queue/next/")

    assert response.status_code == 409
    assert "没有您可以领取的任务" in response.content.decode()


def test_claim_of_what_a_colleague_has_says_who_has_it(world, food):
    task, first = world.task(food), world.reviewer("SCJG")
    review.claim(task_id=task.pk, by=first, now=world.now())
    response = post(world.client(world.reviewer2("SCJG")), "task-claim", task)

    assert response.status_code == 422
    assert f"{first.name}已领取这项任务" in response.content.decode()


@pytest.mark.parametrize("act", ["task-claim", "task-put-back", "task-complete", "task-record"])
def test_task_of_another_department_does_not_exist(world, food, act):
    task, stranger = world.task(food), world.client(world.reviewer("RSJ"))
    data = {"complete-outcome": "pass", "complete-opinion": "同意", "record-finding": "看过"}

    assert stranger.get(f"/queue/{task.pk}/").status_code == 404
    assert post(stranger, act, task, **data).status_code == 404
    task.refresh_from_db()
    assert (task.status, task.records.count()) == ("open", 0)


def test_task_of_another_department_is_refused_by_name_to_an_overseer(world, food):
    response = post(world.client(world.supervisor), "task-claim", world.task(food))

    assert response.status_code == 422
    assert "岗位" in response.content.decode()


def test_put_back_returns_the_task_to_the_queue(world, food):
    task, reviewer = world.task(food), world.reviewer("SCJG")
    review.claim(task_id=task.pk, by=reviewer, now=world.now())
    post(world.client(reviewer), "task-put-back", task)

    task.refresh_from_db()
    assert (task.status, task.claimed_by) == ("open", None)


@pytest.mark.parametrize("act", ["claim", "put-back", "record", "complete", "decide"])
def test_address_of_an_act_leads_back_to_its_task_when_only_read(world, food, act):
    task, client = world.task(food), world.client(world.reviewer("SCJG"))
    response = client.get(f"/queue/{task.pk}/{act}/")

    assert (response.status_code, response.url) == (302, f"/queue/{task.pk}/")
    task.refresh_from_db()
    assert task.status == "open"
    assert world.client().get(f"/queue/{task.pk}/{act}/").url.startswith("/accounts/sign-in/")


def test_address_of_claim_next_leads_back_to_the_queue_when_only_read(world, food):
    response = world.client(world.reviewer("SCJG")).get("/queue/next/")

    assert (response.status_code, response.url) == (302, "/queue/")
    assert world.task(food).status == "open"


# --- completing -----------------------------------------------------------------------------------------------------
def test_complete_passes_the_step_on(world, food):
    task, client = world.task(food), world.client(world.reviewer("SCJG"))
    post(client, "task-claim", task)
    response = post(
        client, "task-complete", task, **{"complete-outcome": "pass", "complete-opinion": "材料齐全"}
    )

    task.refresh_from_db()
    assert response.url == "/queue/"
    assert (task.status, task.outcome, task.opinion) == ("done", "pass", "材料齐全")
    assert ReviewTask.objects.filter(case=task.case, step__key="inspect").exists()


def test_complete_without_an_opinion_keeps_what_was_chosen(world, food):
    task, client = world.task(food), world.client(world.reviewer("SCJG"))
    post(client, "task-claim", task)
    response = post(client, "task-complete", task, **{"complete-outcome": "object", "complete-opinion": ""})

    assert response.status_code == 422
    assert "请写明意见" in response.content.decode()
    assert response.context["forms"]["complete"]["outcome"].value() == "object"


def test_complete_on_a_page_out_of_date_loses_nothing_that_was_typed(world, food):
    task, reviewer = world.task(food), world.reviewer("SCJG")
    client = world.client(reviewer)
    post(client, "task-claim", task)
    review.put_back(task_id=task.pk, by=world.head("SCJG"), now=world.now())
    review.claim(task_id=task.pk, by=world.reviewer2("SCJG"), now=world.now())
    response = post(
        client, "task-complete", task, **{"complete-outcome": "pass", "complete-opinion": "我写了很久"}
    )

    page = response.content.decode()
    assert response.status_code == 422
    assert "我写了很久" in page
    assert f"{world.reviewer2('SCJG').name}已领取" in page
    task.refresh_from_db()
    assert task.status == "claimed"


def test_complete_twice_says_what_the_state_is(world, food):
    task, client = world.task(food), world.client(world.reviewer("SCJG"))
    data = {"complete-outcome": "pass", "complete-opinion": "同意"}
    post(client, "task-claim", task)
    post(client, "task-complete", task, **data)
    response = post(client, "task-complete", task, **data)

    assert response.status_code == 422
    assert "已完成" in response.content.decode()


def test_task_page_shows_what_colleagues_found_before(world, food):
    task = inspection(world, food)
    page = world.client(world.reviewer("SCJG")).get(f"/queue/{task.pk}/").content.decode()

    assert "材料齐全、符合法定形式，同意。" in page


def test_queue_says_that_a_limit_stands_still_and_until_when(world, food):
    task, reviewer = world.task(food), world.reviewer("SCJG")
    review.claim(task_id=task.pk, by=reviewer, now=world.now())
    begun = special_procedures.suspend(
        task_id=task.pk, kind="hearing", reason="申请人要求听证。", days=10, by=reviewer, now=world.now()
    )
    page = world.client(reviewer).get("/queue/").content.decode()

    assert f"计时已暂停：预计{day_text(begun.expected_end)}恢复" in page
    page = world.client(reviewer).get(f"/queue/{task.pk}/").content.decode()
    assert "申请人要求听证。预计" in page
    assert "。。" not in page


def test_task_page_shows_a_step_that_objected_as_not_passed(world, food):
    world.road.work(world.task(food), outcome="object", reasons="布局不符")
    world.carry()
    task = world.task(food)
    page = world.client(world.reviewer("SCJG")).get(f"/queue/{task.pk}/").content.decode()

    assert '<li data-state="failed">' in page
    assert "市场监督管理局 · 不通过" in page
    done = world.task(food, "review")
    page = world.client(world.reviewer("SCJG")).get(f"/queue/{done.pk}/").content.decode()
    assert '<span class="tag tag--danger">' in page


def test_task_page_shows_the_materials_of_its_own_matter_only(world):
    application = world.accepted("B08")
    task = world.task(application, matter="WJJ-002")  # 卫健局 has two matters in this bundle
    for viewer in (world.reviewer("WJJ"), world.supervisor):
        page = world.client(viewer).get(f"/queue/{task.pk}/").content.decode()

        assert "出生医学证明首次签发登记表" in page
        assert "预防接种建档信息表" not in page
        assert "社会保障卡申领登记表" not in page


# --- two inspectors -------------------------------------------------------------------------------------------------
def test_inspection_by_one_says_that_two_are_needed_and_disables_the_button(world, food):
    task, client = inspection(world, food), world.client(world.reviewer("SCJG"))
    post(client, "task-claim", task)
    page = client.get(f"/queue/{task.pk}/")

    assert "须 2 人" in page.content.decode()
    assert "现有 0 人写明" in page.context["shown"].actions.why_not_complete
    forced = post(
        client, "task-complete", task, **{"complete-outcome": "pass", "complete-opinion": "一个人看的"}
    )
    assert forced.status_code == 422
    assert "一个人看的" in forced.content.decode()


def test_inspection_by_two_can_be_completed_by_the_holder(world, food):
    task, client = inspection(world, food), world.client(world.reviewer("SCJG"))
    post(client, "task-claim", task)
    seen = {"record-seen_at": f"{world.now():%Y-%m-%dT%H:%M}", "record-place": "人民路8号"}
    for inspector in (client, world.client(world.reviewer2("SCJG"))):
        post(inspector, "task-record", task, **seen, **{"record-finding": "厨房布局与图纸一致"})
    page = client.get(f"/queue/{task.pk}/")
    assert "厨房布局与图纸一致" in page.content.decode()
    assert page.context["shown"].actions.why_not_complete == ""

    post(client, "task-complete", task, **{"complete-outcome": "pass", "complete-opinion": "现场合格"})
    task.refresh_from_db()
    assert (task.status, task.records.count()) == ("done", 2)


# --- deciding -------------------------------------------------------------------------------------------------------
def test_decide_grants_a_case(world, food):
    task, client = decision(world, food), world.client(world.decider("SCJG"))
    post(client, "task-claim", task)
    response = post(client, "task-decide", task, **{"decide-outcome": "granted"})

    assert response.url == "/queue/"
    assert Application.objects.get(pk=food.pk).cases.get().status == "granted"


def test_decide_denies_only_with_facts_and_reasons_that_the_head_has_countersigned(world, food):
    task, client = decision(world, food), world.client(world.decider("SCJG"))
    post(client, "task-claim", task)
    bare = post(client, "task-decide", task, **{"decide-outcome": "denied", "decide-basis": "食品安全法"})

    assert bare.status_code == 422
    assert "写明查明的事实" in bare.content.decode()
    assert bare.context["forms"]["decide"]["basis"].value() == "食品安全法"
    text = {"outcome": "denied", "facts": "生熟不分区", "reasons": "布局不符合要求", "basis": "食品安全法"}
    said = {f"decide-{name}": value for name, value in text.items()}
    unsigned = post(client, "task-decide", task, **said)
    assert "核签" in unsigned.content.decode()
    assert unsigned.context["forms"]["decide"]["facts"].value() == "生熟不分区"
    sent = world.client(world.reviewer("SCJG")).post(
        f"/queue/{task.pk}/draft-decision/", text | {"send": "on"}
    )
    assert sent.url == f"/queue/{task.pk}/"
    waiting = client.get(f"/queue/{task.pk}/").content.decode()
    assert "待核签" in waiting
    world.client(world.head("SCJG")).post(f"/queue/{task.pk}/countersign/", {"seen": mark_of_draft(task)})
    ready = client.get(f"/queue/{task.pk}/")
    assert ready.context["forms"]["decide"].initial["facts"] == "生熟不分区"
    post(client, "task-decide", task, **said)
    assert food.cases.get().decision.reasons == "布局不符合要求"


def outcomes(response):
    field = response.context["forms"]["decide"]["outcome"]
    return [option.data["value"] for option in field.subwidgets], field.value()


def test_decision_offers_denial_only_and_says_why_while_a_veto_stands(world):
    application = joined(world, "veto")
    world.road.work(world.task(application, "tax"), outcome="object", reasons="契税没有缴清。")
    world.carry()
    task, client = world.task(application, "decide"), world.client(world.decider("ZRZY"))
    post(client, "task-claim", task)
    shown = client.get(f"/queue/{task.pk}/")

    assert outcomes(shown) == (["denied"], "denied")
    assert shown.content.decode().count("“契税核验”不通过，一票否决，不能准予") == 2
    refused = post(client, "task-decide", task, **{"decide-outcome": "granted", "decide-reasons": "准了吧"})
    assert refused.status_code == 422
    assert refused.context["forms"]["decide"]["reasons"].value() == "准了吧"
    assert "一票否决" in " ".join(refused.context["form"].non_field_errors())


def test_decision_that_can_only_be_denied_asks_for_a_draft_first_where_the_head_must_countersign(world):
    republish(
        world,
        "ZRZY-001",
        [
            {"key": "tax", "name": "契税核验", "kind": "review", "department": "SWJ"},
            {"key": "housing", "name": "交易核验", "kind": "review", "department": "ZJJ"},
            {
                "key": "decide",
                "name": "登簿",
                "kind": "decide",
                "department": "ZRZY",
                "after": ["tax", "housing"],
                "join": "veto",
                "countersign": "denial",
            },
        ],
    )
    application = world.accepted("ZRZY-001")
    world.road.work(world.task(application, "tax"), outcome="object", reasons="契税没有缴清。")
    world.carry()
    task, client = world.task(application, "decide"), world.client(world.decider("ZRZY"))
    post(client, "task-claim", task)
    shown = client.get(f"/queue/{task.pk}/")

    page = shown.context["shown"]
    assert "decide" not in shown.context["forms"]
    assert "须先拟稿并由部门负责人核签" in page.why_not_decide
    assert [(act.key, kind) for act, kind in page.deciding_acts] == [("draft-decision", "primary")]
    sent = post(client, "task-decide", task, **{"decide-outcome": "denied", "decide-reasons": "没有缴税"})
    assert sent.context["unsent"] == "没有缴税"


def test_head_who_countersigns_has_one_primary_button(world, food):
    task = decision(world, food)
    world.client(world.reviewer("SCJG")).post(
        f"/queue/{task.pk}/draft-decision/",
        {"outcome": "denied", "facts": "生熟不分区", "reasons": "布局不符合要求", "send": "on"},
    )
    page = world.client(world.head("SCJG")).get(f"/queue/{task.pk}/")

    kinds = {act.key: kind for act, kind in page.context["shown"].deciding_acts}
    assert kinds == {"draft-decision": "secondary", "countersign": "primary", "return-draft": "quiet"}
    assert page.content.decode().count('class="button button--primary"') == 1
    _, bar = page.content.decode().split('class="actionbar"')
    assert 'class="button button--primary"' in bar
    assert page.content.decode().count(f'href="/queue/{task.pk}/countersign/"') == 1
    assert f'href="/queue/{task.pk}/countersign/"' in bar
    act = world.client(world.head("SCJG")).get(f"/queue/{task.pk}/countersign/").content.decode()
    assert act.index("布局不符合要求") < act.index("申请内容")  # what is signed stands before all else


def test_an_act_about_time_shows_the_limits_and_one_thing_to_choose_is_chosen(world, food):
    task = inspection(world, food)
    reviewer, head = world.client(world.reviewer("SCJG")), world.client(world.head("SCJG"))
    post(reviewer, "task-claim", task)

    assert "现在的时限" in head.get(f"/queue/{task.pk}/extend/").content.decode()
    assert "现在的时限" not in reviewer.get(f"/queue/{task.pk}/note/").content.decode()
    back = reviewer.get(f"/queue/{task.pk}/send-back/").context["form"]
    assert [back["step"].value()] == [value for value, _ in back.fields["step"].choices]


def test_decide_by_the_acceptor_is_disabled_with_the_reason(world, food):
    task = decision(world, food)
    clerk = world.clerk
    give_post(
        user=clerk,
        department=world.department("SCJG"),
        role="decider",
        by=world.administrator,
        now=world.now(),
    )
    client = world.client(clerk)
    page = client.get(f"/queue/{task.pk}/")

    assert "您受理了这项申请，不能由您作决定" in page.context["shown"].actions.why_not_claim
    assert "您受理了这项申请，不能由您作决定" in page.content.decode()
    assert post(client, "task-claim", task).status_code == 422
    assert client.post("/queue/next/").status_code == 409
    task.refresh_from_db()
    assert task.status == "open"


# --- what runs by itself --------------------------------------------------------------------------------------------
def test_special_procedure_is_shown_with_its_end_and_cannot_be_claimed(world):
    application = world.accepted("CLH-001")
    for key in ("village", "town"):
        world.road.work(world.task(application, key))
        world.carry()
    task = world.task(application, "publicity")
    page = world.client(world.head("CLH")).get(f"/queue/{task.pk}/")

    assert "自动结束" in page.content.decode()
    assert not page.context["shown"].actions.any
    assert post(world.client(world.reviewer("CLH")), "task-claim", task).status_code == 422

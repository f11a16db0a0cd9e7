"""The list of tasks: tabs, order, what is new, what is kept; and counts that stay cheap however many tasks there are."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.filters import MOST_SEARCHED
from applications.models import Application, Case, QueueVisit, ReviewTask, SavedFilter
from applications.selectors import queue as queue_selectors
from applications.services import absences, queue_visits, review
from core import capped, clock
from matters.services.posts import give_post
from tests.plans import asked_by, copy, counts_in, wide
from tests.proof import press_together, refused

FOOD = "SCJG-007"


def copied(row, **changes):
    """Return an unsaved copy of a row."""
    kept = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return type(row)(**{**kept, "id": None, **changes})


def many(world, number) -> list[ReviewTask]:
    """Return so many tasks that wait in the market regulator's queue, each of an application of its own."""
    first = world.task(world.accepted(FOOD))
    application, made = first.case.application, [first]
    for order in range(1, number):
        own = copied(
            application, number=f"{application.number}X{order}", query_code=f"{application.pk}X{order}"
        )
        own.save()
        case = copied(first.case, application_id=own.pk)
        case.save()
        made.append(copied(first, case_id=case.pk))
        made[-1].save()
    return made


def numbers(response):
    return [row.number for row in response.context["rows"]]


# --- tabs and order -------------------------------------------------------------------------------------------------
def test_tabs_show_ones_own_what_waits_what_one_worked_on_and_what_is_done(world):
    reviewer, colleague = world.reviewer("SCJG"), world.reviewer2("SCJG")
    mine, theirs, waits, passed, recorded = (world.accepted(FOOD) for _ in range(5))
    for application, person in (
        (mine, reviewer),
        (theirs, colleague),
        (passed, reviewer),
        (recorded, colleague),
    ):
        review.claim(task_id=world.task(application).pk, by=person, now=world.now())
    review.complete(
        task_id=world.task(passed).pk, outcome="pass", opinion="同意", by=reviewer, now=world.now()
    )
    review.record(task_id=world.task(recorded).pk, finding="看过", by=reviewer, now=world.now())
    client = world.client(reviewer)

    def shown(state):
        return {number[: len(mine.number)] for number in numbers(client.get(f"/queue/?state={state}"))}

    assert shown("mine") == {mine.number}
    assert shown("open") == {waits.number}
    assert shown("involved") == {passed.number, recorded.number}
    assert shown("done") == {passed.number}
    assert shown("") == {mine.number, theirs.number, waits.number, recorded.number}
    tabs = {tab["label"]: tab["count"] for tab in client.get("/queue/").context["list"].tabs}
    assert (tabs["全部待办"], tabs["我手上的"], tabs["待领取"]) == ("4", "1", "1")


def test_what_a_deputy_answers_for_is_among_their_own(world):
    holder, deputy = world.reviewer("SCJG"), world.reviewer2("SCJG")
    application = world.accepted(FOOD)
    task = review.claim(task_id=world.task(application).pk, by=holder, now=world.now())
    today = clock.local_date(world.now())
    absences.register(
        user=holder,
        department=task.department,
        first_day=today,
        last_day=today,
        deputy=deputy,
        by=holder,
        now=world.now(),
    )
    client = world.client(deputy)

    page = client.get("/queue/?state=mine")
    assert len(numbers(page)) == 1
    assert "我代办" in page.content.decode()
    work = client.get(f"/queue/{task.pk}/").content.decode()
    assert f"{holder.name}不在岗，由您代办" in work
    sent = client.post(
        f"/queue/{task.pk}/complete/", {"complete-outcome": "pass", "complete-opinion": "材料齐全"}
    )
    assert sent.url == "/queue/"


@pytest.mark.parametrize("sort", ["", "arrival"])
def test_pages_by_keyset_show_every_row_once_in_either_order(world, monkeypatch, sort):
    made = many(world, 7)
    for order, task in enumerate(made):
        ReviewTask.objects.filter(pk=task.pk).update(
            receipted_at=task.receipted_at + timedelta(minutes=order // 2),
            due_at=None if order == 3 else task.due_at + timedelta(days=order // 3),
        )
    monkeypatch.setattr("core.paging.page.__kwdefaults__", {"after": None, "size": 3})
    client, seen, url = world.client(world.reviewer("SCJG")), [], f"/queue/?sort={sort}"
    while url:
        page = client.get(url)
        seen += [row.task for row in page.context["rows"]]
        url = "/queue/" + page.context["next_url"] if page.context["next_url"] else ""

    assert len(seen) == len({task.pk for task in seen}) == 7
    if sort:
        assert [task.receipted_at for task in seen] == sorted((t.receipted_at for t in seen), reverse=True)
    else:
        assert seen[-1].due_at is None
        assert [task.due_at for task in seen[:-1]] == sorted(task.due_at for task in seen[:-1])


def test_due_today_and_within_three_days_reach_to_the_end_of_the_day(world):
    today, soon, later = many(world, 3)
    morning = world.now().astimezone(clock.CHINA)
    for task, days in ((today, 0), (soon, 3), (later, 4)):
        end = (morning + timedelta(days=days)).replace(hour=23, minute=59, second=59, microsecond=0)
        ReviewTask.objects.filter(pk=task.pk).update(due_at=end)
    client = world.client(world.reviewer("SCJG"))

    assert numbers(client.get("/queue/?due=today")) == [today.case.number]
    assert numbers(client.get("/queue/?due=soon")) == [today.case.number, soon.case.number]
    assert numbers(client.get("/queue/?due=late")) == []


def test_live_tasks_are_found_by_what_is_read_off_paper(world):
    task = world.task(world.accepted(FOOD))
    application, client = task.case.application, world.client(world.reviewer("SCJG"))
    person = application.applicant

    def found(text):
        return numbers(client.get("/queue/", {"text": text})) == [task.case.number]

    number, identity = application.number, person.id_number
    assert all(
        found(text)
        for text in (number, f"{number}-01", f"{number.lower()}-01", number[-4:], number[-6:], person.phone)
    )
    assert found(identity)
    assert found(f" {identity.lower()} ")
    assert not any(found(text) for text in (number[-3:], identity[:-1], person.phone[-4:]))


@pytest.mark.parametrize("state", ["done", "involved"])
def test_what_is_past_is_found_as_what_is_live_and_of_old_by_a_beginning(world, monkeypatch, state):
    application = world.accepted(FOOD)
    Application.objects.filter(pk=application.pk).update(subject="甲路一号的小店")
    world.road.work(world.task(application))
    client, name = world.client(world.reviewer("SCJG")), application.applicant.name

    def found(text):
        return bool(numbers(client.get("/queue/", {"state": state, "text": text})))

    person = application.applicant
    beginnings = (
        application.number[:12],
        f"{application.number}-01",
        name[:2],
        person.id_number,
        person.phone,
    )
    inside = (name[1:], "食品", "一号的", application.number[-4:])
    assert all(found(text) for text in (*beginnings, *inside))
    assert not found("不会有的")
    world.road.work(world.task(world.accepted(FOOD, applicant=world.other_citizen)))
    monkeypatch.setattr("applications.filters.MOST_SEARCHED", 1)  # the latest is another by now
    assert all(found(text) for text in beginnings)
    page = client.get("/queue/", {"state": state, "text": "一号的"})
    assert numbers(page) == []
    assert "更早的请从头输入申报号或申请人名称" in page.content.decode()


def test_search_among_the_done_touches_the_latest_and_no_more(world):
    client = world.client(world.reviewer("SCJG"))
    done = {"status": "'done'", "outcome": "'pass'", "completed_at": "now_ - n * interval '1 minute'"}
    crowd(world, client, **done)

    asked = asked_by(lambda: client.get("/queue/?state=done&text=食品"), of=(ReviewTask,))
    assert wide(asked, of=(ReviewTask,), most=3 * MOST_SEARCHED) == ""


# --- what one's own posts can take ----------------------------------------------------------------------------------
def tabs(response):
    return {tab["label"]: tab["count"] for tab in response.context["list"].tabs}


def test_list_and_its_counts_begin_with_what_ones_posts_can_take(world):
    food, name = world.accepted(FOOD), world.accepted("SCJG-001")  # one to review, one to decide
    to_review, to_decide = world.task(food), world.task(name)
    ReviewTask.objects.update(due_at=world.now() - timedelta(days=1))
    reviewer, decider = world.client(world.reviewer("SCJG")), world.client(world.decider("SCJG"))

    page = reviewer.get("/queue/")
    assert numbers(page) == [to_review.case.number]
    assert (tabs(page)["我能办的"], tabs(page)["待领取"], tabs(page)["全部待办"]) == ("1", "1", "2")
    assert page.context["list"].late == "1 件超期"
    assert numbers(decider.get("/queue/?due=late")) == [to_decide.case.number]

    whole = next(tab["url"] for tab in page.context["list"].tabs if tab["label"] == "全部待办")
    page = reviewer.get(whole)
    assert set(numbers(page)) == {to_review.case.number, to_decide.case.number}
    assert (tabs(page)["我能办的"], tabs(page)["全部待领取"], page.context["list"].late) == (
        "1",
        "2",
        "2 件超期",
    )
    waiting = next(tab["url"] for tab in page.context["list"].tabs if tab["label"] == "全部待领取")
    assert len(numbers(reviewer.get(waiting))) == 2


def test_whoever_only_oversees_sees_everything_first(world):
    world.accepted(FOOD)
    page = world.client(world.cast.user("supervisor1")).get("/queue/")

    assert len(numbers(page)) == 1
    assert "我能办的" not in tabs(page)


def test_what_is_not_found_among_ones_own_is_looked_for_in_the_department_by_one_press(world):
    task = world.task(world.accepted("SCJG-001"))
    client = world.client(world.reviewer("SCJG"))
    for url in ("/queue/", f"/queue/?text={task.case.application.number}"):
        page = client.get(url)
        assert numbers(page) == []
        assert numbers(client.get(page.context["list"].everything_url)) == [task.case.number]


def test_everything_that_matches_is_only_what_the_list_shows(world):
    world.accepted(FOOD), world.accepted("SCJG-001")
    client = world.client(world.reviewer("SCJG"))
    asked = client.post("/queue/bulk/", {"kind": "claim", "all": "1", "query": ""})

    assert "符合条件的共 1 件" in asked.content.decode()


# --- new since ------------------------------------------------------------------------------------------------------
def test_what_came_since_the_last_visit_is_marked_for_the_whole_sitting(world):
    client = world.client(world.reviewer("SCJG"))
    old = world.accepted(FOOD)
    assert "1 件新到" not in client.get("/queue/").content.decode()  # a first visit has no before

    world.pass_time(minutes=31)
    new = world.accepted(FOOD)
    world.pass_time(minutes=1)
    for _ in range(2):
        rows = {row.task.case.application_id: row.is_new for row in client.get("/queue/").context["rows"]}
        assert rows == {old.pk: False, new.pk: True}
        world.pass_time(minutes=20)
    assert "1 件新到" in client.get("/queue/").content.decode()
    world.pass_time(minutes=31)
    assert not any(row.is_new for row in client.get("/queue/").context["rows"])
    assert QueueVisit.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_visits_that_come_together_are_one(world):
    user, now = world.reviewer("SCJG"), world.now()
    press_together([lambda: queue_visits.note_visit(user=user, now=now)] * 4)

    assert QueueVisit.objects.count() == 1


# --- saved filters --------------------------------------------------------------------------------------------------
def test_filter_is_saved_under_a_name_shown_and_deleted(world):
    world.accepted(FOOD)
    client, stranger = world.client(world.reviewer("SCJG")), world.client(world.reviewer2("SCJG"))
    assert "把这个筛选保存为" in client.get("/queue/?kind=review").content.decode()

    sent = client.post("/queue/filters/", {"name": " 审查 ", "query": "kind=review&after=x&task=3"})
    assert sent.url == "/queue/?kind=review"
    page = client.get(sent.url).content.decode()
    assert "审查</a>" in page
    assert "把这个筛选保存为" not in page
    client.post("/queue/filters/", {"name": "审查", "query": "kind=review&due=late"})
    kept = SavedFilter.objects.get()
    assert (kept.name, kept.query) == ("审查", "kind=review&due=late")

    assert "审查</a>" not in stranger.get("/queue/").content.decode()
    assert stranger.post(f"/queue/filters/{kept.pk}/drop/").status_code == 404
    assert client.post(f"/queue/filters/{kept.pk}/drop/").url == "/queue/"
    assert SavedFilter.objects.count() == 0


def test_filter_without_a_name_or_beyond_twelve_is_refused(world):
    user = world.reviewer("SCJG")
    with refused("name_required"):
        queue_visits.save_filter(user=user, name="  ", query="kind=review")
    with refused("filter_too_long"):
        queue_visits.save_filter(user=user, name="长", query=f"text={'长' * 200}")
    for number in range(queue_visits.MOST_FILTERS):
        queue_visits.save_filter(user=user, name=str(number), query="")
    with refused("too_many_filters"):
        queue_visits.save_filter(user=user, name="又一个", query="")
    response = world.client(user).post("/queue/filters/", {"name": "又一个", "query": ""})
    assert response.status_code == 422
    assert "请先删除不用的" in response.content.decode()


def test_filter_with_a_character_that_cannot_be_seen_is_refused_in_words(world):
    client = world.client(world.reviewer("SCJG"))
    for sent in ({"name": "a\0b", "query": "kind=review"}, {"name": "甲", "query": "text=\0"}):
        response = client.post("/queue/filters/", sent)
        assert response.status_code == 422
        assert "看不见的字符" in response.content.decode()
    assert not SavedFilter.objects.exists()


# --- what it costs --------------------------------------------------------------------------------------------------
def captured(client, url):
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return [each["sql"] for each in seen if "core_demomark" not in each["sql"]]


@pytest.mark.parametrize("who", ["scjg.review1", "scjg.head", "supervisor1"])
def test_list_takes_as_many_queries_for_sixty_rows_as_for_five(world, who, monkeypatch):
    monkeypatch.setattr("core.paging.page.__kwdefaults__", {"after": None, "size": 60})
    client = world.client(world.cast.user(who))
    many(world, 5)
    client.get("/queue/")
    few = captured(client, "/queue/")
    many(world, 55)
    lots = captured(client, "/queue/")

    assert len(lots) == len(few) <= 32


def test_no_count_of_the_list_is_without_a_limit(world):
    many(world, 3)
    head = world.client(world.head("SCJG"))
    head.get("/queue/")
    counts = [sql for sql in counts_in(captured(head, "/queue/")) if "reviewtask" in sql]

    assert len(counts) == 8
    assert all(f"LIMIT {capped.MOST_COUNTED + 1}" in sql for sql in counts)


def test_counts_beyond_the_cap_say_so(world, monkeypatch):
    monkeypatch.setattr(capped, "MOST_COUNTED", 3)
    client = world.client(world.reviewer("SCJG"))
    many(world, 3)
    assert client.get("/queue/").context["list"].tabs[0]["count"] == "3"

    many(world, 2)
    assert client.get("/queue/").context["list"].tabs[0]["count"] == "3+"


@pytest.mark.parametrize("who", ["scjg.review1", "scjg.decide", "scjg.head", "supervisor1"])
def test_page_and_counts_touch_no_more_than_they_can_show(world, who):
    """Of five thousand tasks, all of one department and all late, a count touches a thousand and the list a page."""
    client = world.client(world.cast.user(who))
    crowd(world, client)

    require_narrow(client)
    assert tabs(client.get("/queue/"))["全部待办"] == "999+"


@pytest.mark.parametrize(("who", "kind"), [("scjg.review1", "decide"), ("scjg.decide", "review")])
def test_page_does_not_wade_through_the_work_of_other_posts(world, who, kind):
    """Before one task of their own stand five thousand that are due earlier and are not theirs."""
    client = world.client(world.cast.user(who))
    crowd(world, client, kind=f"'{kind}'")

    require_narrow(client)
    assert tabs(client.get("/queue/"))["我能办的"] == ("0" if kind == "review" else "1")


@pytest.mark.parametrize("who", ["scjg.head", "supervisor1"])
def test_what_has_not_arrived_is_read_by_index(world, who):
    client = world.client(world.cast.user(who))
    crowd(world, client, status="'released'")

    require_narrow(client)
    late = client.get("/queue/").context["late"]
    assert (late.title, len(late.not_arrived)) == ("999+ 件任务已超期", queue_selectors.LATE_SHOWN)


def crowd(world, client, **said):
    """Lay five thousand late tasks of one department, new to the viewer, beside one that waits."""
    tables = (Application, Case, ReviewTask)
    world.accepted(FOOD)
    client.get("/queue/")
    world.pass_time(minutes=31)
    late = {"due_at": "now_ - n * interval '1 minute'", "receipted_at": "now_", **said}
    for model in tables:
        copy(model, rows=5000, with_copies=tables, **(late if model is ReviewTask else {}))


def require_narrow(client):
    """Have each count of the page touch no more than it can say, and each list no more than it shows."""
    asked = asked_by(lambda: client.get("/queue/"), of=(ReviewTask,))
    counts = counts_in(asked)
    assert len(counts) >= 5
    assert wide(counts, of=(ReviewTask,), most=capped.MOST_COUNTED + 5) == ""
    assert wide([sql for sql in asked if not counts_in([sql])], of=(ReviewTask,), most=100) == ""


def test_the_list_and_its_counts_are_read_by_index(world):
    """With sequential scans forbidden none is left: each query has an index it can use."""
    many(world, 3)
    reviewer = world.reviewer("SCJG")
    live = ReviewTask.objects.filter(queue_selectors.of_their_departments(reviewer))
    asked = {
        "task_department_queue": live.filter(status__in=["open", "claimed"]).order_by("due_at", "id"),
        "task_open": live.filter(status="open").order_by("due_at", "id"),
        "task_arrivals": live.filter(status__in=["open", "claimed"]).order_by("-receipted_at", "-id"),
        "task_done_here": live.filter(status="done").order_by("-completed_at", "-id"),
        "task_in_hands": ReviewTask.objects.filter(queue_selectors.in_hand(reviewer)).order_by(
            "due_at", "id"
        ),
    }
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        # Among three rows the heads' index over all departments costs no more; a reviewer's must do without it.
        cursor.execute("DROP INDEX task_queue_everywhere")
        for index, tasks in asked.items():
            plan = tasks.values("pk")[:26].explain()
            assert index in plan, plan
            assert "Sort" not in plan, plan


# --- rules and absences ---------------------------------------------------------------------------------------------
def test_rules_are_kept_by_heads_in_plain_words(world):
    head, reviewer = world.client(world.head("SCJG")), world.client(world.reviewer("SCJG"))
    assert reviewer.get("/queue/rules/").status_code == 403
    data = {"department": "SCJG", "kind": "review", "matter": FOOD, "way": "person"}

    bare = head.post("/queue/rules/", data)
    assert bare.status_code == 422
    assert "请选择任务交给谁" in bare.content.decode()
    assert head.post("/queue/rules/", {**data, "person": world.reviewer("SCJG").pk}).url == "/queue/rules/"
    page = head.get("/queue/rules/").content.decode()
    assert "“食品经营许可（新办）” · 审查" in page
    assert f"给{world.reviewer('SCJG').name}" in page
    again = head.post("/queue/rules/", {**data, "way": "pool"})
    assert "已有一条规则" in again.content.decode()

    task = world.task(world.accepted(FOOD))
    assert task.claimed_by == world.reviewer("SCJG")
    rule = world.department("SCJG").assignment_rules.get()
    assert world.client(world.head("GAJ")).post(f"/queue/rules/{rule.pk}/remove/").status_code == 404
    assert head.post(f"/queue/rules/{rule.pk}/remove/").url == "/queue/rules/"
    assert not world.department("SCJG").assignment_rules.exists()


def test_absences_are_entered_by_oneself_and_by_the_head(world):
    reviewer, colleague = world.reviewer("SCJG"), world.reviewer2("SCJG")
    day = clock.local_date(world.now()) + timedelta(days=1)
    data = {"department": "SCJG", "first_day": day, "last_day": day, "deputy": colleague.pk}
    client, head = world.client(reviewer), world.client(world.head("SCJG"))

    bare = client.post("/queue/absences/", {**data, "deputy": ""})
    assert bare.status_code == 422
    assert str(day) in bare.content.decode()
    assert client.post("/queue/absences/", {**data, "user": colleague.pk}).url == "/queue/absences/"
    absence = reviewer.absences.get()  # whoever heads nothing enters only themselves
    assert "未开始" in client.get("/queue/absences/").content.decode()
    assert world.client(colleague).post(f"/queue/absences/{absence.pk}/end/").status_code == 404
    assert client.post(f"/queue/absences/{absence.pk}/end/").url == "/queue/absences/"

    assert head.post("/queue/absences/", {**data, "user": reviewer.pk}).status_code == 302
    clash = head.post("/queue/absences/", {**data, "user": colleague.pk, "deputy": reviewer.pk})
    assert clash.status_code == 422
    assert f"{reviewer.name}" in clash.content.decode()
    assert world.client(world.citizen.user).get("/queue/absences/").status_code == 403


def test_somebody_of_two_departments_chooses_between_them(world):
    reviewer = world.reviewer("SCJG")
    give_post(
        user=reviewer,
        department=world.department("GAJ"),
        role="reviewer",
        by=world.administrator,
        now=world.now(),
    )
    page = world.client(reviewer).get("/queue/").content.decode()

    assert 'name="department"' in page

"""Joins: which steps begin, end and are spared, under every policy; against a count of all possibilities."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from itertools import combinations, product
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from applications import flow
from applications.flow import Standing, State
from applications.models import Case, ReviewTask, StatusChange
from applications.services import decisions, review, routing
from applications.sweeps import run_clocks
from core import calendar, clock
from core.selectors import inbox
from tests.flows import joined
from tests.proof import everything, press_together, refusals, refused

POLICIES = ("all", "any", "veto", "lead")
LIVE, LATE = Standing(State.LIVE), Standing(State.LIVE, is_late=True)
DONE, OBJECTED, NONE = Standing(State.DONE), Standing(State.OBJECTED), Standing(State.UNSTARTED)


def step(key: str, *after: str, join: str = "all", lead: str = "") -> SimpleNamespace:
    return SimpleNamespace(key=key, after=list(after), join=join, lead=lead)


# --- every policy, every standing of three siblings -----------------------------------------------------------------


def is_enough(join: str, a: Standing, b: Standing, c: Standing) -> bool:
    """What the words of each policy say of three siblings, the first of which leads."""
    over = [each in (DONE, OBJECTED) for each in (a, b, c)]
    return {
        "all": all(over),
        "any": all(over) or DONE in (a, b, c),
        "veto": all(over) or OBJECTED in (a, b, c),
        "lead": over[0] and all(each in (DONE, OBJECTED, LATE) for each in (b, c)),
    }[join]


@pytest.mark.parametrize("join", POLICIES)
def test_moves_of_three_siblings_in_every_standing(join):
    steps = [*map(step, "abc"), step("decide", *"abc", join=join, lead="a" if join == "lead" else "")]
    for standing in product((LIVE, LATE, DONE, OBJECTED), repeat=3):
        found = flow.moves(steps, dict(zip("abc", standing, strict=True)))

        begins = is_enough(join, *standing)
        assert found.release == (("decide",) if begins else ()), (join, standing)
        live = [key for key, each in zip("abc", standing, strict=True) if each.state == State.LIVE]
        ends = {*found.lapse, *found.cancel}
        assert ends == (set(live) if begins else set()), (join, standing)
        assert bool(found.lapse) <= (join == "lead")
        assert bool(found.cancel) <= (join in ("any", "veto"))


def test_what_leads_only_to_a_spared_step_is_spared_and_never_begins():
    steps = [step("a"), step("b"), step("c", "b"), step("decide", "a", "c", join="any")]
    found = flow.moves(steps, {"a": DONE, "b": LIVE})
    assert (found.release, dict(found.cancel)) == (("decide",), {"b": "decide"})
    assert flow.moves(steps, {"a": DONE, "b": DONE, "decide": LIVE}).release == ()


def test_what_another_step_waits_for_is_not_spared():
    steps = [step("a"), step("b"), step("c", "b"), step("d", "a", "b", join="any"), step("decide", "c", "d")]
    found = flow.moves(steps, {"a": DONE, "b": LIVE})
    assert (found.release, dict(found.cancel)) == (("d",), {})


def test_advice_not_yet_asked_is_waited_for():
    steps = [step("a"), step("b"), step("c", "b"), step("decide", "a", "c", join="lead", lead="a")]
    assert flow.moves(steps, {"a": DONE, "b": LATE}).release == ()


def test_a_step_sent_back_is_waited_for_and_its_siblings_are_not():
    steps = [step("a"), step("b"), step("decide", "a", "b", join="any")]
    returned = Standing(State.RETURNED, waits_for="a")
    assert flow.moves(steps, {"a": LIVE, "decide": returned}) == flow.Moves((), (), {})
    assert flow.moves(steps, {"a": DONE, "decide": returned}).release == ("decide",)


def test_a_veto_withdrawn_has_the_spared_siblings_asked_again():
    steps = [step("a"), step("b"), step("decide", "a", "b", join="veto")]
    returned = Standing(State.RETURNED, waits_for="a")
    assert flow.moves(steps, {"a": DONE, "decide": returned}).release == ("b",)
    assert flow.moves(steps, {"a": OBJECTED, "decide": returned}).release == ("decide",)
    assert flow.moves(steps, {"a": DONE, "b": DONE, "decide": returned}).release == ("decide",)


# --- against all possibilities --------------------------------------------------------------------------------------


@st.composite
def situations(draw):
    """A flow of up to seven steps with any joins, each step in any standing that a join does not forbid."""
    count = draw(st.integers(1, 6))
    steps = []
    for number in range(count):
        before = [each.key for each in steps]
        after = draw(st.lists(st.sampled_from(before), unique=True)) if before else []
        steps.append(drawn_step(draw, f"s{number}", after))
    followed = {key for each in steps for key in each.after}
    steps.append(drawn_step(draw, "decide", [each.key for each in steps if each.key not in followed]))
    skipped = {each.key for each in steps[:-1] if draw(st.integers(0, 5)) == 0}
    standing = {}
    for each in steps:
        choices = [NONE, LIVE, LATE, DONE, OBJECTED]
        choices += [
            Standing(State.RETURNED, waits_for=key) for key in sorted(ancestors(each, steps) - skipped)
        ]
        chosen = NONE if each.key in skipped else draw(st.sampled_from(choices))
        if chosen != NONE:
            standing[each.key] = chosen
    return steps, standing, skipped


def drawn_step(draw, key, after):
    join = draw(st.sampled_from(POLICIES)) if len(after) > 1 else "all"
    return step(key, *after, join=join, lead=draw(st.sampled_from(after)) if join == "lead" else "")


def ancestors(one, steps) -> set[str]:
    by_key = {each.key: each for each in steps}
    return {key for before in one.after for key in {before} | ancestors(by_key[before], steps)}


class Counted:
    """The same question answered by trying every set of steps that might begin now, and every way through the flow."""

    def __init__(self, steps, standing, skipped) -> None:
        self.steps, self.skipped = {each.key: each for each in steps}, skipped
        self.standing = {key: standing.get(key, NONE) for key in self.steps}
        self.lapsed: set[str] = set()
        self.over = {key for key, each in self.standing.items() if each in (DONE, OBJECTED)}
        while self.grow():
            pass

    def grow(self) -> bool:
        size = len(self.over)
        self.over |= {key for key in self.skipped if self.joined(self.steps[key])}
        for one in self.steps.values():
            advice = [key for key in one.after if key != one.lead]
            late = [key for key in advice if self.standing[key] == LATE]
            led = one.join == "lead" and one.lead in self.over and not self.busy(one.key)
            if led and all(key in self.over or key in late for key in advice):
                self.lapsed |= set(late)
                self.over |= set(late)
        return len(self.over) > size

    def busy(self, key) -> bool:
        each = self.standing[key]
        return each.waits_for not in self.over if each.waits_for else each != NONE

    def joined(self, one) -> bool:
        over = [key in self.over for key in one.after]
        objected = [self.standing[key] == OBJECTED for key in one.after]
        own = [
            key in self.over and self.standing[key] != OBJECTED
            for key in one.after
            if key not in self.skipped
        ]
        return all(over) or (one.join == "any" and any(own)) or (one.join == "veto" and any(objected))

    def wanted(self, key, begun) -> bool:
        """Whether there is a way on from a step that meets none that has begun, or to one that sent the step back."""
        ways = [one.key for one in self.steps.values() if key in one.after]
        senders = [one for one, each in self.standing.items() if each.waits_for == key]
        on = any(way not in begun and self.wanted(way, begun) for way in ways)
        return not ways or on or any(self.wanted(one, begun) for one in senders)

    def answers(self):
        """Yield every set of steps that may begin now without contradiction."""
        able = [
            k for k, s in self.steps.items() if k not in self.skipped and not self.busy(k) and self.joined(s)
        ]
        through = {key for key in self.skipped if self.joined(self.steps[key])}
        held = {key for key in self.steps if key not in self.skipped and self.busy(key)} | through
        for count in range(len(able) + 1):
            for chosen in combinations(able, count):
                begun = held | set(chosen)
                if {key for key in able if self.wanted(key, begun)} == set(chosen):
                    yield (
                        set(chosen),
                        {
                            key
                            for key, each in self.standing.items()
                            if each.state == State.LIVE
                            and key not in self.lapsed
                            and not self.wanted(key, begun)
                        },
                    )


@settings(max_examples=2000, deadline=None)
@given(situations())
def test_moves_are_the_only_answer_without_contradiction(drawn):
    steps, standing, skipped = drawn
    found = flow.moves(steps, standing, skipped=skipped)
    counted = Counted(steps, standing, skipped)

    assert list(counted.answers()) == [(set(found.release), set(found.cancel))]
    assert set(found.lapse) == counted.lapsed


@settings(max_examples=1000, deadline=None)
@given(situations(), st.randoms(use_true_random=False))
def test_every_flow_comes_to_its_decision_whatever_happens_on_the_way(drawn, random):
    """Live steps pass, object, run late or are sent back at random, in any order: nothing is released twice, nobody waits for ever."""
    steps, _, skipped = drawn
    standing: dict[str, Standing] = {}
    for left in range(60, -1, -1):
        found = flow.moves(steps, standing, skipped=skipped)
        for key in found.release:
            assert standing.get(key, NONE).state in (State.UNSTARTED, State.RETURNED)
            standing[key] = LIVE
        standing |= dict.fromkeys(found.lapse, DONE)
        for key in found.cancel:
            del standing[key]
        if standing.get("decide") == LIVE:
            break
        live = sorted(key for key, each in standing.items() if each.state == State.LIVE)
        assert live, "nothing is under way, and nothing is decided"
        act(random, steps, standing, random.choice(live), may_send_back=left > 20)
    assert standing["decide"] == LIVE
    spared = [key for key in standing if standing[key].state == State.LIVE and key != "decide"]
    assert not [key for key in spared if not flow_needs(steps, standing, skipped, key)]


def act(random, steps, standing, key, *, may_send_back) -> None:
    by_key = {each.key: each for each in steps}
    before = sorted(
        one for one in ancestors(by_key[key], steps) if standing.get(one, NONE) in (DONE, OBJECTED)
    )
    if before and may_send_back and random.random() < 0.3:
        earlier = random.choice(before)
        standing[earlier], standing[key] = LIVE, Standing(State.RETURNED, waits_for=earlier)
    else:
        standing[key] = random.choice([DONE, OBJECTED, LATE] if standing[key] == LIVE else [DONE, OBJECTED])


def flow_needs(steps, standing, skipped, key) -> bool:
    return key not in flow.moves(steps, standing, skipped=skipped).cancel


# --- with a department at each end ----------------------------------------------------------------------------------


def states(application) -> dict[str, str]:
    tasks = ReviewTask.objects.filter(case__application=application).order_by("round").select_related("step")
    return {task.step.key: f"{task.status} {task.outcome}".strip() for task in tasks}


def finish(world, application, key, outcome="pass"):
    task = world.task(application, key)
    by = world.reviewer(task.department.code)
    review.claim(task_id=task.pk, by=by, now=world.now())
    return review.complete(task_id=task.pk, outcome=outcome, opinion="看过。", by=by, now=world.now())


def test_any_of_two_releases_and_spares_the_other_with_a_note(world):
    application = joined(world, "any")
    spared = world.task(application, "tax")
    review.claim(task_id=spared.pk, by=world.reviewer("SWJ"), now=world.now())
    finish(world, application, "housing")

    (told,) = inbox(world.reviewer("SWJ"))
    assert (told.title, told.link) == ("不用再办：契税核验", f"/queue/{spared.pk}/")
    assert told.body.endswith("不用再办：其他环节已先完成。")
    assert states(application) == {"tax": "cancelled", "housing": "done pass", "decide": "released"}
    note = StatusChange.objects.get(application=application, act="cancel").note
    assert note == "其他环节已先完成，本环节不再办理"


def test_an_objection_is_not_the_one_that_is_enough(world):
    application = joined(world, "any")
    finish(world, application, "housing", "object")
    assert states(application) == {"tax": "open", "housing": "done object"}

    finish(world, application, "tax", "object")
    assert states(application) == {"tax": "done object", "housing": "done object", "decide": "released"}


def test_an_objection_with_a_veto_releases_spares_and_forbids_a_grant(world):
    application = joined(world, "veto")
    finish(world, application, "tax", "object")
    assert states(application) == {"tax": "done object", "housing": "cancelled", "decide": "released"}

    world.carry()
    decide, by = world.task(application, "decide"), world.decider("ZRZY")
    review.claim(task_id=decide.pk, by=by, now=world.now())
    page = world.client(by).get(f"/queue/{decide.pk}/").content.decode()
    assert "“契税核验”不通过，一票否决，不能准予" in page
    with refused("vetoed"):
        decisions.decide(task_id=decide.pk, outcome="granted", reasons="", by=by, now=world.now())
    facts, reasons = "税务部门查无完税记录。", "未缴清契税。"
    decisions.decide(
        task_id=decide.pk, outcome="denied", facts=facts, reasons=reasons, by=by, now=world.now()
    )
    assert Case.objects.get(application=application).status == "denied"


def test_without_a_veto_an_objection_is_weighed_by_the_decider(world):
    application = joined(world, "all")
    finish(world, application, "tax", "object")
    finish(world, application, "housing")
    world.carry()
    world.road.work(world.task(application, "decide"))
    assert Case.objects.get(application=application).status == "granted"


def test_late_advice_counts_as_no_objection_once_the_leading_step_is_done(world):
    application = joined(world, "lead", lead="tax")
    advice = world.task(application, "housing")
    late = advice.due_at + timedelta(seconds=1)
    assert run_clocks(now=late)["advice_lapsed"] == 0  # the leading step is not done

    finish(world, application, "tax")
    assert states(application)["housing"] == "open"
    assert run_clocks(now=advice.due_at - timedelta(seconds=1))["advice_lapsed"] == 0
    assert run_clocks(now=late)["advice_lapsed"] == 1

    assert states(application) == {"tax": "done pass", "housing": "done elapsed", "decide": "released"}
    advice.refresh_from_db()
    assert advice.opinion == "逾期未提出意见，视为无意见"
    before = everything()
    assert run_clocks(now=late)["advice_lapsed"] == 0
    assert everything() == before


def test_the_leading_step_done_last_takes_late_advice_along_and_its_opinion_is_shown(world):
    application = joined(world, "lead", lead="tax")
    world.pass_time(days=3)
    finish(world, application, "tax", "object")
    assert states(application) == {"tax": "done object", "housing": "done elapsed", "decide": "released"}

    world.carry()
    page = world.client(world.decider("ZRZY")).get(f"/queue/{world.task(application, 'decide').pk}/")
    assert "主办意见：不通过" in page.content.decode()


def test_a_publicity_that_is_spared_gives_its_days_back(world):
    """It leads only to a sibling that nobody waits for any more."""
    before = [
        {"key": "notice", "name": "公告", "kind": "special", "department": "SWJ", "days": 7, "unit": "day",
         "counts_time": False},
        {"key": "tax", "name": "契税核验", "kind": "review", "department": "SWJ", "after": ["notice"]},
        {"key": "housing", "name": "交易核验", "kind": "review", "department": "ZJJ"},
    ]  # fmt: skip
    application = joined(world, "any", before=before)
    case = application.cases.get()
    if_it_runs_its_time = case.promised_due_at
    world.pass_time(days=2)
    finish(world, application, "housing")

    case.refresh_from_db()
    assert states(application) == {"notice": "cancelled", "housing": "done pass", "decide": "released"}
    without_it = calendar.due_at(case.started_at, case.version.promised_value, case.version.promised_unit)
    assert without_it < case.promised_due_at < if_it_runs_its_time


def test_the_step_list_says_how_a_step_that_waits_is_joined(world):
    application = joined(world, "lead", lead="tax")
    page = (
        world.client(world.reviewer("SWJ"))
        .get(f"/queue/{world.task(application, 'tax').pk}/")
        .content.decode()
    )
    assert "以主办环节“契税核验”的意见为准" in page


# --- the last two at the same instant -------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("join", POLICIES)
@pytest.mark.parametrize("outcomes", [("pass", "pass"), ("pass", "object")], ids="-".join)
def test_the_last_two_siblings_at_the_same_instant_release_the_next_once(world, join, outcomes):
    application = joined(world, join, lead="tax" if join == "lead" else "")
    acts, now = [], clock.now()
    for key, outcome in zip(("tax", "housing"), outcomes, strict=True):
        task = world.task(application, key)
        by = world.reviewer(task.department.code)
        review.claim(task_id=task.pk, by=by, now=now)
        acts.append(
            partial(review.complete, task_id=task.pk, outcome=outcome, opinion="看过。", by=by, now=now)
        )
    done = press_together(acts)

    found = states(application)
    assert found["decide"] == "released"
    assert ReviewTask.objects.filter(case__application=application, step__key="decide").count() == 1
    late = 1 if join == "any" else 0
    if join in ("any", "veto") and outcomes[1] == "object":
        # What did not suffice was first, or came too late.
        late = list(found.values()).count("cancelled")
    assert refusals(done) == ["cannot_complete"] * late
    assert list(found.values()).count("cancelled") == late


@pytest.mark.django_db(transaction=True)
def test_late_advice_and_its_lapse_at_the_same_instant_release_the_next_once(world):
    application = joined(world, "lead", lead="tax")
    finish(world, application, "tax")
    task, by = world.task(application, "housing"), world.reviewer("ZJJ")
    review.claim(task_id=task.pk, by=by, now=clock.now())
    late = task.due_at + timedelta(seconds=1)
    press_together(
        [
            partial(review.complete, task_id=task.pk, outcome="pass", opinion="看过。", by=by, now=late),
            partial(routing.lapse_advice, case_id=task.case_id, now=late),
        ]
    )
    assert states(application)["housing"] in ("done pass", "done elapsed")
    assert ReviewTask.objects.filter(case__application=application, step__key="decide").count() == 1

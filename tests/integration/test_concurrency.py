"""Acts pressed at the same instant, with real commits: one wins, the other is told so, and nothing is done twice."""

from __future__ import annotations

from functools import partial

import pytest

from applications.enums import TaskStatus
from applications.items import Item
from applications.models import Application, Correction, Decision, ReviewTask, StatusChange, TaskRecord
from applications.services import corrections, decisions, drafts, filing, intake, review
from core import clock, codes
from core.errors import Refusal
from core.models import NumberSeries, OfficialDocument
from delivery.models import Certificate, Delivery, Handover, Shipment
from delivery.services import outlet, results, shipments
from tests.proof import press_together, refusals

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
ROUNDS = range(5)
FILINGS = 50


def one_wins(acts, code: str) -> object:
    """Press together; exactly one succeeds and every other is refused with this code. Returns the winner's result."""
    done = press_together(acts)
    assert refusals(done) == [code] * (len(acts) - 1)
    return next(each for each in done if not isinstance(each, Refusal))


def changes(application: Application, act: str) -> int:
    return StatusChange.objects.filter(application=application, act=act).count()


# --- filing ---------------------------------------------------------------------------------------------------------


def test_fifty_filings_at_once_get_fifty_numbers(world):
    drafts = [world.draft("SGB-001") for _ in range(FILINGS)]
    user, now = world.citizen.user, clock.now()

    done = press_together(
        [partial(filing.submit, application_id=draft.pk, by=user, now=now) for draft in drafts]
    )

    numbers = {each.number for each in done}
    assert len(numbers) == FILINGS
    for number in numbers:
        assert codes.with_hybrid_check(number[:-1]) == number
        assert number.startswith(f"330199{clock.local_date(now):%y%m%d}")
    receipts = OfficialDocument.objects.filter(kind="receipt")
    assert receipts.count() == len({each.number for each in receipts}) == FILINGS
    assert NumberSeries.objects.get(series="SGB.receipt").last == FILINGS


def test_double_start(world):
    """Two clicks on the button that begins make one draft, whole."""
    for what in ({"version": world.version("SCJG-007")}, {"bundle": world.bundle("B01")}):
        for person in (world.citizen, world.other_citizen):
            start = partial(
                drafts.start, applicant=person, by=person.user, now=clock.now(), channel="web", **what
            )
            started = press_together([start] * 4)
            assert refusals(started) == []
            assert len({each.pk for each in started}) == 1
            draft = Application.objects.get(pk=started[0].pk)
            assert draft.cases.count() == (4 if draft.bundle else 1)
    assert Application.objects.count() == 4


def test_start_while_the_draft_is_being_filled_in(world):
    """Who begins again at the moment the first draft is filled in gets a draft of their own, or the one that is filled."""
    for _ in ROUNDS:
        person, now = world.citizen, clock.now()
        start = partial(
            drafts.start,
            applicant=person,
            by=person.user,
            now=now,
            channel="web",
            version=world.version("SCJG-007"),
        )
        first = start()
        fill = partial(
            drafts.fill, application_id=first.pk, answers=drafts.Answers("江畔小馆"), by=person.user, now=now
        )
        assert refusals(press_together([start, fill])) == []
        first.refresh_from_db()
        assert (first.subject, first.cases.count()) == ("江畔小馆", 1)


def test_double_submit(world):
    user = world.citizen.user
    for _ in ROUNDS:
        draft, now = world.draft(), clock.now()
        one_wins([partial(filing.submit, application_id=draft.pk, by=user, now=now)] * 2, "cannot_submit")
        assert changes(draft, "submit") == 1


def test_double_accept(world):
    for _ in ROUNDS:
        application, now = world.submitted("B11"), clock.now()
        one_wins(
            [
                partial(intake.accept, application_id=application.pk, by=by, now=now)
                for by in (world.clerk, world.clerk2)
            ],
            "cannot_accept",
        )
        assert changes(application, "accept") == 1
        assert ReviewTask.objects.filter(case__application=application).count() == 2
        assert OfficialDocument.objects.filter(kind="acceptance", reference=application.number).count() == 1


def test_accept_against_a_correction_notice(world):
    for _ in ROUNDS:
        application, now = world.submitted(), clock.now()
        done = press_together(
            [
                partial(intake.accept, application_id=application.pk, by=world.clerk, now=now),
                partial(
                    corrections.ask,
                    application_id=application.pk,
                    items=[Item("身份证", "已过期")],
                    by=world.clerk2,
                    now=now,
                ),
            ]
        )
        assert refusals(done) in (["cannot_accept"], ["cannot_ask_correction"])
        application.refresh_from_db()
        assert (application.status == "accepted") != Correction.objects.filter(
            application=application
        ).exists()


# --- the departments ------------------------------------------------------------------------------------------------


def test_double_claim(world):
    people = [world.reviewer("SCJG"), world.reviewer2("SCJG")]
    for _ in ROUNDS:
        task, now = world.task(world.accepted("SCJG-007")), clock.now()
        won = one_wins(
            [partial(review.claim, task_id=task.pk, by=by, now=now) for by in people],
            "already_claimed",
        )
        task.refresh_from_db()
        assert task.claimed_by == won.claimed_by
        assert changes(task.case.application, "claim") == 1


def test_claim_next_gives_each_person_another_task(world):
    people = [world.reviewer("SCJG"), world.reviewer2("SCJG")]
    for _ in ROUNDS:
        now = clock.now()
        for _ in people:
            world.accepted("SCJG-007")
        first, second = press_together([partial(review.claim_next, by=by, now=now) for by in people])
        assert first.pk != second.pk


def test_double_complete(world):
    by = world.reviewer("SCJG")
    for _ in ROUNDS:
        task, now = world.task(world.accepted("SCJG-007")), clock.now()
        review.claim(task_id=task.pk, by=by, now=now)
        one_wins(
            [partial(review.complete, task_id=task.pk, outcome="pass", opinion="同意", by=by, now=now)] * 2,
            "cannot_complete",
        )
        assert ReviewTask.objects.filter(case=task.case, step__key="inspect").count() == 1
        assert TaskRecord.objects.filter(task=task).count() == 1


def test_double_decide(world):
    by = world.decider("SCJG")
    for _ in ROUNDS:
        task, now = world.task(world.accepted()), clock.now()
        review.claim(task_id=task.pk, by=by, now=now)
        one_wins(
            [
                partial(
                    decisions.decide,
                    task_id=task.pk,
                    outcome=outcome,
                    facts="住所已由他人登记",
                    reasons="依法",
                    by=by,
                    now=now,
                )
                for outcome in ("granted", "denied")
            ],
            "cannot_grant",
        )
        assert Decision.objects.filter(case=task.case).count() == 1


def test_claim_against_withdraw(world):
    for _ in ROUNDS:
        application, now = world.accepted("SCJG-007"), clock.now()
        task = world.task(application)
        done = press_together(
            [
                partial(review.claim, task_id=task.pk, by=world.reviewer("SCJG"), now=now),
                partial(
                    filing.withdraw,
                    application_id=application.pk,
                    reason="不办了",
                    by=world.citizen.user,
                    now=now,
                ),
            ]
        )
        assert refusals(done) in ([], ["cannot_claim"])
        task.refresh_from_db()
        application.refresh_from_db()
        assert (task.status, application.status) == (TaskStatus.CANCELLED, "withdrawn")


def test_decide_against_withdraw(world):
    by = world.decider("SCJG")
    for _ in ROUNDS:
        application, now = world.accepted(), clock.now()
        task = world.task(application)
        review.claim(task_id=task.pk, by=by, now=now)
        done = press_together(
            [
                partial(decisions.decide, task_id=task.pk, outcome="granted", reasons="", by=by, now=now),
                partial(
                    filing.withdraw,
                    application_id=application.pk,
                    reason="不办了",
                    by=world.citizen.user,
                    now=now,
                ),
            ]
        )
        application.refresh_from_db()
        decided = Decision.objects.filter(case=task.case).exists()
        assert refusals(done) == (["already_decided"] if decided else ["cannot_grant"])
        assert application.status == ("accepted" if decided else "withdrawn")


def test_denials_in_different_bundles_never_wait_in_a_circle(world):
    """Their dependants end in several departments, whose number series are held until the end."""
    by = world.decider("SCJG")
    for _ in ROUNDS:
        tasks, now = [], clock.now()
        for code in ("B01", "B02", "B01", "B02"):
            task = world.task(world.accepted(code))
            review.claim(task_id=task.pk, by=by, now=now)
            tasks.append(task)
        done = press_together(
            [
                partial(
                    decisions.decide,
                    task_id=task.pk,
                    outcome="denied",
                    facts="住所已由他人登记",
                    reasons="住所不符",
                    by=by,
                    now=now,
                )
                for task in tasks
            ]
        )
        assert refusals(done) == []


# --- results and the outlet ----------------------------------------------------------------------------------------


def test_results_issued_and_gathered_by_several_workers_at_once(world):
    for _ in ROUNDS:
        application = world.accepted()
        world.road.work(world.task(application))
        case, now = application.cases.get(), clock.now()
        done = press_together([partial(results.issue, case_id=case.pk, now=now)] * 4)
        assert sum(each is not None for each in done) == 1
        assert Certificate.objects.filter(case=case).count() == 1
        assert Delivery.objects.filter(application=application).count() == 1


def test_double_hand_over(world):
    for _ in ROUNDS:
        application, now = world.ready(), clock.now()
        one_wins(
            [
                partial(
                    outlet.hand_over,
                    application_id=application.pk,
                    collector_name="陈晓岚",
                    relation="self",
                    signature="陈晓岚",
                    place=world.hall,
                    by=world.outlet,
                    now=now,
                )
            ]
            * 2,
            "cannot_hand_over",
        )
        assert Handover.objects.filter(delivery__application=application).count() == 1
        assert application.visits.count() == 1
        assert changes(application, "close") == 1


def test_a_parcel_booked_sent_and_tracked_twice_at_once(world):
    for _ in ROUNDS:
        application = world.accepted("SCJG-009", by_courier=True)
        world.road.finish_departments(application)
        shipment, now = Shipment.objects.get(delivery__application=application), clock.now()
        press_together([partial(shipments.book, shipment_id=shipment.pk, now=now)] * 2)
        one_wins(
            [partial(shipments.send, shipment_id=shipment.pk, by=world.courier, now=now)] * 2,
            "cannot_send",
        )
        world.pass_time(hours=25)
        later = clock.now()
        done = press_together([partial(shipments.track, shipment_id=shipment.pk, now=later)] * 2)
        assert sorted(done) == [0, 4]
        assert [changes(application, act) for act in ("book", "receive", "deliver", "close")] == [1, 1, 1, 1]

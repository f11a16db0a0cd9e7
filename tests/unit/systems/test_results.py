"""Results that a department's system sends: signed, done by the services of the pages, once for each key."""

import json
import uuid

import pytest

from applications.models import Decision, StatusChange, TaskRecord
from core import clock
from core.models import AuditEntry
from systems import signing
from systems.models import IncomingResult
from systems.services import keeping
from tests.api import problem
from tests.systems import Desk, connect

RESULTS = "/api/v1/system-results/"


@pytest.fixture
def desk(tax) -> Desk:
    return Desk(tax.incoming)


@pytest.fixture
def task(world, tax):
    """The tax step of a transfer of real estate, in the tax bureau's queue."""
    return world.task(world.accepted("ZRZY-001"), key="tax")


def passed(task, **how):
    return {"task": task.pk, "by": "swj.review1", "outcome": "pass", "opinion": "契税已缴清。", **how}


def test_result_is_done_as_on_the_pages_by_the_person_it_names(world, desk, task):
    answer = desk.send(passed(task))

    assert answer.status_code == 200, answer.content.decode()
    assert answer.json() == {"task": task.pk, "case": task.case.number, "status": "done", "outcome": "pass"}
    task.refresh_from_db()
    assert (task.completed_by, task.claimed_by) == (world.reviewer("SWJ"), world.reviewer("SWJ"))
    acts = StatusChange.objects.filter(task=task).values_list("act", flat=True)
    assert set(acts) >= {"receipt", "claim", "complete"}
    entry = AuditEntry.objects.get(act="system.result")
    assert entry.detail["status"] == 200


def test_same_key_gets_the_first_answer_and_has_one_effect(desk, task):
    once = uuid.uuid4().hex
    first, second = desk.send(passed(task), once=once), desk.send(passed(task), once=once)

    assert first.content == second.content
    assert StatusChange.objects.filter(task=task, act="complete").count() == 1
    problem(desk.send(passed(task, opinion="别的"), once=once), 422, "key_reused", "Idempotency-Key")
    same_in_other_bytes = json.dumps(passed(task), indent=1).encode()
    problem(desk.send(same_in_other_bytes, once=once), 422, "key_reused", "Idempotency-Key")


def test_refusal_is_an_answer_too_and_keeps_nothing_of_the_act(desk, task):
    once = uuid.uuid4().hex
    sent = passed(task, outcome="granted")
    first, second = desk.send(sent, once=once), desk.send(sent, once=once)

    assert first.status_code == second.status_code >= 400
    assert first.content == second.content
    task.refresh_from_db()
    assert task.status == "open"  # the claim went back with it
    assert desk.send(passed(task)).status_code == 200


def test_result_for_a_finished_task_is_refused(desk, task):
    desk.send(passed(task))
    problem(desk.send(passed(task)), 409, "cannot_complete")


def test_task_in_the_hands_of_a_colleague_is_refused(world, desk, task):
    from applications.services import review

    review.claim(task_id=task.pk, by=world.reviewer2("SWJ"), now=world.now())
    problem(desk.send(passed(task)), 409, "already_claimed")
    assert desk.send(passed(task, by="swj.review2")).status_code == 200


def test_somebody_elses_task_does_not_exist(world, desk, task):
    other = world.task(task.case.application, key="housing")
    problem(desk.send(passed(other)), 404, "not_found")
    problem(desk.send({**passed(task), "task": 10**15}), 404, "not_found")
    other.refresh_from_db()
    assert other.status == "open"


def test_only_people_of_the_department_are_named(desk, task):
    for by in ("zjj.review1", "nobody", "citizen1", "\0"):
        refused = desk.send(passed(task, by=by))
        assert refused.status_code == 422, by
    problem(desk.send(passed(task, by="zjj.review1")), 422, "unknown_person", "by")
    problem(desk.send(passed(task, by="swj.decide")), 403, "post_required")


def test_inspection_needs_its_two_people_on_site(world, office):
    connected = connect(world.department("SCJG"), office.address)
    desk = Desk(connected.incoming)
    application = world.accepted("SCJG-007")
    world.road.work(world.task(application))
    world.carry()
    task = world.task(application)
    site = {"seen_at": clock.now().isoformat(), "place": "经营场所"}
    first = {"by": "scjg.review1", "finding": "现场与申报一致。", **site}
    sent = {"task": task.pk, "by": "scjg.review1", "outcome": "pass", "opinion": "同意。", "records": [first]}

    problem(desk.send(sent), 409, "more_people_needed")
    assert not TaskRecord.objects.filter(task=task).exists()
    second = {**first, "by": "scjg.review2"}
    assert desk.send({**sent, "records": [first, second]}).status_code == 200
    assert TaskRecord.objects.filter(task=task).count() == 2


def test_decision_is_made_by_who_did_not_accept(world, office):
    connected = connect(world.department("GAJ"), office.address)
    desk = Desk(connected.incoming)
    task = world.task(world.accepted("GAJ-003"))
    sent = {"task": task.pk, "by": "gaj.decide", "outcome": "granted"}
    task.case.application.accepted_by = world.decider("GAJ")
    task.case.application.save(update_fields=["accepted_by"])
    problem(desk.send(sent), 403, "decider_is_acceptor")

    task.case.application.accepted_by = world.clerk
    task.case.application.save(update_fields=["accepted_by"])
    assert desk.send(sent).status_code == 200
    assert Decision.objects.get(case=task.case).decided_by == world.decider("GAJ")


# --- who is let in ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({signing.KEY: ""}, "signature_missing"),
        ({signing.SIGNATURE: ""}, "signature_missing"),
        ({signing.MOMENT: ""}, "signature_missing"),
        ({signing.SIGNATURE: "0" * 64}, "signature_wrong"),
        ({signing.SIGNATURE: "签"}, "signature_wrong"),
        ({signing.KEY: "SWJ-inc-00000000"}, "signature_wrong"),
        ({signing.ONCE: "another-key"}, "signature_wrong"),
        ({signing.MOMENT: "1"}, "signature_too_old"),
        ({signing.MOMENT: "now"}, "signature_too_old"),
    ],
)
def test_what_is_not_signed_is_not_let_in(desk, task, change, code):
    problem(desk.send(passed(task), **change), 401, code)
    assert not IncomingResult.objects.exists()


def test_signature_of_another_body_address_or_time_is_not_let_in(desk, task):
    import json

    body, once = json.dumps(passed(task)).encode(), "a-key-of-mine"

    def post(headers, sent=body):
        return desk.client.post(RESULTS, sent, content_type="application/json", headers=headers)

    signed = desk.headers("POST", RESULTS, body, once)
    problem(post(signed, json.dumps(passed(task, outcome="object")).encode()), 401, "signature_wrong")
    problem(post(desk.headers("POST", "/api/v1/tasks/", body, once)), 401, "signature_wrong")
    problem(post(desk.headers("POST", RESULTS, body, once, age=301)), 401, "signature_too_old")
    problem(post(desk.headers("POST", RESULTS, body, once, age=-310)), 401, "signature_too_old")
    assert post(desk.headers("POST", RESULTS, body, once, age=290)).status_code == 200


def test_a_token_and_a_session_do_not_open_this_door(world, task):
    client = world.client(world.reviewer("SWJ"))
    answer = client.post(RESULTS, passed(task), content_type="application/json")
    problem(answer, 401, "signature_missing")


def test_a_signature_opens_no_other_door(desk, task):
    target = f"/api/v1/tasks/{task.pk}/"
    answer = desk.client.get(target, headers=desk.headers("GET", target, b"", ""))
    assert answer.status_code == 401


def test_both_keys_are_taken_while_they_are_exchanged(world, tax, desk, task):
    new = keeping.make_key(system=tax.system, direction="incoming", by=None, now=world.now())
    problem(desk.send(passed(task, by="nobody")), 422, "unknown_person")
    problem(Desk(new).send(passed(task, by="nobody")), 422, "unknown_person")
    keeping.end_key(system=tax.system, key_id=tax.incoming.key.key_id, by=None, now=world.now())
    problem(desk.send(passed(task)), 401, "signature_wrong")
    problem(Desk(tax.outgoing).send(passed(task)), 401, "signature_wrong")
    assert Desk(new).send(passed(task)).status_code == 200


def test_system_that_is_not_in_use_is_not_let_in(world, tax, desk, task):
    keeping.keep(
        department=tax.system.department,
        address=tax.system.address,
        is_active=False,
        by=None,
        now=world.now(),
    )
    problem(desk.send(passed(task)), 403, "system_not_in_use")


def test_what_is_too_large_or_no_result_is_refused(desk, task):
    problem(desk.send(b"x" * 70_000), 413, "too_large")
    problem(desk.send(passed(task), **{"Transfer-Encoding": "chunked"}), 411, "length_required")
    problem(desk.send(b"{"), 400, "malformed")
    problem(desk.send(b"[]"), 422, "invalid")
    problem(desk.send({}), 422, "invalid", "task")
    problem(desk.send(passed(task, outcome="sent_back")), 422, "invalid", "outcome")
    problem(desk.send(passed(task, records=[{}] * 11)), 422, "invalid")
    for once in ("short", "a key with blanks", "k" * 101):
        problem(desk.send(passed(task), once=once), 422, "key_required", "Idempotency-Key")
    assert not IncomingResult.objects.exists()

"""The one table of transitions: what may start from where, and that nothing else happens."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction

from applications import machine
from applications.enums import TaskOutcome
from applications.items import Item
from applications.models import (
    Application,
    Case,
    Consultation,
    Correction,
    DecisionDraft,
    ReviewTask,
    StatusChange,
)
from applications.services import consulting, corrections, drafting, review
from core.models import AuditEntry
from delivery.models import Delivery, Shipment
from supervision.models import Card
from supervision.sweeps import run_cards
from tests.proof import everything, refused

ROOT = Path(__file__).parents[3]

# Written out a second time on purpose: a change of the table must be a decision, not an accident.
EXPECTED = {
    Application: """
        submit            draft                              submitted
        ask_correction    submitted                          correction_open
        answer_correction correction_open                    submitted
        lapse             correction_open                    withdrawn
        accept            submitted                          accepted
        refuse            submitted                          refused
        withdraw          submitted,correction_open,accepted withdrawn
        close             accepted                           closed
    """,
    Case: """
        start       pending,waiting           in_review
        wait        pending                   waiting
        refuse      pending                   refused
        grant       in_review                 granted
        deny        in_review,simulated       denied
        simulate    in_review                 simulated
        supply      simulated                 simulated
        return_supply simulated               simulated
        convert     simulated                 granted
        reopen      simulated                 in_review
        revoke      granted                   revoked
        not_proceed waiting                   not_proceeded
        withdraw    pending,waiting,in_review,simulated withdrawn
    """,
    ReviewTask: """
        receipt       released              open
        claim         open                  claimed
        assign        open                  claimed
        transfer      claimed               claimed
        put_back      claimed               open
        complete      claimed               done
        pay           claimed               done
        fail_payment  claimed               claimed
        order_mending claimed               done
        send_back     claimed               done
        skip          open,claimed          done
        reroute       open,claimed          cancelled
        elapse        released,open,claimed done
        cancel        released,open,claimed cancelled
    """,
    Correction: """
        answer open answered
        lapse  open lapsed
        cancel open cancelled
    """,
    Consultation: """
        answer open answered
        lapse  open lapsed
        cancel open cancelled
    """,
    DecisionDraft: """
        revise      draft,countersigning,countersigned,returned draft
        send        draft                                       countersigning
        countersign countersigning                              countersigned
        return      countersigning                              returned
        issue       draft,countersigned                         issued
        drop        draft,countersigning,countersigned,returned dropped
    """,
    Delivery: """
        send      ready            in_transit
        hand_over ready            delivered
        deliver   ready,in_transit delivered
    """,
    Shipment: """
        book    ordered booked
        send    booked  sent
        receive sent    received
        cancel  ordered,booked cancelled
    """,
    Card: """
        issue    proposed        issued
        dismiss  proposed        dismissed
        appeal   issued          appealed
        uphold   appealed        upheld
        withdraw issued,appealed withdrawn
    """,
}


def rows(model) -> dict[str, tuple[set[str], str]]:
    lines = (line.split() for line in EXPECTED[model].strip().splitlines())
    return {act: (set(sources.split(",")), target) for act, sources, target in lines}


def states(model) -> list[str]:
    return [value for value, _ in model._meta.get_field("status").choices]


@pytest.fixture
def records(world):
    """One record of each kind, with every column a state may demand, and who acts when."""
    sent = world.ready("SCJG-009", by_courier=True)
    asked = world.submitted()
    correction = corrections.ask(
        application_id=asked.pk, items=[Item("身份证", "已过期")], by=world.clerk, now=world.now()
    )
    task = review.claim(
        task_id=world.task(world.accepted("SCJG-007")).pk, by=world.reviewer("SCJG"), now=world.now()
    )
    asked_of = consulting.ask(
        task_id=task.pk,
        question="布局是否可行？",
        days=3,
        department=world.department("GAJ"),
        by=world.reviewer("SCJG"),
        now=world.now(),
    )
    run_cards(now=world.now() + timedelta(days=60))
    return {
        Consultation: asked_of,
        Application: sent,
        Case: sent.cases.get(),
        ReviewTask: sent.cases.get().tasks.first(),
        Correction: correction,
        DecisionDraft: drafting.draft(
            task_id=world.task(world.accepted()).pk,
            outcome="granted",
            by=world.reviewer("SCJG"),
            now=world.now(),
        ),
        Delivery: sent.delivery,
        Shipment: sent.delivery.shipment,
        Card: Card.objects.filter(status="issued").first(),
    }


def demanded(model, target, world) -> dict:
    """The columns that the database demands of a record in its new state."""
    at = {"now": world.now(), "by": world.clerk}
    return {
        (Application, "closed"): {"closed_at": at["now"]},
        (Application, "refused"): {"refusal_reason": "不属于本区", "competent_authority": "邻区"},
        (Case, "refused"): {"end_reason": "不属于本区", "competent_authority": "邻区"},
        (ReviewTask, "done"): {"completed_at": at["now"], "outcome": TaskOutcome.PASS},
        (Consultation, "answered"): {"answer": "可行", "answered_at": at["now"], "answered_by": at["by"]},
        (DecisionDraft, "countersigned"): {
            "countersigned_at": at["now"],
            "countersigned_by": world.supervisor,
        },
        (DecisionDraft, "returned"): {
            "returned_at": at["now"],
            "returned_by": world.clerk,
            "returned_reason": "补写依据",
        },
        (Delivery, "delivered"): {"delivered_at": at["now"]},
        (Card, "dismissed"): {"issued_at": None, "decision": "情况不属实"},
        (Card, "upheld"): {"decision": "情况属实"},
        (Card, "withdrawn"): {"decision": "系统停机"},
    }.get((model, target), {})


def test_the_table_is_the_one_that_was_agreed():
    assert {
        model: {each.act: (set(each.sources), each.target) for each in table}
        for model, table in machine.TRANSITIONS.items()
    } == {model: rows(model) for model in EXPECTED}


@pytest.mark.parametrize("model", EXPECTED, ids=lambda model: model.__name__)
def test_every_state_has_an_owner(model):
    assert set(machine.OWNERS[model]) == set(states(model))


@pytest.mark.parametrize("model", EXPECTED, ids=lambda model: model.__name__)
def test_every_state_can_be_reached_and_left_unless_it_is_an_end(model):
    table = rows(model)
    reached = {target for _, target in table.values()}
    left = {source for sources, _ in table.values() for source in sources}
    first = model._meta.get_field("status").default

    assert set(states(model)) == reached | {first}
    assert all(machine.OWNERS[model][state] in (machine.NOBODY, machine.OUTLET) for state in reached - left)


@pytest.mark.parametrize("model", EXPECTED, ids=lambda model: model.__name__)
def test_make_from_every_state(world, records, model):
    record = records[model]
    for act, (sources, target) in rows(model).items():
        for state in states(model):
            record.refresh_from_db()
            record.status = state
            assert machine.can(record, act) == (state in sources), (act, state)
            if state in sources:
                check_allowed(world, record, act, state, target)
            else:
                check_refused(world, record, act, state)


def check_allowed(world, record, act, state, target):
    changes_before, audit_before = StatusChange.objects.count(), AuditEntry.objects.count()
    with transaction.atomic():
        machine.make(
            record, act, by=world.clerk, now=world.now(), note="因为", **demanded(type(record), target, world)
        )
        kept = type(record).objects.get(pk=record.pk).status
        change, entry = StatusChange.objects.last(), AuditEntry.objects.first()
        counts = (StatusChange.objects.count(), AuditEntry.objects.count())
        transaction.set_rollback(True)
    name = record._meta.model_name
    assert (record.status, kept) == (target, target), (act, state)
    assert counts == (changes_before + 1, audit_before + 1)
    assert (change.record, change.act, change.source, change.target) == (name, act, state, target)
    assert (change.by, change.note) == (world.clerk, "因为")
    assert (entry.act, entry.record_id, entry.actor) == (f"{name}.{act}", str(record.pk), world.clerk)
    assert (entry.detail["source"], entry.detail["target"]) == (state, target)


def check_refused(world, record, act, state):
    with refused(f"cannot_{act}"):
        machine.make(record, act, by=world.clerk, now=world.now(), ended_at=world.now())
    assert record.status == state


def test_make_undoes_everything_with_its_transaction(world):
    application = world.submitted()
    before = everything()
    with transaction.atomic():
        machine.make(application, "withdraw", by=world.citizen.user, now=world.now(), ended_at=world.now())
        assert everything() != before
        transaction.set_rollback(True)
    assert everything() == before


def test_a_status_is_written_nowhere_else():
    written = re.compile(r"\.status\s*=(?!=|\s*')|update\([^)]*\bstatus=")
    offenders = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for room in ("applications", "delivery", "supervision")
        for path in (ROOT / room).rglob("*.py")
        if "migrations" not in path.parts and path.name != "machine.py"
        for line in path.read_text(encoding="utf-8").splitlines()
        if written.search(line)
    ]
    assert offenders == []


def test_label_of_gives_the_word_people_see():
    assert machine.label_of("application", "accept") == "受理"
    assert machine.label_of("shipment", "book") == "取得运单号"

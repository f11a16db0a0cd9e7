"""Who may do what: one truth table for acts, one for sight."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from applications import selectors
from applications.items import Item
from applications.models import Application
from applications.permissions import visible_applications, visible_materials
from applications.services import corrections, decisions, drafts, filing, intake, review, uploads
from core.errors import Refusal
from delivery.models import Shipment
from delivery.services import outlet, shipments
from matters.models import Department
from matters.services.posts import end_post, give_post
from portal.demo.papers import sample_paper
from tests.proof import everything, refused

PEOPLE = (
    "applicant",
    "stranger",
    "clerk",
    "clerk2",
    "outlet",
    "courier",
    "reviewer",
    "reviewer2",
    "decider",
    "head",
    "editor",
    "other_reviewer",
    "other_decider",
    "other_head",
    "supervisor",
    "auditor",
    "office",
    "administrator",
)
"""Reviewers, deciders, heads and editors are of SCJG, the other ones of GAJ."""

USERNAMES = {
    "applicant": "citizen1",
    "stranger": "citizen2",
    "clerk": "counter1",
    "clerk2": "counter2",
    "outlet": "outlet1",
    "courier": "courier1",
    "reviewer": "scjg.review1",
    "reviewer2": "scjg.review2",
    "decider": "scjg.decide",
    "head": "scjg.head",
    "editor": "scjg.editor",
    "other_reviewer": "gaj.review1",
    "other_decider": "gaj.decide",
    "other_head": "gaj.head",
    "supervisor": "supervisor1",
    "auditor": "auditor1",
    "office": "office1",
    "administrator": "admin",
}

SEERS = {
    *("applicant", "clerk", "clerk2", "outlet", "supervisor", "auditor"),
    *("reviewer", "reviewer2", "decider", "head"),
}
"""Who sees an application of the market bureau's that has been submitted, whatever becomes of it."""


# --- an application at the point where the act may be done ---------------------------------------------------------


def web_draft(world):
    return world.draft()


def counter_draft(world):
    return world.draft("SCJG-009", at_counter=True)


def submitted(world):
    return world.submitted()


def asked(world):
    application = world.submitted()
    corrections.ask(
        application_id=application.pk, items=[Item("身份证", "已过期")], by=world.clerk, now=world.now()
    )
    return application


def open_review(world):
    return world.accepted("SCJG-007")


def claimed_review(world):
    application = world.accepted("SCJG-007")
    review.claim(task_id=world.task(application).pk, by=world.reviewer("SCJG"), now=world.now())
    return application


def open_decision(world):
    return world.accepted("SCJG-001")


def claimed_decision(world):
    application = world.accepted("SCJG-001")
    review.claim(task_id=world.task(application).pk, by=world.decider("SCJG"), now=world.now())
    return application


def ready(world):
    return world.ready()


def booked(world):
    return world.ready("SCJG-009", by_courier=True)


# --- the acts -------------------------------------------------------------------------------------------------------


def submit(world, application, by):
    filing.submit(application_id=application.pk, by=by, now=world.now(), confirmed=True)


def fill(world, application, by):
    drafts.fill(application_id=application.pk, answers=drafts.Answers("新的"), by=by, now=world.now())


def discard(world, application, by):
    drafts.discard(application_id=application.pk, by=by, now=world.now())


def attach(world, application, by):
    upload = SimpleUploadedFile("执照.pdf", sample_paper("执照"))
    uploads.attach(material_id=application.materials.first().pk, upload=upload, by=by, now=world.now())


def receive_paper(world, application, by):
    uploads.receive_paper(application_id=application.pk, material_ids=set(), by=by, now=world.now())


def accept(world, application, by):
    intake.accept(application_id=application.pk, by=by, now=world.now())


def refuse(world, application, by):
    intake.refuse(
        application_id=application.pk, reason="不属本区", competent_authority="邻区", by=by, now=world.now()
    )


def ask(world, application, by):
    corrections.ask(application_id=application.pk, items=[Item("身份证", "已过期")], by=by, now=world.now())


def answer(world, application, by):
    (item,) = application.correction.items.all()
    corrections.answer(application_id=application.pk, answers={item.pk: "已换新"}, by=by, now=world.now())


def withdraw(world, application, by):
    filing.withdraw(application_id=application.pk, reason="不办了", by=by, now=world.now())


def claim(world, application, by):
    review.claim(task_id=world.task(application).pk, by=by, now=world.now())


def record(world, application, by):
    review.record(task_id=world.task(application).pk, finding="看过", by=by, now=world.now())


def complete(world, application, by):
    review.complete(
        task_id=world.task(application).pk, outcome="pass", opinion="同意", by=by, now=world.now()
    )


def put_back(world, application, by):
    review.put_back(task_id=world.task(application).pk, by=by, now=world.now())


def decide(world, application, by):
    decisions.decide(
        task_id=world.task(application).pk, outcome="granted", reasons="", by=by, now=world.now()
    )


def hand_over(world, application, by):
    outlet.hand_over(
        application_id=application.pk,
        collector_name="陈晓岚",
        relation="self",
        signature="陈晓岚",
        place=world.hall,
        by=by,
        now=world.now(),
    )


def send(world, application, by):
    shipment = Shipment.objects.get(delivery__application=application)
    shipments.send(shipment_id=shipment.pk, by=by, now=world.now())


NOBODY_ELSE = {"post_required", "other_department"}
NOT_THERE = {"not_found"}
TRUTH = (
    # act, where it may be done, who may, what everybody else is told
    (submit, web_draft, {"applicant"}, NOT_THERE),
    (submit, counter_draft, {"applicant", "clerk", "clerk2"}, NOT_THERE),
    (fill, web_draft, {"applicant"}, NOT_THERE),
    (fill, counter_draft, {"applicant", "clerk", "clerk2"}, NOT_THERE),
    (discard, web_draft, {"applicant"}, NOT_THERE),
    (attach, web_draft, {"applicant"}, NOT_THERE),
    (attach, counter_draft, {"applicant", "clerk", "clerk2"}, NOT_THERE),
    (receive_paper, counter_draft, {"clerk", "clerk2"}, NOBODY_ELSE),
    (accept, submitted, {"clerk", "clerk2"}, NOBODY_ELSE),
    (refuse, submitted, {"clerk", "clerk2"}, NOBODY_ELSE),
    (ask, submitted, {"clerk", "clerk2"}, NOBODY_ELSE),
    (answer, asked, {"applicant", "clerk", "clerk2"}, NOT_THERE),
    (withdraw, submitted, {"applicant", "clerk", "clerk2"}, NOT_THERE),
    (claim, open_review, {"reviewer", "reviewer2"}, NOBODY_ELSE),
    (claim, open_decision, {"decider", "head"}, NOBODY_ELSE),
    (record, claimed_review, {"reviewer", "reviewer2"}, NOBODY_ELSE),
    (complete, claimed_review, {"reviewer"}, NOBODY_ELSE | {"already_claimed"}),
    (put_back, claimed_review, {"reviewer", "head"}, NOBODY_ELSE),
    (decide, claimed_decision, {"decider"}, NOBODY_ELSE | {"already_claimed", "decider_is_acceptor"}),
    (hand_over, ready, {"outlet"}, NOBODY_ELSE),
    (send, booked, {"courier"}, NOBODY_ELSE),
)


def answer_to(world, act, application, by) -> str | None:
    """Let one person try the act, undo it, and return the code they were refused with."""
    before = everything()
    try:
        with transaction.atomic():
            act(world, Application.objects.get(pk=application.pk), by)
            assert everything() != before
            transaction.set_rollback(True)
    except Refusal as refusal:
        return refusal.code
    return None


@pytest.mark.parametrize(
    ("act", "point", "allowed", "told"), TRUTH, ids=[f"{row[0].__name__}-{row[1].__name__}" for row in TRUTH]
)
def test_who_may(world, act, point, allowed, told):
    application = point(world)
    before = everything()
    answers = {}
    for person in PEOPLE:
        answers[person] = answer_to(world, act, application, world.cast.user(USERNAMES[person]))
        assert everything() == before, person
    assert {person for person, code in answers.items() if code is None} == allowed
    assert {code for code in answers.values() if code} <= told


def test_a_decision_is_not_for_who_accepted_whatever_their_posts(world):
    application = world.accepted()
    give_post(
        user=world.clerk,
        department=world.department("SCJG"),
        role="decider",
        by=world.administrator,
        now=world.now(),
    )
    world.clerk.__dict__.pop("_current_posts", None)

    with refused("decider_is_acceptor"):
        claim(world, application, world.clerk)
    with refused("decider_is_acceptor"):
        decide(world, application, world.clerk)
    with refused("nothing_to_claim"):
        review.claim_next(by=world.clerk, now=world.now())


def test_a_post_that_has_ended_allows_nothing(world):
    application = claimed_review(world)
    reviewer = world.reviewer("SCJG")
    end_post(post=reviewer.posts.get(), by=world.administrator, now=world.now())
    reviewer.__dict__.pop("_current_posts", None)

    with refused("post_required"):
        complete(world, application, reviewer)


def test_another_departments_work_is_refused_by_name(world):
    application = open_review(world)
    with refused("other_department") as caught:
        claim(world, application, world.reviewer("GAJ"))
    assert "其他部门" in caught.refusal.message


@pytest.mark.parametrize(
    ("point", "seers"),
    [
        (web_draft, {"applicant"}),
        (counter_draft, {"applicant", "clerk"}),
        (open_review, SEERS),
        (ready, SEERS),
        (booked, {*SEERS, "courier"}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_who_sees(world, point, seers):
    application = point(world)
    seen = {
        person
        for person in PEOPLE
        if visible_applications(world.cast.user(USERNAMES[person])).filter(pk=application.pk).exists()
    }
    assert seen == seers
    assert not visible_applications(None).exists()


def test_a_department_with_only_a_task_sees_the_application(world):
    application = world.accepted("ZRZY-001")
    assert visible_applications(world.reviewer("SWJ")).filter(pk=application.pk).exists()
    assert not visible_applications(world.reviewer("GAJ")).filter(pk=application.pk).exists()


@pytest.mark.parametrize("person", ["reviewer", "other_reviewer", "clerk", "supervisor", "applicant"])
def test_who_sees_which_materials_of_a_bundle(world, person):
    application, user = world.accepted("B08"), world.cast.user(USERNAMES[person])
    seen = {row.name for row in visible_materials(user).filter(application=application)}
    every = {row.name: row.needed_by for row in application.materials.all()}

    own = {"reviewer": "没有它的事项", "other_reviewer": "出生登记（户口申报）"}.get(person)
    assert seen == {name for name, needed_by in every.items() if own is None or own in needed_by}
    assert seen != set(every) or own is None


@pytest.mark.parametrize("person", ["outlet", "courier"])
def test_who_hands_over_sees_no_materials(world, person):
    application = booked(world)
    user = world.cast.user(USERNAMES[person])
    assert application.materials.exists()
    assert not visible_materials(user).exists()
    assert not list(selectors.application_for(user, application.number).materials.all())


def test_a_reviewer_who_also_hands_over_sees_both(world):
    reviewed, sent = world.accepted("SCJG-007"), world.ready("GAJ-001", by_courier=True)
    give_post(
        user=world.courier, department=world.department("SCJG"), role="reviewer", by=None, now=world.now()
    )
    user = world.cast.user(USERNAMES["courier"])
    assert {reviewed, sent} <= set(visible_applications(user))
    assert {material.application for material in visible_materials(user)} == {reviewed}


def test_a_department_with_only_a_task_sees_the_materials_of_that_case(world):
    application = world.accepted("ZRZY-001")
    seen = visible_materials(world.reviewer("SWJ")).filter(application=application)
    assert set(seen) == set(application.materials.all())
    assert not visible_materials(world.reviewer("GAJ")).exists()


def test_nobody_files_in_another_persons_name(world):
    for by in (world.other_citizen.user, world.reviewer("SCJG"), world.clerk):
        with refused("not_the_applicant"):
            drafts.start(
                applicant=world.citizen,
                by=by,
                now=world.now(),
                channel="web",
                version=world.version("SCJG-001"),
            )
    with refused("post_required"):
        drafts.start(
            applicant=world.citizen,
            by=world.citizen.user,
            now=world.now(),
            channel="counter",
            version=world.version("SCJG-001"),
            service_point=world.hall,
        )


def test_every_department_of_the_catalogue_has_people_for_its_steps(world):
    for department in Department.objects.filter(is_active=True):
        roles = set(department.posts.values_list("role", flat=True))
        assert {"reviewer", "decider", "head"} <= roles

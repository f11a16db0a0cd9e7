"""What staff write for each other: who may write and read it, and that the applicant never does."""

import pytest
from django.db import InternalError, ProgrammingError, transaction

from applications.models import Note
from applications.selectors import application_for
from applications.selectors import noting as reading
from applications.selectors.consulting import materials_of
from applications.services import noting
from matters.services.posts import give_post
from tests.proof import refused

FOOD = "SCJG-007"


@pytest.fixture
def task(world):
    """A first review that waits in the market regulator's queue."""
    return world.task(world.accepted(FOOD))


def annotate(world, task, by=None, **how):
    how = {"material": task.case.application.materials.order_by("order").first(), "text": "看不清"} | how
    return noting.annotate(task_id=task.pk, by=by or world.reviewer("SCJG"), now=world.now(), **how)


def note(world, task, by=None, text="电话问过申请人"):
    return noting.note(task_id=task.pk, text=text, by=by or world.reviewer("SCJG"), now=world.now())


WRITERS = {
    "scjg.review1": "",
    "scjg.review2": "",
    "scjg.decide": "",
    "scjg.head": "",
    "gaj.review1": "other_department",
    "gaj.head": "other_department",
    "supervisor1": "post_required",
    "auditor1": "post_required",
    "counter1": "post_required",
    "citizen1": "post_required",
}
READERS = dict.fromkeys((*list(WRITERS)[:4], "supervisor1", "auditor1"), True)
AT_THE_MARGIN = READERS | {"counter1": True}


@pytest.mark.parametrize("username", WRITERS)
def test_annotate_and_note_by_everybody(world, task, username):
    by = world.cast.user(username)
    if code := WRITERS[username]:
        for write in (annotate, note):
            with refused(code):
                write(world, task, by)
    else:
        assert (annotate(world, task, by).by, note(world, task, by).by) == (by, by)


@pytest.mark.parametrize("username", [*WRITERS, "citizen2", "admin", "outlet1", "rsj.decide"])
def test_annotations_and_notes_are_read_by_staff_of_the_case_only(world, task, username):
    annotate(world, task)
    note(world, task)
    viewer = world.cast.user(username)

    assert bool(reading.annotations_of(viewer, task.case.application)) is AT_THE_MARGIN.get(username, False)
    assert bool(reading.notes_of(viewer, task.case)) is READERS.get(username, False)


def test_nobody_reads_what_was_written_of_them_as_applicant(world, task):
    annotate(world, task)
    note(world, task)
    give_post(
        user=world.citizen.user,
        department=world.department("SCJG"),
        role="reviewer",
        by=world.administrator,
        now=world.now(),
    )
    mine = world.citizen.user
    assert not reading.annotations_of(mine, task.case.application)
    assert not reading.notes_of(mine, task.case)
    with refused("not_found"):
        note(world, task, mine)


def test_in_a_bundle_another_departments_margins_and_notes_are_not_read(world):
    application = world.accepted("B01")
    task = world.road.arrived(application)[0]
    code = task.department.code
    own = materials_of(task, world.reviewer(code)).order_by("order")
    alone = next(each for each in own if len(each.needed_by) == 1)
    annotate(world, task, world.reviewer(code), material=alone)
    note(world, task, world.reviewer(code))

    others = {case.version.matter.department.code for case in application.cases.all()} - {code}
    assert others
    for other in others:
        viewer = world.reviewer(other)
        assert reading.annotations_of(viewer, application_for(viewer, application.number)) == []
        assert reading.notes_of(viewer, task.case) == []
    assert len(reading.annotations_of(world.reviewer(code), application)) == 1


def test_annotate_wrongly(world, task):
    other = world.accepted("RSJ-003").materials.first()
    mine = [each for each in task.case.application.materials.order_by("order") if each.attachments.exists()]
    file = mine[0].attachments.first()
    for how, code in (
        ({"text": " "}, "text_required"),
        ({"material": other}, "foreign_material"),
        ({"material": mine[1], "attachment": file}, "foreign_file"),
        ({"material": mine[0], "page": 2}, "page_without_file"),
    ):
        with refused(code):
            annotate(world, task, **how)
    assert annotate(world, task, material=mine[0], attachment=file, page=1).page == 1


def test_resolve_once_by_any_colleague(world, task):
    written = annotate(world, task)
    for by, code in ((world.reviewer("GAJ"), "other_department"), (world.supervisor, "post_required")):
        with refused(code):
            noting.resolve(task_id=task.pk, annotation=written, by=by, now=world.now())
    done = noting.resolve(task_id=task.pk, annotation=written, by=world.reviewer2("SCJG"), now=world.now())
    assert done.resolved_by == world.reviewer2("SCJG")
    with refused("already_resolved"):
        noting.resolve(task_id=task.pk, annotation=written, by=world.reviewer("SCJG"), now=world.now())
    with refused("nothing_to_resolve"):
        noting.check_resolve(task=task, by=world.reviewer("SCJG"))


def test_resolve_an_annotation_of_another_application(world, task):
    other = world.task(world.accepted(FOOD))
    written = annotate(world, other)
    with refused("not_found"):
        noting.resolve(task_id=task.pk, annotation=written, by=world.reviewer("SCJG"), now=world.now())


def test_note_stays_as_it_was_written(world, task):
    written = note(world, task)
    for change in (lambda: Note.objects.update(text="别的"), written.delete):
        with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
            change()
    with refused("text_required"):
        note(world, task, text="  ")

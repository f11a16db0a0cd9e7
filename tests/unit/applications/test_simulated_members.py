"""A bundle filed before everything is there: the limits of the whole rest while no member can go on."""

from django.core.files.uploadedfile import SimpleUploadedFile

from applications.models import Clock, ReviewTask, SimulatedDecision
from applications.selectors import supplies
from applications.services import drafts, review, simulating, supplying, uploads
from core.clock import local_date
from portal.demo.papers import sample_paper
from tests.flows import let_simulate


def members(world, code, simulated):
    """File a bundle, and bring the member that may be simulated to its opinion; return the decision that came back."""
    let_simulate(world, simulated)
    draft = world.draft(code)
    answers = drafts.Answers(subject="新建", is_simulated=True, still_missing="土地出让合同")
    drafts.fill(application_id=draft.pk, answers=answers, by=world.citizen.user, now=world.now())
    application = world.road.accept(world.road.submit(draft))
    world.carry()
    while (task := live(application, simulated)).kind != "decide":
        world.road.work(task)
        world.carry()
    by = world.decider(task.department.code)
    review.claim(task_id=task.pk, by=by, now=world.now())
    simulating.simulate(task_id=task.pk, outcome="granted", conditions="补齐", by=by, now=world.now())
    world.carry()
    return live(application, simulated)


def live(application, code):
    return ReviewTask.objects.get(
        case__application=application, case__version__matter__code=code, status__in=["open", "claimed"]
    )


def supply(world, back):
    by = world.citizen.user
    for each in supplies.listed(SimulatedDecision.objects.get(case=back.case)):
        upload = SimpleUploadedFile("合同.pdf", sample_paper(each.name))
        uploads.attach(material_id=each.pk, upload=upload, by=by, now=world.now())
    supplying.supply(case_id=back.case_id, by=by, now=world.now())


def whole(back):
    """Return since which day each limit of the whole application runs."""
    running = Clock.objects.running().filter(application=back.case.application_id, case=None)
    return {each.kind: local_date(each.started_at) for each in running}


def test_a_whole_application_rests_while_its_other_members_wait_for_the_simulated_one(world):
    back = members(world, "B04", "SCJG-001")
    assert whole(back) == {}
    world.pass_time(days=30)
    supply(world, back)
    assert whole(back) == dict.fromkeys(["promised", "bundle"], local_date(world.now()))


def test_a_whole_application_rests_from_the_day_on_which_its_other_members_are_decided(world):
    back = members(world, "B09", "ZRZY-008")
    others = ReviewTask.objects.filter(status="open").exclude(case=back.case_id)
    while task := others.select_related("department", "step", "case__version").first():
        assert "promised" in whole(back)
        world.road.work(task)
        world.carry()
    assert whole(back) == {}

"""Filling in: pinned to what was in force, merged, kept, and closed once it is submitted."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from applications.models import Application, Attachment, CaseDependency
from applications.services import drafts, filing, uploads
from core.errors import Invalid
from core.models import AuditEntry
from portal.demo.papers import sample_paper
from tests.proof import everything, refused


def start(world, **what):
    return drafts.start(
        applicant=world.citizen, by=world.citizen.user, now=world.now(), channel="web", **what
    )


def fill(world, application, **answers):
    return drafts.fill(
        application_id=application.pk,
        answers=drafts.Answers(**{"subject": "示例面馆", **answers}),
        by=world.citizen.user,
        now=world.now(),
    )


def choose(world, application, *chosen):
    return drafts.choose_members(
        application_id=application.pk, chosen=chosen, by=world.citizen.user, now=world.now()
    )


def codes_of(application):
    return [case.version.matter.code for case in application.cases.order_by("order")]


# --- start ----------------------------------------------------------------------------------------------------------


def test_start_pins_the_version_in_force(world):
    application = start(world, version=world.version("SCJG-007"))

    assert [case.version for case in application.cases.all()] == [world.version("SCJG-007")]
    assert application.number is None
    assert application.title == world.version("SCJG-007").name
    assert AuditEntry.objects.filter(act="application.start", record_id=str(application.pk)).count() == 1


def test_start_a_bundle_asks_each_material_once(world):
    application = start(world, bundle=world.bundle("B01"))

    assert codes_of(application) == ["SCJG-001", "GAJ-003", "SWJ-001", "SCJG-007"]
    keys = list(application.materials.values_list("key", flat=True))
    assert len(keys) == len(set(keys))
    asked = sum(case.version.materials.count() for case in application.cases.all())
    assert len(keys) < asked
    assert CaseDependency.objects.filter(case__application=application).count() == 3


def test_start_with_an_unknown_or_mandatory_member_chosen(world):
    for code in ("NIX-001", "SCJG-007", "ZRZY-001"):
        with refused("unknown_member"):
            start(world, bundle=world.bundle("B01"), chosen=[code])


def test_start_with_nothing_chosen(world):
    with refused("matter_required"):
        start(world)


def test_start_again_returns_the_draft_nobody_has_touched(world):
    first = start(world, version=world.version("SCJG-007"))
    again = start(world, version=world.version("SCJG-007"))

    assert again.pk == first.pk
    assert codes_of(again) == ["SCJG-007"]
    assert AuditEntry.objects.filter(act="application.start").count() == 1


def test_start_again_with_other_members_takes_what_is_chosen_now(world):
    first = start(world, bundle=world.bundle("B01"))
    again = start(world, bundle=world.bundle("B01"), chosen=["XFJ-001"])

    assert again.pk == first.pk
    assert "XFJ-001" in codes_of(again)


@pytest.mark.parametrize("touch", ["fill", "attach", "remove", "paper"])
def test_start_again_beside_a_draft_with_something_in_it(world, touch):
    first = start(world, version=world.version("SCJG-007"))
    material = first.materials.filter(disposition="ask").first()
    if touch == "fill":
        fill(world, first)
    elif touch == "paper":
        first.materials.update(paper_received_at=world.now(), paper_received_by=world.clerk)
    else:
        upload = SimpleUploadedFile("材料.pdf", sample_paper("材料"))
        kept = uploads.attach(material_id=material.pk, upload=upload, by=world.citizen.user, now=world.now())
        if touch == "remove":
            uploads.remove(attachment_id=kept.pk, by=world.citizen.user, now=world.now())

    assert start(world, version=world.version("SCJG-007")).pk != first.pk


def test_start_again_by_somebody_else_or_for_something_else_or_elsewhere(world):
    first = start(world, version=world.version("SCJG-007"))
    other = world.other_citizen
    others = [
        start(world, version=world.version("SCJG-009")),
        start(world, bundle=world.bundle("B01")),
        drafts.start(
            applicant=other,
            by=other.user,
            now=world.now(),
            channel="web",
            version=world.version("SCJG-007"),
        ),
        drafts.start(
            applicant=world.citizen,
            by=world.clerk,
            now=world.now(),
            channel="counter",
            version=world.version("SCJG-007"),
            service_point=world.hall,
        ),
    ]
    assert len({first.pk, *(each.pk for each in others)}) == 5


# --- members --------------------------------------------------------------------------------------------------------


def test_choose_members_adds_and_drops(world):
    application = start(world, bundle=world.bundle("B01"))
    choose(world, application, "XFJ-001", "CGJ-001")
    assert codes_of(application)[4:] == ["XFJ-001", "CGJ-001"]
    assert CaseDependency.objects.filter(case__application=application).count() == 5

    choose(world, application)
    assert codes_of(application) == ["SCJG-001", "GAJ-003", "SWJ-001", "SCJG-007"]


def test_choose_members_keeps_what_was_handed_in(world):
    application = world.draft("B01")
    before = set(Attachment.objects.values_list("pk", flat=True))
    choose(world, application, "XFJ-001")
    choose(world, application)

    assert set(Attachment.objects.values_list("pk", flat=True)) == before
    application.refresh_from_db()
    assert application.subject


def test_choose_members_twice_the_same_changes_nothing_but_the_trail(world):
    application = start(world, bundle=world.bundle("B11"))
    choose(world, application, "ZRZY-002")
    members = codes_of(application)
    materials = set(application.materials.values_list("pk", "key"))
    choose(world, application, "ZRZY-002")
    assert codes_of(application) == members
    assert set(application.materials.values_list("pk", "key")) == materials


def test_choose_members_asks_no_more_for_what_only_a_dropped_member_needs(world):
    needed = set(start(world, bundle=world.bundle("B01")).materials.values_list("key", flat=True))
    application = world.draft("B01", chosen=["XFJ-001"])
    only_here = application.materials.filter(is_required=True, attachments__isnull=False).exclude(
        key__in=needed
    )
    assert only_here.exists()

    choose(world, application)

    assert not application.materials.filter(is_required=True).exclude(key__in=needed).exists()
    Attachment.objects.exclude(material__key__in=needed).update(removed_at=world.now())
    assert filing.missing_materials(application) == []
    choose(world, application, "XFJ-001")
    assert filing.missing_materials(application) != []


def test_choose_members_of_a_single_matter(world):
    application = start(world, version=world.version("SCJG-001"))
    with refused("not_a_bundle"):
        choose(world, application, "XFJ-001")


# --- fill -----------------------------------------------------------------------------------------------------------


def test_fill_keeps_what_was_typed(world):
    application = start(world, version=world.version("SCJG-007"))
    fill(
        world,
        application,
        delivery_method="courier",
        recipient_name="陈晓岚",
        recipient_phone="13800001234",
        recipient_address="人民路8号",
    )
    kept = Application.objects.get(pk=application.pk)
    assert (kept.subject, kept.delivery_method, kept.recipient_phone) == (
        "示例面馆",
        "courier",
        "13800001234",
    )


@pytest.mark.parametrize(
    ("answers", "code", "field"),
    [
        ({"subject": "  "}, "subject_required", "subject"),
        ({"recipient_name": " "}, "recipient_required", "recipient_name"),
        ({"recipient_address": ""}, "recipient_required", "recipient_address"),
        ({"recipient_phone": "12345"}, "phone_format", "recipient_phone"),
    ],
)
def test_fill_wrongly_loses_nothing(world, answers, code, field):
    application = world.draft()
    courier = {
        "delivery_method": "courier",
        "recipient_name": "陈晓岚",
        "recipient_phone": "13800001234",
        "recipient_address": "人民路8号",
    }
    before = everything()
    with pytest.raises(Invalid) as caught:
        fill(world, application, **(courier | answers))
    assert (caught.value.code, caught.value.field) == (code, field)
    assert everything() == before


def test_fill_marks_which_conditional_materials_are_needed(world):
    application = start(world, version=world.version("SCJG-007"))
    conditional = application.materials.exclude(condition="").first()
    assert conditional is not None
    assert conditional.is_required is False

    fill(world, application, conditions=(conditional.key,))
    conditional.refresh_from_db()
    assert conditional.is_required is True

    fill(world, application)
    conditional.refresh_from_db()
    assert conditional.is_required is False


# --- after submission, and throwing away ---------------------------------------------------------------------------


@pytest.mark.parametrize("point", ["submitted", "accepted", "closed"])
def test_a_draft_is_closed_once_submitted(world, point):
    application = getattr(world, point)("B11")
    for act in (
        lambda: fill(world, application),
        lambda: choose(world, application),
        lambda: drafts.discard(application_id=application.pk, by=world.citizen.user, now=world.now()),
    ):
        with refused("not_a_draft"):
            act()


def test_discard_leaves_only_the_trail(world, django_capture_on_commit_callbacks):
    application = world.draft("B01")
    files = [(each.file.storage, each.file.name) for each in Attachment.objects.all()]
    assert files
    with django_capture_on_commit_callbacks(execute=True):
        drafts.discard(application_id=application.pk, by=world.citizen.user, now=world.now())

    assert not Application.objects.exists()
    assert not Attachment.objects.exists()
    assert not any(storage.exists(name) for storage, name in files)
    assert AuditEntry.objects.filter(act="application.discard").count() == 1
    with refused("not_found"):
        drafts.discard(application_id=application.pk, by=world.citizen.user, now=world.now())

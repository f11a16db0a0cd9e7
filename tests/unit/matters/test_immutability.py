"""What the database itself refuses, whoever asks."""

import pytest
from django.db import IntegrityError, transaction

from matters.enums import Role, VersionStatus
from matters.models import Department, Matter, MatterVersion, StaffPost, Step

pytestmark = pytest.mark.usefixtures("loaded")


@pytest.fixture
def version():
    return Matter.objects.get(code="A-1").current


@pytest.fixture
def draft(version):
    return MatterVersion.objects.create(
        **{
            field.attname: getattr(version, field.attname)
            for field in MatterVersion._meta.concrete_fields
            if field.attname not in ("id", "number", "status", "published_at")
        },
        number=9,
    )


def refused(act) -> bool:
    try:
        with transaction.atomic():
            act()
    except IntegrityError:
        return True
    return False


def changed(version, **values):
    return lambda: MatterVersion.objects.filter(pk=version.pk).update(**values)


@pytest.mark.parametrize(
    "values",
    [
        {"name": "改名"},
        {"fee": "100元"},
        {"published_at": None, "status": VersionStatus.DRAFT},
        {"status": VersionStatus.SUPERSEDED, "fee": "100元"},
        {"number": 7},
        {"presence": [{"need": "identity"}]},
    ],
)
def test_published_version_cannot_be_changed(version, values):
    assert refused(changed(version, **values))


def test_published_version_cannot_be_deleted(version):
    Matter.objects.filter(pk=version.matter_id).update(current=None)
    version.steps.none()
    assert refused(lambda: MatterVersion.objects.filter(pk=version.pk)._raw_delete("default"))


@pytest.mark.parametrize("end", [VersionStatus.SUPERSEDED, VersionStatus.CANCELLED])
def test_published_version_can_only_end(version, end):
    assert not refused(changed(version, status=end))
    for status in VersionStatus:
        if status not in (end, VersionStatus.DRAFT):
            assert refused(changed(version, status=status)), status


def test_saving_a_published_version_unchanged_is_no_change(version):
    assert not refused(version.save)


def test_parts_of_a_published_version_cannot_be_changed(version):
    material, step = version.materials.get(), version.steps.first()
    assert refused(lambda: version.materials.update(name="别的"))
    assert refused(lambda: version.steps.update(days=9))
    assert refused(material.delete)
    assert refused(step.delete)
    step.pk, step.key = None, "more"
    assert refused(step.save)


def test_parts_cannot_move_between_versions(version, draft):
    assert refused(lambda: version.steps.update(version=draft))
    step = Step.objects.create(
        version=draft, order=1, key="x", name="x", kind="review", department=version.matter.department
    )
    assert refused(lambda: Step.objects.filter(pk=step.pk).update(version=version))


def test_draft_can_be_changed_and_deleted(version, draft):
    assert not refused(changed(draft, name="改名"))
    draft.steps.create(order=1, key="x", name="x", kind="review", department=version.matter.department)
    assert not refused(lambda: draft.steps.update(days=3))
    assert not refused(draft.delete)


def test_only_one_version_of_a_matter_is_published(version, draft, now):
    assert refused(changed(draft, status=VersionStatus.PUBLISHED, published_at=now))


def test_inspection_takes_two(draft):
    department = Department.objects.get(code="AAA")
    inspection = {"order": 1, "key": "x", "name": "x", "kind": "inspect", "department": department}
    assert refused(lambda: draft.steps.create(**inspection, staff_min=1))
    assert not refused(lambda: draft.steps.create(**inspection, staff_min=2))


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ({"join": "any", "after": ["a"]}, {"join": "any", "after": ["a", "b"]}),
        ({"join": "lead", "after": ["a", "b"]}, {"join": "lead", "after": ["a", "b"], "lead": "a"}),
        ({"join": "lead", "after": ["a", "b"], "lead": "c"}, {"join": "all", "after": ["a"]}),
        ({"join": "veto", "after": ["a", "b"], "lead": "a"}, {"join": "veto", "after": ["a", "b"]}),
        ({"countersign": "denial", "kind": "review"}, {"countersign": "denial", "kind": "decide"}),
    ],
)
def test_join_is_one_that_can_be_followed(wrong, right, draft):
    step = {
        "order": 1,
        "key": "x",
        "name": "x",
        "kind": "decide",
        "department": Department.objects.get(code="AAA"),
    }
    assert refused(lambda: draft.steps.create(**step | wrong))
    assert not refused(lambda: draft.steps.create(**step | right))


def test_window_post_has_a_place(staff, now):
    user = staff("window", Department.objects.get(code="AAA"))
    post = {"user": user, "department_id": Department.objects.get(code="AAA").pk, "given_at": now}
    assert refused(lambda: StaffPost.objects.create(**post, role=Role.INTAKE))

"""On site: two different people, when and where, and pictures that hold nothing but the picture."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from applications.models import TaskRecord
from applications.permissions import visible_photos
from applications.services import inspecting, review
from portal.demo.papers import sample_paper
from tests.api import Api, problem
from tests.proof import refused


def picture(name="现场.jpg", kind="JPEG") -> SimpleUploadedFile:
    """A picture as a phone takes it: with the place where it was taken."""
    exif = Image.Exif()
    exif[0x010F] = "Phone"
    exif.get_ifd(0x8825)[1] = "N"
    data = io.BytesIO()
    Image.new("RGB", (64, 48), "#7f9bb8").save(data, kind, exif=exif)
    return SimpleUploadedFile(name, data.getvalue())


@pytest.fixture
def task(world):
    """An inspection that needs two people, claimed by the first of them."""
    application = world.accepted("SCJG-007")
    world.road.work(world.task(application, "review"))
    world.carry()
    return review.claim(
        task_id=world.task(application, "inspect").pk, by=world.reviewer("SCJG"), now=world.now()
    )


def record(world, task, by=None, **how):
    now = world.now()
    how = {"finding": "厨房布局与图纸一致。", "seen_at": now, "place": "人民路8号", "now": now} | how
    return inspecting.record(task_id=task.pk, by=by or world.reviewer("SCJG"), **how)


def complete(world, task):
    return review.complete(
        task_id=task.pk, outcome="pass", opinion="现场合格", by=world.reviewer("SCJG"), now=world.now()
    )


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"seen_at": None}, "seen_at_required"),
        ({"place": " "}, "place_required"),
        ({"finding": ""}, "finding_required"),
        ({"photos": [SimpleUploadedFile("a.jpg", b"no picture")]}, "file_type"),
        ({"photos": [SimpleUploadedFile("a.jpg", b"")]}, "file_empty"),
    ],
)
def test_record_without_what_it_needs(world, task, how, code):
    with refused(code):
        record(world, task, **how)


def test_record_of_a_time_to_come_or_before_the_step_began(world, task):
    with refused("seen_at_ahead"):
        record(world, task, seen_at=world.now() + timedelta(minutes=5))
    with refused("seen_at_too_early"):
        record(world, task, seen_at=task.released_at - timedelta(days=1))


def test_complete_demands_two_different_people_on_site(world, task):
    with refused("more_people_needed"):
        complete(world, task)
    record(world, task)
    record(world, task, finding="又看了一遍")
    with refused("more_people_needed") as caught:
        complete(world, task)
    assert "现有 1 人" in caught.refusal.message
    TaskRecord.objects.create(task=task, user=world.reviewer2("SCJG"), finding="没有时间地点", at=world.now())
    with refused("more_people_needed"):
        complete(world, task)
    record(world, task, world.reviewer2("SCJG"))
    complete(world, task)
    assert {row.finding for row in task.records.all()} == {"又看了一遍", "厨房布局与图纸一致。"}


def test_complete_by_a_holder_who_was_not_there(world, task):
    """Two colleagues were on site; who holds the task concludes from what they found."""
    record(world, task, world.reviewer2("SCJG"))
    with refused("more_people_needed"):
        complete(world, task)


def test_confirm_is_a_record_of_ones_own_with_the_same_time_and_place(world, task):
    first = record(world, task)
    confirmed = inspecting.confirm(
        task_id=task.pk, record=first, remark="补拍了后门", by=world.reviewer2("SCJG"), now=world.now()
    )
    assert (confirmed.seen_at, confirmed.place, confirmed.confirms) == (first.seen_at, first.place, first)
    assert "厨房布局与图纸一致" in confirmed.finding
    assert "补拍了后门" in confirmed.finding
    complete(world, task)


def test_what_a_colleague_confirmed_is_not_changed_behind_their_back(world, task):
    first, second = record(world, task), world.reviewer2("SCJG")
    inspecting.confirm(task_id=task.pk, record=first, by=second, now=world.now())
    with refused("already_confirmed") as caught:
        record(world, task, finding="改了说法")
    assert second.name in caught.refusal.message
    record(world, task, seen_at=first.seen_at, photos=[picture()])  # the same again, with another picture
    assert first.photos.count() == 1

    record(world, task, second, finding="我自己看到的")
    assert record(world, task, finding="改了说法").finding == "改了说法"


def test_confirm_ones_own_or_nothing_or_in_another_department(world, task):
    with refused("nothing_to_confirm"):
        inspecting.check_confirm(task=task, by=world.reviewer2("SCJG"))
    own = record(world, task)
    with refused("own_record"):
        inspecting.confirm(task_id=task.pk, record=own, by=world.reviewer("SCJG"), now=world.now())
    with refused("other_department"):
        inspecting.confirm(task_id=task.pk, record=own, by=world.reviewer("GAJ"), now=world.now())


def test_confirm_a_record_of_another_task_is_not_found(world, task):
    other = world.accepted("SCJG-007")
    world.road.work(world.task(other, "review"))
    world.carry()
    world.road.work(world.task(other, "inspect"))
    record(world, task, world.reviewer2("SCJG"))
    with refused("not_found"):
        inspecting.confirm(
            task_id=task.pk,
            record=TaskRecord.objects.filter(task__case__application=other, seen_at__isnull=False).first(),
            by=world.reviewer("SCJG"),
            now=world.now(),
        )


def test_confirm_in_a_review_is_refused(world):
    task = world.task(world.accepted("SCJG-007"))
    review.claim(task_id=task.pk, by=world.reviewer("SCJG"), now=world.now())
    task.refresh_from_db()
    with refused("not_on_site"):
        inspecting.check_confirm(task=task, by=world.reviewer2("SCJG"))


# --- pictures -------------------------------------------------------------------------------------------------------
def test_photos_hold_nothing_but_the_picture(world, task):
    row = record(world, task, photos=[picture(), picture("b.png", "PNG")])

    kept = list(row.photos.all())
    assert [each.content_type for each in kept] == ["image/jpeg", "image/png"]
    for photo in kept:
        with photo.file.open() as file, Image.open(file) as opened:
            assert not opened.getexif()
        assert "现场" not in photo.file.name


def test_photos_sent_later_are_added_up_to_a_limit(world, task):
    record(world, task, photos=[picture()])
    row = record(world, task, photos=[picture()])
    assert row.photos.count() == 2
    with refused("too_many_photos"):
        record(world, task, photos=[picture() for _ in range(inspecting.MOST_PHOTOS)])
    paper = SimpleUploadedFile("a.pdf", sample_paper("记录"))
    with refused("not_a_photo"):
        record(world, task, photos=[paper])


SEERS = {
    "scjg.review1": True,
    "scjg.review2": True,
    "scjg.decide": True,
    "scjg.head": True,
    "supervisor1": True,
    "auditor1": True,
    "gaj.review1": False,
    "gaj.head": False,
    "counter1": False,
    "outlet1": False,
    "admin": False,
    "citizen1": False,
    "citizen2": False,
}


@pytest.mark.parametrize("username", SEERS)
def test_photos_are_seen_by_the_departments_of_the_case_and_overseers(world, task, username):
    record(world, task, photos=[picture()])

    assert visible_photos(world.cast.user(username)).exists() is SEERS[username]


def test_records_and_photos_over_the_api_are_for_the_cases_departments(world, task):
    row = record(world, task, photos=[picture()])
    photo = row.photos.get()
    shown = Api(world.reviewer2("SCJG")).get(f"tasks/{task.pk}/records/").json()
    assert [(each["user"], [one["id"] for one in each["photos"]]) for each in shown] == [
        (world.reviewer("SCJG").name, [photo.pk])
    ]
    answer = Api(world.reviewer2("SCJG")).get(f"record-photos/{photo.pk}/file/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert b"".join(answer.streaming_content).startswith(b"\xff\xd8")
    problem(Api(world.reviewer("GAJ")).get(f"tasks/{task.pk}/records/"), 404, "not_found")
    problem(Api(world.reviewer("GAJ")).get(f"record-photos/{photo.pk}/file/"), 404, "not_found")
    problem(Api(world.citizen.user).get(f"record-photos/{photo.pk}/file/"), 403, "post_required")
    problem(Api().get(f"record-photos/{photo.pk}/file/"), 401, "not_authenticated")


def test_records_take_the_same_queries_for_more_photos(world, task):
    api, counts = Api(world.reviewer("SCJG")), []
    for photos in (1, 3):
        record(world, task, photos=[picture() for _ in range(photos)])
        record(world, task, by=world.reviewer2("SCJG"), photos=[picture() for _ in range(photos)])
        with CaptureQueriesContext(connection) as asked:
            assert api.get(f"tasks/{task.pk}/records/").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]

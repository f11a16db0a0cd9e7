"""The counter's pages: what a clerk sees and does, and what happens when something is wrong."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from applications.items import Item
from applications.models import Application
from applications.services import corrections, uploads
from core.models import Applicant, AuditEntry, OfficialDocument
from matters.enums import Role
from matters.models import ServicePoint
from matters.services.posts import give_post


@pytest.fixture
def desk(world):
    """The clerk's signed-in browser."""
    return world.client(world.clerk)


def person(world, **changes):
    """What the clerk types for a person known already, and the matter they want."""
    known = world.citizen
    typed = {
        "kind": "natural",
        "id_type": "111",
        "id_number": known.id_number,
        "name": known.name,
        "phone": "",
        "address": "",
        "what": "matter:SCJG-009",
    }
    return typed | changes


def answers(application, **changes):
    """What the clerk sends from a draft: everything handed over on paper, checked by the applicant."""
    asked = application.materials.filter(disposition="ask", is_required=True)
    typed = {
        "subject": "云栖大药房",
        "delivery_method": "window",
        "recipient_name": "陈晓岚",
        "recipient_phone": "13800000001",
        "recipient_address": "示例区人民路8号",
        "papers": list(asked.values_list("pk", flat=True)),
        "confirmed": "on",
        "action": "accept",
    }
    return typed | changes


@pytest.fixture
def draft(world, desk):
    """A draft of SCJG-009 begun at the counter."""
    desk.post("/counter/new/", person(world))
    return Application.objects.get()


def png() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(drawn, "PNG")
    return drawn.getvalue()


# --- lists --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["/counter/", "/counter/drafts/", "/counter/find/", "/counter/new/"])
def test_counter_of_somebody_without_an_intake_post_is_forbidden(world, url):
    assert world.client(world.reviewer("SCJG")).get(url).status_code == 403
    assert "sign-in" in world.client().get(url)["Location"]


def test_queue_shows_the_oldest_first_with_its_five_day_clock(world, desk):
    first = world.submitted()
    world.pass_time(hours=2)
    second = world.submitted("CLH-001")

    page = desk.get("/counter/").content.decode()

    assert page.index(first.number) < page.index(second.number)
    assert "2小时" in page
    assert "9月20日（周日）" in page  # a make-up working day: the fifth one


def test_queue_of_many_rows_asks_the_database_as_often_as_of_few(world, desk):
    world.submitted("B08")
    desk.get("/counter/")
    with CaptureQueriesContext(connection) as few:
        desk.get("/counter/")
    for _ in range(5):
        world.submitted("B08")
    with CaptureQueriesContext(connection) as many:
        answer = desk.get("/counter/")

    assert answer.content.decode().count("row-link") == 6
    assert len(many) == len(few)


def test_find_of_many_asks_the_database_as_often_as_of_few(world, desk):
    world.accepted("B08")
    desk.post("/counter/find/", {"q": "陈晓岚"})
    with CaptureQueriesContext(connection) as few:
        desk.post("/counter/find/", {"q": "陈晓岚"})
    for _ in range(3):
        world.accepted("B08")
    with CaptureQueriesContext(connection) as many:
        page = desk.post("/counter/find/", {"q": "陈晓岚"}).content.decode()

    assert page.count("受理通知书") == 4
    assert len(many) == len(few)


def test_queue_goes_on_behind_the_last_row_of_a_page(world, desk, monkeypatch):
    monkeypatch.setattr("applications.views.counter.ROWS", 2)
    numbers = [world.submitted().number for _ in range(3)]

    first = desk.get("/counter/")
    second = desk.get(first.context["next_url"])

    assert [row.application.number for row in first.context["rows"]] == numbers[:2]
    assert [row.application.number for row in second.context["rows"]] == numbers[2:]
    assert second.context["next_url"] == ""


def test_queue_with_an_unreadable_page_address_says_so(desk):
    assert desk.get("/counter/?after=nonsense").status_code == 422


def test_next_opens_the_oldest_and_passes_one_over(world, desk):
    first, second = world.submitted(), world.submitted("CLH-001")

    assert first.number in desk.get("/counter/next/")["Location"]
    assert second.number in desk.get(f"/counter/next/?after={first.number}")["Location"]


def test_next_of_an_empty_queue_says_that_nothing_waits(desk):
    assert "没有等待审核的申请了" in desk.get("/counter/next/", follow=True).content.decode()


def test_drafts_are_only_the_clerks_own(world, desk, draft):
    assert "药品经营许可证" in desk.get("/counter/drafts/").content.decode()
    assert "药品经营许可证" not in world.client(world.clerk2).get("/counter/drafts/").content.decode()
    assert world.client(world.clerk2).get(f"/counter/drafts/{draft.pk}/").status_code == 404


@pytest.mark.parametrize("by", ["number", "name", "id_number", "phone"])
def test_find_leads_to_the_application_and_its_documents(world, desk, by):
    application = world.submitted()
    applicant = application.applicant
    wanted = application.number if by == "number" else getattr(applicant, by)

    page = desk.post("/counter/find/", {"q": wanted}).content.decode()

    assert application.number in page
    assert f"/documents/{OfficialDocument.objects.get(reference=application.number).pk}/" in page


def test_find_tells_the_clerk_that_the_applicant_has_to_correct(world, desk):
    application = world.submitted()
    corrections.ask(
        application_id=application.pk, items=[Item("照片", "不清楚")], by=world.clerk, now=world.now()
    )

    for page in (
        desk.post("/counter/find/", {"q": application.number}),
        desk.get(f"/counter/applications/{application.number}/"),
    ):
        assert "等待申请人补正" in page.content.decode()
        assert "请补正材料" not in page.content.decode()


def test_find_nothing_says_what_to_do(desk):
    assert "没有找到" in desk.post("/counter/find/", {"q": "查无此人"}).content.decode()


# --- one person at the window -------------------------------------------------------------------------------------


def test_new_begins_a_draft_at_the_clerks_own_service_point(world, desk):
    answer = desk.post("/counter/new/", person(world))

    draft = Application.objects.get()
    assert answer["Location"] == f"/counter/drafts/{draft.pk}/"
    assert draft.service_point == world.hall
    assert draft.applicant == world.citizen
    assert draft.channel == "counter"


def test_new_writes_a_person_down_who_was_never_here(world, desk):
    typed = person(world, id_type="414", id_number="E12345678", name="林外来", phone="13912345678")

    desk.post("/counter/new/", typed)

    assert Applicant.objects.get(name="林外来").phone == "13912345678"


def test_new_with_a_wrong_identity_number_keeps_what_was_typed(world, desk):
    answer = desk.post("/counter/new/", person(world, id_number="330199199003120129", name="陈晓岚"))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "校验不通过" in page
    assert 'value="330199199003120129"' in page
    assert 'value="matter:SCJG-009" checked' in page
    assert not Application.objects.exists()


def test_new_for_a_known_number_under_another_name_is_refused_without_naming_the_person(world, desk):
    answer = desk.post("/counter/new/", person(world, name="王冒名"))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "陈*岚" in page
    assert "陈晓岚" not in page


def test_new_with_an_unknown_matter_loses_nothing(world, desk):
    answer = desk.post("/counter/new/", person(world, what="matter:NO-999"))

    assert answer.status_code == 404 or "没有编码" in answer.content.decode()
    assert not Application.objects.exists()


def test_new_without_javascript_searches_and_keeps_the_person(world, desk):
    answer = desk.post("/counter/new/", person(world, what="", q="药店", action="search"))

    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'value="matter:SCJG-009"' in page
    assert f'value="{world.citizen.id_number}"' in page


def test_new_takes_only_the_optional_matters_ticked_under_the_chosen_bundle(world, desk):
    typed = person(world, what="bundle:B01", **{"chosen-B01": ["XFJ-001"], "chosen-B02": ["YCJ-001"]})

    desk.post("/counter/new/", typed)

    codes = set(Application.objects.get().cases.values_list("version__matter__code", flat=True))
    assert codes == {"SCJG-001", "GAJ-003", "SWJ-001", "SCJG-007", "XFJ-001"}


def test_new_asks_for_the_place_of_a_clerk_with_posts_at_two(world, desk):
    town = ServicePoint.objects.exclude(pk=world.hall.pk).first()
    give_post(
        user=world.clerk,
        department=world.department("SGB"),
        role=Role.INTAKE,
        service_point=town,
        by=None,
        now=world.now(),
    )

    assert desk.post("/counter/new/", person(world)).status_code == 422
    desk.post("/counter/new/", person(world, place=town.pk))

    assert Application.objects.get().service_point == town


def test_choices_finds_matters_and_bundles_by_everyday_words(desk):
    page = desk.get("/counter/new/choices/?q=药店").content.decode()

    assert "matter:SCJG-009" in page
    assert "bundle:" in page


def test_person_shows_who_is_known_masked(world, desk):
    known = world.citizen
    typed = {"id_type": known.id_type, "id_number": known.id_number.lower()}

    page = desk.post("/counter/new/person/", typed).content.decode()

    assert "陈*岚" in page
    assert known.id_number not in page
    assert known.phone not in page


# --- the draft ----------------------------------------------------------------------------------------------------


def test_draft_shows_person_masked_checklist_slip_and_timer(world, desk, draft):
    page = desk.get(f"/counter/drafts/{draft.pk}/").content.decode()

    assert world.citizen.id_number not in page
    assert page.count('name="papers"') == draft.materials.filter(disposition="ask").count()
    assert "data-elapsed" in page
    assert "受理人不能作决定" in page
    assert "{#" not in page


def test_draft_handed_in_and_accepted_in_one_act(world, desk, draft):
    answer = desk.post(f"/counter/drafts/{draft.pk}/", answers(draft))

    draft.refresh_from_db()
    assert answer["Location"] == f"/counter/applications/{draft.number}/done/"
    assert draft.status == "accepted"
    assert draft.accepted_by == world.clerk
    assert [visit.causes for visit in draft.visits.all()] == [["filing"]]
    kinds = set(OfficialDocument.objects.filter(reference=draft.number).values_list("kind", flat=True))
    assert kinds == {"receipt", "acceptance"}
    assert AuditEntry.objects.filter(act="application.confirm", reference=draft.number).exists()


def test_draft_only_submitted_waits_in_the_queue(desk, draft):
    desk.post(f"/counter/drafts/{draft.pk}/", answers(draft, action="submit"))

    draft.refresh_from_db()
    assert draft.status == "submitted"


def test_draft_without_the_applicants_confirmation_is_not_handed_in(desk, draft):
    answer = desk.post(f"/counter/drafts/{draft.pk}/", answers(draft, confirmed=""))

    draft.refresh_from_db()
    assert answer.status_code == 422
    assert "申请人已核对并确认" in answer.content.decode()
    assert draft.status == "draft"
    assert draft.subject == "云栖大药房"


def test_draft_with_a_missing_material_names_it_and_accepts_nothing(desk, draft):
    answer = desk.post(f"/counter/drafts/{draft.pk}/", answers(draft, papers=[]))

    draft.refresh_from_db()
    assert answer.status_code == 422
    assert "药品经营许可证申请表" in answer.content.decode()
    assert draft.status == "draft"
    assert not draft.visits.exists()


def test_draft_with_a_wrong_answer_keeps_ticks_and_words(desk, draft):
    typed = answers(draft, delivery_method="courier", recipient_address="", action="save")

    answer = desk.post(f"/counter/drafts/{draft.pk}/", typed)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "收件地址" in page
    assert 'value="云栖大药房"' in page
    assert draft.materials.exclude(paper_received_at=None).count() == len(typed["papers"])


def test_draft_takes_scans_and_leaves_a_bad_one_out_with_its_reason(desk, draft):
    material = draft.materials.filter(disposition="ask").first()
    good = SimpleUploadedFile("扫描.png", png())
    bad = SimpleUploadedFile("程序.pdf", b"MZ not a pdf")
    ticked = {"action": "materials", "papers": [material.pk]}
    desk.post(f"/counter/drafts/{draft.pk}/", ticked)
    typed = {"action": "files", f"file-{material.pk}": [good, bad]}

    page = desk.post(f"/counter/drafts/{draft.pk}/", typed, headers={"HX-Request": "true"}).content.decode()

    assert "只能上传 PDF、JPG 或 PNG" in page
    assert [each.name for each in material.attachments.all()] == ["扫描.png"]
    assert 'id="slip"' in page
    assert draft.materials.get(pk=material.pk).paper_received_at


def test_draft_takes_a_scan_out_again(world, desk, draft):
    material = draft.materials.filter(disposition="ask").first()
    attached = uploads.attach(
        material_id=material.pk,
        upload=SimpleUploadedFile("扫描.png", png()),
        by=world.clerk,
        now=world.now(),
    )

    page = desk.post(f"/counter/drafts/{draft.pk}/", {"action": f"remove-{attached.pk}"}).content.decode()

    assert "扫描.png" not in page
    assert not material.attachments.filter(removed_at=None).exists()


def test_draft_needs_a_conditional_material_once_its_condition_holds(desk, draft):
    desk.post(f"/counter/drafts/{draft.pk}/", {"action": "materials", "conditions": ["AGENT"]})

    assert draft.materials.get(key="AGENT").is_required


def test_draft_of_a_bundle_changes_its_optional_matters(world, desk):
    desk.post("/counter/new/", person(world, what="bundle:B01"))
    draft = Application.objects.get()

    desk.post(f"/counter/drafts/{draft.pk}/", {"action": "members", "members": ["XFJ-001"]})

    assert draft.cases.filter(version__matter__code="XFJ-001").exists()


def test_draft_submitted_meanwhile_leads_to_the_application(desk, draft):
    typed = answers(draft)
    desk.post(f"/counter/drafts/{draft.pk}/", typed)

    answer = desk.post(f"/counter/drafts/{draft.pk}/", typed, follow=True)

    assert "没有重复提交" in answer.content.decode()
    assert Application.objects.count() == 1


def test_discard_deletes_the_draft(desk, draft):
    desk.post(f"/counter/drafts/{draft.pk}/discard/")

    assert not Application.objects.exists()


def test_new_names_what_costs_no_trip_as_every_page_does(desk):
    page = desk.get("/counter/new/", {"q": "出生", "what": "bundle:B08"}).content.decode()
    assert "零跑腿" in page
    assert "最多跑 0 次" not in page

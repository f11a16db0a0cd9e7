"""Bad input at the API: a status, a code, a field and a Chinese sentence; nothing is written, nothing breaks."""

import pytest

from applications.models import Application, Attachment, Decision, Publication, ReviewTask, StatusChange
from core.models import Applicant, AuditEntry
from delivery.models import Handover
from portal.api.problems import SENTENCES
from tests.api import PDF, Api, problem

HUGE = ("0", "9223372036854775807", "9223372036854775808", "9" * 18, "9" * 40)
PERSON = {
    "kind": "natural",
    "name": "林初见",
    "id_type": "111",
    "id_number": "330199199503150428",
    "phone": "13900001234",
}
COMPANY = {
    "kind": "legal",
    "name": "示例区初见茶社有限公司",
    "id_type": "USCC",
    "id_number": "91330199MA2CHUX11L",
    "phone": "13900001234",
    "contact_name": "林初见",
}
WRITTEN = (Application, Applicant, Attachment, Decision, Handover, StatusChange, AuditEntry)


def review_task(world):
    tasks = world.road.arrived(world.accepted("SCJG-007"))
    return next(task for task in tasks if task.kind == "review")


def written():
    return [model.objects.count() for model in WRITTEN] + list(
        ReviewTask.objects.order_by("pk").values_list("status", "claimed_by")
    )


@pytest.fixture
def citizen(world):
    return Api(world.citizen.user)


@pytest.fixture
def stranger(world):
    return Api(world.other_citizen.user)


@pytest.fixture
def clerk(world):
    return Api(world.clerk)


# --- starting -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"matter": "NOPE-001"}, "matter_unknown", "matter"),
        ({"bundle": "B99"}, "bundle_unknown", "bundle"),
        ({}, "invalid", "matter"),
        ({"matter": "SCJG-001", "bundle": "B01"}, "invalid", "matter"),
        ({"matter": None}, "invalid", "matter"),
        ({"matter": ["SCJG-001"]}, "invalid", "matter"),
        ({"matter": "SCJG-001\0"}, "invalid", "matter"),
        ({"matter": "\ud800"}, "invalid", "matter"),
        ({"matter": "S" * 65}, "invalid", "matter"),
        ({"matter": "SCJG-001", "channel": "web"}, "invalid", "channel"),
        ({"matter": "SCJG-001", "channel": "counter"}, "invalid", "applicant"),
        ({"bundle": "B01", "chosen": ["SCJG-001"]}, "unknown_member", "chosen"),
        ({"bundle": "B01", "chosen": "XFJ-001"}, "invalid", "chosen"),
        ([], "invalid", "non_field_errors"),
    ],
)
def test_start_with_wrong_input_is_refused_by_field(world, citizen, body, code, field):
    before = written()

    problem(citizen.post("applications/", body), 422, code, field)

    assert written() == before


def test_start_of_an_unpublished_matter_is_refused(world, citizen):
    version = world.version("SCJG-001")
    type(version).objects.filter(pk=version.pk).update(status="cancelled")
    type(version.matter).objects.filter(pk=version.matter_id).update(current=None)

    problem(citizen.post("applications/", {"matter": "SCJG-001"}), 409, "matter_not_published", "matter")
    problem(citizen.get("matters/SCJG-001/"), 409, "matter_not_published")
    assert Application.objects.count() == 0


@pytest.mark.parametrize(
    ("person", "wrong", "code", "field"),
    [
        (PERSON, {"id_number": "330199199503150427"}, "id_check", "applicant.id_number"),
        (PERSON, {"id_number": "33019919950315042"}, "id_length", "applicant.id_number"),
        (PERSON, {"id_number": "330199199513150428"}, "id_birth_date", "applicant.id_number"),
        (PERSON, {"id_number": ""}, "invalid", "applicant.id_number"),
        (PERSON, {"id_type": "999"}, "invalid", "applicant.id_type"),
        (PERSON, {"id_type": "USCC"}, "id_type_mismatch", "applicant.id_type"),
        (PERSON, {"phone": "12345678901"}, "phone_format", "applicant.phone"),
        (PERSON, {"name": ""}, "invalid", "applicant.name"),
        (COMPANY, {"id_number": "91330199MA2CHUX119"}, "uscc_check", "applicant.id_number"),
        (COMPANY, {"id_number": "9133019"}, "uscc_length", "applicant.id_number"),
        (COMPANY, {"contact_name": ""}, "contact_missing", "applicant.contact_name"),
    ],
)
def test_counter_with_a_wrong_identity_writes_nobody_down(world, clerk, person, wrong, code, field):
    before = written()

    body = {"matter": "SCJG-001", "channel": "counter", "applicant": {**person, **wrong}}
    problem(clerk.post("applications/", body), 422, code, field)

    assert written() == before


def test_counter_with_a_known_identity_under_another_name_is_refused(world, clerk):
    known = {**PERSON, "id_number": world.citizen.id_number}

    body = {"matter": "SCJG-001", "channel": "counter", "applicant": known}
    said = problem(clerk.post("applications/", body), 409, "name_differs", "applicant.name")

    assert world.citizen.name not in said["title"]


def test_start_by_staff_needs_an_applicant_or_a_window(world, clerk):
    problem(clerk.post("applications/", {"matter": "SCJG-001"}), 403, "not_an_applicant")
    body = {"matter": "SCJG-001", "channel": "counter", "applicant": PERSON}
    problem(Api(world.reviewer("SCJG")).post("applications/", body), 403, "no_window")
    problem(Api(world.citizen.user).post("applications/", body), 403, "no_window")
    assert Application.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (None, "confirmation_required"),
        ({"confirmed": False}, "confirmation_required"),
        ({"confirmed": "也许"}, "invalid"),
        ({"confirmed": None}, "invalid"),
    ],
)
def test_submit_at_the_counter_without_the_applicants_confirmation(world, clerk, body, code):
    draft = world.draft("SCJG-009", at_counter=True)
    problem(clerk.post(f"applications/{draft.pk}/submit/", body), 422, code, "confirmed")

    draft.refresh_from_db()
    assert (draft.status, draft.visits.count()) == ("draft", 0)


# --- filling in and submitting --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "code", "field"),
    [
        ({}, "invalid", "subject"),
        ({"subject": " "}, "invalid", "subject"),
        ({"subject": "甲" * 201}, "invalid", "subject"),
        ({"subject": "店", "delivery_method": "pigeon"}, "invalid", "delivery_method"),
        ({"subject": "店", "delivery_method": "courier"}, "recipient_required", "recipient_name"),
        (
            {
                "subject": "店",
                "delivery_method": "courier",
                "recipient_name": "陈",
                "recipient_phone": "1",
                "recipient_address": "路",
            },
            "phone_format",
            "recipient_phone",
        ),
        ({"subject": "店", "conditions": [{"a": 1}]}, "invalid", "conditions.0"),
    ],
)
def test_wrong_answers_leave_what_was_saved(world, citizen, answers, code, field):
    draft = world.draft()
    before = written()

    problem(citizen.put(f"applications/{draft.pk}/answers/", answers), 422, code, field)

    draft.refresh_from_db()
    assert (written(), draft.subject != "") == (before, True)


def test_submit_without_a_required_material_names_it(world, citizen):
    draft = world.draft()
    attachment = Attachment.objects.filter(material__application=draft).first()
    assert citizen.delete(f"attachments/{attachment.pk}/").status_code == 204

    said = problem(citizen.post(f"applications/{draft.pk}/submit/"), 422, "material_missing", "materials")

    assert attachment.material.name in said["title"]
    draft.refresh_from_db()
    assert (draft.status, draft.number) == ("draft", None)


def test_submit_twice_keeps_the_first_number(world, citizen):
    draft = world.draft()
    first = citizen.post(f"applications/{draft.pk}/submit/").json()["number"]
    before = written()

    problem(citizen.post(f"applications/{draft.pk}/submit/"), 409, "cannot_submit")

    draft.refresh_from_db()
    assert (draft.number, written()) == (first, before)


def test_draft_acts_after_submission_are_refused(world, citizen):
    application = world.submitted()
    address = f"applications/{application.pk}/"
    attachment = Attachment.objects.filter(material__application=application).first()
    before = written()

    problem(citizen.put(f"{address}answers/", {"subject": "别的店"}), 409, "not_a_draft")
    problem(citizen.put(f"{address}members/", {"chosen": []}), 409, "not_a_draft")
    problem(citizen.delete(address), 409, "not_a_draft")
    problem(citizen.upload(f"materials/{attachment.material_id}/files/"), 409, "materials_closed")
    problem(citizen.delete(f"attachments/{attachment.pk}/"), 409, "materials_closed")
    assert written() == before


# --- files ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "空.pdf", "file_empty"),
        (b"MZ\x90\x00" + b"\0" * 200, "程序.pdf", "file_type"),
        (b"<script>alert(1)</script>", "页.png", "file_type"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "坏.png", "picture_broken"),
        (b"%PDF-1.4" + b"\0" * (10 * 1024 * 1024), "大.pdf", "file_too_large"),
    ],
)
def test_upload_of_a_wrong_file_leaves_the_draft(world, citizen, content, name, code):
    material = world.draft().materials.filter(disposition="ask").first()
    before = written()

    problem(citizen.upload(f"materials/{material.pk}/files/", content, name), 422, code, "file")

    assert written() == before


def test_upload_without_a_file_or_as_json_is_refused(world, citizen):
    material = world.draft().materials.first()
    address = f"materials/{material.pk}/files/"

    problem(citizen.client.post(f"/api/v1/{address}", {}, headers=citizen.headers), 422, "invalid", "file")
    problem(citizen.post(address, {"file": "x"}), 415, "unsupported_media_type")


def test_upload_under_a_hostile_name_keeps_only_the_name(world, citizen):
    material = world.draft().materials.first()

    response = citizen.upload(f"materials/{material.pk}/files/", PDF, "../../etc/\x01passwd.pdf")

    assert (response.status_code, response.json()["name"]) == (201, "passwd.pdf")


# --- the window and the departments ---------------------------------------------------------------------------------------


def test_accept_twice_changes_nothing(world, clerk):
    application = world.accepted()
    before = written()

    problem(clerk.post(f"applications/{application.pk}/accept/"), 409, "cannot_accept")

    assert written() == before


@pytest.mark.parametrize("act", ["accept", "refuse", "correction"])
def test_window_acts_are_refused_to_others(world, citizen, act):
    application = world.submitted()
    body = {
        "accept": {},
        "refuse": {"reason": "理由", "competent_authority": "机关"},
        "correction": {"items": [{"what": "材料", "reason": "原因"}]},
    }[act]
    before = written()

    problem(citizen.post(f"applications/{application.pk}/{act}/", body), 403, "post_required")

    assert written() == before


@pytest.mark.parametrize(
    ("act", "body", "code", "field"),
    [
        ("refuse", {"reason": "理由"}, "invalid", "competent_authority"),
        ("refuse", {"reason": " ", "competent_authority": "机关"}, "invalid", "reason"),
        ("accept", {"refusals": [{"case": "x"}]}, "invalid", "refusals.0.case"),
        ("accept", {"refusals": [{"case": 10**30, "reason": "理由", "competent_authority": "机关"}]}, "unknown_case", "refusals"),
        ("correction", {"items": []}, "items_required", "items"),
        ("correction", {"items": [{"what": "材料"}]}, "invalid", "items.0.reason"),
        ("correction", {"items": [{"what": "材料", "reason": "原因"}], "workdays": 0}, "workdays_range", "workdays"),
        ("correction", {"items": [{"what": "材料", "reason": "原因"}], "workdays": 10**30}, "workdays_range", "workdays"),
        ("correction", {"items": [{"what": "材料", "reason": "原因", "material_id": 10**30}]}, "unknown_material", "items"),
    ],
)  # fmt: skip
def test_window_acts_with_wrong_input_are_refused_by_field(world, clerk, act, body, code, field):
    application = world.submitted()
    before = written()

    problem(clerk.post(f"applications/{application.pk}/{act}/", body), 422, code, field)

    assert written() == before


def test_second_notice_is_refused(world, clerk, citizen):
    application = world.submitted()
    body = {"items": [{"what": "材料", "reason": "原因"}]}
    asked = clerk.post(f"applications/{application.pk}/correction/", body).json()
    item = asked["correction"]["items"][0]["id"]
    address = f"applications/{application.pk}/correction/answer/"
    problem(citizen.post(address, {"answers": []}), 422, "answer_required", f"item-{item}")
    assert citizen.post(address, {"answers": [{"item": item, "answer": "已补正"}]}).status_code == 200

    problem(clerk.post(f"applications/{application.pk}/correction/", body), 409, "second_notice")


def test_papers_of_another_application_are_refused(world, clerk):
    application, other = world.submitted(), world.submitted("SCJG-007", applicant=world.other_citizen)
    before = written()

    body = {"materials": [other.materials.first().pk]}
    problem(clerk.put(f"applications/{application.pk}/papers/", body), 422, "unknown_material", "materials")

    assert written() == before


def test_claim_twice_names_who_was_first(world):
    task = review_task(world)
    first, second = Api(world.reviewer("SCJG")), Api(world.reviewer2("SCJG"))
    assert first.post(f"tasks/{task.pk}/claim/").status_code == 200
    before = written()

    said = problem(second.post(f"tasks/{task.pk}/claim/"), 409, "already_claimed")

    assert world.reviewer("SCJG").name in said["title"]
    done = {"outcome": "pass", "opinion": "同意"}
    problem(second.post(f"tasks/{task.pk}/complete/", done), 409, "already_claimed")
    problem(
        first.post(f"tasks/{task.pk}/complete/", {"outcome": "maybe", "opinion": "x"}),
        422,
        "invalid",
        "outcome",
    )
    problem(first.post(f"tasks/{task.pk}/decide/", {"outcome": "granted"}), 409, "not_a_decision")
    assert written() == before


@pytest.mark.parametrize("act", ["claim", "put-back", "records", "complete", "decide"])
def test_another_departments_task_is_refused(world, act):
    task = review_task(world)
    body = {"finding": "x", "outcome": "granted" if act == "decide" else "pass", "opinion": "x"}
    before = written()

    refused = Api(world.reviewer("GAJ")).post(f"tasks/{task.pk}/{act}/", body)

    code = {"put-back": "post_required", "decide": "not_a_decision"}.get(act, "other_department")
    problem(refused, 409 if act == "decide" else 403, code)
    problem(Api(world.citizen.user).post(f"tasks/{task.pk}/{act}/", body), 403, "post_required")
    problem(Api(world.reviewer("GAJ")).get(f"tasks/{task.pk}/"), 404, "not_found")
    assert written() == before


def test_decide_by_the_acceptor_is_refused(world):
    task = world.task(world.accepted("SCJG-001"))
    assert task.kind == "decide"
    Application.objects.filter(pk=task.case.application_id).update(accepted_by=world.decider("SCJG"))
    before = written()

    problem(Api(world.decider("SCJG")).post(f"tasks/{task.pk}/claim/"), 403, "decider_is_acceptor")
    problem(
        Api(world.decider("SCJG")).post(f"tasks/{task.pk}/decide/", {"outcome": "granted"}),
        403,
        "decider_is_acceptor",
    )

    assert written() == before


def test_denial_without_reasons_is_refused(world):
    task = world.task(world.accepted("SCJG-001"))
    decider = Api(world.decider("SCJG"))
    decider.post(f"tasks/{task.pk}/claim/")
    before = written()

    said = problem(
        decider.post(f"tasks/{task.pk}/decide/", {"outcome": "denied"}), 422, "facts_required", "facts"
    )
    assert [fault["field"] for fault in said["errors"]] == ["facts", "reasons"]  # the guide gives the basis

    assert written() == before


def test_grant_kept_from_the_public_list_says_why(world):
    application = world.accepted("YCJ-001")
    while (task := world.task(application)).kind != "decide":
        world.road.work(task)
        world.carry()
    decider = Api(world.decider("YCJ"))
    decider.post(f"tasks/{task.pk}/claim/")
    address, before = f"tasks/{task.pk}/decide/", written()
    for secrecy, code in (("state", "secrecy_reason_required"), ("nope", "invalid")):
        problem(decider.post(address, {"outcome": "granted", "secrecy": secrecy}), 422, code)
    assert written() == before

    given = {"outcome": "granted", "secrecy": "state", "secrecy_reason": "涉密工程"}
    assert decider.post(address, given).status_code == 201
    assert Publication.objects.get(decision__case=task.case_id).withheld_ground == "state"


# --- the outlet -----------------------------------------------------------------------------------------------------------


COLLECTED = {"collector_name": "陈晓岚", "relation": "self", "signature": "陈晓岚"}


def test_hand_over_before_ready_is_refused(world):
    application = world.accepted("SCJG-007")
    before = written()

    body = {"application": application.number, **COLLECTED}
    problem(Api(world.outlet).post("handovers/", body), 409, "not_ready")
    problem(Api(world.clerk).post("handovers/", body), 403, "post_required")
    problem(Api(world.other_citizen.user).post("handovers/", body), 404, "not_found")
    problem(Api(world.outlet).post("handovers/", {**body, "application": "无此号"}), 404, "not_found")

    assert written() == before


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"relation": "agent"}, "id_missing", "collector_id"),
        ({"relation": "agent", "collector_id": "1"}, "id_length", "collector_id"),
        ({"relation": "friend"}, "invalid", "relation"),
        ({"signature": ""}, "invalid", "signature"),
        ({"signature": "data:text/html,x"}, "signature_broken", "signature"),
        ({"collector_name": " "}, "invalid", "collector_name"),
    ],
)
def test_hand_over_to_nobody_in_particular_is_refused(world, wrong, code, field):
    application = world.ready("SCJG-001")
    before = written()

    body = {"application": application.number, **COLLECTED, **wrong}
    problem(Api(world.outlet).post("handovers/", body), 422, code, field)

    assert written() == before


def test_hand_over_twice_and_of_a_parcel_are_refused(world):
    outlet = Api(world.outlet)
    closed, by_courier = world.closed("SCJG-001"), world.ready("SCJG-001", by_courier=True)
    before = written()

    problem(outlet.post("handovers/", {"application": closed.number, **COLLECTED}), 409, "cannot_hand_over")
    problem(outlet.post("handovers/", {"application": by_courier.number, **COLLECTED}), 409, "by_courier")
    parcel = by_courier.delivery.shipment
    problem(outlet.post(f"shipments/{parcel.pk}/send/"), 403, "post_required")

    assert written() == before


# --- someone else's -------------------------------------------------------------------------------------------------------


def test_someone_elses_records_do_not_exist(world, stranger):
    application = world.ready("SCJG-001", by_courier=True)
    draft = world.draft()
    attachment = Attachment.objects.filter(material__application=draft).first()
    document = Api(world.citizen.user).get(f"applications/{application.pk}/documents/").json()[0]["id"]
    message = Api(world.citizen.user).get("messages/").json()["results"][0]["id"]
    before = written()
    one = f"applications/{draft.pk}/"

    for response in (
        stranger.get(one),
        stranger.get(f"{one}documents/"),
        stranger.get(f"{one}timeline/"),
        stranger.put(f"{one}answers/", {"subject": "x"}),
        stranger.put(f"{one}members/", {"chosen": []}),
        stranger.post(f"{one}submit/"),
        stranger.post(f"{one}withdraw/", {"reason": "x"}),
        stranger.post(f"{one}correction/answer/", {}),
        stranger.delete(one),
        stranger.upload(f"materials/{attachment.material_id}/files/"),
        stranger.delete(f"attachments/{attachment.pk}/"),
        stranger.get(f"attachments/{attachment.pk}/file/"),
        stranger.get(f"documents/{document}/file/"),
        stranger.get(f"deliveries/{application.delivery.pk}/"),
        stranger.get(f"shipments/{application.delivery.shipment.pk}/"),
        stranger.post(f"shipments/{application.delivery.shipment.pk}/send/"),
        stranger.post(f"messages/{message}/read/"),
        Api(world.clerk).get(one),
        Api(world.clerk).upload(f"materials/{attachment.material_id}/files/"),
        Api(world.clerk).put(f"{one}papers/", {"materials": []}),
        Api(world.reviewer("GAJ")).get(f"applications/{application.pk}/"),
    ):
        problem(response, 404, "not_found")
    for address in ("applications/", "deliveries/", "shipments/", "decisions/", "messages/"):
        assert stranger.get(address).json()["results"] == []
    assert written() == before


# --- the form of requests -------------------------------------------------------------------------------------------------


def test_malformed_requests_are_answered(world, citizen):
    def send(body, content_type="application/json", **more):
        return citizen.client.post(
            "/api/v1/applications/", body, content_type=content_type, headers=citizen.headers, **more
        )

    problem(send("{"), 400, "malformed")
    problem(send(b"\xff\xfe"), 400, "malformed")
    problem(send('{"matter": NaN}'), 400, "malformed")
    problem(send('{"matter": ' + "9" * 5000 + "}"), 400, "malformed")
    problem(send('{"a":' * 3000 + "1" + "}" * 3000), 400, "malformed")
    problem(send("matter=SCJG-001", "application/x-www-form-urlencoded"), 415, "unsupported_media_type")
    problem(send("<a/>", "text/xml"), 415, "unsupported_media_type")
    problem(send(b'"' + b"a" * (5 * 1024 * 1024) + b'"'), 413, "too_large")
    material = world.draft().materials.first()
    broken = citizen.client.post(
        f"/api/v1/materials/{material.pk}/files/",
        b"--x",
        content_type="multipart/form-data; boundary=",
        headers=citizen.headers,
    )
    problem(broken, 400, "malformed")


def test_wrong_method_address_and_format_are_answered(world, citizen):
    problem(citizen.delete("matters/SCJG-001/"), 405, "method_not_allowed")
    problem(citizen.put("applications/", {}), 405, "method_not_allowed")
    problem(citizen.get("token/"), 405, "method_not_allowed")
    problem(citizen.get("nonsense/"), 404, "no_such_address")
    problem(citizen.post("applications/x/submit/"), 404, "no_such_address")
    problem(citizen.get("verify/%00/"), 404, "no_such_address")
    xml = citizen.client.get("/api/v1/applications/", headers={**citizen.headers, "Accept": "text/xml"})
    problem(xml, 406, "not_acceptable")


@pytest.mark.parametrize("pk", [*HUGE, "-1", "1.5", "٣", "x" * 300, "9" * 5000])
def test_ids_beyond_reason_do_not_exist(world, pk):
    api = Api(world.clerk)
    for address in ("applications", "deliveries", "handovers", "shipments", "decisions", "tasks"):
        assert api.get(f"{address}/{pk}/").status_code == 404, address
    for address in (
        "materials/{}/files/",
        "applications/{}/submit/",
        "shipments/{}/send/",
        "messages/{}/read/",
    ):
        assert api.post(address.format(pk)).status_code in (404, 415), address
    for address in ("tasks/{}/claim/", "applications/{}/accept/"):
        assert api.post(address.format(pk)).status_code == 404, address
    for address in ("documents/{}/file/", "attachments/{}/file/"):
        assert api.get(address.format(pk)).status_code == 404, address
    assert api.delete(f"attachments/{pk}/").status_code == 404


@pytest.mark.parametrize("size", ["0", "-1", "101", "9" * 30, "x", "", "1.5", "²"])
def test_page_size_out_of_range_is_refused(world, citizen, size):
    problem(citizen.get("matters/", page_size=size), 422, "page_size_range", "page_size")
    problem(citizen.get("applications/", page_size=size), 422, "page_size_range", "page_size")


@pytest.mark.parametrize(
    "cursor", ["x", "cD1hYmM=", "bz14", "cD0lMDA=", "\0", "汉", "cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5OQ=="]
)
def test_cursor_that_is_none_is_refused_or_empty(world, citizen, cursor):
    world.draft()
    response = citizen.get("applications/", cursor=cursor)

    if response.status_code != 200:
        problem(response, 422, "cursor_unreadable", "cursor")
    assert Api().get("matters/", cursor=cursor).status_code in (200, 422)


@pytest.mark.parametrize(
    ("address", "query"),
    [
        ("applications/", {"status": "nonsense"}),
        ("applications/", {"number": "\0"}),
        ("applications/", {"submitted_after": "gestern"}),
        ("decisions/", {"outcome": "perhaps"}),
        ("decisions/", {"decided_after": "9999-99-99"}),
        ("deliveries/", {"way": "drone"}),
        ("handovers/", {"handed_after": "x"}),
        ("shipments/", {"status": "lost"}),
        ("tasks/", {"state": "x"}),
        ("tasks/", {"department": "NOPE"}),
        ("matters/", {"max_trips": "x"}),
        ("matters/", {"service_object": "99999999999999999999"}),
        ("matters/", {"department": "\0"}),
        ("matters/", {"topic": "没有的主题"}),
    ],
)
def test_filters_that_make_no_sense_are_refused(world, clerk, address, query):
    problem(clerk.get(address, **query), 422, "invalid", next(iter(query)).split("_after")[0])


@pytest.mark.parametrize(
    ("address", "query"),
    [
        ("matters/", {"max_trips": "9" * 30}),
        ("matters/", {"max_trips": "-1e400"}),
        ("matters/", {"q": "%_\\'\" 汉" * 50}),
        ("tasks/", {"q": "%_\\'\" 汉" * 50}),
        ("applications/", {"submitted_after": "0541-06-19T17:11:03.500000-23:51"}),
        ("applications/", {"submitted_after": "0001-01-01T00:00:00+14:00"}),
        ("applications/", {"submitted_before": "9999-12-31T23:59:59-12:00"}),
        ("applications/", {"number": "x" * 3000}),
    ],
)
def test_filters_beyond_reason_are_answered(world, clerk, address, query):
    assert clerk.get(address, **query).status_code in (200, 422)


# --- who asks -------------------------------------------------------------------------------------------------------------


def test_anonymous_and_wrong_tokens_are_asked_to_sign_in(world):
    for address in ("applications/", "tasks/", "deliveries/", "messages/", "documents/1/file/"):
        response = Api().get(address)
        problem(response, 401, "not_authenticated")
        assert response["WWW-Authenticate"] == "Token"
    problem(Api(token="0" * 40).get("applications/"), 401, "authentication_failed")
    problem(Api(token="a b").get("applications/"), 401, "authentication_failed")
    problem(Api().post("applications/", {"matter": "SCJG-001"}), 401, "not_authenticated")
    assert Api(token="0" * 40).get("matters/").status_code == 200


def test_sentences_are_for_people():
    assert all(any("一" <= char <= "鿿" for char in sentence) for _, sentence in SENTENCES.values())

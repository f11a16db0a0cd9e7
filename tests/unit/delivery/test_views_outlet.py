"""The outlet's pages: found by whatever the person brings, handed over once, and why not when not."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.items import Item
from applications.services import corrections
from delivery.services.outlet import PNG_URL
from matters.models import ServicePoint

PNG = PNG_URL + "iVBORw0KGgo="


@pytest.fixture
def client(world):
    return world.client(world.outlet)


@pytest.fixture
def ready(world):
    return world.ready("SCJG-001")


def answers(world, **changes):
    given = {
        "relation": "self",
        "collector_name": "陈晓岚",
        "service_point": world.hall.pk,
        "signature": PNG,
        "signed_name": "",
    }
    return {**given, **changes}


def text(response):
    return response.content.decode()


# --- finding --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("person", ["clerk", "courier", "supervisor"])
def test_outlet_is_for_outlet_posts_only(world, ready, person):
    client = world.client(getattr(world, person))

    assert client.get("/outlet/").status_code == 403
    assert client.get(f"/outlet/{ready.number}/").status_code == 403
    assert client.post(f"/outlet/{ready.number}/", answers(world)).status_code == 403


def test_outlet_lists_what_is_ready_the_longest_waiting_first(world, client):
    first = world.ready("SCJG-001")
    world.pass_time(hours=3)
    second = world.ready("SCJG-001", applicant=world.other_citizen)
    page = text(client.get("/outlet/"))

    assert page.index(first.number) < page.index(second.number)
    assert "3小时" in page


def test_outlet_does_not_list_parcels(world, client):
    assert world.ready("SCJG-001", by_courier=True).number not in text(client.get("/outlet/"))


@pytest.mark.parametrize("brought", ["number", "case", "slip", "name", "identity", "phone"])
def test_outlet_finds_everything_of_a_person_by_what_they_bring(world, client, ready, brought):
    another = world.ready("GJJ-001")
    stranger = world.ready("SCJG-001", applicant=world.other_citizen)
    find = {
        "number": ready.number.lower(),
        "case": f"{ready.number}-01",
        "slip": f"http://localhost:8000/progress/?number={ready.number}",
        "name": ready.applicant.name,
        "identity": ready.applicant.id_number,
        "phone": ready.applicant.phone,
    }[brought]
    found = client.get("/outlet/", {"find": find}).context["found"]

    assert {each.application.number for each in found} == {ready.number, another.number}
    assert stranger.number not in {each.application.number for each in found}


def test_outlet_says_what_is_missing_and_whose_turn_it_is(world, client):
    application = world.accepted("SCJG-007")
    page = text(client.get("/outlet/", {"find": application.number}))

    assert "还没齐" in page
    assert "轮到市场监督管理局" in page


def test_outlet_says_that_an_applicant_has_to_correct(world, client):
    application = world.submitted("SCJG-007")
    corrections.ask(
        application_id=application.pk, items=[Item("照片", "不清楚")], by=world.clerk, now=world.now()
    )
    page = text(client.get("/outlet/", {"find": application.number}))

    assert "等待申请人补正，轮到申请人" in page
    assert "请补正材料" not in page


def test_outlet_says_of_a_waiting_matter_what_it_waits_for(world, client):
    application = world.accepted("B01")
    page = text(client.get("/outlet/", {"find": application.number}))

    assert "等待“公司设立登记”办结后自动开始" in page
    assert "不用您操作" not in page


def test_outlet_that_finds_nobody_says_how_to_look(world, client):
    page = text(client.get("/outlet/", {"find": "查无此人"}))

    assert "没有找到" in page


def test_outlet_with_an_empty_search_says_what_to_type(client):
    assert "请扫码，或输入" in text(client.get("/outlet/", {"find": " "}))


def test_outlet_takes_as_many_queries_for_ten_as_for_two(world, client):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get("/outlet/")
        return len(captured)

    for _ in range(2):
        world.ready("SCJG-001")
    few = queries()
    for _ in range(8):
        world.ready("SCJG-001")
    assert queries() == few


# --- handing over ---------------------------------------------------------------------------------------------------
def test_handover_lists_results_with_their_numbers(world, client, ready):
    page = text(client.get(f"/outlet/{ready.number}/"))

    certificate = ready.cases.get().certificate
    assert certificate.document.number in page
    assert f"/documents/{certificate.document_id}/" in page


def test_handover_with_a_drawn_signature_closes_and_shows_the_receipt(world, client, ready):
    response = client.post(f"/outlet/{ready.number}/", answers(world), follow=True)

    ready.refresh_from_db()
    assert ready.status == "closed"
    assert "领取凭证" in text(response)
    assert PNG in text(response)


def test_handover_takes_a_typed_name_for_a_signature(world, client, ready):
    client.post(f"/outlet/{ready.number}/", answers(world, signature="", signed_name="陈晓岚"))

    assert ready.delivery.handover.signature == "陈晓岚"


def test_handover_with_an_error_keeps_everything_typed_and_drawn(world, client, ready):
    response = client.post(
        f"/outlet/{ready.number}/",
        answers(world, relation="agent", collector_name="李建国", collector_id="330199"),
    )

    page = text(response)
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"collector_id"}
    assert "李建国" in page
    assert f'value="{PNG}"' in page


def test_handover_to_another_name_as_the_applicant_says_what_to_do(world, client, ready):
    response = client.post(f"/outlet/{ready.number}/", answers(world, collector_name="别人"))

    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"collector_name"}
    assert "请选“受托人”" in text(response)


def test_handover_without_a_signature_asks_for_it(world, client, ready):
    response = client.post(f"/outlet/{ready.number}/", answers(world, signature=""))

    assert response.status_code == 422
    assert "请领取人签名" in text(response)


def test_handover_at_a_place_that_is_not_the_clerks_is_refused(world, client, ready):
    elsewhere = ServicePoint.objects.exclude(pk=world.hall.pk).first()
    response = client.post(f"/outlet/{ready.number}/", answers(world, service_point=elsewhere.pk))

    assert response.status_code == 422
    assert ready.visits.count() == 0


def test_handover_twice_says_that_it_is_delivered_and_shows_the_receipt(world, client, ready):
    client.post(f"/outlet/{ready.number}/", answers(world))
    response = client.post(f"/outlet/{ready.number}/", answers(world, collector_name="别人"))

    assert response.status_code == 422
    assert "已送达" in text(response)
    assert "领取凭证" in text(response)
    assert ready.delivery.handover.collector_name == "陈晓岚"


def test_handover_before_ready_says_which_case_is_missing(world, client):
    application = world.accepted("B06")
    page = text(client.get(f"/outlet/{application.number}/"))
    response = client.post(f"/outlet/{application.number}/", answers(world))

    assert "公司设立登记" in page
    assert "轮到市场监督管理局" in page
    assert response.status_code == 422
    assert "还有事项没有办结" in text(response)


def test_handover_of_a_parcel_says_who_sends_it(world, client):
    application = world.ready("SCJG-001", by_courier=True)

    assert "申请人选择了政务专递" in text(client.get(f"/outlet/{application.number}/"))


@pytest.mark.parametrize("number", ["330199000000000000X", "%00", "无", "-"])
def test_handover_of_an_unknown_number_is_not_found(client, number):
    assert client.get(f"/outlet/{number}/").status_code == 404


def test_results_are_printed_as_one_pdf(world, client, ready):
    response = client.get(f"/outlet/{ready.number}/results.pdf")

    assert response["Content-Type"] == "application/pdf"
    assert response["Cache-Control"] == "private, no-store"
    assert response.content.startswith(b"%PDF")

"""The pages that ask for the situation, carry it over from the guide, and offer a bundle instead of one matter."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.models import Application
from applications.selectors.offers import bundles_offered
from applications.services import drafts


@pytest.fixture
def citizen(world):
    return world.client(world.citizen.user)


@pytest.fixture
def draft(world):
    return drafts.start(
        applicant=world.citizen,
        by=world.citizen.user,
        now=world.now(),
        channel="web",
        version=world.version("SCJG-001"),
    )


def text(response):
    return response.content.decode()


def answers_of(application):
    return {case.version.matter.code: case.answers for case in application.cases.all()}


# --- asked in the draft ---------------------------------------------------------------------------------------------


def test_one_question_is_asked_after_another(citizen, draft):
    url = f"/drafts/{draft.pk}/situations/"
    page = text(citizen.get(url))
    assert "由谁来办理？" in page
    assert "登记前要先批准的项目很少" not in page

    response = citizen.post(url, {"question": "agent", "answer": "agent"}, follow=True)
    assert "经营范围里有没有" in text(response)
    assert answers_of(draft) == {"SCJG-001": {"agent": "agent"}}

    done = text(citizen.post(url, {"question": "pre_licence", "answer": "no"}, follow=True))
    assert "都答完了" in done
    assert f"{url}?ask=agent" in done


def test_an_answer_can_be_changed(citizen, draft):
    url = f"/drafts/{draft.pk}/situations/"
    citizen.post(url, {"question": "agent", "answer": "agent"})
    again = text(citizen.get(f"{url}?ask=agent"))
    assert "由谁来办理？" in again
    assert "checked" in again
    citizen.post(f"{url}?ask=agent", {"question": "agent", "answer": "self"})
    assert answers_of(draft) == {"SCJG-001": {"agent": "self"}}
    assert not draft.materials.filter(key="AGENT").exists()


@pytest.mark.parametrize("sent", [{"question": "agent"}, {"question": "agent", "answer": "nobody"}])
def test_no_answer_or_a_wrong_one_asks_again(citizen, draft, sent):
    response = citizen.post(f"/drafts/{draft.pk}/situations/", sent)
    assert response.status_code == 422
    assert "由谁来办理？" in text(response)
    assert answers_of(draft) == {"SCJG-001": {}}


def test_situations_of_a_matter_that_asks_nothing(world, citizen):
    silent = world.draft("SWJ-001")
    assert citizen.get(f"/drafts/{silent.pk}/situations/").status_code == 404
    assert "您的情形" not in text(citizen.get(f"/drafts/{silent.pk}/"))


def test_the_task_list_and_the_check_show_the_answers(world, citizen):
    draft = world.draft("SCJG-007")
    assert "回答几个问题" in text(citizen.get(f"/drafts/{draft.pk}/"))
    citizen.post(f"/drafts/{draft.pk}/situations/", {"question": "agent", "answer": "self"})
    assert "本人办理" in text(citizen.get(f"/drafts/{draft.pk}/"))
    assert "本人办理" in text(citizen.get(f"/drafts/{draft.pk}/check/"))

    filed = world.road.submit(Application.objects.get(pk=draft.pk))
    assert "由谁来办理？本人办理" in text(citizen.get(f"/applications/{filed.number}/"))
    assert "由谁来办理？本人办理" in text(
        world.client(world.clerk).get(f"/counter/applications/{filed.number}/")
    )


# --- from the guide -------------------------------------------------------------------------------------------------


def test_answers_of_the_guide_go_on_into_the_draft(world, citizen):
    url = "/apply/matter/SCJG-007/?agent=agent&gone=x"
    assert "委托他人办理" in text(citizen.get(url))
    citizen.post(url)
    assert answers_of(Application.objects.get()) == {"SCJG-007": {"agent": "agent"}}


def test_answers_and_members_of_a_bundle_go_on_into_the_draft(world, citizen):
    url = "/apply/bundle/B01/?~with=ZJJ-002&agent=self&key_discharger=no"
    assert "不是" in text(citizen.get(url))
    citizen.post(url, {"chosen": ["ZJJ-002"]})
    found = answers_of(Application.objects.get())
    assert found["SCJG-001"] == {"agent": "self"}
    assert found["ZJJ-002"] == {"key_discharger": "no"}


# --- a bundle instead -----------------------------------------------------------------------------------------------


def test_the_start_page_offers_the_bundles_with_the_matter(world, citizen):
    page = text(citizen.get("/apply/matter/SCJG-001/?agent=self"))
    assert f"一件事《{world.bundle('B06').name}》，只跑1次" in page
    assert "/apply/bundle/B06/?~with=&amp;agent=self" in page


def test_one_click_files_the_bundle_instead(world, citizen):
    draft = world.draft("SCJG-001")
    assert "改办一件事" in text(citizen.get(f"/drafts/{draft.pk}/"))
    response = citizen.post(f"/drafts/{draft.pk}/bundle/", {"bundle": "B06"})
    assert response.headers["Location"] == f"/drafts/{draft.pk}/"
    draft.refresh_from_db()
    assert draft.bundle.code == "B06"
    assert draft.subject
    assert "改办一件事" not in text(citizen.get(f"/drafts/{draft.pk}/"))


def test_what_an_offer_spares_is_what_merging_saves(world):
    offers = {each.bundle.code: each for each in bundles_offered(world.version("SCJG-001"))}
    assert offers["B06"].spared > 0
    assert [each.matter.code for each in offers["B06"].members] == ["SCJG-001", "SCJG-007"]
    assert bundles_offered(world.version("RSJ-001")) == []  # alone in its bundle


def test_offers_cost_the_same_for_one_bundle_and_for_many(world):
    def questions(code):
        version = world.version(code)
        with CaptureQueriesContext(connection) as caught:
            bundles_offered(version)
        return len(caught)

    assert questions("SCJG-001") == questions("WGLT-001")


# --- at the counter -------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(world):
    return world.client(world.clerk)


def test_the_clerk_asks_beside_the_checklist(world, desk):
    draft = world.draft("SCJG-007", at_counter=True)
    url = f"/counter/drafts/{draft.pk}/"
    assert "申请人的情形" in text(desk.get(url))
    page = desk.post(
        url, {"action": "situations", "situation-agent": "agent", "subject": "江畔小馆", "detail": "两层"}
    )
    assert page.status_code == 200
    assert answers_of(draft) == {"SCJG-007": {"agent": "agent"}}
    assert draft.materials.get(key="AGENT").is_required
    assert "两层" in text(page)


def test_an_answer_given_with_submitting_counts(world, desk):
    draft = world.draft("SCJG-007", at_counter=True)
    sent = {
        "action": "submit",
        "situation-agent": "agent",
        "subject": "江畔小馆",
        "delivery_method": "window",
        "papers": list(draft.materials.exclude(paper_received_at=None).values_list("pk", flat=True)),
        "confirmed": "on",
    }
    response = desk.post(f"/counter/drafts/{draft.pk}/", sent)
    assert response.status_code == 422
    assert "授权委托书及受托人身份证" in text(response)


def test_the_clerk_files_the_bundle_instead(world, desk):
    draft = world.draft("SCJG-001", at_counter=True)
    url = f"/counter/drafts/{draft.pk}/"
    assert "改办一件事" in text(desk.get(url))
    page = desk.post(url, {"action": "bundle-B06", "subject": "江畔小馆", "situation-agent": "self"})
    assert page.status_code == 200
    draft.refresh_from_db()
    assert draft.bundle.code == "B06"
    assert answers_of(draft) == {"SCJG-001": {"agent": "self"}, "SCJG-007": {"agent": "self"}}
    assert "江畔小馆" in text(page)

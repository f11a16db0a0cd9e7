"""The applicant's own pages: the list, one application, its correction, its withdrawal."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from applications.items import Item
from applications.models import Application
from applications.services import corrections, intake
from core import clock
from portal.demo.papers import sample_paper

SAMPLE_PDF = sample_paper("材料")


@pytest.fixture
def citizen(world):
    return world.client(world.citizen.user)


def text(response):
    return response.content.decode()


def under_correction(world, code="SCJG-001"):
    application = world.submitted(code)
    material = application.materials.filter(disposition="ask", is_required=True).first()
    items = [
        Item(what=material.name, reason="签字页缺签字", how="补签后重新上传", material_id=material.pk),
        Item(what="经营范围", reason="与申请书不一致", how="写明以哪一处为准"),
    ]
    corrections.ask(application_id=application.pk, items=items, by=world.clerk, now=clock.now())
    return Application.objects.get(pk=application.pk)


# --- the list -----------------------------------------------------------------------------------------------------


def test_list_says_where_whose_turn_by_when_and_trips(citizen, world):
    world.accepted("B08", by_courier=True)
    page = text(citizen.get("/applications/"))
    for said in ("新生儿出生一件事", "卫生健康局作决定中 · 最迟", "您无需再跑", "已跑 0 次"):
        assert said in page


def test_list_of_nobodys_applications_says_what_to_do(world):
    page = text(world.client(world.other_citizen.user).get("/applications/"))
    assert "还没有申请" in page
    assert 'href="/search/"' in page


def test_list_shows_only_ones_own(world):
    application = world.submitted("SCJG-001")
    for stranger in (world.other_citizen.user, world.clerk):
        assert application.number not in text(world.client(stranger).get("/applications/"))


def test_list_filters_by_state(citizen, world):
    draft, turn = world.draft("SCJG-001"), under_correction(world)
    way, ready, ended = world.accepted("SCJG-007"), world.ready("SCJG-004"), world.closed("GAJ-002")
    shown = {
        state: set(re.findall(r'<h2><a href="([^"]+)"', text(citizen.get(f"/applications/?state={state}"))))
        for state in ("", "turn", "under-way", "draft", "ended", "nonsense")
    }
    one = "/applications/{}/".format
    assert shown["turn"] == {one(turn.number), one(ready.number)}
    assert shown["under-way"] == {one(way.number)}
    assert shown["draft"] == {f"/drafts/{draft.pk}/"}
    assert shown["ended"] == {one(ended.number)}
    assert len(shown[""]) == len(shown["nonsense"]) == 5


def test_list_pages_by_key(citizen, world):
    for _ in range(26):
        world.draft("GAJ-002")
    first = text(citizen.get("/applications/"))
    following = re.search(r'href="(\?state=&amp;after=[^"]+)"', first).group(1).replace("&amp;", "&")
    second = text(citizen.get(f"/applications/{following}"))
    links = re.compile(r'<h2><a href="(/drafts/\d+/)"')
    assert len(links.findall(first)) == 25
    assert len(links.findall(second)) == 1
    assert not set(links.findall(first)) & set(links.findall(second))
    assert "回到第一页" in second


def test_list_with_a_broken_cursor_says_so(citizen):
    response = citizen.get("/applications/?after=%00%00")
    assert response.status_code == 422
    assert "这个翻页地址已经失效" in text(response)


def test_list_reads_no_more_for_thirty_than_for_three(citizen, world, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert citizen.get("/applications/").status_code == 200
        return len(captured)

    for _ in range(3):
        world.closed("SCJG-001", by_courier=True)
    few = queries()
    for _ in range(20):
        world.submitted("GAJ-002")
    assert queries() == few


# --- one application ----------------------------------------------------------------------------------------------


def test_application_shows_cases_documents_files_and_messages(citizen, world):
    application = world.accepted("B01", applicant=world.citizen)
    page = text(citizen.get(f"/applications/{application.number}/"))
    for said in (
        "市场监督管理局作决定中",
        "等待“公司设立登记”办结后自动开始",
        "受理通知书",
        "核验真伪",
        "公司章程.pdf",
        "申请已受理",
        "到现在为止，没有跑过窗口",
        "承诺最多1次",
        "撤回申请",
    ):
        assert said in page


def test_application_of_someone_else_does_not_exist(world):
    application = world.accepted("SCJG-001")
    stranger = world.client(world.other_citizen.user)
    for path in ("", "submitted/", "correction/", "withdraw/"):
        assert stranger.get(f"/applications/{application.number}/{path}").status_code == 404
    assert stranger.post(f"/applications/{application.number}/withdraw/", {"reason": "x"}).status_code == 404
    assert world.client().get(f"/applications/{application.number}/").status_code == 302


@pytest.mark.parametrize("number", ["nothing", "0", "330199"])
def test_application_with_an_unknown_number_is_a_clear_404(citizen, number):
    response = citizen.get(f"/applications/{number}/")
    assert response.status_code == 404
    assert "请核对申报号" in text(response)


def test_application_is_read_only_for_staff_and_hides_what_they_need_not_know(world):
    application = world.accepted("SCJG-001")
    for viewer in (world.clerk, world.reviewer("SCJG"), world.supervisor):
        response = world.client(viewer).get(f"/applications/{application.number}/")
        assert response.status_code == 200
        page = text(response)
        assert "只能查看" in page
        assert "撤回申请" not in page
        assert "给您的消息" not in page
        assert application.query_code not in page


def test_application_of_another_department_does_not_exist_for_its_staff(world):
    application = world.accepted("SCJG-001")
    assert world.client(world.reviewer("GAJ")).get(f"/applications/{application.number}/").status_code == 404


def test_application_refused_tells_reason_and_authority(citizen, world):
    application = world.submitted("SCJG-001")
    intake.refuse(
        application_id=application.pk,
        reason="不属于本机关职权",
        competent_authority="省药品监督管理局",
        by=world.clerk,
        now=clock.now(),
    )
    page = text(citizen.get(f"/applications/{application.number}/"))
    for said in ("不予受理", "不属于本机关职权", "省药品监督管理局", "行政复议", "不予受理通知书"):
        assert said in page


def test_application_by_courier_shows_the_parcel(citizen, world):
    application = world.closed("SCJG-001", by_courier=True)
    page = text(citizen.get(f"/applications/{application.number}/"))
    for said in ("包裹到哪了", application.delivery.shipment.waybill, "已签收", "已收寄"):
        assert said in page


def test_application_ready_says_where_to_collect(citizen, world):
    application = world.ready("SCJG-001")
    page = text(citizen.get(f"/applications/{application.number}/"))
    for said in ("请到出件窗口领取", world.hall.address, "全部结果一次领齐"):
        assert said in page


def test_application_counts_visits_with_cause_and_place(citizen, world):
    application = world.closed("SCJG-004", at_counter=True)
    page = text(citizen.get(f"/applications/{application.number}/"))
    assert "申报、取件" in page
    assert world.hall.name in page


def test_application_reads_as_much_for_every_bundle(citizen, world):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for code in ("B06", "B01"):
        application = world.closed(code, by_courier=True)
        with CaptureQueriesContext(connection) as captured:
            citizen.get(f"/applications/{application.number}/")
        counts.append(len(captured))
    assert counts[0] == counts[1]


# --- asking for news ----------------------------------------------------------------------------------------------


def poll(client, page):
    path = re.search(r'hx-get="([^"]+)"', page).group(1).replace("&amp;", "&")
    return client.get(path, headers={"HX-Request": "true"})


def timeless(response):
    """Take out the moment at which a page was drawn."""
    return re.sub(r"since=\d+", "", text(response)).strip()


def live(page):
    return page[page.index('<div id="live"') :].split("</section>\n</div>")[0]


def test_poll_hears_nothing_while_nothing_moves(citizen, world):
    application = world.accepted("SCJG-001")
    response = poll(citizen, text(citizen.get(f"/applications/{application.number}/")))
    assert response.status_code == 204
    assert not response.content


def test_poll_brings_the_very_fragment_of_a_fresh_page(citizen, world):
    application = world.accepted("SCJG-007")
    before = text(citizen.get(f"/applications/{application.number}/"))
    world.road.work(world.task(application))
    fragment = poll(citizen, before)
    fresh = citizen.get(f"/applications/{application.number}/")
    assert fragment.status_code == 200
    assert timeless(fragment) in timeless(fresh)
    assert "材料审查：完成" in text(fragment)
    assert "材料审查：完成" not in before


def test_poll_of_a_closed_application_does_not_go_on(citizen, world):
    application = world.closed("SCJG-001")
    assert "hx-trigger" not in live(text(citizen.get(f"/applications/{application.number}/")))


def test_poll_in_vain_for_long_stops_asking(citizen, world):
    application = world.accepted("ZRZY-001")
    before = text(citizen.get(f"/applications/{application.number}/"))
    world.pass_time(minutes=21)
    response = poll(citizen, before)
    assert response.status_code == 200
    assert "hx-trigger" not in text(response)


# --- correction ---------------------------------------------------------------------------------------------------


def test_correction_lists_every_item_with_reason_remedy_and_deadline(citizen, world):
    application = under_correction(world)
    page = text(citizen.get(f"/applications/{application.number}/correction/"))
    for said in (
        "签字页缺签字",
        "补签后重新上传",
        "与申请书不一致",
        "写明以哪一处为准",
        "9月28日（周一）",
        "还剩10个工作日",
    ):
        assert said in page


def test_correction_takes_files_and_words_and_goes_back_to_the_window(citizen, world):
    application = under_correction(world)
    first, second = application.correction.items.all()
    response = citizen.post(
        f"/applications/{application.number}/correction/",
        {
            f"file-{first.pk}": SimpleUploadedFile("补签.pdf", SAMPLE_PDF),
            f"item-{second.pk}": "以申请书为准",
            "answer": "1",
        },
    )
    assert response.headers["Location"] == f"/applications/{application.number}/"
    application.refresh_from_db()
    assert application.status == "submitted"
    assert application.correction.items.get(pk=second.pk).answer == "以申请书为准"
    assert first.material.attachments.filter(name="补签.pdf").exists()


def test_correction_unanswered_keeps_what_was_typed_and_the_files(citizen, world):
    application = under_correction(world)
    first, second = application.correction.items.all()
    path = f"/applications/{application.number}/correction/"
    response = citizen.post(path, {f"item-{second.pk}": "以申请书为准", "answer": "1"})
    assert response.status_code == 422
    assert f"请补正“{first.what}”" in text(response)
    assert "以申请书为准" in text(response)
    wrong = {f"file-{first.pk}": SimpleUploadedFile("补签.pdf", b"MZ"), f"item-{second.pk}": "以申请书为准"}
    response = citizen.post(path, {**wrong, "answer": "1"})
    assert response.status_code == 422
    assert "补签.pdf：只能上传" in text(response)
    assert "以申请书为准" in text(response)
    application.refresh_from_db()
    assert application.status == "correction_open"


def test_correction_files_can_be_saved_first_and_taken_out(citizen, world):
    application = under_correction(world)
    first, second = application.correction.items.all()
    path = f"/applications/{application.number}/correction/"
    saved = citizen.post(
        path,
        {
            f"file-{first.pk}": SimpleUploadedFile("补签.pdf", SAMPLE_PDF),
            f"item-{second.pk}": "还没写完",
            "save": "1",
        },
    )
    assert saved.status_code == 200
    assert "补正还没有提交" in text(saved)
    assert "还没写完" in text(saved)
    attachment = first.material.attachments.get(name="补签.pdf")
    citizen.post(path, {"remove": attachment.pk})
    attachment.refresh_from_db()
    assert attachment.removed_at


def test_correction_removes_no_file_of_another_material(citizen, world):
    application = under_correction(world)
    first = application.correction.items.first()
    other = application.materials.exclude(pk=first.material_id).filter(attachments__isnull=False).first()
    path = f"/applications/{application.number}/correction/"
    assert citizen.post(path, {"remove": other.attachments.first().pk}).status_code == 404
    assert other.attachments.filter(removed_at=None).exists()


def test_correction_that_is_not_open_leads_back(citizen, world):
    application = world.submitted("SCJG-001")
    response = citizen.get(f"/applications/{application.number}/correction/")
    assert response.headers["Location"] == f"/applications/{application.number}/"


def test_correction_is_not_answered_here_by_staff(world):
    application = under_correction(world)
    assert world.client(world.clerk).get(f"/applications/{application.number}/correction/").status_code == 404


# --- withdrawing --------------------------------------------------------------------------------------------------


def test_withdraw_names_what_stops_and_needs_a_reason(citizen, world):
    application = world.accepted("B06")
    path = f"/applications/{application.number}/withdraw/"
    page = text(citizen.get(path))
    assert "公司设立登记" in page
    assert "食品经营许可（新办）" in page
    response = citizen.post(path, {"reason": " "})
    assert response.status_code == 422
    assert "请填写撤回原因" in text(response)
    application.refresh_from_db()
    assert application.status == "accepted"


def test_withdraw_ends_the_application(citizen, world):
    application = world.accepted("SCJG-001")
    response = citizen.post(
        f"/applications/{application.number}/withdraw/", {"reason": "不开店了"}, follow=True
    )
    application.refresh_from_db()
    assert application.status == "withdrawn"
    assert "已撤回尚未作出决定的事项" in text(response)
    assert "不开店了" in text(response)


def test_withdraw_after_the_decision_explains_why_not(citizen, world):
    application = world.ready("SCJG-001")
    path = f"/applications/{application.number}/withdraw/"
    assert "现在不能撤回" in text(citizen.get(path))
    response = citizen.post(path, {"reason": "反悔了"})
    assert response.status_code == 422
    assert "不能撤回" in text(response)

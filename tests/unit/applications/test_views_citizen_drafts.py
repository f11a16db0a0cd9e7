"""The pages of applying: beginning, filling in, uploading, checking, submitting once."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from applications.models import Application, Attachment
from core import clock
from portal.demo.papers import sample_paper

SAMPLE_PDF = sample_paper("材料")


def picture(name="出生证.jpg"):
    data = io.BytesIO()
    Image.new("RGB", (40, 30), "#88aacc").save(data, "JPEG")
    return SimpleUploadedFile(name, data.getvalue())


@pytest.fixture
def citizen(world):
    return world.client(world.citizen.user)


def start(client, world, code="B08", **data):
    kind = "bundle" if code[0] == "B" else "matter"
    response = client.post(f"/apply/{kind}/{code}/", data)
    draft = Application.objects.get(applicant=world.citizen, status="draft")
    assert response.headers["Location"] == f"/drafts/{draft.pk}/"
    return draft


def text(response):
    return response.content.decode()


# --- beginning ----------------------------------------------------------------------------------------------------


def test_apply_sends_a_stranger_to_sign_in_and_back(world):
    response = world.client().get("/apply/bundle/B08/")
    assert response.status_code == 302
    assert response.headers["Location"] == "/accounts/sign-in/?next=/apply/bundle/B08/"


def test_apply_bundle_shows_members_materials_and_trips(citizen):
    page = text(citizen.get("/apply/bundle/b08/"))
    for said in (
        "出生医学证明签发",
        "生育登记",
        "多交1份材料",
        "为什么一次都不用跑",
        "父母居民身份证",
        "免提交",
    ):
        assert said in page


def test_apply_bundle_starts_a_draft_with_the_chosen_members(citizen, world):
    draft = start(citizen, world, chosen=["WJJ-001"])
    codes = [case.version.matter.code for case in draft.cases.order_by("order")]
    assert "WJJ-001" in codes
    assert len(codes) == 6
    assert draft.channel == "web"


def test_apply_bundle_with_an_unknown_member_keeps_the_page(citizen, world):
    response = citizen.post("/apply/bundle/B08/", {"chosen": ["NOPE"]})
    assert response.status_code == 422
    assert not Application.objects.exists()


def test_apply_matter_starts_a_draft(citizen, world):
    assert start(citizen, world, "SCJG-001").cases.count() == 1


def test_apply_matter_offers_the_draft_already_begun(citizen, world):
    draft = start(citizen, world, "SCJG-001")
    assert f'href="/drafts/{draft.pk}/"' in text(citizen.get("/apply/matter/SCJG-001/"))
    assert "没有提交的草稿" not in text(citizen.get("/apply/matter/SCJG-007/"))


def test_bundles_one_can_go_over_to_stand_under_one_heading(citizen, world):
    draft = start(citizen, world, "SCJG-001")
    for page in (citizen.get("/apply/matter/SCJG-001/"), citizen.get(f"/drafts/{draft.pk}/")):
        assert text(page).count("改办一件事《") > 1
        assert text(page).count("可以一起办<") == 1


def test_apply_warns_an_account_the_matter_does_not_serve_but_blocks_nothing(world):
    company = world.client(world.company.user)
    page = text(company.get("/apply/bundle/B08/"))
    assert "您登录的是企业和其他组织账号" in page
    assert company.post("/apply/bundle/B08/").status_code == 302


def test_apply_warns_nobody_it_serves(citizen):
    assert "请核对账号" not in text(citizen.get("/apply/bundle/B08/"))


@pytest.mark.parametrize("path", ["/apply/matter/NOPE-9/", "/apply/bundle/B99/"])
def test_apply_for_what_does_not_exist_says_so(citizen, path):
    response = citizen.get(path)
    assert response.status_code == 404
    assert "请核对编码" in text(response)


def test_apply_by_staff_without_an_applicant_is_explained(world):
    staff = world.client(world.clerk)
    assert "没有申请人身份" in text(staff.get("/apply/matter/SCJG-001/"))
    staff.post("/apply/matter/SCJG-001/")
    assert not Application.objects.exists()


# --- filling in ---------------------------------------------------------------------------------------------------


def test_overview_leads_to_the_next_section(citizen, world):
    draft = start(citizen, world)
    page = text(citizen.get(f"/drafts/{draft.pk}/"))
    for said in ("选择事项", "填写信息", "上传材料", "选择领取方式", "核对并提交", "暂不能填写"):
        assert said in page
    assert f'href="/drafts/{draft.pk}/fill/"' in page


def test_fill_saves_and_goes_on(citizen, world):
    draft = start(citizen, world)
    response = citizen.post(
        f"/drafts/{draft.pk}/fill/",
        {"subject": "小宝", "detail": "9月1日出生", "conditions": ["非婚生随父落户且无其他证明时"]},
    )
    assert response.headers["Location"] == f"/drafts/{draft.pk}/materials/"
    draft.refresh_from_db()
    assert (draft.subject, draft.detail, draft.conditions) == ("小宝", "9月1日出生", ["亲子鉴定意见"])
    assert draft.materials.get(key="亲子鉴定意见").is_required


def test_fill_later_goes_back_to_the_overview(citizen, world):
    draft = start(citizen, world)
    response = citizen.post(f"/drafts/{draft.pk}/fill/", {"subject": "小宝", "later": "1"})
    assert response.headers["Location"] == f"/drafts/{draft.pk}/"


def test_fill_wrong_keeps_what_was_typed(citizen, world):
    draft = start(citizen, world)
    response = citizen.post(f"/drafts/{draft.pk}/fill/", {"subject": " ", "detail": "请快一点"})
    assert response.status_code == 422
    assert "请填写办理对象" in text(response)
    assert "请快一点" in text(response)


def test_members_can_be_changed_and_files_stay(citizen, world):
    draft = start(citizen, world, chosen=["WJJ-001"])
    material = draft.materials.get(name="近期免冠证件照（电子）")
    citizen.post(f"/drafts/{draft.pk}/materials/", {"material": material.pk, "file": picture()})
    response = citizen.post(f"/drafts/{draft.pk}/members/", {})
    assert response.headers["Location"] == f"/drafts/{draft.pk}/situations/"
    assert draft.cases.count() == 5
    assert Attachment.objects.get().material_id == material.pk


def test_members_of_a_single_matter_do_not_exist(citizen, world):
    draft = start(citizen, world, "SCJG-001")
    assert citizen.get(f"/drafts/{draft.pk}/members/").status_code == 404


def test_delivery_waits_for_the_subject(citizen, world):
    draft = start(citizen, world)
    assert citizen.get(f"/drafts/{draft.pk}/delivery/").headers["Location"] == f"/drafts/{draft.pk}/fill/"


def test_delivery_is_prefilled_and_saved(citizen, world):
    draft = start(citizen, world)
    citizen.post(f"/drafts/{draft.pk}/fill/", {"subject": "小宝"})
    assert world.citizen.address in text(citizen.get(f"/drafts/{draft.pk}/delivery/"))
    typed = {
        "delivery_method": "courier",
        "recipient_name": "陈外婆",
        "recipient_phone": "13900000000",
        "recipient_address": "示例区河坊街1号",
    }
    response = citizen.post(f"/drafts/{draft.pk}/delivery/", typed)
    assert response.headers["Location"] == f"/drafts/{draft.pk}/check/"
    draft.refresh_from_db()
    assert {name: getattr(draft, name) for name in typed} == typed
    assert draft.subject == "小宝"


def test_delivery_by_courier_without_an_address_says_so_at_the_field(citizen, world):
    draft = start(citizen, world)
    citizen.post(f"/drafts/{draft.pk}/fill/", {"subject": "小宝"})
    typed = {"delivery_method": "courier", "recipient_name": "陈外婆", "recipient_phone": "13900000000"}
    response = citizen.post(f"/drafts/{draft.pk}/delivery/", typed)
    assert response.status_code == 422
    assert "id_recipient_address_error" in text(response)
    assert "陈外婆" in text(response)


def test_delivery_by_courier_lists_everything_that_is_missing_at_once(citizen, world):
    draft = start(citizen, world)
    citizen.post(f"/drafts/{draft.pk}/fill/", {"subject": "小宝"})
    path = f"/drafts/{draft.pk}/delivery/"
    assert "选填" not in text(citizen.get(path))
    page = text(citizen.post(path, {"delivery_method": "courier", "recipient_phone": "123"}))
    for field in ("recipient_name", "recipient_phone", "recipient_address"):
        assert f"id_{field}_error" in page
    assert "选填" not in page
    assert citizen.post(path, {"delivery_method": "window"}).status_code == 302


# --- files --------------------------------------------------------------------------------------------------------


def test_materials_take_several_files_at_once(citizen, world):
    draft = start(citizen, world)
    material = draft.materials.filter(disposition="ask", is_required=True).first()
    path = f"/drafts/{draft.pk}/materials/"
    response = citizen.post(
        path, {"material": material.pk, "file": [picture("正面.jpg"), picture("反面.jpg")]}
    )
    assert response.headers["Location"] == f"{path}#material-{material.pk}"
    page = text(citizen.get(path))
    assert "正面.jpg" in page
    assert "反面.jpg" in page


def test_materials_refuse_one_file_and_keep_the_others(citizen, world):
    draft = start(citizen, world)
    material = draft.materials.filter(disposition="ask", is_required=True).first()
    files = [picture("好的.jpg"), SimpleUploadedFile("坏的.pdf", b"MZ\x90\x00 not a pdf")]
    response = citizen.post(f"/drafts/{draft.pk}/materials/", {"material": material.pk, "file": files})
    assert response.status_code == 422
    assert "坏的.pdf：只能上传 PDF、JPG 或 PNG 文件" in text(response)
    assert [each.name for each in material.attachments.all()] == ["好的.jpg"]


def test_materials_without_a_file_ask_for_one(citizen, world):
    draft = start(citizen, world)
    material = draft.materials.first()
    response = citizen.post(f"/drafts/{draft.pk}/materials/", {"material": material.pk})
    assert response.status_code == 422
    assert "请先选择文件" in text(response)


def test_materials_remove_a_file(citizen, world):
    draft = start(citizen, world)
    material = draft.materials.filter(disposition="ask").first()
    path = f"/drafts/{draft.pk}/materials/"
    citizen.post(path, {"material": material.pk, "file": picture()})
    attachment = Attachment.objects.get()
    citizen.post(path, {"material": material.pk, "remove": attachment.pk})
    attachment.refresh_from_db()
    assert attachment.removed_at
    assert "出生证.jpg" not in text(citizen.get(path))
    assert citizen.post(path, {"material": material.pk, "remove": attachment.pk}).status_code == 404


def test_materials_of_another_draft_do_not_exist(citizen, world):
    draft, other = start(citizen, world), world.draft("SCJG-001", applicant=world.company)
    answer = citizen.post(
        f"/drafts/{draft.pk}/materials/", {"material": other.materials.first().pk, "file": picture()}
    )
    assert answer.status_code == 404


def test_materials_by_htmx_answer_with_the_fragment_the_page_includes(citizen, world):
    draft = start(citizen, world)
    material = draft.materials.filter(disposition="ask").first()
    path = f"/drafts/{draft.pk}/materials/"
    fragment = citizen.post(
        path, {"material": material.pk, "file": picture()}, headers={"HX-Request": "true"}
    )
    assert fragment.status_code == 200
    assert text(fragment).lstrip().startswith('<div id="materials"')
    assert "<html" not in text(fragment)
    fragment, _, side_card = text(fragment).partition('<span id="materials-state" hx-swap-oob="true">')
    without_focus = fragment.replace(' tabindex="-1" data-focus', "")
    fresh = text(citizen.get(path))
    assert masked(without_focus.strip()) in masked(fresh)
    assert f'<span id="materials-state">{side_card.strip()}' in fresh


def masked(page):
    """Take out what differs between any two renderings: the CSRF tokens."""
    import re

    return re.sub(r'csrfmiddlewaretoken" value="\w+"', "csrf", page)


# --- the end ------------------------------------------------------------------------------------------------------


def test_check_shows_everything_and_submits(citizen, world):
    draft = world.draft("B08", by_courier=True)
    page = text(citizen.get(f"/drafts/{draft.pk}/check/"))
    for said in (
        "小宝" if False else draft.subject,
        "出生登记（户口申报）",
        "近期免冠证件照（电子）.pdf",
        "政务专递",
    ):
        assert said in page
    response = citizen.post(f"/drafts/{draft.pk}/check/", {"promise": "on"})
    draft.refresh_from_db()
    assert response.headers["Location"] == f"/applications/{draft.number}/submitted/"
    confirmed = text(citizen.get(response.headers["Location"]))
    for said in (draft.number, draft.query_code, "收件凭证（PDF）", "最迟9月20日（周日）告知是否受理"):
        assert said in confirmed


def test_check_without_the_promise_is_not_submitted(citizen, world):
    draft = world.draft("SCJG-001")
    response = citizen.post(f"/drafts/{draft.pk}/check/", {})
    assert response.status_code == 422
    assert "请核对后勾选承诺" in text(response)
    draft.refresh_from_db()
    assert draft.number is None


def test_check_of_an_incomplete_draft_names_what_is_missing(citizen, world):
    draft = start(citizen, world)
    citizen.post(f"/drafts/{draft.pk}/fill/", {"subject": "小宝"})
    response = citizen.post(f"/drafts/{draft.pk}/check/", {"promise": "on"})
    assert response.status_code == 422
    assert "近期免冠证件照（电子）" in text(response)
    assert "还不能提交" in text(response)


def test_check_twice_says_so_and_makes_no_second_application(citizen, world):
    draft = world.draft("SCJG-001")
    citizen.post(f"/drafts/{draft.pk}/check/", {"promise": "on"})
    second = citizen.post(f"/drafts/{draft.pk}/check/", {"promise": "on"}, follow=True)
    draft.refresh_from_db()
    assert second.redirect_chain == [(f"/applications/{draft.number}/", 302)]
    assert f"这份申请已经提交过了，申报号 {draft.number}，没有重复提交" in text(second)
    assert Application.objects.count() == 1
    assert draft.status_changes.filter(act="submit").count() == 1


def test_section_of_what_is_submitted_says_that_the_change_was_not_saved(citizen, world):
    draft = world.draft("SCJG-001")
    citizen.post(f"/drafts/{draft.pk}/check/", {"promise": "on"})
    stale = citizen.post(f"/drafts/{draft.pk}/fill/", {"subject": "另一家店"}, follow=True)
    draft.refresh_from_db()
    assert f"申报号 {draft.number}，刚才的修改没有保存" in text(stale)
    assert draft.subject != "另一家店"
    assert "没有保存" not in text(citizen.get(f"/drafts/{draft.pk}/fill/", follow=True))


def test_discard_asks_and_deletes(citizen, world):
    draft = start(citizen, world)
    assert "不能恢复" in text(citizen.get(f"/drafts/{draft.pk}/discard/"))
    assert Application.objects.filter(pk=draft.pk).exists()
    assert citizen.post(f"/drafts/{draft.pk}/discard/").headers["Location"] == "/applications/"
    assert not Application.objects.filter(pk=draft.pk).exists()


SECTIONS = ("", "members/", "fill/", "materials/", "delivery/", "check/", "discard/")


@pytest.mark.parametrize("section", SECTIONS)
def test_someone_elses_draft_does_not_exist(world, section):
    draft = world.draft("B08", chosen=("WJJ-001",))
    for stranger in (world.other_citizen.user, world.clerk, world.supervisor):
        client = world.client(stranger)
        assert client.get(f"/drafts/{draft.pk}/{section}").status_code == 404
        assert client.post(f"/drafts/{draft.pk}/{section}", {"subject": "x"}).status_code in (404, 405)
    draft.refresh_from_db()
    assert draft.subject != "x"


@pytest.mark.parametrize("section", SECTIONS)
def test_draft_pages_send_a_stranger_to_sign_in(world, section):
    draft = world.draft("SCJG-001")
    answer = world.client().get(f"/drafts/{draft.pk}/{section}")
    assert answer.headers["Location"].startswith("/accounts/sign-in/")


def test_drafts_begin_now(citizen, world):
    assert start(citizen, world).created_at.date() == clock.now().date()


def test_pdf_is_taken(citizen, world):
    draft = start(citizen, world)
    material = draft.materials.filter(disposition="ask").first()
    upload = SimpleUploadedFile("表.exe", SAMPLE_PDF)
    citizen.post(f"/drafts/{draft.pk}/materials/", {"material": material.pk, "file": upload})
    assert Attachment.objects.get().content_type == "application/pdf"

"""A mother applies for everything a newborn needs, on her phone, and watches it go."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from applications.models import Application
from tests.journeys.acts import photo, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 375, "height": 812}


def hand_in(page: Page, material: str, *files: dict[str, object]) -> None:
    form = page.locator("form.material-form", has=page.get_by_role("heading", name=material, exact=True))
    form.locator("input[type=file]").set_input_files(list(files))
    expect(form.get_by_text("已上传", exact=True)).to_be_visible()


def open_the_bundle(page, assert_accessible):
    page.goto("/apply/bundle/B08/")
    sign_in(page, "citizen1")
    expect(page).to_have_url(re.compile("/apply/bundle/B08/$"))
    expect(page.get_by_text("不用到现场")).to_be_visible()
    assert_accessible(page)


def begin_with_the_optional_matter(page, assert_accessible):
    page.get_by_label("生育登记").check()
    page.get_by_role("button", name="开始申请").click()
    expect(page.get_by_role("heading", level=1, name="新生儿出生一件事")).to_be_visible()
    assert_accessible(page)


def fill_in(page, assert_accessible):
    page.get_by_role("link", name="填写信息").first.click()
    page.get_by_label("补充说明").fill("孩子9月1日出生")
    page.get_by_role("button", name="保存并继续").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page.get_by_label("补充说明")).to_have_value("孩子9月1日出生")
    assert_accessible(page)
    page.get_by_label("办理对象").fill("陈小宝")
    page.get_by_role("button", name="保存并继续").click()


def hand_in_everything(page, assert_accessible):
    expect(page.get_by_role("heading", level=1, name="上传材料")).to_be_visible()
    assert_accessible(page)
    draft = Application.objects.get()
    asked = list(draft.materials.filter(disposition="ask", is_required=True).values_list("name", flat=True))
    wrong = {
        "name": "登记表.doc",
        "mimeType": "application/msword",
        "buffer": b"\xd0\xcf\x11\xe0 not a picture",
    }
    page.locator("form.material-form input[type=file]").first.set_input_files([wrong])
    expect(page.locator("[data-error-summary]")).to_contain_text("登记表.doc：只能上传 PDF、JPG 或 PNG 文件")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    assert_accessible(page)
    for name in asked:
        hand_in(page, name, photo(f"{name[:8]}1.jpg"), photo(f"{name[:8]}2.jpg"))
    expect(page.locator("#materials [role=status]")).to_contain_text("已齐")
    page.get_by_role("button", name=re.compile("^移除")).last.click()
    expect(page.locator(".file")).to_have_count(2 * len(asked) - 1)
    assert_accessible(page)
    page.get_by_role("link", name="继续").click()


def choose_the_courier(page, world, assert_accessible):
    page.get_by_text("政务专递", exact=True).click()
    expect(page.get_by_label("收件地址")).to_have_value(world.citizen.address)
    assert_accessible(page)
    page.get_by_role("button", name="保存并继续").click()


def submit(page, assert_accessible):
    expect(page.get_by_text("陈小宝")).to_be_visible()
    assert_accessible(page)
    page.get_by_label(re.compile("承诺所填内容")).check()
    page.get_by_role("button", name="提交申请").click()


def read_what_was_filed(page, assert_accessible):
    expect(page.get_by_role("heading", level=1, name="提交成功")).to_be_visible()
    application = Application.objects.get()
    expect(page.get_by_text(application.number, exact=True)).to_be_visible()
    expect(page.get_by_text(application.query_code, exact=True)).to_be_visible()
    assert_accessible(page)
    receipt = page.get_by_role("link", name="收件凭证").get_attribute("href")
    assert page.request.get(receipt).body().startswith(b"%PDF-")
    return application


def go_back(page, application):
    page.goto(f"/drafts/{application.pk}/check/")
    expect(page.get_by_text(f"申报号 {application.number}，没有重复提交")).to_be_visible()
    assert Application.objects.count() == 1


def watch_it_being_accepted(page, world, application, assert_accessible):
    expect(page.locator(".standing__where")).to_have_text("等待窗口审核")
    assert_accessible(page)
    world.road.accept(application)
    world.carry()
    page.clock.fast_forward(16_000)
    expect(page.locator(".standing__where")).to_have_text("卫生健康局作决定中")
    expect(page.get_by_text("等待“出生医学证明签发”办结后自动开始").first).to_be_visible()
    expect(page.locator(".standing")).to_contain_text("0 次，无需再跑")
    assert_accessible(page)


def read_that_it_has_come(page, world, application, assert_accessible):
    world.road.finish_departments(application)
    world.road.deliver(application)
    page.goto("/applications/")
    expect(page.get_by_text("全部结果已于")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="新生儿出生一件事").click()
    expect(page.get_by_role("heading", name="包裹到哪了")).to_be_visible()
    expect(page.get_by_text("到现在为止，没有跑过窗口")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^出生医学证明")).first).to_be_visible()
    assert_accessible(page)


def test_a_citizen_applies_for_a_bundle_on_a_phone_and_watches_it_go(page, world, assert_accessible):
    page.set_viewport_size(PHONE)
    page.clock.install()

    # given somebody who opens the bundle without being signed in
    open_the_bundle(page, assert_accessible)
    # when she begins with the optional matter chosen too
    begin_with_the_optional_matter(page, assert_accessible)
    # and forgets whom it is about, then fills it in
    fill_in(page, assert_accessible)
    # and hands in every material once, each sent as soon as it is chosen, a wrong file told at the file
    hand_in_everything(page, assert_accessible)
    # and wants everything by courier
    choose_the_courier(page, world, assert_accessible)
    # and checks and submits, once
    submit(page, assert_accessible)
    # then she has number, query code and receipt, and knows what comes next
    application = read_what_was_filed(page, assert_accessible)
    # and going back submits nothing twice
    go_back(page, application)
    # and when the window accepts, the open page says so by itself
    watch_it_being_accepted(page, world, application, assert_accessible)
    # and at the end everything has come in one parcel, without one trip
    read_that_it_has_come(page, world, application, assert_accessible)


def test_anybody_with_number_and_query_code_sees_the_progress(page, world, assert_accessible):
    # given an application under way
    application = world.accepted("B08", by_courier=True)
    page.goto("/progress/")
    assert_accessible(page)

    # when the query code is wrong, nothing is told
    page.get_by_label("申报号").fill(application.number)
    page.get_by_label("查询码").fill("AAAAAA")
    page.get_by_role("button", name="查询").click()
    expect(page.locator("[data-error-summary]")).to_contain_text("申报号或查询码不正确")
    expect(page.get_by_label("申报号")).to_have_value(application.number)
    assert_accessible(page)

    # then with the right one it is shown, and the applicant only masked
    page.get_by_label("查询码").fill(application.query_code.lower())
    page.get_by_role("button", name="查询").click()
    expect(page.locator(".standing__where")).to_have_text("卫生健康局作决定中")
    expect(page.get_by_text("陈*岚")).to_be_visible()
    assert "陈晓岚" not in page.content()
    assert_accessible(page)


def test_a_citizen_without_javascript_uploads_and_withdraws(browser: Browser, base_url, world):
    # given a browser that runs no scripts, and a draft
    context = browser.new_context(java_script_enabled=False, base_url=base_url, viewport=PHONE)
    page = context.new_page()
    draft = world.draft("SCJG-001")
    submitted = world.submitted("SCJG-007")
    page.goto(f"/drafts/{draft.pk}/materials/")
    sign_in(page, "citizen1")

    # when a second file is added with the button, and taken out again
    form = page.locator("form.material-form").first
    form.locator("input[type=file]").set_input_files([photo("另一页.jpg")])
    form.get_by_role("button", name="上传选好的文件").click()
    expect(page.get_by_role("link", name="另一页.jpg")).to_be_visible()
    page.get_by_role("button", name=re.compile(r"移除\s*另一页.jpg")).click()
    expect(page.get_by_role("link", name="另一页.jpg")).to_have_count(0)

    # and the other application is withdrawn with a reason
    page.goto(f"/applications/{submitted.number}/")
    page.get_by_role("button", name="撤回申请").click()
    page.get_by_label("撤回原因").fill("不开店了")
    page.get_by_role("button", name="确定撤回").click()

    # then it has stopped
    expect(page.locator(".standing__where")).to_have_text("已撤回")
    context.close()


def covered(page: Page) -> list[str]:
    """Return the fields of the page that a message lies over, each brought to the lower and the upper edge of the screen."""
    return page.evaluate(
        """() => [...document.querySelectorAll("main input:not([type=hidden]), main textarea, main select")]
            .filter(field => ["end", "start"].some(block => {
                field.scrollIntoView({block});
                const own = field.getBoundingClientRect();
                return [...document.querySelectorAll(".toast")].some(toast => {
                    const over = toast.getBoundingClientRect();
                    return over.top < own.bottom && over.bottom > own.top && over.left < own.right;
                });
            })).map(field => field.name)"""
    )


def test_a_message_covers_nothing_that_is_typed_into_on_a_phone(page, world, come, assert_accessible):
    # given somebody whose session ends while they type on their phone
    page.set_viewport_size(PHONE)
    draft = world.draft("SCJG-007")
    come(world.citizen.user, f"/drafts/{draft.pk}/fill/")
    page.get_by_label("办理对象").fill("江畔小馆")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="保存并继续").click()

    # when they sign in again, then the page says what was kept, beside all its fields
    sign_in(page, "citizen1")
    expect(page.get_by_text("已恢复登录过期前填写的内容")).to_be_visible()
    expect(page.get_by_label("办理对象")).to_have_value("江畔小馆")
    assert covered(page) == []
    assert_accessible(page)

    # and when something goes wrong while they type, the page makes room above the field
    page.get_by_label("补充说明").focus()
    page.get_by_label("补充说明").evaluate("field => field.scrollIntoView({block: 'start'})")
    page.evaluate("document.body.dispatchEvent(new CustomEvent('htmx:sendError'))")
    told = page.get_by_text("没有连上服务器")
    expect(told).to_be_in_viewport()
    expect(page.locator(".toast--error > .icon use")).to_have_attribute("href", re.compile("#alert$"))
    expect(page.get_by_text("已恢复登录过期前填写的内容")).to_be_hidden()
    field = page.get_by_label("补充说明").bounding_box()
    toasts = page.locator("#toasts").bounding_box()
    assert toasts["y"] + toasts["height"] <= field["y"]

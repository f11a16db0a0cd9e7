"""The end of the road: one signature for everything, one parcel, and a phone that verifies."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from core.models import AuditEntry

pytestmark = pytest.mark.django_db(transaction=True)


def sign(page: Page) -> None:
    """Draw a signature on the pad."""
    canvas = page.locator("[data-signature] canvas")
    canvas.evaluate("node => node.scrollIntoView({block: 'center'})")
    frame = canvas.bounding_box()
    page.mouse.move(frame["x"] + 40, frame["y"] + 60)
    page.mouse.down()
    page.mouse.move(frame["x"] + 180, frame["y"] + 100, steps=8)
    page.mouse.up()


def test_the_outlet_hands_everything_over_against_one_drawn_signature(page, world, come, assert_accessible):
    # given a person with a bundle that is ready and another matter that is not
    ready = world.ready("B06")
    world.accepted("SCJG-009")
    come(world.outlet, "/outlet/")
    assert_accessible(page)

    # when the clerk scans the slip
    page.get_by_label("申报号、姓名或名称、证件号码、手机号").fill(ready.number)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="找到 2 件")).to_be_visible()
    expect(page.get_by_text("还没齐")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="出件", exact=True).click()
    for case in ready.cases.all():
        expect(page.get_by_text(case.certificate.document.number, exact=True)).to_be_visible()

    # and somebody else collects, whose number is mistyped
    page.get_by_label("受托人", exact=True).check()
    page.get_by_role("textbox", name="领取人姓名").fill("李建国")
    page.get_by_label("受托人身份证号码").fill("33019919680721")
    sign(page)
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    assert_accessible(page)

    # then nothing is lost, not even the signature, and the second try succeeds
    expect(page.locator("input[name=signature]")).to_have_value(re.compile("^data:image/png"))
    page.get_by_label("受托人身份证号码").fill(world.other_citizen.id_number)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="领取凭证")).to_be_visible()
    expect(page.get_by_role("img", name="李建国的手写签名")).to_be_visible()
    assert_accessible(page)
    ready.refresh_from_db()
    assert (ready.status, ready.visits.count()) == ("closed", 1)


def test_the_courier_desk_prints_a_label_and_sends_everything_at_once(page, world, come, assert_accessible):
    # given two parcels to pack
    parcels = [
        world.ready("SCJG-001", by_courier=True, applicant=person).delivery.shipment
        for person in (world.citizen, world.other_citizen)
    ]
    come(world.courier, "/parcels/")
    expect(page.get_by_role("row")).to_have_count(3)
    expect(page.locator("main")).not_to_contain_text(parcels[0].recipient_address)
    assert_accessible(page)

    # when a label is printed, the full address is on it, and the look is on record
    page.get_by_role("link", name=re.compile(rf"打印面单\s*{parcels[0].waybill}")).click()
    expect(page.get_by_role("article", name="面单")).to_contain_text(parcels[0].recipient_address)
    assert AuditEntry.objects.filter(act="shipment.reveal").count() == 1
    assert_accessible(page)

    # and both are given to the courier
    page.go_back()
    for parcel in parcels:
        page.get_by_role("checkbox", name=f"交寄 {parcel.waybill}").check()
    page.keyboard.press("Control+Enter")

    # then they are on their way
    expect(page.get_by_text("已交寄 2 件")).to_be_visible()
    page.get_by_role("link", name=re.compile("寄送中")).click()
    page.get_by_role("link", name=parcels[0].waybill).click()
    expect(page.get_by_role("heading", name="寄送轨迹")).to_be_visible()
    assert_accessible(page)


def test_the_public_verifies_a_result(page, world, live_server, assert_accessible):
    # given a result in somebody's hand
    document = world.ready("SCJG-001").cases.get().certificate.document
    page.set_viewport_size({"width": 375, "height": 800})
    page.goto(f"{live_server.url}/verify/")
    assert_accessible(page)

    # when its code is typed
    page.get_by_label("核验码").fill(document.verify_token)
    page.get_by_role("button", name="核验").click()

    # then it is plainly valid, and shows the holder masked
    expect(page.get_by_role("heading", level=1, name="有效")).to_be_visible()
    expect(page.get_by_text("陈*岚")).to_be_visible()
    assert_accessible(page)

    # and a code that nobody issued is plainly not
    page.goto(f"{live_server.url}/verify/nobody-issued-this/")
    expect(page.get_by_role("heading", level=1, name="无效")).to_be_visible()
    assert_accessible(page)

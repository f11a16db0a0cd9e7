"""The living page of the design system, in a real browser: what the components promise, they do."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

PAGES = ("/styleguide/", "/styleguide/desk/", "/styleguide/paper/")


@pytest.fixture
def styleguide(live_server, settings) -> str:
    """Return the address of the styleguide on a demo server."""
    settings.DEMO = True
    return f"{live_server.url}/styleguide/"


@pytest.mark.parametrize("path", PAGES)
def test_styleguide_is_accessible_at_both_widths(
    path: str, page: Page, live_server, styleguide: str, assert_accessible: Callable[[Page], None]
) -> None:
    page.goto(live_server.url + path)
    assert_accessible(page)


@pytest.mark.parametrize("path", PAGES)
def test_styleguide_in_elder_mode_is_larger_and_accessible(
    path: str, page: Page, live_server, styleguide: str, assert_accessible: Callable[[Page], None]
) -> None:
    page.context.add_cookies([{"name": "elder", "value": "1", "url": live_server.url}])
    page.goto(live_server.url + path)
    assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") == 20
    assert_accessible(page)


def test_styleguide_is_absent_outside_demo(page: Page, live_server, settings) -> None:
    settings.DEMO = settings.DEBUG = False
    assert page.goto(f"{live_server.url}/styleguide/").status == 404


def test_styleguide_loads_nothing_from_another_host(page: Page, live_server, styleguide: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(styleguide)
    assert asked
    assert [url for url in asked if not url.startswith(live_server.url)] == []


def test_error_summary_takes_the_focus_and_leads_to_the_field(page: Page, styleguide: str) -> None:
    page.goto(styleguide)
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_role("link", name="请选择经营业态").click()
    expect(page.get_by_label("经营业态")).to_be_focused()


def test_dialog_closes_with_escape_and_gives_the_focus_back(page: Page, styleguide: str) -> None:
    page.goto(styleguide)
    opener = page.get_by_role("button", name="撤回申请")
    opener.focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("dialog", name="确定撤回这件申请？")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="确定撤回这件申请？")).to_be_hidden()
    expect(opener).to_be_focused()


def test_dialog_opens_without_javascript(browser, styleguide: str) -> None:
    plain = browser.new_context(java_script_enabled=False).new_page()
    plain.goto(styleguide)
    plain.get_by_role("button", name="撤回申请").click()
    expect(plain.get_by_role("button", name="确定撤回")).to_be_visible()
    plain.context.close()


def test_shortcut_presses_its_button_but_not_while_typing(page: Page, styleguide: str) -> None:
    page.goto(styleguide)
    page.evaluate(
        "document.querySelector('[data-shortcut=g]').addEventListener('click', (e) => (e.currentTarget.dataset.hit = 1))"
    )
    page.get_by_label("企业名称").press("g")
    expect(page.locator("[data-shortcut=g]")).not_to_have_attribute("data-hit", "1")
    page.get_by_label("企业名称").blur()
    page.keyboard.press("g")
    expect(page.locator("[data-shortcut=g]")).to_have_attribute("data-hit", "1")


def test_single_key_shortcuts_can_be_switched_off(page: Page, styleguide: str) -> None:
    page.goto(styleguide)
    page.keyboard.press("Shift+?")
    page.get_by_label("启用单键快捷键").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.get_by_role("main").get_by_role("searchbox")).not_to_be_focused()


def test_signature_pad_keeps_a_picture_and_can_be_cleared(page: Page, styleguide: str) -> None:
    page.goto(styleguide)
    canvas, kept = page.locator("[data-signature] canvas"), page.locator("input[name=signature]")
    canvas.scroll_into_view_if_needed()
    frame = canvas.bounding_box()
    page.mouse.move(frame["x"] + 40, frame["y"] + 60)
    page.mouse.down()
    page.mouse.move(frame["x"] + 160, frame["y"] + 90, steps=8)
    page.mouse.up()
    expect(kept).to_have_value(re.compile(r"^data:image/png;base64,\w+"))
    page.get_by_role("button", name="重签").click()
    expect(kept).to_have_value("")


def test_upload_shows_what_was_chosen_and_refuses_what_is_too_large(
    page: Page, styleguide: str, tmp_path: Path
) -> None:
    large, small = tmp_path / "图纸.pdf", tmp_path / "章程.pdf"
    large.write_bytes(b"x" * (10 * 1024 * 1024 + 1))
    small.write_bytes(b"x" * 2048)
    page.goto(styleguide)
    chooser = page.get_by_label("上传材料")
    chooser.set_input_files([large, small])
    expect(page.get_by_text("章程.pdf")).to_be_visible()
    expect(page.get_by_text("请压缩或拆分后再选")).to_be_visible()
    assert not chooser.evaluate("input => input.checkValidity()")
    chooser.set_input_files([small])
    assert chooser.evaluate("input => input.checkValidity()")
    expect(page.get_by_text("图纸.pdf")).to_be_hidden()


def test_every_target_on_a_phone_is_large_enough_to_touch(page: Page, styleguide: str) -> None:
    page.set_viewport_size({"width": 375, "height": 800})
    page.goto(styleguide)
    heights = page.locator(
        "main .button:visible, .tool:visible, main .choice:visible, .header__nav a:visible"
    ).evaluate_all(
        "nodes => nodes.map((node) => [node.textContent.trim(), node.getBoundingClientRect().height])"
    )
    assert heights
    assert [item for item in heights if item[1] < 43.5] == []


def test_document_prints_without_the_frame(page: Page, live_server, styleguide: str) -> None:
    page.goto(f"{live_server.url}/styleguide/paper/")
    page.emulate_media(media="print")
    expect(page.locator(".paper")).to_be_visible()
    for part in (".header", ".footer", ".paper-tools"):
        expect(page.locator(part)).to_be_hidden()


def test_assert_accessible_fails_where_a_barrier_is(
    page: Page, styleguide: str, assert_accessible: Callable[[Page], None]
) -> None:
    page.goto(styleguide)
    page.evaluate("document.querySelector('main h2').insertAdjacentHTML('afterend', '<button></button>')")
    with pytest.raises(AssertionError, match="button-name"):
        assert_accessible(page)

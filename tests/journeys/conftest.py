"""The browser of the journeys, and the check that every page they visit is accessible at both widths."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Page

from core.models import User
from tests.journeys.acts import leave, sign_in

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in the thread of the test

WIDTHS = (375, 1440)
HEIGHT = 900
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def installed_browser() -> str | None:
    """Return the browser to drive: CHROMIUM, else one on the path, else the one Playwright has installed (None)."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Have the browser run in a container, as root, and talk to nobody but us."""
    arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"]
    found = {"executable_path": path} if (path := installed_browser()) else {}
    return {**browser_type_launch_args, **found, "args": arguments}


@pytest.fixture(autouse=True, scope="session")
def _static_root(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Give the live server a folder of collected files that exists; what it serves, it finds in the sources."""
    settings.STATIC_ROOT = tmp_path_factory.mktemp("static")


@pytest.fixture(scope="session")
def base_url(_static_root: None, live_server: Any) -> str:
    """Let journeys go to plain paths; the plugin's own fixture is an instance method, which pytest gives up."""
    return str(live_server.url)


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Speak Chinese, live in China, and do not animate."""
    return {
        **browser_context_args,
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        "reduced_motion": "reduce",
        "viewport": {"width": WIDTHS[1], "height": HEIGHT},
    }


def complaints(page: Page, width: int) -> list[str]:
    """Run axe at this width and return what is serious or critical, and whether the page is wider than the screen."""
    page.set_viewport_size({"width": width, "height": HEIGHT})
    found = []
    for rule in Axe().run(page).response["violations"]:
        if rule["impact"] in ("serious", "critical"):
            places = "\n    ".join(
                f"{node['html'][:160]} — {node['failureSummary']}" for node in rule["nodes"][:5]
            )
            found.append(f"{width}px {rule['impact']} {rule['id']}: {rule['help']}\n    {places}")
    real_width = page.evaluate("document.documentElement.scrollWidth")
    if real_width > width:
        found.append(f"{width}px: the page is {real_width}px wide and scrolls sideways")
    return found


@pytest.fixture
def assert_accessible() -> Callable[[Page], None]:
    """Fail with a readable list when a page has serious barriers, at the width of a phone or of a desk."""

    def check(page: Page) -> None:
        before = page.viewport_size
        found = [text for width in WIDTHS for text in complaints(page, width)]
        if before:
            page.set_viewport_size(before)
        assert not found, f"{page.url} is not accessible:\n" + "\n".join(found)

    return check


@pytest.fixture
def come(page: Page, live_server: Any) -> Callable[[User, str], None]:
    """Let a person sign in, whoever was there before, and open a page."""

    def arrive(user: User, path: str) -> None:
        leave(page)
        page.goto(f"{live_server.url}/accounts/sign-in/?next={path}")
        sign_in(page, user.username)
        page.wait_for_url(f"{live_server.url}{path}")

    return arrive


@pytest.fixture(autouse=True)
def _quiet_console(page: Page) -> Any:
    """Fail when a page of the journey throws, or breaks its own content security policy."""
    heard: list[str] = []
    page.on("pageerror", lambda error: heard.append(f"uncaught: {error}"))
    page.on(
        "console",
        lambda message: heard.append(message.text) if "Content Security Policy" in message.text else None,
    )
    yield
    assert not heard, "The browser complained:\n" + "\n".join(heard)

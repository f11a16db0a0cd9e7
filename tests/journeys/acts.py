"""What people do on more than one journey."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.models import Session
from PIL import Image
from playwright.sync_api import Page

from portal.demo.cast import PASSWORD


def sign_in(page: Page, username: str, password: str = PASSWORD) -> None:
    """Fill in the sign-in page, to which the page has come."""
    page.get_by_label(re.compile("用户名|账号|手机")).first.fill(username)
    page.get_by_label("密码", exact=True).fill(password)
    page.locator("main").get_by_role("button", name="登录").first.click()


def leave(page: Page) -> None:
    """End this browser's session where it is kept: an answer still on its way would bring a living one's cookie back."""
    page.goto("about:blank")
    keys = [each["value"] for each in page.context.cookies() if each["name"] == settings.SESSION_COOKIE_NAME]
    Session.objects.filter(pk__in=keys).delete()
    page.context.clear_cookies()


def shot(page: Page, name: str) -> None:
    """Keep a picture of the page at both widths in the folder SHOTS names; nothing without it."""
    if folder := os.environ.get("SHOTS"):
        for width in (375, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=str(Path(folder) / f"{name}-{width}.png"), full_page=True)
        page.set_viewport_size({"width": 1440, "height": 900})


def photo(name: str) -> dict[str, object]:
    """Return a picture as a phone takes it, for a file field."""
    data = io.BytesIO()
    Image.new("RGB", (640, 480), "#7f9bb8").save(data, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": data.getvalue()}

"""What every page's frame shows: who is signed in, their workspaces, unread messages, the demo clock."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from applications.selectors.consulting import MOST_COUNTED, waiting_count
from core import clock
from core.capped import said
from core.selectors import MOST_UNREAD, unread_count
from matters.enums import Role
from matters.permissions import posts_of

WORKSPACES = (
    ("综合窗口", "counter", {Role.INTAKE}),
    (
        "部门任务",
        "queue",
        {Role.REVIEWER, Role.DECIDER, Role.HEAD, Role.GOVERNMENT, Role.SUPERVISOR, Role.AUDITOR},
    ),
    ("办理用时", "figures", {Role.HEAD, Role.GOVERNMENT, Role.SUPERVISOR, Role.AUDITOR}),
    ("效能监督", "supervision", {Role.SUPERVISOR, Role.AUDITOR, Role.GOVERNMENT, Role.HEAD}),
    ("征询意见", "consultations", {Role.REVIEWER, Role.DECIDER, Role.HEAD}),
    ("统一出件", "outlet", {Role.OUTLET}),
    ("政务专递", "parcels", {Role.COURIER}),
    ("事项目录", "catalogue", {Role.EDITOR, Role.OFFICE}),
    ("清单编审", "entries", {Role.EDITOR, Role.HEAD, Role.OFFICE, Role.CATALOGUE_REVIEWER}),
    ("批次公示", "batches", {Role.OFFICE}),
    ("导入导出", "catalogue-exchange", {Role.OFFICE}),
    ("人员岗位", "posts", {Role.ADMINISTRATOR}),
    ("部门系统", "systems", {Role.ADMINISTRATOR, Role.HEAD}),
    ("工作日历", "calendar", {Role.ADMINISTRATOR}),
    ("系统运行", "operations", {Role.ADMINISTRATOR}),
    ("部门沿革", "department-changes", {Role.OFFICE, Role.ADMINISTRATOR}),
)


def workspaces_of(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the workspaces the signed-in person's posts open, in working order."""
    roles = {post.role for post in posts_of(request.user)}
    mine = [(label, reverse(name)) for label, name, allowed in WORKSPACES if roles & allowed]
    # One address may begin with another's: the longest is where the person is.
    here = max((url for _, url in mine if request.path.startswith(url)), key=len, default="")
    return [
        {"label": label, "url": url, "active": url == here, "count": _count(url, request)}
        for label, url in mine
    ]


def _count(url: str, request: HttpRequest) -> str:
    """Return how many questions and answers wait for a person at their tab; other tabs count nothing."""
    if url != reverse("consultations"):
        return ""
    waiting = waiting_count(request.user)
    return said(waiting, MOST_COUNTED) if waiting else ""


def _unread(request: HttpRequest) -> str:
    """Return how many messages wait to be read, in words; empty for none."""
    unread = unread_count(request.user) if request.user.is_authenticated else 0
    return said(unread, MOST_UNREAD) if unread else ""


def chrome(request: HttpRequest) -> dict[str, Any]:
    """Return the context of the page frame; what it reads is read only by pages that show it."""
    return {
        "region_name": settings.REGION_NAME,
        "elder_mode": request.COOKIES.get("elder") == "1",
        "demo_clock": SimpleLazyObject(clock.now) if settings.DEMO else None,
        "unread_count": SimpleLazyObject(lambda: _unread(request)),
        "workspaces": SimpleLazyObject(lambda: workspaces_of(request)),
    }

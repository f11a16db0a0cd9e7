"""Forms, samples and books of guides: public once a guide names them."""

from typing import Any

from django.db.models import QuerySet

from core.errors import NotFound
from core.models import User
from matters.catalogue.content import elements_of
from matters.enums import MatterState, Role, VersionStatus
from matters.models import Department, GuideBook, GuideFile, MatterVersion
from matters.permissions import require


def file_of_guide(version: MatterVersion, digest: str) -> tuple[GuideFile, str]:
    """Return a file that a guide names, with the title under which people keep it; NotFound for any other."""
    title = _titles(elements_of(version)).get(digest)
    found = GuideFile.objects.filter(sha256=digest).first() if title else None
    if found is None or title is None:
        raise NotFound("这份文件已经更换或撤下，请回到办事指南下载最新的。")
    return found, title


def guide_file(*, viewer: User, digest: str) -> GuideFile:
    """Return an uploaded file for those who keep the catalogue, whether a guide names it or not."""
    require(viewer, Role.EDITOR, Role.OFFICE)
    found = GuideFile.objects.filter(sha256=digest).first()
    if found is None:
        raise NotFound("没有这份文件，请重新上传。")
    return found


def guide_files(*, viewer: User) -> QuerySet[GuideFile]:
    """Return what those who keep the catalogue have uploaded, the newest first."""
    require(viewer, Role.EDITOR, Role.OFFICE)
    return GuideFile.objects.select_related("uploaded_by").order_by("-uploaded_at", "-pk")


def guide_book(digest: str) -> GuideBook:
    """Return a book of guides; NotFound for one that nobody asked for."""
    found = GuideBook.objects.filter(digest=digest).first()
    if found is None:
        raise NotFound("没有这本汇编，请重新生成。")
    return found


def publishing_departments() -> QuerySet[Department]:
    """Return the departments that have a guide in use, by code."""
    versions = MatterVersion.objects.filter(status=VersionStatus.PUBLISHED, matter__state=MatterState.IN_USE)
    ids = versions.values("matter__department")
    return Department.objects.filter(is_active=True, pk__in=ids).order_by("code")


def _titles(values: dict[str, Any]) -> dict[str, str]:
    found = {
        row[kind]: f"{row['name']}（{word}）"
        for row in values.get("materials") or []
        for kind, word in (("sample_form", "填写样表"), ("blank_form", "空白表格"))
        if row.get(kind)
    }
    sample = values.get("result_sample")
    return {**found, **({sample: f"{values.get('result_name', '')}（样本）"} if sample else {})}

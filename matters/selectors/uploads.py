"""Catalogue files on their way in, as the catalogue office sees them."""

from django.db.models import QuerySet

from core.errors import NotFound
from core.models import User
from matters.enums import Role
from matters.models import CatalogueUpload
from matters.permissions import require

MOST_RECENT = 10


def recent_uploads(*, viewer: User) -> QuerySet[CatalogueUpload]:
    """Return the newest files, for the catalogue office."""
    require(viewer, Role.OFFICE, Role.ADMINISTRATOR)
    return CatalogueUpload.objects.select_related("uploaded_by").order_by("-uploaded_at")[:MOST_RECENT]


def upload_for(*, viewer: User, pk: int) -> CatalogueUpload:
    """Return one file, for the catalogue office; NotFound where there is none."""
    require(viewer, Role.OFFICE, Role.ADMINISTRATOR)
    found = CatalogueUpload.objects.select_related("uploaded_by", "confirmed_by").filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到这个文件，请重新上传。")
    return found

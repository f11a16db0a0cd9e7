"""Forms and samples that editors upload; a guide names them by their digest."""

import hashlib
from datetime import datetime
from pathlib import PurePath

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from core import audit
from core.models import User
from core.uploads import SUFFIXES, cleaned
from matters.enums import Role
from matters.models import GuideFile
from matters.permissions import require


def upload(*, upload: UploadedFile, by: User, now: datetime) -> GuideFile:
    """Store a form or sample, or return the one that has the same content already.

    The type is read from the content and pictures are re-encoded, as with materials. Raises Forbidden for whoever
    is neither editor nor of the catalogue office, and Invalid for what `core.uploads.cleaned` refuses.
    """
    require(by, Role.EDITOR, Role.OFFICE)
    content_type, content = cleaned(upload)
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        found, is_new = GuideFile.objects.get_or_create(
            sha256=digest,
            defaults={
                "name": PurePath(upload.name or "").name[-200:] or "表格",
                "content_type": content_type,
                "size": len(content),
                "file": ContentFile(content, name=f"{digest}{SUFFIXES[content_type]}"),
                "uploaded_at": now,
                "uploaded_by": by,
            },
        )
        if is_new:
            audit.record(by=by, now=now, act="guide_file.upload", on=found, name=found.name, sha256=digest)
    return found

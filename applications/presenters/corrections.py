"""The correction notice as its applicant answers it. No queries here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.forms import BoundField
from django.urls import reverse

from applications.forms.citizen import CorrectionForm
from applications.models import Application, CorrectionItem
from applications.presenters.materials import FileRow, file_row, refused_files
from core.countdown import Countdown


@dataclass(frozen=True)
class ItemRow:
    """One thing to put right, with the files of its material and the answer typed so far."""

    item: CorrectionItem
    field: BoundField
    old_files: Sequence[FileRow]
    new_files: Sequence[FileRow]

    @property
    def input_id(self) -> str:
        return f"file-{self.item.pk}"

    @property
    def is_in_error(self) -> bool:
        return any(row.error for row in self.new_files)


class CorrectionPage:
    """The notice, item by item; `rejected` are the files just refused, by item."""

    def __init__(
        self,
        application: Application,
        form: CorrectionForm,
        rejected: Mapping[int, Sequence[Any]],
        *,
        days: Countdown,
    ) -> None:
        self.application = application
        self.correction = application.correction
        self.days_left = days.left(self.correction.due_at)
        files = {
            each.pk: list(each.attachments.all())  # the items' own materials carry no prefetched files
            for each in application.materials.all()
        }
        self.items = [
            self._row(
                item, form[f"item-{item.pk}"], files.get(item.material_id or 0, []), rejected.get(item.pk, ())
            )
            for item in self.correction.items.all()
        ]

    def _row(
        self, item: CorrectionItem, field: BoundField, files: Sequence[Any], refused: Sequence[Any]
    ) -> ItemRow:
        issued = self.correction.issued_at
        new = [file_row(each, removable=True) for each in files if each.uploaded_at >= issued]
        return ItemRow(
            item=item,
            field=field,
            old_files=[file_row(each) for each in files if each.uploaded_at < issued],
            new_files=new + [FileRow(each.name, error=each.message) for each in refused],
        )

    @property
    def refused(self) -> list[dict[str, str]]:
        """The refused files for the summary at the top, each linked to its field."""
        return refused_files(self.items)

    @property
    def document_url(self) -> str:
        return reverse("document", args=[self.correction.document_id])

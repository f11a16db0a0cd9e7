"""What people found on a task, with when and where they were on site and the pictures they took. No queries here."""

from dataclasses import dataclass

from applications.models import RecordPhoto, TaskRecord
from applications.presenters.words import when


@dataclass(frozen=True)
class RecordRow:
    """One person's record."""

    record: TaskRecord

    @property
    def who(self) -> str:
        return self.record.user.name

    @property
    def text(self) -> str:
        return self.record.finding

    @property
    def written(self) -> str:
        return f"{when(self.record.at)}记录"

    @property
    def site(self) -> str:
        """Say when and where its author was on site; empty for a record made at the desk."""
        if not self.record.is_on_site:
            return ""
        return f"{when(self.record.seen_at)} 到达{self.record.place}"

    @property
    def is_confirmation(self) -> bool:
        return self.record.confirms_id is not None

    @property
    def photos(self) -> list[RecordPhoto]:
        return list(self.record.photos.all())

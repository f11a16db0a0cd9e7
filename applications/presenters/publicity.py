"""One licence on the public list: no number of a person, no number of an application. No queries here."""

from dataclasses import dataclass
from datetime import date

from applications.enums import DecisionOutcome
from applications.models import Publication
from core.clock import local_date


@dataclass(frozen=True)
class PublicationRow:
    """One granted licence as the public reads it."""

    publication: Publication

    @property
    def number(self) -> str:
        return self.publication.number

    @property
    def holder(self) -> str:
        return self.publication.holder

    @property
    def matter(self) -> str:
        return self.publication.matter

    @property
    def result(self) -> str:
        """What was granted and for how long (行政许可法 §39, §40): 食品经营许可证 · 有效期至2031年9月29日."""
        paper = self.publication.decision.case.certificate.document
        until = paper.data.get("valid_until")
        if until:
            return f"{paper.title} · 有效期至{date.fromisoformat(until):%Y年%-m月%-d日}"
        validity = paper.data.get("validity")
        return f"{paper.title} · 有效期{validity}" if validity else paper.title

    @property
    def revoked_on(self) -> date | None:
        """The day on which it was taken back, for one that was."""
        return local_date(self.publication.decision.revocation.revoked_at) if self.is_revoked else None

    @property
    def department(self) -> str:
        return self.publication.department.short_name

    @property
    def decided_on(self) -> date:
        return self.publication.decided_on

    @property
    def is_revoked(self) -> bool:
        return hasattr(self.publication.decision, "revocation")

    @property
    def word(self) -> str:
        return "已撤销" if self.is_revoked else DecisionOutcome.GRANTED.label

    @property
    def tone(self) -> str:
        return "danger" if self.is_revoked else "success"

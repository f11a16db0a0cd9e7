"""One licence on the public list: no number of a person, no number of an application. No queries here."""

from dataclasses import dataclass
from datetime import date

from applications.enums import DecisionOutcome
from applications.models import Publication


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

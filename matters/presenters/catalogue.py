"""One published matter as a row of the catalogue. No queries here."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.http import urlencode

from matters.enums import MatterState
from matters.models import MatterVersion
from matters.presenters.words import limit_text


@dataclass(frozen=True)
class CatalogueRow:
    """What those who keep the catalogue see of a published version."""

    version: MatterVersion
    open_entry: int | None = None  # the draft or review that is on its way for this matter

    @property
    def entry_url(self) -> str:
        """Where the matter is revised: the entry on its way, or where one is begun."""
        if self.open_entry:
            return reverse("entry", args=[self.open_entry])
        return f"{reverse('entry-start')}?{urlencode({'matter': self.code})}"

    @property
    def url(self) -> str:
        return reverse("matter", args=[self.code])

    @property
    def code(self) -> str:
        return self.version.matter.code

    @property
    def name(self) -> str:
        return self.version.name

    @property
    def everyday_name(self) -> str:
        return self.version.everyday_name

    @property
    def department(self) -> str:
        return self.version.matter.department.short_name

    @property
    def state(self) -> str:
        """What a matter is if it is not in use."""
        matter = self.version.matter
        return "" if matter.state == MatterState.IN_USE else matter.get_state_display()

    @property
    def number(self) -> str:
        return f"第 {self.version.number} 版"

    @property
    def template(self) -> str:
        """Which version of a template it follows; empty where it follows none."""
        return f"模板第 {self.version.template_version} 版" if self.version.template else ""

    @property
    def lag(self) -> str:
        """That there is a newer version of its template."""
        newest = self.version.newest_template or 0  # type: ignore[attr-defined]
        return f"已有第 {newest} 版" if newest > (self.version.template_version or 0) else ""

    @property
    def template_url(self) -> str:
        return reverse("template", args=[self.version.template])

    @property
    def since(self) -> datetime | None:
        return self.version.published_at

    @property
    def materials(self) -> int:
        return self.version.material_count  # type: ignore[attr-defined]

    @property
    def steps(self) -> int:
        return self.version.step_count  # type: ignore[attr-defined]

    @property
    def trips(self) -> int:
        return self.version.max_trips

    @property
    def time(self) -> str:
        return limit_text(self.version.promised_value, self.version.promised_unit)

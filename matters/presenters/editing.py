"""The editor's workspace: one section of a draft as a form, what is found in it, its history. No queries here."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import localtime

from core.clock import local_date
from matters.catalogue.fields import Findings
from matters.catalogue.format import GUIDE
from matters.catalogue.words import place_words
from matters.editing.controls import FormBuilder, Offers, Part
from matters.editing.merging import MINE, THEIRS, Conflict
from matters.editing.places import SECTION_OF, path_of, row_of
from matters.editing.typed import Content
from matters.editing.values import words
from matters.models import CatalogueEntry, EntryRevision
from matters.presenters.findings import FindingGroup, FindingRow, FindingsPresenter
from matters.presenters.flow_picture import FlowPicture
from matters.presenters.trips import TripsPresenter

LACKING = "缺少这个字段"
_AT_ONE_SITTING = timedelta(minutes=30)


@dataclass(frozen=True)
class Address:
    """Where the places of one entry are edited; on the page that shows one already, its anchor is enough."""

    entry_id: int
    section: str = ""
    row: str = ""

    def of(self, place: str) -> str:
        key = str(path_of(place)[0]) if path_of(place) else ""
        section, row = SECTION_OF.get(key, "basic"), row_of(place)
        if section == self.section and row in ("", self.row):
            return f"#{place}"
        asked = f"?{urlencode({'row': row})}" if row else ""
        return f"{reverse('entry-edit', args=[self.entry_id, section])}{asked}#{place}"


@dataclass(frozen=True)
class EditorFindingRow(FindingRow):
    """A finding that leads to the section and row in which its place is edited."""

    address: Address = Address(0)

    @property
    def url(self) -> str:
        return self.address.of(self.finding.place)


@dataclass(frozen=True)
class EditorFindings(FindingsPresenter):
    """What the checks find in a draft, each with the way to where it is mended."""

    address: Address = Address(0)

    @cached_property
    def groups(self) -> list[FindingGroup]:
        return [
            FindingGroup(
                group.key, [EditorFindingRow(row.finding, address=self.address) for row in group.rows]
            )
            for group in FindingsPresenter(self.findings).groups
        ]

    def of_section(self, section: str) -> "EditorFindings":
        """Return those whose places are edited in one section."""
        found = [one for one in self.findings if _section_of(one.place) == section]
        return EditorFindings(found, address=self.address)


@dataclass(frozen=True)
class Fault:
    """What cannot be read as it stands: where, and what is wrong."""

    place: str
    sentence: str
    url: str

    @property
    def text(self) -> str:
        return f"{place_words(self.place)}：{self.sentence}"


def _section_of(place: str) -> str:
    path = path_of(place)
    return SECTION_OF.get(str(path[0]), "") if path else ""


def faults_by_place(found: Findings) -> dict[str, list[str]]:
    """Return the sentences of what cannot be read, by place."""
    by_place: dict[str, list[str]] = defaultdict(list)
    for one in found.faults:
        sentence = "还没有填写" if one.message == LACKING else one.message
        if sentence not in by_place[one.place.label]:
            by_place[one.place.label].append(sentence)
    return dict(by_place)


@dataclass(frozen=True)
class Live:
    """What stands beside the form and changes with every save."""

    entry: CatalogueEntry
    findings: EditorFindings
    trips: TripsPresenter
    section: str
    now: datetime
    problem: str = ""

    @property
    def here(self) -> EditorFindings:
        return self.findings.of_section(self.section)

    @property
    def saved_words(self) -> str:
        entry = self.entry
        if entry.revision == 0:
            return "还没有修改"
        at = localtime(entry.updated_at)
        is_today = local_date(entry.updated_at) == local_date(self.now)
        return f"已保存 {at:%H:%M}" if is_today else f"已保存 {at:%-m月%-d日 %H:%M}"


class SectionPage:
    """One section of a draft: its form as the content says, and the way to the others."""

    def __init__(
        self,
        entry: CatalogueEntry,
        content: Content,
        section: str,
        *,
        found: Findings,
        offers: Offers,
        row: str = "",
        revision: int | None = None,
        why_not: str = "",
    ) -> None:
        self.entry, self.content, self.section, self.row, self.why_not = entry, content, section, row, why_not
        self.revision = entry.revision if revision is None else revision
        self.faults_by_place = faults_by_place(found)
        self.address = Address(entry.pk, section, row)
        self._builder = FormBuilder(content, self.faults_by_place, offers, row)

    @property
    def title(self) -> str:
        return self.entry.name or f"新事项 {self.entry.code}"

    @property
    def section_title(self) -> str:
        return GUIDE[self.section][0]

    @property
    def url(self) -> str:
        return reverse("entry-edit", args=[self.entry.pk, self.section])

    @property
    def is_editable(self) -> bool:
        return not self.why_not

    @cached_property
    def parts(self) -> list[Part]:
        return self._builder.parts(GUIDE[self.section][1])

    @property
    def faults(self) -> list[Fault]:
        """What cannot be read in this section, each with the way to it."""
        return [
            Fault(place, sentence, self.address.of(place))
            for place, sentences in self.faults_by_place.items()
            if _section_of(place) == self.section
            for sentence in sentences
        ]

    @staticmethod
    def all_faults(found: Findings, address: Address) -> list[Fault]:
        """Return what cannot be read in any section."""
        return [
            Fault(place, sentence, address.of(place))
            for place, sentences in faults_by_place(found).items()
            for sentence in sentences
        ]

    @property
    def sections(self) -> list[dict[str, Any]]:
        counts: dict[str, int] = defaultdict(int)
        for place, sentences in self.faults_by_place.items():
            counts[_section_of(place)] += len(sentences)
        return [
            {
                "key": key,
                "title": title,
                "url": reverse("entry-edit", args=[self.entry.pk, key]),
                "is_here": key == self.section,
                "faults": counts[key],
            }
            for key, (title, _) in GUIDE.items()
        ]

    @property
    def next_section(self) -> dict[str, Any] | None:
        keys = list(GUIDE)
        at = keys.index(self.section) + 1
        return self.sections[at] if at < len(keys) else None

    @property
    def flow(self) -> FlowPicture | None:
        return FlowPicture(self.content.get("flow"), self.departments) if self.section == "process" else None

    @property
    def departments(self) -> Mapping[str, str]:
        return dict(self._builder.offers.known.get("departments", ()))

    @property
    def open_controls(self) -> list[Any]:
        """Every control that the page shows, also those inside groups and open rows."""
        return list(_controls(self.parts))


def _controls(parts: Iterable[Any]) -> Iterable[Any]:
    for part in parts:
        if part.shape == "group":
            yield from _controls(part.parts)
        elif part.shape == "rows":
            for row in part.rows:
                yield from _controls(row.parts)
        else:
            yield part


@dataclass(frozen=True)
class ConflictRow:
    """One element that two sides say differently: both versions, and which of them is taken."""

    labels: ClassVar = {MINE: "用我填写的", THEIRS: "用已保存的"}

    conflict: Conflict
    chosen: str = ""

    @property
    def place(self) -> str:
        return self.conflict.place

    @property
    def label(self) -> str:
        return place_words(self.conflict.place)

    @property
    def name(self) -> str:
        return f"choice:{self.conflict.place}"

    @property
    def sides(self) -> list[dict[str, Any]]:
        one = self.conflict
        return [
            {
                "value": key,
                "label": self.labels[key],
                "text": words(one.field, value) or "（空）",
                "chosen": self.chosen == key,
            }
            for key, value in ((MINE, one.mine), (THEIRS, one.theirs))
        ]


@dataclass(frozen=True)
class Sitting:
    """Saves of one person in one sitting, newest first: a line of the history."""

    saves: Sequence[EntryRevision]

    @property
    def newest(self) -> EntryRevision:
        return self.saves[0]

    @property
    def who(self) -> str:
        return self.newest.by.name

    @property
    def at(self) -> datetime:
        return self.newest.at

    @property
    def number(self) -> int:
        return self.newest.number

    @property
    def numbers(self) -> str:
        first = self.saves[-1].number
        return f"第 {self.number} 次" if first == self.number else f"第 {first} 至 {self.number} 次"

    @property
    def sections(self) -> str:
        return _titles({key for one in self.saves for key in one.sections})

    @property
    def earlier(self) -> list[dict[str, Any]]:
        """The saves before the newest, each of which can be gone back to."""
        return [
            {"number": one.number, "at": one.at, "sections": _titles(one.sections)} for one in self.saves[1:]
        ]

    @property
    def restored(self) -> str:
        number = self.newest.restored
        return "" if number is None else "恢复到起草时" if number == 0 else f"恢复到第 {number} 次修改后"


def _titles(changed: Collection[str]) -> str:
    return "、".join(title for key, (title, _) in GUIDE.items() if key in changed)


def sittings(revisions: Iterable[EntryRevision]) -> list[Sitting]:
    """Return the history, newest first, with the many saves of one sitting as one line."""
    lines: list[list[EntryRevision]] = []
    for one in revisions:
        last = lines[-1][-1] if lines else None
        is_same = (
            last is not None
            and last.by_id == one.by_id
            and last.at - one.at < _AT_ONE_SITTING
            and last.restored is None
            and one.restored is None
        )
        if is_same:
            lines[-1].append(one)
        else:
            lines.append([one])
    return [Sitting(saves) for saves in lines]

"""What the publish checks found, for people: the gravest first, each with its place in words. No queries here."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse

from matters.catalogue.words import place_words
from matters.checks import CHECKS, Check, Finding, Severity
from matters.models import MatterVersion
from matters.selectors.checking import Checked

# Word and tone of each grade; what blocks is a grade of its own, for it alone stops a publication.
BLOCKS = "blocks"
GRADES = {
    BLOCKS: ("不能发布", "card-red"),
    Severity.ERROR: ("错误", "danger"),
    Severity.WARNING: ("提醒", "warning"),
    Severity.HINT: ("建议", "info"),
}
EXPLAINED = {
    BLOCKS: "违反法律规定，改好才能发布新版本",
    Severity.ERROR: "请尽快改正，不影响发布",
    Severity.WARNING: "请核对",
    Severity.HINT: "改了更好",
}


def grade(finding: Finding) -> str:
    """Return the grade under which a finding is shown."""
    return BLOCKS if finding.blocks else finding.severity


@dataclass(frozen=True)
class FindingRow:
    """One finding; `url` leads to its place in the editor's form."""

    finding: Finding
    editor_url: str = ""

    @property
    def url(self) -> str:
        return f"{self.editor_url}#{self.finding.place}"

    @property
    def place(self) -> str:
        return place_words(self.finding.place)

    @property
    def what(self) -> str:
        return self.finding.what

    @property
    def how(self) -> str:
        return self.finding.how

    @property
    def source(self) -> str:
        return self.finding.source

    @property
    def word(self) -> str:
        return GRADES[grade(self.finding)][0]

    @property
    def tone(self) -> str:
        return GRADES[grade(self.finding)][1]


@dataclass(frozen=True)
class FindingGroup:
    """The findings of one grade."""

    key: str
    rows: Sequence[FindingRow]

    @property
    def word(self) -> str:
        return GRADES[self.key][0]

    @property
    def tone(self) -> str:
        return GRADES[self.key][1]

    @property
    def explained(self) -> str:
        return EXPLAINED[self.key]


@dataclass(frozen=True)
class FindingsPresenter:
    """The findings of one guide; `editor_url` is the page whose anchors are the places, empty on that page itself."""

    findings: Sequence[Finding]
    editor_url: str = ""

    @cached_property
    def groups(self) -> list[FindingGroup]:
        rows = [FindingRow(one, self.editor_url) for one in self.findings]
        groups = [FindingGroup(key, [row for row in rows if grade(row.finding) == key]) for key in GRADES]
        return [group for group in groups if group.rows]

    @property
    def blocks(self) -> bool:
        return any(one.blocks for one in self.findings)

    @property
    def words(self) -> str:
        return tally_words(tally(self.findings))


def tally(findings: Iterable[Finding]) -> dict[str, int]:
    """Return how many findings there are of each grade, the gravest first, noughts included."""
    counted = Counter(grade(one) for one in findings)
    return {key: counted[key] for key in GRADES}


def tally_words(tallied: Mapping[str, int]) -> str:
    """Return a tally as a phrase: 不能发布 2 处、提醒 5 处; 没有发现问题 where there is nothing."""
    said = [f"{GRADES[key][0]} {count} 处" for key, count in tallied.items() if count]
    return "、".join(said) or "没有发现问题"


def tally_stats(tallied: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return a tally for the stats component."""
    tones = {BLOCKS: "danger", Severity.ERROR: "danger", Severity.WARNING: "warning"}
    return [
        {"label": GRADES[key][0], "value": count, "unit": "处", "tone": tones.get(key, "") if count else ""}
        for key, count in tallied.items()
    ]


@dataclass(frozen=True)
class CatalogueFindingRow(FindingRow):
    """One finding of the whole catalogue, with the matter it was found in."""

    code: str = ""
    name: str = ""

    @property
    def guide_url(self) -> str:
        return reverse("matter", args=[self.code])


@dataclass(frozen=True)
class CheckCount:
    """How often one check found something, in how many matters."""

    check: Check
    findings: int
    matters: int

    @property
    def word(self) -> str:
        return GRADES[self.level][0]

    @property
    def tone(self) -> str:
        return GRADES[self.level][1]

    @property
    def level(self) -> str:
        return BLOCKS if self.check.blocks else self.check.severity


@dataclass(frozen=True)
class DepartmentCount:
    """How many findings of each grade one department's matters have."""

    code: str
    name: str
    matters: int
    counts: Sequence[int]


class CatalogueFindings:
    """What the checks found in many matters: in sum, by check, by department, and one by one.

    `grade` and `check` narrow everything shown.
    """

    def __init__(self, checked: Sequence[Checked], *, grade: str = "", check: str = "") -> None:
        self.checked = checked
        self.only_grade, self.only_check = grade, check

    @cached_property
    def pairs(self) -> list[tuple[MatterVersion, Finding]]:
        return [
            (one.version, finding)
            for one in self.checked
            for finding in one.findings
            if self.only_grade in ("", grade(finding)) and self.only_check in ("", finding.code)
        ]

    @property
    def check(self) -> Check | None:
        """The check that the list is narrowed to."""
        return CHECKS.get(self.only_check)

    @property
    def stats(self) -> list[dict[str, Any]]:
        return tally_stats(tally(finding for _, finding in self.pairs))

    @property
    def matters_words(self) -> str:
        having = {version.pk for version, _ in self.pairs}
        return f"{len(self.checked)} 个事项中，{len(having)} 个有这些问题"

    @cached_property
    def by_check(self) -> list[CheckCount]:
        """The checks that found something, the gravest and the most frequent first."""
        matters = defaultdict(set)
        for version, finding in self.pairs:
            matters[finding.code].add(version.pk)
        counted = Counter(finding.code for _, finding in self.pairs)
        counts = [CheckCount(CHECKS[code], count, len(matters[code])) for code, count in counted.items()]
        order = list(GRADES)
        return sorted(counts, key=lambda one: (order.index(one.level), -one.findings))

    @cached_property
    def by_department(self) -> list[DepartmentCount]:
        """The departments whose matters have findings, with counts in the order of `grade_words`."""
        departments = {
            one.version.matter.department_id: one.version.matter.department for one in self.checked
        }
        found: dict[int, list[tuple[MatterVersion, Finding]]] = defaultdict(list)
        for version, finding in self.pairs:
            found[version.matter.department_id].append((version, finding))
        counts = [
            DepartmentCount(
                departments[key].code,
                departments[key].short_name,
                len({version.pk for version, _ in pairs}),
                list(tally(finding for _, finding in pairs).values()),
            )
            for key, pairs in found.items()
        ]
        return sorted(counts, key=lambda one: one.code)

    @property
    def grade_words(self) -> list[str]:
        return [word for word, _ in GRADES.values()]

    @staticmethod
    def rows(pairs: Iterable[tuple[MatterVersion, Finding]]) -> list[CatalogueFindingRow]:
        """Return one row for each of some pairs: those of the page that is shown."""
        return [
            CatalogueFindingRow(finding, code=version.matter.code, name=version.name)
            for version, finding in pairs
        ]

"""From the text of a catalogue file to what is to be stored, or to a list of all that is wrong with it."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from matters.catalogue import format as catalogue_format
from matters.catalogue.fields import Entry, Findings, read_entry
from matters.catalogue.reader import Document, Malformed, Place, read
from matters.catalogue.references import check_bundles, check_matters, check_unique
from matters.enums import StepKind

Values = dict[str, Any]
SECTIONS = ("departments", "service_points", "matters", "bundles")


class NotACatalogue(Exception):
    """The file cannot be imported; `problems` are sentences with line and field, in the order of lines."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class ParsedMatter:
    """One matter of a file: column values with department codes in place of departments."""

    code: str
    department: str
    version: Values
    materials: list[Values]
    steps: list[Values]

    @property
    def digest(self) -> str:
        return _digest([self.department, self.version, self.materials, self.steps])


@dataclass(frozen=True)
class ParsedBundle:
    """One bundle of a file: column values, members and dependencies by matter code."""

    code: str
    lead_department: str
    values: Values
    members: list[Values]
    dependencies: list[Values]

    @property
    def digest(self) -> str:
        return _digest([self.lead_department, self.values, self.members, self.dependencies])


@dataclass(frozen=True)
class Catalogue:
    """What a catalogue file says, checked and normalised."""

    departments: list[Values]
    service_points: list[Values]
    matters: list[ParsedMatter]
    bundles: list[ParsedBundle]
    notices: list[str]


def parse(text: str, *, departments: Collection[str], matters: Collection[str]) -> Catalogue:
    """Return the catalogue a text describes, or raise NotACatalogue naming every fault.

    `departments` and `matters` are the codes known already: a file may speak of them without repeating them.
    """
    try:
        document = read(text)
    except Malformed as fault:
        raise NotACatalogue([f"不是正确的 JSON。{fault}"]) from None
    findings = Findings()
    root = _root(document, findings)
    if not findings.errors:
        _check(root, departments, matters, findings)
    if findings.errors:
        raise NotACatalogue([sentence for _, sentence in sorted(findings.errors)])
    return _catalogue(root, findings)


def _root(document: Document, findings: Findings) -> Entry:
    place = Place(document, (), document.value)
    if not isinstance(document.value, dict) or not document.value.keys() & set(SECTIONS):
        raise NotACatalogue(
            [f"第 {place.line} 行：最外层应当是对象，含有 {'、'.join(SECTIONS)} 中的至少一项"]
        )
    for path in document.repeated:
        findings.wrong(Place(document, path, None), "同一对象里这个字段写了两次")
    entry = read_entry(place, catalogue_format.CATALOGUE, findings, catalogue_format.ABOUT)
    for section in SECTIONS:
        entry.values.setdefault(section, [])
    _fill_defaults(entry)
    return entry


def _fill_defaults(root: Entry) -> None:
    for matter in root.values["matters"]:
        for material in matter.values.get("materials", []):
            if not material.values.get("key") and "name" in material.values:
                material.values["key"] = material.values["name"][:100]


def _check(root: Entry, departments: Collection[str], matters: Collection[str], findings: Findings) -> None:
    for section, name in zip(SECTIONS, ("部门代码", "网点代码", "事项编码", "一件事编码"), strict=True):
        check_unique(root.values[section], "code", name, findings)
    known_departments = _codes(root, "departments") | dict.fromkeys(departments)
    known_matters = _codes(root, "matters") | dict.fromkeys(matters)
    check_matters(root.values["matters"], known_departments, findings)
    check_bundles(root.values["bundles"], known_departments, known_matters, findings)


def _codes(root: Entry, section: str) -> dict[str, None]:
    return dict.fromkeys(entry.values["code"] for entry in root.values[section] if "code" in entry.values)


def _catalogue(root: Entry, findings: Findings) -> Catalogue:
    return Catalogue(
        departments=[entry.values for entry in root.values["departments"]],
        service_points=[entry.values for entry in root.values["service_points"]],
        matters=[_matter(entry) for entry in root.values["matters"]],
        bundles=[_bundle(entry) for entry in root.values["bundles"]],
        notices=[sentence for _, sentence in sorted(findings.notices)],
    )


def _matter(entry: Entry) -> ParsedMatter:
    version = dict(entry.values)
    code, department = version.pop("code"), version.pop("department")
    materials = [_ordered(one.values, order) for order, one in enumerate(version.pop("materials"), start=1)]
    steps = _steps(version.pop("flow"))
    version["pre_review"] = _steps(version["pre_review"])
    version["presence"] = [one.values for one in version["presence"]]
    return ParsedMatter(code, department, version, materials, steps)


def _steps(entries: list[Entry]) -> list[Values]:
    steps = [_ordered(one.values, order) for order, one in enumerate(entries, start=1)]
    for step in steps:
        step["staff_min"] = step["staff_min"] or (2 if step["kind"] == StepKind.INSPECT else 1)
    return steps


def _bundle(entry: Entry) -> ParsedBundle:
    values = dict(entry.values)
    code, lead = values.pop("code"), values.pop("lead_department")
    members = [_ordered(one.values, order) for order, one in enumerate(values.pop("members"), start=1)]
    dependencies = [one.values for one in values.pop("dependencies")]
    return ParsedBundle(code, lead, values, members, dependencies)


def _ordered(values: Values, order: int) -> Values:
    return {**values, "order": order}


def _digest(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()

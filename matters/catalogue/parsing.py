"""From the text of a catalogue file to what is to be stored, or to a list of all that is wrong with it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from matters.catalogue import format as catalogue_format
from matters.catalogue.fields import Entry, Findings, Remark, in_order, plain, read_entry, write
from matters.catalogue.reader import Document, Malformed, Place, read
from matters.catalogue.references import Known, check_bundles, check_main_items, check_matters, check_unique
from matters.enums import StepKind

Values = dict[str, Any]
SECTIONS = ("departments", "service_points", "main_items", "matters", "matters_to_come", "bundles")
SECTION_CODES = ("部门代码", "网点代码", "大项编码", "事项编码", "事项编码", "一件事编码")


class NotACatalogue(Exception):
    """The file cannot be imported; `problems` are sentences with line and field, in the order of lines.

    `faults` are the same with their places, and `hints` what else is worth knowing, where the file could be
    read at all.
    """

    def __init__(
        self, problems: list[str], faults: Sequence[Remark] = (), hints: Sequence[Remark] = ()
    ) -> None:
        super().__init__("\n".join(problems))
        self.problems, self.faults, self.hints = problems, list(faults), list(hints)


@dataclass(frozen=True)
class ParsedMatter:
    """One matter of a file: its elements by attribute, with department codes in place of departments."""

    elements: Values

    @property
    def code(self) -> str:
        return self.elements["code"]

    @property
    def department(self) -> str:
        return self.elements["department"]

    @property
    def materials(self) -> list[Values]:
        return _numbered(self.elements["materials"])

    @property
    def steps(self) -> list[Values]:
        return _numbered(self.elements["flow"])

    @cached_property
    def content(self) -> Values:
        """What a file says of the matter, in the order of the format: what was read can be written again."""
        return write(self.elements, catalogue_format.MATTERS.shape)

    @cached_property
    def text(self) -> str:
        """The content as JSON, the same for the same content."""
        return _canonical(self.content)

    @cached_property
    def digest(self) -> str:
        return _digest(self.text)


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
        return digest_of([self.lead_department, self.values, self.members, self.dependencies])


@dataclass(frozen=True)
class Catalogue:
    """What a catalogue file says, checked and normalised."""

    departments: list[Values]
    service_points: list[Values]
    main_items: list[Values]
    matters: list[ParsedMatter]
    matters_to_come: list[ParsedMatter]
    bundles: list[ParsedBundle]
    hints: list[Remark]
    skipped: list[Remark]


def parse(text: str, known: Known, *, skip_faulty: bool = False) -> Catalogue:
    """Return the catalogue a JSON text describes, or raise NotACatalogue naming every fault.

    `known` are the codes known already: a file may speak of them without repeating them.
    """
    return parse_document(read_json(text), known, skip_faulty=skip_faulty)


def read_json(text: str) -> Document:
    """Return the document a JSON text says, or raise NotACatalogue where it is no JSON."""
    try:
        return read(text)
    except Malformed as fault:
        raise NotACatalogue([f"不是正确的 JSON。{fault}"]) from None


def parse_document(document: Document, known: Known, *, skip_faulty: bool = False) -> Catalogue:
    """Return the catalogue a document describes, or raise NotACatalogue naming every fault.

    With `skip_faulty` the matters (departments, bundles …) that have a fault are left out, and whatever
    speaks of them; the faults stand in `skipped`. A fault of the document as a whole still refuses it.
    """
    findings = Findings()
    root = _root(document, findings)
    _check(root, _with_those_of(root, known), findings)
    if findings.faults and not skip_faulty:
        raise _refused(findings)
    _leave_out_faulty(root, known, findings)
    return _catalogue(root, findings)


def _refused(findings: Findings) -> NotACatalogue:
    faults = in_order(findings.faults)
    return NotACatalogue([one.sentence for one in faults], faults, in_order(findings.hints))


def _leave_out_faulty(root: Entry, known: Known, findings: Findings) -> None:
    """Take out of the file what has a fault, and note what then speaks of nothing, until nothing left has a fault."""
    faults = list(findings.faults)
    while faults:
        faulty = {one.place.path[:2] for one in faults}
        if any(len(path) < 2 for path in faulty):
            raise _refused(findings)
        for section in SECTIONS:
            kept = [entry for entry in root.values[section] if entry.place.path not in faulty]
            root.values[section] = kept
        again = Findings()
        _check(root, _with_those_of(root, known), again)
        faults = again.faults
        findings.faults += faults


def _root(document: Document, findings: Findings) -> Entry:
    place = Place(document, (), document.value)
    if not isinstance(document.value, dict) or not document.value.keys() & set(SECTIONS):
        raise NotACatalogue(
            [f"第 {place.line} 行：最外层应当是对象，含有 {'、'.join(SECTIONS)} 中的至少一项"]
        )
    for path in document.repeated:
        findings.wrong(Place(document, path, None), "同一对象里这个字段写了两次")
    for path, message in document.faults:
        findings.wrong(Place(document, path, None), message)
    for path, message in document.hints:
        findings.notice(Place(document, path, None), message)
    entry = read_entry(place, catalogue_format.SHAPE, findings)
    for section in SECTIONS:
        entry.values.setdefault(section, [])
    for matter in _matters(entry):
        fill_defaults(matter)
    return entry


def fill_defaults(matter: Entry) -> None:
    """Set what follows from the rest: a material's key is its name, an inspection takes two people (许可法 §34)."""
    for material in matter.values.get("materials", []):
        if not material.values.get("key") and "name" in material.values:
            material.values["key"] = material.values["name"][:100]
    for step in [*matter.values.get("flow", []), *matter.values.get("pre_review", [])]:
        if not step.values.get("staff_min") and "kind" in step.values:
            step.values["staff_min"] = 2 if step.values["kind"] == StepKind.INSPECT else 1


def _check(root: Entry, known: Known, findings: Findings) -> None:
    for section, name in zip(SECTIONS, SECTION_CODES, strict=True):
        check_unique(root.values[section], "code", name, findings)
    check_main_items(root.values["main_items"], known, findings)
    check_matters(_matters(root), known, findings)
    check_bundles(root.values["bundles"], known, findings)


def _matters(root: Entry) -> list[Entry]:
    return [*root.values["matters"], *root.values["matters_to_come"]]


def _with_those_of(root: Entry, known: Known) -> Known:
    """Return the codes of a file and those known already."""
    return Known(
        departments=_codes(root, "departments") | dict.fromkeys(known.departments),
        matters=_codes(root, "matters") | dict.fromkeys(known.matters),
        main_items=_codes(root, "main_items") | dict.fromkeys(known.main_items),
        service_points=_codes(root, "service_points") | dict.fromkeys(known.service_points),
    )


def _codes(root: Entry, section: str) -> dict[str, None]:
    return dict.fromkeys(entry.values["code"] for entry in root.values[section] if "code" in entry.values)


def _catalogue(root: Entry, findings: Findings) -> Catalogue:
    return Catalogue(
        departments=[entry.values for entry in root.values["departments"]],
        service_points=[entry.values for entry in root.values["service_points"]],
        main_items=[entry.values for entry in root.values["main_items"]],
        matters=[_matter(entry) for entry in root.values["matters"]],
        matters_to_come=[_matter(entry) for entry in root.values["matters_to_come"]],
        bundles=[_bundle(entry) for entry in root.values["bundles"]],
        hints=in_order(findings.hints),
        skipped=in_order(findings.faults),
    )


def _matter(entry: Entry) -> ParsedMatter:
    return ParsedMatter(plain(entry))


def _bundle(entry: Entry) -> ParsedBundle:
    values = dict(entry.values)
    code, lead = values.pop("code"), values.pop("lead_department")
    members = _numbered([one.values for one in values.pop("members")])
    dependencies = [one.values for one in values.pop("dependencies")]
    return ParsedBundle(code, lead, values, members, dependencies)


def _numbered(rows: list[Values]) -> list[Values]:
    return [{**values, "order": order} for order, values in enumerate(rows, start=1)]


def digest_of(content: Any) -> str:
    """Return the fingerprint of a content, whatever the order of its keys."""
    return _digest(_canonical(content))


def _canonical(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

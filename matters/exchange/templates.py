"""Files of templates (事项模板): JSON whose guides say their elements as a catalogue file does."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from matters.catalogue.fields import (
    Entry,
    Field,
    Findings,
    Inner,
    Shape,
    in_order,
    note,
    plain,
    read_entry,
    write,
)
from matters.catalogue.format import MATTERS
from matters.catalogue.kinds import Choice, Code, Day, Text, Whole
from matters.catalogue.parsing import NotACatalogue, Values, digest_of, fill_defaults, read_json
from matters.catalogue.reader import Document, Place
from matters.catalogue.references import check_elements
from matters.checks.latitude import is_local
from matters.enums import TemplateLevel

GUIDE = "guide"
HEAD = Shape(
    [
        Field("code", Code(50), label="模板编码"),
        Field("version", Whole(least=1), "number", label="版本"),
        Field("level", Choice(TemplateLevel, "层级"), label="层级"),
        Field("issuer", Text(100, required=True), label="发布机关"),
        Field("issued_on", Day(), label="发布日期"),
        note("note", "修订说明", longest=400),
    ],
    ignored=frozenset({GUIDE}),
)
SPOKEN = [one for one in MATTERS.fields if not is_local(one.key)]


@dataclass(frozen=True)
class ParsedTemplate:
    """One version of a template, checked and normalised."""

    head: Values
    content: Values

    @property
    def identity(self) -> tuple[str, int]:
        return self.head["code"], self.head["number"]

    @property
    def digest(self) -> str:
        return digest_of([self.head, self.content])


def parse_templates(text: str) -> list[ParsedTemplate]:
    """Return the templates that a JSON text describes, or raise NotACatalogue naming every fault."""
    document = read_json(text)
    findings = Findings()
    for path, message in [
        *((path, "同一对象里这个字段写了两次") for path in document.repeated),
        *document.faults,
    ]:
        findings.wrong(Place(document, path, None), message)
    read = [_read(place, findings) for place in _rows(document)]
    _check_once([head for head, _ in read], findings)
    if findings.faults:
        faults = in_order(findings.faults)
        raise NotACatalogue([one.sentence for one in faults], faults)
    return [ParsedTemplate(head.values, content) for head, content in read]


def _rows(document: Document) -> Iterable[Place]:
    root = Place(document, (), document.value)
    rows = root.child("templates")
    if not isinstance(rows.value, list) or not rows.value:
        raise NotACatalogue([f"第 {root.line} 行：最外层应当是对象，templates 是模板的列表，至少一个"])
    return rows.items()


def _read(place: Place, findings: Findings) -> tuple[Entry, Values]:
    head = read_entry(place, HEAD, findings)
    guide = place.child(GUIDE)
    if not isinstance(guide.value, dict):
        findings.wrong(guide, "应当是一个对象（花括号），写模板规定的要素")
        return head, {}
    named = [one for one in SPOKEN if one.key in guide.value or one.key == "name"]
    shape = Shape(named, ignored=frozenset(guide.value))
    entry = read_entry(guide, shape, findings)
    for key in guide.value.keys() - {one.key for one in SPOKEN}:
        said = "由各地填写，模板里不能写" if is_local(key) else "不认识的字段"
        findings.wrong(guide.child(key), said)
    fill_defaults(entry)
    check_elements(entry, findings)
    return head, _said(plain(entry), shape)


def _said(values: Values, shape: Shape) -> dict[str, Any]:
    """Return the elements as a file says them; what a template says is empty is said too."""
    empty = {
        one.key: values[one.name]
        for one in shape.fields
        if not isinstance(one.kind, Inner) and one.name in values
    }
    written = write(values, shape)
    return {
        one.key: written.get(one.key, empty.get(one.key))
        for one in shape.fields
        if one.key in written or one.key in empty
    }


def _check_once(heads: list[Entry], findings: Findings) -> None:
    seen: set[tuple[Any, Any]] = set()
    for head in heads:
        identity = head.values.get("code"), head.values.get("number")
        if None not in identity and identity in seen:
            findings.wrong(head.place, f"模板“{identity[0]}”第 {identity[1]} 版写了两次")
        seen.add(identity)

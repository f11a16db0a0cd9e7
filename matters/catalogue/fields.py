"""What a catalogue file may hold: objects, lists and their fields, and how they are read and written."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from django.db import models

from matters.catalogue.kinds import Choice, Code, Plain, Text, Wrong, YesNo, of_type
from matters.catalogue.reader import Place


@dataclass(frozen=True)
class Remark:
    """What is to be said of one place of a file."""

    place: Place
    message: str

    @property
    def sentence(self) -> str:
        return f"{self.place.where}：{self.message}"


@dataclass
class Findings:
    """What is wrong with a file (faults), and what is only worth knowing (hints)."""

    faults: list[Remark] = field(default_factory=list)
    hints: list[Remark] = field(default_factory=list)

    @property
    def errors(self) -> list[tuple[int, str]]:
        """The line and the sentence of each fault."""
        return [(one.place.line, one.sentence) for one in self.faults]

    def wrong(self, place: Place, message: str) -> None:
        """Note that what stands at a place cannot be taken."""
        self.faults.append(Remark(place, message))

    def notice(self, place: Place, message: str) -> None:
        """Note what is worth knowing of a place."""
        self.hints.append(Remark(place, message))


def in_order(remarks: Iterable[Remark]) -> list[Remark]:
    """Return remarks in the order in which their places stand in the file, each sentence once."""
    ordered = sorted(remarks, key=lambda one: (one.place.document.order(one.place.path), one.message))
    return list({one.sentence: one for one in reversed(ordered)}.values())[::-1]


@dataclass
class Entry:
    """One object of the file: where it stands, and its values by attribute; a wrong value is left out."""

    place: Place
    values: dict[str, Any]


class Nested(Protocol):
    """A kind of value that has parts, each with a place of its own."""

    def read(self, place: Place, findings: Findings) -> Any:
        """Return the normalised value, or raise Wrong; a part that is wrong is noted and left out."""


Kind = Plain | Nested


_ANSWER = Code(40)


@dataclass(frozen=True)
class Selector:
    """In which situations something applies: for each question named, one of these answers; empty is always."""

    def read(self, place: Place, findings: Findings) -> dict[str, list[str]]:
        of_type(place.value, dict)
        chosen = {}
        for question, said in place.value.items():
            answers = _read_part(place, question, said, _ANSWERS, findings)
            if answers is not None:
                chosen[question] = answers
        return chosen


@dataclass(frozen=True)
class Many:
    """A list of plain values."""

    item: Plain
    required: bool = False

    def read(self, place: Place, findings: Findings) -> list[Any]:
        of_type(place.value, list)
        if self.required and not place.value:
            raise Wrong("不能为空列表")
        values = [
            _read_part(place, index, said, self.item, findings) for index, said in enumerate(place.value)
        ]
        return list(dict.fromkeys(value for value in values if value is not None))


_ANSWERS = Many(_ANSWER, required=True)


@dataclass(frozen=True)
class Objects:
    """A list of objects, each read by the same fields; plain text may stand for an object's `plain` field."""

    fields: Sequence["Field"]
    ignored: frozenset[str] = frozenset()
    plain: str = ""

    @cached_property
    def shape(self) -> "Shape":
        """The fields of one of the objects."""
        return Shape(self.fields, self.ignored)

    def read(self, place: Place, findings: Findings) -> list[Entry]:
        of_type(place.value, list)
        return [
            read_entry(
                place.part(index, {self.plain: said} if self.plain and isinstance(said, str) else said),
                self.shape,
                findings,
            )
            for index, said in enumerate(place.value)
        ]


@dataclass(frozen=True)
class Inner:
    """One object whose fields belong to the object around it."""

    fields: Sequence["Field"]

    @cached_property
    def shape(self) -> "Shape":
        """The fields of the object."""
        return Shape(self.fields)

    def read(self, place: Place, findings: Findings) -> Entry:
        return read_entry(place, self.shape, findings)


REQUIRED: Any = object()


@dataclass(frozen=True)
class Field:
    """One field of an object: its name in the file, its kind, and the attribute it becomes.

    `label` is its Chinese name, `national` the column of the national 实施清单 it answers to, `also` what else
    tables call it; all are accepted as headers of a table. `codes` are the national codes of values that have
    other words here; a table may hold them in their place.
    """

    key: str
    kind: Kind
    attribute: str = ""
    default: Any = REQUIRED
    label: str = ""
    national: str = ""
    also: tuple[str, ...] = ()
    codes: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def name(self) -> str:
        """The attribute under which the value stands once it is read."""
        return self.attribute or self.key

    @property
    def empty(self) -> Any:
        """What stands for the value where the file says nothing."""
        return self.default() if callable(self.default) else self.default


@dataclass(frozen=True)
class Shape:
    """The fields of one object, laid out once for the reading of thousands of them."""

    fields: Sequence[Field]
    ignored: frozenset[str] = frozenset()

    @cached_property
    def by_key(self) -> dict[str, Field]:
        """The fields by their names in the file."""
        return {one.key: one for one in self.fields}

    @cached_property
    def required(self) -> list[Field]:
        return [one for one in self.fields if one.default is REQUIRED]

    @cached_property
    def inner(self) -> list[Field]:
        """The objects that may be left out, whose fields then have their empty values."""
        return [one for one in self.fields if isinstance(one.kind, Inner) and one.default is not REQUIRED]

    @cached_property
    def _constants(self) -> dict[str, Any]:
        return {one.name: one.default for one in self._optional if not callable(one.default)}

    @cached_property
    def _made(self) -> list[tuple[str, Callable[[], Any]]]:
        return [(one.name, one.default) for one in self._optional if callable(one.default)]

    @cached_property
    def _optional(self) -> list[Field]:
        return [one for one in self.fields if one not in self.required and one not in self.inner]

    @cached_property
    def written(self) -> list[tuple[str, str, Any, "Shape | None", "Shape | None"]]:
        """Of each field its key, its name, what a file need not say, and the shape of an object or of many in it."""
        return [
            (
                one.key,
                one.name,
                one.empty,
                one.kind.shape if isinstance(one.kind, Inner) else None,
                one.kind.shape if isinstance(one.kind, Objects) else None,
            )
            for one in self.fields
        ]

    def blank(self) -> dict[str, Any]:
        """Return the values of an object that says nothing, without those of objects inside."""
        return self._constants | {name: make() for name, make in self._made}


def read_entry(place: Place, shape: Shape, findings: Findings) -> Entry:
    """Return the values of an object, noting every field that is missing, wrong or unknown."""
    said = place.value
    if not isinstance(said, dict):
        findings.wrong(place, "应当是一个对象（花括号）")
        return Entry(place, {})
    values = shape.blank()
    for key, value in said.items():
        one = shape.by_key.get(key)
        if one is None:
            if key not in shape.ignored:
                findings.notice(place.child(key), "不认识的字段，没有导入")
        elif value is not None:
            _put(values, one, _read_part(place, key, value, one.kind, findings))
    for one in shape.inner:
        if said.get(one.key) is None:
            _put(values, one, _read_part(place, one.key, {}, one.kind, findings))
    for one in shape.required:
        if said.get(one.key) is None:
            findings.wrong(place.child(one.key), "缺少这个字段")
    return Entry(place, values)


def _put(values: dict[str, Any], one: Field, value: Any) -> None:
    if value is None:
        values.pop(one.name, None)
    elif type(value) is Entry:
        values.update(value.values)
    else:
        values[one.name] = value


def _read_part(around: Place, key: str | int, said: Any, kind: Kind, findings: Findings) -> Any:
    """Return the normalised value of a part, or None after noting what is wrong with it."""
    try:
        if said is None:
            raise Wrong("没有值")
        return kind.take(said) if isinstance(kind, Plain) else kind.read(around.part(key, said), findings)
    except Wrong as wrong:
        findings.wrong(around.part(key, said), str(wrong))
        return None


def plain(value: Any) -> Any:
    """Return a value that was read with the entries inside it as mappings of their values."""
    if type(value) is list:
        return [plain(item) if type(item) is Entry else item for item in value]
    if type(value) is not Entry:
        return value
    values = value.values.copy()
    for name, inner in values.items():
        if type(inner) is list:
            values[name] = plain(inner)
    return values


def write(values: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
    """Return values as a file says them: the opposite of reading, without what a file may leave out."""
    said: dict[str, Any] = {}
    for key, name, left_out, inner, nested in shape.written:
        if inner:
            if value := write(values, inner):
                said[key] = value
            continue
        value = values.get(name, left_out)
        if value != left_out:
            said[key] = [write(item, nested) for item in value] if nested else value
    return said


def text(
    key: str,
    model: type[models.Model],
    attribute: str = "",
    *,
    required: bool = False,
    label: str = "",
    national: str = "",
    codes: Mapping[str, str] | None = None,
) -> Field:
    """Return the field for a text column, as long as the column allows; empty where it may be left out."""
    column = model._meta.get_field(attribute or key)
    assert isinstance(column, models.Field)
    default = REQUIRED if required else ""
    name = label or str(column.verbose_name)
    kind = Text(column.max_length, required)
    return Field(key, kind, attribute, default, name, national, codes=codes or {})


def note(key: str, label: str = "", national: str = "", *, longest: int | None = None) -> Field:
    """Return the field for text that stands only in the guide, and may be left out."""
    return Field(key, Text(longest), default="", label=label, national=national)


def choice(key: str, choices: type[models.Choices], label: str, national: str = "", *, default: Any) -> Field:
    """Return the field for a value of a code list that may be left out."""
    return Field(key, Choice(choices, label), default=default, label=label, national=national)


def yes_no(key: str, default: Any = False, label: str = "", national: str = "") -> Field:
    """Return the field for a yes/no column."""
    return Field(key, YesNo(), default=default, label=label, national=national)


def optional_list(key: str, kind: Kind, attribute: str = "", label: str = "", national: str = "") -> Field:
    """Return the field for a list that may be left out."""
    empty: Callable[[], list[Any]] = list
    return Field(key, kind, attribute, empty, label, national)


def selector() -> Field:
    """Return the field that says in which situations (情形) something applies."""
    empty: Callable[[], dict[str, Any]] = dict
    return Field("when", Selector(), default=empty, label="适用情形")

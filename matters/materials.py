"""Asking for each material once, however many matters need it (浙江规定 §9: 能共享的不得要求提交)."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from matters.catalogue.content import elements_of
from matters.enums import Disposition, MaterialType, Necessity
from matters.models import Material, MatterVersion
from matters.situations import Answers, decided

_STRICTEST = (Necessity.REQUIRED, Necessity.DEFERRABLE, Necessity.OPTIONAL)


@dataclass(frozen=True)
class MergedMaterial:
    """One material for all the matters of an application that need it.

    `originals` and `copies` are the largest that any of them asks: one set serves all. `materials` are the
    rows that were merged; `produced_by` names the matter whose result takes the place of an internal one.
    """

    key: str
    name: str
    disposition: Disposition
    originals: int
    copies: int
    needed_by: tuple[str, ...]
    produced_by: str
    condition: str
    necessity: int
    tolerable_missing: bool
    materials: tuple[Material, ...]

    @property
    def is_asked(self) -> bool:
        return self.disposition == Disposition.ASK

    @property
    def issuer(self) -> str:
        return self._first_said("issuer")

    @property
    def filling_note(self) -> str:
        return self._first_said("filling_note")

    @property
    def form(self) -> int:
        return self.materials[0].form

    def _first_said(self, name: str) -> str:
        return next((said for row in self.materials if (said := getattr(row, name))), "")


@dataclass(frozen=True)
class MaterialList(Sequence[MergedMaterial]):
    """The merged materials in the order in which the matters name them, and how many merging saved."""

    items: tuple[MergedMaterial, ...]
    before: int

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[MergedMaterial]:
        return iter(self.items)

    def __getitem__(self, index):  # type: ignore[no-untyped-def]
        return self.items[index]

    @property
    def after(self) -> int:
        """How many different materials remain that do not come from inside the application itself."""
        return sum(item.disposition != Disposition.INTERNAL for item in self.items)

    @property
    def asked(self) -> int:
        """How many the applicant brings."""
        return sum(item.is_asked for item in self.items)

    def of(self, disposition: Disposition) -> list[MergedMaterial]:
        return [item for item in self.items if item.disposition == disposition]


def merged_materials(
    versions: Iterable[MatterVersion],
    dependencies: Iterable[tuple[int, int]] = (),
    situations: Mapping[int, Answers] | None = None,
) -> MaterialList:
    """Return the materials of one or several matters, each once; reads nothing if they are prefetched.

    `dependencies` are pairs of matter ids (first, then). A material that an earlier matter's result provides
    is internal for whoever waits for that result; one that any other matter gets by data sharing is shared.
    `situations` are the answers by matter id, all or some of them: what they decide is returned without a condition
    or not at all. What they leave open is returned with its condition, as are all materials of the other matters.
    """
    known = situations or {}
    versions = list(versions)
    earlier = _earlier({version.matter_id for version in versions}, dependencies)
    needs: dict[str, list[tuple[MatterVersion, Material]]] = {}
    settled: set[int] = set()
    for version in versions:
        answers = known.get(version.matter_id)
        for material in version.materials.all():
            applies = _applies(material, version, answers)
            if applies:
                settled.add(material.pk)
            if applies is not False:
                needs.setdefault(material.key, []).append((version, material))
    items = tuple(_merge(key, needed, versions, earlier, settled) for key, needed in needs.items())
    return MaterialList(items, before=sum(len(needed) for needed in needs.values()))


def _applies(material: Material, version: MatterVersion, answers: Answers | None) -> bool | None:
    """Return whether the answers call for a material; None where they leave it to its condition."""
    if not material.when or answers is None:
        return None
    return decided(elements_of(version), material.when, answers)


def _earlier(chosen: Collection[int], dependencies: Iterable[tuple[int, int]]) -> dict[int, set[int]]:
    """Return for each chosen matter all the chosen ones that are finished before it begins."""
    direct: dict[int, set[int]] = {matter: set() for matter in chosen}
    for first, then in dependencies:
        if first in direct and then in direct:
            direct[then].add(first)
    earlier = {matter: set(before) for matter, before in direct.items()}
    for _ in direct:
        for before in earlier.values():
            before |= set().union(*(earlier[matter] for matter in before))
    return earlier


def _merge(
    key: str,
    needed: list[tuple[MatterVersion, Material]],
    versions: Sequence[MatterVersion],
    earlier: dict[int, set[int]],
    settled: Collection[int],
) -> MergedMaterial:
    producers = {version.matter_id: version for version in versions if key in version.result_satisfies}
    sources = [sorted(producers.keys() & earlier[version.matter_id]) for version, _ in needed]
    outside = [row for (_, row), source in zip(needed, sources, strict=True) if not source]
    rows = tuple(outside or [row for _, row in needed])
    return MergedMaterial(
        key=key,
        name=rows[0].name,
        disposition=_disposition(outside),
        originals=max(row.originals for row in rows),
        copies=max(row.copies for row in rows),
        needed_by=tuple(version.name for version, _ in needed),
        produced_by="" if outside else producers[sources[0][0]].name,
        condition=_condition("" if row.pk in settled else row.condition for row in rows),
        necessity=next(level for level in _STRICTEST if any(row.necessity == level for row in rows)),
        tolerable_missing=all(row.tolerable_missing for row in rows),
        materials=tuple(row for _, row in needed),
    )


def _disposition(outside: Sequence[Material]) -> Disposition:
    """Return what becomes of a material; one is written by the system where every matter asks a form it can write."""
    if not outside:
        return Disposition.INTERNAL
    if any(row.shared_data for row in outside):
        return Disposition.SHARED
    written = all(row.generated and row.material_type == MaterialType.FORM for row in outside)
    return Disposition.GENERATED if written else Disposition.ASK


def _condition(said: Iterable[str]) -> str:
    """Return when the material is needed; empty when any matter always needs it."""
    conditions = list(dict.fromkeys(said))
    return "" if "" in conditions else "；".join(conditions)

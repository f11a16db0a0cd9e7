"""The materials of one or several matters, in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from matters.enums import Disposition, MaterialForm, MaterialType
from matters.materials import MaterialList, MergedMaterial
from matters.presenters.sections import Row, details

# What a guide says of a material beyond the list: how to come by it, and by what it is judged.
TELLING = (
    "how_to_get",
    "where_to_get",
    "issue_time",
    "page_format",
    "usage",
    "acceptance_standard",
    "basis",
    "source_explain",
    "issuer",
    "shared_source",
    "accepted_types",
    "max_size_mib",
    "remark",
)
# Two code lists that are worth a line only beside something else.
DETAILS = (*TELLING, "source_channel", "material_type")


@dataclass(frozen=True)
class Paper:
    """A form to download: what it is, and where."""

    label: str
    url: str


class Papers:
    """Where the forms of one matter's materials are; a guide on paper has none to click."""

    def file(self, digest: str) -> str:
        """Return the address of an uploaded file, by its digest."""
        return ""

    def generated(self, order: int) -> str:
        """Return the address of the blank form that is made from the guide itself."""
        return ""


@dataclass(frozen=True)
class MaterialRow:
    """One material as the materials list shows it; `state` is one of the material component's states.

    `said` is what the guide says of it, `papers` where its forms are, `because` the answers that call for it.
    """

    material: MergedMaterial
    said: Mapping[str, Any] = field(default_factory=dict)
    papers: Papers = field(default_factory=Papers)
    because: str = ""

    @property
    def name(self) -> str:
        return self.material.name

    @property
    def state(self) -> str:
        if self.material.disposition == Disposition.ASK:
            return "deferred" if self.material.tolerable_missing else "needed"
        return "internal" if self.material.disposition == Disposition.INTERNAL else "free"

    @property
    def word(self) -> str:
        return "可容缺后补" if self.state == "deferred" else ""

    @property
    def copies_text(self) -> str:
        """How many to bring: 原件1份、复印件2份."""
        counts = (("原件", self.material.originals), ("复印件", self.material.copies))
        return "、".join(f"{name}{count}份" for name, count in counts if count)

    @property
    def facts(self) -> list[Row]:
        """What the guide says of it beyond the list, under disclosure."""
        tells = any(self.said.get(name) for name in TELLING)
        return details(self.said, "materials", *DETAILS) if tells and self.material.is_asked else []

    @property
    def forms(self) -> list[Paper]:
        """The blank form and the sample, where there are any; a form nobody has uploaded is made from the guide.

        Who fills in a form that the system could write may still look at it beforehand.
        """
        blank, sample = self.said.get("blank_form"), self.said.get("sample_form")
        is_form = self.said.get("generated") or self.said.get("material_type") == MaterialType.FORM
        order = self.material.materials[0].order
        url = self.papers.file(blank) if blank else self.papers.generated(order) if is_form else ""
        found = [Paper("空白表格", url), Paper("填写样表", self.papers.file(sample) if sample else "")]
        may_bring = self.material.disposition in (Disposition.ASK, Disposition.GENERATED)
        return [one for one in found if one.url] if may_bring else []

    @property
    def note(self) -> str:
        parts = [
            f"适用情形：{self.material.condition}" if self.material.condition else "",
            f"因为您选了：{self.because}" if self.because else "",
        ]
        if self.material.is_asked:
            signed = "须签字盖章" if self.said.get("signature_required") else ""
            made = (
                "可由系统代为生成"
                if self.said.get("generated") and "生成" not in self.material.filling_note
                else ""
            )
            kind = MaterialForm(self.material.form).label
            parts += [self.copies_text, kind, signed, made, self.material.filling_note]
        elif self.material.disposition == Disposition.GENERATED:
            parts.append("系统按您填写的内容写成，提交时附上")
        elif self.material.produced_by:
            parts.append(f"由“{self.material.produced_by}”的结果内部流转")
        else:
            parts.append(f"从{self.material.issuer}共享数据取得" if self.material.issuer else "共享数据取得")
        return "；".join(part for part in parts if part)


class MaterialsPresenter:
    """The materials of one or several matters, divided by where they come from.

    `said` are the rows of the guides by id of the material, `papers` where the forms of each matter are, and
    `because` the answers that call for a material, by its key.
    """

    def __init__(
        self,
        materials: MaterialList,
        *,
        said: Mapping[int, Mapping[str, Any]] | None = None,
        papers: Callable[[int], Papers] = lambda version_id: Papers(),
        because: Mapping[str, str] | None = None,
    ) -> None:
        self.materials = materials
        self.rows = [
            MaterialRow(
                item,
                (said or {}).get(item.materials[0].pk, {}),
                papers(item.materials[0].version_id),
                (because or {}).get(item.key, ""),
            )
            for item in materials
        ]
        self.asked = self._of(Disposition.ASK)
        self.free = self._of(Disposition.SHARED, Disposition.GENERATED, Disposition.INTERNAL)

    def _of(self, *dispositions: Disposition) -> list[MaterialRow]:
        return [row for each in dispositions for row in self.rows if row.material.disposition == each]

    @property
    def total(self) -> int:
        return len(self.materials)

    @property
    def spared(self) -> int:
        return len(self.materials) - self.materials.asked

    @property
    def summary(self) -> str:
        """How many to bring and how many are spared: 共需7份材料，其中2份免提交，只需带5份."""
        spared = len(self.materials) - self.materials.asked
        if not self.materials:
            return "不需要提交材料"
        if not spared:
            return f"共需{self.materials.asked}份材料"
        return f"共需{len(self.materials)}份材料，其中{spared}份免提交，只需带{self.materials.asked}份"

"""The materials of one or several matters, in words."""

from dataclasses import dataclass

from matters.enums import Disposition, MaterialForm
from matters.materials import MaterialList, MergedMaterial


@dataclass(frozen=True)
class MaterialRow:
    """One material as the materials list shows it; `state` is one of the material component's states."""

    material: MergedMaterial

    @property
    def name(self) -> str:
        return self.material.name

    @property
    def state(self) -> str:
        if self.material.disposition == Disposition.ASK:
            return "deferred" if self.material.tolerable_missing else "needed"
        return {Disposition.SHARED: "free", Disposition.INTERNAL: "internal"}[self.material.disposition]

    @property
    def word(self) -> str:
        return "可容缺后补" if self.state == "deferred" else ""

    @property
    def copies_text(self) -> str:
        """How many to bring: 原件1份、复印件2份."""
        counts = (("原件", self.material.originals), ("复印件", self.material.copies))
        return "、".join(f"{name}{count}份" for name, count in counts if count)

    @property
    def note(self) -> str:
        parts = [f"适用情形：{self.material.condition}" if self.material.condition else ""]
        if self.material.is_asked:
            parts += [self.copies_text, MaterialForm(self.material.form).label, self.material.filling_note]
        elif self.material.produced_by:
            parts.append(f"由“{self.material.produced_by}”的结果内部流转")
        else:
            parts.append(f"从{self.material.issuer}共享数据取得" if self.material.issuer else "共享数据取得")
        return "；".join(part for part in parts if part)


class MaterialsPresenter:
    """The materials of one or several matters, divided by where they come from."""

    def __init__(self, materials: MaterialList) -> None:
        self.materials = materials
        self.asked = [MaterialRow(item) for item in materials.of(Disposition.ASK)]
        self.shared = [MaterialRow(item) for item in materials.of(Disposition.SHARED)]
        self.internal = [MaterialRow(item) for item in materials.of(Disposition.INTERNAL)]

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

"""What a correction notice lists."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """One thing to put right; `material_id` is empty when it is not about a material."""

    what: str
    reason: str
    how: str = ""
    material_id: int | None = None

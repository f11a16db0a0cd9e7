"""The part of the `ui` tags that draws figures as accessible SVG with a table below. Loaded through `ui`."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import template

register = template.Library()
GAP = 0.8  # percent of the ring left open between two parts
THINNEST = 0.7  # percent of the ring a part takes at least, so that it can be seen


@register.inclusion_tag("_components/bar_chart.html")
def bar_chart(
    title: str,
    rows: Sequence[Mapping[str, Any]],
    unit: str = "件",
    wide: bool = False,
    has_table: bool = True,
) -> dict[str, Any]:
    """Draw horizontal bars (dicts of label, value, note) with the same figures in a table below.

    Without the table where the page has one of its own beside it.
    """
    largest = max((row["value"] for row in rows), default=0) or 1
    bars = [{**row, "share": f"{row['value'] / largest * 100:.1f}"} for row in rows]
    return {"title": title, "rows": bars, "unit": unit, "wide": wide, "has_table": has_table}


@register.inclusion_tag("_components/donut_chart.html")
def donut_chart(title: str, rows: Sequence[Mapping[str, Any]], unit: str = "件") -> dict[str, Any]:
    """Draw the parts of a whole (at most six dicts of label, value) as a ring with a legend and a table."""
    total = sum(row["value"] for row in rows)
    slices, start = [], 0.0
    for number, row in enumerate(rows, start=1):
        share = row["value"] / total * 100 if total else 0.0
        dash = max(share - GAP, THINNEST) if share else 0.0
        shape = {"series": number, "dash": f"{dash:.2f}", "offset": f"{-start:.2f}"}
        slices.append({**row, **shape, "share": round(share)})
        start += share
    return {"title": title, "rows": slices, "total": total, "unit": unit}

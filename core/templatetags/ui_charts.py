"""The part of the `ui` tags that draws figures as accessible SVG with a table below. Loaded through `ui`."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import template

register = template.Library()


# --- charts -------------------------------------------------------------------------------------------------
@register.inclusion_tag("_components/bar_chart.html")
def bar_chart(title: str, rows: Sequence[Mapping[str, Any]], unit: str = "件") -> dict[str, Any]:
    """Draw horizontal bars (dicts of label, value, note) with the same figures in a table below."""
    largest = max((row["value"] for row in rows), default=0) or 1
    bars = [
        {**row, "y": index * 36, "text_y": index * 36 + 16, "width": round(row["value"] / largest * 380, 1)}
        for index, row in enumerate(rows)
    ]
    for bar in bars:
        bar["value_x"] = 190 + bar["width"]
    return {
        "title": title,
        "rows": bars,
        "unit": unit,
        "height": len(rows) * 36,
    }


@register.inclusion_tag("_components/donut_chart.html")
def donut_chart(title: str, rows: Sequence[Mapping[str, Any]], unit: str = "件") -> dict[str, Any]:
    """Draw the parts of a whole (at most six dicts of label, value) as a ring with a legend and a table."""
    total = sum(row["value"] for row in rows)
    slices, start = [], 0.0
    for number, row in enumerate(rows, start=1):
        share = row["value"] / total * 100 if total else 0.0
        slices.append(
            {
                **row,
                "series": number,
                "share": round(share),
                "dash": f"{max(share - 0.8, 0):.2f}",
                "offset": f"{-start:.2f}",
            }
        )
        start += share
    return {"title": title, "rows": slices, "total": total, "unit": unit}

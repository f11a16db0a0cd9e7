"""The flow of a draft as a graph: steps by level, and what keeps it from being followed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any


@dataclass(frozen=True)
class FlowGraph:
    """The keys of the steps by level, the first to begin first; `cycle` names steps that wait for each other.

    `unknown` are pairs of a step and what it waits for though there is no such step. Steps of a cycle, and those
    behind it, have no level; they are in `loose`.
    """

    levels: Sequence[Sequence[str]]
    edges: Sequence[tuple[str, str]]
    cycle: Sequence[str]
    unknown: Sequence[tuple[str, str]]
    loose: Sequence[str]


def graph_of(steps: Any) -> FlowGraph:
    """Return the graph of a draft's steps, however faulty they are."""
    rows = [row for row in steps if isinstance(row, dict)] if isinstance(steps, list) else []
    waits = {str(row["key"]): _after(row) for row in rows if row.get("key")}
    known = {key: [one for one in before if one in waits] for key, before in waits.items()}
    levels = _levels(known)
    placed = {key for level in levels for key in level}
    return FlowGraph(
        levels=levels,
        edges=[(first, then) for then, before in known.items() for first in before],
        cycle=_cycle(known),
        unknown=[(key, one) for key, before in waits.items() for one in before if one not in waits],
        loose=[key for key in waits if key not in placed],
    )


def _after(row: Mapping[str, Any]) -> list[str]:
    said = row.get("after")
    return [str(one) for one in said] if isinstance(said, list) else []


def _levels(waits: Mapping[str, Sequence[str]]) -> list[list[str]]:
    levels: list[list[str]] = []
    placed: set[str] = set()
    while ready := [key for key in waits if key not in placed and placed.issuperset(waits[key])]:
        levels.append(ready)
        placed.update(ready)
    return levels


def _cycle(waits: Mapping[str, Sequence[str]]) -> list[str]:
    try:
        TopologicalSorter(waits).prepare()
    except CycleError as cycle:
        return list(reversed(cycle.args[1]))
    return []

"""The search as it would be without an index: every text read, word by word. What it finds, the index must find."""

from collections.abc import Iterable
from dataclasses import dataclass

from matters.search import normal, pairs, split, without_fillers

ENOUGH, SOMETHING = 0.5, 0.01


@dataclass(frozen=True)
class Findable:
    """What one matter can be found by."""

    code: str
    name: str
    everyday_name: str
    elsewhere: str


def finds(query: str, findables: Iterable[Findable]) -> set[str]:
    """Return the codes of what holds every word, as typed or without fillers; else half of its pairs, else one."""
    findables = list(findables)
    return _found(query, findables, ENOUGH) or _found(query, findables, SOMETHING)


def _found(query: str, findables: list[Findable], enough: float) -> set[str]:
    return {one.code for one in findables if all(_holds(one, word, enough) for word in split(query))}


def _holds(one: Findable, word: str, enough: float) -> bool:
    names = [normal(one.name), normal(one.everyday_name)]
    texts = [*names, normal(one.code), normal(one.elsewhere)]
    bare = without_fillers(word)
    if not bare or any(form in text for form in (word, bare) for text in texts):
        return True
    looked_for = set(pairs(bare)) if len(bare) > 2 else set()
    share = sum(any(pair in name for name in names) for pair in looked_for)
    return bool(looked_for) and share / len(looked_for) >= enough

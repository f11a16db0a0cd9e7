"""The search as it would be without an index: every text read, word by word. What it finds, the index must find."""

from collections.abc import Iterable
from dataclasses import dataclass

from matters.search import normal, pairs, split, without_fillers


@dataclass(frozen=True)
class Findable:
    """What one matter can be found by."""

    code: str
    name: str
    everyday_name: str
    elsewhere: str


def finds(query: str, findables: Iterable[Findable]) -> set[str]:
    """Return the codes of what holds every word, as typed or without fillers; else of what shares most pairs.

    At least half as many as the one that shares most must be in its names.
    """
    findables = list(findables)
    if exact := {one.code for one in findables if all(_holds(one, word) for word in split(query))}:
        return exact
    looked_for = {pair for word in split(query) for pair in pairs(without_fillers(word))}
    shared = {one.code: sum(_in_names(one, pair) for pair in looked_for) for one in findables}
    most = max(shared.values(), default=0)
    return {code for code, count in shared.items() if count and 2 * count >= most}


def _holds(one: Findable, word: str) -> bool:
    texts = [normal(text) for text in (one.name, one.everyday_name, one.code, one.elsewhere)]
    bare = without_fillers(word)
    return not bare or any(form in text for form in (word, bare) for text in texts)


def _in_names(one: Findable, pair: str) -> bool:
    return any(pair in normal(name) for name in (one.name, one.everyday_name))

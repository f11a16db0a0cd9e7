"""Finding a matter by the words people use for it."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_BREAKS = re.compile(r"[\s,，、。.;；:：/|()（）“”\"'!！?？+＋]+")
_FILLERS = re.compile(
    r"^(我要|我想|想要|请问|怎么样?|如何|哪里|在哪|需要)+|^(办理?|申请)(?=..)|(怎么办|怎么弄|流程|手续|办理)$"
)
EXACT, EXACT_EVERYDAY, CODE, PREFIX, IN_NAME, IN_EVERYDAY, ELSEWHERE = 100, 90, 85, 70, 50, 40, 15
LIKENESS = 30
ENOUGH, SOMETHING = 0.5, 0.01


@dataclass(frozen=True)
class Findable:
    """What one matter or bundle can be found by."""

    key: int
    code: str
    name: str
    everyday_name: str
    elsewhere: str


def rank(query: str, findables: Iterable[Findable]) -> list[int]:
    """Return the keys of what a query finds, best first. Every word must be found, in any order.

    A word is looked for as it stands, then without what people put around it (我要…, 怎么办…), and at last by
    its pairs of characters: half of them are enough, or where nothing else is found, one. An empty query
    finds everything, in the order given.
    """
    words = _words(query)
    findables = list(findables)
    return _ranked(words, findables, ENOUGH) or _ranked(words, findables, SOMETHING)


def words_of(query: str) -> list[tuple[str, str]]:
    """Return each word of a query as it stands, and without what people put around it."""
    return [(word, _bare(word)) for word in _words(query)]


def _words(query: str) -> list[str]:
    return [word for word in _BREAKS.split(_normal(query)) if word]


def _bare(word: str) -> str:
    return _FILLERS.sub("", _FILLERS.sub("", word))


def _ranked(words: list[str], findables: list[Findable], enough: float) -> list[int]:
    scored = ((_score(words, one, enough), one.key) for one in findables)
    found = [(score, key) for score, key in scored if score is not None]
    return [key for _, key in sorted(found, key=lambda pair: -pair[0])]


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _score(words: list[str], one: Findable, enough: float) -> float | None:
    texts = [_normal(text) for text in (one.name, one.everyday_name, one.code, one.elsewhere)]
    total = 0.0
    for word in words:
        score = _word_score(word, *texts, enough=enough)
        if score is None:
            return None
        total += score
    return total


def _word_score(
    word: str, name: str, everyday: str, code: str, elsewhere: str, *, enough: float
) -> float | None:
    bare = _bare(word)
    for said in (word, bare):
        if said and (score := _found(said, name, everyday, code, elsewhere)):
            return score
    if not bare:
        return 0.0
    pairs = {bare[at : at + 2] for at in range(len(bare) - 1)} if len(bare) > 2 else set()
    share = sum(pair in name or pair in everyday for pair in pairs) / max(len(pairs), 1)
    return LIKENESS * share if share >= enough else None


def _found(word: str, name: str, everyday: str, code: str, elsewhere: str) -> int:
    tests = (
        (EXACT, word == name),
        (EXACT_EVERYDAY, word in everyday.split("/")),
        (CODE, code.startswith(word)),
        (PREFIX, name.startswith(word)),
        (IN_NAME, word in name),
        (IN_EVERYDAY, word in everyday),
        (ELSEWHERE, word in elsewhere or word in code),
    )
    return next((score for score, true in tests if true), 0)

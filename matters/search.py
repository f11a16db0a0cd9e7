"""How words are found: a text as pairs of neighbouring characters, and what people type as questions to those pairs.

A text is indexed by its pairs with their places (`登记注` as 登记 and 记注), so that any part of it of two characters or
more is found as the phrase of its pairs; a single character is found as the beginning of a pair. A letter before each
pair says where it stands: A in the name, B in an everyday name, C in the code, D elsewhere. PostgreSQL's own weights
would not do, as its index does not hold them. Whole names stand behind a slash, which no word can hold, so that a whole
name or its beginning is found as quickly as a word.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import rjieba

_BREAKS = re.compile(r"[\s\0,，、。.;；:：/|()（）“”\"'!！?？+＋]+")
_FILLERS = re.compile(
    r"^(我要|我想|想要|请问|怎么样?|如何|哪里|在哪|需要)+|^(办理?|申请)(?=..)|(怎么办|怎么弄|流程|手续|办理)$"
)
_SAY_NOTHING = frozenset(
    [
        "什么",
        "怎么",
        "怎么办",
        "怎么弄",
        "怎样",
        "如何",
        "哪里",
        "哪些",
        "哪个",
        "哪儿",
        "多少",
        "多久",
        "需要",
        "可以",
        "能否",
        "是否",
        "请问",
        "想要",
        "办理",
        "申请",
        "手续",
        "流程",
        "材料",
        "一下",
    ]
)
_LONGEST = 200  # characters of a query that are looked at: as many as a name may have
_WHOLE = "/"
NAME, EVERYDAY, CODE, ELSEWHERE = "ABCD"
IN_NAMES = NAME + EVERYDAY
ANYWHERE = IN_NAMES + CODE + ELSEWHERE


def normal(text: str) -> str:
    """Return a text in the form in which it is indexed and looked for: one width, one case."""
    return unicodedata.normalize("NFKC", text).casefold()


def split(text: str) -> list[str]:
    """Return the words of a text or query: what stands between spaces, brackets and punctuation."""
    return [word for word in _BREAKS.split(normal(text)) if word]


def without_fillers(word: str) -> str:
    """Return a word without what people put around it: 我要办护照怎么办 is 护照."""
    return _FILLERS.sub("", _FILLERS.sub("", word))


def pairs(word: str) -> list[str]:
    """Return the pairs of neighbouring characters of a word."""
    return [word[at : at + 2] for at in range(len(word) - 1)]


def segments(word: str) -> list[str]:
    """Return the words in a word typed without spaces: 营业执照变更 is 营业执照 and 变更.

    Left out are question words and single characters, which say little alone.
    """
    return [part for part in rjieba.cut(word) if len(part) > 1 and part not in _SAY_NOTHING]


# --- the index ----------------------------------------------------------------------------------------------------


def vector(*, name: str, everyday_names: Iterable[str], code: str, elsewhere: Iterable[str]) -> str:
    """Return what one matter or bundle is found by, as PostgreSQL reads a tsvector."""
    text = _Vector()
    text.add(NAME, name)
    for everyday_name in everyday_names:
        text.add(EVERYDAY, everyday_name)
    text.add(CODE, code)
    for other in elsewhere:
        text.add(ELSEWHERE, other, whole=False)
    return str(text)


class _Vector:
    """Lexemes with their places; between two words is a gap, so that no phrase runs from one into the other."""

    def __init__(self) -> None:
        self._places: dict[str, list[int]] = {}
        self._next = 1

    def add(self, where: str, text: str, *, whole: bool = True) -> None:
        """Add the words of a text, and the whole of it where it is a name."""
        words = split(text)
        lexemes = [_WHOLE + " ".join(words)] if words and whole else []
        for word in words:
            lexemes += [*pairs(word), word[-1]]
        for place, lexeme in enumerate(lexemes, self._next):
            self._places.setdefault(where + lexeme, []).append(place)
        self._next += len(lexemes)

    def __str__(self) -> str:
        return " ".join(
            f"{_quoted(lexeme)}:{','.join(map(str, places)) if len(places) > 1 else places[0]}"
            for lexeme, places in self._places.items()
        )


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


# --- the query ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Query:
    """What was typed, as questions to the index (tsquery), the narrowest first; without words it finds everything."""

    typed: str

    @cached_property
    def words(self) -> list[tuple[str, str]]:
        """Each word as it stands and without fillers; one that is nothing but filler is left out."""
        words = ((word, without_fillers(word)) for word in split(self.typed[:_LONGEST]))
        return [(word, bare) for word, bare in words if bare]

    @property
    def tiers(self) -> list[str]:
        """The questions by which results are ordered: whole name, whole everyday name, beginning of the code, beginning
        of the name, then all words in the name, in the names, and anywhere. What answers one answers the last.
        """
        # A code has no characters but ASCII ones.
        code = [self._whole(CODE, ":*")] if all(word.isascii() for word, _ in self.words) else []
        return [
            self._whole(NAME),
            self._whole(EVERYDAY),
            *code,
            self._whole(NAME, ":*"),
            self._every(NAME),
            self._every(IN_NAMES),
            self.anywhere,
        ]

    @property
    def anywhere(self) -> str:
        """Every word stands somewhere, as typed or without fillers, in any order."""
        return self._every(ANYWHERE)

    @property
    def segmented(self) -> str | None:
        """All the words in every word stand somewhere; None where that asks nothing new."""
        found = [segments(bare) for _, bare in self.words]
        if all(parts in ([], [bare]) for parts, (_, bare) in zip(found, self.words, strict=True)):
            return None
        return _and(
            _and(map(_phrase, parts)) if parts else _said(word)
            for word, parts in zip(self.words, found, strict=True)
        )

    @property
    def alike(self) -> str | None:
        """At least one pair of one of the words stands in a name; None where that asks nothing new."""
        return _or(self.likeness) if len(self.pairs) > 1 or (len(self.words) > 1 and self.pairs) else None

    @property
    def pairs(self) -> list[str]:
        """The pairs of all the words, each once: the more of them in the names, the more alike."""
        return list(dict.fromkeys(pair for _, bare in self.words for pair in pairs(bare)))

    @property
    def likeness(self) -> list[str]:
        """The questions of which as many as possible should be answered by what is only alike."""
        return [_phrase(pair, IN_NAMES) for pair in self.pairs]

    def _whole(self, where: str, beginning: str = "") -> str:
        forms = (" ".join(form) for form in zip(*self.words, strict=True))
        return _or(_quoted(where + _WHOLE + form) + beginning for form in dict.fromkeys(forms))

    def _every(self, where: str) -> str:
        return _and(_said(word, where) for word in self.words)


def _said(word: tuple[str, str], where: str = ANYWHERE) -> str:
    return _or(_phrase(form, where) for form in dict.fromkeys(word))


def _phrase(word: str, where: str = ANYWHERE) -> str:
    # A code has no characters but ASCII ones.
    return _or(_phrase_in(place, word) for place in where if place != CODE or word.isascii())


def _phrase_in(place: str, word: str) -> str:
    if len(word) == 1:
        return f"{_quoted(place + word)}:*"
    return f"({' <-> '.join(_quoted(place + pair) for pair in pairs(word))})"


def _and(questions: Iterable[str]) -> str:
    return f"({' & '.join(questions)})"


def _or(questions: Iterable[str]) -> str:
    return f"({' | '.join(questions)})"

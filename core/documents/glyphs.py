"""Which characters the packaged fonts can show, and what stands for those they cannot.

PDF/A forbids a glyph that is missing, and one character must not keep a whole document from being made: it is
written as 〓, as printers always did, and the foot of the document names it. The data keeps the true text.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any, Literal

import pylopdf_fonts_zh_cn
import typst

STAND_IN = "〓"
STANDARDS: list[Literal["a-2a", "ua-1"]] = ["a-2a", "ua-1"]

# A letter with the marks and joiners that follow it; Hangul, Indic and emoji parts count one by one.
_CLUSTER = re.compile(
    "[^\u0300-\u036f\u200c\u200d\ufe00-\ufe0f][\u0300-\u036f\u200c\u200d\ufe00-\ufe0f]*|.", re.S
)
# Control characters, and those that turn the direction of what follows: a name must not rearrange the page.
_UNPRINTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_PROBE = b"""#set document(title: "probe")
#set text(font: ("Noto Serif SC", "Noto Sans SC"), lang: "zh", region: "cn")
#for each in json(bytes(sys.inputs.clusters)) [#each#parbreak()]"""


@lru_cache(maxsize=1)
def fonts() -> typst.Fonts:
    """Return the packaged fonts and those of typst (Latin, Greek, Cyrillic, Arabic).

    The machine's own are never used, so that a document looks alike everywhere.
    """
    folder = pylopdf_fonts_zh_cn.serif_path().parent
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(folder)])


def printable(value: Any) -> Any:
    """Return a value with every text in it freed of what is never printed: control and direction characters."""
    return _each_text(value, lambda text: _UNPRINTED.sub("", text))


def shown_by_fonts(texts: Iterable[str]) -> set[str]:
    """Return the clusters in the texts that some font can show under the standards; asking costs milliseconds."""
    return _shown(sorted({cluster for text in texts for cluster in _CLUSTER.findall(text)}))


def shown_everywhere(texts: Iterable[str]) -> set[str]:
    """Return the clusters in the texts that every Chinese font shows: the set of GB/T 2312."""
    return {cluster for text in texts for cluster in _CLUSTER.findall(text) if _is_common(cluster)}


def substituted(value: Any, choose: Callable[[list[str]], set[str]]) -> tuple[Any, list[str]]:
    """Return a value with 〓 for every cluster that is not chosen, and the names (U+20BB7) of what it stands for."""
    shown = choose(list(_texts(value)))
    missing: dict[str, None] = {}

    def replace(match: re.Match[str]) -> str:
        cluster = match.group()
        if cluster in shown:
            return cluster
        missing.update(dict.fromkeys(f"U+{ord(char):04X}" for char in cluster))
        return STAND_IN

    return _each_text(value, lambda text: _CLUSTER.sub(replace, text)), list(missing)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


def _each_text(value: Any, act: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return act(value)
    if isinstance(value, dict):
        return {key: _each_text(each, act) for key, each in value.items()}
    return [_each_text(each, act) for each in value] if isinstance(value, list | tuple) else value


def _shown(clusters: list[str]) -> set[str]:
    if not clusters or _can_show(clusters):
        return set(clusters)
    if len(clusters) == 1:
        return set()
    middle = len(clusters) // 2
    return _shown(clusters[:middle]) | _shown(clusters[middle:])


def _can_show(clusters: list[str]) -> bool:
    try:
        typst.compile(
            _PROBE,
            font_paths=fonts(),
            sys_inputs={"clusters": json.dumps(clusters, ensure_ascii=False)},
            pdf_standards=STANDARDS,
            timestamp=0,
        )
    except typst.TypstError:
        return False
    return True


def _is_common(cluster: str) -> bool:
    try:
        cluster.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True

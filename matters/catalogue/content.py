"""A guide's content read back: what stands in a version or a draft, by the names of the elements."""

from typing import Any

from matters.catalogue.fields import Entry, Findings, plain, read_entry
from matters.catalogue.format import MATTERS
from matters.catalogue.parsing import Values, fill_defaults
from matters.catalogue.reader import Document, Path, Place, label
from matters.catalogue.words import place_words
from matters.models import MatterVersion


class _Guide(Document):
    """A content as a document: people know its places by the names of the elements, not by lines and keys."""

    def where(self, path: Path) -> str:
        return place_words(label(path)) if path else "办事指南"


def read_content(content: dict[str, Any]) -> tuple[Entry, Findings]:
    """Return what a content says, and what is wrong with it; values that are wrong are left out of the entry."""
    place = Place(_Guide(content, {(): 0}, []), (), content)
    findings = Findings()
    entry = read_entry(place, MATTERS.shape, findings)
    fill_defaults(entry)
    return entry, findings


def elements(content: dict[str, Any]) -> Values:
    """Return the elements of a content by attribute, as checks, analyses and presenters read them.

    What a content leaves out has its empty value; what it must have and lacks, or has wrong, is missing.
    """
    entry, _ = read_content(content)
    return plain(entry)


def elements_of(version: MatterVersion) -> Values:
    """Return the elements of a version, read once per version object."""
    if not hasattr(version, "_elements"):
        version._elements = elements(version.content)  # type: ignore[attr-defined]
    return version._elements  # type: ignore[attr-defined]

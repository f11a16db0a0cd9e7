"""The questions about the applicant's situation (情形) that the matters of an application ask, and their answers.

Each case keeps the answers as its own guide calls them; whoever asks sees the questions of all the cases as one list.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from applications.models import Case
from matters import situations
from matters.catalogue.content import elements_of
from matters.enums import StepKind
from matters.models import MatterVersion, Step
from matters.situations import Answers


class Questions:
    """What some versions ask, each question once, with the answers of each (`own`, by matter code).

    Answers that a version does not offer, as those to an older version, count for nothing.
    """

    def __init__(self, versions: Iterable[MatterVersion], own: Mapping[str, Answers] | None = None) -> None:
        self.versions = {version.matter.code: version for version in versions}
        self.values = {code: elements_of(version) for code, version in self.versions.items()}
        self.joined = situations.joined(self.values)
        self.answers = situations.kept(self.joined.values, self._shared(own or {}))

    def _shared(self, own: Mapping[str, Answers]) -> dict[str, str]:
        given = {
            shared: own[code][key]
            for code, names in self.joined.names.items()
            for key, shared in names.items()
            if key in own.get(code, {})
        }
        return {key: answer for key, answer in given.items() if answer in self._labels[key]}

    @cached_property
    def _labels(self) -> dict[str, dict[str, str]]:
        return {one["key"]: situations.labels(one) for one in self.all}

    @property
    def all(self) -> list[dict[str, Any]]:
        return situations.asked_of(self.joined.values)

    @property
    def next(self) -> dict[str, Any] | None:
        """The question to ask now; None when nothing is left to ask."""
        return situations.next_question(self.joined.values, self.answers)

    @property
    def open(self) -> list[dict[str, Any]]:
        """Every question that these answers call for, answered or not: what can be asked at one sight."""
        return [one for one in self.all if situations.matches(one.get("when"), self.answers)]

    @property
    def words(self) -> list[dict[str, str]]:
        """Each answered question with its answer in words, in the order of the guides."""
        return [
            {"key": one["key"], "question": one["text"], "answer": self._labels[one["key"]][answer]}
            for one in self.all
            if (answer := self.answers.get(one["key"]))
        ]

    def given(self, answers: Answers) -> "Questions":
        """Return the same questions after these answers too; raises Invalid for one that is not asked or not offered."""
        situations.check(self.joined.values, answers)
        now = {**self.answers, **answers}
        return Questions(self.versions.values(), {code: self.joined.of(code, now) for code in self.versions})

    def taking(self, answers: Answers) -> "Questions":
        """Return the same questions after those of the answers that are offered: what an address says may be old."""
        offered = {key: answer for key, answer in answers.items() if answer in self._labels.get(key, {})}
        return self.given(offered)

    def of(self, code: str) -> dict[str, str]:
        """Return the answers as the guide of one matter calls them, those that it asks for."""
        return situations.kept(self.values[code], self.joined.of(code, self.answers))

    @property
    def own(self) -> dict[str, dict[str, str]]:
        return {code: self.of(code) for code in self.versions}


def questions_of(cases: Iterable[Case]) -> Questions:
    """Return what the cases of an application ask, with what was answered."""
    cases = list(cases)
    own = {case.version.matter.code: case.answers for case in cases}
    return Questions([case.version for case in cases], own)


def skipped_steps(case: Case, steps: Sequence[Step]) -> set[str]:
    """Return the keys of the steps that the answers of a case decide against; its decision is never one of them.

    Where a question was not answered, the steps that hang on it run.
    """
    found = [step for step in steps if step.when and step.kind != StepKind.DECIDE]
    if not found or not case.answers:
        return set()
    values = elements_of(case.version)
    return {step.key for step in found if situations.decided(values, step.when, case.answers) is False}

"""The applicant's situation (情形): which question comes next, and what applies once all are answered.

Pure functions over the elements of a guide. A question is asked only where its `when` matches the answers given
before it; a row without `when` applies always. Answers are keyed by question; those to questions that are no longer
asked (an earlier answer was changed) count for nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import Invalid

Values = Mapping[str, Any]
Answers = Mapping[str, str]
MOST_LEAVES = 1000


def matches(when: Mapping[str, Sequence[str]] | None, answers: Answers) -> bool:
    """Whether something applies: every question its selector names has one of the answers it wants."""
    return all(answers.get(question) in wanted for question, wanted in (when or {}).items())


def decided(values: Values, when: Mapping[str, Sequence[str]] | None, answers: Answers) -> bool | None:
    """Return whether something applies, or None while a question it hangs on may still be asked.

    What hangs on a question that is never asked in this situation does not apply. Raises Invalid as `check` does.
    """
    return _decided(when, {one["key"]: one for one in asked_of(values)}, kept(values, answers))


def check(values: Values, answers: Answers) -> None:
    """Raise Invalid for an answer to a question that the guide does not ask, or that it does not offer."""
    offered = {one["key"]: labels(one) for one in asked_of(values)}
    for question, answer in answers.items():
        if question not in offered:
            raise Invalid(
                "situation_unknown_question",
                "办事指南已经更新，这个问题不再需要回答，请重新选择情形。",
                field=question,
            )
        if answer not in offered[question]:
            choices = "、".join(offered[question].values())
            raise Invalid("situation_unknown_answer", f"没有这个答案，可选：{choices}。", field=question)


def path(values: Values, answers: Answers) -> dict[str, str]:
    """Return those of the answers that were asked for, in the order of asking; raises Invalid as `check` does."""
    check(values, answers)
    return _walk(asked_of(values), answers)[0]


def kept(values: Values, answers: Answers) -> dict[str, str]:
    """Return those of the answers whose questions they call for, whatever was left out before them.

    Where all is answered it is the same as `path`. Raises Invalid as `check` does.
    """
    check(values, answers)
    questions = asked_of(values)
    given: dict[str, str] = {}
    while more := {
        one["key"]: answers[one["key"]]
        for one in questions
        if one["key"] in answers and one["key"] not in given and matches(one.get("when"), given)
    }:
        given |= more
    return {one["key"]: given[one["key"]] for one in questions if one["key"] in given}


def next_question(values: Values, answers: Answers) -> dict[str, Any] | None:
    """Return the question to ask now, or None when everything has been answered; raises Invalid as `check` does."""
    check(values, answers)
    return _walk(asked_of(values), answers)[1]


def complete(values: Values, answers: Answers) -> bool:
    """Whether nothing is left to ask."""
    return next_question(values, answers) is None


@dataclass(frozen=True)
class Selected:
    """What applies in one situation."""

    materials: list[dict[str, Any]]
    steps: list[dict[str, Any]]
    presence: list[dict[str, Any]]


def selected(values: Values, answers: Answers) -> Selected:
    """Return the materials, steps and reasons to come that apply; what waits for an answer not given is left out.

    Raises Invalid as `check` does.
    """
    given = path(values, answers)
    return Selected(
        materials=[row for row in values.get("materials") or [] if matches(row.get("when"), given)],
        steps=[row for row in values.get("flow") or [] if matches(row.get("when"), given)],
        presence=[row for row in values.get("presence") or [] if matches(row.get("situations"), given)],
    )


def leaves(
    values: Values, given: Answers | None = None, *, most: int = MOST_LEAVES
) -> Iterator[dict[str, str]]:
    """Yield every way of answering all that is asked, at most `most` of them; what is given is answered so."""
    questions = asked_of(values)
    begun: list[dict[str, str]] = [{}]
    found = 0
    while begun and found < most:
        chosen, question = _walk(questions, {**(given or {}), **begun.pop()})
        if question is None:
            found += 1
            yield chosen
        else:
            begun += [chosen | {question["key"]: answer} for answer in reversed(labels(question))]


def conditions(values: Values, answers: Answers) -> list[str]:
    """Return the keys of the materials that not everybody needs and that these answers call for.

    They are what an application keeps as the conditions its applicant meets. Raises Invalid as `check` does.
    """
    return [row["key"] for row in selected(values, answers).materials if row.get("when")]


def asked_of(values: Values) -> list[dict[str, Any]]:
    """Return the questions of a guide that can be asked; a draft's half-written ones are left out."""
    return [one for one in values.get("situations") or [] if one.get("key") and labels(one)]


def labels(question: Values) -> dict[str, str]:
    """Return the answers a question offers, each with its words."""
    return {one["key"]: one.get("label", "") for one in question.get("answers") or [] if one.get("key")}


def in_words(values: Values, answers: Answers) -> list[dict[str, str]]:
    """Return each question asked so far with its answer in words, in the order of asking."""
    questions = {one["key"]: one for one in asked_of(values)}
    return [
        {"key": key, "question": questions[key].get("text", ""), "answer": labels(questions[key])[answer]}
        for key, answer in path(values, answers).items()
    ]


def _decided(
    when: Mapping[str, Sequence[str]] | None, questions: Mapping[str, Values], given: Answers
) -> bool | None:
    found = {_fits(question, wanted, questions, given) for question, wanted in (when or {}).items()}
    if False in found:
        return False
    return None if None in found else True


def _fits(key: str, wanted: Sequence[str], questions: Mapping[str, Values], given: Answers) -> bool | None:
    if key in given:
        return given[key] in wanted
    earlier = {
        name: one for name, one in questions.items() if name != key
    }  # a question never hangs on itself
    is_never_asked = key in questions and _decided(questions[key].get("when"), earlier, given) is False
    return False if is_never_asked else None


def _walk(questions: Iterable[Values], answers: Answers) -> tuple[dict[str, str], dict[str, Any] | None]:
    """Return the answers on the way, and the first question on it that has none."""
    given: dict[str, str] = {}
    while True:
        waiting = (one for one in questions if one["key"] not in given and matches(one.get("when"), given))
        question = next(waiting, None)
        if question is None:
            return given, None
        if question["key"] not in answers:
            return given, dict(question)
        given[question["key"]] = answers[question["key"]]


# --- several matters at once --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Joined:
    """The questions of several matters as one list; `names` says what each matter calls them."""

    values: dict[str, Any]
    names: Mapping[str, Mapping[str, str]]

    def of(self, matter: str, answers: Answers) -> dict[str, str]:
        """Return the answers as one matter, named by its code, calls them."""
        return {own: answers[shared] for shared, own in self._own(matter).items() if shared in answers}

    def _own(self, matter: str) -> dict[str, str]:
        return {shared: own for own, shared in self.names[matter].items()}


def joined(members: Mapping[str, Values]) -> Joined:
    """Return the questions of several matters, those that are equal in every word asked once.

    Members are elements by matter code. A key that two matters use for different questions is told apart by the code.
    """
    questions: dict[str, dict[str, Any]] = {}
    names: dict[str, dict[str, str]] = {}
    for code, values in members.items():
        names[code] = {}
        for question in asked_of(values):
            _add(question, code, names[code], questions)
        for own, shared in names[code].items():
            _rename_when(questions[shared], own, code, members[code], names[code])
    return Joined({"situations": list(questions.values())}, names)


def _add(question: Values, code: str, named: dict[str, str], questions: dict[str, dict[str, Any]]) -> None:
    key = question["key"]
    known = questions.get(key)
    # Only a question that hangs on no other is shared: its condition means the same in every matter.
    if known is not None and not (_words(known) == _words(question) and not question.get("when")):
        key = f"{code}.{key}"
    named[question["key"]] = key
    if key not in questions:
        questions[key] = {**question, "key": key}


def _rename_when(
    shared: dict[str, Any], own: str, code: str, values: Values, named: Mapping[str, str]
) -> None:
    question = next(one for one in asked_of(values) if one["key"] == own)
    if question.get("when"):
        shared["when"] = {named.get(key, key): wanted for key, wanted in question["when"].items()}


def _words(question: Values) -> tuple[Any, ...]:
    return question.get("text"), question.get("when") or {}, tuple(labels(question).items())

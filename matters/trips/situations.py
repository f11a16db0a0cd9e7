"""Which situations (情形) can occur in a matter, as far as they change what brings somebody to the counter."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from core.errors import Invalid
from matters import situations
from matters.trips.facts import Facts, Question, Selector, matches

Answers = Mapping[str, str]
Combination = tuple[tuple[str, frozenset[str]], ...]

MOST = 1000


@dataclass(frozen=True)
class Situation:
    """Those answers under which the same reasons hold: the narrowed facts, and the answers in words and keys.

    `label` is empty where the answers make no difference.
    """

    facts: Facts
    label: str
    answers: tuple[dict[str, list[str]], ...]


def situations_of(facts: Facts, answers: Answers | None = None) -> list[Situation]:
    """Return the situations that can occur under these answers, or under any where nothing was answered.

    Only questions that decide about a reason to come are looked at. Raises Invalid for an answer to a question
    that is none, or that its question does not offer, and where there are more than MOST combinations.
    """
    given = dict(answers or {})
    _check(facts.questions, given)
    asked = _deciding(facts)
    groups: dict[tuple[int, ...], list[Combination]] = {}
    for count, chosen in enumerate(_reachable(asked, given), start=1):
        if count > MOST:
            raise too_many()
        holding = tuple(
            place for place, reason in enumerate(facts.presence) if matches(reason.situations, chosen)
        )
        combination = ((one.key, frozenset({chosen[one.key]})) for one in asked if one.key in chosen)
        groups.setdefault(holding, []).append(tuple(combination))
    return [
        _situation(facts, asked, holding, combinations, alone=len(groups) == 1)
        for holding, combinations in groups.items()
    ]


def too_many() -> Invalid:
    """Return the refusal of a guide whose situations nobody can overlook."""
    return Invalid(
        "trips_too_many_situations",
        f"影响到场的情形组合超过 {MOST} 种，算不出到现场次数，请合并问题或减少答案。",
        field="situations",
    )


def _check(questions: Iterable[Question], given: Answers) -> None:
    known = {question.key: question for question in questions}
    for key, answer in given.items():
        if key not in known:
            raise Invalid("trips_unknown_question", _no_such_question(key, known.values()), field=key)
        if answer not in dict(known[key].answers):
            labels = "、".join(f"{offered}（{label}）" for offered, label in known[key].answers)
            raise Invalid(
                "trips_unknown_answer",
                f"“{known[key].text or key}”没有“{answer}”这个答案，可选：{labels}。",
                field=key,
            )


def _no_such_question(key: str, questions: Collection[Question]) -> str:
    if not questions:
        return f"没有“{key}”这个问题：这个事项不分情形，不用回答问题。"
    asked = "、".join(f"{one.key}（{one.text}）" for one in questions)
    return f"没有“{key}”这个问题，可以回答的是：{asked}。"


def _deciding(facts: Facts) -> list[Question]:
    """Return the questions on which a reason to come hangs, or on which such a question itself hangs."""
    by_key = {question.key: question for question in facts.questions}
    wanted: set[str] = set()
    waiting = {key for reason in facts.presence for key, _ in reason.situations}
    while waiting:
        key = waiting.pop()
        wanted.add(key)
        waiting |= {other for other, _ in by_key[key].when} - wanted
    return [question for question in facts.questions if question.key in wanted and question.answers]


def _reachable(asked: list[Question], given: Answers) -> Iterator[dict[str, str]]:
    """Yield every way of answering the questions that are asked; what is given is answered so."""
    questions = [
        {
            "key": one.key,
            "when": {key: sorted(wanted) for key, wanted in one.when},
            "answers": [{"key": key, "label": label} for key, label in one.answers],
        }
        for one in asked
    ]
    return situations.leaves({"situations": questions}, given, most=MOST + 1)


def _situation(
    facts: Facts, asked: list[Question], holding: tuple[int, ...], found: list[Combination], *, alone: bool
) -> Situation:
    combinations = _merged(found, [question.key for question in asked])
    return Situation(
        facts=replace(facts, presence=tuple(facts.presence[place] for place in holding)),
        label="" if alone else "；或".join(_words(one, asked) for one in combinations),
        answers=tuple({key: sorted(answers) for key, answers in one} for one in combinations),
    )


def _merged(found: list[Combination], keys: Iterable[str]) -> list[Combination]:
    """Return combinations that differ in one question only as one, question by question."""
    combinations = found
    for key in keys:
        alike: dict[Selector, frozenset[str]] = {}
        for one in combinations:
            rest = tuple(pair for pair in one if pair[0] != key)
            alike[rest] = alike.get(rest, frozenset()) | dict(one).get(key, frozenset())
        combinations = [(*rest, (key, answers)) if answers else rest for rest, answers in alike.items()]
    return combinations


def _words(combination: Combination, asked: list[Question]) -> str:
    """Return a combination in words, leaving out a question that any answer satisfies."""
    chosen = dict(combination)
    parts = [
        "或".join(label or key for key, label in question.answers if key in chosen[question.key])
        for question in asked
        if question.key in chosen and len(chosen[question.key]) < len(question.answers)
    ]
    return "、".join(parts) or "其他情形"

"""Whether everything in a guide applies in some situation (情形), and every step leads to the one decision."""

from collections.abc import Collection, Mapping, Sequence

from matters.catalogue.fields import Entry, Findings, plain
from matters.enums import StepKind
from matters.situations import MOST_LEAVES, Answers, in_words, labels, leaves, matches

AFTERWARDS = (StepKind.PAYOUT, StepKind.POST_CHECK)
"""What follows a decision; every other step prepares it."""

SELECTED = {
    "situations": "when",
    "materials": "when",
    "flow": "when",
    "pre_review": "when",
    "presence": "situations",
}
"""The parts of a guide of which answers select some, and the element that says by which."""

After = Mapping[str, Sequence[str]]


def check_reached(matter: Entry, findings: Findings) -> None:
    """Note what no situation calls for, a situation without decision, and steps that do not lead to it, with the path.

    For a matter whose questions, selectors and steps name nothing that is not there.
    """
    asked = {"situations": plain(matter.values.get("situations", []))}
    ways = list(leaves(asked))
    if len(ways) < MOST_LEAVES:
        _check_selected(matter, asked, ways, findings)
        _check_decided(matter, asked, ways, findings)
    _check_led_to(matter.values.get("flow", []), findings)


def _check_selected(
    matter: Entry, asked: Mapping[str, list], ways: Collection[Answers], findings: Findings
) -> None:
    for part, element in SELECTED.items():
        for row in matter.values.get(part, []):
            when = row.values.get(element)
            if when and not any(matches(when, way) for way in ways):
                said = "、".join(_chosen(asked, key, answers) for key, answers in when.items())
                findings.wrong(row.place.child(element), f"没有一种情形会走到这里：{said}")


def _chosen(asked: Mapping[str, list], key: str, answers: Sequence[str]) -> str:
    question = next((one for one in asked["situations"] if one.get("key") == key), {})
    known = labels(question)
    return f"“{question.get('text') or key}”选“{'”或“'.join(known.get(one) or one for one in answers)}”"


def _check_decided(
    matter: Entry, asked: Mapping[str, list], ways: Collection[Answers], findings: Findings
) -> None:
    for step in matter.values.get("flow", []):
        when = step.values.get("when")
        missed = next((way for way in ways if not matches(when, way)), None)
        if step.values.get("kind") == StepKind.DECIDE and missed is not None:
            said = "、".join(f"{one['question']}{one['answer']}" for one in in_words(asked, missed))
            findings.wrong(
                step.place.child("when"), f"有的情形没有决定环节：{said}。决定环节不能只在部分情形下有"
            )


def _check_led_to(flow: Sequence[Entry], findings: Findings) -> None:
    steps = {step.values["key"]: step for step in flow if "key" in step.values}
    after = {
        key: [one for one in step.values.get("after") or [] if one in steps] for key, step in steps.items()
    }
    decision = next((key for key, step in steps.items() if step.values.get("kind") == StepKind.DECIDE), None)
    if decision is None or any(step.values.get("kind") is None for step in flow):
        return
    before = _before(decision, after)
    for key, step in steps.items():
        if key == decision or step.values["kind"] in AFTERWARDS or key in before:
            continue
        if road := _road(decision, key, after):
            findings.wrong(
                step.place.child("after"),
                f"排在决定之后：{' → '.join(road)}。决定之后只能有“发放”和“承诺后核查”",
            )
        else:
            findings.wrong(
                step.place.child("key"), f"环节“{key}”没有通向决定“{decision}”：决定环节或它前面的环节要等它"
            )


def _before(key: str, after: After) -> set[str]:
    """Return all the steps that are finished before one begins."""
    found: set[str] = set()
    waiting = list(after[key])
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += after[one]
    return found


def _road(first: str, last: str, after: After) -> list[str]:
    """Return the steps from one to a later one, or nothing where the later does not wait for it."""
    roads = [[last]]
    seen = {last}
    for road in roads:
        for one in after[road[0]]:
            if one == first:
                return [one, *road]
            if one not in seen:
                seen.add(one)
                roads.append([one, *road])
    return []

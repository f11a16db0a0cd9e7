"""What one part of a catalogue says about another: names that must exist, flows that must be decided."""

from collections.abc import Collection, Iterable
from graphlib import CycleError, TopologicalSorter

from matters.catalogue.fields import Entry, Findings
from matters.catalogue.reader import Place
from matters.enums import StepKind


def check_unique(entries: Iterable[Entry], key: str, name: str, findings: Findings) -> None:
    """Note every entry whose `key` an earlier one carries already."""
    seen: dict[str, int] = {}
    for entry in entries:
        value = entry.values.get(key)
        if value in seen:
            findings.wrong(entry.place.child(key), f"{name}“{value}”重复，第 {seen[value]} 行已经用过")
        elif value is not None:
            seen[value] = entry.place.child(key).line


def check_matters(matters: Iterable[Entry], departments: Collection[str], findings: Findings) -> None:
    """Note every unknown department, repeated material, and flow that cannot run, of every matter."""
    for matter in matters:
        _known(matter, "department", departments, "部门", findings)
        _known_list(matter, "joint_departments", departments, "部门", findings)
        check_unique(matter.values.get("materials", []), "key", "材料键", findings)
        _check_steps(matter.values.get("pre_review", []), departments, findings)
        flow = matter.values.get("flow")
        if flow is not None:
            _check_steps(flow, departments, findings)
            _check_one_decision(matter.place.child("flow"), flow, findings)


def check_bundles(
    bundles: Iterable[Entry], departments: Collection[str], matters: Collection[str], findings: Findings
) -> None:
    """Note every unknown member or department, and dependencies that cannot be followed, of every bundle."""
    for bundle in bundles:
        _known(bundle, "lead_department", departments, "部门", findings)
        members = bundle.values.get("members", [])
        if "members" in bundle.values and not members:
            findings.wrong(bundle.place.child("members"), "至少要有一个成员事项")
        check_unique(members, "matter", "成员事项", findings)
        for member in members:
            _known(member, "matter", matters, "事项", findings)
        _check_dependencies(
            bundle, [one.values["matter"] for one in members if "matter" in one.values], findings
        )


def _known(entry: Entry, key: str, known: Collection[str], name: str, findings: Findings) -> None:
    value = entry.values.get(key)
    if value is not None and value not in known:
        findings.wrong(entry.place.child(key), f"{name}“{value}”不存在{_offer(known)}")


def _known_list(entry: Entry, key: str, known: Collection[str], name: str, findings: Findings) -> None:
    for value in entry.values.get(key) or []:
        if value not in known:
            findings.wrong(entry.place.child(key), f"{name}“{value}”不存在{_offer(known)}")


def _offer(known: Collection[str]) -> str:
    """Name what could have been meant, where the list is short enough to be read."""
    return f"，可选：{'、'.join(known)}" if 0 < len(known) <= 30 else "，请先在目录中加入"


def _check_steps(steps: list[Entry], departments: Collection[str], findings: Findings) -> None:
    check_unique(steps, "key", "环节键", findings)
    keys = [step.values["key"] for step in steps if "key" in step.values]
    for step in steps:
        _known(step, "department", departments, "部门", findings)
        _known_list(step, "after", keys, "环节", findings)
        if step.values.get("kind") == StepKind.INSPECT and (step.values.get("staff_min") or 2) < 2:
            findings.wrong(
                step.place.child("staff_min"), "现场核查须两人以上，这里至少填 2（可不填，默认 2）"
            )
    after = {step.values["key"]: step.values.get("after", []) for step in steps if "key" in step.values}
    if steps:
        _check_no_cycle(steps[0].place, after, "环节首尾相接成环", findings)


def _check_one_decision(place: Place, flow: list[Entry], findings: Findings) -> None:
    decisions = [step for step in flow if step.values.get("kind") == StepKind.DECIDE]
    if not decisions:
        findings.wrong(place, "没有决定环节（kind 为 decide），须有且只有一个")
    for extra in decisions[1:]:
        findings.wrong(extra.place.child("kind"), "决定环节只能有一个，前面已有决定环节")


def _check_dependencies(bundle: Entry, members: Collection[str], findings: Findings) -> None:
    waits: dict[str, list[str]] = {}
    seen: set[tuple[str, str]] = set()
    for dependency in bundle.values.get("dependencies", []):
        for key in ("first", "then"):
            code = dependency.values.get(key)
            if code is not None and code not in members:
                findings.wrong(
                    dependency.place.child(key), f"事项“{code}”不是本一件事的成员，可选：{'、'.join(members)}"
                )
        if {"first", "then"} <= dependency.values.keys():
            pair = (dependency.values["first"], dependency.values["then"])
            if pair in seen:
                findings.wrong(dependency.place, f"先后关系“{pair[0]} → {pair[1]}”重复")
            seen.add(pair)
            waits.setdefault(pair[1], []).append(pair[0])
    _check_no_cycle(bundle.place.child("dependencies"), waits, "先后关系首尾相接成环", findings)


def _check_no_cycle(place: Place, after: dict[str, list[str]], sentence: str, findings: Findings) -> None:
    try:
        TopologicalSorter(after).prepare()
    except CycleError as cycle:
        findings.wrong(place, f"{sentence}：{' → '.join(cycle.args[1])}")

"""What one part of a catalogue says about another: names that must exist, flows that must be decided."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from matters.catalogue.fields import Entry, Findings
from matters.catalogue.reaching import check_reached
from matters.catalogue.reader import Place
from matters.enums import Countersign, JoinPolicy, StepKind
from matters.joining import OPINIONS, join_fault


@dataclass(frozen=True)
class Known:
    """The codes a catalogue may speak of: those of the file itself and those known already."""

    departments: Collection[str]
    matters: Collection[str]
    main_items: Collection[str] = ()
    service_points: Collection[str] = ()


def check_unique(entries: Iterable[Entry], key: str, name: str, findings: Findings) -> None:
    """Note every entry whose `key` an earlier one carries already."""
    seen: dict[str, Place] = {}
    for entry in entries:
        value = entry.values.get(key)
        if not value:
            continue
        if value in seen:
            findings.wrong(entry.place.child(key), f"{name}“{value}”重复，第 {seen[value].line} 行已经用过")
        else:
            seen[value] = entry.place.child(key)


def check_main_items(main_items: Iterable[Entry], known: Known, findings: Findings) -> None:
    """Note every unknown department of the main items."""
    for main_item in main_items:
        _known(main_item, "department", known.departments, "部门", findings)


def check_matters(matters: Iterable[Entry], known: Known, findings: Findings) -> None:
    """Note whatever a matter names that is not there, and every flow or question tree that cannot be followed."""
    for matter in matters:
        check_matter(matter, known, findings)


def check_matter(matter: Entry, known: Known, findings: Findings) -> None:
    """Note every unknown name, repeated material, and flow or question tree that cannot be followed, of one matter."""
    faults = len(findings.faults)
    _known(matter, "department", known.departments, "部门", findings)
    _known_list(matter, "joint_departments", known.departments, "部门", findings)
    _known_list(matter, "service_points", known.service_points, "网点", findings)
    if matter.values.get("main_item"):
        _known(matter, "main_item", known.main_items, "大项", findings)
    check_elements(matter, findings)
    _check_steps(matter.values.get("pre_review", []), known.departments, findings)
    flow = matter.values.get("flow")
    if flow is not None:
        _check_steps(flow, known.departments, findings)
        _check_one_decision(matter.place.child("flow"), flow, findings)
    if len(findings.faults) == faults:
        check_reached(matter, findings)


def check_elements(guide: Entry, findings: Findings) -> None:
    """Note repeated materials and a question tree that cannot be followed: what holds of a template as of a guide."""
    check_unique(guide.values.get("materials", []), "key", "材料键", findings)
    _check_situations(guide, findings)


def check_bundles(bundles: Iterable[Entry], known: Known, findings: Findings) -> None:
    """Note every unknown member or department, and dependencies that cannot be followed, of every bundle."""
    for bundle in bundles:
        _known(bundle, "lead_department", known.departments, "部门", findings)
        if bundle.values.get("industry_department"):
            _known(bundle, "industry_department", known.departments, "部门", findings)
        members = bundle.values.get("members", [])
        if "members" in bundle.values and not members:
            findings.wrong(bundle.place.child("members"), "至少要有一个成员事项")
        check_unique(members, "matter", "成员事项", findings)
        for member in members:
            _known(member, "matter", known.matters, "事项", findings)
        _check_dependencies(
            bundle, [one.values["matter"] for one in members if "matter" in one.values], findings
        )


def _check_situations(matter: Entry, findings: Findings) -> None:
    """Note questions (情形) that cannot be reached, and whatever applies in a situation that does not exist."""
    questions = matter.values.get("situations", [])
    check_unique(questions, "key", "问题键", findings)
    offered = {one.values["key"]: _answer_keys(one) for one in questions if "key" in one.values}
    for question in questions:
        answers = question.values.get("answers", [])
        if len(answers) < 2:
            findings.wrong(question.place.child("answers"), "一个问题至少要有两个答案")
        check_unique(answers, "key", "答案键", findings)
        _check_selector(question, "when", offered, findings)
    for part in ("materials", "flow", "pre_review"):
        for row in matter.values.get(part, []):
            _check_selector(row, "when", offered, findings)
    for row in matter.values.get("presence", []):
        _check_selector(row, "situations", offered, findings)
    asked_after = {
        one.values["key"]: list(one.values.get("when", {})) for one in questions if "key" in one.values
    }
    _check_no_cycle(matter.place.child("situations"), asked_after, "问题互为前提，谁也问不到", findings)


def _answer_keys(question: Entry) -> list[str]:
    return [one.values["key"] for one in question.values.get("answers", []) if "key" in one.values]


def _check_selector(row: Entry, key: str, offered: Mapping[str, list[str]], findings: Findings) -> None:
    for question, answers in row.values.get(key, {}).items():
        if question not in offered:
            findings.wrong(row.place.child(key), f"问题“{question}”不存在{_offer(offered)}")
            continue
        for answer in answers:
            if answer not in offered[question]:
                findings.wrong(
                    row.place.child(key),
                    f"问题“{question}”没有答案“{answer}”{_offer(offered[question])}",
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
        if step.values.get("kind") == StepKind.SPECIAL and "days" in step.values and not step.values["days"]:
            findings.wrong(
                step.place.child("days"),
                f"特别程序“{step.values.get('name', '')}”须有时限：它到期自动结束，申请人要事先知道需要多久",
            )
    _check_joins(steps, findings)
    after = {step.values["key"]: step.values.get("after", []) for step in steps if "key" in step.values}
    if steps and len(after) == len(keys):  # of two steps with one key nobody knows which is waited for
        _check_no_cycle(steps[0].place, after, "环节首尾相接成环", findings)


def _check_joins(steps: list[Entry], findings: Findings) -> None:
    by_key = {step.values["key"]: step for step in steps if "key" in step.values}
    for step in steps:
        values = step.values
        if values.get("countersign", Countersign.NEVER) != Countersign.NEVER and values.get("kind") not in (
            StepKind.DECIDE,
            None,
        ):
            findings.wrong(step.place.child("countersign"), "只有决定环节才有负责人核签，请删去")
        if not {"join", "lead", "after"} <= values.keys():
            continue
        element, fault = join_fault(values["join"], lead=values["lead"], after=values["after"])
        if fault:
            findings.wrong(step.place.child(element), fault)
        elif values["join"] != JoinPolicy.ALL:
            _check_joined(step, [by_key[key] for key in values["after"] if key in by_key], findings)


def _check_joined(step: Entry, before: list[Entry], findings: Findings) -> None:
    """Note steps that a join may not end early or go on without."""
    policy, lead = JoinPolicy(step.values["join"]), step.values["lead"]
    for one in before:
        name = one.values.get("name") or one.values["key"]
        if one.values.get("kind") not in (*OPINIONS, None):
            findings.wrong(
                step.place.child("join"),
                f"“{policy.label}”的前置环节只能是审查、现场核查或会签，“{name}”不是；请改为全部完成后开始",
            )
        elif policy == JoinPolicy.LEAD and one.values["key"] != lead and one.values.get("days") is None:
            findings.wrong(one.place.child("days"), f"协办环节“{name}”须有时限：逾期未提意见的视为无意见")


def _check_one_decision(place: Place, flow: list[Entry], findings: Findings) -> None:
    decisions = [step for step in flow if step.values.get("kind") == StepKind.DECIDE]
    if not decisions and all("kind" in step.values for step in flow):
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

"""How a step that waits for several is released, in words: what the guide, the editor and the task page say alike."""

from collections.abc import Collection

from matters.enums import JoinPolicy, StepKind

OPINIONS = (StepKind.REVIEW, StepKind.INSPECT, StepKind.CONSULT)
"""The kinds of steps that others may end early or go on without: opinions. Publicity, decisions, money are not."""


def join_text(policy: str, *, lead: str = "") -> str:
    """Return what a join policy means; `lead` is the name of the leading step. Empty for the plain one, all."""
    return {
        JoinPolicy.ANY: "前面任一环节通过即开始，其余不再办理；全部未通过的，也进入本环节",
        JoinPolicy.VETO: "前面环节一票否决：任一不通过，其余不再办理，不得准予",
        JoinPolicy.LEAD: f"以主办环节“{lead}”的意见为准；协办逾期未提意见的，视为无意见",
    }.get(JoinPolicy(policy), "")


def join_fault(policy: str, *, lead: str, after: Collection[str]) -> tuple[str, str]:
    """Return the element of a join that cannot be followed and what is wrong with it; two empty texts if it can."""
    if policy == JoinPolicy.LEAD and lead not in after:
        offered = "、".join(after) or "（还没有前置环节）"
        return "lead", f"主办协办要指明主办环节，且是前置环节之一，可选：{offered}"
    if policy != JoinPolicy.LEAD and lead:
        return "lead", "只有汇合方式是“主办协办”的才填主办环节，请删去或改汇合方式"
    if policy != JoinPolicy.ALL and len(after) < 2:
        return "join", "只等一个环节的，没有汇合；请删去汇合方式，或写齐前置环节"
    return "", ""

"""What the applicant is told of each act: a sentence, or nothing where it is the departments' inner life.

Every act of the machine's table stands here; a test holds it. One that is missing is told nobody but staff.
"""

from dataclasses import dataclass

from applications import machine


@dataclass(frozen=True)
class Told:
    """What an act means to the applicant; what it says of the decision or the reasons only where `with_note`.

    `stopped` is whether something ends that the applicant had hoped for.
    """

    sentence: str
    with_note: bool = False
    stopped: bool = False


INNER = None

TOLD: dict[tuple[str, str], Told | None] = {
    ("application", "submit"): Told("窗口会在期限内告诉您是否受理。"),
    ("application", "ask_correction"): Told("窗口已把要补正的内容一次列全，请在期限内补正。"),
    ("application", "answer_correction"): Told("补正已收到，窗口接着审核。"),
    ("application", "lapse"): Told("到期没有收到补正，可以重新申请。", stopped=True),
    ("application", "accept"): Told("办理时限从现在起算，各部门由系统流转，不用您跑。"),
    ("application", "refuse"): Told("", with_note=True, stopped=True),
    ("application", "withdraw"): Told("", with_note=True, stopped=True),
    ("application", "close"): Told("全部结果都已送到。"),
    ("case", "start"): Told("部门开始办理，时限从现在起算。"),
    ("case", "wait"): INNER,  # the matter itself says what it waits for
    ("case", "refuse"): Told("", with_note=True, stopped=True),
    ("case", "grant"): Told("已批准，正在制作结果。"),
    ("case", "deny"): Told("", with_note=True, stopped=True),
    ("case", "simulate"): Told("已出具模拟审批意见，补齐前置条件后转为正式决定。"),
    ("case", "supply"): Told("补齐的材料已交，部门核对，办理时限从现在重新起算。"),
    ("case", "return_supply"): Told("", with_note=True),
    ("case", "convert"): Told("前置条件已补齐，模拟意见转为准予决定，正在制作结果。"),
    ("case", "reopen"): Told("", with_note=True),
    ("case", "revoke"): Told("", with_note=True, stopped=True),
    ("case", "not_proceed"): Told("", with_note=True, stopped=True),
    ("case", "withdraw"): Told("", with_note=True, stopped=True),
    ("reviewtask", "receipt"): INNER,
    ("reviewtask", "claim"): INNER,
    ("reviewtask", "assign"): INNER,
    ("reviewtask", "transfer"): INNER,
    ("reviewtask", "put_back"): INNER,
    ("reviewtask", "complete"): Told("这一环节已经办完。"),
    ("reviewtask", "pay"): Told("", with_note=True),
    ("reviewtask", "fail_payment"): Told("银行这次没有发放成功，部门会再次发放。", with_note=True),
    ("reviewtask", "order_mending"): Told("核查发现没有达到您承诺的条件。", with_note=True),
    ("reviewtask", "send_back"): Told("前面的环节需要重新办理，不用您补交任何东西。"),
    ("reviewtask", "skip"): Told("您的办件不需要这一环节。"),
    ("reviewtask", "reroute"): INNER,
    ("reviewtask", "elapse"): Told("期限已满，自动进入下一环节。"),
    ("reviewtask", "cancel"): INNER,
    # The application's own acts tell the same.
    ("correction", "answer"): INNER,
    ("correction", "lapse"): INNER,
    ("correction", "cancel"): INNER,
    # What departments ask each other.
    ("consultation", "answer"): INNER,
    ("consultation", "lapse"): INNER,
    ("consultation", "cancel"): INNER,
    ("decisiondraft", "revise"): INNER,
    ("decisiondraft", "send"): INNER,
    ("decisiondraft", "countersign"): INNER,
    ("decisiondraft", "return"): INNER,
    ("decisiondraft", "issue"): INNER,
    ("decisiondraft", "drop"): INNER,
    ("delivery", "send"): Told("结果已由政务专递寄出。"),
    ("delivery", "hand_over"): Told("结果已在窗口交给领取人。"),
    ("delivery", "deliver"): Told("结果已经送到。"),
    # The courier's own events tell the same.
    ("shipment", "book"): INNER,
    ("shipment", "send"): INNER,
    ("shipment", "receive"): INNER,
    ("shipment", "cancel"): INNER,  # the revocation tells why
    # What the supervisors say to a department is no news of the application.
    ("card", "issue"): INNER,
    ("card", "dismiss"): INNER,
    ("card", "appeal"): INNER,
    ("card", "uphold"): INNER,
    ("card", "withdraw"): INNER,
}


# Records that lie beside a case: their acts would read like the case's own (撤销, 答复, 作废).
BESIDE = {"card": "监察牌", "consultation": "征询意见", "decisiondraft": "决定拟稿"}


def titled(record: str, act: str) -> str:
    """Return what staff call an act of a record (its model name) in a timeline of many: 受理, 监察牌：撤销."""
    label = machine.label_of(record, act)
    return f"{BESIDE[record]}：{label}" if record in BESIDE else label


def told(record: str, act: str) -> Told | None:
    """Return what the applicant is told of an act of a record (its model name); None for nothing."""
    return TOLD.get((record, act))

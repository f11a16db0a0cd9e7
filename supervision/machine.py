"""The transitions of a card; made by the same function, shown in the same diagram."""

from applications.machine import DEPARTMENT, NOBODY, Transition, declare
from supervision.enums import CardStatus as S
from supervision.models import Card

SUPERVISOR = "效能监督"

declare(
    Card,
    (
        Transition("issue", "发牌", (S.PROPOSED,), S.ISSUED),
        Transition("dismiss", "不予发牌", (S.PROPOSED,), S.DISMISSED),
        Transition("appeal", "申诉", (S.ISSUED,), S.APPEALED),
        Transition("uphold", "维持", (S.APPEALED,), S.UPHELD),
        Transition("withdraw", "撤销", (S.ISSUED, S.APPEALED), S.WITHDRAWN),
    ),
    owners={
        S.PROPOSED: SUPERVISOR,
        S.DISMISSED: NOBODY,
        S.ISSUED: DEPARTMENT,
        S.APPEALED: SUPERVISOR,
        S.UPHELD: NOBODY,
        S.WITHDRAWN: NOBODY,
    },
    application_of=lambda card: card.application,
)

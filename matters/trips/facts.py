"""The facts of one matter that decide how often somebody must come, read from the elements of its guide."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from matters.enums import (
    CaseType,
    HandlingForm,
    PresenceBy,
    PresenceNeed,
    PresenceWaiver,
    PresenceWhen,
    StepKind,
)

Values = Mapping[str, Any]
Selector = tuple[tuple[str, frozenset[str]], ...]

ONLINE = (HandlingForm.WEB, HandlingForm.MOBILE)
MAIL_TO_APPLICANT = "邮政快递（政务专递）"
# Ways of getting the result for which nobody comes to a counter. What is not named here is fetched: a promise
# is not to rest on words that nobody has judged.
BROUGHT = ("上门送达", "上门服务", "电子送达", "银行代发", "短信告知", "APP 通知")
FIRST, RENEWAL = "first", "renewal"


@dataclass(frozen=True)
class Reason:
    """Why somebody must come (到场事由), who, when, what waives it, and in which situations it holds."""

    need: PresenceNeed | None
    by: PresenceBy
    when: PresenceWhen
    waived_by: tuple[PresenceWaiver, ...]
    situations: Selector
    text: str = ""

    def waivers(self, channel: HandlingForm, *, mail_in: bool) -> tuple[PresenceWaiver, ...]:
        """Return what can take the place of coming for whoever files by this channel.

        An electronic signature needs an electronic form, so it serves online filing alone; the post serves if
        the matter takes materials by mail; the others are acts of their own and go with every channel. 换发 is
        a situation, not a choice, and waives nothing here.
        """
        usable = {
            PresenceWaiver.E_SIGNATURE: channel in ONLINE,
            PresenceWaiver.MAIL: mail_in,
            PresenceWaiver.RENEWAL: False,
        }
        return tuple(waiver for waiver in self.waived_by if usable.get(waiver, True))


@dataclass(frozen=True)
class Question:
    """One question about the applicant's situation (情形); asked only where `when` matches earlier answers."""

    key: str
    text: str
    when: Selector
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Facts:
    """What the analysis knows of one matter.

    `delivery` are the ways of getting the result that need no coming, `fetched` says that one may (or must)
    fetch it; where both are empty there is nothing to hand over. `published` is the figure of the guide.
    """

    code: str
    name: str
    result: str
    channels: tuple[HandlingForm, ...]
    presence: tuple[Reason, ...]
    questions: tuple[Question, ...]
    instant: bool
    inspected: bool
    inspected_before: bool
    mail_in: bool
    delivery: tuple[str, ...]
    fetched: bool
    corrections: tuple[HandlingForm, ...]
    published: int | None = None
    exception_listed: bool = False

    @classmethod
    def of(cls, values: Values) -> "Facts":
        """Return the facts that stand in a guide's elements, be it published or half a draft.

        What a draft leaves out counts as not offered.
        """
        mail_in = values.get("materials_by_mail") is not False
        questions, presence = _situations(values)
        delivery, fetched = _delivery(values)
        return cls(
            code=values.get("code", ""),
            name=values.get("name", ""),
            result=values.get("result_name", ""),
            channels=_forms(values.get("handling_forms"), mail_in=mail_in),
            presence=presence,
            questions=questions,
            instant=values.get("case_type") == CaseType.INSTANT,
            inspected=bool(values.get("on_site_inspection")),
            inspected_before=_has_inspection(values.get("pre_review")),
            mail_in=mail_in,
            delivery=delivery,
            fetched=fetched,
            corrections=_forms(values.get("correction_channels"), mail_in=mail_in),
            published=values.get("max_trips"),
            exception_listed=bool(values.get("exception_listed")),
        )

    def on_the_spot(self, channel: HandlingForm) -> bool:
        """Whether who has come with everything leaves with the result (即办件).

        Where officials must look at a place first, that is so only if they do it before, on what was filed from
        afar (受理前预审).
        """
        looked_at = not self.inspected or (self.inspected_before and channel != HandlingForm.WINDOW)
        return self.instant and looked_at


def matches(selector: Selector, answers: Mapping[str, str]) -> bool:
    """Whether a selector holds for the answers given: every question it names has one of its answers."""
    return all(answers.get(question) in wanted for question, wanted in selector)


def _forms(forms: Iterable[int] | None, *, mail_in: bool) -> tuple[HandlingForm, ...]:
    offered = (HandlingForm(form) for form in forms or ())
    return tuple(dict.fromkeys(form for form in offered if mail_in or form != HandlingForm.MAIL))


def _has_inspection(steps: Iterable[Values] | None) -> bool:
    return any(step.get("kind") == StepKind.INSPECT for step in steps or ())


def _delivery(values: Values) -> tuple[tuple[str, ...], bool]:
    """Return the ways in which the result comes by itself, and whether it can or must be fetched."""
    options = values.get("delivery_options") or []
    said = values.get("result_by_mail")
    mailed = values.get("express_supported") if said is None else said
    brought = [one for one in options if one in BROUGHT or (one == MAIL_TO_APPLICANT and mailed)]
    if values.get("e_certificate"):
        brought.append("电子证照")
    fetched = any(one not in BROUGHT and one != MAIL_TO_APPLICANT for one in options)
    return tuple(brought), fetched or bool(options and not brought)


def _situations(values: Values) -> tuple[tuple[Question, ...], tuple[Reason, ...]]:
    """Return the questions and reasons; what 换发 waives becomes a question of its own where none asks it."""
    rows = [row for row in values.get("situations") or [] if row.get("key")]
    known = {row["key"]: _answers(row) for row in rows}
    questions = [
        Question(key, row.get("text", ""), _selector(row.get("when"), known), tuple(known[key].items()))
        for key, row in ((row["key"], row) for row in rows)
    ]
    reasons = [_reason(row, known) for row in values.get("presence") or []]
    if not any(_left_to_renewal(reason) for reason in reasons):
        return tuple(questions), tuple(reasons)
    asked = _renewal_question(known)
    only_first = ((asked.key, frozenset({FIRST})),)
    narrowed = [replace(one, situations=only_first) if _left_to_renewal(one) else one for one in reasons]
    return (*questions, asked), tuple(narrowed)


def _answers(row: Values) -> dict[str, str]:
    return {one["key"]: one.get("label", "") for one in row.get("answers") or [] if one.get("key")}


def _reason(row: Values, known: Mapping[str, Mapping[str, str]]) -> Reason:
    need = row.get("need")
    return Reason(
        need=PresenceNeed(need) if need else None,
        by=PresenceBy(row.get("by") or PresenceBy.APPLICANT),
        when=PresenceWhen(row.get("when") or PresenceWhen.FILING),
        waived_by=tuple(PresenceWaiver(waiver) for waiver in row.get("waived_by") or ()),
        situations=_selector(row.get("situations"), known),
        text=row.get("reason", ""),
    )


def _selector(said: Mapping[str, Iterable[str]] | None, known: Mapping[str, Mapping[str, str]]) -> Selector:
    """Return a selector without questions and answers that do not exist: they can spare nobody a trip."""
    named = (
        (question, known.get(question, {}).keys() & answers) for question, answers in (said or {}).items()
    )
    return tuple((question, frozenset(answers)) for question, answers in named if answers)


def _left_to_renewal(reason: Reason) -> bool:
    return PresenceWaiver.RENEWAL in reason.waived_by and not reason.situations


def _renewal_question(known: Mapping[str, Any]) -> Question:
    key = "renewal"
    while key in known:
        key += "_"
    return Question(key, "首次申请还是换发？", (), ((FIRST, "首次申请"), (RENEWAL, "换发")))

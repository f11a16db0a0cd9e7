"""How often somebody must come: three figures, and every road behind them.

*Least*: the best channel with the best choices. *Promise*: whatever channel the applicant files by, its best
continuation; the largest of these, so that nobody is sent more often for having chosen the wrong door. *Worst*:
the promise when one correction is asked on the way. What applicants choose is theirs to choose well; what they
are (情形) is not, so figures are given for every situation, and a promise holds only if it holds in all.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, product
from typing import Any

from core.errors import Invalid
from matters.enums import HandlingForm
from matters.trips.facts import Facts, Values
from matters.trips.routes import Route, routes
from matters.trips.situations import MOST, Answers, Situation, situations_of, too_many

Order = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ChannelFigures:
    """The best that can follow on one filing channel, and the best when one correction is asked."""

    channel: HandlingForm
    best: Route
    corrected: Route

    def as_dict(self) -> dict[str, Any]:
        return {
            "channel": self.channel.value,
            "channel_name": self.channel.label,
            "trips": self.best.trips,
            "trips_corrected": self.corrected.trips,
        }


@dataclass(frozen=True)
class SituationFigures:
    """The figures of one situation; `label` is empty where there is only one.

    `answers` are the answers that lead here, by question (in a bundle by matter code, then question); `routes` all roads without a correction, the best
    first; `channels` one entry for each filing channel, the best first.
    """

    label: str
    answers: tuple[Mapping[str, Any], ...]
    routes: tuple[Route, ...]
    channels: tuple[ChannelFigures, ...]

    @property
    def least(self) -> int:
        return min(one.best.trips for one in self.channels)

    @property
    def promise(self) -> int:
        return max(one.best.trips for one in self.channels)

    @property
    def worst(self) -> int:
        return max(one.corrected.trips for one in self.channels)

    @property
    def earns_zero(self) -> bool:
        return self.least == 0

    @property
    def earns_once(self) -> bool:
        return self.promise <= 1

    def as_dict(self) -> dict[str, Any]:
        return {
            "label": self.label,
            "answers": [dict(one) for one in self.answers],
            "least": self.least,
            "promise": self.promise,
            "worst": self.worst,
            "channels": [one.as_dict() for one in self.channels],
        }


@dataclass(frozen=True)
class Analysis:
    """The figures over all situations that can occur, with the roads behind them.

    `least` is what the best placed applicant can do, `floor` what every applicant can: they differ where a
    situation changes it. 零跑 is earned where `floor` is 0, 最多跑一次 where `promise` is at most 1.
    """

    name: str
    situations: tuple[SituationFigures, ...]

    @cached_property
    def least(self) -> int:
        return min(one.least for one in self.situations)

    @cached_property
    def floor(self) -> int:
        return max(one.least for one in self.situations)

    @cached_property
    def promise(self) -> int:
        return max(one.promise for one in self.situations)

    @cached_property
    def worst(self) -> int:
        return max(one.worst for one in self.situations)

    @property
    def earns_zero(self) -> bool:
        return self.floor == 0

    @property
    def earns_once(self) -> bool:
        return self.promise <= 1

    @property
    def differs(self) -> bool:
        """Whether situations change a figure."""
        return len({(one.least, one.promise, one.worst) for one in self.situations}) > 1

    @cached_property
    def routes(self) -> tuple[Route, ...]:
        """Every road without a correction, fewest trips first."""
        found = [route for situation in self.situations for route in situation.routes]
        return tuple(sorted(found, key=lambda route: route.trips))

    @cached_property
    def corrected(self) -> tuple[Route, ...]:
        """For each situation and channel the best road when one correction is asked, fewest trips first."""
        found = [one.corrected for situation in self.situations for one in situation.channels]
        return tuple(sorted(found, key=lambda route: route.trips))

    @cached_property
    def derivation(self) -> dict[str, str]:
        """How each figure follows, in a sentence."""
        return {
            "least": _least_sentence(self),
            "promise": _by_channel(self, "不论选哪种申报方式，选最好的走法", "promise"),
            "worst": _by_channel(self, "其间被要求补正一次，选最省事的补正方式", "worst"),
        }

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain values, ready for JSON."""
        return {
            "name": self.name,
            "least": self.least,
            "floor": self.floor,
            "promise": self.promise,
            "worst": self.worst,
            "earns_zero": self.earns_zero,
            "earns_once": self.earns_once,
            "derivation": self.derivation,
            "situations": [one.as_dict() for one in self.situations],
            "routes": [route.as_dict() for route in self.routes],
            "corrected_routes": [route.as_dict() for route in self.corrected],
        }


@dataclass(frozen=True)
class BundleAnalysis:
    """The figures of a bundle filed once: with the required members alone, with all of them, and over both.

    The members an applicant may leave out are a choice, but a promise holds whichever are taken.
    """

    required: Analysis
    every: Analysis

    @property
    def least(self) -> int:
        return min(self.required.least, self.every.least)

    @property
    def floor(self) -> int:
        return max(self.required.floor, self.every.floor)

    @property
    def promise(self) -> int:
        return max(self.required.promise, self.every.promise)

    @property
    def worst(self) -> int:
        return max(self.required.worst, self.every.worst)

    @property
    def earns_zero(self) -> bool:
        return self.floor == 0

    @property
    def earns_once(self) -> bool:
        return self.promise <= 1

    @property
    def routes(self) -> tuple[Route, ...]:
        return self.every.routes

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain values, ready for JSON."""
        return {
            "name": self.every.name,
            "least": self.least,
            "floor": self.floor,
            "promise": self.promise,
            "worst": self.worst,
            "earns_zero": self.earns_zero,
            "earns_once": self.earns_once,
            "required": self.required.as_dict(),
            "all": self.every.as_dict(),
        }


@dataclass(frozen=True)
class Member:
    """One matter of a bundle: the elements of its guide, and whether the applicant may leave it out."""

    values: Values
    optional: bool = False


def analyse(values: Values, *, answers: Answers | None = None) -> Analysis:
    """Return how often one must come for one matter, from the elements of a published guide or of a draft.

    `answers` (answer by question) narrow it to a situation; without them every situation that can occur is
    looked at. Raises Invalid `trips_no_channel` where nobody can file, `trips_unknown_question` for an answer to
    a question that is none, `trips_unknown_answer` for one that its question does not offer, and
    `trips_too_many_situations`.
    """
    facts = Facts.of(values)
    return _analyse(facts.name, [facts], {facts.code: answers or {}}, ())


def analyse_bundle(
    members: Sequence[Member],
    dependencies: Iterable[tuple[str, str]] = (),
    *,
    name: str = "",
    answers: Mapping[str, Answers] | None = None,
) -> BundleAnalysis:
    """Return how often one must come for a bundle (一件事), which is filed once and handed over once.

    `dependencies` are pairs of matter codes (first, then), `answers` the answers for each matter code. Raises
    what `analyse` raises, and `trips_unknown_member` for answers for a matter that is no member.
    """
    every = [Facts.of(member.values) for member in members]
    _check_members([facts.code for facts in every], answers or {})
    required = [facts for facts, member in zip(every, members, strict=True) if not member.optional]
    pairs = tuple(dependencies)
    return BundleAnalysis(
        required=_analyse(name, required or every, answers or {}, pairs),
        every=_analyse(name, every, answers or {}, pairs),
    )


def _check_members(codes: Collection[str], answered: Iterable[str]) -> None:
    for code in answered:
        if code not in codes:
            raise Invalid(
                "trips_unknown_member",
                f"这个一件事没有事项“{code}”，它的事项是：{'、'.join(codes)}。",
                field=code,
            )


def _analyse(
    name: str, cases: Sequence[Facts], answers: Mapping[str, Answers], dependencies: Order
) -> Analysis:
    if not any(case.channels for case in cases):
        raise Invalid(
            "trips_no_channel",
            "还没有一种可用的办理形式，算不出到现场次数，请先填写“办理形式”。",
            field="handling_forms",
        )
    each = [situations_of(case, answers.get(case.code)) for case in cases]
    combined = list(islice(product(*each), MOST + 1))
    if len(combined) > MOST:
        raise too_many()
    names = {case.code: case.name for case in cases}
    order = tuple(
        (names[first], names[then]) for first, then in dependencies if {first, then} <= names.keys()
    )
    return Analysis(name, tuple(_figures(one, order) for one in combined))


def _figures(situations: Sequence[Situation], order: Order) -> SituationFigures:
    cases = [situation.facts for situation in situations]
    label = _label(situations)
    plain = routes(cases, corrected=False, situation=label, order=order)
    corrected = _best_by_channel(routes(cases, corrected=True, situation=label, order=order))
    best = _best_by_channel(plain)
    return SituationFigures(
        label=label,
        answers=_answers(situations),
        routes=tuple(plain),
        channels=tuple(ChannelFigures(channel, best[channel], corrected[channel]) for channel in best),
    )


def _label(situations: Sequence[Situation]) -> str:
    several = len(situations) > 1
    told = [f"{one.facts.name}：{one.label}" if several else one.label for one in situations if one.label]
    return "；".join(told)


def _answers(situations: Sequence[Situation]) -> tuple[Mapping[str, Any], ...]:
    """Return the answers that lead to a situation; in a bundle those of each matter under its code."""
    if len(situations) == 1:
        return tuple(one for one in situations[0].answers if one)
    each = {one.facts.code: [found for found in one.answers if found] for one in situations}
    told = {code: answers for code, answers in each.items() if answers}
    return (told,) if told else ()


def _best_by_channel(found: Iterable[Route]) -> dict[HandlingForm, Route]:
    best: dict[HandlingForm, Route] = {}
    for route in found:
        best.setdefault(route.channel, route)
    return best


def _least_sentence(analysis: Analysis) -> str:
    easiest = min(analysis.situations, key=lambda one: one.least)
    told = f"{_situation(easiest)}选“{easiest.channels[0].channel.label}”，走最好的走法，跑{analysis.least}次"
    if analysis.floor == analysis.least:
        return f"{told}。"
    hardest = max(analysis.situations, key=lambda one: one.least)
    return f"{told}；{_situation(hardest)}最少跑{analysis.floor}次。"


def _by_channel(analysis: Analysis, how: str, figure: str) -> str:
    hardest = max(analysis.situations, key=lambda one: getattr(one, figure))
    each = "、".join(
        f"{one.channel.label}{(one.best if figure == 'promise' else one.corrected).trips}次"
        for one in hardest.channels
    )
    most = getattr(analysis, figure)
    return f"{_situation(hardest)}{how}：{each}；取其中最多的，{most}次。"


def _situation(one: SituationFigures) -> str:
    return f"{one.label}的，" if one.label else ""
